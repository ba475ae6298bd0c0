/** Test of the bench: five messages of each version, and numbers that are numbers. */
import { expect } from 'chai';
import { bench } from './bench.ts';

describe('bench', () => {
  it('measures five messages of each version', () => {
    const rows = bench(1);
    expect(rows.map(({ ocpp }) => ocpp)).to.deep.equal(['1.6', '2.0.1', '2.1'].flatMap((one) => Array(5).fill(one)));
    for (const { name, parsed, withText } of rows) {
      expect(parsed, name).to.be.greaterThan(0);
      expect(withText, name).to.be.greaterThan(0);
    }
  });
});
