/** Charger, 2.x transactions that are stopped or cut from afar, and what becomes of them without a connection. */
import { alter, behaviour, drop } from '../../src/judge/fault.ts';
import { at } from '../../src/judge/path.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import type { Payload } from '../../src/session.ts';
import { event as alterEvent, eventBehind, info, tellsOf } from './faults.v2.ts';
import { leave, pointsOf } from './points.v2.ts';
import { CONNECTOR, countOf, EVSE, ready, reset, statusesSince, statusTold } from './states.ts';
import { charging, ended, event, SESSION, stateOf, transactionOf, triggered, valueOfVariable } from './states.v2.ts';

const versions = ['2.0.1'] as const;

/** What a boot tells, and the variable of the station that tells the same. */
const FACTS = [
  ['vendorName', 'VendorName'],
  ['model', 'Model'],
] as const;

type Where = 'evse' | 'connector' | 'station';

const names: Readonly<Record<Where, string>> = { evse: 'An EVSE', connector: 'A connector', station: 'A station' };

const outLater = (where: Where, id: string, octt: string) => {
  const ref = where === 'station' ? 'G04.FR.06' : 'G03.FR.05';
  return testCase({
    id: `station/transactions/${id}`,
    title: `${names[where]} that is in use goes out of service when its transaction is over (2.0.1)`,
    sut: 'station',
    versions,
    octt: { '2.0.1': octt },
    needs: SESSION,
    checks: {
      scheduled: { ref, level: 'SHALL', says: 'while a transaction runs, the change is Scheduled' },
      running: { ref, level: 'SHALL', says: 'the transaction goes on' },
      done: {
        ref: 'G01.FR.05',
        level: 'SHALL',
        says: 'when it is over, the station tells that the connector is Unavailable',
      },
    },
    catches: {
      scheduled: alter('ChangeAvailability', { status: 'Accepted' }),
      running: eventBehind(
        'ChangeAvailability',
        'ends-for-availability',
        'a change of availability ends the transaction',
        {
          eventType: 'Ended',
          triggerReason: 'RemoteStop',
        },
      ),
      done: alter('StatusNotification', { connectorStatus: 'Available' }, tellsOf('Unavailable')),
    },
    async run(context) {
      const { after, check, csms, hands, orders } = context;
      const change = (operative: boolean) => ({
        ...orders.changeAvailability(operative, where === 'station' ? undefined : EVSE),
        ...(where === 'connector' && { evse: { id: EVSE, connectorId: CONNECTOR } }),
      });
      const { token } = await charging(context);
      after(() => csms.call('ChangeAvailability', change(true)));
      const since = csms.mark;
      const reply = await csms.call('ChangeAvailability', change(false));
      check('scheduled', () => expect(reply).to.be.callResult({ status: 'Scheduled' }));
      const ends = await countOf(context, 'TransactionEvent', since, ended);
      check('running', () => {
        expect(ends, 'transactions ended').to.equal(0);
        expect(statusesSince(context, since).get(EVSE), `EVSE ${EVSE}`).to.not.equal('Unavailable');
      });
      await hands.presentToken(token);
      await leave(context, await pointsOf(context, 'TxStopPoint'));
      const gone = await statusTold(context, 'Unavailable', since);
      check('done', () => expect(gone, `EVSE ${EVSE} told to be Unavailable`).to.not.equal(undefined));
    },
  });
};

