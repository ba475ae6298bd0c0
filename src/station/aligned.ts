/** Clock-aligned meter values: one timer for the charger, and only where an interval is configured. */
import { toNextMark } from './meter.ts';
import type { Station } from './station.ts';
import { whole } from './values.ts';

/** Starts, or starts over after the interval was changed. */
export function alignMeterValues(station: Station): void {
  station.clock.clearTimeout(station.alignedTimer);
  station.alignedTimer = undefined;
  const seconds = whole(station, station.protocol.keys.alignedInterval);
  if (seconds <= 0 || station.ended) return;
  const delay = toNextMark(station.clock.now(), seconds);
  station.alignedTimer = station.clock.setTimeout(() => {
    station.protocol.sendAligned(station);
    alignMeterValues(station);
  }, delay);
}
