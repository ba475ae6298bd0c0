#!/usr/bin/env node
/** The entry of the command line: argv in, exit code out. */
import { CommanderError } from 'commander';
import { ExitCode } from '../run/exit-code.ts';
import { makeProgram } from './program.ts';

/** Errors that are the user's to mend. */
const USAGE: ReadonlySet<string> = new Set([
  'UsageError',
  'SelectionError',
  'JournalError',
  'BadFile',
  'SchemaSourceError',
]);

/** A socket or a timer that an error left behind may hold the process for so long. */
const LEFT_OVER_MS = 2_000;

// Whatever ends this process before it is told otherwise is a defect of ours, and never green.
process.exitCode = ExitCode.defect;

// A pager or `head` that has seen enough closes the pipe.
process.stdout.on('error', (cause: NodeJS.ErrnoException) => {
  if (cause.code === 'EPIPE') process.exit();
});

// Where nobody is charged with it, it is ours: Node itself would end with 1, which says that a system does not conform.
process.on('uncaughtException', (cause) => {
  if (process.listenerCount('uncaughtException') > 1) return;
  process.exit(told(cause));
});

try {
  await makeProgram((code) => {
    process.exitCode = code;
    // What a signal cut short may still hold sockets and timers.
    if (code === ExitCode.interrupted || code === ExitCode.terminated) process.exit(code);
  }).parseAsync(process.argv);
} catch (cause) {
  process.exitCode = told(cause);
  // What was begun before it went wrong is not waited for.
  setTimeout(() => process.exit(), LEFT_OVER_MS).unref();
}

/** What went wrong, on stderr. @returns the exit code */
function told(cause: unknown): number {
  if (cause instanceof CommanderError) return cause.exitCode === 0 ? ExitCode.ok : ExitCode.usage;
  // By name, so that the rooms that throw them need not be loaded to get here.
  if (cause instanceof Error && USAGE.has(cause.name)) {
    process.stderr.write(`${cause.message}\n`);
    return ExitCode.usage;
  }
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  if (code === 'EMFILE' || code === 'ENFILE') {
    process.stderr.write(`This process may not open enough files. Raise it: ulimit -n 1024\n`);
    return ExitCode.inconclusive;
  }
  const text = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
  process.stderr.write(
    `This is a defect of plugproof, not of what it looked at. Please report it with these lines:\n${text}\n`,
  );
  return ExitCode.defect;
}
