/** Charger, 2.x authorization cache: what comes into it, what it is relied on for, and when it is forgotten. */
import type { Context } from '../../src/judge/context.ts';
import { alter } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import type { Token } from '../../src/sut/system-under-test.ts';
import {
  asksAboutAnother,
  asksAgain,
  asksOnce,
  chargesAnybody,
  deafTo,
  masterFaults,
  namesNobody,
  offersOnce,
  withheldFaults,
} from './faults.auth.v2.ts';
import {
  askedAbout,
  charges,
  expectAsked,
  judgeMaster,
  judgeRefused,
  judgeStart,
  judgeWithheld,
  masterChecks,
  startChecks,
  withheldChecks,
} from './judging.auth.v2.ts';
import { ask } from './optional.ts';
import { cached, cacheOn, departed, idle, masterPass, pluggedIn } from './states.auth.v2.ts';
import { countOf, quiet, reset } from './states.ts';
import { charging, configured, SESSION } from './states.v2.ts';

const versions = ['2.0.1'] as const;
const feature = 'C-49';

/** Short enough to wait for. */
const LIFE_S = 10;
/** A timer may be late, and so may the end of a session be. */
const LATE_S = 5;
const HOUR_MS = 3_600_000;

const askedCheck = (ref: string, says: string) => ({ ref, level: 'SHALL', says }) as const;
const idleCheck = askedCheck('C01.FR.01', 'nobody is told to be authorized, and no energy is offered');
const unasked = {
  ref: 'C12.FR.02',
  level: 'SHOULD',
  says: 'the CSMS is not asked about a token that is known to be accepted',
} as const;
const askedFaults = [asksOnce];

/** The cache holds the token, and may decide. @throws Unmet */
async function known(context: Context, kind: 'valid' | 'second' = 'valid'): Promise<Token> {
  await idle(context);
  await cacheOn(context);
  const token = await context.token(kind);
  await cached(context, [{ token, status: 'Accepted' }]);
  return token;
}

/** The token is presented with a cable in, and the CSMS is to be asked before it charges. */
async function judgeAsked(context: Context<'asked' | keyof typeof startChecks>, token: Token): Promise<void> {
  const { check, csms, hands } = context;
  await pluggedIn(context);
  const since = csms.mark;
  await hands.presentToken(token);
  await judgeStart(context, token, since);
  check('asked', () => expectAsked(askedAbout(context, since), token));
}

const startFaults = { told: namesNobody, offered: offersOnce };

