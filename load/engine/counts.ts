/** Where chargers and what is due are counted: in histograms of ours, or in the metrics of k6. */
import type { MetricName } from '../metrics.ts';

/** A counter that its owner raises. */
export interface Counter {
  value: number;
}

export interface Recorder {
  /** @param ms milliseconds */
  record(ms: number): void;
}

/** Counters of one action, for the hot path. */
export interface ActionCounts {
  readonly calls: Counter;
  /** Told of every CALLRESULT, and of every CALLERROR with its code. */
  answered(code?: string): void;
  readonly latency: Recorder;
  readonly service: Recorder;
}

export interface Counts {
  counter(metric: MetricName, action?: string, code?: string): Counter;
  trend(metric: MetricName, action?: string): Recorder;
  action(name: string): ActionCounts;
  /** All latencies and all latenesses of the second. */
  readonly latency: Recorder;
  readonly lateness: Recorder;
}
