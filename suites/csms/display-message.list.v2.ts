/** CSMS, display messages in OCPP 2.x: messages are listed and cleared. */
import type { Context, Ordered } from '../../src/judge/context.ts';
import { alter, type Fault } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import type { Payload } from '../../src/session.ts';
import { DISPLAY, lists, setCheck, setFaults, sets, shown, wish } from './displays.v2.ts';
import { oddNumber } from './odds.ts';
import { ordered, servedOn, servedOnCheck, servedOnFault } from './orders.ts';
import { orderedAmongst, partsFaults } from './orders.v2.ts';
import { anyRequestId } from './reports.ts';
import { booted } from './states.ts';

const listCheck = {
  ref: 'GetDisplayMessagesRequest.requestId',
  level: 'SHALL',
  says: 'the CALL asks for the messages that the operator wants to see, and for no others',
} as const;
const takenCheck = {
  ref: 'NotifyDisplayMessagesRequest.messageInfo',
  level: 'SHALL',
  says: 'each part of the list is taken',
} as const;
const clearCheck = {
  ref: 'ClearDisplayMessageRequest.id',
  level: 'SHALL',
  says: 'the CALL names the message that the operator wants cleared',
} as const;
const clearFault = alter('ClearDisplayMessage', { id: 1 });

/** What was not asked for, or not this way. */
const listFaults = (criterion: keyof Payload | undefined): readonly Fault[] => [
  alter('GetDisplayMessages', { requestId: 1 }),
  alter('GetDisplayMessages', { id: [1] }),
  alter('GetDisplayMessages', { priority: 'NormalCycle' }),
  alter('GetDisplayMessages', { state: 'Unavailable' }),
  ...(criterion === undefined ? [] : [alter('GetDisplayMessages', { [criterion]: null })]),
];

/** The order of ids means nothing. */
const sorted = (payload: Payload): Payload =>
  Array.isArray(payload['id']) ? { ...payload, id: payload['id'].toSorted((a, b) => a - b) } : payload;

/** The operator has messages listed; the check `asked` compares the CALL. A CSMS may look by itself as well. */
const asksFor = (context: Context, criteria: Payload, status: string): Promise<Ordered> =>
  orderedAmongst(
    context,
    'GetDisplayMessages',
    { requestId: anyRequestId(context.random), ...criteria },
    { status },
    {
      others: { status: 'Unknown' },
      sorted,
    },
  );

/** What is asked for once two messages are set. */
interface Inquiry {
  readonly id: string;
  readonly title: string;
  readonly octt?: string;
  readonly criterion?: 'id' | 'priority' | 'state';
  criteria(first: Payload, second: Payload): Payload;
  /** Both messages fit. */
  readonly both: boolean;
}

const inquiries: readonly Inquiry[] = [
  {
    id: 'list-all',
    title: 'CSMS asks for all messages, and takes them in parts',
    octt: 'TC_O_02_CSMS',
    criteria: () => ({}),
    both: true,
  },
  {
    id: 'list-by-id',
    title: 'CSMS asks for a message by its id',
    octt: 'TC_O_07_CSMS',
    criterion: 'id',
    criteria: (first) => ({ id: [first['id']] }),
    both: false,
  },
  {
    id: 'list-by-ids',
    title: 'CSMS asks for messages by their ids',
    criterion: 'id',
    criteria: (first, second) => ({ id: [first['id'], second['id']] }),
    both: true,
  },
  {
    id: 'list-by-priority',
    title: 'CSMS asks for messages of one priority',
    octt: 'TC_O_08_CSMS',
    criterion: 'priority',
    criteria: () => ({ priority: 'InFront' }),
    both: true,
  },
  {
    id: 'list-by-state',
    title: 'CSMS asks for messages of one state',
    octt: 'TC_O_09_CSMS',
    criterion: 'state',
    criteria: () => ({ state: 'Idle' }),
    both: false,
  },
];

const only = (id: string | undefined) => (id === undefined ? {} : { octt: { '2.0.1': id } });

