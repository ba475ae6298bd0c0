/** Prose rules of OCPP 2.x beyond data types and charging profiles: requirements that one payload keeps or breaks. */
import { show } from '../pointer.ts';
import { type Complaint, isObject, type Members, mending, number, object, objectsIn, type Rule } from './rule.ts';

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

/** A member that another one's value asks for. */
interface Condition {
  readonly on: string;
  readonly ref: string;
  readonly versions?: Rule['versions'];
  /** Field that asks. */
  readonly field: string;
  /** Its values that ask. */
  readonly is: (value: unknown) => boolean;
  /** Members that are needed then, or of which none may be there. */
  readonly needs?: string;
  readonly forbids?: string;
  readonly mend: (value: Members) => void;
}

const oneOf =
  (...words: readonly string[]) =>
  (value: unknown): boolean =>
    typeof value === 'string' && words.includes(value);
const noneOf =
  (...words: readonly string[]) =>
  (value: unknown): boolean =>
    typeof value === 'string' && !words.includes(value);

/** `a.b` of an object. */
function deep(value: Members, path: string): unknown {
  let found: unknown = value;
  for (const name of path.split('.')) found = isObject(found) ? found[name] : undefined;
  return found;
}

const conditional = ({ on, ref, versions, field, is, needs, forbids, mend }: Condition): Rule => ({
  name: needs === undefined ? 'forbidden-here' : 'required-here',
  versions: versions ?? V2,
  ref,
  on: [on],
  check: object((value): Complaint | undefined => {
    const told = value[field];
    if (!is(told)) return undefined;
    const where = told === undefined ? `without "${field}"` : `where "${field}" is ${show(told)}`;
    if (needs !== undefined && deep(value, needs) === undefined) return `has no "${needs}", which is required ${where}`;
    if (forbids !== undefined && deep(value, forbids) !== undefined)
      return `has "${forbids}", which is out of place ${where}`;
    return undefined;
  }),
  mend: mending(mend),
});

/** At least one of some members, or exactly one. */
const anyOf = (
  on: string,
  ref: string,
  members: readonly string[],
  mend: (value: Members) => void,
  most = Infinity,
): Rule => ({
  name: most === 1 ? 'exactly-one' : 'at-least-one',
  versions: V2,
  ref,
  on: [on],
  check: object((value) => {
    const there = members.filter((name) => value[name] !== undefined).length;
    if (there === 0) return `has none of ${members.join(', ')}, and needs one`;
    return there > most ? `has more than one of ${members.join(', ')}` : undefined;
  }),
  mend: mending(mend),
});

const idToken = { idToken: 'ABCD1234', type: 'Central' };
const info = (value: Members): Members => {
  if (!isObject(value['transactionInfo'])) value['transactionInfo'] = { transactionId: 'tx-1' };
  return value['transactionInfo'] as Members;
};

