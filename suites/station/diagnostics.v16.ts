/** Charger, 1.6 diagnostics: an upload is told step by step, and one that fails is told to have failed. */
import type { Context } from '../../src/judge/context.ts';
import { alter, drop } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import type { IncomingCall } from '../../src/session.ts';
import { besides } from './faults.v16.ts';
import { countOf, fileOf } from './states.ts';
import { settled } from './states.v16.ts';

const versions = ['1.6'] as const;
const feature = 'FirmwareManagement';

/** Nothing listens there; the last word is for stations that only play at it. */
const NOWHERE = 'ftp://127.0.0.1:9/unreachable/';

const word = (status: string) => ({ when: (payload: unknown) => (payload as { status?: unknown }).status === status });

const checks = {
  named: { ref: '5.9', level: 'SHALL', says: 'the order is answered with the name of the file' },
  told: { ref: '4.4', level: 'SHALL', says: 'the upload is told to go on, and then what it came to' },
  once: { ref: '4.4', level: 'SHALL', says: 'no other end is told' },
} as const;

const catchesOf = (last: string, other: string) => ({
  named: alter('GetDiagnostics', { fileName: '' }),
  told: [
    drop('DiagnosticsStatusNotification', word('Uploading')),
    drop('DiagnosticsStatusNotification', word(last)),
    alter('DiagnosticsStatusNotification', { status: other }, word(last)),
  ],
  once: besides(
    'ends-twice',
    'an upload is told to have come to both ends',
    ({ text }) => new RegExp(`"${last}"`).test(text),
    'DiagnosticsStatusNotification',
    () => ({ status: other }),
  ),
});

async function upload(context: Context<keyof typeof checks>, location: string, last: string, more: object = {}) {
  const { check, csms } = context;
  await settled(context);
  const since = csms.mark;
  const reply = await csms.call('GetDiagnostics', { location, ...more });
  if (reply.kind === 'callresult' && reply.payload['fileName'] === undefined)
    throw new Unmet('the station has no diagnostics to upload');
  check('named', () => {
    expect(reply).to.be.callResult();
    expect(String(reply.payload['fileName']).trim(), 'fileName').to.not.equal('');
  });
  const step = (status: string, timeoutMs = csms.patienceMs): Promise<IncomingCall | undefined> =>
    csms.awaitCall('DiagnosticsStatusNotification', {
      since,
      timeoutMs,
      where: (payload) => payload['status'] === status,
    });
  const begins = await step('Uploading');
  // One that has told nothing in all that time is not at work.
  const ends = await step(last, begins ? csms.patienceMs : context.sut.timeoutMs);
  check('told', () => {
    expect(begins, 'Uploading').to.not.equal(undefined);
    expect(ends, last).to.not.equal(undefined);
    expect([begins, ends].filter((one) => one !== undefined)).to.be.inOrder();
  });
  await countOf(context, 'DiagnosticsStatusNotification', csms.mark);
  check('once', () => {
    const all = csms
      .calls(since, 'DiagnosticsStatusNotification')
      .map(({ payload }) => String(payload['status']))
      .filter((status) => status !== 'Uploading');
    expect(all).to.deep.equal([last]);
  });
}

export default suite('station/diagnostics', 'Diagnostics', [
  testCase({
    id: 'station/diagnostics/uploaded',
    title: 'Diagnostics are uploaded, and each step is told',
    sut: 'station',
    versions,
    octt: { '1.6': 'TC_045_1_CS' },
    feature,
    file: 'uploads',
    checks,
    catches: catchesOf('Uploaded', 'UploadFailed'),
    run: async (context) => upload(context, fileOf(context, 'uploads'), 'Uploaded'),
  }),
  testCase({
    id: 'station/diagnostics/not-uploaded',
    title: 'Diagnostics that nobody takes are told to have failed',
    sut: 'station',
    versions,
    octt: { '1.6': 'TC_045_2_CS' },
    feature,
    checks,
    catches: catchesOf('UploadFailed', 'Uploaded'),
    run: (context) => upload(context, NOWHERE, 'UploadFailed', { retries: 0, retryInterval: 1 }),
  }),
]);
