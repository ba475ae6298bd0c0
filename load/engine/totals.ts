/** What all workers counted, put together: metrics as reports and thresholds ask for them. */
import type { MetricReport } from '../../src/report.ts';
import { directionOf, factsOf, type MetricName, metricNames, operatorMetrics, type Tag } from '../metrics.ts';
import { ANSWERS, readSeriesKey, type Series, seriesKey } from './series-key.ts';
import type { TallyState } from './tally.ts';
import { Trend } from './trend.ts';

export type Filter = Readonly<Partial<Record<Tag, string>>>;

export interface Gauge {
  readonly value: number;
  readonly min: number;
  readonly max: number;
}

interface Counted extends Series {
  readonly value: number;
}

interface Measured extends Series {
  readonly trend: Trend;
}

export class Totals {
  readonly #counters = new Map<string, Counted>();
  readonly #trends = new Map<string, Measured>();
  readonly #gauges = new Map<MetricName, Gauge>();
  /** Seconds over which a counter's rate is taken. */
  readonly #seconds: number;
  /** The part of the run that rates of counters are of; undefined: all of it. */
  window: Totals | undefined = undefined;

  /** @param seconds over which rates of counters are taken */
  constructor(states: readonly TallyState[], seconds: number) {
    this.#seconds = seconds;
    for (const { counters, trends } of states) {
      for (const [key, value] of Object.entries(counters)) this.#count(key, value);
      for (const [key, text] of Object.entries(trends)) {
        const { trend } = this.#trend(key);
        trend.add(Trend.decode(text));
      }
    }
  }

