/** The CSMS that a case plays: stations are handed from case to case, turned away, cut, and waited for. */
import { expect } from 'chai';
import { loadMessageSchemas } from '../../schemas/ocpp.ts';
import { stationInMemory } from '../reference/station-in-memory.ts';
import { memoryDialer } from '../wire/memory.ts';
import { makeReception } from './cast.ts';
import type { Context } from './context.ts';
import { Doors } from './door.ts';
import { behaviour, drop } from './fault.ts';
import { runCase, type StationEnvironment } from './run-case.ts';
import { suite, testCase } from './test-case.ts';
import { Unmet } from './unmet.ts';
import { expect as word } from './words.ts';

const schemas = loadMessageSchemas();

/** A case of one check that does `run`, and passes where that does. */
function caseOf(run: (context: Context<'held'>) => Promise<void>, needs: readonly string[] = []) {
  const [spec] = suite('test', 'test', [
    testCase({
      id: 'test/player',
      title: 'player',
      sut: 'station',
      versions: ['1.6', '2.0.1'],
      needs,
      checks: { held: { ref: 'HeartbeatResponse.currentTime', level: 'SHALL', says: 'it held' } },
      catches: { held: drop('Heartbeat') },
      run,
    }),
  ]).cases;
  if (spec === undefined) throw new Error('no case');
  return spec;
}

const read = { key: ['HeartbeatInterval'] };

/** Reads a key, and holds that it was answered. */
const reads = async ({ csms, check }: Context<'held'>) => {
  await csms.ready();
  const reply = await csms.call('GetConfiguration', read);
  check('held', () => word(reply).to.be.callResult());
};

