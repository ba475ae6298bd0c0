/** CALLs that an operator can ask a back office for, schema-valid, to show what the miniatures send on. */

import type { JsonObject } from '../control.ts';
import type { OcppVersion } from '../counterpart.ts';

const at = '2026-05-01T10:00:00.000Z';
const schedule = { chargingRateUnit: 'W', chargingSchedulePeriod: [{ startPeriod: 0, limit: 11000.5 }] };
const hash = { hashAlgorithm: 'SHA256', issuerNameHash: 'aa', issuerKeyHash: 'bb', serialNumber: 'cc' };
const subject = { component: { name: 'Clock' }, variable: { name: 'Now' } };

export const samples: Record<OcppVersion, [action: string, payload: JsonObject][]> = {
  '1.6': [
    ['CancelReservation', { reservationId: 3 }],
    ['CertificateSigned', { certificateChain: 'PEM' }],
    ['ChangeAvailability', { connectorId: 1, type: 'Inoperative' }],
    ['ChangeConfiguration', { key: 'HeartbeatInterval', value: '300' }],
    ['ClearChargingProfile', { id: 1, chargingProfilePurpose: 'TxProfile' }],
    ['DataTransfer', { vendorId: 'V', messageId: 'M', data: 'D' }],
    ['DeleteCertificate', { certificateHashData: hash }],
    ['ExtendedTriggerMessage', { requestedMessage: 'SignChargePointCertificate' }],
    ['GetCompositeSchedule', { connectorId: 1, duration: 60, chargingRateUnit: 'A' }],
    ['GetConfiguration', { key: ['HeartbeatInterval'] }],
    ['GetDiagnostics', { location: 'ftp://host/dir', startTime: at }],
    ['GetInstalledCertificateIds', { certificateType: 'ManufacturerRootCertificate' }],
    ['GetLog', { logType: 'SecurityLog', requestId: 1, log: { remoteLocation: 'ftp://host/dir' } }],
    ['InstallCertificate', { certificateType: 'CentralSystemRootCertificate', certificate: 'PEM' }],
    ['RemoteStartTransaction', { idTag: 'TAG1', connectorId: 1 }],
    ['RemoteStopTransaction', { transactionId: 9 }],
    ['ReserveNow', { connectorId: 1, expiryDate: at, idTag: 'TAG1', reservationId: 4 }],
    ['Reset', { type: 'Hard' }],
    [
      'SendLocalList',
      {
        listVersion: 1,
        updateType: 'Full',
        localAuthorizationList: [{ idTag: 'T', idTagInfo: { status: 'Accepted' } }],
      },
    ],
    [
      'SetChargingProfile',
      {
        connectorId: 1,
        csChargingProfiles: {
          chargingProfileId: 1,
          stackLevel: 0,
          chargingProfilePurpose: 'TxDefaultProfile',
          chargingProfileKind: 'Recurring',
          recurrencyKind: 'Daily',
          chargingSchedule: schedule,
        },
      },
    ],
    ['TriggerMessage', { requestedMessage: 'Heartbeat' }],
    ['UnlockConnector', { connectorId: 1 }],
    ['UpdateFirmware', { location: 'ftp://host/file', retrieveDate: at }],
  ],
  '2.0.1': [
    ['ChangeAvailability', { operationalStatus: 'Operative', evse: { id: 1 } }],
    ['ClearVariableMonitoring', { id: [1] }],
    ['CustomerInformation', { requestId: 1, report: true, clear: false, idToken: { idToken: 'T', type: 'Central' } }],
    ['GetBaseReport', { requestId: 1, reportBase: 'FullInventory' }],
    ['GetVariables', { getVariableData: [{ ...subject, attributeType: 'Actual' }] }],
    ['GetInstalledCertificateIds', { certificateType: ['ManufacturerRootCertificate', 'V2GRootCertificate'] }],
    ['InstallCertificate', { certificateType: 'V2GRootCertificate', certificate: 'PEM' }],
    [
      'RequestStartTransaction',
      {
        remoteStartId: 1,
        evseId: 1,
        idToken: { idToken: 'TAG1', type: 'ISO14443' },
        groupIdToken: { idToken: 'G', type: 'Central' },
      },
    ],
    ['RequestStopTransaction', { transactionId: 'tx-1' }],
    ['ReserveNow', { id: 1, expiryDateTime: at, idToken: { idToken: 'TAG1', type: 'eMAID' } }],
    ['Reset', { type: 'OnIdle' }],
    [
      'SetChargingProfile',
      {
        evseId: 1,
        chargingProfile: {
          id: 1,
          stackLevel: 0,
          chargingProfilePurpose: 'TxDefaultProfile',
          chargingProfileKind: 'Absolute',
          chargingSchedule: [{ id: 1, ...schedule }],
        },
      },
    ],
    ['SetMonitoringBase', { monitoringBase: 'All' }],
    ['SetVariableMonitoring', { setMonitoringData: [{ ...subject, value: 5, type: 'Delta', severity: 1 }] }],
    ['SetVariables', { setVariableData: [{ ...subject, attributeValue: '300' }] }],
    ['TriggerMessage', { requestedMessage: 'TransactionEvent' }],
    ['UnlockConnector', { evseId: 1, connectorId: 1 }],
    ['UpdateFirmware', { requestId: 1, firmware: { location: 'ftp://host/file', retrieveDateTime: at } }],
  ],
};
