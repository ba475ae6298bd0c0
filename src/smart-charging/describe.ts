/** Why each period of a composite schedule is what it is. */
import { type Stage, shown, shownLimit, stagesOf } from './composite.ts';
import { lessThan, roundDown } from './fraction.ts';
import type { Lead } from './leading.ts';
import { limitInUnit, type Ruler } from './merge.ts';
import type { Question } from './model.ts';
import type { CompositeInput, CompositePeriod, Purpose, RateUnit } from './types.ts';

interface ProfileName {
  readonly id: number;
  readonly evseId: number;
  readonly purpose: Purpose;
  readonly stackLevel: number;
}

/** A period of a profile that is in force. */
interface ProfileAtWork extends ProfileName {
  /** Index into chargingSchedulePeriod. */
  readonly periodIndex: number;
  /** As the profile has it. */
  readonly limit: number;
  readonly unit: RateUnit;
}

export interface Explanation extends CompositePeriod {
  /** Seconds from the start of the composite schedule, exclusive. */
  readonly endPeriod: number;
  /** What holds the limit down: a profile, the station's own limit, or the sum of its EVSEs. */
  readonly ruledBy: ProfileAtWork | 'station limit' | 'sum of EVSEs' | null;
  /** Profiles that were merged, the ruling one among them. */
  readonly merged: readonly ProfileAtWork[];
  /** Profiles in force but without effect: of a lower stack level, or a default that another purpose overrules. */
  readonly overruled: readonly ProfileName[];
  /** One sentence or two for a report. */
  readonly says: string;
}

/**
 * Explains the composite schedule, period by period. A period of the schedule is told in several parts where
 * different profiles make the same limit.
 * @throws as `compositeSchedule` does
 */
export function describeComposite(input: CompositeInput): Explanation[] {
  const { question, stages } = stagesOf(input);
  const parts: Explanation[] = [];
  for (const stage of stages) {
    const part = explain(question, stage);
    const last = parts.at(-1);
    const joined =
      last === undefined ? undefined : { ...part, startPeriod: last.startPeriod, endPeriod: last.endPeriod };
    if (last !== undefined && JSON.stringify(last) === JSON.stringify(joined))
      parts[parts.length - 1] = { ...last, endPeriod: part.endPeriod };
    else parts.push(part);
  }
  return parts;
}

function explain(question: Question, { segment, merged }: Stage): Explanation {
  const atWork = unique(
    segment.leads.flatMap((leads) => LEADING.map((slot) => leads[slot]).filter((lead) => lead !== undefined)),
  );
  const overruled = unique(segment.leads.flatMap((leads) => leads.overruled)).filter(
    (lead) => !atWork.some(isSame(lead)),
  );
  const members = shown(question, merged);
  return {
    startPeriod: segment.from - question.start,
    endPeriod: segment.to - question.start,
    ...members,
    ruledBy: rulerOf(merged.ruler),
    merged: atWork.map(workOf),
    overruled: overruled.map(profileOf),
    says: [
      members.limit === undefined
        ? 'Nothing limits.'
        : `${members.limit} ${question.unit} by ${named(merged.ruler)}${among(question, merged.ruler, atWork)}.`,
      ...overruled.map((lead) => `${nameOf(lead)} is overruled by ${overrulerOf(lead, atWork)}.`),
      ...tooLow(question, merged, atWork),
    ].join(' '),
  };
}

const LEADING = ['tx', 'stationMax', 'external', 'externalHere', 'generation', 'generationHere'] as const;

const isSame = (a: Lead) => (b: Lead) => a.profile === b.profile && a.index === b.index;

/** EVSEs share the profiles of the station. */
const unique = (leads: readonly Lead[]): Lead[] => leads.filter((lead, at) => leads.findIndex(isSame(lead)) === at);

const profileOf = ({ profile: { id, evse, purpose, stackLevel } }: Lead): ProfileName => ({
  id,
  evseId: evse,
  purpose,
  stackLevel,
});

const workOf = (lead: Lead): ProfileAtWork => {
  const { profile, period, index } = lead;
  return {
    ...profileOf(lead),
    periodIndex: index,
    limit: roundDown(period.limit, 6),
    unit: profile.unit,
  };
};

const rulerOf = (ruler: Ruler | undefined): Explanation['ruledBy'] =>
  ruler === undefined ? null : typeof ruler === 'string' ? ruler : workOf(ruler);

const nameOf = ({ profile }: Lead): string => `${profile.purpose} ${profile.id}`;

function named(ruler: Ruler | undefined): string {
  if (ruler === undefined || typeof ruler === 'string')
    return ruler === 'station limit' ? "the station's own limit" : 'the sum of what the EVSEs may take';
  return `${nameOf(ruler)}, stack level ${ruler.profile.stackLevel}, period ${ruler.index}`;
}

/** What the other leading profiles would have allowed. */
function among(question: Question, ruler: Ruler | undefined, atWork: readonly Lead[]): string {
  const others = atWork.filter(
    (lead) => lead !== ruler && (typeof ruler === 'string' || ruler === undefined || !isSame(lead)(ruler)),
  );
  if (others.length === 0) return '';
  const allowed = others.map((lead) => {
    const { limit, unit, purpose, evseId } = workOf(lead);
    const where = question.evse === 0 && evseId > 0 ? ` on EVSE ${evseId}` : '';
    return `${nameOf(lead)} ${purpose === 'LocalGeneration' ? 'adds' : 'allows'} ${limit} ${unit}${where}`;
  });
  return ` (${allowed.join(', ')})`;
}

/** The leading profile of the same purpose, or the transaction's own. */
function overrulerOf(lead: Lead, atWork: readonly Lead[]): string {
  const samePurpose = atWork.find(
    ({ profile }) => profile.purpose === lead.profile.purpose && profile.stackLevel > lead.profile.stackLevel,
  );
  const transaction = atWork.find(
    ({ profile }) => profile.purpose === 'TxProfile' || profile.purpose === 'PriorityCharging',
  );
  const by = samePurpose ?? transaction;
  if (by === undefined) return 'another profile';
  return by === samePurpose ? `${nameOf(by)} (stack level ${by.profile.stackLevel})` : nameOf(by);
}

/** minChargingRate changes no limit; it tells that charging so slowly is wasteful (K01.FR.21). */
function tooLow(question: Question, merged: Stage['merged'], atWork: readonly Lead[]): string[] {
  return atWork.flatMap((lead) => {
    const { minChargingRate, unit } = lead.profile;
    if (minChargingRate === undefined || merged.limit === undefined) return [];
    const least = limitInUnit(question, minChargingRate, unit, lead.period.phases, merged.phases);
    if (!lessThan(merged.limit, least)) return [];
    return [
      `That is below the minChargingRate of ${nameOf(lead)}, ${shownLimit(minChargingRate, question.version)} ${unit}.`,
    ];
  });
}
