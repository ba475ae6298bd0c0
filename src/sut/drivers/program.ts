/** Runs one program to its end: argv, JSON on stdin, its exit code; ended by its process id when time is over. */
import { spawn } from 'node:child_process';
import type { Clock } from '../../clock.ts';
import { deadline } from './deadline.ts';

export interface ProgramOptions {
  readonly argv: readonly string[];
  readonly input: string;
  /** Folder in which it runs; a program named with a path is looked for from there. */
  readonly dir: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly clock: Clock;
}

export type ProgramEnd =
  | { readonly ended: 'exit'; readonly code: number; readonly stdout: string; readonly stderr: string }
  | { readonly ended: 'signal'; readonly says: string }
  | { readonly ended: 'notStarted'; readonly says: string }
  | { readonly ended: 'tooLate' }
  | { readonly ended: 'givenUp' };

/** Milliseconds between a polite end and a sure one. */
const GRACE_MS = 1_000;
/** A program that talks for ever must not fill our memory. */
const MOST_OUTPUT = 256 * 1024;

/** Never throws: what happened is the value. */
export function runProgram(options: ProgramOptions, signal: AbortSignal): Promise<ProgramEnd> {
  const { argv, input, dir, env, timeoutMs, clock } = options;
  const [file = '', ...args] = argv;
  return new Promise((resolve) => {
    const limit = deadline(clock, timeoutMs, signal);
    let stdout = '';
    let stderr = '';
    let surely: ReturnType<Clock['setTimeout']> | undefined;
    let child: ReturnType<typeof spawn>;
    const end = (how: ProgramEnd) => {
      limit.clear();
      limit.signal.removeEventListener('abort', stop);
      if (surely !== undefined) clock.clearTimeout(surely);
      resolve(how);
    };
    try {
      // A group of its own, so that what it started ends with it.
      child = spawn(file, args, { cwd: dir, env: { ...process.env, ...env }, stdio: 'pipe', detached: true });
    } catch (cause) {
      limit.clear();
      resolve({
        ended: 'notStarted',
        says: `can't run ${file}: ${cause instanceof Error ? cause.message : String(cause)}`,
      });
      return;
    }
    function stop(): void {
      endGroup(child.pid, 'SIGTERM');
      surely = clock.setTimeout(() => endGroup(child.pid, 'SIGKILL'), GRACE_MS);
    }
    if (limit.signal.aborted) stop();
    else limit.signal.addEventListener('abort', stop, { once: true });
    child.stdout?.on('data', (chunk: Buffer) => {
      if (stdout.length < MOST_OUTPUT) stdout += chunk.toString('utf8');
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      if (stderr.length < MOST_OUTPUT) stderr += chunk.toString('utf8');
    });
    // A program that does not read its input closes the pipe.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
    child.once('error', (cause: NodeJS.ErrnoException) =>
      end({ ended: 'notStarted', says: startFailure(file, dir, cause) }),
    );
    child.once('close', (code, by) => {
      if (limit.signal.aborted) end({ ended: limit.timedOut() ? 'tooLate' : 'givenUp' });
      else if (code === null) end({ ended: 'signal', says: `${file} was ended by ${by}` });
      else end({ ended: 'exit', code, stdout, stderr });
    });
  });
}

function startFailure(file: string, dir: string, { code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT') return `there is no program '${file}', seen from ${dir}`;
  if (code === 'EACCES') return `'${file}' may not be run: give it the permission (chmod +x)`;
  return `can't run '${file}': ${message}`;
}

function endGroup(pid: number | undefined, how: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, how);
  } catch {
    // It has ended by itself.
  }
}
