/** What the profiles of a station allow, by its own reckoning: the limit at a moment, when it is next another one, and the schedule of both. */
import { type HeldProfile, heldProfiles, type ProfilePurpose } from './charging-profiles.ts';
import type { Evse } from './state.ts';
import type { Station } from './station.ts';
import type { Payload } from './types.ts';

/** Current per phase, on so many phases. */
export interface Limit {
  readonly amperes: number;
  readonly phases: number;
}

const DAY_S = 86_400;
const EVERY: Readonly<Record<string, number>> = { Daily: DAY_S, Weekly: 7 * DAY_S };
/** Phases where a profile says nothing of them (K01.FR.49). */
const PHASES = 3;

const seconds = (value: unknown): number | undefined =>
  typeof value === 'string' ? Math.floor(Date.parse(value) / 1000) : undefined;

export const nowS = ({ clock }: Station): number => Math.floor(clock.now() / 1000);

/** Where a profile is looked at from: an EVSE in a session, or without one as if it had just begun. */
interface View {
  readonly station: Station;
  readonly evse: Evse;
  /** Start of relative schedules, in seconds since 1970. */
  readonly origin: number;
}

const viewOf = (station: Station, evse: Evse, at: number): View => ({
  station,
  evse,
  origin: evse.session?.poweredAt ?? at,
});

/** Seconds into the schedule of a profile; undefined where it has not begun, is over, or is not valid. */
function elapsedIn({ profile, schedule }: HeldProfile, at: number, { origin }: View): number | undefined {
  if (at < (seconds(profile['validFrom']) ?? Number.NEGATIVE_INFINITY)) return undefined;
  if (at >= (seconds(profile['validTo']) ?? Number.POSITIVE_INFINITY)) return undefined;
  const since = at - startOf(profile, schedule, origin);
  if (since < 0) return undefined;
  const every = EVERY[String(profile['recurrencyKind'])];
  const elapsed = profile['chargingProfileKind'] === 'Recurring' && every !== undefined ? since % every : since;
  const duration = schedule['duration'];
  return typeof duration === 'number' && elapsed >= duration ? undefined : elapsed;
}

const startOf = (profile: Payload, schedule: Payload, origin: number): number =>
  (profile['chargingProfileKind'] === 'Relative' ? undefined : seconds(schedule['startSchedule'])) ?? origin;

/** The limit that a profile sets at a moment. */
function limitIn(held: HeldProfile, at: number, view: View): Limit | undefined {
  const elapsed = elapsedIn(held, at, view);
  if (elapsed === undefined) return undefined;
  const periods = held.schedule['chargingSchedulePeriod'] as readonly Payload[];
  const period = periods.findLast(({ startPeriod }) => Number(startPeriod) <= elapsed);
  if (period === undefined) return undefined;
  const { settings } = view.station;
  const phases = Number(period['numberPhases'] ?? PHASES);
  const limit = Number(period['limit']);
  const watts = held.schedule['chargingRateUnit'] === 'W';
  return { amperes: watts ? limit / (settings.voltage * phases) : limit, phases: Math.min(phases, settings.phases) };
}

const lower = (one: Limit, other: Limit | undefined): Limit =>
  other === undefined
    ? one
    : { amperes: Math.min(one.amperes, other.amperes), phases: Math.min(one.phases, other.phases) };

/** The limit of the profile with the highest level that has one (K01.FR.17); an EVSE's own goes before the station's. */
function leading(purpose: ProfilePurpose, at: number, view: View): Limit | undefined {
  const own = heldProfiles(view.station)
    .filter((held) => held.purpose === purpose && (held.evseId === 0 || held.evseId === view.evse.id))
    .sort((one, other) => other.stackLevel - one.stackLevel || other.evseId - one.evseId);
  for (const held of own) {
    const limit = limitIn(held, at, view);
    if (limit !== undefined) return limit;
  }
  return undefined;
}

const hardware = ({ settings }: Station): Limit => ({
  amperes: settings.maxPowerW / settings.voltage / settings.phases,
  phases: settings.phases,
});

/** What the station as a whole may take, by profiles and by limits from outside; undefined where nothing says. */
function stationLimit(at: number, view: View): Limit | undefined {
  const limits = [leading('station', at, view), leading('external', at, view)].filter((one) => one !== undefined);
  return limits.length === 0 ? undefined : limits.reduce((one, other) => lower(one, other));
}

