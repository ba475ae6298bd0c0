/** How the altering yes-man changes what it sends on: every value becomes another one that the schemas allow. */

import type { Json, JsonObject } from '../control.ts';

/** Enumerations by the name of the field that holds them; a value becomes the next one of the list it is in. */
const ENUMS: Record<string, string[][]> = {
  apnAuthentication: [['AUTO', 'CHAP', 'NONE', 'PAP']],
  attributeType: [['Actual', 'Target', 'MinSet', 'MaxSet']],
  chargingLimitSource: [['EMS', 'Other', 'SO', 'CSO']],
  chargingProfileKind: [['Absolute', 'Recurring', 'Relative']],
  chargingRateUnit: [['A', 'W']],
  componentCriteria: [['Active', 'Available', 'Enabled', 'Problem']],
  format: [['ASCII', 'HTML', 'URI', 'UTF8']],
  hashAlgorithm: [['SHA256', 'SHA384', 'SHA512']],
  logType: [['DiagnosticsLog', 'SecurityLog']],
  monitoringBase: [['All', 'FactoryDefault', 'HardWiredOnly']],
  monitoringCriteria: [['ThresholdMonitoring', 'DeltaMonitoring', 'PeriodicMonitoring']],
  ocppInterface: [['Wired0', 'Wired1', 'Wired2', 'Wired3', 'Wireless0', 'Wireless1', 'Wireless2', 'Wireless3']],
  ocppTransport: [['JSON', 'SOAP']],
  ocppVersion: [['OCPP12', 'OCPP15', 'OCPP16', 'OCPP20']],
  operationalStatus: [['Inoperative', 'Operative']],
  priority: [['AlwaysFront', 'InFront', 'NormalCycle']],
  recurrencyKind: [['Daily', 'Weekly']],
  reportBase: [['ConfigurationInventory', 'FullInventory', 'SummaryInventory']],
  requestedMessage: [
    ['BootNotification', 'Heartbeat', 'MeterValues', 'StatusNotification', 'FirmwareStatusNotification'],
    ['LogStatusNotification', 'BootNotification'],
    ['DiagnosticsStatusNotification', 'Heartbeat'],
    ['SignChargePointCertificate', 'Heartbeat'],
    ['TransactionEvent', 'SignChargingStationCertificate', 'SignV2GCertificate', 'SignCombinedCertificate'],
    ['PublishFirmwareStatusNotification', 'Heartbeat'],
  ],
  state: [['Charging', 'Faulted', 'Idle', 'Unavailable']],
  status: [['Accepted', 'Blocked', 'Expired', 'Invalid']],
  type: [
    ['Hard', 'Soft'],
    ['Inoperative', 'Operative'],
    ['Immediate', 'OnIdle'],
    ['Central', 'eMAID', 'ISO14443', 'ISO15693', 'KeyCode', 'Local', 'MacAddress'],
    ['IKEv2', 'IPSec', 'L2TP', 'PPTP'],
    ['Delta', 'LowerThreshold', 'UpperThreshold', 'Periodic', 'PeriodicClockAligned'],
  ],
  updateType: [['Differential', 'Full']],
};

/** Enumerations that have one value in both versions, and other neighbours in each. */
const OWN_ENUMS: Record<string, Record<string, string[][]>> = {
  '1.6': {
    certificateType: [['CentralSystemRootCertificate', 'ManufacturerRootCertificate']],
    chargingProfilePurpose: [['ChargePointMaxProfile', 'TxDefaultProfile', 'TxProfile']],
  },
  '2.0.1': {
    certificateType: [
      ['V2GRootCertificate', 'MORootCertificate', 'CSMSRootCertificate', 'ManufacturerRootCertificate'],
      ['ChargingStationCertificate', 'V2GCertificate'],
    ],
    chargingProfilePurpose: [
      ['ChargingStationExternalConstraints', 'ChargingStationMaxProfile', 'TxDefaultProfile', 'TxProfile'],
    ],
  },
};

/** The payload with every value altered; only a payload without any value stays as it is. */
export function alter(version: string, payload: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(payload).map(([name, value]) => [name, alterValue(version, name, value)]));
}

function alterValue(version: string, name: string, value: Json): Json {
  if (Array.isArray(value)) return value.map((item) => alterValue(version, name, item));
  if (typeof value === 'object' && value !== null) return alter(version, value);
  if (typeof value === 'number') return Math.round((value + 7) * 10) / 10;
  if (typeof value === 'boolean') return !value;
  return typeof value === 'string' ? alterText(version, name, value) : value;
}

/** RFC 3339, as the date-time fields have it. */
const INSTANT = /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/;

function alterText(version: string, name: string, value: string): string {
  const list = (ENUMS[name] ?? OWN_ENUMS[version]?.[name])?.find((members) => members.includes(value));
  const next = list?.[(list.indexOf(value) + 1) % list.length];
  if (next !== undefined) return next;
  if (INSTANT.test(value)) return new Date(Date.parse(value) + 7000).toISOString();
  if (/^\d+$/.test(value)) return String(Number(value) + 7).slice(-value.length);
  // The same length, so that no maximum is passed.
  return value === '' ? '' : value.slice(0, -1) + (value.endsWith('7') ? '8' : '7');
}
