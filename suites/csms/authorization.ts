/** CSMS, authorization: what both versions say about a token, by what the CSMS knows of it. */
import { alter, behaviour } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import type { TokenKind } from '../../src/sut/system-under-test.ts';
import { ordered, servedOn, servedOnCheck, servedOnFault } from './orders.ts';
import { booted, tokenGroup, tokenStatus, vouched } from './states.ts';

const answered = { '1.6': '4.1', '2.0.1': 'C01.FR.07' } as const;

/** The status of an answer, in both versions. */
const saying = (status: string) => ({
  '1.6': alter('Authorize', { idTagInfo: { status } }),
  '2.0.1': alter('Authorize', { idTokenInfo: { status } }),
});

const trusting = behaviour('accepts-any-token', 'every token is Accepted, whatever is known of it');

const learning = behaviour('learns-tokens', 'a token that was refused once is known from then on');

const byVersion = <T>(make: (version: '1.6' | '2.0.1') => T) => ({ '1.6': make('1.6'), '2.0.1': make('2.0.1') });

/** Words for a token that the CSMS can't find or won't have; 1.6 has only one. */
const REFUSED = ['Invalid', 'Unknown'];

interface Refusal {
  readonly kind: TokenKind;
  readonly id: string;
  readonly title: string;
  readonly octt: { '1.6'?: string; '2.0.1'?: string };
  readonly says: string;
  readonly statuses: readonly string[];
  /** A wrong status other than Accepted, where one is. */
  readonly instead: string;
}

const refusals: readonly Refusal[] = [
  {
    kind: 'unknown',
    id: 'unknown',
    title: 'CSMS refuses a token that it does not know',
    octt: { '1.6': 'TC_023_1_CSMS', '2.0.1': 'TC_C_02_CSMS' },
    says: 'a token that nobody has heard of is Invalid, or Unknown',
    statuses: REFUSED,
    instead: 'Blocked',
  },
  {
    kind: 'invalid',
    id: 'invalid',
    title: 'CSMS refuses a token that is invalid',
    octt: { '1.6': 'TC_023_1_CSMS', '2.0.1': 'TC_C_02_CSMS' },
    says: 'an invalid token is Invalid, or Unknown',
    statuses: REFUSED,
    instead: 'Expired',
  },
  {
    kind: 'blocked',
    id: 'blocked',
    title: 'CSMS refuses a token that is blocked',
    octt: { '1.6': 'TC_023_3_CSMS', '2.0.1': 'TC_C_06_CSMS' },
    says: 'a blocked token is Blocked',
    statuses: ['Blocked'],
    instead: 'Invalid',
  },
  {
    kind: 'expired',
    id: 'expired',
    title: 'CSMS refuses a token that has expired',
    octt: { '1.6': 'TC_023_2_CSMS', '2.0.1': 'TC_C_07_CSMS' },
    says: 'an expired token is Expired',
    statuses: ['Expired'],
    instead: 'Invalid',
  },
];

const refusalCases = refusals.map(({ kind, id, title, octt, says, statuses, instead }) =>
  testCase({
    id: `csms/authorization/${id}`,
    title,
    sut: 'csms',
    versions: ['1.6', '2.0.1'],
    octt,
    ...(kind !== 'unknown' && { needs: ['create-token'] }),
    checks: {
      refused: { ref: answered, level: 'SHALL', says },
    },
    catches: {
      refused: byVersion((version) => [trusting, saying(instead)[version], ...(kind === 'unknown' ? [learning] : [])]),
    },
    async run(context) {
      const { station, words, token, check } = context;
      await booted(context);
      const presented = await token(kind);
      // Twice: a CSMS that takes a token for known because it was presented once is wrong the second time.
      for (const _ of ['first', 'second']) {
        const reply = await station.call('Authorize', words.authorize(presented));
        check('refused', () => expect(tokenStatus(context, reply)).to.be.oneOf(statuses));
      }
    },
  }),
);

/** The same word with each letter in the other case. */
const otherCase = (word: string): string =>
  [...word].map((letter) => (letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase())).join('');

