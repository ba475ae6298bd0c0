/** The stations of one worker: brings them up, makes what is due happen, and brings them down without losing count. */
import { type EventLoopUtilization, monitorEventLoopDelay, performance } from 'node:perf_hooks';
import type { Clock } from '../../src/clock.ts';
import { seededRandom } from '../../src/random.ts';
import { LATE } from '../metrics.ts';
import type { Scenario } from '../workload.ts';
import { Activities } from './activities.ts';
import { Charger, type Depot } from './charger.ts';
import { Dispatcher } from './dispatcher.ts';
import { type FleetPlan, globalIndex, type ScenarioOrder } from './fleet-plan.ts';
import { constantRate, type Pacer, perStation, rampingRate, type Share } from './pacer.ts';
import { type SampledFrame, Sampler } from './sampler.ts';
import { WsConnector } from './socket.ts';
import { type Pulse, Tally, type TallyState } from './tally.ts';

/** What the main thread asks of a worker; the same whether it runs in a thread of its own or not. */
export interface FleetHandle {
  /** Dials all stations, spread over `rampMs`; 0 is as fast as can be. */
  connect(startAtEpoch: number, rampMs: number): Promise<void>;
  schedule(order: ScenarioOrder): Promise<void>;
  census(): Promise<Census>;
  pulse(): Promise<Pulse & { readonly samples: readonly SampledFrame[] }>;
  state(): Promise<TallyState>;
  /** Settles when no charger has a CALL outstanding or in line, at the latest after `mostMs`. The stations stay. */
  settle(mostMs: number): Promise<void>;
  /** Takes no more arrivals, lets what is due be sent and answered for at most `mostMs`, closes all connections. */
  drain(mostMs: number): Promise<void>;
  /** Ends the worker. */
  end(): Promise<void>;
}

/** How many stations are how far. */
export interface Census {
  readonly connected: number;
  readonly accepted: number;
  /** Attempts to connect that failed. */
  readonly failed: number;
}

/** How often a drain looks whether it is over. */
const LOOK_MS = 20;
/** What was due in the last moment still happens; who is later than this is no generator. */
const CATCH_UP_MS = 250;
/** How long closing handshakes may take. */
const HANG_UP_MS = 3_000;

export class Fleet implements FleetHandle {
  readonly #clock: Clock;
  readonly #plan: FleetPlan;
  readonly #tally = new Tally();
  readonly #sampler = new Sampler();
  readonly #activities: Activities;
  readonly #dispatcher: Dispatcher;
  readonly #chargers: readonly Charger[];
  readonly #here = new Set<Charger>();
  readonly #delay = monitorEventLoopDelay({ resolution: 20 });
  #busy: EventLoopUtilization = performance.eventLoopUtilization();

  constructor(plan: FleetPlan, clock: Clock) {
    this.#plan = plan;
    this.#clock = clock;
    this.#activities = new Activities(clock, this.#tally);
    const share: Share = { stations: plan.total, workers: plan.workers, worker: plan.worker };
    this.#dispatcher = new Dispatcher(clock, share);
    const depot: Depot = {
      clock,
      tally: this.#tally,
      connector: new WsConnector(plan, clock),
      sampler: this.#sampler,
      random: seededRandom(plan.seed, `worker ${plan.worker}`),
      build: plan.build,
      configuration: configurations(plan.build.configuration),
      timeoutMs: plan.timeoutMs,
      away: (charger) => this.#here.delete(charger),
    };
    this.#chargers = plan.stations.map((station, i) => new Charger(globalIndex(plan, i), station, depot));
    this.#delay.enable();
  }

  async connect(startAtEpoch: number, rampMs: number): Promise<void> {
    this.#dispatcher.add({
      pacer: perStation(this.#plan.total, 1, rampMs),
      startAt: this.#monotonic(startAtEpoch),
      late: rampMs > 0 ? this.#lateness(LATE.connect) : undefined,
      fire: ({ station }) => {
        const charger = this.#at(station);
        if (charger === undefined) return;
        this.#here.add(charger);
        charger.dial();
      },
    });
  }

  async schedule({ scenario, startAtEpoch }: ScenarioOrder): Promise<void> {
    const timed = scenario.executor !== 'per-vu-iterations' || scenario.overMs > 0;
    this.#dispatcher.add({
      pacer: pacerOf(scenario, this.#plan.total),
      startAt: this.#monotonic(startAtEpoch) + scenario.startMs,
      late: timed ? this.#lateness(LATE.arrival) : undefined,
      missed: (count) => this.#activities.missed(scenario, count),
      fire: (arrival, dueAt) => {
        const charger = this.#at(arrival.station);
        if (charger !== undefined) this.#activities.act(charger, arrival, dueAt, scenario);
      },
    });
  }

  async census(): Promise<Census> {
    let connected = 0;
    let accepted = 0;
    for (const charger of this.#chargers) {
      if (!charger.connected) continue;
      connected++;
      if (charger.station.registration === 'Accepted') accepted++;
    }
    return { connected, accepted, failed: this.#tally.sums().ocpp_connect_errors ?? 0 };
  }

  async pulse(): Promise<Pulse & { samples: SampledFrame[] }> {
    const now = performance.eventLoopUtilization();
    const busy = performance.eventLoopUtilization(now, this.#busy).utilization;
    this.#busy = now;
    const { connected, accepted } = await this.census();
    return {
      connected,
      accepted,
      counts: this.#tally.sums(),
      latency: this.#tally.latency.take(),
      lateness: this.#tally.lateness.take(),
      busy,
      loopDelayMs: this.#delay.percentile(99) / 1e6,
      samples: this.#sampler.take(),
    };
  }

  async state(): Promise<TallyState> {
    return this.#tally.state();
  }

  async settle(mostMs: number): Promise<void> {
    await this.#until(mostMs, () => this.#chargers.every(({ idle }) => idle));
  }

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

  async end(): Promise<void> {
    this.#dispatcher.stop();
    this.#delay.disable();
  }

  async #until(mostMs: number, done: () => boolean): Promise<void> {
    const end = this.#clock.monotonic() + mostMs;
    while (!done() && this.#clock.monotonic() < end) await this.#clock.sleep(LOOK_MS);
  }

  #at(station: number): Charger | undefined {
    return this.#chargers[(station - this.#plan.worker) / this.#plan.workers];
  }

  #lateness(of: string): (ms: number) => void {
    const trend = this.#tally.trend('generator_lateness', of);
    return (ms) => {
      trend.record(ms);
      this.#tally.lateness.record(ms);
    };
  }

  /** Threads share the epoch; the monotonic scale is each one's own. */
  #monotonic(epoch: number): number {
    return this.#clock.monotonic() + (epoch - epochNow());
  }
}

/** The keys of each version: those of 2.x have a component before a dot. One object for all stations. */
function configurations(all: Readonly<Record<string, string>>): Depot['configuration'] {
  const of = (v2: boolean) =>
    Object.freeze(Object.fromEntries(Object.entries(all).filter(([key]) => key.includes('.') === v2)));
  const two = of(true);
  return { '1.6': of(false), '2.0.1': two, '2.1': two };
}

/** Milliseconds since the epoch, with a fraction, by the clock that does not step. */
export const epochNow = (): number => performance.timeOrigin + performance.now();

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
