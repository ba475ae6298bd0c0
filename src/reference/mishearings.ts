/** What a charger takes for another order than it is: CALLs of the CSMS as a faulty station hears them. */
type Payload = Readonly<Record<string, unknown>>;

export interface Mishearing {
  readonly action: string;
  /** What is heard in place of the payload. */
  readonly hears: (payload: Payload) => Payload;
}

const without =
  (...fields: readonly string[]) =>
  (payload: Payload): Payload =>
    Object.fromEntries(Object.entries(payload).filter(([key]) => !fields.includes(key)));

/** Sets another value in one component. */
const setsIn =
  (component: string, name: string, attributeValue: string) =>
  ({ setVariableData }: Payload): Payload => ({
    setVariableData: (setVariableData as readonly Payload[]).map((one) =>
      (one['component'] as Payload)['name'] === component && (one['variable'] as Payload)['name'] === name
        ? { ...one, attributeValue }
        : one,
    ),
  });

/** Sets another value than was ordered; the answer says that all is well. */
const sets =
  (name: string, attributeValue: string) =>
  ({ setVariableData }: Payload): Payload => ({
    setVariableData: (setVariableData as readonly Payload[]).map((one) =>
      (one['variable'] as Payload)['name'] === name ? { ...one, attributeValue } : one,
    ),
  });

/** By the name of the behaviour. */
export const mishearings = {
  'ignores-criteria': { action: 'GetReport', hears: without('componentCriteria') },
  'mistakes-criteria': { action: 'GetReport', hears: (asked) => ({ ...asked, componentCriteria: ['Problem'] }) },
  // Neither version has the other's field.
  'closes-the-whole-station': {
    action: 'ChangeAvailability',
    hears: ({ evse: _, ...asked }) => ('connectorId' in asked ? { ...asked, connectorId: 0 } : asked),
  },
  'resets-the-whole-station': { action: 'Reset', hears: without('evseId') },
  'resets-at-once': { action: 'Reset', hears: (asked) => ({ ...asked, type: 'Immediate' }) },
  'takes-any-absence-for-long': { action: 'SetVariables', hears: sets('OfflineThreshold', '1') },
  'takes-any-absence-for-short': { action: 'SetVariables', hears: sets('OfflineThreshold', '9999') },
  'does-not-wait-for-cables': { action: 'SetVariables', hears: sets('EVConnectionTimeOut', '1') },
  'gives-up-at-once': { action: 'SetVariables', hears: sets('MessageAttempts', '1') },
  'never-gives-up': { action: 'SetVariables', hears: sets('MessageAttempts', '99') },
  'repeats-at-once': { action: 'SetVariables', hears: sets('MessageAttemptInterval', '0') },
  'asks-all-the-same': { action: 'SetVariables', hears: sets('DisableRemoteAuthorization', 'false') },
  'gives-an-address-up-at-once': {
    action: 'SetVariables',
    hears: sets('NetworkProfileConnectionAttempts', '1'),
  },
  'updates-at-once': {
    action: 'UpdateFirmware',
    hears: ({ firmware, ...asked }) => {
      const { installDateTime: _, ...rest } = firmware as Payload;
      return { ...asked, firmware: { ...rest, retrieveDateTime: '2020-01-01T00:00:00Z' } };
    },
  },
  'clears-no-customers': {
    action: 'CustomerInformation',
    hears: (asked) => ({ ...asked, clear: false, report: true }),
  },
  'takes-all-for-none': { action: 'SetMonitoringBase', hears: () => ({ monitoringBase: 'HardWiredOnly' }) },
  'takes-none-for-all': { action: 'SetMonitoringBase', hears: () => ({ monitoringBase: 'All' }) },
  'ignores-monitoring-criteria': { action: 'GetMonitoringReport', hears: without('monitoringCriteria') },
  'ignores-monitored-variables': { action: 'GetMonitoringReport', hears: without('componentVariable') },
  'keeps-the-level-low': { action: 'SetMonitoringLevel', hears: () => ({ severity: 7 }) },
  'ticks-slowly': {
    action: 'SetVariableMonitoring',
    hears: ({ setMonitoringData }) => ({
      setMonitoringData: (setMonitoringData as readonly Payload[]).map((one) => ({ ...one, value: 6 })),
    }),
  },
  'queues-no-events': { action: 'SetVariables', hears: sets('OfflineQueuingSeverity', '0') },
  'queues-all-events': { action: 'SetVariables', hears: sets('OfflineQueuingSeverity', '9') },
  'triggers-all-evses': { action: 'TriggerMessage', hears: without('evse') },
  'never-backs-off': { action: 'SetVariables', hears: sets('RetryBackOffRepeatTimes', '0') },
  'aligns-slowly': { action: 'SetVariables', hears: setsIn('AlignedDataCtrlr', 'Interval', '7') },
  'aligns-for-the-end-slowly': {
    action: 'SetVariables',
    hears: setsIn('AlignedDataCtrlr', 'TxEndedInterval', '3'),
  },
  'samples-for-the-end-always': {
    action: 'SetVariables',
    hears: setsIn('SampledDataCtrlr', 'TxEndedMeasurands', 'Energy.Active.Import.Register'),
  },
  'samples-slowly': { action: 'SetVariables', hears: setsIn('SampledDataCtrlr', 'TxUpdatedInterval', '9') },
  'samples-for-the-end-slowly': {
    action: 'SetVariables',
    hears: setsIn('SampledDataCtrlr', 'TxEndedInterval', '1'),
  },
} as const satisfies Readonly<Record<string, Mishearing>>;

export type MishearingName = keyof typeof mishearings;

/** True where a behaviour is one of these. */
export const isMishearing = (name: string): name is MishearingName => Object.hasOwn(mishearings, name);
