/** JUnit XML as GitLab and Jenkins read it: SUT wrong is a failure, could not judge is an error. */
import type { CaseReport, Report } from '../src/report.ts';
import { type LoadPoint, loadPoints } from './load-points.ts';
import type { Reporter, ReporterOptions } from './reporter.ts';
import { bytes, cdata, fromCwd, headBytes, xmlAttribute } from './text.ts';
import { errorType, failureType, findingsOf, groupBy, isRed, type Outcome, outcomeOf, reasonOf } from './view.ts';

/** GitLab takes 30 MB a file; one case may have no more than this of it. */
const SYSTEM_OUT_BYTES = 64 * 1024;

const attributes = (values: Readonly<Record<string, string | number>>): string =>
  Object.entries(values)
    .map(([name, value]) => ` ${name}="${xmlAttribute(String(value))}"`)
    .join('');

const seconds = (ms: number): string => (Math.max(0, ms) / 1000).toFixed(3);

type Result = 'failure' | 'error' | 'skipped' | 'passed';
const results: Readonly<Record<Outcome, Result>> = {
  fail: 'failure',
  stale: 'failure',
  error: 'error',
  inconclusive: 'error',
  known: 'skipped',
  notApplicable: 'skipped',
  warn: 'passed',
  pass: 'passed',
};
const resultOf = (one: CaseReport): Result => results[outcomeOf(one)];

export const junitReporter: Reporter = (report, options) => {
  const title = `plugproof ${report.run.command}`;
  const namer = uniqueNames();
  const suites = groupBy(report.cases, (one) => `ocpp${one.ocpp} ${one.suite}`);
  const body = [...suites].map(([name, cases]) =>
    [
      `  <testsuite${attributes({
        name,
        ...totals(cases),
        timestamp: report.run.startedAt,
        hostname: options.hostname ?? 'localhost',
      })}>`,
      ...properties('    ', {
        'plugproof.version': report.run.version,
        'plugproof.run': report.run.id,
        'plugproof.seed': String(report.run.seed),
        'plugproof.partial': String(report.partial),
        'sut.role': report.sut.role,
        'sut.ocpp': cases[0]?.ocpp ?? '',
        'sut.url': report.sut.url,
        'sut.securityProfile': String(report.sut.securityProfile),
        ...Object.fromEntries(Object.entries(report.sut.about ?? {}).map(([key, value]) => [`sut.${key}`, value])),
        ...Object.fromEntries(report.run.notes.map((note, i) => [`note.${i + 1}`, note])),
      }),
      ...cases.map((one) => testcase(one, namer(one), options)),
      '  </testsuite>',
    ].join('\n'),
  );
  const { time: _, ...counts } = totals(report.cases);
  const points = loadPoints(report);
  if (points.length > 0) body.push(loadSuite(points, report, options));
  const all = {
    ...counts,
    tests: counts.tests + points.length,
    failures: counts.failures + pointsOf(points, 'fail'),
    errors: counts.errors + pointsOf(points, 'inconclusive'),
  };
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name: title, ...all, time: seconds(report.run.durationMs) })}>`,
    ...body,
    '</testsuites>',
    '',
  ].join('\n');
};

const pointsOf = (points: readonly LoadPoint[], outcome: LoadPoint['outcome']): number =>
  points.filter((point) => point.outcome === outcome).length;

function loadSuite(points: readonly LoadPoint[], { run }: Report, options: ReporterOptions): string {
  const counts = {
    tests: points.length,
    failures: pointsOf(points, 'fail'),
    errors: pointsOf(points, 'inconclusive'),
    skipped: 0,
    time: seconds(run.durationMs),
  };
  const head = { name: 'load', ...counts, timestamp: run.startedAt, hostname: options.hostname ?? 'localhost' };
  return [
    `  <testsuite${attributes(head)}>`,
    ...points.flatMap(({ name, outcome, reason }) => {
      const element = outcome === 'fail' ? 'failure' : 'error';
      return [
        `    <testcase${attributes({ classname: 'load', name, time: seconds(0) })}>`,
        ...(outcome === 'pass'
          ? []
          : [
              `      <${element}${attributes({ message: reason, type: outcome })}>${cdata(`${name}: ${reason}`)}</${element}>`,
            ]),
        '    </testcase>',
      ];
    }),
    '  </testsuite>',
  ].join('\n');
}

function totals(cases: readonly CaseReport[]) {
  const of = (result: Result) => cases.filter((one) => resultOf(one) === result).length;
  const time = cases.reduce((sum, one) => sum + one.durationMs, 0);
  return {
    tests: cases.length,
    failures: of('failure'),
    errors: of('error'),
    skipped: of('skipped'),
    time: seconds(time),
  };
}

/** GitLab drops a second case of the same name, so a name holds id and version; stable from run to run. */
function uniqueNames(): (one: CaseReport) => string {
  const seen = new Map<string, number>();
  return (one) => {
    const name = `${one.octt ? `${one.octt} ` : ''}${one.title} [${one.id}, OCPP ${one.ocpp}]`;
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    return times === 1 ? name : `${name} #${times}`;
  };
}

