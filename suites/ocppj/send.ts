/** OCPP-J, SEND: never answered in 2.1, and a message type that does not exist before it. */
import { behaviour } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import { encodeSend } from '../../src/ocppj/encode.ts';
import { unknownTypeCodes } from './codes.ts';
import { codesFit, freshId, idsFit, provoke, unserved } from './provoke.ts';

const answersSends = behaviour('answers-sends', 'a SEND is answered with a CALLRESULT');

export default suite('ocppj/send', 'OCPP-J SEND', [
  testCase({
    id: 'ocppj/send/unanswered',
    title: 'A SEND is not answered, be it right or wrong',
    sut: 'csms',
    versions: ['2.1'],
    checks: {
      unanswered: { ref: 'FR.07', level: 'SHALL', says: 'nothing comes back for a SEND' },
      kept: { ref: 'P4 4.2.4', level: 'SHALL', says: 'the next CALL on the connection is served' },
    },
    catches: {
      unanswered: answersSends,
      kept: behaviour('hangs-up-on-sends', 'a SEND ends the connection'),
    },
    async run(context) {
      const { check, clock, peer } = context;
      const session = await peer.open();
      const event = {
        id: 4_711,
        pending: 0,
        basetime: new Date(clock.now()).toISOString(),
        data: [{ t: 0, v: '230.4' }],
      };
      for (const text of [
        encodeSend(freshId(context), 'NotifyPeriodicEventStream', event),
        encodeSend(freshId(context), 'NotifyPeriodicEventStream', { id: 'none' }),
        encodeSend(freshId(context), 'PlugproofNoSuchAction', {}),
      ]) {
        const got = await provoke(context, session, [text], false);
        check('unanswered', () => expect(got.answers.map(({ raw }) => raw)).to.deep.equal([]));
        check('kept', () => expect(got.served, 'a good CALL behind it is served').to.equal(true));
        if (got.closed) return;
      }
    },
  }),

  testCase({
    id: 'ocppj/send/unknown',
    title: 'Message types that came with 2.1 are not known before it',
    sut: 'both',
    versions: ['1.6', '2.0.1'],
    until: '2.0.1',
    checks: {
      // Ignored (4.1.3) or answered with MessageTypeNotSupported (2.0.1 Part 4, 4.4): both stand in the text.
      unserved: {
        ref: { '1.6': 'J 4.1.3', '2.0.1': 'P4 4.1.3' },
        level: 'SHALL',
        says: 'nothing comes back but a CALLERROR that fits',
      },
    },
    catches: { unserved: answersSends },
    async run(context) {
      const { check, dialect, peer } = context;
      let session = await peer.open();
      const { action, payload } = peer.probe;
      for (const rest of [
        [6, action, payload],
        [5, 'InternalError', '', {}],
      ] as const) {
        if (!session.open) session = await peer.open();
        const [type, ...parts] = rest;
        const id = freshId(context);
        const got = await provoke(context, session, [JSON.stringify([type, id, ...parts])], false);
        check('unserved', () => {
          unserved(got);
          codesFit(got, unknownTypeCodes[dialect.version]);
          idsFit(got, [id, '-1']);
        });
      }
    },
  }),
]);
