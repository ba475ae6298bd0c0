/** CSMS, local authorization list in OCPP 2.x: a list is sent in portions that the station takes. */
import { alter, behaviour } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import {
  asDifferential,
  asFull,
  entries,
  entriesOf,
  inOrder,
  judgeList,
  LOCAL_LIST,
  newerCheck,
  onFirst,
  uniqueCheck,
  uniqueFault,
  versionCheck,
  versionFaults,
} from './lists.v2.ts';
import { oddNumber } from './odds.ts';
import { servedOn, servedOnCheck, servedOnFault } from './orders.ts';
import { inOneOrder } from './orders.v2.ts';
import { allParts, DIVIDES, inParts, tellsLimit, toldCheck, toldFaults } from './portions.v2.ts';
import { booted } from './states.ts';

const LIMIT = 2;
const ITEMS_PER_MESSAGE = { component: { name: 'LocalAuthListCtrlr' }, variable: { name: 'ItemsPerMessage' } };

export default suite('csms/local-auth-list', 'Local authorization list in portions (2.x)', [
  testCase({
    id: 'csms/local-auth-list/in-portions',
    title: 'CSMS sends a 2.x station no more entries at once than it takes',
    sut: 'csms',
    versions: ['2.0.1'],
    feature: LOCAL_LIST,
    needs: ['GetBaseReport', 'GetVariables', 'SendLocalList'],
    onlyFor: DIVIDES,
    checks: {
      told: toldCheck,
      limit: {
        ref: 'D01.FR.11',
        level: 'SHALL',
        says: 'no message has more entries than the station said that it takes',
      },
      kinds: {
        ref: 'D01.FR.03',
        level: 'SHALL',
        says: 'the first part is a whole list, and each further one adds to it',
      },
      rising: { ...newerCheck, says: 'each part has a version above the one before: the station takes no other' },
      asked: {
        ref: 'SendLocalListRequest.localAuthorizationList',
        level: 'SHALL',
        says: 'together the parts are the entries that the operator gave',
      },
      version: versionCheck,
      unique: uniqueCheck,
      servedOn: servedOnCheck,
    },
    catches: {
      told: toldFaults,
      limit: behaviour('ignores-item-limits', 'everything is sent at once, however little the station takes'),
      kinds: [asFull, asDifferential],
      rising: alter('SendLocalList', { versionNumber: 4_711 }),
      asked: [
        onFirst('other token', (entry) => ({ ...entry, idToken: { idToken: 'ANOTHER', type: 'Central' } })),
        onFirst('other status', (entry) => ({ ...entry, idTokenInfo: { ...entry.idTokenInfo, status: 'NoCredit' } })),
      ],
      version: versionFaults,
      unique: uniqueFault,
      servedOn: servedOnFault,
    },
    async run(context) {
      const { check } = context;
      await booted(context);
      await tellsLimit(context, ITEMS_PER_MESSAGE, LIMIT);
      const localAuthorizationList = await entries(context);
      const wish = { versionNumber: oddNumber(context, 11), localAuthorizationList, updateType: 'Full' };
      const { order, parts } = await allParts(context, 'SendLocalList', wish, entriesOf, (call) =>
        call.respond({ status: 'Accepted' }),
      );
      check('limit', () => inParts(parts, entriesOf, LIMIT));
      for (const [i, part] of parts.entries()) {
        check('kinds', () => expect(part.payload['updateType']).to.equal(i === 0 ? 'Full' : 'Differential'));
        judgeList(context, part);
      }
      const numbers = parts.map(({ payload }) => Number(payload['versionNumber']));
      check('rising', () => expect(numbers).to.deep.equal([...new Set(numbers)].toSorted((a, b) => a - b)));
      // Kind and version are the CSMS's, part by part.
      const together = { localAuthorizationList: parts.flatMap(({ payload }) => entriesOf(payload)) };
      const sent = { ...order, asked: { localAuthorizationList }, call: { ...order.call, payload: together } };
      check('asked', () => expect(inOneOrder(sent, inOrder)).to.carryWhatWasAsked());
      await servedOn(context);
    },
  }),
]);