/** Jenkins takes what stands before the last dot for the package. */
const classname = (one: CaseReport): string =>
  [`ocpp${one.ocpp.replaceAll('.', '')}`, ...one.suite.split('/')].map((part) => part.replaceAll('.', '_')).join('.');

function properties(indent: string, values: Readonly<Record<string, string>>): string[] {
  const lines = Object.entries(values).map(
    ([name, value]) => `${indent}  <property${attributes({ name, value })}></property>`,
  );
  return [`${indent}<properties>`, ...lines, `${indent}</properties>`];
}

function testcase(one: CaseReport, name: string, options: ReporterOptions): string {
  const refs = [...new Set(findingsOf(one).map((finding) => finding.ref ?? finding.id))];
  return [
    `    <testcase${attributes({ classname: classname(one), name, time: seconds(one.durationMs) })}>`,
    ...properties('      ', {
      id: one.id,
      ocpp: one.ocpp,
      ...(one.octt !== undefined && { octt: one.octt }),
      block: one.block,
      verdict: one.verdict,
      ...(one.baseline && { baseline: `${one.baseline.status}: ${one.baseline.reason} (${one.baseline.at})` }),
      identity: one.identity,
      ...(refs.length > 0 && { requirements: refs.join(' ') }),
      replay: one.replay,
    }),
    ...outcomeElement(one),
    ...systemOut(one, options),
    '    </testcase>',
  ].join('\n');
}

function outcomeElement(one: CaseReport): string[] {
  const outcome = outcomeOf(one);
  const reason = reasonOf(one);
  const at = one.baseline ? `${one.baseline.reason} (${one.baseline.at})` : '';
  const element = (name: string, values: Readonly<Record<string, string>>, content: string) => [
    `      <${name}${attributes(values)}>${cdata(content)}</${name}>`,
  ];
  switch (outcome) {
    case 'fail':
      return element('failure', { message: reason, type: failureType(findingsOf(one)) }, details(one, reason));
    case 'stale': {
      const message = `stale baseline entry: this case does not fail any more; strike it from the list: ${at}`;
      return element('failure', { message, type: 'stale' }, `${message}\nreplay: ${one.replay}`);
    }
    case 'error':
    case 'inconclusive':
      return element('error', { message: reason, type: errorType(one) }, details(one, reason));
    case 'known':
      return [`      <skipped${attributes({ message: `known failing: ${at}` })}></skipped>`];
    case 'notApplicable':
      return [`      <skipped${attributes({ message: `not applicable: ${reason}` })}></skipped>`];
    default:
      return [];
  }
}

/** The message stands in the content too, because GitLab shows only that. */
function details(one: CaseReport, reason: string): string {
  const lines = findingsOf(one).flatMap((finding) => [
    '',
    `${finding.verdict} ${finding.ref ?? finding.id}${finding.level ? ` (${finding.level})` : ''}: ${finding.says}`,
    ...(finding.expected === undefined ? [] : [`  expected: ${finding.expected}`]),
    ...(finding.actual === undefined ? [] : [`  actual:   ${finding.actual}`]),
    ...(finding.message === undefined ? [] : [`  ${finding.message}`]),
    ...(finding.frame === undefined ? [] : [`  frame ${finding.frame}${finding.path ? ` at ${finding.path}` : ''}`]),
  ]);
  return [reason, ...lines, '', `replay: ${one.replay}`].join('\n');
}

/** The trace of what is not simply passed; GitLab turns the first line into a link. */
function systemOut(one: CaseReport, options: ReporterOptions): string[] {
  const outcome = outcomeOf(one);
  if (!isRed(outcome) && outcome !== 'warn' && outcome !== 'known') return [];
  const warnings = outcome === 'warn' ? [`warning: ${details(one, reasonOf(one))}`, ''] : [];
  const frames = one.trace.map((entry) => {
    const side = entry.origin === 'sut' ? 'sut>' : ' us>';
    const what = entry.kind.startsWith('call') || entry.kind === 'send' ? '' : `${entry.kind}: `;
    return `${entry.at.toFixed(1).padStart(9)} ${side} ${what}${entry.text.replaceAll('[[ATTACHMENT|', '[[ATTACHMENT |')}`;
  });
  const text = [...warnings, ...frames].join('\n');
  const full = options.files?.html ?? options.files?.json ?? options.files?.journal ?? 'report.json of this run';
  const tail = `\n… cut at ${SYSTEM_OUT_BYTES / 1024} KiB; the whole trace is in ${full}`;
  const capped = bytes(text) <= SYSTEM_OUT_BYTES ? text : headBytes(text, SYSTEM_OUT_BYTES - bytes(tail)) + tail;
  const attached = options.files?.html ? `[[ATTACHMENT|${fromCwd(options.files.html, options.cwd)}]]\n` : '';
  return [`      <system-out>${cdata(attached + capped)}</system-out>`];
}
