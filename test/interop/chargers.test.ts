/** plugproof as a process against chargers that it did not grow up with: what each does is known and explained. */
import { readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { Report } from '../../src/report.ts';
import { inFolder, run } from '../e2e/cli.ts';
import { startCharger } from './charger.ts';
import type { LibraryName } from './libraries.ts';

const BASELINES = join(dirname(fileURLToPath(import.meta.url)), 'baselines');

type Version = '1.6' | '2.0.1';

/** What the small chargers do not have, as their owner would declare it. */
const WITHOUT = {
  '1.6': ['FirmwareManagement', 'LocalAuthListManagement', 'Reservation', 'SmartCharging'],
  '2.0.1': ['R-0', 'LA-0', 'DM-0', 'UI-0', 'smart-charging'],
} as const;

/** Hands that pass each gesture on to the charger's bench. */
const HAND = `fetch(process.argv[1], { method: 'POST', body: require('node:fs').readFileSync(0) }).then(({ status }) => process.exit(status === 501 ? 3 : status < 300 ? 0 : 1))`;

/** A port that was free a moment ago: the charger has to know it before the listener is there. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

async function judge(name: LibraryName, ocpp: Version, more: readonly string[] = []) {
  const port = await freePort();
  const charger = await startCharger(name, { ocpp, url: `ws://127.0.0.1:${port}`, id: 'CP01' });
  try {
    return await inFolder(async (out) => {
      const config = {
        sut: { listen: `127.0.0.1:${port}`, ocpp, without: WITHOUT[ocpp] },
        ids: ['CP01'],
        actuator: { name: 'command', command: [process.execPath, '-e', HAND, charger.control] },
      };
      writeFileSync(join(out, 'plugproof.yaml'), JSON.stringify(config));
      const args = ['test', 'station', '-c', join(out, 'plugproof.yaml'), '--timeout', '3s', '--seed', '1'];
      const ended = await run([...args, '--out', join(out, 'run'), '--quiet', ...more]);
      const report = JSON.parse(readFileSync(join(out, 'run', 'report.json'), 'utf8')) as Report;
      return { ended, report };
    });
  } finally {
    await charger.stop();
  }
}

const red = ({ cases }: Report) =>
  cases
    .filter(
      ({ verdict, baseline }) => baseline?.status !== 'known' && !['pass', 'warn', 'notApplicable'].includes(verdict),
    )
    .map(({ id, verdict, reason }) => `${id} ${verdict}: ${reason}`);

describe('chargers on public libraries', function () {
  this.timeout(600_000);
  const there: readonly [LibraryName, Version][] = [
    ['ocpp-rpc', '1.6'],
    ['ocpp-rpc', '2.0.1'],
  ];
  for (const [name, ocpp] of there) {
    it(`${name} in ${ocpp} fails what its baseline explains, and nothing else`, async () => {
      const baseline = join(BASELINES, `charger-${name}-${ocpp}.yaml`);
      const { ended, report } = await judge(name, ocpp, ['--baseline', baseline]);
      expect(red(report)).to.deep.equal([]);
      expect(report.cases.filter((one) => one.baseline?.status === 'stale').map(({ id }) => id)).to.deep.equal([]);
      expect(ended.code, ended.stderr).to.equal(0);
    });
  }
});
