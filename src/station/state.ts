/** What a charger remembers, in plain records: the idle part is small, the rest is made when it is needed. */
import type { TimerHandle } from '../clock.ts';
import type { Payload } from './types.ts';

export interface IdToken {
  readonly idToken: string;
  readonly type: string;
}

/** A plug, with what the CSMS was last told of it. */
export interface Connector {
  readonly id: number;
  /** Status in the last StatusNotification; undefined before the first since the start. */
  told: string | undefined;
  operative: boolean;
}

/** Where one vehicle can charge at a time. */
export interface Evse {
  readonly id: number;
  readonly connectors: readonly Connector[];
  operative: boolean;
  /** Connector in which a cable is that leads to a vehicle; 0 for none. */
  plugged: number;
  /** A vehicle stands in the bay. */
  bay: boolean;
  /** The vehicle takes energy when it gets some. */
  wants: boolean;
  faulted: boolean;
  /** Meter register in Wh at `since`. */
  wh: number;
  /** Power since then, in W. */
  powerW: number;
  /** On the monotonic scale, in ms. */
  since: number;
  session: Session | undefined;
  reservation: Reservation | undefined;
}

/** A driver at an EVSE: from his authorization, or the start of the transaction, to the end of both. */
export interface Session {
  /** Who may charge. */
  token: IdToken | undefined;
  group: string | undefined;
  authorized: boolean;
  /** The energy is withheld: the CSMS does not accept the token. */
  held: boolean;
  remoteStartId: number | undefined;
  reservationId: number | undefined;
  /** What ended the authorization, for the end of the transaction that comes later (2.x). */
  stopped: string | undefined;
  /** The cable has to come within this time. */
  timer: TimerHandle | undefined;
  transaction: Transaction | undefined;
  /** Since when the vehicle could be charged, in seconds since 1970: relative schedules start here. */
  poweredAt: number | undefined;
  /** The vehicle has its schedule negotiated first (ISO 15118): true while it is, false when it was. */
  negotiating: boolean | undefined;
}

export interface Transaction {
  /** What the station calls it (2.x). */
  readonly id: string;
  /** What the CSMS calls it (1.6): undefined until it answered the start, -1 where it never will. */
  number: number | undefined;
  /** Number of the next message (2.x). */
  seqNo: number;
  /** Charging state that the CSMS knows of (2.x). */
  told: string | undefined;
  /** The CSMS knows who charges (2.x). */
  tokenTold: boolean;
  /** The CSMS knows where (2.x). */
  evseTold: boolean;
  remoteStartTold: boolean;
  reservationTold: boolean;
  /** The CSMS has the first reading (2.x). */
  beginTold: boolean;
  readonly startToken: IdToken | undefined;
  /** Register of the meter at its start, in Wh. */
  readonly startWh: number;
  /** Collected for the end of the transaction. */
  samples: Payload[] | undefined;
  sampleTimer: TimerHandle | undefined;
  endSampleTimer: TimerHandle | undefined;
  ended: boolean;
}

export interface Reservation {
  readonly id: number;
  readonly token: IdToken;
  readonly group: string | undefined;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
  timer: TimerHandle | undefined;
}

/** What is known of a token without asking. */
export interface KnownToken {
  readonly status: string;
  readonly group: string | undefined;
  /** Epoch milliseconds. */
  readonly expiresAt: number | undefined;
  readonly evses?: readonly number[] | undefined;
}

/** How a CALL came out, for the room that sent it. */
export interface Reply {
  readonly outcome: 'callresult' | 'callerror' | 'timeout' | 'closed';
  /** Empty unless it is a CALLRESULT. */
  readonly payload: Payload;
}

export const NOTHING: Payload = Object.freeze({});

export function newEvse(id: number, connectors: number): Evse {
  return {
    id,
    connectors: Array.from({ length: connectors }, (_, i) => ({ id: i + 1, told: undefined, operative: true })),
    operative: true,
    plugged: 0,
    bay: false,
    wants: true,
    faulted: false,
    wh: 0,
    powerW: 0,
    since: 0,
    session: undefined,
    reservation: undefined,
  };
}

export const newSession = (): Session => ({
  token: undefined,
  group: undefined,
  authorized: false,
  held: false,
  remoteStartId: undefined,
  reservationId: undefined,
  stopped: undefined,
  timer: undefined,
  transaction: undefined,
  poweredAt: undefined,
  negotiating: undefined,
});
