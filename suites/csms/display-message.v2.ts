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

/** A message, and what the station says of it. */
interface Showing {
  readonly id: string;
  readonly title: string;
  readonly octt?: string;
  readonly status: string;
  /** Members that are always the same. */
  readonly fixed: Payload;
  /** Members that depend on the time. */
  readonly timed?: (context: Context) => Payload;
}

const starts = (context: Context): Payload => ({ startDateTime: ahead(context, oddNumber(context, 120, 600)) });
const stops = (context: Context): Payload => ({ endDateTime: ahead(context, oddNumber(context, 900, 900)) });

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
    timed: starts,
  },
  {
    id: 'message-until',
    title: 'CSMS sets a message that is shown until a time to come',
    octt: 'TC_O_14_CSMS',
    status: 'Accepted',
    fixed: { priority: 'InFront' },
    timed: stops,
  },
  {
    id: 'message-for-a-while',
    title: 'CSMS sets a message that is shown for a while',
    status: 'Accepted',
    fixed: { state: 'Unavailable' },
    timed: (context) => ({ ...starts(context), ...stops(context) }),
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
const forDrivers = [
  {
    id: 'message-for-transaction',
    title: 'CSMS sets a message for a transaction',
    octt: 'TC_O_06_CSMS',
    status: 'Accepted',
    timed: () => ({}),
  },
  {
    id: 'message-for-transaction-from',
    title: 'CSMS sets a message for a transaction that is shown from a time to come',
    octt: 'TC_O_27_CSMS',
    status: 'Accepted',
    timed: starts,
  },
  {
    id: 'message-for-transaction-until',
    title: 'CSMS sets a message for a transaction that is shown until a time to come',
    octt: 'TC_O_28_CSMS',
    status: 'Accepted',
    timed: stops,
  },
  {
    id: 'message-for-unknown-transaction',
    title: 'CSMS goes on with a station that does not know the transaction of a message',
    octt: 'TC_O_10_CSMS',
    status: 'UnknownTransaction',
    timed: () => ({}),
  },
];

const only = (id: string | undefined) => (id === undefined ? {} : { octt: { '2.0.1': id } });

/** Times whose presence, not whose value, decides what can be lost. */
const sample = (timed?: (context: Context) => Payload): Payload => {
  const context = { clock: { now: () => 0 }, random: () => 0 } as unknown as Context;
  return timed?.(context) ?? {};
};

export default suite('csms/display-message', 'Messages on the display (2.x)', [
  ...showings.map(({ id, title, octt, status, fixed, timed }) =>
    testCase({
      id: `csms/display-message/${id}`,
      title,
      sut: 'csms',
      versions: ['2.0.1'],
      ...only(octt),
      feature: DISPLAY,
      needs: ['SetDisplayMessage'],
      checks: { asked: setCheck, open: openCheck, servedOn: servedOnCheck },
      catches: { asked: setFaults({ ...fixed, ...sample(timed) }), open: openFault, servedOn: servedOnFault },
      async run(context) {
        await booted(context);
        const order = await sets(context, wish(context, { ...fixed, ...timed?.(context) }), status);
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

  ...forDrivers.map(({ id, title, octt, status, timed }) =>
    testCase({
      id: `csms/display-message/${id}`,
      title,
      sut: 'csms',
      versions: ['2.0.1'],
      octt: { '2.0.1': octt },
      feature: DISPLAY,
      needs: ['SetDisplayMessage'],
      checks: { asked: { ...setCheck, says: `${setCheck.says}, and the transaction` }, ...flowChecks },
      catches: { ...flowFaults, asked: setFaults({ transactionId: 'X', state: 'Charging', ...sample(timed) }) },
      async run(context) {
        await booted(context);
        const token = await context.token('valid');
        const transaction = await energyTransferStarted(context, token, { evseId: OTHER_EVSE });
        const transactionId = status === 'Accepted' ? transaction.id : randomWord(context.random, 36);
        await sets(context, wish(context, { transactionId, state: 'Charging', ...timed(context) }), status);
        await stopAuthorized(context, transaction, token);
        await evDisconnected(context, transaction);
        await stranger(context);
      },
    }),
  ),
]);
