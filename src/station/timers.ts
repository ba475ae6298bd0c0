/** Timers of what is under way: known, so that the end of the charger stops them. */
import { extrasOf } from './extras.ts';
import type { Station } from './station.ts';

/** Does `work` in `ms` milliseconds, unless the charger is put away before. @returns stops it */
export function later(station: Station, ms: number, work: () => void): () => void {
  const extras = extrasOf(station);
  extras.timers ??= new Set();
  const { timers } = extras;
  const handle = station.clock.setTimeout(() => {
    timers.delete(handle);
    work();
  }, ms);
  timers.add(handle);
  return () => {
    station.clock.clearTimeout(handle);
    timers.delete(handle);
  };
}
