/** A summary in GitHub's Markdown, for a pull request or a step summary; bounded in bytes. */
import type { CaseReport, Report } from '../src/report.ts';
import { number, valuesOf } from './console-parts.ts';
import { locate, pointerOfRef, shorten } from './frame.ts';
import type { Reporter } from './reporter.ts';
import { bytes, clip, duration, headBytes, oneLine, printable } from './text.ts';
import {
  count,
  entriesAround,
  findingsOf,
  groupBy,
  headline,
  isRed,
  type Outcome,
  outcomeNames,
  outcomeOf,
  outcomes,
  plural,
  reasonOf,
  type Tone,
} from './view.ts';

/** What a GitHub step summary takes. */
const MAX_BYTES = 1024 * 1024;

const icons: Readonly<Record<Outcome, string>> = {
  pass: '✅',
  warn: '⚠️',
  fail: '❌',
  stale: '❌',
  error: '💥',
  inconclusive: '❔',
  known: '🟡',
  notApplicable: '➖',
};
const toneIcons: Readonly<Record<Tone, string>> = { good: '✅', warn: '⚠️', bad: '❌', unknown: '❔' };

/** Prose: every character that Markdown or HTML could take for markup is an entity; nobody gets mentioned. */
export const prose = (text: string): string =>
  oneLine(text)
    .replace(/[&<>"'`*_~[\]()#|\\!{}^$:]/g, (char) => `&#${char.charCodeAt(0)};`)
    .replaceAll('@', '@\u200b')
    .replace(/\bwww\./gi, 'www&#46;');

const fenceFor = (text: string, least: number): string => {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map((run) => run[0].length));
  return '`'.repeat(Math.max(least, longest + 1));
};

/** A code span: nothing in it is read as markup. In a table a pipe needs a backslash even there. */
export function code(text: string, inTable = false): string {
  const line = oneLine(text).trim();
  if (line === '') return '';
  const fence = fenceFor(line, 1);
  const gap = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  const body = inTable ? line.replaceAll('|', '\\|') : line;
  return `${fence}${gap}${body}${gap}${fence}`;
}

function codeBlock(lines: readonly string[]): string[] {
  const fence = fenceFor(lines.join('\n'), 3);
  return [`${fence}text`, ...lines, fence];
}

export const markdownReporter: Reporter = (report, options) => {
  const max = options.maxBytes ?? MAX_BYTES;
  const parts = [head(report), notes(report), blocks(report), grade(report), load(report)];
  let text = `${parts.filter((part) => part !== '').join('\n\n')}\n`;
  let left = 0;
  const told = outcomes
    .filter((outcome) => outcome !== 'pass' && outcome !== 'notApplicable')
    .flatMap((outcome) => report.cases.filter((one) => outcomeOf(one) === outcome));
  const where = options.files?.html ? ` (${code(options.files.html)})` : '';
  const tail = (n: number) => (n > 0 ? `\n… and ${plural(n, 'more case')}: see the HTML report${where}\n` : '');
  let size = bytes(text);
  for (const one of told) {
    const detail = `\n${details(one)}\n`;
    const needed = bytes(detail);
    if (left > 0 || size + needed + bytes(tail(told.length)) > max) left++;
    else {
      text += detail;
      size += needed;
    }
  }
  return headBytes(text + tail(left), max);
};

function head(report: Report): string {
  const { run, sut } = report;
  const { tone, title, says } = headline(report);
  const about = Object.values(sut.about ?? {});
  return [
    `## ${toneIcons[tone]} plugproof: ${title}`,
    '',
    says,
    '',
    [
      code(run.command),
      `OCPP ${sut.ocpp.join(', ')}`,
      `SUT ${code(sut.url)}${about.length > 0 ? ` ${code(about.join(' '))}` : ''}`,
      `security profile ${sut.securityProfile}`,
      `seed ${run.seed}`,
      `plugproof ${prose(run.version)}`,
      duration(run.durationMs),
    ].join(' · '),
  ].join('\n');
}

const notes = (report: Report): string =>
  report.run.notes.length === 0
    ? ''
    : ['> [!WARNING]', ...report.run.notes.map((note) => `> - ${prose(note)}`)].join('\n');

function blocks(report: Report): string {
  if (report.cases.length === 0) return '';
  const all = count(report.cases);
  const shown = (Object.keys(outcomeNames) as Outcome[]).filter((outcome) => all[outcome] > 0);
  const row = (name: string, cases: readonly CaseReport[]) => {
    const counts = count(cases);
    return `| ${name} | ${shown.map((outcome) => (counts[outcome] === 0 ? '' : String(counts[outcome]))).join(' | ')} |`;
  };
  return [
    `| Functional block | ${shown.map((outcome) => `${icons[outcome]} ${outcomeNames[outcome]}`).join(' | ')} |`,
    `| :-- |${' --: |'.repeat(shown.length)}`,
    ...[...groupBy(report.cases, (one) => one.block)].map(([name, cases]) => row(prose(name), cases)),
    row('**Total**', report.cases),
  ].join('\n');
}

function grade(report: Report): string {
  if (report.grade === null) return '';
  return [
    `### Security grade ${prose(report.grade.value)}`,
    '',
    ...report.grade.reasons.map((reason) => `- ${code(reason.case)}: ${prose(reason.says)}`),
  ].join('\n');
}

function load(report: Report): string {
  if (report.load === null) return '';
  const { stations, engine, thresholds, metrics, generator } = report.load;
  return [
    `### Load: ${number(stations)} stations, engine ${prose(engine)}`,
    ...(generator.saturated
      ? ['', '> [!WARNING]', '> The generator itself was late: do not trust these figures.']
      : []),
    ...(thresholds.length > 0 ? ['', '| Threshold | | Actual |', '| :-- | :-: | --: |'] : []),
    ...thresholds.map(
      ({ metric, expr, ok, actual }) =>
        `| ${code(`${metric}: ${expr}`, true)} | ${ok ? '✓' : '✗'} | ${actual === null ? 'no data' : number(actual)} |`,
    ),
    '',
    '| Metric | Values |',
    '| :-- | :-- |',
    ...Object.entries(metrics).map(([name, metric]) => {
      const values = valuesOf(metric.type, metric.values).map(([key, value]) => `${key}=${number(value)}`);
      return `| ${code(name, true)} | ${prose(values.join('  '))} |`;
    }),
  ].join('\n');
}

function details(one: CaseReport): string {
  const outcome = outcomeOf(one);
  const name = `${icons[outcome]} <b>${outcomeNames[outcome]}</b> <code>${prose(one.id)}</code> OCPP ${prose(one.ocpp)}${one.octt ? ` · ${prose(one.octt)}` : ''}`;
  const reason =
    one.baseline && outcome === 'stale' ? 'does not fail any more; strike it from the baseline' : reasonOf(one);
  const rows = findingsOf(one).map((finding) =>
    [
      '',
      `${code(finding.ref ?? finding.id, true)}${finding.level ? ` ${finding.level}` : ''}`,
      prose(finding.says),
      finding.verdict,
      code(clip(oneLine(finding.expected ?? ''), 300), true),
      code(clip(oneLine(finding.actual ?? finding.message ?? ''), 300), true),
      '',
    ]
      .join(' | ')
      .trim(),
  );
  return [
    `<details><summary>${name}: ${prose(one.title)}</summary>`,
    '',
    ...(reason === '' ? [] : [code(clip(oneLine(reason), 600)), '']),
    ...(one.baseline ? [`Baseline: ${code(`${one.baseline.reason} (${one.baseline.at})`)}`, ''] : []),
    ...(rows.length > 0
      ? ['| Requirement | Says | Verdict | Expected | Actual |', '| :-- | :-- | :-- | :-- | :-- |', ...rows, '']
      : []),
    ...(isRed(outcome) || outcome === 'warn' ? frames(one) : []),
    ...codeBlock([oneLine(one.replay)]),
    '',
    '</details>',
  ].join('\n');
}

function frames(one: CaseReport): string[] {
  const deciding = findingsOf(one).find((finding) => finding.frame !== undefined);
  const lines = entriesAround(one, deciding?.frame).map((entry) => {
    const side = entry.origin === 'sut' ? 'sut>' : ' us>';
    const pointer =
      entry.n === deciding?.frame
        ? (deciding.path ?? (deciding.ref === undefined ? undefined : pointerOfRef(entry, deciding.ref)))
        : undefined;
    const span = pointer === undefined ? undefined : locate(entry, pointer);
    const { before, marked, after } = shorten(entry.text, 400, span?.exact ? span : undefined);
    const mark = entry.n === deciding?.frame ? '  <==' : '';
    return `${entry.at.toFixed(1).padStart(9)} ${side} ${oneLine(printable(before + marked + after))}${mark}`;
  });
  return lines.length > 0 ? [...codeBlock(lines), ''] : [];
}
