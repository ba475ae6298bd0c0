/** CSMS, smart charging in OCPP 2.x: profiles of transactions, profiles that replace others, and those of remote starts. */
import { alter, type Fault } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import type { Payload } from '../../src/session.ts';
import { oddNumber } from './odds.ts';
import { ordered, servedOn, servedOnCheck, servedOnFault } from './orders.ts';
import {
  anyProfileId,
  defaultWish,
  judgeMeaning,
  meansCheck,
  meansFault,
  profileFaults,
  profileIn,
  schedule,
  sets,
  validity,
  wish,
} from './profiles.ts';
import { askedCheck } from './smart-charging.ts';
import { bootedWithTwo, EVSE, now, OTHER_EVSE } from './states.ts';
import {
  energyFlows,
  energyTransferStarted,
  evConnected,
  flowChecks,
  flowFaults,
  newTransaction,
  stopsLocally,
  stranger,
  told,
} from './states.v2.ts';

const FEATURE = 'smart-charging';

const { authorized: _asks, ...remoteChecks } = flowChecks;
const { authorized: _asksFault, ...remoteFaults } = flowFaults;

const forTransaction = { chargingProfilePurpose: 'TxProfile', chargingProfileKind: 'Relative' };

const txCheck = {
  ref: 'K01.FR.03',
  level: 'SHALL',
  says: 'the CALL carries the whole profile, for the transaction that runs on that EVSE and no other',
} as const;
const txFaults: readonly Fault[] = [
  ...profileFaults('chargingProfile'),
  alter('SetChargingProfile', { evseId: EVSE }),
  alter('SetChargingProfile', { chargingProfile: { transactionId: 'another' } }),
  alter('SetChargingProfile', { chargingProfile: { transactionId: null } }),
  alter('SetChargingProfile', { chargingProfile: { chargingProfilePurpose: 'TxDefaultProfile' } }),
  alter('SetChargingProfile', { chargingProfile: { chargingProfileKind: 'Absolute' } }),
];

const placeFaults: readonly Fault[] = [
  ...profileFaults('chargingProfile'),
  alter('SetChargingProfile', { evseId: EVSE }),
];

