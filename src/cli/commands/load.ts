/** `plugproof load`: puts a fleet of stations on a CSMS, shows how it goes, writes the reports, gives the exit code. */
import { randomInt } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type { LoadRun } from '../../../load/engine/engine.ts';
import { runLoad } from '../../../load/engine/engine.ts';
import type { FleetHandle } from '../../../load/engine/fleet.ts';
import type { Totals } from '../../../load/engine/totals.ts';
import { startWorker } from '../../../load/engine/worker-handle.ts';
import { createLiveView } from '../../../load/live.ts';
import { defaultWorkers, fleetPlans, generatedIdentities } from '../../../load/plan.ts';
import { lacks, machineFacts } from '../../../load/preflight.ts';
import { type PrometheusServer, servePrometheus } from '../../../load/prometheus.ts';
import { readThreshold, withSanity } from '../../../load/thresholds.ts';
import type { Threshold, Workload } from '../../../load/workload.ts';
import { loadWorkloadFile, msOf, resolveWorkload, workloadPath } from '../../../load/workload-file.ts';
import { loadMessageSchemas } from '../../../schemas/ocpp.ts';
import { realClock } from '../../clock.ts';
import type { Report } from '../../report.ts';
import { ExitCode } from '../../run/exit-code.ts';
import { summarise } from '../../run/fold.ts';
import { journalLoad } from '../../run/journal.ts';
import type { Flags } from '../../sut/config/flags.ts';
import { type Config, loadConfig, type Surroundings } from '../../sut/config/load-config.ts';
import { collectSecrets, redact } from '../../sut/config/secrets.ts';
import { resolveSettings, type Settings } from '../../sut/config/settings.ts';
import { UsageError } from '../../usage-error.ts';
import { plugproofVersion } from '../../version.ts';
import { readAddress } from '../address.ts';
import { onInterrupt } from '../interrupt.ts';
import { readReportRequests } from '../report-option.ts';
import { newRunId, SEEDS } from '../run-id.ts';
import { showsFiles, writeReports } from '../write-reports.ts';

type Options = Readonly<Record<string, unknown>>;

const DEFAULT_WORKLOAD = 'heartbeats';
const DEFAULT_TOKEN = 'PLUGPROOF';
const MOST_STATIONS = 1_000_000;
const MOST_WORKERS = 256;

/**
 * Puts load on a CSMS.
 * @param argument a workload file, or the name of a workload that plugproof brings
 * @returns the exit code
 * @throws UsageError where what was asked for makes no sense
 */
export async function load(argument: string | undefined, options: Options): Promise<number> {
  const missing = notInThisVersion(argument, options);
  if (missing !== undefined) {
    process.stderr.write(`${missing}\n`);
    return ExitCode.inconclusive;
  }
  const surroundings = { cwd: process.cwd(), variables: process.env };
  const file = options['config'] as string | undefined;
  const config =
    options['noConfig'] === true ? undefined : loadConfig({ ...surroundings, ...(file !== undefined && { file }) });
  const { settings, workload, workers, notes } = prepare(argument, options, config, surroundings);
  const requests = readReportRequests(settings.report);
  const seed = settings.seed ?? randomInt(SEEDS);
  const schemas = loadMessageSchemas(settings.schemas === undefined ? {} : { dir: settings.schemas });
  const secrets = collectSecrets(settings.sut, {});
  const quiet = options['quiet'] === true;
  const runId = newRunId();
  const folder = settings.out ?? join('plugproof-runs', runId);
  makeFolder(folder);
  const prometheusAt =
    options['prometheus'] === undefined ? undefined : readAddress(String(options['prometheus']), '--prometheus');
  const startedAt = new Date().toISOString();
  const began = performance.now();

  const interrupt = onInterrupt();
  let fleets: FleetHandle[] = [];
  let prometheus: PrometheusServer | undefined;
  const live = quiet ? undefined : liveView(workload);
  try {
    const plans = fleetPlans(settings.sut, workload, workers, seed);
    fleets = plans.map(startWorker);
    let totals: () => Promise<Totals> = () => Promise.reject(new Error('the run has not begun'));
    if (prometheusAt !== undefined) {
      prometheus = await servePrometheus(prometheusAt, () => totals()).catch((cause: unknown) => {
        throw new UsageError(
          `--prometheus: can't listen on ${prometheusAt.host}:${prometheusAt.port}: ${messageOf(cause)}`,
        );
      });
      process.stdout.write(`ready prometheus ${prometheus.url}\n`);
    }
    const run = await runLoad({
      workload,
      fleets,
      stations: workload.stations,
      clock: realClock,
      schemas,
      signal: interrupt.signal,
      listener: (moment) => live?.moment(moment),
      scrape: (get) => {
        totals = get;
      },
    });
    live?.end();
    const report = makeReport(run, {
      settings,
      workload,
      seed,
      runId,
      startedAt,
      durationMs: performance.now() - began,
      notes,
      secrets,
    });
    journalLoad(folder, report);
    const exitCode = interrupt.code ?? exitCodeOf(run);
    const files = await writeReports(report, requests, { folder, exitCode, quiet });
    if (run.unreachable) process.stderr.write(`${unreachableSays(run, settings)}\n`);
    if (!quiet && !showsFiles(requests))
      for (const [kind, path] of files) process.stdout.write(`${kind.padEnd(8)} ${relative('', path) || path}\n`);
    return exitCode;
  } finally {
    live?.end();
    interrupt.end();
    await prometheus?.close();
    await Promise.all(fleets.map((fleet) => fleet.end()));
  }
}

