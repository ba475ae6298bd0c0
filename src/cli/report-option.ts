/** `--report KIND[=FILE]`: its kinds in words, and how it is read. */
import { nearest } from '../nearest.ts';
import { UsageError } from '../usage-error.ts';

const KINDS = ['console', 'json', 'junit', 'html', 'ctrf', 'github', 'tap', 'markdown'] as const;
export type ReportKind = (typeof KINDS)[number];

export const reportKindsHelp = KINDS.join(', ');

export interface ReportRequest {
  readonly kind: ReportKind;
  /** Undefined: its usual name in the run folder, or the terminal. */
  readonly file?: string;
}

/** @throws UsageError where a kind is not known */
export function readReportRequests(values: readonly string[] | undefined): ReportRequest[] {
  return (values ?? []).map((value) => {
    const at = value.indexOf('=');
    const name = at < 0 ? value : value.slice(0, at);
    const kind = KINDS.find((known) => known === name);
    if (kind === undefined) {
      const near = nearest(name, KINDS);
      throw new UsageError(
        `--report: no kind '${name}'${near === undefined ? '' : `; did you mean '${near}'?`} There are: ${reportKindsHelp}.`,
      );
    }
    if (value.endsWith('=')) throw new UsageError(`--report: '${value}' names no file; write ${kind}, or ${kind}=FILE`);
    return { kind, ...(at >= 0 && { file: value.slice(at + 1) }) };
  });
}
