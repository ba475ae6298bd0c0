/** What is due happens once, in order, and lateness is told. */
import { expect } from 'chai';
import { VirtualClock } from '../../src/clock.ts';
import { Dispatcher } from './dispatcher.ts';
import { constantRate, perStation } from './pacer.ts';

const share = { stations: 3, workers: 1, worker: 0 };

describe('dispatcher', () => {
  it('fires every arrival when it is due, of several schedules at once', async () => {
    const clock = new VirtualClock();
    const late: number[] = [];
    const fired: [string, number, number, number][] = [];
    const dispatcher = new Dispatcher(clock, share);
    const add = (name: string, startAt: number, rate: number, ms: number) =>
      dispatcher.add({
        pacer: constantRate(rate, ms),
        startAt,
        late: (ms) => late.push(ms),
        fire: ({ n, station }, dueAt) => fired.push([name, n, station, dueAt]),
      });
    add('a', 100, 10, 400);
    add('b', 150, 5, 400);
    await clock.run(clock.sleep(2_000));
    expect(fired).to.deep.equal([
      ['a', 0, 0, 100],
      ['b', 0, 0, 150],
      ['a', 1, 1, 200],
      ['a', 2, 2, 300],
      ['b', 1, 1, 350],
      ['a', 3, 0, 400],
    ]);
    expect(late).to.deep.equal([0, 0, 0, 0, 0, 0]);
  });

  it('catches up with what it missed, and counts how late that was', async () => {
    const clock = new VirtualClock();
    const late: number[] = [];
    const dueTimes: number[] = [];
    const dispatcher = new Dispatcher(clock, share);
    dispatcher.add({
      pacer: constantRate(10, 300),
      startAt: -1_000,
      late: (ms) => late.push(ms),
      fire: (_arrival, dueAt) => dueTimes.push(dueAt),
    });
    await clock.run(clock.sleep(50));
    expect(dueTimes).to.deep.equal([-1_000, -900, -800]);
    expect(late).to.deep.equal([1_001, 901, 801]);
  });

  it('fires all at once where they are due at once', async () => {
    const clock = new VirtualClock();
    let fired = 0;
    const dispatcher = new Dispatcher(clock, { ...share, stations: 2_000 });
    dispatcher.add({ pacer: perStation(2_000, 1, 0), startAt: 0, late: undefined, fire: () => fired++ });
    await clock.run(clock.sleep(100));
    expect(fired).to.equal(2_000);
  });

  for (const workers of [1, 2, 3]) {
    it(`deals arrivals out among some of the stations, over ${workers} workers`, async () => {
      const stations = new Map<number, number>();
      for (let worker = 0; worker < workers; worker++) {
        const clock = new VirtualClock();
        const dispatcher = new Dispatcher(clock, { stations: 10, workers, worker });
        dispatcher.add({
          pacer: constantRate(10, 2_100),
          among: { first: 3, count: 5 },
          startAt: 0,
          late: undefined,
          fire: ({ station }) => {
            expect(station % workers).to.equal(worker);
            stations.set(station, (stations.get(station) ?? 0) + 1);
          },
        });
        await clock.run(clock.sleep(5_000));
      }
      expect([...stations].sort()).to.deep.equal([
        [3, 5],
        [4, 4],
        [5, 4],
        [6, 4],
        [7, 4],
      ]);
    });
  }

  it('tells what it missed', async () => {
    const clock = new VirtualClock();
    const late: number[] = [];
    let missed = 0;
    const dispatcher = new Dispatcher(clock, share);
    dispatcher.add({
      pacer: constantRate(10, 10_000),
      startAt: -1_000,
      late: (ms) => late.push(ms),
      fire: () => expect.fail('there was no time'),
      missed: (count) => {
        missed += count;
      },
    });
    expect(dispatcher.behind(0)).to.equal(true);
    dispatcher.stop();
    await clock.run(clock.sleep(20_000));
    expect(missed).to.equal(10);
    expect(late).to.deep.equal([1000, 900, 800, 700, 600, 500, 400, 300, 200, 100]);
    expect(dispatcher.behind(1e9)).to.equal(false);
  });

  it('stops', async () => {
    const clock = new VirtualClock();
    let fired = 0;
    const dispatcher = new Dispatcher(clock, share);
    dispatcher.add({ pacer: constantRate(10, 10_000), startAt: 0, late: undefined, fire: () => fired++ });
    clock.setTimeout(() => dispatcher.stop(), 950);
    await clock.run(clock.sleep(20_000));
    expect(fired).to.equal(10);
  });
});
