/** Says where the transactions of a run do not come out even. */
import type { Totals } from './totals.ts';

/** Empty where every transaction that the CSMS heard of has ended. */
export function balance(totals: Totals): string[] {
  const started = totals.count('ocpp_transactions_started');
  const ended = totals.count('ocpp_transactions_ended');
  return started === ended
    ? []
    : [
        `transactions do not balance: the CSMS took ${started} starts and ${ended} ends, so that ${Math.abs(started - ended)} are ${started > ended ? 'open' : 'without a start'}`,
      ];
}
