/** Prose rules of OCPP 1.6 and its security whitepaper, beyond data types and charging profiles. */
import { show } from '../pointer.ts';
import { isObject, mending, number, object, objectsIn, type Rule } from './rule.ts';

const V16 = ['1.6'] as const;

/** A list that the field tables give as 1..*; the schemas of 1.6 have no minItems. */
const atLeastOne = (on: string, ref: string): Rule => ({
  name: 'min-items',
  versions: V16,
  ref,
  on: [on],
  check: (value) =>
    Array.isArray(value) && value.length === 0 ? 'is empty, and needs one element at least' : undefined,
});

const connectorAbove0 = (on: readonly string[], ref: string, note?: string): Rule => ({
  name: 'connector-above-0',
  versions: V16,
  ref,
  ...(note !== undefined && { note }),
  on,
  check: number((value) => (value === 0 ? 'is 0, where a connector is numbered from 1' : undefined)),
  mend: () => 1,
});

const idTagInfo = { status: 'Accepted' };

export const v16: readonly Rule[] = [
  atLeastOne('MeterValuesRequest.meterValue', '6.31'),
  atLeastOne('meterValue.sampledValue', '7.33'),
  atLeastOne('transactionData.sampledValue', '7.33'),
  atLeastOne('chargingSchedule.chargingSchedulePeriod', '7.13'),
  {
    name: 'connector-id',
    versions: V16,
    ref: '3.8',
    on: ({ field }) => field === 'connectorId',
    check: number((value) => (value < 0 ? `is ${value}, where connectors are numbered from 0` : undefined)),
  },
  connectorAbove0(['StartTransactionRequest.connectorId'], '6.45'),
  connectorAbove0(['RemoteStartTransactionRequest.connectorId'], '6.33'),
  connectorAbove0(['UnlockConnectorRequest.connectorId'], '6.53'),
  connectorAbove0(
    ['TriggerMessageRequest.connectorId', 'ExtendedTriggerMessageRequest.connectorId'],
    '6.51',
    '5.17 lets connector 0 be asked for, the field table does not',
  ),
  {
    name: 'status-of-connector-0',
    versions: V16,
    ref: '4.9',
    on: ['StatusNotificationRequest'],
    check: object(({ connectorId, status }) =>
      connectorId === 0 && typeof status === 'string' && !['Available', 'Unavailable', 'Faulted'].includes(status)
        ? ['/status', `is ${show(status)}, which connector 0 can't be`]
        : undefined,
    ),
    mend: mending((value) => {
      value['status'] = 'Available';
    }),
  },
  {
    name: 'list-version',
    versions: V16,
    ref: '6.41, errata 3.52',
    on: ['SendLocalListRequest.listVersion'],
    check: number((value) =>
      value === 0 || value === -1 ? `is ${value}, which has a meaning of its own in GetLocalListVersion` : undefined,
    ),
    mend: () => 1,
  },
  {
    name: 'full-list-entry',
    versions: V16,
    ref: '7.1',
    on: ['SendLocalListRequest'],
    check: object(({ updateType, localAuthorizationList }) => {
      if (updateType !== 'Full') return undefined;
      const bare = objectsIn(localAuthorizationList).findIndex((entry) => entry['idTagInfo'] === undefined);
      return bare < 0
        ? undefined
        : [`/localAuthorizationList/${bare}`, 'has no "idTagInfo", which every entry of a full list has'];
    }),
    mend: mending((value) => {
      for (const entry of objectsIn(value['localAuthorizationList'])) entry['idTagInfo'] ??= { ...idTagInfo };
    }),
  },
  {
    name: 'interval',
    versions: V16,
    ref: '6.4',
    on: ['BootNotificationResponse.interval'],
    check: number((value) => (value < 0 ? `is ${value}, which is no number of seconds to wait` : undefined)),
  },
  {
    name: 'composite-schedule',
    versions: V16,
    ref: '6.22, errata 3.51',
    on: ['GetCompositeScheduleResponse'],
    check: object((value) => {
      if (value['status'] !== 'Accepted') return undefined;
      const missing = ['scheduleStart', 'chargingSchedule'].find((name) => value[name] === undefined);
      return missing === undefined ? undefined : `has no "${missing}", which is left out with status Rejected alone`;
    }),
    mend: mending((value) => {
      value['status'] = 'Rejected';
    }),
  },
  {
    name: 'raw-value',
    versions: V16,
    ref: '7.43',
    on: ['sampledValue'],
    check: object(({ value, format }) => {
      const isRaw = format === undefined || format === 'Raw';
      if (!isRaw || typeof value !== 'string' || (value.trim() !== '' && Number.isFinite(Number(value))))
        return undefined;
      return ['/value', `is ${show(value)}, which is no decimal number, though the format is Raw`];
    }),
    mend: mending((value) => {
      value['value'] = '42.5';
    }),
  },
  {
    name: 'request-id',
    versions: V16,
    ref: 'Security whitepaper, L01.FR.21 and N01.FR.12',
    on: ['SignedFirmwareStatusNotificationRequest', 'LogStatusNotificationRequest'],
    check: (value) =>
      isObject(value) && value['status'] !== 'Idle' && value['requestId'] === undefined
        ? 'has no "requestId", which is left out with status Idle alone'
        : undefined,
    mend: mending((value) => {
      value['requestId'] = 1;
    }),
  },
];
