/** A load run for formats that know test cases only: one for each threshold, and one for the generator. */
import type { Report } from '../src/report.ts';

export interface LoadPoint {
  /** Stable from run to run. */
  readonly name: string;
  readonly outcome: 'pass' | 'fail' | 'inconclusive';
  /** One sentence, where the outcome is not pass. */
  readonly reason: string;
}

/** Empty for a run that is none. */
export function loadPoints({ load, partial }: Report): LoadPoint[] {
  if (load === null) return [];
  const { thresholds, generator } = load;
  const wrong = generator.saturated
    ? `it was late itself, by ${Math.round(generator.latenessP99Ms)} ms at the 99th percentile: its figures say little of the CSMS`
    : partial
      ? 'the run was stopped before its end'
      : '';
  return [
    ...thresholds.map(
      ({ metric, expr, ok, actual }): LoadPoint => ({
        name: `${metric}: ${expr}`,
        outcome: ok ? 'pass' : 'fail',
        reason: ok ? '' : actual === null ? 'there is no data' : `it was ${Math.round(actual * 1000) / 1000}`,
      }),
    ),
    { name: 'the load generator was in time', outcome: wrong === '' ? 'pass' : 'inconclusive', reason: wrong },
  ];
}
