/** SecurityEventNotification: the same message in both versions, kept while it can't be delivered. */
import type { Distrust } from '../wire/transport.ts';
import { migrating } from './network.ts';
import { send } from './outbox.ts';
import type { Station } from './station.ts';
import { vaultOf } from './vault.ts';

/** Tells of an event; it is queued while offline (2.x A04.FR.01, A04.FR.02). @param type as 2.x calls it */
export function securityEvent(station: Station, type: string): void {
  const timestamp = new Date(station.clock.now()).toISOString();
  send(station, 'SecurityEventNotification', { type: station.protocol.eventName(type), timestamp }, { kept: true });
}

const EVENTS: Readonly<Record<Distrust, string>> = {
  certificate: 'InvalidCsmsCertificate',
  version: 'InvalidTLSVersion',
  suite: 'InvalidTLSCipherSuite',
};

/** A TLS handshake was broken off; told of once, however often it happens (2.x A00.FR.316, A00.FR.323). */
export function distrusted(station: Station, why: Distrust): void {
  const vault = vaultOf(station);
  if (why === 'certificate' && vault.fallback !== undefined && !vault.onFallback && !migrating(station)) {
    // 2.x M05.FR.14, M05.FR.15
    vault.onFallback = true;
    return;
  }
  if (vault.told.has(why)) return;
  vault.told.add(why);
  securityEvent(station, EVENTS[why]);
}
