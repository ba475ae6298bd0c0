/** Whose a latency is that crosses its threshold: of the CSMS, or of the generator. */
import { expect } from 'chai';
import { LATE, type MetricName } from '../metrics.ts';
import { judge, readThreshold } from '../thresholds.ts';
import { neverLeft, ownDoing } from './own-doing.ts';

const threshold = (text: string) => {
  const reading = readThreshold(text);
  if (!reading.ok) throw new Error(reading.says);
  return reading.value;
};

/** @param own lateness of the generator, by its work and statistic */
const found = (text: string, actual: number | undefined, own: Readonly<Record<string, number>>) => {
  const totals = {
    statistic: (name: MetricName, statistic: string, { action = '' } = {}) =>
      name === 'generator_lateness' ? own[`${action} ${statistic}`] : actual,
  };
  const one = threshold(text);
  return ownDoing([one], [judge(one, totals)], totals);
};

describe("the generator's own doing", () => {
  const late = { [`${LATE.arrival} p(99)`]: 60, [`${LATE.arrival} med`]: 1, [`${LATE.connect} p(99)`]: 300 };

  it('is a crossed latency of which a fifth and more is its lateness', () => {
    const [says] = found('ocpp_call_latency: p(99)<100', 290, late);
    expect(says).to.match(/^ocpp_call_latency: p\(99\)<100 was 290 ms, and the generator itself was 60 ms late/);
    expect(found('ocpp_call_service_time{action:Heartbeat}: p(99)<=100', 290, late)).to.have.lengthOf(1);
    expect(found('ocpp_connect_time: p(99)<100', 290, late)).to.have.lengthOf(1);
  });

  it('is none where it was in time by that measure, or where the threshold holds', () => {
    expect(found('ocpp_call_latency: p(99)<100', 310, late)).to.deep.equal([]);
    expect(found('ocpp_call_latency: med<100', 110, late)).to.deep.equal([]);
    expect(found('ocpp_call_latency: p(99)<100', 90, late)).to.deep.equal([]);
    expect(found('ocpp_call_latency: p(99)<100', undefined, late)).to.deep.equal([]);
    expect(found('ocpp_call_latency: p(99)>400', 290, late)).to.deep.equal([]);
    expect(found('ocpp_calls: count<100', 290, late)).to.deep.equal([]);
  });

  it('is a connection that its own machine refuses', () => {
    const counts: Readonly<Record<string, number>> = { EADDRNOTAVAIL: 7, ECONNREFUSED: 9 };
    const count = (_name: string, { code = '' } = {}) => counts[code] ?? 0;
    expect(neverLeft({ count })).to.deep.equal([
      '7 connections never left this machine: no local port was free (EADDRNOTAVAIL); see plugproof doctor',
    ]);
  });
});
