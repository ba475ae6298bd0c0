/** Where the k6 of the tests is. */
import { homedir } from 'node:os';
import { join } from 'node:path';

export const K6_VERSION = 'v1.8.1';

/** One folder a version, outside of the project: a second run finds it there. */
export const k6Path = (): string =>
  process.env['K6_BIN'] ??
  join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'plugproof', `k6-${K6_VERSION}`, 'k6');
