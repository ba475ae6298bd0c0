/** Charging profiles and the messages about them, in the words of each version. */
import type { OcppVersion } from '../src/dialects/dialect.ts';
import type { Context } from '../src/judge/context.ts';
import { at } from '../src/judge/path.ts';
import type { Payload } from '../src/session.ts';
import type { CompositeSchedule } from '../src/smart-charging/index.ts';
import type { RateUnit } from '../src/smart-charging/types.ts';

/** What the versions write differently. */
export interface ProfileWords {
  /** Purpose of a limit for the whole station. */
  readonly stationPurpose: string;
  /** A profile with its number. */
  profile(id: number, members: Payload, schedule: Payload): Payload;
  /** SetChargingProfile. */
  set(evseId: number, profile: Payload): Payload;
  /** GetCompositeSchedule. */
  composite(evseId: number, duration: number, unit: RateUnit): Payload;
  /** The answer to it. */
  answer(evseId: unknown, schedule: CompositeSchedule): Payload;
  /** What such an answer tells. */
  told(answer: Payload): ToldSchedule;
  /** ClearChargingProfile. */
  clear(criteria: ClearCriteria): Payload;
}

/** A schedule as a station tells it: whatever stands in its answer. */
export interface ToldSchedule {
  readonly evseId: unknown;
  readonly start: unknown;
  readonly duration: unknown;
  readonly unit: unknown;
  readonly periods: readonly Payload[];
}

/** Profiles that are to be cleared are those that fit everything that is named. */
export interface ClearCriteria {
  readonly id?: number;
  readonly evseId?: number;
  readonly purpose?: string;
  readonly stackLevel?: number;
}

const periodsOf = (schedule: unknown): readonly Payload[] => {
  const periods = at(schedule, 'chargingSchedulePeriod');
  return Array.isArray(periods) ? (periods as readonly Payload[]) : [];
};

/** Without the members that nobody named. */
const named = (members: Payload): Payload =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));

const v16: ProfileWords = {
  stationPurpose: 'ChargePointMaxProfile',
  profile: (chargingProfileId, members, chargingSchedule) => ({ chargingProfileId, ...members, chargingSchedule }),
  set: (connectorId, csChargingProfiles) => ({ connectorId, csChargingProfiles }),
  composite: (connectorId, duration, chargingRateUnit) => ({ connectorId, duration, chargingRateUnit }),
  answer: (connectorId, { start, duration, unit, periods }) => ({
    status: 'Accepted',
    connectorId,
    scheduleStart: start,
    chargingSchedule: { duration, startSchedule: start, chargingRateUnit: unit, chargingSchedulePeriod: periods },
  }),
  told: ({ connectorId, scheduleStart, chargingSchedule }) => ({
    evseId: connectorId,
    start: scheduleStart ?? at(chargingSchedule, 'startSchedule'),
    duration: at(chargingSchedule, 'duration'),
    unit: at(chargingSchedule, 'chargingRateUnit'),
    periods: periodsOf(chargingSchedule),
  }),
  clear: ({ id, evseId, purpose, stackLevel }) =>
    named({ id, connectorId: evseId, chargingProfilePurpose: purpose, stackLevel }),
};

const v2: ProfileWords = {
  stationPurpose: 'ChargingStationMaxProfile',
  profile: (id, members, schedule) => ({ id, ...members, chargingSchedule: [{ id: SCHEDULE_ID, ...schedule }] }),
  set: (evseId, chargingProfile) => ({ evseId, chargingProfile }),
  composite: (evseId, duration, chargingRateUnit) => ({ evseId, duration, chargingRateUnit }),
  answer: (evseId, { start, duration, unit, periods }) => ({
    status: 'Accepted',
    schedule: { evseId, duration, scheduleStart: start, chargingRateUnit: unit, chargingSchedulePeriod: periods },
  }),
  told: ({ schedule }) => ({
    evseId: at(schedule, 'evseId'),
    start: at(schedule, 'scheduleStart'),
    duration: at(schedule, 'duration'),
    unit: at(schedule, 'chargingRateUnit'),
    periods: periodsOf(schedule),
  }),
  clear: ({ id, evseId, purpose, stackLevel }) => {
    const criteria = named({ evseId, chargingProfilePurpose: purpose, stackLevel });
    return named({
      chargingProfileId: id,
      chargingProfileCriteria: Object.keys(criteria).length > 0 ? criteria : undefined,
    });
  },
};

/** In 2.x schedules have numbers of their own. */
const SCHEDULE_ID = 17;

const profileWords: Readonly<Record<OcppVersion, ProfileWords>> = { '1.6': v16, '2.0.1': v2, '2.1': v2 };

/** The words of the case's version. */
export const wordsOf = ({ dialect }: Pick<Context, 'dialect'>): ProfileWords => profileWords[dialect.version];
