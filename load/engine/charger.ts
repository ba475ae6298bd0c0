/** One charger of the fleet: the model of src/station on a `ws` socket, with everything that happens counted. */
import type { Clock, TimerHandle } from '../../src/clock.ts';
import type { OcppVersion } from '../../src/dialects/dialect.ts';
import { stationWords } from '../../src/dialects/station-words.ts';
import { decode } from '../../src/ocppj/decode.ts';
import { createStation } from '../../src/station/station.ts';
import type { ChargingStation, Payload, SettledCall, StationObserver, StationWire } from '../../src/station/types.ts';
import { type ChargerSocket, type Connector, NORMAL_CLOSE } from './connector.ts';
import type { Counts } from './counts.ts';
import type { StationBuild, StationPlan } from './fleet-plan.ts';
import { book, type Entry, entryOf } from './ledger.ts';
import type { Sampler } from './sampler.ts';
import type { Witness } from './witness.ts';

/** What all chargers of a worker share. */
export interface Depot {
  readonly clock: Clock;
  readonly tally: Counts;
  readonly connector: Connector;
  readonly sampler: Sampler;
  /** @returns undefined where the conversation of a station is not taken down */
  readonly witness?: ((station: number, ocpp: OcppVersion) => Witness | undefined) | undefined;
  readonly random: () => number;
  readonly build: StationBuild;
  /** What differs from the defaults, by version. */
  readonly configuration: Readonly<Record<OcppVersion, Readonly<Record<string, string>>>>;
  readonly timeoutMs: number;
  /** Told of every CALL of the CSMS. @param at on the monotonic scale */
  readonly heard?: (station: number, action: string, at: number) => void;
  /** Told when a charger was put away and its connection is gone. */
  away(charger: Charger): void;
}

/** What the CSMS calls something, as a tag: whatever it sends, a tag stays a word. */
const wordOf = (text: string): string => (/^[A-Za-z]{1,50}$/.test(text) ? text : 'other');

export class Charger implements StationWire, StationObserver {
  /** Over all workers. */
  readonly index: number;
  readonly plan: StationPlan;
  readonly station: ChargingStation;
  readonly #depot: Depot;
  readonly #witness: Witness | undefined;
  #socket: ChargerSocket | undefined = undefined;
  #dialling = false;
  #redial: TimerHandle | undefined = undefined;
  #openedAt = 0;
  /** A close that we asked for is no lost session. */
  #ours = false;
  /** A CALL of the charger is outstanding. */
  #outstanding = false;
  /** Its action. */
  #action = '';
  /** The outstanding CALL really went out. */
  #onWire = false;
  /** What it tells of a transaction. */
  #entry: Entry | undefined = undefined;
  /** Its message id. */
  #id = '';
  /** Ids of CALLs that were given up on this connection: their answers are late, and neither unknown nor second ones. */
  #givenUp: Set<string> | undefined = undefined;
  /** The answer to the outstanding CALL is to be sampled. */
  sampling = false;
  /** No new work: waits for its last answer. */
  #leaving = false;
  #ended = false;
  /** EVSEs at which a session of the workload is. */
  busyEvses = 0;
  /** Energy told by meter values of the workload, in Wh. */
  wh = 0;

  constructor(index: number, plan: StationPlan, depot: Depot) {
    this.index = index;
    this.plan = plan;
    this.#depot = depot;
    this.#witness = depot.witness?.(index, plan.version);
    const { build, clock, configuration, random, timeoutMs } = depot;
    this.station = createStation(
      {
        identity: plan.identity,
        version: plan.version,
        evses: build.evses,
        vendorName: build.vendorName,
        model: build.model,
        configuration: configuration[plan.version],
        timeoutMs,
        sparesHeartbeats: build.sparesHeartbeats,
      },
      { clock, wire: this, random, observer: this },
    );
  }

  get connected(): boolean {
    return this.#socket !== undefined;
  }

  get idle(): boolean {
    return !this.#outstanding;
  }

  get words() {
    return stationWords[this.plan.version];
  }

