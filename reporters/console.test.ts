/** The console: totals that sum to the plan, 80 columns, colours only when asked, exit meaning. */
import { expect } from 'chai';
import pc from 'picocolors';
import type { Report } from '../src/report.ts';
import { consoleReporter } from './console.ts';
import { bigReport, fullReport, greenReport, load, reportOf } from './fixtures/report.ts';
import { columns } from './text.ts';
import { count, exitOf, headline } from './view.ts';

const full = fullReport();

describe('console', () => {
  const text = consoleReporter(full, { width: 80 });

  it('has totals that sum to the plan', () => {
    const line = text.replaceAll('\n', ' ').match(/(\d+) cases planned = (.*?), in /);
    const parts = [...(line?.[2] ?? '').matchAll(/(\d+) /g)].map((part) => Number(part[1]));
    expect(Number(line?.[1])).to.equal(full.run.planned);
    expect(parts.reduce((sum, part) => sum + part, 0)).to.equal(full.run.planned);
  });
  it('fits the width, except for commands that are there to be copied', () => {
    for (const width of [60, 80, 120]) {
      const lines = consoleReporter(full, { width })
        .split('\n')
        .filter((line) => !line.includes(' replay '));
      for (const line of lines) expect(columns(line), line).to.be.at.most(width);
    }
  });
  it('shows what was demanded, what came, the frame around the field, and how to run it again', () => {
    const block = text.slice(text.indexOf('boot-pending'), text.indexOf('started-by-remote'));
    expect(block).to.contain('TC_B_02_CSMS').and.to.contain('BootNotificationResponse.currentTime SHALL');
    expect(block).to.contain('expected  an RFC 3339').and.to.contain('actual    "01/01/1970 00:00"');
    expect(block).to.match(/41\.2 {2}sut> \[3,"b-1"/);
    expect(block).to.match(/3\.9 {3}us> \[2,"b-1"/);
    expect(block.replace(/\n +/g, '')).to.contain('"currentTime":"01/01/1970 00:00"');
    expect(block).to.contain('replay  plugproof test csms');
  });
  it('marks the offending field where there are colours', () => {
    const coloured = consoleReporter(full, { width: 120, colours: pc.createColors(true) });
    expect(coloured).to.contain('\u001b[7m\u001b[31m"currentTime":"01/01/1970 00:00"');
  });
  it('has no escape at all without colours', () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    expect(text).not.to.match(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
    expect(text.split('\n').some((line) => line.trimStart().startsWith('::'))).to.equal(false);
    expect(text).not.to.match(/##\w*\[/);
  });
  it('says the notes before anything that they put in doubt', () => {
    expect(text.indexOf('! no driver: 2 cases')).to.be.within(0, text.indexOf('Provisioning'));
  });
  it('puts cases with one and the same reason together', () => {
    expect(text).to.contain('INCONCLUSIVE  2 cases, one reason');
  });
  it('says what the exit code means, its own or the one it is given', () => {
    expect(text).to.match(/exit 1: does not conform, or the baseline is out of date\n$/);
    expect(consoleReporter(full, { exitCode: 130 })).to.match(/exit 130: stopped by a signal\n$/);
  });
  it('tells at most 40 cases at length', () => {
    const many = bigReport(500, 4);
    const long = consoleReporter(many, {});
    const blocks = long.split('\n').filter((line) => /^(FAIL|WARN) {2}/.test(line)).length;
    const { fail, warn } = count(many.cases);
    expect(blocks).to.equal(40);
    expect(long).to.contain(`… and ${fail + warn - 40} more cases`);
  });
  it('names the other reports, relative to where one stands', () => {
    expect(consoleReporter(greenReport(), { cwd: '/p', files: { html: '/p/out/r.html' } })).to.contain(
      'html      out/r.html\n',
    );
  });
});

describe('the verdict in plain words', () => {
  const of = (report: Report) => `${headline(report).title}, ${exitOf(report).code}`;
  const only = (outcome: string, rest: Partial<Report> = {}) => {
    const cases = full.cases.filter((one) => (one.baseline?.status ?? one.verdict) === outcome);
    return reportOf([...greenReport().cases, ...cases], rest);
  };
  it('follows the worst that happened', () => {
    expect(of(full)).to.equal('Does not conform, 1');
    expect(of(only('stale'))).to.equal('Baseline is out of date, 1');
    expect(of(only('inconclusive'))).to.equal('Could not judge, 3');
    expect(of(only('error'))).to.equal('Could not judge, 3');
    expect(of(only('warn'))).to.equal('Conforms, 0');
    expect(of(only('known'))).to.equal('Conforms, 0');
    expect(of(greenReport())).to.equal('Conforms, 0');
    expect(of(reportOf([]))).to.equal('Nothing was run, 3');
    expect(of(reportOf(full.cases.filter((one) => one.verdict === 'notApplicable')))).to.equal('Nothing was shown, 3');
    expect(of(reportOf([], { load }))).to.equal('Load thresholds not met, 4');
    expect(of(reportOf([], { load: { ...load, thresholds: load.thresholds.slice(0, 1) } }))).to.equal(
      'Load thresholds met, 0',
    );
    const saturated = { ...load, thresholds: [], generator: { ...load.generator, saturated: true } };
    expect(of(reportOf([], { load: saturated }))).to.equal('Could not judge, 3');
    expect(of({ ...greenReport(), partial: true })).to.equal('Stopped early, 3');
  });
  it('never lets a baseline excuse an error of ours', () => {
    const ours = full.cases.find((one) => one.verdict === 'error') as Report['cases'][number];
    const excused = { ...ours, baseline: { status: 'known' as const, reason: 'x', at: 'y' } };
    expect(count([excused])).to.include({ error: 1, known: 0 });
  });
});
