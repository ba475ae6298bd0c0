/** Annotations of a GitHub Actions step; the step summary is the markdown report, which the caller writes. */
import type { CaseReport, Report } from '../src/report.ts';
import { markdownReporter } from './markdown.ts';
import type { Reporter, ReporterOptions } from './reporter.ts';
import { clip, printable } from './text.ts';
import { findingsOf, isRed, outcomeOf, outcomes, plural, reasonOf } from './view.ts';

/** GitHub shows ten of each kind a step: nine of ours and one that says how many more there are. */
const MOST = 9;
/** Longer annotations are cut by GitHub. */
const LONGEST = 3000;

const data = (text: string): string =>
  printable(text).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');

type Command = 'error' | 'warning' | 'notice';
const annotation = (command: Command, title: string, message: string): string =>
  `::${command} title=${property(clip(title, 200))}::${data(clip(message, LONGEST))}`;

const worst = (a: CaseReport, b: CaseReport): number => outcomes.indexOf(outcomeOf(a)) - outcomes.indexOf(outcomeOf(b));

export const githubReporter: Reporter = (report) => {
  const red = report.cases.filter((one) => isRed(outcomeOf(one))).sort(worst);
  const warned = report.cases.filter((one) => outcomeOf(one) === 'warn');
  const crossed = (report.load?.thresholds ?? []).filter((threshold) => !threshold.ok);
  const errors = [
    ...crossed.map(({ metric, expr, actual }) =>
      annotation('error', `${metric}: ${expr}`, `threshold not met: ${actual === null ? 'no data' : actual}`),
    ),
    ...red.map((one) => ofCase('error', one)),
  ];
  const lines = [
    ...capped(
      report.run.notes.map((note) => annotation('notice', 'plugproof', note)),
      'notice',
      'more note',
    ),
    ...capped(errors, 'error', 'more failure'),
    ...capped(
      warned.map((one) => ofCase('warning', one)),
      'warning',
      'more warning',
    ),
  ];
  return lines.length > 0 ? `${lines.join('\n')}\n` : '';
};

/** What the caller has to append, and to which file, when the runner names one for the step summary. */
export function stepSummary(report: Report, options: ReporterOptions): { file: string; text: string } | undefined {
  const file = options.env?.['GITHUB_STEP_SUMMARY'];
  return file === undefined || file === '' ? undefined : { file, text: markdownReporter(report, options) };
}

function capped(lines: readonly string[], command: Command, noun: string): readonly string[] {
  if (lines.length <= MOST + 1) return lines;
  const rest = lines.length - MOST;
  return [...lines.slice(0, MOST), annotation(command, 'plugproof', `… and ${plural(rest, noun)}: see the report`)];
}

function ofCase(command: Command, one: CaseReport): string {
  const outcome = outcomeOf(one);
  const title = `${outcome}: ${one.octt ? `${one.octt} ` : ''}${one.id} (OCPP ${one.ocpp})`;
  const stale =
    one.baseline && outcome === 'stale'
      ? `does not fail any more; strike it from the baseline: ${one.baseline.reason} (${one.baseline.at})`
      : '';
  const [finding] = findingsOf(one);
  const message = [
    one.title,
    stale === '' ? reasonOf(one) : stale,
    ...(finding ? [`${finding.ref ?? finding.id}${finding.level ? ` ${finding.level}` : ''}: ${finding.says}`] : []),
    ...(finding?.expected === undefined ? [] : [`expected: ${finding.expected}`]),
    ...(finding?.actual === undefined ? [] : [`actual: ${finding.actual}`]),
    `replay: ${one.replay}`,
  ].filter((line, i, all) => line !== '' && all.indexOf(line) === i);
  return annotation(command, title, message.map((line) => clip(printable(line), 600)).join('\n'));
}
