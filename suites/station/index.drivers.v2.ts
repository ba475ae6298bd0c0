/** The suites that judge what a 2.x station does with drivers: who may charge, what is kept for whom, what it shows. */
import type { Suite } from '../../src/judge/test-case.ts';
import authorizationCacheV2 from './authorization.cache.v2.ts';
import authorizationContractV2 from './authorization.contract.v2.ts';
import authorizationEdgesV2 from './authorization.edges.v2.ts';
import authorizationKnownV2 from './authorization.known.v2.ts';
import authorizationOfflineV2 from './authorization.offline.v2.ts';
import authorizationV2 from './authorization.v2.ts';
import displayChargingV2 from './display-message.charging.v2.ts';
import displayV2 from './display-message.v2.ts';
import localAuthListV2 from './local-auth-list.v2.ts';
import reservationAnywhereV2 from './reservation.anywhere.v2.ts';
import reservationV2 from './reservation.v2.ts';
import tariffV2 from './tariff.v2.ts';

export const driverSuites2: readonly Suite[] = [
  authorizationV2,
  authorizationEdgesV2,
  authorizationKnownV2,
  authorizationCacheV2,
  authorizationOfflineV2,
  authorizationContractV2,
  localAuthListV2,
  reservationV2,
  reservationAnywhereV2,
  tariffV2,
  displayV2,
  displayChargingV2,
];
