/** Random questions for property tests: profiles crowd around the window, changes of the clock and leap days. */
import fc from 'fast-check';
import type {
  CompositeInput,
  InstalledProfile,
  ProfileInput,
  Purpose,
  ScheduleInput,
  StationInput,
  TransactionInput,
} from './types.ts';

type Version = CompositeInput['ocpp'];

/** Moments at which a zone below changes its offset, a leap day begins or ends, and a plain one. */
const ANCHORS = [
  '2024-03-31T01:00:00Z',
  '2024-10-27T01:00:00Z',
  '2024-03-10T07:00:00Z',
  '2024-11-03T06:00:00Z',
  '2024-04-06T15:00:00Z',
  '2024-02-29T00:00:00Z',
  '2024-03-01T00:00:00Z',
  '2025-06-15T12:34:56Z',
].map((text) => Date.parse(text) / 1000);

const ZONES = [
  undefined,
  undefined,
  'Europe/Amsterdam',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kolkata',
  'UTC',
];

const PURPOSES: Readonly<Record<Version, readonly Purpose[]>> = {
  '1.6': ['ChargePointMaxProfile', 'TxDefaultProfile', 'TxDefaultProfile', 'TxProfile'],
  '2.0.1': [
    'ChargingStationMaxProfile',
    'ChargingStationExternalConstraints',
    'TxDefaultProfile',
    'TxDefaultProfile',
    'TxProfile',
  ],
  '2.1': [
    'ChargingStationMaxProfile',
    'ChargingStationExternalConstraints',
    'TxDefaultProfile',
    'TxProfile',
    'PriorityCharging',
    'LocalGeneration',
  ],
};

/** A moment as text: with Z, with another offset, or (in local time of wherever) without one. */
const moment = (around: number): fc.Arbitrary<string> =>
  fc
    .tuple(fc.noBias(fc.integer({ min: -250, max: 250 })), fc.constantFrom('Z', 'Z', 'Z', '+02:00', '-05:30', ''))
    .map(([delta, zone]) => {
      const hours = zone === '+02:00' ? 7200 : zone === '-05:30' ? -19_800 : 0;
      return new Date((around + delta + hours) * 1000).toISOString().replace('.000Z', zone);
    });

/** Absent `weight` times as often as there. */
const optional = <T>(arbitrary: fc.Arbitrary<T>, weight = 1): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });

/** Without the members that are undefined, as JSON has it. */
const compact = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as T;

const limit = (unit: 'A' | 'W') =>
  fc.integer({ min: 0, max: unit === 'A' ? 640 : 320_000 }).map((tenths) => tenths / 10);

/** @param phase the only phase that any period of this input names */
function schedule(version: Version, start: number, kind: string, phase: number): fc.Arbitrary<ScheduleInput> {
  const period = (unit: 'A' | 'W') =>
    fc.tuple(limit(unit), optional(fc.integer({ min: 1, max: 3 })), fc.boolean()).map(([value, numberPhases, named]) =>
      compact({
        limit: value,
        numberPhases,
        phaseToUse: version !== '1.6' && named && numberPhases === 1 ? phase : undefined,
      }),
    );
  const shift = fc.constantFrom(0, 0, 0, 3600, -3600, 1800);
  const back = fc.constantFrom(0, 1, 7, 14, 28, 31, 182, 366, 371);
  return fc.constantFrom<'A' | 'W'>('A', 'W').chain((unit) =>
    fc
      .record({
        gaps: fc.array(
          fc.oneof(
            { weight: 8, arbitrary: fc.noBias(fc.integer({ min: 1, max: 120 })) },
            { weight: 1, arbitrary: fc.constant(86_300) },
          ),
          { maxLength: 4 },
        ),
        periods: fc.array(period(unit), { minLength: 5, maxLength: 5 }),
        duration: optional(
          fc.oneof(
            { weight: 3, arbitrary: fc.noBias(fc.integer({ min: 0, max: 600 })) },
            { weight: 1, arbitrary: fc.constantFrom(86_400, 86_100, 604_800) },
          ),
        ),
        startSchedule: fc
          .tuple(shift, back)
          .chain(([seconds, days]) => moment(start + seconds - (kind === 'Recurring' ? days * 86_400 : 0))),
        absent: fc.boolean(),
        useLocalTime: fc.boolean(),
      })
      .map(({ gaps, periods, duration, startSchedule, absent, useLocalTime }) => {
        let reached = 0;
        const starts = [
          0,
          ...gaps.map((gap) => {
            reached += gap;
            return reached;
          }),
        ];
        const floating = kind === 'Relative' || kind === 'Dynamic' || (version === '1.6' && absent);
        return compact({
          id: 1,
          chargingRateUnit: unit,
          duration,
          startSchedule: floating ? undefined : startSchedule,
          useLocalTime: version === '2.1' && !floating && useLocalTime ? true : undefined,
          chargingSchedulePeriod: starts
            .slice(0, kind === 'Dynamic' ? 1 : 5)
            .map((startPeriod, index) => ({ startPeriod, ...(periods[index] as { limit: number }) })),
        }) as ScheduleInput;
      }),
  );
}

