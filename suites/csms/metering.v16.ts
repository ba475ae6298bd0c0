/** CSMS, metering in 1.6: MeterValues of a transaction, and what StopTransaction carries of them. */
import { alter, drop, refuses } from '../../src/judge/fault.ts';
import { at } from '../../src/judge/path.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import { encodeCall } from '../../src/ocppj/encode.ts';
import type { Payload } from '../../src/session.ts';
import { freshId } from '../ocppj/provoke.ts';
import { booted } from './states.ts';
import {
  ago,
  free,
  freeCheck,
  freeFault,
  judgeStop,
  started,
  startedCheck,
  stoppedCheck,
  stranger,
  strangerCheck,
  strangerFault,
} from './states.v16.ts';

const metered = { ref: '4.7', level: 'SHALL', says: 'MeterValues are answered, whatever stands in them' } as const;
const startedFault = alter('StartTransaction', { idTagInfo: { status: 'Invalid' } });

/** What there is to measure, with a unit that fits (1.6, 7.31 and 7.45). */
const MEASURANDS: readonly (readonly [measurand: string, unit: string | undefined, value: string])[] = [
  ['Energy.Active.Export.Register', 'kWh', '12.017'],
  ['Energy.Active.Import.Register', 'Wh', '20011'],
  ['Energy.Reactive.Export.Register', 'kvarh', '0.31'],
  ['Energy.Reactive.Import.Register', 'varh', '17'],
  ['Energy.Active.Export.Interval', 'Wh', '0'],
  ['Energy.Active.Import.Interval', 'Wh', '911'],
  ['Energy.Reactive.Export.Interval', 'varh', '0'],
  ['Energy.Reactive.Import.Interval', 'varh', '3'],
  ['Power.Active.Export', 'W', '0'],
  ['Power.Active.Import', 'kW', '10.97'],
  ['Power.Offered', 'W', '11040'],
  ['Power.Reactive.Export', 'var', '0'],
  ['Power.Reactive.Import', 'kvar', '0.113'],
  ['Power.Factor', undefined, '0.997'],
  ['Current.Import', 'A', '15.9'],
  ['Current.Export', 'A', '0.0'],
  ['Current.Offered', 'A', '16'],
  ['Voltage', 'V', '229.7'],
  ['Frequency', undefined, '49.98'],
  ['Temperature', 'K', '301.4'],
  ['SoC', 'Percent', '63'],
  ['RPM', undefined, '1187'],
];

const CONTEXTS = [
  ...['Interruption.Begin', 'Interruption.End', 'Sample.Clock', 'Sample.Periodic'],
  ...['Transaction.Begin', 'Transaction.End', 'Trigger', 'Other'],
];
const PHASES = ['L1', 'L2', 'L3', 'N', 'L1-N', 'L2-N', 'L3-N', 'L1-L2', 'L2-L3', 'L3-L1'];
const LOCATIONS = ['Cable', 'EV', 'Inlet', 'Outlet', 'Body'];

const temperature = (unit: string, timestamp: string): Payload => ({
  timestamp,
  sampledValue: [{ value: '31.5', measurand: 'Temperature', unit, location: 'Body' }],
});

/** For faults: only answers to CALLs that carry that text. */
const carrying = (text: string) => ({
  name: text,
  when: (_payload: unknown, request: unknown) => JSON.stringify(request).includes(JSON.stringify(text)),
});

/** Added to an id, it makes one that was never given. */
const UNHEARD = 5_000_011;

const unheard = (request: unknown): boolean => Number(at(request, 'transactionId')) > UNHEARD;

/** One value, and nothing said of it. */
const isBare = (request: unknown): boolean =>
  Object.keys((at(request, 'meterValue[0].sampledValue[0]') ?? {}) as object).length === 1;

