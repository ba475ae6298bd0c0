/** The end of a run on a terminal: what failed and why, how to run it again, and totals that sum to the plan. */
import type { CaseReport, Report } from '../src/report.ts';
import { frameBlock, INDENT } from './console-frames.ts';
import { gradeLines, loadLines } from './console-parts.ts';
import { type Palette, palette } from './palette.ts';
import type { Reporter, ReporterOptions } from './reporter.ts';
import { clip, columns, duration, fromCwd, oneLine, pad, padLeft, printable, withoutCommands, wrap } from './text.ts';
import {
  count,
  exitOf,
  type Finding,
  findingsOf,
  groupBy,
  headline,
  type Outcome,
  outcomeNames,
  outcomeOf,
  outcomes,
  plural,
  reasonOf,
} from './view.ts';

/** A log of more than this is not read; the other reports have all of them. */
const MOST_BLOCKS = 40;

export const consoleReporter: Reporter = (report, options) => {
  const paint = palette(options.colours);
  const width = Math.max(56, options.width ?? 80);
  const sections = [
    head(report, paint, width),
    notes(report, paint, width),
    blocks(report, paint, width),
    ...troubles(report, paint, width),
    gradeLines(report.grade, paint, width),
    loadLines(report.load, paint, width),
    totals(report, options, paint, width),
  ];
  const text = sections
    .filter((section) => section.length > 0)
    .map((section) => section.join('\n'))
    .join('\n\n');
  return withoutCommands(`\n${text}\n`);
};

function head({ run, sut }: Report, paint: Palette, width: number): string[] {
  const about = Object.values(sut.about ?? {}).join(' ');
  const facts = [
    `OCPP ${sut.ocpp.join(', ')}`,
    oneLine(sut.url),
    `security profile ${sut.securityProfile}`,
    `seed ${run.seed}`,
    ...(about === '' ? [] : [oneLine(about)]),
  ];
  const title = `plugproof ${run.version}  ${run.command}`;
  return [paint.bold(clip(title, width)), ...wrap(facts.join(' · '), width).map((line) => paint.dim(line))];
}

/** Stands first: what is said here decides how much the rest is worth. */
function notes({ run }: Report, paint: Palette, width: number): string[] {
  return run.notes.flatMap((note) =>
    wrap(oneLine(note), width - 2).map((line, i) => paint.yellow(`${i === 0 ? '!' : ' '} ${line}`)),
  );
}

/** One line a functional block; columns that are empty everywhere are left out. */
function blocks(report: Report, paint: Palette, width: number): string[] {
  if (report.cases.length === 0) return [];
  const all = count(report.cases);
  const shown = (Object.keys(outcomeNames) as Outcome[]).filter((outcome) => all[outcome] > 0);
  const cellsFor = (gap: number, longest: number) =>
    shown.map(
      (outcome) => Math.max(Math.min(outcomeNames[outcome].length, longest), String(all[outcome]).length) + gap,
    );
  const sum = (widths: readonly number[]) => widths.reduce((total, one) => total + one, 0);
  const widest = [cellsFor(2, 12), cellsFor(1, 12), cellsFor(1, 5)].find((widths) => sum(widths) + 10 <= width);
  const cells = widest ?? cellsFor(1, 5);
  const rest = sum(cells);
  const rows = groupBy(report.cases, (one) => one.block);
  const longest = Math.max(...[...rows.keys()].map((name) => columns(oneLine(name))), 'Block'.length);
  const first = Math.max(8, Math.min(longest, width - rest));
  const row = (name: string, cases: readonly CaseReport[]) => {
    const counts = count(cases);
    const numbers = shown.map((outcome, i) => {
      const n = counts[outcome];
      const text = padLeft(n === 0 ? '·' : String(n), cells[i] ?? 0);
      return n === 0 ? paint.dim(text) : paint.outcome[outcome](text);
    });
    return pad(clip(oneLine(name), first), first) + numbers.join('');
  };
  const header =
    pad('Block', first) +
    shown.map((outcome, i) => padLeft(clip(outcomeNames[outcome], (cells[i] ?? 1) - 1), cells[i] ?? 0)).join('');
  return [paint.dim(header), ...[...rows].map(([name, cases]) => row(name, cases))];
}

/** Worst first; cases that could not be judged for one and the same reason share a block. */
function troubles(report: Report, paint: Palette, width: number): string[][] {
  const sections: string[][] = [];
  let room = MOST_BLOCKS;
  let left = 0;
  for (const outcome of outcomes) {
    if (outcome === 'pass' || outcome === 'notApplicable') continue;
    const cases = report.cases.filter((one) => outcomeOf(one) === outcome);
    const groups = outcome === 'inconclusive' ? [...groupBy(cases, reasonOf).values()] : cases.map((one) => [one]);
    for (const group of groups) {
      const [one] = group;
      if (one === undefined) continue;
      if (room-- <= 0) left += group.length;
      else sections.push(group.length > 1 ? together(group, paint, width) : block(one, outcome, paint, width));
    }
  }
  if (left > 0) sections.push([paint.dim(`… and ${plural(left, 'more case')}: see the HTML or JSON report`)]);
  return sections;
}

const label = (outcome: Outcome, paint: Palette): string =>
  paint.outcome[outcome](paint.bold(outcome === 'notApplicable' ? 'N/A' : outcome.toUpperCase()));