function installed(version: Version, start: number, phase: number): fc.Arbitrary<InstalledProfile> {
  const kinds =
    version === '2.1' ? ['Absolute', 'Recurring', 'Relative', 'Dynamic'] : ['Absolute', 'Recurring', 'Relative'];
  return fc
    .tuple(fc.constantFrom(...PURPOSES[version]), fc.constantFrom(...kinds), fc.constantFrom(0, 1, 1, 2, 3))
    .chain(([purpose, drawn, place]) => {
      const kind = drawn === 'Relative' && purpose === 'ChargingStationMaxProfile' ? 'Absolute' : drawn;
      const evse = placeFor(version, purpose, place);
      return fc
        .record({
          stackLevel: fc.integer({ min: 0, max: 3 }),
          recurrencyKind: fc.constantFrom('Daily', 'Weekly'),
          validFrom: optional(moment(start - 200), 3),
          validTo: optional(moment(start + 300), 3),
          transactionId: fc.constantFrom(undefined, undefined, undefined, `tx-${place}`, `TX-${place}`, 'tx-9'),
          chargingSchedule: schedule(version, start, kind, phase),
          maxOfflineDuration: optional(fc.integer({ min: 0, max: 300 })),
          dynUpdateTime: optional(moment(start)),
        })
        .map((drawnProfile) => {
          const profile = compact({
            ...drawnProfile,
            chargingProfilePurpose: purpose,
            chargingProfileKind: kind,
            recurrencyKind: kind === 'Recurring' ? drawnProfile.recurrencyKind : undefined,
            transactionId: purpose === 'TxProfile' ? drawnProfile.transactionId : undefined,
            maxOfflineDuration: version === '2.1' ? drawnProfile.maxOfflineDuration : undefined,
            dynUpdateTime: kind === 'Dynamic' ? drawnProfile.dynUpdateTime : undefined,
            chargingSchedule: version === '1.6' ? drawnProfile.chargingSchedule : [drawnProfile.chargingSchedule],
          }) as ProfileInput;
          return version === '1.6' ? { connectorId: evse, profile } : { evseId: evse, profile };
        });
    });
}

function placeFor(version: Version, purpose: Purpose, drawn: number): number {
  if (purpose === 'TxProfile') return Math.max(1, drawn);
  const stationWide =
    purpose.endsWith('MaxProfile') || (version === '2.0.1' && purpose === 'ChargingStationExternalConstraints');
  return stationWide ? 0 : drawn;
}

/** What may not be there twice; the rules themselves are tested elsewhere. */
function claim({ profile, evseId, connectorId }: InstalledProfile, version: Version): string {
  const inherited =
    version !== '1.6' &&
    (profile.chargingProfilePurpose === 'TxDefaultProfile' || profile.chargingProfilePurpose === 'PriorityCharging');
  return [profile.chargingProfilePurpose, profile.stackLevel, inherited ? '' : (evseId ?? connectorId)].join('/');
}

const numbered = (profiles: readonly InstalledProfile[], version: Version): InstalledProfile[] =>
  profiles.map((one, at) => ({
    ...one,
    profile: { ...one.profile, [version === '1.6' ? 'chargingProfileId' : 'id']: at + 1 },
  }));

const station = (start: number): fc.Arbitrary<StationInput> =>
  fc
    .record({
      voltage: optional(fc.constantFrom(110, 230, 400.5)),
      phases: optional(fc.integer({ min: 0, max: 3 })),
      evses: fc.constant(3),
      maxCurrent: optional(limit('A'), 9),
      maxPower: optional(limit('W'), 9),
      offlineSince: optional(moment(start), 3),
    })
    .map(compact) as fc.Arbitrary<StationInput>;

const transactions = (version: Version, start: number): fc.Arbitrary<TransactionInput[]> =>
  fc.uniqueArray(fc.constantFrom(1, 1, 2, 3), { maxLength: 3 }).chain((evses) =>
    fc.tuple(
      ...evses.map((evse) =>
        fc
          .record({
            startedAt: moment(start),
            powerPathClosedAt: optional(moment(start)),
            priorityCharging: fc.boolean(),
          })
          .map((drawn) =>
            compact({ ...drawn, id: `tx-${evse}`, [version === '1.6' ? 'connectorId' : 'evseId']: evse }),
          ),
      ),
    ),
  ) as fc.Arbitrary<TransactionInput[]>;

/** Valid questions of every version. @param longest seconds */
export const randomInput = (longest = 300): fc.Arbitrary<CompositeInput> =>
  fc
    .tuple(
      fc.constantFrom<Version>('1.6', '2.0.1', '2.1'),
      fc.constantFrom(...ANCHORS),
      fc.integer({ min: 0, max: 200 }),
    )
    .chain(([version, anchor, early]) => {
      const start = anchor - early;
      return fc
        .record({
          duration: fc.noBias(fc.integer({ min: 1, max: longest })),
          unit: fc.constantFrom<'A' | 'W'>('A', 'W'),
          place: fc.constantFrom(0, 1, 1, 2),
          timezone: fc.constantFrom(...ZONES),
          station: station(start),
          transactions: transactions(version, start),
          profiles: fc.integer({ min: 1, max: 3 }).chain((phase) =>
            fc.uniqueArray(installed(version, start, phase), {
              minLength: 1,
              maxLength: 9,
              size: 'max',
              selector: (one) => claim(one, version),
            }),
          ),
        })
        .map(({ place, profiles, ...rest }) => {
          // 2.1's useLocalTime is for stations that know their zone.
          const timezone = rest.timezone ?? (version === '2.1' ? 'Europe/Amsterdam' : undefined);
          return compact({
            ocpp: version,
            ...rest,
            timezone,
            start: new Date(start * 1000).toISOString(),
            [version === '1.6' ? 'connectorId' : 'evseId']: place,
            profiles: numbered(profiles, version),
          }) as CompositeInput;
        });
    });
