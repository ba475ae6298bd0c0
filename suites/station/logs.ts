/** Charger, logs (1.6 with its security extension, 2.x): an upload is told step by step, and a second takes its place. */
import type { Context } from '../../src/judge/context.ts';
import { alter, drop } from '../../src/judge/fault.ts';
import { describe } from '../../src/judge/station-player.ts';
import { type CaseSpec, suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import type { IncomingCall, Payload, Reply } from '../../src/session.ts';
import { nowhere, refused } from './files.v2.ts';
import { quiet, ready } from './states.ts';

const versions = ['2.0.1'] as const;

/** The same requirement in both. */
const inBoth = (ref: string) => ({ '1.6': `W ${ref}`, '2.0.1': ref }) as const;

/** An upload that is given up for another. */
const CANCELS = 'C-57';

type LogType = 'DiagnosticsLog' | 'SecurityLog';

const FAILED = ['UploadFailure', 'BadMessage', 'PermissionDenied', 'NotSupportedOperation'];
const ENDS = ['Uploaded', ...FAILED, 'AcceptedCanceled'];

const word = (...statuses: readonly string[]) => ({
  when: (payload: unknown) => statuses.includes(String((payload as Payload)['status'])),
});

interface Ordered {
  readonly reply: Reply;
  readonly requestId: number;
  /** The `mark` from before. */
  readonly since: number;
}

async function order({ csms, random }: Context, logType: LogType, remoteLocation: string): Promise<Ordered> {
  const requestId = 1000 + Math.floor(random() * 1_000_000);
  const since = csms.mark;
  const reply = await csms.call('GetLog', { logType, requestId, retries: 0, log: { remoteLocation } });
  return { reply, requestId, since };
}

/** Waits for a step of the upload. */
const step = (
  { csms }: Context,
  { requestId, since }: Ordered,
  ...statuses: readonly string[]
): Promise<IncomingCall | undefined> =>
  csms.awaitCall('LogStatusNotification', {
    since,
    timeoutMs: csms.patienceMs,
    where: (payload) =>
      statuses.includes(String(payload['status'])) && (payload['requestId'] ?? requestId) === requestId,
  });

/** Statuses told of a request, one that is repeated in a row once. */
const toldOf = ({ csms }: Context, { requestId, since }: Ordered): string[] =>
  csms
    .calls(since, 'LogStatusNotification')
    .filter(({ payload }) => payload['requestId'] === requestId)
    .map(({ payload }) => String(payload['status']))
    .filter((status, i, all) => status !== all[i - 1]);

/** The order is accepted. @throws Unmet where the station has no such log (N01.FR.05) */
function judgeNamed({ check }: Context<'named'>, { reply }: Ordered): void {
  if (reply.kind === 'callresult' && reply.payload['status'] === 'Rejected')
    throw new Unmet('the station has no such log to upload');
  check('named', () => {
    expect(reply).to.be.callResult({ status: 'Accepted' });
    expect(String(reply.payload['filename'] ?? '').trim(), 'filename').to.not.equal('');
  });
  if (reply.payload['status'] !== 'Accepted') throw new Unmet(`no upload begins: ${describe(reply)}`);
}

const checks = {
  named: { ref: inBoth('N01.FR.01'), level: 'SHALL', says: 'the order is accepted, with the name of the file' },
  told: {
    ref: inBoth('N01.FR.08'),
    level: 'SHALL',
    says: 'the upload is told to go on, and then what it came to, and nothing else',
  },
  belongs: { ref: inBoth('N01.FR.07'), level: 'SHALL', says: 'each step names the request' },
} as const;

interface Upload {
  readonly id: string;
  readonly title: string;
  readonly versions: readonly ('1.6' | '2.0.1')[];
  readonly octt: NonNullable<CaseSpec['octt']>;
  readonly logType: LogType;
  readonly well: boolean;
}

const upload = ({ id, title, versions, octt, logType, well }: Upload) => {
  const ends = well ? ['Uploaded'] : FAILED;
  return testCase({
    id: `station/logs/${id}`,
    title,
    sut: 'station',
    versions,
    octt,
    feature: { '1.6': 'Security' },
    ...(well && { file: 'uploads' as const }),
    checks: { ...checks, told: { ...checks.told, ref: inBoth(well ? 'N01.FR.09' : 'N01.FR.10') } },
    catches: {
      named: [alter('GetLog', { status: 'AcceptedCanceled' }), alter('GetLog', { filename: null })],
      told: [
        drop('LogStatusNotification', word(...ends)),
        alter('LogStatusNotification', { status: well ? 'UploadFailure' : 'Uploaded' }, word(...ends)),
        alter('LogStatusNotification', { status: ends[0] }, word('Uploading')),
      ],
      belongs: alter('LogStatusNotification', { requestId: 7 }),
    },
    async run(context) {
      const { check, csms, sut } = context;
      await ready(context);
      await quiet(context);
      const ordered = await order(context, logType, well ? (sut.files?.uploads ?? '') : await refused(context));
      judgeNamed(context, ordered);
      const begins = await csms.awaitCall('LogStatusNotification', { since: ordered.since });
      await step(context, ordered, ...ENDS);
      await quiet(context);
      check('told', () => {
        const [first, last, ...more] = toldOf(context, { ...ordered, requestId: Number(begins?.payload['requestId']) });
        expect(first).to.equal('Uploading');
        expect(last).to.be.oneOf(ends);
        expect(more).to.deep.equal([]);
      });
      check('belongs', () => {
        const numbers = csms.calls(ordered.since, 'LogStatusNotification').map(({ payload }) => payload['requestId']);
        expect(new Set(numbers)).to.deep.equal(new Set([ordered.requestId]));
      });
    },
  });
};

export default suite('station/logs', 'Logs', [
  upload({
    id: 'diagnostics',
    title: 'Diagnostics are uploaded, and each step is told (2.0.1)',
    versions,
    octt: { '2.0.1': 'TC_N_25_CS' },
    logType: 'DiagnosticsLog',
    well: true,
  }),
  upload({
    id: 'security',
    title: 'The security log is uploaded, and each step is told',
    versions: ['1.6', '2.0.1'],
    octt: { '1.6': 'TC_079_CS', '2.0.1': 'TC_N_35_CS' },
    logType: 'SecurityLog',
    well: true,
  }),
  upload({
    id: 'upload-failed',
    title: 'Diagnostics that nobody takes are told not to be uploaded (2.0.1)',
    versions,
    octt: { '2.0.1': 'TC_N_26_CS' },
    logType: 'DiagnosticsLog',
    well: false,
  }),

  testCase({
    id: 'station/logs/another',
    title: 'A second log takes the place of the first, or is rejected while the first is uploaded',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_N_36_CS' },
    feature: CANCELS,
    checks: {
      named: checks.named,
      word: { ref: 'N01.FR.12', level: 'SHALL', says: 'the second order is AcceptedCanceled, Accepted or Rejected' },
      cancels: { ref: 'N01.FR.12', level: 'SHOULD', says: 'it is AcceptedCanceled' },
      first: { ref: 'N01.FR.20', level: 'SHALL', says: 'where it is, the first upload is told to be AcceptedCanceled' },
      second: { ref: 'N01.FR.08', level: 'SHALL', says: 'and the second one is told to go on, to its end' },
    },
    catches: {
      named: alter('GetLog', { filename: null }),
      word: alter('GetLog', { status: 'Scheduled' }, word('AcceptedCanceled')),
      cancels: alter('GetLog', { status: 'Accepted' }, word('AcceptedCanceled')),
      first: [
        alter('LogStatusNotification', { status: 'UploadFailure' }, word('AcceptedCanceled')),
        alter('LogStatusNotification', { requestId: 7 }, word('AcceptedCanceled')),
      ],
      second: alter('LogStatusNotification', { status: 'Idle' }, word('UploadFailure', 'Uploaded')),
    },
    async run(context) {
      const { check } = context;
      await ready(context);
      await quiet(context);
      const first = await order(context, 'DiagnosticsLog', await nowhere(context));
      judgeNamed(context, first);
      if ((await step(context, first, 'Uploading')) === undefined) throw new Unmet('no upload begins');
      const second = await order(context, 'DiagnosticsLog', await refused(context));
      const { status } = second.reply.payload;
      const over = toldOf(context, first).some((told) => ENDS.includes(told));
      if (over && status !== 'AcceptedCanceled')
        throw new Unmet('the first upload was over before the second was ordered');
      check('word', () => expect(status).to.be.oneOf(['AcceptedCanceled', 'Accepted', 'Rejected']));
      check('cancels', () => expect(status).to.equal('AcceptedCanceled'));
      const cancelled = status === 'AcceptedCanceled';
      const end = await step(context, first, ...ENDS);
      check('first', () => {
        if (cancelled) expect(end?.payload['status']).to.equal('AcceptedCanceled');
        else expect(end, 'the end of the first upload').to.not.equal(undefined);
      });
      if (status !== 'Rejected') await step(context, second, ...ENDS);
      await quiet(context);
      check('second', () => {
        if (status === 'Rejected') return expect(toldOf(context, second)).to.deep.equal([]);
        const [goesOn, comesTo] = toldOf(context, second);
        expect(goesOn).to.equal('Uploading');
        expect(comesTo).to.be.oneOf(ENDS);
      });
    },
  }),
]);
