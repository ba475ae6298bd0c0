/** Every invariant, and how breaches become part of a case's report. */
import type { InvariantReport } from '../../report.ts';
import type { TraceEvent } from '../../trace.ts';
import { verdictOf } from '../verdict.ts';
import { answerInvariants } from './answers.v2.ts';
import { bootInvariants } from './boot.ts';
import { certificateInvariants } from './certificates.ts';
import { exchangeInvariants } from './exchange.ts';
import { firmwareInvariants } from './firmware.ts';
import { frameInvariants } from './frames.ts';
import type { Facts, Invariant } from './invariant.ts';
import { meterInvariants16 } from './meter.v16.ts';
import { partInvariants } from './parts.v2.ts';
import { reportInvariants } from './reports.v2.ts';
import { sampleInvariants } from './samples.v2.ts';
import { schemaInvariants } from './schema.ts';
import { servedInvariants } from './served.ts';
import { stationInvariants } from './station.ts';
import { timeInvariants } from './time.ts';
import { transactionFactInvariants } from './transaction-facts.ts';
import { transactionInvariants } from './transactions.ts';
import { transactionInvariants16 } from './transactions.v16.ts';

export const invariants: readonly Invariant[] = [
  ...frameInvariants,
  ...schemaInvariants,
  ...exchangeInvariants,
  ...bootInvariants,
  ...servedInvariants,
  ...timeInvariants,
  ...stationInvariants,
  ...transactionInvariants,
  ...transactionFactInvariants,
  ...reportInvariants,
  ...partInvariants,
  ...answerInvariants,
  ...certificateInvariants,
  ...firmwareInvariants,
  ...sampleInvariants,
  ...transactionInvariants16,
  ...meterInvariants16,
];

/** Breaches of one invariant that a report tells one by one; a system that is wrong throughout is not wronger. */
const MOST_BREACHES = 20;

/** Judges a whole trace; only breaches come back. What the harness did wrong is an error of ours. */
export function judgeTrace(events: readonly TraceEvent[], facts: Facts, strict: boolean): InvariantReport[] {
  const found = invariants.map((invariant) => [invariant, invariant.check(events, facts)] as const);
  const theirs = Math.min(
    ...found.flatMap(([, breaches]) =>
      breaches.filter(({ blame, level }) => blame === 'sut' && level === 'SHALL').map(({ frame }) => frame),
    ),
  );
  return found.flatMap(([invariant, all]) => {
    const breaches = all
      // What repeats something wrong that the SUT said is not of our making.
      .filter(({ blame, frame }) => blame === 'sut' || frame < theirs)
      .map(
        ({ level, ...breach }): InvariantReport => ({
          id: invariant.id,
          verdict: breach.blame === 'harness' ? 'error' : verdictOf(level, strict),
          ...breach,
        }),
      );
    const more = breaches.length - MOST_BREACHES;
    return breaches
      .slice(0, MOST_BREACHES)
      .map((breach, i) =>
        more > 0 && i === MOST_BREACHES - 1
          ? { ...breach, message: `${breach.message} (and ${more} more like it)` }
          : breach,
      );
  });
}
