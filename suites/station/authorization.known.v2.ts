/** Charger, 2.x authorization of tokens that it knows: out of its cache, or off its local list. */
import type { Context } from '../../src/judge/context.ts';
import { drop, type Fault } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import type { Token } from '../../src/sut/system-under-test.ts';
import {
  asksAboutAnother,
  asksAgain,
  asksOnce,
  chargesAnybody,
  deafTo,
  info,
  namesNobody,
  offersOnce,
  stopFaults,
  stoppedByAnybody,
} from './faults.auth.v2.ts';
import {
  askedAbout,
  expectAsked,
  judgeRefused,
  judgeStart,
  judgeStop,
  judgeUnmoved,
  othersCharge,
  startChecks,
  stopChecks,
} from './judging.auth.v2.ts';
import { listed } from './lists.ts';
import { cached, cacheOn, idle, listOn, pluggedIn, type Worth } from './states.auth.v2.ts';
import { quiet } from './states.ts';
import { configured, event, isOffered, SESSION, transactionOf } from './states.v2.ts';

const versions = ['2.0.1'] as const;

/** Where a station knows tokens from. */
interface Store {
  readonly id: 'cache' | 'list';
  readonly word: string;
  readonly feature: string;
  /** Component of its variables. */
  readonly component: string;
  /** It may be used without asking. @throws Unmet */
  on(context: Context): Promise<void>;
  /** It holds what the tokens are worth. @throws Unmet */
  holds(context: Context, worths: readonly Worth[]): Promise<void>;
  /** What is cited where the station goes by it, and where it has to ask all the same. */
  readonly refs: { readonly unasked: string; readonly asked: string };
  /** What is named under sut.without by a station that always asks about who is not accepted. */
  readonly postAuthorize: string;
  /** Whether it is said that the CSMS is not asked, or only that it need not be. */
  readonly unasked: 'SHALL' | 'SHOULD';
  readonly octt: Readonly<Record<Flow, string | readonly string[]>>;
  /** A token that is held as accepted is not told to get energy. */
  readonly withholds: Fault;
  /** The CSMS is never asked about a token that is held. */
  readonly neverAsks: Fault;
}

type Flow = 'accepted' | 'refused' | 'accepted-now' | 'unasked' | 'group' | 'group-refused';

const cache: Store = {
  id: 'cache',
  word: 'the cache',
  feature: 'C-49',
  component: 'AuthCacheCtrlr',
  on: cacheOn,
  holds: cached,
  refs: { unasked: 'C12.FR.02', asked: 'C12.FR.05' },
  postAuthorize: 'C-59',
  // A station may ask about whom it knows (C01.FR.05); LocalPreAuthorize is what tells it not to.
  unasked: 'SHOULD',
  octt: {
    accepted: ['TC_C_08_CS', 'TC_C_33_CS'],
    refused: ['TC_C_09_CS', 'TC_C_10_CS', 'TC_C_11_CS'],
    'accepted-now': 'TC_C_12_CS',
    unasked: 'TC_C_57_CS',
    group: 'TC_C_41_CS',
    'group-refused': 'TC_C_44_CS',
  },
  withholds: offersOnce,
  neverAsks: asksOnce,
};

const list: Store = {
  id: 'list',
  word: 'the local list',
  feature: 'LA-0',
  component: 'LocalAuthListCtrlr',
  on: listOn,
  holds: async (context, worths) => {
    for (const { token, status } of worths)
      context.standing(token, { status, ...(token.groupId !== undefined && { groupId: token.groupId }) });
    await listed(context, worths);
  },
  refs: { unasked: 'C14.FR.02', asked: 'C14.FR.03' },
  postAuthorize: 'LA-3',
  unasked: 'SHALL',
  octt: {
    accepted: 'TC_C_27_CS',
    refused: ['TC_C_28_CS', 'TC_C_29_CS', 'TC_C_30_CS'],
    'accepted-now': 'TC_C_31_CS',
    unasked: 'TC_C_58_CS',
    group: 'TC_C_40_CS',
    'group-refused': 'TC_C_43_CS',
  },
  withholds: info({ chargingState: 'EVConnected' }, 'Charging'),
  neverAsks: drop('Authorize'),
};

const accepted = (...tokens: Token[]): Worth[] => tokens.map((token) => ({ token, status: 'Accepted' }));

/** Kinds of tokens that are not accepted, as they are known. */
const REFUSED = { invalid: 'Invalid', blocked: 'Blocked', expired: 'Expired' } as const;

const idleCheck = {
  ref: 'C01.FR.01',
  level: 'SHALL',
  says: 'nobody is told to be authorized, and no energy is offered',
} as const;

