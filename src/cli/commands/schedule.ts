/** `plugproof schedule`: what a set of charging profiles means, offline. */
import { writeFileSync } from 'node:fs';
import { UsageError } from '../../usage-error.ts';
import { readInput } from '../read-input.ts';
import { scheduleCommand } from '../schedule.ts';

/** @throws UsageError where the plot can't be written */
export async function schedule(file: string, options: Readonly<Record<string, unknown>>): Promise<number> {
  const plot = options['plot'] as string | undefined;
  const result = scheduleCommand({
    text: readInput(file),
    fileName: file,
    json: options['json'] === true,
    ...(plot !== undefined && { plot }),
  });
  for (const { path, text } of result.files) {
    try {
      writeFileSync(path, text);
    } catch (cause) {
      throw new UsageError(
        `--plot: ${path} can't be written: ${cause instanceof Error ? cause.message : String(cause)}`,
      );
    }
  }
  process.stdout.write(result.stdout);
  return result.exitCode;
}
