/** CSMS, metering: what a station measures while nobody charges. */

import { drop, refuses } from '../../src/judge/fault.ts';
import type { ByVersion } from '../../src/judge/test-case.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import { ofEvse, servedOn, servedOnCheck, servedOnFault } from './orders.ts';
import { booted, EVSE, now, OTHER_EVSE } from './states.ts';

const ref: ByVersion<string> = { '1.6': '4.7', '2.0.1': 'J01.FR.18' };

/** The main meter: connector 0 in 1.6, EVSE 0 in 2.x. */
const MAIN = 0;

/** Minutes between readings that follow the clock. */
const QUARTER_MS = 15 * 60_000;

export default suite('csms/metering', 'Metering', [
  testCase({
    id: 'csms/metering/clock-aligned-idle',
    title: 'CSMS takes readings that follow the clock while nobody charges',
    sut: 'csms',
    versions: ['1.6', '2.0.1'],
    octt: { '2.0.1': 'TC_J_01_CSMS' },
    checks: {
      taken: { ref, level: 'SHALL', says: 'the readings of each EVSE are taken' },
      main: { ref, level: 'SHALL', says: 'the readings of the main meter are taken' },
      servedOn: servedOnCheck,
    },
    catches: {
      taken: [drop('MeterValues', ofEvse(OTHER_EVSE)), refuses('MeterValues', 'InternalError', ofEvse(EVSE))],
      main: refuses('MeterValues', 'PropertyConstraintViolation', ofEvse(MAIN)),
      servedOn: servedOnFault,
    },
    async run(context) {
      const { station, words, check, random, clock } = context;
      await booted(context);
      const quarter = new Date(Math.floor(clock.now() / QUARTER_MS) * QUARTER_MS).toISOString();
      const register = () => Math.floor(random() * 1e7);
      for (const evseId of [EVSE, OTHER_EVSE]) {
        const answer = await station.call('MeterValues', words.meterValues(evseId, register(), quarter));
        check('taken', () => expect(answer).to.be.callResult());
      }
      const answer = await station.call('MeterValues', words.meterValues(MAIN, register(), quarter));
      check('main', () => expect(answer).to.be.callResult());
      await servedOn(context);
    },
  }),

  testCase({
    id: 'csms/metering/every-context',
    title: 'CSMS takes readings whatever made the station take them',
    sut: 'csms',
    versions: ['1.6', '2.0.1'],
    checks: { taken: { ref, level: 'SHALL', says: 'a reading is taken whatever its context' } },
    catches: {
      taken: refuses('MeterValues', 'InternalError', {
        name: 'Trigger',
        when: (_p, request) => JSON.stringify(request).includes('"Trigger"'),
      }),
    },
    async run(context) {
      const { station, words, check, random } = context;
      await booted(context);
      let wh = Math.floor(random() * 1e6);
      for (const reason of ['Sample.Clock', 'Sample.Periodic', 'Trigger', 'Other']) {
        wh += Math.floor(random() * 100);
        const answer = await station.call('MeterValues', words.meterValues(EVSE, wh, now(context), reason));
        check('taken', () => expect(answer).to.be.callResult());
      }
    },
  }),
]);
