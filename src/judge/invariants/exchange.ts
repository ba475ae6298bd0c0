/** Invariants of the exchange: answers belong to CALLs, ids are fresh, one CALL at a time, nobody hangs up. */
import { isFrame, type TracedFrame, type TraceEvent } from '../../trace.ts';
import { at } from '../path.ts';
import { showJson } from '../show.ts';
import { type Breach, type Invariant, MOST_UNASKED } from './invariant.ts';
import { hadToGo } from './station.ts';

const isAnswer = (event: TracedFrame) => event.kind === 'callresult' || event.kind === 'callerror';
const byConnection = (event: TraceEvent) => event.connection ?? 0;

/** Message id with which a CALLERROR says that it could not read the id (2.x Part 4, 4.2.3). */
const UNREADABLE_ID = '-1';

const correlates: Invariant = {
  id: 'answer-correlates',
  says: 'every answer answers a CALL, and no CALL is answered twice',
  check(events) {
    const answered = new Map<number, number>();
    return events.filter(isFrame).flatMap((event): Breach[] => {
      if (!isAnswer(event) || event.deliberate) return [];
      const { frame } = event;
      const id = 'id' in frame ? frame.id : undefined;
      if (event.answers === undefined) {
        // An answer to what was wrong on purpose is for the case to judge.
        const provoked = events.filter((e) => isFrame(e) && e.deliberate && e.n < event.n && e.origin !== event.origin);
        const refused = event.kind === 'callerror' && (id === UNREADABLE_ID || provoked.length > 0);
        if (refused || provoked.some(({ text }) => holds(text, bare(id)))) return [];
        return [
          {
            blame: event.origin,
            level: 'SHALL',
            message: `no CALL has the message id ${JSON.stringify(id)}`,
            frame: event.n,
          },
        ];
      }
      const times = (answered.get(event.answers) ?? 0) + 1;
      answered.set(event.answers, times);
      // What was sent twice under one id on purpose may be answered twice: the trace counts both for the last one.
      const asked = events.filter((e) => isFrame(e) && e.deliberate && e.n < event.n && couldAnswer(event, e)).length;
      if (times > Math.max(1, asked)) {
        return [
          {
            blame: event.origin,
            level: 'SHALL',
            message: `CALL ${event.answers} is answered a second time`,
            frame: event.n,
          },
        ];
      }
      return [];
    });
  },
};

/** A text as it stands in JSON, without its quotation marks: an id that was no text may come back as one. */
const bare = (id: unknown): string =>
  typeof id === 'string' ? JSON.stringify(id).slice(1, -1) : (JSON.stringify(id) ?? '');

/** Whether `answer` fits `call` by connection and message id. */
const couldAnswer = (answer: TracedFrame, call: TracedFrame): boolean =>
  call.frame.kind === 'call' &&
  call.connection === answer.connection &&
  call.origin !== answer.origin &&
  'id' in answer.frame &&
  call.frame.id === answer.frame.id;

/** True where the message holds `part`; a binary one stands in a trace as hex. */
const holds = (message: string, part: string): boolean => message.includes(part) || message.includes(hexOf(part));

const hexOf = (text: string): string =>
  [...new TextEncoder().encode(text)].map((byte) => byte.toString(16).padStart(2, '0')).join('');

/** No station gives an answer less time than this. */
const SHORTEST_TIMEOUT_MS = 2_000;

const uniqueIds: Invariant = {
  id: 'unique-message-id',
  says: 'a sender gives each CALL a message id of its own',
  check(events, { dialect }) {
    const seen = new Map<string, TracedFrame>();
    return events.filter(isFrame).flatMap((event): Breach[] => {
      if (event.frame.kind !== 'call' || event.deliberate) return [];
      const key = `${event.origin} ${event.frame.id}`;
      const first = seen.get(key);
      seen.set(key, event);
      if (first === undefined) return [];
      // A message that is sent again, for want of an answer or for an error, may keep its id (1.6-J errata 3.1, 2.0.1 errata 2024-09).
      const taken = events.some(
        (other) =>
          isFrame(other) && other.frame.kind === 'callresult' && other.answers === first.n && other.n < event.n,
      );
      const later = first.connection !== event.connection || event.at - first.at >= SHORTEST_TIMEOUT_MS;
      if (!taken && first.text === event.text && later) return [];
      const message = `the message id ${JSON.stringify(event.frame.id)} was used by frame ${first.n}`;
      return [
        {
          blame: event.origin,
          level: 'SHALL',
          message,
          frame: event.n,
          ref: dialect.version === '1.6' ? 'JE 3.1' : 'P4 4.1.4',
        },
      ];
    });
  },
};