export default suite('station/transactions', 'Transactions', [
  testCase({
    id: 'station/transactions/remote-stop-v2',
    title: 'A transaction is stopped from afar by its id, and by no other (2.0.1)',
    sut: 'station',
    versions,
    octt: { '2.0.1': ['TC_F_08_CS', 'TC_F_09_CS', 'TC_F_05_CS'] },
    needs: SESSION,
    checks: {
      locked: { ref: 'F05.FR.02', level: 'SHALL', says: 'while it runs, its connector is not unlocked' },
      wrong: { ref: 'F03.FR.08', level: 'SHALL', says: 'an id that is not its own is rejected, and it goes on' },
      accepted: { ref: 'F03.FR.03', level: 'SHALL', says: 'its own id is accepted' },
      stopped: { ref: 'F03.FR.09', level: 'SHALL', says: 'an event tells that it was stopped from afar' },
      withheld: { ref: 'F03.FR.02', level: 'SHALL', says: 'and from then on no energy is told to flow' },
      ended: {
        ref: 'F03.FR.03',
        level: 'SHALL',
        says: 'when the vehicle has gone, it has ended, and not by a local act',
      },
    },
    catches: {
      locked: alter('UnlockConnector', { status: 'Unlocked' }),
      wrong: alter('RequestStopTransaction', { status: 'Accepted' }),
      accepted: alter('RequestStopTransaction', { status: 'Rejected' }),
      stopped: [
        alterEvent({ triggerReason: 'StopAuthorized' }, 'RemoteStop'),
        info({ transactionId: 'PP-OTHER' }, 'RemoteStop'),
      ],
      withheld: info({ chargingState: 'Charging' }, 'RemoteStop'),
      ended: [
        info({ transactionId: 'PP-OTHER' }, 'Ended'),
        info({ stoppedReason: 'Local' }, 'Ended'),
        alterEvent({ eventType: 'Updated' }, 'Ended'),
      ],
    },
    async run(context) {
      const { check, csms, orders } = context;
      const { transactionId } = await charging(context);
      const unlock = await csms.call('UnlockConnector', orders.unlock(EVSE, CONNECTOR));
      check('locked', () => expect(unlock).to.be.callResult({ status: 'OngoingAuthorizedTransaction' }));
      const before = csms.mark;
      const wrong = await csms.call('RequestStopTransaction', { transactionId: 'plugproof-977' });
      const stops = await countOf(context, 'TransactionEvent', before, triggered('RemoteStop'));
      check('wrong', () => {
        expect(wrong).to.be.callResult({ status: 'Rejected' });
        expect(stops, 'events that stop it').to.equal(0);
      });
      const since = csms.mark;
      const reply = await csms.call('RequestStopTransaction', { transactionId });
      check('accepted', () => expect(reply).to.be.callResult({ status: 'Accepted' }));
      const stop = await event(context, since, triggered('RemoteStop'));
      check('stopped', () => expect(transactionOf(stop?.payload)).to.equal(transactionId));
      await leave(context, await pointsOf(context, 'TxStopPoint'));
      const end = await event(context, since, ended);
      check('withheld', () => {
        if (stop === undefined) expect.fail('it was not stopped');
        const told = csms.calls(csms.calls(0).indexOf(stop), 'TransactionEvent').map(({ payload }) => stateOf(payload));
        expect(told).to.not.include('Charging');
      });
      check('ended', () => {
        expect(transactionOf(end?.payload)).to.equal(transactionId);
        const reasons = triggered('RemoteStop')(end?.payload ?? {}) ? ['Remote'] : ['Remote', 'EVDisconnected'];
        expect(at(end?.payload, 'transactionInfo.stoppedReason')).to.be.oneOf(reasons);
      });
    },
  }),

  testCase({
    id: 'station/transactions/reset-at-once-v2',
    title: 'A transaction is ended by a reset at once, and the station boots (2.0.1)',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_B_22_CS' },
    needs: SESSION,
    checks: {
      accepted: { ref: 'B12.FR.02', level: 'SHALL', says: 'the reset is accepted' },
      ended: {
        ref: 'B12.FR.04',
        level: 'SHALL',
        says: 'an event tells that the transaction has ended because of the reset',
      },
      boots: { ref: 'B01.FR.09', level: 'SHALL', says: 'the station boots, because of a reset from afar' },
    },
    catches: {
      accepted: alter('Reset', { status: 'Scheduled' }),
      ended: [
        info({ stoppedReason: 'PowerLoss' }, 'Ended'),
        alterEvent({ triggerReason: 'RemoteStop' }, 'Ended'),
        drop('TransactionEvent', tellsOf('Ended')),
      ],
      boots: [
        behaviour('boots-once', 'after a reset no BootNotification is sent'),
        alter('BootNotification', { reason: 'PowerUp' }),
      ],
    },
    async run(context) {
      const { check, csms } = context;
      const { transactionId } = await charging(context);
      const since = csms.mark;
      const { reply, boot } = await reset(context, 'now');
      check('accepted', () => expect(reply).to.be.callResult({ status: 'Accepted' }));
      check('boots', () => expect(boot?.payload['reason']).to.equal('RemoteReset'));
      const end = await event(context, since, ended, csms.patienceMs);
      check('ended', () => {
        expect(transactionOf(end?.payload)).to.equal(transactionId);
        expect(end?.payload['triggerReason']).to.equal('ResetCommand');
        expect(at(end?.payload, 'transactionInfo.stoppedReason')).to.equal('ImmediateReset');
      });
    },
  }),

  testCase({
    id: 'station/transactions/reset-when-idle-v2',
    title: 'A reset that is to wait for the transaction waits for it (2.0.1)',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_B_21_CS' },
    needs: SESSION,
    checks: {
      scheduled: { ref: 'B12.FR.01', level: 'SHALL', says: 'the reset is Scheduled' },
      running: { ref: 'B12.FR.03', level: 'SHALL', says: 'the transaction goes on' },
      boots: {
        ref: 'B01.FR.09',
        level: 'SHALL',
        says: 'when it is over, the station boots, because of a reset that was scheduled',
      },
    },
    catches: {
      scheduled: alter('Reset', { status: 'Accepted' }),
      running: eventBehind('Reset', 'ends-for-a-reset', 'a reset that is to wait ends the transaction', {
        eventType: 'Ended',
        triggerReason: 'ResetCommand',
      }),
      boots: [
        behaviour('boots-once', 'after a reset no BootNotification is sent'),
        alter('BootNotification', { reason: 'PowerUp' }),
      ],
    },
    async run(context) {
      const { check, csms, hands, orders } = context;
      const { token } = await charging(context);
      const since = csms.mark;
      const reply = await csms.call('Reset', orders.reset('idle'));
      check('scheduled', () => expect(reply).to.be.callResult({ status: 'Scheduled' }));
      const ends = await countOf(context, 'TransactionEvent', since, ended);
      check('running', () => expect(ends, 'transactions ended').to.equal(0));
      // Asked before it may restart.
      const points = await pointsOf(context, 'TxStopPoint');
      await hands.presentToken(token);
      await leave(context, points);
      const boot = await csms.awaitCall('BootNotification', { since, timeoutMs: csms.patienceMs });
      check('boots', () => expect(boot?.payload['reason']).to.equal('ScheduledReset'));
    },
  }),

  outLater('evse', 'out-of-service-later-v2', 'TC_G_11_CS'),
  outLater('connector', 'connector-out-of-service-later-v2', 'TC_G_17_CS'),
  outLater('station', 'station-out-of-service-later-v2', 'TC_G_14_CS'),

  testCase({
    id: 'station/transactions/idle-reset-reason',
    title: 'A station that restarts while idle says why, and tells that its connectors are free (2.0.1)',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_B_20_CS' },
    checks: {
      accepted: { ref: 'B11.FR.01', level: 'SHALL', says: 'the reset is accepted' },
      reason: { ref: 'B01.FR.09', level: 'SHALL', says: 'the station boots, because of a reset from afar' },
      same: {
        ref: 'BootNotificationRequest.chargingStation',
        level: 'SHALL',
        says: 'what it says it is agrees with its device model',
      },
      status: { ref: 'B01.FR.05', level: 'SHALL', says: 'the station tells that the connector is Available' },
    },
    catches: {
      accepted: alter('Reset', { status: 'Scheduled' }),
      reason: alter('BootNotification', { reason: 'PowerUp' }),
      same: [
        alter('BootNotification', { chargingStation: { model: 'another' } }),
        alter('BootNotification', { chargingStation: { vendorName: 'another' } }),
      ],
      status: behaviour('silent-after-restart', 'after a restart no status is told'),
    },
    async run(context) {
      const { check } = context;
      await ready(context);
      const { reply, boot, since } = await reset(context, 'idle');
      check('accepted', () => expect(reply).to.be.callResult({ status: 'Accepted' }));
      check('reason', () => expect(boot?.payload['reason']).to.equal('RemoteReset'));
      const said = (boot?.payload['chargingStation'] ?? {}) as Payload;
      const known: [field: string, value: string | undefined][] = [];
      for (const [field, name] of FACTS)
        known.push([field, await valueOfVariable(context, { name: 'ChargingStation' }, name)]);
      check('same', () => {
        expect(said['vendorName'], 'vendorName').to.not.be.oneOf([undefined, '']);
        expect(said['model'], 'model').to.not.be.oneOf([undefined, '']);
        for (const [field, value] of known)
          if (value !== undefined && value !== '') expect(said[field], field).to.equal(value);
      });
      const free = boot && (await statusTold(context, 'Available', since));
      check('status', () => expect(free, `EVSE ${EVSE} told to be Available`).to.not.equal(undefined));
    },
  }),
]);
