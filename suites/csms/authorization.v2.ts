/** CSMS, authorization in OCPP 2.x: tokens in the middle of transactions, groups, key codes, no authorization at all. */
import type { Context } from '../../src/judge/context.ts';
import { alter, behaviour, type Fault, refuses } from '../../src/judge/fault.ts';
import { at } from '../../src/judge/path.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import { randomWord } from '../../src/random.ts';
import type { Payload, Reply } from '../../src/session.ts';
import type { Token, TokenKind } from '../../src/sut/system-under-test.ts';
import { available, booted, CONNECTOR, EVSE, now, tokenGroup, tokenStatus, vouched } from './states.ts';

const trusting = behaviour('accepts-any-token', 'every token is Accepted, whatever is known of it');
const hiding = behaviour('hides-groups', 'no answer tells of groups');

/** Answers to what says that a token was presented. */
const saying = (action: 'Authorize' | 'TransactionEvent', status: string): Fault =>
  alter(action, { idTokenInfo: { status } }, { when: (payload) => at(payload, 'idTokenInfo') !== undefined });
const silent = alter('TransactionEvent', { idTokenInfo: null });
const otherGroup = (action: 'Authorize' | 'TransactionEvent'): Fault =>
  alter(
    action,
    { idTokenInfo: { groupIdToken: { idToken: 'SOMEBODYELSE' } } },
    { when: (payload) => at(payload, 'idTokenInfo.groupIdToken') !== undefined },
  );

/** The two words for a token that a CSMS can't find or won't have. */
const REFUSED = ['Invalid', 'Unknown'];

/** A transaction that began when the cable was plugged in; each message has the next number. */
interface Plugged {
  says(triggerReason: string, more?: Payload, eventType?: 'Updated' | 'Ended', info?: Payload): Promise<Reply>;
}

/** Plugged in, and nobody presented anything; messages without a token are judged by the check `taken`; the transaction is ended when the case is over, if the case does not. */
async function pluggedIn(context: Context<'taken'>): Promise<Plugged> {
  const { station, words, random, after, check } = context;
  const transactionId = randomWord(random, 20);
  let seqNo = 0;
  let ended = false;
  const message = (eventType: string, triggerReason: string, more: Payload, info: Payload): Payload => ({
    eventType,
    timestamp: now(context),
    triggerReason,
    seqNo: seqNo++,
    transactionInfo: { transactionId, chargingState: 'EVConnected', ...info },
    ...more,
  });
  await station.need('StatusNotification', words.status(EVSE, CONNECTOR, 'Occupied', now(context)));
  const evse = { id: EVSE, connectorId: CONNECTOR };
  await station.need('TransactionEvent', message('Started', 'CablePluggedIn', { evse }, {}));
  const says: Plugged['says'] = async (triggerReason, more = {}, eventType = 'Updated', info = {}) => {
    ended ||= eventType === 'Ended';
    const reply = await station.call('TransactionEvent', message(eventType, triggerReason, more, info));
    if (more['idToken'] === undefined) check('taken', () => expect(reply).to.be.callResult());
    return reply;
  };
  after(async () => {
    if (!ended)
      await says('EVCommunicationLost', {}, 'Ended', { chargingState: 'Idle', stoppedReason: 'EVDisconnected' });
    await available(context);
  });
  return { says };
}

/** The check of messages without a token, and its fault. */
const takenCheck = {
  ref: 'TransactionEventRequest.eventType',
  level: 'SHALL',
  says: 'what the station tells of the transaction is taken',
} as const;
const takenFault = refuses('TransactionEvent', 'InternalError', {
  name: 'Ended',
  when: (_payload, request) => at(request, 'eventType') === 'Ended',
});

const presented = ({ idToken, type }: Pick<Token, 'idToken' | 'type'>): Payload => ({ idToken: { idToken, type } });

const verified = {
  ref: 'C12.FR.03',
  level: 'SHALL',
} as const;

interface Cached {
  readonly kind: TokenKind;
  readonly octt?: string;
  readonly says: string;
  readonly statuses: readonly string[];
  readonly instead: string;
}

/** Tokens that a station let in from its cache, and that the CSMS knows better. */
const cached: readonly Cached[] = [
  {
    kind: 'invalid',
    octt: 'TC_C_20_CSMS',
    says: 'an invalid token is Invalid, or Unknown',
    statuses: REFUSED,
    instead: 'Blocked',
  },
  {
    kind: 'unknown',
    says: 'a token that nobody has heard of is Invalid, or Unknown',
    statuses: REFUSED,
    instead: 'Expired',
  },
  { kind: 'blocked', says: 'a blocked token is Blocked', statuses: ['Blocked'], instead: 'Invalid' },
  { kind: 'expired', says: 'an expired token is Expired', statuses: ['Expired'], instead: 'Invalid' },
];

