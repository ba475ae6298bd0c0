/** How long a charger waits before it dials again. */
import type { Station } from './station.ts';
import { whole } from './values.ts';

/**
 * Milliseconds to the next attempt: the minimum and a random part, doubled with each attempt in vain as often as is
 * configured, with a new random part each time (2.0.1 Part 4, section 5.3; 1.6 leaves it open and gets the same).
 */
export function backOff(station: Station): number {
  const { keys } = station.protocol;
  const times = Math.min(station.attempts, whole(station, keys.backOffRepeats));
  station.attempts++;
  const random = station.random() * whole(station, keys.backOffRandom) * 1000;
  return whole(station, keys.backOffMinimum) * 1000 * 2 ** times + random;
}
