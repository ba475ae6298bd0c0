/** One second of a run, as the series of the report has it. */
import type { MetricName } from '../metrics.ts';
import { percentileOf } from './buckets.ts';
import type { Pulse } from './tally.ts';

export type Sums = Readonly<Partial<Record<MetricName, number>>>;

export interface Second {
  readonly connected: number;
  /** Counted so far, over all tags. */
  readonly counts: Sums;
  /** Counted at the end of the last second. */
  readonly last: Sums;
  readonly seconds: number;
  /** Buckets of this second. */
  readonly latency: Uint32Array;
  readonly lateness: Uint32Array;
  /** Latencies of commands, where an operator is at work. */
  readonly commands?: Uint32Array;
  readonly memoryBytes?: number | undefined;
  /** How late the event loop of the busiest worker was, at the 99th percentile. */
  readonly loopDelayMs?: number | undefined;
}

/** Counters that are shown over time, as rates a second. */
const SERIES: readonly MetricName[] = [
  'ocpp_calls',
  'ocpp_call_errors',
  'ocpp_calls_unanswered',
  'ocpp_dropped_calls',
  'ocpp_answers_unexpected',
  'ocpp_connects',
  'ocpp_connect_errors',
  'ocpp_sessions_lost',
];

const MIB = 2 ** 20;

/** Shortest time that a rate is taken over. */
const LEAST_SECONDS = 0.001;

/** Rates a second, and percentiles of the second; what was not measured is left out. */
export function secondValues(second: Second): Record<string, number> {
  const { connected, counts, last, latency, lateness, memoryBytes } = second;
  const seconds = Math.max(LEAST_SECONDS, second.seconds);
  const values: Record<string, number> = { ocpp_stations: connected };
  for (const name of SERIES) values[name] = ((counts[name] ?? 0) - (last[name] ?? 0)) / seconds;
  const put = (name: string, value: number | undefined) => {
    if (value !== undefined) values[name] = value;
  };
  put('ocpp_call_latency p(50)', percentileOf(latency, 50));
  put('ocpp_call_latency p(99)', percentileOf(latency, 99));
  if (second.commands) put('ocpp_command_latency p(99)', percentileOf(second.commands, 99));
  put('generator_lateness p(99)', percentileOf(lateness, 99));
  put('generator_event_loop_delay p(99)', second.loopDelayMs);
  put('generator_memory', memoryBytes === undefined ? undefined : memoryBytes / MIB);
  return values;
}

/** What all workers counted so far. */
export function sumOf(pulses: readonly Pick<Pulse, 'counts'>[]): Partial<Record<MetricName, number>> {
  const sum: Partial<Record<MetricName, number>> = {};
  for (const { counts } of pulses) {
    for (const [name, value] of Object.entries(counts) as [MetricName, number][]) sum[name] = (sum[name] ?? 0) + value;
  }
  return sum;
}
