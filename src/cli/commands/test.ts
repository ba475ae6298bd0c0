/** `plugproof test`: judges a system, writes the reports, gives the exit code. */
import { randomBytes, randomInt } from 'node:crypto';
import { join, relative } from 'node:path';
import pc from 'picocolors';
import { machineFacts } from '../../../load/preflight.ts';
import { createLive } from '../../../reporters/live.ts';
import { loadMessageSchemas } from '../../../schemas/ocpp.ts';
import { profileNames, profilesOf } from '../../../suites/catalogue/index.ts';
import { suites } from '../../../suites/index.ts';
import { realClock } from '../../clock.ts';
import type { Role } from '../../dialects/index.ts';
import type { Environment } from '../../judge/run-case.ts';
import { forVersion } from '../../judge/test-case.ts';
import { ExitCode, exitCodeOf, worseExit } from '../../run/exit-code.ts';
import { Journal } from '../../run/journal.ts';
import { makePlan, type Plan, type PlanItem } from '../../run/plan.ts';
import { identityNamed, type RunEvent, testRun } from '../../run/test-run.ts';
import { isLoopback } from '../../sut/config/endpoint.ts';
import type { Flags } from '../../sut/config/flags.ts';
import { DEFAULT_IDENTITY } from '../../sut/config/identities.ts';
import { type Config, loadConfig, type Surroundings } from '../../sut/config/load-config.ts';
import { collectSecrets, redact } from '../../sut/config/secrets.ts';
import { resolveSettings, type Settings } from '../../sut/config/settings.ts';
import type { Driver } from '../../sut/drivers/driver.ts';
import { createDriver } from '../../sut/drivers/index.ts';
import { credentials, type Identity } from '../../sut/system-under-test.ts';
import { UsageError } from '../../usage-error.ts';
import { plugproofVersion } from '../../version.ts';
import { IDLE_MS } from '../../wire/dead-man.ts';
import { httpOffice } from '../../wire/office.ts';
import { socketDialer } from '../../wire/ws-client.ts';
import { awaitStation } from '../await-station.ts';
import { excuser } from '../excuse.ts';
import { onInterrupt } from '../interrupt.ts';
import { knowingTheReference } from '../knowing-the-reference.ts';
import { readReportRequests } from '../report-option.ts';
import { inRunFolder } from '../run-folder.ts';
import { newRunId, SEEDS } from '../run-id.ts';
import { spokenVersion } from '../spoken-version.ts';
import { showsFiles, writeReports } from '../write-reports.ts';

type Options = Readonly<Record<string, unknown>>;

/** @throws UsageError, SelectionError where what was asked for makes no sense */
export async function test(role: Role, options: Options): Promise<number> {
  const surroundings = { cwd: process.cwd(), variables: process.env };
  const file = options['config'] as string | undefined;
  const config =
    options['noConfig'] === true ? undefined : loadConfig({ ...surroundings, ...(file !== undefined && { file }) });
  const flags = await withVersion(role, options as Flags, config);
  const all = await knowingTheReference(resolveSettings(role, config, flags, surroundings));
  // One run for each security profile that is asked for; the worst decides.
  let worst: number = ExitCode.ok;
  for (const sut of all.suts) {
    const out = all.suts.length > 1 ? join(all.out ?? 'plugproof-runs', `profile-${sut.securityProfile}`) : all.out;
    const settings = { ...all, sut, ...(out !== undefined && { out }) };
    const code = await judge(role, settings, options, surroundings);
    if (code === ExitCode.interrupted || code === ExitCode.terminated) return code;
    worst = worseExit(worst, code);
  }
  return worst;
}

/** The quick look from outside needs no more than an address: the version is what the CSMS agrees to. */
async function withVersion(role: Role, flags: Flags, config: Config | undefined): Promise<Flags> {
  const quick = flags.suite?.every((pattern) => pattern === 'security/exposed') === true;
  if (role !== 'csms' || !quick || flags.ocpp !== undefined || config?.value.sut?.ocpp !== undefined) return flags;
  if (flags.url === undefined || !/^wss?:/.test(flags.url) || !URL.canParse(flags.url)) return flags;
  return { ...flags, ocpp: [await spokenVersion(flags.url, flags.id?.[0] ?? DEFAULT_IDENTITY)] };
}

