/** Charging profiles for a charger under test, and its schedule held against the oracle. */
import type { OcppVersion } from '../../src/dialects/dialect.ts';
import type { Context } from '../../src/judge/context.ts';
import { expect } from '../../src/judge/words.ts';
import type { ChartReport, Curve } from '../../src/report.ts';
import type { Payload, Reply } from '../../src/session.ts';
import { type CompositeInput, type CompositePeriod, compositeSchedule } from '../../src/smart-charging/index.ts';
import { type ToldSchedule, wordsOf } from '../profile-words.ts';
import { type Bench, inUnit } from './charging-abilities.ts';
import { EVSE } from './states.ts';

type Installed = CompositeInput['profiles'][number];

/** A profile that the station holds. */
export interface Held {
  readonly evseId: number;
  readonly profile: Payload;
}

/** The transaction that profiles are for. */
export interface Running {
  readonly transactionId: number | string;
  /** RFC 3339, by the clock of the station. */
  readonly startedAt: string;
}

export interface Wish {
  /** Default: TxDefaultProfile. */
  readonly purpose?: string;
  /** Default: Absolute. */
  readonly kind?: 'Absolute' | 'Recurring' | 'Relative';
  readonly recurrency?: 'Daily' | 'Weekly';
  readonly level?: number;
  /** Seconds of the schedule, and amperes per phase from then on. */
  readonly periods: readonly (readonly [second: number, amperes: number])[];
  /** Seconds from now to the start of the schedule. */
  readonly startsIn?: number;
  readonly duration?: number;
  readonly validFromIn?: number;
  readonly validToIn?: number;
  readonly transactionId?: number | string;
  readonly id?: number;
}

/** A schedule that began a moment ago leaves no gap to a clock that is late. */
const A_MOMENT_AGO = -5;

const instant = ({ clock }: Pick<Context, 'clock'>, seconds: number): string =>
  new Date(Math.floor(clock.now() / 1000 + seconds) * 1000).toISOString();

/** A number that nobody counts up to. */
export const anyId = ({ random }: Pick<Context, 'random'>): number => 1_000 + Math.floor(random() * 900_000);

/** A profile as the station takes it: in its unit, on its phases. */
export function profile(context: Context, bench: Bench, wish: Wish): Payload {
  const { kind = 'Absolute', startsIn = A_MOMENT_AGO, phases = bench.phases } = { ...wish, phases: bench.phases };
  const { validFromIn, validToIn, recurrency, transactionId } = wish;
  const schedule = {
    ...(kind !== 'Relative' && { startSchedule: instant(context, startsIn) }),
    ...(wish.duration !== undefined && { duration: wish.duration }),
    chargingRateUnit: bench.unit,
    chargingSchedulePeriod: wish.periods.map(([startPeriod, amperes]) => ({
      startPeriod,
      limit: inUnit(bench, amperes),
      ...(phases !== undefined && phases > 0 && { numberPhases: phases }),
    })),
  };
  const members = {
    ...(transactionId !== undefined && { transactionId }),
    stackLevel: wish.level ?? 0,
    chargingProfilePurpose: wish.purpose ?? 'TxDefaultProfile',
    chargingProfileKind: kind,
    ...(recurrency !== undefined && { recurrencyKind: recurrency }),
    ...(validFromIn !== undefined && { validFrom: instant(context, validFromIn) }),
    ...(validToIn !== undefined && { validTo: instant(context, validToIn) }),
  };
  return wordsOf(context).profile(wish.id ?? anyId(context), members, schedule);
}

/** SetChargingProfile. */
export const set = (context: Context, evseId: number, one: Payload): Promise<Reply> =>
  context.csms.call('SetChargingProfile', wordsOf(context).set(evseId, one));

export interface Question {
  readonly evseId?: number;
  readonly duration: number;
  readonly held: readonly Held[];
  readonly running?: Running | undefined;
  /** What the chart is called. */
  readonly title?: string;
}

