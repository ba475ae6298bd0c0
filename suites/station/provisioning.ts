/** Charger, provisioning: boots and resets, what both versions have of them. A boot is brought about by a reset. */
import type { Context } from '../../src/judge/context.ts';
import { alter, behaviour, drop, refuses } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import type { Level } from '../../src/report.ts';
import { hearing } from './hearing.ts';
import { anyStatusTold, EVSE, quiet, ready, reset, statusesSince, statusTold, unavailable } from './states.ts';

const both = ['1.6', '2.0.1'] as const;

/** Seconds between heartbeats that the case orders: not a default of anybody, and soon over. */
const INTERVAL_S = 3;
/** Seconds to the next boot that the case orders. */
const RETRY_S = 3;
/** How much later or earlier a timer of a charger may fire: clocks are coarse, and machines are busy. */
const SLACK_S = 1.5;

const bootsOnce = behaviour('boots-once', 'after a reset no BootNotification is sent');
const statusCheck = {
  ref: { '1.6': 'E 3.22', '2.0.1': 'B01.FR.05' },
  level: 'SHALL',
  says: 'once it is accepted, the station tells the status of its connectors',
} as const;

const resets = (when: 'now' | 'idle', id: string, title: string, octt: { '1.6': string; '2.0.1'?: string }) =>
  testCase({
    id: `station/provisioning/${id}`,
    title,
    sut: 'station',
    versions: both,
    octt,
    checks: {
      accepted: { ref: { '1.6': '5.14', '2.0.1': 'B11.FR.01' }, level: 'SHALL', says: 'the reset is accepted' },
      boots: {
        ref: { '1.6': '4.2', '2.0.1': 'B01.FR.03' },
        level: 'SHALL',
        says: 'the station restarts and sends BootNotification',
      },
      status: statusCheck,
      persists: {
        ref: { '1.6': '5.14', '2.0.1': 'B11.FR.02' },
        level: 'SHALL',
        says: 'an EVSE that was out of service before is out of service after it',
      },
      returns: {
        ref: { '1.6': '5.2', '2.0.1': 'G03.FR.06' },
        level: 'SHALL',
        says: 'put in service again, it tells that it is available',
      },
    },
    catches: {
      accepted: [alter('Reset', { status: 'Rejected' }), refuses('Reset', 'InternalError')],
      boots: bootsOnce,
      status: behaviour('silent-after-restart', 'after a restart no status is told'),
      persists: behaviour('forgets-at-restart', 'after a restart everything is available'),
      returns: alter(
        'ChangeAvailability',
        { status: 'Rejected' },
        { when: (_, asked) => /"Operative"/.test(JSON.stringify(asked)) },
      ),
    },
    async run(context) {
      const { check, csms, orders } = context;
      await ready(context);
      await unavailable(context, EVSE);
      const { reply, boot, since } = await reset(context, when);
      check('accepted', () => expect(reply).to.be.callResult({ status: 'Accepted' }));
      check('boots', () => expect(boot, 'a BootNotification after the reset').to.not.equal(undefined));
      if (boot === undefined) throw new Unmet('the station did not boot');
      const told = await anyStatusTold(context, since);
      check('status', () => expect(told, `status of EVSE ${EVSE}`).to.not.equal(undefined));
      await quiet(context);
      check('persists', () => expect(statusesSince(context, since).get(EVSE)).to.equal('Unavailable'));
      const mark = csms.mark;
      const back = await csms.call('ChangeAvailability', orders.changeAvailability(true, EVSE));
      check('returns', () => expect(back).to.be.callResult({ status: 'Accepted' }));
      const available = await statusTold(context, 'Available', mark);
      check('returns', () => expect(available, `EVSE ${EVSE} told to be Available`).to.not.equal(undefined));
    },
  });

/** What 2.x demands of a station on hold, 1.6 leaves at SHOULD. */
const pending = (id: string, version: '1.6' | '2.0.1', level: Level, octt: string) =>
  testCase({
    id: `station/provisioning/${id}`,
    title: `A station on hold answers, is silent, and asks again when it was told to (${version})`,
    sut: 'station',
    versions: [version],
    octt: { [version]: octt },
    checks: {
      serves: {
        ref: { '1.6': '4.2', '2.0.1': 'B02.FR.01' },
        level,
        says: 'while it is on hold, it lets its configuration be read',
      },
      again: {
        ref: { '1.6': '4.2', '2.0.1': 'B02.FR.08' },
        level: 'SHALL',
        says: 'after the interval, the station registers again',
      },
      patient: {
        ref: { '1.6': '4.2', '2.0.1': 'B02.FR.04' },
        level,
        says: 'it does not register again before the interval is over',
      },
      status: statusCheck,
    },
    catches: {
      serves: {
        '1.6': refuses('GetConfiguration', 'InternalError'),
        '2.0.1': refuses('GetVariables', 'InternalError'),
      },
      again: behaviour('never-retries', 'a boot that was not accepted is never sent again'),
      patient: behaviour('retries-at-once', 'a boot that was not accepted is sent again a second later'),
      status: drop('StatusNotification'),
    },
    run: (context) =>
      heldBack(context, 'Pending', async () => {
        const { action, payload } = hearing[context.dialect.version].read;
        const reply = await context.csms.call(action, payload);
        context.check('serves', () => expect(reply).to.be.callResult());
      }),
  });

