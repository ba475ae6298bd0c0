/** Rules that each installed profile obeys: a station that follows the text holds no other. */
import { idOf, listOf } from './model.ts';
import {
  type CompositeInput,
  ImpossibleProfiles,
  type InstalledProfile,
  NotModelled,
  type ScheduleInput,
} from './types.ts';

type Version = CompositeInput['ocpp'];

const PURPOSES: Readonly<Record<Version, ReadonlySet<string>>> = {
  '1.6': new Set(['ChargePointMaxProfile', 'TxDefaultProfile', 'TxProfile']),
  '2.0.1': new Set([
    'ChargingStationMaxProfile',
    'ChargingStationExternalConstraints',
    'TxDefaultProfile',
    'TxProfile',
  ]),
  '2.1': new Set([
    'ChargingStationMaxProfile',
    'ChargingStationExternalConstraints',
    'TxDefaultProfile',
    'TxProfile',
    'PriorityCharging',
    'LocalGeneration',
  ]),
};

/** Purposes that are for the whole station only. */
const STATION_WIDE: Readonly<Record<Version, ReadonlySet<string>>> = {
  '1.6': new Set(['ChargePointMaxProfile']),
  '2.0.1': new Set(['ChargingStationMaxProfile', 'ChargingStationExternalConstraints']),
  '2.1': new Set(['ChargingStationMaxProfile']),
};

interface Rule {
  readonly ref: string;
  readonly versions: readonly Version[];
  /** What is wrong, or undefined. */
  broken(one: InstalledProfile, version: Version): string | undefined;
}

const ALL: readonly Version[] = ['1.6', '2.0.1', '2.1'];
const TWO: readonly Version[] = ['2.0.1', '2.1'];

const schedules = (one: InstalledProfile): readonly ScheduleInput[] => listOf(one.profile.chargingSchedule);
const place = (one: InstalledProfile): number => one.evseId ?? one.connectorId ?? 0;
const anySchedule = (one: InstalledProfile, test: (schedule: ScheduleInput) => boolean, says: string) =>
  schedules(one).some(test) ? says : undefined;

const RULES: readonly Rule[] = [
  {
    ref: 'ChargingProfilePurpose',
    versions: ALL,
    broken: ({ profile }, version) =>
      PURPOSES[version].has(profile.chargingProfilePurpose)
        ? undefined
        : `OCPP ${version} has no purpose ${profile.chargingProfilePurpose}`,
  },
  {
    ref: '1.6 section 3.13.1, K04.FR.03',
    versions: ALL,
    broken: (one, version) =>
      STATION_WIDE[version].has(one.profile.chargingProfilePurpose) && place(one) !== 0
        ? `a ${one.profile.chargingProfilePurpose} is for the whole station, and this one is on ${place(one)}`
        : undefined,
  },
  {
    ref: '1.6 section 3.13.1, K01.FR.16',
    versions: ALL,
    broken: (one) =>
      one.profile.chargingProfilePurpose === 'TxProfile' && place(one) === 0
        ? 'a TxProfile is for one EVSE, and this one is on 0'
        : undefined,
  },
  {
    ref: 'K01.FR.38',
    versions: TWO,
    broken: ({ profile }) =>
      profile.chargingProfilePurpose === 'ChargingStationMaxProfile' && profile.chargingProfileKind === 'Relative'
        ? 'a ChargingStationMaxProfile is not Relative'
        : undefined,
  },
  {
    ref: 'K01.FR.40',
    versions: TWO,
    broken: (one) =>
      one.profile.chargingProfileKind === 'Absolute' || one.profile.chargingProfileKind === 'Recurring'
        ? anySchedule(
            one,
            (schedule) => schedule.startSchedule === undefined,
            'an Absolute or Recurring schedule has a startSchedule',
          )
        : undefined,
  },
  {
    ref: 'K01.FR.41',
    versions: TWO,
    broken: (one) =>
      one.profile.chargingProfileKind === 'Relative'
        ? anySchedule(
            one,
            (schedule) => schedule.startSchedule !== undefined,
            'a Relative schedule has no startSchedule',
          )
        : undefined,
  },
  {
    ref: 'K28.FR.01',
    versions: ['2.1'],
    broken: (one) =>
      one.profile.chargingProfileKind === 'Dynamic' &&
      (schedules(one).length !== 1 || schedules(one)[0]?.chargingSchedulePeriod.length !== 1)
        ? 'a Dynamic profile has one schedule with one period'
        : undefined,
  },
  {
    ref: 'ChargingProfileKind',
    versions: ['1.6', '2.0.1'],
    broken: ({ profile }, version) =>
      profile.chargingProfileKind === 'Dynamic' ? `OCPP ${version} has no kind Dynamic` : undefined,
  },
  {
    ref: 'recurrencyKind',
    versions: ALL,
    broken: ({ profile }) =>
      profile.chargingProfileKind === 'Recurring' && profile.recurrencyKind === undefined
        ? 'a Recurring profile has a recurrencyKind'
        : undefined,
  },
  {
    ref: '1.6 errata 3.45, K01.FR.31',
    versions: ALL,
    broken: (one) =>
      anySchedule(
        one,
        ({ chargingSchedulePeriod: [first] }) => first?.startPeriod !== 0,
        'the first period starts at 0',
      ),
  },
  {
    ref: 'K01.FR.35',
    versions: ALL,
    broken: (one) =>
      anySchedule(
        one,
        ({ chargingSchedulePeriod: list }) =>
          list.some(({ startPeriod }, at) => startPeriod <= (list[at - 1]?.startPeriod ?? -1)),
        'periods are in order of startPeriod, each after the one before',
      ),
  },
  {
    ref: 'K01.FR.19',
    versions: TWO,
    broken: (one) =>
      anySchedule(
        one,
        ({ chargingSchedulePeriod: list }) =>
          list.some(({ phaseToUse, numberPhases }) => phaseToUse !== undefined && numberPhases !== 1),
        'phaseToUse goes with numberPhases 1',
      ),
  },
  {
    ref: 'useLocalTime, K01.FR.90',
    versions: ALL,
    broken: (one, version) =>
      version === '2.1'
        ? undefined
        : anySchedule(one, ({ useLocalTime }) => useLocalTime === true, `OCPP ${version} has no useLocalTime`),
  },
];

