/** Each rule of the composite schedule, with expectations worked out by hand. */
import type { CompositeInput, ScheduleInput } from './types.ts';
import { ask, expectPeriods, HOUR, profile, rows, START, tx } from './worked.test.ts';

describe('smart charging: rules by hand', () => {
  it('a period is over when the schedule is, and what starts later never comes (K01.FR.11, K01.FR.12)', () => {
    const one = profile(
      1,
      'TxDefaultProfile',
      [
        [0, 10],
        [100, 20],
        [300, 30],
      ],
      { schedule: { startSchedule: START, duration: 200 } },
    );
    expectPeriods(ask([one]), [{ startPeriod: 0, limit: 10 }, { startPeriod: 100, limit: 20 }, { startPeriod: 200 }]);
    expectPeriods(
      ask([one], { station: { maxCurrent: 32 } }),
      rows([
        [0, 10],
        [100, 20],
        [200, 32],
      ]),
    );
  });

  it('nothing installed: no limit, or the station its own (K06.FR.02, K02.FR.08)', () => {
    expectPeriods(ask([]), [{ startPeriod: 0 }]);
    expectPeriods(ask([], { station: { maxPower: 22_080, phases: 3 } }), rows([[0, 32, 3]]));
    expectPeriods(ask([], { station: { maxPower: 22_080, phases: 3 }, unit: 'W', evseId: 0 }), rows([[0, 22_080, 3]]));
  });

  it('validFrom is inclusive, validTo exclusive (K01.FR.36, K01.FR.37), and below them a lower level rules', () => {
    const low = profile(1, 'TxDefaultProfile', [[0, 6]], { schedule: { startSchedule: START } });
    const high = profile(1, 'TxDefaultProfile', [[0, 10]], {
      stackLevel: 5,
      validFrom: '2026-01-31T12:01:00Z',
      validTo: '2026-01-31T12:02:00Z',
      schedule: { startSchedule: START },
    });
    expectPeriods(
      ask([low, high]),
      rows([
        [0, 6],
        [60, 10],
        [120, 6],
      ]),
    );
  });

  it('a schedule limits nothing before its startSchedule (K01.FR.30), nor does a recurring one', () => {
    const later = { startSchedule: '2026-01-31T12:01:40Z' };
    expectPeriods(ask([profile(1, 'TxDefaultProfile', [[0, 10]], { schedule: later })]), [
      { startPeriod: 0 },
      { startPeriod: 100, limit: 10 },
    ]);
    const recurring = { chargingProfileKind: 'Recurring', recurrencyKind: 'Daily', schedule: later } as const;
    expectPeriods(ask([profile(1, 'TxDefaultProfile', [[0, 10]], recurring)]), [
      { startPeriod: 0 },
      { startPeriod: 100, limit: 10 },
    ]);
  });

  it('a relative schedule starts with the transaction, in 2.x with the power path (K01.FR.42)', () => {
    const one = profile(
      1,
      'TxProfile',
      [
        [0, 10],
        [100, 20],
      ],
      { transactionId: 'TX' },
    );
    expectPeriods(
      ask([one], { transaction: tx }),
      rows([
        [0, 10],
        [40, 20],
      ]),
    );
    const late = { ...tx, powerPathClosedAt: '2026-01-31T12:00:10Z' };
    expectPeriods(ask([one], { transaction: late }), [
      { startPeriod: 0 },
      { startPeriod: 10, limit: 10 },
      { startPeriod: 110, limit: 20 },
    ]);
  });

  it('without a transaction a relative default starts with the schedule asked for (K08.FR.06)', () => {
    expectPeriods(
      ask([
        profile(0, 'TxDefaultProfile', [
          [0, 10],
          [100, 20],
        ]),
      ]),
      rows([
        [0, 10],
        [100, 20],
      ]),
    );
  });

  it('a TxProfile of another transaction is none', () => {
    const profiles = [
      profile(1, 'TxProfile', [[0, 10]], { transactionId: 'other' }),
      profile(1, 'TxDefaultProfile', [[0, 6]]),
    ];
    expectPeriods(ask(profiles, { transaction: tx }), rows([[0, 6]]));
    expectPeriods(ask(profiles), rows([[0, 6]]));
  });

  it('1.6: without startSchedule an absolute schedule is relative to the start of charging (section 7.13)', () => {
    const { profile: own } = profile(
      1,
      'TxProfile',
      [
        [0, 10],
        [100, 20],
      ],
      { chargingProfileKind: 'Absolute' },
    );
    const [chargingSchedule] = own.chargingSchedule as readonly [ScheduleInput];
    const installed = { connectorId: 1, profile: { ...own, chargingSchedule } };
    expectPeriods(
      ask([installed], { ocpp: '1.6', transaction: tx }),
      rows([
        [0, 10],
        [40, 20],
      ]),
    );
  });

  it("1.6: a connector's own default replaces that of connector 0 at its level, for that connector only (section 3.13.1)", () => {
    const profiles = [
      profile(0, 'TxDefaultProfile', [[0, 6]]),
      profile(1, 'TxDefaultProfile', [[0, 16]], { validTo: START }),
    ];
    expectPeriods(ask(profiles, { ocpp: '1.6' }), [{ startPeriod: 0 }]);
    expectPeriods(ask(profiles, { ocpp: '1.6', evseId: 2 }), rows([[0, 6]]));
  });

  it('neighbours that say the same are one period', () => {
    const one = profile(
      1,
      'TxDefaultProfile',
      [
        [0, 10],
        [60, 10],
        [120, 10.05],
        [180, 12],
      ],
      { schedule: { startSchedule: START } },
    );
    expectPeriods(
      ask([one]),
      rows([
        [0, 10],
        [180, 12],
      ]),
    );
  });

  describe('amperes, watts and phases', () => {
    const always = (unit: 'A' | 'W') => ({ schedule: { startSchedule: START, chargingRateUnit: unit } });

    it('watts become amperes by the voltage of the area and the phases of the period (K01.FR.50)', () => {
      const one = (...phases: [] | [number]) => profile(1, 'TxDefaultProfile', [[0, 6900, ...phases]], always('W'));
      expectPeriods(ask([one()]), rows([[0, 10]]));
      expectPeriods(ask([one(2)]), rows([[0, 15, 2]]));
      expectPeriods(ask([one(1)]), rows([[0, 30, 1]]));
      expectPeriods(ask([one(1)], { station: { voltage: 115 } }), rows([[0, 60, 1]]));
      expectPeriods(ask([one()], { station: { voltage: 400, phases: 0 } }), rows([[0, 17.2]]));
    });

    it('the lowest numberPhases counts, and each limit is compared per phase (errata 2.36)', () => {
      const profiles = [
        profile(0, 'ChargingStationMaxProfile', [[0, 11_040, 3]], always('W')),
        profile(1, 'TxDefaultProfile', [[0, 7360, 1]], always('W')),
      ];
      // 11040 W over three phases are 16 A in each; 7360 W on one phase would be 32 A.
      expectPeriods(ask(profiles), rows([[0, 16, 1]]));
      expectPeriods(ask(profiles, { unit: 'W' }), rows([[0, 3680, 1]]));
    });

    it('more phases than the station has leave the limit per phase as it is (1.6 errata 3.34, K01.FR.45)', () => {
      const one = profile(1, 'TxDefaultProfile', [[0, 16, 3]], always('A'));
      expectPeriods(ask([one], { station: { phases: 1 } }), rows([[0, 16, 1]]));
      expectPeriods(ask([one], { station: { phases: 1 }, unit: 'W' }), rows([[0, 3680, 1]]));
    });

    it('decimals are exact', () => {
      const profiles = [1, 2, 3].map((evse) => profile(evse, 'TxDefaultProfile', [[0, 0.1]], always('A')));
      expectPeriods(ask(profiles, { evseId: 0 }), rows([[0, 0.3]]));
      expectPeriods(
        ask([profile(1, 'TxDefaultProfile', [[0, 4140.3]], always('W'))], { unit: 'W' }),
        rows([[0, 4140.3]]),
      );
      expectPeriods(
        ask([profile(1, 'TxDefaultProfile', [[0, 10_000]], always('W'))], { ocpp: '2.1' }),
        rows([[0, 14.492753]]),
      );
    });

    it('phaseToUse is kept', () => {
      const one = profile(1, 'TxDefaultProfile', [], {
        schedule: {
          startSchedule: START,
          chargingSchedulePeriod: [{ startPeriod: 0, limit: 8, numberPhases: 1, phaseToUse: 2 }],
        },
      });
      expectPeriods(ask([one]), [{ startPeriod: 0, limit: 8, numberPhases: 1, phaseToUse: 2 }]);
    });
  });

  describe('the whole station', () => {
    const always = { schedule: { startSchedule: START } };
    const defaults = [
      profile(
        1,
        'TxDefaultProfile',
        [
          [0, 10],
          [100, 20],
        ],
        always,
      ),
      profile(2, 'TxDefaultProfile', [[0, 16]], always),
    ];

    it('is the sum of its EVSEs, capped by what holds for all (K04.FR.05, K08.FR.03)', () => {
      expectPeriods(
        ask(defaults, { evseId: 0 }),
        rows([
          [0, 26],
          [100, 36],
        ]),
      );
      const max = profile(0, 'ChargingStationMaxProfile', [[0, 32]], always);
      expectPeriods(
        ask([...defaults, max], { evseId: 0 }),
        rows([
          [0, 26],
          [100, 32],
        ]),
      );
      expectPeriods(
        ask([...defaults, max], { evseId: 0, unit: 'W' }),
        rows([
          [0, 17_940],
          [100, 22_080],
        ]),
      );
    });

    it('has no limit where one EVSE has none and nothing caps it', () => {
      expectPeriods(ask(defaults, { evseId: 0, station: { evses: 3 } }), [{ startPeriod: 0 }]);
    });

    it('counts in watts the phases that each EVSE uses', () => {
      const profiles = [
        profile(1, 'TxDefaultProfile', [[0, 16, 1]], always),
        profile(2, 'TxDefaultProfile', [[0, 16, 3]], always),
      ];
      expectPeriods(ask(profiles, { evseId: 0, unit: 'W' }), rows([[0, 14_720, 3]]));
      expectPeriods(ask(profiles, { evseId: 0 }), rows([[0, 32, 3]]));
    });
  });

  describe('clocks on the wall', () => {
    const recurring = (
      startSchedule: string,
      recurrencyKind: 'Daily' | 'Weekly' = 'Daily',
      more: Partial<ScheduleInput> = {},
    ) =>
      profile(
        1,
        'TxDefaultProfile',
        [
          [0, 6],
          [2 * HOUR, 16],
        ],
        {
          chargingProfileKind: 'Recurring',
          recurrencyKind,
          schedule: { startSchedule, duration: 86_400, ...more },
        },
      );
    const from = (start: string, more: Partial<CompositeInput> = {}) => ({
      start,
      duration: 4 * HOUR,
      timezone: 'Europe/Amsterdam',
      ...more,
    });

    it('02:00 to 03:00 is left out when the clock is put forward: limits change by the clock', () => {
      const one = recurring('2026-01-01T01:00:00+01:00');
      // 2026-03-29: 01:00 CET is 00:00Z; at 01:00Z the clock shows 03:00, where the second period begins.
      expectPeriods(
        ask([one], from('2026-03-29T00:00:00Z')),
        rows([
          [0, 6],
          [HOUR, 16],
        ]),
      );
      expectPeriods(
        ask([one], from('2026-03-28T00:00:00Z')),
        rows([
          [0, 6],
          [2 * HOUR, 16],
        ]),
      );
    });

    it('02:00 to 03:00 is run twice when it is put back', () => {
      const one = profile(
        1,
        'TxDefaultProfile',
        [
          [0, 6],
          [1.5 * HOUR, 16],
        ],
        {
          chargingProfileKind: 'Recurring',
          recurrencyKind: 'Daily',
          schedule: { startSchedule: '2026-07-01T01:00:00' },
        },
      );
      // 2026-10-25: 01:00 CEST is 23:00Z the day before. The clock shows 02:30 at 00:30Z and 01:30Z.
      expectPeriods(
        ask([one], from('2026-10-24T23:00:00Z')),
        rows([
          [0, 6],
          [1.5 * HOUR, 16],
          [2 * HOUR, 6],
          [2.5 * HOUR, 16],
        ]),
      );
    });

    it('without a zone a day has 24 hours', () => {
      const { timezone: _, ...plain } = from('2026-03-29T00:00:00Z');
      expectPeriods(
        ask([recurring('2026-01-01T01:00:00+01:00')], plain),
        rows([
          [0, 6],
          [2 * HOUR, 16],
        ]),
      );
    });

    it('2.1: only useLocalTime follows the clock, and then whatever offset is written (K01.FR.90, K01.FR.91)', () => {
      const local = recurring('2026-01-01T01:00:00-07:00', 'Daily', { useLocalTime: true });
      expectPeriods(
        ask([local], from('2026-03-29T00:00:00Z', { ocpp: '2.1' })),
        rows([
          [0, 6],
          [HOUR, 16],
        ]),
      );
      const plain = recurring('2026-01-01T01:00:00+01:00');
      expectPeriods(
        ask([plain], from('2026-03-29T00:00:00Z', { ocpp: '2.1' })),
        rows([
          [0, 6],
          [2 * HOUR, 16],
        ]),
      );
    });

    it('weeks and days run over a leap day', () => {
      const start = '2024-02-29T00:00:00Z';
      expectPeriods(
        ask([recurring('2024-02-22T00:00:00Z', 'Weekly')], { start, duration: 4 * HOUR }),
        rows([
          [0, 6],
          [2 * HOUR, 16],
        ]),
      );
      expectPeriods(
        ask([recurring('2023-02-28T23:00:00Z')], { start, duration: 4 * HOUR }),
        rows([
          [0, 6],
          [HOUR, 16],
        ]),
      );
      expectPeriods(ask([recurring('2024-02-28T00:00:00Z', 'Weekly')], { start, duration: 4 * HOUR }), [
        { startPeriod: 0 },
      ]);
    });
  });

  describe('2.1', () => {
    const always = { schedule: { startSchedule: START } };

    it('PriorityCharging overrules once it is activated (K21.FR.04), and the station maximum still holds', () => {
      const profiles = [
        profile(0, 'ChargingStationMaxProfile', [[0, 25]], always),
        profile(0, 'PriorityCharging', [[0, 32]], always),
        profile(1, 'TxProfile', [[0, 6]], always),
      ];
      expectPeriods(ask(profiles, { ocpp: '2.1', transaction: tx }), rows([[0, 6]]));
      expectPeriods(ask(profiles, { ocpp: '2.1', transaction: { ...tx, priorityCharging: true } }), rows([[0, 25]]));
    });

    it('maxOfflineDuration ends a profile while offline (K01.FR.101)', () => {
      const profiles = [
        profile(1, 'TxDefaultProfile', [[0, 6]], always),
        profile(1, 'TxDefaultProfile', [[0, 16]], { ...always, stackLevel: 1, maxOfflineDuration: 60 }),
      ];
      expectPeriods(
        ask(profiles, { ocpp: '2.1', station: { offlineSince: START } }),
        rows([
          [0, 16],
          [60, 6],
        ]),
      );
      expectPeriods(ask(profiles, { ocpp: '2.1' }), rows([[0, 16]]));
    });

    it('a Dynamic profile falls away when it is not updated (K28.FR.13)', () => {
      const one = profile(1, 'TxDefaultProfile', [[0, 6]], {
        chargingProfileKind: 'Dynamic',
        dynUpdateTime: '2026-01-31T11:59:30Z',
        schedule: { duration: 60 },
      });
      expectPeriods(ask([one], { ocpp: '2.1' }), [{ startPeriod: 0, limit: 6 }, { startPeriod: 30 }]);
    });
  });
});
