/** The time that a driver has: the caller's signal and its own time-out, whichever ends first. */
import type { Clock } from '../../clock.ts';

export interface Deadline {
  /** Aborts when either is over. */
  readonly signal: AbortSignal;
  /** True where the time-out ended it, and not the caller. */
  timedOut(): boolean;
  /** To be called when the work is done. */
  clear(): void;
}

/** @param timeoutMs milliseconds from now */
export function deadline(clock: Clock, timeoutMs: number, signal: AbortSignal): Deadline {
  const ended = new AbortController();
  let late = false;
  const stop = () => ended.abort();
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  const timer = clock.setTimeout(() => {
    late = true;
    stop();
  }, timeoutMs);
  return {
    signal: ended.signal,
    timedOut: () => late && !signal.aborted,
    clear: () => {
      clock.clearTimeout(timer);
      signal.removeEventListener('abort', stop);
    },
  };
}

/** Resolves after `ms` milliseconds, or at once when the signal aborts. */
export function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const done = () => {
      clock.clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = clock.setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });
}
