/** `plugproof doctor`: what this machine and an endpoint can do, one finding a line, each with its fix. */
import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { OcppVersion } from '../dialects/dialect.ts';
import type { SystemUnderTest } from '../sut/system-under-test.ts';

export interface Finding {
  readonly level: 'ok' | 'warn' | 'fail';
  readonly says: string;
  /** What to do, where it is not ok. */
  readonly fix?: string;
}

/** What of the endpoint the doctor has to know. */
export interface Patient {
  readonly url: string;
  readonly ocpp: readonly OcppVersion[];
  readonly identity: SystemUnderTest['identities'][number];
  readonly ca?: string;
  readonly station: SystemUnderTest['station'];
  /** Milliseconds for each step. */
  readonly timeoutMs: number;
  /** Seconds that the clock of the CSMS may be off. */
  readonly clockToleranceS: number;
}

/** The machine, as far as the doctor looks at it. */
export interface Machine {
  readonly nodeVersion: string;
  /** Contents of a file; undefined where there is none, as on systems without /proc. */
  read(path: string): string | undefined;
  /** What a program prints; undefined where it can't be run. */
  run(file: string, args: readonly string[]): Promise<string | undefined>;
  /** Why a folder can't be written to, where it can't. */
  writeFault(folder: string): string | undefined;
}

export interface DoctorOptions {
  /** The endpoint to knock at; without it only the machine is looked at. */
  readonly patient?: Patient;
  /** Run folder that is asked for. */
  readonly out?: string;
  /** Judges the configuration. @returns its file, or undefined where there is none @throws UsageError */
  readonly checkConfig?: () => string | undefined;
  /** Judges the OCPP schemas. @returns how many were looked at, and what is wrong with some */
  readonly checkSchemas?: () => { readonly checked: number; readonly faults: readonly string[] };
  /** Stations that a load run wants; for the limits of the machine. */
  readonly stations?: number;
  readonly k6?: string;
  readonly machine?: Machine;
}

/** The endpoint of a CSMS under test, knocked at with its first identity; undefined for a station. */
export function patientOf({
  url,
  identities,
  ca,
  station,
  ocpp,
  timeoutMs,
  clockToleranceS,
}: SystemUnderTest): Patient | undefined {
  const [identity] = identities;
  if (url === undefined || identity === undefined) return undefined;
  return { url, ocpp, identity, ...(ca !== undefined && { ca }), station, timeoutMs, clockToleranceS };
}

const DEFAULT_STATIONS = 1_000;
/** Beside one socket a station: the runtime, files, the control API. */
const SPARE_DESCRIPTORS = 100;
/** Oldest k6 whose `k6/websockets` is stable. */
const LEAST_K6 = [1, 6] as const;

/** Looks at everything, and goes on after what is wrong. Never throws. */
export async function* doctor(options: DoctorOptions): AsyncGenerator<Finding, void, undefined> {
  const machine = options.machine ?? thisMachine;
  const stations = options.stations ?? DEFAULT_STATIONS;
  yield nodeVersion(machine.nodeVersion);
  if (options.checkSchemas) yield schemas(options.checkSchemas);
  if (options.checkConfig) yield configuration(options.checkConfig);
  yield outFolder(machine, options.out ?? 'plugproof-runs');
  yield* descriptors(machine, stations);
  yield* ports(machine, stations);
  yield* backlog(machine);
  yield await k6(machine, options.k6 ?? process.env['K6_BIN'] ?? 'k6');
  if (options.patient !== undefined) {
    const { examine } = await import('./doctor-endpoint.ts');
    yield* examine(options.patient);
  }
}

const ok = (says: string): Finding => ({ level: 'ok', says });

/** The ranges of `engines` in package.json. */
function nodeVersion(version: string): Finding {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  const fits = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22;
  return fits
    ? ok(`Node.js ${version}`)
    : {
        level: 'fail',
        says: `Node.js ${version} is too old`,
        fix: 'Install Node.js 20.19 or later of the 20s, or 22.12 or later.',
      };
}

function schemas(check: NonNullable<DoctorOptions['checkSchemas']>): Finding {
  try {
    const { checked, faults } = check();
    if (faults.length === 0) return ok(`${checked} OCPP schemas are the official ones`);
    return {
      level: 'fail',
      says: `${faults.length} of ${checked} OCPP schemas are not the official ones: ${faults.slice(0, 3).join('; ')}`,
      fix: 'Install plugproof again, or give your own copy with --schemas.',
    };
  } catch (cause) {
    return {
      level: 'fail',
      says: `the OCPP schemas can't be read: ${text(cause)}`,
      fix: 'Install plugproof again, or give your own copy with --schemas.',
    };
  }
}

