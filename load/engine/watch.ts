/** Watches the generator itself: where it was the bottleneck, the figures tell of it and not of the CSMS. */
import type { LoadReport } from '../../src/report.ts';
import { LATE } from '../metrics.ts';
import type { Pulse } from './tally.ts';
import type { Totals } from './totals.ts';

type GeneratorFacts = LoadReport['generator'];

/** Later than this at the 99th percentile, and the numbers tell of the generator. */
export const LATE_MS = 250;

export class Watch {
  readonly #workers: number;
  readonly #cpu = process.cpuUsage();
  #loopDelay = { value: 0, min: Number.POSITIVE_INFINITY, max: 0 };
  #busiest = 0;

  constructor(workers: number) {
    this.#workers = workers;
  }

  /** Once a second. */
  see(pulses: readonly Pulse[]): void {
    const value = Math.max(...pulses.map(({ loopDelayMs }) => loopDelayMs));
    const { min, max } = this.#loopDelay;
    this.#loopDelay = { value, min: Math.min(min, value), max: Math.max(max, value) };
    this.#busiest = Math.max(this.#busiest, ...pulses.map(({ busy }) => busy));
  }

  addTo(totals: Totals): void {
    const { value, min, max } = this.#loopDelay;
    totals.setGauge('generator_event_loop_delay', { value, min: Math.min(min, value), max });
    totals.setGauge('generator_cpu', { value: this.#busiest, min: this.#busiest, max: this.#busiest });
  }

  /** True where what was due left too late for the figures to mean anything. */
  late(totals: Totals): boolean {
    return arrivalsOf(totals).percentile(99) > LATE_MS;
  }

  /**
   * @param gaveUp the search ended because the generator could not go on
   * @param blamed a threshold may be crossed by the generator's own doing
   */
  facts(totals: Totals, gaveUp = false, blamed = false): GeneratorFacts {
    const { user, system } = process.cpuUsage(this.#cpu);
    // A late ramp spoils the figures only where the ramp is what is measured.
    const arrivals = arrivalsOf(totals);
    const latenessP99Ms = arrivals.count > 0 ? arrivals.percentile(99) : dialsOf(totals).percentile(99);
    return {
      workers: this.#workers,
      cpuSeconds: (user + system) / 1e6,
      maxRssBytes: process.resourceUsage().maxRSS * 1024,
      latenessP99Ms,
      saturated: latenessP99Ms > LATE_MS || gaveUp || blamed,
    };
  }

  /** What a reader has to know of it. */
  notes(totals: Totals, { latenessP99Ms, saturated }: GeneratorFacts): string[] {
    const dials = dialsOf(totals).percentile(99);
    if (saturated && latenessP99Ms > LATE_MS) {
      return [
        `the generator was the bottleneck: 1 % of what was due left more than ${Math.round(latenessP99Ms)} ms late (its busiest worker computed ${Math.round(this.#busiest * 100)} % of the time); take more workers or machines, or a lower rate`,
      ];
    }
    if (dials <= LATE_MS) return [];
    return [
      `the ramp was steeper than the generator can: 1 % of the stations were dialled more than ${Math.round(dials)} ms late`,
    ];
  }
}

const arrivalsOf = (totals: Totals) => totals.trend('generator_lateness', { action: LATE.arrival });
const dialsOf = (totals: Totals) => totals.trend('generator_lateness', { action: LATE.connect });
