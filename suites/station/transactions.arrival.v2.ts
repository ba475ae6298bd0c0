/** Charger, 2.x: a driver who does not plug in, or too late, and a vehicle that is not ready. */
import type { Context } from '../../src/judge/context.ts';
import { alter, behaviour } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import type { IncomingCall, Payload } from '../../src/session.ts';
import type { Token } from '../../src/sut/system-under-test.ts';
import { event as alterEvent, info, tellsOf } from './faults.v2.ts';
import { charges as chargesSomebody } from './judging.auth.v2.ts';
import { pointsOf } from './points.v2.ts';
import { idle } from './states.auth.v2.ts';
import { countOf, inTime, quiet, ready, statusTold } from './states.ts';
import {
  configured,
  ended,
  event,
  expectEvent,
  isOffered,
  SESSION,
  started,
  stateOf,
  tidied,
  transactionOf,
  triggered,
} from './states.v2.ts';

const versions = ['2.0.1'] as const;

/** Seconds that a cable may take. */
const CABLE_S = 9;
/** Seconds by which a timer may be early: it counts from when its charger noticed. */
const EARLY_S = 2;

interface Waited {
  readonly token: Token;
  readonly since: number;
  /** The event with which the token started a transaction, where it did. */
  readonly start: IncomingCall | undefined;
}

/** A token is presented, and nobody plugs in until the time for it is over. @throws Unmet */
async function nobodyComes(context: Context<'over'>): Promise<Waited> {
  const { check, clock, csms, hands } = context;
  await ready(context);
  const starts = (await pointsOf(context, 'TxStartPoint')).has('Authorized');
  const stop = await pointsOf(context, 'TxStopPoint');
  await configured(context, 'TxCtrlr', 'EVConnectionTimeOut', String(CABLE_S));
  await quiet(context);
  tidied(context);
  const token = await context.token('valid');
  const since = csms.mark;
  await hands.presentToken(token);
  await csms.awaitCall('Authorize', { since, timeoutMs: context.sut.timeoutMs / 3 });
  const start = starts ? await event(context, since, started) : undefined;
  if (starts && start === undefined) throw new Unmet('no transaction started with an accepted token');
  if (!starts) {
    await clock.sleep((CABLE_S + EARLY_S) * 1000);
    await quiet(context);
    check('over', () => expect(csms.calls(since, 'TransactionEvent').length, 'events of a transaction').to.equal(0));
    return { token, since, start };
  }
  const over = await event(context, since, triggered('EVConnectTimeout'), inTime(context, CABLE_S));
  check('over', () => {
    const transactionId = transactionOf(start?.payload);
    // Where the authorization does not end it, it SHOULD end all the same (E03.FR.05).
    const ends = stop.has('Authorized') || stop.has('PowerPathClosed') || over?.payload['eventType'] === 'Ended';
    const how = ends ? ({ type: 'Ended', reason: ['Timeout'] } as const) : ({ type: 'Updated' } as const);
    expectEvent(over, 'that nobody came', { transactionId, ...how });
    expect(((over?.at ?? 0) - (start?.at ?? 0)) / 1000, 'seconds until then').to.be.at.least(CABLE_S - EARLY_S);
  });
  return { token, since, start };
}

const overCheck = {
  ref: 'C01.FR.26',
  level: 'SHALL',
  says: 'when the time for the cable is over, so is the authorization, and an event tells so where a transaction runs',
} as const;
const overFaults = [
  alterEvent({ triggerReason: 'RemoteStop' }, 'EVConnectTimeout'),
  alterEvent({ eventType: 'Updated' }, 'EVConnectTimeout'),
  info({ stoppedReason: 'Local' }, 'EVConnectTimeout'),
  info({ transactionId: 'PP-OTHER' }, 'EVConnectTimeout'),
];

