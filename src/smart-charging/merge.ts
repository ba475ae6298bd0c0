/** The lowest of the leading limits, and the phases that they leave. */
import { type Fraction, fraction, lesser, lessThan, over, plus, times, ZERO } from './fraction.ts';
import type { Lead, Leads } from './leading.ts';
import type { Question } from './model.ts';
import { ImpossibleProfiles, type RateUnit } from './types.ts';

/** What holds a limit down. */
export type Ruler = Lead | 'station limit' | 'sum of EVSEs';

/** The limit for a stretch of time. */
export interface Merged {
  /** In the unit asked for; undefined where nothing limits. */
  readonly limit: Fraction | undefined;
  readonly phases: number;
  /** True where a profile or the station says how many phases, so that it is no mere assumption. */
  readonly phasesStated: boolean;
  readonly phaseToUse: number | undefined;
  readonly ruler: Ruler | undefined;
}

/** Without numberPhases, three are assumed (1.6 section 7.12, K01.FR.49). */
const ASSUMED_PHASES = 3;

interface Bound {
  /** Amperes per phase. */
  readonly amperes: Fraction;
  readonly ruler: Ruler;
}

/** Watts of one ampere per phase. */
const wattsPerAmpere = ({ voltage, dc }: Question, phases: number): Fraction =>
  times(voltage, fraction(dc ? 1 : phases));

/** K01.FR.50 (errata 2.40): the current per phase that a limit means, by the period's own numberPhases. */
function amperesOf(question: Question, limit: Fraction, unit: RateUnit, phases: number | undefined): Fraction {
  return unit === 'A' ? limit : over(limit, wattsPerAmpere(question, phases ?? ASSUMED_PHASES));
}

/** What a limit of a period is in the unit asked for, over so many phases. */
export const limitInUnit = (
  question: Question,
  limit: Fraction,
  unit: RateUnit,
  own: number | undefined,
  phases: number,
): Fraction => inUnit(question, amperesOf(question, limit, unit, own), phases);

const inUnit = (question: Question, amperes: Fraction, phases: number): Fraction =>
  question.unit === 'A' ? amperes : times(amperes, wattsPerAmpere(question, phases));

/** The station's own limit, which no profile lifts (K02.FR.08, K04.FR.02). */
function localBounds(question: Question): Bound[] {
  const { maxCurrent, maxPower, phases } = question;
  const bounds = maxCurrent === undefined ? [] : [maxCurrent];
  if (maxPower !== undefined) bounds.push(amperesOf(question, maxPower, 'W', phases));
  return bounds.map((amperes) => ({ amperes, ruler: 'station limit' }));
}

const boundOf = (question: Question, lead: Lead): Bound => ({
  amperes: amperesOf(question, lead.period.limit, lead.profile.unit, lead.period.phases),
  ruler: lead,
});

/** The first of the lowest. */
const lowest = (bounds: readonly Bound[]): Bound | undefined =>
  bounds.reduce<Bound | undefined>(
    (low, bound) => (low === undefined || lessThan(bound.amperes, low.amperes) ? bound : low),
    undefined,
  );

const present = (leads: readonly (Lead | undefined)[]): Lead[] => leads.filter((lead) => lead !== undefined);

/** Lowest numberPhases of all (block K section 3.7 by errata 2.36; 2.1 K01.FR.140), and not more than there are. */
function phasesOf(question: Question, leads: readonly Lead[]): Pick<Merged, 'phases' | 'phasesStated'> {
  const all = leads.map(({ period }) => period.phases ?? ASSUMED_PHASES);
  return {
    phases: Math.min(...all, question.phases ?? ASSUMED_PHASES),
    phasesStated:
      !question.dc && (question.phases !== undefined || leads.some(({ period }) => period.phases !== undefined)),
  };
}

/** @throws ImpossibleProfiles where leading profiles name different phases (block K section 3.7 by errata 2.36) */
function phaseToUse(question: Question, leads: readonly Lead[]): number | undefined {
  const named = leads.filter(({ period }) => period.phaseToUse !== undefined);
  const [first, ...others] = named;
  const other = others.find(({ period }) => period.phaseToUse !== first?.period.phaseToUse);
  if (first !== undefined && other !== undefined) {
    throw new ImpossibleProfiles(
      `profiles ${first.profile.id} and ${other.profile.id} want phases ${first.period.phaseToUse} and ${other.period.phaseToUse} at one time (K01.FR.141)`,
    );
  }
  return question.dc ? undefined : first?.period.phaseToUse;
}

