/** Two calculators agree, and laws that hold whatever the profiles are. */
import { expect } from 'chai';
import fc from 'fast-check';
import { compositeSchedule } from './composite.ts';
import { randomInput } from './random-input.ts';
import { slowCompositeSchedule } from './slow.ts';

const SEED = 20_240_229;

describe('smart charging: laws', () => {
  it('agrees with the calculator that goes second by second', () => {
    fc.assert(
      fc.property(randomInput(), (input) => {
        expect(compositeSchedule(input)).to.deep.equal(slowCompositeSchedule(input));
      }),
      { seed: SEED, numRuns: Number(process.env['PLUGPROOF_RUNS'] ?? 2000) },
    );
  }).timeout(300_000);
});
