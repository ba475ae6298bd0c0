/** Charger, 2.x: what it says of a transaction that it is asked about, and of events that wait. */
import type { Context } from '../../src/judge/context.ts';
import { alter } from '../../src/judge/fault.ts';
import { at } from '../../src/judge/path.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import type { IncomingCall } from '../../src/session.ts';
import { leave, pointsOf } from './points.v2.ts';
import { quiet, ready } from './states.ts';
import { accept, charging, ended, event, hurried, SESSION, sampled, triggered } from './states.v2.ts';

const versions = ['2.0.1'] as const;

/** Seconds between two readings of the meter. */
const SAMPLE_S = 7;
/** What people do at a charger takes it a moment to act upon, and nothing is seen of it from here. */
const ACT_MS = 3_000;

/** Answers about one transaction, or about none. */
const about = (one: boolean) => ({
  when: (_payload: unknown, request: unknown) => (at(request, 'transactionId') !== undefined) === one,
});
const ofOne = about(true);

/** While it was away there was something to tell: the first event of it is held, and the others wait behind it. */
async function held(context: Context, during: () => Promise<void>): Promise<{ release(): void }> {
  const { csms } = context;
  const since = csms.mark;
  await csms.goAway();
  await during();
  const waiting: IncomingCall[] = [];
  csms.answer('TransactionEvent', (call) => waiting.push(call));
  csms.comeBack();
  if (!(csms.connected || (await csms.reconnection()))) throw new Unmet('the station did not connect again');
  await csms.ready();
  if ((await csms.awaitCall('TransactionEvent', { since, timeoutMs: csms.patienceMs })) === undefined)
    throw new Unmet('the station tells nothing of the time without a connection');
  return {
    release: () => {
      csms.answer('TransactionEvent', undefined);
      for (const call of waiting) accept(call);
    },
  };
}

const none = { ongoingIndicator: false, messagesInQueue: false };

