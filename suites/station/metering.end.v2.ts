/** Charger, 2.x meter values in the end of a transaction: of its course, by the clock or at intervals, signed where asked. */
import { alter, behaviour, type Fault } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import type { Payload } from '../../src/session.ts';
import { event as eventFault, tellsOf } from './faults.v2.ts';
import { apart, CLOCK_S, onTheClock, otherMeasurand, SAMPLE_S, wanted } from './meter-judging.v2.ts';
import { measurandsOf, readingsOf } from './readings.v2.ts';
import { goes } from './states.auth.v2.ts';
import { inTime, ready } from './states.ts';
import { charging, configured, ended, event, isOf, preferred, SESSION, triggered } from './states.v2.ts';

const versions = ['2.0.1'] as const;

/** Declared feature: signed values. */
const SIGNED = 'C-42';

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
      last:
        component === 'SampledDataCtrlr'
          ? { ref: 'E06.FR.11', level: 'SHALL', says: 'and one is of the end' }
          : { ref: 'E06.FR.11', level: 'SHOULD', says: 'and no others, where nothing is sampled for the end' },
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
      last:
        component === 'SampledDataCtrlr'
          ? alter(
              'TransactionEvent',
              (payload) => JSON.parse(JSON.stringify(payload).replaceAll('Transaction.End', 'Other')),
              { name: 'nothing of the end', ...tellsOf('Ended') },
            )
          : behaviour('samples-for-the-end-always', 'readings for the end are sampled whatever is set'),
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
      await goes(context);
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
        const contexts = all.map((reading) => reading.context);
        if (sampled) expect(contexts).to.include('Transaction.End');
        else if (alone) expect(new Set(contexts)).to.deep.equal(new Set(['Sample.Clock']));
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

export default suite('station/metering', 'Meter values in the end of a transaction', [
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
]);
