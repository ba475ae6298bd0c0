/** Starts one of the interop counterparts as a process and stops it again. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type KindName, kinds } from './miniatures/kinds.ts';
import { interopDir, workDir } from './work-dir.ts';

export type OcppVersion = '1.6' | '2.0.1';
export type CounterpartName = 'ocpp-rpc' | 'python-ocpp' | 'java-oca' | KindName;

export interface CounterpartOptions {
  ocpp: OcppVersion;
  /** How long it may take until both listeners are ready, in milliseconds; default 30 s, for a machine under load. */
  deadlineMs?: number;
  /** `late` only: how long it holds its answers back, in milliseconds. */
  delayMs?: number;
}

export interface Counterpart {
  /** The WebSocket address, without the station's identity. */
  url: string;
  /** The base of its octt-trigger API. */
  control: string;
  pid: number;
  /** What it has written to stderr. */
  stderr(): string;
  /** Ends the process; resolves when it is gone. */
  stop(): Promise<void>;
}

interface Program {
  versions: readonly OcppVersion[];
  /** A file that is there only after the installation. */
  needs?: string;
  command(options: CounterpartOptions): string[];
}

const ALL = ['1.6', '2.0.1'] as const;
const node = (file: string, ...args: string[]) => [
  process.execPath,
  '--import',
  'tsx',
  join(interopDir, file),
  ...args,
];
const java = join(workDir, 'java-oca');
const python = join(workDir, 'python-ocpp', 'venv', 'bin', 'python');

const programs: Record<string, Program> = {
  'ocpp-rpc': {
    versions: ALL,
    needs: join(workDir, 'ocpp-rpc', 'node_modules'),
    command: ({ ocpp }) => node('ocpp-rpc/csms.ts', '--ocpp', ocpp),
  },
  'python-ocpp': {
    versions: ALL,
    needs: python,
    command: ({ ocpp }) => [python, '-B', join(interopDir, 'python-ocpp', 'csms.py'), '--ocpp', ocpp],
  },
  'java-oca': {
    versions: ['1.6'],
    needs: join(java, 'classes'),
    command: () => ['java', '-cp', [join(java, 'classes'), join(java, 'lib', '*')].join(delimiter), 'Csms'],
  },
};

for (const kind of Object.keys(kinds))
  programs[kind] = {
    versions: ALL,
    command: ({ ocpp, delayMs }) =>
      node(
        'miniatures/back-office.ts',
        ...['--kind', kind, '--ocpp', ocpp],
        ...(delayMs === undefined ? [] : ['--delay-ms', String(delayMs)]),
      ),
  };

/** The versions that a counterpart speaks. */
export function versionsOf(name: CounterpartName): readonly OcppVersion[] {
  return programs[name]?.versions ?? [];
}

const STOP_MS = 5000;
const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/**
 * Starts a counterpart and resolves when both its listeners are ready.
 * Throws with its stderr when it ends early, misses the deadline, or is not installed.
 */
export async function startCounterpart(name: CounterpartName, options: CounterpartOptions): Promise<Counterpart> {
  const program = programs[name];
  if (!program?.versions.includes(options.ocpp)) throw new Error(`${name} does not speak OCPP ${options.ocpp}`);
  if (program.needs && !existsSync(program.needs))
    throw new Error(`${name} is not installed: node --import tsx test/interop/install.ts ${name}`);
  const [command = '', ...args] = program.command(options);
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], cwd: interopDir });
  running.add(child);
  child.once('exit', () => running.delete(child));
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  try {
    const { url, control } = await readyLines(child, options.deadlineMs ?? 30_000);
    return { url, control, pid: child.pid ?? 0, stderr: () => stderr, stop: () => stop(child) };
  } catch (error) {
    await stop(child);
    throw new Error(`${name} (OCPP ${options.ocpp}): ${(error as Error).message}\n${stderr}`);
  }
}

function readyLines(child: ChildProcess, deadlineMs: number): Promise<{ url: string; control: string }> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`not ready within ${deadlineMs} ms`)), deadlineMs);
    child.once('error', reject);
    child.once('exit', (code, signal) => reject(new Error(`ended before it was ready (${code ?? signal})`)));
    let output = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      const url = /^ready ocpp (\S+)\n/m.exec(output)?.[1];
      const control = /^ready control (\S+)\n/m.exec(output)?.[1];
      if (url === undefined || control === undefined) return;
      clearTimeout(timer);
      resolve({ url, control });
    });
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await exited;
  clearTimeout(timer);
}
