/** The suites of what every 2.x charger is to its operator: provisioning, reports, remote control, metering. */
import type { Suite } from '../../src/judge/test-case.ts';
import customers from './customers.v2.ts';
import firmwareBusy from './firmware.busy.v2.ts';
import firmware from './firmware.v2.ts';
import logs from './logs.ts';
import meteringEnd from './metering.end.v2.ts';
import metering from './metering.v2.ts';
import monitoringEvents from './monitoring.events.v2.ts';
import monitoringSecret from './monitoring.secret.v2.ts';
import monitoring from './monitoring.v2.ts';
import monitoringWhole from './monitoring.whole.v2.ts';
import network from './network.v2.ts';
import offline from './offline.v2.ts';
import provisioning from './provisioning.v2.ts';
import remoteStart from './remote-start.v2.ts';
import customReports from './reports.custom.v2.ts';
import reports from './reports.v2.ts';
import reset from './reset.v2.ts';
import resetV21 from './reset.v21.ts';
import remoteTransactions from './transactions.remote.v2.ts';
import triggers from './triggers.v2.ts';
import variableForms from './variables.forms.v2.ts';
import variables from './variables.v2.ts';

export const coreSuites2: readonly Suite[] = [
  provisioning,
  offline,
  reset,
  resetV21,
  network,
  variables,
  variableForms,
  reports,
  customReports,
  triggers,
  remoteStart,
  remoteTransactions,
  metering,
  firmware,
  firmwareBusy,
  logs,
  customers,
  monitoring,
  monitoringWhole,
  monitoringEvents,
  monitoringSecret,
  meteringEnd,
];
