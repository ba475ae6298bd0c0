/** A case as a declaration: what it judges, by which requirement, and the fault that shows each check can fail. */
import type { OcppVersion, Role } from '../dialects/dialect.ts';
import type { Level } from '../report.ts';
import type { FileKind, SystemUnderTest } from '../sut/system-under-test.ts';
import type { Context } from './context.ts';
import type { Fault } from './fault.ts';

/** One value for all versions of a case, or one for each. */
export type ByVersion<T> = T | Partial<Readonly<Record<OcppVersion, T>>>;

export interface CheckSpec {
  /** Requirement id (2.x), section (1.6), or field; must stand in the catalogue. */
  readonly ref: ByVersion<string>;
  readonly level: Level;
  /** The requirement in our words, as a fact. */
  readonly says: string;
}

/** An address for a higher security profile, another address for the same one, stations with certain names or keys. */
export type SetUp = 'higher profile' | 'second node' | 'longest identity' | 'published key';

/** Characters of the longest identity in 2.x (Part 4, 3.1.1). */
export const LONGEST_IDENTITY = 48;

/** The station of the example in OCPP-J 1.6 (6.2.2), and its key in hexadecimal digits. */
export const PUBLISHED = { id: 'AL1000', key: '0001020304050607FFFFFFFFFFFFFFFFFFFFFFFF' } as const;

export type Faults = Fault | readonly Fault[];

export interface CaseSpec<Check extends string = string> {
  /** `role/block/flow`; never renamed. */
  readonly id: string;
  readonly title: string;
  /** Who is judged; `both` for cases of the wire itself. */
  readonly sut: Role | 'both';
  /** A case of 2.0.1 holds in 2.1 too, which took the certification cases over, unless `until` says that it does not. */
  readonly versions: readonly OcppVersion[];
  /** The last version whose text asks for it: 2.1 let go of it, or asks for something else. */
  readonly until?: '2.0.1';
  /** Official certification cases that this one covers. */
  readonly octt?: Partial<Readonly<Record<OcppVersion, string | readonly string[]>>>;
  /** Operations that the driver must be able to trigger, or gestures that the actuator must be able to make. */
  readonly needs?: ByVersion<readonly string[]>;
  /** PICS feature or block that the SUT must not have declared absent. */
  readonly feature?: ByVersion<string>;
  /** What a SUT does that has not this feature: run only where it declares so, or when the case is named. */
  readonly lacks?: string;
  /** Run only against a SUT that declares this feature, or when the case is named: no driver can tell whether it has it. */
  readonly onlyFor?: string;
  /** Configuration of the reference station that the proof needs, where with its own there is nothing to see. */
  readonly reference?: Readonly<Record<string, string>>;
  /** Security profiles in which there is anything to see; all of them, unless told. */
  readonly profiles?: readonly SystemUnderTest['securityProfile'][];
  /** Files, or a place for files, that the SUT's owner has to name. */
  readonly file?: FileKind | readonly FileKind[];
  /** Edition of the 1.6 security whitepaper in which it stands so; in each, unless told. */
  readonly edition?: NonNullable<SystemUnderTest['edition']>;
  /** Security profile in which the reference proves it, where it is judged in others as well. */
  readonly provenIn?: SystemUnderTest['securityProfile'];
  /** Certificates beside the station's own that somebody has to give. */
  readonly certificates?: 'authority' | 'second station' | 'revoked' | 'office';
  /** Stations that the CSMS must hold in a state, or that may be spent, which only its owner can set up. */
  readonly stations?: readonly ('pending' | 'rejected' | 'spare')[];
  /** What only the SUT's owner can set up, and has to tell. */
  readonly setUp?: SetUp;
  /** Run only when its suite or the case itself is named. */
  readonly onRequest?: true;
  /** It looks for weaknesses, or strains: only against what is the tester's own. */
  readonly offensive?: true;
  /** It writes below the messages: see `Peer.raw`. */
  readonly bytes?: true;
  /** Needs the SUT to itself. */
  readonly exclusive?: true;
  readonly checks: Readonly<Record<Check, CheckSpec>>;
  /** At least one fault for each check; the proof run shows that it trips. */
  readonly catches: Readonly<Record<Check, ByVersion<Faults>>>;
  run(context: Context<Check>): Promise<void>;
}

export interface Suite {
  /** First segments of the ids of its cases: `csms/provisioning`. */
  readonly name: string;
  readonly title: string;
  readonly cases: readonly CaseSpec[];
}

/** Declares a case; a fault for a check that does not exist, or a check without one, does not compile. */
export function testCase<Check extends string>(spec: CaseSpec<Check>): CaseSpec {
  return { ...(spec as unknown as CaseSpec), versions: versionsOf(spec as unknown as CaseSpec) };
}

/** From which version one took the cases over. */
const CARRIED: Partial<Readonly<Record<OcppVersion, OcppVersion>>> = { '2.1': '2.0.1' };

function versionsOf({ versions, until }: CaseSpec): readonly OcppVersion[] {
  const carried = versions.includes('2.0.1') && !versions.includes('2.1') && until === undefined;
  return carried ? [...versions, '2.1'] : versions;
}

/** Gathers the cases of one functional block. */
export function suite(name: string, title: string, cases: readonly CaseSpec[]): Suite {
  return { name, title, cases };
}

/** The value for one version, or for the one that it took its cases over from; undefined where the case has none. */
export function forVersion<T>(value: ByVersion<T> | undefined, version: OcppVersion): T | undefined {
  return isByVersion(value) ? valueIn(value, version) : (value as T | undefined);
}

function valueIn<T>(value: Partial<Readonly<Record<OcppVersion, T>>>, version: OcppVersion): T | undefined {
  const older = CARRIED[version];
  return value[version] ?? (older && value[older]);
}

function isByVersion<T>(value: ByVersion<T> | undefined): value is Partial<Readonly<Record<OcppVersion, T>>> {
  return (
    value !== null &&
    typeof value === 'object' &&
    !Array.isArray(value) &&
    ('1.6' in value || '2.0.1' in value || '2.1' in value)
  );
}

/** The faults that check `check` of `spec` is shown to catch. */
export function faultsOf(spec: CaseSpec, check: string, version: OcppVersion): readonly Fault[] {
  const faults = forVersion(spec.catches[check], version);
  if (faults === undefined) return [];
  return Array.isArray(faults) ? faults : [faults as Fault];
}

/** The station that the CSMS holds in the state that the case is about; undefined where any will do, or none is known. */
export function heldIdentity(
  spec: CaseSpec,
  sut: Pick<SystemUnderTest, 'stations' | 'ocpp'>,
  version: OcppVersion,
): string | undefined {
  const [state] = spec.stations ?? [];
  if (state !== 'spare') return state && sut.stations[state];
  const { spare = [] } = sut.stations;
  return spare[sut.ocpp.indexOf(version)] ?? spare.at(-1);
}

/** A value as it is in each of `versions`, where it is not the same in all. */
export function spelledOut<T>(value: ByVersion<T>, versions: readonly OcppVersion[]): ByVersion<T> {
  if (!isByVersion(value)) return value;
  const each = versions.flatMap((version) => {
    const one = valueIn(value, version);
    return one === undefined ? [] : [[version, one] as const];
  });
  return Object.fromEntries(each) as ByVersion<T>;
}

/** Certification ids that the case covers in `version`. */
export function octtOf(spec: CaseSpec, version: OcppVersion): readonly string[] {
  const ids = spec.octt && valueIn(spec.octt, version);
  return ids === undefined ? [] : typeof ids === 'string' ? [ids] : ids;
}
