/** Reservations: of one EVSE, or of any that is free; who may use what is kept for somebody. */
import { sameToken } from './authorization.ts';
import { extrasOf } from './extras.ts';
import type { Evse, IdToken, Reservation } from './state.ts';
import type { Station } from './station.ts';

/**
 * The reservation that the token uses at the EVSE, and by using it ends.
 * @returns `other` where the EVSE is kept for somebody else
 */
export function reservationFor(
  station: Station,
  evse: Evse,
  token: IdToken,
  group: string | undefined,
): Reservation | 'other' | undefined {
  const { reservation } = evse;
  if (reservation !== undefined) {
    if (!fits(reservation, token, group)) return 'other';
    release(station, evse);
    return reservation;
  }
  const anywhere = station.extras?.anywhere ?? [];
  const own = anywhere.find((one) => fits(one, token, group));
  if (own !== undefined) {
    releaseAnywhere(station, own);
    return own;
  }
  // As many EVSEs stay free as there are reservations for any of them.
  const others = station.evses.filter((one) => one !== evse && isFree(one)).length;
  return others < anywhere.length ? 'other' : undefined;
}

/** True where an EVSE is kept: for itself, or because no more are free than are reserved (2.x H01.FR.20). */
export function isKept(station: Station, evse: Evse): boolean {
  if (evse.reservation !== undefined) return true;
  const wanted = station.extras?.anywhere?.length ?? 0;
  return wanted > 0 && isFree(evse) && station.evses.filter(isFree).length <= wanted;
}

/** True where a driver could begin now. */
export const isFree = (evse: Evse): boolean =>
  evse.plugged === 0 && !evse.faulted && evse.operative && evse.session === undefined && !evse.reservation;

function fits(reservation: Reservation, token: IdToken, group: string | undefined): boolean {
  if (sameToken(reservation.token.idToken, token.idToken)) return true;
  return reservation.group !== undefined && group !== undefined && sameToken(reservation.group, group);
}

export interface Wanted {
  readonly id: number;
  readonly token: IdToken;
  readonly group: string | undefined;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

/** Keeps an EVSE, or any, for a token (1.6 section 5.13; 2.x H01). */
export function reserve(
  station: Station,
  evse: Evse | undefined,
  wanted: Wanted,
): 'Accepted' | 'Faulted' | 'Occupied' | 'Unavailable' | 'Rejected' {
  const old = find(station, wanted.id);
  const refusal = evse === undefined ? whyNone(station, old) : whyNot(station, evse, old);
  if (refusal !== undefined) return refusal;
  if (wanted.expiresAt <= station.clock.now()) return 'Rejected';
  if (old !== undefined) cancel(station, wanted.id);
  const reservation: Reservation = { ...wanted, timer: undefined };
  reservation.timer = station.clock.setTimeout(() => {
    if (!cancel(station, wanted.id)) return;
    for (const one of station.evses) station.protocol.reportStatus(station, one);
    station.protocol.reservationEnded(station, wanted.id, 'Expired');
  }, wanted.expiresAt - station.clock.now());
  if (evse !== undefined) evse.reservation = reservation;
  else {
    const extras = extrasOf(station);
    extras.anywhere ??= [];
    extras.anywhere.push(reservation);
  }
  return 'Accepted';
}

function whyNot(station: Station, evse: Evse, old: Reservation | undefined) {
  if (evse.faulted) return 'Faulted';
  if (!evse.operative || !station.serves || evse.connectors.every(({ operative }) => !operative)) return 'Unavailable';
  if (evse.plugged > 0 || evse.session !== undefined) return 'Occupied';
  return evse.reservation === undefined || evse.reservation === old ? undefined : 'Occupied';
}

function whyNone(station: Station, old: Reservation | undefined) {
  const reasons = station.evses.map((evse) => whyNot(station, evse, old));
  const free = reasons.filter((reason) => reason === undefined).length;
  const taken = (station.extras?.anywhere ?? []).filter((one) => one !== old).length;
  if (free > taken) return undefined;
  return reasons.find((reason) => reason !== undefined) ?? 'Occupied';
}

function find(station: Station, id: number): Reservation | undefined {
  const here = station.evses.find(({ reservation }) => reservation?.id === id)?.reservation;
  return here ?? station.extras?.anywhere?.find((one) => one.id === id);
}

/** Ends a reservation. @returns false where there is none of that id */
export function cancel(station: Station, id: number): boolean {
  const evse = station.evses.find(({ reservation }) => reservation?.id === id);
  if (evse !== undefined) {
    release(station, evse);
    return true;
  }
  const anywhere = station.extras?.anywhere?.find((one) => one.id === id);
  if (anywhere === undefined) return false;
  releaseAnywhere(station, anywhere);
  return true;
}

/** Ends the reservation of an EVSE that can't serve it any more (1.6 section 5.13; 2.x H01.FR.16, H01.FR.17). */
export function revoke(station: Station, evse: Evse): void {
  const { reservation } = evse;
  const able = !evse.faulted && evse.operative && station.serves;
  if (reservation === undefined || able) return;
  release(station, evse);
  station.protocol.reservationEnded(station, reservation.id, 'Removed');
}

/** Ends the reservation of an EVSE; its status is for the caller to tell. */
export function release(station: Station, evse: Evse): void {
  station.clock.clearTimeout(evse.reservation?.timer);
  evse.reservation = undefined;
}

function releaseAnywhere(station: Station, reservation: Reservation): void {
  station.clock.clearTimeout(reservation.timer);
  const { extras } = station;
  if (extras?.anywhere) extras.anywhere = extras.anywhere.filter((one) => one !== reservation);
}
