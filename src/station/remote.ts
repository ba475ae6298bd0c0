/** Remote start, in the words of neither version. */
import { authorize, mayChargeAt } from './authorization.ts';
import { held, install } from './charging-profiles.ts';
import { isFree, reservationFor } from './reservation.ts';
import { grant, happened, mayStart } from './session.ts';
import type { Evse, IdToken } from './state.ts';
import type { Station } from './station.ts';
import type { Payload } from './types.ts';
import { flag } from './values.ts';

export interface RemoteStart {
  readonly token: IdToken;
  readonly group?: string | undefined;
  readonly remoteStartId?: number;
  /** For the transaction. */
  readonly profile?: Payload | undefined;
}

/** The EVSE on which a remote start can happen: the one asked for, else one with a cable, else a free one. */
export function evseFor(station: Station, evseId: number | undefined, token: IdToken): Evse | undefined {
  const able = (evse: Evse) => mayStart(station, evse) && !evse.session?.authorized && keptFor(evse, token);
  if (evseId !== undefined) {
    const evse = station.evses[evseId - 1];
    return evse !== undefined && able(evse) ? evse : undefined;
  }
  const all = station.evses.filter(able);
  return all.find((evse) => evse.plugged > 0) ?? all.find(isFree) ?? all[0];
}

const keptFor = ({ reservation }: Evse, token: IdToken): boolean =>
  reservation === undefined || reservation.group !== undefined || same(reservation.token, token);

const same = (one: IdToken, other: IdToken) => one.idToken.toLowerCase() === other.idToken.toLowerCase();

/** Goes about it: with or without asking the CSMS again, as it is configured (1.6 section 5.11; 2.x F01.FR.01, F02.FR.01). */
export function remoteStart(station: Station, evse: Evse, { token, group, remoteStartId, profile }: RemoteStart): void {
  const go = (knownGroup: string | undefined) => {
    if (evse.session?.authorized || !mayStart(station, evse)) return;
    const reservation = reservationFor(station, evse, token, knownGroup);
    if (reservation === 'other') return;
    const session = grant(station, evse, token, knownGroup, reservation?.id);
    session.remoteStartId = remoteStartId;
    if (profile !== undefined) install(station, held({ evseId: evse.id, profile, session }));
    happened(station, evse, 'remoteStart', token);
  };
  // A token that the CSMS made itself is not asked for (2.x C03.FR.01, C05.FR.01).
  if (!flag(station, station.protocol.keys.authorizeRemoteStart) || station.protocol.uncached.has(token.type)) {
    go(group);
    return;
  }
  authorize(station, token, (answer) => {
    if (answer.status === 'Accepted' && mayChargeAt(answer, evse.id)) go(answer.group ?? group);
  });
}
