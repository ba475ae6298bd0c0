/** Security profiles 1 and 2: the CSMS gives a station another password (A01). */
import type { OcppVersion } from '../../src/dialects/index.ts';
import type { Context } from '../../src/judge/context.ts';
import { alter, behaviour } from '../../src/judge/fault.ts';
import type { Knock } from '../../src/judge/station-player.ts';
import { PUBLISHED, suite, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import { randomWord } from '../../src/random.ts';
import type { Payload } from '../../src/session.ts';
import { ordered } from '../csms/orders.ts';
import {
  almostFaults,
  almostPublished,
  basic,
  boots,
  bytesOf,
  bytesOfHex,
  hexOf,
  knockOnce,
  letIn,
  opened,
  ownPassword,
  stillThere,
  stillThereCheck,
  tell,
} from './knocking.ts';

const versions = ['1.6', '2.0.1', '2.1'] as const;
const profiles = [1, 2] as const;
const needs = { '1.6': ['ChangeConfiguration'], '2.0.1': ['SetVariables'], '2.1': ['SetVariables'] } as const;

const byVersion = (ref: string) => ({ '1.6': `W ${ref}`, '2.0.1': ref, '2.1': ref }) as const;

/** How a version sets a password, and how a station answers. */
interface PasswordWords {
  readonly action: string;
  set(password: Uint8Array): Payload;
  answer(status: string): Payload;
}

const named = { component: { name: 'SecurityCtrlr' }, variable: { name: 'BasicAuthPassword' } };

const v2: PasswordWords = {
  action: 'SetVariables',
  set: (password) => ({ setVariableData: [{ attributeValue: new TextDecoder().decode(password), ...named }] }),
  answer: (status) => ({ setVariableResult: [{ attributeStatus: status, ...named }] }),
};

const passwordWords: Readonly<Record<OcppVersion, PasswordWords>> = {
  '1.6': {
    action: 'ChangeConfiguration',
    // Two hexadecimal digits for each byte (whitepaper, A00.FR.205).
    set: (password) => ({
      key: 'AuthorizationKey',
      value: hexOf(password),
    }),
    answer: (status) => ({ status }),
  },
  '2.0.1': v2,
  '2.1': v2,
};

/** Bytes of a 1.6 key, and characters of a 2.x password, that every CSMS has to take. */
const LENGTH = 20;

const askedCheck = {
  ref: byVersion('A01.FR.02'),
  level: 'SHALL',
  says: 'the CALL sets the password, to what the operator asked for',
} as const;
const askedFaults = {
  '1.6': [
    alter('ChangeConfiguration', { key: 'Password' }),
    alter('ChangeConfiguration', { value: '00112233445566778899AABBCCDDEEFF00112233' }),
  ],
  '2.0.1': otherVariable(),
  '2.1': otherVariable(),
};

function otherVariable() {
  const item = (change: object) => (payload: unknown) => {
    const [first] = (payload as { setVariableData: readonly object[] }).setVariableData;
    return { setVariableData: [{ ...first, ...change }] };
  };
  const where = (name: string) => ({ name, kind: 'call' as const });
  return [
    alter('SetVariables', item({ attributeValue: 'AnotherPassword-1234' }), where('another value')),
    alter('SetVariables', item({ component: { name: 'OCPPCommCtrlr' } }), where('another component')),
    alter('SetVariables', item({ variable: { name: 'Password' } }), where('another variable')),
  ];
}

/** A CSMS may need a moment to note what the station answered; a station that comes too soon comes again. */
const TRIES = 3;
const PAUSE_MS = 1_000;

async function comesWith(context: Context, password: Uint8Array): Promise<Knock> {
  const { station, clock } = context;
  const headers = basic(station.identity, password);
  for (let i = 1; ; i++) {
    const knock = await station.knock({ headers });
    if (opened(knock) || i === TRIES) return knock;
    await clock.sleep(PAUSE_MS);
  }
}

export default suite('security/password', 'Passwords', [
  testCase({
    id: 'security/password/changed',
    title: 'CSMS gives a station another password, and takes no other from then on',
    sut: 'csms',
    versions,
    profiles,
    octt: { '1.6': 'TC_073_CSMS', '2.0.1': 'TC_A_09_CSMS', '2.1': 'TC_A_09_CSMS' },
    needs,
    checks: {
      asked: askedCheck,
      newOne: {
        ref: byVersion('A01.FR.03'),
        level: 'SHALL',
        says: 'the station is let in with the new password, and accepted at its boot',
      },
      oldOne: { ref: byVersion('A01.FR.03'), level: 'SHALL', says: 'the password before it is refused' },
    },
    catches: {
      asked: askedFaults,
      newOne: behaviour('forgets-new-passwords', 'a new password is not noted'),
      oldOne: behaviour('keeps-old-passwords', 'the password before the last is good as well'),
    },
    async run(context) {
      const { check, dialect, operator, random, station, after } = context;
      const own = ownPassword(context);
      const next = bytesOf(randomWord(random, LENGTH));
      const words = passwordWords[dialect.version];
      await boots(context, (await letIn(context)).session);
      await ordered(context, words.action, words.set(next), words.answer('Accepted'));
      // The next case comes with the password that the run was given.
      after(async () => {
        if (!station.connected && !opened(await comesWith(context, next))) return;
        const { call } = await operator.order(words.action, words.set(own));
        call.respond(words.answer('Accepted'));
        await station.call('Heartbeat', {});
      });
      await station.disconnect();
      const back = await comesWith(context, next);
      const boot = opened(back) ? await boots(context, back.session) : undefined;
      check('newOne', () => {
        expect(tell(back)).to.equal('let in (101)');
        expect(boot).to.be.callResult({ status: 'Accepted' });
      });
      await station.disconnect();
      const old = await knockOnce(context, { headers: basic(station.identity, own) });
      check('oldOne', () => expect(tell(old)).to.not.equal('let in (101)'));
      // What restores the password goes over a connection.
      await comesWith(context, next);
    },
  }),

  testCase({
    id: 'security/password/refused',
    title: 'CSMS keeps to the old password where the station refuses the new one',
    sut: 'csms',
    versions,
    profiles,
    octt: { '2.0.1': 'TC_A_10_CSMS', '2.1': 'TC_A_10_CSMS' },
    needs,
    checks: {
      asked: askedCheck,
      oldOne: {
        ref: byVersion('A01.FR.04'),
        level: 'SHALL',
        says: 'the station is let in with the password that it had',
      },
      newOne: { ref: byVersion('A01.FR.04'), level: 'SHALL', says: 'the password that it refused is refused' },
      there: stillThereCheck,
    },
    catches: {
      asked: askedFaults,
      oldOne: behaviour('takes-refused-passwords', 'a new password counts although the station refused it'),
      newOne: behaviour('takes-refused-passwords', 'a new password counts although the station refused it'),
      there: behaviour('dies-on-bad-credentials', 'who shows wrong credentials ends the service for everybody'),
    },
    async run(context) {
      const { check, dialect, random, station } = context;
      const own = ownPassword(context);
      const next = bytesOf(randomWord(random, LENGTH));
      const words = passwordWords[dialect.version];
      await boots(context, (await letIn(context)).session);
      await ordered(context, words.action, words.set(next), words.answer('Rejected'));
      await station.disconnect();
      const back = await comesWith(context, own);
      check('oldOne', () => expect(tell(back)).to.equal('let in (101)'));
      await station.disconnect();
      const refused = await knockOnce(context, { headers: basic(station.identity, next) });
      check('newOne', () => expect(tell(refused)).to.not.equal('let in (101)'));
      await stillThere(context);
    },
  }),

  testCase({
    id: 'security/password/binary-key',
    title: 'CSMS gives a station a key that is no text, and lets it in with its bytes',
    sut: 'csms',
    versions: ['1.6'],
    profiles,
    needs,
    checks: {
      asked: askedCheck,
      letIn: { ref: 'W A00.FR.205', level: 'SHALL', says: 'the station is let in with the bytes of the key' },
      others: { ref: 'W 2.3', level: 'SHALL', says: 'keys that differ from it in bytes that are no text are refused' },
      there: stillThereCheck,
    },
    catches: {
      asked: askedFaults,
      letIn: [
        behaviour('refuses-zero-bytes', 'a key with a byte that is zero is never right'),
        behaviour('forgets-new-passwords', 'a new password is not noted'),
      ],
      others: almostFaults,
      there: behaviour('dies-on-bad-credentials', 'who shows wrong credentials ends the service for everybody'),
    },
    async run(context) {
      const { after, check, dialect, operator, station } = context;
      const own = ownPassword(context);
      const key = bytesOfHex(PUBLISHED.key);
      const words = passwordWords[dialect.version];
      await boots(context, (await letIn(context)).session);
      await ordered(context, words.action, words.set(key), words.answer('Accepted'));
      // The next case comes with the password that the run was given.
      after(async () => {
        const knock = await comesWith(context, key);
        if (!opened(knock)) return;
        await boots(context, knock.session);
        const { call } = await operator.order(words.action, words.set(own));
        call.respond(words.answer('Accepted'));
        await station.call('Heartbeat', {});
      });
      await station.disconnect();
      const back = await comesWith(context, key);
      const boot = opened(back) ? await boots(context, back.session) : undefined;
      await station.disconnect();
      check('letIn', () => {
        expect(tell(back)).to.equal('let in (101)');
        expect(boot).to.be.callResult({ status: 'Accepted' });
      });
      for (const [what, other] of Object.entries(almostPublished)) {
        const wrong = await knockOnce(context, { headers: basic(station.identity, other) });
        check('others', () => expect(tell(wrong), what).to.not.equal('let in (101)'));
      }
      await stillThere(context, { headers: basic(station.identity, key) });
    },
  }),
]);
