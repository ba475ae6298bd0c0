/** CSMS, metering in 2.x: what a station measures while a transaction runs. */
import { type Fault, refuses } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import type { Payload } from '../../src/session.ts';
import type { Token } from '../../src/sut/system-under-test.ts';
import { ago, reading, signed, type Transaction2 } from './events.v2.ts';
import { booted, now } from './states.ts';
import {
  authorized,
  energyFlows,
  energyTransferStarted,
  evConnected,
  type Flow,
  flowChecks,
  flowFaults,
  freed,
  newTransaction,
  occupied,
  ofEvent,
  ofTrigger,
  presents,
  stopsLocally,
  stranger,
  takenFaults,
  told,
} from './states.v2.ts';

/** Everything that a meter of three phases tells at once, with what belongs to a car. */
function wide(transaction: Transaction2, at: string, context: string): Payload {
  const phases = ['L1', 'L2', 'L3'];
  const value = (measurand: string, value: number, unit: string, more: Payload = {}): Payload => ({
    value,
    context,
    measurand,
    unitOfMeasure: { unit },
    ...more,
  });
  return {
    timestamp: at,
    sampledValue: [
      value('Energy.Active.Import.Register', transaction.wh() / 1_000, 'kWh', { location: 'Outlet' }),
      value('Energy.Active.Export.Register', 0, 'Wh'),
      value('Power.Active.Import', 110.4, 'W', { unitOfMeasure: { unit: 'W', multiplier: 2 } }),
      value('Power.Factor', 0.97, 'Percent'),
      value('Power.Offered', 22_080, 'W'),
      ...phases.map((phase) => value('Current.Import', 15.9, 'A', { phase, location: 'EV' })),
      ...phases.map((phase) => value('Voltage', 230.1, 'V', { phase: `${phase}-N`, location: 'Inlet' })),
      value('Frequency', 49.98, 'Hertz'),
      value('Current.Export', -0.5, 'A'),
      value('SoC', 63, 'Percent', { location: 'EV' }),
      { value: transaction.wh() },
    ],
  };
}

/** Readings of `count` moments, the last of them now. */
const series = (flow: Flow, transaction: Transaction2, count: number, context: string, more?: Payload): Payload[] =>
  Array.from({ length: count }, (_, i) => reading(transaction.wh(), ago(flow, 900 * (count - 1 - i)), context, more));

interface Metering {
  readonly id: string;
  readonly title: string;
  readonly octt: readonly string[];
  /** Besides those of every transaction. */
  readonly taken?: readonly Fault[];
  /** From the boot to the end of the transaction. */
  play(context: Flow, token: Token): Promise<void>;
}

/** The end, with these readings. */
async function endsWith(
  context: Flow,
  transaction: Transaction2,
  token: Token,
  meterValue: readonly Payload[],
): Promise<void> {
  await told(context, transaction, 'Ended', 'StopAuthorized', { token, stoppedReason: 'Local', meterValue });
  await freed(context, transaction);
}

