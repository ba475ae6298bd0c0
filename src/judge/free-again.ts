/** Between two cases: the connectors that one has used are free when the next one begins. */
import type { Payload } from '../session.ts';
import type { CsmsPlayer } from './csms-player.ts';
import type { Guest } from './reception.ts';

/** A card or an order that no cable followed holds a connector until the time for the cable is over: most wait a minute at most. */
const FREE_MS = 60_000;

/** Statuses of a connector that somebody uses, or is about to. */
const BUSY: ReadonlySet<unknown> = new Set([
  'Preparing',
  'Charging',
  'SuspendedEV',
  'SuspendedEVSE',
  'Finishing',
  'Occupied',
]);

const isBusy = ({ status, connectorStatus }: Payload): boolean => BUSY.has(status ?? connectorStatus);

const placeOf = ({ evseId, connectorId }: Payload): string => `${evseId ?? ''}/${connectorId}`;

/**
 * Waits until each connector that was last told to be in use is told to be free. Where that was in vain, as with a cable that nobody takes
 * out, it is not waited for again until all are told to be free.
 */
export async function freeAgain(csms: CsmsPlayer, guest: Guest): Promise<void> {
  const busy = new Map<string, boolean>();
  for (const { payload } of csms.calls(0, 'StatusNotification')) busy.set(placeOf(payload), isBusy(payload));
  const used = [...busy].filter(([, now]) => now).map(([place]) => place);
  if (busy.size > 0 && used.length === 0) guest.occupied = false;
  for (const place of used) {
    if (guest.occupied) return;
    const free = await csms.awaitCall('StatusNotification', {
      timeoutMs: Math.min(FREE_MS, csms.patienceMs),
      where: (payload) => placeOf(payload) === place && !isBusy(payload),
    });
    guest.occupied = free === undefined;
  }
}
