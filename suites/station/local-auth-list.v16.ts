/** Charger, 1.6 local list: one that is off, full of nonsense or not there is told to be so, and what it holds counts. */
import type { Context } from '../../src/judge/context.ts';
import { alter, insteadOf } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import type { Token } from '../../src/sut/system-under-test.ts';
import { besides, deafTo, startOf } from './faults.v16.ts';
import { sameTag } from './judging.v16.ts';
import { listed } from './known.v16.ts';
import { listed as listedOf } from './lists.ts';
import { remoteWords } from './remote-words.ts';
import { countOf, ready } from './states.ts';
import { configured, SESSION, settled, suggested, tidied } from './states.v16.ts';

const versions = ['1.6'] as const;
const feature = 'LocalAuthListManagement';

const send = ({ csms }: Pick<Context, 'csms'>, version: number, token: Token, status = 'Accepted') => {
  const { action, payload } = remoteWords['1.6'].sendList('Full', version, [{ token, status }]);
  return csms.call(action, payload);
};

/** A version that no list had before. */
const newVersion = ({ clock }: Pick<Context, 'clock'>) => (Math.floor(clock.now() / 1000) % 2 ** 28) * 4 + 3;

export default suite('station/local-auth-list', 'Local authorization list', [
  testCase({
    id: 'station/local-auth-list/switched-off-v16',
    title: 'A list that is switched off is told to be none, and takes nothing',
    sut: 'station',
    versions,
    octt: { '1.6': 'TC_042_1_CS' },
    feature,
    checks: {
      none: { ref: '5.10', level: 'SHALL', says: 'asked for its version, the station tells -1' },
      back: { ref: '5.10', level: 'SHALL', says: 'switched on again, it tells a version' },
    },
    catches: {
      none: [alter('GetLocalListVersion', { listVersion: 0 }), deafTo('LocalAuthListEnabled')],
      back: alter('GetLocalListVersion', { listVersion: -1 }),
    },
    async run(context) {
      const { check, csms } = context;
      await ready(context);
      await configured(context, 'LocalAuthListEnabled', 'false');
      const off = await csms.call('GetLocalListVersion', {});
      check('none', () => expect(off).to.be.callResult({ listVersion: -1 }));
      await csms.need('ChangeConfiguration', { key: 'LocalAuthListEnabled', value: 'true' }, ['Accepted']);
      const on = await csms.call('GetLocalListVersion', {});
      check('back', () => expect(on.payload['listVersion'], 'listVersion').to.be.at.least(0));
    },
  }),

  testCase({
    id: 'station/local-auth-list/not-supported',
    title: 'A station without a list says so',
    sut: 'station',
    versions,
    octt: { '1.6': ['TC_042_1_CS', 'TC_043_1_CS'] },
    lacks: feature,
    checks: {
      none: {
        ref: '5.10',
        level: 'SHALL',
        says: 'asked for the version of its list, the station tells -1, or knows no such question',
      },
      refused: { ref: '7.47', level: 'SHALL', says: 'a list is answered with NotSupported' },
    },
    catches: {
      none: alter('GetLocalListVersion', { listVersion: 0 }),
      refused: [
        alter('SendLocalList', { status: 'Accepted' }),
        alter('SendLocalList', { status: 'Failed' }),
        insteadOf('SendLocalList', 'an empty answer', ({ id }) => `[3,"${id}",{}]`),
      ],
    },
    async run(context) {
      const { check, csms } = context;
      await ready(context);
      const version = await csms.call('GetLocalListVersion', {});
      check('none', () => {
        if (version.kind === 'callerror') expect(version.code).to.be.oneOf(['NotSupported', 'NotImplemented']);
        else expect(version).to.be.callResult({ listVersion: -1 });
      });
      const reply = await send(context, newVersion(context), await context.token('valid'));
      check('refused', () => {
        if (reply.kind === 'callerror') expect(reply.code).to.be.oneOf(['NotSupported', 'NotImplemented']);
        else expect(reply).to.be.callResult({ status: 'NotSupported' });
      });
    },
  }),

  testCase({
    id: 'station/local-auth-list/failed',
    title: 'A list that the station can not take is told to have failed, and the old one stays',
    sut: 'station',
    versions,
    octt: { '1.6': 'TC_043_3_CS' },
    feature,
    needs: ['state'],
    checks: {
      failed: { ref: '7.47', level: 'SHALL', says: 'the list is answered with Failed' },
      stays: { ref: '5.15', level: 'SHALL', says: 'the version of the list is the one from before' },
    },
    catches: {
      failed: alter(
        'SendLocalList',
        { status: 'VersionMismatch' },
        { when: (answer) => /Failed/.test(JSON.stringify(answer)) },
      ),
      stays: {
        name: 'counts-each-time',
        says: 'the version of the list rises each time that it is asked for',
        rewrite: (out) =>
          out.kind === 'callresult' && out.action === 'GetLocalListVersion'
            ? [
                {
                  text: out.text.replace(
                    /"listVersion":\d+/,
                    `"listVersion":${Number.parseInt(out.id.replace(/\D/g, ''), 10)}`,
                  ),
                },
              ]
            : undefined,
      },
    },
    async run(context) {
      const { after, check, csms, hands } = context;
      await ready(context);
      await listed(context, await context.token('valid'));
      const before = await csms.need('GetLocalListVersion', {});
      after(() => hands.state('refusedLocalAuthList', false));
      await hands.state('refusedLocalAuthList', true);
      const reply = await send(context, newVersion(context), await context.token('second'));
      check('failed', () => expect(reply).to.be.callResult({ status: 'Failed' }));
      const now = await csms.need('GetLocalListVersion', {});
      check('stays', () => expect(now.payload['listVersion']).to.equal(before.payload['listVersion']));
    },
  }),

  testCase({
    id: 'station/local-auth-list/blocked',
    title: 'A token that the list says is blocked starts nothing by itself',
    sut: 'station',
    versions,
    feature,
    needs: SESSION,
    checks: {
      idle: {
        ref: '3.5.2',
        level: 'SHALL',
        says: 'nothing starts, unless the CSMS was asked about the token and accepts it',
      },
    },
    catches: {
      idle: besides(
        'starts-at-a-cable',
        'a cable starts a transaction',
        ({ text }) => /"Preparing"/.test(text),
        'StartTransaction',
        () => startOf(),
      ),
    },
    async run(context) {
      const { check, csms, hands } = context;
      await settled(context);
      await configured(context, 'LocalAuthListEnabled', 'true');
      await configured(context, 'LocalPreAuthorize', 'true');
      await suggested(context, 'AuthorizationCacheEnabled', 'false');
      // The CSMS would not accept it either.
      const token = await context.token('blocked');
      await listedOf(context, [{ token, status: 'Blocked' }]);
      tidied(context);
      const since = csms.mark;
      await hands.plugIn();
      await hands.presentToken(token);
      const starts = await countOf(context, 'StartTransaction', since);
      check('idle', () => {
        expect(starts, 'transactions started').to.equal(0);
        for (const { payload } of csms.calls(since, 'Authorize'))
          expect(sameTag(payload['idTag'], token.idToken)).to.equal(true);
      });
    },
  }),
]);