const meterings: readonly Metering[] = [
  {
    id: 'clock-aligned-events',
    title: 'CSMS takes readings that follow the clock in the events of a transaction',
    octt: ['TC_J_02_CSMS'],
    taken: [refuses('TransactionEvent', 'InternalError', ofTrigger('MeterValueClock'))],
    async play(context, token) {
      const transaction = await energyTransferStarted(context, token);
      for (const seconds of [1_800, 900, 0]) {
        const at = ago(context, seconds);
        const meterValue = [reading(transaction.wh(), at, 'Sample.Clock')];
        await told(context, transaction, 'Updated', 'MeterValueClock', { meterValue, at });
      }
      await stopsLocally(context, transaction, token);
    },
  },
  {
    id: 'clock-aligned-end',
    title: 'CSMS takes the readings that followed the clock with the end of a transaction',
    octt: ['TC_J_03_CSMS'],
    async play(context, token) {
      const transaction = await energyTransferStarted(context, token);
      const aligned = series(context, transaction, 8, 'Sample.Clock');
      const last = reading(transaction.wh(), now(context), 'Transaction.End');
      await endsWith(context, transaction, token, [...aligned, last]);
    },
  },
  {
    id: 'clock-aligned-signed',
    title: 'CSMS takes signed readings that followed the clock with the end of a transaction',
    octt: ['TC_J_04_CSMS'],
    async play(context, token) {
      const { random } = context;
      const transaction = await energyTransferStarted(context, token);
      const aligned = series(context, transaction, 3, 'Sample.Clock', signed(random));
      const last = reading(transaction.wh(), now(context), 'Transaction.End', signed(random));
      await endsWith(context, transaction, token, [...aligned, last]);
    },
  },
  {
    id: 'sampled-start',
    title: 'CSMS takes the reading with the start of a transaction',
    octt: ['TC_J_07_CSMS'],
    taken: [refuses('TransactionEvent', 'InternalError', ofEvent('Started'))],
    async play(context, token) {
      const transaction = newTransaction(context);
      await evConnected(context, transaction, { meterValue: [wide(transaction, now(context), 'Transaction.Begin')] });
      await authorized(context, transaction, token);
      await energyFlows(context, transaction);
      await stopsLocally(context, transaction, token);
    },
  },
  {
    id: 'sampled-start-later',
    title: 'CSMS takes the first reading of a transaction that began before its EVSE was known',
    octt: ['TC_J_08_CSMS'],
    async play(context, token) {
      const transaction = newTransaction(context);
      await authorized(context, transaction, token, { evse: 'unknown' });
      await evConnected(context, transaction);
      const meterValue = [reading(transaction.wh(), now(context), 'Transaction.Begin')];
      await energyFlows(context, transaction, { meterValue });
      await stopsLocally(context, transaction, token);
    },
  },
  {
    id: 'sampled-updates',
    title: 'CSMS takes readings at intervals, of every kind that a meter has',
    octt: ['TC_J_09_CSMS'],
    taken: [refuses('TransactionEvent', 'InternalError', ofTrigger('MeterValuePeriodic'))],
    async play(context, token) {
      const transaction = await energyTransferStarted(context, token);
      for (const seconds of [180, 120, 60, 0]) {
        const at = ago(context, seconds);
        const meterValue = [wide(transaction, at, 'Sample.Periodic')];
        await told(context, transaction, 'Updated', 'MeterValuePeriodic', { meterValue, at });
      }
      // Too much for one message is split over several of the same time (J02.FR.13).
      const at = now(context);
      for (let i = 0; i < 2; i++) {
        const meterValue = series(context, transaction, 2, 'Sample.Periodic');
        await told(context, transaction, 'Updated', 'MeterValuePeriodic', { meterValue, at });
      }
      await stopsLocally(context, transaction, token);
    },
  },
  {
    id: 'sampled-end',
    title: 'CSMS takes all readings of a transaction with its end',
    octt: ['TC_J_10_CSMS'],
    async play(context, token) {
      const transaction = await energyTransferStarted(context, token);
      const first = reading(transaction.wh(), ago(context, 36_000), 'Transaction.Begin');
      const between = series(context, transaction, 38, 'Sample.Periodic');
      const pause = ['Interruption.Begin', 'Interruption.End'].map((why) =>
        reading(transaction.wh(), now(context), why),
      );
      const last = wide(transaction, now(context), 'Transaction.End');
      await endsWith(context, transaction, token, [first, ...between, ...pause, last]);
    },
  },
  {
    id: 'sampled-signed',
    title: 'CSMS takes signed readings at the start, in between and at the end of a transaction',
    octt: ['TC_J_11_CSMS'],
    async play(context, token) {
      const { random } = context;
      const transaction = newTransaction(context);
      const signedNow = (why: string) => [reading(transaction.wh(), now(context), why, signed(random))];
      await presents(context, token);
      await occupied(context, transaction);
      const begin = { token, chargingState: 'EVConnected', meterValue: signedNow('Transaction.Begin') } as const;
      await told(context, transaction, 'Started', 'Authorized', begin);
      await energyFlows(context, transaction);
      await told(context, transaction, 'Updated', 'MeterValuePeriodic', { meterValue: signedNow('Sample.Periodic') });
      await endsWith(context, transaction, token, signedNow('Transaction.End'));
    },
  },
];

export default suite('csms/metering', 'Metering of transactions', [
  ...meterings.map(({ id, title, octt, taken = [], play }) =>
    testCase({
      id: `csms/metering/${id}`,
      title,
      sut: 'csms',
      versions: ['2.0.1'],
      octt: { '2.0.1': octt },
      checks: flowChecks,
      catches: { ...flowFaults, taken: [...takenFaults, ...taken] },
      async run(context) {
        await booted(context);
        await play(context, await context.token('valid'));
        await stranger(context);
      },
    }),
  ),

  testCase({
    id: 'csms/metering/clock-aligned-beside',
    title: 'CSMS takes readings that follow the clock beside the events of a transaction',
    sut: 'csms',
    versions: ['2.0.1'],
    octt: { '2.0.1': 'TC_J_02_CSMS' },
    checks: {
      ...flowChecks,
      aligned: {
        ref: 'J01.FR.18',
        level: 'SHALL',
        says: 'readings are answered while a transaction runs at their EVSE',
      },
    },
    catches: { ...flowFaults, aligned: refuses('MeterValues', 'InternalError') },
    async run(context) {
      const { station, words, check } = context;
      await booted(context);
      const token = await context.token('valid');
      const transaction = await energyTransferStarted(context, token);
      // The EVSE of the transaction, and the main meter.
      for (const evseId of [transaction.evseId, 0]) {
        const payload = words.meterValues(evseId, transaction.wh(), now(context), 'Sample.Clock');
        const reply = await station.call('MeterValues', payload);
        check('aligned', () => expect(reply).to.be.callResult());
      }
      const meterValue = [reading(transaction.wh(), now(context), 'Sample.Clock')];
      await told(context, transaction, 'Updated', 'MeterValueClock', { meterValue });
      await stopsLocally(context, transaction, token);
      await stranger(context);
    },
  }),
]);
