/** How the meter values of a 2.x charger are judged and faulted: their times, what was measured, how it goes on. */
import type { Context } from '../../src/judge/context.ts';
import { alter, type Fault } from '../../src/judge/fault.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import type { Payload } from '../../src/session.ts';
import { tellsOf } from './faults.v2.ts';
import { members, type Reading, readingsOf } from './readings.v2.ts';
import { preferred, valueOfVariable } from './states.v2.ts';

/** Seconds between two readings by the clock: soon over, and longer than what a timer is off. */
export const CLOCK_S = 4;
/** Seconds between two readings of a transaction. */
export const SAMPLE_S = 4;
/** Seconds by which a reading may be off its time. */
export const OFF_S = 1;

const HALF = (CLOCK_S * 1000) / 2;

/** What is to be measured, tried in turn: what every meter has comes last. What a charger has besides depends on it. */
const WISHES = ['Energy.Active.Import.Register,Power.Active.Import', 'Energy.Active.Import.Register'];

/**
 * Measurands that are configured, sorted: those of the case where the station takes them, else those that it has. The
 * charge of a battery is left out: a meter need not know it.
 * @throws Unmet where the station does not tell them, or has none
 */
export async function wanted(
  context: Pick<Context, 'csms' | 'after'>,
  component: string,
  name: string,
): Promise<string[]> {
  for (const wish of WISHES) if (await preferred(context, component, name, wish)) break;
  const list = members(await valueOfVariable(context, { name: component }, name)).filter((one) => one !== 'SoC');
  if (list.length === 0) throw new Unmet(`${component}.${name} has no measurand, or is not told`);
  return list;
}

/** Judges that readings were made at marks of the clock. */
export function onTheClock(readings: readonly Reading[], seconds = CLOCK_S): void {
  for (const { atMs } of readings) {
    const off = (atMs / 1000) % seconds;
    expect(
      Math.min(off, seconds - off),
      `seconds from a mark of the clock: ${new Date(atMs).toISOString()}`,
    ).to.be.at.most(OFF_S);
  }
}

/** Judges that two readings of the same lie an interval apart, or some. */
export function apart(readings: readonly Reading[], seconds: number): void {
  const times = [...new Set(readings.map(({ atMs }) => atMs))].sort((one, other) => one - other);
  for (const [i, atMs] of times.slice(1).entries())
    expect((atMs - (times[i] ?? atMs)) / 1000, 'seconds between two readings').to.be.within(
      seconds - OFF_S,
      seconds + OFF_S,
    );
}

/** True where a message has a reading that is newer than those of the other. */
export function newer(payload: Payload, than: Payload | undefined): boolean {
  const times = (one: Payload | undefined) => readingsOf(one).map(({ atMs }) => atMs);
  return than === undefined || Math.max(...times(payload)) > Math.max(...times(than)) + OFF_S * 1000;
}

/** Moves the times of readings, as a station does that counts from when it was told to. */
export const shifted = (action: string, word: string): Fault =>
  alter(
    action,
    (payload) => ({
      ...(payload as Payload),
      meterValue: ((payload as Payload)['meterValue'] as Payload[]).map((value) => ({
        ...value,
        timestamp: new Date(Date.parse(String(value['timestamp'])) - HALF).toISOString(),
      })),
    }),
    { name: 'off the clock', kind: 'call', ...tellsOf(word) },
  );

/** Moves the times of readings of an event by seconds. */
export function shiftedBy(seconds: number): Fault {
  return alter(
    'TransactionEvent',
    (payload) => ({
      ...(payload as Payload),
      meterValue: ((payload as Payload)['meterValue'] as Payload[]).map((value) => ({
        ...value,
        timestamp: new Date(Date.parse(String(value['timestamp'])) + seconds * 1000).toISOString(),
      })),
    }),
    { name: 'read long ago', kind: 'call', ...tellsOf('MeterValuePeriodic') },
  );
}

/** Readings of another thing. */
export const otherMeasurand = (action: string, word: string): Fault =>
  alter(action, (payload) => JSON.parse(JSON.stringify(payload).replaceAll('Energy.Active.Import.Register', 'SoC')), {
    name: 'another measurand',
    kind: 'call',
    ...tellsOf(word),
  });
