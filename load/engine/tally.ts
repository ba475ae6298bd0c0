/** What one worker counts: plain numbers and histograms, resolved once and then touched without a look-up. */
import type { MetricName } from '../metrics.ts';
import { Buckets } from './buckets.ts';
import type { ActionCounts, Counter, Counts } from './counts.ts';
import { ANSWERS, type SeriesKey, seriesKey } from './series-key.ts';
import { Trend } from './trend.ts';

/** Everything that was counted so far, as it goes from thread to thread. */
export interface TallyState {
  readonly counters: Readonly<Record<SeriesKey, number>>;
  /** Encoded histograms. */
  readonly trends: Readonly<Record<SeriesKey, string>>;
}

/** What is asked for each second: small. */
export interface Pulse {
  readonly connected: number;
  readonly accepted: number;
  /** Sums over all tags. */
  readonly counts: Readonly<Partial<Record<MetricName, number>>>;
  /** Latency and lateness of the last second. */
  readonly latency: Uint32Array;
  readonly lateness: Uint32Array;
  /** Share of the time in which the event loop was busy, since the last pulse. */
  readonly busy: number;
  /** 99th percentile of how late the event loop was, since the last pulse, in milliseconds. */
  readonly loopDelayMs: number;
}

/** More words than any CSMS has. */
const MOST_SERIES = 1_000;

export class Tally implements Counts {
  readonly #counters = new Map<SeriesKey, Counter>();
  readonly #trends = new Map<SeriesKey, Trend>();
  readonly #actions = new Map<string, ActionCounts>();
  readonly latency = new Buckets();
  readonly lateness = new Buckets();

  counter(metric: MetricName, action?: string, code?: string): Counter {
    const key = seriesKey(metric, action, code);
    const known = this.#counters.get(key);
    if (known !== undefined) return known;
    // Nobody's inventions are to fill the memory.
    return this.#counterOf(this.#counters.size < MOST_SERIES ? key : seriesKey(metric, 'other', 'other'));
  }

  trend(metric: MetricName, action?: string): Trend {
    const key = seriesKey(metric, action);
    let trend = this.#trends.get(key);
    if (trend === undefined) {
      trend = new Trend();
      this.#trends.set(key, trend);
    }
    return trend;
  }

  action(name: string): ActionCounts {
    let tally = this.#actions.get(name);
    if (tally === undefined) {
      const answers = this.#counterOf(`${ANSWERS}|${name}|`);
      tally = {
        calls: this.counter('ocpp_calls', name),
        answered: (code) => {
          answers.value++;
          if (code !== undefined) this.counter('ocpp_call_errors', name, code).value++;
        },
        latency: this.trend('ocpp_call_latency', name),
        service: this.trend('ocpp_call_service_time', name),
      };
      this.#actions.set(name, tally);
    }
    return tally;
  }

  state(): TallyState {
    return {
      counters: Object.fromEntries([...this.#counters].map(([key, { value }]) => [key, value])),
      trends: Object.fromEntries(
        [...this.#trends].flatMap(([key, trend]) => (trend.count === 0 ? [] : [[key, trend.encode()]])),
      ),
    };
  }

  /** Sums by metric. */
  sums(): Partial<Record<MetricName, number>> {
    const sums: Partial<Record<string, number>> = {};
    for (const [key, { value }] of this.#counters) {
      const metric = key.slice(0, key.indexOf('|'));
      sums[metric] = (sums[metric] ?? 0) + value;
    }
    return sums;
  }

  #counterOf(key: SeriesKey): Counter {
    let counter = this.#counters.get(key);
    if (counter === undefined) {
      counter = { value: 0 };
      this.#counters.set(key, counter);
    }
    return counter;
  }
}
