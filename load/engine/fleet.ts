/** The stations of one worker, with the pulse that is asked of it each second. */
import { type EventLoopUtilization, monitorEventLoopDelay, performance } from 'node:perf_hooks';
import type { Clock } from '../../src/clock.ts';
import { epochNow } from './epoch.ts';
import type { FleetPlan, ScenarioOrder } from './fleet-plan.ts';
import type { Heard } from './heard.ts';
import { type SampledFrame, Sampler } from './sampler.ts';
import { WsConnector } from './socket.ts';
import { type Census, Stations } from './stations.ts';
import { type Pulse, Tally, type TallyState } from './tally.ts';
import { Witness, type Witnessed } from './witness.ts';

/** What a worker tells each second. */
export interface WorkerPulse extends Pulse {
  readonly samples: readonly SampledFrame[];
  /** Conversations that are to be judged, station by station. */
  readonly witnessed: readonly Witnessed[];
  /** CALLs of the CSMS, where an operator is at work. */
  readonly heard: readonly Heard[];
}

/** What the main thread asks of a worker; the same whether it runs in a thread of its own or not. */
export interface FleetHandle {
  /** Dials all stations, spread over `rampMs`; 0 is as fast as can be. */
  connect(startAtEpoch: number, rampMs: number): Promise<void>;
  schedule(order: ScenarioOrder): Promise<void>;
  /** With the attempts to connect that failed. */
  census(): Promise<Census & { readonly failed: number }>;
  pulse(): Promise<WorkerPulse>;
  state(): Promise<TallyState>;
  /** Settles when no charger has a CALL outstanding or in line, at the latest after `mostMs`. The stations stay. */
  settle(mostMs: number): Promise<void>;
  /** Takes no more arrivals, lets what is due be sent and answered for at most `mostMs`, closes all connections. */
  drain(mostMs: number): Promise<void>;
  /** Ends the worker. */
  end(): Promise<void>;
}

/** How often the event loop is looked at; what is measured has this in it. */
const LOOP_GRAIN_MS = 10;

export class Fleet implements FleetHandle {
  readonly #clock: Clock;
  readonly #tally = new Tally();
  readonly #sampler = new Sampler();
  readonly #witnesses: Witness[] = [];
  readonly #stations: Stations;
  readonly #heard: Heard[] = [];
  readonly #delay = monitorEventLoopDelay({ resolution: LOOP_GRAIN_MS });
  #busy: EventLoopUtilization = performance.eventLoopUtilization();

  constructor(plan: FleetPlan, clock: Clock) {
    this.#clock = clock;
    this.#stations = new Stations(plan, {
      clock,
      counts: this.#tally,
      connector: new WsConnector(plan, clock),
      sampler: this.#sampler,
      witness: (station, ocpp) => {
        if (station >= (plan.judged ?? 0)) return undefined;
        const witness = new Witness(station, ocpp);
        this.#witnesses.push(witness);
        return witness;
      },
      ...(plan.hears && {
        heard: (station, action, at) =>
          this.#heard.push({ station, action, at: epochNow() + (at - this.#clock.monotonic()) }),
      }),
    });
    this.#delay.enable();
  }

  async connect(startAtEpoch: number, rampMs: number): Promise<void> {
    this.#stations.connect(this.#monotonic(startAtEpoch), rampMs);
  }

  async schedule({ scenario, startAtEpoch }: ScenarioOrder): Promise<void> {
    this.#stations.schedule(scenario, this.#monotonic(startAtEpoch));
  }

  async census(): Promise<Census & { failed: number }> {
    return { ...this.#stations.census(), failed: this.#tally.sums().ocpp_connect_errors ?? 0 };
  }

  async pulse(): Promise<WorkerPulse> {
    const now = performance.eventLoopUtilization();
    const busy = performance.eventLoopUtilization(now, this.#busy).utilization;
    this.#busy = now;
    const { connected, accepted } = this.#stations.census();
    const loopDelayMs = Math.max(0, this.#delay.percentile(99) / 1e6 - LOOP_GRAIN_MS);
    this.#delay.reset();
    return {
      connected,
      accepted,
      counts: this.#tally.sums(),
      latency: this.#tally.latency.take(),
      lateness: this.#tally.lateness.take(),
      busy,
      loopDelayMs,
      samples: this.#sampler.take(),
      witnessed: this.#witnesses.flatMap((witness) => witness.take()),
      heard: this.#heard.splice(0),
    };
  }

  async state(): Promise<TallyState> {
    return this.#tally.state();
  }

  async settle(mostMs: number): Promise<void> {
    await this.#stations.settle(mostMs);
  }

  async drain(mostMs: number): Promise<void> {
    await this.#stations.drain(mostMs);
  }

  async end(): Promise<void> {
    this.#stations.stop();
    this.#delay.disable();
  }

  /** Threads share the epoch; the monotonic scale is each one's own. */
  #monotonic(epoch: number): number {
    return this.#clock.monotonic() + (epoch - epochNow());
  }
}