const numbers: readonly Rule[] = [
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

const members: readonly Rule[] = [
  conditional({
    on: 'FirmwareStatusNotificationRequest',
    ref: 'L01.FR.20',
    field: 'status',
    is: noneOf('Idle'),
    needs: 'requestId',
    mend: (value) => {
      value['requestId'] = 1;
    },
  }),
  conditional({
    on: 'LogStatusNotificationRequest',
    ref: 'N01.FR.13',
    field: 'status',
    is: noneOf('Idle'),
    needs: 'requestId',
    mend: (value) => {
      value['requestId'] = 1;
    },
  }),
  conditional({
    on: 'GetCertificateStatusResponse',
    ref: 'M06.FR.03',
    field: 'status',
    is: oneOf('Accepted'),
    needs: 'ocspResult',
    mend: (value) => {
      value['ocspResult'] = 'MA==';
    },
  }),
  conditional({
    on: 'GetCompositeScheduleResponse',
    ref: 'GetCompositeScheduleResponse.schedule',
    field: 'status',
    is: oneOf('Accepted'),
    needs: 'schedule',
    mend: (value) => {
      value['status'] = 'Rejected';
    },
  }),
  conditional({
    on: 'PublishFirmwareStatusNotificationRequest',
    ref: 'L03.FR.04',
    field: 'status',
    is: oneOf('Published'),
    needs: 'location',
    mend: (value) => {
      value['location'] = ['https://example.test/firmware'];
    },
  }),
  conditional({
    on: 'GetVariableResultType',
    ref: 'B06.FR.10',
    field: 'attributeStatus',
    is: oneOf('Accepted'),
    needs: 'attributeValue',
    mend: (value) => {
      value['attributeValue'] = '1';
    },
  }),
  conditional({
    on: 'GetVariableResultType',
    ref: 'B06.FR.06, B06.FR.07, B06.FR.08',
    field: 'attributeStatus',
    is: oneOf('UnknownComponent', 'UnknownVariable', 'NotSupportedAttributeType'),
    forbids: 'attributeValue',
    mend: (value) => {
      delete value['attributeValue'];
    },
  }),
  conditional({
    on: 'VariableCharacteristicsType',
    ref: 'VariableCharacteristicsType.valuesList',
    field: 'dataType',
    is: oneOf('OptionList', 'MemberList', 'SequenceList'),
    needs: 'valuesList',
    mend: (value) => {
      value['valuesList'] = 'A,B';
    },
  }),
  conditional({
    on: 'VariableAttributeType',
    ref: 'VariableAttributeType.value',
    field: 'mutability',
    is: (mutability) => mutability !== 'WriteOnly',
    needs: 'value',
    mend: (value) => {
      value['value'] = '1';
    },
  }),
  conditional({
    on: 'IdTokenInfoType',
    ref: 'C01.FR.10',
    field: 'language1',
    is: (language) => language === undefined,
    forbids: 'language2',
    mend: (value) => {
      delete value['language2'];
    },
  }),
  {
    name: 'languages-differ',
    versions: V2,
    ref: 'C01.FR.11',
    on: ['IdTokenInfoType'],
    check: object(({ language1, language2 }) =>
      language2 !== undefined && language1 === language2 ? ['/language2', 'is the same as language1'] : undefined,
    ),
    mend: mending((value) => {
      delete value['language2'];
    }),
  },
  {
    name: 'no-authorization',
    versions: V2,
    ref: 'C02.FR.01',
    on: ['IdTokenType'],
    check: object(({ type, idToken: token }) =>
      type === 'NoAuthorization' && typeof token === 'string' && token !== ''
        ? ['/idToken', `is ${show(token)}, which is empty where nobody was asked for a token`]
        : undefined,
    ),
    mend: mending((value) => {
      value['idToken'] = '';
    }),
  },
  {
    name: 'full-list-entry',
    versions: V2,
    ref: 'AuthorizationData.idTokenInfo',
    on: ['SendLocalListRequest'],
    check: object(({ updateType, localAuthorizationList }) => {
      if (updateType !== 'Full') return undefined;
      const bare = objectsIn(localAuthorizationList).findIndex((entry) => entry['idTokenInfo'] === undefined);
      return bare < 0
        ? undefined
        : [`/localAuthorizationList/${bare}`, 'has no "idTokenInfo", which every entry of a full list has'];
    }),
    mend: mending((value) => {
      for (const entry of objectsIn(value['localAuthorizationList'])) entry['idTokenInfo'] ??= { status: 'Accepted' };
    }),
  },
  {
    name: 'same-variable-twice',
    versions: V2,
    ref: 'B05.FR.13',
    on: ['SetVariablesRequest'],
    check: object(({ setVariableData }) => {
      const seen = new Set<string>();
      for (const [i, { component, variable, attributeType }] of objectsIn(setVariableData).entries()) {
        const key = JSON.stringify([sorted(component), sorted(variable), attributeType ?? 'Actual']);
        if (seen.has(key)) return [`/setVariableData/${i}`, 'sets a variable that an earlier element sets too'];
        seen.add(key);
      }
      return undefined;
    }),
    mend: mending((value) => {
      value['setVariableData'] = objectsIn(value['setVariableData']).slice(0, 1);
    }),
  },
  anyOf(
    'CustomerInformationRequest',
    'N09.FR.04, N09.FR.09',
    ['idToken', 'customerCertificate', 'customerIdentifier'],
    (value) => {
      delete value['idToken'];
      delete value['customerCertificate'];
      value['customerIdentifier'] = 'customer-1';
    },
    1,
  ),
  {
    name: 'connector-of-status',
    versions: V2,
    ref: 'F06.FR.13',
    on: ['TriggerMessageRequest'],
    check: object((value) =>
      value['requestedMessage'] === 'StatusNotification' && deep(value, 'evse.connectorId') === undefined
        ? 'has no "evse.connectorId", without which no StatusNotification can be asked for'
        : undefined,
    ),
    mend: mending((value) => {
      value['evse'] = { id: 1, connectorId: 1 };
    }),
  },
  anyOf(
    'NotifyEVChargingNeedsRequest.chargingNeeds',
    'K15.FR.06, K18.FR.06',
    ['acChargingParameters', 'dcChargingParameters', 'v2xChargingParameters'],
    (value) => {
      value['acChargingParameters'] = { energyAmount: 1, evMinCurrent: 1, evMaxCurrent: 1, evMaxVoltage: 1 };
    },
  ),
  {
    name: 'limit-source',
    versions: V2,
    ref: 'K11.FR.05, K12.FR.04',
    on: ['ChargingLimitType.chargingLimitSource'],
    check: (value) => (value === 'CSO' ? 'is "CSO", which is no external source' : undefined),
    mend: () => 'EMS',
  },
];

const TRANSACTION_EVENT = 'TransactionEventRequest';

const transactions: readonly Rule[] = [
  conditional({
    on: TRANSACTION_EVENT,
    ref: 'E02.FR.01',
    field: 'triggerReason',
    is: oneOf('Authorized'),
    needs: 'idToken',
    mend: (value) => {
      value['idToken'] = { ...idToken };
    },
  }),
  conditional({
    on: TRANSACTION_EVENT,
    ref: 'E02.FR.13, F06.FR.07',
    field: 'triggerReason',
    is: oneOf('ChargingStateChanged', 'Trigger'),
    needs: 'transactionInfo.chargingState',
    mend: (value) => {
      info(value)['chargingState'] = 'Charging';
    },
  }),
  conditional({
    on: TRANSACTION_EVENT,
    ref: 'F01.FR.25, F02.FR.21',
    field: 'triggerReason',
    is: oneOf('RemoteStart'),
    needs: 'transactionInfo.remoteStartId',
    mend: (value) => {
      info(value)['remoteStartId'] = 1;
    },
  }),
  conditional({
    on: TRANSACTION_EVENT,
    ref: 'J02.FR.11',
    field: 'triggerReason',
    is: oneOf('MeterValuePeriodic'),
    needs: 'meterValue',
    mend: (value) => {
      value['meterValue'] = [{ timestamp: '2025-01-01T00:00:00Z', sampledValue: [{ value: 1 }] }];
    },
  }),
  {
    name: 'remote-stop',
    versions: V2,
    ref: 'F03.FR.03',
    on: [TRANSACTION_EVENT],
    check: object((value) =>
      value['eventType'] === 'Ended' &&
      value['triggerReason'] === 'RemoteStop' &&
      deep(value, 'transactionInfo.stoppedReason') !== 'Remote'
        ? ['/transactionInfo', 'has no stoppedReason "Remote", though the CSMS ended the transaction']
        : undefined,
    ),
    mend: mending((value) => {
      info(value)['stoppedReason'] = 'Remote';
    }),
  },
];

/** Key order of a component or variable does not make it another one. */
function sorted(value: unknown): unknown {
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((name) => [name, sorted(value[name])]),
  );
}

export const v2: readonly Rule[] = [...numbers, ...members, ...transactions];
