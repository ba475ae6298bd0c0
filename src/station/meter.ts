/** The energy meter: it integrates power over time when it is read, and needs no timer. */
import { allowedPower, nowS } from './limits.ts';
import type { Evse, Transaction } from './state.ts';
import type { Station } from './station.ts';
import type { Payload } from './types.ts';

/** ReadingContext of both versions. */
export type MeterContext = 'Sample.Periodic' | 'Sample.Clock' | 'Transaction.Begin' | 'Transaction.End' | 'Trigger';

export interface Sample {
  readonly measurand: string;
  readonly value: number;
  readonly unit: string;
}

const MS_PER_HOUR = 3_600_000;
const MAINS_HZ = 50;

/** Register of the meter in Wh, with a fraction. */
export function register(station: Station, evse: Evse): number {
  const now = station.clock.monotonic();
  if (evse.powerW > 0) evse.wh += (evse.powerW * (now - evse.since)) / MS_PER_HOUR;
  evse.since = now;
  return evse.wh;
}

/** True where energy goes into the vehicle. */
export const flows = (evse: Evse): boolean =>
  evse.plugged > 0 &&
  evse.wants &&
  !evse.faulted &&
  evse.session?.authorized === true &&
  !evse.session.held &&
  evse.session.negotiating !== true;

/** Sets the power to what the state of the EVSE gives, within the limits of the charging profiles. */
export function updatePower(station: Station, evse: Evse): void {
  if (evse.session?.authorized && evse.plugged > 0) evse.session.poweredAt ??= nowS(station);
  const power = flows(evse) ? allowedPower(station, evse, station.evses.filter(flows).length) : 0;
  if (power === evse.powerW) return;
  register(station, evse);
  evse.powerW = power;
}

/** What the EVSE would give if the vehicle took it. */
const offered = (station: Station, evse: Evse): number =>
  evse.session?.authorized ? round(allowedPower(station, evse, Math.max(1, station.evses.filter(flows).length))) : 0;

type Reading = (station: Station, evse: Evse) => Sample;

const amperes = ({ settings }: Station, watts: number) => round(watts / settings.voltage / settings.phases);
const round = (value: number) => Math.round(value * 10) / 10;

/** What this meter can measure; what is configured besides is left out. */
const READINGS: Readonly<Record<string, Reading>> = {
  'Energy.Active.Import.Register': (station, evse) => ({
    measurand: 'Energy.Active.Import.Register',
    value: Math.floor(register(station, evse)),
    unit: 'Wh',
  }),
  'Power.Active.Import': (_station, evse) => ({
    measurand: 'Power.Active.Import',
    value: round(evse.powerW),
    unit: 'W',
  }),
  'Power.Offered': (station, evse) => ({
    measurand: 'Power.Offered',
    value: offered(station, evse),
    unit: 'W',
  }),
  'Current.Import': (station, evse) => ({
    measurand: 'Current.Import',
    value: amperes(station, evse.powerW),
    unit: 'A',
  }),
  'Current.Offered': (station, evse) => ({
    measurand: 'Current.Offered',
    value: amperes(station, offered(station, evse)),
    unit: 'A',
  }),
  Voltage: (station) => ({ measurand: 'Voltage', value: station.settings.voltage, unit: 'V' }),
  Frequency: () => ({ measurand: 'Frequency', value: MAINS_HZ, unit: '' }),
};

export const knownMeasurands: readonly string[] = Object.keys(READINGS);

/** Reads the measurands that the meter has, in the order asked for. */
export function read(station: Station, evse: Evse, measurands: readonly string[]): Sample[] {
  return measurands.flatMap((name) => {
    const reading = Object.hasOwn(READINGS, name) ? READINGS[name] : undefined;
    return reading === undefined ? [] : [reading(station, evse)];
  });
}

/** Milliseconds to the next multiple of `seconds` since midnight UTC, for clock-aligned values. */
export function toNextMark(nowMs: number, seconds: number): number {
  const step = seconds * 1000;
  return step - (nowMs % step);
}

/** Most meter values kept for the end of a transaction. */
const MAX_SAMPLES = 500;

/** Notes a value for the end of a transaction; where there are too many, every second one goes (2.x E06.FR.13). */
export function keep(transaction: Transaction, value: Payload): void {
  transaction.samples ??= [];
  if (transaction.samples.length >= MAX_SAMPLES) {
    // The first and the last are what is paid for.
    transaction.samples = transaction.samples.filter((_, i) => i === 0 || i % 2 === 1);
  }
  transaction.samples.push(value);
}