export default suite('station/provisioning', 'Provisioning', [
  resets('now', 'reset-at-once', 'The station restarts when it is told to, and forgets nothing that was ordered', {
    '1.6': 'TC_013_CS',
  }),
  resets('idle', 'reset-when-idle', 'An idle station that is to restart when idle does so, and forgets nothing', {
    '1.6': 'TC_014_CS',
    '2.0.1': 'TC_B_23_CS',
  }),

  testCase({
    id: 'station/provisioning/boot',
    title: 'A station that boots registers, tells its statuses and beats at the interval that it was given',
    sut: 'station',
    versions: both,
    octt: { '1.6': 'TC_001_CS', '2.0.1': 'TC_B_01_CS' },
    checks: {
      boots: {
        ref: { '1.6': '4.2', '2.0.1': 'B01.FR.01' },
        level: 'SHALL',
        says: 'the station registers after its restart',
      },
      status: statusCheck,
      alive: {
        ref: { '1.6': '4.6', '2.0.1': 'G02.FR.02' },
        level: 'SHALL',
        says: 'no interval goes by without a message of the station',
      },
      // Other messages may stand in for a heartbeat (1.6 section 4.6, 2.x G02.FR.05), so only too early is wrong.
      pace: {
        ref: { '1.6': '4.2', '2.0.1': 'B01.FR.04' },
        level: 'SHALL',
        says: 'heartbeats are not closer together than the interval',
      },
    },
    catches: {
      boots: bootsOnce,
      status: drop('StatusNotification'),
      alive: behaviour('keeps-own-interval', 'the interval in the answer to the boot is not heard'),
      pace: {
        name: 'heartbeats-twice',
        says: 'each heartbeat is followed by another',
        rewrite: (out) =>
          out.kind === 'call' && out.action === 'Heartbeat'
            ? [{ text: out.text }, { text: `[2,"${out.id}b","Heartbeat",{}]`, afterMs: 1_000 }]
            : undefined,
      },
    },
    async run(context) {
      const { check, clock, csms } = context;
      await ready(context);
      csms.answer('BootNotification', (call) =>
        call.respond({
          currentTime: new Date(clock.now()).toISOString(),
          interval: INTERVAL_S,
          status: 'Accepted',
        }),
      );
      const { boot, since } = await reset(context, 'now');
      check('boots', () => expect(boot, 'a BootNotification after the reset').to.not.equal(undefined));
      if (boot === undefined) throw new Unmet('the station did not boot');
      const told = await statusTold(context, 'Available', since);
      check('status', () => expect(told, `StatusNotification of EVSE ${EVSE}`).to.not.equal(undefined));

      const timeoutMs = 3 * (INTERVAL_S + SLACK_S) * 1000;
      const first = await csms.awaitCall('Heartbeat', { since, timeoutMs });
      const mark = csms.mark;
      const second = first && (await csms.awaitCall('Heartbeat', { since: mark, timeoutMs }));
      check('alive', () => {
        const times = [...csms.calls(since).map(({ at }) => at), clock.monotonic()];
        for (const [i, at] of times.slice(1).entries())
          expect((at - (times[i] ?? at)) / 1000, 'seconds between two messages').to.be.at.most(INTERVAL_S + SLACK_S);
      });
      check('pace', () => {
        if (first === undefined || second === undefined) return;
        expect((second.at - first.at) / 1000, 'seconds between two heartbeats').to.be.at.least(INTERVAL_S - SLACK_S);
      });
    },
  }),

  pending('boot-pending-v16', '1.6', 'SHOULD', 'TC_002_CS'),
  pending('boot-pending', '2.0.1', 'SHALL', 'TC_B_02_CS'),

  testCase({
    id: 'station/provisioning/boot-rejected',
    title: 'A station that is rejected is silent, and asks again when it was told to',
    sut: 'station',
    versions: both,
    octt: { '2.0.1': 'TC_B_03_CS' },
    checks: {
      again: {
        ref: { '1.6': '4.2', '2.0.1': 'B03.FR.06' },
        level: 'SHALL',
        says: 'after the interval, the station registers again',
      },
      patient: {
        ref: { '1.6': '4.2', '2.0.1': 'B03.FR.02' },
        level: 'SHALL',
        says: 'it does not register again before the interval is over',
      },
      status: statusCheck,
    },
    catches: {
      again: behaviour('never-retries', 'a boot that was not accepted is never sent again'),
      patient: behaviour('retries-at-once', 'a boot that was not accepted is sent again a second later'),
      status: drop('StatusNotification'),
    },
    run: (context) => heldBack(context, 'Rejected', async () => {}),
  }),
]);

/** A boot that is answered with `status` once, and the next one as it should be. */
async function heldBack(
  context: Context<'again' | 'patient' | 'status'>,
  status: 'Pending' | 'Rejected',
  meanwhile: () => Promise<void>,
): Promise<void> {
  const { check, clock, csms } = context;
  await ready(context);
  csms.answer('BootNotification', (call) => {
    call.respond({ currentTime: new Date(clock.now()).toISOString(), interval: RETRY_S, status });
    csms.answer('BootNotification', undefined);
  });
  const { boot, since } = await reset(context, 'now');
  if (boot === undefined) throw new Unmet('the station did not boot after a reset');
  await meanwhile();
  const again = await csms.awaitCall('BootNotification', { since, timeoutMs: csms.patienceMs });
  check('again', () => expect(again, 'another BootNotification').to.not.equal(undefined));
  check('patient', () => {
    if (again === undefined) expect.fail('there is no other BootNotification');
    expect((again.at - boot.at) / 1000, 'seconds between the two').to.be.at.least(RETRY_S - 1);
  });
  if (again === undefined) return;
  const told = await anyStatusTold(context, csms.calls(0).indexOf(again) + 1);
  check('status', () => expect(told, `status of EVSE ${EVSE}`).to.not.equal(undefined));
}
