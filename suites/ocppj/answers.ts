/** OCPP-J, both roles: answers that are wrong in themselves. They are answers: nobody answers them, and the SUT lives on. */
import { alter, behaviour } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import { encodeCall, encodeCallResult } from '../../src/ocppj/encode.ts';
import { aliveCheck, bracket } from './control.ts';
import { freshId, notWedged, provoke } from './provoke.ts';

const all = ['1.6', '2.0.1', '2.1'] as const;
const resultRef = { '1.6': 'J 4.2.2', '2.0.1': 'P4 4.2.2', '2.1': 'P4 4.2.2' } as const;
const errorRef = { '1.6': 'J 4.2.3', '2.0.1': 'P4 4.2.3', '2.1': 'P4 4.2.3' } as const;
const idRef = { '1.6': 'J 4.1.4', '2.0.1': 'P4 4.1.4', '2.1': 'P4 4.1.4' } as const;

const json = (...parts: readonly unknown[]): string => JSON.stringify(parts);

interface Broken {
  readonly id: string;
  readonly title: string;
  readonly ref: typeof resultRef | typeof errorRef;
  readonly texts: (id: string) => readonly string[];
}

const broken: readonly Broken[] = [
  {
    id: 'broken-results',
    title: 'A CALLRESULT with an element too few, or too many, is not answered with a CALLRESULT',
    ref: resultRef,
    texts: (id) => [json(3, id), json(3, id, {}, {}), json(3), json(3, id, null), json(3, id, 'text')],
  },
  {
    id: 'broken-errors',
    title:
      'A CALLERROR with an element too few, or too many, or details that are none, is not answered with a CALLRESULT',
    ref: errorRef,
    texts: (id) => [
      json(4, id, 'GenericError'),
      json(4, id, 'GenericError', ''),
      json(4, id, 'GenericError', '', {}, {}),
      json(4, id, 'PlugproofNoSuchCode', '', {}),
      json(4, id, 'GenericError', 'x'.repeat(300), {}),
      json(4, id, 'GenericError', '', null),
    ],
  },
];

const brokenCase = ({ id, title, ref, texts }: Broken) =>
  testCase({
    id: `ocppj/answers/${id}`,
    title,
    sut: 'both',
    versions: all,
    checks: {
      unanswered: { ref, level: 'SHALL', says: 'no CALLRESULT comes back' },
      alive: aliveCheck,
    },
    catches: {
      unanswered: behaviour('serves-unreadable', 'a message that can not be read is answered with a CALLRESULT'),
      alive: behaviour('dies-on-malformed', 'a message that can not be read ends the CSMS'),
    },
    async run(context) {
      const { check, peer } = context;
      await bracket(context, async (first) => {
        let session = first;
        for (const text of texts(freshId(context))) {
          if (!session.open) session = await peer.open();
          const got = await provoke(context, session, [text], false);
          check('unanswered', () => {
            for (const { kind, raw } of got.answers)
              expect(kind, `${text.slice(0, 60)}: ${raw}`).to.not.equal('callresult');
          });
          check('alive', () => notWedged(got));
        }
      });
    },
  });

/** What is wrong with the answer is one thing; that the CALL is what the operator asked for is another, and goes first. */
const askedCheck = {
  ref: 'ResetRequest.type',
  level: 'SHALL',
  says: 'each CALL is the reset that the operator asked for',
} as const;
const sooner = alter('Reset', { type: 'Immediate' }, { kind: 'call' });
const askedFault = { '1.6': alter('Reset', { type: 'Hard' }, { kind: 'call' }), '2.0.1': sooner, '2.1': sooner };

/** An order that does not come is what the case is about. */
function asUnmet(cause: unknown): Unmet {
  if (cause instanceof Unmet) return cause;
  throw cause;
}

