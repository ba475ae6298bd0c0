/** A charger: what it remembers, and what reaches it from the wire, from hands and from whoever runs it. */
import type { MessageSchemas } from '../../schemas/types.ts';
import type { Clock, TimerHandle } from '../clock.ts';
import type { Distrust } from '../wire/transport.ts';
import type { Access } from './access.ts';
import { alignMeterValues } from './aligned.ts';
import { applyScheduled, powerCycle } from './availability.ts';
import { watchExpiry } from './certificates.ts';
import { type Extras, extrasOf } from './extras.ts';
import type { FileServer } from './files.ts';
import { continueFirmware } from './firmware.ts';
import { stopPulse } from './heartbeat.ts';
import { receive } from './incoming.ts';
import { look } from './monitoring.ts';
import { ask } from './negotiation.ts';
import { dialFailed, dialWorked } from './network.ts';
import type { Notary } from './notary.ts';
import { disconnected, type Outgoing, pump, send } from './outbox.ts';
import type { Protocol } from './protocol.ts';
import { protocol2 } from './protocol.v2.ts';
import { protocol16 } from './protocol.v16.ts';
import { backOff } from './reconnect.ts';
import { register } from './registration.ts';
import { revoke } from './reservation.ts';
import { distrusted } from './security-event.ts';
import { happened, plugIn, plugOut, presentToken } from './session.ts';
import { type StationSetup, stationSettings } from './settings.ts';
import { limitFromOutside } from './smart-charging.v2.ts';
import { type Evse, newEvse } from './state.ts';
import type {
  ChargingStation,
  Payload,
  StationEnvironment,
  StationObserver,
  StationSettings,
  StationWire,
  Trouble,
} from './types.ts';
import { whole } from './values.ts';
import { accessOf, credentialsFailed, credentialsWorked } from './vault.ts';

/** Makes a charger. It does nothing until it is told that it is connected. */
export const createStation = (setup: StationSetup, environment: StationEnvironment): ChargingStation =>
  new Station(stationSettings(setup), environment);

/** Ids start anywhere, so that a charger that is made anew does not use those of its last life (1.6-J errata 3.1). */
const ID_RANGE = 2 ** 40;

/** Type of a token where nobody says: as with the cards of most operators. */
const TOKEN_TYPE = 'ISO14443';

/** The rooms of this folder work on this record; who runs a charger sees a `ChargingStation`. */
export class Station implements ChargingStation {
  readonly settings: StationSettings;
  readonly clock: Clock;
  readonly wire: StationWire;
  readonly random: () => number;
  readonly observer: StationObserver | undefined;
  readonly schemas: MessageSchemas | undefined;
  readonly files: FileServer | undefined;
  readonly notary: Notary | undefined;
  readonly protocol: Protocol;
  readonly evses: readonly Evse[];

  registration: 'none' | 'Accepted' | 'Pending' | 'Rejected' = 'none';
  online = false;
  ended = false;
  /** BootNotification is on its way. */
  booting = false;
  /** Down for a reset, or about to be: nothing new starts. */
  restarting = false;
  /** Milliseconds that the restart under way takes. */
  restartDelay: number | undefined = undefined;
  operative = true;
  /** New firmware is about to be installed: nothing new starts. */
  installing = false;
  /** The CSMS accepted it once: it may charge while offline. */
  known = false;
  bootReason = 'PowerUp';
  heartbeatS: number;
  /** Status of the station as such in the last StatusNotification (1.6). */
  told: string | undefined = undefined;

  outstanding: Outgoing | undefined = undefined;
  waiting: Outgoing[] | undefined = undefined;
  kept: Outgoing[] | undefined = undefined;
  orders = 0;
  lastId: number;
  lastSentAt = 0;
  lastBeatAt = 0;
  /** Connections tried in vain since the last one. */
  attempts = 0;
  /** On the monotonic scale, in ms; since when there is no connection. */
  offlineSince = 0;
  /** Connections that were lost. */
  losses = 0;

  answerTimer: TimerHandle | undefined = undefined;
  retryTimer: TimerHandle | undefined = undefined;
  /** Next boot or heartbeat. */
  pulse: TimerHandle | undefined = undefined;
  alignedTimer: TimerHandle | undefined = undefined;

