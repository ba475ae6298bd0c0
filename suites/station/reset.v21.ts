/** Charger, orders that came with OCPP 2.1 and that a station may be unable to carry out: it says so, and goes on. */
import { alter } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import { randomWord } from '../../src/random.ts';
import { quiet, ready } from './states.ts';
import { charging, ended, event, SESSION, triggered, valueOfVariable } from './states.v2.ts';

/** PICS id: transactions go on after an interruption. */
const RESUMES = 'C-64';

export default suite('station/reset', 'Orders of 2.1', [
  testCase({
    id: 'station/reset/no-resuming',
    title: 'A station that resumes no transaction rejects a reset after which it is to, and charges on',
    sut: 'station',
    versions: ['2.1'],
    octt: { '2.1': 'TC_B_101_CS' },
    lacks: RESUMES,
    needs: SESSION,
    checks: {
      rejected: { ref: 'B13.FR.01', level: 'SHALL', says: 'without a TxResumptionTimeout the reset is Rejected' },
      goesOn: { ref: 'B13.FR.01', level: 'SHALL', says: 'the transaction goes on, and its token ends it' },
    },
    catches: {
      rejected: alter('Reset', { status: 'Accepted' }),
      goesOn: alter(
        'TransactionEvent',
        { transactionInfo: { transactionId: 'ANOTHER' } },
        { name: 'stop', when: stops },
      ),
    },
    async run(context) {
      const { check, csms, hands } = context;
      const { token, transactionId } = await charging(context);
      const timeout = await valueOfVariable(context, { name: 'TxCtrlr' }, 'TxResumptionTimeout');
      if (Number(timeout ?? 0) > 0) throw new Unmet(`TxResumptionTimeout is ${timeout}: this station resumes`);
      const since = csms.mark;
      const reply = await csms.call('Reset', { type: 'ImmediateAndResume' });
      check('rejected', () => expect(reply).to.be.callResult({ status: 'Rejected' }));
      await quiet(context);
      await hands.presentToken(token);
      const stop = await event(context, since, triggered('StopAuthorized'));
      const over = csms.calls(since, 'TransactionEvent').find(({ n, payload }) => ended(payload) && n < (stop?.n ?? 0));
      check('goesOn', () => {
        expect(over, 'an end before the token was presented').to.equal(undefined);
        expect(stop?.payload).to.have.nested.property('transactionInfo.transactionId', transactionId);
      });
    },
  }),

  testCase({
    id: 'station/reset/trigger-nobody-knows',
    title: 'A message of another vendor is not sent when it is asked for',
    sut: 'station',
    versions: ['2.1'],
    checks: {
      word: { ref: 'F06.FR.19', level: 'SHALL', says: 'a custom trigger that the station lacks is NotImplemented' },
    },
    catches: {
      word: [alter('TriggerMessage', { status: 'Accepted' }), alter('TriggerMessage', { status: 'Rejected' })],
    },
    async run(context) {
      const { check, csms, random } = context;
      await ready(context);
      const reply = await csms.call('TriggerMessage', {
        requestedMessage: 'CustomTrigger',
        customTrigger: `org.plugproof.${randomWord(random, 10)}`,
      });
      check('word', () => expect(reply).to.be.callResult({ status: 'NotImplemented' }));
    },
  }),
]);

/** For faults: only the event that tells of the stop. */
function stops(payload: unknown): boolean {
  return (payload as { triggerReason?: unknown }).triggerReason === 'StopAuthorized';
}
