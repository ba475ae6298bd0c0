/** What a run comes to for the shell: the table of the contract, in one place. */
import type { Report } from '../report.ts';

export const ExitCode = {
  /** Conforms, or thresholds met. */
  ok: 0,
  /** Does not conform, or a stale baseline entry. */
  fail: 1,
  /** Usage or configuration. */
  usage: 2,
  /** Could not judge: SUT unreachable, inconclusive cases, engine missing. */
  inconclusive: 3,
  /** Load threshold crossed, or a threshold without data. */
  threshold: 4,
  /** Our own defect. */
  defect: 70,
  /** Stopped by SIGINT. */
  interrupted: 130,
  /** Stopped by SIGTERM. */
  terminated: 143,
} as const;

/** The worst thing that a conformance run found decides: a failure, then a defect of ours, then what could not be judged. */
export function exitCodeOf(report: Report): number {
  const { summary, cases } = report;
  if (summary.fail > 0 || summary.stale > 0) return ExitCode.fail;
  if (cases.some(({ verdict, cause }) => verdict === 'error' && cause !== 'unreachable')) return ExitCode.defect;
  if (summary.error > 0 || summary.inconclusive > 0 || cases.length === 0) return ExitCode.inconclusive;
  return ExitCode.ok;
}

/** From best to worst, where several runs make one answer. */
const ORDER: readonly number[] = [
  ExitCode.ok,
  ExitCode.inconclusive,
  ExitCode.threshold,
  ExitCode.defect,
  ExitCode.fail,
];

/** The worse of two exit codes of runs that came to their end. */
export const worseExit = (one: number, other: number): number =>
  ORDER.indexOf(one) >= ORDER.indexOf(other) ? one : other;
