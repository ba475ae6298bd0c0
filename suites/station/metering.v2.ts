/** Charger, 2.x meter values: by the clock, at intervals, at the beginning, with what was configured. */
import type { Context } from '../../src/judge/context.ts';
import { alter, behaviour, drop } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import type { IncomingCall, Payload } from '../../src/session.ts';
import { event as eventFault } from './faults.v2.ts';
import {
  apart,
  CLOCK_S,
  newer,
  OFF_S,
  onTheClock,
  otherMeasurand,
  SAMPLE_S,
  shifted,
  shiftedBy,
  wanted,
} from './meter-judging.v2.ts';
import { measurandsOf, readIn, readingsOf } from './readings.v2.ts';
import { goes } from './states.auth.v2.ts';
import { EVSE, hasOther, inTime, OTHER_EVSE, quiet, ready } from './states.ts';
import {
  charging,
  configured,
  ended,
  event,
  isOf,
  isOffered,
  preferred,
  SESSION,
  tidied,
  triggered,
} from './states.v2.ts';

const versions = ['2.0.1'] as const;

/** Declared feature: values by the clock while idle only. */
const IDLE_ONLY = 'C-28';

const aligned = (evseId: number) => (payload: Payload) =>
  payload['evseId'] === evseId && readIn('Sample.Clock')(payload);

/** Readings by the clock are on, at a short interval. @throws Unmet */
async function alignedData(context: Context, idleOnly: boolean): Promise<string[]> {
  await preferred(context, 'AlignedDataCtrlr', 'Enabled', 'true');
  if (idleOnly) await configured(context, 'AlignedDataCtrlr', 'SendDuringIdle', 'true');
  else await preferred(context, 'AlignedDataCtrlr', 'SendDuringIdle', 'false');
  const measurands = await wanted(context, 'AlignedDataCtrlr', 'Measurands');
  await configured(context, 'AlignedDataCtrlr', 'Interval', String(CLOCK_S));
  return measurands;
}

const clockChecks = {
  comes: {
    ref: 'J01.FR.14',
    level: 'SHALL',
    says: 'meter values come by the clock, at the interval that is configured',
  },
  clock: { ref: 'J01.FR.14', level: 'SHALL', says: 'they were read at marks of the clock, one interval apart' },
  measurands: { ref: 'J01.FR.14', level: 'SHALL', says: 'they have each measurand that is configured, and no other' },
} as const;

/** How long two transmissions may take. */
const twice = (context: Context, seconds: number) => inTime(context, 2 * seconds);

