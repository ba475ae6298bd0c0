/** Load runs are compared by their thresholds, and by figures that say by how much. */
import { expect } from 'chai';
import { load, reportOf } from '../../reporters/fixtures/report.ts';
import type { LoadReport } from '../report.ts';
import { compareLoads } from './compare-load.ts';

const run = (p99: number, ok: boolean, more: Partial<LoadReport> = {}) =>
  reportOf([], {
    load: {
      ...load,
      metrics: { ocpp_call_latency: { type: 'trend', values: { count: 10, 'p(99)': p99 }, byTag: {} } },
      thresholds: [{ metric: 'ocpp_call_latency', expr: 'p(99)<500', ok, actual: p99 }],
      ...more,
    },
  });

describe('comparing load runs', () => {
  it('tells what broke, and by how much', () => {
    const compared = compareLoads([run(100, true), run(300, true), run(600, false)]);
    expect(compared?.regressions).to.equal(1);
    expect(compared?.thresholds).to.deep.equal([
      { metric: 'ocpp_call_latency', expr: 'p(99)<500', ok: [true, true, false], change: 'worse' },
    ]);
    expect(compared?.figures).to.deep.equal([
      { metric: 'ocpp_call_latency', statistic: 'p(99)', values: [100, 300, 600], change: 5 },
    ]);
  });

  it('counts no threshold that only one of them has', () => {
    const compared = compareLoads([run(100, true, { thresholds: [] }), run(600, false)]);
    expect(compared?.regressions).to.equal(0);
    expect(compared?.thresholds[0]?.change).to.equal('added');
  });

  it('leaves other runs to others', () => {
    expect(compareLoads([run(100, true), reportOf([])])).to.equal(undefined);
  });
});
