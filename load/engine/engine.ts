/** A load run: workers, ramp, scenarios, drain; what they counted comes back as totals with a series over time. */
import { performance } from 'node:perf_hooks';
import type { MessageSchemas } from '../../schemas/types.ts';
import type { Clock } from '../../src/clock.ts';
import type { LoadReport } from '../../src/report.ts';
import type { MetricName } from '../metrics.ts';
import type { Operator } from '../operator/operator.ts';
import type { LoadResult } from '../result.ts';
import { judge } from '../thresholds.ts';
import type { Scenario, Workload } from '../workload.ts';
import { balance } from './balance.ts';
import { addBuckets } from './buckets.ts';
import { Budget, heldBytes } from './budget.ts';
import { Drift } from './drift.ts';
import { epochNow } from './epoch.ts';
import type { FleetHandle } from './fleet.ts';
import { Inspector } from './inspector.ts';
import { Jury } from './jury.ts';
import { neverLeft, ownDoing } from './own-doing.ts';
import { type Searched, search } from './search.ts';
import { secondValues, sumOf } from './second.ts';
import type { TallyState } from './tally.ts';
import { Totals } from './totals.ts';
import { Watch } from './watch.ts';

export type Phase = 'ramp' | 'load' | 'search' | 'drain' | 'done';

/** What a listener hears each second. */
export interface LoadMoment {
  readonly phase: Phase;
  /** Milliseconds since the start of the run. */
  readonly atMs: number;
  readonly connected: number;
  readonly accepted: number;
  /** Sums so far. */
  readonly counts: Readonly<Partial<Record<MetricName, number>>>;
  /** As in the series of the report: rates a second, and percentiles of the last second. */
  readonly values: Readonly<Record<string, number>>;
  /** Rate that is tried, in a search. */
  readonly rate?: number;
}

export interface LoadRunOptions {
  readonly workload: Workload;
  readonly fleets: readonly FleetHandle[];
  readonly stations: number;
  readonly clock: Clock;
  readonly schemas?: MessageSchemas;
  /** How long an answer may take. */
  readonly timeoutMs: number;
  /** By how much the time that the CSMS tells may be off. */
  readonly clockToleranceS: number;
  /** Carries out the commands of the workload. */
  readonly operator?: Operator;
  readonly signal: AbortSignal;
  /** Memory, in bytes, beyond which the run is stopped; default: any. */
  readonly maxRssBytes?: number;
  readonly listener: (moment: LoadMoment) => void;
  /** Told how to look into the run at any time. */
  readonly scrape?: (look: Look) => void;
}

/** A look into a run that goes on. */
export interface Look {
  /** Everything that was counted so far. */
  totals(): Promise<Totals>;
  generator(totals: Totals): LoadReport['generator'];
}

export interface LoadRun extends LoadResult {
  readonly totals: Totals;
}

const SECOND = 1_000;
/** How often the end of the ramp is looked for. */
const LOOK_MS = 20;
/** The workers start together, a little after they were told. */
const HEADSTART_MS = 50;
/** A signal leaves this much for what is outstanding. */
const HURRIED_MS = 2_000;
/** How much longer than the answer to a boot the ramp may wait for its stragglers. */
const STRAGGLER_MS = 10_000;
/** What stations say right after their registration belongs to the ramp; who leaves it unanswered is not waited for. */
const SETTLE_MS = 1_000;

export async function runLoad(options: LoadRunOptions): Promise<LoadRun> {
  return new Running(options).run();
}

class Running {
  readonly #options: LoadRunOptions;
  readonly #budget: Budget;
  #connected = 0;
  #began = performance.now();
  readonly #watch: Watch;
  readonly #drift = new Drift();
  readonly #notes: string[] = [];
  readonly #series: { at: number; values: Record<string, number> }[] = [];
  readonly #inspector: Inspector;
  readonly #jury: Jury;
  #phase: Phase = 'ramp';
  #rate: number | undefined;
  #last: Partial<Record<MetricName, number>> = {};
  #lastAt = 0;
  #stations = { value: 0, min: Number.POSITIVE_INFINITY, max: 0 };
  #accepted = 0;
  #pulsing: Promise<void> = Promise.resolve();
  #stopPulse = false;

  constructor(options: LoadRunOptions) {
    this.#options = options;
    this.#budget = new Budget(options.maxRssBytes, options.signal, heldBytes);
    this.#inspector = new Inspector(options.schemas);
    const { schemas, clock, timeoutMs, clockToleranceS } = options;
    this.#jury = new Jury({ schemas, clock, timeoutMs, clockToleranceS });
    this.#watch = new Watch(options.fleets.length);
    options.scrape?.({
      totals: () => this.#totals(this.#elapsed() / SECOND),
      generator: (totals) => this.#watch.facts(totals),
    });
  }

