/** CSMS, remote control in 1.6: RemoteStartTransaction, RemoteStopTransaction, and UnlockConnector while charging. */
import { alter, behaviour, drop } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import { ofStatus, ordered, reports, servedOn, servedOnCheck, servedOnFault, takenCheck } from './orders.ts';
import { booted, bootedWithTwo, EVSE, now, OTHER_EVSE } from './states.ts';
import {
  authorized,
  authorizedCheck,
  free,
  freeCheck,
  freeFault,
  judgeStop,
  started,
  startedCheck,
  status16,
  stoppedCheck,
  stranger,
  strangerCheck,
  strangerFault,
} from './states.v16.ts';

const saying = (action: string, status: string) => alter(action, { idTagInfo: { status } });

const startAsked = {
  ref: '5.11',
  level: 'SHALL',
  says: 'the CALL names the token and the connector that the operator named',
} as const;
const startAskedFaults = [
  alter('RemoteStartTransaction', { idTag: 'ANOTHER' }),
  alter('RemoteStartTransaction', { connectorId: 7 }),
  alter('RemoteStartTransaction', { connectorId: null }),
];

const stopAsked = {
  ref: '5.12',
  level: 'SHALL',
  says: 'the CALL names the transaction by the id that the CSMS gave it',
} as const;
const stopAskedFault = alter('RemoteStopTransaction', { transactionId: 1 });

