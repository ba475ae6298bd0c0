/** A question made ready for calculation: instants in seconds, limits exact, versions out of the way. */
import type { OcppVersion } from '../dialects/dialect.ts';
import { type Fraction, fraction } from './fraction.ts';
import { DAY, instantOf, shownIn, type WallClock, WEEK, wallClock } from './time.ts';
import {
  type CompositeInput,
  ImpossibleProfiles,
  type InstalledProfile,
  type Purpose,
  type RateUnit,
  type ScheduleInput,
  type TransactionInput,
} from './types.ts';

export interface Period {
  readonly start: number;
  readonly limit: Fraction;
  readonly phases: number | undefined;
  readonly phaseToUse: number | undefined;
}

export interface Profile {
  readonly id: number;
  readonly evse: number;
  readonly purpose: Purpose;
  readonly stackLevel: number;
  readonly transactionId: string | undefined;
  /** Valid from this instant, inclusive (K01.FR.36). */
  readonly validFrom: number;
  /** Valid up to this instant, exclusive (K01.FR.37). */
  readonly validTo: number;
  /** Undefined: the start of charging. */
  readonly origin: number | undefined;
  /** True where the schedule runs by the clock on the wall, and `origin` is what that clock shows. */
  readonly local: boolean;
  /** Seconds after which the schedule starts again. */
  readonly every: number | undefined;
  readonly duration: number | undefined;
  readonly unit: RateUnit;
  readonly periods: readonly Period[];
  readonly minChargingRate: Fraction | undefined;
}

interface Transaction {
  readonly id: string;
  readonly evse: number;
  /** Where relative schedules start. */
  readonly origin: number;
  readonly priority: boolean;
}

export interface Question {
  readonly version: OcppVersion;
  readonly start: number;
  readonly end: number;
  readonly unit: RateUnit;
  readonly evse: number;
  readonly wall: WallClock | undefined;
  readonly voltage: Fraction;
  readonly dc: boolean;
  readonly phases: number | undefined;
  readonly evses: number;
  readonly maxCurrent: Fraction | undefined;
  readonly maxPower: Fraction | undefined;
  readonly transactions: readonly Transaction[];
  readonly profiles: readonly Profile[];
}

const DEFAULT_VOLTAGE = 230;

const placeOf = (at: { readonly evseId?: number; readonly connectorId?: number }): number | undefined =>
  at.evseId ?? at.connectorId;

export const listOf = (schedule: ScheduleInput | readonly ScheduleInput[]): readonly ScheduleInput[] =>
  Array.isArray(schedule) ? schedule : [schedule as ScheduleInput];

export const idOf = ({ profile }: InstalledProfile): number => profile.id ?? profile.chargingProfileId ?? 0;

/** Transaction ids are identifierStrings, which know no case. */
const sameId = (id: number | string): string => String(id).toLowerCase();

/** @throws UnreadableTime @throws ImpossibleProfiles */
export function readQuestion(input: CompositeInput): Question {
  const wall = input.timezone === undefined ? undefined : wallClock(input.timezone);
  const start = instantOf(input.start, wall);
  const evse = placeOf(input) ?? 0;
  const station = input.station ?? {};
  const given = [...(input.transaction === undefined ? [] : [input.transaction]), ...(input.transactions ?? [])];
  const transactions = given.map((one) => readTransaction(one, evse, input, wall));
  const twice = transactions.find((one, at) => transactions.findIndex((other) => other.evse === one.evse) !== at);
  if (twice !== undefined) throw new ImpossibleProfiles(`two transactions run on EVSE ${twice.evse}`);
  const named = [evse, ...transactions.map((one) => one.evse), ...input.profiles.map((one) => placeOf(one) ?? 0)];
  const offlineSince = station.offlineSince === undefined ? undefined : instantOf(station.offlineSince, wall);
  const evses = station.evses ?? Math.max(1, ...named);
  const unknown = named.find((place) => place > evses);
  if (unknown !== undefined)
    throw new ImpossibleProfiles(`EVSE ${unknown} is named, and the station has ${evses} (K08.FR.05, K01.FR.28)`);
  return {
    version: input.ocpp,
    start,
    end: start + input.duration,
    unit: input.unit,
    evse,
    wall,
    voltage: fraction(station.voltage ?? DEFAULT_VOLTAGE),
    dc: station.phases === 0,
    phases: station.phases === 0 ? undefined : station.phases,
    evses,
    maxCurrent: station.maxCurrent === undefined ? undefined : fraction(station.maxCurrent),
    maxPower: station.maxPower === undefined ? undefined : fraction(station.maxPower),
    transactions,
    profiles: input.profiles.flatMap((one) => readProfile(one, { input, wall, start, offlineSince, given, evse })),
  };
}

