/** The standard configuration keys of 1.6: which every charge point has, what each can hold, and who may write it (section 9). */

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/** Keys that every charge point has; errata 3.80 makes StopTransactionOnEVSideDisconnect one that it may have. */
export const REQUIRED = words(`AuthorizeRemoteTxRequests ClockAlignedDataInterval ConnectionTimeOut
  ConnectorPhaseRotation GetConfigurationMaxKeys HeartbeatInterval LocalAuthorizeOffline LocalPreAuthorize
  MeterValuesAlignedData MeterValuesSampledData MeterValueSampleInterval NumberOfConnectors ResetRetries
  StopTransactionOnInvalidId StopTxnAlignedData StopTxnSampledData SupportedFeatureProfiles TransactionMessageAttempts
  TransactionMessageRetryInterval UnlockConnectorOnEVSideDisconnect`);

/** Keys that can only be read. */
export const READ_ONLY = words(`ConnectorPhaseRotationMaxLength GetConfigurationMaxKeys MeterValuesAlignedDataMaxLength
  MeterValuesSampledDataMaxLength NumberOfConnectors StopTxnAlignedDataMaxLength StopTxnSampledDataMaxLength
  SupportedFeatureProfiles SupportedFeatureProfilesMaxLength LocalAuthListMaxLength SendLocalListMaxLength
  ReserveConnectorZeroSupported ChargeProfileMaxStackLevel ChargingScheduleAllowedChargingRateUnit
  ChargingScheduleMaxPeriods ConnectorSwitch3to1PhaseSupported MaxChargingProfilesInstalled`);

/** Keys that can be written wherever they are, and that can be set to what they are without harm. */
export const WRITABLE = words(`AllowOfflineTxForUnknownId AuthorizationCacheEnabled ClockAlignedDataInterval
  ConnectionTimeOut ConnectorPhaseRotation HeartbeatInterval LocalAuthorizeOffline LocalPreAuthorize
  MeterValuesAlignedData MeterValuesSampledData MeterValueSampleInterval MinimumStatusDuration ResetRetries
  StopTransactionOnInvalidId StopTxnAlignedData StopTxnSampledData TransactionMessageAttempts
  TransactionMessageRetryInterval LocalAuthListEnabled`);

/** The other keys that are told to whoever may read them. */
const OTHERS = words(`AuthorizeRemoteTxRequests BlinkRepeat LightIntensity MaxEnergyOnInvalidId MessageTimeout
  StopTransactionMaxMeterValues StopTransactionOnEVSideDisconnect SupportedFileTransferProtocols
  UnlockConnectorOnEVSideDisconnect WebSocketPingInterval CpoName SecurityProfile`);

/** Every standard key but those that can only be written. */
export const STANDARD = [...WRITABLE, ...READ_ONLY, ...OTHERS];

/** Feature profiles (section 3.3). */
export const PROFILES = words(
  'Core FirmwareManagement LocalAuthListManagement Reservation SmartCharging RemoteTrigger',
);

/** Measurands (section 7.31), each with a phase behind it or without. */
const MEASURANDS = words(`Current.Export Current.Import Current.Offered Energy.Active.Export.Register
  Energy.Active.Import.Register Energy.Reactive.Export.Register Energy.Reactive.Import.Register
  Energy.Active.Export.Interval Energy.Active.Import.Interval Energy.Reactive.Export.Interval
  Energy.Reactive.Import.Interval Frequency Power.Active.Export Power.Active.Import Power.Factor Power.Offered
  Power.Reactive.Export Power.Reactive.Import RPM SoC Temperature Voltage`);

const ROTATIONS = words('NotApplicable Unknown RST RTS SRT STR TRS TSR');

/** A list with commas in which each item is one of these, with `before` and `behind` it. */
const listOf = (items: readonly string[], before = '', behind = ''): RegExp => {
  const one = `${before}(${items.map((item) => item.replaceAll('.', '\\.')).join('|')})${behind}`;
  return new RegExp(`^ *(${one}( *, *${one})*)? *$`);
};

/** What a key can hold. */
const KINDS: readonly (readonly [holds: RegExp, keys: readonly string[]])[] = [
  [
    /^(true|false)$/i,
    words(`AllowOfflineTxForUnknownId AuthorizationCacheEnabled AuthorizeRemoteTxRequests LocalAuthorizeOffline
      LocalPreAuthorize StopTransactionOnEVSideDisconnect StopTransactionOnInvalidId UnlockConnectorOnEVSideDisconnect
      LocalAuthListEnabled ReserveConnectorZeroSupported ConnectorSwitch3to1PhaseSupported`),
  ],
  [
    /^\d+$/,
    words(`ClockAlignedDataInterval ConnectionTimeOut GetConfigurationMaxKeys HeartbeatInterval MeterValueSampleInterval
      MinimumStatusDuration NumberOfConnectors ResetRetries TransactionMessageAttempts TransactionMessageRetryInterval
      WebSocketPingInterval LocalAuthListMaxLength SendLocalListMaxLength ChargeProfileMaxStackLevel
      ChargingScheduleMaxPeriods MaxChargingProfilesInstalled MaxEnergyOnInvalidId BlinkRepeat LightIntensity
      MeterValuesAlignedDataMaxLength MeterValuesSampledDataMaxLength StopTxnAlignedDataMaxLength
      StopTxnSampledDataMaxLength ConnectorPhaseRotationMaxLength SupportedFeatureProfilesMaxLength`),
  ],
  [listOf(['Current', 'Power']), words('ChargingScheduleAllowedChargingRateUnit')],
  [
    listOf(MEASURANDS, '', '(\\.(L[123](-(N|L[123]))?|N))?'),
    words('MeterValuesAlignedData MeterValuesSampledData StopTxnAlignedData StopTxnSampledData'),
  ],
  [listOf(ROTATIONS, '(\\d+\\.)?'), words('ConnectorPhaseRotation')],
  [/(^|,) *Core *(,|$)/, words('SupportedFeatureProfiles')],
];

/** Keys whose value may be missing where nothing is set. */
const LISTS = words(
  'MeterValuesAlignedData MeterValuesSampledData StopTxnAlignedData StopTxnSampledData ConnectorPhaseRotation',
);

/** Whether a standard key can have this value; true for every other key. */
export function holds(key: string, value: string | undefined): boolean {
  const kind = KINDS.find(([, keys]) => keys.includes(key))?.[0];
  if (kind === undefined) return true;
  return value === undefined ? LISTS.includes(key) : kind.test(value);
}
