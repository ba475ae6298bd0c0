/** Where the counterparts' packages are installed: git-ignored, one folder for each counterpart. */

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const interopDir = fileURLToPath(new URL('.', import.meta.url));
export const workDir = join(interopDir, '.work');