export default suite('csms/display-message', 'Lists of messages (2.x)', [
  ...inquiries.map(({ id, title, octt, criterion, criteria, both }) =>
    testCase({
      id: `csms/display-message/${id}`,
      title,
      sut: 'csms',
      versions: ['2.0.1'],
      ...only(octt),
      feature: DISPLAY,
      needs: ['SetDisplayMessage', 'GetDisplayMessages'],
      checks: {
        set: setCheck,
        distinct: {
          ref: 'SetDisplayMessageRequest.message.id',
          level: 'SHALL',
          says: 'two messages have two ids: with the same one, the second replaces the first',
        },
        asked: listCheck,
        taken: takenCheck,
        servedOn: servedOnCheck,
      },
      catches: {
        set: setFaults({ priority: 'InFront' }),
        distinct: alter('SetDisplayMessage', { message: { id: 17 } }),
        asked: listFaults(criterion),
        taken: both ? partsFaults('NotifyDisplayMessages') : partsFaults('NotifyDisplayMessages').slice(1),
        servedOn: servedOnFault,
      },
      async run(context) {
        await booted(context);
        const first = shown(
          await sets(context, wish(context, { priority: 'InFront', state: 'Idle' }), 'Accepted', 'set'),
        );
        const second = shown(await sets(context, wish(context, { priority: 'InFront' }), 'Accepted', 'set'));
        context.check('distinct', () => expect(second['id']).to.not.equal(first['id']));
        const order = await asksFor(context, criteria(first, second), 'Accepted');
        await lists(context, order, ...(both ? [first, second] : [first]));
        await servedOn(context);
      },
    }),
  ),

  testCase({
    id: 'csms/display-message/list-none',
    title: 'CSMS asks a station that has no messages for all of them',
    sut: 'csms',
    versions: ['2.0.1'],
    octt: { '2.0.1': 'TC_O_03_CSMS' },
    feature: DISPLAY,
    needs: ['GetDisplayMessages'],
    checks: { asked: listCheck, servedOn: servedOnCheck },
    catches: { asked: listFaults(undefined), servedOn: servedOnFault },
    async run(context) {
      await booted(context);
      await asksFor(context, {}, 'Unknown');
      await servedOn(context);
    },
  }),

  testCase({
    id: 'csms/display-message/list-unknown',
    title: 'CSMS asks for a message that the station does not have',
    sut: 'csms',
    versions: ['2.0.1'],
    octt: { '2.0.1': 'TC_O_11_CSMS' },
    feature: DISPLAY,
    needs: ['SetDisplayMessage', 'GetDisplayMessages'],
    checks: { set: setCheck, asked: listCheck, servedOn: servedOnCheck },
    catches: { set: setFaults({}), asked: listFaults('id'), servedOn: servedOnFault },
    async run(context) {
      await booted(context);
      const { id } = shown(await sets(context, wish(context), 'Accepted', 'set'));
      await asksFor(context, { id: [Number(id) + oddNumber(context, 1)] }, 'Unknown');
      await servedOn(context);
    },
  }),

  testCase({
    id: 'csms/display-message/message-cleared',
    title: 'CSMS clears one of two messages',
    sut: 'csms',
    versions: ['2.0.1'],
    octt: { '2.0.1': 'TC_O_04_CSMS' },
    feature: DISPLAY,
    needs: ['SetDisplayMessage', 'ClearDisplayMessage'],
    checks: { set: setCheck, asked: clearCheck, servedOn: servedOnCheck },
    catches: { set: setFaults({}), asked: clearFault, servedOn: servedOnFault },
    async run(context) {
      await booted(context);
      const first = shown(await sets(context, wish(context), 'Accepted', 'set'));
      await sets(context, wish(context), 'Accepted', 'set');
      await ordered(context, 'ClearDisplayMessage', { id: first['id'] }, { status: 'Accepted' });
      await servedOn(context);
    },
  }),

  testCase({
    id: 'csms/display-message/message-clear-unknown',
    title: 'CSMS goes on with a station that does not have the message to clear',
    sut: 'csms',
    versions: ['2.0.1'],
    octt: { '2.0.1': 'TC_O_05_CSMS' },
    feature: DISPLAY,
    needs: ['ClearDisplayMessage'],
    checks: { asked: clearCheck, servedOn: servedOnCheck },
    catches: { asked: clearFault, servedOn: servedOnFault },
    async run(context) {
      await booted(context);
      await ordered(context, 'ClearDisplayMessage', { id: oddNumber(context, 1_000, 1e6) }, { status: 'Unknown' });
      await servedOn(context);
    },
  }),
]);
