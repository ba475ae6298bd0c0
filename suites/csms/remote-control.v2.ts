/** CSMS, remote control in OCPP 2.x: remote stops, trigger messages about transactions, unlocking in the middle of one. */
import { alter } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { reading, type Transaction2 } from './events.v2.ts';
import { ordered, servedOn, servedOnCheck, servedOnFault } from './orders.ts';
import { booted, bootedWithTwo, CONNECTOR, EVSE, now, OTHER_EVSE } from './states.ts';
import {
  energyTransferStarted,
  evDisconnected,
  evStillConnected,
  flowChecks,
  flowFaults,
  freed,
  stopsLocally,
  stranger,
  type Told,
  told,
} from './states.v2.ts';

const stopCheck = { ref: 'F03.FR.01', level: 'SHALL', says: 'the CALL names the transaction that is to stop' } as const;
const stopFault = alter('RequestStopTransaction', { transactionId: 'another' });

const triggerCheck = {
  ref: 'F06.FR.01',
  level: 'SHALL',
  says: 'the CALL asks for the message, and for the EVSE, that the operator wants to hear of',
} as const;
const otherMessage = alter('TriggerMessage', { requestedMessage: 'Heartbeat' });

/** What a station sends that is asked for the event of a transaction (F06.FR.07). */
function triggered(context: Told, transaction: Transaction2): Promise<unknown> {
  const meterValue = [reading(transaction.wh(), now(context), 'Trigger')];
  return told(context, transaction, 'Updated', 'Trigger', { chargingState: 'Charging', meterValue });
}

