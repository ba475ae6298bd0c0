/** Makes sure that there is a k6: the one named in K6_BIN, or one that Go builds once into the user's cache. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { K6_VERSION, k6Path } from './k6-path.ts';

const path = k6Path();

function fail(message: string): never {
  console.error(message);
  process.exit(3);
}

if (!existsSync(path)) {
  if (process.env['K6_BIN'] !== undefined) fail(`K6_BIN: there is no ${path}`);
  if (spawnSync('go', ['version'], { stdio: 'ignore' }).status !== 0)
    fail('this machine lacks Go, which builds k6: install it, or name a k6 in K6_BIN');
  console.log(`building k6 ${K6_VERSION} into ${dirname(path)}: some minutes, this once`);
  mkdirSync(dirname(path), { recursive: true });
  const { status, error } = spawnSync('go', ['install', `go.k6.io/k6@${K6_VERSION}`], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, GOBIN: dirname(path), GOFLAGS: '-buildvcs=false' },
  });
  if (status !== 0 || !existsSync(path)) fail(`go install failed: ${error?.message ?? `exit code ${status}`}`);
}
console.log(`k6: ${path}`);
