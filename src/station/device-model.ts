/** The device model of 2.x: which components and variables there are, and what each takes. */
import { heldProfiles, MAX_PROFILES } from './charging-profiles.ts';
import { knownMeasurands } from './meter.ts';
import { activeSlot, SLOTS } from './network.ts';
import type { Station } from './station.ts';
import { has, text } from './values.ts';
import { MOST_ROOTS } from './vault.ts';

type DataType =
  | 'boolean'
  | 'integer'
  | 'decimal'
  | 'string'
  | 'dateTime'
  | 'OptionList'
  | 'MemberList'
  | 'SequenceList';
type Mutability = 'ReadOnly' | 'ReadWrite' | 'WriteOnly';

export interface VariableRule {
  readonly component: string;
  readonly variable: string;
  readonly instance: string | undefined;
  readonly mutability: Mutability;
  readonly dataType: DataType;
  readonly value: string;
  readonly unit?: string;
  readonly values?: readonly string[];
  readonly min?: number;
  readonly max?: number;
  /** Takes effect after a reset. */
  readonly reboot?: true;
}

interface More {
  readonly unit?: string;
  readonly values?: readonly string[];
  readonly min?: number;
  readonly max?: number;
  readonly reboot?: true;
}

type Row = readonly [key: string, mutability: Mutability, dataType: DataType, value: string, more?: More];

const POINTS = ['ParkingBayOccupancy', 'EVConnected', 'Authorized', 'DataSigned', 'PowerPathClosed', 'EnergyTransfer'];
const PRIORITIES = ['AlwaysFront', 'InFront', 'NormalCycle'];
const FORMATS = ['ASCII', 'HTML', 'URI', 'UTF8'];
const ENERGY = 'Energy.Active.Import.Register';
const [RW, R, W] = ['ReadWrite', 'ReadOnly', 'WriteOnly'] as const;
const count: More = { min: 0 };
const seconds: More = { unit: 's', min: 0 };
const measurands: More = { values: knownMeasurands };