  async run(): Promise<LoadRun> {
    const { workload } = this.#options;
    const { signal } = this.#budget;
    // A thread that is still starting would be late for everything.
    await this.#all((fleet) => fleet.census());
    this.#began = performance.now();
    const pulse = this.#pulseEachSecond();
    // A worker that is lost is told by whoever asks it next; here it only must not go unheard.
    pulse.catch(() => {});
    const up = await this.#ramp();
    let window: Totals | undefined;
    let searched: Searched | undefined;
    if (up && !signal.aborted) {
      if (workload.search !== undefined) searched = await this.#search();
      else if (workload.scenarios.length > 0) window = await this.#load();
      else await this.#idle();
    }
    await this.#pulse();
    this.#phase = 'drain';
    await this.#all((fleet) => fleet.drain(signal.aborted ? HURRIED_MS : workload.gracefulStopMs));
    this.#stopPulse = true;
    await pulse;
    this.#phase = 'done';
    await this.#pulse();
    this.#jury.close();
    const totals = await this.#totals(this.#elapsed() / SECOND);
    if (searched !== undefined) {
      const { capacity, broke = capacity } = searched;
      totals.setGauge('ocpp_capacity', { value: capacity, min: capacity, max: broke });
    }
    // Rates are of the scenarios' time; where there are none, or they never began, of all of it.
    totals.window = window;
    return this.#result(totals, searched);
  }

