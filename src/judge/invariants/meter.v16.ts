/** Invariants of 1.6 chargers: readings of the meter can be read, and a register does not run backwards. */
import { isFrame, type TracedFrame, type TraceEvent } from '../../trace.ts';
import { at, list } from '../path.ts';
import { type Breach, type Facts, type Invariant, ofLegacyStation } from './invariant.ts';

/** Units by the beginning of the measurand (sections 7.31 and 7.45); what is not here has none. */
const UNITS: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^Energy\.Active\./, ['Wh', 'kWh']],
  [/^Energy\.Reactive\./, ['varh', 'kvarh']],
  [/^Power\.(Active|Offered)/, ['W', 'kW']],
  [/^Power\.Reactive\./, ['var', 'kvar']],
  [/^Current\./, ['A']],
  [/^Voltage/, ['V']],
  [/^Temperature/, ['Celsius', 'Celcius', 'Fahrenheit', 'K']],
  [/^SoC/, ['Percent']],
  [/^(Frequency|RPM)/, []],
];

/** Measurands that are not below nothing, give or take what a meter trembles. */
const POSITIVE =
  /^(Energy\.Active\.Import\.Register|.*\.Offered|Voltage|Frequency|SoC|RPM|Current\.Import|Power\.Active\.Import)$/;
const TREMBLE = 1;

/** What a reading without a measurand is of. */
const REGISTER = 'Energy.Active.Import.Register';

/** One value of the meter, with the defaults filled in (section 4.7). */
export interface Reading {
  readonly measurand: string;
  readonly context: string;
  /** As it was told. */
  readonly unit: string | undefined;
  readonly value: number;
  /** How much the last digit is worth, in the unit. */
  readonly step: number;
  readonly timestamp: string;
  /** Phase and location: values of another place can't be compared. */
  readonly place: string;
  /** An opaque block of signed data, which is not to be read. */
  readonly signed: boolean;
}

/** Every value in a `meterValue` or `transactionData`. */
export function readingsIn(meterValues: unknown): Reading[] {
  return list(meterValues).flatMap((one) =>
    list(at(one, 'sampledValue')).map((sample) => {
      const text = String(at(sample, 'value') ?? '').trim();
      const unit = at(sample, 'unit');
      return {
        measurand: String(at(sample, 'measurand') ?? REGISTER),
        context: String(at(sample, 'context') ?? 'Sample.Periodic'),
        unit: typeof unit === 'string' ? unit : undefined,
        value: text === '' ? Number.NaN : Number(text),
        step: 10 ** -(text.split('.')[1]?.length ?? 0),
        timestamp: String(at(one, 'timestamp')),
        place: `${String(at(sample, 'phase') ?? '')} ${String(at(sample, 'location') ?? 'Outlet')}`,
        signed: at(sample, 'format') === 'SignedData',
      };
    }),
  );
}

/** The register of the whole connector in Wh, with what its last digit is worth; undefined for other readings. */
export function registerOf(reading: Reading): { wh: number; step: number } | undefined {
  if (reading.measurand !== REGISTER || reading.place !== ' Outlet' || reading.signed) return undefined;
  const scale = reading.unit === 'kWh' ? 1000 : 1;
  return { wh: reading.value * scale, step: reading.step * scale };
}

/** Readings in a message of a station, wherever it has them. */
const readingsOf = ({ frame }: TracedFrame): Reading[] =>
  frame.kind === 'call'
    ? readingsIn(at(frame.payload, frame.action === 'StopTransaction' ? 'transactionData' : 'meterValue'))
    : [];

const METERED = new Set(['MeterValues', 'StopTransaction']);

