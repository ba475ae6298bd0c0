/** Thresholds are test cases to those formats that know nothing else. */
import { expect } from 'chai';
import { validate } from 'ctrf';
import { XMLParser } from 'fast-xml-parser';
import { ctrfReporter } from './ctrf.ts';
import { load, reportOf } from './fixtures/report.ts';
import { readTap } from './fixtures/tap.ts';
import { junitReporter } from './junit.ts';
import { loadPoints } from './load-points.ts';
import { tapReporter } from './tap.ts';

const report = reportOf([], { load });
const late = reportOf([], { load: { ...load, generator: { ...load.generator, latenessP99Ms: 900, saturated: true } } });

describe('load run as test cases', () => {
  it('has one for each threshold, and one for the generator', () => {
    expect(loadPoints(report).map(({ name, outcome }) => [name, outcome])).to.deep.equal([
      ['ocpp_call_latency{action:Heartbeat}: p(99)<500', 'pass'],
      ['ocpp_calls: count>100000', 'fail'],
      ['ocpp_command_latency: p(95)<1000', 'fail'],
      ['the load generator was in time', 'pass'],
    ]);
    expect(loadPoints(late).at(-1)).to.deep.include({ outcome: 'inconclusive' });
    expect(loadPoints({ ...report, partial: true }).at(-1)?.reason).to.match(/stopped before its end/);
  });

  it('is so in JUnit, CTRF and TAP', () => {
    const parser = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '@' });
    const { testsuites } = parser.parse(junitReporter(late, {})) as {
      testsuites: Record<string, string> & { testsuite: { testcase: { failure?: object; error?: object }[] } };
    };
    expect(testsuites).to.include({ '@tests': '4', '@failures': '2', '@errors': '1' });
    expect(
      testsuites.testsuite.testcase.map((one) => [one.failure !== undefined, one.error !== undefined]),
    ).to.deep.equal([
      [false, false],
      [true, false],
      [true, false],
      [false, true],
    ]);
    const ctrf = JSON.parse(ctrfReporter(report, {})) as { results: { summary: { tests: number; failed: number } } };
    expect(validate(ctrf).valid).to.equal(true);
    expect(ctrf.results.summary).to.include({ tests: 4, failed: 2 });
    expect(readTap(tapReporter(report, {})).points.map(({ ok }) => ok)).to.deep.equal([true, false, false, true]);
  });
});
