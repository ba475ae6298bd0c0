/** The script as one file: made by the build, and by nobody else. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const NAME = 'plugproof.js';

/** Beside us in dist; from the sources, in the dist of the last build. @throws Error where nothing was built */
export function bundlePath(): string {
  const found = [`./${NAME}`, `../../dist/load/k6/${NAME}`]
    .map((path) => fileURLToPath(new URL(path, import.meta.url)))
    .find((path) => existsSync(path));
  if (found === undefined) throw new Error('the script for k6 is not built: npm run build');
  return found;
}
