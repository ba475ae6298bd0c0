/** What a reporter is: a pure function from one Report to the text of one file. */
import type { Report } from '../src/report.ts';

export const reportKinds = ['console', 'json', 'junit', 'html', 'ctrf', 'github', 'tap', 'markdown'] as const;
export type ReportKind = (typeof reportKinds)[number];

type Paint = (text: string) => string;

/** The part of picocolors' `createColors()` that the console uses. */
export interface Colours {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly red: Paint;
  readonly green: Paint;
  readonly yellow: Paint;
  readonly blue: Paint;
  readonly magenta: Paint;
  readonly cyan: Paint;
  readonly inverse: Paint;
}

/** Everything a reporter may know beside the Report; all of it optional. */
export interface ReporterOptions {
  /** picocolors' `createColors(enabled)`, which has looked at NO_COLOR and FORCE_COLOR; none: no colours. */
  readonly colours?: Colours;
  /** Columns of the terminal; 80 where it is not known. */
  readonly width?: number;
  /** Facts of the environment; a reporter reads no `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** What paths are shown relative to. */
  readonly cwd?: string;
  /** Name of this machine, for the formats that have a field for it. */
  readonly hostname?: string;
  /** Files that this run writes, by kind, so that one report can point at another. */
  readonly files?: Readonly<Partial<Record<ReportKind | 'journal', string>>>;
  /** The exit code that the run ends with; without it the reporter derives one from the Report. */
  readonly exitCode?: number;
  /** Upper bound of the text in bytes of UTF-8, for the formats that have a bound (markdown). */
  readonly maxBytes?: number;
}

/** Pure: same Report and options, same text. Never throws on what an SUT sent. */
export type Reporter = (report: Report, options: ReporterOptions) => string;
