/** The requirement ids of OCPP 2.x, Part 2 with errata: who is bound, how strongly, and where they stand. */
import type { OcppVersion } from '../../src/dialects/dialect.ts';
import table from './requirements.json' with { type: 'json' };
import { once, words } from './table.ts';

/** `-`: a definition, which binds nobody by itself. */
export type RequirementLevel = 'SHALL' | 'SHOULD' | 'MAY' | '-';

/** Whom a requirement binds; `any`: the text names nobody, as for the format of a field. */
export type Actor = 'csms' | 'station' | 'local-controller' | 'both' | 'any';

export type RequirementVersion = Exclude<OcppVersion, '1.6'>;

export interface Requirement {
  /** `B01.FR.02`; the general ones have no use case: `FR.03`. */
  readonly id: string;
  /** Level in each version that has the requirement. */
  readonly level: Partial<Readonly<Record<RequirementVersion, RequirementLevel>>>;
  readonly actor: Actor;
  /** It holds only where its precondition does. */
  readonly conditional: boolean;
  /** Versions that have it by an erratum (2025-09) and not in the text itself. */
  readonly byErratum: readonly RequirementVersion[];
}

/** All requirements, or those of one version; 1.6 has no such ids. */
export function requirements(version?: OcppVersion): readonly Requirement[] {
  const all = [...byId().values()];
  if (version === undefined) return all;
  return all.filter(({ level }) => Object.hasOwn(level, version));
}

/** The requirement of that id; undefined where neither 2.0.1 nor 2.1 has it. */
export function requirement(id: string): Requirement | undefined {
  return byId().get(id);
}

const byId = once(() => new Map(table.rows.map((row) => [row[0] ?? '', fromRow(row)])));

function fromRow(row: readonly string[]): Requirement {
  const [id = '', v201 = '', v21 = '', actor = '', conditional = '', byErratum] = row;
  return {
    id,
    level: {
      ...(v201 === '' ? {} : { '2.0.1': v201 as RequirementLevel }),
      ...(v21 === '' ? {} : { '2.1': v21 as RequirementLevel }),
    },
    actor: actor as Actor,
    conditional: conditional === 'yes',
    byErratum: words(byErratum) as readonly RequirementVersion[],
  };
}
