/** Variables that the standard demands of a 2.0.1 charger (appendix of Part 2 with the referenced components). */
import { at } from '../../src/judge/path.ts';
import { actualOf, type Item, keyOf } from './reporting.v2.ts';

/** `Component: Variable Variable.Instance …`, for every charger. */
const ALWAYS: Readonly<Record<string, string>> = {
  AlignedDataCtrlr: 'Interval Measurands TxEndedInterval TxEndedMeasurands',
  AuthCtrlr: 'AuthorizeRemoteStart LocalAuthorizeOffline LocalPreAuthorize',
  ChargingStation: 'AvailabilityState Available SupplyPhases',
  ClockCtrlr: 'DateTime TimeSource',
  Connector: 'Available ConnectorType SupplyPhases',
  DeviceDataCtrlr:
    'BytesPerMessage.GetReport BytesPerMessage.GetVariables BytesPerMessage.SetVariables ItemsPerMessage.GetReport ItemsPerMessage.GetVariables ItemsPerMessage.SetVariables',
  EVSE: 'AvailabilityState Available Power SupplyPhases',
  OCPPCommCtrlr:
    'FileTransferProtocols MessageAttemptInterval.TransactionEvent MessageAttempts.TransactionEvent MessageTimeout.Default NetworkConfigurationPriority NetworkProfileConnectionAttempts OfflineThreshold ResetRetries UnlockOnEVSideDisconnect',
  SampledDataCtrlr: 'TxEndedInterval TxEndedMeasurands TxStartedMeasurands TxUpdatedInterval TxUpdatedMeasurands',
  SecurityCtrlr: 'CertificateEntries OrganizationName SecurityProfile',
  TxCtrlr: 'EVConnectionTimeOut StopTxOnEVSideDisconnect StopTxOnInvalidId TxStartPoint TxStopPoint',
};

/** The same, for chargers that say of the component that it is available. */
const WHERE_AVAILABLE: Readonly<Record<string, string>> = {
  DisplayMessageCtrlr: 'DisplayMessages SupportedFormats SupportedPriorities',
  LocalAuthListCtrlr: 'BytesPerMessage Entries ItemsPerMessage',
  MonitoringCtrlr: 'BytesPerMessage.SetVariableMonitoring ItemsPerMessage.SetVariableMonitoring',
  SmartChargingCtrlr: 'Entries.ChargingProfiles LimitChangeSignificance PeriodsPerSchedule ProfileStackLevel RateUnit',
};

/** Names are case-insensitive. */
const lower = (text: unknown) => String(text).toLowerCase();

/** Demanded variables that an inventory lacks, as `Component.Variable.Instance`. */
export function missingIn(all: readonly Item[]): string[] {
  const there = new Set<string>();
  for (const one of all) {
    const instance = at(one, 'variable.instance');
    there.add(lower(keyOf(one)));
    if (instance !== undefined) there.add(lower(`${keyOf(one)}.${instance}`));
  }
  const available = (component: string) =>
    all.some((one) => lower(keyOf(one)) === lower(`${component}.Available`) && lower(actualOf(one)) === 'true');
  return [
    ...Object.entries(ALWAYS),
    ...Object.entries(WHERE_AVAILABLE).filter(([component]) => available(component)),
  ].flatMap(([component, variables]) =>
    variables
      .split(' ')
      .map((variable) => `${component}.${variable}`)
      .filter((name) => !there.has(lower(name))),
  );
}