describe('the CSMS that a case plays', () => {
  it('hands a station on to the next case, on the same connection', async () => {
    const { clock, environment } = stationInMemory('1.6', schemas);
    const first = await clock.run(runCase(caseOf(reads), '1.6', 'CP01', environment));
    const second = await clock.run(runCase(caseOf(reads), '1.6', 'CP01', environment));
    expect([first.verdict, second.verdict]).to.deep.equal(['pass', 'pass']);
    expect(first.trace.filter(({ kind }) => kind === 'open').length).to.equal(1);
    expect(second.trace.filter(({ kind }) => kind === 'open').length).to.equal(0);
    expect(second.trace[0]?.text).to.equal('CP01 is connected since before the case');
  });

  it('serves a station between cases', async () => {
    const { clock, environment } = stationInMemory('1.6', schemas);
    await clock.run(runCase(caseOf(reads), '1.6', 'CP01', environment));
    // Ten heartbeats long; one without an answer would block all that come behind it.
    await clock.run(clock.sleep(600_000));
    const later = caseOf(async ({ csms, check }) => {
      const beat = await csms.awaitCall('Heartbeat', { timeoutMs: 70_000 });
      check('held', () => word(beat).to.not.equal(undefined));
    });
    expect((await clock.run(runCase(later, '1.6', 'CP01', environment))).verdict).to.equal('pass');
  });

  it('hands on no connection on which something was wrong on purpose, or is unanswered', async () => {
    const { clock, environment } = stationInMemory('1.6', schemas);
    const spoils = caseOf(async (context) => {
      await reads(context);
      context.csms.session.sendRaw('PlugProof');
    });
    await clock.run(runCase(spoils, '1.6', 'CP01', environment));
    const next = await clock.run(runCase(caseOf(reads), '1.6', 'CP01', environment));
    expect(next.verdict).to.equal('pass');
    expect(next.trace.filter(({ kind }) => kind === 'open').length).to.equal(1);
  });

  it('takes the first station that comes where none is named, and stays with it', async () => {
    const { clock, environment } = stationInMemory('1.6', schemas);
    const outcome = await clock.run(runCase(caseOf(reads), '1.6', '', environment));
    expect([outcome.verdict, outcome.identity]).to.deep.equal(['pass', 'CP01']);
    expect((await clock.run(runCase(caseOf(reads), '1.6', '', environment))).identity).to.equal('CP01');
  });

  it('calls a station that never comes unreachable, and waits less the second time', async () => {
    const { clock, environment } = stationInMemory('1.6', schemas);
    const first = await clock.run(runCase(caseOf(reads), '1.6', 'CP02', environment));
    expect([first.verdict, first.cause]).to.deep.equal(['error', 'unreachable']);
    expect(first.durationMs).to.equal(300_000);
    const second = await clock.run(runCase(caseOf(reads), '1.6', 'CP02', environment));
    expect(second.durationMs).to.equal(30_000);
  });

  it('says why it turned a station away', async () => {
    const { clock, environment } = stationInMemory('1.6', schemas);
    const outcome = await clock.run(runCase(caseOf(reads), '2.0.1', 'CP01', environment));
    expect(outcome.verdict).to.equal('inconclusive');
    expect(outcome.reason).to.match(/it offers ocpp1.6, not ocpp2.0.1/);
  });

  it('is away and comes back as a network does', async () => {
    const { clock, environment } = stationInMemory('1.6', schemas);
    const away = caseOf(async ({ csms, check, clock: time }) => {
      await csms.ready();
      await csms.goAway();
      await time.sleep(60_000);
      const during = csms.connected;
      csms.comeBack();
      const back = await csms.reconnection();
      check('held', () => word([during, back]).to.deep.equal([false, true]));
    });
    const outcome = await clock.run(runCase(away, '1.6', 'CP01', environment));
    expect(outcome.verdict, outcome.reason).to.equal('pass');
    expect(outcome.invariants).to.deep.equal([]);
  });

  it('answers what a case left open when the case is over', async () => {
    const { clock, environment } = stationInMemory('1.6', schemas);
    const holds = caseOf(async ({ csms, orders, check }) => {
      await csms.ready();
      csms.answer('Heartbeat', () => {});
      const since = csms.mark;
      await csms.call('TriggerMessage', orders.trigger('Heartbeat'));
      const beat = await csms.awaitCall('Heartbeat', { since });
      check('held', () => word(beat?.answered).to.equal(false));
    });
    const { verdict, trace } = await clock.run(runCase(holds, '1.6', 'CP01', environment));
    expect(verdict).to.equal('pass');
    const beat = trace.find(({ kind, action }) => kind === 'call' && action === 'Heartbeat');
    expect(trace.some(({ answers }) => answers !== undefined && answers === beat?.n)).to.equal(true);
  });

  /** Leaves a card at the reader, and maybe a cable in the charger. */
  const leaves = (cable: boolean) =>
    caseOf(
      async ({ csms, hands, token, check }) => {
        await csms.ready();
        if (cable) await hands.plugIn();
        else await hands.presentToken(await token('valid'));
        const told = await csms.awaitCall('StatusNotification', {
          where: ({ status }) => status === 'Preparing',
          since: 0,
        });
        check('held', () => word(told).to.not.equal(undefined));
      },
      ['plugIn', 'presentToken'],
    );

  it('waits until a card that no cable followed is forgotten, before the next case', async () => {
    const { clock, environment } = stationInMemory('1.6', schemas, [], { configuration: { ConnectionTimeOut: '20' } });
    const { verdict, trace, durationMs } = await clock.run(runCase(leaves(false), '1.6', 'CP01', environment));
    expect(verdict).to.equal('pass');
    expect(durationMs).to.be.within(20_000, 30_000);
    expect(trace.findLast(({ kind, action }) => kind === 'call' && action === 'StatusNotification')?.text).to.include(
      '"Available"',
    );
  });

  for (const [version, stop] of [
    ['1.6', 'RemoteStopTransaction'],
    ['2.0.1', 'RequestStopTransaction'],
  ] as const)
    it(`stops what a case that broke off has started, before the next one (${version})`, async () => {
      const { clock, environment } = stationInMemory(version, schemas);
      const breaks = caseOf(
        async ({ csms, hands, token, after }) => {
          await csms.ready();
          after(() => hands.plugOut());
          await hands.plugIn();
          await hands.presentToken(await token('valid'));
          await csms.awaitCall(['StartTransaction', 'TransactionEvent'], { since: 0 });
          throw new Unmet('it broke off');
        },
        ['plugIn', 'plugOut', 'presentToken'],
      );
      const { trace, invariants } = await clock.run(runCase(breaks, version, 'CP01', environment));
      expect(invariants).to.deep.equal([]);
      expect(trace.some(({ kind, action }) => kind === 'call' && action === stop)).to.equal(true);
      expect(trace.findLast(({ kind, action }) => kind === 'call' && action === 'StatusNotification')?.text).to.include(
        '"Available"',
      );
    });

  it('waits for a cable that stays in, and not once more', async () => {
    const { clock, environment } = stationInMemory('1.6', schemas);
    const first = await clock.run(runCase(leaves(true), '1.6', 'CP01', environment));
    expect(first.durationMs).to.be.within(60_000, 61_000);
    const restarts = caseOf(async ({ csms, check }) => {
      await csms.call('Reset', { type: 'Hard' });
      const told = await csms.awaitCall('StatusNotification', { where: ({ status }) => status === 'Preparing' });
      check('held', () => word(told).to.not.equal(undefined));
    });
    const second = await clock.run(runCase(restarts, '1.6', 'CP01', environment));
    expect([second.verdict, second.durationMs < 30_000]).to.deep.equal(['pass', true]);
  });

  it('hears a station that comes back before it takes it for the one that it was', async () => {
    const { clock, environment } = stationInMemory('1.6', schemas);
    const cuts = caseOf(async (context) => {
      await reads(context);
      await context.csms.call('Reset', { type: 'Hard' });
    });
    await clock.run(runCase(cuts, '1.6', 'CP01', environment));
    const holds = caseOf(async ({ csms, check, clock: time }) => {
      await csms.ready();
      csms.answer('BootNotification', {
        currentTime: new Date(time.now()).toISOString(),
        interval: 5,
        status: 'Rejected',
      });
      check('held', () => word(csms.registration).to.equal('Accepted'));
    });
    const { verdict, reason } = await clock.run(runCase(holds, '1.6', 'CP01', environment));
    expect(verdict, reason).to.equal('pass');
  });

  it('does not wait in each case for a station that stays on hold and serves all the same', async () => {
    const { clock, environment } = stationInMemory('1.6', schemas, [behaviour('never-retries', 'a boot is sent once')]);
    const holds = caseOf(async ({ csms, check, clock: time }) => {
      csms.answer('BootNotification', (call) => {
        call.respond({ currentTime: new Date(time.now()).toISOString(), interval: 5, status: 'Pending' });
      });
      await csms.connection();
      await time.sleep(1_000);
      check('held', () => word(csms.registration).to.equal('Pending'));
    });
    const { verdict } = await clock.run(runCase(holds, '1.6', 'CP01', environment));
    expect(verdict).to.equal('pass');
    const first = await clock.run(runCase(caseOf(reads), '1.6', 'CP01', environment));
    const second = await clock.run(runCase(caseOf(reads), '1.6', 'CP01', environment));
    expect([first.verdict, second.verdict]).to.deep.equal(['pass', 'pass']);
    expect(first.durationMs).to.be.at.least(300_000);
    expect(second.durationMs).to.be.below(1_000);
  });

  it('hands on no connection on which a CALL was not answered', async () => {
    const { clock, environment } = stationInMemory('1.6', schemas, [drop('GetConfiguration')]);
    const asks = caseOf(async ({ csms, check }) => {
      await csms.ready();
      const reply = await csms.call('GetConfiguration', read);
      check('held', () => word(reply.kind).to.equal('silence'));
    });
    const first = await clock.run(runCase(asks, '1.6', 'CP01', environment));
    const second = await clock.run(runCase(asks, '1.6', 'CP01', environment));
    expect(second.trace.filter(({ kind }) => kind === 'open').length, first.reason).to.equal(1);
  });

  it('names the gesture that nobody can make', async () => {
    const { clock, environment } = stationInMemory('1.6', schemas);
    const noHands: StationEnvironment = {
      ...environment,
      actuator: { ...environment.actuator, name: 'none', can: () => false },
    };
    const plugs = caseOf(
      async ({ csms, hands }) => {
        await csms.ready();
        await hands.plugIn();
      },
      ['plugIn'],
    );
    const { verdict, reason } = await clock.run(runCase(plugs, '1.6', 'CP01', noHands));
    expect(verdict).to.equal('inconclusive');
    expect(reason).to.match(/plugIn \(plug the cable in.*--actuator/);
  });

  const RIGHT = { authorization: `Basic ${btoa('CP01:0123456789abcdef')}` };

  it('refuses who has no identity, is not expected, or has the wrong credentials', async () => {
    const { clock } = stationInMemory('1.6', schemas);
    const reception = makeReception(
      {
        versions: ['1.6'],
        identities: ['CP01'],
        doors: new Doors(() => ({ profile: 1, password: new TextEncoder().encode('0123456789abcdef') })),
      },
      { clock, timeoutMs: 30_000, nextId: () => 'x' },
    );
    const dialer = memoryDialer(reception, clock);
    const knock = async (target: string, subprotocol: string, headers: Record<string, string>) => {
      const answer = await clock.run(dialer.dial({ target, subprotocols: [subprotocol], headers }));
      return answer.outcome === 'refused' ? answer.status : answer.outcome;
    };
    expect(await knock('/ocpp/', 'ocpp1.6', RIGHT)).to.equal(404);
    expect(await knock('/ocpp/CP02', 'ocpp1.6', RIGHT)).to.equal(404);
    expect(await knock('/ocpp/CP01', 'ocpp1.6', {})).to.equal(401);
    expect(await knock('/ocpp/CP01', 'ocpp2.0.1', RIGHT)).to.equal(400);
    expect(await knock('/ocpp/CP01', 'ocpp1.6', RIGHT)).to.equal('open');
  });
});
