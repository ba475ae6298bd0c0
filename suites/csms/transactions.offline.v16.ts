/** CSMS, transactions in 1.6: what a station kept in its queue while nobody listened, and what it says twice. */
import { alter, behaviour, drop, refuses } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import { ofStatus, reports, takenCheck } from './orders.ts';
import { booted, bootedWithTwo, OTHER_EVSE, vouched } from './states.ts';
import {
  ago,
  free,
  freeCheck,
  freeFault,
  judgeStop,
  started,
  startedCheck,
  startTransaction,
  status16,
  stoppedCheck,
  stranger,
  strangerCheck,
  strangerFault,
} from './states.v16.ts';

const saying = (action: string, status: string) => alter(action, { idTagInfo: { status } });

/** One reading of the register. */
const reading = (timestamp: string, wh: number) => ({
  timestamp,
  sampledValue: [{ value: String(wh), context: 'Sample.Periodic', measurand: 'Energy.Active.Import.Register' }],
});

export default suite('csms/transactions', 'Transactions: told late, or twice (1.6)', [
  testCase({
    id: 'csms/transactions/offline-start',
    title: 'CSMS takes a transaction that was started while the station was offline',
    sut: 'csms',
    versions: ['1.6'],
    octt: { '1.6': 'TC_037_1_CSMS' },
    checks: {
      stranger: strangerCheck,
      started: { ...startedCheck, says: 'the start is taken as any other: it has an id and is Accepted' },
      taken: takenCheck,
      stopped: stoppedCheck,
      free: freeCheck,
    },
    catches: {
      stranger: strangerFault,
      started: [saying('StartTransaction', 'Invalid'), refuses('StartTransaction', 'PropertyConstraintViolation')],
      taken: drop('StatusNotification', ofStatus('Charging')),
      stopped: drop('StopTransaction'),
      free: freeFault,
    },
    async run(context) {
      await booted(context);
      await stranger(context);
      const token = await context.token('valid');
      await context.station.reconnect();
      const transaction = await started(context, token, { timestamp: ago(context, 1_800) });
      await reports(context, status16(context, 'Charging'));
      judgeStop(context, await transaction.stop({ reason: 'Local', by: token }), token);
      await free(context, token);
    },
  }),

  testCase({
    id: 'csms/transactions/offline-start-with-unknown-token',
    title: 'CSMS refuses the token of a transaction that was started while the station was offline',
    sut: 'csms',
    versions: ['1.6'],
    octt: { '1.6': 'TC_037_3_CSMS' },
    checks: {
      verified: { ref: '4.8', level: 'SHALL', says: 'the token is verified, however old the message: it is Invalid' },
      taken: takenCheck,
      stopped: { ...stoppedCheck, says: 'the station ends it for that reason, and is answered' },
    },
    catches: {
      verified: [strangerFault, saying('StartTransaction', 'Blocked')],
      taken: drop('StatusNotification', ofStatus('Finishing')),
      stopped: drop('StopTransaction'),
    },
    async run(context) {
      await booted(context);
      await context.station.reconnect();
      const refused = await startTransaction(context, await context.token('unknown'), {
        timestamp: ago(context, 1_800),
      });
      context.check('verified', () => expect(refused.reply).to.be.callResult({ idTagInfo: { status: 'Invalid' } }));
      await reports(context, status16(context, 'Charging'));
      judgeStop(context, await refused.stop({ reason: 'DeAuthorized' }));
      await reports(context, status16(context, 'Finishing'));
    },
  }),

  testCase({
    id: 'csms/transactions/offline-from-start-to-stop',
    title: 'CSMS takes a whole transaction that took place while the station was offline',
    sut: 'csms',
    versions: ['1.6'],
    octt: { '1.6': 'TC_039_CSMS' },
    checks: {
      stranger: strangerCheck,
      started: { ...startedCheck, says: 'the start is taken as any other: it has an id and is Accepted' },
      metered: { ref: '4.7', level: 'SHALL', says: 'the meter values from that time are answered' },
      stopped: stoppedCheck,
      free: freeCheck,
    },
    catches: {
      stranger: strangerFault,
      started: [saying('StartTransaction', 'Expired'), refuses('StartTransaction', 'InternalError')],
      metered: drop('MeterValues'),
      stopped: [drop('StopTransaction'), saying('StopTransaction', 'Blocked')],
      free: freeFault,
    },
    async run(context) {
      const { station, check } = context;
      await booted(context);
      await stranger(context);
      const token = await context.token('valid');
      await station.reconnect();
      const transaction = await started(context, token, { timestamp: ago(context, 3_600), meterStart: 30_107 });
      for (const [seconds, wh] of [
        [2_700, 31_009],
        [1_800, 32_003],
      ] as const) {
        const { id: transactionId, connectorId } = transaction;
        const meterValue = [reading(ago(context, seconds), wh)];
        const metered = await station.call('MeterValues', { connectorId, transactionId, meterValue });
        check('metered', () => expect(metered).to.be.callResult());
      }
      const end = { timestamp: ago(context, 900), meterStop: 33_021 };
      judgeStop(context, await transaction.stop({ reason: 'Local', by: token, ...end }), token);
      await free(context, token);
    },
  }),

  testCase({
    id: 'csms/transactions/offline-queue',
    title: 'CSMS keeps two transactions from the queue of a station apart',
    sut: 'csms',
    versions: ['1.6'],
    checks: {
      started: { ...startedCheck, says: 'each start from the queue has an id and is Accepted' },
      apart: {
        ref: 'E 3.54',
        level: 'SHOULD',
        says: 'transactions that follow on each other in the queue have ids of their own',
      },
      stopped: stoppedCheck,
    },
    catches: {
      started: freeFault,
      apart: behaviour('same-transaction-id', 'all transactions get one id'),
      stopped: drop('StopTransaction'),
    },
    async run(context) {
      await booted(context);
      const token = await context.token('valid');
      await context.station.reconnect();
      const ids: number[] = [];
      for (const since of [7_200, 3_600]) {
        const meter = 50_000 - since;
        const transaction = await started(context, token, { timestamp: ago(context, since), meterStart: meter });
        ids.push(transaction.id);
        const end = { timestamp: ago(context, since - 1_200), meterStop: meter + 1_019 };
        judgeStop(context, await transaction.stop({ reason: 'Local', by: token, ...end }), token);
      }
      context.check('apart', () => expect(new Set(ids).size, `different ids in ${ids.join(', ')}`).to.equal(2));
    },
  }),

  testCase({
    id: 'csms/transactions/start-resent',
    title: 'CSMS knows a start again whose answer was lost',
    sut: 'csms',
    versions: ['1.6'],
    checks: {
      answered: { ref: '4.8', level: 'SHOULD', says: 'the start is answered when it is told again' },
      same: { ref: 'E 3.54', level: 'SHOULD', says: 'one transaction has one id, however often its start is told' },
      accepted: {
        ref: '7.2',
        level: 'SHOULD',
        says: 'the token is Accepted: the transaction that it is in is no other one',
      },
      other: {
        ref: 'StartTransactionResponse.transactionId',
        level: 'SHALL',
        says: 'the transaction of somebody else on the other connector has an id of its own',
      },
    },
    catches: {
      answered: refuses('StartTransaction', 'InternalError'),
      same: behaviour('forgets-retries', 'a repeated start makes a second transaction'),
      accepted: behaviour('forgets-retries', 'a repeated start makes a second transaction'),
      other: behaviour('same-transaction-id', 'all transactions get one id'),
    },
    async run(context) {
      const { station, check } = context;
      await bootedWithTwo(context);
      const token = await context.token('valid');
      const first = await startTransaction(context, token, { timestamp: ago(context, 30) });
      vouched(token, first.status);
      // What the station would do that never saw the answer; a new message id is allowed (JE 3.1).
      await station.reconnect();
      const again = await startTransaction(context, token, first.sent);
      check('answered', () => expect(again.reply).to.be.callResult());
      check('same', () => expect(again.id, 'id of the repeated start').to.equal(first.id));
      check('accepted', () => expect(again.status).to.equal('Accepted'));
      const other = await startTransaction(context, await context.token('second'), { connectorId: OTHER_EVSE });
      check('other', () => expect(other.id, 'id of the other').to.not.equal(first.id));
    },
  }),
]);
