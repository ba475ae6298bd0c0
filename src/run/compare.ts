/** What changed between runs: case by case, the first run being what the others are held against. */
import type { CaseReport, Report } from '../report.ts';

/** How one case went in each run; undefined where a run has no such case. */
export interface ComparedCase {
  readonly id: string;
  readonly ocpp: string;
  readonly verdicts: readonly (string | undefined)[];
  /** Of the last run against the first. */
  readonly change: 'same' | 'worse' | 'better' | 'added' | 'removed';
}

export interface Comparison {
  readonly runs: readonly { readonly id: string; readonly startedAt: string; readonly url: string }[];
  readonly cases: readonly ComparedCase[];
  readonly regressions: number;
}

/** From best to worst, for comparing: not judged lies between judged right and judged wrong. */
const RANK: Readonly<Record<string, number>> = {
  pass: 0,
  notApplicable: 0,
  known: 1,
  warn: 1,
  stale: 1,
  inconclusive: 2,
  fail: 3,
  error: 4,
};

const outcome = (report: CaseReport | undefined): string | undefined =>
  report && (report.baseline?.status ?? report.verdict);

/** @param reports at least two, oldest first */
export function compareReports(reports: readonly Report[]): Comparison {
  const maps = reports.map(({ cases }) => new Map(cases.map((one) => [`${one.ocpp} ${one.id}`, one])));
  const keys = [...new Set(maps.flatMap((map) => [...map.keys()]))].sort();
  const cases = keys.map((key): ComparedCase => {
    const verdicts = maps.map((map) => outcome(map.get(key)));
    const [ocpp = '', id = ''] = key.split(' ');
    return { id, ocpp, verdicts, change: changeOf(verdicts[0], verdicts.at(-1)) };
  });
  return {
    runs: reports.map(({ run, sut }) => ({ id: run.id, startedAt: run.startedAt, url: sut.url })),
    cases,
    regressions: cases.filter(({ change }) => change === 'worse').length,
  };
}

function changeOf(before: string | undefined, after: string | undefined): ComparedCase['change'] {
  if (before === undefined) return 'added';
  if (after === undefined) return 'removed';
  const [was = 0, is = 0] = [RANK[before], RANK[after]];
  return is > was ? 'worse' : is < was ? 'better' : 'same';
}
