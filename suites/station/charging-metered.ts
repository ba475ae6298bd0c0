/** What a charger meters, held against what its profiles allow: the current follows the limit, in time. */
import type { Context } from '../../src/judge/context.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import type { Curve } from '../../src/report.ts';
import { type Bench, inUnit } from './charging-abilities.ts';
import { askedCurves, oracle, type Question, type Running, type Told } from './charging-limits.ts';
import { type Metered, metered, sessionsOf } from './charging-sessions.ts';

/** Seconds between meter values, while limits are looked at. */
export const METER_S = 10;

/** Seconds in which charging has to follow a lower limit: a vehicle has five, a station and its meter need some themselves. */
const FOLLOW_S = 12;

/** Highest voltage of a supply of 230 V (EN 50160), and the lowest. */
const VOLTS = { most: 253, least: 207 };
/** What regulation and meters may be off: a share, and amperes. */
const SLACK = { share: 0.05, amperes: 0.5 };

/** The most that may be metered under a limit. */
function bound({ unit, phases = 3 }: Bench, of: Metered['of'], limit: number): number {
  const lines = Math.max(1, phases);
  const amperes = (unit === 'A' ? limit : limit / (VOLTS.least * lines)) * (1 + SLACK.share) + SLACK.amperes;
  if (of === 'phase') return amperes;
  if (of === 'sum') return amperes * lines;
  return unit === 'A' ? amperes * lines * VOLTS.most : limit * (1 + SLACK.share) + SLACK.amperes * lines * VOLTS.most;
}

/** Waits until values that were metered at least so many seconds from now have come. */
export async function meterPast(context: Context, since: number, seconds: number): Promise<void> {
  const { csms, clock, sut } = context;
  const until = clock.now() + seconds * 1000;
  const late = (value: { readonly [name: string]: unknown }) =>
    ((value['meterValue'] ?? []) as readonly { timestamp: string }[]).some((one) => Date.parse(one.timestamp) >= until);
  await csms.awaitCall(sessionsOf(context).meterAction, {
    since,
    where: late,
    timeoutMs: (seconds + 2 * METER_S) * 1000 + sut.timeoutMs,
  });
}

/** A transaction in which the vehicle takes something, with meter values at short intervals. */
export interface UnderMeter {
  readonly running: Running;
  /** A `mark` before the first value. */
  readonly since: number;
  /** Another transaction, which shows what the vehicle takes without a limit. */
  readonly before?: Omit<UnderMeter, 'before'>;
}

/** A transaction runs and is metered: by its own meter values, with no limit yet. @throws Unmet */
export async function underMeter(context: Context): Promise<UnderMeter> {
  await sessionsOf(context).metering(context, METER_S);
  const since = context.csms.mark;
  const running = await sessionsOf(context).charging(context);
  await meterPast(context, since, METER_S);
  return { running, since };
}

/** The check of `judgeMeter`. */
export const obeysCheck = {
  ref: { '1.6': '3.13.2', '2.0.1': 'K10.FR.05' },
  level: 'SHALL',
  says: 'what is metered keeps to the limits, from a moment after they begin',
} as const;

export interface MeterQuestion extends Omit<Question, 'running' | 'duration'> {
  /** Epoch milliseconds at which the station had accepted the profiles. */
  readonly setAt: number;
  /** What the station told of its limits, to be drawn beside them. */
  readonly told?: Told;
}

/**
 * Judges by the check `obeys` that what was metered since the transaction began keeps to the profiles.
 * @throws Unmet where the vehicle takes too little for a limit to show
 */