function configuration(check: NonNullable<DoctorOptions['checkConfig']>): Finding {
  try {
    const file = check();
    return ok(file === undefined ? 'no plugproof.yaml: everything comes from the command line' : `${file} is valid`);
  } catch (cause) {
    return {
      level: 'fail',
      says: `the configuration is not valid\n${text(cause)}`,
      fix: "Mend it; 'plugproof schema config' prints its schema for your editor.",
    };
  }
}

function outFolder(machine: Machine, folder: string): Finding {
  const fault = machine.writeFault(folder);
  if (fault === undefined) return ok(`reports can be written to ${folder}`);
  return {
    level: 'fail',
    says: `reports can't be written to ${folder}: ${fault}`,
    fix: 'Give another folder with --out, or the permission to write there.',
  };
}

function* descriptors(machine: Machine, stations: number): Generator<Finding> {
  const limits = machine.read('/proc/self/limits');
  const [, soft, hard] = /^Max open files\s+(\S+)\s+(\S+)/m.exec(limits ?? '') ?? [];
  if (soft === undefined || hard === undefined) return;
  const wanted = stations + SPARE_DESCRIPTORS;
  // Node.js raises the soft limit to the hard one by itself.
  const most = hard === 'unlimited' ? Number.POSITIVE_INFINITY : Number(hard);
  if (most >= wanted) yield ok(`${hard} open files: enough for ${stations} stations`);
  else
    yield {
      level: 'warn',
      says: `${hard} open files are too few for ${stations} stations`,
      fix: `Raise the limit: ulimit -n ${wanted}, or LimitNOFILE= of the service, or nofile in /etc/security/limits.conf.`,
    };
}

function* ports(machine: Machine, stations: number): Generator<Finding> {
  const [low, high] = (machine.read('/proc/sys/net/ipv4/ip_local_port_range') ?? '').trim().split(/\s+/).map(Number);
  if (low === undefined || high === undefined || Number.isNaN(high)) return;
  const free = high - low + 1;
  if (free >= stations)
    yield ok(`${free} local ports (${low} to ${high}): enough for ${stations} stations at one address`);
  else
    yield {
      level: 'warn',
      says: `${free} local ports are too few for ${stations} stations at one address`,
      fix: 'Widen the range: sysctl -w net.ipv4.ip_local_port_range="1024 65535", or spread the load over several machines.',
    };
}

/** Below this a storm of connects is dropped by a server on this machine. */
const LEAST_BACKLOG = 1_024;

function* backlog(machine: Machine): Generator<Finding> {
  const most = Number(machine.read('/proc/sys/net/core/somaxconn') ?? Number.NaN);
  if (Number.isNaN(most)) return;
  if (most >= LEAST_BACKLOG) yield ok(`${most} connections may wait to be accepted (somaxconn)`);
  else
    yield {
      level: 'warn',
      says: `only ${most} connections may wait to be accepted (somaxconn)`,
      fix: 'For a server on this machine: sysctl -w net.core.somaxconn=4096.',
    };
}

async function k6(machine: Machine, file: string): Promise<Finding> {
  const hint =
    "k6 is needed for 'load --engine k6' only; the engine node is built in. See https://grafana.com/docs/k6 to install it.";
  const printed = await machine.run(file, ['version']);
  if (printed === undefined) return { level: 'warn', says: 'k6 is not installed', fix: hint };
  const [, version, major = '0', minor = '0'] = /v((\d+)\.(\d+)\.\d+\S*)/.exec(printed) ?? [];
  if (version === undefined) return { level: 'warn', says: `'${file} version' does not tell a version`, fix: hint };
  const fits = Number(major) > LEAST_K6[0] || (Number(major) === LEAST_K6[0] && Number(minor) >= LEAST_K6[1]);
  return fits
    ? ok(`k6 ${version}`)
    : { level: 'warn', says: `k6 ${version} is too old`, fix: `Install k6 ${LEAST_K6.join('.')} or later.` };
}

const text = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

/** Longest that a program may take to tell its version, in milliseconds. */
const VERSION_MS = 10_000;

const thisMachine: Machine = {
  nodeVersion: process.version,
  read(path) {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return undefined;
    }
  },
  run: (file, args) =>
    new Promise((done) => {
      execFile(file, args, { timeout: VERSION_MS }, (cause, printed) => done(cause === null ? printed : undefined));
    }),
  writeFault(folder) {
    // The folder is made when a run begins: till then its nearest ancestor is asked.
    let there = resolve(folder);
    while (!existsSync(there) && there !== dirname(there)) there = dirname(there);
    if (!statSync(there).isDirectory()) return `${there} is a file`;
    try {
      accessSync(there, constants.W_OK | constants.X_OK);
      return undefined;
    } catch {
      return `no permission to write to ${there}`;
    }
  },
};
