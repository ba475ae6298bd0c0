/** What changed between load runs: thresholds that broke or hold again, and the figures that people look at. */
import type { LoadReport, Report } from '../report.ts';

/** A figure of each run; undefined where a run does not have it. */
export interface ComparedFigure {
  readonly metric: string;
  readonly statistic: string;
  readonly values: readonly (number | undefined)[];
  /** The last against the first, as a share of the first: 0.1 is a tenth more; null where there is none. */
  readonly change: number | null;
}

export interface ComparedThreshold {
  readonly metric: string;
  readonly expr: string;
  readonly ok: readonly (boolean | undefined)[];
  readonly change: 'same' | 'worse' | 'better' | 'added' | 'removed';
}

export interface ComparedLoad {
  readonly figures: readonly ComparedFigure[];
  readonly thresholds: readonly ComparedThreshold[];
  readonly regressions: number;
}

const FIGURES: readonly (readonly [metric: string, ...statistics: string[]])[] = [
  ['ocpp_calls', 'count', 'rate'],
  ['ocpp_call_errors', 'rate'],
  ['ocpp_call_latency', 'med', 'p(99)', 'max'],
  ['ocpp_call_service_time', 'med', 'p(99)'],
  ['ocpp_calls_unanswered', 'count'],
  ['ocpp_dropped_calls', 'count'],
  ['ocpp_answers_unexpected', 'count'],
  ['ocpp_sessions_lost', 'count'],
  ['ocpp_connect_errors', 'count'],
  ['ocpp_connect_time', 'p(99)'],
  ['ocpp_boot_to_accepted', 'p(99)'],
  ['ocpp_command_latency', 'p(99)'],
  ['ocpp_schema_violations', 'count'],
  ['ocpp_invariant_breaches', 'count'],
  ['ocpp_capacity', 'value'],
  ['generator_lateness', 'p(99)'],
];

/** @returns undefined where a run is no load run @param reports at least two, oldest first */
export function compareLoads(reports: readonly Report[]): ComparedLoad | undefined {
  const loads = reports.flatMap(({ load }) => (load === null ? [] : [load]));
  if (loads.length < reports.length) return undefined;
  const figures = FIGURES.flatMap(([metric, ...statistics]) =>
    statistics.flatMap((statistic) => figureOf(loads, metric, statistic)),
  );
  const names = [
    ...new Set(loads.flatMap(({ thresholds }) => thresholds.map(({ metric, expr }) => `${metric}\n${expr}`))),
  ];
  const thresholds = names.map((name): ComparedThreshold => {
    const [metric = '', expr = ''] = name.split('\n');
    const ok = loads.map(({ thresholds: all }) => all.find((one) => one.metric === metric && one.expr === expr)?.ok);
    return { metric, expr, ok, change: changeOf(ok[0], ok.at(-1)) };
  });
  return { figures, thresholds, regressions: thresholds.filter(({ change }) => change === 'worse').length };
}

function figureOf(loads: readonly LoadReport[], metric: string, statistic: string): ComparedFigure[] {
  const values = loads.map(({ metrics }) => metrics[metric]?.values[statistic]);
  if (values.every((value) => value === undefined)) return [];
  const [first, last] = [values[0], values.at(-1)];
  const change = first === undefined || last === undefined || first === 0 ? null : (last - first) / first;
  return [{ metric, statistic, values, change: first === 0 && last === 0 ? 0 : change }];
}

function changeOf(before: boolean | undefined, after: boolean | undefined): ComparedThreshold['change'] {
  if (before === undefined) return 'added';
  if (after === undefined) return 'removed';
  return before === after ? 'same' : after ? 'better' : 'worse';
}