/** `Component.Variable` or `Component.Variable.Instance`, as in the appendices of part 2. */
const ROWS: readonly Row[] = [
  ['AlignedDataCtrlr.Available', R, 'boolean', 'true'],
  ['AlignedDataCtrlr.Enabled', RW, 'boolean', 'true'],
  ['AlignedDataCtrlr.Interval', RW, 'integer', '0', seconds],
  ['AlignedDataCtrlr.Measurands', RW, 'MemberList', ENERGY, measurands],
  ['AlignedDataCtrlr.SendDuringIdle', RW, 'boolean', 'false'],
  ['AlignedDataCtrlr.SignReadings', RW, 'boolean', 'false'],
  ['AlignedDataCtrlr.TxEndedInterval', RW, 'integer', '0', seconds],
  ['AlignedDataCtrlr.TxEndedMeasurands', RW, 'MemberList', '', measurands],
  ['AuthCacheCtrlr.Available', R, 'boolean', 'true'],
  ['AuthCacheCtrlr.DisablePostAuthorize', RW, 'boolean', 'false'],
  ['AuthCacheCtrlr.Enabled', RW, 'boolean', 'true'],
  ['AuthCacheCtrlr.LifeTime', RW, 'integer', '0', seconds],
  ['AuthCtrlr.AuthorizeRemoteStart', RW, 'boolean', 'false'],
  ['AuthCtrlr.DisableRemoteAuthorization', RW, 'boolean', 'false'],
  ['AuthCtrlr.Enabled', RW, 'boolean', 'true'],
  ['AuthCtrlr.LocalAuthorizeOffline', RW, 'boolean', 'true'],
  ['AuthCtrlr.LocalPreAuthorize', RW, 'boolean', 'false'],
  ['AuthCtrlr.OfflineTxForUnknownIdEnabled', RW, 'boolean', 'false'],
  ['AuthCtrlr.MasterPassGroupId', RW, 'string', '', { max: 36 }],
  ['ClockCtrlr.DateTime', R, 'dateTime', ''],
  ['ClockCtrlr.TimeSource', RW, 'SequenceList', 'Heartbeat', { values: ['Heartbeat'] }],
  ['ClockCtrlr.NextTimeOffsetTransitionDateTime', RW, 'dateTime', ''],
  ['DeviceDataCtrlr.BytesPerMessage.GetReport', R, 'integer', '65536'],
  ['DeviceDataCtrlr.BytesPerMessage.GetVariables', R, 'integer', '65536'],
  ['DeviceDataCtrlr.BytesPerMessage.SetVariables', R, 'integer', '65536'],
  ['DeviceDataCtrlr.ItemsPerMessage.GetReport', R, 'integer', '50'],
  ['DeviceDataCtrlr.ItemsPerMessage.GetVariables', R, 'integer', '50'],
  ['DeviceDataCtrlr.ItemsPerMessage.SetVariables', R, 'integer', '50'],
  ['DisplayMessageCtrlr.Available', R, 'boolean', 'true'],
  ['DisplayMessageCtrlr.DisplayMessages', R, 'integer', '0', { max: 50 }],
  ['DisplayMessageCtrlr.Enabled', R, 'boolean', 'true'],
  ['DisplayMessageCtrlr.SupportedFormats', R, 'MemberList', 'ASCII,URI,UTF8', { values: FORMATS }],
  ['DisplayMessageCtrlr.SupportedPriorities', R, 'MemberList', PRIORITIES.join(','), { values: PRIORITIES }],
  ['LocalAuthListCtrlr.Available', R, 'boolean', 'true'],
  ['LocalAuthListCtrlr.BytesPerMessage', R, 'integer', '65536'],
  ['LocalAuthListCtrlr.DisablePostAuthorize', RW, 'boolean', 'false'],
  ['LocalAuthListCtrlr.Enabled', RW, 'boolean', 'true'],
  ['LocalAuthListCtrlr.Entries', R, 'integer', '0', { max: 1000 }],
  ['LocalAuthListCtrlr.ItemsPerMessage', R, 'integer', '500'],
  ['LocalAuthListCtrlr.SupportsExpiryDateTime', R, 'boolean', 'true'],
  ['MonitoringCtrlr.Available', R, 'boolean', 'true'],
  ['MonitoringCtrlr.BytesPerMessage.ClearVariableMonitoring', R, 'integer', '65536'],
  ['MonitoringCtrlr.BytesPerMessage.SetVariableMonitoring', R, 'integer', '65536'],
  ['MonitoringCtrlr.Enabled', RW, 'boolean', 'true'],
  ['MonitoringCtrlr.ItemsPerMessage.ClearVariableMonitoring', R, 'integer', '50'],
  ['MonitoringCtrlr.ItemsPerMessage.SetVariableMonitoring', R, 'integer', '50'],
  ['MonitoringCtrlr.OfflineQueuingSeverity', RW, 'integer', '9', { min: 0, max: 9 }],
  ['OCPPCommCtrlr.ActiveNetworkProfile', R, 'integer', '1'],
  ['OCPPCommCtrlr.FileTransferProtocols', R, 'MemberList', 'HTTPS', { values: ['HTTP', 'HTTPS', 'FTP', 'SFTP'] }],
  ['OCPPCommCtrlr.HeartbeatInterval', RW, 'integer', '300', seconds],
  ['OCPPCommCtrlr.MessageTimeout.Default', R, 'integer', '', { unit: 's', min: 1 }],
  ['OCPPCommCtrlr.MessageAttemptInterval.TransactionEvent', RW, 'integer', '60', seconds],
  ['OCPPCommCtrlr.MessageAttempts.TransactionEvent', RW, 'integer', '3', { min: 1 }],
  ['OCPPCommCtrlr.NetworkConfigurationPriority', RW, 'SequenceList', '1', { values: SLOTS }],
  ['OCPPCommCtrlr.NetworkProfileConnectionAttempts', RW, 'integer', '3', { min: 1 }],
  ['OCPPCommCtrlr.OfflineThreshold', RW, 'integer', '60', seconds],
  ['OCPPCommCtrlr.PublicKeyWithSignedMeterValue', RW, 'OptionList', 'Never', { values: ['Never', 'EveryMeterValue'] }],
  ['OCPPCommCtrlr.ResetRetries', RW, 'integer', '1', count],
  ['OCPPCommCtrlr.RetryBackOffRandomRange', RW, 'integer', '10', seconds],
  ['OCPPCommCtrlr.RetryBackOffRepeatTimes', RW, 'integer', '5', count],
  ['OCPPCommCtrlr.RetryBackOffWaitMinimum', RW, 'integer', '10', seconds],
  ['OCPPCommCtrlr.UnlockOnEVSideDisconnect', RW, 'boolean', 'true'],
  ['OCPPCommCtrlr.WebSocketPingInterval', RW, 'integer', '60', seconds],
  ['ReservationCtrlr.Available', R, 'boolean', 'true'],
  ['ReservationCtrlr.Enabled', RW, 'boolean', 'true'],
  ['ReservationCtrlr.NonEvseSpecific', R, 'boolean', 'true'],
  ['SampledDataCtrlr.Available', R, 'boolean', 'true'],
  ['SampledDataCtrlr.Enabled', RW, 'boolean', 'true'],
  ['SampledDataCtrlr.RegisterValuesWithoutPhases', R, 'boolean', 'true'],
  ['SampledDataCtrlr.SignReadings', RW, 'boolean', 'false'],
  ['SampledDataCtrlr.TxEndedInterval', RW, 'integer', '0', seconds],
  ['SampledDataCtrlr.TxEndedMeasurands', RW, 'MemberList', ENERGY, measurands],
  ['SampledDataCtrlr.TxStartedMeasurands', RW, 'MemberList', ENERGY, measurands],
  ['SampledDataCtrlr.TxUpdatedInterval', RW, 'integer', '60', seconds],
  ['SampledDataCtrlr.TxUpdatedMeasurands', RW, 'MemberList', ENERGY, measurands],
  ['SecurityCtrlr.AdditionalRootCertificateCheck', R, 'boolean', 'false'],
  ['SecurityCtrlr.BasicAuthPassword', W, 'string', '', { min: 16, max: 40 }],
  ['SecurityCtrlr.CertificateEntries', R, 'integer', '0', { max: MOST_ROOTS }],
  ['SecurityCtrlr.CertSigningRepeatTimes', RW, 'integer', '3', count],
  ['SecurityCtrlr.CertSigningWaitMinimum', RW, 'integer', '60', seconds],
  ['SecurityCtrlr.Identity', R, 'string', ''],
  ['SecurityCtrlr.MaxCertificateChainSize', R, 'integer', '10000', { max: 10_000 }],
  ['SecurityCtrlr.OrganizationName', RW, 'string', 'plugproof'],
  ['SecurityCtrlr.SecurityProfile', R, 'integer', '0'],
  ['ISO15118Ctrlr.CentralContractValidationAllowed', RW, 'boolean', 'false'],
  ['ISO15118Ctrlr.ContractValidationOffline', RW, 'boolean', 'false'],
  ['ISO15118Ctrlr.Enabled', RW, 'boolean', 'false'],
  ['ISO15118Ctrlr.PnCEnabled', RW, 'boolean', 'false'],
  ['SmartChargingCtrlr.ACPhaseSwitchingSupported', R, 'boolean', 'false'],
  ['SmartChargingCtrlr.Available', R, 'boolean', 'true'],
  ['SmartChargingCtrlr.Enabled', R, 'boolean', 'true'],
  ['SmartChargingCtrlr.Entries.ChargingProfiles', R, 'integer', '0', { max: MAX_PROFILES }],
  ['SmartChargingCtrlr.NotifyChargingLimitWithSchedules', RW, 'boolean', 'false'],
  ['SmartChargingCtrlr.PeriodsPerSchedule', R, 'integer', '24'],
  ['SmartChargingCtrlr.ProfileStackLevel', R, 'integer', '8'],
  ['SmartChargingCtrlr.RateUnit', R, 'MemberList', 'A,W', { values: ['A', 'W'] }],
  ['SmartChargingCtrlr.LimitChangeSignificance', RW, 'decimal', '1.0', { unit: 'Percent', min: 0, max: 100 }],
  ['TariffCostCtrlr.Available.Cost', R, 'boolean', 'true'],
  ['TariffCostCtrlr.Available.Tariff', R, 'boolean', 'true'],
  ['TariffCostCtrlr.Currency', RW, 'string', 'EUR', { min: 3, max: 3 }],
  ['TariffCostCtrlr.TariffFallbackMessage', RW, 'string', '', { max: 255 }],
  ['TariffCostCtrlr.TotalCostFallbackMessage', RW, 'string', '', { max: 255 }],
  ['TxCtrlr.EVConnectionTimeOut', RW, 'integer', '60', seconds],
  ['TxCtrlr.MaxEnergyOnInvalidId', RW, 'integer', '0', { unit: 'Wh', min: 0 }],
  ['TxCtrlr.StopTxOnEVSideDisconnect', RW, 'boolean', 'true'],
  ['TxCtrlr.StopTxOnInvalidId', RW, 'boolean', 'true'],
  ['TxCtrlr.TxStartPoint', RW, 'MemberList', 'EVConnected,Authorized', { values: POINTS }],
  ['TxCtrlr.TxStopPoint', RW, 'MemberList', 'EVConnected,Authorized', { values: POINTS }],
];

