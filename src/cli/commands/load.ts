/** `plugproof load`: puts a fleet of stations on a CSMS, shows how it goes, writes the reports, gives the exit code. */
import { randomInt } from 'node:crypto';
import { join, relative } from 'node:path';
import { type LoadMoment, type Look, runLoad } from '../../../load/engine/engine.ts';
import { startWorker } from '../../../load/engine/worker-handle.ts';
import { findK6, NoK6 } from '../../../load/k6/find.ts';
import { makeK6Plan } from '../../../load/k6/make-plan.ts';
import { K6Failed, runK6 } from '../../../load/k6/run.ts';
import { createLiveView, type LiveView } from '../../../load/live.ts';
import { NoControl, Operator } from '../../../load/operator/operator.ts';
import { fleetPlans, versionOf } from '../../../load/plan.ts';
import { servePrometheus } from '../../../load/prometheus.ts';
import { LoadRecord, type RecordFacts } from '../../../load/record.ts';
import type { LoadResult } from '../../../load/result.ts';
import { judge } from '../../../load/thresholds.ts';
import { loadMessageSchemas } from '../../../schemas/ocpp.ts';
import { realClock } from '../../clock.ts';
import { ExitCode } from '../../run/exit-code.ts';
import { loadConfig } from '../../sut/config/load-config.ts';
import { collectSecrets } from '../../sut/config/secrets.ts';
import type { Settings } from '../../sut/config/settings.ts';
import { UsageError } from '../../usage-error.ts';
import { plugproofVersion } from '../../version.ts';
import { readAddress } from '../address.ts';
import { type Interrupt, onInterrupt } from '../interrupt.ts';
import { type Prepared, prepareLoad } from '../load-options.ts';
import { readReportRequests } from '../report-option.ts';
import { inRunFolder } from '../run-folder.ts';
import { newRunId, SEEDS } from '../run-id.ts';
import { showsFiles, writeReports } from '../write-reports.ts';

type Options = Readonly<Record<string, unknown>>;

/**
 * Puts load on a CSMS.
 * @param argument a workload file, or the name of a workload that plugproof brings
 * @returns the exit code
 * @throws UsageError where what was asked for makes no sense
 */
export async function load(argument: string | undefined, options: Options, more?: string): Promise<number> {
  if (more !== undefined) throw new UsageError(`load takes one workload, and here is '${more}' too`);
  const engine = engineOf(options);
  const surroundings = { cwd: process.cwd(), variables: process.env };
  const file = options['config'] as string | undefined;
  const config =
    options['noConfig'] === true ? undefined : loadConfig({ ...surroundings, ...(file !== undefined && { file }) });
  const prepared = prepareLoad(argument, options, config, surroundings);
  const { settings, workload } = prepared;
  const { sut } = settings;
  const bin = engine === 'k6' ? k6Of(options) : undefined;
  if (bin === null) return ExitCode.inconclusive;
  const requests = readReportRequests(settings.report);
  const seed = settings.seed ?? randomInt(SEEDS);
  const quiet = options['quiet'] === true;
  const runId = newRunId();
  const folder = settings.out ?? join('plugproof-runs', runId);
  const began = performance.now();
  const facts: RecordFacts = {
    run: {
      id: runId,
      command: 'load',
      startedAt: new Date().toISOString(),
      seed,
      version: plugproofVersion(),
      argv: process.argv.slice(2),
      planned: 0,
      notes: [`workload ${workload.name}: ${workload.says}`, ...prepared.notes],
    },
    sut: {
      role: 'csms',
      ocpp: sut.ocpp,
      url: sut.url ?? '',
      securityProfile: sut.securityProfile,
      features: sut.features ?? [],
    },
    engine,
    stations: workload.stations,
    secrets: collectSecrets(sut, { driver: settings.driver }),
  };
  const record = inRunFolder(folder, () => new LoadRecord(folder, facts));
  const interrupt = onInterrupt();
  const live = quiet ? undefined : liveView(prepared);
  try {
    const running = { ...prepared, options, seed, record, live, interrupt };
    const result = bin === undefined ? await runNode(running) : await throughK6(running, bin);
    live?.end();
    const notes = result.unreachable ? [unreachableSays(result, settings), ...result.notes] : result.notes;
    const report = record.end({ ...result, notes }, Math.round(performance.now() - began));
    const exitCode = interrupt.code ?? exitCodeOf(result);
    const files = await writeReports(report, requests, { folder, exitCode, quiet });
    if (result.unreachable) process.stderr.write(`${unreachableSays(result, settings)}\n`);
    if (!quiet && !showsFiles(requests))
      for (const [kind, path] of files) process.stdout.write(`${kind.padEnd(8)} ${relative('', path) || path}\n`);
    return exitCode;
  } catch (cause) {
    if (!(cause instanceof K6Failed) && !(cause instanceof NoControl)) throw cause;
    live?.end();
    process.stderr.write(`${cause.message}\n`);
    return interrupt.code ?? ExitCode.inconclusive;
  } finally {
    live?.end();
    interrupt.end();
  }
}

interface Running extends Prepared {
  readonly options: Options;
  readonly seed: number;
  readonly record: LoadRecord;
  readonly live: LiveView | undefined;
  readonly interrupt: Interrupt;
}

