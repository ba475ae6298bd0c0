/** CSMS, smart charging in 1.6: profiles of transactions, and profiles that are cleared. */
import { alter, drop, type Fault } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import type { Payload } from '../../src/session.ts';
import { ofStatus, ordered, reports, servedOn, servedOnCheck, servedOnFault, takenCheck } from './orders.ts';
import { orderedAmongst } from './orders.v2.ts';
import {
  defaultWish,
  judgeMeaning,
  meansCheck,
  meansFault,
  profileFaults,
  profileIn,
  schedule,
  sets,
  wish,
} from './profiles.ts';
import { askedCheck, SMART_CHARGING } from './smart-charging.ts';
import { bootedWithTwo, EVSE, now, OTHER_EVSE } from './states.ts';
import {
  authorized,
  authorizedCheck,
  judgeStop,
  started,
  startedCheck,
  status16,
  stoppedCheck,
  stranger,
  strangerCheck,
  strangerFault,
} from './states.v16.ts';

const saying = (action: string, status: string) => alter(action, { idTagInfo: { status } });

const forTransaction = { chargingProfilePurpose: 'TxProfile', chargingProfileKind: 'Relative' };

const txCheck = {
  ref: '5.16.3',
  level: 'SHALL',
  says: 'the CALL carries the whole profile, for the transaction that runs on that connector and no other',
} as const;
const txFaults = [
  ...profileFaults('csChargingProfiles'),
  alter('SetChargingProfile', { connectorId: EVSE }),
  alter('SetChargingProfile', { csChargingProfiles: { transactionId: 1 } }),
  alter('SetChargingProfile', { csChargingProfiles: { transactionId: null } }),
  alter('SetChargingProfile', { csChargingProfiles: { chargingProfilePurpose: 'TxDefaultProfile' } }),
];

const clearedCheck = {
  ref: '5.5',
  level: 'SHALL',
  says: 'the CALL names the profiles that the operator named, and no others',
} as const;

const FIELDS = ['id', 'connectorId', 'chargingProfilePurpose', 'stackLevel'];

/** Something else in a ClearChargingProfile that has the field, or the field where it was not asked for. */
const clearFault = (field: string, value: unknown): Fault =>
  alter('ClearChargingProfile', { [field]: value }, { when: (payload) => field in (payload as Payload) });

