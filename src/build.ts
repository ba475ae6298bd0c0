/** The build: an empty folder, the compiler, the script for k6, a command that can be called. */
import { execFileSync } from 'node:child_process';
import { chmodSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const at = (...path: string[]) => join(root, ...path);

rmSync(at('dist'), { recursive: true, force: true });
execFileSync(process.execPath, [at('node_modules/typescript/bin/tsc'), '-p', at('tsconfig.json')], {
  stdio: 'inherit',
});
chmodSync(at('dist/src/cli/main.js'), 0o755);
// k6 knows no packages and no folders but those it is given: its script is one file, with the charger in it.
buildSync({
  entryPoints: [at('load/k6/script.ts')],
  outfile: at('dist/load/k6/plugproof.js'),
  bundle: true,
  format: 'esm',
  platform: 'neutral',
  target: 'es2022',
  external: ['k6', 'k6/*'],
  legalComments: 'none',
});