const oneOutstanding: Invariant = {
  id: 'one-outstanding-call',
  says: 'a side sends no CALL while its last one is unanswered',
  check(events, facts) {
    const open = new Map<string, TracedFrame>();
    return events.filter(isFrame).flatMap((event): Breach[] => {
      const connection = byConnection(event);
      if (isAnswer(event) && event.answers !== undefined) {
        const caller = `${connection} ${event.origin === 'sut' ? 'harness' : 'sut'}`;
        if (open.get(caller)?.n === event.answers) open.delete(caller);
        return [];
      }
      if (event.kind !== 'call') return [];
      const caller = `${connection} ${event.origin}`;
      const pending = open.get(caller);
      open.set(caller, event);
      // After the time-out a sender may go on (Part 4, 4.1.1).
      if (pending === undefined || event.deliberate || pending.deliberate) return [];
      // How long that is, a station says itself (MessageTimeout).
      const limit = facts.sut === 'station' && event.origin === 'sut' ? SHORTEST_TIMEOUT_MS : facts.timeoutMs;
      if (event.at - pending.at >= limit) return [];
      const level = facts.dialect.oneOutstandingCall;
      const ref = facts.dialect.version === '1.6' ? 'J 4.1.1' : 'P4 4.1.1';
      return [{ blame: event.origin, level, message: `CALL ${pending.n} is not answered yet`, frame: event.n, ref }];
    });
  },
};

/** The identity of a connection as its address has it; undefined where the trace does not show how it began. */
const identityOf = (events: readonly TraceEvent[], connection: number | undefined): string | undefined =>
  /([^/]*) offering /.exec(
    events.find((event) => event.kind === 'open' && event.connection === connection)?.text ?? '',
  )?.[1];

/**
 * True where another connection of the same station was open at that moment: which of the two a CSMS serves, and which
 * it ends, is left open, and for the case to judge.
 */
function hasRival(events: readonly TraceEvent[], { connection, n }: TraceEvent): boolean {
  const identity = identityOf(events, connection);
  if (identity === undefined) return false;
  return events.some(
    (other) =>
      other.kind === 'open' &&
      other.n < n &&
      other.connection !== connection &&
      identityOf(events, other.connection) === identity &&
      !events.some((end) => end.kind === 'close' && end.connection === other.connection && end.n < n),
  );
}

/** Close codes of who lets a station in and turns it away at once. */
const AWAY = /^(close )?(1008|1013)\b/;

/**
 * True where a station was let in and turned away before anything was served, as one that is held for connected, and
 * came again: a refusal, in other words.
 */
function turnedAway(events: readonly TraceEvent[], connection: number | undefined): boolean {
  const own = events.filter((event) => event.connection === connection);
  return (
    own.some(
      ({ kind, origin, text }) => (kind === 'close' || kind === 'note') && origin === 'sut' && AWAY.test(text),
    ) &&
    !own.some((event) => isFrame(event) && event.origin === 'sut') &&
    events.some((event) => byConnection(event) > (connection ?? 0) && isFrame(event) && event.origin === 'sut')
  );
}

const answersCalls: Invariant = {
  id: 'answers-calls',
  says: 'every CALL is answered in time',
  check(events, facts) {
    const frames = events.filter(isFrame);
    return frames.flatMap((event): Breach[] => {
      if (event.kind !== 'call' || event.deliberate || event.origin === 'sut') return [];
      const answer = frames.find((other) => other.answers === event.n && other.origin !== event.origin);
      const limit = facts.timeoutMs;
      if (answer !== undefined) {
        const took = answer.at - event.at;
        if (took <= limit) return [];
        return [
          {
            blame: 'sut',
            level: 'SHALL',
            message: `the answer took ${Math.round(took)} ms, more than ${limit}`,
            frame: answer.n,
          },
        ];
      }
      if (facts.sut === 'csms' && (hasRival(events, event) || turnedAway(events, event.connection))) return [];
      // A connection that our side closed or cut may have taken the answer with it.
      const ourClose = events.some(
        (other) =>
          other.kind === 'close' &&
          other.origin === 'harness' &&
          other.connection === event.connection &&
          other.at - event.at < limit,
      );
      return ourClose
        ? []
        : [{ blame: 'sut', level: 'SHALL', message: `${event.action} was never answered`, frame: event.n }];
    });
  },
};

