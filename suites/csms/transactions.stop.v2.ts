/** CSMS, transactions in 2.x: every way in which one ends, or nearly does. */
import { refuses } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import type { Token } from '../../src/sut/system-under-test.ts';
import type { Transaction2 } from './events.v2.ts';
import { booted, bootedWithTwo, OTHER_EVSE } from './states.ts';
import {
  authorized,
  energyFlows,
  energyTransferStarted,
  evConnected,
  evDisconnected,
  evStillConnected,
  type Flow,
  flowChecks,
  flowFaults,
  free,
  freeCheck,
  freed,
  freeFault,
  newTransaction,
  occupied,
  ofTrigger,
  stopAuthorized,
  stopsLocally,
  stranger,
  suspended,
  takenFaults,
  told,
} from './states.v2.ts';

const stopChecks = { ...flowChecks, free: freeCheck };
const stopFaults = { ...flowFaults, free: freeFault };

interface Stop {
  readonly id: string;
  readonly title: string;
  readonly octt: readonly string[];
  /** From energy that flows to the end. */
  close(context: Flow, transaction: Transaction2, token: Token): Promise<void>;
}

const stops: readonly Stop[] = [
  {
    id: 'stop-local',
    title: 'CSMS takes the end of a transaction that the driver stops with his token',
    octt: ['TC_E_07_CSMS', 'TC_E_15_CSMS'],
    close: stopsLocally,
  },
  {
    id: 'stop-without-reason',
    title: 'CSMS takes the end of a transaction that names no reason, which means the driver',
    octt: [],
    async close(context, transaction, token) {
      await told(context, transaction, 'Ended', 'StopAuthorized', { token });
      await freed(context, transaction);
    },
  },
  {
    id: 'stop-by-button',
    title: 'CSMS takes the end of a transaction at which nobody presents a token',
    octt: [],
    async close(context, transaction) {
      await told(context, transaction, 'Ended', 'StopAuthorized', {
        stoppedReason: 'Local',
        chargingState: 'EVConnected',
      });
      await freed(context, transaction);
    },
  },
  {
    id: 'stop-energy-transfer',
    title: 'CSMS takes the end of a transaction when energy no longer flows after the driver stopped it',
    octt: ['TC_E_08_CSMS'],
    async close(context, transaction, token) {
      await stopAuthorized(context, transaction, token);
      const last = { chargingState: 'EVConnected', stoppedReason: 'Local' } as const;
      await told(context, transaction, 'Ended', 'ChargingStateChanged', last);
      await freed(context, transaction);
    },
  },
  {
    id: 'stop-unplugged-at-station',
    title: 'CSMS takes the end of a transaction when the cable is unplugged after the driver stopped it',
    octt: ['TC_E_14_CSMS'],
    async close(context, transaction, token) {
      await stopAuthorized(context, transaction, token);
      await evStillConnected(context, transaction);
      await evDisconnected(context, transaction);
    },
  },
  {
    id: 'stop-unplugged-at-ev',
    title: 'CSMS takes the end of a transaction when the cable is unplugged from the EV',
    octt: ['TC_E_17_CSMS', 'TC_E_20_CSMS'],
    async close(context, transaction) {
      await suspended(context, transaction);
      await evDisconnected(context, transaction, 'EVDisconnected');
    },
  },
  {
    id: 'stop-by-ev',
    title: 'CSMS takes the end of a transaction that the EV stops',
    octt: ['TC_E_22_CSMS'],
    async close(context, transaction) {
      const last = { chargingState: 'SuspendedEV', stoppedReason: 'StoppedByEV' } as const;
      await told(context, transaction, 'Ended', 'ChargingStateChanged', last);
      await freed(context, transaction);
    },
  },
  {
    id: 'unplugged-and-back',
    title: 'CSMS takes a transaction that is suspended while the cable is out of the EV, and goes on',
    octt: ['TC_E_26_CSMS'],
    async close(context, transaction, token) {
      await suspended(context, transaction);
      await evDisconnected(context, transaction, '', 'Updated');
      await evConnected(context, transaction);
      await energyFlows(context, transaction);
      await stopsLocally(context, transaction, token);
    },
  },
  {
    id: 'stop-by-fault',
    title: 'CSMS takes the end of a transaction at which the station is faulted, and serves the station on',
    octt: [],
    async close(context, transaction) {
      const { station, words, clock } = context;
      const { evseId, connectorId } = transaction;
      const at = new Date(clock.now()).toISOString();
      await told(context, transaction, 'Ended', 'AbnormalCondition', { stoppedReason: 'GroundFault' });
      await station.need('StatusNotification', words.status(evseId, connectorId, 'Faulted', at));
      await freed(context, transaction);
    },
  },
];

