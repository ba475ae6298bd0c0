/** A payload that one rule of the prose layer, and nothing else, refuses; for tests. */
import type { OcppVersion } from '../../src/dialects/index.ts';
import type { Variant } from '../generate.ts';
import type { PayloadKind } from '../types.ts';

export type Edits = Readonly<Record<string, unknown>>;

/** Rule, version, message, variant of the payload, edits by JSON pointer (undefined: left out), place of the violation. */
export type Trip = readonly [
  rule: string,
  version: OcppVersion,
  action: string,
  kind: PayloadKind,
  variant: Variant,
  edits: Edits,
  path: string,
];

/** A SetChargingProfile of 2.x, changed. */
export const profile2 = (more: Edits): Edits => ({
  '/evseId': 1,
  '/chargingProfile': {
    id: 1,
    stackLevel: 0,
    chargingProfilePurpose: 'TxDefaultProfile',
    chargingProfileKind: 'Absolute',
    chargingSchedule: [
      {
        id: 1,
        startSchedule: '2025-01-01T00:00:00Z',
        chargingRateUnit: 'A',
        chargingSchedulePeriod: [
          { startPeriod: 0, limit: 16 },
          { startPeriod: 60, limit: 8 },
        ],
      },
    ],
  },
  ...more,
});
/** A SetChargingProfile of 1.6, changed. */
export const profile16 = (purpose: string, more: Edits): Edits => ({
  '/csChargingProfiles': {
    chargingProfileId: 1,
    stackLevel: 0,
    chargingProfilePurpose: purpose,
    chargingProfileKind: 'Absolute',
    chargingSchedule: { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 16 }] },
  },
  '/connectorId': 1,
  ...more,
});
/** Where the schedule of `profile2` stands. */
export const SCHEDULE = '/chargingProfile/chargingSchedule/0';
