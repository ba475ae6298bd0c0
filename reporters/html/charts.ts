/** Charts of a load run over time: the data that the page holds, drawn by uPlot, which it holds too. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { LoadReport } from '../../src/report.ts';
import { charts as client } from './client/charts.ts';

/** One chart; a line is a key of the series. */
interface Chart {
  readonly title: string;
  readonly unit: string;
  readonly lines: readonly (readonly [key: string, label: string])[];
  /** Where many seconds become one point: the worst of them, or their mean. */
  readonly of: 'worst' | 'mean';
}

const CHARTS: readonly Chart[] = [
  {
    title: 'Calls and connections',
    unit: 'a second',
    of: 'mean',
    lines: [
      ['ocpp_calls', 'calls'],
      ['ocpp_connects', 'connections opened'],
    ],
  },
  {
    title: 'Latency',
    unit: 'ms',
    of: 'worst',
    lines: [
      ['ocpp_call_latency p(50)', 'p(50), from due to answer'],
      ['ocpp_call_latency p(99)', 'p(99), from due to answer'],
      ['ocpp_command_latency p(99)', 'p(99), from control request to CALL'],
      ['generator_lateness p(99)', 'p(99), the generator itself was late'],
    ],
  },
  { title: 'Stations connected', unit: 'stations', of: 'worst', lines: [['ocpp_stations', 'connected']] },
  {
    title: 'Trouble',
    unit: 'a second',
    of: 'worst',
    lines: [
      ['ocpp_call_errors', 'CALLERRORs'],
      ['ocpp_calls_unanswered', 'unanswered'],
      ['ocpp_dropped_calls', 'dropped'],
      ['ocpp_answers_unexpected', 'unexpected answers'],
      ['ocpp_sessions_lost', 'sessions lost'],
      ['ocpp_connect_errors', 'connect errors'],
    ],
  },
  {
    title: 'Generator',
    unit: 'MiB',
    of: 'worst',
    lines: [['generator_memory', 'memory of plugproof']],
  },
];

/** Fewer points than this make no line. */
const LEAST_POINTS = 3;
/** More than this can't be seen. */
const MOST_POINTS = 1_200;

interface DrawnChart {
  readonly title: string;
  readonly unit: string;
  readonly labels: readonly string[];
  /** Demands of thresholds, as level lines. */
  readonly levels: readonly number[];
  /** Seconds, then one column for each label; null where nothing was measured. */
  readonly columns: readonly (readonly (number | null)[])[];
}

export const hasCharts = (load: LoadReport | null): load is LoadReport =>
  load !== null && load.series.length >= LEAST_POINTS;

/** What the script draws. Lines without any value are left out, and charts without lines. */
export function chartsOf(load: LoadReport): DrawnChart[] {
  const groups = grouped(load.series);
  const seconds = groups.map((group) => round((group.at(-1)?.at ?? 0) / 1000));
  return CHARTS.flatMap(({ title, unit, lines, of }): DrawnChart[] => {
    const drawn = lines.flatMap(([key, label]) => {
      const column = groups.map((group) => pointOf(group, key, of));
      return column.every((value) => value === null) ? [] : [{ label, column }];
    });
    if (drawn.length === 0) return [];
    const levels = title === 'Latency' ? levelsOf(load) : [];
    const columns = [seconds, ...drawn.map(({ column }) => column)];
    return [{ title, unit, labels: drawn.map(({ label }) => label), levels, columns }];
  });
}

type Series = LoadReport['series'];

function grouped(series: Series): Series[] {
  const size = Math.ceil(series.length / MOST_POINTS);
  return Array.from({ length: Math.ceil(series.length / size) }, (_, i) => series.slice(i * size, (i + 1) * size));
}

function pointOf(group: Series, key: string, of: Chart['of']): number | null {
  const values = group.flatMap(({ values }) => (values[key] === undefined ? [] : [values[key]]));
  if (values.length === 0) return null;
  if (of === 'mean') return round(values.reduce((sum, value) => sum + value, 0) / values.length);
  // Fewer stations are worse, more of anything else is.
  return round(key === 'ocpp_stations' ? Math.min(...values) : Math.max(...values));
}

const round = (value: number): number => Math.round(value * 1000) / 1000;

const levelsOf = ({ thresholds }: LoadReport): number[] =>
  thresholds.flatMap(({ metric, expr }) => {
    const [, number] = /^p\([\d.]+\)<=?(\d+(?:\.\d+)?)$/.exec(expr) ?? [];
    return metric.startsWith('ocpp_call_latency') && number !== undefined ? [Number(number)] : [];
  });

const require = createRequire(import.meta.url);
const source = (file: string): string => readFileSync(file, 'utf8').trim();

/** uPlot and what draws with it. @throws the system's error where the package is not whole */
export const chartScript = (): string =>
  `${source(require.resolve('uplot/dist/uPlot.iife.min.js'))}\n(() => {\n'use strict';\n${client}})();\n`;
export const chartStyle = (): string => source(require.resolve('uplot/dist/uPlot.min.css'));
