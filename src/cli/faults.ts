/** Every fault that can be put into a reference system, by name. */
import { allCases } from '../../suites/index.ts';
import type { OcppVersion } from '../dialects/index.ts';
import type { Fault } from '../judge/fault.ts';
import { faultsOf } from '../judge/test-case.ts';
import { nearest } from '../nearest.ts';
import { UsageError } from '../usage-error.ts';

/** A fault, and the checks that are shown to catch it. */
export interface ListedFault {
  readonly fault: Fault;
  readonly caughtBy: readonly { readonly case: string; readonly check: string; readonly ocpp: OcppVersion }[];
}

/** Faults of every case, gathered by name. */
export function allFaults(): Map<string, ListedFault> {
  const found = new Map<string, { fault: Fault; caughtBy: { case: string; check: string; ocpp: OcppVersion }[] }>();
  for (const spec of allCases()) {
    for (const ocpp of spec.versions) {
      for (const check of Object.keys(spec.checks)) {
        for (const fault of faultsOf(spec, check, ocpp)) {
          const listed = found.get(fault.name) ?? { fault, caughtBy: [] };
          listed.caughtBy.push({ case: spec.id, check, ocpp });
          found.set(fault.name, listed);
        }
      }
    }
  }
  return found;
}

/** @throws UsageError where a name is not known */
export function findFaults(names: readonly string[]): Fault[] {
  if (names.length === 0) return [];
  const known = allFaults();
  return names.map((name) => {
    const listed = known.get(name);
    if (listed !== undefined) return listed.fault;
    const near = nearest(name, known.keys());
    throw new UsageError(
      `--fault: no fault '${name}'${near === undefined ? '' : `; did you mean '${near}'?`} See 'plugproof list faults'.`,
    );
  });
}
