/** A file that a command reads, or standard input for `-`. */
import { readFileSync } from 'node:fs';
import { UsageError } from '../usage-error.ts';

/** @throws UsageError where it can't be read */
export function readInput(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new UsageError(`${file} can't be read: ${code === 'ENOENT' ? 'there is no such file' : message}`);
  }
}
