/** What drivers and vehicles do at an EVSE, and what becomes of it in either version. */
import { authorize, lookUp, mayChargeAt, sameToken } from './authorization.ts';
import { authorizeContract, contractOf } from './contract.ts';
import { register, updatePower } from './meter.ts';
import { negotiate } from './negotiation.ts';
import { obey } from './obedience.ts';
import type { Authorization, Cause } from './protocol.ts';
import { reservationFor } from './reservation.ts';
import { type Evse, type IdToken, newSession, type Session } from './state.ts';
import type { Station } from './station.ts';
import { later } from './timers.ts';
import { flag, text, whole } from './values.ts';

/** Tells the version's transactions and the status of what happened, once the state has changed. */
export function happened(station: Station, evse: Evse, cause: Cause, token?: IdToken): void {
  const { protocol } = station;
  updatePower(station, evse);
  if (protocol.statusFirst) protocol.reportStatus(station, evse);
  protocol.happened(station, evse, cause, token);
  updatePower(station, evse);
  tidy(station, evse);
  protocol.reportStatus(station, evse);
  obey(station);
  negotiate(station, evse);
  station.settled();
}

/** Forgets a session that is over. */
function tidy(station: Station, evse: Evse): void {
  const { session } = evse;
  if (session === undefined || session.authorized || session.transaction !== undefined) return;
  // While the cable is still in, 1.6 tells that the last session is over (Finishing).
  if (session.stopped !== undefined && evse.plugged > 0) return;
  station.clock.clearTimeout(session.timer);
  evse.session = undefined;
}

/** The session at the EVSE; made where there is none, or where the last one is over. */
export function sessionAt(evse: Evse): Session {
  const { session } = evse;
  if (session !== undefined && (session.transaction !== undefined || session.authorized)) return session;
  evse.session = newSession();
  return evse.session;
}

export function plugIn(station: Station, evse: Evse, connectorId = 1): void {
  if (evse.plugged > 0) return;
  evse.plugged = connectorId;
  evse.bay = true;
  if (evse.session) stopWaiting(station, evse.session);
  happened(station, evse, 'pluggedIn');
  identify(station, evse);
}

export function plugOut(station: Station, evse: Evse): void {
  if (evse.plugged === 0) return;
  evse.plugged = 0;
  const { session } = evse;
  if (session?.authorized && flag(station, station.protocol.keys.stopOnEvSideDisconnect)) {
    session.authorized = false;
    session.stopped ??= 'EVDisconnected';
  }
  happened(station, evse, 'pluggedOut');
  evse.wants = true;
}

/** Who charges where nobody is asked who he is (2.x C02.FR.01). */
const ANYBODY: IdToken = { idToken: '', type: 'NoAuthorization' };

/** A vehicle that identifies itself, or need not, does so as soon as its cable is in. */
function identify(station: Station, evse: Evse): void {
  if (evse.session?.authorized || !mayStart(station, evse)) return;
  if (text(station, 'AuthCtrlr.Enabled') === 'false')
    authorize(station, ANYBODY, (answer) => decided(station, evse, ANYBODY, answer));
  const token = contractOf(station);
  if (token === undefined || evse.session?.authorized) return;
  authorizeContract(station, token, (answer) => decided(station, evse, token, answer));
}

/** A token at the reader: starts, stops or continues, as 1.6 section 4.8 and 2.x C01, E07 say. */
export function presentToken(station: Station, evse: Evse, token: IdToken): void {
  const { session } = evse;
  if (session?.authorized !== true) {
    if (!mayStart(station, evse)) return;
    authorize(station, token, (answer) => decided(station, evse, token, answer));
    return;
  }
  if (session.token !== undefined && sameToken(session.token.idToken, token.idToken)) {
    endAuthorization(station, evse, token);
    return;
  }
  const known = lookUp(station, token.idToken);
  if (known?.status === 'Accepted' && sameGroup(session, known)) {
    endAuthorization(station, evse, token);
    return;
  }
  authorize(station, token, (answer) => {
    if (answer.status !== 'Accepted' || evse.session !== session) return;
    // Another one than he who started needs his group, or the one that may stop everything.
    if (isMaster(station, answer)) stopAll(station, token);
    else if (sameGroup(session, answer)) endAuthorization(station, evse, token);
  });
}

const sameGroup = (session: Session, other: Authorization): boolean =>
  session.group !== undefined && other.group !== undefined && sameToken(session.group, other.group);

/** Ends every session (2.x C16.FR.02). */
function stopAll(station: Station, token: IdToken): void {
  for (const evse of station.evses) {
    if (evse.session?.transaction?.ended === false) endAuthorization(station, evse, token, 'MasterPass');
  }
}

