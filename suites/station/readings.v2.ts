/** What is read of the meter values in messages of a 2.x charger. */
import type { Payload } from '../../src/session.ts';

/** What a missing measurand and a missing context stand for (SampledValueType). */
const REGISTER = 'Energy.Active.Import.Register';
const PERIODIC = 'Sample.Periodic';

export interface Reading {
  readonly measurand: string;
  readonly context: string;
  readonly value: number;
  readonly signed: unknown;
  readonly location: string;
  /** Epoch milliseconds of the meter value. */
  readonly atMs: number;
}

/** Every sample in `meterValue`, in order. */
export function readingsOf(payload: Payload | undefined): Reading[] {
  return ((payload?.['meterValue'] ?? []) as readonly Payload[]).flatMap(({ timestamp, sampledValue }) =>
    ((sampledValue ?? []) as readonly Payload[]).map((sample) => ({
      measurand: String(sample['measurand'] ?? REGISTER),
      context: String(sample['context'] ?? PERIODIC),
      value: Number(sample['value']),
      signed: sample['signedMeterValue'],
      location: String(sample['location'] ?? 'Outlet'),
      atMs: Date.parse(String(timestamp)),
    })),
  );
}

/** Measurands that were read, each once, sorted; the charge of a battery is left out. */
export const measurandsOf = (readings: readonly Reading[]): string[] =>
  [...new Set(readings.map(({ measurand }) => measurand))].filter((one) => one !== 'SoC').sort();

/** Members of a list that a variable holds, sorted. */
export const members = (text: string | undefined): string[] =>
  (text ?? '')
    .split(',')
    .flatMap((word) => word.trim() || [])
    .sort();

/** True where something was read in the context, whatever it is. */
export const readIn =
  (context: string) =>
  (payload: Payload): boolean =>
    readingsOf(payload).some((reading) => reading.context === context);
