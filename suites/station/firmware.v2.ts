/** Charger, 2.x secure firmware: an update is told step by step, at its time, and one that can not be is refused. */
import { alter, drop, type Fault } from '../../src/judge/fault.ts';
import { describe } from '../../src/judge/station-player.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import { encodeCall } from '../../src/ocppj/encode.ts';
import type { Payload } from '../../src/session.ts';
import { nowhere, refused } from './files.v2.ts';
import { failing, type Return, update } from './firmware.flows.ts';
import { quiet, ready } from './states.ts';
import {
  BROKEN,
  FAILED,
  finished,
  GOOD,
  judgeAccepted,
  NO_SIGNATURE,
  order,
  securityEvent,
  step,
  stepChecks,
  stepsOf,
  word,
} from './updates.ts';

const version = '2.0.1';
const versions = [version] as const;

/** Declared feature: updates at a time that is ordered. */
const SCHEDULED = 'C-15';

/** Where a certificate should be. */
const NO_CERTIFICATE = '-----BEGIN CERTIFICATE-----\nbm90IGEgY2VydGlmaWNhdGU=\n-----END CERTIFICATE-----';

/** A boot on the way has its reason. */
const back: Return = {
  name: 'reason',
  check: { ref: 'B01.FR.09', level: 'SHALL', says: 'a boot on the way says that it is for the firmware' },
  fault: alter('BootNotification', { reason: 'PowerUp' }),
  judge:
    async ({ csms }, { since }) =>
    () => {
      for (const { payload } of csms.calls(since, 'BootNotification'))
        expect(payload['reason']).to.equal('FirmwareUpdate');
    },
};

/** The order is refused, and obeyed. */
const fetches = (name: string): Fault => ({
  name,
  says: 'a download begins though the order was refused',
  rewrite: (out) =>
    out.action === 'UpdateFirmware'
      ? [
          { text: out.text },
          { text: encodeCall(`${out.id}s`, 'FirmwareStatusNotification', { status: 'Downloading', requestId: 1 }) },
        ]
      : undefined,
});

