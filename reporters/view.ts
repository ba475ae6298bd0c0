/** What all reporters say of a Report in the same way: outcomes, counts, findings, headline, exit. */
import type { CaseReport, Level, Origin, Report, TraceEntry, Verdict } from '../src/report.ts';

/** A verdict with the baseline's word in it: what counts for the reader. */
export type Outcome = Verdict | 'known' | 'stale';

/** Worst first. */
export const outcomes = [
  'fail',
  'stale',
  'error',
  'inconclusive',
  'warn',
  'known',
  'notApplicable',
  'pass',
] as const satisfies readonly Outcome[];

/** Short names for tables, in the order of a table. */
export const outcomeNames: Readonly<Record<Outcome, string>> = {
  pass: 'pass',
  warn: 'warn',
  fail: 'fail',
  stale: 'stale',
  inconclusive: 'inconclusive',
  error: 'error',
  known: 'known',
  notApplicable: 'n/a',
};

const red: ReadonlySet<Outcome> = new Set(['fail', 'stale', 'error', 'inconclusive']);
/** True for what keeps a run from ending well. */
export const isRed = (outcome: Outcome): boolean => red.has(outcome);

/** `error` is ours and is never excused by a baseline. */
export function outcomeOf(one: Pick<CaseReport, 'verdict' | 'baseline'>): Outcome {
  return one.verdict === 'error' ? 'error' : (one.baseline?.status ?? one.verdict);
}

export type Counts = Record<Outcome, number>;

/** Each case counts once, under its outcome; the counts sum to the number of cases. */
export function count(cases: readonly CaseReport[]): Counts {
  const counts: Counts = {
    fail: 0,
    stale: 0,
    error: 0,
    inconclusive: 0,
    warn: 0,
    known: 0,
    notApplicable: 0,
    pass: 0,
  };
  for (const one of cases) counts[outcomeOf(one)]++;
  return counts;
}

/** Groups in order of first appearance. */
export function groupBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const name = key(item);
    const group = groups.get(name);
    if (group) group.push(item);
    else groups.set(name, [item]);
  }
  return groups;
}

/** One thing wrong in a case: a check or an invariant that did not pass. */
export interface Finding {
  readonly from: 'check' | 'invariant';
  readonly id: string;
  readonly verdict: Verdict;
  readonly ref?: string;
  readonly level?: Level;
  /** What is demanded; for an invariant what was found. */
  readonly says: string;
  readonly blame: Origin;
  readonly expected?: string;
  readonly actual?: string;
  readonly message?: string;
  readonly frame?: number;
  /** JSON pointer into the payload of the frame. */
  readonly path?: string;
}

const rank = (verdict: Verdict): number => ['error', 'fail', 'warn', 'inconclusive'].indexOf(verdict);

/** Worst first; the first one decided the case. Checks that were never reached come last. */
export function findingsOf(one: CaseReport): Finding[] {
  const checks = one.checks.map(
    (check): Finding => ({ ...check, from: 'check', blame: check.verdict === 'error' ? 'harness' : 'sut' }),
  );
  const invariants = one.invariants.map(
    ({ message, ...rest }): Finding => ({ ...rest, from: 'invariant', says: message }),
  );
  return [...checks, ...invariants]
    .filter((finding) => rank(finding.verdict) >= 0)
    .sort((a, b) => rank(a.verdict) - rank(b.verdict));
}

/** The deciding entry with the CALL it answers and its neighbours; the end of the trace where no entry decided. */
export function entriesAround(one: CaseReport, n: number | undefined, before = 2, after = 1): TraceEntry[] {
  const at = n === undefined ? -1 : one.trace.findIndex((entry) => entry.n === n);
  if (at < 0) return one.trace.slice(-(before + after));
  const asked = one.trace[at]?.answers;
  return one.trace.filter((entry, i) => (i >= at - before && i <= at + after) || entry.n === asked);
}

/** A unique, stable key for each case: its id, with the version where two versions ran it. */
export function keysOf(cases: readonly CaseReport[]): string[] {
  const perId = groupBy(cases, (one) => one.id);
  const seen = new Map<string, number>();
  return cases.map((one) => {
    const several = (perId.get(one.id)?.length ?? 0) > 1;
    const key = several ? `${one.id}@${one.ocpp}` : one.id;
    const times = (seen.get(key) ?? 0) + 1;
    seen.set(key, times);
    return times > 1 ? `${key}~${times}` : key;
  });
}

