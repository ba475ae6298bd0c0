/** CSMS, what else the security whitepaper brings to 1.6: security events, the security log, signed firmware. */
import type { Context } from '../../src/judge/context.ts';
import { alter, behaviour, drop, type Fault } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import { randomWord } from '../../src/random.ts';
import type { Payload } from '../../src/session.ts';
import { reportsEvent, toldCheck, toldFault } from './certificates.flows.ts';
import { FIRMWARE_CERTIFICATE } from './firmware-certificate.ts';
import { ofStatus, ordered, reports, servedOn, servedOnCheck, servedOnFault, takenCheck } from './orders.ts';
import { boot, booted } from './states.ts';
import { ago, ahead, oddNumber, status16 } from './states.v16.ts';

/** The whitepaper as a whole, for a SUT to declare absent. */
const SECURITY = 'Security';

/** Whitepaper, section 3, with its own spelling. */
const EVENTS = [
  ...['FirmwareUpdated', 'FailedToAuthenticationAtCentralSystem', 'CentralSystemFailedToAuthentication'],
  ...['SettingSystemTime', 'StartupOfTheDevice', 'ResetOrReboot', 'SecurityLogWasCleared'],
  ...['ReconfigurationOfSecurityParameters', 'MemoryExhaustion', 'InvalidMessages', 'AttemptedReplayAttacks'],
  ...['TamperDetectionActivated', 'InvalidFirmwareSignature', 'InvalidFirmwareSigningCertificate'],
  ...['InvalidCentralSystemCertificate', 'InvalidChargePointCertificate', 'InvalidTLSVersion', 'InvalidTLSCipherSuite'],
];

/** Changes one member of an object inside the CALL. */
const within = (action: string, object: string, member: string, value: unknown): Fault =>
  alter(
    action,
    (payload) => {
      const whole = payload as Payload;
      return { ...whole, [object]: { ...(whole[object] as Payload), [member]: value } };
    },
    { name: `another ${object}.${member}`, kind: 'call' },
  );

const followedCheck = { ref: 'W N01.FR.07', level: 'SHALL', says: 'each notification is answered' } as const;

/** Notifications one after the other, judged by the check `followed`. */
async function tells(
  { station, check }: Context<'followed'>,
  action: string,
  requestId: number,
  ...statuses: readonly string[]
): Promise<void> {
  for (const status of statuses) {
    const reply = await station.call(action, { status, requestId });
    check('followed', () => expect(reply, status).to.be.callResult());
  }
}

const logWish = (context: Context): Payload => ({
  logType: 'SecurityLog',
  requestId: oddNumber(context, 11),
  retries: oddNumber(context, 2, 5),
  retryInterval: oddNumber(context, 61, 300),
  log: {
    remoteLocation: `https://logs.example.org/${randomWord(context.random, 10)}/`,
    oldestTimestamp: ago(context, oddNumber(context, 7_200)),
    latestTimestamp: ago(context, oddNumber(context, 60, 600)),
  },
});
const logFaults = [
  alter('GetLog', { logType: 'DiagnosticsLog' }),
  alter('GetLog', { requestId: 1 }),
  alter('GetLog', { retries: 9 }),
  alter('GetLog', { retryInterval: null }),
  within('GetLog', 'log', 'remoteLocation', 'https://example.org/other/'),
  within('GetLog', 'log', 'oldestTimestamp', undefined),
  within('GetLog', 'log', 'latestTimestamp', '2031-01-01T00:00:00Z'),
];

const firmwareWish = (context: Context): Payload => ({
  requestId: oddNumber(context, 11),
  retries: oddNumber(context, 2, 5),
  retryInterval: oddNumber(context, 61, 300),
  firmware: {
    location: `https://firmware.example.org/${randomWord(context.random, 10)}/station.bin`,
    retrieveDateTime: ago(context, oddNumber(context, 60, 600)),
    installDateTime: ahead(context, oddNumber(context, 60, 600)),
    signingCertificate: FIRMWARE_CERTIFICATE,
    signature: btoa(randomWord(context.random, 48)),
  },
});
const firmwareCheck = {
  ref: 'W L01.FR.11',
  level: 'SHALL',
  says: 'the CALL carries where the firmware is, who signed it, its signature, and when to fetch and install it',
} as const;
const firmwareFaults = [
  alter('SignedUpdateFirmware', { requestId: 1 }),
  alter('SignedUpdateFirmware', { retries: null }),
  alter('SignedUpdateFirmware', { retryInterval: 9 }),
  within('SignedUpdateFirmware', 'firmware', 'location', 'https://example.org/other.bin'),
  within('SignedUpdateFirmware', 'firmware', 'signature', 'AAAA'),
  within('SignedUpdateFirmware', 'firmware', 'signingCertificate', 'none'),
  within('SignedUpdateFirmware', 'firmware', 'retrieveDateTime', '2031-01-01T00:00:00Z'),
  within('SignedUpdateFirmware', 'firmware', 'installDateTime', undefined),
];
const FIRMWARE_STATUS = 'SignedFirmwareStatusNotification';

/** How an update goes wrong, and what the station tells. */
const failures = [
  {
    id: 'invalid-signature',
    title: 'CSMS follows a signed update whose signature is no good',
    octt: 'TC_081_CSMS',
    status: 'Accepted',
    tells: ['Downloading', 'Downloaded', 'InvalidSignature'],
    event: 'InvalidFirmwareSignature',
  },
  {
    id: 'invalid-certificate',
    title: 'CSMS takes it that the station refuses the signing certificate',
    status: 'InvalidCertificate',
    tells: ['Idle'],
    event: 'InvalidFirmwareSigningCertificate',
  },
];

