/** Charger, 2.x: a cable that is taken out of the vehicle in the middle of a session, for good or for a time. */
import type { Context } from '../../src/judge/context.ts';
import { alter, type Fault } from '../../src/judge/fault.ts';
import { at } from '../../src/judge/path.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import type { Payload } from '../../src/session.ts';
import { event as alterEvent, info, tellsOf } from './faults.v2.ts';
import { pointIs, pointsOf } from './points.v2.ts';
import { countOf, inTime, quiet, ready, statusTold } from './states.ts';
import {
  type Charging,
  charging,
  configured,
  ended,
  event,
  expectEvent,
  isOffered,
  preferred,
  SESSION,
  triggered,
} from './states.v2.ts';

const versions = ['2.0.1'] as const;

/** Seconds that a cable may take. */
const CABLE_S = 9;
/** More than anybody needs to plug in again. */
const LONG_S = 300;

/** Energy flows, or is about to, for a vehicle that is connected. */
const CONNECTED = ['EVConnected', 'SuspendedEVSE', 'SuspendedEV', 'Charging'];

/** The vehicle is unplugged in the middle of a session. */
async function unplugged(context: Context<'lost'>): Promise<Charging & { readonly mark: number }> {
  const { check, csms, hands } = context;
  const session = await charging(context);
  const { transactionId } = session;
  // A cable in use may be locked at the vehicle until it stops, where that does not end it all.
  const lasts = !(await pointsOf(context, 'TxStopPoint')).has('EnergyTransfer');
  if (lasts && hands.can('evSuspends')) await hands.evSuspends();
  await quiet(context);
  const mark = csms.mark;
  await hands.unplugVehicle();
  const lost = await event(context, mark, triggered('EVCommunicationLost'));
  check('lost', () => expectEvent(lost, 'that the vehicle is gone', { transactionId, state: ['Idle'] }));
  return { ...session, mark };
}

const lostCheck = { ref: 'E02.FR.17', level: 'SHALL', says: 'an event tells that the vehicle is gone' } as const;
const lostFaults = [
  alterEvent({ triggerReason: 'ChargingStateChanged' }, 'EVCommunicationLost'),
  info({ chargingState: 'SuspendedEV' }, 'EVCommunicationLost'),
  info({ transactionId: 'PP-OTHER' }, 'EVCommunicationLost'),
];

/** An unplugged vehicle ends the authorization; `unlocks` is whether the cable is let go at once. */
const deauthorizes = (id: string, octt: string, title: string, unlocks: boolean) =>
  testCase({
    id: `station/transactions/${id}`,
    title,
    sut: 'station',
    versions,
    octt: { '2.0.1': octt },
    feature: 'C-06.2',
    needs: SESSION,
    checks: {
      lost: lostCheck,
      free: {
        ref: unlocks ? 'E09.FR.02' : 'E09.FR.03',
        level: 'SHALL',
        says: `the cable comes out${unlocks ? '' : ' for the token that started it'}, and the connector is told to be Available`,
      },
      over: { ref: 'E09.FR.01', level: 'SHALL', says: 'plugged in again, the vehicle gets no energy without a token' },
    },
    catches: {
      lost: lostFaults,
      free: alter('StatusNotification', { connectorStatus: 'Occupied' }, tellsOf('Available')),
      over: info({ chargingState: 'Charging' }, 'CablePluggedIn'),
    },
    async run(context) {
      const { check, csms, hands } = context;
      await ready(context);
      await configured(context, 'TxCtrlr', 'StopTxOnEVSideDisconnect', 'true');
      await preferred(context, 'OCPPCommCtrlr', 'UnlockOnEVSideDisconnect', String(unlocks));
      const { token, mark } = await unplugged(context);
      await quiet(context);
      // A fixed cable leaves the connector free at once.
      const fixed = (await statusTold(context, 'Available', mark, { timeoutMs: 1 })) !== undefined;
      if (!fixed && !unlocks) await hands.presentToken(token);
      if (!fixed) await hands.plugOut();
      const free = await statusTold(context, 'Available', mark);
      check('free', () => expect(free, 'Available').to.not.equal(undefined));
      await quiet(context);
      const since = csms.mark;
      await hands.plugIn();
      await statusTold(context, 'Occupied', since);
      const charges = await countOf(context, 'TransactionEvent', since, isOffered);
      check('over', () => expect(charges, 'events that tell of energy').to.equal(0));
    },
  });

/** The station keeps a transaction whose vehicle is unplugged. @throws Unmet */
async function keeps(context: Context, cableS: number): Promise<void> {
  await ready(context);
  await pointIs(context, 'TxStopPoint', 'Authorized', ['EVConnected', 'PowerPathClosed', 'EnergyTransfer']);
  await configured(context, 'TxCtrlr', 'StopTxOnEVSideDisconnect', 'false');
  await preferred(context, 'OCPPCommCtrlr', 'UnlockOnEVSideDisconnect', 'false');
  await configured(context, 'TxCtrlr', 'EVConnectionTimeOut', String(cableS));
}

