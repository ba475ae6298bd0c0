/** Options and plugproof.yaml → everything that a command needs to know before it starts. */
import type { Role } from '../../dialects/dialect.ts';
import type { ActuatorSettings, DriverSettings } from '../drivers/settings.ts';
import type { SystemUnderTest } from '../system-under-test.ts';
import { type ServerCredentials, serverCredentials } from './credentials.ts';
import type { Flags } from './flags.ts';
import { actuatorSettings, driverSettings } from './hands.ts';
import type { Config, Surroundings } from './load-config.ts';
import { type Given, Merge } from './merge.ts';
import { systemsUnderTest } from './resolve.ts';
import type { Reading } from './values.ts';

export interface Settings {
  readonly sut: SystemUnderTest;
  /** One for each security profile that is asked for; `sut` is the first. */
  readonly suts: readonly SystemUnderTest[];
  /** What plugproof shows to a station under test. */
  readonly server: ServerCredentials;
  readonly driver: DriverSettings;
  readonly actuator: ActuatorSettings;
  readonly selection: {
    readonly cases: readonly string[];
    readonly suites: readonly string[];
    readonly skip: readonly string[];
    readonly profiles: readonly string[];
  };
  readonly jobs: number;
  readonly strict: boolean;
  /** Messages that a case sends which could send thousands; without end for all of them. */
  readonly sample?: number;
  /** Whoever runs this says that the SUT is his, and may come to harm. */
  readonly owned: boolean;
  /** Paths are absolute. */
  readonly baseline?: string;
  readonly schemas?: string;
  readonly out?: string;
  readonly seed?: number;
  /** `KIND` or `KIND=FILE`; a FILE of plugproof.yaml is absolute. */
  readonly report: readonly string[];
  /** What the user should know and what is no error. */
  readonly notes: readonly string[];
  /** The configuration that was read. */
  readonly configFile?: string;
}

const MOST_DEFAULT_JOBS = 16;

/**
 * All settings of a run: options over the file over defaults.
 * @throws UsageError with everything that is wrong
 */
export function resolveSettings(role: Role, config: Config | undefined, flags: Flags, env: Surroundings): Settings {
  const merge = new Merge(config, flags, env);
  const { file } = merge;
  const suts = systemsUnderTest(role, merge);
  const server = role === 'station' ? serverCredentials(merge, suts) : {};
  const driver = driverSettings(merge);
  const actuator = actuatorSettings(merge);
  const texts = (
    flag: string,
    flagValue: readonly string[] | undefined,
    key: 'cases' | 'suites' | 'skip' | 'profiles',
  ) => merge.pickList<string>(flag, flagValue, [key], file[key]).map(({ value }) => value);
  const path = (name: 'baseline' | 'schemas' | 'out') =>
    merge.path(merge.pick(`--${name}`, flags[name], [name], file[name]));
  const jobs = merge.read(merge.pick<string | number>('--jobs', flags.jobs, ['jobs'], file.jobs), wholeNumber(1, 256));
  const seed = merge.read(
    merge.pick<string | number>('--seed', flags.seed, ['seed'], file.seed),
    wholeNumber(0, 2 ** 32 - 1),
  );
  const sample = merge.read(merge.pick<string | number>('--sample', flags.sample, ['sample'], file.sample), readSample);
  const [baseline, schemas, out] = [path('baseline'), path('schemas'), path('out')];
  const selection = {
    cases: texts('--case', flags.case, 'cases'),
    suites: texts('--suite', flags.suite, 'suites'),
    skip: texts('--skip', flags.skip, 'skip'),
    profiles: texts('--profile', flags.profile, 'profiles'),
  };
  const report = merge
    .pickList<string>('--report', flags.report, ['report'], file.report)
    .map((given) => reportRequest(given, merge));
  merge.done();
  const sut = suts[0] as SystemUnderTest;
  // One person can answer one question at a time.
  const byHand = driver.name === 'prompt' || actuator.name === 'prompt';
  return {
    sut,
    suts,
    server,
    driver,
    actuator,
    selection,
    jobs: jobs ?? (byHand ? 1 : Math.max(1, Math.min(MOST_DEFAULT_JOBS, sut.identities.length))),
    strict: flags.strict ?? file.strict ?? false,
    ...(sample !== undefined && { sample }),
    owned: flags.iOwnThisSystem ?? file.iOwnThisSystem ?? false,
    ...(baseline !== undefined && { baseline }),
    ...(schemas !== undefined && { schemas }),
    ...(out !== undefined && { out }),
    ...(seed !== undefined && { seed }),
    report,
    notes: [...new Set(merge.notes)],
    ...(config !== undefined && { configFile: config.path }),
  };
}

/** A number of messages, or all of them. */
const readSample = (value: string | number): Reading<number> =>
  value === 'all' ? { ok: true, value: Number.POSITIVE_INFINITY } : wholeNumber(1, 1_000_000)(value);

const wholeNumber =
  (least: number, most: number) =>
  (value: string | number): Reading<number> => {
    const number = /^\d+$/.test(String(value)) ? Number(value) : Number.NaN;
    if (number >= least && number <= most) return { ok: true, value: number };
    return {
      ok: false,
      says: `'${value}' is no whole number from ${least} to ${most}`,
      fix: `Write a whole number, such as ${Math.max(least, 4)}.`,
    };
  };

/** `junit=out/r.xml` of the file is meant from the file's folder. */
function reportRequest(given: Given<string>, merge: Merge): string {
  const at = given.value.indexOf('=');
  if (at < 0 || given.name.startsWith('--')) return given.value;
  return `${given.value.slice(0, at)}=${merge.path({ ...given, value: given.value.slice(at + 1) }) ?? ''}`;
}