/** The variables of the controllers, by key. */
export const variables2: ReadonlyMap<string, VariableRule> = new Map(
  ROWS.map(([key, mutability, dataType, value, more]) => {
    const [component = '', variable = '', instance] = key.split('.');
    return [key, { component, variable, instance, mutability, dataType, value, ...more }];
  }),
);

export const defaultOf2 = (key: string): string | undefined => variables2.get(key)?.value;

/** True where `value` is one that the variable takes (B05.FR.07, B05.FR.08). */
export function takes(rule: VariableRule, value: string): boolean {
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = rule;
  switch (rule.dataType) {
    case 'boolean':
      return value === 'true' || value === 'false';
    case 'integer':
      return /^-?\d+$/.test(value) && Number(value) >= min && Number(value) <= max;
    case 'decimal':
      return /^-?\d+(\.\d+)?$/.test(value) && Number(value) >= min && Number(value) <= max;
    case 'dateTime':
      return /^\d{4}-\d{2}-\d{2}T/.test(value) && !Number.isNaN(Date.parse(value));
    case 'OptionList':
      return rule.values?.includes(value) ?? true;
    case 'MemberList':
    case 'SequenceList': {
      const items = value === '' ? [] : value.split(',').map((item) => item.trim());
      return new Set(items).size === items.length && items.every((item) => rule.values?.includes(item) ?? true);
    }
    default:
      return value.length >= Math.max(0, min) && value.length <= Math.min(2500, max);
  }
}