/** At one EVSE, before local generation. */
function mergeBase(question: Question, leads: Leads): Merged & { readonly amperes: Fraction | undefined } {
  const merged = present([leads.tx, leads.stationMax, leads.externalHere, leads.external]);
  const low = lowest([...merged.map((lead) => boundOf(question, lead)), ...localBounds(question)]);
  const { phases, phasesStated } = phasesOf(question, merged);
  const limit = low === undefined ? undefined : inUnit(question, low.amperes, phases);
  return {
    amperes: low?.amperes,
    limit,
    phases,
    phasesStated,
    phaseToUse: phaseToUse(question, merged),
    ruler: low?.ruler,
  };
}

/** In the unit asked for: capacity that is added on top (2.1 SC.01, K08.FR.04). */
function generationOf(question: Question, leads: readonly (Lead | undefined)[], phases: number): Fraction {
  const share = ({ profile, period }: Lead) => limitInUnit(question, period.limit, profile.unit, phases, phases);
  return present(leads).map(share).reduce(plus, ZERO);
}

/** What the composite schedule of one EVSE says. */
export function mergeEvse(question: Question, leads: Leads): Merged {
  const { amperes: _, ...base } = mergeBase(question, leads);
  if (base.limit === undefined) return base;
  const raised = plus(base.limit, generationOf(question, [leads.generation, leads.generationHere], base.phases));
  return capped(
    base,
    raised,
    localBounds(question).map((bound) => ({ ...bound, amperes: inUnit(question, bound.amperes, base.phases) })),
  );
}

function capped(base: Merged, limit: Fraction, caps: readonly Bound[]): Merged {
  const cap = lowest(caps);
  return cap !== undefined && lessThan(cap.amperes, limit)
    ? { ...base, limit: cap.amperes, ruler: cap.ruler }
    : { ...base, limit };
}

/**
 * What the composite schedule of the whole station says: the sum of what its EVSEs may take, and not more than what
 * holds for all of them together (1.6 section 3.13.3, K04.FR.05, K08.FR.03).
 */
export function mergeStation(question: Question, station: Leads, evses: readonly Leads[]): Merged {
  const [only, ...others] = evses;
  if (only !== undefined && others.length === 0) return mergeEvse(question, only);
  const parts = evses.map((leads) => mergeBase(question, leads));
  const shared = present([station.stationMax, station.external]);
  const cap = lowest(shared.map((lead) => boundOf(question, lead)));
  const capPhases = phasesOf(question, shared).phases;
  const capLimit = cap === undefined ? undefined : inUnit(question, cap.amperes, capPhases);
  const sum = sumOf(parts.map(({ limit }) => limit));
  const phases = Math.max(...parts.map((part) => part.phases));
  const named = new Set(parts.map((part) => part.phaseToUse));
  const limit = sum === undefined || capLimit === undefined ? (sum ?? capLimit) : lesser(sum, capLimit);
  const base: Merged = {
    limit,
    phases,
    phasesStated: parts.some((part) => part.phasesStated),
    phaseToUse: named.size === 1 ? parts[0]?.phaseToUse : undefined,
    ruler: limit === undefined ? undefined : limit === sum || cap === undefined ? 'sum of EVSEs' : cap.ruler,
  };
  if (limit === undefined) return base;
  const raised = plus(
    limit,
    generationOf(question, [station.generation, ...evses.map((leads) => leads.generationHere)], phases),
  );
  return capped(base, raised, stationLimits(question));
}

/** The station's own limit in the unit asked for, over the phases that the station has. */
function stationLimits(question: Question): Bound[] {
  const phases = question.phases ?? ASSUMED_PHASES;
  return localBounds(question).map((bound) => ({ ...bound, amperes: inUnit(question, bound.amperes, phases) }));
}

/** Undefined where one of them has no limit. */
function sumOf(limits: readonly (Fraction | undefined)[]): Fraction | undefined {
  const known = limits.filter((limit) => limit !== undefined);
  return known.length < limits.length ? undefined : known.reduce(plus, ZERO);
}
