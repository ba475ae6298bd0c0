/** Says where the transactions of a run do not come out even, or there are none where drivers came. */
import type { Workload } from '../workload.ts';
import type { Totals } from './totals.ts';

/** Empty where every transaction that the CSMS heard of has ended, and some started where drivers came. */
export function balance(totals: Totals, { scenarios }: Pick<Workload, 'scenarios'>): string[] {
  const started = totals.count('ocpp_transactions_started');
  const ended = totals.count('ocpp_transactions_ended');
  const asked = totals.count('ocpp_calls', { action: 'Authorize' });
  const starts = ['StartTransaction', 'TransactionEvent'].some((action) => totals.count('ocpp_calls', { action }) > 0);
  const sessions = scenarios.some(({ exec }) => exec === 'session');
  if (sessions && asked > 0 && !starts)
    return [
      `the CSMS was asked about tokens ${asked} times, and no transaction started: name tokens that it accepts (tokens, in the workload)`,
    ];
  if (started === ended) return [];
  const odd = `${Math.abs(started - ended)} are ${started > ended ? 'open' : 'without a start'}`;
  return [`transactions do not balance: the CSMS took ${started} starts and ${ended} ends, so that ${odd}`];
}
