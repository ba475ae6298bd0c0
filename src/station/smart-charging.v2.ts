/** Smart charging in 2.x: profiles are set, cleared and reported, schedules told, and limits from outside announced. */
import {
  clear,
  constrain,
  flawOf,
  type HeldProfile,
  held,
  heldProfiles,
  install,
  isAlike,
  overlap,
  type ProfileKeys,
  purposeOf,
  type Refusal,
  sessionFor,
} from './charging-profiles.ts';
import { composite, nowS } from './limits.ts';
import { offered } from './negotiation.ts';
import { obey } from './obedience.ts';
import { send } from './outbox.ts';
import { type Handler, Unsupported } from './protocol.ts';
import type { Station } from './station.ts';
import type { Payload } from './types.ts';
import { flag, has, list } from './values.ts';

const KEYS: ProfileKeys = {
  units: 'SmartChargingCtrlr.RateUnit',
  maxLevel: 'SmartChargingCtrlr.ProfileStackLevel',
  maxPeriods: 'SmartChargingCtrlr.PeriodsPerSchedule',
};

const rejected = (reasonCode: string) => ({ status: 'Rejected', statusInfo: { reasonCode } });

export const isSmart2 = (station: Station): boolean =>
  has(station, 'smart-charging') && flag(station, 'SmartChargingCtrlr.Enabled');

/** Serves only where there is smart charging (K01.FR.29). */
const smart =
  (handler: Handler): Handler =>
  (station, asked, after) => {
    if (!isSmart2(station)) throw new Unsupported('this station has no smart charging');
    return handler(station, asked, after);
  };

const isRefusal = (value: object): value is Refusal => 'reasonCode' in value;

/** Judges a profile for an EVSE, and installs it where it may. */
function take(station: Station, evseId: number, profile: Payload): Refusal | undefined {
  const evse = station.evses[evseId - 1];
  if (evseId !== 0 && evse === undefined) return { reasonCode: 'UnknownEvse' };
  const flaw = flawOf(station, profile, KEYS);
  if (flaw !== undefined) return flaw;
  const purpose = purposeOf(profile['chargingProfilePurpose']);
  // K04.FR.03, K01.FR.16
  if ((purpose === 'station' && evseId !== 0) || (purpose === 'transaction' && evseId === 0))
    return { reasonCode: 'InvalidProfile' };
  const session =
    purpose === 'transaction' ? sessionFor(evse, profile['transactionId'], evse?.session?.transaction?.id) : undefined;
  if (session !== undefined && isRefusal(session)) return session;
  const one = held({ evseId, profile, session });
  if (heldProfiles(station).some((other) => other.id !== one.id && collides(one, other)))
    return { reasonCode: 'DuplicateProfile' };
  return install(station, one);
}

/** K01.FR.06, K01.FR.39, K01.FR.52, K01.FR.53: what can't be installed beside each other. */
function collides(one: HeldProfile, other: HeldProfile): boolean {
  if (one.purpose === 'default' && other.purpose === 'default' && one.stackLevel === other.stackLevel) {
    if ((one.evseId === 0) !== (other.evseId === 0)) return true;
  }
  return isAlike(one, other) && (one.purpose === 'transaction' || overlap(one, other));
}

const setProfile: Handler = (station, asked, after) => {
  const evseId = Number(asked['evseId']);
  const refusal = take(station, evseId, asked['chargingProfile'] as Payload);
  if (refusal !== undefined) return rejected(refusal.reasonCode);
  after(() => {
    const evse = station.evses[evseId - 1];
    const purpose = purposeOf((asked['chargingProfile'] as Payload)['chargingProfilePurpose']);
    if (evse && purpose === 'transaction') offered(station, evse);
    obey(station);
  });
  return { status: 'Accepted' };
};

