/** What a charger does at an arrival. */
import type { Clock, TimerHandle } from '../../src/clock.ts';
import { type Activity, actionsOf, type Scenario } from '../workload.ts';
import type { Charger } from './charger.ts';
import type { Counts } from './counts.ts';
import type { Arrival } from './pacer.ts';

/** A charging session that the workload holds at an EVSE. */
interface Held {
  readonly charger: Charger;
  readonly evseId: number;
  readonly idToken: string;
  readonly timer: TimerHandle;
}

/** Energy between two meter values of the flood, in Wh. */
const STEP_WH = 100;

type Act = (charger: Charger, arrival: Arrival, dueAt: number, scenario: Scenario) => void;

const NO_PAYLOAD = Object.freeze({});

export class Activities {
  readonly #clock: Clock;
  readonly #tally: Counts;
  readonly #held = new Set<Held>();
  readonly #table: Readonly<Record<Activity, Act>>;

  constructor(clock: Clock, tally: Counts) {
    this.#clock = clock;
    this.#tally = tally;
    this.#table = {
      heartbeat: (charger, _arrival, dueAt) => charger.call('Heartbeat', NO_PAYLOAD, dueAt),
      meterValues: (charger, _arrival, dueAt) => {
        charger.wh += STEP_WH;
        charger.call('MeterValues', charger.words.meterValues(1, charger.wh, this.#now()), dueAt);
      },
      authorize: (charger, { n }, dueAt, { tokens }) => {
        const token = { idToken: tokenOf(tokens, n), type: 'ISO14443' };
        charger.call('Authorize', charger.words.authorize(token), dueAt);
      },
      dataTransfer: (charger, { n }, dueAt) =>
        charger.call('DataTransfer', { vendorId: 'plugproof', data: String(n) }, dueAt),
      session: (charger, arrival, _dueAt, scenario) => this.#begin(charger, arrival, scenario),
      disconnect: (charger) => charger.cut(),
      powerCycle: (charger) => charger.station.powerCycle(),
      // It comes from the CSMS, whose operator asks for it.
      command: () => {},
    };
  }

  act(charger: Charger, arrival: Arrival, dueAt: number, scenario: Scenario): void {
    this.#table[scenario.exec](charger, arrival, dueAt, scenario);
  }

  /** Arrivals that were due, and that the generator itself did not get to. */
  missed({ exec }: Scenario, count: number): void {
    const action = actionsOf[exec];
    if (action === undefined) this.#tally.counter('dropped_iterations').value += count;
    else this.#tally.counter('ocpp_dropped_calls', action).value += count;
  }

  /** Ends every session now, so that the CSMS is left without open transactions. */
  finish(): void {
    for (const held of [...this.#held]) this.#end(held);
  }

  #now(): string {
    return new Date(this.#clock.now()).toISOString();
  }

  #begin(charger: Charger, { n }: Arrival, { tokens, holdMs }: Scenario): void {
    const evseId = freeEvse(charger);
    if (evseId === undefined || !charger.connected) {
      this.#tally.counter('dropped_iterations').value++;
      return;
    }
    charger.busyEvses |= bit(evseId);
    const idToken = tokenOf(tokens, n);
    charger.station.plugIn(evseId);
    charger.station.presentToken(evseId, idToken);
    const held: Held = {
      charger,
      evseId,
      idToken,
      timer: this.#clock.setTimeout(() => this.#end(held), holdMs),
    };
    this.#held.add(held);
  }

  #end(held: Held): void {
    const { charger, evseId, idToken, timer } = held;
    if (!this.#held.delete(held)) return;
    this.#clock.clearTimeout(timer);
    charger.busyEvses &= ~bit(evseId);
    charger.station.presentToken(evseId, idToken);
    charger.station.plugOut(evseId);
    charger.station.driveAway(evseId);
  }
}

/** At most as many as there are bits. */
const MOST_EVSES = 31;
const bit = (evseId: number): number => 1 << (evseId - 1);

function freeEvse(charger: Charger): number | undefined {
  const evses = Math.min(MOST_EVSES, charger.station.settings.evses);
  for (let evseId = 1; evseId <= evses; evseId++) if ((charger.busyEvses & bit(evseId)) === 0) return evseId;
  return undefined;
}

const tokenOf = (tokens: readonly string[], n: number): string => tokens[n % tokens.length] ?? 'PLUGPROOF';