export default suite('csms/remote-control', 'Remote start and stop (1.6)', [
  testCase({
    id: 'csms/remote-control/start-after-plug',
    title: 'CSMS starts a transaction where the cable is plugged in',
    sut: 'csms',
    versions: ['1.6'],
    octt: { '1.6': 'TC_010_CSMS' },
    needs: ['RemoteStartTransaction'],
    checks: {
      asked: startAsked,
      authorized: { ...authorizedCheck, says: 'the token of the order is Accepted when the station asks' },
      started: startedCheck,
      taken: takenCheck,
      stranger: strangerCheck,
    },
    catches: {
      asked: startAskedFaults,
      authorized: saying('Authorize', 'Invalid'),
      started: saying('StartTransaction', 'ConcurrentTx'),
      taken: drop('StatusNotification', ofStatus('Charging')),
      stranger: strangerFault,
    },
    async run(context) {
      await booted(context);
      const token = await context.token('valid');
      await reports(context, status16(context, 'Preparing'));
      const wish = { connectorId: EVSE, idTag: token.idToken };
      await ordered(context, 'RemoteStartTransaction', wish, { status: 'Accepted' });
      await authorized(context, token);
      await started(context, token);
      await reports(context, status16(context, 'Charging'));
      await stranger(context);
    },
  }),

  testCase({
    id: 'csms/remote-control/start-before-plug',
    title: 'CSMS starts a transaction before the cable is plugged in',
    sut: 'csms',
    versions: ['1.6'],
    octt: { '1.6': 'TC_011_1_CSMS' },
    needs: ['RemoteStartTransaction'],
    checks: {
      asked: startAsked,
      authorized: { ...authorizedCheck, says: 'the token of the order is Accepted when the station asks' },
      taken: takenCheck,
      started: startedCheck,
      stranger: strangerCheck,
    },
    catches: {
      asked: [...startAskedFaults, alter('RemoteStartTransaction', { connectorId: 1 })],
      authorized: saying('Authorize', 'Blocked'),
      taken: drop('StatusNotification', ofStatus('Preparing')),
      started: saying('StartTransaction', 'Invalid'),
      stranger: strangerFault,
    },
    async run(context) {
      await bootedWithTwo(context);
      const token = await context.token('valid');
      const wish = { connectorId: OTHER_EVSE, idTag: token.idToken };
      await ordered(context, 'RemoteStartTransaction', wish, { status: 'Accepted' });
      await authorized(context, token);
      await reports(context, status16(context, 'Preparing', OTHER_EVSE));
      await started(context, token, { connectorId: OTHER_EVSE });
      await reports(context, status16(context, 'Charging', OTHER_EVSE));
      await stranger(context);
    },
  }),

  testCase({
    id: 'csms/remote-control/start-times-out',
    title: 'CSMS goes on when nobody plugs in after a remote start',
    sut: 'csms',
    versions: ['1.6'],
    octt: { '1.6': 'TC_011_2_CSMS' },
    needs: ['RemoteStartTransaction'],
    checks: {
      stranger: strangerCheck,
      asked: startAsked,
      authorized: { ...authorizedCheck, says: 'the token of the order is Accepted when the station asks' },
      taken: takenCheck,
      free: { ...freeCheck, says: 'a token that was ordered and not used is in no transaction: it is Accepted' },
    },
    catches: {
      stranger: strangerFault,
      asked: startAskedFaults,
      authorized: saying('Authorize', 'Expired'),
      taken: drop('StatusNotification', ofStatus('Preparing')),
      free: saying('StartTransaction', 'ConcurrentTx'),
    },
    async run(context) {
      await booted(context);
      await stranger(context);
      const token = await context.token('valid');
      const wish = { connectorId: EVSE, idTag: token.idToken };
      await ordered(context, 'RemoteStartTransaction', wish, { status: 'Accepted' });
      await authorized(context, token);
      for (const status of ['Preparing', 'Available', 'Preparing']) await reports(context, status16(context, status));
      await free(context, token);
    },
  }),

  testCase({
    id: 'csms/remote-control/start-anywhere',
    title: 'CSMS starts a transaction and leaves the connector to the station',
    sut: 'csms',
    versions: ['1.6'],
    needs: ['RemoteStartTransaction'],
    checks: {
      stranger: strangerCheck,
      asked: {
        ref: '6.33',
        level: 'SHALL',
        says: 'the CALL names the token; a connector that it names all the same is above 0',
      },
      started: { ...startedCheck, says: 'the station starts at once on a connector of its choice, and is Accepted' },
    },
    catches: {
      stranger: strangerFault,
      asked: [
        alter('RemoteStartTransaction', { idTag: 'ANOTHER' }),
        alter('RemoteStartTransaction', { connectorId: 0 }),
      ],
      started: saying('StartTransaction', 'Invalid'),
    },
    async run(context) {
      await bootedWithTwo(context);
      await stranger(context);
      const token = await context.token('valid');
      const order = await context.operator.order('RemoteStartTransaction', { idTag: token.idToken });
      const { connectorId, ...others } = order.call.payload;
      context.check('asked', () => {
        if (connectorId !== undefined) expect(connectorId, 'connectorId').to.be.above(0);
        expect({ ...order, call: { ...order.call, payload: others } }).to.carryWhatWasAsked();
      });
      order.call.respond({ status: 'Accepted' });
      const chosen = typeof connectorId === 'number' && connectorId > 0 ? connectorId : OTHER_EVSE;
      await started(context, token, { connectorId: chosen });
    },
  }),

  testCase({
    id: 'csms/remote-control/start-refused',
    title: 'CSMS goes on with a station that refuses a remote start',
    sut: 'csms',
    versions: ['1.6'],
    octt: { '1.6': 'TC_026_CSMS' },
    needs: ['RemoteStartTransaction'],
    checks: {
      stranger: strangerCheck,
      authorized: authorizedCheck,
      asked: startAsked,
      free: { ...freeCheck, says: 'a token whose start was refused is in no transaction: it is Accepted' },
      servedOn: servedOnCheck,
    },
    catches: {
      stranger: strangerFault,
      authorized: saying('Authorize', 'Blocked'),
      asked: startAskedFaults,
      free: saying('StartTransaction', 'ConcurrentTx'),
      servedOn: servedOnFault,
    },
    async run(context) {
      await booted(context);
      await stranger(context);
      const token = await context.token('valid');
      await authorized(context, token);
      const wish = { connectorId: EVSE, idTag: token.idToken };
      await ordered(context, 'RemoteStartTransaction', wish, { status: 'Rejected' });
      await servedOn(context);
      await free(context, token);
    },
  }),

  testCase({
    id: 'csms/remote-control/stop',
    title: 'CSMS stops one of two transactions',
    sut: 'csms',
    versions: ['1.6'],
    octt: { '1.6': 'TC_012_CSMS' },
    needs: ['RemoteStopTransaction'],
    checks: {
      started: startedCheck,
      apart: {
        ref: 'StartTransactionResponse.transactionId',
        level: 'SHALL',
        says: 'the two have two ids, so that one of them can be named',
      },
      asked: stopAsked,
      stopped: stoppedCheck,
      taken: takenCheck,
      free: freeCheck,
    },
    catches: {
      started: saying('StartTransaction', 'Blocked'),
      apart: behaviour('same-transaction-id', 'all transactions get one id'),
      asked: stopAskedFault,
      stopped: drop('StopTransaction'),
      taken: drop('StatusNotification', ofStatus('Finishing')),
      free: freeFault,
    },
    async run(context) {
      await bootedWithTwo(context);
      const [one, other] = [await context.token('valid'), await context.token('second')];
      const first = await started(context, one);
      const second = await started(context, other, { connectorId: OTHER_EVSE });
      context.check('apart', () => expect(second.id, 'id of the second').to.not.equal(first.id));
      await ordered(context, 'RemoteStopTransaction', { transactionId: first.id }, { status: 'Accepted' });
      judgeStop(context, await first.stop({ reason: 'Remote' }));
      for (const status of ['Finishing', 'Available']) await reports(context, status16(context, status));
      await free(context, one);
    },
  }),

  testCase({
    id: 'csms/remote-control/stop-refused',
    title: 'CSMS goes on with a transaction that the station does not stop',
    sut: 'csms',
    versions: ['1.6'],
    octt: { '1.6': 'TC_028_CSMS' },
    needs: ['RemoteStopTransaction'],
    checks: {
      stranger: strangerCheck,
      started: startedCheck,
      asked: stopAsked,
      metered: { ref: '4.7', level: 'SHALL', says: 'the meter values of the transaction that goes on are answered' },
      stopped: { ...stoppedCheck, says: 'its end is answered when it comes' },
      free: freeCheck,
    },
    catches: {
      stranger: strangerFault,
      started: saying('StartTransaction', 'Expired'),
      asked: stopAskedFault,
      metered: drop('MeterValues'),
      stopped: drop('StopTransaction'),
      free: freeFault,
    },
    async run(context) {
      const { station, check } = context;
      await booted(context);
      await stranger(context);
      const token = await context.token('valid');
      const transaction = await started(context, token);
      const { id: transactionId, connectorId } = transaction;
      await ordered(context, 'RemoteStopTransaction', { transactionId }, { status: 'Rejected' });
      const meterValue = [
        { timestamp: now(context), sampledValue: [{ value: String(transaction.meterStart + 1_019) }] },
      ];
      const metered = await station.call('MeterValues', { connectorId, transactionId, meterValue });
      check('metered', () => expect(metered).to.be.callResult());
      judgeStop(context, await transaction.stop({ reason: 'Local', by: token }), token);
      await free(context, token);
    },
  }),

  testCase({
    id: 'csms/remote-control/unlock-while-charging',
    title: 'CSMS unlocks a connector in the middle of a transaction',
    sut: 'csms',
    versions: ['1.6'],
    octt: { '1.6': 'TC_018_1_CSMS' },
    needs: ['UnlockConnector'],
    checks: {
      stranger: strangerCheck,
      started: startedCheck,
      asked: { ref: '5.18', level: 'SHALL', says: 'the CALL names the connector that the operator named' },
      taken: takenCheck,
      stopped: { ...stoppedCheck, says: 'the stop that the order brings is answered' },
      free: freeCheck,
    },
    catches: {
      stranger: strangerFault,
      started: saying('StartTransaction', 'Invalid'),
      asked: [alter('UnlockConnector', { connectorId: 1 }), alter('UnlockConnector', { connectorId: 3 })],
      taken: drop('StatusNotification', ofStatus('Finishing')),
      stopped: drop('StopTransaction'),
      free: freeFault,
    },
    async run(context) {
      await bootedWithTwo(context);
      await stranger(context);
      const token = await context.token('valid');
      const transaction = await started(context, token, { connectorId: OTHER_EVSE });
      await ordered(context, 'UnlockConnector', { connectorId: OTHER_EVSE }, { status: 'Unlocked' });
      await reports(context, status16(context, 'Finishing', OTHER_EVSE));
      judgeStop(context, await transaction.stop({ reason: 'UnlockCommand' }));
      await reports(context, status16(context, 'Available', OTHER_EVSE));
      await free(context, token);
    },
  }),
]);
