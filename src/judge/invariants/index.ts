/** Every invariant, and how breaches become part of a case's report. */
import type { InvariantReport } from '../../report.ts';
import type { TraceEvent } from '../../trace.ts';
import { verdictOf } from '../verdict.ts';
import { bootInvariants } from './boot.ts';
import { exchangeInvariants } from './exchange.ts';
import { frameInvariants } from './frames.ts';
import type { Facts, Invariant } from './invariant.ts';
import { schemaInvariants } from './schema.ts';
import { servedInvariants } from './served.ts';
import { timeInvariants } from './time.ts';

export const invariants: readonly Invariant[] = [
  ...frameInvariants,
  ...schemaInvariants,
  ...exchangeInvariants,
  ...bootInvariants,
  ...servedInvariants,
  ...timeInvariants,
];

/** Judges a whole trace; only breaches come back. What the harness did wrong is an error of ours. */
export function judgeTrace(events: readonly TraceEvent[], facts: Facts, strict: boolean): InvariantReport[] {
  return invariants.flatMap((invariant) =>
    invariant.check(events, facts).map(({ level, ...breach }) => ({
      id: invariant.id,
      verdict: breach.blame === 'harness' ? 'error' : verdictOf(level, strict),
      ...breach,
    })),
  );
}
