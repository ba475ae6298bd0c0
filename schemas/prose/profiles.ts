/** Prose rules over charging profiles and schedules, of all versions. */
import { show } from '../pointer.ts';
import { isObject, type Members, mending, number, object, objectsIn, type Rule } from './rule.ts';

const V16 = ['1.6'] as const;
const V2 = ['2.0.1', '2.1'] as const;
const ALL = [...V16, ...V2] as const;

const EXTERNAL = 'ChargingStationExternalConstraints';

/** The profile that a 2.x or 1.6 message carries. */
const profileIn = (value: Members): Members | undefined => {
  const profile = value['chargingProfile'] ?? value['csChargingProfiles'];
  return isObject(profile) ? profile : undefined;
};

/** Changes the profile of a message. */
const mendProfile = (mend: (profile: Members) => void) =>
  mending((value) => {
    const profile = profileIn(value);
    if (profile !== undefined) mend(profile);
  });

const schedulesOf = (profile: Members): readonly Members[] => {
  const schedule = profile['chargingSchedule'];
  return Array.isArray(schedule) ? objectsIn(schedule) : objectsIn([schedule]);
};

export const profiles: readonly Rule[] = [
  {
    name: 'stack-level',
    versions: ['1.6', '2.0.1'],
    ref: '7.8 (1.6), ChargingProfileType.stackLevel (2.0.1)',
    on: ({ field }) => field === 'stackLevel',
    check: number((value) => (value < 0 ? `is ${value}, where the lowest level is 0` : undefined)),
  },
  {
    name: 'first-period',
    versions: ALL,
    ref: '7.13 (1.6), K01.FR.31 (2.x)',
    on: ['chargingSchedule', 'ChargingScheduleType'],
    check: object(({ chargingSchedulePeriod }) => {
      const first = objectsIn(chargingSchedulePeriod)[0]?.['startPeriod'];
      return typeof first === 'number' && first !== 0
        ? ['/chargingSchedulePeriod/0/startPeriod', `is ${first}, where the first period starts at 0`]
        : undefined;
    }),
    mend: mending(({ chargingSchedulePeriod }) => {
      for (const [i, period] of objectsIn(chargingSchedulePeriod).entries()) period['startPeriod'] = i * 60;
    }),
  },
  {
    name: 'period-order',
    versions: V2,
    ref: 'K01.FR.35',
    on: ['ChargingScheduleType'],
    check: object(({ chargingSchedulePeriod }) => {
      let last = -1;
      for (const [i, { startPeriod }] of objectsIn(chargingSchedulePeriod).entries()) {
        if (typeof startPeriod !== 'number') continue;
        if (i > 0 && startPeriod <= last)
          return [`/chargingSchedulePeriod/${i}/startPeriod`, `is ${startPeriod}, which is not after ${last}`];
        last = startPeriod;
      }
      return undefined;
    }),
    mend: mending(({ chargingSchedulePeriod }) => {
      for (const [i, period] of objectsIn(chargingSchedulePeriod).entries()) period['startPeriod'] = i * 60;
    }),
  },
  {
    name: 'number-of-phases',
    versions: ['1.6', '2.0.1'],
    ref: '7.14 (1.6), ChargingSchedulePeriodType.numberPhases (2.0.1)',
    on: ({ field }) => field === 'numberPhases',
    check: number((value) => (value < 0 || value > 3 ? `is ${value}, where there are at most 3 phases` : undefined)),
    mend: () => 3,
  },
  {
    name: 'phase-to-use',
    versions: V2,
    ref: 'K01.FR.19',
    on: ['ChargingSchedulePeriodType'],
    check: object(({ phaseToUse, numberPhases }) =>
      phaseToUse !== undefined && numberPhases !== 1
        ? ['/phaseToUse', 'is set, which takes numberPhases 1']
        : undefined,
    ),
    mend: mending((value) => {
      delete value['phaseToUse'];
    }),
  },
  {
    name: 'phase',
    versions: V2,
    ref: 'ChargingSchedulePeriodType.phaseToUse',
    on: ['ChargingSchedulePeriodType.phaseToUse'],
    check: number((value) => (value < 1 || value > 3 ? `is ${value}, which is no phase from 1 to 3` : undefined)),
    mend: () => 1,
  },
  {
    name: 'start-schedule',
    versions: V2,
    ref: 'K01.FR.40, K01.FR.41',
    on: ['ChargingProfileType'],
    check: object((profile) => {
      const kind = profile['chargingProfileKind'];
      for (const [i, { startSchedule }] of schedulesOf(profile).entries()) {
        if ((kind === 'Absolute' || kind === 'Recurring') && startSchedule === undefined)
          return [`/chargingSchedule/${i}`, `has no "startSchedule", which a profile of kind ${kind} has`];
        if (kind === 'Relative' && startSchedule !== undefined)
          return [`/chargingSchedule/${i}/startSchedule`, 'is set, which a profile of kind Relative has not'];
      }
      return undefined;
    }),
    mend: mending((profile) => {
      for (const schedule of schedulesOf(profile)) {
        if (profile['chargingProfileKind'] === 'Relative') delete schedule['startSchedule'];
        else schedule['startSchedule'] ??= '2025-01-01T00:00:00Z';
      }
    }),
  },
  {
    name: 'max-profile-kind',
    versions: V2,
    ref: 'K01.FR.38',
    on: ['ChargingProfileType'],
    check: object(({ chargingProfilePurpose, chargingProfileKind }) =>
      chargingProfilePurpose === 'ChargingStationMaxProfile' && chargingProfileKind === 'Relative'
        ? ['/chargingProfileKind', 'is Relative, which a ChargingStationMaxProfile is not']
        : undefined,
    ),
    mend: mending((profile) => {
      profile['chargingProfilePurpose'] = 'TxDefaultProfile';
    }),
  },
  {
    name: 'transaction-of-profile',
    versions: ALL,
    ref: '7.8 (1.6), ChargingProfileType.transactionId (2.x)',
    on: ['csChargingProfiles', 'ChargingProfileType'],
    check: object(({ transactionId, chargingProfilePurpose }) =>
      transactionId !== undefined &&
      typeof chargingProfilePurpose === 'string' &&
      chargingProfilePurpose !== 'TxProfile'
        ? ['/transactionId', `is set, which a profile of purpose ${show(chargingProfilePurpose)} has not`]
        : undefined,
    ),
    mend: mending((profile) => {
      delete profile['transactionId'];
    }),
  },
  {
    name: 'profile-of-start',
    versions: ALL,
    ref: '5.16.2 (1.6), F01.FR.09 and F01.FR.11 (2.x)',
    on: ['RemoteStartTransactionRequest', 'RequestStartTransactionRequest'],
    check: object((value) => {
      const profile = profileIn(value);
      if (profile === undefined) return undefined;
      const purpose = profile['chargingProfilePurpose'];
      if (typeof purpose === 'string' && purpose !== 'TxProfile')
        return [
          '/chargingProfile/chargingProfilePurpose',
          `is ${show(purpose)}, where only a TxProfile may come along`,
        ];
      return profile['transactionId'] === undefined
        ? undefined
        : ['/chargingProfile/transactionId', 'is set, though the transaction is yet to start'];
    }),
    mend: mendProfile((profile) => {
      profile['chargingProfilePurpose'] = 'TxProfile';
      delete profile['transactionId'];
    }),
  },
  {
    name: 'max-profile-connector',
    versions: V16,
    ref: '3.13.1',
    on: ['SetChargingProfileRequest'],
    check: object((value) =>
      profileIn(value)?.['chargingProfilePurpose'] === 'ChargePointMaxProfile' &&
      typeof value['connectorId'] === 'number' &&
      value['connectorId'] > 0
        ? ['/connectorId', `is ${value['connectorId']}, where a ChargePointMaxProfile is set at 0`]
        : undefined,
    ),
    mend: mending((value) => {
      value['connectorId'] = 0;
    }),
  },
  {
    name: 'tx-profile-place',
    versions: ALL,
    ref: '3.13.1 (1.6), K01.FR.16 (2.x)',
    on: ['SetChargingProfileRequest'],
    check: object((value) => {
      if (profileIn(value)?.['chargingProfilePurpose'] !== 'TxProfile') return undefined;
      const field = value['evseId'] === 0 ? 'evseId' : value['connectorId'] === 0 ? 'connectorId' : undefined;
      return field === undefined ? undefined : [`/${field}`, 'is 0, where a TxProfile is set above 0'];
    }),
    mend: mending((value) => {
      value[value['evseId'] === 0 ? 'evseId' : 'connectorId'] = 1;
    }),
  },
  {
    name: 'transaction-of-tx-profile',
    versions: V2,
    ref: 'K01.FR.03',
    on: ['SetChargingProfileRequest'],
    check: object((value) => {
      const profile = profileIn(value);
      return profile?.['chargingProfilePurpose'] === 'TxProfile' && profile['transactionId'] === undefined
        ? ['/chargingProfile', 'has no "transactionId", which a TxProfile needs to find its transaction']
        : undefined;
    }),
    mend: mendProfile((profile) => {
      profile['transactionId'] = 'tx-1';
    }),
  },
  {
    name: 'external-constraints',
    versions: V2,
    ref: 'K01.FR.22, K10.FR.06',
    on: ['SetChargingProfileRequest', 'ClearChargingProfileRequest'],
    check: object((value) => {
      const criteria = value['chargingProfileCriteria'];
      const [pointer, holder] = isObject(criteria)
        ? ['/chargingProfileCriteria', criteria]
        : ['/chargingProfile', profileIn(value)];
      return holder?.['chargingProfilePurpose'] === EXTERNAL
        ? [`${pointer}/chargingProfilePurpose`, `is ${EXTERNAL}, which is not the CSMS's to set or clear`]
        : undefined;
    }),
    mend: mending((value) => {
      const criteria = value['chargingProfileCriteria'];
      const holder = isObject(criteria) ? criteria : profileIn(value);
      if (holder !== undefined) holder['chargingProfilePurpose'] = 'TxDefaultProfile';
    }),
  },
  {
    name: 'which-profiles',
    versions: V2,
    ref: 'K10.FR.02',
    on: ['ClearChargingProfileRequest'],
    check: object(({ chargingProfileId, chargingProfileCriteria }) => {
      if (chargingProfileId !== undefined) return undefined;
      const criteria = isObject(chargingProfileCriteria) ? chargingProfileCriteria : {};
      return ['stackLevel', 'evseId', 'chargingProfilePurpose'].some((name) => criteria[name] !== undefined)
        ? undefined
        : 'names neither a profile nor a criterion';
    }),
    mend: mending((value) => {
      value['chargingProfileId'] = 1;
    }),
  },
  {
    name: 'which-profiles',
    versions: V2,
    ref: 'K09.FR.03',
    on: ['ChargingProfileCriterionType'],
    check: object((criterion) =>
      ['chargingProfileId', 'stackLevel', 'chargingLimitSource', 'chargingProfilePurpose'].some(
        (name) => criterion[name] !== undefined,
      )
        ? undefined
        : 'names neither a profile nor a criterion',
    ),
    mend: mending((criterion) => {
      criterion['stackLevel'] = 0;
    }),
  },
];
