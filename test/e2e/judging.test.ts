/** The main job, as a user does it: a server, a run, an exit code, a report. */
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { expect } from 'chai';
import { WebSocketServer } from 'ws';
import { ownSchema } from '../../schemas/own.ts';
import type { Report } from '../../src/report.ts';
import { inFolder, run, type Served, serveCsms, start } from './cli.ts';

const readReport = (folder: string): Report => JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')) as Report;

describe('plugproof test csms', function () {
  this.timeout(120_000);
  let served: Served;
  before(async () => {
    served = await serveCsms();
  });
  after(async () => {
    expect((await served.stop()).code).to.equal(143);
  });

  const driven = () => [
    '--url',
    served.url,
    '--id',
    'CP{01..16}',
    '--driver',
    'reference',
    '--driver-url',
    served.control,
  ];

  for (const version of ['1.6', '2.0.1']) {
    it(`passes the reference over real sockets in ${version}, and leaves a valid report`, () =>
      inFolder(async (out) => {
        const ended = await run(['test', 'csms', ...driven(), '--ocpp', version, '--out', out, '--strict', '--quiet']);
        const report = readReport(out);
        const bad = report.cases
          .filter(({ verdict }) => verdict !== 'pass')
          .map(({ id, reason }) => `${id}: ${reason}`);
        expect(bad).to.deep.equal([]);
        expect(ended.code).to.equal(0);
        const ajv = new Ajv2020({ allErrors: true });
        formats.default(ajv);
        const valid = ajv.compile(ownSchema('report'));
        expect(valid(report), JSON.stringify(valid.errors)).to.equal(true);
        expect(report.summary.pass).to.equal(report.run.planned);
      }));
  }

  it('fails what a fault breaks, names the check, and replays it', () =>
    inFolder(async (out) => {
      const faulty = await serveCsms(['--fault', 'alter:BootNotification:interval=-1']);
      const args = ['test', 'csms', '--url', faulty.url, '--ocpp', '1.6', '--case', 'TC_001_CSMS', '--out', out];
      const ended = await run(args);
      await faulty.stop();
      expect(ended.code).to.equal(1);
      const [failed] = readReport(out).cases.filter(({ id }) => id === 'csms/provisioning/cold-boot');
      expect(failed?.checks.find(({ id }) => id === 'interval')?.verdict).to.equal('fail');
      expect(failed?.replay).to.match(
        /^plugproof test csms --url \S+ --ocpp 1\.6 --case csms\/provisioning\/cold-boot --seed \d+$/,
      );
      expect(ended.stdout).to.include('csms/provisioning/cold-boot');
    }));

  it('says which operation it misses without a driver, and is not green', () =>
    inFolder(async (out) => {
      const ended = await run([
        'test',
        'csms',
        '--url',
        served.url,
        '--ocpp',
        '1.6',
        '--case',
        'TC_013_CSMS',
        '--out',
        out,
      ]);
      expect(ended.code).to.equal(3);
      expect(readReport(out).cases[0]).to.include({ verdict: 'inconclusive' });
      expect(readReport(out).cases[0]?.reason).to.match(/Reset/);
    }));

  it('says that nobody is there', () =>
    inFolder(async (out) => {
      const ended = await run([
        'test',
        'csms',
        '--url',
        'ws://127.0.0.1:1/ocpp',
        '--ocpp',
        '1.6',
        '--case',
        'TC_001_CSMS',
        '--out',
        out,
      ]);
      expect(ended.code).to.equal(3);
      expect(readReport(out).cases[0]).to.include({ verdict: 'error', cause: 'unreachable' });
    }));

  it('writes every kind of report', () =>
    inFolder(async (out) => {
      const kinds = ['console', 'json', 'junit', 'html', 'ctrf', 'github', 'tap', 'markdown'];
      const reports = kinds.flatMap((kind) => ['--report', `${kind}=${join(out, kind)}`]);
      const ended = await run([
        'test',
        'csms',
        '--url',
        served.url,
        '--ocpp',
        '1.6',
        '--case',
        'TC_001_CSMS',
        '--out',
        out,
        ...reports,
      ]);
      expect(ended.code).to.equal(0);
      // The short ones name only what did not pass.
      const short = ['console', 'markdown'];
      for (const kind of kinds) {
        const text = readFileSync(join(out, kind), 'utf8');
        // Nothing to annotate where all is well.
        if (kind === 'github') continue;
        if (short.includes(kind)) expect(text, kind).to.match(/\b1\b/);
        else expect(text, kind).to.include('cold-boot');
      }
    }));

  it('plans without sending', async () => {
    const ended = await run(['test', 'csms', '--url', 'ws://127.0.0.1:1/ocpp', '--ocpp', '2.0.1', '--dry-run']);
    expect(ended.code).to.equal(0);
    expect(ended.stdout).to.match(/2\.0\.1 {2}csms\/provisioning\/cold-boot/);
  });

  it('keeps what was judged when it is interrupted', () =>
    inFolder(async (out) => {
      // Takes connections and never answers: the run would take long.
      const mute = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'ocpp1.6' });
      await new Promise<void>((resolve) => mute.once('listening', () => resolve()));
      const port = (mute.address() as { port: number }).port;
      const args = [
        'test',
        'csms',
        '--url',
        `ws://127.0.0.1:${port}/ocpp`,
        '--ocpp',
        '1.6',
        '--out',
        out,
        '--timeout',
        '300ms',
        '--jobs',
        '1',
      ];
      const running = start(args);
      await new Promise<void>((resolve) => mute.once('connection', () => resolve()));
      running.process.kill('SIGINT');
      const ended = await running.ended;
      for (const client of mute.clients) client.terminate();
      mute.close();
      expect(ended.code).to.equal(130);
      const report = readReport(out);
      expect(report.partial).to.equal(true);
      expect(report.cases.length).to.be.lessThan(report.run.planned);
    }));

  it('rebuilds the report of a run that was killed', () =>
    inFolder(async (out) => {
      const running = start(['test', 'csms', ...driven(), '--ocpp', '1.6', '--out', out]);
      await running.line(/\S/);
      running.process.kill('SIGKILL');
      await running.ended;
      const ended = await run(['report', '--from', out, '--report', `junit=${join(out, 'again.xml')}`]);
      expect(ended.code, ended.stderr).to.equal(0);
      expect(readFileSync(join(out, 'again.xml'), 'utf8')).to.match(/^<\?xml/);
    }));

  it('obeys a baseline, and finds a stale entry', () =>
    inFolder(async (out) => {
      const faulty = await serveCsms(['--fault', 'alter:BootNotification:interval=-1']);
      const baseline = join(out, 'baseline.yaml');
      const args = (url: string) => [
        'test',
        'csms',
        '--url',
        url,
        '--ocpp',
        '1.6',
        '--case',
        'csms/provisioning/cold-boot',
        '--out',
        out,
        '--baseline',
        baseline,
      ];
      writeFileSync(baseline, '- case: csms/provisioning/cold-boot\n  reason: mended in the next release\n');
      expect((await run(args(faulty.url))).code).to.equal(0);
      expect((await run(args(served.url))).code).to.equal(1);
      writeFileSync(baseline, '- case: csms/provisioning/cold-bot\n  reason: a typing error\n');
      const wrong = await run(args(served.url));
      expect(wrong.code).to.equal(2);
      expect(wrong.stderr)
        .to.match(/baseline\.yaml:1:9/)
        .and.include("'csms/provisioning/cold-boot'");
      await faulty.stop();
    }));

  it('does not hang on an address that is no WebSocket', () =>
    inFolder(async (out) => {
      const silent = createServer((socket) => socket.unref());
      silent.unref();
      await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
      const { port } = silent.address() as { port: number };
      const args = [
        'test',
        'csms',
        '--url',
        `ws://127.0.0.1:${port}/x`,
        '--ocpp',
        '1.6',
        '--case',
        'TC_001_CSMS',
        '--timeout',
        '300ms',
        '--out',
        out,
      ];
      const ended = await run(args);
      silent.close();
      expect(ended.code).to.equal(3);
    }));
});
