/** The CALLs of a charger: one outstanding, the others in line, transaction messages kept until they are delivered. */
import { encodeCall } from '../ocppj/encode.ts';
import { NOTHING, type Reply } from './state.ts';
import type { Station } from './station.ts';
import type { Payload, SettledCall } from './types.ts';
import { whole } from './values.ts';

/** A CALL that is to be sent. */
export interface Outgoing {
  readonly action: string;
  /** Made when it is sent, where it needs what an earlier answer brings. */
  readonly payload: Payload | (() => Payload);
  readonly dueAt: number;
  /** Place in line. */
  readonly order: number;
  /** A transaction message: outlives the connection and is sent again where it fails. */
  readonly kept: boolean;
  /** Needs no accepted registration. */
  readonly passes: boolean;
  readonly done: ((reply: Reply) => void) | undefined;
  /** Transaction that it tells of. */
  readonly about: object | undefined;
  id: string;
  sentAt: number;
  /** Times that it was sent and not processed. */
  failures: number;
}

export interface CallOptions {
  /** On the monotonic scale; default: now. */
  readonly dueAt?: number;
  readonly done?: (reply: Reply) => void;
  readonly kept?: boolean;
  readonly passes?: boolean;
  readonly about?: object;
}

/** Puts a CALL in line and sends what can be sent. */
export function send(
  station: Station,
  action: string,
  payload: Payload | (() => Payload),
  options: CallOptions = NOTHING,
): void {
  const out: Outgoing = {
    action,
    payload,
    dueAt: options.dueAt ?? station.clock.monotonic(),
    order: ++station.orders,
    kept: options.kept ?? false,
    passes: options.passes ?? false,
    done: options.done,
    about: options.about,
    id: '',
    sentAt: 0,
    failures: 0,
  };
  if (station.ended || (!out.kept && !station.online)) {
    drop(station, out);
    return;
  }
  station[out.kept ? 'kept' : 'waiting'] ??= [];
  station[out.kept ? 'kept' : 'waiting']?.push(out);
  pump(station);
}

/** Sends the next CALL, unless one is outstanding. */
export function pump(station: Station): void {
  if (!station.online || station.ended || station.outstanding !== undefined) return;
  const out = take(station);
  if (out === undefined) {
    station.extras?.drained?.();
    return;
  }
  const { clock, observer } = station;
  out.id = (++station.lastId).toString(36);
  out.sentAt = clock.monotonic();
  station.lastSentAt = out.sentAt;
  station.outstanding = out;
  const payload = typeof out.payload === 'function' ? out.payload() : out.payload;
  const limit = whole(station, station.protocol.keys.messageTimeout) * 1000 || station.settings.timeoutMs;
  station.answerTimer = clock.setTimeout(() => settle(station, out, 'timeout', NOTHING), limit);
  observer?.sent?.(out.action, out.dueAt, out.sentAt);
  station.transmit(encodeCall(out.id, out.action, payload));
}

/** The CALL whose turn it is, taken out of the line. */
function take(station: Station): Outgoing | undefined {
  const { waiting, kept } = station;
  if (station.registration !== 'Accepted') {
    const at = waiting?.findIndex((out) => out.passes) ?? -1;
    return at < 0 ? undefined : waiting?.splice(at, 1)[0];
  }
  const ordinary = waiting?.[0];
  const stored = station.retryTimer === undefined ? kept?.[0] : undefined;
  // A boot goes first: what was kept belongs to the time after it.
  if (stored !== undefined && (ordinary === undefined || stored.order < ordinary.order)) return kept?.shift();
  return ordinary === undefined ? undefined : waiting?.shift();
}

/** An answer came. @returns false where it answers nothing */
export function answered(
  station: Station,
  id: string,
  outcome: 'callresult' | 'callerror',
  payload: Payload,
  code?: string,
): boolean {
  const out = station.outstanding;
  if (out === undefined || out.id !== id) return false;
  settle(station, out, outcome, payload, code);
  return true;
}

/** The connection is gone: what is outstanding is lost, what is kept stays, the rest is dropped. */
export function disconnected(station: Station): void {
  const { outstanding, waiting } = station;
  if (outstanding !== undefined) settle(station, outstanding, 'closed', NOTHING);
  station.waiting = undefined;
  for (const out of waiting ?? []) drop(station, out);
}

/** True where a message of a transaction waits for delivery. @param which tells one transaction from others */
export function hasQueued(station: Station, which: (about: object) => boolean = () => true): boolean {
  const fits = (out: Outgoing | undefined) => out?.about !== undefined && which(out.about);
  return fits(station.outstanding) || (station.kept?.some(fits) ?? false);
}

function drop(station: Station, out: Outgoing): void {
  station.observer?.dropped?.(out.action, out.dueAt);
  out.done?.({ outcome: 'closed', payload: NOTHING });
}

function settle(station: Station, out: Outgoing, outcome: SettledCall['outcome'], payload: Payload, code?: string) {
  if (station.outstanding !== out) return;
  const { clock, observer } = station;
  station.outstanding = undefined;
  clock.clearTimeout(station.answerTimer);
  station.answerTimer = undefined;
  observer?.settled?.({
    action: out.action,
    dueAt: out.dueAt,
    sentAt: out.sentAt,
    settledAt: clock.monotonic(),
    outcome,
    ...(code !== undefined && { code }),
  });
  if (out.kept && outcome !== 'callresult' && !station.ended) again(station, out, outcome);
  else out.done?.({ outcome, payload });
  pump(station);
}

/**
 * The retry law: a transaction message that was not processed is sent again, each time after a longer wait, up to the
 * configured number of times; then it is given up (1.6 section 3.7.1 and 4.9; 2.x E13.FR.01 to 03). One that the
 * connection took with it is simply next.
 */
function again(station: Station, out: Outgoing, outcome: SettledCall['outcome']): void {
  const { keys } = station.protocol;
  if (outcome !== 'closed') {
    out.failures++;
    if (out.failures >= Math.max(1, whole(station, keys.messageAttempts))) {
      station.observer?.dropped?.(out.action, out.dueAt);
      out.done?.({ outcome, payload: NOTHING });
      return;
    }
    const wait = whole(station, keys.messageRetryInterval) * 1000 * out.failures;
    station.retryTimer = station.clock.setTimeout(() => {
      station.retryTimer = undefined;
      pump(station);
    }, wait);
  }
  station.kept ??= [];
  station.kept.unshift(out);
}
