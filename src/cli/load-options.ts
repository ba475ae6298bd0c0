/** Options, files and identities of a load run: what they mean together, and what makes no sense. */
import { isIP } from 'node:net';
import { basename, resolve } from 'node:path';
import { defaultBudget, heldBytes, readSize } from '../../load/engine/budget.ts';
import { defaultWorkers, generatedIdentities } from '../../load/plan.ts';
import { lacks, loopbackSources, machineFacts } from '../../load/preflight.ts';
import { readThreshold, withSanity } from '../../load/thresholds.ts';
import type { Threshold, Workload } from '../../load/workload.ts';
import { loadWorkloadFile, msOf, resolveWorkload, workloadPath } from '../../load/workload-file.ts';
import { isLoopback } from '../sut/config/endpoint.ts';
import type { Flags } from '../sut/config/flags.ts';
import type { Config, Surroundings } from '../sut/config/load-config.ts';
import { resolveSettings, type Settings } from '../sut/config/settings.ts';
import { UsageError } from '../usage-error.ts';

type Options = Readonly<Record<string, unknown>>;

const DEFAULT_WORKLOAD = 'heartbeats';
const DEFAULT_TOKEN = 'PLUGPROOF';
const MOST_STATIONS = 1_000_000;
const MOST_WORKERS = 256;
const MOST_MS = 365 * 86_400_000;

/** What a load run is made of, once options, files and identities are read. */
export interface Prepared {
  readonly settings: Settings;
  readonly workload: Workload;
  readonly workers: number;
  /** Undefined where nobody said how many. */
  readonly askedWorkers: number | undefined;
  /** Identities were made up. */
  readonly generated: boolean;
  /** Addresses of this machine to dial from. */
  readonly sources: readonly string[];
  /** Memory beyond which the run is stopped. */
  readonly maxRssBytes: number;
  readonly notes: readonly string[];
}

/**
 * @param here the stations run on this machine, which has to hold them
 * @throws UsageError with everything that makes no sense
 */
export function prepareLoad(
  argument: string | undefined,
  options: Options,
  config: Config | undefined,
  surroundings: Surroundings,
  { here = true }: { readonly here?: boolean } = {},
): Prepared {
  const stations = wholeOption(options, 'stations', 1, MOST_STATIONS);
  const overrides = {
    ...(stations !== undefined && { stations }),
    ...durationOption(options, 'ramp', 'rampMs', 0),
    ...durationOption(options, 'duration', 'durationMs', 1),
    ...rateOption(options),
  };
  const file = loadWorkloadFile(
    pathOf(argument, options['workload'] as string | undefined, surroundings.cwd),
    surroundings,
  );
  const flags = options as Flags;
  const named = (flags.id !== undefined && flags.id.length > 0) || config?.value.ids !== undefined;
  // Identities are named, or made up for as many stations as are wanted; that takes the workload, which takes the settings.
  const wanted = stations ?? file.value.stations ?? 100;
  const settings = resolveSettings(
    'csms',
    config,
    named ? flags : { ...flags, id: generatedIdentities(wanted) },
    surroundings,
  );
  const { sut } = settings;
  if (here) refuseStorm(argument ?? (options['workload'] as string | undefined), settings);
  const thresholds = thresholdOptions(options);
  const resolved = resolveWorkload(file, overrides, {
    stations: sut.identities.length,
    token: sut.tokens.valid?.idToken ?? DEFAULT_TOKEN,
    timeoutMs: sut.timeoutMs,
  });
  const fitting = named ? withNamed(resolved, sut.identities.length, stations) : resolved;
  const workload = { ...fitting, thresholds: withSanity([...fitting.thresholds, ...thresholds]) };
  const askedWorkers = wholeOption(options, 'workers', 1, MOST_WORKERS);
  const workers = askedWorkers ?? defaultWorkers(workload.stations);
  const notes = [...settings.notes];
  const facts = machineFacts();
  const given = [(options['source'] as string | readonly string[] | undefined) ?? []].flat();
  const wrong = given.find((address) => isIP(address) === 0);
  if (wrong !== undefined) throw new UsageError(`--source: '${wrong}' is no address of this machine`);
  const sources = given.length > 0 ? given : loopbackSources(facts, workload.stations, hostOf(sut.url));
  const load = {
    stations: workload.stations,
    workers,
    tls: sut.url?.startsWith('wss:') === true,
    sources: sources.length,
  };
  const found = here ? lacks(facts, load) : [];
  const fatal = found.filter((lack) => lack.fatal);
  if (fatal.length > 0) throw new UsageError(fatal.map(({ says, fix }) => `${says}\n  ${fix}`).join('\n'));
  for (const { says } of found) notes.push(says);
  return {
    settings,
    workload,
    workers: Math.min(workers, workload.stations),
    askedWorkers,
    generated: !named,
    sources,
    maxRssBytes: maxRssOption(options) ?? defaultBudget(facts.freeBytes ?? 0, heldBytes()),
    notes,
  };
}

