/** CSMS, transactions in 2.x: every way in which a station starts one. */
import { alter, refuses } from '../../src/judge/fault.ts';
import { at } from '../../src/judge/path.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import type { Token } from '../../src/sut/system-under-test.ts';
import { reading, signed, type Transaction2 } from './events.v2.ts';
import { booted, now } from './states.ts';
import {
  acceptedFaults,
  authorized,
  energyFlows,
  evConnected,
  evDisconnected,
  evStillConnected,
  type Flow,
  flowChecks,
  flowFaults,
  newTransaction,
  occupied,
  ofEvent,
  presents,
  stopAuthorized,
  stopsLocally,
  stranger,
  takenFaults,
  told,
} from './states.v2.ts';

interface Start {
  readonly id: string;
  readonly title: string;
  readonly octt: readonly string[];
  /** From nothing to energy that flows. */
  open(context: Flow, transaction: Transaction2, token: Token): Promise<void>;
  /** From there to the end; by the token, unless told. */
  close?(context: Flow, transaction: Transaction2, token: Token): Promise<void>;
}

const starts: readonly Start[] = [
  {
    id: 'cable-first',
    title: 'CSMS takes a transaction that starts with the cable, before the token',
    octt: ['TC_E_03_CSMS', 'TC_E_09_CSMS'],
    async open(context, transaction, token) {
      await evConnected(context, transaction);
      await authorized(context, transaction, token);
      await energyFlows(context, transaction);
    },
  },
  {
    id: 'token-first',
    title: 'CSMS takes a transaction that starts with the token, before the EVSE is known',
    octt: ['TC_E_04_CSMS', 'TC_E_10_CSMS'],
    async open(context, transaction, token) {
      await authorized(context, transaction, token, { evse: 'unknown' });
      await evConnected(context, transaction);
      await energyFlows(context, transaction);
    },
  },
  {
    id: 'power-path-closed',
    title: 'CSMS takes a transaction that starts with the power path',
    octt: ['TC_E_01_CSMS'],
    async open(context, transaction, token) {
      await presents(context, token);
      await occupied(context, transaction);
      await told(context, transaction, 'Started', 'ChargingStateChanged', { token, chargingState: 'SuspendedEVSE' });
      await energyFlows(context, transaction);
    },
  },
  {
    id: 'energy-transfer',
    title: 'CSMS takes a transaction that starts when energy flows',
    octt: ['TC_E_02_CSMS'],
    async open(context, transaction, token) {
      await presents(context, token);
      await occupied(context, transaction);
      await energyFlows(context, transaction, { token });
      const meterValue = [reading(transaction.wh(), now(context), 'Sample.Periodic')];
      await told(context, transaction, 'Updated', 'MeterValuePeriodic', { meterValue });
    },
  },
  {
    id: 'data-signed',
    title: 'CSMS takes a transaction that starts with a signed reading',
    octt: ['TC_E_11_CSMS'],
    async open(context, transaction, token) {
      const { random } = context;
      await presents(context, token);
      await occupied(context, transaction);
      const meterValue = [reading(transaction.wh(), now(context), 'Transaction.Begin', signed(random))];
      await told(context, transaction, 'Started', 'SignedDataReceived', { token, meterValue });
      await energyFlows(context, transaction);
    },
  },
  {
    id: 'parking-bay',
    title: 'CSMS takes a transaction from the arrival in the parking bay to the departure',
    octt: ['TC_E_12_CSMS', 'TC_E_19_CSMS'],
    async open(context, transaction, token) {
      await told(context, transaction, 'Started', 'EVDetected', { evse: 'bay' });
      await evConnected(context, transaction);
      await authorized(context, transaction, token);
      await energyFlows(context, transaction);
    },
    async close(context, transaction, token) {
      await stopAuthorized(context, transaction, token);
      await evStillConnected(context, transaction);
      await evDisconnected(context, transaction, 'Local', 'Updated');
      await told(context, transaction, 'Ended', 'EVDeparted', { stoppedReason: 'Local' });
    },
  },
  {
    id: 'ev-not-ready',
    title: 'CSMS takes a transaction whose EV is not ready at first',
    octt: ['TC_E_38_CSMS'],
    async open(context, transaction, token) {
      await authorized(context, transaction, token, { evse: 'unknown' });
      await evConnected(context, transaction);
      await told(context, transaction, 'Updated', 'ChargingStateChanged', { chargingState: 'SuspendedEV' });
      await energyFlows(context, transaction);
    },
  },
];