  /** What came to these totals since `before`. */
  since(before: Totals, seconds: number): Totals {
    const more = new Totals([], seconds);
    for (const [key, { value }] of this.#counters) more.#count(key, value - (before.#counters.get(key)?.value ?? 0));
    for (const [key, { trend }] of this.#trends) {
      const own = more.#trend(key).trend;
      own.add(trend);
      const old = before.#trends.get(key);
      if (old !== undefined) own.subtract(old.trend);
    }
    for (const [name, gauge] of this.#gauges) more.#gauges.set(name, gauge);
    return more;
  }

  setGauge(name: MetricName, gauge: Gauge): void {
    this.#gauges.set(name, gauge);
  }

  /** Something that is counted here and not in a worker. */
  add(name: MetricName, action: string, value: number, code?: string): void {
    this.#count(seriesKey(name, action, code), value);
  }

  /** Sum of the series that fit. */
  count(name: string, filter: Filter = {}): number {
    let sum = 0;
    for (const one of this.#counters.values()) if (one.metric === name && fits(one, filter)) sum += one.value;
    return sum;
  }

  trend(name: MetricName, filter: Filter = {}): Trend {
    const sum = new Trend();
    for (const one of this.#trends.values()) if (one.metric === name && fits(one, filter)) sum.add(one.trend);
    return sum;
  }

  /**
   * One statistic of a metric.
   * @returns undefined where there is no data: nothing was measured, or nothing of that tag was ever sent
   */
  statistic(name: MetricName, statistic: string, filter: Filter = {}): number | undefined {
    if (filter.direction !== undefined && filter.direction !== directionOf(name)) return undefined;
    switch (factsOf(name).type) {
      case 'trend':
        return statisticOf(this.trend(name, filter), statistic);
      case 'gauge':
        return this.#gauges.get(name)?.[statistic as keyof Gauge];
      case 'rate':
        return this.#rate(name, filter)?.[statistic];
      case 'counter': {
        if (!this.#hasData(name, filter)) return undefined;
        const count = this.count(name, filter);
        return statistic === 'rate' ? this.#perSecond(name, filter) : count;
      }
    }
  }

  /** Every metric that the run has, for the report. */
  report(): Record<string, MetricReport> {
    const found: Record<string, MetricReport> = {};
    for (const name of metricNames) {
      const values = this.#values(name, {});
      if (values === undefined) continue;
      const byTag: Record<string, Readonly<Record<string, number>>> = {};
      for (const [tag, value] of this.#tagsOf(name)) {
        const own = this.#values(name, { [tag]: value });
        if (own !== undefined) byTag[`${tag}:${value}`] = own;
      }
      found[name] = { type: factsOf(name).type, values, byTag };
    }
    return found;
  }

  #values(name: MetricName, filter: Filter): Record<string, number> | undefined {
    switch (factsOf(name).type) {
      case 'trend': {
        const trend = this.trend(name, filter);
        return trend.count === 0 ? undefined : trendValues(trend);
      }
      case 'gauge': {
        const gauge = this.#gauges.get(name);
        return gauge === undefined ? undefined : { ...gauge };
      }
      case 'rate':
        return this.#rate(name, filter);
      case 'counter': {
        if (!this.#wasSought(name)) return undefined;
        if (operatorMetrics.has(name) && this.count('http_reqs') === 0) return undefined;
        const count = this.count(name, filter);
        return { count, rate: this.#perSecond(name, filter) };
      }
    }
  }

  #perSecond(name: MetricName, filter: Filter): number {
    const of = this.window ?? this;
    return of.count(name, filter) / of.#seconds;
  }

  /** Errors as a share of the answers; a code has no answers of its own, so it is a share of all. */
  #rate(name: MetricName, filter: Filter): Record<string, number> | undefined {
    const { code: _code, ...rest } = filter;
    const answers = this.count(ANSWERS, rest);
    if (answers === 0) return undefined;
    const count = this.count(name, filter);
    return { rate: count / answers, count, total: answers };
  }

  /** A counter is nought with good reason only where its action was sent at all. */
  #hasData(name: MetricName, { action }: Filter): boolean {
    if (!this.#wasSought(name)) return false;
    if (action === undefined) return true;
    return this.count(name, { action }) > 0 || (name.startsWith('ocpp_') && this.count('ocpp_calls', { action }) > 0);
  }

  /** Where no conversation was judged, no breach is not a result. */
  #wasSought(name: MetricName): boolean {
    return name !== 'ocpp_invariant_breaches' || this.count('ocpp_frames_judged') > 0;
  }

  #tagsOf(name: MetricName): [Tag, string][] {
    const seen = new Map<string, [Tag, string]>();
    const { tags } = factsOf(name);
    for (const one of [...this.#counters.values(), ...this.#trends.values()]) {
      if (one.metric !== name) continue;
      for (const tag of ['action', 'code'] as const) {
        if (one[tag] !== '') seen.set(`${tag}:${one[tag]}`, [tag, one[tag]]);
      }
      if (tags.includes('direction')) seen.set('direction', ['direction', directionOf(name)]);
    }
    return [...seen.values()].sort(([a, b], [c, d]) => a.localeCompare(c) || b.localeCompare(d));
  }

  #count(key: string, value: number): void {
    const before = this.#counters.get(key)?.value ?? 0;
    this.#counters.set(key, { ...readSeriesKey(key), value: before + value });
  }

  #trend(key: string): Measured {
    let found = this.#trends.get(key);
    if (found === undefined) {
      found = { ...readSeriesKey(key), trend: new Trend() };
      this.#trends.set(key, found);
    }
    return found;
  }
}

/** The direction is the metric's own. */
const fits = (one: Series, { action, code }: Filter): boolean =>
  (action === undefined || one.action === action) && (code === undefined || one.code === code);

/** @returns undefined where nothing was recorded, or there is no such statistic */
function statisticOf(trend: Trend, statistic: string): number | undefined {
  if (statistic === 'count') return trend.count;
  if (trend.count === 0) return undefined;
  const [, p] = /^p\((\d+(?:\.\d+)?)\)$/.exec(statistic) ?? [];
  if (p !== undefined) return trend.percentile(Number(p));
  return { avg: trend.mean, min: trend.min, med: trend.percentile(50), max: trend.max }[statistic];
}

function trendValues(trend: Trend): Record<string, number> {
  const names = ['count', 'avg', 'min', 'med', 'max', 'p(90)', 'p(95)', 'p(99)', 'p(99.9)'];
  return Object.fromEntries(names.map((name) => [name, statisticOf(trend, name) ?? 0]));
}
