/** The suites of 2.0.1 transactions, from the arrival of a vehicle to its departure. */
import type { Suite } from '../../src/judge/test-case.ts';
import arrival from './transactions.arrival.v2.ts';
import cable from './transactions.cable.v2.ts';
import cut from './transactions.cut.v2.ts';
import offline from './transactions.offline.v2.ts';
import retries from './transactions.retry.v2.ts';
import starts from './transactions.start.v2.ts';
import status from './transactions.status.v2.ts';
import stops from './transactions.stop.v2.ts';
import transactions from './transactions.v2.ts';

export const transactionSuites2: readonly Suite[] = [
  transactions,
  starts,
  stops,
  status,
  arrival,
  cable,
  cut,
  retries,
  offline,
];
