/** Writes what `--report` asked for: files into the run folder or where they were named, the rest to the terminal. */
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join, relative } from 'node:path';
import pc from 'picocolors';
import { type ReporterOptions, reporters } from '../../reporters/index.ts';
import type { Report } from '../report.ts';
import { UsageError } from '../usage-error.ts';
import type { ReportRequest } from './report-option.ts';

export interface WriteOptions {
  /** Run folder; a report that names no file goes there. */
  readonly folder: string;
  readonly exitCode: number;
  readonly quiet: boolean;
}

/** True where a report on the terminal tells the files already. */
export const showsFiles = (requests: readonly ReportRequest[]): boolean =>
  requests.length === 0 || requests.some(({ kind, file }) => kind === 'console' && file === undefined);

/** What every run leaves behind, asked for or not. */
const ALWAYS: readonly ReportRequest[] = [{ kind: 'json' }];

/**
 * @returns paths of the files that were written, with their kinds
 * @throws UsageError where a file can't be written
 */
export async function writeReports(
  report: Report,
  requests: readonly ReportRequest[],
  options: WriteOptions,
): Promise<Map<string, string>> {
  const asked = requests.length > 0 ? requests : [{ kind: 'console' } as const];
  const all = [
    ...ALWAYS.filter(({ kind }) => !asked.some((request) => request.kind === kind && request.file === undefined)),
    ...asked,
  ];
  const files = new Map<string, string>();
  for (const { kind, file } of all) {
    if (file !== undefined || !reporters[kind].toStdout)
      files.set(kind, file ?? join(options.folder, reporters[kind].fileName));
  }
  const facts: ReporterOptions = {
    colours: pc.createColors(pc.isColorSupported),
    width: process.stdout.columns ?? 80,
    env: process.env,
    cwd: process.cwd(),
    hostname: hostname(),
    files: Object.fromEntries([...files, ['journal', join(options.folder, 'journal.jsonl')]]),
    exitCode: options.exitCode,
  };
  // Files first: a terminal that goes away must not cost them.
  const ordered = [...all].sort((a, b) => Number(isTerminal(a)) - Number(isTerminal(b)));
  const failed: string[] = [];
  for (const request of ordered) {
    const reporter = await reporters[request.kind].load();
    const plain = request.file === undefined ? facts : { ...facts, colours: pc.createColors(false) };
    const why = put(request, reporter(report, plain), options);
    if (why !== undefined) failed.push(why);
    if (request.kind === 'github') await summariseStep(report, facts);
  }
  // One that can't be written costs no other.
  if (failed.length > 0) throw new UsageError(failed.join('\n'));
  return files;
}

const isTerminal = ({ kind, file }: ReportRequest) => file === undefined && reporters[kind].toStdout;

/** @returns why it could not be written; undefined where it was */
function put(request: ReportRequest, text: string, options: WriteOptions): string | undefined {
  if (isTerminal(request)) {
    process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
    return undefined;
  }
  const file = request.file ?? join(options.folder, reporters[request.kind].fileName);
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return undefined;
  } catch (cause) {
    return `--report ${request.kind}: ${relative('', file) || file} can't be written: ${cause instanceof Error ? cause.message : String(cause)}`;
  }
}

/** GitHub shows this file under the step. */
async function summariseStep(report: Report, facts: ReporterOptions): Promise<void> {
  const { stepSummary } = await import('../../reporters/github.ts');
  const summary = stepSummary(report, facts);
  if (summary !== undefined) appendFileSync(summary.file, summary.text);
}