/** A token that stops all transactions and starts none (2.x C16.FR.02, C16.FR.03). */
const isMaster = (station: Station, { group }: Authorization): boolean => {
  const master = text(station, 'AuthCtrlr.MasterPassGroupId');
  return master !== '' && group !== undefined && sameToken(group, master);
};

/** Nothing starts where the EVSE is out of order. */
export const mayStart = (station: Station, evse: Evse): boolean =>
  !evse.faulted &&
  !station.extras?.halfway?.has(evse.id) &&
  evse.operative &&
  hasConnector(evse) &&
  station.serves &&
  !station.restarting &&
  served(station);

/** A connector is in service: the one with the cable where there is one. */
const hasConnector = ({ connectors, plugged }: Evse): boolean =>
  connectors.some(({ id, operative }) => operative && (plugged === 0 || plugged === id));

/** Not on hold, and once accepted by the CSMS (1.6 section 4.2; 2.x B02.FR.03, B03.FR.01). */
const served = ({ registration, known }: Station): boolean =>
  registration === 'Accepted' || (registration === 'none' && known);

function decided(station: Station, evse: Evse, token: IdToken, answer: Authorization): void {
  if (answer.status !== 'Accepted' || !mayStart(station, evse) || evse.session?.authorized) return;
  if (isMaster(station, answer)) {
    stopAll(station, token);
    return;
  }
  if (!mayChargeAt(answer, evse.id)) return;
  const reservation = reservationFor(station, evse, token, answer.group);
  if (reservation === 'other') return;
  grant(station, evse, token, answer.group, reservation?.id);
  happened(station, evse, 'authorized', token);
}

/** The token may charge here from now on. */
export function grant(station: Station, evse: Evse, token: IdToken, group?: string, reservationId?: number): Session {
  const session = sessionAt(evse);
  session.token = token;
  session.group = group;
  session.authorized = true;
  session.held = false;
  session.stopped = undefined;
  session.reservationId = reservationId;
  session.remoteStartId = undefined;
  // A transaction that goes on with a new authorization tells of it anew.
  if (session.transaction)
    Object.assign(session.transaction, { tokenTold: false, remoteStartTold: false, reservationTold: false });
  if (evse.plugged === 0) waitForCable(station, evse, session);
  return session;
}

/** The cable has to come within EVConnectionTimeOut. */
export function waitForCable(station: Station, evse: Evse, session: Session): void {
  stopWaiting(station, session);
  const seconds = whole(station, station.protocol.keys.connectionTimeOut);
  if (seconds <= 0) return;
  session.timer = station.clock.setTimeout(() => {
    session.timer = undefined;
    if (evse.session !== session || evse.plugged > 0) return;
    session.authorized = false;
    session.stopped = 'Timeout';
    happened(station, evse, 'timedOut');
  }, seconds * 1000);
}

function stopWaiting(station: Station, session: Session): void {
  station.clock.clearTimeout(session.timer);
  session.timer = undefined;
}

function endAuthorization(station: Station, evse: Evse, token: IdToken, reason = 'Local'): void {
  const { session } = evse;
  if (session === undefined) return;
  stopWaiting(station, session);
  session.authorized = false;
  session.stopped = reason;
  happened(station, evse, 'stopAuthorized', token);
}

/** Ends the session for a reason that lies outside of it. @param reason stoppedReason of 2.x */
export function cut(station: Station, evse: Evse, cause: Cause, reason: string): void {
  const { session } = evse;
  if (session === undefined) return;
  stopWaiting(station, session);
  session.authorized = false;
  session.stopped = reason;
  happened(station, evse, cause);
}

/** The CSMS does not accept the token of a running transaction (1.6 section 4.8; 2.x E05, C15). */
export function refused(station: Station, evse: Evse, session: Session): void {
  if (evse.session !== session || session.transaction === undefined || !session.authorized) return;
  if (flag(station, station.protocol.keys.stopOnInvalidId)) {
    cut(station, evse, 'deauthorized', 'DeAuthorized');
    return;
  }
  limitEnergy(station, evse, session);
}

/** Longest time, in ms, after which the meter is read again where nothing flows. */
const METER_MS = 10_000;

/** Withholds the energy once the transaction has had what a token that is not accepted may have (2.x E05.FR.02, E05.FR.03). */
function limitEnergy(station: Station, evse: Evse, session: Session): void {
  const { transaction } = session;
  if (evse.session !== session || transaction === undefined || transaction.ended || session.held) return;
  const most = whole(station, station.protocol.keys.energyOnInvalidId);
  const leftWh = most - (register(station, evse) - transaction.startWh);
  if (most <= 0 || leftWh <= 0) {
    session.held = true;
    happened(station, evse, 'held');
    return;
  }
  const waitMs = evse.powerW > 0 ? Math.min(METER_MS, (leftWh / evse.powerW) * 3_600_000 + 1) : METER_MS;
  later(station, waitMs, () => limitEnergy(station, evse, session));
}
