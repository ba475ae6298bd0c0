/** A load run at the limits of its machine: what the machine did is not held against the back office. */
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Report } from '../../src/report.ts';
import { inFolder, MAIN, run, type Served, serveCsms, start } from './cli.ts';

const reportIn = (folder: string) => JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')) as Report;
const countOf = ({ load }: Report, name: string) => load?.metrics[name]?.values['count'] ?? 0;

/** Two ports more than half of the stations below. */
const PORTS = 'echo 40000 40050 > /proc/sys/net/ipv4/ip_local_port_range';
const mayNarrow = spawnSync('unshare', ['-rn', 'bash', '-c', `ip link set lo up && ${PORTS}`]).status === 0;

describe('load at the limits of a machine', function () {
  this.timeout(120_000);
  let served: Served;
  before(async () => {
    served = await serveCsms(['--ocpp', '1.6']);
  });
  after(() => served.stop());
  const load = (out: string, ...more: string[]) => [
    ...['load', '--url', served.url, '--ocpp', '1.6', '--ramp', '0s', '--out', out, '--report', 'json', '--quiet'],
    ...more,
  ];

  it('takes 2,000 stations at once', () =>
    inFolder(async (out) => {
      const { code, stderr } = await run(load(out, '--stations', '2000', '--rate', '200', '--duration', '1s'));
      const report = reportIn(out);
      expect(countOf(report, 'ocpp_connects'), stderr).to.be.at.least(2_000);
      expect(report.load?.metrics['ocpp_stations']?.values['max']).to.equal(2_000);
      expect(code, stderr).to.be.oneOf([0, 3]);
      expect((report.load?.generator.maxRssBytes ?? 0) / 2 ** 20).to.be.within(1, 800);
    }));

  it('stops where it takes more memory than it may', () =>
    inFolder(async (out) => {
      const { code } = await run(load(out, '--stations', '3000', '--max-rss', '130MiB', '--duration', '1h'));
      expect(code).to.equal(3);
      const report = reportIn(out);
      expect(report.partial).to.equal(true);
      expect(report.run.notes.join()).to.match(
        /the run was stopped at \d+ stations: plugproof holds \d+ MiB of memory, and 130 MiB/,
      );
    }));

  it('does not hold its own lateness against the back office', () =>
    inFolder(async (out) => {
      const threshold = ['--threshold', 'ocpp_call_latency: p(99)<40'];
      const running = start(load(out, '--stations', '20', '--rate', '200', '--duration', '4s', ...threshold));
      // Its loop stands still for 150 ms again and again.
      const timers = [1, 2, 3, 4, 5, 6, 7, 8, 9].flatMap((n) => [
        setTimeout(() => running.process.kill('SIGSTOP'), n * 600),
        setTimeout(() => running.process.kill('SIGCONT'), n * 600 + 150),
      ]);
      const { code } = await running.ended;
      for (const timer of timers) clearTimeout(timer);
      const { load: facts, run: facts2 } = reportIn(out);
      expect(facts?.thresholds.find(({ expr }) => expr === 'p(99)<40')?.ok).to.equal(false);
      expect(facts?.generator.saturated).to.equal(true);
      expect(facts2.notes.join()).to.match(/the generator itself was .* late|the generator was the bottleneck/);
      expect(code).to.equal(3);
    }));

  it('counts a station as connected where the back office let it in, and not where only TLS did', () =>
    inFolder(async (pki) => {
      await run(['pki', pki]);
      const csms = await serveCsms(['--security-profile', '3', '--pki', pki, '--ocpp', '1.6']);
      const at = (name: string) => ['--cert', join(pki, `${name}.pem`), '--key', join(pki, `${name}.key`)];
      const outcome = async (name: string) => {
        const out = join(pki, 'runs', name);
        const args = [
          'load',
          '--url',
          csms.url,
          '--ocpp',
          '1.6',
          '--id',
          'CP01',
          '--ca',
          join(pki, 'ca.pem'),
          '--quiet',
        ];
        const { code } = await run([...args, ...at(name), '--ramp', '0s', '--duration', '500ms', '--out', out]);
        return [code, countOf(reportIn(out), 'ocpp_connects')];
      };
      const [good, expired, rogue] = await Promise.all(
        ['stations/CP01', 'bad/station-expired', 'bad/station-other-ca'].map(outcome),
      );
      await csms.stop();
      expect(good).to.deep.equal([0, 1]);
      expect([expired, rogue]).to.deep.equal([
        [3, 0],
        [3, 0],
      ]);
    }));

  it('dials from more addresses where the ports of one are too few', function () {
    if (!mayNarrow) {
      process.stdout.write('      this user may not narrow the local ports: unshare -rn\n');
      this.skip();
    }
    return inFolder(async (out) => {
      const command = `"${process.execPath}" "${MAIN}"`;
      const loads = `${command} load --url $U --ocpp 1.6 --ramp 0s --duration 500ms --quiet --report json`;
      const line = `ip link set lo up; ${PORTS}
        ${command} serve csms --listen 127.0.0.1:9000 --quiet > ${out}/serve.log & P=$!
        for i in $(seq 200); do grep -q 'ready control' ${out}/serve.log && break; sleep 0.1; done
        U=$(sed -n 's/^ready ocpp //p' ${out}/serve.log)
        ${loads} --stations 120 --out ${out}/many; echo "many $?"
        ${loads} --stations 120 --source 127.0.0.1 --out ${out}/one; echo "one $?"
        ${loads} --stations 120 --source 127.0.0.7 127.0.0.8 127.0.0.9 --out ${out}/named; echo "named $?"
        exec 3<>/dev/tcp/127.0.0.1/9000 4<>/dev/tcp/127.0.0.1/9000 5<>/dev/tcp/127.0.0.1/9000
        ${loads} --stations 50 --out ${out}/taken; echo "taken $?"
        kill $P`;
      const child = spawn('unshare', ['-rn', 'bash', '-c', line], { stdio: ['ignore', 'pipe', 'pipe'] });
      let [stdout, stderr] = ['', ''];
      child.stdout.on('data', (chunk: Buffer) => {
        stdout += chunk.toString();
      });
      child.stderr.on('data', (chunk: Buffer) => {
        stderr += chunk.toString();
      });
      await new Promise((resolve) => child.once('close', resolve));
      const codes = Object.fromEntries(
        [...stdout.matchAll(/^(many|one|named|taken) (\d+)$/gm)].map(([, a, b]) => [a, b]),
      );
      expect(codes, stderr).to.deep.equal({ many: '0', one: '2', named: '0', taken: '3' });
      expect(stderr).to.match(/120 stations need as many local ports, and there are 51/);
      for (const name of ['many', 'named']) {
        const report = reportIn(join(out, name));
        expect([countOf(report, 'ocpp_connects'), countOf(report, 'ocpp_connect_errors')]).to.deep.equal([120, 0]);
      }
      expect(reportIn(join(out, 'taken')).run.notes.join()).to.match(
        /connections never left this machine: no local port was free \(EADDRNOTAVAIL\)/,
      );
    });
  });
});
