/** Waits for SIGINT or SIGTERM: what a server does. */
import { ExitCode } from '../run/exit-code.ts';

/** @returns the exit code that stands for the signal */
export function untilStopped(): Promise<number> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve(ExitCode.interrupted));
    process.once('SIGTERM', () => resolve(ExitCode.terminated));
  });
}
