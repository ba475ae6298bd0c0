/** Workload files: reads the YAML, puts options over it, and says in its lines what is wrong. */
import { existsSync, readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nearest } from '../src/nearest.ts';
import { type Loaded, loadOwn, type Surroundings } from '../src/sut/config/load-config.ts';
import { type Problem, usageError } from '../src/sut/config/problem.ts';
import { UsageError } from '../src/usage-error.ts';
import { type CommandName, commandNames } from './operator/commands.ts';
import { readExpression } from './thresholds.ts';
import type { Activity, Among, Scenario, Search, Threshold, Workload } from './workload.ts';

/** As the schema has it. */
export interface WorkloadFile {
  readonly name?: string;
  readonly description?: string;
  readonly stations?: number;
  readonly judged?: number;
  readonly ramp?: string;
  readonly duration?: string;
  readonly gracefulStop?: string;
  readonly station?: {
    readonly evses?: number;
    readonly configuration?: Readonly<Record<string, string | number | boolean>>;
  };
  readonly scenarios?: Readonly<Record<string, ScenarioFile>>;
  readonly thresholds?: Readonly<Record<string, readonly string[]>>;
}

interface ScenarioFile {
  readonly executor: Scenario['executor'] | 'search-arrival-rate';
  readonly exec: Activity;
  readonly startTime?: string;
  readonly duration?: string;
  readonly rate?: number;
  readonly startRate?: number;
  readonly maxRate?: number;
  readonly precision?: number;
  readonly perStation?: boolean;
  readonly stages?: readonly { readonly duration: string; readonly target: number }[];
  readonly iterations?: number;
  readonly hold?: string;
  readonly tokens?: readonly string[];
  readonly commands?: readonly CommandName[];
  readonly stations?: string;
}

/** What the command line says of a workload. */
export interface WorkloadOverrides {
  readonly stations?: number;
  readonly rampMs?: number;
  readonly durationMs?: number;
  readonly rate?: number;
}

/** What the file leaves open. */
export interface WorkloadDefaults {
  /** Stations where neither option nor file says it: as many as there are identities. */
  readonly stations?: number;
  readonly token: string;
  /** How long an answer may take. */
  readonly timeoutMs: number;
}

/** Beside us in the sources; the compiler leaves YAML where it is, so from dist it is the package's own folder. */
const FOLDER =
  ['./workloads/', '../../load/workloads/']
    .map((path) => new URL(path, import.meta.url))
    .find((folder) => existsSync(folder)) ?? new URL('./workloads/', import.meta.url);
const SUFFIX = '.yaml';
const DEFAULTS = {
  stations: 100,
  judged: 20,
  rampMs: 10_000,
  durationMs: 60_000,
  holdMs: 30_000,
  stepMs: 10_000,
  precision: 0.05,
};

/** Names of the workloads that plugproof brings. */
export function workloadNames(): string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith(SUFFIX))
    .map((file) => file.slice(0, -SUFFIX.length))
    .sort();
}

/** Path of a workload that plugproof brings. @throws UsageError where there is none of that name */
export function workloadPath(name: string): string {
  const names = workloadNames();
  if (names.includes(name)) return fileURLToPath(new URL(`${name}${SUFFIX}`, FOLDER));
  const near = nearest(name, names);
  throw new UsageError(
    `there is no workload '${name}'${near === undefined ? '' : `; did you mean '${near}'?`} There are: ${names.join(', ')}. A file ends in .yaml or .yml.`,
  );
}

/** Reads a workload file. @throws UsageError with everything that its schema says of it */
export function loadWorkloadFile(path: string, surroundings: Surroundings): Loaded<WorkloadFile> {
  return loadOwn<WorkloadFile>('workload', path, surroundings, 'load');
}

/**
 * The workload of a file, with options over it.
 * @throws UsageError with everything that is wrong, in the lines of the file where it stands there
 */
export function resolveWorkload(
  file: Loaded<WorkloadFile>,
  overrides: WorkloadOverrides,
  defaults: WorkloadDefaults,
): Workload {
  const { value } = file;
  const problems: Problem[] = [];
  const stations = overrides.stations ?? value.stations ?? defaults.stations ?? DEFAULTS.stations;
  const durationMs = overrides.durationMs ?? msOf(value.duration) ?? DEFAULTS.durationMs;
  const entries = Object.entries(value.scenarios ?? {});
  const rated = entries.filter(([, { executor }]) => executor === 'constant-arrival-rate');
  if (overrides.rate !== undefined && rated.length !== 1) {
    problems.push({
      says: `--rate: ${nameOf(file)} is no rate: it has ${rated.length} scenarios with constant-arrival-rate`,
      fix: 'Leave --rate out, or take a workload that is a rate: heartbeats, meter-flood, authorize-burst.',
    });
  }
  const thresholds = thresholdsOf(file, problems);
  const made = entries.map(([name, scenario]) =>
    scenarioOf(name, scenario, { file, problems, stations, durationMs, overrides, defaults }),
  );
  const scenarios = made.filter((one): one is Scenario => one !== undefined && 'executor' in one);
  const searches = made.filter((one): one is Search => one !== undefined && 'maxRate' in one);
  if (searches.length > 0 && made.length > 1) {
    problems.push(file.problem(['scenarios'], 'a search stands alone', 'Take the other scenarios out.'));
  }
  if (problems.length > 0) throw usageError(problems);
  const [search] = searches;
  return {
    name: nameOf(file),
    says: value.description ?? '',
    stations,
    judged: value.judged ?? DEFAULTS.judged,
    rampMs: overrides.rampMs ?? msOf(value.ramp) ?? DEFAULTS.rampMs,
    durationMs,
    gracefulStopMs: msOf(value.gracefulStop) ?? defaults.timeoutMs,
    station: {
      evses: value.station?.evses ?? 1,
      configuration: Object.fromEntries(
        Object.entries(value.station?.configuration ?? {}).map(([key, set]) => [key, String(set)]),
      ),
    },
    scenarios,
    ...(search !== undefined && { search }),
    thresholds,
  };
}

