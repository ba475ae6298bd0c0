/** CSMS, provisioning: stations that the CSMS does not accept, or not yet. */
import type { Context } from '../../src/judge/context.ts';
import { alter, behaviour, refuses } from '../../src/judge/fault.ts';
import { at } from '../../src/judge/path.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import type { Reply } from '../../src/session.ts';
import { ordered, orderedReport } from './orders.ts';
import { anyRequestId, reportOf, requestIdOf } from './reports.ts';
import { boot, CONNECTOR, EVSE, heldBack, now } from './states.ts';

/** Option of the certification profiles: the CSMS can hold a station Pending, or reject it. */
const HOLDS_BACK = 'C-44';

const waits = {
  ref: 'BootNotificationResponse.interval',
  level: 'SHALL',
  says: 'the time until the next try is a number of seconds that a station can keep: at most a day, and not negative',
} as const;
const waitsFault = alter('BootNotification', { interval: 90_000 });

const clockCheck = {
  ref: 'BootNotificationResponse.currentTime',
  level: 'SHALL',
  says: 'a station that is held back is told the time of the CSMS all the same',
} as const;
const clockFault = alter('BootNotification', { currentTime: '1999-12-31T23:59:59Z' });

const servesHeld = behaviour('serves-unregistered', 'a station that is not accepted is served like any other');

function judgeAnswer({ check }: Context<'waits' | 'clock'>, { payload }: Reply): void {
  check('waits', () => expect(payload['interval']).to.be.within(0, 86_400));
  check('clock', () => expect(payload['currentTime']).to.be.recentInstant());
}

const servedCheck = {
  ref: { '1.6': '4.2', '2.0.1': 'B01.FR.02' },
  level: 'SHOULD',
  says: 'the station is served if it was accepted, and is not if it was not',
} as const;

/** What the CSMS then does is what it said. */
async function keepsWord(context: Context<'served'>, status: unknown): Promise<void> {
  const { station, words, dialect, check } = context;
  const next = await station.call('StatusNotification', words.status(EVSE, CONNECTOR, 'Available', now(context)));
  check('served', () => {
    if (status === 'Accepted') expect(next).to.be.callResult();
    else expect(next).to.be.callError(dialect.codes.beforeBoot);
  });
}

/** Messages that nobody asked a station for that is not accepted. */
async function speaksOutOfTurn(context: Context<'refused'>): Promise<void> {
  const { station, words, dialect, check } = context;
  const unasked = [
    await station.call('StatusNotification', words.status(EVSE, CONNECTOR, 'Available', now(context))),
    await station.call('Heartbeat', {}),
    await station.call('Authorize', words.authorize({ idToken: 'PLUGPROOF0001', type: 'ISO14443' })),
  ];
  for (const reply of unasked) check('refused', () => expect(reply).to.be.callError(dialect.codes.beforeBoot));
}

const says = 'a message that nobody asked for is answered with a CALLERROR that says that the station may not';

