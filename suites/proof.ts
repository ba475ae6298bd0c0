/** The proof run: the reference passes every case, and every check is tripped by its fault. */
import type { MessageSchemas } from '../schemas/types.ts';
import type { OcppVersion } from '../src/dialects/index.ts';
import type { Fault } from '../src/judge/fault.ts';
import { type CaseOutcome, runCase } from '../src/judge/run-case.ts';
import { type CaseSpec, faultsOf, heldIdentity } from '../src/judge/test-case.ts';
import { csmsInMemory } from '../src/reference/csms-in-memory.ts';

/** One line of the proof. */
export interface ProofRow {
  readonly case: string;
  readonly ocpp: OcppVersion;
  /** Undefined for the run against the right reference. */
  readonly check?: string;
  readonly fault?: string;
  readonly holds: boolean;
  /** Where it does not hold: what was seen. */
  readonly says?: string;
}

const IDENTITY = 'CP01';

async function runAgainst(
  spec: CaseSpec,
  version: OcppVersion,
  schemas: MessageSchemas,
  faults: readonly Fault[],
): Promise<CaseOutcome> {
  const { clock, environment } = csmsInMemory(version, schemas, faults);
  return clock.run(runCase(spec, version, heldIdentity(spec, environment.sut) ?? IDENTITY, environment));
}

/** Proves one case in one version: a row for the right reference, and one for each check and fault. */
export async function prove(spec: CaseSpec, version: OcppVersion, schemas: MessageSchemas): Promise<ProofRow[]> {
  const right = await runAgainst(spec, version, schemas, []);
  const head: ProofRow = {
    case: spec.id,
    ocpp: version,
    holds: right.verdict === 'pass',
    ...(right.verdict !== 'pass' && { says: tell(right) }),
  };
  const rows = [head];
  for (const check of Object.keys(spec.checks)) {
    const faults = faultsOf(spec, check, version);
    if (faults.length === 0)
      rows.push({ case: spec.id, ocpp: version, check, holds: false, says: 'no fault shows that it can fail' });
    for (const fault of faults) {
      const outcome = await runAgainst(spec, version, schemas, [fault]);
      const verdict = outcome.checks.find(({ id }) => id === check)?.verdict;
      const holds = verdict === 'fail';
      rows.push({
        case: spec.id,
        ocpp: version,
        check,
        fault: fault.name,
        holds,
        ...(!holds && { says: `${check} is ${verdict}; ${tell(outcome)}` }),
      });
    }
  }
  return rows;
}

function tell(outcome: CaseOutcome): string {
  const broken = outcome.invariants.map(({ id, message }) => `${id}: ${message}`);
  const checks = outcome.checks
    .filter(({ verdict }) => verdict !== 'pass')
    .map(({ id, verdict, message }) => `${id} ${verdict}: ${message}`);
  return [`case is ${outcome.verdict}`, outcome.reason, ...checks, ...broken]
    .filter((part) => part !== undefined)
    .join(' · ');
}
