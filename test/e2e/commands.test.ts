/** The other commands, and what bad input comes to. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { inFolder, run, serveCsms } from './cli.ts';

const json = (text: string): unknown => JSON.parse(text) as unknown;

describe('plugproof', function () {
  this.timeout(60_000);

  it('helps, with the exit codes, everywhere', async () => {
    for (const args of [['--help'], ['test', 'csms', '--help'], ['serve', 'csms', '--help'], ['list', '--help']]) {
      const { code, stdout } = await run(args);
      expect(code).to.equal(0);
      expect(stdout).to.match(/Exit codes:[\s\S]*130/);
    }
  });

  const wrong: readonly [name: string, args: string[], says: RegExp][] = [
    ['an unknown command', ['tset'], /Did you mean test/],
    ['an unknown option', ['list', '--jason'], /Did you mean --json/],
    ['no address', ['test', 'csms', '--ocpp', '1.6'], /--url/],
    ['an unknown version', ['test', 'csms', '--url', 'ws://x', '--ocpp', '1.7'], /1\.7/],
    [
      'a pattern that fits nothing',
      ['test', 'csms', '--url', 'ws://x/y', '--ocpp', '1.6', '--case', 'TC_001_CSM'],
      /did you mean 'TC_001_CSMS'/,
    ],
    [
      'an unknown report',
      ['test', 'csms', '--url', 'ws://x/y', '--ocpp', '1.6', '--report', 'juint'],
      /did you mean 'junit'/,
    ],
    ['an unknown fault', ['serve', 'csms', '--fault', 'accepts-any-tokens'], /did you mean 'accepts-any-token'/],
    ['an unknown list', ['list', 'case'], /did you mean 'cases'/],
    ['an unknown schema', ['schema', 'reprot'], /did you mean 'report'/],
    ['a run that is none', ['report', '--from', '/nowhere'], /can't be read/],
    ['a file that is none', ['validate', '/nowhere.json'], /no such file/],
    ['one run to compare', ['compare', 'a'], /two runs/],
  ];
  for (const [name, args, says] of wrong) {
    it(`tells ${name} without a stack trace, and exits 2`, async () => {
      const { code, stderr } = await run(args);
      expect(code, stderr).to.equal(2);
      expect(stderr).to.match(says);
      expect(stderr).to.not.match(/\n\s+at /);
    });
  }

  it('tells the place in a configuration', () =>
    inFolder(async (folder) => {
      writeFileSync(join(folder, 'plugproof.yaml'), 'sut:\n  url: ws://localhost/ocpp\n  ocpp: 1.6\ntimeuot: 5s\n');
      const { code, stderr } = await run(['test', 'csms', '--dry-run'], { cwd: folder });
      expect(code).to.equal(2);
      expect(stderr)
        .to.match(/plugproof\.yaml:4:1/)
        .and.include('timeout');
    }));

  it('lists cases with checks, faults and needs', async () => {
    const cases = json((await run(['list', 'cases', '--json'])).stdout) as {
      id: string;
      checks: object[];
      catches: object[];
      needs: string[];
    }[];
    expect(cases.length).to.be.greaterThan(20);
    for (const one of cases) {
      expect(one.checks.length, one.id).to.be.greaterThan(0);
      expect(one.catches.length, one.id).to.be.greaterThan(0);
    }
    const noHands = json((await run(['list', 'cases', '--json', '--no-hands'])).stdout) as { needs: string[] }[];
    expect(noHands.every(({ needs }) => needs.length === 0)).to.equal(true);
    expect(noHands.length).to.be.lessThan(cases.length);
  });

  it('tells what is covered', async () => {
    const rows = json((await run(['list', '--coverage', '--json'])).stdout) as {
      ocpp: string;
      sut: string;
      covered: number;
      of: number;
      missing: string[];
    }[];
    const csms16 = rows.find(({ ocpp, sut }) => ocpp === '1.6' && sut === 'csms');
    expect(csms16?.of).to.equal(77);
    expect((csms16?.covered ?? 0) + (csms16?.missing.length ?? 0)).to.equal(77);
  });

  it('validates frames', () =>
    inFolder(async (folder) => {
      const file = join(folder, 'frames.jsonl');
      writeFileSync(
        file,
        '[2,"1","Heartbeat",{}]\n[3,"1",{"currentTime":"2026-01-01T00:00:00Z"}]\n[2,"2","Heartbeat",{"x":1}]\n',
      );
      const { code, stdout } = await run(['validate', file, '--ocpp', '1.6', '--json']);
      expect(code).to.equal(1);
      expect(
        stdout
          .trim()
          .split('\n')
          .map((line) => (json(line) as { valid: boolean }).valid),
      ).to.deep.equal([true, true, false]);
      writeFileSync(file, '[2,"1",');
      expect((await run(['validate', file, '--ocpp', '1.6'])).code).to.equal(2);
    }));

  it('prints its own schemas', async () => {
    expect(json((await run(['schema', 'report'])).stdout)).to.have.property('$schema');
  });

  it('sends what is asked of it through its control API', async () => {
    const served = await serveCsms();
    const answer = await fetch(`${served.control}/api/octt/1.6/NOBODY/call/Reset`, {
      method: 'POST',
      body: '{"type":"Hard"}',
    });
    expect(answer.status).to.equal(404);
    const made = await fetch(`${served.control}/api/octt/create-token`, {
      method: 'POST',
      body: '{"token_id":"T1","status":"Blocked"}',
    });
    expect(made.status).to.equal(200);
    expect(await (await fetch(`${served.control}/tokens`)).text()).to.include('"T1"');
    await served.stop();
  });
});
