/** How the tests of the composite schedule write profiles and what they expect. */
import { expect } from 'chai';
import { compositeSchedule } from './composite.ts';
import { slowCompositeSchedule } from './slow.ts';
import type { CompositeInput, CompositePeriod, InstalledProfile, ProfileInput, ScheduleInput } from './types.ts';

export const HOUR = 3600;

/** `[startPeriod, limit, numberPhases?]` */
type Row = readonly [number, number, number?];

export const rows = (periods: readonly Row[]) =>
  periods.map(([startPeriod, limit, numberPhases]) => ({
    startPeriod,
    limit,
    ...(numberPhases !== undefined && { numberPhases }),
  }));

let id = 0;

/** A 2.x profile on `evseId`; the test names what matters. */
export function profile(
  evseId: number,
  purpose: ProfileInput['chargingProfilePurpose'],
  periods: readonly Row[],
  {
    schedule = {},
    ...more
  }: Partial<Omit<ProfileInput, 'chargingSchedule'>> & { schedule?: Partial<ScheduleInput> } = {},
): InstalledProfile {
  id += 1;
  const kind = more.chargingProfileKind ?? (schedule.startSchedule === undefined ? 'Relative' : 'Absolute');
  return {
    evseId,
    profile: {
      id,
      stackLevel: 0,
      chargingProfilePurpose: purpose,
      chargingProfileKind: kind,
      ...more,
      chargingSchedule: [{ id, chargingRateUnit: 'A', chargingSchedulePeriod: rows(periods), ...schedule }],
    },
  };
}

export const START = '2026-01-31T12:00:00Z';

export const ask = (profiles: readonly InstalledProfile[], more: Partial<CompositeInput> = {}): CompositeInput => ({
  ocpp: '2.0.1',
  start: START,
  duration: 400,
  unit: 'A',
  evseId: 1,
  profiles,
  ...more,
});

/** Both calculators say so; the slow one is not asked for days. */
export function expectPeriods(input: CompositeInput, expected: readonly CompositePeriod[]): void {
  expect(compositeSchedule(input).periods).to.deep.equal(expected);
  if (input.duration <= 4 * HOUR) expect(slowCompositeSchedule(input).periods).to.deep.equal(expected);
}

export const tx = { id: 'tx', startedAt: '2026-01-31T11:59:00Z' };
