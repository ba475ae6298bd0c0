/** Tests of the parts below the composite schedule: fractions, clocks, and the rules for installed profiles. */
import { expect } from 'chai';
import { compositeSchedule } from './composite.ts';
import { fraction, lesser, over, plus, roundDown, same, times } from './fraction.ts';
import { instantOf, shownIn, stretches, wallClock } from './time.ts';
import {
  type CompositeInput,
  ImpossibleProfiles,
  type InstalledProfile,
  NotModelled,
  UnreadableTime,
} from './types.ts';
import { ask, profile, START, tx } from './worked.test.ts';

describe('smart charging: fractions', () => {
  it('are the decimals that numbers print as', () => {
    expect(same(plus(fraction(0.1), fraction(0.2)), fraction(0.3))).to.equal(true);
    expect(same(fraction(1e21), times(fraction(1e20), fraction(10)))).to.equal(true);
    expect(same(fraction(2.5e-7), over(fraction(1), fraction(4_000_000)))).to.equal(true);
    expect(same(fraction(-0.5), fraction(0.5))).to.equal(false);
    expect(() => fraction(Number.NaN)).to.throw(RangeError);
    expect(() => over(fraction(1), fraction(0))).to.throw(RangeError);
  });

  it('are rounded down, also below 0', () => {
    expect(roundDown(over(fraction(11_000), fraction(690)), 1)).to.equal(15.9);
    expect(roundDown(fraction(-0.15), 1)).to.equal(-0.2);
    expect(roundDown(fraction(8.1), 1)).to.equal(8.1);
    expect(lesser(fraction(2), fraction(1))).to.deep.equal(fraction(1));
  });
});

describe('smart charging: clocks', () => {
  const amsterdam = wallClock('Europe/Amsterdam');
  const utc = (text: string) => Date.parse(text) / 1000;

  it('reads offsets, drops fractions of a second, and takes a time without an offset as local', () => {
    expect(instantOf('2026-01-31T12:00:00.999+01:00')).to.equal(utc('2026-01-31T11:00:00Z'));
    expect(instantOf('2026-01-31T12:00:00-0530')).to.equal(utc('2026-01-31T17:30:00Z'));
    expect(instantOf('2026-01-31T12:00')).to.equal(utc('2026-01-31T12:00:00Z'));
    expect(instantOf('2026-01-31T12:00:00', amsterdam)).to.equal(utc('2026-01-31T11:00:00Z'));
    expect(shownIn('2026-01-31T12:00:00-07:00')).to.equal(utc('2026-01-31T12:00:00Z'));
  });

  it('a time that the clock shows twice is the first, one that it skips is what is over after the jump', () => {
    expect(instantOf('2026-10-25T02:30:00', amsterdam)).to.equal(utc('2026-10-25T00:30:00Z'));
    expect(instantOf('2026-10-25T03:00:00', amsterdam)).to.equal(utc('2026-10-25T02:00:00Z'));
    expect(instantOf('2026-03-29T02:30:00', amsterdam)).to.equal(utc('2026-03-29T01:30:00Z'));
    expect(instantOf('2026-03-29T03:30:00', amsterdam)).to.equal(utc('2026-03-29T01:30:00Z'));
  });

  it('cuts time where the clock is changed', () => {
    const [from, to] = [utc('2026-03-01T00:00:00Z'), utc('2026-11-01T00:00:00Z')];
    const [spring, autumn] = [utc('2026-03-29T01:00:00Z'), utc('2026-10-25T01:00:00Z')];
    expect(stretches(from, to, amsterdam)).to.deep.equal([
      { from, to: spring, offset: 3600 },
      { from: spring, to: autumn, offset: 7200 },
      { from: autumn, to, offset: 3600 },
    ]);
  });

  it('tells what it can not read', () => {
    for (const text of ['2026-02-30T00:00:00Z', '2026-01-31', 'soon', '2026-01-31T25:00:00Z', '2026-01-31T12:60:00Z']) {
      expect(() => instantOf(text), text).to.throw(UnreadableTime, text);
    }
    expect(() => wallClock('Europe/Amstredam')).to.throw(UnreadableTime, 'Europe/Amstredam');
  });
});

