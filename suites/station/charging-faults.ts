/** What goes wrong in a charger that is told limits: its schedule, its profiles, its meter. */
import { alter, drop, type Fault } from '../../src/judge/fault.ts';
import type { Payload } from '../../src/session.ts';

type Periods = readonly Payload[];

/** Changes the schedule in an answer of either family. */
const onSchedule = (name: string, change: (schedule: Payload) => Payload): Fault =>
  alter(
    'GetCompositeSchedule',
    (payload) => {
      const answer = payload as Payload;
      const field = 'schedule' in answer ? 'schedule' : 'chargingSchedule';
      return answer[field] === undefined ? answer : { ...answer, [field]: change(answer[field] as Payload) };
    },
    { name, kind: 'callresult' },
  );

const onPeriods = (name: string, change: (periods: Periods) => Periods): Fault =>
  onSchedule(name, (one) => ({ ...one, chargingSchedulePeriod: change(one['chargingSchedulePeriod'] as Periods) }));

/** A schedule that is not the one that was asked for. */
export const answerFaults: readonly Fault[] = [
  alter('GetCompositeSchedule', { status: 'Rejected' }),
  onPeriods('begins late', (all) => all.map((one) => ({ ...one, startPeriod: Number(one['startPeriod']) + 1 }))),
  onSchedule('of an hour', (one) => ({ ...one, duration: 3_601 })),
  onSchedule('in the other unit', (one) => ({ ...one, chargingRateUnit: one['chargingRateUnit'] === 'A' ? 'W' : 'A' })),
  alter(
    'GetCompositeSchedule',
    (payload) => {
      const answer = payload as Payload;
      return 'schedule' in answer
        ? { ...answer, schedule: { ...(answer['schedule'] as Payload), scheduleStart: '2026-01-01T12:00:00Z' } }
        : { ...answer, scheduleStart: '2026-01-01T12:00:00Z' };
    },
    { name: 'of another time' },
  ),
];

export const tooHigh: Fault = onPeriods('limits a little too high', (all) =>
  all.map((one) => ({ ...one, limit: Math.round((Number(one['limit']) * 1.05 + 0.2) * 10) / 10 })),
);

/** A schedule that is not the one of the profiles. */
export const limitsFaults: readonly Fault[] = [tooHigh, ...answerFaults];

/** One in which the limit never changes, although it does. */
export const flatFaults: readonly Fault[] = [
  onPeriods('first period only', (all) => all.slice(0, 1)),
  onPeriods('periods a minute late', (all) =>
    all.map((one, i) => (i === 0 ? one : { ...one, startPeriod: Number(one['startPeriod']) + 60 })),
  ),
];

/** The station's own limit whatever is set. */
export const ownLimit: Fault = onPeriods('its own limit always', () => [
  { startPeriod: 0, limit: 32, numberPhases: 3 },
]);

const REGISTER = 'Energy.Active.Import.Register';
/** What a vehicle takes that nobody limits. */
const FREE: Readonly<Record<string, number>> = { 'Power.Active.Import': 22_080, 'Current.Import': 32 };

/** Meter values of a vehicle that takes what it likes. */
export const meterFaults = (action: 'MeterValues' | 'TransactionEvent'): readonly Fault[] => {
  const text = action === 'MeterValues';
  const free = (sample: Payload): Payload => {
    const value = FREE[String(sample['measurand'] ?? REGISTER)];
    return value === undefined ? sample : { ...sample, value: text ? String(value) : value };
  };
  const change = (name: string, on: (sample: Payload) => Payload) =>
    alter(
      action,
      (payload) => {
        const values = (payload as Payload)['meterValue'] as Periods | undefined;
        if (values === undefined) return payload;
        const meterValue = values.map((one) => ({ ...one, sampledValue: (one['sampledValue'] as Periods).map(on) }));
        return { ...(payload as Payload), meterValue };
      },
      { name, kind: 'call' },
    );
  return [change('as much as without limits', free)];
};

/** The faults of `judgeMeter` in both versions. */
export const obeysFaults = { '1.6': meterFaults('MeterValues'), '2.0.1': meterFaults('TransactionEvent') } as const;

export const refusesProfiles: Fault = alter('SetChargingProfile', { status: 'Rejected' });
export const takesProfiles: Fault = alter('SetChargingProfile', { status: 'Accepted' });

/** Reports of profiles that are not those that were set. */
export const reportFaults: readonly Fault[] = [
  drop('ReportChargingProfiles'),
  alter('ReportChargingProfiles', { requestId: 977 }),
  alter('ReportChargingProfiles', { evseId: 7 }),
  alter('ReportChargingProfiles', { chargingLimitSource: 'EMS' }),
  alter('ReportChargingProfiles', { tbc: true }),
  ...(
    [
      ['another number', (one: Payload) => ({ ...one, id: 977 })],
      ['another level', (one: Payload) => ({ ...one, stackLevel: Number(one['stackLevel']) + 1 })],
      ['another purpose', (one: Payload) => ({ ...one, chargingProfilePurpose: 'PriorityCharging' })],
      [
        'limits halved',
        (one: Payload) =>
          JSON.parse(
            JSON.stringify(one).replace(/"limit":([\d.]+)/g, (_, n: string) => `"limit":${Number(n) / 2}`),
          ) as Payload,
      ],
    ] as const
  ).map(([name, change]) =>
    alter(
      'ReportChargingProfiles',
      (payload) => ({
        ...(payload as Payload),
        chargingProfile: ((payload as Payload)['chargingProfile'] as Periods).map(change),
      }),
      { name },
    ),
  ),
];
