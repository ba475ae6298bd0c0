/** The charging profiles that a station holds: which it takes, what replaces what, which are cleared, and when one is gone. */
import { extrasOf } from './extras.ts';
import type { Evse, Session, Transaction } from './state.ts';
import type { Station } from './station.ts';
import type { Payload } from './types.ts';
import { list, whole } from './values.ts';

/** Purposes in words of neither version. */
export type ProfilePurpose = 'station' | 'external' | 'default' | 'transaction';

const PURPOSES: Readonly<Record<string, ProfilePurpose>> = {
  ChargePointMaxProfile: 'station',
  ChargingStationMaxProfile: 'station',
  ChargingStationExternalConstraints: 'external',
  TxDefaultProfile: 'default',
  TxProfile: 'transaction',
};

export const purposeOf = (word: unknown): ProfilePurpose | undefined => PURPOSES[String(word)];

export interface HeldProfile {
  /** 0 for the whole station. */
  readonly evseId: number;
  readonly id: number;
  readonly stackLevel: number;
  readonly purpose: ProfilePurpose;
  /** The profile as it came. */
  readonly profile: Payload;
  /** Its schedule. */
  readonly schedule: Payload;
  /** Who set it (2.x ChargingLimitSourceEnumType). */
  readonly source: string;
  /** The session that it is for; it goes with the session's transaction. */
  readonly session: Session | undefined;
  transaction: Transaction | undefined;
}

const list1 = (value: unknown): readonly Payload[] => (Array.isArray(value) ? value : [value]) as readonly Payload[];
export const idOf = (profile: Payload): number => Number(profile['id'] ?? profile['chargingProfileId']);
export const schedulesOf = (profile: Payload): readonly Payload[] => list1(profile['chargingSchedule']);

/** Configuration that bounds what a station takes, under each version's names. */
export interface ProfileKeys {
  readonly units: string;
  readonly maxLevel: string;
  readonly maxPeriods: string;
}

/** Profiles that a station holds at a time; its configuration says so too. */
export const MAX_PROFILES = 20;

/** A profile that is not taken, with the reason code of 2.x. */
export interface Refusal {
  readonly reasonCode: string;
}

const refused = (reasonCode: string): Refusal => ({ reasonCode });

/** Profiles that are in force or will be; those of transactions that are over are forgotten. */
export function heldProfiles(station: Station): readonly HeldProfile[] {
  const { extras } = station;
  if (extras?.profiles === undefined) return [];
  extras.profiles = extras.profiles.filter((held) => lives(station, held));
  return extras.profiles;
}

function lives(station: Station, held: HeldProfile): boolean {
  if (held.session === undefined) return true;
  const now = station.evses[held.evseId - 1]?.session;
  if (now !== held.session) return false;
  held.transaction ??= now.transaction;
  // It goes with its transaction (2.x K02.FR.05), or with a session in which none began.
  return held.transaction === undefined ? now.authorized : now.transaction === held.transaction;
}

/** What is wrong with the profile itself, whatever else is there; undefined where nothing is. */
export function flawOf(station: Station, profile: Payload, keys: ProfileKeys): Refusal | undefined {
  const purpose = purposeOf(profile['chargingProfilePurpose']);
  if (purpose === undefined || purpose === 'external') return refused('InvalidProfile');
  if (Number(profile['stackLevel']) > whole(station, keys.maxLevel)) return refused('InvalidStackLevel');
  const relative = profile['chargingProfileKind'] === 'Relative';
  if (relative && purpose === 'station') return refused('InvalidProfile');
  if (profile['chargingProfileKind'] === 'Recurring' && profile['recurrencyKind'] === undefined)
    return refused('InvalidProfile');
  // K01.FR.121, K01.FR.122
  if (profile['chargingProfileKind'] === 'Dynamic') return refused('UnsupportedKind');
  if (profile['dynUpdateInterval'] !== undefined || profile['dynUpdateTime'] !== undefined)
    return refused('InvalidProfile');
  for (const schedule of schedulesOf(profile)) {
    // K01.FR.123, K01.FR.124, K01.FR.125
    if (schedule['useLocalTime'] === true || schedule['limitAtSoC'] !== undefined) return refused('InvalidSchedule');
    if (Number(schedule['randomizedDelay'] ?? 0) > 0) return refused('InvalidSchedule');
    // K01.FR.26
    if (!list(station, keys.units).includes(unitWord(keys, schedule['chargingRateUnit'])))
      return refused('UnsupportedRateUnit');
    const periods = schedule['chargingSchedulePeriod'] as readonly Payload[];
    if (periods.length > whole(station, keys.maxPeriods)) return refused('InvalidSchedule');
    const starts = periods.map((period) => Number(period['startPeriod']));
    // K01.FR.31, K01.FR.35
    if (starts[0] !== 0 || starts.some((start, i) => i > 0 && start <= Number(starts[i - 1])))
      return refused('InvalidSchedule');
    // K01.FR.126; it charges, and does nothing else.
    if (periods.some(({ evseSleep, operationMode = 'ChargingOnly' }) => evseSleep || operationMode !== 'ChargingOnly'))
      return refused('InvalidSchedule');
    // K01.FR.48: this station can't switch phases.
    if (periods.some((period) => period['phaseToUse'] !== undefined)) return refused('UnsupportedParam');
  }
  return undefined;
}

