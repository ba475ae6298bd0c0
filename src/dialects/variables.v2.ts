/** The variables of the controllers that the 2.0.1 standard names (appendices of Part 2): data type, access and unit. */

export interface StandardVariable {
  /** DataEnumType; of some there are several. */
  readonly dataTypes: readonly string[];
  /** MutabilityEnumType of those that every charger has, where the standard leaves no choice. */
  readonly mutability: string | undefined;
  readonly unit: string | undefined;
}

const DATA_TYPES: Readonly<Record<string, string>> = {
  b: 'boolean',
  i: 'integer',
  d: 'decimal',
  s: 'string',
  t: 'dateTime',
  o: 'OptionList',
  m: 'MemberList',
  q: 'SequenceList',
};

const MUTABILITIES: Readonly<Record<string, string>> = { R: 'ReadOnly', W: 'ReadWrite' };

/** `Variable:dataTypes:mutability:unit`, by component; instances of a variable are alike. */
const ROWS: Readonly<Record<string, string>> = {
  AlignedDataCtrlr:
    'Available:b Enabled:b Interval:i:W:s Measurands:m:W SendDuringIdle:b SignReadings:b TxEndedInterval:i:W:s TxEndedMeasurands:m:W',
  AuthCacheCtrlr: 'Available:b DisablePostAuthorize:b Enabled:b LifeTime:i Policy:o Storage:i::B',
  AuthCtrlr:
    'AdditionalInfoItemsPerMessage:i AuthorizeRemoteStart:b DisableRemoteAuthorization:b Enabled:b LocalAuthorizeOffline:b:W LocalPreAuthorize:b:W MasterPassGroupId:s OfflineTxForUnknownIdEnabled:b',
  ClockCtrlr:
    'DateTime:t:R NextTimeOffsetTransitionDateTime:t NtpServerUri:s NtpSource:o TimeAdjustmentReportingThreshold:i TimeOffset:s TimeSource:q TimeZone:s',
  DeviceDataCtrlr: 'BytesPerMessage:i:R ConfigurationValueSize:i ItemsPerMessage:i:R ReportingValueSize:i ValueSize:i',
  DisplayMessageCtrlr:
    'Available:b DisplayMessages:i:R Enabled:b PersonalMessageSize:i SupportedFormats:m:R SupportedPriorities:m:R',
  ISO15118Ctrlr:
    'CentralContractValidationAllowed:b ContractCertificateInstallationEnabled:b ContractValidationOffline:b:W CountryName:s MaxScheduleEntries:i OrganizationName:s PnCEnabled:b RequestMeteringReceipt:b RequestedEnergyTransferMode:o SeccId:s V2GCertificateInstallationEnabled:b',
  LocalAuthListCtrlr:
    'Available:b BytesPerMessage:i:R DisablePostAuthorize:b Enabled:b Entries:i:R ItemsPerMessage:i:R Storage:i::B',
  MonitoringCtrlr:
    'ActiveMonitoringBase:o ActiveMonitoringLevel:i Available:b BytesPerMessage:i Enabled:b ItemsPerMessage:i MonitoringBase:o MonitoringLevel:i OfflineQueuingSeverity:i',
  OCPPCommCtrlr:
    'ActiveNetworkProfile:si FieldLength:i FileTransferProtocols:m:R HeartbeatInterval:i::s MessageAttemptInterval:i:W MessageAttempts:i:W MessageTimeout:i:R:s NetworkConfigurationPriority:sqm:W NetworkProfileConnectionAttempts:i:W OfflineThreshold:i:W:s PublicKeyWithSignedMeterValue:o QueueAllMessages:b ResetRetries:i:W RetryBackOffRandomRange:i RetryBackOffRepeatTimes:i RetryBackOffWaitMinimum:i UnlockOnEVSideDisconnect:b WebSocketPingInterval:i::s',
  ReservationCtrlr: 'Available:b Enabled:b NonEvseSpecific:b',
  SampledDataCtrlr:
    'Available:b Enabled:b RegisterValuesWithoutPhases:b SignReadings:b TxEndedInterval:i:W:s TxEndedMeasurands:m:W TxStartedMeasurands:m:W TxUpdatedInterval:i:W:s TxUpdatedMeasurands:m:W',
  SecurityCtrlr:
    'AdditionalRootCertificateCheck:b BasicAuthPassword:s CertSigningRepeatTimes:i CertSigningWaitMinimum:i::s CertificateEntries:i:R Identity:s MaxCertificateChainSize:i OrganizationName:s:W SecurityProfile:i:R',
  SmartChargingCtrlr:
    'ACPhaseSwitchingSupported:b Available:b Enabled:b Entries:i:R ExternalControlSignalsEnabled:b LimitChangeSignificance:di:W:Percent NotifyChargingLimitWithSchedules:b PeriodsPerSchedule:i:R Phases3to1:b ProfileStackLevel:i:R RateUnit:m:R',
  TariffCostCtrlr: 'Available:b Currency:s:W Enabled:b TariffFallbackMessage:s:W TotalCostFallbackMessage:s:W',
  TxCtrlr:
    'ChargingTime:di::s EVConnectionTimeOut:i:W:s MaxEnergyOnInvalidId:i StopTxOnEVSideDisconnect:b StopTxOnInvalidId:b:W TxBeforeAcceptedEnabled:b TxStartPoint:m TxStopPoint:m',
};

/** By `component.variable` in small letters: names are case-insensitive. */
const byName: ReadonlyMap<string, StandardVariable> = new Map(
  Object.entries(ROWS).flatMap(([component, rows]) =>
    rows.split(' ').map((row): [string, StandardVariable] => {
      const [name = '', types = '', mutability = '', unit] = row.split(':');
      return [
        `${component}.${name}`.toLowerCase(),
        {
          dataTypes: [...types].map((letter) => DATA_TYPES[letter] ?? letter),
          mutability: MUTABILITIES[mutability],
          unit,
        },
      ];
    }),
  ),
);

/** What the standard says of a variable; undefined where it does not name it. */
export const standardVariable = (component: unknown, variable: unknown): StandardVariable | undefined =>
  byName.get(`${String(component)}.${String(variable)}`.toLowerCase());
