/** Load through the command line, against CSMSs that misbehave on a schedule: every figure is what their own books say. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { type Asked, CountingCsms, each, type Habit } from '../../load/engine/counting-csms.test.data.ts';
import type { Report } from '../../src/report.ts';
import { inFolder, run, serveCsms, start } from './cli.ts';

const STATIONS = 40;
const CALLS = 1_500;
/** Two in the run, and one at its very last CALL. */
const EACH = 500;

const args = (url: string, folder: string, more: readonly string[] = []) => [
  'load',
  '--url',
  url,
  '--ocpp',
  '1.6',
  '--stations',
  String(STATIONS),
  '--ramp',
  '0s',
  '--rate',
  '500',
  '--duration',
  '3s',
  '--timeout',
  '6s',
  '--out',
  folder,
  '--report',
  'json',
  '--quiet',
  ...more,
];

const TROUBLES = [
  'ocpp_call_errors',
  'ocpp_calls_unanswered',
  'ocpp_answers_unexpected',
  'ocpp_answers_late',
  'ocpp_dropped_calls',
  'ocpp_sessions_lost',
  'ocpp_frames_unreadable',
] as const;

const reportIn = (folder: string) => JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')) as Report;
const countOf = ({ load }: Report, name: string) => load?.metrics[name]?.values['count'] ?? 0;
const troublesOf = (report: Report) =>
  Object.fromEntries(TROUBLES.map((name) => [name, countOf(report, name)] as const).filter(([, count]) => count > 0));
const statistic = ({ load }: Report, name: string, of: string) =>
  load?.metrics[name]?.byTag['action:Heartbeat']?.[of] ?? Number.NaN;

