/** The configuration keys of 1.6: defaults, access, and which values each takes. */
import { MAX_PROFILES } from './charging-profiles.ts';
import { knownMeasurands } from './meter.ts';
import { MOST_ROOTS } from './vault.ts';

export interface KeyRule {
  readonly value: string;
  /** `R` can only be read, `W` only be written. */
  readonly access: 'R' | 'RW' | 'W';
  readonly takes: (value: string) => boolean;
  /** Takes effect after a reset. */
  readonly reboot?: true;
}

const number =
  (least: number, most = 2 ** 31 - 1) =>
  (value: string) =>
    /^-?\d+$/.test(value) && Number(value) >= least && Number(value) <= most;
const count = number(0);
const boolean = (value: string) => /^(true|false)$/i.test(value);
const anything = () => true;
const nothing = () => false;

/** Most measurands in a list. */
const MAX_MEASURANDS = 10;

const measurands = (value: string) => {
  const items = value.split(',').map((item) => item.trim());
  return value === '' || (items.length <= MAX_MEASURANDS && items.every((item) => knownMeasurands.includes(item)));
};

const rw = (value: string, takes: KeyRule['takes'], reboot?: true): KeyRule => ({
  value,
  access: 'RW',
  takes,
  ...(reboot && { reboot }),
});
const r = (value: string): KeyRule => ({ value, access: 'R', takes: nothing });

const ENERGY = 'Energy.Active.Import.Register';
const PROFILES = 'Core,FirmwareManagement,LocalAuthListManagement,Reservation,RemoteTrigger,SmartCharging';

/** Keys of the standard (1.6 section 9, security whitepaper section 2), then those of plugproof. */
export const keys16: Readonly<Record<string, KeyRule>> = {
  AllowOfflineTxForUnknownId: rw('false', boolean),
  AuthorizationCacheEnabled: rw('true', boolean),
  AuthorizeRemoteTxRequests: rw('false', boolean),
  ClockAlignedDataInterval: rw('0', count),
  ConnectionTimeOut: rw('60', count),
  ConnectorPhaseRotation: rw('NotApplicable', anything),
  GetConfigurationMaxKeys: r('100'),
  HeartbeatInterval: rw('300', count),
  LocalAuthorizeOffline: rw('true', boolean),
  LocalPreAuthorize: rw('false', boolean),
  MaxEnergyOnInvalidId: rw('0', count),
  MeterValuesAlignedData: rw(ENERGY, measurands),
  MeterValuesSampledData: rw(ENERGY, measurands),
  MeterValueSampleInterval: rw('60', count),
  MinimumStatusDuration: rw('0', count),
  NumberOfConnectors: r(''),
  ResetRetries: rw('1', count),
  StopTransactionOnEVSideDisconnect: rw('true', boolean),
  StopTransactionOnInvalidId: rw('true', boolean),
  StopTxnAlignedData: rw('', measurands),
  StopTxnSampledData: rw('', measurands),
  SupportedFeatureProfiles: r(PROFILES),
  TransactionMessageAttempts: rw('3', number(1)),
  TransactionMessageRetryInterval: rw('60', count),
  UnlockConnectorOnEVSideDisconnect: rw('true', boolean),
  WebSocketPingInterval: rw('60', count),
  LocalAuthListEnabled: rw('true', boolean),
  LocalAuthListMaxLength: r('1000'),
  SendLocalListMaxLength: r('500'),
  ReserveConnectorZeroSupported: r('true'),
  ChargeProfileMaxStackLevel: r('8'),
  ChargingScheduleAllowedChargingRateUnit: r('Current,Power'),
  ChargingScheduleMaxPeriods: r('24'),
  ConnectorSwitch3to1PhaseSupported: r('false'),
  MaxChargingProfilesInstalled: r(String(MAX_PROFILES)),
  AdditionalRootCertificateCheck: r('false'),
  // Two hexadecimal digits for each byte (whitepaper A00.FR.205).
  AuthorizationKey: { value: '', access: 'W', takes: (value) => /^([0-9A-Fa-f]{2}){16,20}$/.test(value) },
  CertificateSignedMaxChainSize: r('10000'),
  CertificateStoreMaxLength: r(String(MOST_ROOTS)),
  SecurityProfile: rw('0', number(0, 3)),
  CpoName: rw('', anything),
  // Of plugproof: 1.6 leaves open how long a station waits before it dials again.
  RetryBackOffWaitMinimum: rw('10', count),
  RetryBackOffRandomRange: rw('10', count),
  RetryBackOffRepeatTimes: rw('5', count),
};
