/** CSMS, local authorization list in OCPP 2.x: SendLocalList and GetLocalListVersion. */
import type { Context } from '../../src/judge/context.ts';
import { alter } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import {
  asDifferential,
  asFull,
  askedCheck,
  askedFaults,
  completeCheck,
  completeFault,
  entries,
  infoFaults,
  judgeComplete,
  LOCAL_LIST,
  newerCheck,
  onFirst,
  removals,
  sends,
  tellsVersion,
  uniqueCheck,
  uniqueFault,
  versionCheck,
  versionFaults,
} from './lists.v2.ts';
import { oddNumber } from './odds.ts';
import { ordered, servedOn, servedOnCheck, servedOnFault } from './orders.ts';
import { booted } from './states.ts';

/** PICS id: the CSMS can ask for the version of a list. */
const ASKS_VERSION = 'LA-2';

/** What a station may say of the version of its list. */
const versions = [
  {
    id: 'version-known',
    title: 'CSMS asks a 2.x station for the version of its list',
    octt: 'TC_D_08_CSMS',
    zero: false,
  },
  {
    id: 'version-none',
    title: 'CSMS asks a 2.x station that has no list for its version',
    octt: 'TC_D_09_CSMS',
    zero: true,
  },
];

/** What a station may say of a whole list. */
const answers = [
  { id: 'whole-list', title: 'CSMS sends a 2.x station a whole list', octt: 'TC_D_01_CSMS', status: 'Accepted' },
  { id: 'whole-list-failed', title: 'CSMS goes on with a 2.x station that fails at a list', status: 'Failed' },
];

/** What a CSMS may change in a list. */
const changes = [
  {
    id: 'list-updated',
    title: 'CSMS adds and changes entries of the list of a 2.x station',
    octt: 'TC_D_02_CSMS',
    change: (context: Context) => entries(context),
    faults: [...infoFaults, onFirst('added entry is taken out', ({ idToken }) => ({ idToken }))],
  },
  {
    id: 'list-reduced',
    title: 'CSMS takes entries out of the list of a 2.x station',
    octt: 'TC_D_03_CSMS',
    change: async (context: Context) => removals(context),
    faults: [onFirst('entry to take out is blocked', (entry) => ({ ...entry, idTokenInfo: { status: 'Blocked' } }))],
  },
  {
    id: 'list-changed-both-ways',
    title: 'CSMS adds entries to the list of a 2.x station and takes others out at once',
    change: async (context: Context) => [...(await entries(context)), ...removals(context)],
    faults: infoFaults,
  },
];

const only = (id: string | undefined) => (id === undefined ? {} : { octt: { '2.0.1': id } });

