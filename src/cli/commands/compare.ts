/** `plugproof compare`: what changed between runs. */
import type { Report } from '../../report.ts';
import { compareReports } from '../../run/compare.ts';
import { type ComparedLoad, compareLoads } from '../../run/compare-load.ts';
import { ExitCode } from '../../run/exit-code.ts';
import { readRun } from '../../run/read-run.ts';
import { UsageError } from '../../usage-error.ts';

/** Exit code 1 where a case got worse. @throws UsageError, JournalError where a run can't be read */
export async function compare(runs: readonly string[], options: Readonly<Record<string, unknown>>): Promise<number> {
  if (runs.length < 2) throw new UsageError('compare takes two runs or more, the oldest first');
  const reports = runs.map(readRun);
  const load = compareLoads(reports);
  if (load !== undefined) return showLoads(load, reports, options['json'] === true);
  if (reports.some((report) => report.load !== null))
    throw new UsageError('compare takes runs of one kind: these are load runs and others');
  const comparison = compareReports(reports);
  const code = comparison.regressions > 0 ? ExitCode.fail : ExitCode.ok;
  if (options['json'] === true) {
    process.stdout.write(`${JSON.stringify(comparison, null, 2)}\n`);
    return code;
  }
  const changed = comparison.cases.filter(({ change }) => change !== 'same');
  for (const { id, ocpp, verdicts, change } of changed) {
    process.stdout.write(
      `${change.padEnd(8)} ${ocpp.padEnd(6)} ${id}: ${verdicts.map((verdict) => verdict ?? '–').join(' → ')}\n`,
    );
  }
  const same = comparison.cases.length - changed.length;
  process.stdout.write(
    `${comparison.regressions} worse, ${changed.length - comparison.regressions} otherwise changed, ${same} the same\n`,
  );
  return code;
}

/** Exit code 1 where a threshold held in the first run and not in the last. */
function showLoads(load: ComparedLoad, reports: readonly Report[], json: boolean): number {
  const code = load.regressions > 0 ? ExitCode.fail : ExitCode.ok;
  if (json) {
    const runs = reports.map(({ run, sut }) => ({ id: run.id, startedAt: run.startedAt, url: sut.url }));
    process.stdout.write(`${JSON.stringify({ runs, ...load }, null, 2)}\n`);
    return code;
  }
  const number = (value: number | undefined) => (value === undefined ? '–' : String(Number(value.toPrecision(4))));
  for (const { metric, statistic, values, change } of load.figures) {
    const share =
      change === null || change === 0 ? '' : `${change > 0 ? '+' : '−'}${Math.abs(change * 100).toFixed(1)} %`;
    const line = `${`${metric} ${statistic}`.padEnd(32)} ${values.map((value) => number(value).padStart(9)).join(' → ')}  ${share}`;
    process.stdout.write(`${line.trimEnd()}\n`);
  }
  const word = (ok: boolean | undefined) => (ok === undefined ? '–' : ok ? 'met' : 'not met');
  for (const { metric, expr, ok, change } of load.thresholds) {
    if (change === 'same') continue;
    process.stdout.write(`${change.padEnd(8)} ${metric}: ${expr}: ${ok.map(word).join(' → ')}\n`);
  }
  process.stdout.write(`${load.regressions} of ${load.thresholds.length} thresholds worse\n`);
  return code;
}