function readTransaction(
  one: TransactionInput,
  asked: number,
  input: CompositeInput,
  wall: WallClock | undefined,
): Transaction {
  // 1.6 knows no moment but the start of charging, which it does not tell from the start of the transaction.
  const from = (input.ocpp === '1.6' ? undefined : one.powerPathClosedAt) ?? one.startedAt;
  return {
    id: sameId(one.id),
    evse: placeOf(one) ?? Math.max(asked, 1),
    origin: instantOf(from, wall),
    priority: one.priorityCharging === true,
  };
}

interface Surroundings {
  readonly input: CompositeInput;
  readonly wall: WallClock | undefined;
  readonly start: number;
  readonly offlineSince: number | undefined;
  readonly given: readonly TransactionInput[];
  readonly evse: number;
}

/** Empty where the profile has no schedule of the tuple that the transaction uses. */
function readProfile(one: InstalledProfile, around: Surroundings): Profile[] {
  const { profile } = one;
  const evse = placeOf(one) ?? 0;
  const schedule = listOf(profile.chargingSchedule)[tupleOf(one, evse, around) - 1];
  if (schedule === undefined) return [];
  const validTo = profile.validTo === undefined ? Number.POSITIVE_INFINITY : instantOf(profile.validTo, around.wall);
  return [
    {
      id: idOf(one),
      evse,
      purpose: profile.chargingProfilePurpose,
      stackLevel: profile.stackLevel,
      transactionId: profile.transactionId === undefined ? undefined : sameId(profile.transactionId),
      validFrom: profile.validFrom === undefined ? Number.NEGATIVE_INFINITY : instantOf(profile.validFrom, around.wall),
      validTo: Math.min(validTo, offlineEnd(one, around.offlineSince)),
      ...originOf(one, schedule, around),
      every: everyOf(one),
      duration: schedule.duration,
      unit: schedule.chargingRateUnit,
      periods: schedule.chargingSchedulePeriod.map((period) => ({
        start: period.startPeriod,
        limit: fraction(period.limit),
        phases: period.numberPhases,
        phaseToUse: period.phaseToUse,
      })),
      minChargingRate: schedule.minChargingRate === undefined ? undefined : fraction(schedule.minChargingRate),
    },
  ];
}

/** Only a TxProfile has several schedules, of which the EV chose one (K15.FR.22). */
function tupleOf({ profile }: InstalledProfile, evse: number, { given, evse: asked }: Surroundings): number {
  if (profile.chargingProfilePurpose !== 'TxProfile') return 1;
  return given.find((one) => (placeOf(one) ?? Math.max(asked, 1)) === evse)?.scheduleTuple ?? 1;
}

/** K01.FR.101: after so long without a connection the profile is valid no more. */
function offlineEnd({ profile }: InstalledProfile, offlineSince: number | undefined): number {
  if (offlineSince === undefined || profile.maxOfflineDuration === undefined) return Number.POSITIVE_INFINITY;
  return offlineSince + profile.maxOfflineDuration;
}

function everyOf({ profile }: InstalledProfile): number | undefined {
  if (profile.chargingProfileKind !== 'Recurring') return undefined;
  return profile.recurrencyKind === 'Weekly' ? WEEK : DAY;
}

function originOf(
  one: InstalledProfile,
  schedule: ScheduleInput,
  { input, wall, start }: Surroundings,
): Pick<Profile, 'origin' | 'local'> {
  const kind = one.profile.chargingProfileKind;
  if (kind === 'Dynamic') {
    const updated = one.profile.dynUpdateTime;
    return { origin: updated === undefined ? start : instantOf(updated, wall), local: false };
  }
  const from = schedule.startSchedule;
  // 1.6 section 7.13: without startSchedule a schedule is relative to the start of charging.
  if (kind === 'Relative' || from === undefined) return { origin: undefined, local: false };
  if (input.ocpp === '2.1') {
    return schedule.useLocalTime === true
      ? { origin: shownIn(from), local: true }
      : { origin: instantOf(from, wall), local: false };
  }
  const origin = instantOf(from, wall);
  if (kind !== 'Recurring' || wall === undefined) return { origin, local: false };
  return { origin: origin + wall.offsetAt(origin), local: true };
}
