/** Ctrl-C and kill in the middle of everything: what was judged is told, and the second time the process is gone at once. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { WebSocketServer } from 'ws';
import type { Report } from '../../src/report.ts';
import { inFolder, type Running, run, type Served, serveCsms, start } from './cli.ts';

const CODES = { SIGINT: 130, SIGTERM: 143 } as const;
type Signal = keyof typeof CODES;
const signals: readonly Signal[] = ['SIGINT', 'SIGTERM'];

/** Cases get two seconds to end after the first signal; who is gone in less did not wait. */
const AT_ONCE_MS = 1_500;

const reportIn = (folder: string) => JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')) as Report;

/** Every line of the journal is whole, and it makes the report again. */
async function journalIsWhole(folder: string): Promise<void> {
  const text = readFileSync(join(folder, 'journal.jsonl'), 'utf8');
  expect(text.endsWith('\n')).to.equal(true);
  for (const line of text.trimEnd().split('\n')) expect(() => JSON.parse(line) as unknown).to.not.throw();
  const again = await run(['report', '--from', folder, '--report', `json=${join(folder, 'again.json')}`]);
  expect([again.code, again.stderr]).to.deep.equal([0, '']);
  const rebuilt = JSON.parse(readFileSync(join(folder, 'again.json'), 'utf8')) as Report;
  expect(rebuilt).to.include({ partial: true });
}

/** A back office that takes connections and answers nothing: whoever asks it waits. */
async function deaf() {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'ocpp1.6' });
  await new Promise<void>((resolve) => server.once('listening', () => resolve()));
  const came = new Promise<void>((resolve) => server.once('connection', () => resolve()));
  return {
    url: `ws://127.0.0.1:${(server.address() as { port: number }).port}/ocpp`,
    came,
    stop: () => {
      for (const socket of server.clients) socket.terminate();
      server.close();
    },
  };
}

describe('a signal in the middle', function () {
  this.timeout(30_000);
  let served: Served;
  before(async () => {
    served = await serveCsms();
  });
  after(() => served.stop());

  for (const signal of signals) {
    it(`${signal} to test csms: the partial report, and the code of the signal`, () =>
      inFolder(async (out) => {
        const args = ['--url', served.url, '--ocpp', '1.6', '--id', 'CP01', '--out', out, '--report', 'console'];
        const running = start(['test', 'csms', ...args]);
        // A case is over.
        await running.line(/^inconclusive /m);
        running.process.kill(signal);
        const { code, stderr } = await running.ended;
        expect(code, stderr).to.equal(CODES[signal]);
        expect(stderr)
          .to.match(/what is known so far is reported/)
          .and.to.not.match(/defect of plugproof/);
        const report = reportIn(out);
        expect(report.partial).to.equal(true);
        expect(report.cases.length).to.be.lessThan(report.run.planned);
        await journalIsWhole(out);
      }));

    it(`${signal} to serve csms and serve station`, async () => {
      const csms = start(['serve', 'csms', '--quiet']);
      const [, url = ''] = await csms.line(/^ready ocpp (\S+)$/m);
      await csms.line(/^ready control/m);
      const station = start(['serve', 'station', '--url', url, '--quiet']);
      await station.line(/^ready control/m);
      for (const { process: child } of [station, csms]) child.kill(signal);
      for (const { ended } of [station, csms]) {
        const { code, stderr } = await ended;
        expect([code, stderr]).to.deep.equal([CODES[signal], '']);
      }
    });
  }

  it('SIGINT twice to test csms: gone at once', () =>
    inFolder(async (out) => {
      const csms = await deaf();
      const args = ['--url', csms.url, '--ocpp', '1.6', '--out', out, '--timeout', '1h'];
      const running = start(['test', 'csms', ...args]);
      await csms.came;
      await twice(running, 'SIGINT');
      csms.stop();
      await journalIsWhole(out);
    }));

  it('SIGINT to test station, while it waits', () =>
    inFolder(async (out) => {
      const running = start(['test', 'station', '--listen', '127.0.0.1:0', '--ocpp', '1.6', '--out', out]);
      await running.line(/^ready ocpp/m);
      running.process.kill('SIGINT');
      const { code, stderr } = await running.ended;
      expect(code, stderr).to.equal(CODES.SIGINT);
      expect(reportIn(out).partial).to.equal(true);
    }));

  it('SIGINT twice to load: gone at once', () =>
    inFolder(async (out) => {
      const csms = await deaf();
      const args = ['--url', csms.url, '--ocpp', '1.6', '--stations', '5', '--out', out, '--duration', '1h'];
      const running = start(['load', ...args, '--timeout', '1h']);
      await csms.came;
      await twice(running, 'SIGINT');
      csms.stop();
      await journalIsWhole(out);
    }));

  async function twice(running: Running, signal: Signal): Promise<void> {
    running.process.kill(signal);
    await running.line(/once more ends at once/);
    const began = performance.now();
    running.process.kill(signal);
    const { code, stderr } = await running.ended;
    expect(performance.now() - began).to.be.lessThan(AT_ONCE_MS);
    expect(code, stderr).to.equal(CODES[signal]);
  }
});
