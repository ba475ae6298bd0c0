/** Between two cases: what one has started is stopped, and the connectors that it has used are free, when the next one begins. */
import type { OcppVersion } from '../dialects/dialect.ts';
import type { Payload } from '../session.ts';
import type { TracedFrame } from '../trace.ts';
import type { CsmsPlayer } from './csms-player.ts';
import { at } from './path.ts';
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

const STOPS: Readonly<Record<OcppVersion, string>> = {
  '1.6': 'RemoteStopTransaction',
  '2.0.1': 'RequestStopTransaction',
  '2.1': 'RequestStopTransaction',
};

/** Transactions that began in a case and have not ended: in 1.6 under the number that they were given, in 2.x under their own. */
function running(frames: readonly TracedFrame[]): ReadonlySet<unknown> {
  const open = new Set<unknown>();
  for (const { origin, action, frame } of frames) {
    const given = origin === 'harness' && frame.kind === 'callresult' && action === 'StartTransaction';
    if (given) open.add(at(frame.payload, 'transactionId'));
    if (origin !== 'sut' || frame.kind !== 'call') continue;
    if (action === 'StopTransaction') open.delete(at(frame.payload, 'transactionId'));
    const id = action === 'TransactionEvent' ? at(frame.payload, 'transactionInfo.transactionId') : undefined;
    if (id === undefined) continue;
    if (at(frame.payload, 'eventType') === 'Ended') open.delete(id);
    else open.add(id);
  }
  return open;
}

/** Stops what still runs: a case that broke off did not come to it. */
export async function stopAll(csms: CsmsPlayer, frames: readonly TracedFrame[]): Promise<void> {
  for (const transactionId of running(frames))
    if (csms.connected) await csms.call(STOPS[csms.dialect.version], { transactionId });
}

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
