/** Thresholds in k6's words: `ocpp_call_latency{action:Heartbeat}: p(99)<500`. No data is a failure. */
import { nearest } from '../src/nearest.ts';
import type { LoadReport } from '../src/report.ts';
import type { Totals } from './engine/totals.ts';
import { factsOf, type MetricName, type MetricType, metricNames, type Tag } from './metrics.ts';
import type { Threshold } from './workload.ts';

/** A threshold that was understood, or what is wrong with it. */
export type ThresholdReading =
  | { readonly ok: true; readonly value: Threshold }
  | { readonly ok: false; readonly says: string; readonly fix: string };

const STATISTICS: Readonly<Record<MetricType, readonly string[]>> = {
  counter: ['count', 'rate'],
  gauge: ['value', 'min', 'max'],
  rate: ['rate', 'count'],
  trend: ['count', 'avg', 'min', 'med', 'max', 'p(N)'],
};

const bad = (says: string, fix: string): ThresholdReading => ({ ok: false, says, fix });

const did = (wrong: string, words: readonly string[]): string => {
  const near = nearest(wrong, words);
  return near === undefined ? '' : `Did you mean '${near}'? `;
};

/** `METRIC{TAG:VALUE}: STATISTIC OPERATOR NUMBER`, as on the command line. */
export function readThreshold(text: string): ThresholdReading {
  const [, selector, expr] = /^\s*([^:{}\s]+\s*(?:\{[^{}]*\})?)\s*:\s*(.+?)\s*$/.exec(text) ?? [];
  if (selector === undefined || expr === undefined) {
    return bad(
      `'${text}' is no threshold`,
      "Write METRIC: STATISTIC OPERATOR NUMBER, such as 'ocpp_call_latency: p(99)<500'.",
    );
  }
  return readExpression(selector, expr);
}

/** A metric with its tags, and the expression over it, as they stand apart in a workload file. */
export function readExpression(selectorText: string, expression: string): ThresholdReading {
  const selector = selectorText.replace(/\s+/g, '');
  const [, name = '', , tagText] = /^([^{}]+)(\{([^{}]*)\})?$/.exec(selector) ?? [];
  const metric = metricNames.find((known) => known === name);
  if (metric === undefined) {
    return bad(`there is no metric '${name}'`, `${did(name, metricNames)}There are: ${metricNames.join(', ')}.`);
  }
  const filter: Partial<Record<Tag, string>> = {};
  for (const pair of tagText === undefined || tagText === '' ? [] : tagText.split(',')) {
    const at = pair.indexOf(':');
    const [key, value] = [pair.slice(0, Math.max(0, at)), pair.slice(at + 1)];
    const tag = factsOf(metric).tags.find((known) => known === key);
    if (tag === undefined || value === '') {
      const known = factsOf(metric).tags;
      const fix = known.length === 0 ? 'It has no tags.' : `${did(key, known)}It has: ${known.join(', ')}.`;
      return bad(`${metric} has no tag '${pair}'`, fix);
    }
    filter[tag] = value;
  }
  return readComparison(metric, selector, filter, expression.replace(/\s+/g, ''));
}

function readComparison(
  metric: MetricName,
  selector: string,
  filter: Threshold['filter'],
  expr: string,
): ThresholdReading {
  const [, statistic = '', operator, number] = /^([\w().]+?)(<=|>=|===?|!==?|<|>)(-?\d+(?:\.\d+)?)$/.exec(expr) ?? [];
  const { type } = factsOf(metric);
  const words = STATISTICS[type];
  if (operator === undefined || number === undefined) {
    return bad(`'${expr}' is no expression`, `Write ${words[0]}>0, or the like; a number has no unit and is in ms.`);
  }
  const percentile = /^p\((\d+(?:\.\d+)?)\)$/.exec(statistic);
  const known = percentile === null ? words.includes(statistic) && statistic !== 'p(N)' : type === 'trend';
  if (!known || Number(percentile?.[1] ?? 0) > 100) {
    return bad(
      `${metric} is a ${type} and has no '${statistic}'`,
      `${did(statistic, words)}It has: ${words.join(', ')}.`,
    );
  }
  // k6 takes === for ==.
  const plain = operator.slice(0, 2) as Threshold['operator'];
  return { ok: true, value: { metric, selector, filter, expr, statistic, operator: plain, value: Number(number) } };
}

const COMPARE: Readonly<Record<Threshold['operator'], (one: number, other: number) => boolean>> = {
  '<': (one, other) => one < other,
  '<=': (one, other) => one <= other,
  '>': (one, other) => one > other,
  '>=': (one, other) => one >= other,
  '==': (one, other) => one === other,
  '!=': (one, other) => one !== other,
};

export type ThresholdVerdict = LoadReport['thresholds'][number];

/** A threshold without data fails: nothing measured is not fast. */
export function judge(threshold: Threshold, totals: Pick<Totals, 'statistic'>): ThresholdVerdict {
  const { metric, selector, filter, expr, statistic, operator, value } = threshold;
  const actual = totals.statistic(metric, statistic, filter);
  return {
    metric: selector,
    expr,
    ok: actual !== undefined && COMPARE[operator](actual, value),
    actual: actual ?? null,
  };
}

/** A run that sent nothing shows nothing. */
export const SANITY: Threshold = {
  metric: 'ocpp_calls',
  selector: 'ocpp_calls',
  filter: {},
  expr: 'count>0',
  statistic: 'count',
  operator: '>',
  value: 0,
};

/** With the sanity threshold, once. */
export const withSanity = (thresholds: readonly Threshold[]): readonly Threshold[] =>
  thresholds.some(({ selector, expr }) => selector === SANITY.selector && expr === SANITY.expr)
    ? thresholds
    : [SANITY, ...thresholds];
