/** SecurityEventNotification: the same message in both versions, kept while it can't be delivered. */
import { send } from './outbox.ts';
import type { Station } from './station.ts';

/** Tells of a critical event; it is queued while offline (2.x A04.FR.01, A04.FR.02). */
export function securityEvent(station: Station, type: string): void {
  const timestamp = new Date(station.clock.now()).toISOString();
  send(station, 'SecurityEventNotification', { type, timestamp }, { kept: true });
}
