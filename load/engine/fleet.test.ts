/** What a fleet counts is what the CSMS has in its books, however badly that behaves. */
import { expect } from 'chai';
import { realClock } from '../../src/clock.ts';
import type { Scenario } from '../workload.ts';
import { CountingCsms, each, type Habit } from './counting-csms.test.data.ts';
import { epochNow } from './epoch.ts';
import { Fleet } from './fleet.ts';
import type { FleetPlan } from './fleet-plan.ts';
import { Totals } from './totals.ts';

const STATIONS = 10;
const CALLS = 200;

const planFor = (url: string, more: Partial<FleetPlan> = {}): FleetPlan => ({
  url,
  stations: Array.from({ length: STATIONS }, (_, i) => ({ identity: `CP${i}`, version: '1.6' as const })),
  certificates: [],
  build: {
    evses: 1,
    vendorName: 'plugproof',
    model: 'load',
    configuration: { RetryBackOffWaitMinimum: '0', RetryBackOffRandomRange: '0' },
    sparesHeartbeats: false,
  },
  // Long, so that a busy machine makes no time-out; where one is wanted it is waited for once.
  timeoutMs: 2_000,
  seed: 1,
  hears: false,
  total: STATIONS,
  workers: 1,
  worker: 0,
  ...more,
});

const base = { name: 'test', startMs: 0, holdMs: 50, tokens: ['T1'] };

const heartbeats = (rate = 1_000): Scenario => ({
  ...base,
  exec: 'heartbeat',
  executor: 'constant-arrival-rate',
  rate,
  durationMs: (CALLS / rate) * 1000,
});

const atOnce = (exec: Scenario['exec'], iterations = 1): Scenario => ({
  ...base,
  exec,
  executor: 'per-vu-iterations',
  iterations,
  overMs: 0,
});

/** Polls what the fleet itself counts: settles on a count, never on a time. */
async function reached(fleet: Fleet, done: (totals: Totals) => boolean): Promise<void> {
  while (!done(new Totals([await fleet.state()], 1))) await realClock.sleep(5);
}

async function booted(fleet: Fleet, stations = STATIONS): Promise<void> {
  await fleet.connect(epochNow(), 0);
  while ((await fleet.census()).accepted < stations) await realClock.sleep(5);
  await fleet.settle(5_000);
}

const due = (totals: Totals) => totals.trend('generator_lateness').count;

/** Boots, runs the scenario to its last arrival, drains. */
async function run(
  csms: CountingCsms,
  scenario: Scenario,
  arrivals = CALLS,
  plan = planFor(csms.url),
): Promise<Totals> {
  const fleet = new Fleet(plan, realClock);
  try {
    await booted(fleet);
    await fleet.schedule({ scenario, startAtEpoch: epochNow() });
    await reached(fleet, (totals) => due(totals) >= arrivals);
    await fleet.drain(10_000);
    return new Totals([await fleet.state()], 1);
  } finally {
    await fleet.end();
  }
}

