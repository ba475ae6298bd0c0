/** The composite schedule that installed charging profiles mean. */
import { type Fraction, roundDown } from './fraction.ts';
import { type Segment, segments } from './leading.ts';
import { type Merged, mergeEvse, mergeStation } from './merge.ts';
import { type Question, readQuestion } from './model.ts';
import { checkEach } from './rules.ts';
import { checkTogether } from './together.ts';
import type { CompositeInput, CompositePeriod, CompositeSchedule } from './types.ts';

/** One stretch of the composite schedule, exact and not yet joined with its neighbours. */
export interface Stage {
  readonly segment: Segment;
  readonly merged: Merged;
}

/**
 * Digits after the point. Up to 2.0.1 a limit has at most one (1.6 section 7.14, ChargingSchedulePeriodType);
 * in 2.1 it is a decimal, which has at most six.
 */
const DECIMALS = { '1.6': 1, '2.0.1': 1, '2.1': 6 } as const;

/**
 * Checks the input and calculates, exactly.
 * @throws ImpossibleProfiles, NotModelled, UnreadableTime
 */
export function stagesOf(input: CompositeInput): { readonly question: Question; readonly stages: readonly Stage[] } {
  checkEach(input);
  const question = readQuestion(input);
  checkTogether(question);
  if (question.end <= question.start) return { question, stages: [] };
  const whole = question.evse === 0;
  const evses = whole ? Array.from({ length: question.evses + 1 }, (_, evse) => evse) : [question.evse];
  const stages = segments(question, evses).map((segment): Stage => {
    const [first, ...others] = segment.leads;
    if (first === undefined) throw new RangeError('a segment without an EVSE');
    return { segment, merged: whole ? mergeStation(question, first, others) : mergeEvse(question, first) };
  });
  return { question, stages };
}

/**
 * What a station with these profiles answers to GetCompositeSchedule (1.6 section 5.7, K08).
 * Limits are exact until the end and then rounded down; equal neighbours are one period.
 * @throws ImpossibleProfiles, NotModelled, UnreadableTime
 */
export function compositeSchedule(input: CompositeInput): CompositeSchedule {
  const { question, stages } = stagesOf(input);
  const periods: CompositePeriod[] = [];
  for (const { segment, merged } of stages) {
    const period = { startPeriod: segment.from - question.start, ...shown(question, merged) };
    const last = periods.at(-1);
    if (last === undefined || !alike(last, period)) periods.push(period);
  }
  return { start: input.start, duration: input.duration, unit: input.unit, periods };
}

/** The members of a period that a merged limit shows. */
export function shown(
  { version }: Question,
  { limit, phases, phasesStated, phaseToUse }: Merged,
): Omit<CompositePeriod, 'startPeriod'> {
  return {
    ...(limit === undefined ? {} : { limit: shownLimit(limit, version) }),
    ...(phasesStated ? { numberPhases: phases } : {}),
    ...(phaseToUse === undefined ? {} : { phaseToUse }),
  };
}

export const shownLimit = (limit: Fraction, version: CompositeInput['ocpp']): number =>
  roundDown(limit, DECIMALS[version]);

const alike = (a: CompositePeriod, b: CompositePeriod): boolean =>
  a.limit === b.limit && a.numberPhases === b.numberPhases && a.phaseToUse === b.phaseToUse;