  /** Configuration that was changed at run time. */
  values: Map<string, string> | undefined = undefined;
  /** What most chargers never need. */
  extras: Extras | undefined = undefined;

  constructor(settings: StationSettings, environment: StationEnvironment) {
    this.settings = settings;
    this.clock = environment.clock;
    this.wire = environment.wire;
    this.random = environment.random;
    this.observer = environment.observer;
    this.schemas = environment.schemas;
    this.files = environment.files;
    this.notary = environment.notary;
    this.protocol = settings.version === '1.6' ? protocol16 : protocol2;
    const connectors = settings.version === '1.6' ? 1 : settings.connectorsPerEvse;
    this.evses = Array.from({ length: settings.evses }, (_, i) => newEvse(i + 1, connectors));
    this.lastId = Math.floor(environment.random() * ID_RANGE);
    const { keys } = this.protocol;
    this.heartbeatS = Number(
      settings.configuration[keys.heartbeatInterval] ?? this.protocol.defaultOf(keys.heartbeatInterval) ?? 0,
    );
  }

  /** True where status and meter values may be told: not before registration. */
  get reports(): boolean {
    return this.online && this.registration === 'Accepted';
  }

  get access(): Access {
    return accessOf(this);
  }

  /** False where every EVSE that is not in use is unavailable. */
  get serves(): boolean {
    return this.operative && !this.installing;
  }

  get power(): readonly number[] {
    return this.evses.map(({ powerW }) => powerW);
  }

  transmit(text: string): void {
    if (!this.online) return;
    this.observer?.frame?.('station', text);
    this.wire.send(text);
  }

  opened(): void {
    if (this.ended) return;
    this.online = true;
    this.attempts = 0;
    credentialsWorked(this);
    dialWorked(this);
    const away = this.clock.monotonic() - this.offlineSince;
    if (this.registration === 'Accepted') this.#back(away);
    register(this);
    // Its certificate may be another one than before.
    if (this.registration === 'Accepted') watchExpiry(this);
    pump(this);
  }

  received(text: string): void {
    if (this.ended) return;
    this.observer?.frame?.('csms', text);
    receive(this, text);
  }

  closed(_code: number): void {
    if (this.ended) return;
    if (this.online) {
      this.offlineSince = this.clock.monotonic();
      this.losses++;
    } else {
      credentialsFailed(this);
      // After a restart there was no attempt yet.
      if (this.restartDelay === undefined) dialFailed(this);
    }
    this.online = false;
    disconnected(this);
    const delay = this.restartDelay ?? backOff(this);
    this.restartDelay = undefined;
    this.wire.reconnect(delay);
  }

  distrusted(why: Distrust): void {
    distrusted(this, why);
  }

  call(action: string, payload: Payload, dueAt?: number): void {
    send(this, action, payload, dueAt === undefined ? {} : { dueAt });
  }

  end(): void {
    if (this.ended) return;
    this.ended = true;
    const { clock } = this;
    disconnected(this);
    for (const out of this.kept ?? []) this.observer?.dropped?.(out.action, out.dueAt);
    this.kept = undefined;
    stopPulse(this);
    clock.clearTimeout(this.retryTimer);
    clock.clearTimeout(this.alignedTimer);
    for (const timer of this.extras?.timers ?? []) clock.clearTimeout(timer);
    for (const evse of this.evses) {
      clock.clearTimeout(evse.session?.timer);
      clock.clearTimeout(evse.session?.transaction?.sampleTimer);
      clock.clearTimeout(evse.session?.transaction?.endSampleTimer);
      clock.clearTimeout(evse.reservation?.timer);
    }
    this.online = false;
  }

  plugIn(evseId: number): void {
    const evse = this.#evse(evseId);
    if (evse) plugIn(this, evse);
  }

  plugOut(evseId: number): void {
    const evse = this.#evse(evseId);
    if (!evse) return;
    if (this.extras?.halfway?.delete(evseId)) this.protocol.reportStatus(this, evse);
    plugOut(this, evse);
  }

