/** What our cases cover: of the certification cases, and of the requirements. */
import type { OcppVersion, Role } from '../../src/dialects/dialect.ts';
import { ocppVersions } from '../../src/dialects/dialect.ts';
import { octtCases } from './cases.ts';
import { type Actor, type RequirementVersion, requirements } from './requirements.ts';

/** As much of a case as counts here. */
export interface CoveringCase {
  readonly id: string;
  readonly sut: Role | 'both';
  readonly versions: readonly OcppVersion[];
  /** Certification ids. */
  readonly octt?: Partial<Readonly<Record<OcppVersion, string | readonly string[]>>>;
  /** References of its checks. */
  readonly refs?: Partial<Readonly<Record<OcppVersion, readonly string[]>>>;
}

export interface CoverageRow {
  readonly ocpp: OcppVersion;
  readonly sut: Role;
  readonly covered: number;
  readonly of: number;
  /** Ids without a case. */
  readonly missing: readonly string[];
}

/** Certification ids of the newest edition that a case names, for each version and side. */
export function coverage(cases: readonly CoveringCase[]): readonly CoverageRow[] {
  return ocppVersions.flatMap((ocpp) =>
    roles.map((sut) => {
      const named = cited(cases, ocpp, sut, ({ octt }) => octt?.[ocpp]);
      const ids = octtCases(ocpp).flatMap((one) => (one.sut === sut ? [one.id] : []));
      return row(ocpp, sut, ids, named);
    }),
  );
}

/**
 * SHALLs of 2.x that a check names, for each version and side. One that binds both ends counts on both sides; one whose
 * text names nobody, or a Local Controller, counts on neither: nobody can tell whose failure it is.
 */
export function requirementCoverage(cases: readonly CoveringCase[]): readonly CoverageRow[] {
  return versionsWithIds.flatMap((ocpp) =>
    roles.map((sut) => {
      const named = cited(cases, ocpp, sut, ({ refs }) => refs?.[ocpp]);
      const ids = requirements(ocpp).flatMap(({ id, level, actor }) =>
        level[ocpp] === 'SHALL' && binds(actor, sut) ? [id] : [],
      );
      return row(ocpp, sut, ids, named);
    }),
  );
}

const roles: readonly Role[] = ['csms', 'station'];
const versionsWithIds: readonly RequirementVersion[] = ['2.0.1', '2.1'];

const binds = (actor: Actor, sut: Role): boolean => actor === sut || actor === 'both';

function row(ocpp: OcppVersion, sut: Role, ids: readonly string[], named: ReadonlySet<string>): CoverageRow {
  const missing = ids.filter((id) => !named.has(id));
  return { ocpp, sut, covered: ids.length - missing.length, of: ids.length, missing };
}

/** Only a case that judges `sut` in that version covers anything there. */
function cited(
  cases: readonly CoveringCase[],
  ocpp: OcppVersion,
  sut: Role,
  pick: (one: CoveringCase) => string | readonly string[] | undefined,
): ReadonlySet<string> {
  return new Set(
    cases
      .filter((one) => (one.sut === sut || one.sut === 'both') && one.versions.includes(ocpp))
      .flatMap((one) => pick(one) ?? []),
  );
}
