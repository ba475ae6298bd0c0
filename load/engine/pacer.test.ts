/** Schedules: so many arrivals, at those times, each at one worker. */
import { expect } from 'chai';
import { arrivalOf, constantRate, type Pacer, perStation, rampingRate, stationsOf } from './pacer.ts';

const times = (pacer: Pacer) => Array.from({ length: pacer.total }, (_, n) => pacer.dueAt(n));

describe('pacers', () => {
  const counts: readonly [name: string, pacer: Pacer, total: number][] = [
    ['a constant rate', constantRate(100, 10_000), 1000],
    ['a rate that is no whole number', constantRate(0.3, 10_000), 3],
    ['a rate whose period is no binary fraction', constantRate(3, 1_000), 3],
    ['a part of a period', constantRate(3, 1_001), 4],
    ['no time', constantRate(100, 0), 0],
    ['a ramp from nought', rampingRate(0, [{ durationMs: 10_000, target: 100 }]), 500],
    [
      'up, level, down',
      rampingRate(0, [
        { durationMs: 1_000, target: 10 },
        { durationMs: 2_000, target: 10 },
        { durationMs: 1_000, target: 0 },
      ]),
      30,
    ],
    [
      'a jump',
      rampingRate(10, [
        { durationMs: 1_000, target: 10 },
        { durationMs: 0, target: 100 },
        { durationMs: 1_000, target: 100 },
      ]),
      110,
    ],
    ['nothing at all', rampingRate(0, [{ durationMs: 1_000, target: 0 }]), 0],
    ['each station twice', perStation(7, 2, 1_000), 14],
    ['all at once', perStation(5, 1, 0), 5],
  ];
  for (const [name, pacer, total] of counts) {
    it(`${name}: ${total} arrivals, in order and in time`, () => {
      const due = times(pacer);
      expect(due).to.have.lengthOf(total);
      due.forEach((at, n) => {
        expect(at).to.be.at.least(n === 0 ? 0 : (due[n - 1] as number));
        expect(at).to.be.at.most(pacer.durationMs);
      });
    });
  }

  it('keep the rate', () => {
    expect(times(constantRate(4, 1_000))).to.deep.equal([0, 250, 500, 750]);
    const ramp = rampingRate(0, [{ durationMs: 10_000, target: 100 }]);
    // Half of the time sees a quarter of the arrivals, t² as it is.
    expect(times(ramp).filter((at) => at < 5_000)).to.have.lengthOf(125);
    const level = rampingRate(5, [{ durationMs: 1_000, target: 5 }]);
    expect(times(level)).to.deep.equal([0, 200, 400, 600, 800]);
    expect(times(perStation(4, 1, 1_000))).to.deep.equal([0, 250, 500, 750]);
    expect(times(perStation(3, 1, 0))).to.deep.equal([0, 0, 0]);
  });
});

describe('shares', () => {
  for (const [stations, workers, total] of [
    [10, 1, 25],
    [10, 2, 25],
    [7, 3, 50],
    [2, 3, 9],
    [1, 1, 3],
  ] as const) {
    it(`${total} arrivals for ${stations} stations over ${workers} workers: each once, at the station whose turn it is`, () => {
      const seen: number[] = [];
      for (let worker = 0; worker < workers; worker++) {
        const share = { stations, workers, worker };
        if (stationsOf(share) === 0) continue;
        let before = -1;
        for (let k = 0; ; k++) {
          const { n, station } = arrivalOf(share, k);
          if (n >= total) break;
          expect(n).to.be.greaterThan(before);
          expect(station).to.equal(n % stations);
          expect(station % workers).to.equal(worker);
          before = n;
          seen.push(n);
        }
      }
      expect(seen.sort((a, b) => a - b)).to.deep.equal(Array.from({ length: total }, (_, n) => n));
    });
  }
});
