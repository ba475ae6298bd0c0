/** Grade and load results on a terminal. */
import type { Grade, LoadReport, MetricReport } from '../src/report.ts';
import type { Palette } from './palette.ts';
import { clip, columns, oneLine, pad, padLeft, wrap } from './text.ts';

export function gradeLines(grade: Grade | null, paint: Palette, width: number): string[] {
  if (grade === null) return [];
  return [
    `Security grade ${paint.bold(oneLine(grade.value))}`,
    ...grade.reasons.flatMap((reason) =>
      wrap(`${oneLine(reason.case)}: ${oneLine(reason.says)}`, width - 4).map(
        (line, i) => `${i === 0 ? '  - ' : '    '}${line}`,
      ),
    ),
  ];
}

/** At most three digits after the point; large numbers grouped by thousands. */
export function number(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const rounded = Math.abs(value) >= 1000 ? Math.round(value) : Number(value.toFixed(value < 1 ? 4 : 2));
  const [whole = '', part] = String(rounded).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
  return part === undefined ? grouped : `${grouped}.${part}`;
}

/** What is worth a column, by type of metric. */
export const statistics: Readonly<Record<MetricReport['type'], readonly string[]>> = {
  counter: ['count', 'rate'],
  gauge: ['value', 'min', 'max'],
  rate: ['rate', 'count'],
  trend: ['count', 'avg', 'med', 'p(90)', 'p(95)', 'p(99)', 'p(99.9)', 'max'],
};

/** Known statistics in their order; for a metric that has none of them, what there is. */
export function valuesOf(type: MetricReport['type'], values: Readonly<Record<string, number>>): [string, number][] {
  const known = statistics[type].flatMap((name): [string, number][] => {
    const value = values[name];
    return value === undefined ? [] : [[name, value]];
  });
  return known.length > 0 ? known : Object.entries(values);
}

export function loadLines(load: LoadReport | null, paint: Palette, width: number): string[] {
  if (load === null) return [];
  const names = Object.keys(load.metrics);
  const first = Math.min(30, Math.max(0, ...names.map((name) => columns(oneLine(name)))));
  const metrics = names.flatMap((name) => {
    const metric = load.metrics[name];
    if (metric === undefined) return [];
    const values = valuesOf(metric.type, metric.values)
      .map(([key, value]) => `${key}=${number(value)}`)
      .join('  ');
    const lines = wrap(values, width - first - 4);
    return lines.map((line, i) => `  ${pad(i === 0 ? clip(oneLine(name), first) : '', first)}  ${line}`);
  });
  const thresholds = load.thresholds.map(({ metric, expr, ok, actual }) => {
    const mark = ok ? paint.green('✓') : paint.red('✗');
    const got = actual === null ? 'no data' : number(actual);
    return `  ${mark} ${clip(`${oneLine(metric)}: ${oneLine(expr)}`, width - 20)}  ${paint.dim(padLeft(got, 0))}`;
  });
  const { generator } = load;
  const late = `generator: ${generator.workers} workers, ${number(generator.cpuSeconds)} CPU s, ${number(generator.maxRssBytes / 2 ** 20)} MiB, lateness p(99) ${number(generator.latenessP99Ms)} ms`;
  return [
    `Load: ${number(load.stations)} stations, engine ${load.engine}`,
    ...metrics,
    ...thresholds,
    ...wrap(late, width - 2).map((line) => `  ${paint.dim(line)}`),
    ...(generator.saturated ? [paint.yellow('! the generator itself was late: do not trust these figures')] : []),
  ];
}
