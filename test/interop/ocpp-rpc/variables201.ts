/** The device model of the 2.0.1 charger on `ocpp-rpc`: what it has, what can be written, and how it is reported. */

import type { JsonObject } from '../control.ts';

export interface Variable {
  component: string;
  name: string;
  instance?: string;
  evse?: number;
  value: string;
  /** Values that can be written; none that can only be read. */
  writable?: RegExp;
  writeOnly?: true;
  dataType: string;
  more?: JsonObject;
}

const NUMBER = /^\d{1,9}$/;
const BOOLEAN = /^(true|false)$/i;
const MEASURANDS = /^((Energy\.Active\.Import\.Register|Power\.Active\.Import)(,(?!$)|$))*$/;
const VALUES = { valuesList: 'Energy.Active.Import.Register,Power.Active.Import' };

type Row = [name: string, value: string, dataType: string, writable?: RegExp | undefined, more?: JsonObject];

const ROWS: Record<string, Row[]> = {
  OCPPCommCtrlr: [
    ['HeartbeatInterval', '300', 'integer', NUMBER],
    ['NetworkConfigurationPriority', '1', 'SequenceList', /^1$/, { valuesList: '1' }],
    ['NetworkProfileConnectionAttempts', '3', 'integer', NUMBER],
    ['OfflineThreshold', '60', 'integer', NUMBER],
    ['MessageTimeout/Default', '30', 'integer'],
    ['MessageAttempts/TransactionEvent', '3', 'integer', NUMBER],
    ['MessageAttemptInterval/TransactionEvent', '1', 'integer', NUMBER],
    ['ResetRetries', '1', 'integer', NUMBER],
    ['RetryBackOffRepeatTimes', '3', 'integer', NUMBER],
    ['RetryBackOffRandomRange', '0', 'integer', NUMBER],
    ['RetryBackOffWaitMinimum', '1', 'integer', NUMBER],
    ['WebSocketPingInterval', '30', 'integer', NUMBER],
    ['UnlockOnEVSideDisconnect', 'true', 'boolean', BOOLEAN],
    ['FileTransferProtocols', 'HTTP', 'MemberList', undefined, { valuesList: 'HTTP' }],
  ],
  AuthCtrlr: [
    ['Enabled', 'true', 'boolean'],
    ['AuthorizeRemoteStart', 'true', 'boolean', BOOLEAN],
    ['LocalAuthorizeOffline', 'false', 'boolean', BOOLEAN],
    ['LocalPreAuthorize', 'false', 'boolean', BOOLEAN],
    ['OfflineTxForUnknownIdEnabled', 'false', 'boolean'],
  ],
  TxCtrlr: [
    ['EVConnectionTimeOut', '30', 'integer', NUMBER],
    ['StopTxOnEVSideDisconnect', 'true', 'boolean'],
    ['StopTxOnInvalidId', 'true', 'boolean', BOOLEAN],
    ['TxStartPoint', 'PowerPathClosed', 'MemberList', undefined, { valuesList: 'PowerPathClosed' }],
    ['TxStopPoint', 'PowerPathClosed', 'MemberList', undefined, { valuesList: 'PowerPathClosed' }],
  ],
  DeviceDataCtrlr: [
    ['ItemsPerMessage/GetReport', '50', 'integer'],
    ['ItemsPerMessage/GetVariables', '50', 'integer'],
    ['ItemsPerMessage/SetVariables', '50', 'integer'],
    ['BytesPerMessage/GetReport', '65000', 'integer'],
    ['BytesPerMessage/GetVariables', '65000', 'integer'],
    ['BytesPerMessage/SetVariables', '65000', 'integer'],
  ],
  SampledDataCtrlr: [
    ['Enabled', 'true', 'boolean'],
    ['Available', 'true', 'boolean'],
    ['TxStartedMeasurands', 'Energy.Active.Import.Register', 'MemberList', MEASURANDS, VALUES],
    ['TxUpdatedMeasurands', 'Energy.Active.Import.Register', 'MemberList', MEASURANDS, VALUES],
    ['TxUpdatedInterval', '60', 'integer', NUMBER],
    ['TxEndedMeasurands', 'Energy.Active.Import.Register', 'MemberList', MEASURANDS, VALUES],
    ['TxEndedInterval', '0', 'integer', NUMBER],
  ],
  AlignedDataCtrlr: [
    ['Enabled', 'true', 'boolean'],
    ['Available', 'true', 'boolean'],
    ['Measurands', 'Energy.Active.Import.Register', 'MemberList', MEASURANDS, VALUES],
    ['Interval', '0', 'integer', NUMBER],
    ['TxEndedMeasurands', '', 'MemberList', MEASURANDS, VALUES],
    ['TxEndedInterval', '0', 'integer', NUMBER],
  ],
  ClockCtrlr: [
    ['DateTime', '', 'dateTime'],
    ['TimeSource', 'Heartbeat', 'SequenceList', /^Heartbeat$/, { valuesList: 'Heartbeat' }],
  ],
  SecurityCtrlr: [
    ['BasicAuthPassword', '', 'string', /^.{16,40}$/],
    ['Identity', 'CP', 'string'],
    ['OrganizationName', 'plugproof', 'string', /^.{1,40}$/],
    ['CertificateEntries', '0', 'integer'],
    ['SecurityProfile', '1', 'integer'],
  ],
  ChargingStation: [
    [
      'AvailabilityState',
      'Available',
      'OptionList',
      undefined,
      { valuesList: 'Available,Occupied,Unavailable,Faulted' },
    ],
    ['Available', 'true', 'boolean'],
    ['SupplyPhases', '3', 'integer'],
  ],
  EVSE: [
    [
      'AvailabilityState',
      'Available',
      'OptionList',
      undefined,
      { valuesList: 'Available,Occupied,Unavailable,Faulted' },
    ],
    ['Available', 'true', 'boolean'],
    ['Power', '7360', 'decimal', undefined, { unit: 'W', maxLimit: 7360 }],
    ['SupplyPhases', '1', 'integer'],
  ],
  Connector: [
    ['Available', 'true', 'boolean'],
    ['ConnectorType', 'sType2', 'string'],
    ['SupplyPhases', '1', 'integer'],
  ],
};