/** What limits the EVSE by the oracle; periods without a limit are those in which the station's own counts, and is not known. */
export function oracle(
  { dialect }: Pick<Context, 'dialect'>,
  bench: Bench,
  start: string,
  { evseId = EVSE, duration, held, running }: Question,
): readonly CompositePeriod[] {
  const { unit, own, phases } = bench;
  return compositeSchedule({
    ocpp: dialect.version,
    start,
    duration,
    unit,
    evseId,
    station: {
      evses: Math.max(2, evseId, ...held.map((one) => one.evseId)),
      ...(phases !== undefined && { phases }),
      ...(own !== undefined && (unit === 'A' ? { maxCurrent: own } : { maxPower: own })),
    },
    ...(running && {
      transaction: { id: running.transactionId, startedAt: running.startedAt, evseId: evseId === 0 ? EVSE : evseId },
    }),
    profiles: held.map(({ evseId: at, profile: one }): Installed => ({ evseId: at, profile: one as never })),
  }).periods;
}

/** How far a limit may be off: one decimal of an ampere. */
const tolerance = (bench: Bench): number => inUnit(bench, 0.1) + 1e-9;
/** How far a change of the limit may be off, in seconds. */
const SECOND = 1;

interface Step {
  readonly startPeriod: number;
  readonly limit?: number;
}

const limitAt = (steps: readonly Step[], second: number): number | undefined =>
  steps.findLast(({ startPeriod }) => startPeriod <= second)?.limit;

/** The first moment at which a schedule is another one than the oracle's, in words; undefined where they are the same. */
function difference(told: readonly Step[], right: readonly Step[], duration: number, bench: Bench): string | undefined {
  const moments = [...told, ...right].map(({ startPeriod }) => startPeriod).filter((second) => second < duration);
  const edges = [...new Set([0, ...moments, duration])].sort((one, other) => one - other);
  for (const [i, from] of edges.entries()) {
    const to = edges[i + 1];
    if (to === undefined || to - from <= 2 * SECOND) continue;
    const middle = (from + to) / 2;
    const [is, shall] = [limitAt(told, middle), limitAt(right, middle)];
    if (shall === undefined) continue;
    if (is === undefined || Math.abs(is - shall) > tolerance(bench))
      return `from second ${from} on the limit is ${is ?? 'not told'}, and should be ${shall} ${bench.unit}`;
  }
  return undefined;
}

/** Moments at which a station may let relative schedules start: 2.x recommends one, and 1.6 names none exactly. */
function starts(told: ToldSchedule, question: Question, nowMs: number): readonly string[] {
  const { running, held } = question;
  if (running === undefined) return [];
  const relative = held.filter(({ profile: one }) => one['chargingProfileKind'] === 'Relative');
  if (relative.length === 0) return [running.startedAt];
  const inside = relative.flatMap(({ profile: one }) =>
    [one['chargingSchedule']]
      .flat()
      .flatMap((schedule) => (schedule as Payload)['chargingSchedulePeriod'] as readonly Step[])
      .map(({ startPeriod }) => startPeriod),
  );
  const begun = Date.parse(running.startedAt);
  const from = Date.parse(String(told.start));
  const found = told.periods
    .flatMap((period) => inside.map((second) => from + (Number(period['startPeriod']) - second) * 1000))
    .filter((ms) => ms > begun - 2_000 && ms < nowMs + 2_000);
  return [running.startedAt, ...found.map((ms) => new Date(ms).toISOString())];
}

/** Where no transaction runs 2.x counts default profiles as if one did (K08.FR.06); 1.6 says nothing of it. */
const COUNTS_DEFAULTS_IDLE: Readonly<Record<OcppVersion, boolean>> = { '1.6': false, '2.0.1': true, '2.1': true };

/** What is right as well where no transaction runs. */
function idle(context: Context, bench: Bench, start: string, question: Question) {
  if (question.running !== undefined || COUNTS_DEFAULTS_IDLE[context.dialect.version]) return [];
  const held = question.held.filter(({ profile: one }) => one['chargingProfilePurpose'] !== 'TxDefaultProfile');
  return [oracle(context, bench, start, { ...question, held })];
}

const curve = (name: string, steps: readonly Step[]): Curve => ({
  name,
  kind: 'steps',
  points: steps.map(({ startPeriod, limit }) => [startPeriod, limit ?? null]),
});