/** Each reason with the trigger that goes with it. */
const reasons: readonly (readonly [reason: string, trigger: string])[] = [
  ['DeAuthorized', 'Deauthorized'],
  ['EmergencyStop', 'AbnormalCondition'],
  ['EnergyLimitReached', 'EnergyLimitReached'],
  ['EVDisconnected', 'EVCommunicationLost'],
  ['GroundFault', 'AbnormalCondition'],
  ['ImmediateReset', 'ResetCommand'],
  ['Local', 'StopAuthorized'],
  ['LocalOutOfCredit', 'StopAuthorized'],
  ['MasterPass', 'StopAuthorized'],
  ['Other', 'UnlockCommand'],
  ['OvercurrentFault', 'AbnormalCondition'],
  ['PowerLoss', 'AbnormalCondition'],
  ['PowerQuality', 'AbnormalCondition'],
  ['Reboot', 'ResetCommand'],
  ['Remote', 'RemoteStop'],
  ['SOCLimitReached', 'ChargingStateChanged'],
  ['StoppedByEV', 'ChargingStateChanged'],
  ['TimeLimitReached', 'TimeLimitReached'],
  ['Timeout', 'EVConnectTimeout'],
];

export default suite('csms/transactions', 'Ends of transactions', [
  ...stops.map(({ id, title, octt, close }) =>
    testCase({
      id: `csms/transactions/${id}`,
      title,
      sut: 'csms',
      versions: ['2.0.1'],
      ...(octt.length > 0 && { octt: { '2.0.1': octt } }),
      checks: stopChecks,
      catches: stopFaults,
      async run(context) {
        await booted(context);
        const token = await context.token('valid');
        const transaction = await energyTransferStarted(context, token);
        await close(context, transaction, token);
        await free(context, token);
        await stranger(context);
      },
    }),
  ),

  testCase({
    id: 'csms/transactions/cable-timeout',
    title: 'CSMS takes the end of a transaction to which no cable was plugged in',
    sut: 'csms',
    versions: ['2.0.1'],
    octt: { '2.0.1': 'TC_E_39_CSMS' },
    checks: stopChecks,
    catches: { ...stopFaults, taken: refuses('TransactionEvent', 'InternalError', ofTrigger('EVConnectTimeout')) },
    async run(context) {
      await booted(context);
      const token = await context.token('valid');
      const transaction = newTransaction(context);
      await authorized(context, transaction, token, { evse: 'unknown' });
      await told(context, transaction, 'Ended', 'EVConnectTimeout', { stoppedReason: 'Timeout', evse: 'unknown' });
      await free(context, token);
      await stranger(context);
    },
  }),

  testCase({
    id: 'csms/transactions/every-reason',
    title: 'CSMS takes the end of a transaction whatever its reason',
    sut: 'csms',
    versions: ['2.0.1'],
    checks: stopChecks,
    catches: {
      ...stopFaults,
      taken: [
        ...takenFaults,
        refuses('TransactionEvent', 'InternalError', ofTrigger('UnlockCommand')),
        refuses('TransactionEvent', 'InternalError', ofTrigger('EnergyLimitReached')),
      ],
    },
    async run(context) {
      await booted(context);
      const token = await context.token('valid');
      for (const [stoppedReason, trigger] of reasons) {
        const transaction = newTransaction(context);
        await evConnected(context, transaction);
        await authorized(context, transaction, token);
        await told(context, transaction, 'Ended', trigger, { stoppedReason, chargingState: 'EVConnected' });
      }
      await free(context, token);
      await stranger(context);
    },
  }),

  testCase({
    id: 'csms/transactions/reset-in-between',
    title: 'CSMS takes the rest of a transaction that outlives a boot of its station',
    sut: 'csms',
    versions: ['2.0.1'],
    checks: stopChecks,
    catches: stopFaults,
    async run(context) {
      const { station, words, sut } = context;
      await booted(context);
      const token = await context.token('valid');
      const transaction = await energyTransferStarted(context, token);
      await station.reconnect();
      await station.need('BootNotification', words.boot(sut.station, 'PowerUp'));
      await occupied(context, transaction);
      await energyFlows(context, transaction);
      await told(context, transaction, 'Ended', 'AbnormalCondition', { stoppedReason: 'PowerLoss' });
      await free(context, token);
      await stranger(context);
    },
  }),

  testCase({
    id: 'csms/transactions/two-evses',
    title: 'CSMS keeps the transactions of two EVSEs apart',
    sut: 'csms',
    versions: ['2.0.1'],
    checks: stopChecks,
    catches: stopFaults,
    async run(context) {
      await bootedWithTwo(context);
      const token = await context.token('valid');
      const other = await context.token('second');
      const first = await energyTransferStarted(context, token);
      const second = await energyTransferStarted(context, other, { evseId: OTHER_EVSE });
      // Nested, so that a CSMS that ends the newest, or the oldest, ends the wrong one.
      await told(context, first, 'Updated', 'ChargingStateChanged', { chargingState: 'SuspendedEV' });
      await stopsLocally(context, first, token);
      await told(context, second, 'Updated', 'ChargingStateChanged', { chargingState: 'SuspendedEVSE' });
      await free(context, token);
      await stopsLocally(context, second, other);
      await free(context, other, { evseId: OTHER_EVSE });
      await stranger(context);
    },
  }),
]);