export default suite('csms/authorization', 'Authorization', [
  testCase({
    id: 'csms/authorization/valid',
    title: 'CSMS accepts a token that is valid, and no other',
    sut: 'csms',
    versions: ['1.6', '2.0.1'],
    checks: {
      accepted: { ref: answered, level: 'SHALL', says: 'a valid token is Accepted' },
      caseless: {
        ref: { '1.6': '7.28', '2.0.1': 'AuthorizeRequest.idToken' },
        level: 'SHALL',
        says: 'upper and lower case are one: the same token in the other case is Accepted',
      },
      unknown: { ref: answered, level: 'SHALL', says: 'a token that nobody has heard of is not Accepted' },
      still: { ref: answered, level: 'SHALL', says: 'the valid token is Accepted after the unknown one' },
    },
    catches: {
      accepted: saying('Invalid'),
      caseless: behaviour('tells-cases-apart', 'a token in lower case is another than the same in upper case'),
      unknown: trusting,
      still: saying('Invalid'),
    },
    async run(context) {
      const { station, words, token, check } = context;
      await booted(context);
      const valid = await token('valid');
      const ask = (idToken: string, type: string) => station.call('Authorize', words.authorize({ idToken, type }));

      const first = await ask(valid.idToken, valid.type);
      vouched(valid, tokenStatus(context, first));
      check('accepted', () => expect(tokenStatus(context, first)).to.equal('Accepted'));

      const other = await ask(otherCase(valid.idToken), valid.type);
      check('caseless', () => expect(tokenStatus(context, other)).to.equal('Accepted'));

      const stranger = await token('unknown');
      const unknown = await ask(stranger.idToken, stranger.type);
      check('unknown', () => expect(tokenStatus(context, unknown)).to.be.oneOf(REFUSED));

      const last = await ask(valid.idToken, valid.type);
      check('still', () => expect(tokenStatus(context, last)).to.equal('Accepted'));
    },
  }),

  ...refusalCases,

  testCase({
    id: 'csms/authorization/group',
    title: 'CSMS keeps the groups of tokens apart',
    sut: 'csms',
    versions: ['1.6', '2.0.1'],
    needs: ['create-token'],
    checks: {
      accepted: { ref: answered, level: 'SHALL', says: 'each of the tokens is Accepted' },
      common: {
        ref: { '1.6': '7.27', '2.0.1': 'C09.FR.02' },
        level: 'SHALL',
        says: 'where groups are told, the two tokens of a group have the id of that group',
      },
      unknown: { ref: answered, level: 'SHALL', says: 'a token that nobody has heard of is not Accepted' },
      apart: {
        ref: { '1.6': '7.27', '2.0.1': 'C09.FR.02' },
        level: 'SHALL',
        says: 'a token of no group, or of another, does not have the same group id',
      },
    },
    catches: {
      accepted: saying('Blocked'),
      common: behaviour('groups-of-one', 'each token is told to be a group of its own'),
      unknown: trusting,
      apart: behaviour('one-group-for-all', 'every token is told to be of one group'),
    },
    async run(context) {
      const { station, words, token, check } = context;
      await booted(context);
      const one = await token('group');
      const other = await token('groupOther');
      const loner = await token('second');
      const ask = (presented: typeof one) => station.call('Authorize', words.authorize(presented));
      const replies = [await ask(one), await ask(other)];
      const groups = replies.map((reply) => tokenGroup(context, reply));
      for (const reply of replies) check('accepted', () => expect(tokenStatus(context, reply)).to.equal('Accepted'));
      // 1.6 lets a CSMS keep groups to itself (4.1); 2.x does not, see csms/authorization/group-told.
      const told = groups.filter((group) => group !== undefined);
      const wanted = one.groupId ?? groups[0];
      check('common', () => {
        for (const group of told) expect(group).to.satisfy((id: unknown) => sameId(id, wanted), `group ${wanted}`);
      });
      const alone = await ask(loner);
      vouched(loner, tokenStatus(context, alone));
      check('accepted', () => expect(tokenStatus(context, alone)).to.equal('Accepted'));
      const stranger = await ask(await token('unknown'));
      check('unknown', () => expect(tokenStatus(context, stranger)).to.be.oneOf(REFUSED));
      const apart = tokenGroup(context, alone);
      check('apart', () => {
        for (const group of [wanted, ...told])
          expect(sameId(apart, group), `${loner.idToken} in group ${group}`).to.equal(false);
      });
    },
  }),

  testCase({
    id: 'csms/authorization/clear-cache',
    title: 'CSMS has a station clear its cache of tokens',
    sut: 'csms',
    versions: ['1.6', '2.0.1'],
    octt: { '1.6': 'TC_061_CSMS', '2.0.1': 'TC_C_37_CSMS' },
    needs: ['ClearCache'],
    checks: {
      asked: { ref: { '1.6': '5.4', '2.0.1': 'C11.FR.01' }, level: 'SHALL', says: 'the CALL asks for nothing else' },
      servedOn: servedOnCheck,
    },
    catches: { asked: alter('ClearCache', { type: 'All' }), servedOn: servedOnFault },
    async run(context) {
      await booted(context);
      await ordered(context, 'ClearCache', {}, { status: 'Accepted' });
      await servedOn(context);
    },
  }),

  testCase({
    id: 'csms/authorization/clear-cache-refused',
    title: 'CSMS goes on with a station that can not clear its cache of tokens',
    sut: 'csms',
    versions: ['1.6', '2.0.1'],
    octt: { '2.0.1': 'TC_C_38_CSMS' },
    needs: ['ClearCache'],
    checks: {
      asked: { ref: { '1.6': '5.4', '2.0.1': 'C11.FR.01' }, level: 'SHALL', says: 'the CALL asks for nothing else' },
      servedOn: servedOnCheck,
    },
    catches: { asked: alter('ClearCache', { type: 'All' }), servedOn: servedOnFault },
    async run(context) {
      await booted(context);
      await ordered(context, 'ClearCache', {}, { status: 'Rejected' });
      await servedOn(context);
    },
  }),
]);

/** Ids of tokens and groups have no case (1.6 CiString, 2.x identifierString). */
const sameId = (one: unknown, other: unknown): boolean =>
  typeof one === 'string' && typeof other === 'string' && one.toLowerCase() === other.toLowerCase();
