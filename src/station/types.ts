/** What a charger is to whoever runs it: the reference station, the load engine on sockets, the load engine in k6. */
import type { MessageSchemas } from '../../schemas/types.ts';
import type { Clock } from '../clock.ts';
import type { OcppVersion } from '../dialects/dialect.ts';
import type { Distrust } from '../wire/transport.ts';
import type { Access, Credentials } from './access.ts';
import type { FileServer } from './files.ts';
import type { Notary } from './notary.ts';

export type Payload = Readonly<Record<string, unknown>>;

/** Parts that a charger can do without: feature profiles of 1.6, and the lock of a connector (a fixed cable has none). */
export const parts = [
  'LocalAuthListManagement',
  'Reservation',
  'ConnectorLock',
  // The feature profile of 1.6, the certification profile of 2.x.
  'SmartCharging',
  'smart-charging',
  // Reservations for whichever EVSE is free (2.x).
  'R-2',
] as const;
export type Part = (typeof parts)[number];

/** How a charger is built and set up; everything has a default in settings.ts. */
export interface StationSettings {
  readonly identity: string;
  readonly version: OcppVersion;
  readonly vendorName: string;
  readonly model: string;
  readonly serialNumber: string;
  readonly firmwareVersion: string;
  /** EVSEs, each with one connector unless said otherwise. */
  readonly evses: number;
  readonly connectorsPerEvse: number;
  /** Most that one EVSE gives, in W. */
  readonly maxPowerW: number;
  readonly voltage: number;
  readonly phases: 1 | 3;
  /** Parts that it was built without. */
  readonly without: readonly Part[];
  /** Configuration keys (1.6) or variables (2.x, `Component.Variable`) that differ from the defaults. */
  readonly configuration: Readonly<Record<string, string>>;
  /** Milliseconds that an answer may take. */
  readonly timeoutMs: number;
  /** What it shows to the CSMS, and whom it trusts; with them it has security events. */
  readonly credentials?: Credentials;
  /** Other messages stand in for Heartbeats in 1.6 too, as its section 4.6 lets them. */
  readonly sparesHeartbeats: boolean;
}

/** How a CALL that the charger sent came out. Times are milliseconds on the clock's monotonic scale. */
export interface SettledCall {
  readonly action: string;
  /** When it should have been sent; a CALL that waits behind an outstanding one counts from here. */
  readonly dueAt: number;
  readonly sentAt: number;
  readonly settledAt: number;
  readonly outcome: 'callresult' | 'callerror' | 'timeout' | 'closed';
  /** Of a CALLERROR. */
  readonly code?: string;
}

/** What a charger reports to its observer; each is optional, so that what nobody measures costs nothing. */
export interface StationObserver {
  /** A CALL went out. */
  sent?(action: string, dueAt: number, sentAt: number): void;
  settled?(call: SettledCall): void;
  /** A CALL was due and can never be sent. */
  dropped?(action: string, dueAt: number): void;
  /** An answer to no CALL, or a second one. */
  unexpected?(text: string): void;
  /** A message that is no frame. */
  unreadable?(text: string): void;
  /** The CSMS called. */
  called?(action: string, payload: Payload, at: number): void;
  /** BootNotification was answered with Accepted. */
  accepted?(at: number): void;
  /** Any frame, for who judges a sample of them: give it to the chargers of the sample only. */
  frame?(origin: 'station' | 'csms', text: string): void;
}

/** The wire, as a charger sees it. */
export interface StationWire {
  send(text: string): void;
  /** Asks for the connection to be closed (reset, network profile switch). */
  close(code: number, reason: string): void;
  /** Asks for a connection in `delayMs`. The charger never dials by itself. */
  reconnect(delayMs: number): void;
}

export interface StationEnvironment {
  readonly clock: Clock;
  readonly wire: StationWire;
  /** From 0 to below 1. */
  readonly random: () => number;
  readonly observer?: StationObserver;
  /** Where given, the payloads of the CSMS are judged before they are served. */
  readonly schemas?: MessageSchemas;
  /** Where firmware comes from and logs go to; default: one that is not there, see files.ts. */
  readonly files?: FileServer;
  /** Without it the charger takes no certificates. */
  readonly notary?: Notary;
}

/** Names are the actuator contract's. */
export type Trouble = 'unlockFailed' | 'refusedLocalAuthList';

/** What hands can do to a charger; all take the EVSE from 1. Names are the actuator contract's. */
export interface StationGestures {
  plugIn(evseId: number): void;
  plugOut(evseId: number): void;
  /** The plug goes in so far that it can't be locked. */
  plugHalfway(evseId: number): void;
  presentToken(evseId: number, idToken: string, type?: string): void;
  evReady(evseId: number): void;
  evSuspends(evseId: number): void;
  /** The vehicle ends the session for good (ISO 15118, SessionStop with Terminate). */
  evStops(evseId: number): void;
  raiseFault(evseId: number): void;
  clearFault(evseId: number): void;
  driveIn(evseId: number): void;
  driveAway(evseId: number): void;
  /** Another system limits the whole station to so many amperes per phase; undefined lifts the limit. */
  limitFromOutside(amperes: number | undefined): void;
  /** The vehicle wants another schedule (ISO 15118). */
  evRenegotiates(evseId: number): void;
  /** Something of its own goes wrong from now on, or no longer: a lock that sticks, a list that is not taken. */
  trouble(what: Trouble, on: boolean, evseId: number): void;
  /** Loses power and starts again. */
  powerCycle(): void;
}

/** A charger: a state machine that is told what happens and sends through its wire. */
export interface ChargingStation extends StationGestures {
  readonly settings: StationSettings;
  /** With what to dial. */
  readonly access: Access;
  /** The WebSocket is open. Who runs the charger dials the first time, and later as `StationWire.reconnect` asks. */
  opened(): void;
  /** A text message came. */
  received(text: string): void;
  /** The WebSocket is gone, or could not be had: the charger answers with `StationWire.reconnect`. */
  closed(code: number): void;
  /** The TLS of the CSMS was not good enough, and the handshake was broken off; `closed` follows. */
  distrusted(why: Distrust): void;
  /** Sends a CALL now, or behind those that are outstanding or queued; for workloads. @param dueAt default: now */
  call(action: string, payload: Payload, dueAt?: number): void;
  readonly registration: 'none' | 'Accepted' | 'Pending' | 'Rejected';
  /** Watts that each EVSE gives now. */
  readonly power: readonly number[];
  /** Stops every timer: the charger is put away. */
  end(): void;
}
