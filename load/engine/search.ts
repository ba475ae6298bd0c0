/** Finds the knee: raises the rate until a threshold breaks, then halves the distance. Pure, but for the trials. */
import { judge, type ThresholdVerdict } from '../thresholds.ts';
import type { Search, Threshold } from '../workload.ts';
import type { Totals } from './totals.ts';

export interface SearchEnvironment {
  readonly signal: AbortSignal;
  /** True where a trial tells of the generator. */
  readonly late: (totals: Totals, verdicts: readonly ThresholdVerdict[]) => boolean;
  /** Runs one rate for the length of a step. @returns what was counted in it */
  readonly trial: (rate: number) => Promise<Totals>;
}

export interface Searched {
  /** Highest rate, in calls a second, at which all thresholds held; 0 where there was none. */
  readonly capacity: number;
  /** Lowest rate at which one broke. */
  readonly broke?: number;
  /** Verdicts at the capacity; where there is none, of the first trial. */
  readonly thresholds: readonly ThresholdVerdict[];
  readonly stopped: 'found' | 'maxRate' | 'generator' | 'signal';
  /** One sentence. */
  readonly says: string;
}

/** Each step of the climb. */
const FACTOR = 2;

export async function search(
  plan: Search,
  thresholds: readonly Threshold[],
  { signal, late, trial }: SearchEnvironment,
): Promise<Searched> {
  let holds = 0;
  let breaks: number | undefined;
  let verdicts: readonly ThresholdVerdict[] = [];
  let broken = '';
  let stopped: Searched['stopped'] = 'found';
  let rate = plan.startRate;
  for (;;) {
    const totals = await trial(rate);
    if (signal.aborted) {
      stopped = 'signal';
      break;
    }
    const judged = thresholds.map((threshold) => judge(threshold, totals));
    if (late(totals, judged)) {
      stopped = 'generator';
      break;
    }
    const crossed = judged.find(({ ok }) => !ok);
    if (verdicts.length === 0 || crossed === undefined) verdicts = judged;
    if (crossed === undefined) holds = rate;
    else {
      breaks = rate;
      broken = `${crossed.metric}: ${crossed.expr} was ${crossed.actual === null ? 'without data' : Math.round(crossed.actual * 100) / 100}`;
    }
    const next = nextRate(plan, holds, breaks);
    if (next === undefined) {
      if (breaks === undefined) stopped = 'maxRate';
      break;
    }
    rate = next;
  }
  return {
    capacity: holds,
    ...(breaks !== undefined && { broke: breaks }),
    thresholds: verdicts,
    stopped,
    says: sentence(holds, breaks, broken, stopped),
  };
}

/** The next rate to try; undefined where the search is over. */
export function nextRate(plan: Search, holds: number, breaks: number | undefined): number | undefined {
  if (breaks === undefined) return holds >= plan.maxRate ? undefined : Math.min(plan.maxRate, holds * FACTOR);
  // Not even the first one held: a capacity below what was asked for is none.
  if (holds === 0) return undefined;
  if (breaks - holds <= Math.max(1, holds * plan.precision)) return undefined;
  return Math.round((holds + breaks) / 2);
}

function sentence(holds: number, breaks: number | undefined, broken: string, stopped: Searched['stopped']): string {
  const held = holds === 0 ? 'no rate was held' : `capacity: ${holds} calls a second were held`;
  const broke = breaks === undefined ? '' : `, ${breaks} were not (${broken})`;
  const why = {
    found: '',
    maxRate: '; the search ends there, the CSMS may do more',
    generator: '; then the generator was too slow to go on',
    signal: '; the search was stopped',
  }[stopped];
  return `${held}${broke}${why}`;
}
