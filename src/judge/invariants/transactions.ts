/** Invariants of 2.x transactions: each is told once, from its start to its end, numbered, in time, at one place. */
import type { TraceEvent } from '../../trace.ts';
import { isFrame } from '../../trace.ts';
import { at } from '../path.ts';
import type { Breach, Facts, Invariant } from './invariant.ts';
import { inOrder, startOf, type Telling, type Told, type Transaction, tellingOf } from './told.ts';

type Trace = readonly TraceEvent[];
type Judge = (telling: Telling, facts: Facts, events: Trace) => Breach[];

/** An invariant of the transactions of a station. */
export const ofTransactions = (id: string, says: string, judge: Judge): Invariant => ({
  id,
  says,
  check: (events, facts) =>
    facts.sut === 'station' && facts.dialect.version !== '1.6' ? judge(tellingOf(events), facts, events) : [],
});

export const breach = (told: Pick<Told, 'frame'>, message: string, ref: string, path?: string): Breach => ({
  blame: 'sut',
  level: 'SHALL',
  message,
  frame: told.frame.n,
  ref,
  ...(path !== undefined && { path }),
});

const inSequence = ofTransactions(
  'transaction-sequence',
  'the events of a transaction are numbered without a gap, from the start to the end, and each is told once',
  ({ transactions, troubledFrom }) =>
    transactions.flatMap((transaction) => [
      ...transaction.again.map((frame) =>
        breach({ frame }, `an event of ${transaction.id} that was accepted is sent again`, 'E02.FR.07'),
      ),
      ...asTheyCame(transaction, troubledFrom),
      ...asAWhole(transaction),
    ]),
);

/** What is wrong with the order; events of a time without a connection may be mixed with those of the time after it. */
function asTheyCame({ id, events }: Transaction, troubledFrom: number): Breach[] {
  return events.flatMap((told, i): Breach[] => {
    if (told.frame.n > troubledFrom) return [];
    const before = events.slice(0, i).findLast(({ offline }) => offline === told.offline);
    if (before === undefined) return [];
    if (before.eventType === 'Ended') return [breach(told, `transaction ${id} had ended`, 'E06.FR.14')];
    return told.seqNo > before.seqNo ? [] : [breach(told, `seqNo ${told.seqNo} follows ${before.seqNo}`, 'E02.FR.07')];
  });
}

/** What is wrong with the numbers, whatever the order. */
function asAWhole(transaction: Transaction): Breach[] {
  const { id } = transaction;
  const sorted = inOrder(transaction);
  return sorted.flatMap((told, i): Breach[] => {
    const before = sorted[i - 1];
    if (before === undefined) {
      return told.seqNo === 0 && told.eventType !== 'Started'
        ? [breach(told, `transaction ${id} begins with ${String(told.eventType)}`, 'TransactionEventRequest.eventType')]
        : [];
    }
    if (told.eventType === 'Started') return [breach(told, `transaction ${id} had started`, 'E01.FR.07')];
    if (before.eventType === 'Ended') return [breach(told, `transaction ${id} had ended`, 'E06.FR.14')];
    return told.seqNo === before.seqNo + 1
      ? []
      : [breach(told, `seqNo ${told.seqNo} is next to ${before.seqNo}`, 'E02.FR.07')];
  });
}

const inTime = ofTransactions(
  'transaction-time',
  'the events of a transaction are told when they happen, and their times do not go back',
  ({ transactions, troubledFrom }, facts, events) => {
    const { clockToleranceS, startedAt } = facts;
    const tolerance = clockToleranceS * 1000;
    return transactions.flatMap((transaction) => [
      ...inOrder(transaction).flatMap((told, i, sorted): Breach[] => {
        const before = sorted[i - 1];
        if (before === undefined || !(told.instant < before.instant - tolerance)) return [];
        return [breach(told, 'timestamp is before that of the event before', 'TransactionEventRequest.timestamp')];
      }),
      ...transaction.events.flatMap((told): Breach[] => {
        const late = startedAt + told.frame.at - told.instant;
        if (told.offline || told.frame.n > troubledFrom || !(Math.abs(late) > tolerance)) return [];
        if (hadToWait(told, facts, events)) return [];
        const message = `timestamp is ${Math.round(late / 1000)} s off, and the station was not offline`;
        return [breach(told, message, 'TransactionEventRequest.timestamp', '/timestamp')];
      }),
    ]);
  },
);

