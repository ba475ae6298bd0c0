/** The baseline, applied to each case as it ends. */
import { allCases } from '../../suites/index.ts';
import { octtOf } from '../judge/test-case.ts';
import type { CaseReport } from '../report.ts';
import { applyBaseline, checkBaseline, loadBaseline } from '../sut/config/baseline.ts';
import type { Surroundings } from '../sut/config/load-config.ts';

/** @throws UsageError where the baseline names what there is not */
export function excuser(path: string | undefined, surroundings: Surroundings): (report: CaseReport) => CaseReport {
  if (path === undefined) return (report) => report;
  const baseline = loadBaseline(path, surroundings);
  const known = allCases().flatMap((spec) =>
    spec.versions.map((ocpp) => ({ id: spec.id, ocpp, octt: octtOf(spec, ocpp), checks: Object.keys(spec.checks) })),
  );
  checkBaseline(baseline, known);
  return (report) => applyBaseline(baseline, report, Date.now());
}