/** Other members for an event of a vehicle that has come back. */
const later = (change: Payload, word: string): Fault =>
  alter('TransactionEvent', change, {
    when: (payload) => Number(at(payload, 'seqNo')) > 4 && tellsOf(word).when(payload),
  });

const endsEarly: Fault = alterEvent({ eventType: 'Ended' }, 'EVCommunicationLost');

export default suite('station/transactions', 'Transactions', [
  deauthorizes(
    'unplugged-and-unlocked',
    'TC_E_24_CS',
    'A vehicle that is unplugged ends the authorization, and the cable is let go (2.0.1)',
    true,
  ),
  deauthorizes(
    'unplugged-and-locked',
    'TC_E_25_CS',
    'A vehicle that is unplugged ends the authorization, and the cable is kept for its owner (2.0.1)',
    false,
  ),

  testCase({
    id: 'station/transactions/unplugged-and-back',
    title: 'A vehicle that is unplugged and plugged in again charges on, where that is configured (2.0.1)',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_E_26_CS' },
    feature: 'C-06.1',
    needs: SESSION,
    checks: {
      lost: lostCheck,
      running: { ref: 'TransactionEventRequest.eventType', level: 'SHALL', says: 'the transaction does not end' },
      back: { ref: 'E02.FR.17', level: 'SHALL', says: 'an event of it tells that the vehicle is back' },
      charges: { ref: 'E01.FR.18', level: 'SHALL', says: 'events of it tell that energy is offered again' },
    },
    catches: {
      lost: lostFaults,
      running: endsEarly,
      back: [
        alterEvent({ triggerReason: 'MeterValuePeriodic' }, 'CablePluggedIn'),
        later({ transactionInfo: { transactionId: 'PP-OTHER' } }, 'CablePluggedIn'),
        later({ transactionInfo: { chargingState: 'Idle' } }, 'CablePluggedIn'),
      ],
      charges: later({ transactionInfo: { transactionId: 'PP-OTHER' } }, 'Charging'),
    },
    async run(context) {
      const { check, csms, hands } = context;
      await keeps(context, LONG_S);
      const { transactionId, mark } = await unplugged(context);
      const ends = await countOf(context, 'TransactionEvent', mark, ended);
      check('running', () => expect(ends, 'transactions ended').to.equal(0));
      const since = csms.mark;
      await hands.plugIn();
      if (hands.can('evReady')) await hands.evReady();
      const back = await event(context, since, triggered('CablePluggedIn'));
      check('back', () =>
        expectEvent(back, 'that the vehicle is back', {
          type: 'Updated',
          transactionId,
          state: [undefined, ...CONNECTED],
        }),
      );
      const charges = await event(context, since, isOffered);
      check('charges', () => expectEvent(charges, 'that energy is offered again', { type: 'Updated', transactionId }));
    },
  }),

  testCase({
    id: 'station/transactions/unplugged-for-good',
    title: 'A fixed cable that is not plugged in again in time ends the transaction (2.0.1)',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_E_27_CS' },
    feature: 'C-06.1',
    needs: SESSION,
    checks: {
      lost: lostCheck,
      running: {
        ref: 'TransactionEventRequest.eventType',
        level: 'SHALL',
        says: 'the transaction does not end at once',
      },
      over: { ref: 'E10.FR.02', level: 'SHALL', says: 'when the time is over, it ends, and the event tells why' },
    },
    catches: {
      lost: lostFaults,
      running: endsEarly,
      over: [
        info({ stoppedReason: 'Local' }, 'Ended'),
        info({ transactionId: 'PP-OTHER' }, 'Ended'),
        alterEvent({ triggerReason: 'RemoteStop' }, 'Ended'),
      ],
    },
    async run(context) {
      const { check } = context;
      await keeps(context, CABLE_S);
      const { transactionId, mark } = await unplugged(context);
      const ends = await countOf(context, 'TransactionEvent', mark, ended);
      check('running', () => expect(ends, 'transactions ended').to.equal(0));
      const free = await statusTold(context, 'Available', mark, { timeoutMs: 1 });
      if (free === undefined) throw new Unmet('the connector is not told to be Available: its cable is not fixed');
      const over = await event(context, mark, ended, inTime(context, CABLE_S));
      // How long that is, is up to the charger.
      if (over === undefined) throw new Unmet('the charger waits longer for the vehicle than EVConnectionTimeOut');
      check('over', () =>
        expectEvent(over, 'the end of the transaction', {
          transactionId,
          trigger: ['EVConnectTimeout', 'EVCommunicationLost'],
          reason: ['Timeout', 'EVDisconnected'],
        }),
      );
    },
  }),
]);
