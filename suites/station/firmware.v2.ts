/** Charger, 2.x secure firmware: an update is told step by step, at its time, and one that can not be is refused. */
import type { Context } from '../../src/judge/context.ts';
import { alter, behaviour, drop, type Fault } from '../../src/judge/fault.ts';
import { describe } from '../../src/judge/station-player.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import type { Payload } from '../../src/session.ts';
import type { FileKind } from '../../src/sut/system-under-test.ts';
import { nowhere, refused } from './files.v2.ts';
import { quiet, ready } from './states.ts';
import {
  BROKEN,
  FAILED,
  finished,
  GOOD,
  judgeAccepted,
  judgeSteps,
  order,
  securityEvent,
  skipped,
  step,
  stepChecks,
  stepFaults,
  stepsOf,
  word,
} from './updates.v2.ts';

const versions = ['2.0.1'] as const;

/** Declared feature: updates at a time that is ordered. */
const SCHEDULED = 'C-15';

/** Seconds until an update that is scheduled begins. */
const LATER_S = 5;
/** Seconds by which a charger's clock may differ. */
const EARLY_S = 1;
/** Where a signature should be. */
const NO_SIGNATURE = btoa('not the signature of this file');
/** Where a certificate should be. */
const NO_CERTIFICATE = '-----BEGIN CERTIFICATE-----\nbm90IGEgY2VydGlmaWNhdGU=\n-----END CERTIFICATE-----';

const update = (id: string, title: string, octt: string, when: 'now' | 'install later' | 'download later') =>
  testCase({
    id: `station/firmware/${id}`,
    title,
    sut: 'station',
    versions,
    octt: { '2.0.1': octt },
    file: GOOD,
    ...(when !== 'now' && { feature: SCHEDULED }),
    checks: {
      ...stepChecks,
      patient: { ref: 'L01.FR.16', level: 'SHALL', says: 'what is scheduled is not begun before its time' },
      event: { ref: 'L01.FR.31', level: 'SHALL', says: 'the new firmware is told as a security event' },
      reason: { ref: 'B01.FR.09', level: 'SHALL', says: 'a boot on the way says that it is for the firmware' },
      rests: { ref: 'L01.FR.25', level: 'SHALL', says: 'asked for the status when all is done, it is Idle' },
    },
    catches: {
      ...stepFaults('Installed'),
      told: [
        ...['Downloading', 'Downloaded', 'SignatureVerified'].map(skipped),
        ...(when === 'now' ? [] : [skipped(when === 'install later' ? 'InstallScheduled' : 'DownloadScheduled')]),
        alter('FirmwareStatusNotification', { status: 'InvalidSignature' }, word('SignatureVerified')),
      ],
      patient:
        when === 'now'
          ? alter('FirmwareStatusNotification', { status: 'DownloadScheduled' }, word('Installing'))
          : behaviour('updates-at-once', 'the times of an update are not heard'),
      event: [
        alter('SecurityEventNotification', { type: 'StartupOfTheDevice' }),
        alter('SecurityEventNotification', { timestamp: '2020-01-01T00:00:00Z' }),
      ],
      reason: alter('BootNotification', { reason: 'PowerUp' }),
      rests: alter('FirmwareStatusNotification', { status: 'Installing' }, word('Idle')),
    },
    async run(context) {
      const { check, clock, csms, orders } = context;
      await ready(context);
      await quiet(context);
      const due = clock.now() + LATER_S * 1000;
      const at = new Date(due).toISOString();
      const times: Readonly<Record<typeof when, Payload>> = {
        now: {},
        'install later': { installDateTime: at },
        'download later': { retrieveDateTime: at },
      };
      const ordered = await order(context, 'firmware', times[when]);
      judgeAccepted(context, ordered);
      finished(context, ordered);
      const first = await step(context, ordered, when === 'install later' ? 'Installing' : 'Downloading');
      const began = clock.now();
      const end = await step(context, ordered, 'Installed', ...FAILED);
      const event = await securityEvent(context, ordered.since, 'FirmwareUpdated');
      await quiet(context);
      judgeSteps(context, ordered, [
        ...(when === 'download later' ? ['DownloadScheduled'] : []),
        'Downloading',
        'Downloaded',
        'SignatureVerified',
        ...(when === 'install later' ? ['InstallScheduled'] : []),
        'Installing',
        'Installed',
      ]);
      check('patient', () => {
        const words = stepsOf(context, ordered).map(({ payload }) => payload['status']);
        if (when === 'now') return expect(words).to.not.include('DownloadScheduled');
        // The status Installing may be left out: then the end is what has to wait.
        const told = first === undefined ? clock.now() : began;
        expect((told - due) / 1000, 'seconds after its time').to.be.at.least(-EARLY_S);
      });
      check('event', () =>
        expect(event?.payload['timestamp'], 'SecurityEventNotification FirmwareUpdated').to.be.recentInstant(),
      );
      check('reason', () => {
        for (const { payload } of csms.calls(ordered.since, 'BootNotification'))
          expect(payload['reason']).to.equal('FirmwareUpdate');
        expect(end?.payload['status']).to.equal('Installed');
      });
      const mark = csms.mark;
      const asked = await csms.call('TriggerMessage', orders.trigger('FirmwareStatusNotification'));
      if (asked.payload['status'] !== 'Accepted')
        throw new Unmet(`the status is not told for the asking: ${describe(asked)}`);
      const rests = await csms.awaitCall('FirmwareStatusNotification', { since: mark, after: asked.n });
      check('rests', () => expect(rests?.payload['status']).to.equal('Idle'));
    },
  });

