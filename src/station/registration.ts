/** Registration: BootNotification, its three answers, and who may speak before it is accepted. */
import { startHeartbeat, stopPulse } from './heartbeat.ts';
import { send } from './outbox.ts';
import type { Reply } from './state.ts';
import type { Station } from './station.ts';

/** Milliseconds to the next BootNotification where the CSMS leaves it to the station (2.x B02.FR.07). */
const OWN_RETRY_MS = 60_000;

/** Sends BootNotification now. @param reason BootReasonEnumType of 2.x */
export function boot(station: Station): void {
  stopPulse(station);
  if (!station.online || station.booting) return;
  station.booting = true;
  const payload = station.protocol.boot(station, station.bootReason);
  send(station, 'BootNotification', payload, { passes: true, done: (reply) => booted(station, reply) });
}

function booted(station: Station, { outcome, payload }: Reply): void {
  station.booting = false;
  const status = payload['status'];
  const interval = typeof payload['interval'] === 'number' ? payload['interval'] : 0;
  if (outcome === 'closed') return;
  if (status === 'Accepted') {
    station.registration = 'Accepted';
    station.heartbeatS = interval > 0 ? interval : station.heartbeatS;
    station.observer?.accepted?.(station.clock.monotonic());
    startHeartbeat(station);
    station.accepted();
    return;
  }
  if (status === 'Pending' || status === 'Rejected') station.registration = status;
  // Not before the interval is over (2.x B02.FR.04, B03.FR.06); an answer that can't be used is no reason to hurry.
  const wait = interval > 0 ? interval * 1000 : OWN_RETRY_MS;
  station.pulse = station.clock.setTimeout(() => {
    station.pulse = undefined;
    boot(station);
  }, wait);
}

/** Called when a connection is there: a station that restarted, or was never accepted, registers. */
export function register(station: Station): void {
  if (station.registration === 'Accepted') startHeartbeat(station);
  else if (station.pulse === undefined) boot(station);
}