export default suite('csms/smart-charging', 'Smart charging (1.6)', [
  testCase({
    id: 'csms/smart-charging/transaction-limit',
    title: 'CSMS limits one of two transactions',
    sut: 'csms',
    versions: ['1.6'],
    octt: { '1.6': 'TC_057_CSMS' },
    feature: SMART_CHARGING,
    needs: ['SetChargingProfile'],
    checks: {
      stranger: strangerCheck,
      started: startedCheck,
      asked: txCheck,
      means: meansCheck,
      servedOn: servedOnCheck,
      stopped: stoppedCheck,
    },
    catches: {
      stranger: strangerFault,
      started: saying('StartTransaction', 'Invalid'),
      asked: txFaults,
      means: meansFault,
      servedOn: servedOnFault,
      stopped: drop('StopTransaction'),
    },
    async run(context) {
      await bootedWithTwo(context);
      await stranger(context);
      const [one, other] = [await context.token('valid'), await context.token('second')];
      await started(context, one);
      const startedAt = now(context);
      const transaction = await started(context, other, { connectorId: OTHER_EVSE, timestamp: startedAt });
      const members = { ...forTransaction, transactionId: transaction.id };
      const order = await sets(context, wish(context, OTHER_EVSE, members, schedule(context)));
      judgeMeaning(context, [order], { id: transaction.id, startedAt });
      await servedOn(context);
      judgeStop(context, await transaction.stop({ reason: 'Local', by: other }), other);
    },
  }),

  testCase({
    id: 'csms/smart-charging/start-with-limit',
    title: 'CSMS starts a transaction with a limit for it',
    sut: 'csms',
    versions: ['1.6'],
    octt: { '1.6': 'TC_059_CSMS' },
    feature: SMART_CHARGING,
    needs: ['RemoteStartTransaction'],
    checks: {
      asked: {
        ref: '5.16.2',
        level: 'SHALL',
        says: 'the CALL carries the token, the connector and the whole profile, for no transaction that there is already',
      },
      authorized: { ...authorizedCheck, says: 'the token of the order is Accepted when the station asks' },
      taken: takenCheck,
      started: startedCheck,
      stopped: stoppedCheck,
      stranger: strangerCheck,
    },
    catches: {
      asked: [
        ...profileFaults('chargingProfile', 'RemoteStartTransaction').filter(({ name }) => !name.includes('.id=')),
        alter('RemoteStartTransaction', { idTag: 'ANOTHER' }),
        alter('RemoteStartTransaction', { connectorId: EVSE }),
        alter('RemoteStartTransaction', { chargingProfile: null }),
        alter('RemoteStartTransaction', { chargingProfile: { chargingProfileId: 1 } }),
        alter('RemoteStartTransaction', { chargingProfile: { transactionId: 1 } }),
        alter('RemoteStartTransaction', { chargingProfile: { chargingProfilePurpose: 'TxDefaultProfile' } }),
        alter('RemoteStartTransaction', { chargingProfile: { chargingProfileKind: 'Absolute' } }),
      ],
      authorized: saying('Authorize', 'Blocked'),
      taken: drop('StatusNotification', ofStatus('Preparing')),
      started: saying('StartTransaction', 'ConcurrentTx'),
      stopped: drop('StopTransaction'),
      stranger: strangerFault,
    },
    async run(context) {
      await bootedWithTwo(context);
      const token = await context.token('valid');
      const chargingProfile = profileIn(wish(context, OTHER_EVSE, forTransaction, schedule(context)));
      const asked = { connectorId: OTHER_EVSE, idTag: token.idToken, chargingProfile };
      await ordered(context, 'RemoteStartTransaction', asked, { status: 'Accepted' });
      await authorized(context, token);
      await reports(context, status16(context, 'Preparing', OTHER_EVSE));
      const transaction = await started(context, token, { connectorId: OTHER_EVSE });
      await reports(context, status16(context, 'Charging', OTHER_EVSE));
      judgeStop(context, await transaction.stop({ reason: 'Local', by: token }), token);
      await stranger(context);
    },
  }),

  testCase({
    id: 'csms/smart-charging/clear',
    title: 'CSMS clears one of three profiles by its number, one by what it is for, and the rest',
    sut: 'csms',
    versions: ['1.6'],
    octt: { '1.6': 'TC_067_CSMS' },
    feature: SMART_CHARGING,
    needs: ['SetChargingProfile', 'ClearChargingProfile'],
    checks: {
      asked: askedCheck,
      means: meansCheck,
      byId: clearedCheck,
      byCriteria: clearedCheck,
      all: { ...clearedCheck, ref: 'E 3.25', says: 'a CALL that is to clear all profiles names none' },
      servedOn: servedOnCheck,
    },
    catches: {
      asked: [...profileFaults('csChargingProfiles'), alter('SetChargingProfile', { connectorId: EVSE })],
      means: [meansFault, alter('SetChargingProfile', { csChargingProfiles: { chargingProfileId: 7 } })],
      byId: [clearFault('id', 1), clearFault('id', null)],
      byCriteria: [
        clearFault('connectorId', EVSE),
        clearFault('connectorId', null),
        clearFault('chargingProfilePurpose', 'TxProfile'),
        clearFault('chargingProfilePurpose', null),
        clearFault('stackLevel', 0),
        clearFault('stackLevel', null),
        alter('ClearChargingProfile', { id: 1 }, { when: (payload) => 'stackLevel' in (payload as Payload) }),
      ],
      all: FIELDS.map((field) =>
        alter(
          'ClearChargingProfile',
          { [field]: field === 'chargingProfilePurpose' ? 'TxDefaultProfile' : 1 },
          { when: (payload) => Object.keys(payload as Payload).length === 0 },
        ),
      ),
      servedOn: servedOnFault,
    },
    async run(context) {
      await bootedWithTwo(context);
      const set = [];
      for (const stackLevel of [1, 2, 3]) set.push(await sets(context, defaultWish(context, { stackLevel })));
      judgeMeaning(context, set);
      // The number that the station knows it by, whoever gave it.
      const { chargingProfileId: id } = profileIn(set[0]?.call.payload);
      const criteria = { connectorId: OTHER_EVSE, chargingProfilePurpose: 'TxDefaultProfile', stackLevel: 2 };
      const clears = (asked: Payload, check: string) =>
        orderedAmongst(
          context,
          'ClearChargingProfile',
          asked,
          { status: 'Accepted' },
          {
            id: check,
            others: { status: 'Unknown' },
          },
        );
      await clears({ id }, 'byId');
      await clears(criteria, 'byCriteria');
      await clears({}, 'all');
      await servedOn(context);
    },
  }),
]);
