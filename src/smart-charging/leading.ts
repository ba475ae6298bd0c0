/** Which schedule leads for each purpose, second by second but without counting them. */
import type { Period, Profile, Question } from './model.ts';
import { type Span, spansOf } from './spans.ts';

/** A period in force. */
export interface Lead {
  readonly profile: Profile;
  readonly period: Period;
  /** Its index in the schedule. */
  readonly index: number;
}

/** What leads at one EVSE (or the whole station, 0), by purpose. */
export interface Leads {
  readonly tx: Lead | undefined;
  readonly stationMax: Lead | undefined;
  readonly external: Lead | undefined;
  /** 2.1: constraints of this EVSE alone. */
  readonly externalHere: Lead | undefined;
  readonly generation: Lead | undefined;
  /** 2.1: generation for this EVSE alone. */
  readonly generationHere: Lead | undefined;
  /** In force, and without effect: of a lower stack level, or a default that another purpose overrules. */
  readonly overruled: readonly Lead[];
}

/** A stretch of time in which nothing changes, and what leads in it at every EVSE asked for. */
export interface Segment {
  readonly from: number;
  readonly to: number;
  readonly leads: readonly Leads[];
}

interface Track {
  readonly profile: Profile;
  readonly spans: readonly Span[];
  at: number;
}

/** @param evses 0 for the whole station */
export function segments(question: Question, evses: readonly number[]): Segment[] {
  const { start, end } = question;
  const slots = evses.map((evse) => slotsOf(question, evse));
  const cuts = new Set([start]);
  for (const groups of slots) {
    for (const { spans } of groups.flat()) {
      for (const { from, to } of spans) {
        cuts.add(from);
        if (to < end) cuts.add(to);
      }
    }
  }
  const sorted = [...cuts].sort((a, b) => a - b);
  return sorted.map((from, at) => ({
    from,
    to: sorted[at + 1] ?? end,
    leads: slots.map((groups) => leadsAt(groups, from)),
  }));
}

/** The tracks of each purpose, highest stack level first. */
function slotsOf(question: Question, evse: number): Track[][] {
  const transaction = question.transactions.find((one) => one.evse === evse);
  const txOrigin = transaction?.origin ?? question.start;
  const stationOrigin =
    question.transactions.length === 0 ? question.start : Math.min(...question.transactions.map((one) => one.origin));
  const tracks = (origin: number, wanted: (profile: Profile) => boolean): Track[] =>
    question.profiles
      .filter(wanted)
      .sort((a, b) => b.stackLevel - a.stackLevel)
      .map((profile) => ({
        profile,
        spans: spansOf(profile, origin, { from: question.start, to: question.end }, question.wall),
        at: 0,
      }));
  const onStation = (purpose: string) => tracks(stationOrigin, (one) => one.purpose === purpose && one.evse === 0);
  const onEvse = (purpose: string) =>
    evse === 0 ? [] : tracks(txOrigin, (one) => one.purpose === purpose && one.evse === evse);
  return [
    evse !== 0 && transaction?.priority === true
      ? tracks(txOrigin, (one) => one.purpose === 'PriorityCharging' && covers(one, evse))
      : [],
    transaction === undefined
      ? []
      : tracks(
          txOrigin,
          (one) =>
            one.purpose === 'TxProfile' &&
            one.evse === evse &&
            (one.transactionId ?? transaction.id) === transaction.id,
        ),
    evse === 0
      ? []
      : tracks(txOrigin, (one) => one.purpose === 'TxDefaultProfile' && isDefaultFor(one, evse, question)),
    [...onStation('ChargingStationMaxProfile'), ...onStation('ChargePointMaxProfile')],
    onStation('ChargingStationExternalConstraints'),
    onEvse('ChargingStationExternalConstraints'),
    onStation('LocalGeneration'),
    onEvse('LocalGeneration'),
  ];
}

const covers = (profile: Profile, evse: number): boolean => profile.evse === 0 || profile.evse === evse;

/** 1.6 section 3.13.1: a connector's own default replaces, for it, that of connector 0 at the same level. */
function isDefaultFor(profile: Profile, evse: number, { profiles }: Question): boolean {
  if (profile.evse === evse) return true;
  const own = (other: Profile) =>
    other.purpose === 'TxDefaultProfile' && other.evse === evse && other.stackLevel === profile.stackLevel;
  return profile.evse === 0 && !profiles.some(own);
}

function leadsAt(groups: readonly Track[][], instant: number): Leads {
  const inForce = groups.map((group) => group.flatMap((track) => leadOf(track, instant) ?? []));
  // Highest stack level first (K01.FR.17, block K section 3.5).
  const [priority, tx, fallback, stationMax, external, externalHere, generation, generationHere] = inForce.map(
    ([lead]) => lead,
  );
  const leads = { tx: priority ?? tx ?? fallback, stationMax, external, externalHere, generation, generationHere };
  const leading = new Set<Lead | undefined>(Object.values(leads));
  return { ...leads, overruled: inForce.flat().filter((lead) => !leading.has(lead)) };
}

/** The period of this profile at this instant, if it has one. Instants must be asked for in order. */
function leadOf(track: Track, instant: number): Lead | undefined {
  while ((track.spans[track.at]?.to ?? Number.POSITIVE_INFINITY) <= instant) track.at++;
  const span = track.spans[track.at];
  const period = span === undefined || span.from > instant ? undefined : track.profile.periods[span.period];
  return span === undefined || period === undefined
    ? undefined
    : { profile: track.profile, period, index: span.period };
}
