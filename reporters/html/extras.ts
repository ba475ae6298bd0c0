/** Grade and load results in the HTML report. */
import type { Grade, LoadReport, MetricReport, Report } from '../../src/report.ts';
import { number, statistics, valuesOf } from '../console-parts.ts';
import { html } from '../text.ts';
import type { Outcome } from '../view.ts';

const gradeLooks = (value: string): Outcome => (/^A/.test(value) ? 'pass' : /^[BC]/.test(value) ? 'warn' : 'fail');

export function gradeSection(grade: Grade | null, report: Report, keys: readonly string[]): string {
  if (grade === null) return '';
  const link = (id: string) => {
    const key = keys[report.cases.findIndex((one) => one.id === id)];
    return key === undefined ? html(id) : `<a class="mono" href="#${html(encodeURI(key))}">${html(id)}</a>`;
  };
  const reasons = grade.reasons.map((reason) => `<li>${html(reason.says)}<br>${link(reason.case)}</li>`).join('');
  return [
    '<section aria-labelledby="_grade"><h2 id="_grade">Security grade</h2>',
    `<div class="card grade"><div class="letter ${gradeLooks(grade.value)}">${html(grade.value)}</div>`,
    `<ul>${reasons === '' ? '<li>Nothing was found that lowers it.</li>' : reasons}</ul></div></section>`,
  ].join('\n');
}

/** @param charts there is something to draw over time */
export function loadSection(load: LoadReport | null, charts: boolean): string {
  if (load === null) return '';
  const { generator } = load;
  const late = [
    `${generator.workers} workers`,
    `${number(generator.cpuSeconds)} CPU s`,
    `${number(generator.maxRssBytes / 2 ** 20)} MiB`,
    `lateness p(99) ${number(generator.latenessP99Ms)} ms`,
  ].join(' · ');
  return [
    `<section aria-labelledby="_load"><h2 id="_load">Load: ${number(load.stations)} stations, engine ${html(load.engine)}</h2>`,
    generator.saturated
      ? '<p class="notes card">The load generator itself was late: its figures say little about the SUT.</p>'
      : '',
    '<div class="card load">',
    thresholds(load),
    charts ? '<h3>Over time</h3><div id="_charts" class="charts"></div>' : '',
    trends(load),
    others(load),
    `<p class="muted">Generator: ${html(late)}</p></div></section>`,
  ].join('\n');
}

function thresholds(load: LoadReport): string {
  if (load.thresholds.length === 0) return '';
  const rows = load.thresholds.map(
    ({ metric, expr, ok, actual }) =>
      `<tr><td class="${ok ? 'yes' : 'no'}">${ok ? '✓ met' : '✗ not met'}</td><th scope="row">${html(metric)}</th><td class="mono">${html(expr)}</td><td class="n">${actual === null ? 'no data' : number(actual)}</td></tr>`,
  );
  return table('Thresholds', ['', 'Metric', 'Demand'], ['Actual'], rows);
}

const table = (title: string, words: readonly string[], numbers: readonly string[], rows: readonly string[]): string =>
  [
    `<h3>${title}</h3><div class="scroll"><table><thead><tr>`,
    ...words.map((name) => `<th scope="col">${html(name)}</th>`),
    ...numbers.map((name) => `<th scope="col" class="n">${html(name)}</th>`),
    `</tr></thead><tbody>${rows.join('\n')}</tbody></table></div>`,
  ].join('');

const metricsOf = (load: LoadReport, isTrend: boolean): [string, MetricReport][] =>
  Object.entries(load.metrics).filter(([, metric]) => (metric.type === 'trend') === isTrend);

/** One column a statistic, and under each metric its tags. */
function trends(load: LoadReport): string {
  const row = (name: string, values: Readonly<Record<string, number>>, tag: boolean) =>
    `<tr${tag ? ' class="tag"' : ''}><th scope="row">${html(name)}</th>${statistics.trend
      .map((key) => `<td class="n">${values[key] === undefined ? '' : number(values[key])}</td>`)
      .join('')}</tr>`;
  const rows = metricsOf(load, true).flatMap(([name, metric]) => [
    row(name, metric.values, false),
    ...Object.entries(metric.byTag).map(([tag, values]) => row(tag, values, true)),
  ]);
  return rows.length === 0 ? '' : table('Times, ms', ['Metric'], statistics.trend, rows);
}

function others(load: LoadReport): string {
  const row = (name: string, type: MetricReport['type'], values: Readonly<Record<string, number>>, tag: boolean) => {
    const list = valuesOf(type, values).map(([key, value]) => `${html(key)} ${number(value)}`);
    return `<tr${tag ? ' class="tag"' : ''}><th scope="row">${html(name)}</th><td class="n">${list.join(' &nbsp; ')}</td></tr>`;
  };
  const rows = metricsOf(load, false).flatMap(([name, metric]) => [
    row(name, metric.type, metric.values, false),
    ...Object.entries(metric.byTag).map(([tag, values]) => row(tag, metric.type, values, true)),
  ]);
  return rows.length === 0 ? '' : table('Counts and rates', ['Metric'], ['Values'], rows);
}