async function judge(role: Role, settings: Settings, options: Options, surroundings: Surroundings): Promise<number> {
  const plan = makePlan(
    suites,
    settings.sut,
    role,
    { ...settings.selection, offensive: role === 'station' || mayBeHarmed(settings) },
    { names: profileNames, profilesOf },
  );
  const requests = readReportRequests(settings.report);
  const excuse = excuser(settings.baseline, surroundings);
  if (options['dryRun'] === true) return printPlan(plan);

  enoughFiles(settings.jobs);
  const seed = settings.seed ?? randomInt(SEEDS);
  const schemas = loadMessageSchemas(settings.schemas === undefined ? {} : { dir: settings.schemas });
  const driver = await createDriver(settings.driver);
  const { driver: driverFacts, actuator, server } = settings;
  const secrets = collectSecrets(settings.sut, { driver: driverFacts, actuator, server });
  const awaited = role === 'station' ? await awaitStation(settings, schemas, seed) : undefined;
  const runId = newRunId();
  const folder = settings.out ?? join('plugproof-runs', runId);
  const journal = inRunFolder(folder, () => new Journal(folder));
  const interrupt = onInterrupt();
  // Whoever reads this may stop us.
  if (awaited !== undefined) process.stdout.write(`ready ocpp ${awaited.url}\n`);
  const live = liveView(options['quiet'] === true);
  const { sut } = settings;
  try {
    const report = await testRun({
      plan,
      run: {
        id: runId,
        command: `test ${role}`,
        startedAt: new Date().toISOString(),
        seed,
        version: plugproofVersion(),
        argv: process.argv.slice(2).map((word) => redact(word, secrets)),
        notes: [...settings.notes, ...excuse.notes, ...(awaited?.notes(plan) ?? driverNotes(plan, driver, settings))],
      },
      sut: {
        role,
        ocpp: sut.ocpp,
        url: redact(sut.url ?? awaited?.url ?? '', secrets),
        securityProfile: sut.securityProfile,
        features: sut.features ?? [],
      },
      identities: played(sut),
      jobs: settings.jobs,
      environment: awaited?.environment ?? environmentOf(settings, driver, schemas, seed),
      journal,
      signal: interrupt.signal,
      listener: live.event,
      excuse: excuse.apply,
      replay: (item) => redact(replayCommand(role, item, seed, settings), secrets),
      redact: (text) => redact(text, secrets),
    });
    live.end();
    journal.release();
    const exitCode = interrupt.code ?? exitCodeOf(report);
    const files = await writeReports(report, requests, { folder, exitCode, quiet: options['quiet'] === true });
    tellFiles(files, folder, journal, options['quiet'] === true || showsFiles(requests));
    return exitCode;
  } finally {
    live.end();
    interrupt.end();
    journal.close();
    await awaited?.close();
    await driver.close();
  }
}

/** Files that are open beside the connections of cases: libraries, pipes, reports. */
const FILES_BESIDE = 40;

/** A connection that this machine refuses is no fault of the system under test. @throws UsageError */
function enoughFiles(jobs: number): void {
  const { openFiles } = machineFacts();
  const wanted = 2 * jobs + FILES_BESIDE;
  if (openFiles !== undefined && openFiles < wanted)
    throw new UsageError(
      `--jobs: ${jobs} cases at a time need ${wanted} open files, and this process may open ${openFiles}. Raise it: ulimit -n 1024`,
    );
}

/** What is on this machine is the tester's own; of anything else he has to say so. */
const mayBeHarmed = ({ owned, sut }: Settings): boolean =>
  owned || (sut.url !== undefined && [sut, ...(sut.endpoints ?? [])].every(({ url = '' }) => isLoopback(url)));

/** The way to the SUT, by identity. */
function environmentOf(
  settings: Settings,
  driver: Driver,
  schemas: Environment['schemas'],
  seed: number,
): (identity: Identity) => Environment {
  const { sut, strict, sample } = settings;
  const url = sut.url ?? 'ws://localhost';
  // Message ids are new over every connection of an identity, also over those of other runs.
  const run = randomBytes(6).toString('hex');
  let ids = 0;
  const lend = lender();
  return (identity) => ({
    sut,
    driver,
    schemas,
    seed,
    strict,
    owned: mayBeHarmed(settings),
    ...(sample !== undefined && { sample }),
    clock: realClock,
    ...wayTo(url, identity, sut),
    elsewhere: (sut.endpoints ?? []).map(({ url, securityProfile, identities }) => ({
      url,
      securityProfile,
      ...wayTo(url, identityNamed(identity.id, identities), sut),
    })),
    nextId: () => `${run}-${++ids}`,
    ...(sut.authorityAt && { office: httpOffice(sut.authorityAt) }),
    borrowTokens: lend,
  });
}

/** Identities that cases play; what a case spends is played by no other. */
function played({ identities, stations }: Settings['sut']): readonly Identity[] {
  const others = identities.filter(({ id }) => !stations.spare?.includes(id));
  return others.length > 0 ? others : identities;
}

