/** What grows while the load stays the same: latency in the last quarter of it against the first. */
import type { Totals } from './totals.ts';

/** Fewer seconds than this tell nothing of a drift. */
const LEAST_SECONDS = 40;
/** A drift below this is not worth a word. */
const NOTABLE = 1.25;

export class Drift {
  readonly #latencies: number[] = [];
  readonly #memories: number[] = [];

  /** One second under load. */
  see(values: Readonly<Record<string, number>>): void {
    const latency = values['ocpp_call_latency p(50)'];
    if (latency !== undefined) this.#latencies.push(latency);
    const memory = values['generator_memory'];
    if (memory !== undefined) this.#memories.push(memory);
  }

  addTo(totals: Totals): void {
    const latency = driftOf(this.#latencies);
    if (latency === undefined) return;
    const value = latency.last / Math.max(0.001, latency.first);
    totals.setGauge('ocpp_latency_drift', { value, min: value, max: value });
  }

  /** What a reader has to know of it. */
  notes(): string[] {
    const of = (what: string, values: readonly number[], unit: string) => {
      const drift = driftOf(values);
      if (drift === undefined || drift.last < drift.first * NOTABLE) return [];
      return [
        `${what} drifted from ${short(drift.first)} ${unit} in the first quarter to ${short(drift.last)} ${unit} in the last`,
      ];
    };
    return [
      ...of('the median latency', this.#latencies, 'ms'),
      ...of('the memory of plugproof itself', this.#memories, 'MiB'),
    ];
  }
}

const short = (value: number): string => value.toPrecision(3);

/** Medians of the first and the last quarter; undefined where there is too little. */
function driftOf(values: readonly number[]): { readonly first: number; readonly last: number } | undefined {
  if (values.length < LEAST_SECONDS) return undefined;
  const quarter = Math.floor(values.length / 4);
  return { first: median(values.slice(0, quarter)), last: median(values.slice(-quarter)) };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