export default suite('station/authorization', 'Authorization', [
  testCase({
    id: 'station/authorization/cache-without-cable',
    title: 'A token that the cache knows as accepted charges when its cable comes after it',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_C_13_CS' },
    feature,
    needs: SESSION,
    checks: { unasked, ...startChecks },
    catches: { unasked: asksAgain, ...startFaults },
    async run(context) {
      const { check, csms, hands } = context;
      const token = await known(context);
      const since = csms.mark;
      await hands.presentToken(token);
      await hands.plugIn();
      await judgeStart(context, token, since);
      check('unasked', () => expectAsked(askedAbout(context, since), token, 0));
    },
  }),

  testCase({
    id: 'station/authorization/cache-master-pass',
    title: 'A master pass in the cache starts nothing, and stops what runs',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_C_14_CS' },
    feature,
    needs: SESSION,
    checks: {
      idle: askedCheck('C12.FR.09', 'nobody is told to be authorized, and no energy is offered'),
      ...masterChecks,
    },
    catches: {
      idle: deafTo('MasterPassGroupId'),
      ...masterFaults,
    },
    async run(context) {
      const { check, csms, hands } = context;
      await idle(context);
      await cacheOn(context);
      const master = await masterPass(context);
      const since = csms.mark;
      await hands.presentToken(master);
      if ((await csms.awaitCall('Authorize', { since })) === undefined)
        throw new Unmet('the station did not ask about a token that it can not know');
      await quiet(context);
      await hands.presentToken(master);
      await pluggedIn(context);
      const told = await countOf(context, 'TransactionEvent', since, charges);
      check('idle', () => expect(told, 'events that tell so').to.equal(0));
      await departed(context);
      const { transactionId } = await charging(context);
      await judgeMaster(context, master, transactionId);
    },
  }),

  testCase({
    id: 'station/authorization/cache-persists',
    title: 'The cache is there after a restart',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_C_32_CS' },
    feature,
    needs: SESSION,
    checks: {
      unasked: {
        ref: 'C10.FR.02',
        level: 'SHOULD',
        says: 'after a restart the CSMS is not asked about a token that was known before it',
      },
      ...startChecks,
    },
    catches: { unasked: asksAgain, ...startFaults },
    async run(context) {
      const { check, csms, hands } = context;
      const token = await known(context);
      const { boot } = await reset(context, 'idle');
      if (boot === undefined) throw new Unmet('the station did not boot after a reset');
      await pluggedIn(context);
      const since = csms.mark;
      await hands.presentToken(token);
      await judgeStart(context, token, since);
      check('unasked', () => expectAsked(askedAbout(context, since), token, 0));
    },
  }),

  testCase({
    id: 'station/authorization/cache-updated',
    title: 'A token that the CSMS refuses in a transaction is refused from then on',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_C_34_CS' },
    feature,
    needs: SESSION,
    checks: {
      ...withheldChecks,
      asked: askedCheck('C10.FR.05', 'presented again, it is asked about, once'),
      idle: idleCheck,
    },
    catches: { ...withheldFaults, asked: askedFaults, idle: chargesAnybody },
    async run(context) {
      const { csms, hands, standing } = context;
      const token = await known(context);
      await configured(context, 'TxCtrlr', 'StopTxOnInvalidId', 'true');
      standing(token, { status: 'Invalid' });
      await pluggedIn(context);
      const since = csms.mark;
      await hands.presentToken(token);
      await judgeWithheld(context, since);
      await departed(context);
      await pluggedIn(context);
      await judgeRefused(context, token);
    },
  }),

  testCase({
    id: 'station/authorization/cache-not-relied-on',
    title: 'Told not to rely on what it knows, a station asks about every token',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_C_36_CS' },
    feature,
    needs: SESSION,
    checks: {
      asked: askedCheck('C10.FR.11', 'the CSMS is asked about the token, once'),
      idle: idleCheck,
    },
    catches: { asked: [asksOnce, asksAboutAnother], idle: chargesAnybody },
    async run(context) {
      const { standing } = context;
      const token = await known(context);
      await configured(context, 'AuthCtrlr', 'LocalPreAuthorize', 'false');
      standing(token, { status: 'Invalid' });
      await pluggedIn(context);
      await judgeRefused(context, token);
    },
  }),

  testCase({
    id: 'station/authorization/cache-cleared',
    title: 'A cache that is cleared knows nobody',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_C_37_CS' },
    feature,
    needs: SESSION,
    checks: {
      cleared: askedCheck('C11.FR.03', 'the cache is told to be cleared'),
      asked: askedCheck('C11.FR.01', 'the CSMS is asked, once, about a token that was known before'),
      ...startChecks,
    },
    catches: { cleared: alter('ClearCache', { status: 'Rejected' }), asked: askedFaults, ...startFaults },
    async run(context) {
      const { check } = context;
      const token = await known(context);
      const reply = await ask(context, feature, 'ClearCache', {});
      check('cleared', () => expect(reply).to.be.callResult({ status: 'Accepted' }));
      await judgeAsked(context, token);
    },
  }),

  testCase({
    id: 'station/authorization/cache-off',
    title: 'A cache that is switched off can not be cleared, and knows nobody',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_C_38_CS' },
    feature,
    needs: SESSION,
    checks: {
      rejected: askedCheck('C11.FR.04', 'clearing it is rejected'),
      asked: askedCheck('C10.FR.11', 'the CSMS is asked, once, about a token that was known before'),
      ...startChecks,
    },
    catches: { rejected: alter('ClearCache', { status: 'Accepted' }), asked: askedFaults, ...startFaults },
    async run(context) {
      const { check } = context;
      const token = await known(context);
      await configured(context, 'AuthCacheCtrlr', 'Enabled', 'false');
      const reply = await ask(context, feature, 'ClearCache', {});
      check('rejected', () => expect(reply).to.be.callResult({ status: 'Rejected' }));
      await judgeAsked(context, token);
    },
  }),

  testCase({
    id: 'station/authorization/cache-lifetime',
    title: 'What the cache knows is forgotten after the time that is configured',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_C_46_CS' },
    feature: 'C-53',
    needs: SESSION,
    checks: {
      asked: askedCheck('C10.FR.10', 'the CSMS is asked, once, about a token that was known for longer'),
      ...startChecks,
    },
    catches: { asked: askedFaults, ...startFaults },
    async run(context) {
      const { clock, token } = context;
      await idle(context);
      await cacheOn(context);
      await configured(context, 'AuthCacheCtrlr', 'LifeTime', String(LIFE_S));
      const valid = await token('valid');
      await cached(context, [{ token: valid, status: 'Accepted' }]);
      await clock.sleep((LIFE_S + LATE_S) * 1000);
      await judgeAsked(context, valid);
    },
  }),

  testCase({
    id: 'station/authorization/cache-expiry',
    title: 'What the CSMS says is over is not kept in the cache',
    sut: 'station',
    versions,
    feature,
    needs: SESSION,
    checks: {
      asked: askedCheck('C10.FR.13', 'the CSMS is asked, once, about a token whose time in the cache is over'),
      ...startChecks,
    },
    catches: { asked: askedFaults, ...startFaults },
    async run(context) {
      const { clock, standing } = context;
      await idle(context);
      await cacheOn(context);
      const token = await context.token('valid');
      const cacheExpiry = new Date(clock.now() - HOUR_MS).toISOString();
      const worth = { status: 'Accepted', cacheExpiry };
      await cached(context, [{ token, ...worth }]);
      standing(token, worth);
      await judgeAsked(context, token);
    },
  }),
]);