describe('fleet', function () {
  this.timeout(60_000);
  let csms: CountingCsms;
  const start = async (heartbeat?: Habit, more: Readonly<Record<string, Habit>> = {}) => {
    csms = await CountingCsms.start({ ...(heartbeat && { Heartbeat: heartbeat }), ...more });
    return csms;
  };
  afterEach(() => csms.end());

  /**
   * Whatever happens, the sums hold.
   * @param underWay connections that the end of the run may have met between the server's 101 and its arrival here
   */
  function agree(totals: Totals, underWay = 0): void {
    expect(totals.count('ocpp_calls'), 'CALLs').to.equal(csms.calls);
    expect(csms.books.connections - totals.count('ocpp_connects'), 'connections').to.be.within(0, underWay);
    const settled = totals.count('answers') + totals.count('ocpp_calls_unanswered');
    expect(settled, 'every CALL comes out one way').to.equal(totals.count('ocpp_calls'));
    const own = totals.count('ocpp_calls', { action: 'Heartbeat' });
    expect(own + totals.count('ocpp_dropped_calls'), 'what was due was sent or dropped').to.equal(CALLS);
    expect(totals.trend('ocpp_call_latency').count).to.equal(totals.count('answers'));
  }

  const troubles = (totals: Totals) =>
    Object.fromEntries(
      (
        [
          'ocpp_calls_unanswered',
          'ocpp_answers_unexpected',
          'ocpp_dropped_calls',
          'ocpp_call_errors',
          'ocpp_sessions_lost',
        ] as const
      )
        .map((name) => [name, totals.count(name)] as const)
        .filter(([, count]) => count > 0),
    );

  it('sends what is due, and no more', async () => {
    const totals = await run(await start(), heartbeats());
    agree(totals);
    expect(csms.books.calls['Heartbeat']).to.equal(CALLS);
    expect(totals.count('ocpp_calls', { action: 'BootNotification' })).to.equal(STATIONS);
    expect(troubles(totals)).to.deep.equal({});
  });

  it('keeps one CALL outstanding while the CSMS stalls, and counts latency from when it was due', async () => {
    let stalled = true;
    const held: (() => void)[] = [];
    await start((asked, by) => (stalled ? held.push(() => by.answer(asked)) : by.answer(asked)));
    const fleet = new Fleet(planFor(csms.url, { timeoutMs: 10_000 }), realClock);
    await booted(fleet);
    await fleet.schedule({ scenario: heartbeats(), startAtEpoch: epochNow() });
    await reached(fleet, (totals) => due(totals) === CALLS);
    await csms.until(() => held.length === STATIONS);
    expect(csms.books.calls['Heartbeat']).to.equal(STATIONS);
    stalled = false;
    for (const release of held) release();
    await fleet.drain(10_000);
    const totals = new Totals([await fleet.state()], 1);
    await fleet.end();
    agree(totals);
    expect(csms.books.calls['Heartbeat']).to.equal(CALLS);
    expect(troubles(totals)).to.deep.equal({});
    // Those behind the stall were served fast and still waited long.
    const heartbeat = { action: 'Heartbeat' };
    const [latency, service] = [
      totals.trend('ocpp_call_latency', heartbeat),
      totals.trend('ocpp_call_service_time', heartbeat),
    ];
    expect(latency.percentile(50)).to.be.greaterThan(service.percentile(50));
  });

  it('counts what is never answered', async () => {
    const totals = await run(await start(each(50, () => {})), heartbeats());
    agree(totals);
    expect(troubles(totals)).to.deep.equal({ ocpp_calls_unanswered: CALLS / 50 });
  });

  it('tells answers that come too late from those that nobody asked for', async () => {
    const held: (() => void)[] = [];
    const fleet = new Fleet(
      planFor((await start(each(100, (asked, by) => held.push(() => by.answer(asked))))).url, { timeoutMs: 1_000 }),
      realClock,
    );
    await booted(fleet);
    await fleet.schedule({ scenario: heartbeats(), startAtEpoch: epochNow() });
    const unanswered = (totals: Totals) => totals.count('ocpp_calls_unanswered');
    await reached(fleet, (totals) => due(totals) === CALLS && unanswered(totals) === CALLS / 100);
    for (const release of held) release();
    await reached(fleet, (totals) => totals.count('ocpp_answers_late') === CALLS / 100);
    await fleet.drain(10_000);
    const totals = new Totals([await fleet.state()], 1);
    await fleet.end();
    agree(totals);
    expect(troubles(totals)).to.deep.equal({ ocpp_calls_unanswered: CALLS / 100 });
  });

  it('counts second answers', async () => {
    const twice: Habit = (asked, by) => {
      by.answer(asked);
      by.answer(asked);
    };
    // The last CALL is answered twice, too: the answer comes while the station hangs up.
    const totals = await run(await start(each(20, twice)), heartbeats());
    agree(totals);
    expect(csms.books.answers).to.equal(csms.calls + CALLS / 20);
    expect(troubles(totals)).to.deep.equal({ ocpp_answers_unexpected: CALLS / 20 });
  });

  it('counts answers with the id of another station', async () => {
    let before: Parameters<Habit>[0] | undefined;
    // The next CALL is of another station: this one waits. No long wait, so that nothing is given up meanwhile.
    const apart = 45;
    const swap: Habit = (asked, by) => {
      if (before !== undefined) {
        by.send(asked.socket, [3, before.id, {}]);
        by.send(before.socket, [3, asked.id, {}]);
        before = undefined;
      } else if (asked.n % apart === 0) before = asked;
      else by.answer(asked);
    };
    const totals = await run(await start(swap), heartbeats());
    agree(totals);
    const swapped = 2 * Math.floor(CALLS / apart);
    expect(troubles(totals)).to.deep.equal({ ocpp_calls_unanswered: swapped, ocpp_answers_unexpected: swapped });
  });

  it('takes no answer that is no text, and no word that is none', async () => {
    const odd: Habit = (asked, by) => {
      if (asked.n % 100 === 0) asked.socket.send(Buffer.from(JSON.stringify([3, asked.id, {}])), { binary: true });
      else by.send(asked.socket, [4, asked.id, 'A|B"{x}', '', {}]);
    };
    const totals = await run(await start(each(50, odd)), heartbeats());
    agree(totals);
    expect(totals.count('ocpp_frames_unreadable')).to.equal(CALLS / 100);
    expect(totals.count('ocpp_call_errors', { action: 'Heartbeat', code: 'other' })).to.equal(CALLS / 100);
    expect(troubles(totals)).to.deep.equal({
      ocpp_calls_unanswered: CALLS / 100,
      ocpp_call_errors: CALLS / 100,
    });
  });

  it('counts CALLERRORs by code', async () => {
    const refuse: Habit = ({ id, socket, n }, by) =>
      by.send(socket, [4, id, n % 40 === 0 ? 'InternalError' : 'GenericError', '', {}]);
    const totals = await run(await start(each(20, refuse)), heartbeats());
    agree(totals);
    expect(troubles(totals)).to.deep.equal({ ocpp_call_errors: CALLS / 20 });
    expect(totals.count('ocpp_call_errors', { code: 'InternalError' })).to.equal(CALLS / 40);
    expect(totals.statistic('ocpp_call_errors', 'rate', { action: 'Heartbeat' })).to.equal(1 / 20);
  });

  for (const [how, end] of [
    ['closed', (asked, by) => by.close(asked.socket)],
    [
      'cut',
      ({ socket }, by) => {
        by.books.closes++;
        socket.terminate();
      },
    ],
  ] as readonly [string, Habit][]) {
    it(`counts connections that are ${how}, and comes back`, async () => {
      const totals = await run(await start(each(50, end)), heartbeats());
      agree(totals, 2);
      const { ocpp_dropped_calls: _dropped, ...rest } = troubles(totals);
      // What falls due while a station is away is dropped, so that the closes are a few less than they could be.
      const { closes, calls } = csms.books;
      expect(closes)
        .to.equal(Math.floor((calls['Heartbeat'] ?? 0) / 50))
        .and.to.be.greaterThan(0);
      expect(rest).to.deep.equal({ ocpp_calls_unanswered: closes, ocpp_sessions_lost: closes });
    });
  }

  it('sends nothing before the registration is accepted', async () => {
    const pending: Habit = ({ id, socket }, by) =>
      by.send(socket, [3, id, { status: 'Pending', interval: 600, currentTime: new Date().toISOString() }]);
    await start(undefined, { BootNotification: pending });
    const fleet = new Fleet(planFor(csms.url), realClock);
    await fleet.connect(epochNow(), 0);
    await csms.until(() => csms.calls === STATIONS);
    await fleet.settle(5_000);
    await fleet.schedule({ scenario: heartbeats(), startAtEpoch: epochNow() });
    await reached(fleet, (totals) => due(totals) === CALLS);
    await fleet.drain(5_000);
    const totals = new Totals([await fleet.state()], 1);
    await fleet.end();
    agree(totals);
    expect(csms.books.calls).to.deep.equal({ BootNotification: STATIONS });
    expect(totals.count('ocpp_dropped_calls')).to.equal(CALLS);
  });

  it('tells why it could not connect', async () => {
    await start();
    const url = csms.url.replace(/:\d+/, ':1');
    const fleet = new Fleet(planFor(url), realClock);
    await fleet.connect(epochNow(), 0);
    await reached(fleet, (totals) => totals.count('ocpp_connect_errors', { code: 'ECONNREFUSED' }) >= STATIONS);
    await fleet.drain(1_000);
    await fleet.end();
    expect(csms.books.connections).to.equal(0);
  });

  it('cuts cables as a storm does, without calling it a loss', async () => {
    await start();
    const fleet = new Fleet(planFor(csms.url), realClock);
    await booted(fleet);
    await fleet.schedule({ scenario: atOnce('disconnect'), startAtEpoch: epochNow() });
    await reached(fleet, (totals) => totals.count('ocpp_connects') === 2 * STATIONS);
    await fleet.drain(2_000);
    const totals = new Totals([await fleet.state()], 1);
    await fleet.end();
    expect(csms.books.connections).to.equal(2 * STATIONS);
    expect(totals.count('ocpp_sessions_lost')).to.equal(0);
    expect(csms.books.calls['BootNotification']).to.equal(STATIONS);
  });

  it('holds charging sessions, and ends those that are open when the run does', async () => {
    await start();
    const fleet = new Fleet(planFor(csms.url), realClock);
    await booted(fleet);
    await fleet.schedule({ scenario: { ...atOnce('session'), holdMs: 3_600_000 }, startAtEpoch: epochNow() });
    await csms.until(() => csms.books.calls['StartTransaction'] === STATIONS);
    await fleet.settle(5_000);
    await fleet.schedule({ scenario: atOnce('session'), startAtEpoch: epochNow() });
    await reached(fleet, (totals) => totals.count('dropped_iterations') === STATIONS);
    await fleet.drain(5_000);
    const totals = new Totals([await fleet.state()], 1);
    await fleet.end();
    expect(csms.books.calls['StopTransaction']).to.equal(STATIONS);
    expect(totals.count('ocpp_transactions_started')).to.equal(STATIONS);
    expect(totals.count('ocpp_transactions_ended')).to.equal(STATIONS);
    expect(totals.count('ocpp_calls')).to.equal(csms.calls);
    expect(troubles(totals)).to.deep.equal({});
  });
});
