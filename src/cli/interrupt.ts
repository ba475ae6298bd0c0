/** Ctrl-C and kill: the first stops taking new cases and lets reports be written, the second ends at once. */
import { ExitCode } from '../run/exit-code.ts';

export interface Interrupt {
  readonly signal: AbortSignal;
  /** Exit code of the signal that came; undefined where none did. */
  readonly code: number | undefined;
  /** Stops listening. */
  end(): void;
}

const CODES = { SIGINT: ExitCode.interrupted, SIGTERM: ExitCode.terminated } as const;

export function onInterrupt(): Interrupt {
  const abort = new AbortController();
  let code: number | undefined;
  const listeners = (Object.keys(CODES) as (keyof typeof CODES)[]).map((name) => {
    const listener = () => {
      if (code !== undefined) process.exit(CODES[name]);
      code = CODES[name];
      process.stderr.write('\nstopping: what is known so far is reported; once more ends at once\n');
      abort.abort();
    };
    process.on(name, listener);
    return { name, listener };
  });
  return {
    signal: abort.signal,
    get code() {
      return code;
    },
    end: () => {
      for (const { name, listener } of listeners) process.off(name, listener);
    },
  };
}
