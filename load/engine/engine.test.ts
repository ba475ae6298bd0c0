/** A whole run over worker threads: counts add up, thresholds are judged, a search finds the knee, a signal ends it. */
import { expect } from 'chai';
import { loadMessageSchemas } from '../../schemas/ocpp.ts';
import { realClock } from '../../src/clock.ts';
import type { OcppVersion } from '../../src/dialects/dialect.ts';
import { fleetPlans } from '../plan.ts';
import { readThreshold } from '../thresholds.ts';
import type { Threshold, Workload } from '../workload.ts';
import { answer, CountingCsms, each, type Habit } from './counting-csms.test.data.ts';
import { type LoadMoment, runLoad } from './engine.ts';
import { Fleet, type FleetHandle } from './fleet.ts';
import { startWorker } from './worker-handle.ts';

const threshold = (text: string): Threshold => {
  const reading = readThreshold(text);
  if (!reading.ok) throw new Error(reading.says);
  return reading.value;
};

const workload = (more: Partial<Workload> = {}): Workload => ({
  name: 'test',
  says: '',
  stations: 20,
  rampMs: 100,
  durationMs: 400,
  gracefulStopMs: 5_000,
  station: { evses: 1, configuration: {} },
  scenarios: [
    {
      name: 'beat',
      exec: 'heartbeat',
      executor: 'constant-arrival-rate',
      rate: 500,
      durationMs: 400,
      startMs: 0,
      holdMs: 0,
      tokens: ['T'],
    },
  ],
  thresholds: [],
  ...more,
});

const sutAt = (url: string, stations: number, ocpp: OcppVersion) => ({
  role: 'csms' as const,
  ocpp: [ocpp],
  url,
  securityProfile: 0 as const,
  identities: Array.from({ length: stations }, (_, i) => ({ id: `CP${i}` })),
  without: [],
  tokens: {},
  stations: {},
  station: { vendorName: 'plugproof', model: 'load', serialNumber: '1' },
  timeoutMs: 5_000,
  clockToleranceS: 60,
});

interface Extras {
  readonly workers?: number;
  readonly threads?: boolean;
  readonly signal?: AbortSignal;
  readonly listener?: (moment: LoadMoment) => void;
  readonly ocpp?: OcppVersion;
}

async function run(
  url: string,
  of: Workload,
  { workers = 1, threads = false, signal, listener, ocpp = '1.6' }: Extras = {},
) {
  const plans = fleetPlans(sutAt(url, of.stations, ocpp), of, workers, 1);
  const fleets: FleetHandle[] = plans.map((plan) => (threads ? startWorker(plan) : new Fleet(plan, realClock)));
  try {
    return await runLoad({
      workload: of,
      fleets,
      stations: of.stations,
      clock: realClock,
      schemas: loadMessageSchemas(),
      timeoutMs: 5_000,
      clockToleranceS: 60,
      signal: signal ?? new AbortController().signal,
      listener: listener ?? (() => {}),
    });
  } finally {
    await Promise.all(fleets.map((fleet) => fleet.end()));
  }
}

