/** Makes things happen when they are due, and tells by how much it was late. */
import type { Clock, TimerHandle } from '../../src/clock.ts';
import type { Among } from '../workload.ts';
import { type Arrival, arrivalOf, type Pacer, type Share, shareOf, stationsOf } from './pacer.ts';

export interface Run {
  readonly pacer: Pacer;
  /** Of which stations the arrivals are; default: of all. */
  readonly among?: Among | undefined;
  /** On the monotonic scale of the clock. */
  readonly startAt: number;
  /** @param dueAt on the monotonic scale */
  readonly fire: (arrival: Arrival, dueAt: number) => void;
  /** Told how late each arrival was, in milliseconds; undefined where as fast as possible is what is wanted. */
  readonly late: ((ms: number) => void) | undefined;
  /** Told how many arrivals were due and can't happen any more. */
  readonly missed?: (count: number) => void;
}

interface Active extends Run {
  share: Share;
  first: number;
  k: number;
  next: Arrival;
  nextDue: number;
}

/** So many, or so many milliseconds, in one go; then the sockets have their turn. */
const BATCH = 500;
const BATCH_MS = 8;
/** Timers have a grain of a millisecond. */
const GRAIN_MS = 1;

export class Dispatcher {
  readonly #clock: Clock;
  readonly #share: Share;
  #active: Active[] = [];
  #timer: TimerHandle | undefined;

  constructor(clock: Clock, share: Share) {
    this.#clock = clock;
    this.#share = share;
  }

  add(run: Run): void {
    const { first, ...share } = shareOf(this.#share, run.among);
    if (stationsOf(share) === 0) return;
    const next = arrivalOf(share, 0);
    if (next.n >= run.pacer.total) return;
    this.#active.push({ ...run, share, first, k: 0, next, nextDue: run.startAt + run.pacer.dueAt(next.n) });
    this.#arm();
  }

  /** True where something that was due before `instant` has not happened yet. */
  behind(instant: number): boolean {
    return this.#active.some(({ nextDue }) => nextDue < instant);
  }

  /** Nothing more happens; what was due by now and did not is told as missed. */
  stop(): void {
    const now = this.#clock.monotonic();
    for (const active of this.#active) {
      let count = 0;
      for (; active.next.n < active.pacer.total && active.nextDue < now; this.#advance(active)) {
        active.late?.(now - active.nextDue);
        count++;
      }
      if (count > 0) active.missed?.(count);
    }
    this.#active = [];
    this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #advance(active: Active): void {
    active.k++;
    active.next = arrivalOf(active.share, active.k);
    active.nextDue = active.startAt + active.pacer.dueAt(active.next.n);
  }

  #arm(): void {
    this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    let soonest = Number.POSITIVE_INFINITY;
    for (const { nextDue } of this.#active) if (nextDue < soonest) soonest = nextDue;
    if (soonest === Number.POSITIVE_INFINITY) return;
    const wait = Math.max(GRAIN_MS, soonest - this.#clock.monotonic());
    this.#timer = this.#clock.setTimeout(() => this.#tick(), wait);
  }

  #tick(): void {
    this.#timer = undefined;
    let left = BATCH;
    const began = this.#clock.monotonic();
    for (const active of this.#active) {
      while (left > 0 && active.next.n < active.pacer.total) {
        const now = this.#clock.monotonic();
        if (active.nextDue > now || now - began > BATCH_MS) break;
        left--;
        active.late?.(now - active.nextDue);
        const { n, station } = active.next;
        active.fire({ n, station: active.first + station }, active.nextDue);
        this.#advance(active);
      }
    }
    if (this.#active.some(({ next, pacer }) => next.n >= pacer.total)) {
      this.#active = this.#active.filter(({ next, pacer }) => next.n < pacer.total);
    }
    this.#arm();
  }
}
