/** What the script tells while it runs, one line of the log at a time. */
import type { SampledFrame } from '../engine/sampler.ts';
import type { SeriesKey } from '../engine/series-key.ts';

/** Begins every line of ours. */
export const LOG_MARK = 'plugproof:';

type Sums = Readonly<Record<SeriesKey, number>>;

export type LogLine =
  | {
      readonly kind: 'pulse';
      readonly vu: number;
      readonly connected: number;
      readonly accepted: number;
      /** Counted so far. */
      readonly sums: Sums;
      /** Of the last second: bucket, count, bucket, count, … */
      readonly latency: readonly number[];
      readonly lateness: readonly number[];
      readonly samples: readonly SampledFrame[];
    }
  /** All stations of a VU are registered, milliseconds after the start. */
  | { readonly kind: 'up'; readonly vu: number; readonly ms: number }
  /** The scenarios of a VU begin, and end. */
  | { readonly kind: 'mark'; readonly vu: number; readonly at: 'begin' | 'end'; readonly sums: Sums };

/** Undefined where the line is none of ours. */
export function readLogLine(text: string): LogLine | undefined {
  if (!text.startsWith(LOG_MARK)) return undefined;
  try {
    return JSON.parse(text.slice(LOG_MARK.length)) as LogLine;
  } catch {
    return undefined;
  }
}

/** The buckets that are not empty. */
export function sparse(counts: Uint32Array): number[] {
  const found: number[] = [];
  counts.forEach((count, i) => {
    if (count > 0) found.push(i, count);
  });
  return found;
}

/** Adds what `sparse` made. */
export function addSparse(counts: Uint32Array, pairs: readonly number[]): void {
  for (let i = 0; i + 1 < pairs.length; i += 2) {
    const at = pairs[i] ?? 0;
    counts[at] = (counts[at] ?? 0) + (pairs[i + 1] ?? 0);
  }
}
