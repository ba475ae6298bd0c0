/** The memory of a run: sizes, the default, and the stop. */
import { expect } from 'chai';
import { Budget, defaultBudget, heldBytes, readSize } from './budget.ts';

const MIB = 2 ** 20;

describe('budget of a run', () => {
  it('reads sizes', () => {
    const sizes: readonly (readonly [string, number | undefined])[] = [
      ['500MiB', 500 * MIB],
      ['1.5GiB', 1536 * MIB],
      ['2gb', 2e9],
      ['64KiB', 65_536],
      ['500', undefined],
      ['0MiB', undefined],
      ['-1GiB', undefined],
      ['', undefined],
      ['GiB', undefined],
      ['5 GiB', undefined],
    ];
    for (const [text, bytes] of sizes) expect(readSize(text), text).to.equal(bytes);
  });

  it('is most of what is free, and less in a container that is smaller', () => {
    expect(defaultBudget(1000, 100, 0)).to.equal(1000);
    expect(defaultBudget(1000, 100, 500)).to.equal(450);
    expect(heldBytes()).to.be.greaterThan(0);
  });

  it('stops a run once, and says at how many stations', () => {
    let held = 10 * MIB;
    const budget = new Budget(20 * MIB, new AbortController().signal, () => held);
    budget.look(5);
    expect([budget.signal.aborted, budget.notes()]).to.deep.equal([false, []]);
    held = 30 * MIB;
    budget.look(7);
    budget.look(9);
    expect(budget.signal.aborted).to.equal(true);
    expect(budget.notes()).to.have.lengthOf(1);
    expect(budget.notes()[0]).to.match(/^the run was stopped at 7 stations: plugproof holds 30 MiB.* 20 MiB/);
  });

  it('lets the user stop it, and has nothing to say then', () => {
    const user = new AbortController();
    const budget = new Budget(undefined, user.signal, () => Number.MAX_VALUE);
    budget.look(1);
    expect(budget.signal.aborted).to.equal(false);
    user.abort();
    expect([budget.signal.aborted, budget.notes()]).to.deep.equal([true, []]);
  });
});
