/** The transactions that a 2.x charger tells of in a trace: each event once, with what became of its delivery. */
import { isFrame, type TracedFrame, type TraceEvent } from '../../trace.ts';
import { at } from '../path.ts';

/** One TransactionEvent; where it was sent again, the first time. */
export interface Told {
  readonly frame: TracedFrame;
  readonly payload: unknown;
  readonly eventType: unknown;
  readonly trigger: unknown;
  readonly state: unknown;
  readonly seqNo: number;
  readonly offline: boolean;
  /** Epoch milliseconds; NaN where it is none. */
  readonly instant: number;
}

export interface Transaction {
  readonly id: string;
  /** In the order in which they came. */
  readonly events: readonly Told[];
  /** Sent again, though they had been accepted. */
  readonly again: readonly TracedFrame[];
}

export interface Telling {
  readonly transactions: readonly Transaction[];
  /** Every event of every transaction, in the order in which they came. */
  readonly all: readonly (Told & { readonly id: string })[];
  /** Number of the first frame of an event that was not accepted: what is sent again may be overtaken (E13.FR.03). */
  readonly troubledFrom: number;
}

/** Without what may change while it waits (E11.FR.07). */
const essence = (payload: unknown): string => JSON.stringify({ ...(payload as object), offline: undefined });

/** True where the station may not have heard the answer, or there was none to hear. */
function unheard(frame: TracedFrame, events: readonly TraceEvent[]): boolean {
  const answer = events.find((event) => isFrame(event) && event.answers === frame.n);
  if (answer === undefined || answer.kind !== 'callresult') return true;
  // Cut off right behind the answer, it may never have come.
  return !events.some(
    (event) => isFrame(event) && event.n > answer.n && event.connection === frame.connection && event.origin === 'sut',
  );
}

const accepted = (frame: TracedFrame, events: readonly TraceEvent[]): boolean =>
  events.some((event) => isFrame(event) && event.answers === frame.n && event.kind === 'callresult');

/** Reads a trace of a station. */
export function tellingOf(events: readonly TraceEvent[]): Telling {
  const found = new Map<string, { events: Told[]; again: TracedFrame[]; sent: Map<string, TracedFrame> }>();
  const all: (Told & { id: string })[] = [];
  let troubledFrom = Number.POSITIVE_INFINITY;
  for (const event of events) {
    if (!isFrame(event) || event.origin !== 'sut') continue;
    if (event.frame.kind !== 'call' || event.frame.action !== 'TransactionEvent') continue;
    const { payload } = event.frame;
    const id = String(at(payload, 'transactionInfo.transactionId'));
    const own = found.get(id) ?? { events: [], again: [], sent: new Map<string, TracedFrame>() };
    found.set(id, own);
    if (!accepted(event, events)) troubledFrom = Math.min(troubledFrom, event.n);
    const text = essence(payload);
    const before = own.sent.get(text);
    own.sent.set(text, event);
    if (before !== undefined) {
      if (!unheard(before, events)) own.again.push(event);
      continue;
    }
    const told: Told = {
      frame: event,
      payload,
      eventType: at(payload, 'eventType'),
      trigger: at(payload, 'triggerReason'),
      state: at(payload, 'transactionInfo.chargingState'),
      seqNo: Number(at(payload, 'seqNo')),
      offline: at(payload, 'offline') === true,
      instant: Date.parse(String(at(payload, 'timestamp'))),
    };
    own.events.push(told);
    all.push({ ...told, id });
  }
  const transactions = [...found].map(([id, own]) => ({ id, events: own.events, again: own.again }));
  return { transactions, all, troubledFrom };
}

/** In the order in which they happened. */
export const inOrder = ({ events }: Transaction): readonly Told[] =>
  [...events].sort((one, other) => one.seqNo - other.seqNo);

/** The first event, where the trace has it. */
export const startOf = ({ events }: Transaction): Told | undefined =>
  events.find(({ eventType }) => eventType === 'Started');
