/** Makes sure that there is a Chromium to open reports in: the one named in CHROMIUM, Debian's, or Debian's installed now. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const chromium = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

if (!existsSync(chromium)) {
  console.log('installing Debian’s chromium');
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', 'chromium']]) {
    const { status, error } = spawnSync('apt-get', args, {
      stdio: 'inherit',
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
    if (status === 0) continue;
    console.error(
      `apt-get ${args.join(' ')} failed${error ? `: ${error.message}` : ''}; install a Chromium by hand and name it in CHROMIUM`,
    );
    process.exit(3);
  }
}
console.log(`chromium: ${chromium}`);
