/** Charging profiles as an operator asks for them, and what a station that holds them answers: by the oracle. */
import type { Context, Ordered } from '../../src/judge/context.ts';
import { alter, type Fault } from '../../src/judge/fault.ts';
import { expect } from '../../src/judge/words.ts';
import type { Payload } from '../../src/session.ts';
import { type CompositeInput, type CompositeSchedule, compositeSchedule } from '../../src/smart-charging/index.ts';
import type { RateUnit } from '../../src/smart-charging/types.ts';
import { wordsOf } from '../profile-words.ts';
import { ahead, oddNumber } from './odds.ts';
import { orderedAmongst } from './orders.v2.ts';
import { now, OTHER_EVSE } from './states.ts';

type Profile = CompositeInput['profiles'][number]['profile'];

/** Limits with one digit after the point, all different; watts are whole hundreds and something. */
const LIMITS: Readonly<Record<RateUnit, readonly number[]>> = { A: [13.7, 9.3, 21.4], W: [8_765.4, 4_321.9, 12_345.6] };

export interface ScheduleWish {
  readonly unit?: RateUnit;
  /** Seconds from now; none for a schedule that is relative. */
  readonly startsIn?: number;
  readonly duration?: number;
}

/** Three periods of odd lengths, odd limits, and all numbers of phases. */
export function schedule(context: Context, { unit = 'A', startsIn, duration }: ScheduleWish = {}): Payload {
  const [first, second, third] = LIMITS[unit];
  const early = oddNumber(context, 301, 600);
  return {
    ...(startsIn !== undefined && { startSchedule: ahead(context, startsIn) }),
    duration: duration ?? oddNumber(context, 7_201, 3_000),
    chargingRateUnit: unit,
    chargingSchedulePeriod: [
      { startPeriod: 0, limit: first },
      { startPeriod: early, limit: second, numberPhases: 1 },
      { startPeriod: early + oddNumber(context, 601, 900), limit: third, numberPhases: 2 },
    ],
  };
}

type Field = 'chargingProfile' | 'csChargingProfiles';

/** Valid from a while ago until hours from now. */
export const validity = (context: Context): Payload => ({
  validFrom: ahead(context, -oddNumber(context, 61, 300)),
  validTo: ahead(context, oddNumber(context, 20_000, 5_000)),
});

/** A number that nobody counts up to. */
export const anyProfileId = (context: Pick<Context, 'random'>): number => oddNumber(context, 1_000, 900_000);

/** A level that is not the lowest, of those that every station has. */
export const anyLevel = (context: Pick<Context, 'random'>): number => oddNumber(context, 1, 3);

/** The profile that a message of either family carries. */
export const profileIn = (payload: unknown): Payload => {
  const { chargingProfile, csChargingProfiles } = (payload ?? {}) as Record<string, Payload | undefined>;
  return chargingProfile ?? csChargingProfiles ?? {};
};

/** Refuses what is not the operator's: a CSMS may send profiles of its own at any time (K01.FR.01, K01.FR.08; 1.6 5.16.4). */
const others = { status: 'Rejected' };

/** SetChargingProfile of a new profile. @param members of the profile besides its number and its schedule */
export const wish = (context: Context, evseId: number, members: Payload, schedule: Payload): Payload => {
  const words = wordsOf(context);
  const level = { stackLevel: anyLevel(context), ...members };
  return words.set(evseId, words.profile(anyProfileId(context), level, schedule));
};

/** A default profile for one EVSE, in absolute time. */
export const defaultWish = (context: Context, members: Payload = {}, evseId = OTHER_EVSE): Payload =>
  wish(
    context,
    evseId,
    {
      chargingProfilePurpose: 'TxDefaultProfile',
      chargingProfileKind: 'Absolute',
      ...validity(context),
      ...members,
    },
    schedule(context, { startsIn: -60 }),
  );

/** The operator has a profile set; a check compares it, the station answers. */
export const sets = (
  context: Context,
  payload: Payload,
  id = 'asked',
  answer: Payload = { status: 'Accepted' },
): Promise<Ordered> => orderedAmongst(context, 'SetChargingProfile', payload, answer, { id, others });

/** Something is done to the schedule, or to each of a list. */
const scheduleFault = (field: Field, action: string) => (name: string, change: (schedule: Payload) => Payload) =>
  alter(
    action,
    (payload) => {
      const profile = profileIn(payload);
      const held = profile['chargingSchedule'];
      const chargingSchedule = Array.isArray(held) ? held.map(change) : change(held as Payload);
      return { ...(payload as Payload), [field]: { ...profile, chargingSchedule } };
    },
    { name },
  );

