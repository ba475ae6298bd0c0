/** Load through the command line, against CSMSs that misbehave on a schedule: every figure is what their own books say. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { type Asked, CountingCsms, each, type Habit } from '../../load/engine/counting-csms.test.data.ts';
import type { Report } from '../../src/report.ts';
import { inFolder, run, start } from './cli.ts';

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
});