  #result(totals: Totals, searched: Searched | undefined): LoadRun {
    const { workload, stations } = this.#options;
    const { signal } = this.#budget;
    const unreachable = totals.count('ocpp_connects') === 0 && totals.count('ocpp_connect_errors') > 0;
    const thresholds = searched?.thresholds ?? workload.thresholds.map((threshold) => judge(threshold, totals));
    const blamed = [
      ...(searched === undefined ? ownDoing(workload.thresholds, thresholds, totals) : []),
      ...neverLeft(totals),
    ];
    const generator = this.#watch.facts(totals, searched?.stopped === 'generator', blamed.length > 0);
    this.#notes.push(...this.#budget.notes(), ...this.#watch.notes(totals, generator), ...blamed);
    const never = stations - this.#accepted;
    if (never > 0 && !unreachable && !signal.aborted) {
      this.#notes.push(`${never} of ${stations} stations were not registered when the load began`);
    }
    this.#notes.push(
      ...this.#inspector.notes(),
      ...this.#jury.notes(),
      ...this.#drift.notes(),
      ...balance(totals, workload),
    );
    if (searched !== undefined) this.#notes.push(searched.says);
    return {
      totals,
      metrics: totals.report(),
      thresholds,
      series: this.#series,
      generator,
      notes: this.#notes,
      unreachable,
      unregistered: totals.trend('ocpp_boot_to_accepted').count === 0,
      partial: signal.aborted,
      ...(searched !== undefined && { searched }),
    };
  }

  /** @returns false where no station can connect, so that there is nothing to load */
  async #ramp(): Promise<boolean> {
    const { workload, clock, stations } = this.#options;
    const { signal } = this.#budget;
    const startAt = epochNow() + HEADSTART_MS;
    await this.#all((fleet) => fleet.connect(startAt, workload.rampMs));
    await this.#sleepUntil(startAt + workload.rampMs);
    const patience = startAt + workload.rampMs + STRAGGLER_MS;
    while (!signal.aborted && epochNow() < patience) {
      this.#budget.look(this.#connected);
      const { accepted, connected, failed } = await this.#census();
      this.#accepted = accepted;
      if (accepted >= stations) break;
      // All have had their try, and none got through.
      if (connected === 0 && failed >= stations) return false;
      await clock.sleep(LOOK_MS);
    }
    if (!signal.aborted) await this.#all((fleet) => fleet.settle(SETTLE_MS));
    return true;
  }

  /** @returns what came while the scenarios lasted: without the ramp before them and the drain after */
  async #load(): Promise<Totals> {
    const { workload } = this.#options;
    this.#phase = 'load';
    const before = await this.#totals(1);
    const startAtEpoch = epochNow() + HEADSTART_MS;
    const commands: Promise<void>[] = [];
    for (const scenario of workload.scenarios) {
      if (scenario.exec === 'command') commands.push(this.#command(scenario));
      else await this.#all((fleet) => fleet.schedule({ scenario, startAtEpoch }));
    }
    await this.#sleepUntil(startAtEpoch + workload.durationMs);
    await Promise.all(commands);
    const seconds = Math.max(0.001, Math.min(workload.durationMs, epochNow() - startAtEpoch) / SECOND);
    return (await this.#totals(seconds)).since(before, seconds);
  }

  async #command(scenario: Scenario): Promise<void> {
    await this.#options.operator?.run(scenario, this.#budget.signal);
  }

  /** The ramp was all there is; the stations stay for a while. */
  async #idle(): Promise<void> {
    this.#phase = 'load';
    await this.#sleepUntil(epochNow() + this.#options.workload.durationMs);
  }

  async #search(): Promise<Searched> {
    const { workload } = this.#options;
    this.#phase = 'search';
    const plan = workload.search as NonNullable<Workload['search']>;
    return search(plan, workload.thresholds, {
      signal: this.#budget.signal,
      late: (totals, verdicts) =>
        this.#watch.late(totals) || ownDoing(workload.thresholds, verdicts, totals).length > 0,
      trial: async (rate) => {
        this.#rate = rate;
        const seconds = plan.stepMs / SECOND;
        const before = await this.#totals(seconds);
        const { startRate: _startRate, maxRate: _maxRate, stepMs, precision: _precision, ...base } = plan;
        const scenario: Scenario = { ...base, executor: 'constant-arrival-rate', rate, durationMs: stepMs };
        const startAtEpoch = epochNow() + HEADSTART_MS;
        await this.#all((fleet) => fleet.schedule({ scenario, startAtEpoch }));
        await this.#sleepUntil(startAtEpoch + stepMs);
        await this.#all((fleet) => fleet.settle(workload.gracefulStopMs));
        return (await this.#totals(seconds)).since(before, seconds);
      },
    });
  }

  async #totals(seconds: number): Promise<Totals> {
    const states: TallyState[] = await Promise.all(this.#options.fleets.map((fleet) => fleet.state()));
    const { operator } = this.#options;
    const totals = new Totals(operator === undefined ? states : [...states, operator.state()], seconds);
    if (operator !== undefined) totals.add('ocpp_commands_lost', '', operator.unheard);
    const { value, min, max } = this.#stations;
    totals.setGauge('ocpp_stations', { value, min: Number.isFinite(min) ? min : 0, max });
    this.#watch.addTo(totals);
    this.#drift.addTo(totals);
    this.#inspector.addTo(totals);
    this.#jury.addTo(totals);
    return totals;
  }

  /** What the end of the ramp is decided by; leaves the pulse of the second alone. */
  async #census(): Promise<{ accepted: number; connected: number; failed: number }> {
    const states = await Promise.all(this.#options.fleets.map((fleet) => fleet.census()));
    const sum = (of: (one: (typeof states)[number]) => number) => states.reduce((total, one) => total + of(one), 0);
    return {
      accepted: sum((one) => one.accepted),
      connected: sum((one) => one.connected),
      failed: sum((one) => one.failed),
    };
  }

  async #pulseEachSecond(): Promise<void> {
    const { clock } = this.#options;
    for (let n = 1; !this.#stopPulse; n++) {
      // In small steps, so that the end of a run does not wait for a second.
      while (!this.#stopPulse && this.#elapsed() < n * SECOND) {
        await clock.sleep(Math.max(1, Math.min(50, n * SECOND - this.#elapsed())));
      }
      if (!this.#stopPulse) await this.#pulse();
    }
  }

  /** One at a time. */
  #pulse(): Promise<void> {
    this.#pulsing = this.#pulsing.then(() => this.#pulseNow());
    return this.#pulsing;
  }

  async #pulseNow(): Promise<void> {
    const pulses = await Promise.all(this.#options.fleets.map((fleet) => fleet.pulse()));
    const atMs = this.#elapsed();
    const { operator } = this.#options;
    for (const { heard } of pulses) operator?.heard(heard);
    const counts = sumOf(operator === undefined ? pulses : [...pulses, { counts: operator.sums() }]);
    const connected = pulses.reduce((sum, pulse) => sum + pulse.connected, 0);
    this.#connected = connected;
    this.#budget.look(this.#connected);
    // Coming up and going down are no loss.
    const { min, max } = this.#stations;
    if (this.#phase === 'ramp') this.#stations = { value: connected, min, max: Math.max(max, connected) };
    else if (this.#phase !== 'drain' && this.#phase !== 'done') {
      this.#stations = { value: connected, min: Math.min(min, connected), max: Math.max(max, connected) };
    }
    this.#watch.see(pulses);
    for (const { samples, witnessed } of pulses) {
      this.#inspector.look(samples);
      this.#jury.hear(witnessed);
    }
    const values = secondValues({
      connected,
      counts,
      last: this.#last,
      seconds: (atMs - this.#lastAt) / SECOND,
      latency: addBuckets(pulses.map((pulse) => pulse.latency)),
      lateness: addBuckets(pulses.map((pulse) => pulse.lateness)),
      ...(operator !== undefined && { commands: operator.take() }),
      memoryBytes: heldBytes(),
      loopDelayMs: Math.max(...pulses.map((pulse) => pulse.loopDelayMs)),
    });
    this.#series.push({ at: Math.round(atMs), values });
    if (this.#phase === 'load') this.#drift.see(values);
    this.#last = counts;
    this.#lastAt = atMs;
    this.#options.listener({
      phase: this.#phase,
      atMs,
      connected,
      accepted: pulses.reduce((sum, pulse) => sum + pulse.accepted, 0),
      counts,
      values,
      ...(this.#rate !== undefined && { rate: this.#rate }),
    });
  }

  #elapsed(): number {
    return performance.now() - this.#began;
  }

  /** Returns early where the run is stopped. */
  async #sleepUntil(epoch: number): Promise<void> {
    const { clock } = this.#options;
    while (!this.#budget.signal.aborted) {
      const left = epoch - epochNow();
      if (left <= 0) return;
      this.#budget.look(this.#connected);
      await clock.sleep(Math.min(left, 50));
    }
  }

  #all<T>(ask: (fleet: FleetHandle) => Promise<T>): Promise<T[]> {
    return Promise.all(this.#options.fleets.map(ask));
  }
}
