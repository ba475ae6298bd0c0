/** What k6 and its script told → the metrics of a load run. Times come from k6's summary, counts from both. */
import type { MessageSchemas } from '../../schemas/types.ts';
import type { MetricReport } from '../../src/report.ts';
import { emptyBuckets } from '../engine/buckets.ts';
import type { LoadMoment } from '../engine/engine.ts';
import { Inspector } from '../engine/inspector.ts';
import { type Sums, secondValues } from '../engine/second.ts';
import { readSeriesKey } from '../engine/series-key.ts';
import { type Filter, Totals } from '../engine/totals.ts';
import { factsOf, type MetricName, metricNames } from '../metrics.ts';
import { addSparse, type LogLine } from './log.ts';

/** As `handleSummary` gets it. */
export interface K6Summary {
  readonly metrics: Readonly<Record<string, { readonly values: Readonly<Record<string, number>> }>>;
}

type Counted = Readonly<Record<string, number>>;

const SECOND = 1_000;

export class K6Results {
  readonly #vus: number;
  readonly #inspector: Inspector;
  readonly #pulses = new Map<number, LogLine & { kind: 'pulse' }>();
  readonly #marks = { begin: new Map<number, Counted>(), end: new Map<number, Counted>() };
  readonly #seconds: number;
  #latency = emptyBuckets();
  #lateness = emptyBuckets();
  #last: Sums = {};
  #lastAt = 0;
  #stations = { value: 0, min: Number.POSITIVE_INFINITY, max: 0 };
  #summary: K6Summary = { metrics: {} };

  /** @param seconds of the scenarios: what rates of counters are taken over */
  constructor(vus: number, seconds: number, schemas: MessageSchemas | undefined) {
    this.#vus = vus;
    this.#seconds = seconds;
    this.#inspector = new Inspector(schemas);
  }

  line(line: LogLine): void {
    if (line.kind === 'up') return;
    if (line.kind === 'mark') {
      this.#marks[line.at].set(line.vu, line.sums);
      return;
    }
    this.#pulses.set(line.vu, line);
    addSparse(this.#latency, line.latency);
    addSparse(this.#lateness, line.lateness);
    this.#inspector.look(line.samples);
  }

  set summary(summary: K6Summary) {
    this.#summary = summary;
  }

  get accepted(): number {
    return [...this.#pulses.values()].reduce((sum, { accepted }) => sum + accepted, 0);
  }

  /** The second that ends now. */
  moment(atMs: number, memoryBytes: number | undefined): LoadMoment {
    const { begin, end } = this.#marks;
    const phase = end.size > 0 ? 'drain' : begin.size === this.#vus ? 'load' : 'ramp';
    const connected = [...this.#pulses.values()].reduce((sum, one) => sum + one.connected, 0);
    if (phase === 'load') {
      const { min, max } = this.#stations;
      this.#stations = { value: connected, min: Math.min(min, connected), max: Math.max(max, connected) };
    }
    const counts = this.#counts();
    const values = secondValues({
      connected,
      counts,
      last: this.#last,
      seconds: (atMs - this.#lastAt) / SECOND,
      latency: this.#latency,
      lateness: this.#lateness,
      memoryBytes,
    });
    this.#last = counts;
    this.#lastAt = atMs;
    this.#latency = emptyBuckets();
    this.#lateness = emptyBuckets();
    return { phase, atMs, connected, accepted: this.accepted, counts, values };
  }

  /** Everything that is counted; the times are in the summary. */
  totals(elapsedMs: number): Totals {
    const states = [...this.#pulses.values()].map(({ sums }) => ({ counters: sums, trends: {} }));
    const totals = new Totals(states, Math.max(0.001, elapsedMs / SECOND));
    const { begin, end } = this.#marks;
    if (begin.size === this.#vus && end.size === this.#vus && this.#seconds > 0) {
      const of = (marks: ReadonlyMap<number, Counted>) =>
        new Totals(
          [...marks.values()].map((counters) => ({ counters, trends: {} })),
          this.#seconds,
        );
      totals.window = of(end).since(of(begin), this.#seconds);
    }
    const { value, min, max } = this.#stations;
    totals.setGauge('ocpp_stations', { value, min: Number.isFinite(min) ? min : 0, max });
    this.#inspector.addTo(totals);
    return totals;
  }

  /** One statistic: of a trend as k6 has it, of anything else as it was counted. */
  statistic(totals: Totals, name: MetricName, statistic: string, filter: Filter): number | undefined {
    if (factsOf(name).type !== 'trend') return totals.statistic(name, statistic, filter);
    const tags = Object.entries(filter).map(([tag, value]) => `${tag}:${value}`);
    const { count = 0, ...values } =
      this.#summary.metrics[tags.length === 0 ? name : `${name}{${tags.join(',')}}`]?.values ?? {};
    if (statistic === 'count') return count;
    return count === 0 ? undefined : values[statistic === 'p(50)' ? 'med' : statistic];
  }

  report(totals: Totals): Record<string, MetricReport> {
    const counted = totals.report();
    const found: Record<string, MetricReport> = {};
    for (const name of metricNames) {
      const { type } = factsOf(name);
      const own = counted[name];
      const report = type === 'trend' ? this.#trend(name) : own && type === 'counter' ? this.#counter(name, own) : own;
      if (report !== undefined) found[name] = report;
    }
    return found;
  }

  notes(): string[] {
    return this.#inspector.notes();
  }

  /** k6 has the last word: a script that is stopped does not come to tell its last second. */
  #counter(name: MetricName, own: MetricReport): MetricReport {
    const last = (tag: string, values: Counted): Counted => {
      const count = this.#summary.metrics[tag === '' ? name : `${name}{${tag}}`]?.values['count'];
      return count === undefined ? values : { ...values, count };
    };
    const byTag = Object.fromEntries(Object.entries(own.byTag).map(([tag, values]) => [tag, last(tag, values)]));
    return { ...own, values: last('', own.values), byTag };
  }

  #counts(): Sums {
    const sums: Partial<Record<string, number>> = {};
    for (const pulse of this.#pulses.values()) {
      for (const [key, value] of Object.entries(pulse.sums)) {
        const { metric } = readSeriesKey(key);
        sums[metric] = (sums[metric] ?? 0) + value;
      }
    }
    return sums;
  }

  #trend(name: MetricName): MetricReport | undefined {
    const values = this.#summary.metrics[name]?.values;
    if (values === undefined || (values['count'] ?? 0) === 0) return undefined;
    const byTag: Record<string, Readonly<Record<string, number>>> = {};
    for (const [selector, { values: own }] of Object.entries(this.#summary.metrics)) {
      const [, tag] = /^\w+\{(action:[^,}]+)\}$/.exec(selector) ?? [];
      if (tag !== undefined && selector.startsWith(`${name}{`) && (own['count'] ?? 0) > 0) byTag[tag] = own;
    }
    const sorted = Object.entries(byTag).sort(([one], [other]) => one.localeCompare(other));
    return { type: 'trend', values, byTag: Object.fromEntries(sorted) };
  }
}