export default suite('csms/security-events', 'Security events, logs and firmware (1.6)', [
  testCase({
    id: 'csms/security-events/every-event-v16',
    title: 'CSMS answers every security event of 1.6, with and without a word about it',
    sut: 'csms',
    versions: ['1.6'],
    feature: SECURITY,
    checks: { told: toldCheck, servedOn: servedOnCheck },
    catches: { told: [toldFault('FirmwareUpdated'), toldFault('InvalidTLSCipherSuite')], servedOn: servedOnFault },
    async run(context) {
      await booted(context);
      for (const [i, type] of EVENTS.entries())
        await reportsEvent(context, type, { mayLack: true, ...(i % 2 === 1 && { techInfo: 'x'.repeat(255) }) });
      await servedOn(context);
    },
  }),

  ...(['Uploaded', 'UploadFailure'] as const).map((last) =>
    testCase({
      id: `csms/security-events/log-${last === 'Uploaded' ? 'uploaded' : 'upload-failed'}`,
      title: `CSMS has a station upload its security log, and is told ${last}`,
      sut: 'csms',
      versions: ['1.6'],
      ...(last === 'Uploaded' && { octt: { '1.6': 'TC_079_CSMS' } }),
      feature: SECURITY,
      needs: ['GetLog'],
      checks: {
        asked: {
          ref: 'GetLogRequest.logType',
          level: 'SHALL',
          says: 'the CALL asks for the security log, of the time and to the place that the operator gave',
        },
        followed: followedCheck,
        servedOn: servedOnCheck,
      },
      catches: {
        asked: logFaults,
        followed: [drop('LogStatusNotification', ofStatus('Uploading')), drop('LogStatusNotification', ofStatus(last))],
        servedOn: servedOnFault,
      },
      async run(context) {
        await booted(context);
        const wish = logWish(context);
        await ordered(context, 'GetLog', wish, { status: 'Accepted', filename: 'security.log' });
        await tells(context, 'LogStatusNotification', Number(wish['requestId']), 'Uploading', last);
        await servedOn(context);
      },
    }),
  ),

  testCase({
    id: 'csms/security-events/firmware-installed',
    title: 'CSMS updates the firmware of a station that checks its signature',
    sut: 'csms',
    versions: ['1.6'],
    octt: { '1.6': 'TC_080_CSMS' },
    feature: SECURITY,
    needs: ['SignedUpdateFirmware'],
    checks: {
      asked: firmwareCheck,
      followed: { ...followedCheck, ref: 'W L01.FR.01' },
      back: { ref: '4.2', level: 'SHALL', says: 'the station is accepted when it boots after the update' },
      told: toldCheck,
      taken: takenCheck,
    },
    catches: {
      asked: firmwareFaults,
      followed: [drop(FIRMWARE_STATUS, ofStatus('SignatureVerified')), drop(FIRMWARE_STATUS, ofStatus('Installed'))],
      back: behaviour('accepts-one-boot', 'a station that boots again is put on hold'),
      told: toldFault('FirmwareUpdated'),
      taken: drop('StatusNotification', ofStatus('Unavailable')),
    },
    async run(context) {
      const { station, check } = context;
      await booted(context);
      const wish = firmwareWish(context);
      const id = Number(wish['requestId']);
      await ordered(context, 'SignedUpdateFirmware', wish, { status: 'Accepted' });
      await tells(context, FIRMWARE_STATUS, id, 'Downloading', 'Downloaded', 'SignatureVerified');
      await reports(context, status16(context, 'Unavailable'));
      await tells(context, FIRMWARE_STATUS, id, 'Installing', 'InstallRebooting');
      await station.reconnect();
      const again = await boot(context, 'FirmwareUpdate');
      check('back', () => expect(again).to.be.callResult({ status: 'Accepted' }));
      await reportsEvent(context, 'FirmwareUpdated');
      await reports(context, status16(context, 'Available'));
      await tells(context, FIRMWARE_STATUS, id, 'Installed');
    },
  }),

  ...failures.map(({ id, title, octt, status, tells: statuses, event }) =>
    testCase({
      id: `csms/security-events/firmware-${id}`,
      title,
      sut: 'csms',
      versions: ['1.6'],
      ...(octt !== undefined && { octt: { '1.6': octt } }),
      feature: SECURITY,
      needs: ['SignedUpdateFirmware'],
      checks: {
        asked: firmwareCheck,
        followed: { ...followedCheck, ref: 'W L01.FR.01' },
        told: toldCheck,
        servedOn: servedOnCheck,
      },
      catches: {
        asked: firmwareFaults,
        followed: drop(FIRMWARE_STATUS, ofStatus(statuses.at(-1) ?? '')),
        told: toldFault(event),
        servedOn: servedOnFault,
      },
      async run(context) {
        await booted(context);
        const wish = firmwareWish(context);
        await ordered(context, 'SignedUpdateFirmware', wish, { status });
        await tells(context, FIRMWARE_STATUS, Number(wish['requestId']), ...statuses);
        await reportsEvent(context, event);
        await servedOn(context);
      },
    }),
  ),
]);