const knownCases = (store: Store) => {
  const head = (flow: Flow, feature = store.feature) => ({
    id: `station/authorization/${store.id}-${flow}`,
    sut: 'station' as const,
    versions,
    octt: { '2.0.1': store.octt[flow] },
    feature,
    needs: SESSION,
  });
  const unasked = {
    ref: store.refs.unasked,
    level: store.unasked,
    says: 'the CSMS is not asked about a token that is known to be accepted',
  } as const;
  const asked = {
    ref: store.refs.asked,
    level: 'SHALL',
    says: 'the CSMS is asked, once, about a token that is known not to be accepted',
  } as const;

  return [
    testCase({
      ...head('accepted'),
      title: `A token that ${store.word} knows as accepted charges without asking`,
      checks: { unasked, ...startChecks },
      catches: { unasked: asksAgain, told: namesNobody, offered: store.withholds },
      async run(context) {
        const { check, csms, hands } = context;
        await idle(context);
        await store.on(context);
        const token = await context.token('valid');
        await store.holds(context, accepted(token));
        await pluggedIn(context);
        const since = csms.mark;
        await hands.presentToken(token);
        await judgeStart(context, token, since);
        check('unasked', () => expectAsked(askedAbout(context, since), token, 0));
      },
    }),

    testCase({
      ...head('refused'),
      title: `Tokens that ${store.word} and the CSMS know as not accepted charge nothing`,
      checks: { asked, idle: idleCheck },
      catches: { asked: [asksAboutAnother, store.neverAsks], idle: chargesAnybody },
      async run(context) {
        await idle(context);
        await store.on(context);
        const worths: Worth[] = [];
        for (const kind of ['invalid', 'blocked', 'expired'] as const)
          worths.push({ token: await context.token(kind), status: REFUSED[kind] });
        await store.holds(context, worths);
        await pluggedIn(context);
        for (const { token } of worths) await judgeRefused(context, token);
        await othersCharge(context, await context.token('valid'));
      },
    }),

    testCase({
      ...head('accepted-now'),
      title: `A token that ${store.word} knows as not accepted charges where the CSMS accepts it by now`,
      checks: { asked, ...startChecks },
      catches: {
        asked: [asksAboutAnother, store.neverAsks],
        told: namesNobody,
        offered: info({ chargingState: 'EVConnected' }, 'Charging'),
      },
      async run(context) {
        const { check, csms, hands, standing } = context;
        await idle(context);
        await store.on(context);
        const token = await context.token('invalid');
        await store.holds(context, [{ token, status: 'Invalid' }]);
        standing(token, { status: 'Accepted' });
        await pluggedIn(context);
        const since = csms.mark;
        await hands.presentToken(token);
        await judgeStart(context, token, since);
        check('asked', () => expectAsked(askedAbout(context, since), token));
      },
    }),

    testCase({
      ...head('unasked', store.postAuthorize),
      title: `Told not to ask about tokens that ${store.word} knows as not accepted, a station does not`,
      checks: {
        asked: { ref: 'AuthorizeRequest.idToken', level: 'SHALL', says: 'the CSMS is not asked about the token' },
        idle: idleCheck,
      },
      catches: {
        asked: deafTo('DisablePostAuthorize'),
        idle: deafTo('DisablePostAuthorize'),
      },
      async run(context) {
        const { standing } = context;
        await idle(context);
        await store.on(context);
        const token = await context.token('invalid');
        await store.holds(context, [{ token, status: 'Invalid' }]);
        await configured(context, store.component, 'DisablePostAuthorize', 'true');
        standing(token, { status: 'Accepted' });
        await pluggedIn(context);
        await judgeRefused(context, token, 0);
        await othersCharge(context, await context.token('valid'));
      },
    }),

    testCase({
      ...head('group'),
      title: `A token that ${store.word} knows as one of the same group stops a transaction without asking`,
      checks: {
        unasked: { ref: 'C09.FR.07', level: 'SHALL', says: 'the CSMS is not asked about the token' },
        ...stopChecks,
      },
      catches: { unasked: asksAgain, ...stopFaults },
      async run(context) {
        const { check, csms, hands, token } = context;
        await idle(context);
        await store.on(context);
        const [own, other] = [await token('group'), await token('groupOther')];
        await store.holds(context, accepted(own, other));
        await pluggedIn(context);
        const before = csms.mark;
        await hands.presentToken(own);
        const transactionId = await runs(context, before);
        const since = csms.mark;
        await judgeStop(context, other, transactionId);
        check('unasked', () => expectAsked(askedAbout(context, since), other, 0));
      },
    }),

    testCase({
      ...head('group-refused'),
      title: `A token that ${store.word} knows as one of the same group, and not accepted, does not stop a transaction`,
      checks: {
        asked,
        unmoved: { ref: 'C09.FR.11', level: 'SHALL', says: 'the transaction goes on' },
      },
      catches: { asked: [asksAboutAnother, store.neverAsks], unmoved: stoppedByAnybody },
      async run(context) {
        const { csms, hands, token } = context;
        await idle(context);
        await store.on(context);
        const own = await token('group');
        const refused: Token = {
          ...(await token('invalid')),
          ...(own.groupId !== undefined && { groupId: own.groupId }),
        };
        await store.holds(context, [...accepted(own), { token: refused, status: 'Invalid' }]);
        await pluggedIn(context);
        const since = csms.mark;
        await hands.presentToken(own);
        await runs(context, since);
        await judgeUnmoved(context, refused, own);
      },
    }),
  ];
};

/** A token that is known charges. @returns the transaction @throws Unmet */
async function runs(context: Context, since: number): Promise<string> {
  const offered = await event(context, since, isOffered);
  if (offered === undefined) throw new Unmet('no energy is offered with a cable and a token that is known');
  await quiet(context);
  return String(transactionOf(offered.payload));
}

export default suite('station/authorization', 'Authorization', [...knownCases(cache), ...knownCases(list)]);
