/** Clock-aligned meter values: one timer for the charger, and only where an interval is configured. */
import { extrasOf } from './extras.ts';
import { toNextMark } from './meter.ts';
import type { Station } from './station.ts';
import { later } from './timers.ts';
import { whole } from './values.ts';

/** Values for the end of transactions have an interval of their own in 2.x. */
const END_INTERVAL = 'AlignedDataCtrlr.TxEndedInterval';

/** Starts, or starts over after an interval was changed. */
export function alignMeterValues(station: Station): void {
  station.clock.clearTimeout(station.alignedTimer);
  station.alignedTimer = undefined;
  alignForEnd(station);
  const seconds = whole(station, station.protocol.keys.alignedInterval);
  if (seconds <= 0 || station.ended) return;
  const delay = toNextMark(station.clock.now(), seconds);
  station.alignedTimer = station.clock.setTimeout(() => {
    station.protocol.sendAligned(station);
    alignMeterValues(station);
  }, delay);
}

function alignForEnd(station: Station): void {
  station.extras?.stopAligned?.();
  const seconds = whole(station, END_INTERVAL);
  if (seconds <= 0 || station.ended) return;
  extrasOf(station).stopAligned = later(station, toNextMark(station.clock.now(), seconds), () => {
    station.protocol.collectAligned(station);
    alignForEnd(station);
  });
}
