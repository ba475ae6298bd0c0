/** A clock of this machine that is set in the middle of a case: durations stay, and nobody is blamed for the time. */
import { expect } from 'chai';
import { loadMessageSchemas } from '../../schemas/ocpp.ts';
import { suites } from '../../suites/index.ts';
import type { Clock } from '../clock.ts';
import { csmsInMemory } from '../reference/csms-in-memory.ts';
import { runCase } from './run-case.ts';

const HOUR_MS = 3_600_000;
const spec = suites.flatMap(({ cases }) => cases).find(({ id }) => id === 'csms/provisioning/cold-boot');
const schemas = loadMessageSchemas();

/** Runs the case; after so many looks at it, our clock is off by so much. The reference keeps its own. */
async function outcome(looks: number, stepMs: number) {
  if (spec === undefined) throw new Error('there is no such case');
  const { clock, environment } = csmsInMemory('1.6', schemas);
  let looked = 0;
  const set: Clock = {
    now: () => clock.now() + (looked++ >= looks ? stepMs : 0),
    monotonic: () => clock.monotonic(),
    setTimeout: (callback, ms) => clock.setTimeout(callback, ms),
    clearTimeout: (handle) => clock.clearTimeout(handle),
    sleep: (ms) => clock.sleep(ms),
  };
  return clock.run(runCase(spec, '1.6', 'CP01', { ...environment, clock: set }));
}

describe('a clock that is set in the middle of a case', () => {
  it('makes nobody wrong, and no duration long', async () => {
    const right = await outcome(Number.POSITIVE_INFINITY, 0);
    for (const step of [2 * HOUR_MS, -2 * HOUR_MS, 30 * 24 * HOUR_MS])
      for (const looks of [1, 2, 5]) {
        const { verdict, durationMs, trace } = await outcome(looks, step);
        expect([verdict, durationMs], `${step} after ${looks}`).to.deep.equal([right.verdict, right.durationMs]);
        expect(trace.every(({ at }) => at >= 0 && at <= durationMs + 1)).to.equal(true);
        expect(trace.map(({ text }) => text).join('\n')).to.match(/clock of this machine was set by -?\d+ s meanwhile/);
      }
  });

  it('is none where it was wrong from the start: then the other end is off', async () => {
    const { invariants } = await outcome(0, 2 * HOUR_MS);
    expect(invariants.map(({ id }) => id)).to.include('clock');
  });
});
