/** The reference CSMS as a foreign charge point sees it: the command line tool of PyPI `test-ocpp`, which says whether it was served. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { expect } from 'chai';
import { type Served, serveCsms } from '../e2e/cli.ts';
import { workDir } from './work-dir.ts';

const TOOL = join(workDir, 'test-ocpp', 'venv', 'bin', 'test-ocpp');
const PASSWORD = 'a-long-password-1';

interface Ended {
  code: number;
  output: string;
}

const run = (args: readonly string[]): Promise<Ended> =>
  new Promise((resolve) => {
    execFile(TOOL, [...args], { timeout: 30_000 }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code ?? 70), output: `${stdout}${stderr}` }),
    );
  });

describe('the reference CSMS before a foreign charge point', function () {
  this.timeout(60_000);

  async function against(args: readonly string[], use: (csms: Served) => Promise<void>): Promise<void> {
    const csms = await serveCsms(args);
    try {
      await use(csms);
    } finally {
      await csms.stop();
    }
  }

  for (const ocpp of ['1.6', '2.0.1']) {
    it(`serves it in ${ocpp}`, () =>
      against([], async ({ url }) => {
        const { code, output } = await run([url, 'CP01', '--ocpp', ocpp]);
        expect(code, output).to.equal(0);
        expect(output).to.match(/Accepted/);
      }));
  }

  it('asks it for its password', () =>
    against(['--security-profile', '1', '--password', PASSWORD], async ({ url }) => {
      const right = await run([url, 'CP01', '--password', PASSWORD]);
      expect(right.code, right.output).to.equal(0);
      const wrong = await run([url, 'CP01', '--password', `${PASSWORD}x`]);
      expect(wrong.code, wrong.output).to.equal(1);
    }));
});