/** Values that are not configured but known. */
const LIVE: Readonly<Record<string, (station: Station) => string>> = {
  'ClockCtrlr.DateTime': ({ clock }) => new Date(clock.now()).toISOString(),
  'DisplayMessageCtrlr.DisplayMessages': ({ extras }) => String(extras?.messages?.size ?? 0),
  'LocalAuthListCtrlr.Entries': ({ extras }) => String(extras?.localList?.size ?? 0),
  'SmartChargingCtrlr.Entries.ChargingProfiles': (station) => String(heldProfiles(station).length),
  'SecurityCtrlr.CertificateEntries': ({ extras }) => String(extras?.vault?.roots.length ?? 0),
  'SecurityCtrlr.SecurityProfile': ({ extras, settings }) =>
    String(extras?.vault?.profile ?? settings.credentials?.profile ?? 0),
  'ReservationCtrlr.NonEvseSpecific': (station) => String(has(station, 'R-2')),
  'OCPPCommCtrlr.ActiveNetworkProfile': activeSlot,
  'SecurityCtrlr.Identity': ({ settings }) => settings.identity,
  'OCPPCommCtrlr.MessageTimeout.Default': (station) =>
    text(station, 'OCPPCommCtrlr.MessageTimeout.Default') || String(Math.ceil(station.settings.timeoutMs / 1000)),
};

/** Value of a controller's variable, as text. */
export const valueNow = (station: Station, key: string): string => LIVE[key]?.(station) ?? text(station, key);
