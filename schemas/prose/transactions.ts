/** Prose rules of OCPP 2.x over TransactionEvent: what a trigger brings along. */
import { conditional, deep, oneOf } from './conditional.ts';
import { isObject, type Members, mending, object, type Rule } from './rule.ts';

const V2 = ['2.0.1', '2.1'] as const;

const idToken = { idToken: 'ABCD1234', type: 'Central' };
const info = (value: Members): Members => {
  if (!isObject(value['transactionInfo'])) value['transactionInfo'] = { transactionId: 'tx-1' };
  return value['transactionInfo'] as Members;
};

const TRANSACTION_EVENT = 'TransactionEventRequest';

export const transactions: readonly Rule[] = [
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
