/** The one scale of time that threads share. */
import { performance } from 'node:perf_hooks';

/** Milliseconds since the epoch, with a fraction, by the clock that does not step. */
export const epochNow = (): number => performance.timeOrigin + performance.now();
