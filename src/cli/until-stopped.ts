/** Waits for SIGINT or SIGTERM: what a server does. */
import { ExitCode } from '../run/exit-code.ts';

const CODES = { SIGINT: ExitCode.interrupted, SIGTERM: ExitCode.terminated } as const;

/** A second signal, of either kind, ends the process at once. @returns the exit code that stands for the first one */
export function untilStopped(): Promise<number> {
  return new Promise((resolve) => {
    let stopped = false;
    for (const [name, code] of Object.entries(CODES) as [keyof typeof CODES, number][])
      process.on(name, () => {
        if (stopped) process.exit(code);
        stopped = true;
        resolve(code);
      });
  });
}
