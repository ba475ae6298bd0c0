/** Suites × versions × filters → what is to be run, and in what order. */
import type { OcppVersion, Role } from '../dialects/index.ts';
import {
  type CaseSpec,
  forVersion,
  LONGEST_IDENTITY,
  octtOf,
  PUBLISHED,
  type SetUp,
  type Suite,
} from '../judge/test-case.ts';
import { nearest } from '../nearest.ts';
import type { SystemUnderTest } from '../sut/system-under-test.ts';

export interface PlanItem {
  readonly spec: CaseSpec;
  readonly version: OcppVersion;
  readonly suite: Suite;
  /** Set where the SUT says that it has no such feature: the case is reported and not run. */
  readonly notApplicable?: string;
}

export interface Selection {
  /** Case ids, certification ids, or globs of them. */
  readonly cases: readonly string[];
  readonly suites: readonly string[];
  readonly skip: readonly string[];
  /** Certification profiles. */
  readonly profiles: readonly string[];
  /** Cases that look for weaknesses may be run; default true. */
  readonly offensive?: boolean;
}

export interface Plan {
  readonly items: readonly PlanItem[];
  /** What a reader has to know about what is not in it. */
  readonly notes: readonly string[];
}

/** What the plan asks the catalogue. */
export interface ProfileFacts {
  readonly names: readonly string[];
  profilesOf(version: OcppVersion, octtId: string): readonly string[];
}

/** A selection that makes no sense: told with the nearest word that does. */
export class SelectionError extends Error {
  override readonly name = 'SelectionError';
}

