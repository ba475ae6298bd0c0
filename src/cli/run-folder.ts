/** The folder that a run leaves behind. */
import { mkdirSync } from 'node:fs';
import { readFailure } from '../read-text.ts';
import { UsageError } from '../usage-error.ts';

/**
 * Makes the folder, and what writes into it.
 * @throws UsageError where the system does not let us
 */
export function inRunFolder<T>(folder: string, open: () => T): T {
  try {
    mkdirSync(folder, { recursive: true });
    return open();
  } catch (cause) {
    const { syscall, path = folder } = cause as NodeJS.ErrnoException;
    if (syscall === undefined) throw cause;
    throw new UsageError(`--out: ${path} can't be written: ${readFailure(cause)}`);
  }
}
