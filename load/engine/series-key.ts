/** A series: a metric with its tags, as one text. */
import type { MetricName } from '../metrics.ts';

/** `ocpp_calls|Heartbeat|` : metric, action, code; the last two may be empty. */
export type SeriesKey = string;

export const seriesKey = (metric: MetricName, action = '', code = ''): SeriesKey => `${metric}|${action}|${code}`;

export interface Series {
  readonly metric: string;
  readonly action: string;
  readonly code: string;
}

export function readSeriesKey(key: SeriesKey): Series {
  const [metric = '', action = '', code = ''] = key.split('|');
  return { metric, action, code };
}

/** Answers by action; not a metric of its own, but what the rate of errors is taken over. */
export const ANSWERS = 'answers';