export default suite('csms/provisioning', 'Provisioning of stations that are held back', [
  testCase({
    id: 'csms/provisioning/pending-unserved',
    title: 'CSMS does not serve a station that is Pending',
    sut: 'csms',
    versions: ['2.0.1'],
    octt: { '2.0.1': 'TC_B_30_CSMS' },
    feature: HOLDS_BACK,
    stations: ['pending'],
    exclusive: true,
    checks: { refused: { ref: 'B02.FR.09', level: 'SHALL', says }, waits, clock: clockCheck },
    catches: { refused: servesHeld, waits: waitsFault, clock: clockFault },
    async run(context) {
      judgeAnswer(context, await heldBack(context, 'Pending'));
      await speaksOutOfTurn(context);
    },
  }),

  testCase({
    id: 'csms/provisioning/rejected-unserved',
    title: 'CSMS does not serve a station that it rejected',
    sut: 'csms',
    versions: ['2.0.1'],
    octt: { '2.0.1': 'TC_B_30_CSMS' },
    feature: HOLDS_BACK,
    stations: ['rejected'],
    exclusive: true,
    checks: { refused: { ref: 'B03.FR.07', level: 'SHALL', says }, waits, clock: clockCheck },
    catches: { refused: servesHeld, waits: waitsFault, clock: clockFault },
    async run(context) {
      judgeAnswer(context, await heldBack(context, 'Rejected'));
      await speaksOutOfTurn(context);
    },
  }),

  testCase({
    id: 'csms/provisioning/held-back-unserved',
    title: 'CSMS does not serve a 1.6 station that is Pending',
    sut: 'csms',
    versions: ['1.6'],
    stations: ['pending'],
    exclusive: true,
    // The errata recommend this; 1.6 itself says nothing of what becomes of such a message.
    checks: { refused: { ref: 'JE 3.10', level: 'SHOULD', says }, waits, clock: clockCheck },
    catches: { refused: servesHeld, waits: waitsFault, clock: clockFault },
    async run(context) {
      judgeAnswer(context, await heldBack(context, 'Pending'));
      await speaksOutOfTurn(context);
    },
  }),

  testCase({
    id: 'csms/provisioning/boots-again-while-held-back',
    title: 'CSMS keeps its word to a station that was Pending when it boots again',
    sut: 'csms',
    versions: ['1.6', '2.0.1'],
    octt: { '2.0.1': 'TC_B_02_CSMS' },
    feature: { '2.0.1': HOLDS_BACK },
    stations: ['pending'],
    exclusive: true,
    checks: {
      waits,
      clock: clockCheck,
      served: servedCheck,
    },
    catches: {
      waits: waitsFault,
      clock: clockFault,
      served: servesHeld,
    },
    async run(context) {
      const { station } = context;
      judgeAnswer(context, await heldBack(context, 'Pending'));
      // A station that was switched off and on boots again, whatever the interval was.
      await station.reconnect();
      const status = at((await boot(context)).payload, 'status');
      await keepsWord(context, status);
    },
  }),

  testCase({
    id: 'csms/provisioning/pending-report',
    title: 'CSMS takes the report that it asked a Pending station for',
    sut: 'csms',
    versions: ['2.0.1'],
    octt: { '2.0.1': 'TC_B_02_CSMS' },
    feature: HOLDS_BACK,
    stations: ['pending'],
    exclusive: true,
    needs: ['GetBaseReport'],
    checks: {
      asked: {
        ref: 'GetBaseReportRequest.reportBase',
        level: 'SHALL',
        says: 'the CALL is the report that the operator asked for',
      },
      taken: {
        ref: 'B02.FR.09',
        level: 'SHALL',
        says: 'what the station was asked for is served before it is accepted',
      },
    },
    catches: {
      asked: alter('GetBaseReport', { reportBase: 'SummaryInventory' }),
      taken: refuses('NotifyReport', 'SecurityError'),
    },
    async run(context) {
      const { station, check, random } = context;
      await heldBack(context, 'Pending');
      const wish = { requestId: anyRequestId(random), reportBase: 'ConfigurationInventory' };
      const order = await orderedReport(context, 'GetBaseReport', wish, { status: 'Accepted' });
      for (const part of reportOf(requestIdOf(order), now(context))) {
        const answer = await station.call('NotifyReport', part);
        check('taken', () => expect(answer).to.be.callResult());
      }
    },
  }),

  testCase({
    id: 'csms/provisioning/pending-trigger-boot',
    title: 'CSMS asks a Pending station to boot before its time',
    sut: 'csms',
    versions: ['1.6', '2.0.1'],
    octt: { '2.0.1': 'TC_B_31_CSMS' },
    feature: { '2.0.1': HOLDS_BACK },
    stations: ['pending'],
    exclusive: true,
    needs: ['TriggerMessage'],
    checks: {
      asked: {
        ref: { '1.6': '5.17', '2.0.1': 'F06.FR.01' },
        level: 'SHALL',
        says: 'the CALL asks for the message that the operator wants',
      },
      waits,
      clock: clockCheck,
      served: servedCheck,
    },
    catches: {
      asked: alter('TriggerMessage', { requestedMessage: 'Heartbeat' }),
      waits: waitsFault,
      clock: clockFault,
      served: servesHeld,
    },
    async run(context) {
      await heldBack(context, 'Pending');
      await ordered(context, 'TriggerMessage', context.orders.trigger('BootNotification'), { status: 'Accepted' });
      const answer = await boot(context, 'Triggered');
      judgeAnswer(context, answer);
      await keepsWord(context, answer.payload['status']);
    },
  }),
]);
