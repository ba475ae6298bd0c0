/** CSMS, display messages in OCPP 2.x: messages are set. */
import type { Context } from '../../src/judge/context.ts';
import { alter } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import { randomWord } from '../../src/random.ts';
import type { Payload } from '../../src/session.ts';
import { DISPLAY, setCheck, setFaults, sets, shown, wish } from './displays.v2.ts';
import { ahead, oddNumber } from './odds.ts';
import { servedOn, servedOnCheck, servedOnFault } from './orders.ts';
import { booted, OTHER_EVSE } from './states.ts';
import {
  energyTransferStarted,
  evDisconnected,
  flowChecks,
  flowFaults,
  stopAuthorized,
  stranger,
} from './states.v2.ts';

const openCheck = {
  ref: 'O01.FR.04',
  level: 'SHALL',
  says: 'a message that belongs to no transaction names none',
} as const;
const openFault = alter('SetDisplayMessage', { message: { transactionId: 'SOMEBODYS' } });

/** Seconds from now, at least: a message starts before it ends. */
const TIMES = { startDateTime: 120, endDateTime: 1_200 } as const;
type Time = keyof typeof TIMES;

const timesOf = (times: readonly Time[], moment: (seconds: number) => string): Payload =>
  Object.fromEntries(times.map((time) => [time, moment(TIMES[time])]));

/** Times to come, that nobody guesses. */
const soon = (context: Context, times: readonly Time[] = []): Payload =>
  timesOf(times, (seconds) => ahead(context, oddNumber(context, seconds, 900)));

/** The same members, as a fault needs them: that they are there is enough. */
const someday = (times: readonly Time[] = []): Payload => timesOf(times, () => 'some time');

/** A message, and what the station says of it. */
interface Showing {
  readonly id: string;
  readonly title: string;
  readonly octt?: string;
  readonly status: string;
  /** Members that are always the same. */
  readonly fixed: Payload;
  /** Members that are times to come. */
  readonly times?: readonly Time[];
}

const showings: readonly Showing[] = [
  {
    id: 'message-set',
    title: 'CSMS sets a message',
    octt: 'TC_O_01_CSMS',
    status: 'Accepted',
    fixed: { priority: 'InFront', state: 'Idle' },
  },
  {
    id: 'message-from',
    title: 'CSMS sets a message that is shown from a time to come',
    octt: 'TC_O_13_CSMS',
    status: 'Accepted',
    fixed: {},
    times: ['startDateTime'],
  },
  {
    id: 'message-until',
    title: 'CSMS sets a message that is shown until a time to come',
    octt: 'TC_O_14_CSMS',
    status: 'Accepted',
    fixed: { priority: 'InFront' },
    times: ['endDateTime'],
  },
  {
    id: 'message-for-a-while',
    title: 'CSMS sets a message that is shown for a while',
    status: 'Accepted',
    fixed: { state: 'Unavailable' },
    times: ['startDateTime', 'endDateTime'],
  },
  {
    id: 'message-while-charging',
    title: 'CSMS sets a message that is shown while the station charges',
    octt: 'TC_O_25_CSMS',
    status: 'Accepted',
    fixed: { state: 'Charging' },
  },
  {
    id: 'message-priority-not-supported',
    title: 'CSMS goes on with a station that does not have the priority of a message',
    octt: 'TC_O_17_CSMS',
    status: 'NotSupportedPriority',
    fixed: { priority: 'AlwaysFront' },
  },
  {
    id: 'message-state-not-supported',
    title: 'CSMS goes on with a station that does not have the state of a message',
    octt: 'TC_O_18_CSMS',
    status: 'NotSupportedState',
    fixed: { state: 'Faulted' },
  },
  {
    id: 'message-format-not-supported',
    title: 'CSMS goes on with a station that does not have the format of a message',
    octt: 'TC_O_19_CSMS',
    status: 'NotSupportedMessageFormat',
    fixed: { message: { format: 'HTML', language: 'en-GB', content: '<p>Fast &amp; <b>slow</b></p>' } },
  },
  {
    id: 'message-rejected',
    title: 'CSMS goes on with a station that takes no more messages',
    octt: 'TC_O_26_CSMS',
    status: 'Rejected',
    fixed: {},
  },
];

