/** Charger, 1.6 authorization: when the CSMS is asked about a token, and when what is known of it will do. */
import type { Context } from '../../src/judge/context.ts';
import { alter, drop, type Fault, refuses } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import type { Token } from '../../src/sut/system-under-test.ts';
import { deafTo, startFaults, statusFaults } from './faults.v16.ts';
import { expectStart, expectStatus, sameTag } from './judging.v16.ts';
import { cacheOn, charged, listed } from './known.v16.ts';
import { remoteStart } from './remote-words.ts';
import { EVSE, ready } from './states.ts';
import {
  configured,
  keyValue,
  numbered,
  OFFERED,
  SESSION,
  settled,
  statusWord,
  suggested,
  tidied,
} from './states.v16.ts';

const versions = ['1.6'] as const;
const CACHE = 'AuthorizationCache';
const LIST = 'LocalAuthListManagement';

/** Where a start comes from. */
type From = 'reader' | 'afar';

/** The cable is in, and the token starts a transaction. @returns the `mark` from before */
async function begin(context: Context, token: Token, from: From): Promise<number> {
  const { csms, hands } = context;
  tidied(context, numbered(context, 'Accepted', token.groupId));
  const since = csms.mark;
  await hands.plugIn();
  await statusWord(context, since, 'Preparing');
  if (from === 'reader') await hands.presentToken(token);
  else {
    const { action, payload } = remoteStart(context, token, EVSE);
    await csms.need(action, payload, ['Accepted']);
  }
  return since;
}

/** What is asked of a start from afar is asked as of one at the charger. @throws Unmet where that can't be set */
const asAtTheReader = async (context: Context, from: From): Promise<void> => {
  if (from === 'afar') await configured(context, 'AuthorizeRemoteTxRequests', 'true');
};

const asksFirst: Fault = {
  name: 'asks-before-it-starts',
  says: 'a token is asked about before a transaction starts, whatever is known of it',
  rewrite: (out) =>
    out.kind === 'call' && out.action === 'StartTransaction'
      ? [
          { text: `[2,"${out.id}a","Authorize",{"idTag":"${String((out.payload as { idTag?: string }).idTag)}"}]` },
          { text: out.text, afterMs: 5 },
        ]
      : undefined,
};

const needsOf = (from: From) => (from === 'reader' ? SESSION : [...SESSION]);

/** What is known of a token starts a transaction. */
const known = (where: 'cached' | 'listed', from: From, octt: string) =>
  testCase({
    id: `station/authorization/${where}-${from}`,
    title: `A token that is ${where} starts a transaction at once (${from === 'reader' ? 'at the charger' : 'from afar'})`,
    sut: 'station',
    versions,
    octt: { '1.6': octt },
    needs: needsOf(from),
    feature: where === 'cached' ? CACHE : LIST,
    checks: {
      unasked: { ref: '9.1.13', level: 'SHALL', says: 'the CSMS is not asked about it' },
      started: {
        ref: '4.8',
        level: 'SHALL',
        says: 'the transaction starts with that token, on that connector, now, at a reading of the meter',
      },
      offered: { ref: '4.9', level: 'SHALL', says: 'the station tells that energy is offered' },
    },
    catches: {
      unasked: asksFirst,
      started: where === 'listed' ? startFaults : alter('StartTransaction', { timestamp: '2020-01-01T00:00:00Z' }),
      offered:
        where === 'listed'
          ? statusFaults('Charging', 'Preparing')
          : alter('StatusNotification', { errorCode: 'OtherError' }),
    },
    async run(context) {
      const { check, csms, token: get } = context;
      await settled(context);
      await configured(context, 'LocalPreAuthorize', 'true');
      await asAtTheReader(context, from);
      const token = await get('valid');
      if (where === 'cached') {
        await cacheOn(context);
        await charged(context, token);
      } else {
        await suggested(context, 'AuthorizationCacheEnabled', 'false');
        await listed(context, token);
      }
      const since = await begin(context, token, from);
      const start = await csms.awaitCall('StartTransaction', { since });
      check('started', () => expectStart(start, { idTag: token.idToken }));
      const offered = await statusWord(context, since, ...OFFERED);
      check('offered', () => expectStatus(offered, OFFERED));
      check('unasked', () => expect(csms.calls(since, 'Authorize').length, 'tokens asked about').to.equal(0));
    },
  });

interface Asked {
  readonly id: string;
  readonly title: string;
  readonly octt?: string;
  readonly ref: string;
  readonly from: From;
  readonly says: string;
  /** Makes what is known of the token of no use. */
  prepare(context: Context): Promise<unknown>;
  readonly wrong: readonly Fault[];
}

/** A token that the station knew is asked about again. */
const asked = ({ id, title, octt, ref, from, says, prepare, wrong }: Asked) =>
  testCase({
    id: `station/authorization/${id}`,
    title,
    sut: 'station',
    versions,
    ...(octt !== undefined && { octt: { '1.6': octt } }),
    needs: needsOf(from),
    feature: CACHE,
    checks: {
      asked: { ref, level: 'SHALL', says },
      started: { ref: '4.8', level: 'SHALL', says: 'the transaction starts once the CSMS has accepted the token' },
    },
    catches: {
      asked: wrong,
      started: alter('StartTransaction', { timestamp: '2020-01-01T00:00:00Z' }),
    },
    async run(context) {
      const { check, csms, token: get } = context;
      await settled(context);
      await configured(context, 'LocalPreAuthorize', 'true');
      await asAtTheReader(context, from);
      await cacheOn(context);
      const token = await get('valid');
      await charged(context, token);
      await prepare(context);
      const since = await begin(context, token, from);
      const question = await csms.awaitCall('Authorize', { since });
      check('asked', () => {
        expect(question, 'Authorize').to.not.equal(undefined);
        expect(sameTag(question?.payload['idTag'], token.idToken), `it is about ${token.idToken}`).to.equal(true);
      });
      const start = await csms.awaitCall('StartTransaction', { since });
      check('started', () => {
        expectStart(start, { idTag: token.idToken });
        expect([question, start].filter((one) => one !== undefined)).to.be.inOrder();
      });
    },
  });