  dial(): void {
    if (this.#socket !== undefined || this.#dialling || this.#leaving) return;
    this.#dialling = true;
    this.#depot.connector.dial(this);
  }

  /** Sends a CALL that was due at `dueAt`, or puts it in line; a charger without connection drops it. */
  call(action: string, payload: Payload, dueAt: number): void {
    this.#noticeClose();
    this.station.call(action, payload, dueAt);
  }

  /** The cable is cut: no closing handshake. */
  cut(): void {
    if (this.#socket === undefined) return;
    this.#ours = true;
    this.#witness?.saw('end');
    this.#socket.terminate();
  }

  /** No new work; once nothing is outstanding the charger is put away. What waits behind is sent first. */
  leave(): void {
    this.#leaving = true;
    this.#depot.clock.clearTimeout(this.#redial);
    if (this.idle) this.#putAway();
  }

  /** The charger is put away now, whatever is outstanding. */
  putAway(): void {
    this.#leaving = true;
    this.#depot.clock.clearTimeout(this.#redial);
    this.#putAway();
  }

  /** Ends the connection with a closing handshake: what the CSMS sent before it answers that still counts. */
  hangUp(): void {
    this.#ours = true;
    if (this.#socket !== undefined) this.#socket.close(NORMAL_CLOSE, '');
    else if (this.#dialling) this.#depot.connector.abandon(this);
    else this.#depot.away(this);
  }

  #putAway(): void {
    if (this.#ended) return;
    this.#ended = true;
    if (this.#onWire) this.#giveUp();
    // From now on it answers nothing.
    this.#witness?.saw('end');
    this.station.end();
  }

  #giveUp(): void {
    this.#givenUp ??= new Set();
    this.#givenUp.add(this.#id);
  }

  // What the socket tells.

  opened(socket: ChargerSocket, connectMs: number): void {
    const { clock, tally } = this.#depot;
    this.#dialling = false;
    this.#socket = socket;
    this.#ours = false;
    this.#openedAt = clock.monotonic();
    tally.counter('ocpp_connects').value++;
    tally.trend('ocpp_connect_time').record(connectMs);
    this.#witness?.saw('open');
    this.station.opened();
    if (this.#leaving && this.idle) this.#putAway();
  }

  /** @param code HTTP status, or the system's word */
  failed(code: string): void {
    this.#dialling = false;
    this.#depot.tally.counter('ocpp_connect_errors', '', code).value++;
    if (this.#leaving) this.#depot.away(this);
    else this.station.closed(1006);
  }

  message(text: string): void {
    this.#depot.sampler.received(this, text);
    this.#witness?.saw('received', text);
    if (this.#ended) {
      // Nothing is outstanding any more: whatever answers is late, or one too many.
      if (/^\s*\[\s*[34]\b/.test(text)) this.unexpected(text);
      return;
    }
    this.station.received(text);
    if (this.#leaving && this.idle) this.#putAway();
  }

  binary(): void {
    this.#witness?.saw('received');
    this.unreadable();
  }

  closed(code: number): void {
    if (this.#socket === undefined) return;
    this.#socket = undefined;
    this.#givenUp = undefined;
    const ours = this.#ours;
    this.#ours = false;
    if (!ours) this.#depot.tally.counter('ocpp_sessions_lost', '', String(code)).value++;
    this.#witness?.sawClose(code, this.station.registration === 'Accepted');
    if (!this.#ended) this.station.closed(code);
    if (this.#leaving) {
      this.#putAway();
      this.#depot.away(this);
    }
  }

  /** A close that is under way is a close to the charger: what it sent now would never go out. */
  #noticeClose(): void {
    if (this.#socket !== undefined && !this.#socket.open) this.station.closed(1006);
  }

  // StationWire

  send(text: string): void {
    const { sampler } = this.#depot;
    if (this.#socket?.open !== true) return;
    if (this.#outstanding && !this.#onWire) {
      this.#onWire = true;
      // As the codec writes it: [2,"id",
      this.#id = text.slice(4, text.indexOf('"', 4));
      sampler.sent(this, this.#action, text);
      this.#entry = entryOf(this.#action, text);
    }
    this.#witness?.saw('sent', text);
    this.#socket.transmit(text);
  }

  close(code: number, reason: string): void {
    this.#ours = true;
    this.#witness?.saw('end');
    this.#socket?.close(code, reason);
  }

  reconnect(delayMs: number): void {
    const { clock } = this.#depot;
    clock.clearTimeout(this.#redial);
    if (this.#leaving) return;
    this.#redial = clock.setTimeout(() => this.dial(), delayMs);
  }

  // StationObserver

  sent(action: string): void {
    this.#outstanding = true;
    this.#action = action;
    this.#onWire = false;
    // The model hands the text over in the same step; a socket that is closing takes nothing more.
    if (this.#socket?.open === true) this.#depot.tally.action(action).calls.value++;
  }

  settled({ action, dueAt, sentAt, settledAt, outcome, code }: SettledCall): void {
    const { tally } = this.#depot;
    const onWire = this.#onWire;
    this.#outstanding = false;
    this.#onWire = false;
    this.sampling = false;
    if (!onWire) {
      tally.counter('ocpp_dropped_calls', action).value++;
      return;
    }
    if (outcome === 'timeout') this.#giveUp();
    if (outcome === 'timeout' || outcome === 'closed') {
      tally.counter('ocpp_calls_unanswered', action).value++;
      return;
    }
    const counts = tally.action(action);
    counts.answered(outcome === 'callerror' ? wordOf(code ?? '') : undefined);
    const latency = settledAt - dueAt;
    counts.latency.record(latency);
    counts.service.record(settledAt - sentAt);
    tally.latency.record(latency);
    if (this.#entry !== undefined && outcome === 'callresult') book(tally, this.#entry);
  }

  dropped(action: string): void {
    this.#depot.tally.counter('ocpp_dropped_calls', action).value++;
  }

  unexpected(text: string): void {
    const frame = decode(text);
    const late = 'id' in frame && this.#givenUp?.delete(String(frame.id)) === true;
    this.#depot.tally.counter(late ? 'ocpp_answers_late' : 'ocpp_answers_unexpected').value++;
  }

  unreadable(): void {
    this.#depot.tally.counter('ocpp_frames_unreadable').value++;
  }

  called(action: string, _payload: Payload, at: number): void {
    this.#depot.heard?.(this.index, action, at);
    this.#depot.tally.counter('ocpp_calls_received', wordOf(action)).value++;
  }

  accepted(at: number): void {
    this.#depot.tally.trend('ocpp_boot_to_accepted').record(at - this.#openedAt);
  }
}