/** A message for the driver who charges, and what the station says of it. */
const forDrivers: readonly Omit<Showing, 'fixed'>[] = [
  {
    id: 'message-for-transaction',
    title: 'CSMS sets a message for a transaction',
    octt: 'TC_O_06_CSMS',
    status: 'Accepted',
    times: [],
  },
  {
    id: 'message-for-transaction-from',
    title: 'CSMS sets a message for a transaction that is shown from a time to come',
    octt: 'TC_O_27_CSMS',
    status: 'Accepted',
    times: ['startDateTime'],
  },
  {
    id: 'message-for-transaction-until',
    title: 'CSMS sets a message for a transaction that is shown until a time to come',
    octt: 'TC_O_28_CSMS',
    status: 'Accepted',
    times: ['endDateTime'],
  },
  {
    id: 'message-for-unknown-transaction',
    title: 'CSMS goes on with a station that does not know the transaction of a message',
    octt: 'TC_O_10_CSMS',
    status: 'UnknownTransaction',
    times: [],
  },
];

const only = (id: string | undefined) => (id === undefined ? {} : { octt: { '2.0.1': id } });

export default suite('csms/display-message', 'Messages on the display (2.x)', [
  ...showings.map(({ id, title, octt, status, fixed, times }) =>
    testCase({
      id: `csms/display-message/${id}`,
      title,
      sut: 'csms',
      versions: ['2.0.1'],
      ...only(octt),
      feature: DISPLAY,
      needs: ['SetDisplayMessage'],
      checks: { asked: setCheck, open: openCheck, servedOn: servedOnCheck },
      catches: { asked: setFaults({ ...fixed, ...someday(times) }), open: openFault, servedOn: servedOnFault },
      async run(context) {
        await booted(context);
        const order = await sets(context, wish(context, { ...fixed, ...soon(context, times) }), status);
        const { transactionId } = shown(order);
        context.check('open', () => expect(transactionId).to.equal(undefined));
        await servedOn(context);
      },
    }),
  ),

  testCase({
    id: 'csms/display-message/message-replaced',
    title: 'CSMS replaces a message by another with the same id',
    sut: 'csms',
    versions: ['2.0.1'],
    octt: { '2.0.1': 'TC_O_12_CSMS' },
    feature: DISPLAY,
    needs: ['SetDisplayMessage'],
    checks: { asked: setCheck, again: setCheck, open: openCheck, servedOn: servedOnCheck },
    catches: {
      asked: setFaults({}),
      // The id of the second is whatever the first had.
      again: setFaults({ priority: 'InFront', state: 'Idle' }).slice(1),
      open: openFault,
      servedOn: servedOnFault,
    },
    async run(context) {
      await booted(context);
      const first = shown(await sets(context, wish(context)));
      const change = { id: first['id'], priority: 'InFront', state: 'Idle' };
      const second = shown(await sets(context, wish(context, change), 'Accepted', 'again'));
      for (const { transactionId } of [first, second])
        context.check('open', () => expect(transactionId).to.equal(undefined));
      await servedOn(context);
    },
  }),

  ...forDrivers.map(({ id, title, octt, status, times }) =>
    testCase({
      id: `csms/display-message/${id}`,
      title,
      sut: 'csms',
      versions: ['2.0.1'],
      ...only(octt),
      feature: DISPLAY,
      needs: ['SetDisplayMessage'],
      checks: { asked: { ...setCheck, says: `${setCheck.says}, and the transaction` }, ...flowChecks },
      catches: { ...flowFaults, asked: setFaults({ transactionId: 'X', state: 'Charging', ...someday(times) }) },
      async run(context) {
        await booted(context);
        const token = await context.token('valid');
        const transaction = await energyTransferStarted(context, token, { evseId: OTHER_EVSE });
        const transactionId = status === 'Accepted' ? transaction.id : randomWord(context.random, 36);
        await sets(context, wish(context, { transactionId, state: 'Charging', ...soon(context, times) }), status);
        await stopAuthorized(context, transaction, token);
        await evDisconnected(context, transaction);
        await stranger(context);
      },
    }),
  ),
]);