const keepsCache = deafTo('ClearCache');

const clear = ({ csms }: Context) => csms.need('ClearCache', {}, ['Accepted']);

export default suite('station/authorization', 'Authorization', [
  known('cached', 'reader', 'TC_007_1_CS'),
  known('cached', 'afar', 'TC_007_2_CS'),
  known('listed', 'reader', 'TC_008_1_CS'),
  known('listed', 'afar', 'TC_008_2_CS'),

  asked({
    id: 'cleared-reader',
    title: 'A token that was in the cache is asked about again once the cache is cleared',
    octt: 'TC_061_1_CS',
    ref: '5.4',
    from: 'reader',
    says: 'after the cache was cleared the CSMS is asked about the token',
    prepare: clear,
    wrong: [keepsCache],
  }),
  asked({
    id: 'cleared-afar',
    title: 'A token that was in the cache is asked about again once the cache is cleared (from afar)',
    octt: 'TC_061_2_CS',
    ref: '5.4',
    from: 'afar',
    says: 'after the cache was cleared the CSMS is asked about the token',
    prepare: clear,
    wrong: [keepsCache],
  }),
  asked({
    id: 'not-before',
    title: 'A token that is in the cache is asked about where that is configured',
    ref: '9.1.13',
    from: 'reader',
    says: 'without LocalPreAuthorize the CSMS is asked about the token first',
    prepare: (context) => configured(context, 'LocalPreAuthorize', 'false'),
    wrong: [deafTo('LocalPreAuthorize=false')],
  }),
  asked({
    id: 'cache-switched-off',
    title: 'A token that was in the cache is asked about where the cache is switched off',
    ref: '9.1.2',
    from: 'reader',
    says: 'without a cache the CSMS is asked about the token',
    prepare: (context) => configured(context, 'AuthorizationCacheEnabled', 'false'),
    wrong: [deafTo('AuthorizationCacheEnabled')],
  }),

  testCase({
    id: 'station/authorization/clear-cache',
    title: 'A cache that is there is cleared, and one that is not there can not be',
    sut: 'station',
    versions,
    checks: {
      word: { ref: 'E 3.23', level: 'SHALL', says: 'the answer is Accepted with a cache, and Rejected without one' },
    },
    catches: { word: [alter('ClearCache', { status: 'Rejected' }), refuses('ClearCache', 'NotSupported')] },
    async run(context) {
      const { check, csms } = context;
      await ready(context);
      const enabled = await keyValue(context, 'AuthorizationCacheEnabled');
      const reply = await csms.call('ClearCache', {});
      check('word', () => {
        if (enabled === undefined)
          expect(reply, 'it knows no AuthorizationCacheEnabled').to.be.callResult({ status: 'Rejected' });
        else if (/^true$/i.test(enabled))
          expect(reply, `AuthorizationCacheEnabled is ${enabled}`).to.be.callResult({ status: 'Accepted' });
        // One that is switched off can be cleared, or not.
        else expect(reply.payload['status']).to.be.oneOf(['Accepted', 'Rejected']);
      });
    },
  }),

  testCase({
    id: 'station/authorization/remote-refused',
    title: 'A start from afar with a token that the CSMS does not accept starts nothing',
    sut: 'station',
    versions,
    octt: { '1.6': 'TC_023_5_CS' },
    needs: ['plugIn', 'plugOut'],
    checks: {
      asked: { ref: '5.11', level: 'SHALL', says: 'where that is configured, the CSMS is asked about the token first' },
      idle: { ref: '5.11', level: 'SHALL', says: 'no transaction is started' },
    },
    catches: {
      asked: [alter('Authorize', { idTag: 'PP-OTHER' }), drop('Authorize')],
      idle: deafTo('AuthorizeRemoteTxRequests'),
    },
    async run(context) {
      const { check, csms, hands } = context;
      await settled(context);
      await configured(context, 'AuthorizeRemoteTxRequests', 'true');
      tidied(context);
      const token = await context.token('blocked');
      const since = csms.mark;
      await hands.plugIn();
      await statusWord(context, since, 'Preparing');
      const { action, payload } = remoteStart(context, token, EVSE);
      const reply = await csms.call(action, payload);
      // The station may know the token as one that is not accepted, and say no at once.
      const question = reply.payload['status'] === 'Accepted' && (await csms.awaitCall('Authorize', { since }));
      check('asked', () => {
        if (question === false) return;
        expect(sameTag(question?.payload['idTag'], token.idToken), `Authorize with ${token.idToken}`).to.equal(true);
      });
      const starts = await csms.awaitCall('StartTransaction', { since, timeoutMs: 5_000 });
      check('idle', () => expect(starts, 'StartTransaction').to.equal(undefined));
    },
  }),
]);
