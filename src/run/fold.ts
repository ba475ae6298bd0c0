/** Journal → report: a fold, so that a run that was killed still has one. */
import type { CaseReport, Report, Summary } from '../report.ts';
import { gradeOf } from './grade.ts';
import type { JournalEntry } from './journal.ts';

const EMPTY: Summary = { pass: 0, warn: 0, fail: 0, inconclusive: 0, notApplicable: 0, error: 0, known: 0, stale: 0 };

/** Known failures and stale entries are counted as such and not by their verdict, so that all counts add up to the cases. */
export function summarise(cases: readonly CaseReport[]): Summary {
  const counts = { ...EMPTY };
  for (const { verdict, baseline } of cases) counts[baseline?.status ?? verdict]++;
  return counts;
}

/** @throws Error where the entries do not begin with a run */
export function fold(entries: readonly JournalEntry[]): Report {
  const [head] = entries;
  if (head?.type !== 'run') throw new Error('a journal begins with its run');
  const cases = entries.flatMap((entry) => (entry.type === 'case' ? [entry.case] : []));
  const notes = entries.flatMap((entry) => (entry.type === 'note' ? [entry.text] : []));
  const end = entries.findLast((entry) => entry.type === 'end');
  const load = entries.findLast((entry) => entry.type === 'load')?.load;
  const series = entries.flatMap((entry) => (entry.type === 'second' ? [entry.second] : []));
  const sorted = [...cases].sort((a, b) => a.id.localeCompare(b.id) || a.ocpp.localeCompare(b.ocpp));
  const summed = cases.reduce((sum, { durationMs }) => sum + durationMs, series.at(-1)?.at ?? 0);
  return {
    format: 'plugproof-report',
    formatVersion: 1,
    partial: end === undefined || end.partial,
    run: { ...head.run, durationMs: end?.durationMs ?? summed, notes: [...head.run.notes, ...notes] },
    sut: head.sut,
    summary: summarise(cases),
    cases: sorted,
    grade: gradeOf(cases, head.sut),
    load: load === undefined ? null : { ...load, series },
  };
}