/** An answer that takes longer holds up what is behind it. */
const SLOW_MS = 1_000;

/** True where something kept the event from being sent when it happened: no registration, no answer to what was before. */
function hadToWait({ frame, instant, eventType }: Told, { clockToleranceS, startedAt }: Facts, events: Trace): boolean {
  const since = (event: TraceEvent) => instant >= startedAt + event.at - clockToleranceS * 1000;
  return events.some((event) => {
    if (event.n >= frame.n) return false;
    // What a restart has ended is told after it.
    if (event.kind === 'open') return eventType === 'Ended' && instant <= startedAt + event.at;
    if (!isFrame(event)) return false;
    if (event.kind === 'callresult' && event.action === 'BootNotification')
      return 'payload' in event.frame && at(event.frame.payload, 'status') !== 'Accepted' && since(event);
    if (event.origin !== 'sut' || event.kind !== 'call' || !since(event)) return false;
    return !events.some((other) => isFrame(other) && other.answers === event.n && other.at - event.at < SLOW_MS);
  });
}

const offlineRightly = ofTransactions(
  'transaction-offline',
  'what is told to have happened offline did not happen while the station was connected',
  ({ all }, { startedAt, clockToleranceS }, events) => {
    const away = absences(events);
    const tolerance = clockToleranceS * 1000;
    return all
      .filter(({ offline, instant }) => {
        const since = instant - startedAt;
        return (
          offline && since >= 0 && !away.some(([from, to]) => since >= from - tolerance && since <= to + tolerance)
        );
      })
      .map((told) => breach(told, 'the station was connected', 'TransactionEventRequest.offline', '/offline'));
  },
);

/** From when to when the station was not connected, in milliseconds since the trace began. */
function absences(events: Trace): readonly (readonly [number, number])[] {
  let gone: number | undefined;
  const found: [number, number][] = [];
  for (const event of events) {
    if (event.kind === 'close' || event.kind === 'refused') gone ??= event.at;
    if (event.kind !== 'open') continue;
    found.push([gone ?? 0, event.at]);
    gone = undefined;
  }
  return found;
}

/** States in which a vehicle is there. */
const CONNECTED: ReadonlySet<unknown> = new Set(['EVConnected', 'Charging', 'SuspendedEV', 'SuspendedEVSE']);

const atOnePlace = ofTransactions(
  'transaction-place',
  'a transaction tells its EVSE and connector once a vehicle is connected, and keeps them; an EVSE has one at a time',
  ({ transactions, all, troubledFrom }) => [
    ...transactions.flatMap((transaction) => {
      let evse: unknown;
      let connector: unknown;
      // Of one that began before the trace the place may have been told.
      let told = startOf(transaction) === undefined;
      return inOrder(transaction).flatMap((event): Breach[] => {
        const id = at(event.payload, 'evse.id');
        const connectorId = at(event.payload, 'evse.connectorId');
        const moved =
          (id !== undefined && evse !== undefined && id !== evse) ||
          (connectorId !== undefined && connector !== undefined && connectorId !== connector);
        evse ??= id;
        connector ??= connectorId;
        if (moved) return [breach(event, 'the transaction has moved to another place', 'E01.FR.16', '/evse')];
        told ||= connector !== undefined;
        if (told || !CONNECTED.has(event.state)) return [];
        told = true;
        return [breach(event, 'a vehicle is connected, and evse.connectorId was not told', 'E01.FR.16', '/evse')];
      });
    }),
    ...oneAtATime(all.filter(({ frame }) => frame.n <= troubledFrom)),
  ],
);

function oneAtATime(all: Telling['all']): Breach[] {
  const running = new Map<unknown, string>();
  return all.flatMap((told): Breach[] => {
    const evse = at(told.payload, 'evse.id');
    for (const [place, id] of running) if (told.eventType === 'Ended' && id === told.id) running.delete(place);
    if (evse === undefined || told.eventType === 'Ended' || told.offline) return [];
    const other = running.get(evse);
    running.set(evse, told.id);
    if (other === undefined || other === told.id) return [];
    return [breach(told, `transaction ${other} has not ended at EVSE ${String(evse)}`, 'E01.FR.14', '/evse')];
  });
}

export const transactionInvariants: readonly Invariant[] = [inSequence, inTime, offlineRightly, atOnePlace];