export default suite('csms/metering', 'Metering of transactions (1.6)', [
  testCase({
    id: 'csms/metering/in-transaction',
    title: 'CSMS takes the meter values of a transaction while it runs, and at its end',
    sut: 'csms',
    versions: ['1.6'],
    checks: {
      stranger: strangerCheck,
      started: startedCheck,
      metered,
      stopped: { ...stoppedCheck, says: 'the stop that repeats the meter values is answered' },
      free: freeCheck,
    },
    catches: {
      stranger: strangerFault,
      started: startedFault,
      metered: [drop('MeterValues'), refuses('MeterValues', 'NotSupported', carrying('Transaction.Begin'))],
      stopped: refuses('StopTransaction', 'FormationViolation', carrying('Transaction.End')),
      free: freeFault,
    },
    async run(context) {
      const { station, check } = context;
      await booted(context);
      await stranger(context);
      const token = await context.token('valid');
      const transaction = await started(context, token, { timestamp: ago(context, 1_200), meterStart: 20_011 });
      const { id: transactionId, connectorId } = transaction;
      const register = (seconds: number, wh: number, reason: string): Payload => ({
        timestamp: ago(context, seconds),
        sampledValue: [
          { value: String(wh), context: reason, measurand: 'Energy.Active.Import.Register', unit: 'Wh' },
          { value: '15.9', context: reason, measurand: 'Current.Import', unit: 'A', phase: 'L1', location: 'Outlet' },
        ],
      });
      const values = [
        register(1_200, 20_011, 'Transaction.Begin'),
        register(900, 20_607, 'Sample.Clock'),
        register(600, 21_203, 'Sample.Periodic'),
      ];
      for (const value of values) {
        const reply = await station.call('MeterValues', { connectorId, transactionId, meterValue: [value] });
        check('metered', () => expect(reply).to.be.callResult());
      }
      const last = register(60, 22_409, 'Transaction.End');
      const end = { timestamp: ago(context, 60), meterStop: 22_409, transactionData: [...values, last] };
      judgeStop(context, await transaction.stop({ reason: 'Local', by: token, ...end }), token);
      await free(context, token);
    },
  }),

  testCase({
    id: 'csms/metering/every-measurand',
    title: 'CSMS takes all that a meter can tell of a transaction',
    sut: 'csms',
    versions: ['1.6'],
    checks: { stranger: strangerCheck, started: startedCheck, metered, stopped: stoppedCheck },
    catches: {
      stranger: strangerFault,
      started: startedFault,
      metered: [
        refuses('MeterValues', 'PropertyConstraintViolation', carrying('RPM')),
        refuses('MeterValues', 'PropertyConstraintViolation', carrying('L3-L1')),
        refuses('MeterValues', 'OccurenceConstraintViolation', { name: 'bare', when: (_, asked) => isBare(asked) }),
        refuses('MeterValues', 'TypeConstraintViolation', carrying('SignedData')),
      ],
      stopped: refuses('StopTransaction', 'PropertyConstraintViolation', carrying('Voltage')),
    },
    async run(context) {
      const { station, check } = context;
      await booted(context);
      await stranger(context);
      const transaction = await started(context, await context.token('valid'), {
        timestamp: ago(context, 600),
        meterStart: 19_001,
      });
      const { id: transactionId, connectorId } = transaction;
      const timestamp = ago(context, 300);
      const measured = MEASURANDS.map(([measurand, unit, value], i) => ({
        value,
        measurand,
        context: CONTEXTS[i % CONTEXTS.length],
        location: LOCATIONS[i % LOCATIONS.length],
        ...(unit !== undefined && { unit }),
      }));
      const phases = PHASES.map((phase) => ({ value: '229.7', measurand: 'Voltage', unit: 'V', phase, format: 'Raw' }));
      const signed = [{ value: '0A1B2C3D4E5F', format: 'SignedData', context: 'Transaction.Begin' }];
      for (const sampledValue of [measured, phases, [{ value: '20011' }], signed]) {
        const meterValue = [{ timestamp, sampledValue }];
        const reply = await station.call('MeterValues', { connectorId, transactionId, meterValue });
        check('metered', () => expect(reply).to.be.callResult());
      }
      const transactionData = [measured, phases, signed].map((sampledValue) => ({ timestamp, sampledValue }));
      judgeStop(context, await transaction.stop({ reason: 'Local', transactionData }));
    },
  }),

  testCase({
    id: 'csms/metering/celsius',
    title: 'CSMS takes degrees in both spellings',
    sut: 'csms',
    versions: ['1.6'],
    checks: {
      started: startedCheck,
      metered: { ref: 'JE 2.1', level: 'SHOULD', says: 'MeterValues with Celsius and with Celcius are answered' },
      stopped: { ...stoppedCheck, ref: 'JE 2.1', level: 'SHOULD', says: 'StopTransaction with either is answered' },
    },
    catches: {
      started: startedFault,
      metered: [
        refuses('MeterValues', 'PropertyConstraintViolation', carrying('Celsius')),
        refuses('MeterValues', 'PropertyConstraintViolation', carrying('Celcius')),
      ],
      stopped: [
        refuses('StopTransaction', 'PropertyConstraintViolation', carrying('Celsius')),
        refuses('StopTransaction', 'PropertyConstraintViolation', carrying('Celcius')),
      ],
    },
    async run(context) {
      const { station, check } = context;
      await booted(context);
      const token = await context.token('valid');
      for (const unit of ['Celsius', 'Celcius']) {
        const transaction = await started(context, token, { timestamp: ago(context, 600) });
        const { id: transactionId, connectorId } = transaction;
        const meterValue = [temperature(unit, ago(context, 300))];
        // A CSMS that goes by the schema as it was refuses one of the two, and is advised against it.
        const id = freshId(context);
        const text = encodeCall(id, 'MeterValues', { connectorId, transactionId, meterValue });
        const reply = await station.session.callRaw(id, 'MeterValues', text);
        check('metered', () => expect(reply, unit).to.be.callResult());
        const stop = await transaction.stop({ reason: 'Local', transactionData: meterValue, odd: true });
        judgeStop(context, stop);
        if (stop.kind === 'callerror') await transaction.stop({ reason: 'Local' });
      }
    },
  }),

  testCase({
    id: 'csms/metering/of-unknown-transaction',
    title: 'CSMS answers meter values that it can not place',
    sut: 'csms',
    versions: ['1.6'],
    checks: {
      started: startedCheck,
      metered: {
        ref: '4.7',
        level: 'SHALL',
        says: 'what the CSMS thinks of the values does not keep it from answering: unknown and ended transactions too',
      },
    },
    catches: {
      started: startedFault,
      metered: [
        refuses('MeterValues', 'PropertyConstraintViolation', { name: 'unheard', when: (_, asked) => unheard(asked) }),
        drop('MeterValues'),
      ],
    },
    async run(context) {
      const { station, check } = context;
      await booted(context);
      const transaction = await started(context, await context.token('valid'), { timestamp: ago(context, 600) });
      const { id, connectorId } = transaction;
      await transaction.stop({ reason: 'Local', timestamp: ago(context, 300) });
      for (const transactionId of [id + UNHEARD, id]) {
        const meterValue = [
          { timestamp: ago(context, 400), sampledValue: [{ value: String(transaction.meterStart + 1_019) }] },
        ];
        const reply = await station.call('MeterValues', { connectorId, transactionId, meterValue });
        check('metered', () => expect(reply).to.be.callResult());
      }
    },
  }),
]);
