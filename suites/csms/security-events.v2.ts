/** CSMS, security events in OCPP 2.x: each is answered. */
import { suite, testCase } from '../../src/judge/test-case.ts';
import { reportsEvent, toldCheck, toldFault } from './certificates.flows.ts';
import { servedOn, servedOnCheck, servedOnFault } from './orders.ts';
import { booted } from './states.ts';

/** Part 2, appendices: the events that have a name. */
const EVENTS = [
  ...['FirmwareUpdated', 'FailedToAuthenticateAtCsms', 'CsmsFailedToAuthenticate', 'SettingSystemTime'],
  ...['StartupOfTheDevice', 'ResetOrReboot', 'SecurityLogWasCleared', 'ReconfigurationOfSecurityParameters'],
  ...['MemoryExhaustion', 'InvalidMessages', 'AttemptedReplayAttacks', 'TamperDetectionActivated'],
  ...['InvalidFirmwareSignature', 'InvalidFirmwareSigningCertificate', 'InvalidCsmsCertificate'],
  ...['InvalidChargingStationCertificate', 'InvalidTLSVersion', 'InvalidTLSCipherSuite'],
  ...['MaintenanceLoginAccepted', 'MaintenanceLoginFailed'],
];

export default suite('csms/security-events', 'Security events in OCPP 2.x', [
  testCase({
    id: 'csms/security-events/every-event',
    title: 'CSMS answers every security event of 2.x, with and without a word about it',
    sut: 'csms',
    versions: ['2.0.1'],
    checks: { told: toldCheck, servedOn: servedOnCheck },
    catches: {
      told: [toldFault('FirmwareUpdated'), toldFault('MaintenanceLoginFailed')],
      servedOn: servedOnFault,
    },
    async run(context) {
      await booted(context);
      for (const [i, type] of EVENTS.entries())
        await reportsEvent(context, type, i % 2 === 0 ? {} : { techInfo: 'x'.repeat(255) });
      await servedOn(context);
    },
  }),
]);