describe('load as a process', function () {
  this.timeout(120_000);
  let csms: CountingCsms;
  afterEach(() => csms.end());

  /** @param heartbeat what the CSMS does with a Heartbeat */
  async function judged(heartbeat: Habit, more: readonly string[] = []): Promise<Report> {
    csms = await CountingCsms.start({ Heartbeat: heartbeat });
    return inFolder(async (folder) => {
      const { stderr } = await run(args(csms.url, folder, more));
      expect(stderr).to.equal('');
      const report = reportIn(folder);
      const sent = report.load?.metrics['ocpp_calls']?.byTag ?? {};
      const byAction = Object.entries(sent).flatMap(([tag, { count = 0 }]) =>
        tag.startsWith('action:') ? [[tag.slice('action:'.length), count]] : [],
      );
      expect(Object.fromEntries(byAction)).to.deep.equal(csms.books.calls);
      expect(countOf(report, 'ocpp_connects')).to.equal(csms.books.connections);
      expect(countOf(report, 'ocpp_call_latency') + countOf(report, 'ocpp_calls_unanswered')).to.equal(csms.calls);
      return report;
    });
  }

  it('sends at the rate that was asked for', async () => {
    const report = await judged(each(1, (asked, by) => by.answer(asked)));
    expect(csms.books.calls['Heartbeat']).to.equal(CALLS);
    expect(statistic(report, 'ocpp_calls', 'rate')).to.be.within(495, 505);
    expect(troublesOf(report)).to.deep.equal({});
  });

  it('counts what is never answered', async () => {
    const report = await judged(each(EACH, () => {}));
    expect(troublesOf(report)).to.deep.equal({ ocpp_calls_unanswered: CALLS / EACH });
  });

  it('counts what is answered twice', async () => {
    const report = await judged(
      each(EACH, (asked, by) => {
        by.answer(asked);
        by.answer(asked);
      }),
    );
    expect(troublesOf(report)).to.deep.equal({ ocpp_answers_unexpected: CALLS / EACH });
  });

  it('counts answers with the id of another station', async () => {
    let before: Asked | undefined;
    // Two neighbours each time, and never the same ones: who waits for an answer in vain must not wait again behind it.
    const apart = 390;
    const report = await judged((asked, by) => {
      if (before !== undefined) {
        by.send(asked.socket, [3, before.id, {}]);
        by.send(before.socket, [3, asked.id, {}]);
        before = undefined;
      } else if (asked.n % apart === 0) before = asked;
      else by.answer(asked);
    });
    const swapped = 2 * Math.floor(CALLS / apart);
    expect(troublesOf(report)).to.deep.equal({ ocpp_calls_unanswered: swapped, ocpp_answers_unexpected: swapped });
  });

  it('counts connections that the CSMS closes', async () => {
    const report = await judged(each(EACH, ({ socket }, by) => by.close(socket)));
    const { ocpp_dropped_calls: dropped = 0, ...rest } = troublesOf(report);
    const { closes, calls } = csms.books;
    expect(closes).to.be.greaterThan(0);
    expect((calls['Heartbeat'] ?? 0) + dropped).to.equal(CALLS);
    expect(rest).to.deep.equal({ ocpp_calls_unanswered: closes, ocpp_sessions_lost: closes });
  });

  it('counts messages that are no frames', async () => {
    const report = await judged(
      each(EACH, (asked, by) => {
        asked.socket.send('[3');
        by.answer(asked);
      }),
    );
    expect(troublesOf(report)).to.deep.equal({ ocpp_frames_unreadable: CALLS / EACH });
  });

  it('shows a stall of three seconds to all that waited behind it', async () => {
    const held: (() => void)[] = [];
    let stalled = false;
    const report = await judged(
      (asked, by) => {
        if (asked.n === EACH) {
          stalled = true;
          setTimeout(() => {
            stalled = false;
            for (const release of held.splice(0)) release();
          }, 3_000);
        }
        if (stalled) held.push(() => by.answer(asked));
        else by.answer(asked);
      },
      ['--timeout', '30s'],
    );
    expect(csms.books.calls['Heartbeat']).to.equal(CALLS);
    expect(troublesOf(report)).to.deep.equal({});
    expect(statistic(report, 'ocpp_call_latency', 'max')).to.be.within(2_900, 4_000);
    // Two thirds were due while it stalled; one of each station was on its way, and the others went out fast after it.
    expect(statistic(report, 'ocpp_call_latency', 'med')).to.be.greaterThan(500);
    expect(statistic(report, 'ocpp_call_service_time', 'med')).to.be.lessThan(250);
    expect(statistic(report, 'ocpp_call_service_time', 'p(90)')).to.be.lessThan(500);
  });

  it('is inconclusive where the generator itself could not', async () => {
    csms = await CountingCsms.start();
    await inFolder(async (folder) => {
      const running = start(args(csms.url, folder));
      await csms.until(() => (csms.books.calls['Heartbeat'] ?? 0) >= 300);
      running.process.kill('SIGSTOP');
      setTimeout(() => running.process.kill('SIGCONT'), 1_500);
      const { code } = await running.ended;
      expect(code).to.equal(3);
      const report = reportIn(folder);
      expect(report.load?.generator.saturated).to.equal(true);
      expect(report.run.notes.join()).to.match(/the generator was the bottleneck/);
      expect(countOf(report, 'ocpp_calls')).to.equal(csms.calls);
    });
  });

  it('tells of transactions that do not balance', async () => {
    // Each third end is refused, however often it is told.
    csms = await CountingCsms.start({
      StopTransaction: each(3, ({ id, socket }, by) => by.send(socket, [4, id, 'InternalError', '', {}])),
    });
    await inFolder(async (folder) => {
      const file = join(folder, 'sessions.yaml');
      writeFileSync(
        file,
        'station: { configuration: { TransactionMessageAttempts: 1 } }\nscenarios:\n  s: { executor: per-vu-iterations, exec: session, hold: 500ms }\n',
      );
      const { code } = await run([
        ...['load', file, '--url', csms.url, '--ocpp', '1.6', '--stations', '30', '--ramp', '0s', '--duration', '2s'],
        ...['--out', folder, '--report', 'json', '--quiet'],
      ]);
      expect(code).to.equal(0);
      const report = reportIn(folder);
      expect(countOf(report, 'ocpp_transactions_started')).to.equal(30);
      expect(countOf(report, 'ocpp_transactions_ended')).to.equal(20);
      expect(report.run.notes.join()).to.match(/took 30 starts and 20 ends, so that 10 are open/);
    });
  });

  it('is inconclusive where a signal ends it, and reports what there was', async () => {
    csms = await CountingCsms.start();
    await inFolder(async (folder) => {
      const running = start(args(csms.url, folder, ['--duration', '1h']));
      await csms.until(() => (csms.books.calls['Heartbeat'] ?? 0) >= 200);
      running.process.kill('SIGINT');
      expect((await running.ended).code).to.equal(130);
      const report = reportIn(folder);
      expect(report.partial).to.equal(true);
      expect(countOf(report, 'ocpp_calls')).to.equal(csms.calls);
    });
  });

  it('leaves what it had where it is killed', async () => {
    csms = await CountingCsms.start();
    await inFolder(async (folder) => {
      const running = start(args(csms.url, folder, ['--duration', '1h']));
      await csms.until(() => (csms.books.calls['Heartbeat'] ?? 0) >= 1_100);
      running.process.kill('SIGKILL');
      await running.ended;
      expect((await run(['report', '--from', folder, '--report', 'json'])).code).to.equal(0);
      const report = reportIn(folder);
      expect(report.partial).to.equal(true);
      expect(report.load?.series.length).to.be.greaterThan(0);
      expect(report.run.durationMs).to.be.greaterThan(900);
      expect(countOf(report, 'ocpp_calls')).to.be.within(1, csms.calls);
    });
  });

  it('holds each control request of an operator against the CALL that it brings', async () => {
    csms = await CountingCsms.start();
    const served = await serveCsms();
    try {
      await inFolder(async (folder) => {
        const operator = ['--workload', 'remote-commands', '--driver', 'reference', '--driver-url', served.control];
        const { code, stderr } = await run(
          args(served.url, folder, operator).filter((one, i, all) => one !== '--rate' && all[i - 1] !== '--rate'),
        );
        expect(stderr).to.equal('');
        expect(code).to.equal(0);
        const report = reportIn(folder);
        // Twenty a second, as the workload has it.
        expect(countOf(report, 'http_reqs')).to.equal(60);
        expect(countOf(report, 'ocpp_calls_received')).to.equal(60);
        expect(countOf(report, 'ocpp_command_latency')).to.equal(60);
        expect(countOf(report, 'http_req_duration')).to.equal(60);
        expect(countOf(report, 'http_req_failed') + countOf(report, 'ocpp_commands_lost')).to.equal(0);
        const [command, http] = ['ocpp_command_latency', 'http_req_duration'].map(
          (name) => report.load?.metrics[name]?.values['med'] ?? Number.NaN,
        );
        // The CALL is on its way before the control API answers, since it waits for the station.
        expect(command).to.be.lessThan(http ?? 0);
      });
    } finally {
      await served.stop();
    }
  });
});