/** Workloads that are made to find out where a back office breaks. */
const STORMS: ReadonlySet<string> = new Set(['boot-storm', 'flapping', 'knee', 'reconnect-storm', 'tls-storm']);

/** @throws UsageError where a storm would be aimed at another machine, and nobody says that it is his */
function refuseStorm(workload: string | undefined, { owned, sut }: Settings): void {
  const name = basename(workload ?? '').replace(/\.ya?ml$/, '');
  if (!STORMS.has(name) || owned || sut.url === undefined || isLoopback(sut.url)) return;
  throw new UsageError(
    `${name}: a storm may bring a system down, and this one is not on this machine. Add --i-own-this-system where it is yours.`,
  );
}

/** Empty where there is no address yet. */
const hostOf = (url = ''): string => (URL.canParse(url) ? new URL(url).hostname : '');

/** With named identities there are no more stations than those. */
function withNamed(workload: Workload, identities: number, asked: number | undefined): Workload {
  if (asked !== undefined && asked > identities) {
    throw new UsageError(
      `--stations: ${asked} are asked for, and ${identities} identities are named\n  Name more with --id 'CP{00001..${asked}}', or leave --id out: then identities are made up.`,
    );
  }
  return { ...workload, stations: Math.min(asked ?? identities, identities) };
}

function pathOf(argument: string | undefined, workload: string | undefined, cwd: string): string {
  if (argument !== undefined && workload !== undefined)
    throw new UsageError(`load: give a file or --workload, not both ('${argument}' and '${workload}')`);
  const name = argument ?? workload ?? DEFAULT_WORKLOAD;
  return /\.ya?ml$/i.test(name) ? resolve(cwd, name) : workloadPath(name);
}

export function wholeOption(options: Options, name: string, least: number, most: number): number | undefined {
  const text = options[name];
  if (text === undefined) return undefined;
  const value = /^\d+$/.test(String(text)) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most))
    throw new UsageError(`--${name}: '${String(text)}' is no whole number from ${least} to ${most}`);
  return value;
}

function maxRssOption(options: Options): number | undefined {
  const text = options['maxRss'];
  if (text === undefined) return undefined;
  const bytes = readSize(String(text));
  if (bytes === undefined)
    throw new UsageError(
      `--max-rss: '${String(text)}' is no size; write a number with its unit, such as 500MiB or 2GiB`,
    );
  return bytes;
}

function durationOption(
  options: Options,
  name: string,
  key: 'rampMs' | 'durationMs',
  least: number,
): Partial<Record<typeof key, number>> {
  const text = options[name];
  if (text === undefined) return {};
  const value = msOf(String(text));
  if (value === undefined || value < least)
    throw new UsageError(
      `--${name}: '${String(text)}' is no duration; write a number with its unit, such as 30s or 2m`,
    );
  if (value > MOST_MS) throw new UsageError(`--${name}: '${String(text)}' is longer than a year`);
  return { [key]: value };
}

function rateOption(options: Options): { rate?: number } {
  const text = options['rate'];
  if (text === undefined) return {};
  const rate = Number(text);
  if (!(rate > 0) || !Number.isFinite(rate))
    throw new UsageError(`--rate: '${String(text)}' is no number above 0: calls a second, over all stations`);
  return { rate };
}

function thresholdOptions(options: Options): Threshold[] {
  const texts = [(options['threshold'] as string | readonly string[] | undefined) ?? []].flat();
  return texts.map((text) => {
    const reading = readThreshold(text);
    if (!reading.ok) throw new UsageError(`--threshold: ${reading.says}\n  ${reading.fix}`);
    return reading.value;
  });
}