/** An update that comes to nothing. */
interface Failing {
  readonly id: string;
  readonly title: string;
  readonly octt: string;
  readonly file: readonly FileKind[];
  readonly kind: 'firmware' | 'brokenFirmware';
  /** What is wrong with the order. */
  readonly wrong: (context: Context) => Promise<Payload> | Payload;
  readonly steps: readonly string[];
  /** Words for the end, each as good as the others. */
  readonly ends: readonly string[];
  readonly ref: string;
  /** Security event that tells of it. */
  readonly event?: string;
}

const failing = ({ id, title, octt, file, kind, wrong, steps, ends, ref, event }: Failing) =>
  testCase({
    id: `station/firmware/${id}`,
    title,
    sut: 'station',
    versions,
    octt: { '2.0.1': octt },
    file,
    checks: {
      ...stepChecks,
      ended: { ref, level: 'SHALL', says: `it is told to have come to ${ends.join(' or ')}` },
      ...(event !== undefined && {
        event: { ref: 'L01.FR.03', level: 'SHALL' as const, says: `and the security event ${event}` },
      }),
    } as Record<string, { ref: string; level: 'SHALL'; says: string }>,
    catches: {
      ...stepFaults(ends[0] ?? ''),
      told: steps.map(skipped),
      ended: alter(
        'FirmwareStatusNotification',
        { status: 'Installed' },
        {
          when: (payload) => ends.includes(String((payload as Payload)['status'])),
        },
      ),
      ...(event !== undefined && { event: alter('SecurityEventNotification', { type: 'StartupOfTheDevice' }) }),
    } as Record<string, Fault | Fault[]>,
    async run(context) {
      const { check } = context;
      await ready(context);
      await quiet(context);
      const ordered = await order(context, kind, await wrong(context));
      judgeAccepted(context, ordered);
      const end = await step(context, ordered, 'Installed', ...FAILED);
      check('ended', () => expect(end?.payload['status']).to.be.oneOf([...ends]));
      if (event !== undefined) {
        const told = await securityEvent(context, ordered.since, event);
        check('event', () =>
          expect(told?.payload['timestamp'], `SecurityEventNotification ${event}`).to.be.recentInstant(),
        );
      }
      await quiet(context);
      judgeSteps(context, ordered, [...steps, ...(end === undefined ? [] : [String(end.payload['status'])])]);
    },
  });

export default suite('station/firmware', 'Firmware', [
  update(
    'installed-v2',
    'Firmware is fetched, checked and installed, and each step is told (2.0.1)',
    'TC_L_01_CS',
    'now',
  ),
  update('install-later', 'Firmware is installed at the time that was ordered', 'TC_L_02_CS', 'install later'),
  update('download-later', 'Firmware is fetched at the time that was ordered', 'TC_L_03_CS', 'download later'),

  failing({
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
      nothing: {
        name: 'fetches-all-the-same',
        says: 'a download begins though the order was refused',
        rewrite: (out) =>
          out.action === 'UpdateFirmware'
            ? [
                { text: out.text },
                {
                  text: `[2,"${out.id}s","FirmwareStatusNotification",{"status":"Downloading","requestId":1}]`,
                },
              ]
            : undefined,
      },
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
      nothing: {
        name: 'fetches-unsigned',
        says: 'a download begins though the order was refused',
        rewrite: (out) =>
          out.action === 'UpdateFirmware'
            ? [
                { text: out.text },
                {
                  text: `[2,"${out.id}s","FirmwareStatusNotification",{"status":"Downloading","requestId":1}]`,
                },
              ]
            : undefined,
      },
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
