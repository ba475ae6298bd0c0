/** Charger, 1.6 meter values that come with the end of a transaction: where they are configured, and adding up. */
import type { Context } from '../../src/judge/context.ts';
import { alter } from '../../src/judge/fault.ts';
import { registerOf } from '../../src/judge/invariants/meter.v16.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import type { IncomingCall, Payload } from '../../src/session.ts';
import { deafTo, valued } from './faults.v16.ts';
import { readings } from './judging.v16.ts';
import { charging, configured, SESSION, settled, statusWord, stopped } from './states.v16.ts';

const versions = ['1.6'] as const;

const ENERGY = 'Energy.Active.Import.Register';
/** Seconds between two readings of the meter. */
const SAMPLE_S = 7;
/** Wh by which two readings of one moment may differ: they are taken one after the other. */
const APART_WH = 10;
const ZONED = /(Z|[+-]\d{2}:\d{2})$/i;

/** Judges the meter values in the end of a transaction, which was long enough for so many samples. */
function judgeData(
  { check }: Context<'comes' | 'whats' | 'adds' | 'ends'>,
  start: IncomingCall,
  stop: IncomingCall,
  samples: number,
): void {
  const all = readings(stop.payload);
  const because = (reason: string) => all.filter(({ context }) => context === reason);
  check('comes', () => expect(because('Sample.Periodic').length, 'samples').to.be.at.least(samples));
  check('whats', () => {
    expect([...new Set(all.map(({ measurand }) => measurand))], 'measurands').to.deep.equal([ENERGY]);
    const [from, to] = [start, stop].map(({ payload }) => Date.parse(String(payload['timestamp'])));
    for (const { context, timestamp } of all) {
      expect(context).to.be.oneOf(['Transaction.Begin', 'Sample.Periodic', 'Transaction.End']);
      expect(timestamp).to.match(ZONED);
      expect(Date.parse(timestamp), 'time of a reading').to.be.within((from ?? 0) - 2_000, (to ?? 0) + 2_000);
    }
  });
  check('adds', () => {
    const told = all.flatMap((one) => {
      const register = registerOf(one);
      return register === undefined ? [] : [{ ...register, why: one.context }];
    });
    const wh = told.map((one) => one.wh);
    expect(wh, 'registers').to.deep.equal([...wh].sort((one, other) => one - other));
    const { meterStart } = start.payload;
    const { meterStop } = stop.payload;
    for (const { wh: one, step, why } of told) {
      const near = Math.max(APART_WH, step);
      if (why === 'Transaction.Begin')
        expect(Math.abs(one - Number(meterStart)), `Wh from ${String(meterStart)}`).to.be.at.most(near);
      if (why === 'Transaction.End')
        expect(Math.abs(one - Number(meterStop)), `Wh from ${String(meterStop)}`).to.be.at.most(near);
      expect(one, 'register').to.be.within(Number(meterStart) - near, Number(meterStop) + near);
    }
  });
  check('ends', () => {
    expect(because('Transaction.Begin').length, 'values at the beginning').to.be.above(0);
    expect(because('Transaction.End').length, 'values at the end').to.be.above(0);
  });
}

export default suite('station/transactions', 'Transactions', [
  testCase({
    id: 'station/transactions/stop-data',
    title: 'Meter values that belong to the end of a transaction come with it, and add up',
    sut: 'station',
    versions,
    needs: SESSION,
    checks: {
      comes: {
        ref: '9.1.27',
        level: 'SHALL',
        says: 'the end of the transaction holds a meter value for each interval that went by',
      },
      whats: {
        ref: '9.1.27',
        level: 'SHALL',
        says: 'they hold what is configured and nothing else, taken in the transaction, for reasons that are theirs',
      },
      adds: {
        ref: '4.10',
        level: 'SHALL',
        says: 'the register goes from that of the start to that of the end, and never falls',
      },
      ends: { ref: 'E 3.14', level: 'SHOULD', says: 'the first value and the last are among them' },
    },
    catches: {
      comes: [alter('StopTransaction', { transactionData: null }), deafTo('StopTxnSampledData')],
      whats: alter(
        'StopTransaction',
        (payload) =>
          JSON.parse(
            JSON.stringify(payload).replaceAll(ENERGY, 'Energy.Reactive.Import.Register').replaceAll('"Wh"', '"varh"'),
          ),
        { name: 'of another measurand' },
      ),
      adds: [
        alter(
          'StopTransaction',
          (payload) => ({ ...(payload as Payload), meterStop: Number((payload as Payload)['meterStop']) + 500 }),
          {
            name: 'more than was measured',
          },
        ),
        alter('StartTransaction', { meterStart: 0 }),
        valued('first-value-high', 'the first value is above the last', 'StopTransaction', () => '900000'),
      ],
      ends: alter(
        'StopTransaction',
        (payload) => JSON.parse(JSON.stringify(payload).replaceAll('Transaction.End', 'Sample.Periodic')),
        { name: 'without an end' },
      ),
    },
    async run(context) {
      const { clock, csms, hands } = context;
      await settled(context);
      await configured(context, 'MeterValueSampleInterval', String(SAMPLE_S));
      await configured(context, 'StopTxnSampledData', ENERGY);
      await configured(context, 'StopTxnAlignedData', '');
      // The register of the second session does not begin at nothing.
      for (const samples of [1, 2]) {
        const { start, token } = await charging(context);
        await clock.sleep((samples * SAMPLE_S + 1) * 1000);
        const since = csms.mark;
        await hands.presentToken(token);
        const stop = await stopped(context, since);
        if (stop === undefined) throw new Unmet('the token that started a transaction did not end it');
        judgeData(context, start, stop, samples);
        await hands.plugOut();
        await statusWord(context, since, 'Available');
      }
    },
  }),

  testCase({
    id: 'station/transactions/no-stop-data',
    title: 'The end of a transaction holds no meter values where none are configured for it',
    sut: 'station',
    versions,
    needs: SESSION,
    checks: {
      none: { ref: 'E 3.14.5', level: 'SHALL', says: 'the end of the transaction holds none' },
    },
    catches: { none: deafTo('StopTxnSampledData=') },
    async run(context) {
      const { check, clock, csms, hands } = context;
      await settled(context);
      await configured(context, 'MeterValueSampleInterval', String(SAMPLE_S));
      await configured(context, 'StopTxnSampledData', ENERGY);
      await configured(context, 'StopTxnSampledData', '');
      await configured(context, 'StopTxnAlignedData', '');
      const { token } = await charging(context);
      await clock.sleep((SAMPLE_S + 1) * 1000);
      const since = csms.mark;
      await hands.presentToken(token);
      const stop = await stopped(context, since);
      if (stop === undefined) throw new Unmet('the token that started a transaction did not end it');
      check('none', () => expect(readings(stop.payload).length, 'meter values').to.equal(0));
    },
  }),
]);
