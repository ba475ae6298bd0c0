/** `plugproof report`: the reports of a run, made again from its journal. */
import { exitCodeOf } from '../../run/exit-code.ts';
import { folderOf, readRun } from '../../run/read-run.ts';
import { readReportRequests } from '../report-option.ts';
import { writeReports } from '../write-reports.ts';

/** @throws JournalError where there is no run */
export async function report(options: Readonly<Record<string, unknown>>): Promise<number> {
  const from = String(options['from']);
  const made = readRun(from);
  const folder = folderOf(from);
  const requests = readReportRequests(options['report'] as readonly string[] | undefined);
  await writeReports(made, requests, { folder, exitCode: exitCodeOf(made), quiet: false });
  return 0;
}