export default suite('station/metering', 'Meter values', [
  testCase({
    id: 'station/metering/clock-idle',
    title: 'While nothing charges, each meter is read by the clock, as often as it is configured',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_J_01_CS' },
    checks: {
      ...clockChecks,
      all: { ref: 'J01.FR.14', level: 'SHALL', says: 'so is the meter of each other EVSE' },
      place: {
        ref: 'MeterValuesRequest.meterValue',
        level: 'SHALL',
        says: 'nothing but the state of charge is read in a vehicle',
      },
      rises: { ref: 'J02.FR.16', level: 'SHALL', says: 'the register does not fall' },
    },
    catches: {
      comes: [drop('MeterValues'), alter('MeterValues', { evseId: 7 })],
      clock: [
        shifted('MeterValues', 'Sample.Clock'),
        behaviour('aligns-slowly', 'readings are made at another interval than the one that was set'),
      ],
      measurands: otherMeasurand('MeterValues', 'Sample.Clock'),
      all: alter('MeterValues', { evseId: 1 }),
      place: alter(
        'MeterValues',
        (payload) => JSON.parse(JSON.stringify(payload).replaceAll('"context"', '"location":"EV","context"')),
        { name: 'in the vehicle', kind: 'call' },
      ),
      rises: {
        name: 'register-falls',
        says: 'the register is told to be lower each time',
        rewrite: (out) =>
          out.kind === 'call' && out.action === 'MeterValues'
            ? [
                {
                  text: out.text.replace(
                    /"value":[\d.]+/g,
                    `"value":${10_000_000 - (Number.parseInt(out.id, 36) % 1_000_000)}`,
                  ),
                },
              ]
            : undefined,
      },
    },
    async run(context) {
      const { check, csms } = context;
      await ready(context);
      const other = await hasOther(context);
      const since = csms.mark;
      const measurands = await alignedData(context, false);
      const timeoutMs = inTime(context, CLOCK_S);
      const first = await csms.awaitCall('MeterValues', { since, where: aligned(EVSE), timeoutMs });
      const later = (payload: Payload) => aligned(EVSE)(payload) && newer(payload, first?.payload);
      const second =
        first && (await csms.awaitCall('MeterValues', { since, where: later, timeoutMs: twice(context, CLOCK_S) }));
      const ofOther =
        other && first !== undefined
          ? await csms.awaitCall('MeterValues', { since, where: aligned(OTHER_EVSE), timeoutMs })
          : undefined;
      check('comes', () => {
        expect(first, `MeterValues of EVSE ${EVSE} with Sample.Clock`).to.not.equal(undefined);
        expect(second, 'and again').to.not.equal(undefined);
      });
      const told = csms.calls(since, 'MeterValues').map(({ payload }) => payload);
      const readings = told.filter(aligned(EVSE)).flatMap((payload) => readingsOf(payload));
      check('clock', () => {
        onTheClock(readings);
        apart(readings, CLOCK_S);
      });
      check('measurands', () => expect(measurandsOf(readings)).to.deep.equal(measurands));
      check('all', () => {
        if (other) expect(ofOther, `MeterValues of EVSE ${OTHER_EVSE}`).to.not.equal(undefined);
        else expect(first).to.not.equal(undefined);
      });
      check('place', () => {
        const inside = told.flatMap(readingsOf).filter(({ location }) => location === 'EV');
        expect(inside.filter(({ measurand }) => measurand !== 'SoC').map(({ measurand }) => measurand)).to.deep.equal(
          [],
        );
      });
      check('rises', () => {
        const energy = readings.filter(({ measurand }) => measurand === 'Energy.Active.Import.Register');
        const values = energy.map(({ value }) => value);
        expect(values).to.deep.equal([...values].sort((one, next) => one - next));
      });
    },
  }),

  testCase({
    id: 'station/metering/clock-charging',
    title: 'While a vehicle charges, its meter is read by the clock all the same',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_J_02_CS' },
    needs: SESSION,
    checks: {
      ...clockChecks,
      comes: {
        ...clockChecks.comes,
        ref: 'J01.FR.22',
        says: 'readings by the clock come in events of the transaction, or in MeterValues of its EVSE',
      },
    },
    catches: {
      comes: [
        eventFault({ triggerReason: 'ChargingRateChanged', meterValue: null }, 'MeterValueClock'),
        eventFault({ transactionInfo: { transactionId: 'PP-OTHER' } }, 'MeterValueClock'),
      ],
      clock: [
        shifted('TransactionEvent', 'Sample.Clock'),
        behaviour('aligns-slowly', 'readings are made at another interval than the one that was set'),
      ],
      measurands: otherMeasurand('TransactionEvent', 'Sample.Clock'),
    },
    async run(context) {
      const { check, csms } = context;
      await ready(context);
      const measurands = await alignedData(context, false);
      const { transactionId } = await charging(context);
      const since = csms.mark;
      const belongs = (payload: Payload, action: string) =>
        action === 'MeterValues'
          ? aligned(EVSE)(payload)
          : triggered('MeterValueClock')(payload) && isOf(transactionId)(payload) && readIn('Sample.Clock')(payload);
      const actions = ['TransactionEvent', 'MeterValues'];
      const first = await csms.awaitCall(actions, { since, where: belongs, timeoutMs: inTime(context, CLOCK_S) });
      const later = (payload: Payload, action: string) => belongs(payload, action) && newer(payload, first?.payload);
      const second =
        first && (await csms.awaitCall(actions, { since, where: later, timeoutMs: twice(context, CLOCK_S) }));
      check('comes', () => {
        expect(first, 'readings with Sample.Clock').to.not.equal(undefined);
        expect(second, 'and again').to.not.equal(undefined);
      });
      const readings = csms
        .calls(since)
        .filter(({ action, payload }) => actions.includes(action) && belongs(payload, action))
        .flatMap(({ payload }) => readingsOf(payload))
        .filter((reading) => reading.context === 'Sample.Clock');
      check('clock', () => {
        onTheClock(readings);
        apart(readings, CLOCK_S);
      });
      check('measurands', () => expect(measurandsOf(readings)).to.deep.equal(measurands));
    },
  }),

  testCase({
    id: 'station/metering/clock-idle-only',
    title: 'Where it is to be so, no meter is read by the clock while a vehicle charges',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_J_06_CS' },
    needs: SESSION,
    feature: IDLE_ONLY,
    checks: {
      before: { ref: 'J01.FR.14', level: 'SHALL', says: 'before a transaction, readings come by the clock' },
      silent: { ref: 'J01.FR.20', level: 'SHALL', says: 'while it runs, none do' },
      after: { ref: 'J01.FR.14', level: 'SHALL', says: 'after it, they come again' },
    },
    catches: {
      before: drop('MeterValues'),
      silent: behaviour('deaf-to-SendDuringIdle', 'readings come whatever is set'),
      after: behaviour('meters-no-more', 'readings by the clock end with the first transaction'),
    },
    async run(context) {
      const { check, csms, hands } = context;
      await ready(context);
      const began = csms.mark;
      await alignedData(context, true);
      const timeoutMs = inTime(context, CLOCK_S);
      await configured(context, 'SampledDataCtrlr', 'TxUpdatedInterval', String(SAMPLE_S));
      const before = await csms.awaitCall('MeterValues', { since: began, where: aligned(EVSE), timeoutMs });
      check('before', () => expect(before, `MeterValues of EVSE ${EVSE} with Sample.Clock`).to.not.equal(undefined));
      const { token, transactionId } = await charging(context);
      const since = csms.mark;
      // Two readings of the transaction go by: longer than an interval of the clock.
      const periodic = (payload: Payload) => triggered('MeterValuePeriodic')(payload) && isOf(transactionId)(payload);
      let mark = since;
      for (let times = 0; times < 2; times++) {
        const one = await event(context, mark, periodic, inTime(context, SAMPLE_S));
        if (one === undefined) throw new Unmet('a transaction tells no readings while it runs');
        mark = csms.calls(0).indexOf(one) + 1;
      }
      const clocked = csms.calls(since).filter(({ payload }) => readIn('Sample.Clock')(payload));
      check('silent', () =>
        expect(
          clocked.map(({ action }) => action),
          'readings by the clock',
        ).to.deep.equal([]),
      );
      await hands.presentToken(token);
      await goes(context);
      await event(context, since, ended);
      await quiet(context);
      const over = csms.mark;
      const after = await csms.awaitCall('MeterValues', { since: over, where: aligned(EVSE), timeoutMs });
      check('after', () => expect(after, `MeterValues of EVSE ${EVSE} with Sample.Clock`).to.not.equal(undefined));
    },
  }),

  begins(
    'begin-plug-first',
    'A transaction that begins with the cable has a reading of its beginning',
    'TC_J_07_CS',
    'plug',
  ),
  begins(
    'begin-token-first',
    'A transaction that begins before the cable has a reading of its beginning once the place is known',
    'TC_J_08_CS',
    'token',
  ),

  testCase({
    id: 'station/metering/sampled',
    title: 'While a vehicle charges, what is configured is read, at the interval that is configured',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_J_09_CS' },
    needs: SESSION,
    checks: {
      comes: { ref: 'J02.FR.11', level: 'SHALL', says: 'events with readings come, and belong to the transaction' },
      times: { ref: 'J02.FR.11', level: 'SHALL', says: 'they were read at the interval that is configured' },
      fresh: {
        ref: 'J02.FR.10',
        level: 'SHALL',
        says: 'each was read within the interval that it is told at the end of',
      },
      measurands: {
        ref: 'J02.FR.11',
        level: 'SHALL',
        says: 'they have each measurand that is configured, and no other',
      },
      rises: { ref: 'J02.FR.16', level: 'SHALL', says: 'the register does not fall' },
    },
    catches: {
      comes: [
        eventFault({ triggerReason: 'ChargingRateChanged' }, 'MeterValuePeriodic'),
        eventFault({ transactionInfo: { transactionId: 'PP-OTHER' } }, 'MeterValuePeriodic'),
        eventFault({ meterValue: null }, 'MeterValuePeriodic'),
      ],
      times: behaviour('samples-slowly', 'readings are made at another interval than the one that was set'),
      fresh: shiftedBy(-10 * SAMPLE_S),
      measurands: otherMeasurand('TransactionEvent', 'MeterValuePeriodic'),
      rises: {
        name: 'register-falls-while-charging',
        says: 'the register is told to be lower each time',
        rewrite: (out) =>
          out.kind === 'call' && /"MeterValuePeriodic"/.test(out.text)
            ? [
                {
                  text: out.text.replace(
                    /"value":[\d.]+/g,
                    `"value":${10_000_000 - (Number.parseInt(out.id, 36) % 1_000_000)}`,
                  ),
                },
              ]
            : undefined,
      },
    },
    async run(context) {
      const { check, csms } = context;
      await ready(context);
      await preferred(context, 'SampledDataCtrlr', 'Enabled', 'true');
      const measurands = await wanted(context, 'SampledDataCtrlr', 'TxUpdatedMeasurands');
      await configured(context, 'SampledDataCtrlr', 'TxUpdatedInterval', String(SAMPLE_S));
      const { transactionId } = await charging(context);
      const since = csms.mark;
      const periodic = (payload: Payload) =>
        triggered('MeterValuePeriodic')(payload) && isOf(transactionId)(payload) && readIn('Sample.Periodic')(payload);
      const told: IncomingCall[] = [];
      while (told.length < 3) {
        const last = told.at(-1);
        const later = (payload: Payload) => periodic(payload) && newer(payload, last?.payload);
        const next = await event(context, since, later, twice(context, SAMPLE_S));
        if (next === undefined) break;
        told.push(next);
      }
      check('comes', () => expect(told.length, 'events with readings, one after the other').to.equal(3));
      const readings = told.flatMap(({ payload }) => readingsOf(payload));
      check('times', () => apart(readings, SAMPLE_S));
      check('fresh', () => {
        for (const { payload } of told) {
          const at = Date.parse(String(payload['timestamp']));
          for (const { atMs } of readingsOf(payload))
            expect((at - atMs) / 1000, 'seconds before the event').to.be.within(-OFF_S, SAMPLE_S + OFF_S);
        }
      });
      const all = csms.calls(since, 'TransactionEvent').map(({ payload }) => payload);
      const same = all.filter((payload) => periodic(payload)).flatMap(readingsOf);
      check('measurands', () => expect(measurandsOf(same)).to.deep.equal(measurands));
      check('rises', () => {
        const energy = same.filter(({ measurand }) => measurand === 'Energy.Active.Import.Register');
        const values = energy.map(({ value }) => value);
        expect(values).to.deep.equal([...values].sort((one, next) => one - next));
      });
    },
  }),
]);