describe('load run', function () {
  this.timeout(60_000);
  let csms: CountingCsms;
  const start = async (habits: Readonly<Record<string, Habit>> = {}) => {
    csms = await CountingCsms.start(habits);
    return csms.url;
  };
  afterEach(() => csms.end());

  it('adds up its threads', async () => {
    const url = await start();
    const thresholds = ['ocpp_calls{action:Heartbeat}: count==200', 'ocpp_call_latency{action:Authorize}: p(99)<500'];
    const {
      totals,
      thresholds: verdicts,
      series,
      generator,
      unreachable,
      partial,
    } = await run(url, workload({ thresholds: thresholds.map(threshold) }), { workers: 3, threads: true });
    expect(totals.count('ocpp_calls')).to.equal(csms.calls);
    expect(totals.count('ocpp_calls', { action: 'Heartbeat' })).to.equal(200);
    expect(totals.count('ocpp_connects')).to.equal(20);
    expect(totals.statistic('ocpp_stations', 'max')).to.equal(20);
    expect(verdicts.map(({ ok, actual }) => [ok, actual])).to.deep.equal([
      [true, 200],
      [false, null],
    ]);
    expect(series.length).to.be.greaterThan(0);
    expect(generator.workers).to.equal(3);
    expect(generator.cpuSeconds).to.be.greaterThan(0);
    expect([unreachable, partial]).to.deep.equal([false, false]);
  });

  it('compares a sample of frames with the schemas', async () => {
    const odd: Habit = ({ id, socket }, by) => by.send(socket, [3, id, { currentTime: 'noon' }]);
    const { totals, notes } = await run(await start({ Heartbeat: each(1, odd) }), workload());
    expect(totals.count('ocpp_frames_validated', { action: 'Heartbeat' })).to.be.greaterThan(0);
    expect(totals.count('ocpp_schema_violations')).to.equal(
      totals.count('ocpp_frames_validated', { action: 'Heartbeat' }),
    );
    expect(notes.join()).to.match(/breaks its schema, for example: Heartbeat \[3,.*noon/);
    expect(notes.join()).not.to.match(/plugproof itself/);
  });

  describe('judges conversations by the invariants', () => {
    /** Every tenth Heartbeat has a habit, and the last has none: what comes after it may come after the end. */
    const breaches = async (
      odd: Habit | undefined,
      { judged = 20, ...extras }: Extras & { readonly judged?: number } = {},
    ) => {
      const { totals, notes } = await run(
        await start(
          odd === undefined ? {} : { Heartbeat: (asked, by) => (asked.n % 10 === 5 ? odd : answer)(asked, by) },
        ),
        workload({ judged }),
        extras,
      );
      const count = (code: string) => totals.count('ocpp_invariant_breaches', { code });
      return { all: totals.statistic('ocpp_invariant_breaches', 'count'), count, notes: notes.join('\n'), totals };
    };

    it('of a CSMS that breaks none', async () => {
      const { all, notes, totals } = await breaches(undefined);
      expect(all).to.equal(0);
      expect(totals.count('ocpp_frames_judged')).to.equal(csms.books.answers);
      expect(notes).not.to.match(/invariant/);
    });

    it('of one that answers twice', async () => {
      const { all, count, notes } = await breaches((asked, by) => {
        by.answer(asked);
        by.answer(asked);
      });
      expect([all, count('answer-correlates')]).to.deep.equal([20, 20]);
      expect(notes).to.match(/breaks the invariant answer-correlates \(20 times\), for example: .*\[3,/);
    });

    it('of one whose clock is wrong', async () => {
      const { all, count } = await breaches(({ id, socket }, by) =>
        by.send(socket, [3, id, { currentTime: '2001-01-01T00:00:00Z' }]),
      );
      expect([all, count('clock')]).to.deep.equal([20, 20]);
    });

    it('of one that does not wait for its answer', async () => {
      const hasty: Habit = (asked, by) => {
        for (const n of [1, 2]) by.send(asked.socket, [2, `${asked.n}-${n}`, 'ClearCache', {}]);
        by.answer(asked);
      };
      const { count } = await breaches(hasty, { ocpp: '2.0.1' });
      expect(count('one-outstanding-call')).to.equal(20);
    });

    it('of one that hangs up', async () => {
      const { count } = await breaches((asked, by) => {
        by.answer(asked);
        if (asked.n === 5) asked.socket.close(1000);
      });
      expect(count('keeps-connection')).to.equal(1);
    });

    it('of no one, where none is to be', async () => {
      const { all, totals } = await breaches(
        (asked, by) => {
          by.answer(asked);
          by.answer(asked);
        },
        { judged: 0 },
      );
      expect([all, totals.count('ocpp_frames_judged')]).to.deep.equal([undefined, 0]);
    });
  });

  it('says that nobody is there', async () => {
    const url = (await start()).replace(/:\d+/, ':1');
    const { unreachable, totals, thresholds } = await run(
      url,
      workload({ thresholds: [threshold('ocpp_calls: count>0')] }),
    );
    expect(unreachable).to.equal(true);
    expect(totals.count('ocpp_connect_errors')).to.be.at.least(20);
    expect(thresholds[0]?.ok).to.equal(false);
  });

  it('searches the knee, here that of a CSMS that refuses what comes after its hundredth CALL of a step', async () => {
    let inStep = 0;
    const url = await start({
      Heartbeat: (asked, by) => {
        inStep++;
        if (inStep > 100) by.send(asked.socket, [4, asked.id, 'InternalError', '', {}]);
        else by.answer(asked);
      },
    });
    const rates: number[] = [];
    const { searched, notes } = await run(
      url,
      workload({
        scenarios: [],
        thresholds: [threshold('ocpp_call_errors: rate==0'), threshold('ocpp_calls: count>0')],
        search: {
          name: 'search',
          exec: 'heartbeat',
          startMs: 0,
          holdMs: 0,
          tokens: ['T'],
          startRate: 100,
          maxRate: 10_000,
          stepMs: 200,
          precision: 0.1,
        },
      }),
      {
        listener: ({ rate }) => {
          if (rate !== undefined && rates.at(-1) !== rate) rates.push(rate);
        },
      },
    ).finally(() => {
      inStep = 0;
    });
    // All steps together: 20, 40, then 80 more pass the hundred.
    expect(searched?.capacity).to.be.within(200, 399);
    expect(searched?.stopped).to.equal('found');
    expect(notes.at(-1)).to.match(
      /^capacity: \d+ calls a second were held, \d+ were not \(ocpp_call_errors: rate==0 was /,
    );
  });

  it('ends early at a signal, with what was counted', async () => {
    const abort = new AbortController();
    const url = await start({
      Heartbeat: (asked, by) => {
        by.answer(asked);
        if (asked.n === 10) abort.abort();
      },
    });
    const long = workload({
      durationMs: 3_600_000,
      scenarios: workload().scenarios.map((scenario) => ({ ...scenario, durationMs: 3_600_000 })),
    });
    const { partial, totals } = await run(url, long, { signal: abort.signal });
    expect(partial).to.equal(true);
    expect(totals.count('ocpp_calls')).to.equal(csms.calls);
    expect(csms.books.calls['Heartbeat']).to.be.at.least(10);
  });
});