/** Wrong in the details of a yes. */
const wrongYes = [
  alter('TransactionEvent', { idTokenInfo: { cacheExpiryDateTime: '2001-01-01T00:00:00Z' } }),
  alter('TransactionEvent', { idTokenInfo: { evseId: [7] } }),
  alter('TransactionEvent', { idTokenInfo: { status: 'ConcurrentTx' } }, ofEvent('Ended')),
];

/** A CSMS that knows its fields and no others. */
const refusesCustomData = (action: string) =>
  refuses(action, 'FormatViolation', {
    name: 'customData',
    when: (_payload, request) => at(request, 'customData') !== undefined,
  });

export default suite('csms/transactions', 'Transactions', [
  ...starts.map(({ id, title, octt, open, close = stopsLocally }) =>
    testCase({
      id: `csms/transactions/${id}`,
      title,
      sut: 'csms',
      versions: ['2.0.1'],
      octt: { '2.0.1': octt },
      checks: flowChecks,
      catches: { ...flowFaults, accepted: id === 'cable-first' ? [...acceptedFaults, ...wrongYes] : acceptedFaults },
      async run(context) {
        await booted(context);
        const token = await context.token('valid');
        const transaction = newTransaction(context);
        await open(context, transaction, token);
        await close(context, transaction, token);
        await stranger(context);
      },
    }),
  ),

  testCase({
    id: 'csms/transactions/every-state',
    title: 'CSMS takes every state and every rate of charging while a transaction runs',
    sut: 'csms',
    versions: ['2.0.1'],
    checks: flowChecks,
    catches: flowFaults,
    async run(context) {
      await booted(context);
      const token = await context.token('valid');
      const transaction = newTransaction(context);
      await evConnected(context, transaction);
      await authorized(context, transaction, token, { more: { cableMaxCurrent: 32 } });
      for (const chargingState of [
        'Charging',
        'SuspendedEV',
        'Charging',
        'SuspendedEVSE',
        'EVConnected',
        'Charging',
      ] as const)
        await told(context, transaction, 'Updated', 'ChargingStateChanged', { chargingState });
      await told(context, transaction, 'Updated', 'ChargingRateChanged', {
        chargingState: 'Charging',
        more: { numberOfPhasesUsed: 1 },
      });
      await told(context, transaction, 'Updated', 'ChargingRateChanged', {
        info: { timeSpentCharging: 611 },
        more: { numberOfPhasesUsed: 3 },
      });
      await stopsLocally(context, transaction, token);
      await stranger(context);
    },
  }),

  testCase({
    id: 'csms/transactions/custom-data',
    title: 'CSMS takes messages with data of a vendor in them',
    sut: 'csms',
    versions: ['2.0.1'],
    octt: { '2.0.1': 'TC_P_03_CSMS' },
    checks: {
      ...flowChecks,
      status: {
        ref: 'StatusNotificationRequest.customData',
        level: 'SHALL',
        says: 'a status with data of a vendor is taken as one without',
      },
    },
    catches: {
      ...flowFaults,
      taken: [...takenFaults, refusesCustomData('TransactionEvent')],
      status: refusesCustomData('StatusNotification'),
    },
    async run(context) {
      const { station, words, check } = context;
      await booted(context);
      const token = await context.token('valid');
      const transaction = newTransaction(context);
      const customData = { vendorId: 'org.plugproof', reading: 17.5, nested: { list: [1, 'two', null, true] } };
      const taken = words.status(transaction.evseId, transaction.connectorId, 'Occupied', now(context));
      const status = await station.call('StatusNotification', { ...taken, customData });
      check('status', () => expect(status).to.be.callResult());
      await presents(context, token);
      const both = { info: { customData }, more: { customData } };
      await told(context, transaction, 'Started', 'Authorized', { token, chargingState: 'EVConnected', ...both });
      await energyFlows(context, transaction, both);
      await stopsLocally(context, transaction, token);
      await stranger(context);
    },
  }),
]);
