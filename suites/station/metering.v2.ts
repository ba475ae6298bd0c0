/** Charger, 2.x meter values: by the clock, at intervals, at the beginning and at the end, with what was configured. */
import type { Context } from '../../src/judge/context.ts';
import { alter, behaviour, drop, type Fault } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import type { IncomingCall, Payload } from '../../src/session.ts';
import { event as eventFault, tellsOf } from './faults.v2.ts';
import { measurandsOf, members, type Reading, readIn, readingsOf } from './readings.v2.ts';
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
  valueOfVariable,
} from './states.v2.ts';

const versions = ['2.0.1'] as const;

/** Declared features: clock-aligned values while idle only, signed values. */
const IDLE_ONLY = 'C-28';
const SIGNED = 'C-42';

/** Seconds between two readings by the clock: soon over, and longer than what a timer is off. */
const CLOCK_S = 5;
/** Seconds between two readings of a transaction. */
const SAMPLE_S = 4;
/** Seconds by which a reading may be off its time. */
const OFF_S = 1.5;

const HALF = (CLOCK_S * 1000) / 2;

/** Moves the times of readings, as a station does that counts from when it was told to. */
const shifted = (action: string, word: string): Fault =>
  alter(
    action,
    (payload) => ({
      ...(payload as Payload),
      meterValue: ((payload as Payload)['meterValue'] as Payload[]).map((value) => ({
        ...value,
        timestamp: new Date(Date.parse(String(value['timestamp'])) - HALF).toISOString(),
      })),
    }),
    { name: 'off the clock', kind: 'call', ...tellsOf(word) },
  );

/** Readings of another thing. */
const otherMeasurand = (action: string, word: string): Fault =>
  alter(action, (payload) => JSON.parse(JSON.stringify(payload).replaceAll('Energy.Active.Import.Register', 'SoC')), {
    name: 'another measurand',
    kind: 'call',
    ...tellsOf(word),
  });

/** Measurands that are configured. @throws Unmet where the station does not tell them, or has none */
async function wanted(context: Pick<Context, 'csms'>, component: string, name: string): Promise<string[]> {
  const list = members(await valueOfVariable(context, { name: component }, name));
  if (list.length === 0) throw new Unmet(`${component}.${name} has no measurand, or is not told`);
  return list;
}

/** Judges that readings were made at marks of the clock. */
function onTheClock(readings: readonly Reading[], seconds = CLOCK_S): void {
  for (const { atMs } of readings) {
    const off = (atMs / 1000) % seconds;
    expect(
      Math.min(off, seconds - off),
      `seconds from a mark of the clock: ${new Date(atMs).toISOString()}`,
    ).to.be.at.most(OFF_S);
  }
}

/** Judges that two readings of the same lie an interval apart, or some. */
function apart(readings: readonly Reading[], seconds: number): void {
  const times = [...new Set(readings.map(({ atMs }) => atMs))].sort((one, other) => one - other);
  for (const [i, atMs] of times.slice(1).entries())
    expect((atMs - (times[i] ?? atMs)) / 1000, 'seconds between two readings').to.be.within(
      seconds - OFF_S,
      seconds + OFF_S,
    );
}

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

const signedReading = (name: string, change: (signed: Payload) => unknown): Fault =>
  alter(
    'TransactionEvent',
    (payload) => ({
      ...(payload as Payload),
      meterValue: ((payload as Payload)['meterValue'] as Payload[]).map((value) => ({
        ...value,
        sampledValue: (value['sampledValue'] as Payload[]).map(({ signedMeterValue, ...sample }) => ({
          ...sample,
          ...(signedMeterValue !== undefined && { signedMeterValue: change(signedMeterValue as Payload) }),
        })),
      })),
    }),
    { name, kind: 'call', ...tellsOf('Ended') },
  );

/** Where the readings for the end of a transaction come from. */
interface AtEnd {
  readonly id: string;
  readonly title: string;
  readonly octt: string;
  readonly component: 'SampledDataCtrlr' | 'AlignedDataCtrlr';
  readonly context: 'Sample.Periodic' | 'Sample.Clock';
  readonly signed: boolean;
  readonly ref: string;
}

