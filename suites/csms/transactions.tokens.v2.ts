/** CSMS, transactions in 2.x: what is said of a token inside a transaction. */
import { alter, behaviour, type Where } from '../../src/judge/fault.ts';
import { at } from '../../src/judge/path.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import type { TokenKind } from '../../src/sut/system-under-test.ts';
import { booted, bootedWithTwo, OTHER_EVSE } from './states.ts';
import {
  acceptedCheck,
  acceptedFaults,
  authorized,
  deauthorized,
  energyFlows,
  energyTransferStarted,
  evConnected,
  evStillConnected,
  flowChecks,
  flowFaults,
  free,
  freeCheck,
  freeFault,
  newTransaction,
  presents,
  REFUSED,
  stopsLocally,
  stranger,
  strangerFault,
  takenCheck,
  takenFaults,
  told,
} from './states.v2.ts';

const STATUS = 'idTokenInfo.status';
const GROUP = 'idTokenInfo.groupIdToken.idToken';

interface Refusal {
  readonly kind: TokenKind;
  readonly title: string;
  readonly octt?: string;
  readonly statuses: readonly string[];
  /** A wrong status other than Accepted. */
  readonly instead: string;
}

const refusals: readonly Refusal[] = [
  {
    kind: 'unknown',
    title: 'CSMS does not accept a transaction of a token that it does not know, at its start or in it',
    octt: 'TC_E_16_CSMS',
    statuses: REFUSED,
    instead: 'Blocked',
  },
  {
    kind: 'invalid',
    title: 'CSMS does not accept a transaction of an invalid token, at its start or in it',
    octt: 'TC_E_16_CSMS',
    statuses: REFUSED,
    instead: 'Expired',
  },
  {
    kind: 'blocked',
    title: 'CSMS does not accept a transaction of a blocked token, at its start or in it',
    statuses: ['Blocked'],
    instead: 'Invalid',
  },
  {
    kind: 'expired',
    title: 'CSMS does not accept a transaction of an expired token, at its start or in it',
    statuses: ['Expired'],
    instead: 'Invalid',
  },
];

/** For faults: only answers that refuse a token, to events of which something is so. */
const refusing = (name: string, is: (request: unknown) => boolean): Where => ({
  name,
  when: (payload, request) => at(payload, STATUS) !== undefined && at(payload, STATUS) !== 'Accepted' && is(request),
});

/** Only the start of a transaction is looked at. */
const trustsUpdates = alter(
  'TransactionEvent',
  { idTokenInfo: { status: 'Accepted' } },
  refusing('Accepted in Updated', (request) => at(request, 'eventType') === 'Updated'),
);