export default suite('csms/remote-control', 'Remote stops', [
  testCase({
    id: 'csms/remote-control/remote-stop',
    title: 'CSMS stops a transaction, and takes its end',
    sut: 'csms',
    versions: ['2.0.1'],
    octt: { '2.0.1': 'TC_E_21_CSMS' },
    needs: ['RequestStopTransaction'],
    checks: { asked: stopCheck, ...flowChecks },
    catches: { ...flowFaults, asked: stopFault },
    async run(context) {
      await booted(context);
      const token = await context.token('valid');
      const transaction = await energyTransferStarted(context, token);
      await ordered(context, 'RequestStopTransaction', { transactionId: transaction.id }, { status: 'Accepted' });
      await told(context, transaction, 'Ended', 'RemoteStop', {
        stoppedReason: 'Remote',
        chargingState: 'EVConnected',
      });
      await freed(context, transaction);
      await stranger(context);
    },
  }),

  testCase({
    id: 'csms/remote-control/remote-stop-until-unplugged',
    title: 'CSMS stops a transaction that ends when the cable is unplugged',
    sut: 'csms',
    versions: ['2.0.1'],
    needs: ['RequestStopTransaction'],
    checks: { asked: { ...stopCheck, ref: 'F04.FR.01' }, ...flowChecks },
    catches: { ...flowFaults, asked: stopFault },
    async run(context) {
      await booted(context);
      const token = await context.token('valid');
      const transaction = await energyTransferStarted(context, token);
      await ordered(context, 'RequestStopTransaction', { transactionId: transaction.id }, { status: 'Accepted' });
      await told(context, transaction, 'Updated', 'RemoteStop', { chargingState: 'EVConnected' });
      await evStillConnected(context, transaction);
      await evDisconnected(context, transaction, 'Remote');
      await stranger(context);
    },
  }),

  testCase({
    id: 'csms/remote-control/remote-stop-one-of-two',
    title: 'CSMS stops the one of two transactions that the operator means, and the other goes on',
    sut: 'csms',
    versions: ['2.0.1'],
    needs: ['RequestStopTransaction'],
    checks: { asked: stopCheck, ...flowChecks },
    catches: { ...flowFaults, asked: stopFault },
    async run(context) {
      await bootedWithTwo(context);
      const token = await context.token('valid');
      const other = await context.token('second');
      const first = await energyTransferStarted(context, token);
      const second = await energyTransferStarted(context, other, { evseId: OTHER_EVSE });
      await ordered(context, 'RequestStopTransaction', { transactionId: first.id }, { status: 'Accepted' });
      await told(context, first, 'Ended', 'RemoteStop', { stoppedReason: 'Remote', chargingState: 'EVConnected' });
      await told(context, second, 'Updated', 'ChargingStateChanged', { chargingState: 'SuspendedEV' });
      await stopsLocally(context, second, other);
      await stranger(context);
    },
  }),

  testCase({
    id: 'csms/remote-control/remote-stop-refused',
    title: 'CSMS goes on with a station that refuses to stop a transaction',
    sut: 'csms',
    versions: ['2.0.1'],
    needs: ['RequestStopTransaction'],
    checks: { asked: stopCheck, servedOn: servedOnCheck, ...flowChecks },
    catches: { ...flowFaults, asked: stopFault, servedOn: servedOnFault },
    async run(context) {
      await booted(context);
      const token = await context.token('valid');
      const transaction = await energyTransferStarted(context, token);
      await ordered(context, 'RequestStopTransaction', { transactionId: transaction.id }, { status: 'Rejected' });
      await servedOn(context);
      await told(context, transaction, 'Updated', 'ChargingStateChanged', { chargingState: 'SuspendedEVSE' });
      await stopsLocally(context, transaction, token);
      await stranger(context);
    },
  }),

  testCase({
    id: 'csms/remote-control/trigger-transaction-event',
    title: 'CSMS asks for the event of the transaction at one EVSE',
    sut: 'csms',
    versions: ['2.0.1'],
    octt: { '2.0.1': 'TC_F_13_CSMS' },
    needs: ['TriggerMessage'],
    checks: { asked: triggerCheck, ...flowChecks },
    catches: {
      ...flowFaults,
      asked: [otherMessage, alter('TriggerMessage', { evse: null }), alter('TriggerMessage', { evse: { id: EVSE } })],
    },
    async run(context) {
      const { orders } = context;
      await bootedWithTwo(context);
      const token = await context.token('valid');
      const transaction = await energyTransferStarted(context, token, { evseId: OTHER_EVSE });
      await ordered(context, 'TriggerMessage', orders.trigger('TransactionEvent', OTHER_EVSE), { status: 'Accepted' });
      await triggered(context, transaction);
      await stopsLocally(context, transaction, token);
      await stranger(context);
    },
  }),

  testCase({
    id: 'csms/remote-control/trigger-transaction-events',
    title: 'CSMS asks for the events of the transactions at every EVSE',
    sut: 'csms',
    versions: ['2.0.1'],
    octt: { '2.0.1': 'TC_F_14_CSMS' },
    needs: ['TriggerMessage'],
    checks: { asked: triggerCheck, ...flowChecks },
    catches: { ...flowFaults, asked: [otherMessage, alter('TriggerMessage', { evse: { id: EVSE } })] },
    async run(context) {
      const { orders } = context;
      await bootedWithTwo(context);
      const token = await context.token('valid');
      const other = await context.token('second');
      const first = await energyTransferStarted(context, token);
      const second = await energyTransferStarted(context, other, { evseId: OTHER_EVSE });
      await ordered(context, 'TriggerMessage', orders.trigger('TransactionEvent'), { status: 'Accepted' });
      await triggered(context, first);
      await triggered(context, second);
      await stopsLocally(context, first, token);
      await stopsLocally(context, second, other);
      await stranger(context);
    },
  }),

  testCase({
    id: 'csms/remote-control/unlock-in-transaction',
    title: 'CSMS goes on with a station that keeps a connector locked while a transaction runs',
    sut: 'csms',
    versions: ['2.0.1'],
    needs: ['UnlockConnector'],
    checks: {
      asked: {
        ref: 'UnlockConnectorRequest.connectorId',
        level: 'SHALL',
        says: 'the CALL names the connector that the operator wants unlocked',
      },
      ...flowChecks,
    },
    catches: {
      ...flowFaults,
      asked: [alter('UnlockConnector', { evseId: EVSE }), alter('UnlockConnector', { connectorId: 2 })],
    },
    async run(context) {
      await bootedWithTwo(context);
      const token = await context.token('valid');
      const transaction = await energyTransferStarted(context, token, { evseId: OTHER_EVSE });
      const asked = context.orders.unlock(OTHER_EVSE, CONNECTOR);
      await ordered(context, 'UnlockConnector', asked, { status: 'OngoingAuthorizedTransaction' });
      await told(context, transaction, 'Updated', 'ChargingStateChanged', { chargingState: 'SuspendedEV' });
      await stopsLocally(context, transaction, token);
      await stranger(context);
    },
  }),
]);