/** How an identity comes to an address. */
function wayTo(
  address: string,
  identity: Identity,
  { timeoutMs, ca }: Settings['sut'],
): Pick<Environment, 'basePath' | 'headers' | 'dialer'> {
  const { protocol, host, pathname } = new URL(address);
  const { cert, key } = identity;
  return {
    basePath: pathname,
    headers: credentials(identity),
    dialer: socketDialer({
      origin: `${protocol}//${host}`,
      timeoutMs,
      idleMs: IDLE_MS,
      ...(ca !== undefined && { ca }),
      ...(cert !== undefined && { cert }),
      ...(key !== undefined && { key }),
    }),
  };
}

/** Lends one thing to one borrower at a time. */
function lender(): () => Promise<() => void> {
  let last: Promise<void> = Promise.resolve();
  return async () => {
    const before = last;
    let giveBack = () => {};
    last = new Promise((resolve) => {
      giveBack = resolve;
    });
    await before;
    return giveBack;
  };
}

/** Warns first where the run will leave much unjudged. */
function driverNotes(plan: Plan, driver: Driver, settings: Settings): string[] {
  const unable = plan.items.filter(({ spec, version }) =>
    (forVersion(spec.needs, version) ?? []).some((action) => !able(driver, version, action)),
  );
  if (unable.length === 0) return [];
  const who = settings.driver.name === 'none' ? 'no driver' : `the driver '${driver.name}' can't make the CSMS do all`;
  return [
    `${who}: ${unable.length} of ${plan.items.length} cases need the CSMS to act and can't be judged; see --driver`,
  ];
}

/** Driver operations that are no actions of OCPP. */
const able = (driver: Driver, version: PlanItem['version'], operation: string): boolean => {
  if (operation === 'create-token') return driver.createToken !== undefined;
  if (operation === 'set-basic-auth-password') return driver.setPassword !== undefined;
  return driver.can(version, operation);
};

function printPlan(plan: Plan): number {
  for (const { spec, version, notApplicable } of plan.items) {
    process.stdout.write(
      `${version.padEnd(6)} ${spec.id}${notApplicable === undefined ? '' : `  (not applicable: ${notApplicable})`}\n`,
    );
  }
  for (const note of plan.notes) process.stdout.write(`note: ${note}\n`);
  process.stdout.write(`${plan.items.length} cases; nothing was sent\n`);
  return ExitCode.ok;
}

/** Options that choose cases or say where results go: a replay names its own. */
const NOT_REPLAYED = new Set([
  '--case',
  '--suite',
  '--skip',
  '--profile',
  '--seed',
  '--report',
  '--out',
  '--ocpp',
  '--jobs',
  '--dry-run',
  '--quiet',
]);

function replayCommand(role: Role, { spec, version }: PlanItem, seed: number, settings: Settings): string {
  const typed = process.argv.slice(2);
  const from = typed[0] === 'test' ? typed.slice(2) : ['--url', settings.sut.url ?? ''];
  // An option keeps the values behind it, or loses them all: some take several.
  const kept: string[] = [];
  let keeps = true;
  for (const word of from) {
    if (word.startsWith('-')) keeps = !NOT_REPLAYED.has(word.split('=')[0] ?? '');
    if (keeps) kept.push(word);
  }
  return ['plugproof', 'test', role, ...kept, '--ocpp', version, '--case', spec.id, '--seed', String(seed)]
    .map(shellWord)
    .join(' ');
}

const shellWord = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

interface Live {
  event(event: RunEvent): void;
  end(): void;
}

/** Progress goes to stderr, so that a report on stdout can be piped. */
function liveView(quiet: boolean): Live {
  if (quiet) return { event: () => {}, end: () => {} };
  const tty = process.stderr.isTTY === true;
  const live = createLive({
    tty,
    write: (text) => process.stderr.write(text),
    now: () => realClock.monotonic(),
    width: process.stderr.columns ?? 80,
    colours: pc.createColors(pc.isColorSupported && tty),
  });
  const timer = setInterval(() => live.tick(), 200);
  timer.unref();
  let over = false;
  return {
    event: live.event,
    end: () => {
      if (over) return;
      over = true;
      clearInterval(timer);
      live.end();
    },
  };
}

/** @param quiet nobody wants to know, or has been told */
function tellFiles(files: ReadonlyMap<string, string>, folder: string, journal: Journal, quiet: boolean): void {
  if (journal.broken !== undefined)
    process.stderr.write(`the journal stopped: ${journal.broken}; the reports are whole\n`);
  if (quiet) return;
  for (const [kind, file] of files) process.stdout.write(`${kind.padEnd(8)} ${relative('', file) || file}\n`);
  process.stdout.write(`${'run'.padEnd(8)} ${relative('', folder) || folder}\n`);
}