export default suite('station/firmware', 'Firmware', [
  update({
    version,
    id: 'installed-v2',
    title: 'Firmware is fetched, checked and installed, and each step is told (2.0.1)',
    octt: 'TC_L_01_CS',
    when: 'now',
    back,
  }),
  update({
    version,
    id: 'install-later',
    title: 'Firmware is installed at the time that was ordered',
    octt: 'TC_L_02_CS',
    feature: SCHEDULED,
    when: 'install later',
    back,
  }),
  update({
    version,
    id: 'download-later',
    title: 'Firmware is fetched at the time that was ordered',
    octt: 'TC_L_03_CS',
    feature: SCHEDULED,
    when: 'download later',
    back,
  }),

  failing({
    version,
    id: 'bad-signature',
    title: 'Firmware whose signature is wrong is not installed',
    octt: 'TC_L_06_CS',
    file: GOOD,
    kind: 'firmware',
    wrong: () => ({ signature: NO_SIGNATURE }),
    steps: ['Downloading', 'Downloaded'],
    ends: ['InvalidSignature'],
    ref: 'L01.FR.04',
    event: 'InvalidFirmwareSignature',
  }),
  failing({
    version,
    id: 'download-failed-v2',
    title: 'Firmware that is nowhere can not be fetched (2.0.1)',
    octt: 'TC_L_07_CS',
    file: ['firmwareCertificate', 'firmwareSignature'],
    kind: 'firmware',
    wrong: async (context) => ({ location: await refused(context, 'firmware.bin') }),
    steps: ['Downloading'],
    ends: ['DownloadFailed'],
    ref: 'L01.FR.30',
  }),
  failing({
    version,
    id: 'broken',
    title: 'Firmware that is none is not installed',
    octt: 'TC_L_08_CS',
    file: BROKEN,
    kind: 'brokenFirmware',
    wrong: () => ({}),
    steps: ['Downloading', 'Downloaded', 'SignatureVerified'],
    ends: ['InstallVerificationFailed', 'InstallationFailed'],
    ref: 'L01.FR.29',
  }),

  testCase({
    id: 'station/firmware/bad-certificate',
    title: 'An update with a certificate that is none is refused, and that is told as a security event',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_L_05_CS' },
    checks: {
      word: { ref: 'L01.FR.22', level: 'SHALL', says: 'the answer is InvalidCertificate' },
      event: { ref: 'L01.FR.02', level: 'SHALL', says: 'the security event InvalidFirmwareSigningCertificate comes' },
      nothing: { ref: 'L01.FR.21', level: 'SHALL', says: 'nothing is fetched' },
    },
    catches: {
      word: [alter('UpdateFirmware', { status: 'Accepted' }), alter('UpdateFirmware', { status: 'Rejected' })],
      event: [
        drop('SecurityEventNotification'),
        alter('SecurityEventNotification', { type: 'InvalidFirmwareSignature' }),
      ],
      nothing: fetches('fetches-all-the-same'),
    },
    async run(context) {
      const { check } = context;
      await ready(context);
      await quiet(context);
      const ordered = await order(context, 'firmware', {
        location: await nowhere(context, 'firmware.bin'),
        signingCertificate: NO_CERTIFICATE,
        signature: NO_SIGNATURE,
      });
      check('word', () => expect(ordered.reply).to.be.callResult({ status: 'InvalidCertificate' }));
      if (ordered.reply.payload['status'] === 'Accepted') finished(context, ordered);
      const event = await securityEvent(context, ordered.since, 'InvalidFirmwareSigningCertificate');
      check('event', () => expect(event?.payload['timestamp'], 'SecurityEventNotification').to.be.recentInstant());
      await quiet(context);
      check('nothing', () =>
        expect(stepsOf(context, ordered).map(({ payload }) => payload['status'])).to.deep.equal([]),
      );
    },
  }),

  testCase({
    id: 'station/firmware/unsigned',
    title: 'Firmware without a certificate and a signature is not taken',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_L_18_CS' },
    checks: {
      // The standard describes updates without protection as well; the certification wants them refused.
      refused: { ref: 'L01.FR.09', level: 'SHOULD', says: 'the order is rejected' },
      nothing: {
        ref: 'L01.FR.01',
        level: 'SHALL',
        says: 'where it is, nothing is fetched; where not, the steps are told',
      },
    },
    catches: {
      refused: alter('UpdateFirmware', { status: 'Accepted' }),
      nothing: fetches('fetches-unsigned'),
    },
    async run(context) {
      const { check } = context;
      await ready(context);
      await quiet(context);
      const ordered = await order(context, 'firmware', {
        location: await nowhere(context, 'firmware.bin'),
        signingCertificate: undefined,
        signature: undefined,
      });
      const refused = ['Rejected', 'InvalidCertificate'].includes(String(ordered.reply.payload['status']));
      check('refused', () => expect(refused, describe(ordered.reply)).to.equal(true));
      const end = refused ? undefined : await step(context, ordered, 'Installed', ...FAILED);
      await quiet(context);
      check('nothing', () => {
        if (refused) expect(stepsOf(context, ordered).map(({ payload }) => payload['status'])).to.deep.equal([]);
        else expect(end?.payload['status']).to.equal('DownloadFailed');
      });
    },
  }),

  testCase({
    id: 'station/firmware/another',
    title: 'A second update takes the place of the first, or is rejected while the first goes on',
    sut: 'station',
    versions,
    octt: { '2.0.1': ['TC_L_10_CS', 'TC_L_11_CS'] },
    file: GOOD,
    checks: {
      accepted: stepChecks.accepted,
      word: { ref: 'L01.FR.27', level: 'SHALL', says: 'the second order is AcceptedCanceled, or Rejected' },
      cancels: { ref: 'L01.FR.24', level: 'SHOULD', says: 'it is AcceptedCanceled' },
      done: { ref: 'L01.FR.28', level: 'SHALL', says: 'the update that goes on is installed' },
      other: { ref: 'L01.FR.10', level: 'SHALL', says: 'of the other nothing more is told' },
    },
    catches: {
      accepted: alter('UpdateFirmware', { status: 'Rejected' }),
      word: alter('UpdateFirmware', { status: 'Accepted' }),
      cancels: alter(
        'UpdateFirmware',
        { status: 'Rejected' },
        { when: (payload) => /Canceled/.test(JSON.stringify(payload)) },
      ),
      done: alter('FirmwareStatusNotification', { status: 'InstallationFailed' }, word('Installed')),
      other: alter(
        'UpdateFirmware',
        { status: 'Rejected' },
        { when: (payload) => /Canceled/.test(JSON.stringify(payload)) },
      ),
    },
    async run(context) {
      const { check, csms } = context;
      await ready(context);
      await quiet(context);
      const first = await order(context, 'firmware');
      judgeAccepted(context, first);
      if ((await step(context, first, 'Downloading')) === undefined) throw new Unmet('no download begins');
      const second = await order(context, 'firmware');
      const { status } = second.reply.payload;
      check('word', () => expect(status).to.be.oneOf(['AcceptedCanceled', 'Rejected']));
      check('cancels', () => expect(status).to.equal('AcceptedCanceled'));
      const [goesOn, other] = status === 'AcceptedCanceled' ? [second, first] : [first, second];
      const ends = (payload: Payload) => ['Installed', ...FAILED].includes(String(payload['status']));
      const end = await csms.awaitCall('FirmwareStatusNotification', {
        since: second.since,
        timeoutMs: csms.patienceMs,
        where: (payload) => ends(payload) && payload['requestId'] === goesOn.requestId,
      });
      check('done', () => expect(end?.payload['status']).to.equal('Installed'));
      await securityEvent(context, second.since, 'FirmwareUpdated');
      await quiet(context);
      check('other', () => {
        const behind = csms
          .calls(second.since, 'FirmwareStatusNotification')
          .filter(({ n, payload }) => n > second.reply.n && payload['requestId'] === other.requestId);
        expect(behind.map(({ payload }) => payload['status'])).to.deep.equal([]);
      });
    },
  }),
]);
