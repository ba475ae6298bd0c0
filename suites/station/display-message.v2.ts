/** Charger, 2.x display messages: taken as far as the display can show them, listed as they were set, and gone when they are over. */
import type { Context } from '../../src/judge/context.ts';
import { alter } from '../../src/judge/fault.ts';
import { at } from '../../src/judge/path.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import type { Payload } from '../../src/session.ts';
import {
  DISPLAY,
  display,
  expectListed,
  expectNone,
  expectUnlisted,
  FORMATS,
  judgePlace,
  listFaults,
  listing,
  listsAll,
  message,
  newId,
  PRIORITIES,
  STATES,
  show,
  shown,
  written,
} from './displays.v2.ts';
import { ready, reset } from './states.ts';

const versions = ['2.0.1'] as const;
const feature = DISPLAY;

/** Short enough to wait for. */
const SOON_S = 10;
/** A timer may be late. */
const LATE_S = 5;
const HOUR_MS = 3_600_000;

const must = (ref: string, says: string) => ({ ref, level: 'SHALL', says }) as const;
const listed = must('O04.FR.03', 'it is listed as it was set, once, under the number of the request');

const instant = ({ clock }: Context, inMs: number): string => new Date(clock.now() + inMs).toISOString();

/** A message is taken, and is then listed as it was set. */
const takes = (
  id: string,
  title: string,
  octt: string | readonly string[],
  ref: string,
  more: (context: Context) => Payload,
) =>
  testCase({
    id: `station/display-message/${id}`,
    title,
    sut: 'station',
    versions,
    octt: { '2.0.1': octt },
    feature,
    checks: { accepted: must(ref, 'the message is accepted'), listed },
    catches: { accepted: alter('SetDisplayMessage', { status: 'Rejected' }), listed: listFaults },
    async run(context) {
      const { check } = context;
      const info = message(context, await display(context), more(context));
      const reply = await show(context, info);
      check('accepted', () => expect(reply).to.be.callResult({ status: 'Accepted' }));
      const told = await listing(context, { id: [info['id']] });
      check('listed', () => {
        expectListed(told, [info]);
        expect(told.messages.length, 'messages listed').to.equal(1);
      });
    },
  });

