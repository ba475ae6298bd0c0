/** How verdicts combine: a verdict only ever gets worse. */
import type { CheckReport, InvariantReport, Level, Verdict } from '../report.ts';

/** From best to worst; `error` is ours and is never excused. */
const order: readonly Verdict[] = ['notApplicable', 'pass', 'warn', 'inconclusive', 'fail', 'error'];

export const worse = (one: Verdict, other: Verdict): Verdict =>
  order.indexOf(one) >= order.indexOf(other) ? one : other;

/** What a broken requirement of `level` amounts to. */
export const verdictOf = (level: Level, strict: boolean): Verdict =>
  level === 'SHALL' || (strict && level === 'SHOULD') ? 'fail' : 'warn';

/** The worst of everything that was judged in a case; nothing judged at all is inconclusive. */
export function caseVerdict(checks: readonly CheckReport[], invariants: readonly InvariantReport[]): Verdict {
  if (checks.length === 0) return 'inconclusive';
  return [...checks, ...invariants].map((judged) => judged.verdict).reduce(worse, 'notApplicable');
}
