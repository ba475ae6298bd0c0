/** Distributions keep their shape when they are sent, added and subtracted. */
import { expect } from 'chai';
import { addBuckets, Buckets, percentileOf } from './buckets.ts';
import { Trend } from './trend.ts';

const of = (values: readonly number[]) => {
  const trend = new Trend();
  for (const value of values) trend.record(value);
  return trend;
};

describe('trend', () => {
  it('tells percentiles to a thousandth', () => {
    const trend = of(Array.from({ length: 1000 }, (_, i) => i + 1));
    for (const p of [1, 50, 90, 95, 99, 99.9, 100]) expect(trend.percentile(p)).to.be.closeTo(p * 10, p * 0.01);
    expect(trend.mean).to.be.closeTo(500.5, 0.5);
    expect([trend.min, trend.max]).to.satisfy(([min, max]: number[]) => min === 1 && Math.abs((max ?? 0) - 1000) < 1);
  });

  it('is nought where it is empty, and takes what no clock should say', () => {
    expect([of([]).count, of([]).percentile(99), of([]).mean, of([]).max]).to.deep.equal([0, 0, 0, 0]);
    const odd = of([-1, 0, 1e12]);
    expect([odd.count, odd.min]).to.deep.equal([3, 0]);
    expect(odd.max).to.be.closeTo(3_600_000, 3_600);
  });

  it('survives the journey between threads', () => {
    const sum = Trend.decode(of([1, 2, 3]).encode());
    sum.add(Trend.decode(of([100]).encode()));
    expect(sum.count).to.equal(4);
    expect(sum.percentile(75)).to.be.closeTo(3, 0.003);
    sum.subtract(of([1, 2, 3]));
    expect([sum.count, sum.percentile(50)]).to.satisfy(([n, p]: number[]) => n === 1 && Math.abs((p ?? 0) - 100) < 0.2);
    expect(Trend.decode('').count).to.equal(0);
  });
});

describe('buckets', () => {
  it('tell percentiles within 5 %, and begin anew when they are taken', () => {
    const buckets = new Buckets();
    for (let i = 1; i <= 1000; i++) buckets.record(i);
    const first = buckets.take();
    const both = addBuckets([first, buckets.take()]);
    expect(percentileOf(both, 50)).to.be.closeTo(500, 25);
    expect(percentileOf(both, 99)).to.be.closeTo(990, 50);
    expect(percentileOf(buckets.take(), 50)).to.equal(undefined);
    buckets.record(0);
    buckets.record(1e12);
    expect(percentileOf(buckets.take(), 100)).to.be.greaterThan(3_600_000);
  });
});