function title(one: CaseReport, outcome: Outcome, paint: Palette, width: number): string[] {
  const name = outcome.toUpperCase();
  const tag = `OCPP ${one.ocpp}${one.octt ? ` · ${oneLine(one.octt)}` : ''}`;
  const room = width - name.length - 2;
  const id = oneLine(one.id);
  const fits = columns(id) + 2 + columns(tag) <= room;
  const first = `${label(outcome, paint)}  ${paint.bold(clip(id, room))}`;
  return [
    fits ? first + ' '.repeat(room - columns(id) - columns(tag)) + paint.dim(tag) : first,
    ...(fits ? [] : [INDENT + paint.dim(clip(tag, width - INDENT.length))]),
    ...wrap(oneLine(one.title), width - INDENT.length, 3).map((line) => INDENT + line),
  ];
}

function block(one: CaseReport, outcome: Outcome, paint: Palette, width: number): string[] {
  const inner = width - INDENT.length;
  const lines = title(one, outcome, paint, width);
  const say = (text: string, style: (line: string) => string = (line) => line) =>
    lines.push(...wrap(oneLine(text), inner, 4).map((line) => INDENT + style(line)));
  if (one.baseline && (outcome === 'known' || outcome === 'stale')) {
    const { reason, at } = one.baseline;
    say(
      outcome === 'known'
        ? `known failing: ${reason} (${at})`
        : `does not fail any more; strike it from the baseline: ${reason} (${at})`,
    );
    if (outcome === 'stale') lines.push(...replay(one, paint, width));
    return lines;
  }
  const findings = findingsOf(one);
  const worst = findings[0];
  const told = findings.filter((finding) => finding.verdict !== 'inconclusive' || finding === worst);
  const reason = reasonOf(one);
  if (reason !== '' && !told.some((finding) => finding.says === reason || finding.message === reason)) say(reason);
  for (const finding of told) lines.push(...findingLines(finding, paint, inner));
  const unreached = findings.length - told.length;
  if (unreached > 0) say(`${plural(unreached, 'check')} not reached`, paint.dim);
  lines.push(...frameBlock(one, told, paint, width), ...replay(one, paint, width));
  return lines;
}

function findingLines(finding: Finding, paint: Palette, inner: number): string[] {
  const mark =
    finding.verdict === 'warn'
      ? paint.yellow('!')
      : finding.verdict === 'inconclusive'
        ? paint.cyan('?')
        : paint.red('✗');
  const ours = finding.blame === 'harness' ? ' (our fault, not the SUT’s)' : '';
  const sentence = `${finding.ref ?? finding.id}${finding.level ? ` ${finding.level}` : ''}: ${finding.says}${ours}`;
  const lines = wrap(oneLine(sentence), inner - 2, 4).map((line, i) => `${INDENT}${i === 0 ? mark : ' '} ${line}`);
  const field = (name: string, value: string | undefined) => {
    if (value === undefined) return;
    const wrapped = wrap(oneLine(value), inner - 12, 4);
    lines.push(...wrapped.map((line, i) => `${INDENT}  ${paint.dim(pad(i === 0 ? name : '', 8))}  ${line}`));
  };
  field('expected', finding.expected);
  field('actual', finding.actual);
  if (finding.expected === undefined && finding.actual === undefined && finding.message !== finding.says)
    field('found', finding.message);
  field('field', finding.path);
  return lines;
}

/** Not wrapped: it is there to be copied. */
const replay = (one: CaseReport, paint: Palette, _width: number): string[] => [
  `${INDENT}${paint.dim('replay')}  ${oneLine(one.replay)}`,
];

function together(cases: readonly CaseReport[], paint: Palette, width: number): string[] {
  const inner = width - INDENT.length;
  const [first] = cases;
  if (first === undefined) return [];
  return [
    `${label('inconclusive', paint)}  ${plural(cases.length, 'case')}, one reason`,
    ...wrap(oneLine(reasonOf(first)), inner, 4).map((line) => INDENT + line),
    ...cases.slice(0, 10).map((one) => INDENT + paint.dim(clip(`${one.ocpp}  ${oneLine(one.id)}`, inner))),
    ...(cases.length > 10 ? [INDENT + paint.dim(`… and ${cases.length - 10} more`)] : []),
    ...replay(first, paint, width),
  ];
}

function totals(report: Report, options: ReporterOptions, paint: Palette, width: number): string[] {
  const counts = count(report.cases);
  const missing = Math.max(0, report.run.planned - report.cases.length);
  const parts = outcomes
    .filter((outcome) => counts[outcome] > 0)
    .map((outcome) => `${counts[outcome]} ${outcomeNames[outcome]}`);
  if (missing > 0) parts.push(`${missing} not run`);
  const sum = `${plural(report.run.planned, 'case')} planned = ${parts.join(' + ')}, in ${duration(report.run.durationMs)}`;
  const { title: verdict, says, tone } = headline(report);
  const { code, means } = exitOf(report, options.exitCode);
  const files = Object.entries(options.files ?? {}).filter(([kind]) => kind !== 'console');
  return [
    ...(report.cases.length > 0 || missing > 0 ? wrap(sum, width) : [`took ${duration(report.run.durationMs)}`]),
    ...files.map(([kind, path]) => `${paint.dim(pad(kind, 8))}  ${printable(fromCwd(path, options.cwd))}`),
    ...wrap(`${verdict}: ${says}`, width).map((line) => paint.tone[tone](line)),
    paint.dim(`exit ${code}: ${means}`),
  ];
}