/** What both engines tell while they run: to the terminal, to the record, and to Prometheus. */
async function watched(
  { workload, options, record, live }: Running,
  run: (listener: (moment: LoadMoment) => void, scrape: (look: Look) => void) => Promise<LoadResult>,
): Promise<LoadResult> {
  const address =
    options['prometheus'] === undefined ? undefined : readAddress(String(options['prometheus']), '--prometheus');
  let look: Look | undefined;
  const totals = () => look?.totals() ?? Promise.reject(new Error('the run has not begun'));
  const prometheus =
    address &&
    (await servePrometheus(address, totals).catch((cause: unknown) => {
      throw new UsageError(`--prometheus: can't listen on ${address.host}:${address.port}: ${messageOf(cause)}`);
    }));
  if (prometheus) process.stdout.write(`ready prometheus ${prometheus.url}\n`);
  const listener = (moment: LoadMoment) => {
    live?.moment(moment);
    if (!record.second({ at: Math.round(moment.atMs), values: moment.values }) || look === undefined) return;
    const { generator } = look;
    // A worker that is lost is told by the run itself.
    totals().then(
      (found) =>
        record.counted({
          metrics: found.report(),
          thresholds: workload.thresholds.map((threshold) => judge(threshold, found)),
          generator: generator(found),
        }),
      () => {},
    );
  };
  try {
    return await run(listener, (found) => {
      look = found;
    });
  } finally {
    await prometheus?.close();
  }
}

const schemasOf = ({ schemas }: Settings) => loadMessageSchemas(schemas === undefined ? {} : { dir: schemas });

/** On our own engine, in worker threads. */
async function runNode(running: Running): Promise<LoadResult> {
  const { settings, workload, workers, seed, sources, maxRssBytes, interrupt } = running;
  const operator = operatorOf(running);
  await operator?.knock();
  return watched(running, async (listener, scrape) => {
    const fleets = fleetPlans(settings.sut, workload, workers, seed, sources).map(startWorker);
    try {
      return await runLoad({
        workload,
        fleets,
        stations: workload.stations,
        clock: realClock,
        schemas: schemasOf(settings),
        timeoutMs: settings.sut.timeoutMs,
        clockToleranceS: settings.sut.clockToleranceS,
        ...(operator && { operator }),
        signal: interrupt.signal,
        maxRssBytes,
        listener,
        scrape,
      });
    } finally {
      await Promise.all(fleets.map((fleet) => fleet.end()));
    }
  });
}

/** Drivers whose requests are known beforehand, so that they can be sent at a rate. */
const OPERATORS: ReadonlySet<string> = new Set(['reference', 'octt-trigger']);

/** @throws UsageError where the workload needs an operator and has none */
function operatorOf({ settings, workload }: Running): Operator | undefined {
  if (!workload.scenarios.some(({ exec }) => exec === 'command')) return undefined;
  const { driver, sut } = settings;
  if (!OPERATORS.has(driver.name) || driver.url === undefined)
    throw new UsageError(
      `${workload.name} has an operator, and the driver ${driver.name} can't be one${OPERATORS.has(driver.name) ? ' without an address' : ''}\n  Say --driver octt-trigger --driver-url URL (or reference, for plugproof serve csms).`,
    );
  const stations = sut.identities.slice(0, workload.stations).map(({ id }, i) => ({
    identity: id,
    version: versionOf(sut, i),
  }));
  return new Operator({ driver, stations, clock: realClock });
}

/** Through a k6 that is there. */
function throughK6(running: Running, bin: string): Promise<LoadResult> {
  const { settings, workload, generated, askedWorkers, seed, interrupt } = running;
  const { sut } = settings;
  const plan = makeK6Plan({ sut, workload, generated, seed, vus: askedWorkers, secrets: true, samples: true });
  return watched(running, (listener, scrape) =>
    runK6({
      bin,
      plan,
      thresholds: workload.thresholds,
      clock: realClock,
      schemas: schemasOf(settings),
      ...(sut.ca !== undefined && { ca: sut.ca }),
      signal: interrupt.signal,
      listener,
      scrape,
    }),
  );
}

function engineOf(options: Options): 'node' | 'k6' {
  const engine = options['engine'] ?? 'node';
  if (engine === 'node' || engine === 'k6') return engine;
  throw new UsageError(`--engine: there is no engine '${String(engine)}'. There are: node, k6.`);
}

/** @returns null where there is none, after saying how to get it */
function k6Of(options: Options): string | null {
  try {
    return findK6(options['k6Bin'] as string | undefined, process.env);
  } catch (cause) {
    if (!(cause instanceof NoK6)) throw cause;
    process.stderr.write(`${cause.message}\n`);
    return null;
  }
}

/** A signal comes first; then what makes the figures worthless, then the figures. */
export function exitCodeOf({ unreachable, unregistered, generator, thresholds, partial }: LoadResult): number {
  if (unreachable || unregistered || generator.saturated || partial) return ExitCode.inconclusive;
  return thresholds.every(({ ok }) => ok) ? ExitCode.ok : ExitCode.threshold;
}

function unreachableSays({ metrics }: LoadResult, { sut }: Settings): string {
  const byTag = metrics['ocpp_connect_errors']?.byTag ?? {};
  const reasons = Object.entries(byTag).map(([tag, { count = 0 }]) => `${count} × ${tag.slice('code:'.length)}`);
  return `no station could connect to ${sut.url ?? ''}: ${reasons.join(', ')}`;
}

/** Progress goes to stderr, so that a report on stdout can be piped. */
function liveView({ workload }: Prepared): LiveView {
  return createLiveView({
    tty: process.stderr.isTTY === true,
    write: (text) => process.stderr.write(text),
    stations: workload.stations,
    title: workload.name,
  });
}

const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
