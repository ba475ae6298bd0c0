/** OCPP-J, both roles: what becomes of a CALL that can be read and not be served. */
import { behaviour, insteadOf } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import { encodeCall } from '../../src/ocppj/encode.ts';
import { aliveCheck, bracket } from './control.ts';
import { freshId } from './provoke.ts';

export default suite('ocppj/calls', 'OCPP-J calls', [
  testCase({
    id: 'ocppj/calls/unknown-action',
    title: 'A CALL of an action that no version has is refused',
    sut: 'both',
    versions: ['1.6', '2.0.1', '2.1'],
    checks: {
      refused: {
        ref: { '1.6': 'J 4.2.3', '2.0.1': 'P4 4.2.3', '2.1': 'P4 4.2.3' },
        level: 'SHALL',
        says: 'an unknown action is answered with NotImplemented, or NotSupported',
      },
      alive: aliveCheck,
    },
    catches: {
      refused: [
        behaviour('accepts-unknown-actions', 'an action that does not exist is answered with a CALLRESULT'),
        insteadOf('PlugproofNoSuchAction', 'InternalError', ({ id }) =>
          JSON.stringify([4, id, 'InternalError', '', {}]),
        ),
      ],
      alive: behaviour('blocks-after-error', 'a station that was sent a CALLERROR is not let in again'),
    },
    async run(context) {
      const { check, dialect } = context;
      await bracket(context, async (session) => {
        const id = freshId(context);
        const action = 'PlugproofNoSuchAction';
        const reply = await session.callRaw(id, action, encodeCall(id, action, {}));
        check('refused', () => expect(reply).to.be.callError(dialect.codes.unknownAction));
      });
    },
  }),
]);