const nameOf = ({ path, value }: Loaded<WorkloadFile>): string => value.name ?? basename(path).replace(/\.ya?ml$/, '');

function thresholdsOf(file: Loaded<WorkloadFile>, problems: Problem[]): Threshold[] {
  const entries = Object.entries(file.value.thresholds ?? {});
  return entries.flatMap(([selector, expressions]) =>
    expressions.flatMap((expression, i) => {
      const reading = readExpression(selector, expression);
      if (reading.ok) return [reading.value];
      problems.push(file.problem(['thresholds', selector, i], reading.says, reading.fix));
      return [];
    }),
  );
}

interface Making {
  readonly file: Loaded<WorkloadFile>;
  readonly problems: Problem[];
  readonly stations: number;
  readonly durationMs: number;
  readonly overrides: WorkloadOverrides;
  readonly defaults: WorkloadDefaults;
}

function scenarioOf(name: string, from: ScenarioFile, making: Making): Scenario | Search | undefined {
  const { file, problems, stations, durationMs, overrides, defaults } = making;
  const among = amongOf(from.stations, stations);
  if (among?.count === 0) {
    const fix = 'Take more stations, or let the range begin earlier.';
    problems.push(
      file.problem(['scenarios', name, 'stations'], `no station of ${stations} is in ${from.stations}`, fix),
    );
  }
  if (from.exec === 'command' && !BY_OPERATORS.has(from.executor)) {
    const fix = `Take one of: ${[...BY_OPERATORS].join(', ')}.`;
    problems.push(file.problem(['scenarios', name, 'executor'], `an operator does not work by ${from.executor}`, fix));
  }
  const times = from.perStation === true ? (among?.count ?? stations) : 1;
  const startMs = msOf(from.startTime) ?? 0;
  const base = {
    name,
    exec: from.exec,
    startMs,
    holdMs: msOf(from.hold) ?? DEFAULTS.holdMs,
    tokens: from.tokens ?? [defaults.token],
    ...(from.exec === 'command' && { commands: from.commands ?? commandNames.slice(0, 1) }),
    ...(among !== undefined && { among }),
  };
  const lacks = (key: keyof ScenarioFile) => {
    const fix = `Add ${key}: ${key === 'stages' ? 'a list of stages' : 'a number'}.`;
    problems.push(file.problem(['scenarios', name], `${from.executor} has no '${key}'`, fix));
    return undefined;
  };
  switch (from.executor) {
    case 'constant-arrival-rate': {
      const rate = overrides.rate ?? (from.rate === undefined ? undefined : from.rate * times);
      if (rate === undefined) return lacks('rate');
      const own = overrides.durationMs === undefined ? msOf(from.duration) : undefined;
      return { ...base, executor: from.executor, rate, durationMs: own ?? Math.max(0, durationMs - startMs) };
    }
    case 'ramping-arrival-rate': {
      if (from.stages === undefined) return lacks('stages');
      const whole = from.stages.reduce((sum, { duration }) => sum + (msOf(duration) ?? 0), 0);
      // Stages are stretched to the duration, so that a day can be played in an hour.
      const stretch = whole > 0 ? Math.max(0, durationMs - startMs) / whole : 1;
      const stages = from.stages.map(({ duration, target }) => ({
        durationMs: (msOf(duration) ?? 0) * stretch,
        target: target * times,
      }));
      return { ...base, executor: from.executor, startRate: (from.startRate ?? 0) * times, stages };
    }
    case 'per-vu-iterations':
      return {
        ...base,
        executor: from.executor,
        iterations: from.iterations ?? 1,
        overMs: Math.min(msOf(from.duration) ?? 0, overrides.durationMs ?? Number.POSITIVE_INFINITY),
      };
    case 'search-arrival-rate': {
      if (from.startRate === undefined || from.startRate === 0) return lacks('startRate');
      if (from.maxRate === undefined) return lacks('maxRate');
      return {
        ...base,
        startRate: from.startRate * times,
        maxRate: from.maxRate * times,
        stepMs: overrides.durationMs ?? msOf(from.duration) ?? DEFAULTS.stepMs,
        precision: from.precision ?? DEFAULTS.precision,
      };
    }
  }
}

/** Executors of commands: autocannon keeps one rate. */
const BY_OPERATORS: ReadonlySet<string> = new Set(['constant-arrival-rate', 'per-vu-iterations']);

/** `1`, `2..`, `1..10`: by their place, from 1; those that there are not are left out. */
function amongOf(text: string | undefined, stations: number): Among | undefined {
  const [, from = '', dots, to = ''] = /^(\d*)(\.\.)?(\d*)$/.exec(text ?? '') ?? [];
  if (text === undefined) return undefined;
  const first = Math.max(1, Number(from || 1));
  const last = Math.min(stations, dots === undefined ? first : Number(to || stations));
  return { first: first - 1, count: Math.max(0, last - first + 1) };
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** Milliseconds of `1.5m`, none allowed; undefined for what is no duration. */
export function msOf(text: string | undefined): number | undefined {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text?.trim() ?? '') ?? [];
  return number === undefined ? undefined : Math.round(Number(number) * (UNITS[unit] ?? 1));
}