describe('smart charging: rules for installed profiles', () => {
  const absolute = { schedule: { startSchedule: START } };
  const refused = (profiles: readonly InstalledProfile[], says: string, more: Partial<CompositeInput> = {}) =>
    expect(() => compositeSchedule(ask(profiles, more))).to.throw(ImpossibleProfiles, says);

  it('each profile keeps the rules of its version', () => {
    refused([profile(1, 'ChargePointMaxProfile', [[0, 6]], absolute)], 'has no purpose ChargePointMaxProfile');
    refused([profile(1, 'ChargingStationMaxProfile', [[0, 6]], absolute)], 'K04.FR.03');
    refused([profile(1, 'ChargingStationExternalConstraints', [[0, 6]], absolute)], 'for the whole station');
    refused([profile(0, 'TxProfile', [[0, 6]], absolute)], 'K01.FR.16');
    refused([profile(0, 'ChargingStationMaxProfile', [[0, 6]])], 'K01.FR.38');
    refused([profile(1, 'TxDefaultProfile', [[0, 6]], { chargingProfileKind: 'Absolute' })], 'K01.FR.40');
    refused([profile(1, 'TxDefaultProfile', [[0, 6]], { ...absolute, chargingProfileKind: 'Relative' })], 'K01.FR.41');
    refused(
      [profile(1, 'TxDefaultProfile', [[0, 6]], { ...absolute, chargingProfileKind: 'Recurring' })],
      'recurrencyKind',
    );
    refused([profile(1, 'TxDefaultProfile', [[5, 6]], absolute)], 'K01.FR.31');
    refused(
      [
        profile(
          1,
          'TxDefaultProfile',
          [
            [0, 6],
            [9, 7],
            [9, 8],
          ],
          absolute,
        ),
      ],
      'K01.FR.35',
    );
    refused([profile(1, 'TxDefaultProfile', [[0, 6]], { chargingProfileKind: 'Dynamic' })], 'no kind Dynamic');
    refused(
      [
        profile(
          1,
          'TxDefaultProfile',
          [
            [0, 6],
            [9, 7],
          ],
          { chargingProfileKind: 'Dynamic' },
        ),
      ],
      'K28.FR.01',
      { ocpp: '2.1' },
    );
    refused(
      [profile(1, 'TxDefaultProfile', [[0, 6]], { schedule: { startSchedule: START, useLocalTime: true } })],
      'useLocalTime',
    );
    const chargingSchedulePeriod = [{ startPeriod: 0, limit: 6, numberPhases: 3, phaseToUse: 1 }];
    refused(
      [profile(1, 'TxDefaultProfile', [], { schedule: { startSchedule: START, chargingSchedulePeriod } })],
      'K01.FR.19',
    );
  });

  it('no two profiles claim the same place', () => {
    const one = profile(1, 'TxDefaultProfile', [[0, 6]], absolute);
    refused([one, one], 'K01.FR.05');
    refused([one, profile(1, 'TxDefaultProfile', [[0, 7]], absolute)], 'K01.FR.06');
    refused([one, profile(0, 'TxDefaultProfile', [[0, 7]], absolute)], 'K01.FR.52');
    refused([one, profile(1, 'TxDefaultProfile', [[0, 7]], { ...absolute, validTo: START })], '1.6 section 3.13.2', {
      ocpp: '1.6',
    });
    const early = profile(1, 'TxDefaultProfile', [[0, 7]], { ...absolute, validTo: START });
    const late = profile(1, 'TxDefaultProfile', [[0, 8]], { ...absolute, validFrom: START });
    expect(compositeSchedule(ask([early, late])).periods).to.deep.equal([{ startPeriod: 0, limit: 8 }]);
  });

  it('no two phases are wanted at a time', () => {
    const on = (phaseToUse: number) => ({
      schedule: {
        startSchedule: START,
        chargingSchedulePeriod: [{ startPeriod: 0, limit: 6, numberPhases: 1, phaseToUse }],
      },
    });
    refused(
      [profile(0, 'ChargingStationMaxProfile', [], on(1)), profile(1, 'TxDefaultProfile', [], on(3))],
      'K01.FR.141',
    );
  });

  it('no more EVSEs and transactions than there can be', () => {
    refused([], 'K08.FR.05', { evseId: 3, station: { evses: 2 } });
    refused([], 'two transactions', { transactions: [tx, { ...tx, id: 'other' }] });
  });

  it('what can not be known beforehand is told, not guessed', () => {
    const unknown = (more: object, says: string) => {
      const one = profile(1, 'TxDefaultProfile', [], {
        schedule: { startSchedule: START, chargingSchedulePeriod: [{ startPeriod: 0, limit: 6, ...more }] },
      });
      expect(() => compositeSchedule(ask([one], { ocpp: '2.1' }))).to.throw(NotModelled, says);
    };
    unknown({ setpoint: 5 }, 'setpoint');
    unknown({ limit_L2: 5 }, 'limit_L2');
    unknown({ operationMode: 'Idle' }, 'Idle');
    unknown({ limit: undefined }, 'without limit');
    const delayed = profile(1, 'TxDefaultProfile', [[0, 6]], {
      schedule: { startSchedule: START, randomizedDelay: 60 },
    });
    expect(compositeSchedule(ask([delayed], { ocpp: '2.1' })).periods).to.have.lengthOf(1);
    expect(() => compositeSchedule(ask([delayed], { ocpp: '2.1', transaction: tx }))).to.throw(
      NotModelled,
      'K01.FR.93',
    );
    const local = profile(1, 'TxDefaultProfile', [[0, 6]], { schedule: { startSchedule: START, useLocalTime: true } });
    expect(() => compositeSchedule(ask([local], { ocpp: '2.1' }))).to.throw(NotModelled, 'timezone');
  });

  it('of several schedules the one counts that the EV chose (K15.FR.22)', () => {
    const { profile: own } = profile(1, 'TxProfile', [[0, 6]], absolute);
    const [first] = own.chargingSchedule as readonly [never];
    const installed = {
      evseId: 1,
      profile: {
        ...own,
        chargingSchedule: [
          first,
          { ...(first as object), chargingSchedulePeriod: [{ startPeriod: 0, limit: 9 }] } as never,
        ],
      },
    };
    const of = (scheduleTuple: number) =>
      compositeSchedule(ask([installed], { transaction: { ...tx, scheduleTuple } })).periods;
    expect(of(1)).to.deep.equal([{ startPeriod: 0, limit: 6 }]);
    expect(of(2)).to.deep.equal([{ startPeriod: 0, limit: 9 }]);
    expect(of(3)).to.deep.equal([{ startPeriod: 0 }]);
  });
});
