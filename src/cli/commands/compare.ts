/** `plugproof compare`: what changed between runs. */
import { readFileSync } from 'node:fs';
import type { Report } from '../../report.ts';
import { compareReports } from '../../run/compare.ts';
import { ExitCode } from '../../run/exit-code.ts';
import { fold } from '../../run/fold.ts';
import { readJournal } from '../../run/journal.ts';
import { UsageError } from '../../usage-error.ts';

/** Exit code 1 where a case got worse. @throws UsageError where a run can't be read */
export async function compare(runs: readonly string[], options: Readonly<Record<string, unknown>>): Promise<number> {
  if (runs.length < 2) throw new UsageError('compare takes two runs or more, the oldest first');
  const comparison = compareReports(runs.map(read));
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

function read(path: string): Report {
  if (!path.endsWith('.json')) return fold(readJournal(path));
  try {
    const report = JSON.parse(readFileSync(path, 'utf8')) as Report;
    if (report.format === 'plugproof-report') return report;
  } catch (cause) {
    throw new UsageError(`${path} can't be read: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
  throw new UsageError(`${path} is no report of plugproof`);
}