/** What the contract names and this version does not have. */
function notInThisVersion(argument: string | undefined, options: Options): string | undefined {
  const engine = options['engine'] ?? 'node';
  if (engine !== 'node' && engine !== 'k6')
    throw new UsageError(`--engine: there is no engine '${String(engine)}'. There are: node, k6.`);
  if (argument === 'export') return "this version can't export workloads: it has only the node engine";
  if (engine === 'k6') return 'this version has only the node engine: leave --engine k6 out';
  return undefined;
}

interface Prepared {
  readonly settings: Settings;
  readonly workload: Workload;
  readonly workers: number;
  readonly notes: readonly string[];
}

function prepare(
  argument: string | undefined,
  options: Options,
  config: Config | undefined,
  surroundings: Surroundings,
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
  const thresholds = thresholdOptions(options);
  const resolved = resolveWorkload(file, overrides, {
    stations: sut.identities.length,
    token: sut.tokens.valid?.idToken ?? DEFAULT_TOKEN,
    timeoutMs: sut.timeoutMs,
  });
  const fitting = named ? withNamed(resolved, sut.identities.length, stations) : resolved;
  const workload = { ...fitting, thresholds: withSanity([...fitting.thresholds, ...thresholds]) };
  const workers = wholeOption(options, 'workers', 1, MOST_WORKERS) ?? defaultWorkers(workload.stations);
  const notes = [...settings.notes];
  const found = lacks(machineFacts(), workload.stations, workers, sut.url?.startsWith('wss:') === true);
  const fatal = found.filter((lack) => lack.fatal);
  if (fatal.length > 0) throw new UsageError(fatal.map(({ says, fix }) => `${says}\n  ${fix}`).join('\n'));
  for (const { says } of found) notes.push(says);
  return { settings, workload, workers: Math.min(workers, workload.stations), notes };
}

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

function wholeOption(options: Options, name: string, least: number, most: number): number | undefined {
  const text = options[name];
  if (text === undefined) return undefined;
  const value = /^\d+$/.test(String(text)) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most))
    throw new UsageError(`--${name}: '${String(text)}' is no whole number from ${least} to ${most}`);
  return value;
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

/** A signal comes first; then what makes the figures worthless, then the figures. */
export function exitCodeOf({ unreachable, generator, thresholds, partial }: LoadRun): number {
  if (unreachable || generator.saturated || partial) return ExitCode.inconclusive;
  return thresholds.every(({ ok }) => ok) ? ExitCode.ok : ExitCode.threshold;
}

interface ReportFacts extends Pick<Prepared, 'settings' | 'workload' | 'notes'> {
  readonly seed: number;
  readonly runId: string;
  readonly startedAt: string;
  readonly durationMs: number;
  readonly secrets: readonly string[];
}

function makeReport(
  run: LoadRun,
  { settings, workload, seed, runId, startedAt, durationMs, notes, secrets }: ReportFacts,
): Report {
  const { sut } = settings;
  const unreachable = run.unreachable ? [unreachableSays(run, settings)] : [];
  const report: Report = {
    format: 'plugproof-report',
    formatVersion: 1,
    partial: run.partial,
    run: {
      id: runId,
      command: 'load',
      startedAt,
      durationMs: Math.round(durationMs),
      seed,
      version: plugproofVersion(),
      argv: process.argv.slice(2),
      planned: 0,
      notes: [`workload ${workload.name}: ${workload.says}`, ...notes, ...unreachable, ...run.notes],
    },
    sut: {
      role: 'csms',
      ocpp: sut.ocpp,
      url: sut.url ?? '',
      securityProfile: sut.securityProfile,
      features: sut.features ?? [],
    },
    summary: summarise([]),
    cases: [],
    grade: null,
    load: {
      engine: 'node',
      stations: workload.stations,
      metrics: run.totals.report(),
      thresholds: run.thresholds,
      series: run.series,
      generator: run.generator,
    },
  };
  return JSON.parse(redact(JSON.stringify(report), secrets)) as Report;
}

function unreachableSays({ totals }: LoadRun, { sut }: Settings): string {
  const byTag = totals.report()['ocpp_connect_errors']?.byTag ?? {};
  const reasons = Object.entries(byTag).map(([tag, { count = 0 }]) => `${count} × ${tag.slice('code:'.length)}`);
  return `no station could connect to ${sut.url ?? ''}: ${reasons.join(', ')}`;
}

/** Progress goes to stderr, so that a report on stdout can be piped. */
function liveView(workload: Workload) {
  return createLiveView({
    tty: process.stderr.isTTY === true,
    write: (text) => process.stderr.write(text),
    stations: workload.stations,
    title: workload.name,
  });
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (cause) {
    throw new UsageError(`--out: ${folder} can't be written: ${messageOf(cause)}`);
  }
}

const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