export default suite('csms/transactions', 'Tokens in transactions', [
  ...refusals.map(({ kind, title, octt, statuses, instead }) =>
    testCase({
      id: `csms/transactions/${kind}-token`,
      title,
      sut: 'csms',
      versions: ['2.0.1'],
      ...(octt && { octt: { '2.0.1': octt } }),
      ...(kind !== 'unknown' && { needs: ['create-token'] }),
      checks: {
        refused: { ref: 'E01.FR.11', level: 'SHALL', says: `the token is ${statuses.join(' or ')}` },
        taken: takenCheck,
      },
      catches: {
        refused: [
          strangerFault,
          trustsUpdates,
          alter(
            'TransactionEvent',
            { idTokenInfo: null },
            refusing('no idTokenInfo', () => true),
          ),
          alter(
            'TransactionEvent',
            { idTokenInfo: { status: instead } },
            refusing(instead, () => true),
          ),
        ],
        taken: takenFaults,
      },
      async run(context) {
        const { check } = context;
        await booted(context);
        const token = await context.token(kind);
        const judge = (reply: { readonly payload: unknown }) =>
          check('refused', () => expect(at(reply.payload, STATUS)).to.be.oneOf(statuses));

        // As a station does that took the token by itself, from a list or a cache that is out of date.
        const first = newTransaction(context);
        judge(await first.tell('Started', 'Authorized', { token, chargingState: 'EVConnected' }));
        await deauthorized(context, first);

        const second = newTransaction(context);
        const started = await second.tell('Started', 'CablePluggedIn', { chargingState: 'EVConnected' });
        check('taken', () => {
          expect(started).to.be.callResult();
          expect(at(started.payload, STATUS)).to.be.oneOf([undefined, 'Accepted']);
        });
        judge(await second.tell('Updated', 'Authorized', { token }));
        await deauthorized(context, second);
      },
    }),
  ),

  testCase({
    id: 'csms/transactions/second-try',
    title: 'CSMS refuses one token and accepts the next in the same transaction',
    sut: 'csms',
    versions: ['2.0.1'],
    checks: {
      refused: { ref: 'E02.FR.04', level: 'SHALL', says: 'the token that nobody has heard of is not accepted' },
      authorized: flowChecks.authorized,
      accepted: acceptedCheck,
      taken: takenCheck,
    },
    catches: {
      refused: [strangerFault, trustsUpdates],
      authorized: flowFaults.authorized,
      accepted: [
        ...acceptedFaults,
        behaviour('remembers-refusals', 'a transaction in which a token was refused accepts none any more'),
      ],
      taken: takenFaults,
    },
    async run(context) {
      const { check } = context;
      await booted(context);
      const unknown = await context.token('unknown');
      const token = await context.token('valid');
      const transaction = newTransaction(context);
      await evConnected(context, transaction);
      const refused = await transaction.tell('Updated', 'Authorized', { token: unknown });
      check('refused', () => expect(at(refused.payload, STATUS)).to.be.oneOf(REFUSED));
      await evStillConnected(context, transaction);
      await authorized(context, transaction, token);
      await energyFlows(context, transaction);
      await stopsLocally(context, transaction, token);
    },
  }),

  testCase({
    id: 'csms/transactions/letters',
    title: 'CSMS takes upper and lower case for one in the token of a transaction',
    sut: 'csms',
    versions: ['2.0.1'],
    checks: flowChecks,
    catches: {
      ...flowFaults,
      accepted: behaviour('tells-cases-apart', 'a token in lower case is another than the same in upper case'),
    },
    async run(context) {
      await booted(context);
      const token = await context.token('valid');
      const transaction = await energyTransferStarted(context, token);
      await stopsLocally(context, transaction, { ...token, idToken: otherCase(token.idToken) });
      await stranger(context);
    },
  }),

  testCase({
    id: 'csms/transactions/group-stop',
    title: 'CSMS tells the group of each token in a transaction that one starts and another ends',
    sut: 'csms',
    versions: ['2.0.1'],
    needs: ['create-token'],
    checks: {
      ...flowChecks,
      accepted: {
        ref: 'C09.FR.12',
        level: 'SHALL',
        says: 'every event with a token of the group is answered with Accepted and the id of the group',
      },
      apart: {
        ref: 'C09.FR.12',
        level: 'SHALL',
        says: 'a token of no group, or of another, is not said to be of this one',
      },
    },
    catches: {
      ...flowFaults,
      accepted: [
        ...acceptedFaults,
        behaviour('hides-groups', 'group ids are kept to itself'),
        behaviour('groups-of-one', 'each token is told to be a group of its own'),
        alter('TransactionEvent', { idTokenInfo: { groupIdToken: null } }),
        alter(
          'TransactionEvent',
          { idTokenInfo: { groupIdToken: { idToken: 'OTHERS', type: 'Central' } } },
          {
            name: 'another group',
            when: (payload) => at(payload, 'idTokenInfo.groupIdToken') !== undefined,
          },
        ),
      ],
      apart: behaviour('one-group-for-all', 'every token is told to be of one group'),
    },
    async run(context) {
      const { check } = context;
      await bootedWithTwo(context);
      const token = await context.token('group');
      const other = await context.token('groupOther');
      const loner = await context.token('second');
      const transaction = newTransaction(context);
      await presents(context, token);
      const own = await told(context, transaction, 'Started', 'Authorized', { token, chargingState: 'EVConnected' });
      const elsewhere = newTransaction(context, { evseId: OTHER_EVSE });
      const alone = await told(context, elsewhere, 'Started', 'Authorized', {
        token: loner,
        chargingState: 'EVConnected',
      });
      check('apart', () => {
        const group = String(at(alone.payload, GROUP) ?? '').toLowerCase();
        const groups = [token.groupId, at(own.payload, GROUP)].map((id) => String(id).toLowerCase());
        expect(groups, `group of ${loner.idToken}`).to.not.include(group);
      });
      await stopsLocally(context, elsewhere, loner);
      await energyFlows(context, transaction);
      await stopsLocally(context, transaction, other);
      await stranger(context);
    },
  }),

  testCase({
    id: 'csms/transactions/token-in-two',
    title: 'CSMS says of a token that starts a second transaction that it is Accepted or concurrent, and nothing else',
    sut: 'csms',
    versions: ['2.0.1'],
    checks: {
      ...flowChecks,
      second: {
        ref: 'TransactionEventResponse.idTokenInfo.status',
        level: 'SHALL',
        says: 'the token that is in a transaction starts another: Accepted, or ConcurrentTx',
      },
      free: freeCheck,
    },
    catches: {
      ...flowFaults,
      second: alter(
        'TransactionEvent',
        { idTokenInfo: { status: 'Invalid' } },
        {
          name: 'Invalid at the other EVSE',
          when: (payload, request) => at(payload, STATUS) !== undefined && at(request, 'evse.id') === OTHER_EVSE,
        },
      ),
      accepted: [
        ...acceptedFaults,
        alter(
          'TransactionEvent',
          { idTokenInfo: { status: 'ConcurrentTx' } },
          {
            name: 'ConcurrentTx in its own transaction',
            when: (payload, request) => at(payload, STATUS) !== undefined && at(request, 'eventType') === 'Ended',
          },
        ),
      ],
      free: freeFault,
    },
    async run(context) {
      const { check } = context;
      await bootedWithTwo(context);
      const token = await context.token('valid');
      const first = await energyTransferStarted(context, token);
      const second = newTransaction(context, { evseId: OTHER_EVSE });
      const reply = await second.tell('Started', 'Authorized', { token, chargingState: 'EVConnected' });
      check('second', () => expect(at(reply.payload, STATUS)).to.be.oneOf(['Accepted', 'ConcurrentTx']));
      await deauthorized(context, second);
      await stopsLocally(context, first, token);
      await free(context, token, { evseId: OTHER_EVSE });
      await stranger(context);
    },
  }),
]);

/** The same word with each letter in the other case. */
const otherCase = (word: string): string =>
  word.replace(/[a-z]/gi, (letter) => (letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase()));
