/** CSMS, transactions in 2.x: it asks a station what is left in its queue. */
import type { Context } from '../../src/judge/context.ts';
import { alter } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import type { Payload } from '../../src/session.ts';
import { ago, reading, type Transaction2 } from './events.v2.ts';
import { ordered } from './orders.ts';
import { booted, bootedWithTwo, OTHER_EVSE } from './states.ts';
import {
  delivered,
  energyTransferStarted,
  evDisconnected,
  type Flow,
  flowChecks,
  flowFaults,
  freed,
  stopsLocally,
  stranger,
  told,
} from './states.v2.ts';

const askedCheck = {
  ref: 'GetTransactionStatusRequest.transactionId',
  level: 'SHALL',
  says: 'the CALL names the transaction that the operator means, and none where he means all',
} as const;
const otherId = alter('GetTransactionStatus', { transactionId: 'another' }, { kind: 'call' });
const noId = alter('GetTransactionStatus', { transactionId: null }, { kind: 'call' });

const checks = { asked: askedCheck, ...flowChecks };
const offline = true;

interface Question {
  readonly id: string;
  readonly title: string;
  readonly octt?: string;
  /** The question is about one transaction. */
  readonly one: boolean;
  readonly answer: Payload;
  /** What happens between the start and the question; what stays in the queue comes back. */
  queue?(context: Context, transaction: Transaction2): readonly Payload[];
  /** The transaction is over by then, as far as the station knows. */
  readonly ended?: true;
}

/** Some readings that were taken while there was no connection. */
const readings = (context: Context, transaction: Transaction2): readonly Payload[] =>
  [30, 20].map((seconds) => {
    const at = ago(context, seconds);
    const meterValue = [reading(transaction.wh(), at, 'Sample.Periodic')];
    return transaction.compose('Updated', 'MeterValuePeriodic', { meterValue, offline, at });
  });

const questions: readonly Question[] = [
  {
    id: 'status-ongoing-queued',
    title: 'CSMS asks about a transaction that runs, of which events are queued',
    octt: 'TC_E_29_CSMS',
    one: true,
    answer: { ongoingIndicator: true, messagesInQueue: true },
    queue: readings,
  },
  {
    id: 'status-ongoing',
    title: 'CSMS asks about a transaction that runs, of which nothing is queued',
    octt: 'TC_E_30_CSMS',
    one: true,
    answer: { ongoingIndicator: true, messagesInQueue: false },
  },
  {
    id: 'status-ended-queued',
    title: 'CSMS asks about a transaction that has ended, of which events are queued',
    octt: 'TC_E_31_CSMS',
    one: true,
    ended: true,
    answer: { ongoingIndicator: false, messagesInQueue: true },
    queue: (context, transaction) => [
      transaction.compose('Updated', 'ChargingStateChanged', {
        chargingState: 'SuspendedEV',
        offline,
        at: ago(context, 40),
      }),
      transaction.compose('Updated', 'ChargingStateChanged', {
        chargingState: 'EVConnected',
        offline,
        at: ago(context, 35),
      }),
    ],
  },
  {
    id: 'status-ended',
    title: 'CSMS asks about a transaction that has ended, of which nothing is queued',
    one: true,
    ended: true,
    answer: { ongoingIndicator: false, messagesInQueue: false },
  },
  {
    id: 'status-of-all-queued',
    title: 'CSMS asks whether events of any transaction are queued, and some are',
    octt: 'TC_E_33_CSMS',
    one: false,
    answer: { messagesInQueue: true },
    queue: readings,
  },
];

export default suite('csms/transactions', 'Questions about transactions', [
  ...questions.map(({ id, title, octt, one, answer, queue, ended }) =>
    testCase({
      id: `csms/transactions/${id}`,
      title,
      sut: 'csms',
      versions: ['2.0.1'],
      ...(octt && { octt: { '2.0.1': octt } }),
      needs: ['GetTransactionStatus'],
      checks,
      catches: { ...flowFaults, asked: one ? [otherId, noId] : otherId },
      async run(context) {
        const { station } = context;
        await booted(context);
        const token = await context.token('valid');
        const transaction = await energyTransferStarted(context, token);
        if (queue) await station.disconnect();
        const late = queue?.(context, transaction) ?? [];
        if (queue) await station.connect();
        if (ended) await ends(context, transaction);
        await ordered(context, 'GetTransactionStatus', one ? { transactionId: transaction.id } : {}, answer);
        for (const event of late) await delivered(context, transaction, event);
        if (!ended) await stopsLocally(context, transaction, token);
        await stranger(context);
      },
    }),
  ),

  testCase({
    id: 'csms/transactions/status-of-all',
    title: 'CSMS asks whether events of any transaction are queued, and none is',
    sut: 'csms',
    versions: ['2.0.1'],
    octt: { '2.0.1': 'TC_E_34_CSMS' },
    needs: ['GetTransactionStatus'],
    checks,
    catches: { ...flowFaults, asked: otherId },
    async run(context) {
      await booted(context);
      await ordered(context, 'GetTransactionStatus', {}, { messagesInQueue: false });
      const token = await context.token('valid');
      const transaction = await energyTransferStarted(context, token);
      await evDisconnected(context, transaction);
      await stranger(context);
    },
  }),

  testCase({
    id: 'csms/transactions/status-of-one-of-two',
    title: 'CSMS asks about the one of two transactions that the operator means',
    sut: 'csms',
    versions: ['2.0.1'],
    needs: ['GetTransactionStatus'],
    checks,
    catches: { ...flowFaults, asked: [otherId, noId] },
    async run(context) {
      await bootedWithTwo(context);
      const token = await context.token('valid');
      const other = await context.token('second');
      const first = await energyTransferStarted(context, token);
      const second = await energyTransferStarted(context, other, { evseId: OTHER_EVSE });
      // The older one first: a CSMS that asks about the newest is caught.
      for (const { id: transactionId } of [first, second]) {
        const answer = { ongoingIndicator: true, messagesInQueue: false };
        await ordered(context, 'GetTransactionStatus', { transactionId }, answer);
        await told(context, second, 'Updated', 'ChargingRateChanged', { chargingState: 'Charging' });
      }
      await stopsLocally(context, first, token);
      await stopsLocally(context, second, other);
      await stranger(context);
    },
  }),
]);

/** The end is what a station tells first when it is back, whatever else is queued. */
async function ends(context: Flow, transaction: Transaction2): Promise<void> {
  await freed(context, transaction);
  const last = { chargingState: 'Idle', stoppedReason: 'EVDisconnected', offline, at: ago(context, 20) } as const;
  await delivered(context, transaction, transaction.compose('Ended', 'EVCommunicationLost', last));
}
