/** The command line as a process: what a user types and what comes back. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The command as it is built. */
export const MAIN = join(dirname(fileURLToPath(import.meta.url)), '../../dist/src/cli/main.js');

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly process: ChildProcess;
  /** Settles when the process has ended. */
  readonly ended: Promise<Ended>;
  /** Settles with the first match of a line on stdout or stderr. */
  line(pattern: RegExp): Promise<RegExpMatchArray>;
}

export interface CliOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
}

/** Starts plugproof; colours off, no configuration around unless `cwd` has one. */
export function start(args: readonly string[], options: CliOptions = {}): Running {
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: options.cwd ?? tmpdir(),
    env: { ...process.env, NO_COLOR: '1', GITHUB_STEP_SUMMARY: '', ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  const watchers: { pattern: RegExp; resolve: (match: RegExpMatchArray) => void }[] = [];
  const look = () => {
    for (const watcher of [...watchers]) {
      const match = watcher.pattern.exec(stdout) ?? watcher.pattern.exec(stderr);
      if (match === null) continue;
      watchers.splice(watchers.indexOf(watcher), 1);
      watcher.resolve(match);
    }
  };
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
    look();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
    look();
  });
  child.stdin.on('error', () => {});
  child.stdin.end(options.input ?? '');
  const ended = new Promise<Ended>((resolve) =>
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr })),
  );
  return {
    process: child,
    ended,
    line: (pattern) =>
      new Promise((resolve, reject) => {
        watchers.push({ pattern, resolve });
        look();
        void ended.then(({ code }) =>
          reject(new Error(`ended with ${code} and never said ${pattern}:\n${stdout}${stderr}`)),
        );
      }),
  };
}

/** Runs plugproof to its end. */
export const run = (args: readonly string[], options: CliOptions = {}): Promise<Ended> => start(args, options).ended;

export interface Served {
  readonly url: string;
  /** The second address, where there are two. */
  readonly elsewhere: string | undefined;
  readonly control: string;
  stop(): Promise<Ended>;
}

/** `plugproof serve csms` on free ports. */
export async function serveCsms(args: readonly string[] = []): Promise<Served> {
  const running = start(['serve', 'csms', '--quiet', ...args]);
  const ready = /^ready ocpp (\S+)\n(?:ready ocpp (\S+)\n)?ready control (\S+)$/m;
  const [, url = '', elsewhere, control = ''] = await running.line(ready);
  return {
    url,
    elsewhere,
    control,
    stop: () => {
      running.process.kill('SIGTERM');
      return running.ended;
    },
  };
}

/** A folder that is gone after `use`. */
export async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'plugproof-e2e-'));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
