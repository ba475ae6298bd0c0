/** A drift is told where latency grows, and nowhere else. */
import { expect } from 'chai';
import { Drift } from './drift.ts';
import { Totals } from './totals.ts';

function driftOf(seconds: number, latency: (second: number) => number): { value: number | undefined; notes: string[] } {
  const drift = new Drift();
  for (let i = 0; i < seconds; i++) drift.see({ 'ocpp_call_latency p(50)': latency(i) });
  const totals = new Totals([], 1);
  drift.addTo(totals);
  return { value: totals.statistic('ocpp_latency_drift', 'value'), notes: drift.notes() };
}

describe('drift', () => {
  it('is the last quarter against the first', () => {
    const { value, notes } = driftOf(100, (i) => 10 + i);
    expect(value).to.be.closeTo(97 / 22, 0.2);
    expect(notes.join()).to.match(
      /the median latency drifted from 22\.0 ms in the first quarter to 97\.0 ms in the last/,
    );
  });

  it('is not made of one bad second, nor of a run that is too short', () => {
    expect(driftOf(100, (i) => (i === 99 ? 1_000 : 10))).to.deep.equal({ value: 1, notes: [] });
    expect(driftOf(30, (i) => i + 1)).to.deep.equal({ value: undefined, notes: [] });
  });
});
