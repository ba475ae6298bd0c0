/** CSMS, diagnostics in 1.6: GetDiagnostics, and what the station tells of the upload. */
import type { Context } from '../../src/judge/context.ts';
import { alter, drop } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import { randomWord } from '../../src/random.ts';
import type { Payload } from '../../src/session.ts';
import { ofStatus, ordered, servedOn, servedOnCheck, servedOnFault } from './orders.ts';
import { booted } from './states.ts';
import { ago, oddNumber } from './states.v16.ts';

/** Feature profile of 1.6 (3.3). */
const FIRMWARE = 'FirmwareManagement';

const askedCheck = {
  ref: '5.9',
  level: 'SHALL',
  says: 'the CALL carries where the file goes, the time that it is about, and how often to try',
} as const;
const askedFaults = [
  alter('GetDiagnostics', { location: 'https://example.org/other/' }),
  alter('GetDiagnostics', { retries: 9 }),
  alter('GetDiagnostics', { retryInterval: null }),
  alter('GetDiagnostics', { startTime: null }),
  alter('GetDiagnostics', { stopTime: '2031-01-01T00:00:00Z' }),
];

const followedCheck = {
  ref: '4.4',
  level: 'SHALL',
  says: 'each DiagnosticsStatusNotification is answered',
} as const;

const wish = (context: Context): Payload => ({
  location: `https://diagnostics.example.org/${randomWord(context.random, 10)}/`,
  retries: oddNumber(context, 2, 5),
  retryInterval: oddNumber(context, 61, 300),
  startTime: ago(context, oddNumber(context, 7_200)),
  stopTime: ago(context, oddNumber(context, 60, 600)),
});

/** How an upload ends. */
const uploads = [
  { id: 'uploaded', title: 'CSMS has a station upload its diagnostics', octt: 'TC_045_1_CSMS', last: 'Uploaded' },
  {
    id: 'upload-failed',
    title: 'CSMS follows an upload of diagnostics that fails',
    octt: 'TC_045_2_CSMS',
    last: 'UploadFailed',
  },
];

export default suite('csms/diagnostics', 'Diagnostics (1.6)', [
  ...uploads.map(({ id, title, octt, last }) =>
    testCase({
      id: `csms/diagnostics/${id}`,
      title,
      sut: 'csms',
      versions: ['1.6'],
      octt: { '1.6': octt },
      feature: FIRMWARE,
      needs: ['GetDiagnostics'],
      checks: { asked: askedCheck, followed: followedCheck, servedOn: servedOnCheck },
      catches: {
        asked: askedFaults,
        followed: [
          drop('DiagnosticsStatusNotification', ofStatus('Uploading')),
          drop('DiagnosticsStatusNotification', ofStatus(last)),
        ],
        servedOn: servedOnFault,
      },
      async run(context) {
        const { station, check, random } = context;
        await booted(context);
        const fileName = `diagnostics-${randomWord(random, 8)}.log`;
        await ordered(context, 'GetDiagnostics', wish(context), { fileName });
        for (const status of ['Uploading', last]) {
          const reply = await station.call('DiagnosticsStatusNotification', { status });
          check('followed', () => expect(reply).to.be.callResult());
        }
        await servedOn(context);
      },
    }),
  ),

  testCase({
    id: 'csms/diagnostics/nothing-to-upload',
    title: 'CSMS goes on with a station that has no diagnostics',
    sut: 'csms',
    versions: ['1.6'],
    feature: FIRMWARE,
    needs: ['GetDiagnostics'],
    checks: { asked: askedCheck, servedOn: servedOnCheck },
    catches: {
      asked: alter('GetDiagnostics', { location: 'https://example.org/other/' }),
      servedOn: servedOnFault,
    },
    async run(context) {
      await booted(context);
      const { location } = wish(context);
      await ordered(context, 'GetDiagnostics', { location }, {});
      await servedOn(context);
    },
  }),
]);