/** True where a profile has everything that is asked for; what is not asked for does not count. */
const fits =
  (criteria: Payload, evseId: unknown) =>
  (one: HeldProfile): boolean =>
    (evseId === undefined || one.evseId === evseId) &&
    (criteria['stackLevel'] === undefined || one.stackLevel === criteria['stackLevel']) &&
    (criteria['chargingProfilePurpose'] === undefined ||
      one.profile['chargingProfilePurpose'] === criteria['chargingProfilePurpose']) &&
    (criteria['chargingProfileId'] === undefined || (criteria['chargingProfileId'] as number[]).includes(one.id)) &&
    (criteria['chargingLimitSource'] === undefined ||
      (criteria['chargingLimitSource'] as string[]).includes(one.source));

const clearProfile: Handler = (station, asked, after) => {
  const id = asked['chargingProfileId'];
  const criteria = (asked['chargingProfileCriteria'] ?? {}) as Payload;
  const done = clear(station, id === undefined ? fits(criteria, criteria['evseId']) : (one) => one.id === id);
  if (!done) return { status: 'Unknown' };
  after(() => obey(station));
  return { status: 'Accepted' };
};

const getProfiles: Handler = (station, asked, after) => {
  const { requestId, evseId } = asked;
  const found = heldProfiles(station).filter(fits((asked['chargingProfile'] ?? {}) as Payload, evseId));
  if (found.length === 0) return { status: 'NoProfiles' };
  after(() => report(station, requestId, found));
  return { status: 'Accepted' };
};

const placeOf = ({ evseId, source }: HeldProfile): string => `${evseId} ${source}`;

/** One message for each place and source, the last one without `tbc` (K09.FR.02). */
function report(station: Station, requestId: unknown, found: readonly HeldProfile[]): void {
  const places = new Set(found.map(placeOf));
  const parts = [...places].map((place) => found.filter((one) => placeOf(one) === place));
  parts.forEach((part, i) => {
    const [first] = part;
    send(station, 'ReportChargingProfiles', {
      requestId,
      chargingLimitSource: first?.source,
      tbc: i < parts.length - 1,
      evseId: first?.evseId,
      chargingProfile: part.map(({ profile }) => profile),
    });
  });
}

const getComposite: Handler = (station, asked) => {
  const evseId = Number(asked['evseId']);
  const unit = String(asked['chargingRateUnit'] ?? list(station, KEYS.units)[0]);
  const duration = Number(asked['duration']);
  if (evseId < 0 || evseId > station.evses.length) return rejected('UnknownEvse');
  if (!list(station, KEYS.units).includes(unit)) return rejected('UnsupportedRateUnit');
  if (duration < 1) return rejected('InvalidValue');
  const from = nowS(station);
  return {
    status: 'Accepted',
    schedule: {
      evseId,
      duration,
      scheduleStart: new Date(from * 1000).toISOString(),
      chargingRateUnit: unit,
      chargingSchedulePeriod: composite(station, evseId, from, duration, unit),
    },
  };
};

/** A profile that came with a remote start (K05): `undefined` where it may be used. */
export function flawAtStart(station: Station, profile: Payload): string | undefined {
  if (purposeOf(profile['chargingProfilePurpose']) !== 'transaction') return 'InvalidProfile';
  if (profile['transactionId'] !== undefined) return 'InvalidProfile';
  return flawOf(station, profile, KEYS)?.reasonCode;
}

/** Another system limits the station, or lifts its limit; the CSMS is told (K11.FR.02, K12.FR.02, K13.FR.02). */
export function limitFromOutside(station: Station, amperes: number | undefined): void {
  constrain(station, amperes);
  const chargingLimitSource = 'EMS';
  if (amperes === undefined) send(station, 'ClearedChargingLimit', { chargingLimitSource });
  else {
    const external = heldProfiles(station).find(({ purpose }) => purpose === 'external');
    const told = flag(station, 'SmartChargingCtrlr.NotifyChargingLimitWithSchedules');
    send(station, 'NotifyChargingLimit', {
      chargingLimit: { chargingLimitSource },
      ...(told && external && { chargingSchedule: [external.schedule] }),
    });
  }
  obey(station);
}

export const smartHandlers2: Readonly<Record<string, Handler>> = {
  SetChargingProfile: smart(setProfile),
  ClearChargingProfile: smart(clearProfile),
  GetChargingProfiles: smart(getProfiles),
  GetCompositeSchedule: smart(getComposite),
};
