/** What differs between the versions, seen from the rooms that don't: one object for each version. */
import type { MeterContext } from './meter.ts';
import type { Evse, IdToken } from './state.ts';
import type { Station } from './station.ts';
import type { Payload } from './types.ts';
import type { Keys } from './values.ts';

/** Something that happened at an EVSE; the version's transactions make messages of it. */
export type Cause =
  | 'pluggedIn'
  | 'pluggedOut'
  | 'authorized'
  | 'remoteStart'
  | 'stopAuthorized'
  | 'remoteStop'
  | 'deauthorized'
  | 'timedOut'
  | 'evReady'
  | 'evSuspends'
  | 'evStops'
  | 'driveIn'
  | 'driveAway'
  | 'fault'
  | 'reset'
  | 'resetScheduled'
  | 'unlock'
  | 'powerLoss'
  | 'held'
  | 'negotiated';

/** What the CSMS, or a list, says of a token. */
export interface Authorization {
  readonly status: string;
  readonly group: string | undefined;
  /** Epoch milliseconds. */
  readonly expiresAt: number | undefined;
  /** EVSEs at which it may charge; undefined for all of them (2.x C01.FR.21). */
  readonly evses?: readonly number[] | undefined;
}

/**
 * Answers a CALL of the CSMS.
 * @param after does something once the answer is on its way
 */
export type Handler = (station: Station, asked: Payload, after: (work: () => void) => void) => Payload;

/** The station has no such function: becomes a CALLERROR that says so. */
export class Unsupported extends Error {
  override readonly name = 'Unsupported';
}

export interface Protocol {
  readonly keys: Keys;
  /** Other messages stand in for heartbeats. */
  readonly skipsHeartbeats: boolean;
  /** Default of a configuration value; undefined where the version has none of that name. */
  defaultOf(key: string): string | undefined;
  boot(station: Station, reason: string): Payload;
  /** Tells the status of connectors that changed, or of `all`. */
  reportStatus(station: Station, evse: Evse, all?: boolean): void;
  /** Tells the status of the station as such, where the version has one. */
  reportStation(station: Station, all?: boolean): void;
  authorize(token: IdToken): Payload;
  /** Types of tokens that are never kept in the cache. */
  readonly uncached: ReadonlySet<string>;
  /** Reads `idTagInfo` or `idTokenInfo`. */
  authorization(answer: Payload): Authorization | undefined;
  /** Sends what the transactions of the version say of `cause`. */
  happened(station: Station, evse: Evse, cause: Cause, token?: IdToken): void;
  /** One MeterValue of an EVSE. */
  meterValue(station: Station, evse: Evse, measurands: readonly string[], context: MeterContext): Payload;
  /** Sends clock-aligned values of all EVSEs. */
  sendAligned(station: Station): void;
  /** A reservation is over that nobody used: `Expired`, or `Removed` because the EVSE can't serve it any more. */
  reservationEnded(station: Station, id: number, why: 'Expired' | 'Removed'): void;
  /** The power of an EVSE was changed by a limit, and by so much that it is told. */
  rateChanged(station: Station, evse: Evse): void;
  /** A security event under the name that the version has for it. @param type as 2.x calls it */
  eventName(type: string): string;
  /** A type of certificate as 2.x calls it. */
  certificateType(type: string): string;
  /** SignCertificate. @param type as 2.x calls it */
  signCertificate(csr: string, type: string, requestId: number): Payload;
  /** A password as it is configured → as it goes over the wire. */
  passwordBytes(configured: string): Uint8Array;
  /** Notes clock-aligned values for the end of transactions. */
  collectAligned(station: Station): void;
  /** Transaction messages of the version wait for each EVSE's status first. */
  readonly statusFirst: boolean;
  readonly handlers: Readonly<Record<string, Handler>>;
}
