/** A file that a command reads, or standard input for `-`. */
import { readFileSync } from 'node:fs';
import { readFailure } from '../read-failure.ts';
import { UsageError } from '../usage-error.ts';

/** @throws UsageError where it can't be read */
export function readInput(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (cause) {
    throw new UsageError(`${file} can't be read: ${readFailure(cause)}`);
  }
}
