/** Heartbeats: at the interval that the CSMS ordered, the first at a random moment so that no fleet beats as one. */
import { send } from './outbox.ts';
import { NOTHING } from './state.ts';
import type { Station } from './station.ts';

/** Once a day at least, even where other messages stand in for heartbeats (2.x G02.FR.07). */
const DAY_MS = 86_400_000;

/** Starts over; an interval of 0 means none. */
export function startHeartbeat(station: Station): void {
  stopPulse(station);
  const interval = station.heartbeatS * 1000;
  if (interval > 0 && station.registration === 'Accepted') arm(station, interval * station.random());
}

/** The one timer for what comes again and again before and after registration. */
export function stopPulse(station: Station): void {
  station.clock.clearTimeout(station.pulse);
  station.pulse = undefined;
}

function arm(station: Station, delay: number): void {
  const dueAt = station.clock.monotonic() + delay;
  station.pulse = station.clock.setTimeout(() => beat(station, dueAt), delay);
}

function beat(station: Station, dueAt: number): void {
  station.pulse = undefined;
  const now = station.clock.monotonic();
  const interval = station.heartbeatS * 1000;
  if (station.registration !== 'Accepted' || interval <= 0) return;
  if (station.online && (station.protocol.skipsHeartbeats || station.settings.sparesHeartbeats)) {
    // Any other message is a sign of life too (2.x G02.FR.05).
    const quiet = now - station.lastSentAt;
    if (station.lastSentAt > 0 && quiet < interval && dueAt - station.lastBeatAt < DAY_MS) {
      arm(station, interval - quiet);
      return;
    }
  }
  // From due time to due time: a late timer does not shift the beat.
  const next = Math.max(now, dueAt + interval);
  station.pulse = station.clock.setTimeout(() => beat(station, next), next - now);
  if (!station.online) return;
  station.lastBeatAt = dueAt;
  send(station, 'Heartbeat', NOTHING, { dueAt });
}
