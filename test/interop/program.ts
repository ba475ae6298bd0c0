/** A counterpart as a process: started, ready when it says so, and stopped. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { interopDir } from './work-dir.ts';

export interface Program<Listener extends string> {
  /** The address behind each `ready NAME URL` that was awaited. */
  ready: Record<Listener, string>;
  pid: number;
  /** What it has written to stderr. */
  stderr(): string;
  /** Ends the process; resolves when it is gone. */
  stop(): Promise<void>;
}

const STOP_MS = 5000;
const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** A TypeScript file of this folder, as a command. */
export const node = (file: string, ...args: string[]) => [
  process.execPath,
  '--import',
  'tsx',
  `${interopDir}${file}`,
  ...args,
];

/**
 * Starts a program and resolves when all its listeners are ready.
 * @throws Error with its stderr when it ends early or misses the deadline (milliseconds)
 */
export async function startProgram<Listener extends string>(
  what: string,
  [command = '', ...args]: readonly string[],
  listeners: readonly Listener[],
  deadlineMs = 30_000,
): Promise<Program<Listener>> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], cwd: interopDir });
  running.add(child);
  child.once('exit', () => running.delete(child));
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  try {
    const ready = await readyLines(child, listeners, deadlineMs);
    return { ready, pid: child.pid ?? 0, stderr: () => stderr, stop: () => stop(child) };
  } catch (error) {
    await stop(child);
    throw new Error(`${what}: ${(error as Error).message}\n${stderr}`);
  }
}

function readyLines<Listener extends string>(
  child: ChildProcess,
  listeners: readonly Listener[],
  deadlineMs: number,
): Promise<Record<Listener, string>> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`not ready within ${deadlineMs} ms`)), deadlineMs);
    child.once('error', reject);
    child.once('exit', (code, signal) => reject(new Error(`ended before it was ready (${code ?? signal})`)));
    let output = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      const found = listeners.map((name) => [name, new RegExp(`^ready ${name} (\\S+)\\n`, 'm').exec(output)?.[1]]);
      if (found.some(([, url]) => url === undefined)) return;
      clearTimeout(timer);
      resolve(Object.fromEntries(found) as Record<Listener, string>);
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
