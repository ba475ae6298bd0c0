/** Time in k6: its timers, and a clock with the grain of a millisecond. */
import type { Clock, TimerHandle } from '../../src/clock.ts';

/** Longest that a timer of k6 is asked for. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** The monotonic scale begins with the VU, as that of a process does. */
export const ORIGIN = Date.now();

export const k6Clock: Clock = {
  now: () => Date.now(),
  monotonic: () => Date.now() - ORIGIN,
  setTimeout: (callback, ms) =>
    setTimeout(callback, Math.max(0, Math.min(ms, LONGEST_TIMER))) as unknown as TimerHandle,
  clearTimeout: (handle) => {
    if (handle !== undefined) clearTimeout(handle as unknown as number);
  },
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, Math.max(0, Math.min(ms, LONGEST_TIMER)))),
};
