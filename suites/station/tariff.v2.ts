/** Charger, 2.x cost: whoever tells it what a charge has cost so far, or in the end, does not disturb it. */
import type { Context } from '../../src/judge/context.ts';
import { alter, drop, refuses } from '../../src/judge/fault.ts';
import { at } from '../../src/judge/path.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import type { IncomingCall } from '../../src/session.ts';
import { DISPLAY } from './displays.v2.ts';
import { info, tellsOf } from './faults.auth.v2.ts';
import { ask } from './optional.ts';
import { goes } from './states.auth.v2.ts';
import { inTime, quiet, ready } from './states.ts';
import { charging, ended, event, SESSION, sampled, transactionOf, triggered } from './states.v2.ts';

const versions = ['2.0.1'] as const;
const feature = DISPLAY;

/** Seconds between two readings of the meter. */
const SAMPLE_S = 7;

const must = (ref: string, says: string) => ({ ref, level: 'SHALL', says }) as const;

/** What the CSMS says of a transaction besides: its cost so far, and a message with it. */
function tellsCost({ csms }: Context): void {
  let cents = 0;
  csms.answer('TransactionEvent', (call) => {
    cents += 125;
    const content = `EUR ${(cents / 100).toFixed(2)}`;
    call.respond({
      totalCost: cents / 100,
      updatedPersonalMessage: { format: 'UTF8', language: 'en-US', content },
      ...(call.payload['idToken'] !== undefined && {
        idTokenInfo: { status: 'Accepted', personalMessage: { format: 'UTF8', language: 'en-US', content } },
      }),
    });
  });
}

/** Two readings of the meter, one behind the other, in the transaction. */
async function readings(context: Context, since: number): Promise<readonly (IncomingCall | undefined)[]> {
  const { csms } = context;
  const periodic = triggered('MeterValuePeriodic');
  const timeoutMs = inTime(context, SAMPLE_S);
  const first = await event(context, since, periodic, timeoutMs);
  const second = first && (await event(context, csms.calls(0).indexOf(first) + 1, periodic, timeoutMs));
  return [first, second];
}

const goesOn = must('E02.FR.10', 'the transaction goes on: its meter is read as often as it is configured');
const goesOnFaults = [
  info({ transactionId: 'PP-OTHER' }, 'MeterValuePeriodic'),
  alter('TransactionEvent', { triggerReason: 'AbnormalCondition' }, tellsOf('MeterValuePeriodic')),
];

export default suite('station/tariff', 'Tariff and cost', [
  testCase({
    id: 'station/tariff/cost-updated',
    title: 'A station that is told what a charge has cost so far answers, and charges on',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_I_01_CS' },
    feature,
    needs: SESSION,
    checks: { answered: must('I02.FR.02', 'each CostUpdated is answered'), goesOn },
    catches: { answered: [refuses('CostUpdated', 'InternalError'), drop('CostUpdated')], goesOn: goesOnFaults },
    async run(context) {
      const { check, csms } = context;
      await ready(context);
      await sampled(context, SAMPLE_S);
      const { transactionId } = await charging(context);
      const since = csms.mark;
      for (const totalCost of [0, 1.25, 12.5]) {
        const reply = await ask(context, DISPLAY, 'CostUpdated', { totalCost, transactionId });
        check('answered', () => expect(reply).to.be.callResult());
      }
      const told = await readings(context, since);
      check('goesOn', () =>
        expect(told.map((one) => transactionOf(one?.payload))).to.deep.equal([transactionId, transactionId]),
      );
    },
  }),

  testCase({
    id: 'station/tariff/running-cost',
    title: 'A station that is told the cost with the answers to its events charges on',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_I_07_CS' },
    feature,
    needs: SESSION,
    checks: { goesOn },
    catches: { goesOn: goesOnFaults },
    async run(context) {
      const { check, csms } = context;
      await ready(context);
      await sampled(context, SAMPLE_S);
      tellsCost(context);
      const { transactionId } = await charging(context);
      const told = await readings(context, csms.mark);
      check('goesOn', () =>
        expect(told.map((one) => transactionOf(one?.payload))).to.deep.equal([transactionId, transactionId]),
      );
    },
  }),

  testCase({
    id: 'station/tariff/total-cost',
    title: 'A station that is told the cost in the end has told of the end, once',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_I_02_CS' },
    feature,
    needs: SESSION,
    checks: { ended: must('I03.FR.01', 'that the transaction has ended is told, once, by a local act') },
    catches: {
      ended: [
        alter('TransactionEvent', { eventType: 'Updated' }, tellsOf('Ended')),
        info({ transactionId: 'PP-OTHER' }, 'Ended'),
        info({ stoppedReason: 'Remote' }, 'Ended'),
      ],
    },
    async run(context) {
      const { check, csms, hands } = context;
      const { token, transactionId } = await charging(context);
      tellsCost(context);
      const since = csms.mark;
      await hands.presentToken(token);
      await goes(context);
      await event(context, since, ended);
      await quiet(context);
      const ends = csms.calls(since, 'TransactionEvent').filter(({ payload }) => ended(payload));
      check('ended', () => {
        expect(ends.map(({ payload }) => transactionOf(payload))).to.deep.equal([transactionId]);
        expect(at(ends[0]?.payload, 'transactionInfo.stoppedReason')).to.be.oneOf([undefined, 'Local']);
      });
    },
  }),
]);