export default suite('station/transactions', 'Transactions', [
  testCase({
    id: 'station/transactions/nobody-comes-v2',
    title: 'A token that is followed by no cable is forgotten after some time, and the next one charges (2.0.1)',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_E_05_CS' },
    needs: SESSION,
    checks: {
      over: overCheck,
      again: { ref: 'E01.FR.18', level: 'SHALL', says: 'presented again, with a cable in, it charges' },
    },
    catches: { over: overFaults, again: info({ chargingState: 'EVConnected' }, 'Charging') },
    async run(context) {
      const { check, csms, hands } = context;
      const { token, start } = await nobodyComes(context);
      const since = csms.mark;
      await hands.presentToken(token);
      await csms.awaitCall(['Authorize', 'TransactionEvent'], { since, timeoutMs: context.sut.timeoutMs / 3 });
      await hands.plugIn();
      const offered = await event(context, since, isOffered);
      check('again', () => {
        expectEvent(offered, 'that energy is offered', {});
        if (start && csms.calls(0, 'TransactionEvent').some(({ payload }) => ended(payload)))
          expect(transactionOf(offered?.payload), 'a new transaction').to.not.equal(transactionOf(start.payload));
      });
    },
  }),

  testCase({
    id: 'station/transactions/comes-too-late-v2',
    title: 'A cable that comes when the time for it is over charges nothing (2.0.1)',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_E_39_CS' },
    needs: SESSION,
    checks: {
      over: overCheck,
      occupied: { ref: 'G01.FR.07', level: 'SHALL', says: 'the connector is told to be Occupied' },
      idle: { ref: 'C01.FR.26', level: 'SHALL', says: 'nobody is told to be authorized, and no energy is offered' },
    },
    catches: {
      over: overFaults,
      occupied: alter('StatusNotification', { connectorStatus: 'Available' }, tellsOf('Occupied')),
      idle: info({ chargingState: 'Charging' }, 'CablePluggedIn'),
    },
    async run(context) {
      const { check, csms, hands } = context;
      await nobodyComes(context);
      const since = csms.mark;
      await hands.plugIn();
      const occupied = await statusTold(context, 'Occupied', since);
      check('occupied', () => expect(occupied, 'Occupied').to.not.equal(undefined));
      const charges = await countOf(
        context,
        'TransactionEvent',
        since,
        (payload) => isOffered(payload) || triggered('Authorized')(payload),
      );
      check('idle', () => expect(charges, 'events that tell of an authorization, or of energy').to.equal(0));
    },
  }),

  testCase({
    id: 'station/transactions/vehicle-not-ready',
    title: 'A vehicle that is not ready is told to be waited for, and charges when it is (2.0.1)',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_E_38_CS' },
    needs: [...SESSION, 'evSuspends', 'evReady'],
    checks: {
      waits: { ref: 'E01.FR.18', level: 'SHALL', says: 'while it is not ready, nothing is told to flow' },
      told: { ref: 'E01.FR.19', level: 'SHOULD', says: 'an event tells that the vehicle is waited for: SuspendedEV' },
      charges: { ref: 'E01.FR.18', level: 'SHALL', says: 'when it is ready, an event tells that energy flows' },
    },
    catches: {
      waits: info({ chargingState: 'Charging' }, 'SuspendedEV'),
      told: info({ chargingState: 'SuspendedEVSE' }, 'SuspendedEV'),
      charges: [info({ chargingState: 'SuspendedEV' }, 'Charging'), info({ transactionId: 'PP-OTHER' }, 'Charging')],
    },
    async run(context) {
      const { after, check, csms, hands } = context;
      await ready(context);
      const points = await pointsOf(context, 'TxStartPoint');
      if (['ParkingBayOccupancy', 'EVConnected', 'Authorized', 'PowerPathClosed'].every((point) => !points.has(point)))
        throw new Unmet(`TxCtrlr.TxStartPoint is ${[...points].join()}: without energy there is no transaction`);
      await quiet(context);
      tidied(context);
      const token = await context.token('valid');
      const since = csms.mark;
      after(() => hands.evReady());
      await hands.evSuspends();
      await hands.presentToken(token);
      await csms.awaitCall('Authorize', { since, timeoutMs: context.sut.timeoutMs / 3 });
      await hands.plugIn();
      const waits = await event(context, since, (payload) => stateOf(payload) === 'SuspendedEV');
      const flows = (payload: Payload) => stateOf(payload) === 'Charging';
      const early = await countOf(context, 'TransactionEvent', since, flows);
      check('waits', () => expect(early, 'events that tell of a flow').to.equal(0));
      check('told', () => expectEvent(waits, 'that the vehicle is waited for', { trigger: ['ChargingStateChanged'] }));
      const start = csms.calls(since, 'TransactionEvent').find(({ payload }) => started(payload));
      await hands.evReady();
      const charges = await event(context, since, flows);
      check('charges', () => {
        const transactionId = transactionOf(start?.payload);
        expectEvent(charges, 'that energy flows', { type: 'Updated', transactionId });
      });
    },
  }),

  testCase({
    id: 'station/transactions/asks-nobody',
    title: 'Where the CSMS is not to be asked, a token that is not known charges nothing (2.0.1)',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_E_52_CS' },
    feature: 'C-58',
    needs: SESSION,
    checks: {
      asked: { ref: 'C01.FR.05', level: 'SHALL', says: 'the CSMS is not asked' },
      idle: { ref: 'C01.FR.02', level: 'SHALL', says: 'with a cable in, nobody is told to charge' },
    },
    catches: {
      asked: behaviour('asks-all-the-same', 'DisableRemoteAuthorization is not heard'),
      idle: behaviour('asks-all-the-same', 'DisableRemoteAuthorization is not heard'),
    },
    async run(context) {
      const { check, csms, hands } = context;
      await idle(context);
      await configured(context, 'AuthCtrlr', 'DisableRemoteAuthorization', 'true');
      const token = await context.token('valid');
      const since = csms.mark;
      await hands.presentToken(token);
      const asked = await countOf(context, 'Authorize', since);
      check('asked', () => expect(asked, 'times that the CSMS was asked').to.equal(0));
      await hands.plugIn();
      await statusTold(context, 'Occupied', since);
      const told = await countOf(context, 'TransactionEvent', since, chargesSomebody);
      check('idle', () => expect(told, 'events that tell of somebody who charges').to.equal(0));
    },
  }),
]);