export function judgeMeter(
  context: Context<'obeys'>,
  bench: Bench,
  { running, since, before }: UnderMeter,
  { setAt, told, title = 'Metered under the profiles', ...question }: MeterQuestion,
): void {
  const values = metered(context, since, running);
  const begin = Math.min(setAt, ...values.map(({ from }) => from));
  const start = new Date(Math.floor(setAt / 1000) * 1000).toISOString();
  const end = Math.max(setAt, ...values.map(({ to }) => to));
  const duration = Math.ceil((end - setAt) / 1000) + 1;
  const steps = oracle(context, bench, start, { ...question, running, duration });
  /** The highest limit in force at any moment of a span. */
  const limitIn = (from: number, to: number): number => {
    if (from < setAt) return Number.POSITIVE_INFINITY;
    const second = (ms: number) => (ms - Date.parse(start)) / 1000;
    const first = steps.findLast(({ startPeriod }) => startPeriod <= second(from));
    const rest = steps.filter(({ startPeriod }) => startPeriod > second(from) && startPeriod <= second(to));
    return Math.max(...[...(first ? [first] : []), ...rest].map(({ limit }) => limit ?? Number.POSITIVE_INFINITY));
  };
  const lowest = Math.min(...steps.map(({ limit }) => limit ?? Number.POSITIVE_INFINITY));
  context.chart({
    title,
    unit: bench.unit,
    start: new Date(begin).toISOString(),
    durationS: Math.ceil((end - begin) / 1000),
    curves: curves(context, bench, { ...question, running, duration }, { begin, setAt, steps, values, told }),
  });
  const free = (before ? metered(context, before.since, before.running) : values).filter(({ to }) => to <= setAt);
  if (!free.some(({ of, value }) => value > bound(bench, of, lowest)))
    throw new Unmet(`without a limit the vehicle takes no more than ${lowest} ${bench.unit}: the limit shows nowhere`);
  const limited = values
    .map((one) => ({ ...one, limit: limitIn(one.from - FOLLOW_S * 1000, one.to) }))
    .filter(({ limit }) => limit < Number.POSITIVE_INFINITY);
  if (!limited.some(({ limit }) => limit === lowest))
    throw new Unmet('the station sent no meter value from the time of the lowest limit');
  context.check('obeys', () => {
    for (const { of, value, limit, to } of limited)
      expect(
        value,
        `${WORDS[of]} at ${new Date(to).toISOString()}, under a limit of ${limit} ${bench.unit}`,
      ).to.be.at.most(bound(bench, of, limit));
  });
}

const toldCurve = ({ start, steps }: Told, begin: number): Curve => ({
  name: 'told by the station',
  kind: 'steps',
  points: steps.map(({ startPeriod, limit }) => [
    Math.round((Date.parse(start) - begin) / 100) / 10 + startPeriod,
    limit ?? null,
  ]),
});

const WORDS = { phase: 'amperes of a phase', sum: 'amperes', power: 'watts' } as const;

function curves(
  context: Context,
  bench: Bench,
  question: Question,
  seen: {
    readonly begin: number;
    readonly setAt: number;
    readonly steps: ReturnType<typeof oracle>;
    readonly values: readonly Metered[];
    readonly told: Told | undefined;
  },
): readonly Curve[] {
  const shift = (seen.setAt - seen.begin) / 1000;
  const moved = (curve: Curve): Curve => ({
    ...curve,
    points: curve.points.map(([second, value]) => [Math.round((second + shift) * 10) / 10, value]),
  });
  const start = new Date(Math.floor(seen.setAt / 1000) * 1000).toISOString();
  const lines = Math.max(1, bench.phases ?? 3);
  /** Everything in the unit of the limit, at 230 V. */
  const inChart = ({ of, value }: Metered): number => {
    const amperes = of === 'phase' ? value : of === 'sum' ? value / lines : value / (230 * lines);
    return Math.round((of === 'power' && bench.unit === 'W' ? value : inUnit(bench, amperes)) * 100) / 100;
  };
  const points = seen.values
    .filter(({ of }) => of !== 'sum')
    .map((one) => [Math.round((one.to - seen.begin) / 100) / 10, inChart(one)] as const);
  return [
    ...askedCurves(context, bench, start, question).map(moved),
    moved({
      name: 'right, by the oracle',
      kind: 'steps',
      points: seen.steps.map(({ startPeriod, limit }) => [startPeriod, limit ?? null]),
    }),
    ...(seen.told ? [toldCurve(seen.told, seen.begin)] : []),
    { name: 'metered', kind: 'points', points },
  ];
}
