/** When things are due: pure schedules, open model: what is due does not ask how the last one went. */

import type { Among } from '../workload.ts';

/** A schedule of `total` arrivals; times are milliseconds from its start and never fall. */
export interface Pacer {
  readonly total: number;
  /** From 0 on. */
  readonly durationMs: number;
  /** @param n from 0 to below `total` */
  dueAt(n: number): number;
}

/** One stage of a ramp: to `target` arrivals a second, in `durationMs`. */
export interface Stage {
  readonly durationMs: number;
  readonly target: number;
}

/** Rounding of sums of fractions must not make an arrival more or less. */
const EPSILON = 1e-6;

const countBelow = (arrivals: number): number => Math.max(0, Math.ceil(arrivals - EPSILON));

/** k6 `constant-arrival-rate`: one each 1/rate seconds, the first at once. */
export function constantRate(rate: number, durationMs: number): Pacer {
  return { total: countBelow((rate * durationMs) / 1000), durationMs, dueAt: (n) => (n * 1000) / rate };
}

/** k6 `ramping-arrival-rate`: the rate changes evenly from target to target. */
export function rampingRate(startRate: number, stages: readonly Stage[]): Pacer {
  interface Leg {
    /** Milliseconds. */
    readonly begins: number;
    readonly lasts: number;
    /** Arrivals a millisecond. */
    readonly from: number;
    readonly slope: number;
    /** Arrivals before this leg, and before the next. */
    readonly before: number;
    readonly upTo: number;
  }
  const legs: Leg[] = [];
  let begins = 0;
  let before = 0;
  let from = startRate / 1000;
  for (const { durationMs: lasts, target } of stages) {
    const to = target / 1000;
    const upTo = before + ((from + to) / 2) * lasts;
    if (lasts > 0) legs.push({ begins, lasts, from, slope: (to - from) / lasts, before, upTo });
    begins += lasts;
    before = upTo;
    from = to;
  }
  const durationMs = begins;
  return {
    total: countBelow(before),
    durationMs,
    dueAt(n) {
      const leg = legs.find(({ upTo }) => n <= upTo) ?? legs.at(-1);
      if (leg === undefined) return 0;
      const more = Math.max(0, n - leg.before);
      if (more === 0) return leg.begins;
      // From ∫(from + slope·t) = more, in the form that also holds for a slope of nought.
      const root = Math.sqrt(Math.max(0, leg.from ** 2 + 2 * leg.slope * more));
      const t = (2 * more) / (leg.from + root);
      return leg.begins + Math.min(leg.lasts, Number.isFinite(t) ? t : leg.lasts);
    },
  };
}

/** k6 `per-vu-iterations`: so many for each of the stations, spread evenly over a time. */
export function perStation(stations: number, iterations: number, overMs: number): Pacer {
  const total = stations * iterations;
  return { total, durationMs: overMs, dueAt: (n) => (total === 0 ? 0 : (n * overMs) / total) };
}

/** The part of a schedule that falls to one worker, with the station of each arrival. */
export interface Share {
  readonly stations: number;
  readonly workers: number;
  readonly worker: number;
}

export interface Arrival {
  /** Place in the whole schedule. */
  readonly n: number;
  /** Index of the station, over all workers. */
  readonly station: number;
}

/** The share of a worker in some of the stations, which are counted from `first` on. */
export function shareOf(
  { stations, workers, worker }: Share,
  among: Among | undefined,
): Share & { readonly first: number } {
  const { first, count } = among ?? { first: 0, count: stations };
  return { first, stations: count, workers, worker: (((worker - first) % workers) + workers) % workers };
}

/** Stations of a worker: every `workers`-th, beginning with its own number. */
export const stationsOf = ({ stations, workers, worker }: Share): number =>
  Math.max(0, Math.ceil((stations - worker) / workers));

/**
 * The k-th arrival of a worker. Arrival n is for station n modulo the stations: each worker finds its own without asking
 * the others, and each station has its turns evenly spread.
 */
export function arrivalOf(share: Share, k: number): Arrival {
  const own = stationsOf(share);
  const station = share.worker + (k % own) * share.workers;
  return { n: Math.floor(k / own) * share.stations + station, station };
}
