/** Virtual time: deterministic, in order, and never stuck without saying so. */
import { expect } from 'chai';
import { VirtualClock } from './clock.ts';

describe('virtual clock', () => {
  it('passes an hour in no time', async () => {
    const clock = new VirtualClock();
    const start = clock.now();
    await clock.run(clock.sleep(3_600_000));
    expect(clock.now() - start).to.equal(3_600_000);
    expect(clock.monotonic()).to.equal(3_600_000);
  });

  it('fires timers by due time, then in the order in which they were set', async () => {
    const clock = new VirtualClock();
    const fired: string[] = [];
    clock.setTimeout(() => fired.push('late'), 20);
    clock.setTimeout(() => fired.push('first'), 10);
    clock.setTimeout(() => fired.push('second'), 10);
    await clock.run(clock.sleep(30));
    expect(fired).to.deep.equal(['first', 'second', 'late']);
  });

  it('lets everything settle before time moves', async () => {
    const clock = new VirtualClock();
    let seen = -1;
    const work = (async () => {
      for (let i = 0; i < 50; i++) await Promise.resolve();
      seen = clock.monotonic();
    })();
    clock.setTimeout(() => {}, 5);
    await clock.run(work);
    expect(seen).to.equal(0);
  });

  it('forgets a cleared timer', async () => {
    const clock = new VirtualClock();
    const handle = clock.setTimeout(() => expect.fail('fired'), 5);
    clock.clearTimeout(handle);
    await clock.run(clock.sleep(10));
    expect(clock.monotonic()).to.equal(10);
  });

  it('tells a deadlock instead of hanging', async () => {
    const stuck = await new VirtualClock().run(new Promise(() => {})).catch((cause: Error) => cause.message);
    expect(stuck).to.match(/stands still/);
  });

  it('passes on what the work rejects with', async () => {
    const clock = new VirtualClock();
    const failed = await clock.run(Promise.reject(new Error('no'))).catch((cause: Error) => cause.message);
    expect(failed).to.equal('no');
  });
});
