/** The one list of suites. */
import type { CaseSpec, Suite } from '../src/judge/test-case.ts';
import provisioning from './csms/provisioning.ts';
import calls from './ocppj/calls.ts';

export const suites: readonly Suite[] = [calls, provisioning];

/** Every case of every suite. */
export const allCases = (): readonly CaseSpec[] => suites.flatMap(({ cases }) => cases);
