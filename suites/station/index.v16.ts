/** The suites that judge a 1.6 charging station alone. */
import type { Suite } from '../../src/judge/test-case.ts';
import authorization from './authorization.v16.ts';
import configuration from './configuration.v16.ts';
import diagnostics from './diagnostics.v16.ts';
import signedFirmware from './firmware.signed.v16.ts';
import firmware from './firmware.v16.ts';
import localAuthList from './local-auth-list.v16.ts';
import meteringEnds from './metering.ends.v16.ts';
import metering from './metering.v16.ts';
import power from './power.v16.ts';
import provisioning from './provisioning.v16.ts';
import reservation from './reservation.v16.ts';
import transactionEnds from './transactions.ends.v16.ts';
import offlineTransactions from './transactions.offline.v16.ts';
import remoteTransactions from './transactions.remote.v16.ts';
import transactions from './transactions.v16.ts';
import triggers from './triggers.v16.ts';

export const stationSuites16: readonly Suite[] = [
  provisioning,
  configuration,
  authorization,
  transactions,
  transactionEnds,
  remoteTransactions,
  offlineTransactions,
  power,
  metering,
  meteringEnds,
  firmware,
  signedFirmware,
  diagnostics,
  triggers,
  localAuthList,
  reservation,
];