export default suite('station/display-message', 'Display messages', [
  takes('set', 'A message is taken, and listed by its id', ['TC_O_01_CS', 'TC_O_07_CS'], 'O01.FR.12', () => ({})),
  takes('set-for-later', 'A message for later is taken, and listed', 'TC_O_13_CS', 'O01.FR.06', (context) => ({
    startDateTime: instant(context, HOUR_MS),
    endDateTime: instant(context, 2 * HOUR_MS),
  })),

  testCase({
    id: 'station/display-message/abilities',
    title:
      'A message is taken where its priority and its format are those of the display, and refused with the reason where not',
    sut: 'station',
    versions,
    octt: { '2.0.1': ['TC_O_17_CS', 'TC_O_18_CS', 'TC_O_19_CS'] },
    feature,
    checks: {
      priorities: must('O01.FR.01', 'each priority is accepted, or refused as NotSupportedPriority'),
      formats: must('O01.FR.03', 'each format is accepted, or refused as NotSupportedMessageFormat'),
      // No variable tells which states a display knows.
      states: must('O01.FR.02', 'each state is accepted, or refused as NotSupportedState'),
    },
    catches: {
      priorities: [
        alter('SetDisplayMessage', { status: 'NotSupportedPriority' }),
        alter('SetDisplayMessage', { status: 'Rejected' }),
      ],
      states: alter('SetDisplayMessage', { status: 'Rejected' }),
      formats: [alter('SetDisplayMessage', { status: 'Accepted' }), alter('SetDisplayMessage', { status: 'Rejected' })],
    },
    async run(context) {
      const { check } = context;
      const can = await display(context);
      if (can.priorities.length === 0 || can.formats.length === 0)
        throw new Unmet('the station does not tell DisplayMessageCtrlr.SupportedPriorities and SupportedFormats');
      for (const priority of PRIORITIES) {
        const reply = await show(context, message(context, can, { priority }));
        const status = can.priorities.includes(priority) ? 'Accepted' : 'NotSupportedPriority';
        check('priorities', () => expect(reply, priority).to.be.callResult({ status }));
      }
      for (const format of FORMATS) {
        const reply = await show(context, message(context, can, { message: written(context, format) }));
        const status = can.formats.includes(format) ? 'Accepted' : 'NotSupportedMessageFormat';
        check('formats', () => expect(reply, format).to.be.callResult({ status }));
      }
      for (const state of STATES) {
        const reply = await show(context, message(context, can, { state }));
        check('states', () => expect(reply.payload['status'], state).to.be.oneOf(['Accepted', 'NotSupportedState']));
      }
    },
  }),

  testCase({
    id: 'station/display-message/list-all',
    title: 'All messages are listed where nothing in particular is asked for',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_O_02_CS' },
    feature,
    checks: {
      listed: must('O03.FR.02', 'every message is listed as it was set, once, under the number of the request'),
    },
    catches: { listed: listFaults },
    async run(context) {
      const { check } = context;
      const can = await display(context);
      const infos: Payload[] = [];
      for (let i = 0; i < 3; i++) infos.push(await shown(context, message(context, can)));
      const told = await listing(context);
      check('listed', () => expectListed(told, infos));
    },
  }),

  testCase({
    id: 'station/display-message/list-none',
    title: 'Where there is no message, none is listed',
    sut: 'station',
    versions,
    octt: { '2.0.1': ['TC_O_03_CS', 'TC_O_33_CS'] },
    feature,
    checks: {
      all: must('O03.FR.06', 'asked for all messages, the station knows none'),
      one: must('O04.FR.07', 'asked for one, the station knows none'),
    },
    catches: { all: listsAll, one: listsAll },
    async run(context) {
      const { check } = context;
      await display(context);
      const told = await listing(context);
      if (told.messages.length > 0)
        throw new Unmet('there are messages on the station that others have set: clear them first');
      check('all', () => expectNone(told));
      const one = await listing(context, { id: [newId(context)] });
      check('one', () => expectNone(one));
    },
  }),

  testCase({
    id: 'station/display-message/list-some',
    title: 'Messages are listed by priority and by state, alone and together with the id',
    sut: 'station',
    versions,
    octt: {
      '2.0.1': ['TC_O_08_CS', 'TC_O_09_CS', 'TC_O_11_CS', 'TC_O_34_CS', 'TC_O_35_CS'],
    },
    feature,
    checks: {
      priority: must('O04.FR.03', 'by its priority the message is listed, and none of another priority'),
      state: must('O04.FR.03', 'by its state the message is listed, and none of another state'),
      unknown: must('O04.FR.02', 'by an id that there is not, or with another priority or state, nothing is known'),
    },
    catches: { priority: listFaults, state: listFaults, unknown: listsAll },
    async run(context) {
      const { check } = context;
      const can = await display(context);
      const info = message(context, can, { state: 'Charging' });
      const { id, priority, state } = await shown(context, info);
      const others = can.priorities.filter((one) => one !== priority && one !== 'AlwaysFront');
      const more = [];
      for (const one of others.slice(0, 1))
        more.push(await shown(context, message(context, can, { priority: one, state: 'Idle' })));
      const ids = more.map((one) => one['id']);
      const byPriority = await listing(context, { priority });
      check('priority', () => {
        expectListed(byPriority, [info]);
        expectUnlisted(byPriority, ids);
      });
      const byState = await listing(context, { state });
      check('state', () => {
        expectListed(byState, [info]);
        expectUnlisted(byState, ids);
      });
      const otherPriority = PRIORITIES.find((one) => one !== priority);
      for (const filter of [
        { id: [newId(context)] },
        { id: [id], state: 'Faulted' },
        { id: [id], priority: otherPriority },
      ]) {
        const told = await listing(context, filter);
        check('unknown', () => expectNone(told));
      }
    },
  }),

  testCase({
    id: 'station/display-message/clear',
    title: 'A message that is cleared is gone, the others stay, and one that is not there can not be cleared',
    sut: 'station',
    versions,
    octt: { '2.0.1': ['TC_O_04_CS', 'TC_O_05_CS'] },
    feature,
    checks: {
      cleared: must('O05.FR.01', 'clearing the message is accepted'),
      gone: must('O05.FR.01', 'it is not known any more'),
      others: must('O05.FR.01', 'another message is listed as before'),
      unknown: must('O05.FR.02', 'clearing it once more is answered with Unknown'),
    },
    catches: {
      cleared: alter('ClearDisplayMessage', { status: 'Unknown' }),
      gone: listsAll,
      others: listFaults,
      unknown: alter('ClearDisplayMessage', { status: 'Accepted' }),
    },
    async run(context) {
      const { check, csms } = context;
      const can = await display(context);
      const [one, other] = [await shown(context, message(context, can)), await shown(context, message(context, can))];
      const id = one['id'];
      const cleared = await csms.call('ClearDisplayMessage', { id });
      check('cleared', () => expect(cleared).to.be.callResult({ status: 'Accepted' }));
      const gone = await listing(context, { id: [id] });
      check('gone', () => expectNone(gone));
      const left = await listing(context, { id: [other['id']] });
      check('others', () => expectListed(left, [other]));
      const again = await csms.call('ClearDisplayMessage', { id });
      check('unknown', () => expect(again).to.be.callResult({ status: 'Unknown' }));
    },
  }),

  testCase({
    id: 'station/display-message/replace',
    title: 'A message of an id that is there takes the place of the one before',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_O_12_CS' },
    feature,
    checks: {
      accepted: must('O06.FR.01', 'the new message is accepted'),
      listed: must('O06.FR.01', 'the new message is listed, whole, and the old one is not'),
    },
    catches: {
      accepted: alter(
        'SetDisplayMessage',
        { status: 'Rejected' },
        { when: (_, asked) => at(asked, 'message.state') === undefined },
      ),
      listed: listFaults,
    },
    async run(context) {
      const { check } = context;
      const can = await display(context);
      const { id } = await shown(
        context,
        message(context, can, { state: 'Idle', endDateTime: instant(context, HOUR_MS) }),
      );
      const info = message(context, can, { id });
      const reply = await show(context, info);
      check('accepted', () => expect(reply).to.be.callResult({ status: 'Accepted' }));
      const told = await listing(context, { id: [id] });
      check('listed', () => expectListed(told, [info]));
    },
  }),

  testCase({
    id: 'station/display-message/over',
    title: 'A message is gone when its time is over, and not before',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_O_14_CS' },
    feature,
    checks: { listed, gone: must('O01.FR.07', 'when its time is over it is not known any more') },
    catches: { listed: listFaults, gone: listsAll },
    async run(context) {
      const { check, clock } = context;
      const can = await display(context);
      const info = await shown(context, message(context, can, { endDateTime: instant(context, SOON_S * 1000) }));
      const told = await listing(context, { id: [info['id']] });
      check('listed', () => expectListed(told, [info]));
      await clock.sleep((SOON_S + LATE_S) * 1000);
      const gone = await listing(context, { id: [info['id']] });
      check('gone', () => expectNone(gone));
    },
  }),

  testCase({
    id: 'station/display-message/persists',
    title: 'A message is there after a restart',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_O_20_CS' },
    feature,
    checks: { listed: must('O01.FR.10', 'after a restart it is listed as it was set') },
    catches: { listed: listFaults },
    async run(context) {
      const { check } = context;
      const info = await shown(context, message(context, await display(context)));
      const { boot } = await reset(context, 'idle');
      if (boot === undefined) throw new Unmet('the station did not boot after a reset');
      await ready(context);
      const told = await listing(context, { id: [info['id']] });
      check('listed', () => expectListed(told, [info]));
    },
  }),

  testCase({
    id: 'station/display-message/in-front',
    title: 'Messages in front stand beside each other',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_O_22_CS' },
    feature: 'UI-1.2',
    checks: {
      accepted: must('O01.FR.14', 'both are accepted'),
      listed: must('O01.FR.14', 'both are listed as they were set'),
    },
    catches: { accepted: alter('SetDisplayMessage', { status: 'Rejected' }), listed: listFaults },
    async run(context) {
      const { check } = context;
      const can = await display(context);
      const infos = [1, 2].map(() => message(context, can, { priority: 'InFront' }));
      for (const info of infos) {
        const reply = await show(context, info);
        check('accepted', () => expect(reply).to.be.callResult({ status: 'Accepted' }));
      }
      for (const info of infos) {
        const told = await listing(context, { id: [info['id']] });
        check('listed', () => expectListed(told, [info]));
      }
    },
  }),

  testCase({
    id: 'station/display-message/always-in-front',
    title: 'A message that is always in front takes the place of the one that was',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_O_24_CS' },
    feature: 'UI-1.1',
    checks: {
      accepted: must('O01.FR.16', 'both are accepted, one after the other'),
      gone: must('O01.FR.16', 'the first is not known any more'),
      listed: must('O01.FR.16', 'the second is listed as it was set'),
    },
    catches: {
      accepted: alter('SetDisplayMessage', { status: 'Rejected' }),
      gone: listsAll,
      listed: listFaults,
    },
    async run(context) {
      const can = await display(context);
      await judgePlace(context, () => message(context, can, { priority: 'AlwaysFront' }));
    },
  }),

  testCase({
    id: 'station/display-message/no-transaction',
    title: 'A message for a transaction that is not there is not taken',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_O_10_CS' },
    feature,
    checks: {
      refused: must('O02.FR.01', 'the message is refused as UnknownTransaction'),
      gone: must('O02.FR.01', 'it is not listed'),
    },
    catches: {
      refused: [alter('SetDisplayMessage', { status: 'Accepted' }), alter('SetDisplayMessage', { status: 'Rejected' })],
      gone: listsAll,
    },
    async run(context) {
      const { check } = context;
      const info = message(context, await display(context), { transactionId: `plugproof-${newId(context)}` });
      const reply = await show(context, info);
      check('refused', () => expect(reply).to.be.callResult({ status: 'UnknownTransaction' }));
      const told = await listing(context, { id: [info['id']] });
      check('gone', () => expectNone(told));
    },
  }),
]);
