/** Load levelling with ISO 15118 (2.x K15 to K17): the profile that the reference CSMS gives an EV, and its word on what the EV makes of it. */
import type { Payload, Reply } from '../session.ts';
import type { Desk, Handlers } from './handler.ts';
import type { KnownStation } from './store.ts';

interface Period {
  readonly startPeriod: number;
  readonly limit: number;
}

interface Schedule {
  readonly chargingRateUnit: string;
  readonly chargingSchedulePeriod: readonly Period[];
}

/**
 * Takes note of the profile of a transaction when it is sent: the EV's plan may follow the station's answer at once.
 * @returns undoes it, for one that the station does not accept
 */
export function noteProfile(station: KnownStation, action: string, payload: Payload): (reply: Reply) => void {
  const profile = payload['chargingProfile'] as Payload | undefined;
  if (action !== 'SetChargingProfile' || profile?.['chargingProfilePurpose'] !== 'TxProfile') return () => {};
  const evseId = Number(payload['evseId']);
  const before = station.txProfiles.get(evseId);
  station.txProfiles.set(evseId, profile);
  return (reply) => {
    if (reply.payload['status'] === 'Accepted') return;
    if (before === undefined) station.txProfiles.delete(evseId);
    else station.txProfiles.set(evseId, before);
  };
}

/** Amperes that the reference gives an EV at most: a fuse that many EVSEs have. */
const FUSE = 16;

/** Amperes that the EV can take. */
function wanted(needs: Payload): number {
  const parameters = (needs['acChargingParameters'] ?? needs['dcChargingParameters'] ?? {}) as Payload;
  return Math.min(FUSE, Number(parameters['evMaxCurrent'] ?? FUSE));
}

/** Sends a profile of one schedule; what has the same level in the transaction is replaced (K01.FR.39). */
function offer(desk: Desk, evseId: number, transactionId: string, limit: number): void {
  const { station, store } = desk;
  const before = station.txProfiles.get(evseId);
  const known = before?.['transactionId'] === transactionId ? before : undefined;
  const profile = {
    id: known?.['id'] ?? store.nextTransactionId(),
    stackLevel: known?.['stackLevel'] ?? 0,
    chargingProfilePurpose: 'TxProfile',
    chargingProfileKind: 'Relative',
    transactionId,
    chargingSchedule: [{ id: 1, chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit }] }],
  };
  station.txProfiles.set(evseId, profile);
  desk.tell('SetChargingProfile', { evseId, chargingProfile: profile });
}

/** Limit at a moment after the start; none before the first period. */
const limitAt = ({ chargingSchedulePeriod }: Schedule, second: number): number =>
  chargingSchedulePeriod.findLast(({ startPeriod }) => startPeriod <= second)?.limit ?? 0;

/** True where the EV stays below what the CSMS gave it, at every moment. */
function within(ev: Schedule, given: Schedule): boolean {
  if (ev.chargingRateUnit !== given.chargingRateUnit) return false;
  const moments = [...ev.chargingSchedulePeriod, ...given.chargingSchedulePeriod].map(({ startPeriod }) => startPeriod);
  return moments.every((second) => limitAt(ev, second) <= limitAt(given, second));
}

export const levelling: Handlers = {
  NotifyEVChargingNeeds: (asked, desk) => {
    const evseId = Number(asked['evseId']);
    const running = desk.store.transactions.findLast(
      (one) => one.station === desk.station.id && one.evseId === evseId && one.endedAt === undefined,
    );
    // K15.FR.04: a profile is for a transaction, and there is none.
    if (running === undefined) return { status: 'Rejected' };
    offer(desk, evseId, running.id, wanted(asked['chargingNeeds'] as Payload));
    return { status: 'Accepted' };
  },

  NotifyEVChargingSchedule: (asked, desk) => {
    const evseId = Number(asked['evseId']);
    const profile = desk.station.txProfiles.get(evseId);
    const ev = asked['chargingSchedule'] as unknown as Schedule;
    const given = (profile?.['chargingSchedule'] ?? []) as readonly Schedule[];
    if (desk.policy.acceptsAnyEvSchedule || given.some((schedule) => within(ev, schedule)))
      return { status: 'Accepted' };
    // K15.FR.13, K16.FR.08: it is negotiated anew, with the profile that counts.
    if (profile !== undefined) desk.tell('SetChargingProfile', { evseId, chargingProfile: profile });
    return { status: 'Rejected' };
  },
};