/** @throws ImpossibleProfiles where a profile breaks a rule @throws NotModelled where its effect can't be known */
export function checkEach(input: CompositeInput): void {
  for (const one of input.profiles) {
    for (const rule of RULES) {
      const says = rule.versions.includes(input.ocpp) ? rule.broken(one, input.ocpp) : undefined;
      if (says !== undefined) throw new ImpossibleProfiles(`profile ${idOf(one)}: ${says} (${rule.ref})`);
    }
    checkModelled(one, input);
  }
}

/** Members of a 2.1 period that say more than a limit for charging. */
const MORE_THAN_A_LIMIT = /^(limit_L|dischargeLimit|setpoint|v2x)/;

/** Modes in which `limit` alone tells what may be charged. */
const LIMIT_MODES: ReadonlySet<unknown> = new Set([undefined, 'ChargingOnly', 'ExternalLimits']);

function checkModelled(one: InstalledProfile, input: CompositeInput): void {
  const no = (what: string) => new NotModelled(`profile ${idOf(one)}: ${what}`);
  for (const { useLocalTime, randomizedDelay = 0, chargingSchedulePeriod } of schedules(one)) {
    if (useLocalTime === true && input.timezone === undefined)
      throw no('useLocalTime needs the "timezone" of the station');
    // K08.FR.06: without a transaction the delay counts as 0; with one it is the station's secret (K01.FR.93).
    if (randomizedDelay > 0 && (input.transaction !== undefined || (input.transactions ?? []).length > 0)) {
      throw no(
        'randomizedDelay has drawn its delays at the start of the transaction, and they are not known here (K01.FR.93)',
      );
    }
    for (const period of chargingSchedulePeriod) {
      const more = Object.keys(period).find((member) => MORE_THAN_A_LIMIT.test(member));
      if (more !== undefined) throw no(`${more} is not modelled, only limit is`);
      const { operationMode } = period as { readonly operationMode?: string };
      if (!LIMIT_MODES.has(operationMode)) throw no(`operationMode ${operationMode} is not modelled`);
      if (period.limit === undefined) throw no('a period without limit is not modelled');
    }
  }
}