export default suite('station/transactions', 'Transactions', [
  testCase({
    id: 'station/transactions/status-of-none',
    title: 'A transaction that is not there neither runs nor has messages that wait (2.0.1)',
    sut: 'station',
    versions,
    octt: { '2.0.1': ['TC_E_28_CS', 'TC_E_34_CS'] },
    checks: {
      unknown: { ref: 'E14.FR.01', level: 'SHALL', says: 'it does not run, and nothing of it waits' },
      all: { ref: 'E14.FR.08', level: 'SHALL', says: 'asked about none, an idle station has nothing that waits' },
      silent: { ref: 'E14.FR.06', level: 'SHALL', says: 'asked about none, it says of none that it runs' },
    },
    catches: {
      unknown: [
        alter('GetTransactionStatus', { ongoingIndicator: true }),
        alter('GetTransactionStatus', { messagesInQueue: true }),
      ],
      all: alter('GetTransactionStatus', { messagesInQueue: true }),
      silent: alter('GetTransactionStatus', { ongoingIndicator: false }),
    },
    async run(context) {
      const { check, csms, random } = context;
      await ready(context);
      await quiet(context);
      const unknown = await csms.call('GetTransactionStatus', {
        transactionId: `plugproof-${Math.floor(random() * 1e9)}`,
      });
      check('unknown', () => expect(unknown).to.be.callResult(none));
      const all = await csms.call('GetTransactionStatus', {});
      check('all', () => expect(all).to.be.callResult({ messagesInQueue: false }));
      check('silent', () => expect(all.payload).to.not.have.property('ongoingIndicator'));
    },
  }),

  testCase({
    id: 'station/transactions/status-of-one',
    title: 'A transaction that runs is told to run, and one that has ended is not (2.0.1)',
    sut: 'station',
    versions,
    octt: { '2.0.1': ['TC_E_30_CS', 'TC_E_32_CS'] },
    needs: SESSION,
    checks: {
      runs: { ref: 'E14.FR.02', level: 'SHALL', says: 'while it runs, it is told to run, with nothing that waits' },
      over: { ref: 'E14.FR.03', level: 'SHALL', says: 'when it has ended, it is told not to run' },
    },
    catches: {
      runs: [
        alter('GetTransactionStatus', { ongoingIndicator: false }),
        alter('GetTransactionStatus', { messagesInQueue: true }),
      ],
      over: alter('GetTransactionStatus', { ongoingIndicator: true }),
    },
    async run(context) {
      const { check, csms, hands } = context;
      const { token, transactionId } = await charging(context);
      const stop = await pointsOf(context, 'TxStopPoint');
      const runs = await csms.call('GetTransactionStatus', { transactionId });
      check('runs', () => expect(runs).to.be.callResult({ ongoingIndicator: true, messagesInQueue: false }));
      const since = csms.mark;
      await hands.presentToken(token);
      await event(context, since, triggered('StopAuthorized'));
      await leave(context, stop);
      if ((await event(context, since, ended)) === undefined) throw new Unmet('the transaction does not end');
      await quiet(context);
      const over = await csms.call('GetTransactionStatus', { transactionId });
      check('over', () => expect(over).to.be.callResult(none));
    },
  }),

  testCase({
    id: 'station/transactions/status-while-queued',
    title: 'A transaction that runs is told to have messages that wait, as long as they do (2.0.1)',
    sut: 'station',
    versions,
    octt: { '2.0.1': ['TC_E_29_CS', 'TC_E_33_CS'] },
    needs: SESSION,
    checks: {
      one: { ref: 'E14.FR.04', level: 'SHALL', says: 'asked about it, it runs, and has messages that wait' },
      all: { ref: 'E14.FR.07', level: 'SHALL', says: 'asked about none, there are messages that wait' },
      silent: { ref: 'E14.FR.06', level: 'SHALL', says: 'asked about none, it says of none that it runs' },
      told: { ref: 'E14.FR.05', level: 'SHALL', says: 'when they are delivered, there is nothing that waits' },
    },
    catches: {
      one: [
        alter('GetTransactionStatus', { messagesInQueue: false }, ofOne),
        alter('GetTransactionStatus', { ongoingIndicator: false }, ofOne),
      ],
      all: alter('GetTransactionStatus', { messagesInQueue: false }, about(false)),
      silent: alter('GetTransactionStatus', { ongoingIndicator: true }, about(false)),
      told: alter('GetTransactionStatus', { messagesInQueue: true }),
    },
    async run(context) {
      const { check, clock, csms } = context;
      await ready(context);
      await sampled(context, SAMPLE_S);
      await hurried(context);
      const { transactionId } = await charging(context);
      const { release } = await held(context, () => clock.sleep(3 * SAMPLE_S * 1000));
      const one = await csms.call('GetTransactionStatus', { transactionId });
      const all = await csms.call('GetTransactionStatus', {});
      release();
      check('one', () => expect(one).to.be.callResult({ ongoingIndicator: true, messagesInQueue: true }));
      check('all', () => expect(all).to.be.callResult({ messagesInQueue: true }));
      check('silent', () => expect(all.payload).to.not.have.property('ongoingIndicator'));
      await quiet(context);
      const told = await csms.call('GetTransactionStatus', { transactionId });
      check('told', () => expect(told).to.be.callResult({ ongoingIndicator: true, messagesInQueue: false }));
    },
  }),

  testCase({
    id: 'station/transactions/status-of-ended-while-queued',
    title: 'A transaction that has ended is told to have messages that wait, as long as they do (2.0.1)',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_E_31_CS' },
    needs: SESSION,
    checks: {
      waits: { ref: 'E14.FR.04', level: 'SHALL', says: 'it does not run, and has messages that wait' },
      told: { ref: 'E14.FR.05', level: 'SHALL', says: 'when they are delivered, there is nothing that waits' },
    },
    catches: {
      waits: [
        alter('GetTransactionStatus', { messagesInQueue: false }),
        alter('GetTransactionStatus', { ongoingIndicator: true }),
      ],
      told: alter('GetTransactionStatus', { messagesInQueue: true }),
    },
    async run(context) {
      const { check, clock, csms, hands } = context;
      await hurried(context);
      const { token, transactionId } = await charging(context);
      const stop = await pointsOf(context, 'TxStopPoint');
      const since = csms.mark;
      const { release } = await held(context, async () => {
        await hands.presentToken(token);
        await clock.sleep(ACT_MS);
        await leave(context, stop);
        await clock.sleep(ACT_MS);
      });
      const waits = await csms.call('GetTransactionStatus', { transactionId });
      release();
      check('waits', () => expect(waits).to.be.callResult({ ongoingIndicator: false, messagesInQueue: true }));
      if ((await event(context, since, ended)) === undefined) throw new Unmet('the end of the transaction is not told');
      await quiet(context);
      const told = await csms.call('GetTransactionStatus', { transactionId });
      check('told', () => expect(told).to.be.callResult(none));
    },
  }),
]);
