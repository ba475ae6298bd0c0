/** Thresholds are read as k6 writes them, and fail where there is no data. */
import { expect } from 'chai';
import { type SeriesKey, seriesKey } from './engine/series-key.ts';
import type { TallyState } from './engine/tally.ts';
import { Totals } from './engine/totals.ts';
import { Trend } from './engine/trend.ts';
import { judge, readThreshold } from './thresholds.ts';

const trendOf = (...values: readonly number[]): string => {
  const trend = new Trend();
  for (const value of values) trend.record(value);
  return trend.encode();
};

const counters: Record<SeriesKey, number> = {
  [seriesKey('ocpp_calls', 'Heartbeat')]: 100,
  [seriesKey('ocpp_calls', 'BootNotification')]: 10,
  'answers|Heartbeat|': 50,
  'answers|BootNotification|': 10,
  [seriesKey('ocpp_call_errors', 'Heartbeat', 'InternalError')]: 3,
  [seriesKey('ocpp_calls_unanswered', 'Heartbeat')]: 50,
};
const state: TallyState = {
  counters,
  trends: {
    [seriesKey('ocpp_call_latency', 'Heartbeat')]: trendOf(1, 2, 3, 1000),
    [seriesKey('ocpp_call_latency', 'BootNotification')]: trendOf(5000),
  },
};
const totals = new Totals([state], 10);

const judged = (text: string) => {
  const reading = readThreshold(text);
  if (!reading.ok) throw new Error(`${reading.says} ${reading.fix}`);
  return judge(reading.value, totals);
};

describe('thresholds', () => {
  const rows: readonly [text: string, ok: boolean, actual: number | null][] = [
    ['ocpp_calls: count>100', true, 110],
    ['ocpp_calls:count>110', false, 110],
    ['ocpp_calls: rate >= 11', true, 11],
    ['ocpp_calls{action:Heartbeat}: count==100', true, 100],
    ['ocpp_calls{action:Heartbeat,direction:sent}: count===100', true, 100],
    ['ocpp_calls{action:Heartbeat,direction:received}: count<100', false, null],
    ['ocpp_calls{action:Nothing}: count<5', false, null],
    ['ocpp_call_errors: rate<0.06', true, 0.05],
    ['ocpp_call_errors{action:Heartbeat}: rate<=0.06', true, 0.06],
    ['ocpp_call_errors{code:InternalError}: count!=0', true, 3],
    ['ocpp_call_errors{code:Other}: count==0', true, 0],
    ['ocpp_call_errors{action:Authorize}: rate<1', false, null],
    ['ocpp_calls_unanswered: count==0', false, 50],
    ['ocpp_calls_unanswered{action:BootNotification}: count==0', true, 0],
    ['ocpp_dropped_calls: count==0', true, 0],
    ['ocpp_call_latency{action:Heartbeat}: med<3', true, 2],
    ['ocpp_call_latency{action:Heartbeat}: p(75)<=3.01', true, 3],
    ['ocpp_call_latency: max<4000', false, 5000],
    ['ocpp_call_latency{action:Heartbeat}: count>=4', true, 4],
    ['ocpp_call_latency{action:Authorize}: p(99)<500', false, null],
    ['ocpp_call_service_time: p(95)<500', false, null],
    ['ocpp_stations: max>0', false, null],
  ];
  for (const [text, ok, actual] of rows) {
    it(text, () => {
      const verdict = judged(text);
      expect(verdict.ok).to.equal(ok);
      if (actual === null) expect(verdict.actual).to.equal(null);
      else expect(verdict.actual).to.be.closeTo(actual, actual * 0.002);
    });
  }

  const wrong: readonly [text: string, says: RegExp][] = [
    ['ocpp_call_latenci: p(99)<1', /no metric 'ocpp_call_latenci'.*ocpp_call_latency'/],
    ['ocpp_calls: p(99)<1', /counter and has no 'p\(99\)'/],
    ['ocpp_call_latency: p(101)<1', /no 'p\(101\)'/],
    ['ocpp_call_latency: p99<1', /no 'p99'/],
    ['ocpp_call_latency: p(99)<500ms', /no expression.*no unit/],
    ['ocpp_call_latency{acton:Heartbeat}: p(99)<5', /no tag 'acton:Heartbeat'.*'action'/],
    ['ocpp_connects{action:X}: count>0', /no tag/],
    ['ocpp_calls', /is no threshold/],
    ['count>0', /is no threshold/],
  ];
  for (const [text, says] of wrong) {
    it(`refuses ${text}`, () => {
      const reading = readThreshold(text);
      expect(reading.ok).to.equal(false);
      if (!reading.ok) expect(`${reading.says} ${reading.fix}`).to.match(says);
    });
  }
});

describe('totals', () => {
  it('add up workers, and tell what came since', () => {
    const both = new Totals([state, state], 1);
    expect(both.count('ocpp_calls')).to.equal(220);
    expect(both.trend('ocpp_call_latency').count).to.equal(10);
    const since = both.since(totals, 1);
    expect(since.count('ocpp_calls')).to.equal(110);
    expect(since.trend('ocpp_call_latency').count).to.equal(5);
    expect(since.trend('ocpp_call_latency').percentile(100)).to.be.closeTo(5000, 5);
  });

  it('report values by tag', () => {
    const report = totals.report();
    expect(report['ocpp_calls']?.values).to.deep.equal({ count: 110, rate: 11 });
    expect(Object.keys(report['ocpp_calls']?.byTag ?? {})).to.deep.equal([
      'action:BootNotification',
      'action:Heartbeat',
      'direction:sent',
    ]);
    expect(report['ocpp_call_errors']?.byTag['code:InternalError']).to.deep.equal({ rate: 0.05, count: 3, total: 60 });
    expect(report['ocpp_call_latency']?.byTag['action:Heartbeat']?.['count']).to.equal(4);
    // Counters are there with nought; what was not measured is not there.
    expect(report['ocpp_dropped_calls']?.values['count']).to.equal(0);
    expect(report).not.to.have.property('ocpp_call_service_time');
  });
});
