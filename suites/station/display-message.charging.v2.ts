/** Charger, 2.x display messages about a transaction, which end with it, and about a state of the station, which do not. */
import type { Context } from '../../src/judge/context.ts';
import { alter } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import type { Payload } from '../../src/session.ts';
import {
  type Abilities,
  DISPLAY,
  display,
  expectListed,
  expectNone,
  judgePlace,
  listFaults,
  listing,
  listsAll,
  message,
  show,
} from './displays.v2.ts';
import { goes } from './states.auth.v2.ts';
import { EVSE, statusTold, unavailable } from './states.ts';
import { charging, ended, event, SESSION } from './states.v2.ts';

const versions = ['2.0.1'] as const;

/** Short enough to wait for. */
const SOON_S = 10;
/** A timer may be late. */
const LATE_S = 5;
const HOUR_MS = 3_600_000;

const must = (ref: string, says: string) => ({ ref, level: 'SHALL', says }) as const;
const instant = ({ clock }: Context, inMs: number): string => new Date(clock.now() + inMs).toISOString();

const checks = {
  accepted: must('O02.FR.02', 'each message for the transaction is accepted'),
  listed: must('O04.FR.03', 'each is listed as it was set, once, under the number of the request'),
  over: must('O02.FR.02', 'when the transaction has ended, none of them is known any more'),
} as const;

const catches = {
  accepted: alter('SetDisplayMessage', { status: 'UnknownTransaction' }),
  listed: listFaults,
  over: listsAll,
};

/** A transaction runs, and the display can do what it can. */
async function showing(context: Context): Promise<{ can: Abilities; transactionId: string; end(): Promise<void> }> {
  const can = await display(context);
  const { token, transactionId } = await charging(context);
  const end = async () => {
    const { csms, hands } = context;
    const since = csms.mark;
    await hands.presentToken(token);
    await goes(context);
    if ((await event(context, since, ended)) === undefined)
      throw new Unmet('the transaction was to end, and the station did not tell so');
  };
  return { can, transactionId, end };
}

/** Judges that the messages are not known any more. */
async function judgeOver(context: Context<'over'>, ids: readonly unknown[]): Promise<void> {
  for (const id of ids) {
    const told = await listing(context, { id: [id] });
    context.check('over', () => expectNone(told));
  }
}

/** Messages for a transaction: taken, listed, and gone when it has ended. */
const ofTransaction = (
  id: string,
  title: string,
  octt: string,
  feature: string,
  make: (context: Context) => readonly Payload[],
) =>
  testCase({
    id: `station/display-message/${id}`,
    title,
    sut: 'station',
    versions,
    octt: { '2.0.1': octt },
    feature,
    needs: SESSION,
    checks,
    catches,
    async run(context) {
      const { check } = context;
      const { can, transactionId, end } = await showing(context);
      const infos = make(context).map((more) => message(context, can, { transactionId, ...more }));
      for (const info of infos) {
        const reply = await show(context, info);
        check('accepted', () => expect(reply).to.be.callResult({ status: 'Accepted' }));
      }
      for (const info of infos) {
        const told = await listing(context, { id: [info['id']] });
        check('listed', () => expectListed(told, [info]));
      }
      await end();
      await judgeOver(
        context,
        infos.map((info) => info['id']),
      );
    },
  });

/** A message about a state: it is kept, whatever state comes and goes. */
const ofState = (
  state: string,
  octt: string,
  needs: readonly string[],
  lives: (context: Context) => Promise<unknown>,
) =>
  testCase({
    id: `station/display-message/state-${state.toLowerCase()}`,
    title: `A message for when the station is ${state} is kept when that has come and gone`,
    sut: 'station',
    versions,
    octt: { '2.0.1': octt },
    feature: DISPLAY,
    needs,
    checks: {
      listed: must('O04.FR.03', 'it is listed as it was set, with its state'),
      kept: must('O03.FR.02', 'when the state has come and gone, it is listed as before'),
    },
    catches: { listed: listFaults, kept: listFaults },
    async run(context) {
      const { check } = context;
      const info = message(context, await display(context), { state });
      const reply = await show(context, info);
      if (reply.payload['status'] !== 'Accepted')
        throw new Unmet(
          `a message for the state ${state} was to be shown, and the station answered ${JSON.stringify(reply.payload)}`,
        );
      const told = await listing(context, { id: [info['id']] });
      check('listed', () => expectListed(told, [info]));
      await lives(context);
      const later = await listing(context, { id: [info['id']] });
      check('kept', () => expectListed(later, [info]));
    },
  });

