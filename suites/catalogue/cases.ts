/** The official certification cases: which exist, of which edition, for whom, and what they ask. */
import type { OcppVersion, Role } from '../../src/dialects/dialect.ts';
import { type Certification, folded, readCertification } from './certification.ts';
import cases16 from './octt-1.6.json' with { type: 'json' };
import cases201 from './octt-2.0.1.json' with { type: 'json' };
import cases21 from './octt-2.1.json' with { type: 'json' };
import { requirement } from './requirements.ts';
import { once, type Table, words } from './table.ts';

export interface OcttCase {
  /** `TC_B_01_CSMS`; the same number for the other side is another case. */
  readonly id: string;
  readonly ocpp: OcppVersion;
  readonly sut: Role;
  /** 1.6: feature profile; 2.x: letter of the functional block. */
  readonly block: string;
  /** Month of the first edition or erratum that has the case, so far as we know: `2024-05`. */
  readonly since: string;
  /** Month of the edition or erratum that took it out. */
  readonly until?: string;
  /** 2.1 took the case over from 2.0.1: use cases, requirements and conditions are those of 2.0.1, so far as 2.1 has them. */
  readonly carried?: true;
  /** Empty where no profile asks for the case. */
  readonly certification: readonly Certification[];
  /** 2.x; empty where not known. */
  readonly useCases: readonly string[];
  /** Requirement ids that the case names; 2.x, empty where not known. */
  readonly requirements: readonly string[];
  /** Actions that the CSMS sends in it; unknown for what is new in 2.1, and empty then. */
  readonly operations: readonly string[];
  /** Whether somebody acts in it: at a CSMS its operator, at a station the driver. Absent where not known. */
  readonly hands?: boolean;
}

/**
 * The cases in force.
 * @param at month of the edition to count by, `2024-05`; without it the newest that is known
 */
export function octtCases(version: OcppVersion, at?: string): readonly OcttCase[] {
  const all = [...byId(version).values()];
  if (at === undefined) return all.filter(({ until }) => until === undefined);
  return all.filter(({ since, until }) => since <= at && (until === undefined || at < until));
}

/** The case of that id, in force or not; undefined where no edition of `version` has it. */
export function octtCase(version: OcppVersion, id: string): OcttCase | undefined {
  return byId(version).get(id);
}

/** Whom a certification id judges. */
export const sutOf = (id: string): Role => (id.endsWith('_CSMS') ? 'csms' : 'station');

type Cases = ReadonlyMap<string, OcttCase>;

const read = (ocpp: OcppVersion, table: Table): Cases =>
  new Map(table.rows.map((row) => [row[0] ?? '', fromRow(ocpp, row)]));

const sets: Readonly<Record<OcppVersion, () => Cases>> = {
  '1.6': once(() => read('1.6', cases16)),
  '2.0.1': once(() => read('2.0.1', cases201)),
  '2.1': once(() => withCarried(sets['2.0.1'](), read('2.1', cases21))),
};

const byId = (version: OcppVersion): Cases => sets[version]();

function fromRow(ocpp: OcppVersion, row: readonly string[]): OcttCase {
  const [
    id = '',
    block = '',
    since = '',
    until = '',
    certification = '',
    useCases,
    requirements,
    operations,
    hands = '',
  ] = row;
  return {
    id,
    ocpp,
    sut: sutOf(id),
    block,
    since,
    ...(until === '' ? {} : { until }),
    certification: readCertification(certification),
    useCases: words(useCases),
    requirements: words(requirements),
    operations: words(operations),
    ...(hands === '' ? {} : { hands: hands === 'yes' }),
  };
}

/** 2.1 has all cases of 2.0.1 that are still in force, some with a place in its programme that they did not have. */
function withCarried(older: Cases, own: Cases): Cases {
  const first = [...own.values()].reduce((least, { since }) => (since < least ? since : least), '9');
  const all = new Map<string, OcttCase>();
  for (const old of older.values()) {
    if (old.until !== undefined) continue;
    const certification = own.get(old.id)?.certification ?? old.certification.map(folded);
    const requirements = old.requirements.filter((id) => requirement(id)?.level['2.1'] !== undefined);
    all.set(old.id, { ...old, ocpp: '2.1', since: first, carried: true, certification, requirements });
  }
  for (const [id, one] of own) if (!all.has(id)) all.set(id, one);
  return all;
}
