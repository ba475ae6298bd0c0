/** CSMS, transactions in 1.6: how they start, and what StartTransaction says of each token. */
import { alter, behaviour, drop } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import type { TokenKind } from '../../src/sut/system-under-test.ts';
import { ofStatus, reports, servedOn, servedOnCheck, servedOnFault, takenCheck } from './orders.ts';
import { booted, bootedWithTwo, EVSE, OTHER_EVSE } from './states.ts';
import {
  authorized,
  authorizedCheck,
  free,
  freeCheck,
  freeFault,
  judgeStop,
  otherCase,
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

/** What a token is that StartTransaction has to refuse. */
interface Refusal {
  readonly kind: TokenKind;
  readonly status: string;
  readonly instead: string;
}

const refusals: readonly Refusal[] = [
  { kind: 'unknown', status: 'Invalid', instead: 'Blocked' },
  { kind: 'invalid', status: 'Invalid', instead: 'Expired' },
  { kind: 'blocked', status: 'Blocked', instead: 'Invalid' },
  { kind: 'expired', status: 'Expired', instead: 'ConcurrentTx' },
];

const refusalCases = refusals.map(({ kind, status, instead }) =>
  testCase({
    id: `csms/transactions/start-with-${kind}-token`,
    title: `CSMS tells that a transaction was started with a token that is ${kind}`,
    sut: 'csms',
    versions: ['1.6'],
    ...(kind !== 'unknown' && { needs: ['create-token'] }),
    checks: {
      verified: { ref: '4.8', level: 'SHALL', says: `the token is verified once more, and is ${status}` },
      stopped: { ...stoppedCheck, says: 'the station ends it for that reason, and is answered' },
      started: { ...startedCheck, says: 'a valid token is Accepted on the same connector afterwards' },
    },
    catches: {
      verified: [strangerFault, saying('StartTransaction', instead)],
      stopped: drop('StopTransaction'),
      started: saying('StartTransaction', 'Invalid'),
    },
    async run(context) {
      await booted(context);
      await context.station.need('StatusNotification', status16(context, 'Preparing'));
      const refused = await startTransaction(context, await context.token(kind));
      context.check('verified', () => expect(refused.reply).to.be.callResult({ idTagInfo: { status } }));
      judgeStop(context, await refused.stop({ reason: 'DeAuthorized' }));
      await started(context, await context.token('valid'));
    },
  }),
);

export default suite('csms/transactions', 'Transactions: starts (1.6)', [
  testCase({
    id: 'csms/transactions/plug-first',
    title: 'CSMS follows a session that begins with the plug',
    sut: 'csms',
    versions: ['1.6'],
    octt: { '1.6': 'TC_003_CSMS' },
    checks: {
      taken: takenCheck,
      authorized: authorizedCheck,
      started: startedCheck,
      stranger: strangerCheck,
    },
    catches: {
      taken: [drop('StatusNotification', ofStatus('Preparing')), drop('StatusNotification', ofStatus('Charging'))],
      authorized: saying('Authorize', 'Blocked'),
      started: [saying('StartTransaction', 'ConcurrentTx'), saying('StartTransaction', 'Expired')],
      stranger: strangerFault,
    },
    async run(context) {
      await booted(context);
      const token = await context.token('valid');
      await reports(context, status16(context, 'Preparing'));
      await authorized(context, token);
      await started(context, token);
      await reports(context, status16(context, 'Charging'));
      await stranger(context);
    },
  }),

  testCase({
    id: 'csms/transactions/id-first',
    title: 'CSMS follows a session that begins with the token',
    sut: 'csms',
    versions: ['1.6'],
    octt: { '1.6': 'TC_004_1_CSMS' },
    checks: {
      stranger: strangerCheck,
      authorized: authorizedCheck,
      taken: takenCheck,
      started: startedCheck,
      stopped: stoppedCheck,
      free: freeCheck,
    },
    catches: {
      stranger: strangerFault,
      authorized: saying('Authorize', 'Expired'),
      taken: [drop('StatusNotification', ofStatus('Preparing')), drop('StatusNotification', ofStatus('Finishing'))],
      started: saying('StartTransaction', 'Blocked'),
      stopped: [drop('StopTransaction'), saying('StopTransaction', 'ConcurrentTx')],
      free: freeFault,
    },
    async run(context) {
      await booted(context);
      const token = await context.token('valid');
      await stranger(context);
      await authorized(context, token);
      await reports(context, status16(context, 'Preparing'));
      const transaction = await started(context, token);
      await reports(context, status16(context, 'Charging'));
      judgeStop(context, await transaction.stop({ reason: 'Local', by: token }), token);
      for (const status of ['Finishing', 'Available']) await reports(context, status16(context, status));
      await free(context, token);
    },
  }),

  testCase({
    id: 'csms/transactions/id-first-times-out',
    title: 'CSMS goes on when nobody plugs in after a token was accepted',
    sut: 'csms',
    versions: ['1.6'],
    octt: { '1.6': 'TC_004_2_CSMS' },
    checks: {
      stranger: strangerCheck,
      authorized: authorizedCheck,
      taken: takenCheck,
      free: { ...freeCheck, says: 'a token that was presented and not used is in no transaction: it is Accepted' },
    },
    catches: {
      stranger: strangerFault,
      authorized: saying('Authorize', 'Invalid'),
      taken: drop('StatusNotification', ofStatus('Preparing')),
      free: saying('StartTransaction', 'ConcurrentTx'),
    },
    async run(context) {
      await booted(context);
      await stranger(context);
      const token = await context.token('valid');
      await authorized(context, token);
      for (const status of ['Preparing', 'Available']) await reports(context, status16(context, status));
      await authorized(context, token);
      await reports(context, status16(context, 'Preparing'));
      await free(context, token);
    },
  }),

  testCase({
    id: 'csms/transactions/cached-id',
    title: 'CSMS verifies a token that the station took from its cache',
    sut: 'csms',
    versions: ['1.6'],
    octt: { '1.6': 'TC_007_CSMS' },
    checks: {
      taken: takenCheck,
      started: startedCheck,
      outdated: {
        ref: '4.8',
        level: 'SHALL',
        says: 'a token that the station has in its cache and the CSMS does not know is Invalid',
      },
    },
    catches: {
      taken: drop('StatusNotification', ofStatus('Charging')),
      started: saying('StartTransaction', 'Invalid'),
      outdated: [strangerFault, saying('StartTransaction', 'Expired')],
    },
    async run(context) {
      await bootedWithTwo(context);
      await reports(context, status16(context, 'Preparing'));
      await started(context, await context.token('valid'));
      await reports(context, status16(context, 'Charging'));
      const outdated = await startTransaction(context, await context.token('unknown'), { connectorId: OTHER_EVSE });
      context.check('outdated', () => expect(outdated.reply).to.be.callResult({ idTagInfo: { status: 'Invalid' } }));
    },
  }),

  testCase({
    id: 'csms/transactions/lock-failure',
    title: 'CSMS takes note of a connector that does not lock',
    sut: 'csms',
    versions: ['1.6'],
    octt: { '1.6': 'TC_024_CSMS' },
    checks: { stranger: strangerCheck, authorized: authorizedCheck, taken: takenCheck, servedOn: servedOnCheck },
    catches: {
      stranger: strangerFault,
      authorized: saying('Authorize', 'Invalid'),
      taken: drop('StatusNotification', ofStatus('Faulted')),
      servedOn: servedOnFault,
    },
    async run(context) {
      await booted(context);
      await stranger(context);
      await authorized(context, await context.token('valid'));
      await reports(context, status16(context, 'Preparing'));
      await reports(context, status16(context, 'Faulted', EVSE, 'ConnectorLockFailure'));
      await reports(context, status16(context, 'Available'));
      await servedOn(context);
    },
  }),

  ...refusalCases,

  testCase({
    id: 'csms/transactions/other-case',
    title: 'CSMS takes a token in other letters for the same token',
    sut: 'csms',
    versions: ['1.6'],
    checks: {
      stranger: strangerCheck,
      started: startedCheck,
      caseless: {
        ref: '7.28',
        level: 'SHALL',
        says: 'upper and lower case are one: a transaction that is started with the token in the other case is Accepted',
      },
    },
    catches: {
      stranger: strangerFault,
      started: saying('StartTransaction', 'Blocked'),
      caseless: behaviour('tells-cases-apart', 'a token in lower case is another than the same in upper case'),
    },
    async run(context) {
      await booted(context);
      await stranger(context);
      const token = await context.token('valid');
      const first = await started(context, token);
      await first.stop({ reason: 'Local', by: token });
      const second = await startTransaction(context, token, { idTag: otherCase(token.idToken) });
      context.check('caseless', () => expect(second.reply).to.be.callResult({ idTagInfo: { status: 'Accepted' } }));
    },
  }),

  testCase({
    id: 'csms/transactions/two-at-once',
    title: 'CSMS tells two transactions on one station apart',
    sut: 'csms',
    versions: ['1.6'],
    checks: {
      started: startedCheck,
      apart: {
        ref: 'StartTransactionResponse.transactionId',
        level: 'SHALL',
        says: 'two transactions that run at the same time have two ids',
      },
      stopped: stoppedCheck,
      free: freeCheck,
    },
    catches: {
      started: saying('StartTransaction', 'ConcurrentTx'),
      apart: behaviour('same-transaction-id', 'all transactions get one id'),
      stopped: drop('StopTransaction'),
      free: freeFault,
    },
    async run(context) {
      await bootedWithTwo(context);
      const [one, other] = [await context.token('valid'), await context.token('second')];
      const first = await started(context, one);
      const second = await started(context, other, { connectorId: OTHER_EVSE });
      context.check('apart', () => expect(second.id, 'id of the second').to.not.equal(first.id));
      judgeStop(context, await first.stop({ reason: 'Local', by: one }), one);
      await free(context, one);
      judgeStop(context, await second.stop({ reason: 'Local', by: other }), other);
    },
  }),

  testCase({
    id: 'csms/transactions/concurrent',
    title: 'CSMS answers a token that is in a transaction already',
    sut: 'csms',
    versions: ['1.6'],
    checks: {
      started: startedCheck,
      second: {
        ref: '7.2',
        level: 'SHALL',
        says: 'the second transaction of a token is Accepted or ConcurrentTx, as the CSMS has its rules',
      },
      apart: {
        ref: 'StartTransactionResponse.transactionId',
        level: 'SHALL',
        says: 'a second transaction of the same token has an id of its own',
      },
      authorized: {
        ref: '7.2',
        level: 'SHALL',
        says: 'Authorize does not know ConcurrentTx: the token is Accepted',
      },
      stopped: stoppedCheck,
      free: freeCheck,
    },
    catches: {
      started: saying('StartTransaction', 'ConcurrentTx'),
      second: saying('StartTransaction', 'Blocked'),
      apart: behaviour('same-transaction-id', 'all transactions get one id'),
      authorized: saying('Authorize', 'ConcurrentTx'),
      stopped: saying('StopTransaction', 'ConcurrentTx'),
      free: freeFault,
    },
    async run(context) {
      await bootedWithTwo(context);
      const token = await context.token('valid');
      const first = await started(context, token);
      await authorized(context, token);
      const second = await startTransaction(context, token, { connectorId: OTHER_EVSE });
      context.check('second', () => expect(second.status).to.be.oneOf(['Accepted', 'ConcurrentTx']));
      context.check('apart', () => expect(second.id, 'id of the second').to.not.equal(first.id));
      judgeStop(context, await second.stop({ reason: 'DeAuthorized' }));
      judgeStop(context, await first.stop({ reason: 'Local', by: token }), token);
      await free(context, token);
    },
  }),

  testCase({
    id: 'csms/transactions/ids',
    title: 'CSMS gives each transaction an id that was not used before',
    sut: 'csms',
    versions: ['1.6'],
    checks: {
      started: startedCheck,
      unique: { ref: 'E 3.54', level: 'SHOULD', says: 'the ids of transactions one after the other are all different' },
      positive: {
        ref: 'E 3.54',
        level: 'SHOULD',
        says: 'ids are positive; -1 above all is what a station says that was given none',
      },
    },
    catches: {
      started: [saying('StartTransaction', 'ConcurrentTx'), freeFault],
      unique: behaviour('same-transaction-id', 'all transactions get one id'),
      positive: alter('StartTransaction', { transactionId: -1 }),
    },
    async run(context) {
      const { station, token, check } = context;
      await booted(context);
      const who = await token('valid');
      const ids: number[] = [];
      for (const way of ['stay', 'stay', 'reconnect']) {
        if (way === 'reconnect') await station.reconnect();
        const transaction = await started(context, who);
        ids.push(transaction.id);
        await transaction.stop({ reason: 'Local', by: who });
      }
      check('unique', () => expect(new Set(ids).size, `different ids in ${ids.join(', ')}`).to.equal(ids.length));
      check('positive', () => {
        for (const id of ids) expect(id).to.be.above(0);
      });
    },
  }),
]);
