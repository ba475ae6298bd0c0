/** Smart charging in 1.6: profiles are set and cleared, and schedules told. */
import {
  clear,
  flawOf,
  type HeldProfile,
  held,
  install,
  isAlike,
  type ProfileKeys,
  purposeOf,
  sessionFor,
} from './charging-profiles.ts';
import { composite, nowS } from './limits.ts';
import { obey } from './obedience.ts';
import { type Handler, Unsupported } from './protocol.ts';
import type { Station } from './station.ts';
import type { Payload } from './types.ts';
import { has, list } from './values.ts';

const KEYS: ProfileKeys = {
  units: 'ChargingScheduleAllowedChargingRateUnit',
  maxLevel: 'ChargeProfileMaxStackLevel',
  maxPeriods: 'ChargingScheduleMaxPeriods',
};

const accepted = { status: 'Accepted' };
const rejected = { status: 'Rejected' };

export const isSmart16 = (station: Station): boolean =>
  has(station, 'SmartCharging') && list(station, 'SupportedFeatureProfiles').includes('SmartCharging');

/** Serves only where there is smart charging (1.6 errata 3.39). */
const smart =
  (handler: Handler): Handler =>
  (station, asked, after) => {
    if (!isSmart16(station)) throw new Unsupported('this charge point has no smart charging');
    return handler(station, asked, after);
  };

/** One with the same purpose and level at the same place is replaced (1.6 section 5.16.3). */
const alike = (one: HeldProfile) => (other: HeldProfile) => isAlike(one, other) && one.session === other.session;

const setProfile: Handler = (station, asked, after) => {
  const evseId = Number(asked['connectorId']);
  const profile = (asked['csChargingProfiles'] ?? {}) as Payload;
  const evse = station.evses[evseId - 1];
  if ((evseId !== 0 && evse === undefined) || flawOf(station, profile, KEYS)) return rejected;
  const purpose = purposeOf(profile['chargingProfilePurpose']);
  if (purpose === 'station' && evseId !== 0) return rejected;
  let session: HeldProfile['session'];
  if (purpose === 'transaction') {
    const found = sessionFor(evse, profile['transactionId'], evse?.session?.transaction?.number);
    if ('reasonCode' in found) return rejected;
    session = found;
  }
  const one = held({ evseId, profile, session });
  if (install(station, one, alike(one))) return rejected;
  after(() => obey(station));
  return accepted;
};

const clearProfile: Handler = (station, asked, after) => {
  const { id, connectorId, chargingProfilePurpose, stackLevel } = asked;
  const fits = (one: HeldProfile) =>
    (id === undefined || one.id === id) &&
    (connectorId === undefined || one.evseId === connectorId) &&
    (stackLevel === undefined || one.stackLevel === stackLevel) &&
    (chargingProfilePurpose === undefined || one.profile['chargingProfilePurpose'] === chargingProfilePurpose);
  if (!clear(station, fits)) return { status: 'Unknown' };
  after(() => obey(station));
  return accepted;
};

const getComposite: Handler = (station, asked) => {
  const connectorId = Number(asked['connectorId']);
  const wanted = asked['chargingRateUnit'];
  const unit = wanted === undefined ? 'A' : String(wanted);
  const allowed = list(station, KEYS.units).includes(unit === 'A' ? 'Current' : 'Power');
  const duration = Number(asked['duration']);
  const known = connectorId >= 0 && connectorId <= station.evses.length;
  if (!known || !allowed || duration < 1) return rejected;
  const from = nowS(station);
  const scheduleStart = new Date(from * 1000).toISOString();
  return {
    ...accepted,
    connectorId,
    scheduleStart,
    chargingSchedule: {
      duration,
      startSchedule: scheduleStart,
      chargingRateUnit: unit,
      chargingSchedulePeriod: composite(station, connectorId, from, duration, unit),
    },
  };
};

/** True where the profile of a remote start may not be used: of another purpose, or flawed (1.6 section 5.16.2). */
export const isFlawedAtStart = (station: Station, profile: Payload): boolean =>
  purposeOf(profile['chargingProfilePurpose']) !== 'transaction' || flawOf(station, profile, KEYS) !== undefined;

export const smartHandlers16: Readonly<Record<string, Handler>> = {
  SetChargingProfile: smart(setProfile),
  ClearChargingProfile: smart(clearProfile),
  GetCompositeSchedule: smart(getComposite),
};
