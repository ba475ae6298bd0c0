/** What the generator did to its own figures: where it was late itself, or its machine refused, they say nothing of the CSMS. */
import { LATE, type MetricName } from '../metrics.ts';
import type { ThresholdVerdict } from '../thresholds.ts';
import type { Threshold } from '../workload.ts';
import type { Totals } from './totals.ts';

/** From this share of a latency on, the lateness of the generator is no longer noise in it. */
const SHARE = 0.2;

/** What the generator has to do in time for a metric to mean anything. */
const WORK: Readonly<Partial<Record<MetricName, string>>> = {
  ocpp_call_latency: LATE.arrival,
  ocpp_call_service_time: LATE.arrival,
  ocpp_connect_time: LATE.connect,
  ocpp_boot_to_accepted: LATE.connect,
};

const UPPER: ReadonlySet<string> = new Set<Threshold['operator']>(['<', '<=']);

/**
 * What a reader has to know of each threshold that may be crossed by the generator's own doing; held ones are sound,
 * since its lateness only adds to a latency.
 * @param verdicts of the thresholds, in their order
 */
export function ownDoing(
  thresholds: readonly Threshold[],
  verdicts: readonly ThresholdVerdict[],
  totals: Pick<Totals, 'statistic'>,
): string[] {
  return thresholds.flatMap(({ metric, selector, statistic, operator, expr }, i) => {
    const work = WORK[metric];
    const verdict = verdicts[i];
    if (work === undefined || verdict === undefined || verdict.ok || verdict.actual === null) return [];
    if (!UPPER.has(operator)) return [];
    const own = totals.statistic('generator_lateness', statistic, { action: work }) ?? 0;
    if (own <= SHARE * verdict.actual) return [];
    const ms = (value: number) => `${Math.round(value * 10) / 10} ms`;
    return [
      `${selector}: ${expr} was ${ms(verdict.actual)}, and the generator itself was ${ms(own)} late by the same measure: the figure says little of the CSMS; take more workers or machines, or a lower rate`,
    ];
  });
}

/** What the machine of the generator says where it has no more of something. */
const LOCAL: Readonly<Record<string, string>> = {
  EADDRNOTAVAIL: 'no local port was free',
  EADDRINUSE: 'a local port was taken',
  EMFILE: 'no more files may be opened',
  ENFILE: 'no more files may be opened',
  ENOBUFS: 'there was no memory for sockets',
  ENOMEM: 'there was no memory',
};

/** Connections that never left this machine, and so are nobody else's fault. */
export function neverLeft(totals: Pick<Totals, 'count'>): string[] {
  return Object.entries(LOCAL).flatMap(([code, why]) => {
    const count = totals.count('ocpp_connect_errors', { code });
    return count === 0 ? [] : [`${count} connections never left this machine: ${why} (${code}); see plugproof doctor`];
  });
}
