/** Asks a person at the terminal to do something, and waits until it is done: for whoever has no other hands. */
import { createInterface } from 'node:readline/promises';
import type { Readable, Writable } from 'node:stream';
import { DriverError } from './driver.ts';

export interface Terminal {
  readonly input: Readable & { readonly isTTY?: boolean };
  readonly output: Writable;
}

/** Shows the lines and resolves when the person says that it is done. @throws DriverError */
export type Ask = (lines: readonly string[], signal: AbortSignal) => Promise<void>;

/** One question at a time, however many cases run: the next waits for the answer to this one. */
export function asker({ input, output }: Terminal, who: 'driver' | 'actuator'): Ask {
  let last: Promise<unknown> = Promise.resolve();

  async function question(lines: readonly string[], signal: AbortSignal): Promise<void> {
    if (input.isTTY !== true)
      throw new DriverError('unsupported', `the ${who} prompt asks a person, and there is no terminal to ask on`);
    if (signal.aborted) throw new DriverError('unreachable', 'nobody was asked in time');
    const readline = createInterface({ input, output, terminal: false });
    try {
      output.write(`\n${lines.map((line) => `  ${line}\n`).join('')}`);
      for (;;) {
        const answer = (
          await answered(readline.question('  Done? Enter: done, c: can not be done > ', { signal }), readline)
        )
          .trim()
          .toLowerCase();
        if (DONE.has(answer)) return;
        if (CANNOT.has(answer))
          throw new DriverError('unsupported', 'the person at the terminal says that it can not be done');
        output.write("  Press Enter when it is done, or type c and Enter where it can't be done.\n");
      }
    } catch (cause) {
      if (cause instanceof DriverError) throw cause;
      output.write('\n  (No longer needed.)\n');
      throw new DriverError('unreachable', signal.aborted ? 'nobody answered in time' : 'the terminal was closed');
    } finally {
      readline.close();
    }
  }

  return (lines, signal) => {
    const mine = last.then(() => question(lines, signal));
    last = mine.catch(() => {});
    return mine;
  };
}

const DONE: ReadonlySet<string> = new Set(['', 'd', 'done', 'y', 'yes']);
const CANNOT: ReadonlySet<string> = new Set(['c', "can't", 'cannot', 'can not', 'n', 'no']);

/** `readline.question` stays pending for ever where the input ends. */
function answered(
  question: Promise<string>,
  readline: { once(event: 'close', listener: () => void): unknown },
): Promise<string> {
  return Promise.race([
    question,
    new Promise<never>((_resolve, reject) => readline.once('close', () => reject(new Error('closed')))),
  ]);
}
