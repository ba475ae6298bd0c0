/** `plugproof init`: a commented configuration, and a pipeline snippet. */
import { init } from '../init.ts';

/** @throws UsageError where a file is there already */
export async function initCommand(options: Readonly<Record<string, unknown>>): Promise<number> {
  const ci = options['ci'] as string | undefined;
  const { written, next } = init({
    cwd: process.cwd(),
    force: options['force'] === true,
    ...(ci !== undefined && { ci }),
  });
  for (const path of written) process.stdout.write(`wrote ${path}\n`);
  for (const step of next) process.stdout.write(`${step}\n`);
  return 0;
}
