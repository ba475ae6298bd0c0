/** Charger, 2.x local authorization list: how much is on it, what becomes of it in a restart, and where it is switched off. */
import { alter, type Fault } from '../../src/judge/fault.ts';
import { at } from '../../src/judge/path.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import { LISTS, listed, sendList, versionOf } from './lists.ts';
import type { Listed } from './remote-words.ts';
import { ready, reset } from './states.ts';
import { configured } from './states.v2.ts';

const versions = ['2.0.1'] as const;
const feature = LISTS['2.0.1'];

const ENTRIES = { component: { name: 'LocalAuthListCtrlr' }, variable: { name: 'Entries' } };

/** Always the same number of entries. */
const stuckEntries: Fault = alter(
  'GetVariables',
  (answer) => {
    const text = JSON.stringify(answer);
    return JSON.parse(
      text.includes('"Entries"') ? text.replace(/"attributeValue":"\d+"/, '"attributeValue":"2"') : text,
    );
  },
  { name: 'always-two-entries' },
);

export default suite('station/local-auth-list', 'Local authorization list', [
  testCase({
    id: 'station/local-auth-list/entries',
    title: 'The number of tokens on the list is what the lists and changes that were sent come to',
    sut: 'station',
    versions,
    feature,
    checks: {
      taken: { ref: 'D01.FR.02', level: 'SHALL', says: 'each list is accepted' },
      full: { ref: 'D01.FR.15', level: 'SHALL', says: 'a full list takes the place of the one before' },
      changed: {
        ref: 'D01.FR.16',
        level: 'SHALL',
        says: 'a token that is new is added, and one that is there is changed',
      },
      removed: { ref: 'D01.FR.17', level: 'SHALL', says: 'a token without information is struck' },
      kept: { ref: 'D01.FR.05', level: 'SHALL', says: 'a change of nothing, or of an older version, changes nothing' },
      emptied: { ref: 'D01.FR.04', level: 'SHALL', says: 'an empty list strikes every token' },
    },
    catches: {
      taken: alter('SendLocalList', { status: 'Failed' }, { when: (_, asked) => at(asked, 'updateType') !== 'Full' }),
      full: stuckEntries,
      changed: stuckEntries,
      removed: stuckEntries,
      kept: stuckEntries,
      emptied: stuckEntries,
    },
    async run(context) {
      const { check, csms, token } = context;
      const [valid, second, blocked] = [await token('valid'), await token('second'), await token('blocked')];
      const accepted = (one: Listed['token']): Listed => ({ token: one, status: 'Accepted' });
      let version = await listed(context, [accepted(valid), accepted(second), accepted(blocked)]);
      const entries = async () => {
        const { payload } = await csms.need('GetVariables', { getVariableData: [ENTRIES] });
        return Number(at(payload, 'getVariableResult[0].attributeValue'));
      };
      const send = async (type: 'Full' | 'Differential', items: readonly Listed[], newer = 1) => {
        version += newer;
        const reply = await sendList(context, type, version, items);
        if (newer > 0) check('taken', () => expect(reply).to.be.callResult({ status: 'Accepted' }));
        return entries();
      };
      if (Number.isNaN(await entries())) throw new Unmet('the station does not tell LocalAuthListCtrlr.Entries');
      const full = await send('Full', [accepted(valid)]);
      check('full', () => expect(full, 'entries after a list of one').to.equal(1));
      const added = await send('Differential', [accepted(second), { token: valid, status: 'Blocked' }]);
      check('changed', () => expect(added, 'entries after one more, and one that changed').to.equal(2));
      const third = await send('Differential', [accepted(blocked)]);
      check('changed', () => expect(third, 'entries after one more').to.equal(3));
      const less = await send('Differential', [{ token: valid }, { token: second }]);
      check('removed', () => expect(less, 'entries after two were struck').to.equal(1));
      const none = await send('Differential', []);
      check('kept', () => expect(none, 'entries after a change of nothing').to.equal(1));
      const old = await send('Differential', [accepted(valid)], 0);
      check('kept', () => expect(old, 'entries after a change to an older version').to.equal(1));
      const empty = await send('Full', []);
      check('emptied', () => expect(empty, 'entries after an empty list').to.equal(0));
    },
  }),

  testCase({
    id: 'station/local-auth-list/persists',
    title: 'The list is there after a restart',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_D_07_CS' },
    feature,
    checks: {
      version: { ref: 'D01.FR.10', level: 'SHOULD', says: 'after a restart the list has the version that it had' },
    },
    catches: { version: alter('GetLocalListVersion', { versionNumber: 0 }) },
    async run(context) {
      const { check, token } = context;
      const version = await listed(context, [{ token: await token('valid'), status: 'Accepted' }]);
      const { boot } = await reset(context, 'idle');
      if (boot === undefined) throw new Unmet('the station did not boot after a reset');
      await ready(context);
      const now = await versionOf(context);
      check('version', () => expect(now).to.equal(version));
    },
  }),

  testCase({
    id: 'station/local-auth-list/switched-off',
    title: 'A list that is switched off is told to be none, and one that is switched on has its version',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_D_10_CS' },
    feature: 'LA-1',
    checks: {
      none: { ref: 'D02.FR.03', level: 'SHALL', says: 'switched off, the list is told to be none' },
      version: { ref: 'D02.FR.01', level: 'SHALL', says: 'switched on, the list is told to have a version' },
    },
    catches: {
      none: alter('GetLocalListVersion', { versionNumber: 7 }),
      version: alter('GetLocalListVersion', { versionNumber: 0 }),
    },
    async run(context) {
      const { check, csms, token } = context;
      const version = await listed(context, [{ token: await token('valid'), status: 'Accepted' }]);
      const before = await versionOf(context);
      check('version', () => expect(before).to.equal(version));
      await configured(context, 'LocalAuthListCtrlr', 'Enabled', 'false');
      const off = await csms.call('GetLocalListVersion', {});
      check('none', () => expect(off).to.be.callResult({ versionNumber: 0 }));
    },
  }),
]);