interface GroupStop {
  readonly id: string;
  readonly title: string;
  readonly octt: string;
  /** Is the CSMS asked before the transaction is authorized, and before it is stopped? */
  readonly asks: readonly [boolean, boolean];
}

const groupStops: readonly GroupStop[] = [
  {
    id: 'group-stops',
    title: 'CSMS lets a token of the group stop what another one started',
    octt: 'TC_C_39_CSMS',
    asks: [true, true],
  },
  {
    id: 'group-stops-from-list',
    title: 'CSMS lets a token of the group stop, where the station knows both',
    octt: 'TC_C_40_CSMS',
    asks: [false, false],
  },
  {
    id: 'group-stops-asked-last',
    title: 'CSMS lets a token of the group stop, where the station asks about that one only',
    octt: 'TC_C_43_CSMS',
    asks: [false, true],
  },
];

const ALWAYS_ACCEPTED = { idToken: '', type: 'NoAuthorization' };

export default suite('csms/authorization', 'Authorization in OCPP 2.x', [
  testCase({
    id: 'csms/authorization/cached-valid',
    title: 'CSMS accepts a valid token that it was not asked about before, and no other',
    sut: 'csms',
    versions: ['2.0.1'],
    octt: { '2.0.1': 'TC_C_08_CSMS' },
    checks: {
      accepted: { ...verified, says: 'the answer to a transaction message with a valid token says Accepted' },
      taken: takenCheck,
      unknown: { ...verified, says: 'the answer to one with a token that nobody has heard of does not' },
      silent: {
        ref: 'TransactionEventResponse.idTokenInfo',
        level: 'SHALL',
        says: 'without a token in the message there is no verdict on one in the answer',
      },
    },
    catches: {
      accepted: [saying('TransactionEvent', 'Invalid'), silent],
      taken: takenFault,
      unknown: trusting,
      silent: alter(
        'TransactionEvent',
        { idTokenInfo: { status: 'Invalid' } },
        { when: (payload) => at(payload, 'idTokenInfo') === undefined },
      ),
    },
    async run(context) {
      const { token, check } = context;
      await booted(context);
      const transaction = await pluggedIn(context);
      const valid = await token('valid');
      const answer = await transaction.says('Authorized', presented(valid));
      vouched(valid, tokenStatus(context, answer));
      check('accepted', () => expect(tokenStatus(context, answer)).to.equal('Accepted'));
      const next = await transaction.says('ChargingStateChanged', {}, 'Updated', { chargingState: 'Charging' });
      check('silent', () => {
        expect(next).to.be.callResult();
        expect(tokenStatus(context, next)).to.be.oneOf([undefined, 'Accepted']);
      });
      await transaction.says('EVCommunicationLost', {}, 'Ended', { chargingState: 'Idle', stoppedReason: 'Local' });
      const other = await pluggedIn(context);
      const stranger = await other.says('Authorized', presented(await token('unknown')));
      check('unknown', () => expect(tokenStatus(context, stranger)).to.be.oneOf(REFUSED));
    },
  }),

  ...cached.map(({ kind, octt, says, statuses, instead }) =>
    testCase({
      id: `csms/authorization/cached-${kind}`,
      title: `CSMS refuses a token in a transaction that is ${kind}`,
      sut: 'csms',
      versions: ['2.0.1'],
      ...(octt !== undefined && { octt: { '2.0.1': octt } }),
      ...(kind !== 'unknown' && { needs: ['create-token'] }),
      checks: { refused: { ...verified, says }, taken: takenCheck },
      catches: { refused: [trusting, saying('TransactionEvent', instead), silent], taken: takenFault },
      async run(context) {
        const { token, check } = context;
        await booted(context);
        const transaction = await pluggedIn(context);
        const answer = await transaction.says('Authorized', presented(await token(kind)));
        check('refused', () => expect(tokenStatus(context, answer)).to.be.oneOf(statuses));
        await transaction.says('Deauthorized', {}, 'Ended', { stoppedReason: 'DeAuthorized' });
      },
    }),
  ),

  ...groupStops.map(({ id, title, octt, asks: [first, last] }) =>
    testCase({
      id: `csms/authorization/${id}`,
      title,
      sut: 'csms',
      versions: ['2.0.1'],
      octt: { '2.0.1': octt },
      needs: ['create-token'],
      checks: {
        accepted: {
          ref: 'C09.FR.03',
          level: 'SHALL',
          says: 'both tokens are Accepted, for the start and for the stop',
        },
        group: { ref: 'C09.FR.12', level: 'SHALL', says: 'each answer about a token of the group names the group' },
        common: { ref: 'C09.FR.02', level: 'SHALL', says: 'it is the same group each time' },
        taken: takenCheck,
      },
      catches: {
        accepted: saying('TransactionEvent', 'Invalid'),
        group: hiding,
        common: [
          behaviour('groups-of-one', 'each token is told to be a group of its own'),
          otherGroup('TransactionEvent'),
        ],
        taken: takenFault,
      },
      async run(context) {
        const { token, check, station, words } = context;
        await booted(context);
        const one = await token('group');
        const other = await token('groupOther');
        const transaction = await pluggedIn(context);
        const replies: Reply[] = [];
        if (first) replies.push(await station.call('Authorize', words.authorize(one)));
        replies.push(await transaction.says('Authorized', presented(one)));
        await transaction.says('ChargingStateChanged', {}, 'Updated', { chargingState: 'Charging' });
        if (last) replies.push(await station.call('Authorize', words.authorize(other)));
        replies.push(await transaction.says('StopAuthorized', presented(other)));
        for (const reply of replies) check('accepted', () => expect(tokenStatus(context, reply)).to.equal('Accepted'));
        const groups = replies.map((reply) => tokenGroup(context, reply));
        for (const group of groups) check('group', () => expect(group).to.be.a('string').that.is.not.empty);
        const lower = (group: unknown) => String(group).toLowerCase();
        check('common', () => {
          for (const group of groups) expect(lower(group)).to.equal(lower(one.groupId ?? groups[0]));
        });
        await transaction.says('EVCommunicationLost', {}, 'Ended', { chargingState: 'Idle', stoppedReason: 'Local' });
      },
    }),
  ),

  testCase({
    id: 'csms/authorization/group-told',
    title: 'CSMS tells of which group a token is when it is asked about it',
    sut: 'csms',
    versions: ['2.0.1'],
    needs: ['create-token'],
    checks: {
      accepted: { ref: 'C01.FR.07', level: 'SHALL', says: 'the token is Accepted' },
      group: { ref: 'C01.FR.06', level: 'SHALL', says: 'the answer to Authorize names the group of the token' },
    },
    catches: { accepted: saying('Authorize', 'Expired'), group: [hiding, otherGroup('Authorize')] },
    async run(context) {
      const { station, words, token, check } = context;
      await booted(context);
      const one = await token('group');
      const reply = await station.call('Authorize', words.authorize(one));
      check('accepted', () => expect(tokenStatus(context, reply)).to.equal('Accepted'));
      check('group', () => {
        const group = tokenGroup(context, reply);
        expect(group).to.be.a('string').that.is.not.empty;
        if (one.groupId !== undefined) expect(String(group).toLowerCase()).to.equal(one.groupId.toLowerCase());
      });
    },
  }),

  testCase({
    id: 'csms/authorization/no-authorization',
    title: 'CSMS accepts a transaction that needs no authorization',
    sut: 'csms',
    versions: ['2.0.1'],
    checks: {
      accepted: { ref: 'C02.FR.02', level: 'SHALL', says: 'a start without authorization is Accepted' },
      taken: takenCheck,
    },
    catches: { accepted: [saying('TransactionEvent', 'Unknown'), silent], taken: takenFault },
    async run(context) {
      await booted(context);
      const transaction = await pluggedIn(context);
      const answer = await transaction.says('Authorized', presented(ALWAYS_ACCEPTED));
      context.check('accepted', () => expect(tokenStatus(context, answer)).to.equal('Accepted'));
    },
  }),

  testCase({
    id: 'csms/authorization/unknown-key-code',
    title: 'CSMS refuses a key code that is not valid',
    sut: 'csms',
    versions: ['2.0.1'],
    octt: { '2.0.1': 'TC_C_02_CSMS' },
    checks: {
      refused: { ref: 'C04.FR.01', level: 'SHALL', says: 'a key code that nobody was given is Invalid, or Unknown' },
    },
    catches: { refused: [trusting, saying('Authorize', 'Expired')] },
    async run(context) {
      const { station, words, random, check } = context;
      await booted(context);
      const idToken = String(10_000_000 + Math.floor(random() * 89_999_999));
      const reply = await station.call('Authorize', words.authorize({ idToken, type: 'KeyCode' }));
      // The requirement says Invalid; certification takes Unknown as well.
      check('refused', () => expect(tokenStatus(context, reply)).to.be.oneOf(REFUSED));
    },
  }),
]);