  plugHalfway(evseId: number): void {
    const evse = this.#evse(evseId);
    if (!evse || evse.plugged > 0) return;
    const extras = extrasOf(this);
    extras.halfway ??= new Set();
    extras.halfway.add(evseId);
    happened(this, evse, 'fault');
  }

  trouble(what: Trouble, on: boolean, evseId: number): void {
    const extras = extrasOf(this);
    if (what === 'refusedLocalAuthList') {
      extras.refusesLists = on;
      return;
    }
    extras.stuck ??= new Set();
    if (on) extras.stuck.add(evseId);
    else extras.stuck.delete(evseId);
  }

  presentToken(evseId: number, idToken: string, type = TOKEN_TYPE): void {
    const evse = this.#evse(evseId);
    if (evse) presentToken(this, evse, { idToken, type });
  }

  evReady(evseId: number): void {
    const evse = this.#evse(evseId);
    if (!evse || evse.wants) return;
    evse.wants = true;
    happened(this, evse, 'evReady');
  }

  evSuspends(evseId: number): void {
    const evse = this.#evse(evseId);
    if (!evse?.wants) return;
    evse.wants = false;
    happened(this, evse, 'evSuspends');
  }

  evStops(evseId: number): void {
    const evse = this.#evse(evseId);
    if (!evse?.session?.authorized || evse.plugged === 0) return;
    evse.session.authorized = false;
    evse.session.stopped = 'StoppedByEV';
    happened(this, evse, 'evStops');
  }

  raiseFault(evseId: number): void {
    const evse = this.#evse(evseId);
    if (!evse || evse.faulted) return;
    evse.faulted = true;
    if (evse.session) {
      evse.session.authorized = false;
      evse.session.stopped = 'GroundFault';
    }
    happened(this, evse, 'fault');
    revoke(this, evse);
  }

  clearFault(evseId: number): void {
    const evse = this.#evse(evseId);
    if (!evse?.faulted) return;
    evse.faulted = false;
    this.protocol.reportStatus(this, evse);
  }

  driveIn(evseId: number): void {
    const evse = this.#evse(evseId);
    if (!evse || evse.bay) return;
    evse.bay = true;
    happened(this, evse, 'driveIn');
  }

  driveAway(evseId: number): void {
    const evse = this.#evse(evseId);
    if (!evse?.bay) return;
    if (evse.plugged > 0) plugOut(this, evse);
    evse.bay = false;
    happened(this, evse, 'driveAway');
  }

  limitFromOutside(amperes: number | undefined): void {
    limitFromOutside(this, amperes);
  }

  evRenegotiates(evseId: number): void {
    const evse = this.#evse(evseId);
    if (evse?.session?.negotiating === false) ask(this, evse, evse.session);
  }

  powerCycle(): void {
    powerCycle(this);
  }

  /** Registration was accepted: the CSMS hears of every connector, and what was kept goes out. */
  accepted(): void {
    this.known = true;
    this.restarting = false;
    this.#reportAll();
    continueFirmware(this);
    watchExpiry(this);
    alignMeterValues(this);
    pump(this);
  }

  /** Something may have changed: monitors look (2.x). */
  looks(): void {
    look(this);
  }

  /** Something at an EVSE came to rest: what was put off behind it may be due. */
  settled(): void {
    this.looks();
    if (this.extras?.resetWhenIdle !== undefined) applyScheduled(this);
    // A reservation for any EVSE shows at those that are left.
    if (this.extras?.anywhere) for (const evse of this.evses) this.protocol.reportStatus(this, evse);
  }

  /** Connected again without a restart: what changed meanwhile is told, all of it after a long time (2.x B04.FR.01, .02). */
  #back(awayMs: number): void {
    const threshold = whole(this, 'OCPPCommCtrlr.OfflineThreshold') * 1000;
    if (threshold > 0 && awayMs > threshold) this.#reportAll();
    else {
      this.protocol.reportStation(this);
      for (const evse of this.evses) this.protocol.reportStatus(this, evse);
    }
  }

  #reportAll(): void {
    this.protocol.reportStation(this, true);
    for (const evse of this.evses) this.protocol.reportStatus(this, evse, true);
  }

  #evse(evseId: number): Evse | undefined {
    return this.evses[evseId - 1];
  }
}
