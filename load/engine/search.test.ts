/** The search closes in on the knee, and stops where the generator is what breaks. */
import { expect } from 'chai';
import { readThreshold } from '../thresholds.ts';
import type { Search, Threshold } from '../workload.ts';
import { search } from './search.ts';
import { seriesKey } from './series-key.ts';
import { Totals } from './totals.ts';
import { Trend } from './trend.ts';

const plan: Search = {
  name: 'search',
  exec: 'heartbeat',
  startMs: 0,
  holdMs: 0,
  tokens: [],
  startRate: 100,
  maxRate: 10_000,
  stepMs: 1_000,
  precision: 0.05,
};
const reading = readThreshold('ocpp_call_latency: p(99)<500');
const thresholds: Threshold[] = reading.ok ? [reading.value] : [];

/** A CSMS that is fast up to `knee`, and a generator that is in time up to `limit`. */
async function find(knee: number, limit = Number.POSITIVE_INFINITY, more: Partial<Search> = {}) {
  const tried: number[] = [];
  const trendOf = (ms: number) => {
    const trend = new Trend();
    trend.record(ms);
    return trend.encode();
  };
  const found = await search({ ...plan, ...more }, thresholds, {
    signal: new AbortController().signal,
    late: (totals) => totals.trend('generator_lateness').percentile(99) > 250,
    trial: async (rate) => {
      tried.push(rate);
      const trends = {
        [seriesKey('ocpp_call_latency', 'Heartbeat')]: trendOf(rate <= knee ? 10 : 2_000),
        [seriesKey('generator_lateness', 'arrival')]: trendOf(rate <= limit ? 1 : 1_000),
      };
      return new Totals([{ counters: {}, trends }], 1);
    },
  });
  return { ...found, tried };
}

describe('search for the knee', () => {
  it('doubles, then halves the distance', async () => {
    const { capacity, broke, stopped, thresholds: verdicts, tried, says } = await find(1_000);
    expect(tried).to.deep.equal([100, 200, 400, 800, 1600, 1200, 1000, 1100, 1050]);
    expect([capacity, broke, stopped]).to.deep.equal([1_000, 1_050, 'found']);
    expect(verdicts.map(({ ok }) => ok)).to.deep.equal([true]);
    expect(says).to.match(
      /^capacity: 1000 calls a second were held, 1050 were not \(ocpp_call_latency: p\(99\)<500 was 2000/,
    );
  });

  const ends: readonly [string, number, number, string, number, number][] = [
    ['where the CSMS does more', 50_000, Number.POSITIVE_INFINITY, 'maxRate', 10_000, 8],
    ['where the generator is too slow', 50_000, 500, 'generator', 400, 4],
    ['where not even the first rate holds', 10, Number.POSITIVE_INFINITY, 'found', 0, 1],
  ];
  for (const [name, knee, limit, stopped, capacity, trials] of ends) {
    it(`ends ${name}`, async () => {
      const found = await find(knee, limit);
      expect([found.stopped, found.capacity, found.tried.length]).to.deep.equal([stopped, capacity, trials]);
    });
  }

  it('shows what broke where nothing held', async () => {
    const { thresholds: verdicts, says } = await find(10);
    expect(verdicts.map(({ ok }) => ok)).to.deep.equal([false]);
    expect(says).to.match(/^no rate was held, 100 were not/);
  });
});