/** The reading of the beginning. */
function begins(id: string, title: string, octt: string, first: 'plug' | 'token') {
  return testCase({
    id: `station/metering/${id}`,
    title,
    sut: 'station',
    versions,
    octt: { '2.0.1': octt },
    needs: SESSION,
    checks: {
      there: {
        ref: first === 'plug' ? 'E01.FR.09' : 'E01.FR.17',
        level: 'SHALL',
        says: 'the start has the reading where it tells the place; else an event has it by the time that energy is offered',
      },
      measurands: { ref: 'E01.FR.09', level: 'SHALL', says: 'it has each measurand that is configured, and no other' },
      once: { ref: 'TransactionEventRequest.meterValue', level: 'SHALL', says: 'a transaction begins once' },
    },
    catches: {
      there: alter(
        'TransactionEvent',
        (payload) => JSON.parse(JSON.stringify(payload).replaceAll('Transaction.Begin', 'Other')),
        { name: 'nothing of the beginning', kind: 'call' },
      ),
      measurands: otherMeasurand('TransactionEvent', 'Transaction.Begin'),
      once: alter(
        'TransactionEvent',
        (payload) => ({
          ...(payload as Payload),
          meterValue: [
            {
              timestamp: (payload as Payload)['timestamp'],
              sampledValue: [{ value: 1, context: 'Transaction.Begin', measurand: 'Energy.Active.Import.Register' }],
            },
          ],
        }),
        { name: 'a beginning in each event', kind: 'call' },
      ),
    },
    async run(context) {
      const { check, csms, hands } = context;
      await ready(context);
      const measurands = await wanted(context, 'SampledDataCtrlr', 'TxStartedMeasurands');
      await quiet(context);
      tidied(context);
      const token = await context.token('valid');
      const since = csms.mark;
      if (first === 'plug') await hands.plugIn();
      await hands.presentToken(token);
      if (first === 'token') {
        await csms.awaitCall('Authorize', { since, timeoutMs: context.sut.timeoutMs / 3 });
        await hands.plugIn();
      }
      const offered = await event(context, since, isOffered);
      if (offered === undefined) throw new Unmet('no energy is offered with a cable and an accepted token');
      await quiet(context);
      const events = csms.calls(since, 'TransactionEvent');
      const start = events.find(({ payload }) => payload['eventType'] === 'Started');
      if (start === undefined) throw new Unmet('no event tells that a transaction starts');
      const begun = events.filter(({ payload }) => readIn('Transaction.Begin')(payload));
      check('there', () => {
        expect(begun.length, 'events with Transaction.Begin').to.be.at.least(1);
        const [one] = begun as [IncomingCall];
        if (start.payload['evse'] !== undefined) expect(one.n, 'frame of the reading').to.equal(start.n);
        else expect(one.n, 'frame of the reading').to.be.at.most(offered.n);
      });
      check('measurands', () => {
        const readings = begun.flatMap(({ payload }) => readingsOf(payload));
        expect(measurandsOf(readings.filter((reading) => reading.context === 'Transaction.Begin'))).to.deep.equal(
          measurands,
        );
      });
      check('once', () => {
        const moments = new Set(begun.map(({ payload }) => payload['timestamp']));
        expect(moments.size, 'moments at which it begins').to.be.at.most(1);
      });
    },
  });
}