const atEnd = ({ id, title, octt, component, context: word, signed, ref }: AtEnd) =>
  testCase({
    id: `station/metering/${id}`,
    title,
    sut: 'station',
    versions,
    octt: { '2.0.1': octt },
    needs: SESSION,
    ...(signed && { feature: SIGNED }),
    checks: {
      comes: {
        ref: 'E06.FR.11',
        level: 'SHALL',
        says: `the end of the transaction has readings of its course (${word})`,
      },
      times: { ref, level: 'SHALL', says: 'they were read at the interval that is configured' },
      measurands: {
        ref: 'E06.FR.11',
        level: 'SHALL',
        says: 'they have each measurand that is configured, and no other',
      },
      last: {
        ref: 'E06.FR.11',
        level: 'SHALL',
        says: 'and where measurands are sampled for the end, one is of the end',
      },
      rises: { ref: 'J02.FR.16', level: 'SHALL', says: 'the register does not fall' },
      signed: signed
        ? { ref, level: 'SHALL', says: 'the energy is signed: data, method and encoding are told' }
        : { ref: 'J02.FR.18', level: 'SHALL', says: 'no reading is of before the transaction or after its end' },
    },
    catches: {
      comes: [
        eventFault({ meterValue: null }, 'Ended'),
        alter('TransactionEvent', (payload) => JSON.parse(JSON.stringify(payload).replaceAll(`"${word}"`, '"Other"')), {
          name: 'of another context',
          ...tellsOf('Ended'),
        }),
      ],
      times: behaviour(
        component === 'SampledDataCtrlr' ? 'samples-for-the-end-slowly' : 'aligns-for-the-end-slowly',
        'readings for the end are made at another interval than the one that was set',
      ),
      measurands: otherMeasurand('TransactionEvent', 'Ended'),
      last: alter(
        'TransactionEvent',
        (payload) => JSON.parse(JSON.stringify(payload).replaceAll('Transaction.End', 'Other')),
        {
          name: 'nothing of the end',
          ...tellsOf('Ended'),
        },
      ),
      rises: alter(
        'TransactionEvent',
        (payload) => {
          const values = (payload as Payload)['meterValue'] as Payload[];
          const times = values.map(({ timestamp }) => timestamp);
          return {
            ...(payload as Payload),
            meterValue: [...values].reverse().map((value, i) => ({ ...value, timestamp: times[i] })),
          };
        },
        { name: 'backwards', kind: 'call', ...tellsOf('Ended') },
      ),
      signed: signed
        ? [
            signedReading('no signature', () => undefined),
            signedReading('no data', (old) => ({ ...old, signedMeterData: '' })),
            signedReading('no method', (old) => ({ ...old, signingMethod: '' })),
          ]
        : alter(
            'TransactionEvent',
            (payload) => ({
              ...(payload as Payload),
              meterValue: ((payload as Payload)['meterValue'] as Payload[]).map((value) => ({
                ...value,
                timestamp: new Date(Date.parse(String(value['timestamp'])) + 86_400_000).toISOString(),
              })),
            }),
            { name: 'of tomorrow', kind: 'call', ...tellsOf('Ended') },
          ),
    },
    async run(context) {
      const { check, csms, hands, sut } = context;
      await ready(context);
      const sampled = component === 'SampledDataCtrlr';
      const seconds = sampled ? SAMPLE_S : CLOCK_S;
      await preferred(context, component, 'Enabled', 'true');
      await configured(context, component, 'TxEndedInterval', String(seconds));
      if (members(await valueOfVariable(context, { name: component }, 'TxEndedMeasurands')).length === 0)
        await configured(context, component, 'TxEndedMeasurands', 'Energy.Active.Import.Register');
      const measurands = await wanted(context, component, 'TxEndedMeasurands');
      const other = sampled ? 'AlignedDataCtrlr' : 'SampledDataCtrlr';
      // One source at a time, so that each reading can be told from the others.
      const alone = await preferred(context, other, 'TxEndedMeasurands', '');
      if (signed) await configured(context, component, 'SignReadings', 'true');
      await configured(context, 'SampledDataCtrlr', 'TxUpdatedInterval', String(SAMPLE_S));
      const { token, transactionId, since } = await charging(context);
      // It lasts for some intervals: the readings that come meanwhile are the clock of the case.
      const periodic = (payload: Payload) => triggered('MeterValuePeriodic')(payload) && isOf(transactionId)(payload);
      let mark = csms.mark;
      for (let times = 0; times < 3; times++) {
        const one = await event(context, mark, periodic, inTime(context, SAMPLE_S));
        if (one === undefined) throw new Unmet('a transaction tells no readings while it runs');
        mark = csms.calls(0).indexOf(one) + 1;
      }
      await hands.presentToken(token);
      await hands.plugOut();
      const end = await event(context, since, (payload) => ended(payload) && isOf(transactionId)(payload));
      const all = readingsOf(end?.payload);
      const course = all.filter((reading) => reading.context === word);
      check('comes', () => expect(course.length, `readings with ${word}`).to.be.at.least(2));
      check('times', () => {
        apart(course, seconds);
        expect(course.length, 'readings').to.be.at.least(2 * measurands.length);
        if (!sampled) onTheClock(course);
      });
      check('measurands', () => {
        expect(measurandsOf(course)).to.deep.equal(measurands);
        if (alone && sampled) expect(measurandsOf(all)).to.deep.equal(measurands);
      });
      check('last', () => {
        if (!sampled && alone) return expect(all.length).to.be.at.least(1);
        expect(all.map((reading) => reading.context)).to.include('Transaction.End');
      });
      check('rises', () => {
        const energy = all.filter(({ measurand }) => measurand === 'Energy.Active.Import.Register');
        const inTimeOrder = [...energy].sort((one, next) => one.atMs - next.atMs).map(({ value }) => value);
        expect(inTimeOrder).to.deep.equal([...inTimeOrder].sort((one, next) => one - next));
      });
      check('signed', () => {
        if (!signed) {
          const first = csms.calls(since, 'TransactionEvent').find(({ payload }) => isOf(transactionId)(payload));
          const from = Date.parse(String(first?.payload['timestamp'])) - sut.clockToleranceS * 1000;
          const to = Date.parse(String(end?.payload['timestamp'])) + sut.clockToleranceS * 1000;
          for (const { atMs } of all) expect(atMs, new Date(atMs).toISOString()).to.be.within(from, to);
          return;
        }
        const energy = all.filter(({ measurand }) => measurand === 'Energy.Active.Import.Register');
        expect(energy.length, 'readings of the energy').to.be.at.least(1);
        for (const reading of energy) {
          const { signedMeterData, signingMethod, encodingMethod } = (reading.signed ?? {}) as Payload;
          for (const told of [signedMeterData, signingMethod, encodingMethod])
            expect(String(told ?? ''), `signedMeterValue of a reading with ${reading.context}`).to.not.equal('');
        }
      });
    },
  });

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
      await hands.plugOut();
      await event(context, since, ended);
      await quiet(context);
      const over = csms.mark;
      const after = await csms.awaitCall('MeterValues', { since: over, where: aligned(EVSE), timeoutMs });
      check('after', () => expect(after, `MeterValues of EVSE ${EVSE} with Sample.Clock`).to.not.equal(undefined));
    },
  }),

  atEnd({
    id: 'clock-end',
    title: 'The end of a transaction has the readings by the clock of its course',
    octt: 'TC_J_03_CS',
    component: 'AlignedDataCtrlr',
    context: 'Sample.Clock',
    signed: false,
    ref: 'J01.FR.14',
  }),
  atEnd({
    id: 'clock-end-signed',
    title: 'The end of a transaction has signed readings by the clock of its course',
    octt: 'TC_J_04_CS',
    component: 'AlignedDataCtrlr',
    context: 'Sample.Clock',
    signed: true,
    ref: 'J01.FR.21',
  }),
  atEnd({
    id: 'sampled-end',
    title: 'The end of a transaction has the readings of its course, and of the end',
    octt: 'TC_J_10_CS',
    component: 'SampledDataCtrlr',
    context: 'Sample.Periodic',
    signed: false,
    ref: 'E06.FR.11',
  }),
  atEnd({
    id: 'sampled-end-signed',
    title: 'The end of a transaction has signed readings of its course, and of the end',
    octt: 'TC_J_11_CS',
    component: 'SampledDataCtrlr',
    context: 'Sample.Periodic',
    signed: true,
    ref: 'J02.FR.21',
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

/** Moves the times of readings of an event by seconds. */
function shiftedBy(seconds: number): Fault {
  return alter(
    'TransactionEvent',
    (payload) => ({
      ...(payload as Payload),
      meterValue: ((payload as Payload)['meterValue'] as Payload[]).map((value) => ({
        ...value,
        timestamp: new Date(Date.parse(String(value['timestamp'])) + seconds * 1000).toISOString(),
      })),
    }),
    { name: 'read long ago', kind: 'call', ...tellsOf('MeterValuePeriodic') },
  );
}

/** True where a message has a reading that is newer than those of the other. */
function newer(payload: Payload, than: Payload | undefined): boolean {
  const times = (one: Payload | undefined) => readingsOf(one).map(({ atMs }) => atMs);
  return than === undefined || Math.max(...times(payload)) > Math.max(...times(than)) + OFF_S * 1000;
}

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