/** Where the parts of the one EVSE are. */
const PLACES: Record<string, JsonObject> = { EVSE: { id: 1 }, Connector: { id: 1, connectorId: 1 } };

/** `Component.Variable`, with the instance behind a slash. */
export const nameOf = ({ name: component }: JsonObject, { name, instance }: JsonObject): string =>
  `${component}.${name}${instance === undefined ? '' : `/${instance}`}`;

export function makeVariables(): Map<string, Variable> {
  const all = new Map<string, Variable>();
  for (const [component, rows] of Object.entries(ROWS)) {
    for (const [full, value, dataType, writable, more] of rows) {
      const [name = '', instance] = full.split('/');
      all.set(`${component}.${full}`, {
        component,
        name,
        value,
        dataType,
        ...(instance !== undefined && { instance }),
        ...(writable && { writable }),
        ...(more && { more }),
        ...(name === 'BasicAuthPassword' && { writeOnly: true }),
      });
    }
  }
  const clock = all.get('ClockCtrlr.DateTime');
  if (clock) Object.defineProperty(clock, 'value', { get: () => new Date().toISOString() });
  return all;
}

/** As `NotifyReport` has it. */
export const report = (variables: Map<string, Variable>, wanted: (variable: Variable) => boolean): JsonObject[] =>
  [...variables.values()]
    .filter(wanted)
    .map(({ component, name, instance, value, writable, writeOnly, dataType, more }) => ({
      component: { name: component, ...(PLACES[component] && { evse: PLACES[component] }) },
      variable: { name, ...(instance !== undefined && { instance }) },
      variableAttribute: [
        {
          ...(writeOnly ? {} : { value }),
          mutability: writeOnly ? 'WriteOnly' : writable ? 'ReadWrite' : 'ReadOnly',
        },
      ],
      variableCharacteristics: { dataType, supportsMonitoring: false, ...more },
    }));
