/** A machine that runs out of something, in the middle of a run: what was judged is told, and never as a defect of ours. */
import { spawn, spawnSync } from 'node:child_process';
import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Report, TraceEntry } from '../../src/report.ts';
import { type Ended, inFolder, MAIN, run, type Served, serveCsms } from './cli.ts';

/** Runs a line of the shell, with `plugproof` for the command. */
function shell(line: string): Promise<Ended> {
  const child = spawn('bash', ['-c', `plugproof() { "${process.execPath}" "${MAIN}" "$@"; }; ${line}`], {
    env: { ...process.env, NO_COLOR: '1', GITHUB_STEP_SUMMARY: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  return new Promise((resolve) => child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr })));
}

const reportIn = (folder: string): Report => JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')) as Report;

/** What we sent, without what differs from run to run. */
const said = ({ cases }: Report): string[] =>
  cases.flatMap(({ id, trace }) =>
    trace
      .filter(({ origin, kind }: TraceEntry) => origin === 'harness' && kind === 'call')
      .map(({ text }) => `${id} ${text.replace(/^\[2,"[^"]*"/, '[2,""').replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'now')}`),
  );

/** True where this user may make mounts of its own. */
const mayMount = spawnSync('unshare', ['-rnm', 'true']).status === 0;

describe('a machine that runs out of something', function () {
  this.timeout(120_000);
  let served: Served;
  before(async () => {
    served = await serveCsms();
  });
  after(() => served.stop());
  const test = (...rest: string[]) =>
    `plugproof test csms --url ${served.url} --ocpp 1.6 --id 'CP{01..04}' ${rest.join(' ')}`;

  it('a disk that is full keeps the verdicts, and says so', () =>
    inFolder(async (out) => {
      // Blocks of 1 KiB: the journal ends in the middle.
      const ended = await shell(`ulimit -f 96; ${test("--suite 'ocppj/*'", '--out', out)}`);
      expect(ended.code, ended.stderr).to.be.oneOf([0, 1, 2, 3]);
      expect(ended.stdout).to.match(/cases planned/);
      expect(ended.stderr).to.match(/journal stopped|can't be written/);
      expect(ended.stderr).to.not.match(/defect of plugproof/);
    }));

  it('a file system without room keeps a report that is whole', function () {
    if (!mayMount) this.skip();
    return inFolder(async (out) => {
      const tmpfs = `mount -t tmpfs -o size=6m tmpfs ${out} && ip link set lo up`;
      // The reference is out of reach in there: it is served inside.
      const inner = `${tmpfs}; cd /; "${process.execPath}" "${MAIN}" serve csms --quiet > ${out}/serve.log & P=$!;
        for i in $(seq 100); do grep -q 'ready control' ${out}/serve.log && break; sleep 0.1; done;
        U=$(sed -n 's/^ready ocpp //p' ${out}/serve.log);
        dd if=/dev/zero of=${out}/fill bs=1k count=1500 2>/dev/null;
        "${process.execPath}" "${MAIN}" test csms --url $U --ocpp 1.6 --id 'CP{01..04}' --suite 'ocppj/*' --out ${out}/run;
        echo "exit $?"; kill $P; tail -c 3 ${out}/run/report.json; echo; wc -c < ${out}/run/report.json`;
      const ended = await shell(`unshare -rnm bash -c '${inner.replaceAll("'", "'\\''")}'`);
      expect(ended.stdout, ended.stderr).to.match(/cases planned/);
      const size = Number(ended.stdout.trim().split('\n').at(-1));
      expect(size, ended.stdout + ended.stderr).to.be.greaterThan(1_000);
      expect(ended.stdout).to.match(/\}\n/);
    });
  });

  it('a report that can not be written costs no other', () =>
    inFolder(async (out) => {
      const ended = await shell(
        test('--case csms/provisioning/cold-boot', '--report junit=/dev/full console', '--out', out),
      );
      expect(ended.code).to.equal(2);
      expect(ended.stderr).to.match(/junit: .*can't be written/);
      expect(ended.stdout).to.match(/1 case planned/);
      expect(reportIn(out).summary.pass).to.equal(1);
    }));

  it('a terminal that goes away costs no file', () =>
    inFolder(async (out) => {
      const ended = await shell(`${test("--suite 'ocppj/*'", '--out', out)} | head -1; echo "\${PIPESTATUS[0]}" >&2`);
      expect(ended.stderr).to.not.match(/EPIPE|defect/);
      expect(reportIn(out).summary.pass).to.be.greaterThan(10);
    }));

  it('few open files are told, and are no fault of the system under test', () =>
    inFolder(async (out) => {
      const many = await shell(
        `ulimit -n 200; ${test("--id 'LANE{01..96}' --jobs 96 --suite 'ocppj/*'", '--out', out)}`,
      );
      expect(many.code, many.stderr).to.equal(2);
      expect(many.stderr).to.match(/open files/);
      const none = await shell(`ulimit -n 40; ${test('--out', out)}`);
      expect(none.code, none.stderr).to.be.oneOf([2, 3]);
      expect(none.stderr)
        .to.match(/ulimit/)
        .and.to.not.match(/defect of plugproof/);
      const load = await shell(
        `ulimit -n 150; plugproof load heartbeats --url ${served.url} --ocpp 1.6 --stations 500 --duration 2s --out ${out}/load`,
      );
      expect(load.code, load.stderr).to.be.oneOf([2, 3]);
      expect(load.stderr).to.match(/open files/);
    }));

  it('a journal that ends in torn bytes is read up to them', () =>
    inFolder(async (out) => {
      await shell(test("--suite 'ocppj/ids'", '--out', out));
      const whole = reportIn(out);
      appendFileSync(join(out, 'journal.jsonl'), '{"type":"case","case":{"id":"csms/torn');
      const again = await run(['report', '--from', out, '--report', `json=${join(out, 'again.json')}`]);
      expect(again.stderr).to.equal('');
      const rebuilt = JSON.parse(readFileSync(join(out, 'again.json'), 'utf8')) as Report;
      expect(rebuilt.summary).to.deep.equal(whole.summary);
    }));

  it('one seed sends the same messages twice, and another seed others', () =>
    inFolder(async (out) => {
      const report = async (name: string, seed: number): Promise<string[]> => {
        await shell(test('--suite security/payloads --jobs 1 --sample 5', `--seed ${seed}`, '--out', join(out, name)));
        return said(reportIn(join(out, name)));
      };
      const [first, second, other] = [await report('a', 7), await report('b', 7), await report('c', 8)];
      expect(first.length).to.be.greaterThan(50);
      expect(second).to.deep.equal(first);
      expect(other).to.not.deep.equal(first);
    }));
});