/** 1.6 calls the units by what they measure. */
const unitWord = ({ units }: ProfileKeys, unit: unknown): string =>
  units.includes('.') ? String(unit) : unit === 'A' ? 'Current' : 'Power';

/** The session that a profile of a transaction is for; a refusal where there is none. */
export function sessionFor(evse: Evse | undefined, transactionId: unknown, idNow: unknown): Session | Refusal {
  const session = evse?.session;
  if (session?.transaction === undefined) return refused('TxNotFound');
  // K01.FR.33
  if (transactionId !== undefined && transactionId !== idNow) return refused('UnknownTxId');
  return session;
}

export interface Wanted {
  readonly evseId: number;
  readonly profile: Payload;
  readonly session?: Session | undefined;
  readonly source?: string;
}

/** A profile as it is held. */
export function held({ evseId, profile, session, source = 'CSO' }: Wanted): HeldProfile {
  return {
    evseId,
    id: idOf(profile),
    stackLevel: Number(profile['stackLevel']),
    purpose: purposeOf(profile['chargingProfilePurpose']) ?? 'default',
    profile,
    schedule: schedulesOf(profile)[0] ?? {},
    source,
    session,
    transaction: session?.transaction,
  };
}

/**
 * Installs a profile in the place of those that it replaces: one with its number (K01.FR.05), and `alike` ones.
 * @returns a refusal where there is no room
 */
export function install(
  station: Station,
  one: HeldProfile,
  alike: (other: HeldProfile) => boolean = () => false,
): Refusal | undefined {
  const rest = heldProfiles(station).filter((other) => other.id !== one.id && !alike(other));
  if (one.purpose !== 'external' && rest.length >= MAX_PROFILES) return refused('OutOfStorage');
  extrasOf(station).profiles = [...rest, one];
  return undefined;
}

/** True where two profiles have the same purpose and level at the same place. */
export const isAlike = (one: HeldProfile, other: HeldProfile): boolean =>
  one.evseId === other.evseId && one.purpose === other.purpose && one.stackLevel === other.stackLevel;

const instant = (value: unknown, otherwise: number) => (typeof value === 'string' ? Date.parse(value) : otherwise);

/** True where two profiles can be valid at the same time. */
export function overlap({ profile: one }: HeldProfile, { profile: other }: HeldProfile): boolean {
  const from = (profile: Payload) => instant(profile['validFrom'], Number.NEGATIVE_INFINITY);
  const to = (profile: Payload) => instant(profile['validTo'], Number.POSITIVE_INFINITY);
  return from(one) < to(other) && from(other) < to(one);
}

/** Clears what fits; limits from outside stay (K10.FR.04, K10.FR.08, K10.FR.09). @returns true where something was */
export function clear(station: Station, fits: (held: HeldProfile) => boolean): boolean {
  const all = heldProfiles(station);
  const rest = all.filter((one) => one.purpose === 'external' || !fits(one));
  if (rest.length === all.length) return false;
  extrasOf(station).profiles = [...rest];
  return true;
}

/** A limit that another system sets, in the place of the one before; without a limit it is lifted. */
export function constrain(station: Station, amperes: number | undefined): void {
  const rest = heldProfiles(station).filter(({ purpose }) => purpose !== 'external');
  extrasOf(station).profiles = amperes === undefined ? rest : [...rest, held(externalLimit(station, amperes))];
}

/** Numbers below zero can't be those of the CSMS (K11.FR.06). */
const EXTERNAL_ID = -1;

const externalLimit = ({ clock }: Station, limit: number): Wanted => ({
  evseId: 0,
  source: 'EMS',
  profile: {
    id: EXTERNAL_ID,
    stackLevel: 0,
    chargingProfilePurpose: 'ChargingStationExternalConstraints',
    chargingProfileKind: 'Absolute',
    chargingSchedule: [
      {
        id: 1,
        startSchedule: new Date(clock.now()).toISOString(),
        chargingRateUnit: 'A',
        chargingSchedulePeriod: [{ startPeriod: 0, limit }],
      },
    ],
  },
});