const charges = async (context: Context): Promise<void> => (await showing(context)).end();

async function isUnavailable(context: Context): Promise<void> {
  const { csms, orders } = context;
  await unavailable(context);
  const since = csms.mark;
  await csms.need('ChangeAvailability', orders.changeAvailability(true), ['Accepted']);
  if ((await statusTold(context, 'Available', since)) === undefined)
    throw new Unmet(`EVSE ${EVSE} was to be Available again, and the station did not tell so`);
}

async function isFaulted(context: Context): Promise<void> {
  const { after, csms, hands } = context;
  const since = csms.mark;
  after(() => hands.clearFault());
  await hands.raiseFault();
  if ((await statusTold(context, 'Faulted', since)) === undefined)
    throw new Unmet(`EVSE ${EVSE} was to be Faulted, and the station did not tell so`);
  await hands.clearFault();
  await statusTold(context, 'Available', since);
}

export default suite('station/display-message', 'Display messages', [
  ofTransaction('of-transaction', 'A message for a transaction ends with it', 'TC_O_06_CS', DISPLAY, () => [{}]),
  ofTransaction(
    'of-transaction-for-later',
    'A message for later in a transaction ends with it',
    'TC_O_27_CS',
    DISPLAY,
    (context) => [{ startDateTime: instant(context, HOUR_MS) }],
  ),
  ofTransaction(
    'of-transaction-in-front',
    'Messages in front for a transaction stand beside each other, and end with it',
    'TC_O_30_CS',
    'UI-1.2',
    () => [{ priority: 'InFront' }, { priority: 'InFront' }],
  ),

  testCase({
    id: 'station/display-message/of-transaction-over',
    title: 'A message for a transaction is gone when its time is over, and not before',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_O_28_CS' },
    feature: DISPLAY,
    needs: SESSION,
    checks: { ...checks, over: must('O02.FR.07', 'when its time is over it is not known any more') },
    catches,
    async run(context) {
      const { check, clock } = context;
      const { can, transactionId } = await showing(context);
      const info = message(context, can, { transactionId, endDateTime: instant(context, SOON_S * 1000) });
      const reply = await show(context, info);
      check('accepted', () => expect(reply).to.be.callResult({ status: 'Accepted' }));
      const told = await listing(context, { id: [info['id']] });
      check('listed', () => expectListed(told, [info]));
      await clock.sleep((SOON_S + LATE_S) * 1000);
      await judgeOver(context, [info['id']]);
    },
  }),

  testCase({
    id: 'station/display-message/of-transaction-always-in-front',
    title: 'A message that is always in front in a transaction takes the place of the one that was, and ends with it',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_O_32_CS' },
    feature: 'UI-1.1',
    needs: SESSION,
    checks: { ...checks, gone: must('O02.FR.18', 'the first is not known any more when the second is set') },
    catches: { ...catches, gone: listsAll },
    async run(context) {
      const { can, transactionId, end } = await showing(context);
      const { id } = await judgePlace(context, () => message(context, can, { transactionId, priority: 'AlwaysFront' }));
      await end();
      await judgeOver(context, [id]);
    },
  }),

  ofState('Charging', 'TC_O_36_CS', SESSION, charges),
  ofState('Idle', 'TC_O_37_CS', SESSION, charges),
  ofState('Unavailable', 'TC_O_38_CS', [], isUnavailable),
  ofState('Faulted', 'TC_O_39_CS', ['raiseFault', 'clearFault'], isFaulted),
]);
