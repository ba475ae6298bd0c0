/** The suites that judge a charging station. */
import type { Suite } from '../../src/judge/test-case.ts';
import availability from './availability.ts';
import { chargingSuites } from './charging-suites.ts';
import { coreSuites2 } from './index.core.v2.ts';
import { driverSuites2 } from './index.drivers.v2.ts';
import { transactionSuites2 } from './index.transactions.v2.ts';
import { stationSuites16 } from './index.v16.ts';
import localAuthList from './local-auth-list.ts';
import provisioning from './provisioning.ts';
import remoteControl from './remote-control.ts';
import reservation from './reservation.ts';
import { securitySuites } from './security.ts';

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
  ...chargingSuites,
  ...transactionSuites2,
];
