/** A file that a command reads, or standard input for `-`. */
import { readFailure, readText } from '../read-text.ts';
import { UsageError } from '../usage-error.ts';

/** @throws UsageError where it can't be read */
export function readInput(file: string): string {
  try {
    return readText(file === '-' ? 0 : file);
  } catch (cause) {
    throw new UsageError(`${file} can't be read: ${readFailure(cause)}`);
  }
}