export default suite('ocppj/answers', 'OCPP-J answers that are wrong', [
  ...broken.map(brokenCase),

  testCase({
    id: 'ocppj/answers/same-id-both-ways',
    title: 'A CALL of the station with the id of a CALL of the CSMS is served, and answered for itself',
    sut: 'csms',
    versions: all,
    needs: ['Reset'],
    checks: {
      asked: askedCheck,
      own: { ref: idRef, level: 'SHALL', says: 'ids of the two sides have nothing to do with each other' },
      taken: {
        ref: idRef,
        level: 'SHALL',
        says: 'the next order of the operator is sent: the answer to the first was taken',
      },
    },
    catches: {
      asked: askedFault,
      own: behaviour('mixes-ids', 'a CALL with the id of a CALL of its own is taken for the answer'),
      taken: behaviour('mixes-ids', 'a CALL with the id of a CALL of its own is taken for the answer'),
    },
    async run(context) {
      const { check, operator, orders, peer } = context;
      const session = await peer.open();
      const order = await operator.order('Reset', orders.reset('idle'));
      check('asked', () => expect(order).to.carryWhatWasAsked());
      const { action, payload } = peer.probe;
      const reply = await session.callRaw(order.call.id, action, encodeCall(order.call.id, action, payload));
      check('own', () => expect(reply).to.be.callResult());
      order.call.respond({ status: 'Rejected' });
      const next = await operator.order('Reset', orders.reset('now')).catch(asUnmet);
      check('taken', () => expect(next, 'the next order').to.have.property('call'));
      if (!('call' in next)) return;
      check('asked', () => expect(next).to.carryWhatWasAsked());
      next.call.respond({ status: 'Rejected' });
    },
  }),

  testCase({
    id: 'ocppj/answers/late',
    title: 'An answer that comes twice is not taken for the answer to the next CALL',
    sut: 'csms',
    versions: all,
    needs: ['Reset'],
    checks: {
      asked: askedCheck,
      kept: { ref: idRef, level: 'SHALL', says: 'the connection stays, and a CALL on it is served' },
      next: { ref: idRef, level: 'SHALL', says: 'the next order reaches the station' },
    },
    catches: {
      asked: askedFault,
      kept: behaviour('hangs-up-on-stray-answers', 'an answer to no CALL ends the connection'),
      next: behaviour('hangs-up-on-stray-answers', 'an answer to no CALL ends the connection'),
    },
    async run(context) {
      const { check, operator, orders, peer } = context;
      const session = await peer.open();
      const first = await operator.order('Reset', orders.reset('idle'));
      check('asked', () => expect(first).to.carryWhatWasAsked());
      first.call.respond({ status: 'Rejected' });
      session.sendRaw(encodeCallResult(first.call.id, { status: 'Accepted' }));
      const { action, payload } = peer.probe;
      const reply = await session.call(action, payload);
      check('kept', () => expect(reply).to.be.callResult());
      const next = await operator.order('Reset', orders.reset('now')).catch(asUnmet);
      check('next', () => expect(next, 'the next order').to.have.property('call'));
      if (!('call' in next)) return;
      check('asked', () => expect(next).to.carryWhatWasAsked());
      next.call.respond({ status: 'Rejected' });
    },
  }),

  testCase({
    id: 'ocppj/answers/wrong-payload',
    title: 'An answer whose payload is wrong does no harm to the CSMS that asked',
    sut: 'csms',
    versions: all,
    needs: ['Reset'],
    checks: {
      asked: askedCheck,
      // 2.1 answers it with CALLRESULTERROR (FR.06); before, there is no answer to an answer.
      unanswered: { ref: resultRef, level: 'SHALL', says: 'neither CALLRESULT nor CALLERROR comes back for it' },
      kept: { ref: idRef, level: 'SHALL', says: 'a CALL behind it is served, on this connection or a new one' },
    },
    catches: {
      asked: askedFault,
      unanswered: behaviour('answers-wrong-answers', 'an answer with a wrong payload is answered with a CALLERROR'),
      kept: behaviour('dies-on-wrong-answers', 'an answer with a wrong payload ends the service for everybody'),
    },
    async run(context) {
      const { check, operator, orders, peer } = context;
      for (const payload of [{ status: 'Dancing' }, {}, [], 'text', { status: 5 }]) {
        const session = await peer.open();
        const order = await operator.order('Reset', orders.reset('idle'));
        check('asked', () => expect(order).to.carryWhatWasAsked());
        const text = JSON.stringify([3, order.call.id, payload]);
        const got = await provoke(context, session, [text], false);
        check('unanswered', () => {
          for (const { kind, raw } of got.answers) expect(kind, raw).to.equal('callresulterror');
        });
        const fresh = await peer.open().catch((cause: unknown) => cause);
        check('kept', () => expect(fresh, 'a fresh connection').to.not.be.an('error'));
        if (fresh instanceof Error) return;
      }
    },
  }),
]);
