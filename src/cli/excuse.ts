/** The baseline, applied to each case as it ends. */
import { allCases } from '../../suites/index.ts';
import { octtOf } from '../judge/test-case.ts';
import type { CaseReport } from '../report.ts';
import { applyBaseline, checkBaseline, expiredNotes, loadBaseline } from '../sut/config/baseline.ts';
import type { Surroundings } from '../sut/config/load-config.ts';

/** What a baseline does to a run. */
export interface Excuses {
  readonly apply: (report: CaseReport) => CaseReport;
  /** What a reader has to know of it. */
  readonly notes: readonly string[];
}

/** @throws UsageError where the baseline names what there is not */
export function excuser(path: string | undefined, surroundings: Surroundings): Excuses {
  if (path === undefined) return { apply: (report) => report, notes: [] };
  const baseline = loadBaseline(path, surroundings);
  const known = allCases().flatMap((spec) =>
    spec.versions.map((ocpp) => ({ id: spec.id, ocpp, octt: octtOf(spec, ocpp), checks: Object.keys(spec.checks) })),
  );
  checkBaseline(baseline, known);
  return {
    apply: (report) => applyBaseline(baseline, report, Date.now()),
    notes: expiredNotes(baseline, Date.now()),
  };
}
