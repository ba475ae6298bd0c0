/** A coarse histogram for one second of a run: cheap enough to be sent each second, 4 % wide. */

/** Buckets for each doubling. */
const FINE = 16;
/** From a microsecond to an hour. */
const SIZE = 33 * FINE;

export const emptyBuckets = (): Uint32Array => new Uint32Array(SIZE);

export class Buckets {
  #counts = emptyBuckets();

  record(ms: number): void {
    const at = ms < 0.001 ? 0 : Math.min(SIZE - 1, Math.floor(Math.log2(ms * 1000) * FINE));
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
  }

  /** What was recorded since the last call. */
  take(): Uint32Array {
    const counts = this.#counts;
    this.#counts = emptyBuckets();
    return counts;
  }
}

/** Sum of several. */
export function addBuckets(all: readonly Uint32Array[]): Uint32Array {
  const sum = emptyBuckets();
  for (const counts of all)
    counts.forEach((count, i) => {
      sum[i] = (sum[i] ?? 0) + count;
    });
  return sum;
}

/** Milliseconds, upper edge of the bucket; undefined where there is nothing. @param p from 0 to 100 */
export function percentileOf(counts: Uint32Array, p: number): number | undefined {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return undefined;
  const rank = Math.max(1, Math.ceil((p / 100) * total));
  let seen = 0;
  for (let i = 0; i < counts.length; i++) {
    seen += counts[i] ?? 0;
    if (seen >= rank) return 2 ** ((i + 1) / FINE) / 1000;
  }
  return undefined;
}