/** Another place, number, level, purpose, kind, unit, limit, length or number of periods. @param field that holds the profile */
export function profileFaults(field: Field, action = 'SetChargingProfile'): Fault[] {
  const onSchedule = scheduleFault(field, action);
  const onPeriods = (name: string, change: (periods: readonly Payload[]) => readonly Payload[]) =>
    onSchedule(name, (one) => ({
      ...one,
      chargingSchedulePeriod: change(one['chargingSchedulePeriod'] as readonly Payload[]),
    }));
  return [
    alter(action, { [field]: { [field === 'chargingProfile' ? 'id' : 'chargingProfileId']: 1 } }),
    alter(action, { [field]: { stackLevel: 0 } }),
    onSchedule('other duration', (one) => ({ ...one, duration: 86_400 })),
    onSchedule('no duration', ({ duration: _lost, ...one }) => one),
    onSchedule('other unit', (one) => ({ ...one, chargingRateUnit: one['chargingRateUnit'] === 'A' ? 'W' : 'A' })),
    onSchedule('minChargingRate invented', (one) => ({ ...one, minChargingRate: 6 })),
    onPeriods('last period lost', (all) => all.slice(0, -1)),
    onPeriods('limits in whole numbers', (all) =>
      all.map((one) => ({ ...one, limit: Math.floor(Number(one['limit'])) })),
    ),
    onPeriods('phases lost', (all) => all.map(({ numberPhases: _lost, ...one }) => one)),
    onPeriods('periods a minute late', (all) =>
      all.map((one, i) => (i === 0 ? one : { ...one, startPeriod: Number(one['startPeriod']) + 60 })),
    ),
  ];
}

/** The start of the schedule is lost, or another one. */
export function startFaults(field: Field): Fault[] {
  const onSchedule = scheduleFault(field, 'SetChargingProfile');
  return [
    onSchedule('no start', ({ startSchedule: _lost, ...one }) => one),
    onSchedule('other start', (one) => ({ ...one, startSchedule: '2026-01-02T03:04:05Z' })),
  ];
}

/** Another validity than the one that was asked for. */
export const validityFaults = (field: Field): Fault[] => [
  alter('SetChargingProfile', { [field]: { validFrom: null } }),
  alter('SetChargingProfile', { [field]: { validTo: '2031-01-01T00:00:00Z' } }),
];

/** The transaction that profiles are for, to the oracle. */
export interface Running {
  readonly id: number | string;
  readonly startedAt: string;
}

/** What a station with these profiles would do with its EVSE, as it answers GetCompositeSchedule. @param start RFC 3339 */
export function composite(
  { dialect }: Pick<Context, 'dialect'>,
  start: string,
  messages: readonly Payload[],
  question: { readonly evseId?: number; readonly duration: number; readonly unit: RateUnit },
  transaction?: Running,
): CompositeSchedule {
  const { evseId = OTHER_EVSE, duration, unit } = question;
  return compositeSchedule({
    ocpp: dialect.version,
    start,
    duration,
    unit,
    evseId,
    // A limit of its own, so that there is one at any time.
    station: { evses: OTHER_EVSE, maxCurrent: 32, phases: 3 },
    ...(transaction && { transaction: { ...transaction, evseId: OTHER_EVSE } }),
    profiles: messages.map((message) => ({
      evseId: Number(message['evseId'] ?? message['connectorId']),
      profile: profileIn(message) as unknown as Profile,
    })),
  });
}

/** Two days: time for every profile to begin, and for one that recurs daily to begin again. */
const TWO_DAYS = 2 * 86_400;

/** The check of `means`; its reference is the rule that keeps profiles apart. */
export const meansCheck = {
  ref: { '1.6': '3.13.2', '2.0.1': 'K01.FR.06' },
  level: 'SHALL',
  says: 'what was sent can be installed together, and limits the EVSE at every moment as the operator wanted it',
} as const;

export const meansFault = alter(
  'SetChargingProfile',
  (payload) => {
    const text = JSON.stringify(payload).replaceAll(/"limit":[0-9.]+/g, '"limit":0.1');
    return JSON.parse(text) as unknown;
  },
  { name: 'next to no energy' },
);

/** Judges by the check `means` whether the profiles that came limit the station as those that were asked for. */
export function judgeMeaning(context: Context<'means'>, orders: readonly Ordered[], transaction?: Running): void {
  const question = { duration: TWO_DAYS, unit: 'A' } as const;
  // One moment for both: time goes on between two calculations.
  const start = now(context);
  const of = (messages: readonly Payload[]) => composite(context, start, messages, question, transaction);
  const wanted = of(orders.map(({ asked }) => asked));
  context.check('means', () => {
    const sent = attempt(() => of(orders.map(({ call }) => call.payload)));
    expect(sent, 'schedule that the profiles of the CSMS give').to.not.be.a('string');
    // Where the driver can't ask for the profile the CSMS chooses it: then it has to be one, and no special one.
    if (orders.every(({ free }) => free.length === 0))
      expect(sent, 'schedule that the profiles of the CSMS give').to.deep.equal(wanted);
  });
}

/** What comes of it, or why nothing does: profiles of a SUT may be no profiles at all. */
function attempt(calculate: () => CompositeSchedule): CompositeSchedule | string {
  try {
    return calculate();
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause);
  }
}
