/** The proof run: the reference passes every case, and every check is tripped by its fault. */
import type { MessageSchemas } from '../schemas/types.ts';
import type { OcppVersion, Role } from '../src/dialects/index.ts';
import type { Fault } from '../src/judge/fault.ts';
import { type CaseOutcome, runCase } from '../src/judge/run-case.ts';
import { type CaseSpec, faultsOf, heldIdentity } from '../src/judge/test-case.ts';
import { verdictOf } from '../src/judge/verdict.ts';
import { securedInMemory } from '../src/reference/csms-in-memory.ts';
import { securedStationInMemory, stationInMemory } from '../src/reference/station-in-memory.ts';
import { heldStations } from '../src/reference/stations.ts';

/** One line of the proof. */
export interface ProofRow {
  readonly case: string;
  readonly ocpp: OcppVersion;
  readonly sut: Role;
  /** Undefined for the run against the right reference. */
  readonly check?: string;
  readonly fault?: string;
  readonly holds: boolean;
  /** Where it does not hold: what was seen. */
  readonly says?: string;
}

const IDENTITY = 'CP01';

/** Runs a case in memory against the reference of that role, with `faults` in it. @param strict a SHOULD counts as a SHALL */
export async function runAgainst(
  spec: CaseSpec,
  version: OcppVersion,
  schemas: MessageSchemas,
  faults: readonly Fault[],
  sut: Role,
  strict = true,
): Promise<CaseOutcome> {
  if (sut === 'station') {
    const without = spec.lacks === undefined ? [] : [spec.lacks];
    const secured = spec.profiles !== undefined || spec.onlyFor !== undefined;
    const { clock, environment, station } = secured
      ? await securedStationInMemory(version, schemas, faults, spec.profiles?.[0] ?? 0, spec.onlyFor, spec.bytes)
      : stationInMemory(version, schemas, faults, { without, configuration: spec.reference ?? {}, bytes: spec.bytes });
    const outcome = await clock.run(runCase(spec, version, IDENTITY, { ...environment, strict }));
    station.end();
    return outcome;
  }
  const profile = spec.provenIn ?? spec.profiles?.[0] ?? 0;
  const identity = heldIdentity(spec, { stations: heldStations, ocpp: [version] }, version) ?? IDENTITY;
  const { clock, environment } = await securedInMemory(version, schemas, faults, profile, identity);
  return clock.run(runCase(spec, version, identity, { ...environment, strict }));
}

/** Whom a case judges. */
const sutsOf = ({ sut }: CaseSpec): readonly Role[] => (sut === 'both' ? ['csms', 'station'] : [sut]);

/** Proves one case in one version, on each side that it judges: a row for the right reference, and one for each check and fault. */
export async function prove(spec: CaseSpec, version: OcppVersion, schemas: MessageSchemas): Promise<ProofRow[]> {
  const sides = await Promise.all(sutsOf(spec).map((sut) => proveSide(spec, version, schemas, sut)));
  return sides.flat();
}

async function proveSide(
  spec: CaseSpec,
  version: OcppVersion,
  schemas: MessageSchemas,
  sut: Role,
): Promise<ProofRow[]> {
  const right = await runAgainst(spec, version, schemas, [], sut);
  const head: ProofRow = {
    case: spec.id,
    ocpp: version,
    sut,
    holds: right.verdict === 'pass',
    ...(right.verdict !== 'pass' && { says: tell(right) }),
  };
  const rows = [head];
  for (const [check, { level }] of Object.entries(spec.checks)) {
    const faults = faultsOf(spec, check, version);
    if (faults.length === 0)
      rows.push({ case: spec.id, ocpp: version, sut, check, holds: false, says: 'no fault shows that it can fail' });
    for (const fault of faults) {
      const outcome = await runAgainst(spec, version, schemas, [fault], sut);
      const verdict = outcome.checks.find(({ id }) => id === check)?.verdict;
      const holds = verdict === verdictOf(level, true);
      rows.push({
        case: spec.id,
        ocpp: version,
        sut,
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
