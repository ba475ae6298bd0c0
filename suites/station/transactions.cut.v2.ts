/** Charger, 2.x: transactions that nobody wanted to end: a fault, a loss of power, a vehicle that ends the session. */
import { alter } from '../../src/judge/fault.ts';
import { at } from '../../src/judge/path.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import type { Payload } from '../../src/session.ts';
import { event as alterEvent, info, tellsOf } from './faults.v2.ts';
import { endingBy, pointsOf } from './points.v2.ts';
import { countOf, quiet, statusTold } from './states.ts';
import { charging, ended, event, expectEvent, isOf, isOffered, SESSION, stateOf, triggered } from './states.v2.ts';

const versions = ['2.0.1'] as const;

/** Reasons of an end that a fault brought about, or a loss of power. */
const FAULTS: readonly unknown[] = [
  'GroundFault',
  'OvercurrentFault',
  'PowerQuality',
  'EmergencyStop',
  'PowerLoss',
  'Other',
];
const OUTAGES: readonly unknown[] = ['PowerLoss', 'PowerQuality', 'Reboot', 'Other'];

const reasonOf = (payload: Payload | undefined): unknown => at(payload, 'transactionInfo.stoppedReason');

/** Energy does not flow, and the vehicle is there. */
const STILL = [undefined, 'EVConnected', 'SuspendedEV', 'SuspendedEVSE'];

export default suite('station/transactions', 'Transactions', [
  testCase({
    id: 'station/transactions/fault-v2',
    title: 'A fault in the middle of a transaction stops the energy, and is told (2.0.1)',
    sut: 'station',
    versions,
    needs: [...SESSION, 'raiseFault', 'clearFault'],
    checks: {
      faulted: { ref: 'G01.FR.07', level: 'SHALL', says: 'the connector is told to be Faulted' },
      ended: { ref: 'E06.FR.16', level: 'SHALL', says: 'where it ends the transaction, the event tells of the fault' },
    },
    catches: {
      faulted: alter('StatusNotification', { connectorStatus: 'Occupied' }, tellsOf('Faulted')),
      ended: [
        alterEvent({ triggerReason: 'StopAuthorized' }, 'Ended'),
        info({ stoppedReason: 'Local' }, 'Ended'),
        info({ transactionId: 'PP-OTHER' }, 'Ended'),
        info({ chargingState: 'Charging' }, 'Ended'),
      ],
    },
    async run(context) {
      const { after, check, csms, hands } = context;
      const { transactionId } = await charging(context);
      const since = csms.mark;
      after(() => hands.clearFault());
      await hands.raiseFault();
      const faulted = await statusTold(context, 'Faulted', since);
      check('faulted', () => expect(faulted, 'Faulted').to.not.equal(undefined));
      await countOf(context, 'TransactionEvent', since, ended);
      const [end] = csms.calls(since, 'TransactionEvent').filter(({ payload }) => ended(payload));
      if (end === undefined) throw new Unmet('the fault is none that ends a transaction');
      check('ended', () => {
        expectEvent(end, 'the end of the transaction', {
          transactionId,
          trigger: ['AbnormalCondition'],
          state: [...STILL, 'Idle'],
        });
        expect(reasonOf(end.payload), 'stoppedReason').to.be.oneOf([...FAULTS]);
      });
    },
  }),

  testCase({
    id: 'station/transactions/power-lost-v2',
    title: 'A transaction that a loss of power cuts off has ended when the power is back, or goes on (2.0.1)',
    sut: 'station',
    versions,
    needs: [...SESSION, 'powerCycle'],
    checks: {
      boots: { ref: 'B01.FR.09', level: 'SHALL', says: 'the station boots, because the power is back' },
      agrees: { ref: 'E14.FR.03', level: 'SHALL', says: 'it is told to run, or not to, as its events say' },
      ended: { ref: 'E06.FR.08', level: 'SHALL', says: 'where it has ended, the event tells that nobody ended it' },
    },
    catches: {
      boots: alter('BootNotification', { reason: 'RemoteReset' }),
      agrees: alter('GetTransactionStatus', { ongoingIndicator: true }),
      ended: [info({ stoppedReason: 'Local' }, 'Ended'), info({ transactionId: 'PP-OTHER' }, 'Ended')],
    },
    async run(context) {
      const { check, csms, hands } = context;
      const { transactionId } = await charging(context);
      const since = csms.mark;
      await hands.powerCycle();
      const boot = await csms.awaitCall('BootNotification', { since, timeoutMs: csms.patienceMs });
      check('boots', () => expect(boot?.payload['reason'], 'reason').to.be.oneOf(['PowerUp', 'Unknown']));
      if (boot === undefined) return;
      await csms.ready();
      const end = await event(context, since, ended);
      await quiet(context);
      const status = await csms.call('GetTransactionStatus', { transactionId });
      check('agrees', () => expect(status).to.be.callResult({ ongoingIndicator: end === undefined }));
      if (end === undefined) throw new Unmet('the transaction goes on');
      check('ended', () => {
        expectEvent(end, 'the end of the transaction', { transactionId });
        expect(reasonOf(end.payload), 'stoppedReason').to.be.oneOf([...OUTAGES]);
      });
    },
  }),

  testCase({
    id: 'station/transactions/vehicle-ends-session',
    title: 'A vehicle that ends the session ends the authorization, and where that ends it the transaction (2.0.1)',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_E_46_CS' },
    onlyFor: 'iso15118',
    needs: [...SESSION, 'evStops'],
    checks: {
      told: { ref: 'E15.FR.04', level: 'SHALL', says: 'an event tells that the authorization is over: by the vehicle' },
      over: { ref: 'E01.FR.18', level: 'SHALL', says: 'no energy is told to flow any more' },
    },
    catches: {
      told: [
        alterEvent({ eventType: 'Updated' }, 'StopAuthorized'),
        info({ stoppedReason: 'Local' }, 'StopAuthorized'),
        info({ transactionId: 'PP-OTHER' }, 'StopAuthorized'),
        alterEvent({ triggerReason: 'ChargingStateChanged' }, 'StopAuthorized'),
      ],
      over: info({ chargingState: 'Charging' }, 'StopAuthorized'),
    },
    async run(context) {
      const { check, csms, hands } = context;
      const { transactionId } = await charging(context);
      const ends = endingBy(await pointsOf(context, 'TxStopPoint')) === 'authorization';
      const since = csms.mark;
      await hands.evStops();
      const told = await event(context, since, triggered('StopAuthorized'));
      await quiet(context);
      check('told', () => {
        const how = ends ? ({ type: 'Ended', reason: ['StoppedByEV'] } as const) : ({ type: 'Updated' } as const);
        expectEvent(told, 'that the vehicle ended the session', { transactionId, ...how });
      });
      check('over', () => {
        const after = csms.calls(since, 'TransactionEvent').filter(({ payload }) => isOf(transactionId)(payload));
        const states = after.filter(({ payload }) => isOffered(payload)).map(({ payload }) => stateOf(payload));
        expect(states, 'chargingState').to.not.include('Charging');
      });
    },
  }),
]);