const keepsConnection: Invariant = {
  id: 'keeps-connection',
  says: 'the SUT does not hang up without a cause',
  check(events, facts) {
    return events.flatMap((event): Breach[] => {
      if (event.kind !== 'close' || event.origin !== 'sut') return [];
      // A message that is wrong on purpose, or a handshake without the right subprotocol, is a cause.
      const own = events.filter((other) => other.connection === event.connection && other.n < event.n);
      const cause =
        own.some((other) => other.deliberate) ||
        own.some((other) => other.kind === 'open' && /no subprotocol$/.test(other.text));
      const replaced = events.some(
        (other) => other.kind === 'open' && other.n < event.n && byConnection(other) > byConnection(event),
      );
      const excused =
        facts.sut === 'station'
          ? hadToGo(events, event)
          : hasRival(events, event) || turnedAway(events, event.connection);
      return cause || replaced || excused
        ? []
        : [{ blame: 'sut', level: 'SHALL', message: `the SUT closed the connection: ${event.text}`, frame: event.n }];
    });
  },
};

/** Answers after which an order counts as carried out; after any other a CSMS may try again (1.6 section 5.15). */
const DONE: ReadonlySet<unknown> = new Set([
  undefined,
  'Accepted',
  'AcceptedCanceled',
  'RebootRequired',
  'Scheduled',
  'Unlocked',
  'Unpublished',
]);

/** What a CSMS may read again on its own account: what has a number of its own is an order. */
const isReading = (action: string, payload: unknown): boolean =>
  action.startsWith('Get') && at(payload, 'requestId') === undefined;

/** Forgets what came of an action; of any that asks, where none is named. */
function forget(came: Map<string, number>, action = 'Get'): void {
  for (const order of came.keys()) if (order.startsWith(action)) came.delete(order);
}

/** CALLs of a station that ask for a CALL of the CSMS. */
const INVITED_BY: Readonly<Record<string, string>> = { SignCertificate: 'CertificateSigned' };

/** The payload in an order of an operator, as a text; empty where none is told. */
const orderedIn = ({ text }: TraceEvent): string => text.slice(Math.max(0, text.indexOf('{')));

const askedOnce: Invariant = {
  id: 'asked-once',
  says: 'what the operator asked for once reaches the station once',
  check(events) {
    /** Orders of an action, and those that name a payload as well. */
    const asked = new Map<string, number>();
    const came = new Map<string, number>();
    return events.flatMap((event): Breach[] => {
      if (event.kind === 'operator' && event.action !== undefined) {
        // With the number that it has for all its questions, a CSMS may have asked before, on its own account.
        if (event.action.startsWith('Get')) forget(came, `${event.action} `);
        add(asked, event.action, 1);
        add(asked, `${event.action} ${orderedIn(event)}`, 1);
      }
      if (!isFrame(event) || event.frame.kind !== 'call') return [];
      const { action, payload } = event.frame;
      if (event.origin === 'harness' && action === 'BootNotification') forget(came);
      if (event.origin === 'harness' && INVITED_BY[action] !== undefined) add(asked, INVITED_BY[action], 1);
      if (event.origin !== 'sut' || !asked.has(action)) return [];
      // A CSMS may read, and set up a station, on its own account at any time; the same order again is nobody's.
      if (isReading(action, payload)) return [];
      const order = `${action} ${showJson(payload, Number.POSITIVE_INFINITY)}`;
      const before = came.get(order) ?? 0;
      add(came, order, carriedOut(events, event) ? 1 : 0);
      if (before < (asked.get(order) ?? asked.get(action) ?? 0)) return [];
      const message = `${action} was asked for once and came again`;
      return [{ blame: 'sut', level: 'SHALL', message, frame: event.n }];
    });
  },
};

function carriedOut(events: readonly TraceEvent[], call: TracedFrame): boolean {
  const answer = events.find((event) => event.answers === call.n);
  if (answer === undefined || !isFrame(answer)) return true;
  return answer.frame.kind === 'callresult' && DONE.has(at(answer.frame.payload, 'status'));
}

const add = (counts: Map<string, number>, key: string, more: number): void => {
  counts.set(key, (counts.get(key) ?? 0) + more);
};

const noFlood: Invariant = {
  id: 'no-flood',
  says: 'the SUT sends no more than it is asked for, give or take thousands',
  check(events) {
    let unasked = 0;
    const flood = events.find((event) => {
      if (isFrame(event)) unasked += event.origin === 'sut' ? 1 : -1;
      return unasked > MOST_UNASKED;
    });
    return flood === undefined
      ? []
      : [
          {
            blame: 'sut',
            level: 'SHALL',
            message: `more than ${MOST_UNASKED} messages that nobody asked for in one case: the connection was cut`,
            frame: flood.n,
          },
        ];
  },
};

export const exchangeInvariants: readonly Invariant[] = [
  noFlood,
  correlates,
  uniqueIds,
  oneOutstanding,
  answersCalls,
  keepsConnection,
  askedOnce,
];
