/** The suites that judge a charging station. */
import type { Suite } from '../../src/judge/test-case.ts';
import availability from './availability.ts';
import { coreSuites2 } from './index.core.v2.ts';
import { driverSuites2 } from './index.drivers.v2.ts';
import { stationSuites16 } from './index.v16.ts';
import localAuthList from './local-auth-list.ts';
import provisioning from './provisioning.ts';
import remoteControl from './remote-control.ts';
import reservation from './reservation.ts';
import { securitySuites } from './security.ts';
import smartChanges from './smart-charging.changes.ts';
import smartMetered from './smart-charging.metered.ts';
import smartRefusals from './smart-charging.refusals.ts';
import smartCharging from './smart-charging.ts';
import arrivalV2 from './transactions.arrival.v2.ts';
import cableV2 from './transactions.cable.v2.ts';
import offlineTransactionsV2 from './transactions.offline.v2.ts';
import remoteTransactionsV2 from './transactions.remote.v2.ts';
import remoteTransactionsV16 from './transactions.remote.v16.ts';
import retriesV2 from './transactions.retry.v2.ts';
import startsV2 from './transactions.start.v2.ts';
import stopsV2 from './transactions.stop.v2.ts';
import transactionsV2 from './transactions.v2.ts';

export const stationSuites: readonly Suite[] = [
  ...securitySuites,
  provisioning,
  ...coreSuites2,
  availability,
  remoteControl,
  ...driverSuites2,
  localAuthList,
  ...stationSuites16,
  reservation,
  smartCharging,
  smartChanges,
  smartRefusals,
  smartMetered,
  transactionsV2,
  startsV2,
  stopsV2,
  arrivalV2,
  cableV2,
  retriesV2,
  offlineTransactionsV2,
  remoteTransactionsV2,
];
