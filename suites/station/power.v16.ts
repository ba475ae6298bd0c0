/** Charger, 1.6: what a loss of power ends, and what it does not. */
import type { Context } from '../../src/judge/context.ts';
import { alter, behaviour, drop } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import type { IncomingCall } from '../../src/session.ts';
import { stopFaults } from './faults.v16.ts';
import { between, expectStatus, expectStop } from './judging.v16.ts';
import { EVSE, quiet, ready } from './states.ts';
import { charging, connectors, isTold, OFFERED, SESSION, stopped } from './states.v16.ts';

const versions = ['1.6'] as const;

const bootsOnce = behaviour('boots-once', 'after a restart no BootNotification is sent');

/** A station that finds out late that its power was gone may call it by another name; the other reasons are somebody's doing. */
const REASONS = ['PowerLoss', 'Reboot', 'Other', 'Local', undefined];

/**
 * The end of a transaction whose power was lost.
 * @throws Unmet where it goes on when power is back, which 1.6 leaves open: it is told to, and ends when it is stopped from afar
 */
async function ended(context: Context, transactionId: number, since: number, boot: IncomingCall | undefined) {
  const { csms } = context;
  const [early] = csms.calls(since, 'StopTransaction');
  if (early !== undefined) return early;
  const next = await csms.awaitCall(['StopTransaction', 'StatusNotification'], {
    since,
    after: boot?.n ?? 0,
    where: (payload, action) => action === 'StopTransaction' || isTold(OFFERED)(payload),
    timeoutMs: csms.patienceMs,
  });
  if (next?.action !== 'StatusNotification') return next;
  const late = await stopped(context, since);
  if (late !== undefined) return late;
  await csms.call('RemoteStopTransaction', { transactionId });
  const stop = await stopped(context, since);
  if (stop?.payload['transactionId'] === transactionId && stop.payload['reason'] === 'Remote')
    throw new Unmet(
      'the transaction goes on when power is back: set the station up to end it, so that its end can be judged',
    );
  return undefined;
}

export default suite('station/transactions', 'Transactions', [
  testCase({
    id: 'station/transactions/power-lost',
    title:
      'A transaction that a loss of power ended is told to be over, before the station goes down or once it is back',
    sut: 'station',
    versions,
    octt: { '1.6': ['TC_032_1_CS', 'TC_032_2_CS'] },
    needs: [...SESSION, 'powerCycle'],
    checks: {
      boots: { ref: '4.2', level: 'SHALL', says: 'the station sends BootNotification when power is back' },
      stopped: {
        ref: '4.10',
        level: 'SHALL',
        says: 'the transaction is told to be over, under its number, for no reason that lies in somebody',
      },
      reason: { ref: '7.36', level: 'SHOULD', says: 'the reason is the loss of power' },
      status: {
        ref: 'E 3.22',
        level: 'SHALL',
        says: 'once it is accepted, the station tells that the connector does not charge',
      },
    },
    catches: {
      boots: bootsOnce,
      stopped: stopFaults('DeAuthorized'),
      reason: alter('StopTransaction', { reason: 'Local' }),
      status: behaviour('silent-after-restart', 'after a restart no status is told'),
    },
    async run(context) {
      const { check, clock, csms, hands, sut } = context;
      const { start, transactionId } = await charging(context);
      const since = csms.mark;
      const lostAt = clock.now();
      await hands.powerCycle();
      const boot = await csms.awaitCall('BootNotification', { since, timeoutMs: csms.patienceMs });
      check('boots', () => expect(boot, 'a BootNotification').to.not.equal(undefined));
      const stop = await ended(context, transactionId, since, boot);
      check('stopped', () =>
        expectStop(stop, { transactionId, reasons: REASONS, start, ...between(lostAt, clock.now(), sut) }),
      );
      check('reason', () => expect(stop?.payload['reason']).to.equal('PowerLoss'));
      if (boot === undefined) throw new Unmet('the station did not boot');
      const after = await csms.awaitCall('StatusNotification', {
        since,
        after: boot.n,
        where: ({ connectorId }) => connectorId === EVSE,
      });
      check('status', () => expectStatus(after, ['Finishing', 'Preparing', 'Available']));
    },
  }),

  testCase({
    id: 'station/transactions/power-lost-unavailable',
    title: 'A station that is out of service is out of service when power is back, with all its connectors',
    sut: 'station',
    versions,
    octt: { '1.6': 'TC_034_CS' },
    needs: ['powerCycle'],
    checks: {
      told: { ref: '5.2', level: 'SHALL', says: 'the station and each connector are told to be Unavailable' },
      boots: { ref: '4.2', level: 'SHALL', says: 'the station sends BootNotification when power is back' },
      persists: { ref: '4.9', level: 'SHALL', says: 'once it is accepted, each is told to be Unavailable again' },
      returns: { ref: '5.2', level: 'SHALL', says: 'put in service again, each is told to be Available' },
    },
    catches: {
      told: drop('StatusNotification', {
        when: (payload) => /"connectorId":2.*"Unavailable"/.test(JSON.stringify(payload)),
      }),
      boots: bootsOnce,
      persists: [
        behaviour('forgets-at-restart', 'after a restart everything is available'),
        behaviour('silent-after-restart', 'after a restart no status is told'),
      ],
      returns: alter(
        'StatusNotification',
        { connectorId: 1 },
        { when: (payload) => /"connectorId":2.*"Available"/.test(JSON.stringify(payload)) },
      ),
    },
    async run(context) {
      const { after, check, csms, hands, orders } = context;
      await ready(context);
      const count = await connectors(context);
      await quiet(context);
      const all = Array.from({ length: count + 1 }, (_, i) => i);
      /** Every connector, and the station as such, is told to be so. */
      const each = async (status: string, since: number, id: 'told' | 'persists' | 'returns') => {
        for (const connectorId of all) {
          const call = await csms.awaitCall('StatusNotification', {
            since,
            where: (payload) => payload['connectorId'] === connectorId && payload['status'] === status,
          });
          check(id, () => expectStatus(call, [status], connectorId));
        }
      };
      const since = csms.mark;
      after(() => csms.call('ChangeAvailability', orders.changeAvailability(true)));
      await csms.need('ChangeAvailability', orders.changeAvailability(false), ['Accepted']);
      await each('Unavailable', since, 'told');
      const down = csms.mark;
      await hands.powerCycle();
      const boot = await csms.awaitCall('BootNotification', { since: down, timeoutMs: csms.patienceMs });
      check('boots', () => expect(boot, 'a BootNotification').to.not.equal(undefined));
      if (boot === undefined) throw new Unmet('the station did not boot');
      await each('Unavailable', csms.calls(0).indexOf(boot), 'persists');
      await quiet(context);
      const back = csms.mark;
      await csms.need('ChangeAvailability', orders.changeAvailability(true), ['Accepted']);
      await each('Available', back, 'returns');
    },
  }),
]);