const readable: Invariant = ofLegacyStation(
  'meter-readings',
  'a reading of the meter is a number, in a unit that its measurand can have',
  (events) =>
    events.filter(isFrame).flatMap((event): Breach[] => {
      if (event.origin !== 'sut' || event.kind !== 'call' || !METERED.has(event.action ?? '')) return [];
      return readingsOf(event).flatMap((reading): Breach[] => {
        const { measurand, unit, value, signed } = reading;
        if (signed) return [];
        const units = UNITS.find(([pattern]) => pattern.test(measurand))?.[1];
        const breach = (message: string, ref: string, level: Breach['level'] = 'SHALL'): Breach[] => [
          { blame: 'sut', level, message, frame: event.n, ref },
        ];
        if (!Number.isFinite(value)) return breach(`the value of ${measurand} is no number`, '7.43');
        if (unit !== undefined && units !== undefined && !units.includes(unit))
          return breach(`${measurand} is told in ${unit}, not in ${units.join(' or ') || 'no unit'}`, '7.45');
        if (POSITIVE.test(measurand) && value < -TREMBLE) return breach(`${measurand} is ${value}`, '7.31');
        // Wh is meant where the unit of an energy is missing; of what else, nothing is.
        if (unit === undefined && units !== undefined && units.length > 0 && !measurand.startsWith('Energy'))
          return breach(`${measurand} has no unit`, '7.43', 'SHOULD');
        return [];
      });
    }),
);

/** What is known of a transaction by the number that the CSMS gave it. */
interface Known {
  /** Register in Wh, as it was told last, and what its last digit is worth. */
  wh: number;
  step: number;
  /** Epoch milliseconds of the last message of it. */
  atMs: number;
}

const rises: Invariant = ofLegacyStation(
  'meter-rises',
  'from the start of a transaction to its end neither the register of the meter nor the time runs backwards',
  (events, facts) => {
    const known = new Map<unknown, Known>();
    return events.filter(isFrame).flatMap((event): Breach[] => {
      const { frame } = event;
      if (event.origin === 'harness' && frame.kind === 'callresult' && event.action === 'StartTransaction') {
        const start = startBehind(events, event);
        const number = at(frame.payload, 'transactionId');
        // One that was answered anew keeps what is known of it.
        if (start !== undefined && !known.has(number)) known.set(number, start);
        return [];
      }
      if (frame.kind !== 'call' || event.origin !== 'sut' || !METERED.has(frame.action)) return [];
      const transaction = known.get(at(frame.payload, 'transactionId'));
      return transaction === undefined ? [] : judge(event, transaction, facts);
    });
  },
);

/** Start of a transaction, found by its answer. */
function startBehind(events: readonly TraceEvent[], answer: TracedFrame): Known | undefined {
  const start = events.find(({ n }) => n === answer.answers);
  if (start === undefined || !isFrame(start) || start.frame.kind !== 'call') return undefined;
  const wh = at(start.frame.payload, 'meterStart');
  const atMs = Date.parse(String(at(start.frame.payload, 'timestamp')));
  return typeof wh === 'number' && Number.isFinite(atMs) ? { wh, step: 1, atMs } : undefined;
}

function judge(event: TracedFrame, transaction: Known, { clockToleranceS }: Facts): Breach[] {
  const payload = 'payload' in event.frame ? event.frame.payload : undefined;
  const breach = (message: string, ref: string): Breach[] => [
    { blame: 'sut', level: 'SHALL', message, frame: event.n, ref },
  ];
  const stop = at(payload, 'meterStop');
  const registers =
    event.action === 'StopTransaction' ? [{ wh: Number(stop), step: 1 }] : readingsOf(event).map(registerOf);
  for (const register of registers) {
    if (register === undefined || !Number.isFinite(register.wh)) continue;
    // The last digit of either may be rounded.
    if (register.wh + Math.max(register.step, transaction.step) < transaction.wh)
      return breach(`the register falls from ${transaction.wh} Wh to ${register.wh} Wh`, 'E 3.78');
    Object.assign(transaction, register);
  }
  // What is aligned to the clock may bear the time at which its interval began (section 9.1.5).
  const told = readingsOf(event).filter(({ context }) => context !== 'Sample.Clock');
  const times =
    event.action === 'StopTransaction' ? [at(payload, 'timestamp')] : told.map(({ timestamp }) => timestamp);
  for (const time of times) {
    const atMs = Date.parse(String(time));
    if (!Number.isFinite(atMs)) continue;
    // A station that takes over the time of the CSMS may set its clock back a little.
    if (atMs + clockToleranceS * 1000 < transaction.atMs) {
      const last = new Date(transaction.atMs).toISOString();
      return breach(`what is told of ${String(time)} comes behind what was told of ${last}`, '3.7');
    }
    transaction.atMs = atMs;
  }
  return [];
}

export const meterInvariants16: readonly Invariant[] = [readable, rises];
