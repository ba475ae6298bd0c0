/** A station keeps to its charging profiles: every EVSE is held to its limit, now and whenever that changes. */
import { extrasOf } from './extras.ts';
import { nextLimit } from './limits.ts';
import { flows, updatePower } from './meter.ts';
import type { Station } from './station.ts';
import { later } from './timers.ts';
import { text } from './values.ts';

/** Percent of change from which on it is told, where the version has no setting for it. */
const SIGNIFICANCE = 1;

/** Sets the power of every EVSE anew and waits for the next change of a limit. */
export function obey(station: Station): void {
  if (station.extras?.profiles === undefined || station.ended) return;
  for (const evse of station.evses) {
    const before = evse.powerW;
    updatePower(station, evse);
    const significant = Number(text(station, 'SmartChargingCtrlr.LimitChangeSignificance') || SIGNIFICANCE);
    const change = Math.abs(evse.powerW - before);
    if (flows(evse) && change > 0 && change >= (before * significant) / 100)
      station.protocol.rateChanged(station, evse);
  }
  watch(station);
}

function watch(station: Station): void {
  const extras = extrasOf(station);
  extras.stopLimits?.();
  delete extras.stopLimits;
  if (!station.evses.some(flows)) return;
  const next = nextLimit(station);
  if (next === undefined) return;
  // Longer waits than a timer can hold are waited in parts.
  const delay = Math.min(next * 1000 - station.clock.now(), 2 ** 30);
  extras.stopLimits = later(station, Math.max(0, delay), () => obey(station));
}
