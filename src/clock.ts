/** The only source of time: real, or virtual for runs in which an hour takes a millisecond. */

export type TimerHandle = object | number;

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Milliseconds since some fixed instant, never stepping back, with a fraction. */
  monotonic(): number;
  setTimeout(callback: () => void, ms: number): TimerHandle;
  clearTimeout(handle: TimerHandle | undefined): void;
  /** Resolves after `ms` milliseconds; only where the thing waited for is time itself. */
  sleep(ms: number): Promise<void>;
}

/** setTimeout of Node and browsers wraps around at 2^31 ms. */
const LONGEST_TIMER = 2 ** 31 - 1;

export const realClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimeout: (callback, ms) => setTimeout(callback, Math.min(ms, LONGEST_TIMER)),
  clearTimeout: (handle) => clearTimeout(handle as NodeJS.Timeout | undefined),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, Math.min(ms, LONGEST_TIMER))),
};

interface Timer {
  readonly due: number;
  readonly order: number;
  readonly callback: () => void;
}

/**
 * Time that stands still while anything happens and jumps to the next timer when nothing does.
 * Deterministic: timers fire in order of due time, then of creation.
 */
export class VirtualClock implements Clock {
  readonly #origin: number;
  #elapsed = 0;
  #order = 0;
  #timers: Timer[] = [];

  /** @param origin milliseconds since the epoch at which this clock starts */
  constructor(origin = Date.UTC(2026, 0, 1)) {
    this.#origin = origin;
  }

  now(): number {
    return this.#origin + Math.floor(this.#elapsed);
  }

  monotonic(): number {
    return this.#elapsed;
  }

  setTimeout(callback: () => void, ms: number): TimerHandle {
    const timer: Timer = { due: this.#elapsed + Math.max(0, ms), order: this.#order++, callback };
    let at = this.#timers.length;
    while (at > 0 && (this.#timers[at - 1] as Timer).due > timer.due) at--;
    this.#timers.splice(at, 0, timer);
    return timer;
  }

  clearTimeout(handle: TimerHandle | undefined): void {
    const at = this.#timers.indexOf(handle as Timer);
    if (at >= 0) this.#timers.splice(at, 1);
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.setTimeout(resolve, ms);
    });
  }

  /**
   * Runs until `work` settles, jumping from timer to timer.
   * @throws when nothing is left that could settle it (a deadlock), or what `work` rejects with
   */
  async run<T>(work: Promise<T>): Promise<T> {
    let settled = false;
    const done = () => {
      settled = true;
    };
    work.then(done, done);
    for (;;) {
      await quiet();
      if (settled) return work;
      const next = this.#timers.shift();
      if (next === undefined) throw new Error('virtual time stands still: no timer is set and the work is not done');
      this.#elapsed = Math.max(this.#elapsed, next.due);
      next.callback();
    }
  }
}

/** One turn of the event loop: every promise that can settle has settled. */
function quiet(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