/** Each profile by itself, as it was asked for. */
export const askedCurves = (context: Context, bench: Bench, start: string, question: Question): readonly Curve[] =>
  question.held.map((one) => {
    const alone = { ...question, held: [one] };
    const steps = oracle(context, { ...bench, own: undefined }, start, alone);
    const { chargingProfilePurpose, chargingProfileId, id = chargingProfileId } = one.profile;
    return curve(`asked: ${String(chargingProfilePurpose)} ${String(id)}`, steps);
  });

/** Asks the station what limits the EVSE. */
export const asksLimits = (context: Context, bench: Bench, evseId: number, duration: number): Promise<Reply> =>
  context.csms.call('GetCompositeSchedule', wordsOf(context).composite(evseId, duration, bench.unit));

/** A schedule as the station told it. */
export interface Told {
  /** RFC 3339. */
  readonly start: string;
  readonly steps: readonly Step[];
}

/** The check of `judgeLimits`. */
export const limitsCheck = {
  ref: { '1.6': '5.7', '2.0.1': 'K08.FR.02' },
  level: 'SHALL',
  says: 'the schedule that the station tells is the one that its profiles give',
} as const;

/**
 * Asks what limits the EVSE, and judges by the check `limits` that it is what the oracle says: as asked, from now on,
 * within one decimal and one second.
 */
export async function judgeLimits(context: Context<'limits'>, bench: Bench, question: Question): Promise<Told> {
  const { evseId = EVSE, duration, title = 'What limits the EVSE' } = question;
  const reply = await asksLimits(context, bench, evseId, duration);
  const told = wordsOf(context).told(reply.payload);
  const start = typeof told.start === 'string' && !Number.isNaN(Date.parse(told.start)) ? told.start : undefined;
  const from = start ?? instant(context, 0);
  const candidates = starts(told, question, context.clock.now());
  const { running } = question;
  const of = (startedAt?: string) =>
    oracle(context, bench, from, { ...question, running: running && startedAt ? { ...running, startedAt } : running });
  const right = [of(), ...candidates.slice(1).map(of), ...idle(context, bench, from, question)];
  const steps = told.periods as unknown as readonly Step[];
  const chosen = right.find((one) => difference(steps, one, duration, bench) === undefined) ?? right[0] ?? [];
  context.chart({
    title,
    unit: bench.unit,
    start: from,
    durationS: duration,
    curves: [
      ...askedCurves(context, bench, from, question),
      curve('right, by the oracle', chosen),
      curve('told by the station', steps),
    ],
  } satisfies ChartReport);
  context.check('limits', () => {
    // A station that tells no limit of its own may have nothing to tell.
    if (question.held.length === 0 && bench.own === undefined && reply.payload['status'] === 'Rejected') return;
    expect(reply).to.be.callResult({ status: 'Accepted' });
    // 1.6 leaves each of these to the station.
    if (told.evseId !== undefined) expect(told.evseId, 'EVSE of the schedule').to.equal(evseId);
    if (told.duration !== undefined) expect(told.duration, 'duration of the schedule').to.equal(duration);
    if (told.start !== undefined) expect(told.start, 'start of the schedule').to.be.recentInstant();
    if (told.periods.length > 0) {
      expect(told.unit, 'unit of the schedule').to.equal(bench.unit);
      expect(told.periods[0]?.['startPeriod'], 'start of the first period').to.equal(0);
    }
    const limited = told.periods.filter(({ limit }) => Number(limit) >= 0);
    const phases = new Set(limited.flatMap(({ numberPhases }) => (numberPhases === undefined ? [] : [numberPhases])));
    // A vehicle may use fewer phases than there are.
    expect(phases.size, 'different numbers of phases, where all profiles have the same').to.be.at.most(1);
    for (const one of phases) if (bench.phases) expect(one, 'phases').to.be.within(1, bench.phases);
    const starting = told.periods.map(({ startPeriod }) => Number(startPeriod));
    expect(starting, 'starts of the periods, in order').to.deep.equal([...starting].sort((one, two) => one - two));
    expect(difference(steps, chosen, duration, bench), 'difference to the schedule that the profiles give').to.equal(
      undefined,
    );
  });
  return { start: from, steps };
}
