/** Back offices that mean harm, under load: the run ends in time, its report says what happened, its memory stays. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Report } from '../../src/report.ts';
import { type Ended, inFolder, run } from './cli.ts';
import { hostileBackends } from './hostile-backends.ts';

const STATIONS = 5;
const MOST_MIB = 800;
const MOST_MS = 60_000;

type Counts = (name: string) => number;
interface Way {
  /** Of a hostile back office. */
  readonly name: string;
  readonly codes: readonly number[];
  readonly says: (count: Counts, report: Report) => void;
}

const ways: readonly Way[] = [
  {
    name: 'takes connections and never says a word',
    codes: [3],
    says: (count) => expect(count('ocpp_connect_errors')).to.be.at.least(STATIONS),
  },
  {
    name: 'never answers',
    codes: [3],
    says: (count, { run: { notes } }) => {
      expect(count('ocpp_calls_unanswered')).to.be.at.least(STATIONS);
      expect(notes.join()).to.include(`${STATIONS} of ${STATIONS} stations were not registered`);
    },
  },
  {
    name: 'answers no Heartbeat, and no close',
    codes: [0, 3],
    says: (count) => expect(count('ocpp_calls_unanswered')).to.be.at.least(STATIONS),
  },
  {
    name: 'hangs up on everyone',
    codes: [3],
    says: (count) => expect(count('ocpp_sessions_lost')).to.be.at.least(STATIONS),
  },
  {
    name: 'sends garbage',
    codes: [0, 3],
    says: (count) => expect(count('ocpp_frames_unreadable')).to.be.at.least(8 * STATIONS),
  },
  {
    name: 'floods each station with CALLs, under names of its own making',
    codes: [0, 3],
    says: (count) => expect(count('ocpp_calls_received')).to.be.at.least(1_000 * STATIONS),
  },
  {
    name: 'floods with answers to nothing',
    codes: [0, 3],
    says: (count) => expect(count('ocpp_answers_unexpected')).to.be.at.least(2_000 * STATIONS),
  },
  {
    name: 'answers in ten megabytes',
    codes: [0, 3],
    says: (count) => expect(count('ocpp_schema_violations')).to.be.greaterThan(0),
  },
  {
    name: 'sends what inflates to 64 MB',
    codes: [0, 3],
    says: (count) => expect(count('ocpp_sessions_lost')).to.be.greaterThan(0),
  },
  {
    name: 'asks without end and reads no answer',
    codes: [0, 3],
    says: (count) => expect(count('ocpp_calls_unanswered')).to.be.at.least(STATIONS),
  },
];

interface Outcome extends Ended {
  readonly report: Report;
  readonly tookMs: number;
}

const under = (way: Way): Promise<Outcome> =>
  inFolder(async (out) => {
    const start = hostileBackends[way.name];
    if (start === undefined) throw new Error(`there is no back office that ${way.name}`);
    const { url, stop } = await start();
    const began = performance.now();
    const load = ['load', '--url', url, '--ocpp', '1.6', '--stations', String(STATIONS), '--ramp', '0s'];
    const ended = await run([
      ...load,
      ...['--rate', '20', '--duration', '2s', '--timeout', '1s', '--report', 'html', '--out', out, '--quiet'],
    ]);
    stop();
    const report = JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')) as Report;
    return { ...ended, report, tookMs: performance.now() - began };
  });

describe('load on a back office that means harm', function () {
  this.timeout(120_000);
  const outcomes = new Map<Way, Promise<Outcome>>();
  // Most of them wait most of the time: three at a time.
  before(() => {
    let last: Promise<unknown>[] = [];
    for (const way of ways) {
      const turn = last.length < 3 ? undefined : last[last.length - 3];
      const outcome = Promise.resolve(turn)
        .catch(() => {})
        .then(() => under(way));
      outcome.catch(() => {});
      last = [...last, outcome];
      outcomes.set(way, outcome);
    }
  });

  for (const way of ways) {
    it(`one that ${way.name}`, async () => {
      const { code, stderr, report, tookMs } = (await outcomes.get(way)) as Outcome;
      expect(stderr, stderr).to.not.match(/defect of plugproof|\n\s+at /);
      const count: Counts = (name) => report.load?.metrics[name]?.values['count'] ?? 0;
      way.says(count, report);
      expect(code, stderr).to.be.oneOf(way.codes);
      expect(tookMs).to.be.lessThan(MOST_MS);
      expect((report.load?.generator.maxRssBytes ?? 0) / 2 ** 20).to.be.lessThan(MOST_MIB);
    });
  }
});
