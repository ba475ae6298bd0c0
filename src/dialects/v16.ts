/** OCPP 1.6J, with the actions of the security whitepaper. */
import { actionTable } from './actions.ts';
import type { Dialect } from './dialect.ts';

export const v16: Dialect = {
  version: '1.6',
  subprotocol: 'ocpp1.6',
  actions: actionTable([
    [
      'Core',
      'station',
      'Authorize BootNotification Heartbeat MeterValues StartTransaction StatusNotification StopTransaction',
    ],
    ['Core', 'csms', 'ChangeAvailability ChangeConfiguration ClearCache GetConfiguration RemoteStartTransaction'],
    ['Core', 'csms', 'RemoteStopTransaction Reset UnlockConnector'],
    ['Core', 'both', 'DataTransfer'],
    ['FirmwareManagement', 'csms', 'GetDiagnostics UpdateFirmware'],
    ['FirmwareManagement', 'station', 'DiagnosticsStatusNotification FirmwareStatusNotification'],
    ['LocalAuthListManagement', 'csms', 'GetLocalListVersion SendLocalList'],
    ['Reservation', 'csms', 'CancelReservation ReserveNow'],
    ['SmartCharging', 'csms', 'ClearChargingProfile GetCompositeSchedule SetChargingProfile'],
    ['RemoteTrigger', 'csms', 'TriggerMessage'],
    [
      'Security',
      'csms',
      'CertificateSigned DeleteCertificate ExtendedTriggerMessage GetInstalledCertificateIds GetLog',
    ],
    ['Security', 'csms', 'InstallCertificate SignedUpdateFirmware'],
    [
      'Security',
      'station',
      'LogStatusNotification SecurityEventNotification SignCertificate SignedFirmwareStatusNotification',
    ],
  ]),
  messageTypes: new Set([2, 3, 4]),
  errorCodes: new Set([
    'NotImplemented',
    'NotSupported',
    'InternalError',
    'ProtocolError',
    'SecurityError',
    // Wrong by the dictionary and right on the wire: 1.6-J errata 5.1 and 5.2 keep both spellings.
    'FormationViolation',
    'PropertyConstraintViolation',
    'OccurenceConstraintViolation',
    'TypeConstraintViolation',
    'GenericError',
  ]),
  // The 1.6 text describes the codes in half a sentence each and binds none of them to a case.
  codes: {
    unreadable: { preferred: 'FormationViolation', accepted: ['ProtocolError', 'GenericError', 'InternalError'] },
    unknownAction: { preferred: 'NotImplemented', accepted: ['NotSupported'] },
    unsupportedAction: { preferred: 'NotSupported', accepted: ['NotImplemented'] },
    missingField: {
      preferred: 'OccurenceConstraintViolation',
      accepted: ['ProtocolError', 'FormationViolation', 'PropertyConstraintViolation', 'TypeConstraintViolation'],
    },
    extraField: {
      preferred: 'FormationViolation',
      accepted: ['PropertyConstraintViolation', 'OccurenceConstraintViolation', 'ProtocolError'],
    },
    wrongType: {
      preferred: 'TypeConstraintViolation',
      accepted: ['FormationViolation', 'PropertyConstraintViolation', 'ProtocolError'],
    },
    badValue: {
      preferred: 'PropertyConstraintViolation',
      accepted: ['FormationViolation', 'TypeConstraintViolation', 'OccurenceConstraintViolation', 'ProtocolError'],
    },
    tooLong: {
      preferred: 'PropertyConstraintViolation',
      accepted: ['FormationViolation', 'TypeConstraintViolation', 'OccurenceConstraintViolation', 'ProtocolError'],
    },
    payloadNoObject: {
      preferred: 'FormationViolation',
      accepted: ['TypeConstraintViolation', 'ProtocolError', 'GenericError', 'OccurenceConstraintViolation'],
    },
    beforeBoot: { preferred: 'SecurityError', accepted: ['NotSupported', 'GenericError', 'ProtocolError'] },
  },
  maxMessageId: 36,
  oneOutstandingCall: 'SHOULD',
  answersUnreadable: 'MAY',
};