/** `*` is any run of characters, `?` one; everything else is itself. */
export function globToRegExp(glob: string): RegExp {
  const escaped = glob.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replace(/\*/g, '.*').replace(/\?/g, '.')}$`, 'i');
}

/** A pattern names an id, a folder of ids, or a glob. */
const matcher = (pattern: string): ((id: string) => boolean) => {
  const glob = globToRegExp(pattern);
  const folder = `${pattern.replace(/\/$/, '').toLowerCase()}/`;
  return (id) => glob.test(id) || id.toLowerCase().startsWith(folder);
};

/** What a pattern may name. */
const namesOf = ({ spec, version }: PlanItem): readonly string[] => [spec.id, ...octtOf(spec, version)];

/**
 * What is to be run against `sut`.
 * @throws SelectionError where a pattern matches nothing, or nothing is left
 */
export function makePlan(
  suites: readonly Suite[],
  sut: SystemUnderTest,
  role: Role,
  selection: Selection,
  profiles: ProfileFacts,
): Plan {
  const everything = suites.flatMap((suite) =>
    suite.cases
      .filter((spec) => spec.sut === role || spec.sut === 'both')
      .flatMap((spec) =>
        sut.ocpp.filter((version) => spec.versions.includes(version)).map((version) => ({ spec, version, suite })),
      ),
  );
  const notes: string[] = [];
  const named = selection.cases.length > 0;
  let items: readonly PlanItem[] = everything;
  if (named) items = keep(items, selection.cases, namesOf, everything, 'case');
  if (selection.suites.length > 0)
    items = keep(items, selection.suites, ({ spec, suite }) => [suite.name, spec.id], everything, 'suite');
  if (selection.skip.length > 0) {
    const skipped = new Set(
      keep(everything, selection.skip, (item) => [...namesOf(item), item.suite.name], everything, 'skip'),
    );
    items = items.filter((item) => !skipped.has(item));
  }
  if (selection.profiles.length > 0) items = ofProfiles(items, selection.profiles, profiles);
  items = items.filter((item) => isAsked(item, selection));
  if (selection.offensive === false) items = withoutOffensive(items, selection, notes);
  if (!named) items = withoutUnreachable(items, sut, notes);
  if (items.length === 0) {
    throw new SelectionError(`no case is left to run for ${role} ${sut.ocpp.join(', ')}: see 'plugproof list cases'`);
  }
  return { items: items.map((item) => withFeature(item, sut)), notes };
}

function keep(
  items: readonly PlanItem[],
  patterns: readonly string[],
  names: (item: PlanItem) => readonly string[],
  everything: readonly PlanItem[],
  what: string,
): PlanItem[] {
  const matchers = patterns.map((pattern) => {
    const fits = matcher(pattern);
    if (!everything.some((item) => names(item).some(fits)))
      throw new SelectionError(noMatch(what, pattern, everything.flatMap(names)));
    return fits;
  });
  return items.filter((item) => names(item).some((name) => matchers.some((fits) => fits(name))));
}

function noMatch(what: string, pattern: string, names: readonly string[]): string {
  const near = nearest(pattern, new Set(names));
  return `--${what} '${pattern}' matches nothing${near === undefined ? '' : `; did you mean '${near}'?`} See 'plugproof list cases'.`;
}

function ofProfiles(items: readonly PlanItem[], wanted: readonly string[], facts: ProfileFacts): PlanItem[] {
  for (const name of wanted) {
    if (facts.names.includes(name)) continue;
    const near = nearest(name, facts.names);
    throw new SelectionError(
      `no certification profile '${name}'${near === undefined ? '' : `; did you mean '${near}'?`} There are: ${facts.names.join(', ')}.`,
    );
  }
  return items.filter(({ spec, version }) =>
    octtOf(spec, version).some((id) => facts.profilesOf(version, id).some((profile) => wanted.includes(profile))),
  );
}

/** What is run on request only has to be named: its suite, up to any wildcard, or the case. */
function isAsked({ spec, suite }: PlanItem, { cases, suites }: Selection): boolean {
  if (spec.onRequest !== true) return true;
  const fixed = [...cases, ...suites].map((pattern) => (pattern.split(/[*?]/)[0] ?? '').toLowerCase());
  return fixed.some((start) => start.startsWith(suite.name));
}

/**
 * Cases that look for weaknesses are left out where nobody says that the system is his.
 * @throws SelectionError where they are what was asked for
 */
function withoutOffensive(items: readonly PlanItem[], selection: Selection, notes: string[]): readonly PlanItem[] {
  const kept = items.filter(({ spec }) => spec.offensive !== true);
  const left = [
    ...new Set(
      items.filter((item) => !kept.includes(item)).map(({ suite, spec }) => (isWhole(suite) ? suite.name : spec.id)),
    ),
  ];
  if (left.length === 0) return kept;
  const exact = [...selection.cases, ...selection.suites].filter((pattern) => !/[*?]/.test(pattern));
  const asked = kept.length === 0 || left.some((name) => exact.some((pattern) => matcher(pattern)(name)));
  if (asked)
    throw new SelectionError(
      `${left.join(', ')}: these cases look for weaknesses and may do harm, and the system is not on this machine. Add --i-own-this-system where it is yours.`,
    );
  notes.push(`left out, for want of --i-own-this-system: ${left.join(', ')}`);
  return kept;
}

const isWhole = ({ cases }: Suite): boolean => cases.every(({ offensive }) => offensive === true);

/** Cases for what only the SUT's owner can tell or set up are left out where he did not, and said. */
function withoutUnreachable(items: readonly PlanItem[], sut: SystemUnderTest, notes: string[]): PlanItem[] {
  const left = new Map<string, string[]>();
  const kept = items.filter(({ spec }) => {
    const lacks = lacking(spec, sut);
    if (lacks !== undefined) left.set(lacks, [...(left.get(lacks) ?? []), spec.id]);
    return lacks === undefined;
  });
  for (const [lacks, ids] of left) notes.push(`left out, for ${lacks}: ${[...new Set(ids)].join(', ')}`);
  return kept;
}

/** Edition of the security whitepaper that counts where nobody says. */
const EDITION = 'wp3';

/** What the SUT's owner would have to tell; undefined where the case can be run. */
function lacking(
  { stations = [], setUp, onlyFor, lacks, file, profiles, certificates, edition }: CaseSpec,
  sut: SystemUnderTest,
): string | undefined {
  if (profiles !== undefined && !profiles.includes(sut.securityProfile))
    return `another security profile than ${sut.securityProfile}`;
  const { edition: counts = EDITION } = sut;
  if (edition !== undefined && edition !== counts) return `another edition of the security whitepaper than ${counts}`;
  if ((certificates === 'authority' || certificates === 'office') && sut.clientAuthority === undefined)
    return 'want of the authority that signs certificates of stations, with its key';
  if (certificates === 'second station' && sut.identities.filter(({ cert }) => cert !== undefined).length < 2)
    return 'want of a second station with a certificate of its own';
  if (certificates === 'office' && sut.authorityAt === undefined)
    return 'want of an address at which the CSMS can ask what was revoked, named as security.authorityAt';
  if (certificates === 'revoked' && sut.revoked === undefined)
    return 'want of a certificate that was revoked, named as security.revoked';
  const missing = stations.find((state) => sut.stations[state] === undefined);
  if (missing !== undefined)
    return missing === 'spare'
      ? 'want of a station that is used for nothing else afterwards, named as sut.stations.spare'
      : `want of a station that the CSMS holds ${missing}, named as sut.stations.${missing}`;
  if (setUp !== undefined && !SET_UP[setUp].is(sut)) return `want of ${SET_UP[setUp].what}`;
  const nowhere = [file ?? []].flat().find((kind) => sut.files?.[kind] === undefined);
  if (nowhere !== undefined) return `want of a place for files, named as sut.files.${nowhere}`;
  if (lacks !== undefined && !isAbsent(lacks, sut.without))
    return `want of a system without ${lacks}, named as sut.without`;
  return onlyFor === undefined || sut.features?.includes(onlyFor)
    ? undefined
    : `the feature '${onlyFor}', which is not declared in sut.features`;
}

/** What the SUT's owner would have to set up, and whether he did. */
const SET_UP: Readonly<Record<SetUp, { readonly what: string; is(sut: SystemUnderTest): boolean }>> = {
  'higher profile': {
    what: 'an address for a higher security profile, named in sut.endpoints',
    is: ({ endpoints = [], securityProfile }) => endpoints.some((one) => one.securityProfile > securityProfile),
  },
  'second node': {
    what: 'a second address for the same security profile, named in sut.endpoints',
    is: ({ endpoints = [], securityProfile }) => endpoints.some((one) => one.securityProfile === securityProfile),
  },
  'longest identity': {
    what: `a station whose identity has ${LONGEST_IDENTITY} characters, named in ids`,
    is: ({ identities }) => identities.some(({ id }) => id.length === LONGEST_IDENTITY),
  },
  'published key': {
    what: `the station ${PUBLISHED.id} with the password hex:${PUBLISHED.key}, named in ids`,
    is: ({ identities }) => identities.some(({ id }) => id === PUBLISHED.id),
  },
};

function withFeature(item: PlanItem, sut: SystemUnderTest): PlanItem {
  const feature = forVersion(item.spec.feature, item.version);
  return feature !== undefined && isAbsent(feature, sut.without)
    ? { ...item, notApplicable: `the SUT declares that it has no ${feature}` }
    : item;
}

/** Who has no reservation (R-0) has none of its kinds (R-1, R-2 …) either. */
/** A part that is absent where another one is. */
const PART_OF: Readonly<Record<string, string>> = { ReserveConnectorZero: 'Reservation' };

/** True where the feature is declared absent, or what it is a part of. */
export const isAbsent = (feature: string, without: readonly string[]): boolean =>
  without.includes(feature) ||
  without.includes(PART_OF[feature] ?? feature) ||
  without.some((absent) => absent.endsWith('-0') && feature.startsWith(absent.slice(0, -1)));
