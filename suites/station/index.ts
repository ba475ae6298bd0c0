/** The suites that judge a charging station. */
import type { Suite } from '../../src/judge/test-case.ts';
import availability from './availability.ts';
import { driverSuites2 } from './index.drivers.v2.ts';
import { stationSuites16 } from './index.v16.ts';
import localAuthList from './local-auth-list.ts';
import offlineV2 from './offline.v2.ts';
import provisioning from './provisioning.ts';
import provisioningV2 from './provisioning.v2.ts';
import remoteControl from './remote-control.ts';
import remoteStartV2 from './remote-start.v2.ts';
import customReportsV2 from './reports.custom.v2.ts';
import reportsV2 from './reports.v2.ts';
import reservation from './reservation.ts';
import resetV2 from './reset.v2.ts';
import { securitySuites } from './security.ts';
import smartChanges from './smart-charging.changes.ts';
import smartMetered from './smart-charging.metered.ts';
import smartRefusals from './smart-charging.refusals.ts';
import smartCharging from './smart-charging.ts';
import remoteTransactionsV2 from './transactions.remote.v2.ts';
import startsV2 from './transactions.start.v2.ts';
import stopsV2 from './transactions.stop.v2.ts';
import transactionsV2 from './transactions.v2.ts';
import triggersV2 from './triggers.v2.ts';
import variableFormsV2 from './variables.forms.v2.ts';
import variablesV2 from './variables.v2.ts';

export const stationSuites: readonly Suite[] = [
  ...securitySuites,
  provisioning,
  provisioningV2,
  offlineV2,
  resetV2,
  variablesV2,
  variableFormsV2,
  reportsV2,
  customReportsV2,
  availability,
  remoteControl,
  triggersV2,
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
  remoteStartV2,
  remoteTransactionsV2,
];
