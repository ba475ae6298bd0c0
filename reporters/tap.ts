/** TAP version 14: a known failure is a TODO, a case that does not apply a SKIP; details as YAML. */
import type { CaseReport } from '../src/report.ts';
import { loadPoints } from './load-points.ts';
import type { Reporter } from './reporter.ts';
import { oneLine, withoutCommands } from './text.ts';
import { findingsOf, isRed, outcomeOf, reasonOf } from './view.ts';

/** `\` and `#` have a meaning in a description. */
const described = (text: string): string => oneLine(text).replace(/[\\#]/g, (char) => `\\${char}`);

/** A JSON string is a YAML scalar, except for the characters that YAML calls unprintable. */
const scalar = (value: string | number): string =>
  typeof value === 'number'
    ? String(value)
    : JSON.stringify(value).replace(
        /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff\u202a-\u202e\u2066-\u2069]/g,
        (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
      );

export const tapReporter: Reporter = (report) => {
  const points = loadPoints(report);
  const planned = (report.partial ? report.run.planned : report.cases.length) + points.length;
  const lines = ['TAP version 14', `1..${planned}`];
  for (const note of report.run.notes) lines.push(`# ${oneLine(note)}`);
  for (const [i, one] of report.cases.entries()) lines.push(...point(one, i + 1));
  for (const [i, { name, outcome, reason }] of points.entries()) {
    const title = `${report.cases.length + i + 1} - ${described(name)}`;
    if (outcome === 'pass') lines.push(`ok ${title}`);
    else lines.push(`not ok ${title}`, '  ---', `  message: ${scalar(reason)}`, `  severity: ${outcome}`, '  ...');
  }
  if (report.partial && report.run.planned > report.cases.length)
    lines.push(`Bail out! stopped before its end, ${report.cases.length} of ${report.run.planned} cases were run`);
  return withoutCommands(`${lines.join('\n')}\n`);
};

function point(one: CaseReport, n: number): string[] {
  const outcome = outcomeOf(one);
  const title = described(`${one.id} OCPP ${one.ocpp}${one.octt ? ` ${one.octt}` : ''}: ${one.title}`);
  const reason = described(reasonOf(one));
  const known = described(one.baseline ? `${one.baseline.reason} (${one.baseline.at})` : '');
  if (outcome === 'notApplicable') return [`ok ${n} - ${title} # SKIP not applicable: ${reason}`];
  if (outcome === 'pass') return [`ok ${n} - ${title}`];
  const state = isRed(outcome) || outcome === 'known' ? 'not ok' : 'ok';
  const todo = outcome === 'known' ? ` # TODO known failing: ${known}` : '';
  return [`${state} ${n} - ${title}${todo}`, ...diagnostic(one)];
}

function diagnostic(one: CaseReport): string[] {
  const outcome = outcomeOf(one);
  const pairs = (values: Readonly<Record<string, string | number | undefined>>, indent: string): string[] =>
    Object.entries(values).flatMap(([key, value]) =>
      value === undefined ? [] : [`${indent}${key}: ${scalar(value)}`],
    );
  const reason = outcome === 'stale' ? 'stale baseline entry: this case does not fail any more' : reasonOf(one);
  const findings = findingsOf(one).flatMap(({ id, verdict, ref, says, expected, actual, message, frame, path }) =>
    pairs({ id, verdict, ref, says, expected, actual, message, frame, path }, '      ').map((line, i) =>
      i === 0 ? line.replace('      ', '    - ') : line,
    ),
  );
  return [
    '  ---',
    ...pairs(
      {
        message: reason,
        severity: outcome,
        baseline: one.baseline && `${one.baseline.reason} (${one.baseline.at})`,
        duration_ms: Math.round(one.durationMs * 1000) / 1000,
        replay: one.replay,
      },
      '  ',
    ),
    ...(findings.length > 0 ? ['  findings:', ...findings] : []),
    '  ...',
  ];
}
