/** The k6 engine through a real k6: its figures are what the CSMS has in its books, and pods share the stations. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { parseAllDocuments } from 'yaml';
import { answer, CountingCsms, each, type Habit } from '../../load/engine/counting-csms.test.data.ts';
import type { Report } from '../../src/report.ts';
import { inFolder, run, start } from '../e2e/cli.ts';
import { k6Path } from './k6-path.ts';

const STATIONS = 60;
const CALLS = 800;

describe('load through k6', function () {
  this.timeout(180_000);
  let csms: CountingCsms;
  afterEach(() => csms.end());

  const args = (url: string, folder: string, more: readonly string[] = []) =>
    [
      ...['load', '--engine', 'k6', '--k6-bin', k6Path(), '--url', url, '--stations', String(STATIONS), '--ramp', '1s'],
      ...['--duration', '4s', '--rate', '200', '--timeout', '3s', '--out', folder, '--report', 'json', '--quiet'],
      ...(more.includes('--ocpp') ? [] : ['--ocpp', '1.6']),
      ...more,
    ] as const;
  const reportIn = (folder: string) => JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')) as Report;
  const count = ({ load }: Report, name: string) => load?.metrics[name]?.values['count'] ?? 0;

  async function judged(
    heartbeat: Habit,
    more: readonly string[] = [],
  ): Promise<{ report: Report; code: number | null }> {
    csms = await CountingCsms.start({ Heartbeat: heartbeat });
    return inFolder(async (folder) => {
      const { code, stderr } = await run(args(csms.url, folder, more));
      expect(stderr).to.equal('');
      const report = reportIn(folder);
      expect(report.load?.engine).to.equal('k6');
      const sent = Object.entries(report.load?.metrics['ocpp_calls']?.byTag ?? {}).flatMap(([tag, values]) =>
        tag.startsWith('action:') ? [[tag.slice('action:'.length), values['count']]] : [],
      );
      expect(Object.fromEntries(sent)).to.deep.equal(csms.books.calls);
      expect(count(report, 'ocpp_calls')).to.equal(csms.calls);
      expect(count(report, 'ocpp_connects')).to.equal(csms.books.connections);
      expect(count(report, 'ocpp_call_latency') + count(report, 'ocpp_calls_unanswered')).to.equal(csms.calls);
      return { report, code };
    });
  }

  for (const ocpp of ['1.6', '2.0.1']) {
    it(`runs the workload in OCPP ${ocpp}, at its rate, with its thresholds`, async () => {
      const thresholds = ['ocpp_call_latency{action:Heartbeat}: p(95)<2000', 'ocpp_calls: rate>195'];
      const { report, code } = await judged(answer, ['--ocpp', ocpp, '--threshold', ...thresholds]);
      expect(code).to.equal(0);
      expect(csms.books.calls['Heartbeat']).to.equal(CALLS);
      expect(report.load?.metrics['ocpp_calls']?.byTag['action:Heartbeat']?.['rate']).to.be.within(198, 202);
      expect(report.load?.thresholds.map(({ ok }) => ok)).to.deep.equal([true, true, true]);
      expect(report.load?.series.length).to.be.greaterThan(5);
      expect(count(report, 'ocpp_frames_validated')).to.be.greaterThan(0);
      expect(report.load?.generator.cpuSeconds).to.be.greaterThan(0);
      expect(report.run.notes.filter((note) => /k6/.test(note))).to.deep.equal([]);
    });
  }

  it('crosses thresholds, also those without data', async () => {
    const thresholds = ['ocpp_call_latency{action:Heartbeat}: max<0', 'ocpp_call_latency{action:Authorize}: p(99)<500'];
    const { report, code } = await judged(answer, ['--threshold', ...thresholds]);
    expect(code).to.equal(4);
    expect(report.load?.thresholds.slice(1).map(({ ok, actual }) => [ok, actual === null])).to.deep.equal([
      [false, false],
      [false, true],
    ]);
  });

  it('counts what is unanswered, doubled and refused', async () => {
    let unanswered = 0;
    let doubled = 0;
    let refused = 0;
    const { report } = await judged(
      each(100, (asked, by) => {
        if (asked.n % 300 === 0) unanswered++;
        else if (asked.n % 200 === 0) {
          doubled++;
          by.answer(asked);
          by.answer(asked);
        } else {
          refused++;
          by.send(asked.socket, [4, asked.id, 'InternalError', '', {}]);
        }
      }),
    );
    expect(count(report, 'ocpp_calls_unanswered')).to.equal(unanswered).and.to.equal(2);
    expect(count(report, 'ocpp_answers_unexpected')).to.equal(doubled).and.to.equal(3);
    expect(count(report, 'ocpp_call_errors')).to.equal(refused).and.to.equal(3);
  });

  it('ends with 3 where nobody is there, and with 130 where a signal ends it', async () => {
    csms = await CountingCsms.start();
    await inFolder(async (folder) => {
      const { code, stderr } = await run(args(csms.url.replace(/:\d+/, ':1'), folder));
      expect(code).to.equal(3);
      expect(stderr).to.match(/no station could connect .*: 60 × ECONNREFUSED/);
      const running = start(args(csms.url, folder, ['--duration', '1h']));
      await csms.until(() => (csms.books.calls['Heartbeat'] ?? 0) >= 100);
      running.process.kill('SIGINT');
      expect((await running.ended).code).to.equal(130);
      const report = reportIn(folder);
      expect(report.partial).to.equal(true);
      // k6 stops its VUs in the middle of what they do: a CALL may have left that was not counted yet.
      expect(csms.calls - count(report, 'ocpp_calls')).to.be.within(0, 5);
    });
  });

  it('exports a script that pods share without overlap', async () => {
    csms = await CountingCsms.start();
    await inFolder(async (folder) => {
      const made = await run([
        ...['load', 'export', folder, '--url', csms.url, '--ocpp', '1.6', '--workload', 'heartbeats', '--kubernetes'],
        ...['--stations', String(STATIONS), '--ramp', '1s', '--duration', '1s', '--parallelism', '3'],
        ...['--security-profile', '1', '--password', 'not-in-the-files'],
      ]);
      expect(made.code, made.stderr).to.equal(0);
      const manifests = readFileSync(join(folder, 'kubernetes.yaml'), 'utf8');
      expect(manifests + readFileSync(join(folder, 'plan.json'), 'utf8')).not.to.contain('not-in-the-files');
      const [config, testRun] = parseAllDocuments(manifests).map(
        (document) => document.toJS() as Record<string, unknown>,
      );
      expect(Object.keys(config?.['data'] as object)).to.deep.equal(['plugproof.js', 'plan.json']);
      expect(testRun?.['kind']).to.equal('TestRun');
      expect(testRun?.['spec']).to.include({ parallelism: 3 });
      // As the operator starts its pods: each with its segment of the whole.
      const segments = ['0:1/3', '1/3:2/3', '2/3:1'].map((segment) =>
        ended(folder, ['--execution-segment', segment, '--execution-segment-sequence', '0,1/3,2/3,1']),
      );
      expect(await Promise.all(segments)).to.deep.equal([0, 0, 0]);
      expect(csms.books.connections).to.equal(STATIONS);
      expect(csms.stations.size).to.equal(STATIONS);
    });
  });

  const ended = (folder: string, more: readonly string[]): Promise<number | null> =>
    new Promise((resolve) => {
      const child = spawn(
        k6Path(),
        ['run', '--quiet', '-e', 'PASSWORD=something', ...more, join(folder, 'plugproof.js')],
        {
          stdio: 'ignore',
          env: { ...process.env, K6_NO_USAGE_REPORT: 'true' },
        },
      );
      child.once('close', (code) => resolve(code));
    });
});
