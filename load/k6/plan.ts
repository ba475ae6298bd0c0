/** What the k6 script is told: a file of plain data that lies beside it. */
import { CALLS_OF_STATIONS } from '../actions.ts';
import type { FleetPlan } from '../engine/fleet-plan.ts';
import { factsOf, LATE, type MetricName, metricNames } from '../metrics.ts';
import type { Threshold, Workload } from '../workload.ts';

/** Stations that were made up, or named ones. */
export type Identities =
  | { readonly prefix: string; readonly digits: number; readonly count: number }
  | readonly string[];

export interface K6Plan {
  readonly fleet: Pick<FleetPlan, 'url' | 'build' | 'timeoutMs' | 'seed' | 'hears' | 'total'>;
  readonly identities: Identities;
  /** Dealt out in turn. */
  readonly versions: readonly string[];
  /** HTTP basic credentials by station; left out where the environment brings a password, or there is none. */
  readonly basic?: readonly (string | null)[];
  readonly workload: Pick<Workload, 'rampMs' | 'durationMs' | 'gracefulStopMs' | 'scenarios'>;
  readonly vus: number;
  /** Frames are sampled and told, for who reads the log. */
  readonly samples: boolean;
  /** Options of k6 itself. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** Stations of one VU: each VU costs, and each shares one processor at most. */
const STATIONS_A_VU = 200;
export const defaultVus = (stations: number): number => Math.ceil(stations / STATIONS_A_VU);

/** No VU hears of the others: the load begins so long after the ramp, registered or not. */
export const AFTER_RAMP_MS = 2_000;
/** Closing handshakes, and what k6 itself takes. */
const SPARE_MS = 15_000;

/** Metrics that exist in the script; the others are made by who reads its log. */
const ELSEWHERE: readonly MetricName[] = [
  'ocpp_frames_validated',
  'ocpp_schema_violations',
  'ocpp_frames_judged',
  'ocpp_invariant_breaches',
  'ocpp_command_latency',
  'generator_event_loop_delay',
  'generator_cpu',
  'http_reqs',
  'http_req_failed',
  'http_req_duration',
  'ocpp_commands_lost',
  'ocpp_latency_drift',
  'ocpp_capacity',
];
export const k6MetricNames = metricNames.filter((name) => !ELSEWHERE.includes(name));

/** k6 takes a counter's rate over the whole test, and a gauge from one VU: these are judged by plugproof alone. */
const sameInK6 = ({ metric, statistic }: Threshold): boolean =>
  k6MetricNames.includes(metric) &&
  factsOf(metric).type !== 'gauge' &&
  !(factsOf(metric).type === 'counter' && statistic === 'rate') &&
  !(factsOf(metric).type === 'rate' && statistic === 'count');

const TREND_STATISTICS = ['count', 'avg', 'min', 'med', 'max', 'p(90)', 'p(95)', 'p(99)', 'p(99.9)'];

/** True of anything: k6 keeps a tag apart only where a threshold asks for it. */
const ASKS: Readonly<Record<string, string>> = { counter: 'count>=0', rate: 'rate>=0', trend: 'max>=0' };

/** Options of the script: one iteration a VU, thresholds in k6's own words, every action kept apart. */
export function k6Options(workload: Workload, vus: number): Readonly<Record<string, unknown>> {
  const thresholds: Record<string, string[]> = {};
  const ask = (selector: string, expr: string) => {
    thresholds[selector] ??= [];
    thresholds[selector]?.push(expr);
  };
  for (const one of workload.thresholds) {
    if (sameInK6(one)) ask(one.selector, one.expr.replace(/^p\(50\)/, 'med'));
  }
  for (const name of k6MetricNames) {
    const { type, tags } = factsOf(name);
    const asks = ASKS[type];
    if (asks === undefined || !(tags as readonly string[]).includes('action')) continue;
    const actions = name === 'generator_lateness' ? Object.values(LATE) : CALLS_OF_STATIONS;
    for (const action of name === 'ocpp_calls_received' ? [] : actions) ask(`${name}{action:${action}}`, asks);
  }
  const { rampMs, durationMs, gracefulStopMs } = workload;
  return {
    scenarios: {
      stations: {
        executor: 'per-vu-iterations',
        vus,
        iterations: 1,
        maxDuration: `${Math.ceil((rampMs + AFTER_RAMP_MS + durationMs + gracefulStopMs + SPARE_MS) / 1000)}s`,
        gracefulStop: '0s',
      },
    },
    thresholds,
    summaryTrendStats: [
      ...new Set([
        ...TREND_STATISTICS,
        ...workload.thresholds.map(({ statistic }) => statistic).filter((word) => /^p\(/.test(word)),
      ]),
    ],
    // One series for each address would be one for each station.
    systemTags: ['scenario', 'subproto', 'error_code'],
  };
}
