/** Charger, local authorization list: what was sent has its version, and an older one changes nothing. */
import type { Context } from '../../src/judge/context.ts';
import { alter, type Fault } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import type { Reply } from '../../src/session.ts';
import { LISTS, listed, sendList, versionOf } from './lists.ts';
import { type Listed, remoteWords } from './remote-words.ts';

const both = ['1.6', '2.0.1'] as const;
const feature = LISTS;

const versionCheck = {
  ref: { '1.6': '5.10', '2.0.1': 'D02.FR.01' },
  level: 'SHALL',
  says: 'asked for it, the station tells the version of the list that it took last',
} as const;
const versionFaults: readonly Fault[] = [
  alter('GetLocalListVersion', { listVersion: 3, versionNumber: 3 }, { kind: 'callresult' }),
];

/** The list behind the first one of a case. */
function isSecond(asked: unknown): boolean {
  const { listVersion, versionNumber } = asked as { listVersion?: number; versionNumber?: number };
  return (listVersion ?? versionNumber ?? 0) % 4 === 2;
}

/** A list that is to be taken, behind the first one. */
const taken = (
  id: string,
  title: string,
  octt: { '1.6'?: string | string[]; '2.0.1': string | string[] },
  ref: string,
  type: 'Full' | 'Differential',
  entries: (context: Context) => Promise<readonly Listed[]>,
  empties = false,
) =>
  testCase({
    id: `station/local-auth-list/${id}`,
    title,
    sut: 'station',
    versions: both,
    octt,
    feature,
    checks: {
      taken: { ref: { '1.6': '5.15', '2.0.1': ref }, level: 'SHALL', says: 'the list is accepted' },
      version: versionCheck,
    },
    catches: {
      taken: [
        alter('SendLocalList', { status: 'Failed' }),
        alter('SendLocalList', { status: 'Failed' }, { name: 'the second', when: (_, asked) => isSecond(asked) }),
      ],
      version: versionFaults,
    },
    async run(context) {
      const { check, dialect } = context;
      const isTaken = (reply: Reply) => check('taken', () => expect(reply).to.be.callResult({ status: 'Accepted' }));
      const held = await listed(context, await own(context), isTaken);
      isTaken(await sendList(context, type, held + 1, await entries(context)));
      const now = await versionOf(context);
      const wanted = empties ? remoteWords[dialect.version].emptyVersion(held + 1) : held + 1;
      check('version', () => expect(now, 'version of the list').to.equal(wanted));
    },
  });

const own = async ({ token }: Context): Promise<Listed[]> => [{ token: await token('valid'), status: 'Accepted' }];
const second = async ({ token }: Context): Promise<Listed[]> => [{ token: await token('second'), status: 'Accepted' }];

export default suite('station/local-auth-list', 'Local authorization list', [
  taken(
    'full',
    'A full list takes the place of the one before',
    { '1.6': 'TC_043_CS', '2.0.1': ['TC_D_01_CS', 'TC_D_08_CS'] },
    'D01.FR.15',
    'Full',
    second,
  ),
  taken('differential', 'A token is added to the list', { '2.0.1': 'TC_D_02_CS' }, 'D01.FR.16', 'Differential', second),
  taken(
    'remove',
    'A token is struck from the list',
    { '2.0.1': 'TC_D_03_CS' },
    'D01.FR.17',
    'Differential',
    async ({ token }) => [{ token: await token('valid') }],
    true,
  ),
  taken(
    'empty-full',
    'An empty list takes the place of the one before',
    { '1.6': 'TC_042_2_CS', '2.0.1': 'TC_D_04_CS' },
    'D01.FR.04',
    'Full',
    async () => [],
    true,
  ),
  taken(
    'empty-differential',
    'A list of no changes changes the version alone',
    { '2.0.1': 'TC_D_05_CS' },
    'D01.FR.05',
    'Differential',
    async () => [],
  ),

  testCase({
    id: 'station/local-auth-list/version-mismatch',
    title: 'Changes to an older version are refused, and the list stays as it was',
    sut: 'station',
    versions: both,
    octt: { '1.6': 'TC_043_2_CS', '2.0.1': 'TC_D_06_CS' },
    feature,
    checks: {
      refused: {
        ref: { '1.6': '5.15', '2.0.1': 'D01.FR.19' },
        level: 'SHALL',
        says: 'a differential list that is not newer than the one that is there is a VersionMismatch',
      },
      version: versionCheck,
    },
    catches: {
      refused: alter('SendLocalList', { status: 'Accepted' }),
      version: versionFaults,
    },
    async run(context) {
      const { check } = context;
      const held = await listed(context, await own(context));
      for (const version of [held - 1, held]) {
        const reply = await sendList(context, 'Differential', version, await second(context));
        check('refused', () =>
          expect(reply, `version ${version} after ${held}`).to.be.callResult({ status: 'VersionMismatch' }),
        );
      }
      const now = await versionOf(context);
      check('version', () => expect(now, 'version of the list').to.equal(held));
    },
  }),
]);
