/** The one list of suites. */
import type { CaseSpec, Suite } from '../src/judge/test-case.ts';
import authorization from './csms/authorization.ts';
import availability from './csms/availability.ts';
import dataTransfer from './csms/data-transfer.ts';
import metering from './csms/metering.ts';
import heldBack from './csms/provisioning.held.ts';
import provisioning from './csms/provisioning.ts';
import provisioningV2 from './csms/provisioning.v2.ts';
import remoteControl from './csms/remote-control.ts';
import reportsV2 from './csms/reports.v2.ts';
import variablesV2 from './csms/variables.v2.ts';
import calls from './ocppj/calls.ts';

export const suites: readonly Suite[] = [
  calls,
  provisioning,
  heldBack,
  provisioningV2,
  variablesV2,
  reportsV2,
  authorization,
  availability,
  metering,
  dataTransfer,
  remoteControl,
];

/** Every case of every suite. */
export const allCases = (): readonly CaseSpec[] => suites.flatMap(({ cases }) => cases);
