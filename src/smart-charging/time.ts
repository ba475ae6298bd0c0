/** Instants and wall clocks, in whole seconds. */
import { UnreadableTime } from './types.ts';

export const DAY = 86_400;
export const WEEK = 7 * DAY;

const DATE_TIME = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?([Zz]|[+-]\d\d:?\d\d)?$/;

/** An ISO 8601 date-time taken apart. Fractions of a second are dropped. */
interface Written {
  /** Seconds that a clock showing this would have counted since 1970-01-01T00:00. */
  readonly shown: number;
  /** Seconds east of UTC; undefined where the text does not say. */
  readonly offset: number | undefined;
}

/** @throws UnreadableTime where `text` is no date-time */
function written(text: string): Written {
  const match = DATE_TIME.exec(text);
  if (match === null) throw new UnreadableTime(`'${text}' is no date-time`);
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  const shown = Date.UTC(year, month - 1, day, hour, minute, second) / 1000;
  const date = new Date(Date.UTC(year, month - 1, day));
  if (date.getUTCDate() !== day || date.getUTCMonth() !== month - 1 || hour > 24 || minute > 59 || second > 60) {
    throw new UnreadableTime(`'${text}' names a moment that does not exist`);
  }
  return { shown, offset: offsetOf(match[7]) };
}

function offsetOf(zone: string | undefined): number | undefined {
  if (zone === undefined) return undefined;
  if (/^z$/i.test(zone)) return 0;
  const seconds = Number(zone.slice(1, 3)) * 3600 + Number(zone.slice(-2)) * 60;
  return zone.startsWith('-') ? -seconds : seconds;
}

/** What the clock on a wall shows, as seconds since 1970-01-01T00:00 on that clock. */
export interface WallClock {
  /** Seconds to add to an instant. */
  offsetAt(instant: number): number;
}

function clockOf(timeZone: string): Intl.DateTimeFormat {
  const [year, month, day, hour, minute, second] = [
    'numeric',
    'numeric',
    'numeric',
    'numeric',
    'numeric',
    'numeric',
  ] as const;
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone, hourCycle: 'h23', year, month, day, hour, minute, second });
  } catch {
    throw new UnreadableTime(`'${timeZone}' is no time zone that is known here; IANA names look like Europe/Amsterdam`);
  }
}

/** @throws UnreadableTime where `timezone` is no IANA name that this machine knows */
export function wallClock(timezone: string): WallClock {
  const format = clockOf(timezone);
  return {
    offsetAt(instant) {
      const part: Record<string, number> = {};
      for (const { type, value } of format.formatToParts(instant * 1000)) part[type] = Number(value);
      const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
      return Date.UTC(year, month - 1, day, hour, minute, second) / 1000 - instant;
    },
  };
}

/**
 * Seconds since the epoch. A time without an offset is read on `wall`, or as UTC without one; a time that the
 * clock shows twice is the first of them, and one that it skips is the moment of the jump plus what is over.
 * @throws UnreadableTime where `text` is no date-time
 */
export function instantOf(text: string, wall?: WallClock): number {
  const { shown, offset } = written(text);
  if (offset !== undefined) return shown - offset;
  if (wall === undefined) return shown;
  // The offset before any change near this moment, then the one after it.
  const before = shown - wall.offsetAt(shown - DAY);
  if (before + wall.offsetAt(before) === shown) return before;
  const after = shown - wall.offsetAt(shown + DAY);
  return after + wall.offsetAt(after) === shown ? after : before;
}

/** What the text shows, whatever offset it names (2.1 useLocalTime, K01.FR.90). */
export const shownIn = (text: string): number => written(text).shown;

/** A stretch of time in which the wall clock keeps one offset. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly offset: number;
}

/** No zone has two changes within such a step. */
const STEP = DAY / 4;

/** `from` to `to`, cut where the clock is put forward or back. */
export function stretches(from: number, to: number, wall: WallClock | undefined): Stretch[] {
  if (wall === undefined) return [{ from, to, offset: 0 }];
  const found: Stretch[] = [];
  let since = from;
  let offset = wall.offsetAt(from);
  for (let at = from; at < to; ) {
    const next = Math.min(at + STEP, to);
    if (wall.offsetAt(next) !== offset) {
      const change = firstWith(wall, at, next, offset);
      found.push({ from: since, to: change, offset });
      since = change;
      offset = wall.offsetAt(change);
      at = change;
    } else {
      at = next;
    }
  }
  if (since < to) found.push({ from: since, to, offset });
  return found;
}

/** The first second after `low`, at most `high`, whose offset is not `offset`. */
function firstWith(wall: WallClock, low: number, high: number, offset: number): number {
  let [before, after] = [low, high];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (wall.offsetAt(middle) === offset) before = middle;
    else after = middle;
  }
  return after;
}