export default suite('csms/smart-charging', 'Smart charging in OCPP 2.x', [
  ...[
    { id: 'tx-profile', title: 'CSMS limits one of two transactions', octt: 'TC_K_60_CSMS', status: 'Accepted' },
    { id: 'tx-profile-refused', title: 'CSMS goes on with a transaction that can not be limited', status: 'Rejected' },
  ].map(({ id, title, octt, status }) =>
    testCase({
      id: `csms/smart-charging/${id}`,
      title,
      sut: 'csms',
      versions: ['2.0.1'],
      ...(octt !== undefined && { octt: { '2.0.1': octt } }),
      feature: FEATURE,
      needs: ['SetChargingProfile'],
      checks: { asked: txCheck, means: meansCheck, ...flowChecks },
      catches: { ...flowFaults, asked: txFaults, means: meansFault },
      async run(context) {
        await bootedWithTwo(context);
        const [one, other] = [await context.token('valid'), await context.token('second')];
        const elsewhere = await energyTransferStarted(context, one);
        const startedAt = now(context);
        const transaction = await energyTransferStarted(context, other, { evseId: OTHER_EVSE });
        const members = { ...forTransaction, transactionId: transaction.id };
        const order = await sets(context, wish(context, OTHER_EVSE, members, schedule(context)), 'asked', { status });
        judgeMeaning(context, [order], { id: transaction.id, startedAt });
        if (status === 'Accepted')
          await told(context, transaction, 'Updated', 'ChargingRateChanged', { chargingState: 'Charging' });
        await stopsLocally(context, transaction, other);
        await stopsLocally(context, elsewhere, one);
        await stranger(context);
      },
    }),
  ),

  testCase({
    id: 'csms/smart-charging/tx-profile-without-transaction',
    title: 'CSMS goes on with a station that has no transaction to limit',
    sut: 'csms',
    versions: ['2.0.1'],
    octt: { '2.0.1': 'TC_K_02_CSMS' },
    feature: FEATURE,
    // Another CSMS does not let its operator ask for it.
    onlyFor: 'limits-without-transaction',
    needs: ['SetChargingProfile'],
    checks: {
      asked: { ...txCheck, says: 'the CALL carries the EVSE and the whole profile that the operator asked for' },
      servedOn: servedOnCheck,
    },
    catches: { asked: txFaults, servedOn: servedOnFault },
    async run(context) {
      await bootedWithTwo(context);
      const members = { ...forTransaction, transactionId: `plugproof-${anyProfileId(context)}` };
      await sets(context, wish(context, OTHER_EVSE, members, schedule(context)), 'asked', { status: 'Rejected' });
      await servedOn(context);
    },
  }),

  testCase({
    id: 'csms/smart-charging/profile-replaced',
    title: 'CSMS replaces a profile by another with the same number',
    sut: 'csms',
    versions: ['2.0.1'],
    octt: { '2.0.1': 'TC_K_04_CSMS' },
    feature: FEATURE,
    needs: ['SetChargingProfile'],
    checks: {
      asked: askedCheck,
      again: { ...askedCheck, says: 'the second CALL carries the new schedule under the number of the first' },
      same: {
        ref: 'K01.FR.06',
        level: 'SHALL',
        says: 'what has the purpose, the level and the place of another profile has its number too',
      },
      means: meansCheck,
      servedOn: servedOnCheck,
    },
    catches: {
      asked: placeFaults,
      again: placeFaults,
      same: alter(
        'SetChargingProfile',
        (payload) => {
          const profile = profileIn(payload);
          const [held] = profile['chargingSchedule'] as readonly Payload[];
          // A number for each length: profiles that are told apart although they are one.
          return { ...(payload as Payload), chargingProfile: { ...profile, id: held?.['duration'] } };
        },
        { name: 'a number of its own' },
      ),
      means: meansFault,
      servedOn: servedOnFault,
    },
    async run(context) {
      await bootedWithTwo(context);
      const before = await sets(context, defaultWish(context));
      const profile = profileIn(before.asked);
      const chargingSchedule = [{ id: 18, ...schedule(context, { unit: 'W', startsIn: -120 }) }];
      const after = await sets(
        context,
        { evseId: OTHER_EVSE, chargingProfile: { ...profile, ...validity(context), chargingSchedule } },
        'again',
      );
      const [one, two] = [profileIn(before.call.payload), profileIn(after.call.payload)];
      context.check('same', () => expect(two['id'], 'number of the second profile').to.equal(one['id']));
      judgeMeaning(context, [after]);
      await servedOn(context);
    },
  }),

  testCase({
    id: 'csms/smart-charging/profiles-stacked',
    title: 'CSMS sets two profiles on two levels',
    sut: 'csms',
    versions: ['2.0.1'],
    octt: { '2.0.1': 'TC_K_70_CSMS' },
    feature: FEATURE,
    needs: ['SetChargingProfile'],
    checks: {
      asked: askedCheck,
      again: askedCheck,
      apart: {
        ref: 'K01.FR.05',
        level: 'SHALL',
        says: 'the two have two numbers, so that the second does not replace the first',
      },
      means: meansCheck,
      servedOn: servedOnCheck,
    },
    catches: {
      asked: placeFaults,
      again: placeFaults,
      apart: alter('SetChargingProfile', { chargingProfile: { id: 5 } }),
      means: [
        meansFault,
        alter('SetChargingProfile', { chargingProfile: { stackLevel: 1 } }, { name: 'both on one level' }),
      ],
      servedOn: servedOnFault,
    },
    async run(context) {
      await bootedWithTwo(context);
      const low = await sets(context, defaultWish(context, { stackLevel: 1 }));
      const soon = { startsIn: oddNumber(context, 1_801, 600), duration: oddNumber(context, 1_801, 600) };
      const members = { ...profileIn(low.asked), stackLevel: 2, id: Number(profileIn(low.asked)['id']) + 2 };
      const chargingSchedule = [{ id: 18, ...schedule(context, soon) }];
      const asked = { evseId: OTHER_EVSE, chargingProfile: { ...members, chargingSchedule } };
      const high = await sets(context, asked, 'again');
      const [one, two] = [profileIn(low.call.payload), profileIn(high.call.payload)];
      context.check('apart', () => {
        expect(two['id'], 'number of the second profile').to.not.equal(one['id']);
        expect(two['stackLevel'], 'level of the second profile').to.not.equal(one['stackLevel']);
      });
      judgeMeaning(context, [low, high]);
      await servedOn(context);
    },
  }),

  testCase({
    id: 'csms/smart-charging/remote-start',
    title: 'CSMS starts a transaction with a profile of several periods',
    sut: 'csms',
    versions: ['2.0.1'],
    octt: { '2.0.1': 'TC_K_37_CSMS' },
    feature: FEATURE,
    needs: ['RequestStartTransaction'],
    checks: {
      asked: {
        ref: 'K05.FR.02',
        level: 'SHALL',
        says: 'the CALL carries the token, the EVSE and the whole profile, for no transaction that there is already',
      },
      ...remoteChecks,
    },
    catches: {
      ...remoteFaults,
      asked: [
        ...profileFaults('chargingProfile', 'RequestStartTransaction'),
        alter('RequestStartTransaction', { idToken: { idToken: 'SOMEBODY' } }),
        alter('RequestStartTransaction', { remoteStartId: 1 }),
        alter('RequestStartTransaction', { evseId: EVSE }),
        alter('RequestStartTransaction', { chargingProfile: null }),
        alter('RequestStartTransaction', { chargingProfile: { transactionId: 'another' } }),
        alter('RequestStartTransaction', { chargingProfile: { chargingProfilePurpose: 'TxDefaultProfile' } }),
        alter('RequestStartTransaction', { chargingProfile: { chargingProfileKind: 'Absolute' } }),
      ],
    },
    async run(context) {
      await bootedWithTwo(context);
      const token = await context.token('valid');
      const { idToken, type } = token;
      const chargingProfile = profileIn(wish(context, OTHER_EVSE, forTransaction, schedule(context)));
      const remoteStartId = oddNumber(context, 70_001, 900_000);
      const asked = { remoteStartId, idToken: { idToken, type }, evseId: OTHER_EVSE, chargingProfile };
      const order = await ordered(context, 'RequestStartTransaction', asked, { status: 'Accepted' });
      const transaction = newTransaction(context, { evseId: OTHER_EVSE });
      const { remoteStartId: sent } = order.call.payload;
      const startId = Number.isInteger(sent) ? sent : remoteStartId;
      await told(context, transaction, 'Started', 'RemoteStart', { token, remoteStartId: startId, evse: 'bay' });
      await evConnected(context, transaction);
      await energyFlows(context, transaction);
      await stopsLocally(context, transaction, token);
      await stranger(context);
    },
  }),
]);