/** `1 case`, `2 cases`. */
export const plural = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`;

export type Tone = 'good' | 'warn' | 'bad' | 'unknown';

/** The whole run in one sentence of plain words, and how it looks. */
export function headline(report: Report): { readonly tone: Tone; readonly title: string; readonly says: string } {
  const counts = count(report.cases);
  const total = report.cases.length;
  const stopped = report.partial ? ` Stopped before its end: ${total} of ${report.run.planned} planned were run.` : '';
  const crossed = report.load?.thresholds.filter((threshold) => !threshold.ok) ?? [];
  const unjudged = counts.inconclusive + counts.error;
  const also = unjudged > 0 ? ` ${plural(unjudged, 'more case')} could not be judged.` : '';
  if (counts.fail > 0) {
    const says = `${counts.fail} of ${plural(total, 'case')} ${counts.fail === 1 ? 'fails' : 'fail'}.${also}${stopped}`;
    return { tone: 'bad', title: 'Does not conform', says };
  }
  if (counts.stale > 0) {
    const one = counts.stale === 1;
    const says = `${plural(counts.stale, 'case')} that the baseline lists as known to fail ${one ? 'does not fail' : 'do not fail'} any more.${also}${stopped}`;
    return { tone: 'bad', title: 'Baseline is out of date', says };
  }
  if (crossed.length > 0) {
    const of = plural(report.load?.thresholds.length ?? 0, 'threshold');
    const noData = crossed.every((threshold) => threshold.actual === null) ? ', for lack of data' : '';
    const verb = crossed.length === 1 ? 'is' : 'are';
    return {
      tone: 'bad',
      title: 'Load thresholds not met',
      says: `${crossed.length} of ${of} ${verb} not met${noData}.${stopped}`,
    };
  }
  if (unjudged > 0) {
    const says = `${unjudged} of ${plural(total, 'case')} could not be judged; none of the others fails.${stopped}`;
    return { tone: 'unknown', title: 'Could not judge', says };
  }
  if (report.load?.generator.saturated)
    return {
      tone: 'unknown',
      title: 'Could not judge',
      says: `The load generator itself was late: its figures say little about the SUT.${stopped}`,
    };
  const judged = counts.pass + counts.warn;
  if (total > 0 && judged === 0)
    return { tone: 'unknown', title: 'Nothing was shown', says: `No case was judged as passed.${stopped}` };
  if (total === 0 && report.load === null)
    return { tone: 'unknown', title: 'Nothing was run', says: `No case was run.${stopped}` };
  if (report.partial) return { tone: 'unknown', title: 'Stopped early', says: `Nothing failed so far.${stopped}` };
  const met = report.load ? ` ${plural(report.load.thresholds.length, 'threshold')} met.` : '';
  const cases = total > 0 ? `${plural(judged, 'case')} passed${excuses(counts)}.` : '';
  return {
    tone: counts.warn > 0 ? 'warn' : 'good',
    title: total > 0 ? 'Conforms' : 'Load thresholds met',
    says: `${cases}${met}`.trim(),
  };
}

function excuses(counts: Counts): string {
  const parts = [
    counts.warn > 0 ? `${counts.warn} with a warning` : '',
    counts.known > 0 ? plural(counts.known, 'known failure') : '',
    counts.notApplicable > 0 ? `${counts.notApplicable} not applicable` : '',
  ].filter((part) => part !== '');
  return parts.length > 0 ? ` (${parts.join(', ')})` : '';
}

const exitMeanings: Readonly<Record<number, string>> = {
  0: 'conforms, thresholds met',
  1: 'does not conform, or the baseline is out of date',
  2: 'usage or configuration',
  3: 'could not judge',
  4: 'a load threshold is not met',
  70: 'a defect of plugproof itself',
  130: 'stopped by a signal',
  143: 'stopped by a signal',
};

/** The exit code, the caller's if it gave one, and what it means. */
export function exitOf(report: Report, given?: number): { readonly code: number; readonly means: string } {
  const { tone, title } = headline(report);
  const derived = tone === 'bad' ? (title === 'Load thresholds not met' ? 4 : 1) : tone === 'unknown' ? 3 : 0;
  const code = given ?? derived;
  return { code, means: exitMeanings[code] ?? 'unknown' };
}

/** Kind of a failure, for the formats that have a type. */
export type FailureType = 'schema' | 'sequence' | 'timeout' | 'value';

export function failureType(findings: readonly Finding[]): FailureType {
  const failed = findings.filter((finding) => finding.verdict === 'fail');
  const [first] = failed;
  if (first === undefined) return 'value';
  if (failed.some((finding) => /schema/i.test(finding.id))) return 'schema';
  const words = `${first.message ?? ''} ${first.actual ?? ''}`;
  if (/\b(time[sd]? ?out|no answer|no response|silence|nothing came|did not come|in time)\b/i.test(words))
    return 'timeout';
  return first.from === 'invariant' ? 'sequence' : 'value';
}

/** Whose trouble an `error` is: ours, or an SUT that could not be reached. */
export function errorType({ verdict, cause }: CaseReport): 'inconclusive' | 'harness' | 'unreachable' {
  if (verdict === 'inconclusive') return 'inconclusive';
  return cause === 'unreachable' ? 'unreachable' : 'harness';
}

/** Why a case is what it is, in one sentence. */
export function reasonOf(one: CaseReport): string {
  if (one.reason !== undefined && one.reason !== '') return one.reason;
  const first = findingsOf(one)[0];
  return first ? (first.message ?? first.says) : '';
}
