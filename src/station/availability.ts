/** Availability, resets and restarts: now, or once nothing charges. */
import { extrasOf } from './extras.ts';
import { stopPulse } from './heartbeat.ts';
import { dialFirst } from './network.ts';
import { disconnected } from './outbox.ts';
import { revoke } from './reservation.ts';
import { cut } from './session.ts';
import type { Evse } from './state.ts';
import type { Station } from './station.ts';
import { later } from './timers.ts';

/** Milliseconds from the restart to the first dial. */
const RESTART_MS = 1_000;

/** Longest wait for the last answers before a restart; what is not answered then stays queued. */
const DRAIN_MS = 10_000;

/** True where a transaction runs. */
export const isCharging = (evse: Evse): boolean => evse.session?.transaction !== undefined;

/** What is to be made operative or inoperative: the station, an EVSE, or one connector of it. */
export interface Target {
  readonly evse?: Evse;
  readonly connectorId?: number;
}

/**
 * Changes the availability. A transaction that runs goes on: its EVSE becomes unavailable at its end, which is what
 * `Scheduled` promises (1.6 section 5.2; 2.x G03.FR.05, G04.FR.06). Idle EVSEs change at once.
 */
export function changeAvailability(station: Station, target: Target, operative: boolean): 'Accepted' | 'Scheduled' {
  const { evse, connectorId } = target;
  const connector = evse?.connectors.find(({ id }) => id === connectorId);
  if (connector !== undefined) connector.operative = operative;
  else if (evse !== undefined) evse.operative = operative;
  else station.operative = operative;
  const concerned = evse === undefined ? station.evses : [evse];
  const busy = (one: Evse) => isCharging(one) && (connectorId === undefined || one.plugged === connectorId);
  return !operative && concerned.some(busy) ? 'Scheduled' : 'Accepted';
}

/** Tells what a change of availability made of the statuses. */
export function reportAvailability(station: Station): void {
  station.protocol.reportStation(station);
  for (const evse of station.evses) {
    station.protocol.reportStatus(station, evse);
    revoke(station, evse);
  }
  station.looks();
}

/** Ends what runs and restarts. @param cause names the kind of reset to the version's transactions */
export function resetNow(station: Station, cause: 'reset' | 'resetScheduled', reason: string): void {
  station.restarting = true;
  for (const evse of station.evses) cut(station, evse, cause, 'ImmediateReset');
  restartWhenDrained(station, reason);
}

/** Restarts once no transaction runs; nothing new starts until then (2.x B12.FR.01, B12.FR.03). */
export function resetWhenIdle(station: Station, reason: string): void {
  station.restarting = true;
  extrasOf(station).resetWhenIdle = reason;
  applyScheduled(station);
}

/** Does what was put off until the station is idle, if it is. */
export function applyScheduled(station: Station): void {
  const reason = station.extras?.resetWhenIdle;
  if (reason === undefined || station.evses.some(isCharging)) return;
  delete station.extras?.resetWhenIdle;
  restartWhenDrained(station, reason);
}

/** The last messages go out first; what the CSMS does not answer in time stays queued (1.6 errata 3.36). */
function restartWhenDrained(station: Station, reason: string): void {
  const extras = extrasOf(station);
  let done = false;
  const go = () => {
    if (done) return;
    done = true;
    delete extras.drained;
    stop();
    restart(station, reason);
  };
  const stop = later(station, DRAIN_MS, go);
  extras.drained = go;
  // Not in the middle of what led here.
  if (station.outstanding === undefined && !station.waiting?.length && !station.kept?.length) later(station, 0, go);
}

/** Starts again from nothing but what is stored: configuration, lists, reservations, kept messages, availability. */
export function restart(station: Station, reason: string): void {
  const wasOnline = station.online;
  station.online = false;
  // First of all: what is cut off now must start nothing.
  station.restarting = true;
  stopPulse(station);
  disconnected(station);
  station.registration = 'none';
  station.booting = false;
  station.bootReason = reason;
  station.attempts = 0;
  station.told = undefined;
  for (const evse of station.evses) {
    station.clock.clearTimeout(evse.session?.timer);
    evse.session = undefined;
    for (const connector of evse.connectors) connector.told = undefined;
  }
  // Up again it may charge whom it knows, before it can register.
  dialFirst(station);
  later(station, RESTART_MS, () => {
    if (station.extras?.resetWhenIdle === undefined) station.restarting = false;
  });
  if (!wasOnline) return;
  station.restartDelay = RESTART_MS;
  station.wire.close(1000, 'restart');
}

/** Loses power and comes back: what ran has ended with it, and is told after the boot (1.6 section 3.16.1; 2.x E10). */
export function powerCycle(station: Station): void {
  const wasOnline = station.online;
  station.online = false;
  station.restarting = true;
  for (const evse of station.evses) cut(station, evse, 'powerLoss', 'PowerLoss');
  station.online = wasOnline;
  restart(station, 'PowerUp');
}
