/** Charger, 2.x: an event that the CSMS refuses or does not answer is sent again, ever more slowly, and then given up. */
import type { Context } from '../../src/judge/context.ts';
import { behaviour, type Fault, mergePatch } from '../../src/judge/fault.ts';
import { type Faults, suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import type { IncomingCall, Payload } from '../../src/session.ts';
import { event as alterEvent } from './faults.v2.ts';
import { inTime, quiet, ready } from './states.ts';
import {
  accept,
  charging,
  configured,
  event,
  expectEvent,
  isOf,
  SESSION,
  sampled,
  triggered,
  valueOfVariable,
} from './states.v2.ts';

const versions = ['2.0.1'] as const;

/** Seconds between two readings of the meter. */
const SAMPLE_S = 7;
/** Seconds after the first attempt; twice as many after the second. */
const INTERVAL_S = 3;
/** Seconds by which a timer may be early: it counts from when its charger heard, or sent. */
const EARLY_S = 1;
interface Trouble {
  readonly id: string;
  readonly title: string;
  readonly octt: string;
  /** How the CSMS fails; without an answer it is the charger's own time-out that ends an attempt. */
  readonly how: 'error' | 'silence';
  readonly attempts: number;
  /** The attempt that the CSMS accepts. */
  readonly accepts?: number;
}

const TROUBLES: readonly Trouble[] = [
  {
    id: 'unanswered-v2',
    title: 'An event that is not answered is sent again as often as is configured, and then given up (2.0.1)',
    octt: 'TC_E_41_CS',
    how: 'silence',
    attempts: 2,
  },
  {
    id: 'unanswered-once-v2',
    title: 'An event that is not answered is sent again, until it is (2.0.1)',
    octt: 'TC_E_42_CS',
    how: 'silence',
    attempts: 4,
    accepts: 2,
  },
  {
    id: 'refused-v2',
    title: 'An event that fails is sent again as often as is configured, and then given up (2.0.1)',
    octt: 'TC_E_50_CS',
    how: 'error',
    attempts: 4,
  },
  {
    id: 'refused-once-v2',
    title: 'An event that fails is sent again, until it does not (2.0.1)',
    octt: 'TC_E_51_CS',
    how: 'error',
    attempts: 4,
    accepts: 2,
  },
];

/** The same event, though the time in which it waited may have been one without a connection. */
const essence = (payload: Payload): string => JSON.stringify({ ...payload, offline: undefined });

/** How often an event is sent, and then the rest of the transaction. */
async function run(context: Context<'times' | 'waits' | 'next'>, { how, attempts, accepts }: Trouble): Promise<void> {
  const { after, check, csms, sut } = context;
  await ready(context);
  await configured(context, 'OCPPCommCtrlr', 'MessageAttempts.TransactionEvent', String(attempts));
  await configured(context, 'OCPPCommCtrlr', 'MessageAttemptInterval.TransactionEvent', String(INTERVAL_S));
  await sampled(context, SAMPLE_S);
  // An attempt that nobody answers lasts as long as the charger waits.
  const timeoutS = how === 'error' ? 0 : await timeoutOf(context);
  const { transactionId } = await charging(context);
  const sent: IncomingCall[] = [];
  const wanted = accepts ?? attempts;
  // Whatever is late by then is of no use to anybody.
  if (how === 'silence') after(() => csms.disconnect());
  const over = new Promise<void>((resolve) => {
    csms.answer('TransactionEvent', (call) => {
      const [first] = sent;
      const same = first === undefined || essence(first.payload) === essence(call.payload);
      if (!same || !isOf(transactionId)(call.payload)) return accept(call);
      sent.push(call);
      if (sent.length === accepts) accept(call);
      else if (how === 'error') call.refuse('InternalError', 'the CSMS fails');
      if (sent.length >= wanted) resolve();
    });
  });
  const since = csms.mark;
  const first = await event(context, since, triggered('MeterValuePeriodic'), inTime(context, SAMPLE_S));
  if (first === undefined) throw new Unmet('no event tells of a reading of the meter');
  const perAttempt = (attempt: number) => timeoutS + INTERVAL_S * attempt;
  const all = Array.from({ length: wanted - 1 }, (_, i) => perAttempt(i + 1)).reduce((sum, wait) => sum + wait, 0);
  await Promise.race([over, context.clock.sleep(inTime(context, all))]);
  const [next] = sent.slice(-1);
  // Given up, it makes room for the next; one attempt more would come before that.
  const following = await csms.awaitCall('TransactionEvent', {
    after: next?.n ?? first.n,
    where: (payload) => essence(payload) !== essence(first.payload),
    timeoutMs: inTime(context, perAttempt(wanted) + timeoutS + SAMPLE_S),
  });
  csms.answer('TransactionEvent', undefined);
  await quiet(context);
  check('times', () => expect(sent.length, 'times that it was sent').to.equal(wanted));
  check('waits', () => {
    const waited = sent.slice(1).map((call, i) => (call.at - (sent[i] as IncomingCall).at) / 1000);
    expect(waited.length, 'waits between two attempts').to.equal(wanted - 1);
    for (const [i, seconds] of waited.entries())
      expect(seconds, `seconds before attempt ${i + 2}`).to.be.within(
        perAttempt(i + 1) - EARLY_S,
        perAttempt(i + 1) + sut.timeoutMs / 1000,
      );
  });
  check('next', () => {
    expectEvent(following, 'what came next', { transactionId });
    expect(following?.payload['seqNo'], 'seqNo').to.be.above(Number(first.payload['seqNo']));
  });
}

/** Seconds that the charger waits for an answer. @throws Unmet where it does not tell */
async function timeoutOf(context: Context): Promise<number> {
  const told = Number(await valueOfVariable(context, { name: 'OCPPCommCtrlr' }, 'MessageTimeout.Default'));
  if (told > 0) return told;
  throw new Unmet('the station does not tell its OCPPCommCtrlr.MessageTimeout.Default');
}

/** Each attempt tells it as if it were new. */
const newEachTime: Fault = {
  name: 'tells-it-anew',
  says: 'an event that is sent again has another time',
  rewrite: (() => {
    let n = 0;
    return (out) =>
      out.kind === 'call' && out.action === 'TransactionEvent' && JSON.stringify(out.payload).includes('Periodic')
        ? [{ text: JSON.stringify([2, out.id, out.action, mergePatch(out.payload, { numberOfPhasesUsed: ++n % 3 })]) }]
        : undefined;
  })(),
};

const catches = ({ accepts }: Trouble): Readonly<Record<'times' | 'waits' | 'next', Faults>> => ({
  times: [
    behaviour('gives-up-at-once', 'an event that fails is never sent again'),
    ...(accepts === undefined ? [behaviour('never-gives-up', 'an event that fails is sent again and again')] : []),
    newEachTime,
  ],
  waits: behaviour('repeats-at-once', 'an event that fails is sent again without a wait'),
  next: alterEvent({ seqNo: 77 }, 'MeterValuePeriodic'),
});

export default suite(
  'station/transactions',
  'Transactions',
  TROUBLES.map((trouble) =>
    testCase({
      id: `station/transactions/${trouble.id}`,
      title: trouble.title,
      sut: 'station',
      versions,
      octt: { '2.0.1': trouble.octt },
      needs: SESSION,
      checks: {
        times: {
          ref: trouble.accepts === undefined ? 'E13.FR.04' : 'E13.FR.02',
          level: 'SHALL',
          says: `it is sent, unchanged, ${trouble.accepts === undefined ? 'as often as is configured' : 'until it is accepted'}, and no more`,
        },
        waits: { ref: 'E13.FR.03', level: 'SHALL', says: 'each wait is as many intervals as there were attempts' },
        next: { ref: 'E13.FR.04', level: 'SHALL', says: 'then the next event of the transaction comes' },
      },
      catches: catches(trouble),
      run: (context) => run(context, trouble),
    }),
  ),
);
