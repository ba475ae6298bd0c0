/** OCPP-J, both roles: answers belong to the CALL that was asked, and answers to nothing are let go by. */
import { alter, behaviour } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import { encodeCall, encodeCallError, encodeCallResult, encodeCallResultError } from '../../src/ocppj/encode.ts';
import { probeIds, probeSilence } from './faults.ts';
import { freshId, provoke } from './provoke.ts';

const all = ['1.6', '2.0.1', '2.1'] as const;
const idRef = { '1.6': 'J 4.1.4', '2.0.1': 'P4 4.1.4', '2.1': 'P4 4.1.4' } as const;
const turnsRef = { '1.6': 'J 4.1.1', '2.0.1': 'P4 4.1.1', '2.1': 'P4 4.1.1' } as const;

const strayChecks = {
  unanswered: {
    ref: { '1.6': 'J 4.2.3', '2.0.1': 'P4 4.2.3', '2.1': 'P4 4.2.3' },
    level: 'SHALL',
    says: 'an answer is not answered: CALLRESULT and CALLERROR are for CALLs',
  },
  kept: { ref: turnsRef, level: 'SHALL', says: 'the next CALL on the connection is served' },
} as const;

const strayFaults = {
  unanswered: behaviour('answers-stray-answers', 'an answer to no CALL is answered with a CALLERROR'),
  kept: behaviour('hangs-up-on-stray-answers', 'an answer to no CALL ends the connection'),
} as const;

/** An answer to nothing, from a fresh id. */
type Stray = (id: string) => string;

const strays = (id: string, title: string, versions: typeof all | readonly ['2.1'], texts: readonly Stray[]) =>
  testCase({
    id: `ocppj/correlation/${id}`,
    title,
    sut: 'both',
    versions,
    checks: strayChecks,
    catches: strayFaults,
    async run(context) {
      const { check, peer } = context;
      const session = await peer.open();
      for (const text of texts) {
        const got = await provoke(context, session, [text(freshId(context))], false);
        // 2.1 has an answer to a CALLRESULT that is wrong (FR.06); whether one without a CALL is wrong, it leaves open.
        const answers = got.answers.filter(({ kind }) => kind !== 'callresulterror');
        check('unanswered', () => expect(answers.map(({ raw }) => raw)).to.deep.equal([]));
        check('kept', () => expect(got.served, 'a good CALL behind it is served').to.equal(true));
        if (got.closed) return;
      }
    },
  });

export default suite('ocppj/correlation', 'OCPP-J answers and their CALLs', [
  testCase({
    id: 'ocppj/correlation/sequence',
    title: 'Twenty CALLs one after the other are each answered under their own id',
    sut: 'both',
    versions: all,
    checks: { own: { ref: idRef, level: 'SHALL', says: 'each CALL is served, under its own id' } },
    catches: {
      own: [
        probeIds('one-short', 'the last character of each message id is lost', (id) => id.slice(0, -1)),
        probeSilence('one-in-many', 'a CALL whose id ends in 7 is never answered', (id) => id.endsWith('7')),
      ],
    },
    async run(context) {
      const { check, peer } = context;
      const session = await peer.open();
      const word = freshId(context, 16);
      for (let i = 1; i <= 20; i++) {
        const reply = await session.call(peer.probe.action, peer.probe.payload, { id: `${word}-${i}` });
        check('own', () => expect(reply).to.be.callResult());
      }
    },
  }),

  testCase({
    id: 'ocppj/correlation/two-at-once',
    title: 'Two CALLs that come at once are each answered with their own answer',
    sut: 'csms',
    versions: all,
    checks: {
      // A station sends no second CALL before the first is answered: it is refused, dropped or answered, in either order.
      first: { ref: turnsRef, level: 'SHALL', says: 'the first CALL is served' },
      own: { ref: idRef, level: 'SHALL', says: 'each CALLRESULT is the one of its CALL' },
    },
    catches: {
      first: probeSilence('first', 'a CALL whose id ends in -one is never answered', (id) => id.endsWith('-one')),
      own: [
        alter('Heartbeat', (payload) => ({ ...(payload as object), status: 'Accepted' }), { name: 'as of a boot' }),
        alter('BootNotification', { status: null, interval: null }, { when: (_, asked) => isSecond(asked) }),
      ],
    },
    async run(context) {
      const { check, peer, sut, words } = context;
      const session = await peer.open();
      const word = freshId(context, 16);
      const boot = { ...words.boot({ ...sut.station, serialNumber: SECOND }) };
      const two = [
        encodeCall(`${word}-one`, 'Heartbeat', {}),
        encodeCall(`${word}-two`, 'BootNotification', boot),
      ] as const;
      const { answers } = await provoke(context, session, two, true);
      const payloadOf = (id: string): object | undefined => {
        const answer = answers.find((frame) => frame.kind === 'callresult' && frame.id === id);
        return answer?.kind === 'callresult' ? (answer.payload as object) : undefined;
      };
      const [one, other] = [payloadOf(`${word}-one`), payloadOf(`${word}-two`)];
      check('first', () => expect(one, 'the answer to the first CALL').to.not.equal(undefined));
      check('own', () => {
        if (one) expect(one).to.have.property('currentTime');
        if (one) expect(one).to.not.have.any.keys('status', 'interval');
        if (other) expect(other).to.include.keys('currentTime', 'status', 'interval');
      });
    },
  }),

  testCase({
    id: 'ocppj/correlation/id-of-another-call',
    title: 'A CALL with the id of an earlier one is not given the answer of that one',
    sut: 'csms',
    versions: all,
    checks: {
      own: { ref: idRef, level: 'SHALL', says: 'a CALLRESULT is the one of this CALL; a CALLERROR is right as well' },
    },
    catches: { own: behaviour('answers-ids-from-memory', 'a CALL is answered as the first one with its id was') },
    async run(context) {
      const { check, clock, peer, words } = context;
      const session = await peer.open();
      const id = freshId(context);
      const status = words.status(1, 1, 'Available', new Date(clock.now()).toISOString());
      const first = await session.call('StatusNotification', status, { id });
      check('own', () => expect(first).to.be.callResult());
      const { answers } = await provoke(context, session, [encodeCall(id, 'Heartbeat', {})], true);
      check('own', () => {
        for (const answer of answers)
          if (answer.kind === 'callresult') expect(answer.payload).to.have.property('currentTime');
      });
    },
  }),

  strays('stray-result', 'A CALLRESULT to no CALL is let go by', all, [
    (id) => encodeCallResult(id, {}),
    (id) => encodeCallResult(id, { status: 'Accepted', currentTime: '2026-01-01T00:00:00Z', interval: 1 }),
  ]),
  strays('stray-error', 'A CALLERROR to no CALL is let go by', all, [
    (id) => encodeCallError(id, 'InternalError', 'of no CALL'),
    () => encodeCallError('-1', 'GenericError'),
  ]),
  strays(
    'stray-result-error',
    'A CALLRESULTERROR to no CALLRESULT is let go by',
    ['2.1'],
    [(id) => encodeCallResultError(id, 'FormatViolation', 'of no CALLRESULT')],
  ),
]);

/** Tells the boot of the two from that of the control. */
const SECOND = 'PPSECOND';
const isSecond = (asked: unknown): boolean => JSON.stringify(asked).includes(SECOND);
