/** When which period of a profile is in force. */
import type { Profile } from './model.ts';
import { type Stretch, stretches, type WallClock } from './time.ts';

/** From one instant up to another, one period of one profile. */
export interface Span {
  readonly from: number;
  readonly to: number;
  /** Index of the period in its schedule. */
  readonly period: number;
}

/**
 * The spans of a profile between two instants, in order; where there is none, a lower stack level or nothing rules.
 * @param origin start of charging, for a schedule that has no start of its own
 */
export function spansOf(
  profile: Profile,
  origin: number,
  window: { from: number; to: number },
  wall: WallClock | undefined,
): Span[] {
  const from = Math.max(window.from, profile.validFrom);
  const to = Math.min(window.to, profile.validTo);
  if (from >= to) return [];
  return stretches(from, to, profile.local ? wall : undefined).flatMap((stretch) =>
    spansIn(profile, profile.origin ?? origin, stretch),
  );
}

/** Within a stretch the wall clock runs evenly, so shown seconds and instants differ by the offset only. */
function spansIn(
  { periods, every, duration = Number.POSITIVE_INFINITY }: Profile,
  origin: number,
  { from, to, offset }: Stretch,
): Span[] {
  const [shownFrom, shownTo] = [from + offset, to + offset];
  const spans: Span[] = [];
  // A schedule does not run before its start (K01.FR.30), nor does its recurrence.
  let base = every === undefined ? origin : origin + Math.max(0, Math.floor((shownFrom - origin) / every)) * every;
  for (; base < shownTo; base += every ?? Number.POSITIVE_INFINITY) {
    // What is longer than the recurrence is not executed (1.6 errata 3.44).
    const end = Math.min(base + duration, base + (every ?? Number.POSITIVE_INFINITY), shownTo);
    for (const [period, { start }] of periods.entries()) {
      const next = base + (periods[period + 1]?.start ?? Number.POSITIVE_INFINITY);
      const [spanFrom, spanTo] = [Math.max(base + start, shownFrom), Math.min(next, end)];
      if (spanFrom < spanTo) spans.push({ from: spanFrom - offset, to: spanTo - offset, period });
    }
  }
  return spans;
}
