/** CSMS, authorization in OCPP 2.x: a master pass ends transactions of others. */
import { alter, behaviour, refuses } from '../../src/judge/fault.ts';
import { at } from '../../src/judge/path.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import type { Reply } from '../../src/session.ts';
import { takesEnd } from './orders.ts';
import { bootedWithTwo, charging, OTHER_EVSE, tokenGroup, tokenStatus } from './states.ts';

const cases = [
  {
    id: 'master-pass-stops-all',
    title: 'CSMS lets a master pass end every transaction',
    octt: ['TC_C_47_CSMS', 'TC_C_49_CSMS'],
    all: true,
  },
  {
    id: 'master-pass-stops-one',
    title: 'CSMS lets a master pass end one transaction of two',
    octt: ['TC_C_48_CSMS'],
    all: false,
  },
];

const withGroup = (payload: unknown): boolean => at(payload, 'idTokenInfo.groupIdToken') !== undefined;
const invalid = { idTokenInfo: { status: 'Invalid' } };
const somebodyElse = { idTokenInfo: { groupIdToken: { idToken: 'SOMEBODYELSE' } } };
const hiding = behaviour('hides-groups', 'no answer tells of groups');

export default suite('csms/authorization', 'Master pass in OCPP 2.x', [
  ...cases.map(({ id, title, octt, all }) =>
    testCase({
      id: `csms/authorization/${id}`,
      title,
      sut: 'csms',
      versions: ['2.0.1'],
      octt: { '2.0.1': octt },
      needs: ['create-token'],
      checks: {
        accepted: {
          ref: 'C01.FR.07',
          level: 'SHALL',
          says: 'the master pass is Accepted when the station asks about it',
        },
        group: {
          ref: 'C01.FR.06',
          level: 'SHALL',
          says: 'the answer names the group by which the station knows a master pass',
        },
        stopped: {
          ref: 'E01.FR.12',
          level: 'SHALL',
          says: 'the master pass is Accepted at the end of each transaction',
        },
        stoppedGroup: {
          ref: 'C09.FR.12',
          level: 'SHALL',
          says: 'the answer to the end names the group of the master pass',
        },
        ended: {
          ref: 'TransactionEventRequest.eventType',
          level: 'SHALL',
          says: 'the end of each transaction is taken, and a token of its own is not refused at it',
        },
      },
      catches: {
        accepted: alter('Authorize', invalid),
        group: [hiding, alter('Authorize', somebodyElse, { when: withGroup })],
        stopped: alter('TransactionEvent', invalid, { when: withGroup }),
        stoppedGroup: [hiding, alter('TransactionEvent', somebodyElse, { when: withGroup })],
        ended: refuses('TransactionEvent', 'InternalError', {
          name: 'Ended',
          when: (_payload, request) => at(request, 'eventType') === 'Ended',
        }),
      },
      async run(context) {
        const { station, words, token, check } = context;
        await bootedWithTwo(context);
        const one = await charging(context);
        const two = await charging(context, { evseId: OTHER_EVSE, token: await token('second') });
        const pass = await token('masterPass');

        // The owner may not have said which group his pass is of; then it is the one that Authorize told.
        const isPass = (reply: Reply) => {
          const group = tokenGroup(context, reply);
          expect(group).to.be.a('string').that.is.not.empty;
          expect(String(group).toLowerCase()).to.equal(
            String(pass.groupId ?? tokenGroup(context, asked)).toLowerCase(),
          );
        };
        const asked = await station.call('Authorize', words.authorize(pass));
        check('accepted', () => expect(tokenStatus(context, asked)).to.equal('Accepted'));
        check('group', () => isPass(asked));

        for (const charge of all ? [one, two] : [one]) {
          const end = await charge.end('masterPass', pass);
          check('stopped', () => expect(tokenStatus(context, end)).to.equal('Accepted'));
          check('stoppedGroup', () => isPass(end));
        }
        // Does nothing where the master pass ended it already.
        takesEnd(context, await two.end('local', two.token));
      },
    }),
  ),
]);
