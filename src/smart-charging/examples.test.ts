/** Worked examples: those of the texts and of the certification documents. */
import { expect } from 'chai';
import { compositeSchedule } from './composite.ts';
import type { InstalledProfile, ScheduleInput } from './types.ts';
import { ask, expectPeriods, HOUR, profile, rows, START, tx } from './worked.test.ts';

describe('smart charging: examples of the texts', () => {
  const daily: ScheduleInput = {
    duration: 86_400,
    startSchedule: '2013-01-01T00:00Z',
    chargingRateUnit: 'W',
    chargingSchedulePeriod: rows([
      [0, 11_000, 3],
      [28_800, 6000, 3],
      [72_000, 11_000, 3],
    ]),
  };
  const day = { start: '2026-01-31T00:00:00Z', duration: 86_400, unit: 'W' } as const;
  const expected = rows([
    [0, 11_000, 3],
    [28_800, 6000, 3],
    [72_000, 11_000, 3],
  ]);

  it('1.6 section 3.13.7: a daily default of 6 kW between 08:00 and 20:00', () => {
    const installed: InstalledProfile = {
      connectorId: 0,
      profile: {
        chargingProfileId: 100,
        stackLevel: 0,
        chargingProfilePurpose: 'TxDefaultProfile',
        chargingProfileKind: 'Recurring',
        recurrencyKind: 'Daily',
        chargingSchedule: daily,
      },
    };
    expectPeriods({ ocpp: '1.6', connectorId: 1, ...day, profiles: [installed] }, expected);
    // In the middle of a period, over midnight: 22:00 to 10:00.
    const night = { start: '2026-01-31T22:00:00Z', duration: 12 * HOUR };
    expectPeriods(
      { ocpp: '1.6', connectorId: 1, ...day, ...night, profiles: [installed] },
      rows([
        [0, 11_000, 3],
        [10 * HOUR, 6000, 3],
      ]),
    );
  });

  it('2.0.1 block K section 3.6: the same in the shape of 2.x', () => {
    const installed = profile(0, 'TxDefaultProfile', [], {
      chargingProfileKind: 'Recurring',
      recurrencyKind: 'Daily',
      schedule: daily,
    });
    expectPeriods(ask([installed], day), expected);
    // 11 kW over three phases of 230 V: 15.94 A, rounded down.
    expectPeriods(
      ask([installed], { ...day, unit: 'A' }),
      rows([
        [0, 15.9, 3],
        [28_800, 8.6, 3],
        [72_000, 15.9, 3],
      ]),
    );
  });

  describe('2.0.1 block K section 3.6.1: 2 kW in the evening, but not on Sundays and at Christmas', () => {
    // The text means 17:00 to 20:00, three hours; its 1080 s are a slip.
    const watts = { chargingRateUnit: 'W' } as const;
    const recurring = { chargingProfileKind: 'Recurring' } as const;
    const profiles = [
      profile(0, 'TxDefaultProfile', [[0, 2000]], {
        ...recurring,
        recurrencyKind: 'Daily',
        stackLevel: 1,
        schedule: { ...watts, startSchedule: '2020-01-09T17:00:00', duration: 3 * HOUR },
      }),
      profile(0, 'TxDefaultProfile', [[0, 999_999]], {
        ...recurring,
        recurrencyKind: 'Weekly',
        stackLevel: 2,
        schedule: { ...watts, startSchedule: '2020-01-05T00:00:00', duration: 86_400 },
      }),
      profile(0, 'TxDefaultProfile', [[0, 999_999]], {
        stackLevel: 3,
        validFrom: '2020-01-01T00:00:00',
        validTo: '2021-01-01T00:00:00',
        schedule: { ...watts, startSchedule: '2020-12-25T00:00:00', duration: 86_400 },
      }),
    ];
    const on = (start: string) => ask(profiles, { start, duration: 86_400, unit: 'W' });

    it('a working day', () => {
      expectPeriods(on('2020-12-23T00:00:00'), [
        { startPeriod: 0 },
        { startPeriod: 17 * HOUR, limit: 2000 },
        { startPeriod: 20 * HOUR },
      ]);
    });
    it('a Sunday', () => expectPeriods(on('2020-12-27T00:00:00'), [{ startPeriod: 0, limit: 999_999 }]));
    it('Christmas Day, a Friday', () => expectPeriods(on('2020-12-25T00:00:00'), [{ startPeriod: 0, limit: 999_999 }]));
    it('Christmas Day a year later, a Saturday', () => {
      expectPeriods(on('2021-12-25T00:00:00'), [
        { startPeriod: 0 },
        { startPeriod: 17 * HOUR, limit: 2000 },
        { startPeriod: 20 * HOUR },
      ]);
    });
    it('from Friday noon to Monday evening in Amsterdam, where noon is 11:00 UTC', () => {
      const week = compositeSchedule(
        ask(profiles, { start: '2021-01-08T11:00:00Z', duration: 81 * HOUR, unit: 'W', timezone: 'Europe/Amsterdam' }),
      );
      expect(week.periods).to.deep.equal([
        { startPeriod: 0 },
        { startPeriod: 5 * HOUR, limit: 2000 },
        { startPeriod: 8 * HOUR },
        { startPeriod: 29 * HOUR, limit: 2000 },
        { startPeriod: 32 * HOUR },
        { startPeriod: 36 * HOUR, limit: 999_999 },
        { startPeriod: 60 * HOUR },
        { startPeriod: 77 * HOUR, limit: 2000 },
        { startPeriod: 80 * HOUR },
      ]);
    });
  });

  it('TC_K_40: stacked defaults, asked for 10 s after their start', () => {
    const schedule = (duration: number) => ({ startSchedule: START, duration });
    const profiles = [
      profile(
        1,
        'TxDefaultProfile',
        [
          [0, 6],
          [100, 8],
          [200, 10],
        ],
        { schedule: schedule(400) },
      ),
      profile(
        1,
        'TxDefaultProfile',
        [
          [0, 7],
          [100, 9],
        ],
        { stackLevel: 1, schedule: schedule(150) },
      ),
    ];
    const input = ask(profiles, { start: '2026-01-31T12:00:10Z', duration: 350 });
    expectPeriods(
      input,
      rows([
        [0, 7],
        [90, 9],
        [140, 8],
        [190, 10],
      ]),
    );
  });

  it('TC_K_41: purposes combined', () => {
    const profiles = [
      profile(0, 'ChargingStationMaxProfile', [[0, 10]], { schedule: { startSchedule: START, duration: 86_400 } }),
      profile(
        1,
        'TxDefaultProfile',
        [
          [0, 6],
          [60, 10],
          [120, 8],
          [180, 15],
          [260, 8],
        ],
        { schedule: { startSchedule: START, duration: 300 } },
      ),
      profile(
        1,
        'TxProfile',
        [
          [0, 8],
          [50, 11],
          [140, 16],
          [200, 6],
          [240, 12],
        ],
        { schedule: { startSchedule: START, duration: 260 }, transactionId: 'tx' },
      ),
    ];
    expectPeriods(
      ask(profiles, { transaction: tx }),
      rows([
        [0, 8],
        [50, 10],
        [200, 6],
        [240, 10],
        [260, 8],
        [300, 10],
      ]),
    );
    // No transaction: as if one ran that uses the default (K08.FR.06).
    expectPeriods(
      ask(profiles),
      rows([
        [0, 6],
        [60, 10],
        [120, 8],
        [180, 10],
        [260, 8],
        [300, 10],
      ]),
    );
  });

  it('block K section 3.5, situations 1 and 2: the leading profile of each purpose, the lowest of them', () => {
    const always = { schedule: { startSchedule: START } };
    const shared = [
      profile(0, 'ChargingStationMaxProfile', [[0, 32]], always),
      profile(0, 'ChargingStationExternalConstraints', [[0, 9]], always),
      profile(0, 'ChargingStationExternalConstraints', [[0, 20]], { ...always, stackLevel: 1 }),
      profile(0, 'TxDefaultProfile', [[0, 6]], always),
      profile(0, 'TxDefaultProfile', [[0, 16]], { ...always, stackLevel: 2 }),
    ];
    expectPeriods(ask(shared, { transaction: tx }), rows([[0, 16]]));
    const own = [
      profile(1, 'TxProfile', [[0, 5]], always),
      profile(1, 'TxProfile', [[0, 25]], { ...always, stackLevel: 1 }),
    ];
    expectPeriods(ask([...shared, ...own], { transaction: tx }), rows([[0, 20]]));
  });

  it('2.1 K27: 2 kW of the sun on top of a default of 5 kW', () => {
    const watts = { schedule: { chargingRateUnit: 'W', startSchedule: START } } as const;
    const profiles = [
      profile(0, 'TxDefaultProfile', [[0, 5000]], watts),
      profile(
        0,
        'LocalGeneration',
        [
          [0, 2000],
          [100, 1000],
        ],
        watts,
      ),
    ];
    expectPeriods(
      ask(profiles, { ocpp: '2.1', unit: 'W' }),
      rows([
        [0, 7000],
        [100, 6000],
      ]),
    );
  });
});
