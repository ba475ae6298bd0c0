/** `plugproof list`: what there is to run, to put in, and to drive with. */
import { workloadNames } from '../../../load/workload-file.ts';
import { type CoverageRow, coverage, profilesOf, requirementCoverage } from '../../../suites/catalogue/index.ts';
import { suites } from '../../../suites/index.ts';
import type { OcppVersion } from '../../dialects/index.ts';
import { type CaseSpec, faultsOf, forVersion, octtOf, type Suite, spelledOut } from '../../judge/test-case.ts';
import { nearest } from '../../nearest.ts';
import { actuatorFacts } from '../../sut/actuators/index.ts';
import { driverFacts } from '../../sut/drivers/index.ts';
import { UsageError } from '../../usage-error.ts';
import { allFaults } from '../faults.ts';
import { readVersions } from '../ocpp-option.ts';

type Options = Readonly<Record<string, unknown>>;

/** One list: rows for programs, a line each for people. */
interface Listing {
  readonly rows: readonly unknown[];
  readonly lines: readonly string[];
}

const LISTS: Readonly<Record<string, (options: Options) => Listing>> = {
  cases: listCases,
  suites: listSuites,
  faults: listFaults,
  workloads: () => ({ rows: workloadNames().map((name) => ({ name })), lines: workloadNames() }),
  drivers: () => named(driverFacts),
  actuators: () => named(actuatorFacts),
};

const named = (words: Readonly<Record<string, string>>): Listing => ({
  rows: Object.entries(words).map(([name, says]) => ({ name, says })),
  lines: Object.entries(words).map(([name, says]) => `${name.padEnd(14)} ${says}`),
});

/** @throws UsageError where there is no such list */
export async function list(what: string, options: Options): Promise<number> {
  if (options['coverage'] === true) return print(listCoverage(), options);
  const make = Object.hasOwn(LISTS, what) ? LISTS[what] : undefined;
  if (make === undefined) {
    const near = nearest(what, Object.keys(LISTS));
    throw new UsageError(
      `no list '${what}'${near === undefined ? '' : `; did you mean '${near}'?`} There are: ${Object.keys(LISTS).join(', ')}.`,
    );
  }
  return print(make(options), options);
}

function print({ rows, lines }: Listing, options: Options): number {
  process.stdout.write(options['json'] === true ? `${JSON.stringify(rows, null, 2)}\n` : `${lines.join('\n')}\n`);
  return 0;
}

/** Operations or gestures that a case needs, over all its versions. */
const needsOf = (spec: CaseSpec): string[] => [
  ...new Set(spec.versions.flatMap((version) => forVersion(spec.needs, version) ?? [])),
];

function selected(options: Options): { suite: Suite; spec: CaseSpec }[] {
  const versions = readVersions(options['ocpp'] as readonly string[] | undefined, []);
  return suites
    .flatMap((suite) => suite.cases.map((spec) => ({ suite, spec })))
    .filter(({ spec }) => versions.length === 0 || versions.some((version) => spec.versions.includes(version)))
    .filter(({ spec }) => options['hands'] !== false || needsOf(spec).length === 0);
}

function listCases(options: Options): Listing {
  const cases = selected(options);
  return {
    rows: cases.map(({ suite, spec }) => ({
      id: spec.id,
      title: spec.title,
      sut: spec.sut,
      versions: spec.versions,
      octt: octtByVersion(spec),
      suite: suite.name,
      profile: profiles(spec),
      checks: Object.entries(spec.checks).map(([id, { ref, level, says }]) => ({
        id,
        ref: spelledOut(ref, spec.versions),
        level,
        says,
      })),
      catches: catches(spec),
      needs: needsOf(spec),
    })),
    lines: cases.map(({ spec }) => {
      const octt = spec.versions.flatMap((version) => octtOf(spec, version)).join(' ');
      return `${spec.id.padEnd(48)} ${spec.versions.join(' ').padEnd(14)} ${octt}`.trimEnd();
    }),
  };
}

const octtByVersion = ({ octt = {}, versions }: CaseSpec): NonNullable<CaseSpec['octt']> =>
  spelledOut(octt, versions) as NonNullable<CaseSpec['octt']>;

const profiles = (spec: CaseSpec): string[] => [
  ...new Set(spec.versions.flatMap((version) => octtOf(spec, version).flatMap((id) => profilesOf(version, id)))),
];

function catches(spec: CaseSpec): { check: string; fault: string; ocpp: OcppVersion }[] {
  return spec.versions.flatMap((ocpp) =>
    Object.keys(spec.checks).flatMap((check) =>
      faultsOf(spec, check, ocpp).map(({ name }) => ({ check, fault: name, ocpp })),
    ),
  );
}

function listSuites(): Listing {
  const rows = [...new Set(suites.map(({ name }) => name))].map((name) => {
    const parts = suites.filter((one) => one.name === name);
    return { name, title: parts[0]?.title ?? '', cases: parts.reduce((sum, { cases }) => sum + cases.length, 0) };
  });
  return {
    rows,
    lines: rows.map(({ name, title, cases }) => `${name.padEnd(32)} ${String(cases).padStart(4)} cases  ${title}`),
  };
}

function listFaults(): Listing {
  const faults = [...allFaults().values()];
  return {
    rows: faults.map(({ fault, caughtBy }) => ({ name: fault.name, says: fault.says, caughtBy })),
    lines: faults.map(({ fault }) => `${fault.name.padEnd(64)} ${fault.says}`),
  };
}

/** Certification ids for programs; for people the requirements of the text beside them. */
function listCoverage(): Listing {
  const cases = suites
    .flatMap((suite) => suite.cases)
    .map((spec) => ({
      id: spec.id,
      sut: spec.sut,
      versions: spec.versions,
      octt: octtByVersion(spec),
      refs: refsOf(spec),
    }));
  const rows = coverage(cases);
  return {
    rows,
    lines: [
      ...rows.flatMap((row) => told(row, 'certification cases')),
      '',
      ...requirementCoverage(cases).map((row) => told(row, 'SHALLs of the text')[0] ?? ''),
    ],
  };
}

const told = ({ ocpp, sut, covered, of, missing }: CoverageRow, what: string): string[] => [
  `${ocpp.padEnd(6)} ${sut.padEnd(8)} ${covered} of ${of} ${what}`,
  ...(missing.length > 0 ? [`       missing: ${missing.join(' ')}`] : []),
];

/** Requirements that the checks of a case cite, by version. */
const refsOf = (spec: CaseSpec): Partial<Record<OcppVersion, string[]>> =>
  Object.fromEntries(
    spec.versions.map((version) => [
      version,
      Object.values(spec.checks).flatMap(({ ref }) => forVersion(ref, version) ?? []),
    ]),
  );
