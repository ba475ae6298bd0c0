/** Prose rules of OCPP 2.x beyond data types, numbers, transactions and profiles: one payload keeps or breaks them. */
import { show } from '../pointer.ts';
import { anyOf, conditional, deep, noneOf, oneOf } from './conditional.ts';
import { isObject, mending, object, objectsIn, type Rule } from './rule.ts';

const V2 = ['2.0.1', '2.1'] as const;

/** Key order of a component or variable does not make it another one. */
function sorted(value: unknown): unknown {
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((name) => [name, sorted(value[name])]),
  );
}

export const v2: readonly Rule[] = [
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
