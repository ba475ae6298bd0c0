/** Counting in k6: its metrics, under our names and tags, and sums beside them for who reads the log. */
import { Gauge, Counter as K6Counter, Rate, Trend } from 'k6/metrics';
import { Buckets } from '../engine/buckets.ts';
import type { ActionCounts, Counter, Counts, Recorder } from '../engine/counts.ts';
import { ANSWERS, type SeriesKey, seriesKey } from '../engine/series-key.ts';
import { directionOf, factsOf, type MetricName } from '../metrics.ts';
import { k6MetricNames } from './plan.ts';

/** k6 makes metrics while it reads the script, and never later. */
const makes = {
  counter: (name: string) => new K6Counter(name),
  gauge: (name: string) => new Gauge(name),
  rate: (name: string) => new Rate(name),
  trend: (name: string) => new Trend(name, true),
};
const metrics = Object.fromEntries(k6MetricNames.map((name) => [name, makes[factsOf(name).type](name)]));

type Tags = Readonly<Record<string, string>>;

const tagsOf = (metric: MetricName, action: string, code: string): Tags => ({
  ...(action !== '' && { action }),
  ...(action !== '' && metric !== 'generator_lateness' && { direction: directionOf(metric) }),
  ...(code !== '' && { code }),
});

const add = (metric: MetricName, value: number | boolean, tags: Tags) => metrics[metric]?.add(value, tags);

export class K6Counts implements Counts {
  /** Counted so far, by series. */
  readonly sums = new Map<SeriesKey, number>();
  readonly latency = new Buckets();
  readonly lateness = new Buckets();
  readonly #counters = new Map<SeriesKey, Counter>();
  readonly #actions = new Map<string, ActionCounts>();

  counter(metric: MetricName, action = '', code = ''): Counter {
    const key = seriesKey(metric, action, code);
    let counter = this.#counters.get(key);
    if (counter === undefined) {
      const { sums } = this;
      const tags = tagsOf(metric, action, code);
      counter = {
        get value() {
          return sums.get(key) ?? 0;
        },
        set value(value: number) {
          add(metric, value - (sums.get(key) ?? 0), tags);
          sums.set(key, value);
        },
      };
      this.#counters.set(key, counter);
    }
    return counter;
  }

  trend(metric: MetricName, action = ''): Recorder {
    const tags = tagsOf(metric, action, '');
    return { record: (ms) => add(metric, Math.max(0, ms), tags) };
  }

  action(name: string): ActionCounts {
    let counts = this.#actions.get(name);
    if (counts === undefined) {
      const tags = tagsOf('ocpp_call_errors', name, '');
      counts = {
        calls: this.counter('ocpp_calls', name),
        latency: this.trend('ocpp_call_latency', name),
        service: this.trend('ocpp_call_service_time', name),
        answered: (code) => {
          add('ocpp_call_errors', code !== undefined, code === undefined || code === '' ? tags : { ...tags, code });
          this.#raise(`${ANSWERS}|${name}|`);
          if (code !== undefined) this.#raise(seriesKey('ocpp_call_errors', name, code));
        },
      };
      this.#actions.set(name, counts);
    }
    return counts;
  }

  #raise(key: SeriesKey): void {
    this.sums.set(key, (this.sums.get(key) ?? 0) + 1);
  }

  /** @param vu which VU counts them: a gauge of k6 is the last one's */
  stations(connected: number, vu: number): void {
    add('ocpp_stations', connected, { vu: String(vu) });
  }
}
