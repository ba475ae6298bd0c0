/** Common Test Report Format, for dashboards that read many tools. */
import type { CaseReport, Verdict } from '../src/report.ts';
import { type LoadPoint, loadPoints } from './load-points.ts';
import type { Reporter } from './reporter.ts';
import { xmlChars } from './text.ts';
import { findingsOf, isRed, type Outcome, outcomeOf, reasonOf } from './view.ts';

const SPEC_VERSION = '1.0.0';

type Status = 'passed' | 'failed' | 'skipped' | 'pending' | 'other';

/** What could not be judged is red, as JUnit's errors are; `rawStatus` tells it from a failure of the SUT. */
const statuses: Readonly<Record<Outcome, Status>> = {
  pass: 'passed',
  warn: 'passed',
  fail: 'failed',
  stale: 'failed',
  error: 'failed',
  inconclusive: 'failed',
  known: 'skipped',
  notApplicable: 'skipped',
};
const stepStatus = (verdict: Verdict): Status => (verdict === 'inconclusive' ? 'other' : statuses[verdict]);

export const ctrfReporter: Reporter = (report) => {
  const tests = [...report.cases.map(test), ...loadPoints(report).map(point)];
  const start = Date.parse(report.run.startedAt);
  const of = (status: Status) => tests.filter((one) => one.status === status).length;
  const { run, sut } = report;
  const document = {
    reportFormat: 'CTRF',
    specVersion: SPEC_VERSION,
    runId: run.id,
    timestamp: run.startedAt,
    generatedBy: `plugproof ${run.version}`,
    results: {
      tool: { name: 'plugproof', version: run.version },
      summary: {
        tests: tests.length,
        passed: of('passed'),
        failed: of('failed'),
        skipped: of('skipped'),
        pending: of('pending'),
        other: of('other'),
        suites: new Set(report.cases.map((one) => `${one.ocpp} ${one.suite}`)).size,
        start,
        stop: start + Math.round(run.durationMs),
        duration: Math.round(run.durationMs),
        extra: { planned: run.planned, partial: report.partial },
      },
      tests,
      environment: {
        reportName: `plugproof ${run.command}`,
        appName: sut.about?.['model'] ?? sut.url,
        ...(sut.about?.['firmware'] !== undefined && { appVersion: sut.about['firmware'] }),
        healthy: !report.partial && !report.cases.some((one) => isRed(outcomeOf(one))),
        extra: { ...sut, seed: run.seed, notes: run.notes },
      },
      ...((report.grade ?? report.load) && { extra: { grade: report.grade, load: report.load } }),
    },
  };
  return `${JSON.stringify(document, (_, value) => (typeof value === 'string' ? xmlChars(value) : value), 2)}\n`;
};

const point = ({ name, outcome, reason }: LoadPoint) => ({
  testId: `load ${name}`,
  name,
  status: statuses[outcome],
  duration: 0,
  rawStatus: outcome,
  ...(reason !== '' && { message: reason }),
});

function test(one: CaseReport) {
  const outcome = outcomeOf(one);
  const status = statuses[outcome];
  const findings = findingsOf(one);
  const reason =
    one.baseline && (outcome === 'known' || outcome === 'stale')
      ? `${outcome === 'known' ? 'known failing' : 'stale baseline entry, does not fail any more'}: ${one.baseline.reason} (${one.baseline.at})`
      : reasonOf(one);
  const worst = findings[0];
  return {
    testId: `${one.id}@${one.ocpp}`,
    name: `${one.octt ? `${one.octt} ` : ''}${one.title}`,
    status,
    duration: Math.round(one.durationMs),
    suite: [`OCPP ${one.ocpp}`, ...one.suite.split('/')],
    ...(reason !== '' && { message: reason }),
    ...(isRed(outcome) && findings.length > 0 && { trace: findings.map(sentence).join('\n') }),
    rawStatus: outcome,
    tags: [`ocpp${one.ocpp}`, outcome],
    labels: {
      id: one.id,
      block: one.block,
      identity: one.identity,
      ...(one.octt !== undefined && { octt: one.octt }),
      ...(worst && { requirement: worst.ref ?? worst.id }),
    },
    type: 'conformance',
    steps: [...one.checks, ...one.invariants.filter((invariant) => invariant.verdict !== 'pass')].map((step) => ({
      name: 'says' in step ? `${step.ref} ${step.says}` : `${step.id}: ${step.message}`,
      status: stepStatus(step.verdict),
      extra: { verdict: step.verdict },
    })),
    extra: { replay: one.replay },
  };
}

const sentence = (finding: ReturnType<typeof findingsOf>[number]): string =>
  [
    `${finding.verdict} ${finding.ref ?? finding.id}: ${finding.says}`,
    finding.expected === undefined ? '' : `expected ${finding.expected}`,
    finding.actual === undefined ? '' : `actual ${finding.actual}`,
    finding.frame === undefined ? '' : `frame ${finding.frame}${finding.path ?? ''}`,
  ]
    .filter((part) => part !== '')
    .join('; ');