export default suite('csms/local-auth-list', 'Local authorization list (2.x)', [
  ...versions.map(({ id, title, octt, zero }) =>
    testCase({
      id: `csms/local-auth-list/${id}`,
      title,
      sut: 'csms',
      versions: ['2.0.1'],
      octt: { '2.0.1': octt },
      feature: zero ? LOCAL_LIST : ASKS_VERSION,
      needs: ['GetLocalListVersion'],
      checks: {
        asked: {
          ref: 'GetLocalListVersionResponse.versionNumber',
          level: 'SHALL',
          says: 'the CALL asks for the version, and carries nothing',
        },
        servedOn: servedOnCheck,
      },
      catches: { asked: alter('GetLocalListVersion', { versionNumber: 1 }), servedOn: servedOnFault },
      async run(context) {
        await booted(context);
        const versionNumber = zero ? 0 : oddNumber(context, 2);
        await ordered(context, 'GetLocalListVersion', {}, { versionNumber });
        await servedOn(context);
      },
    }),
  ),

  ...answers.map(({ id, title, octt, status }) =>
    testCase({
      id: `csms/local-auth-list/${id}`,
      title,
      sut: 'csms',
      versions: ['2.0.1'],
      ...only(octt),
      feature: LOCAL_LIST,
      needs: ['SendLocalList'],
      checks: {
        asked: askedCheck,
        version: versionCheck,
        unique: uniqueCheck,
        complete: completeCheck,
        servedOn: servedOnCheck,
      },
      catches: {
        asked: [...askedFaults, ...infoFaults, asDifferential],
        version: versionFaults,
        unique: uniqueFault,
        complete: completeFault,
        servedOn: servedOnFault,
      },
      async run(context) {
        await booted(context);
        const localAuthorizationList = await entries(context);
        const wish = { versionNumber: oddNumber(context, 2), localAuthorizationList, updateType: 'Full' };
        judgeComplete(context, await sends(context, wish, status));
        await servedOn(context);
      },
    }),
  ),

  testCase({
    id: 'csms/local-auth-list/emptied',
    title: 'CSMS takes all tokens from the list of a 2.x station',
    sut: 'csms',
    versions: ['2.0.1'],
    octt: { '2.0.1': 'TC_D_04_CSMS' },
    feature: LOCAL_LIST,
    needs: ['SendLocalList'],
    checks: {
      asked: { ...askedCheck, says: 'the CALL is a whole list with the version asked for' },
      empty: {
        ref: 'SendLocalListRequest.localAuthorizationList',
        level: 'SHALL',
        says: 'it carries no entry',
      },
      version: versionCheck,
      servedOn: servedOnCheck,
    },
    catches: {
      asked: [asDifferential, alter('SendLocalList', { versionNumber: 1 })],
      empty: alter('SendLocalList', {
        localAuthorizationList: [
          { idToken: { idToken: 'LEFT', type: 'Central' }, idTokenInfo: { status: 'Accepted' } },
        ],
      }),
      version: versionFaults,
      servedOn: servedOnFault,
    },
    async run(context) {
      const { operator, check } = context;
      await booted(context);
      const order = await operator.order('SendLocalList', { versionNumber: oddNumber(context, 2), updateType: 'Full' });
      const { localAuthorizationList, ...others } = order.call.payload;
      check('asked', () => expect({ ...order, call: { ...order.call, payload: others } }).to.carryWhatWasAsked());
      check('empty', () => expect(localAuthorizationList ?? []).to.deep.equal([]));
      check('version', () => expect(others['versionNumber']).to.be.above(0));
      order.call.respond({ status: 'Accepted' });
      await servedOn(context);
    },
  }),

  ...changes.map(({ id, title, octt, change, faults }) =>
    testCase({
      id: `csms/local-auth-list/${id}`,
      title,
      sut: 'csms',
      versions: ['2.0.1'],
      ...only(octt),
      feature: LOCAL_LIST,
      needs: ['GetLocalListVersion', 'SendLocalList'],
      checks: {
        asked: askedCheck,
        version: versionCheck,
        newer: newerCheck,
        unique: uniqueCheck,
        servedOn: servedOnCheck,
      },
      catches: {
        asked: [...askedFaults, ...faults, asFull],
        version: versionFaults,
        newer: alter('SendLocalList', { versionNumber: 11 }),
        unique: uniqueFault,
        servedOn: servedOnFault,
      },
      async run(context) {
        await booted(context);
        const has = oddNumber(context, 11);
        await tellsVersion(context, has);
        await servedOn(context);
        const localAuthorizationList = await change(context);
        const wish = { versionNumber: has + 3, localAuthorizationList, updateType: 'Differential' };
        const { payload } = await sends(context, wish, 'Accepted');
        context.check('newer', () => expect(payload['versionNumber']).to.be.above(has));
        await servedOn(context);
      },
    }),
  ),

  testCase({
    id: 'csms/local-auth-list/version-mismatch',
    title: 'CSMS replaces the list of a 2.x station that takes no change of it',
    sut: 'csms',
    versions: ['2.0.1'],
    feature: LOCAL_LIST,
    needs: ['SendLocalList'],
    checks: {
      asked: askedCheck,
      again: { ...askedCheck, ref: 'D01.FR.03', says: 'what comes after is the whole list that the operator gave' },
      version: versionCheck,
      unique: uniqueCheck,
      complete: completeCheck,
      servedOn: servedOnCheck,
    },
    catches: {
      asked: [...askedFaults, ...infoFaults, asFull],
      again: [...askedFaults, ...infoFaults, asDifferential],
      version: versionFaults,
      unique: uniqueFault,
      complete: completeFault,
      servedOn: servedOnFault,
    },
    async run(context) {
      await booted(context);
      const version = oddNumber(context, 11);
      const localAuthorizationList = await entries(context);
      const change = { versionNumber: version, localAuthorizationList, updateType: 'Differential' };
      await sends(context, change, 'VersionMismatch');
      // A CSMS that sends the whole list unasked (D01.FR.03) does so before, or between: it is taken.
      const whole = {
        versionNumber: version + 7,
        localAuthorizationList: localAuthorizationList.slice(1),
        updateType: 'Full',
      };
      judgeComplete(context, await sends(context, whole, 'Accepted', 'again'));
      await servedOn(context);
    },
  }),
]);
