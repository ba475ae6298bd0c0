/** What the composite-schedule oracle is asked, and what it answers. */
import type { OcppVersion } from '../dialects/dialect.ts';

/** `A`: amperes per phase. `W`: watts over all phases (1.6 section 7.12; K01.FR.50, K01.FR.51). */
export type RateUnit = 'A' | 'W';

export type Purpose =
  | 'ChargePointMaxProfile'
  | 'ChargingStationMaxProfile'
  | 'ChargingStationExternalConstraints'
  | 'TxDefaultProfile'
  | 'TxProfile'
  | 'PriorityCharging'
  | 'LocalGeneration';

export interface SchedulePeriodInput {
  /** Seconds from the start of the schedule. */
  readonly startPeriod: number;
  readonly limit: number;
  readonly numberPhases?: number;
  readonly phaseToUse?: number;
}

export interface ScheduleInput {
  readonly id?: number;
  readonly duration?: number;
  readonly startSchedule?: string;
  readonly chargingRateUnit: RateUnit;
  readonly minChargingRate?: number;
  readonly chargingSchedulePeriod: readonly SchedulePeriodInput[];
  /** 2.1. */
  readonly useLocalTime?: boolean;
  /** 2.1. */
  readonly randomizedDelay?: number;
}

/** A profile as in SetChargingProfile: 1.6 with `chargingProfileId` and one schedule, 2.x with `id` and a list. */
export interface ProfileInput {
  readonly id?: number;
  readonly chargingProfileId?: number;
  readonly transactionId?: number | string;
  readonly stackLevel: number;
  readonly chargingProfilePurpose: Purpose;
  readonly chargingProfileKind: 'Absolute' | 'Recurring' | 'Relative' | 'Dynamic';
  readonly recurrencyKind?: 'Daily' | 'Weekly';
  readonly validFrom?: string;
  readonly validTo?: string;
  readonly chargingSchedule: ScheduleInput | readonly ScheduleInput[];
  /** 2.1: seconds. */
  readonly maxOfflineDuration?: number;
  /** 2.1. */
  readonly dynUpdateTime?: string;
}

/** Where a profile was installed. 1.6 says `connectorId`, 2.x `evseId`; 0 is the whole station. */
export interface InstalledProfile {
  readonly evseId?: number;
  readonly connectorId?: number;
  readonly profile: ProfileInput;
}

export interface StationInput {
  /** Line voltage of the area, volts between phase and neutral. Default 230. */
  readonly voltage?: number;
  /** Phases that can be used, as the device model's SupplyPhases: 1 to 3, 0 for DC. Default: no bound, AC. */
  readonly phases?: number;
  /** Number of EVSEs (1.6: connectors). Default: the highest one that the input names, at least 1. */
  readonly evses?: number;
  /** Local limit of the whole station, amperes per phase. */
  readonly maxCurrent?: number;
  /** Local limit of the whole station, watts. */
  readonly maxPower?: number;
  /** 2.1: instant since which the station has had no connection. */
  readonly offlineSince?: string;
}

export interface TransactionInput {
  readonly id: number | string;
  readonly startedAt: string;
  /** When the power path closed, if not at the start: origin of relative schedules in 2.x (K01.FR.42). */
  readonly powerPathClosedAt?: string;
  /** Default: the EVSE asked for; 1 when the whole station is. */
  readonly evseId?: number;
  readonly connectorId?: number;
  /** 2.1: PriorityCharging has been activated (K21, K22). */
  readonly priorityCharging?: boolean;
  /** Which schedule of a profile with several (ISO 15118, K15.FR.22), by order, from 1. */
  readonly scheduleTuple?: number;
}

/** One question: what GetCompositeSchedule would answer, given this state. */
export interface CompositeInput {
  readonly ocpp: OcppVersion;
  /** Instant at which the schedule starts. */
  readonly start: string;
  /** Seconds. */
  readonly duration: number;
  readonly unit: RateUnit;
  readonly evseId?: number;
  readonly connectorId?: number;
  /** IANA name. Recurring schedules follow its wall clock; times without an offset are read in it. */
  readonly timezone?: string;
  readonly station?: StationInput;
  readonly transaction?: TransactionInput;
  /** Where several transactions run. */
  readonly transactions?: readonly TransactionInput[];
  readonly profiles: readonly InstalledProfile[];
}

/** From `startPeriod` seconds on. Without `limit`: nothing limits. */
export interface CompositePeriod {
  readonly startPeriod: number;
  readonly limit?: number;
  readonly numberPhases?: number;
  readonly phaseToUse?: number;
}

export interface CompositeSchedule {
  readonly start: string;
  readonly duration: number;
  readonly unit: RateUnit;
  readonly periods: readonly CompositePeriod[];
}

/** The profiles can't be installed together, or one of them breaks a rule of its version. */
export class ImpossibleProfiles extends Error {
  override readonly name: string = 'ImpossibleProfiles';
}

/** The composite schedule of these profiles is nothing that can be calculated beforehand. */
export class NotModelled extends Error {
  override readonly name: string = 'NotModelled';
}

/** A text is no date-time, or a zone is not known. */
export class UnreadableTime extends Error {
  override readonly name: string = 'UnreadableTime';
}
