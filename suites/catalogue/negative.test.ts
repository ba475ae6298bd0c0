/** The negative catalogue: each id names cases that exist, and what is not covered is known. */
import { expect } from 'chai';
import { allCases } from '../index.ts';
import { negativeCoverage } from './negative.ts';

/** Ids in each group. */
const GROUPS = { HS: 24, WF: 27, RP: 40, PL: 22, SE: 21, DI: 7, AU: 26, TC: 30, TS: 24, CM: 22 } as const;

/** Not covered. */
const OPEN: readonly string[] = [];

describe('negative catalogue', () => {
  it('has every id of its groups, once and in order', () => {
    const all = Object.entries(GROUPS).flatMap(([group, count]) =>
      Array.from({ length: count }, (_, i) => `${group}-${String(i + 1).padStart(2, '0')}`),
    );
    expect(negativeCoverage().map(({ id }) => id)).to.deep.equal(all);
  });
  it('names cases that exist', () => {
    const known = new Set(allCases().map(({ id }) => id));
    const unknown = negativeCoverage().flatMap(({ id, cases }) =>
      cases.filter((one) => !known.has(one)).map((one) => `${id}: ${one}`),
    );
    expect(unknown).to.deep.equal([]);
  });
  it('covers all but what is told', () => {
    const open = negativeCoverage().filter(({ cases }) => cases.length === 0);
    expect(open.map(({ id }) => id)).to.deep.equal(OPEN);
  });
});
