/** `plugproof report`: the reports of a run, made again from its journal. */
import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { exitCodeOf } from '../../run/exit-code.ts';
import { fold } from '../../run/fold.ts';
import { readJournal } from '../../run/journal.ts';
import { readReportRequests } from '../report-option.ts';
import { writeReports } from '../write-reports.ts';

/** @throws JournalError where there is no run */
export async function report(options: Readonly<Record<string, unknown>>): Promise<number> {
  const from = String(options['from']);
  const made = fold(readJournal(from));
  const folder = statSync(from).isDirectory() ? from : dirname(from);
  const requests = readReportRequests(options['report'] as readonly string[] | undefined);
  await writeReports(made, requests, { folder, exitCode: exitCodeOf(made), quiet: false });
  return 0;
}