/** What an EVSE may take by itself; a profile of its transaction overrules the default (K02.FR.04). */
function evseLimit(at: number, view: View): Limit {
  const profile = leading('transaction', at, view) ?? leading('default', at, view);
  return lower(hardware(view.station), profile);
}

/** Watts that an EVSE may give now; the limit of the station is shared by those in `use` alike (K04.FR.05). */
export function allowedPower(station: Station, evse: Evse, use: number): number {
  if (station.extras?.profiles === undefined) return station.settings.maxPowerW;
  const at = nowS(station);
  const view = viewOf(station, evse, at);
  const own = evseLimit(at, view);
  const whole = stationLimit(at, view);
  const amperes = Math.min(own.amperes, (whole?.amperes ?? Number.POSITIVE_INFINITY) / Math.max(1, use));
  return Math.min(station.settings.maxPowerW, amperes * station.settings.voltage * lower(own, whole).phases);
}

/** The next second behind `at` at which a profile can change anything; undefined where none will. */
function nextChange(at: number, view: View): number | undefined {
  const moments = heldProfiles(view.station).flatMap((held) => {
    const { profile, schedule } = held;
    const start = startOf(profile, schedule, view.origin);
    const every = profile['chargingProfileKind'] === 'Recurring' ? EVERY[String(profile['recurrencyKind'])] : undefined;
    const round = every === undefined || at < start ? start : start + Math.floor((at - start) / every) * every;
    const periods = schedule['chargingSchedulePeriod'] as readonly Payload[];
    const inside = [...periods.map(({ startPeriod }) => Number(startPeriod)), Number(schedule['duration'] ?? 0)];
    const rounds = every === undefined ? [round] : [round, round + every];
    return [
      ...rounds.flatMap((from) => inside.map((second) => from + second)),
      ...[profile['validFrom'], profile['validTo']].flatMap((value) => seconds(value) ?? []),
    ];
  });
  const later = moments.filter((moment) => moment > at);
  return later.length === 0 ? undefined : Math.min(...later);
}

/** The next second at which the limit of any EVSE can be another one. */
export function nextLimit(station: Station): number | undefined {
  const at = nowS(station);
  const moments = station.evses.flatMap((evse) => nextChange(at, viewOf(station, evse, at)) ?? []);
  return moments.length === 0 ? undefined : Math.min(...moments);
}

export interface CompositePeriod {
  readonly startPeriod: number;
  readonly limit: number;
  readonly numberPhases: number;
}

/** What limits an EVSE from `from` on, so many seconds; EVSE 0 is what all may take together. */
export function composite(
  station: Station,
  evseId: number,
  from: number,
  duration: number,
  unit: string,
): CompositePeriod[] {
  const periods: CompositePeriod[] = [];
  const concerned = evseId === 0 ? station.evses : station.evses.filter(({ id }) => id === evseId);
  const views = concerned.map((evse) => viewOf(station, evse, from));
  for (let at: number | undefined = from; at !== undefined && at < from + duration; at = firstChange(at, views)) {
    const { amperes, phases } = evseId === 0 ? together(at, views) : alone(at, views);
    const limit = unit === 'W' ? amperes * station.settings.voltage * phases : amperes;
    const period = { startPeriod: at - from, limit: Math.floor(limit * 10 + 1e-6) / 10, numberPhases: phases };
    const last = periods.at(-1);
    if (last === undefined || last.limit !== period.limit || last.numberPhases !== period.numberPhases)
      periods.push(period);
  }
  return periods;
}

function firstChange(at: number, views: readonly View[]): number | undefined {
  const moments = views.flatMap((view) => nextChange(at, view) ?? []);
  return moments.length === 0 ? undefined : Math.min(...moments);
}

function alone(at: number, [view]: readonly View[]): Limit {
  if (view === undefined) return { amperes: 0, phases: PHASES };
  return lower(evseLimit(at, view), stationLimit(at, view));
}

/** The sum over all EVSEs, and not more than the station may take. */
function together(at: number, views: readonly View[]): Limit {
  const own = views.map((view) => evseLimit(at, view));
  const sum = {
    amperes: own.reduce((all, { amperes }) => all + amperes, 0),
    phases: Math.max(...own.map((o) => o.phases)),
  };
  const [view] = views;
  return view === undefined ? sum : lower(sum, stationLimit(at, view));
}
