/** Prose rules of OCPP 2.x over ranges of numbers. */
import { number, type Rule } from './rule.ts';

const V2 = ['2.0.1', '2.1'] as const;
const V201 = ['2.0.1'] as const;

const startsAt =
  (least: number) =>
  (value: number): string | undefined =>
    value < least ? `is ${value}, where numbers start at ${least}` : undefined;

const within =
  (least: number, most: number) =>
  (value: number): string | undefined =>
    value < least || value > most ? `is ${value}, which is not within ${least} and ${most}` : undefined;

export const numbers: readonly Rule[] = [
  {
    name: 'non-negative',
    versions: V201,
    ref: 'EVSEType.id, StatusNotificationRequest.connectorId, TransactionEventRequest.seqNo',
    on: ({ owner, field }) =>
      ['evseId', 'evseId[]', 'connectorId', 'seqNo'].includes(field) || (owner === 'EVSEType' && field === 'id'),
    check: number(startsAt(0)),
  },
  {
    name: 'evse-above-0',
    versions: V201,
    ref: 'NotifyEVChargingNeedsRequest.evseId',
    on: [
      'NotifyChargingLimitRequest.evseId',
      'NotifyEVChargingNeedsRequest.evseId',
      'NotifyEVChargingScheduleRequest.evseId',
      'RequestStartTransactionRequest.evseId',
    ],
    check: number((value) => (value === 0 ? 'is 0, where an EVSE is numbered from 1' : undefined)),
    mend: () => 1,
  },
  {
    name: 'list-version',
    versions: V2,
    ref: 'D01.FR.18',
    on: ['SendLocalListRequest.versionNumber'],
    check: number(startsAt(1)),
    mend: () => 1,
  },
  {
    name: 'interval',
    versions: V2,
    ref: 'BootNotificationResponse.interval',
    on: ['BootNotificationResponse.interval'],
    check: number((value) => (value < 0 ? `is ${value}, which is no number of seconds to wait` : undefined)),
  },
  {
    name: 'severity',
    versions: V2,
    ref: 'SetMonitoringLevelRequest.severity',
    on: [
      'SetMonitoringLevelRequest.severity',
      'SetMonitoringDataType.severity',
      'SetMonitoringResultType.severity',
      'VariableMonitoringType.severity',
      'EventDataType.severity',
    ],
    check: number(within(0, 9)),
    mend: () => 9,
  },
  {
    name: 'charging-priority',
    versions: V2,
    ref: 'IdTokenInfoType.chargingPriority',
    on: ['IdTokenInfoType.chargingPriority', 'TransactionEventResponse.chargingPriority'],
    check: number(within(-9, 9)),
    mend: () => 0,
  },
];
