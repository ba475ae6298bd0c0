/** The stations of one worker or VU: come up, do what is due, and go down without losing count; the same on both engines. */
import type { Clock } from '../../src/clock.ts';
import { seededRandom } from '../../src/random.ts';
import { LATE } from '../metrics.ts';
import type { Scenario } from '../workload.ts';
import { Activities } from './activities.ts';
import { Charger, type Depot } from './charger.ts';
import type { Connector } from './connector.ts';
import type { Counts } from './counts.ts';
import { Dispatcher } from './dispatcher.ts';
import { type FleetPlan, globalIndex } from './fleet-plan.ts';
import { constantRate, type Pacer, perStation, rampingRate, type Share } from './pacer.ts';
import type { Sampler } from './sampler.ts';

/** How many stations are how far. */
export interface Census {
  readonly connected: number;
  readonly accepted: number;
}

/** How often a drain looks whether it is over. */
const LOOK_MS = 20;
/** What was due in the last moment still happens; who is later than this is no generator. */
const CATCH_UP_MS = 250;
/** How long closing handshakes may take. */
const HANG_UP_MS = 3_000;

export interface StationsEnvironment {
  readonly clock: Clock;
  readonly counts: Counts;
  readonly connector: Connector;
  readonly sampler: Sampler;
  /** Told of every CALL of the CSMS. */
  readonly heard?: Depot['heard'];
  readonly witness?: Depot['witness'];
}

/** Times to start at are on the monotonic scale of the clock. */
export class Stations {
  readonly #clock: Clock;
  readonly #plan: FleetPlan;
  readonly #counts: Counts;
  readonly #activities: Activities;
  readonly #dispatcher: Dispatcher;
  readonly #chargers: readonly Charger[];
  readonly #here = new Set<Charger>();

  constructor(plan: FleetPlan, { clock, counts, connector, sampler, heard, witness }: StationsEnvironment) {
    this.#plan = plan;
    this.#clock = clock;
    this.#counts = counts;
    this.#activities = new Activities(clock, counts);
    const share: Share = { stations: plan.total, workers: plan.workers, worker: plan.worker };
    this.#dispatcher = new Dispatcher(clock, share);
    const depot: Depot = {
      clock,
      tally: counts,
      connector,
      sampler,
      ...(heard && { heard }),
      ...(witness && { witness }),
      random: seededRandom(plan.seed, `worker ${plan.worker}`),
      build: plan.build,
      configuration: configurations(plan.build.configuration),
      timeoutMs: plan.timeoutMs,
      away: (charger) => this.#here.delete(charger),
    };
    this.#chargers = plan.stations.map((station, i) => new Charger(globalIndex(plan, i), station, depot));
  }

  /** Dials all, spread over `rampMs`; 0 is as fast as can be. */
  connect(startAt: number, rampMs: number): void {
    this.#dispatcher.add({
      pacer: perStation(this.#plan.total, 1, rampMs),
      startAt,
      late: rampMs > 0 ? this.#lateness(LATE.connect) : undefined,
      fire: ({ station }) => {
        const charger = this.#at(station);
        if (charger === undefined) return;
        this.#here.add(charger);
        charger.dial();
      },
    });
  }

  schedule(scenario: Scenario, startAt: number): void {
    const timed = scenario.executor !== 'per-vu-iterations' || scenario.overMs > 0;
    this.#dispatcher.add({
      pacer: pacerOf(scenario, scenario.among?.count ?? this.#plan.total),
      among: scenario.among,
      startAt: startAt + scenario.startMs,
      late: timed ? this.#lateness(LATE.arrival) : undefined,
      missed: (count) => this.#activities.missed(scenario, count),
      fire: (arrival, dueAt) => {
        const charger = this.#at(arrival.station);
        if (charger !== undefined) this.#activities.act(charger, arrival, dueAt, scenario);
      },
    });
  }

  census(): Census {
    let connected = 0;
    let accepted = 0;
    for (const charger of this.#chargers) {
      if (!charger.connected) continue;
      connected++;
      if (charger.station.registration === 'Accepted') accepted++;
    }
    return { connected, accepted };
  }

  /** Settles when no charger has a CALL outstanding or in line, at the latest after `mostMs`. The stations stay. */
  async settle(mostMs: number): Promise<void> {
    await this.#until(mostMs, () => this.#chargers.every(({ idle }) => idle));
  }

  /** Takes no more arrivals, lets what is due be sent and answered for at most `mostMs`, closes all connections. */
  async drain(mostMs: number): Promise<void> {
    const now = this.#clock.monotonic();
    await this.#until(CATCH_UP_MS, () => !this.#dispatcher.behind(now));
    this.#dispatcher.stop();
    this.#activities.finish();
    await this.#until(mostMs, () => {
      let waiting = 0;
      for (const charger of this.#here) {
        charger.leave();
        if (!charger.idle) waiting++;
      }
      return waiting === 0;
    });
    for (const charger of this.#here) charger.putAway();
    for (const charger of [...this.#here]) charger.hangUp();
    await this.#until(HANG_UP_MS, () => this.#here.size === 0);
    for (const charger of [...this.#here]) charger.cut();
  }

  stop(): void {
    this.#dispatcher.stop();
  }

  async #until(mostMs: number, done: () => boolean): Promise<void> {
    const end = this.#clock.monotonic() + mostMs;
    while (!done() && this.#clock.monotonic() < end) await this.#clock.sleep(LOOK_MS);
  }

  #at(station: number): Charger | undefined {
    return this.#chargers[(station - this.#plan.worker) / this.#plan.workers];
  }

  #lateness(of: string): (ms: number) => void {
    const trend = this.#counts.trend('generator_lateness', of);
    return (ms) => {
      trend.record(ms);
      this.#counts.lateness.record(ms);
    };
  }
}

/** The keys of each version: those of 2.x have a component before a dot. One object for all stations. */
function configurations(all: Readonly<Record<string, string>>): Depot['configuration'] {
  const of = (v2: boolean) =>
    Object.freeze(Object.fromEntries(Object.entries(all).filter(([key]) => key.includes('.') === v2)));
  const two = of(true);
  return { '1.6': of(false), '2.0.1': two, '2.1': two };
}

function pacerOf(scenario: Scenario, stations: number): Pacer {
  switch (scenario.executor) {
    case 'constant-arrival-rate':
      return constantRate(scenario.rate, scenario.durationMs);
    case 'ramping-arrival-rate':
      return rampingRate(scenario.startRate, scenario.stages);
    case 'per-vu-iterations':
      return perStation(stations, scenario.iterations, scenario.overMs);
  }
}
