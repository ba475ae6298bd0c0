/** Invariants of 2.x meter values, in and outside of transactions: units, signs, contexts and times that can be. */
import { isFrame, type TracedFrame } from '../../trace.ts';
import { at, list } from '../path.ts';
import { type Breach, type Invariant, ofStation2 } from './invariant.ts';

const ENERGY = 'Energy.Active.Import.Register';

/** Units of a kind of measurand (appendices of Part 2): the first whose name begins so. */
const UNITS: readonly (readonly [string, readonly string[]])[] = [
  ['Energy.Active', ['Wh', 'kWh']],
  ['Energy.Reactive', ['varh', 'kvarh']],
  ['Energy.Apparent', ['VAh', 'kVAh']],
  ['Power.Reactive', ['var', 'kvar']],
  ['Power.Factor', []],
  ['Power', ['W', 'kW', 'VA', 'kVA']],
  ['Current', ['A']],
  ['Voltage', ['V']],
  ['Frequency', ['Hz']],
  ['SoC', ['Percent']],
];

/** Measurands that are not below nothing, give or take what a meter trembles. */
const POSITIVE =
  /^(Energy\.Active\.Import\.Register|.*\.Offered|Voltage|Frequency|SoC|Current\.Import|Power\.Active\.Import)$/;
const TREMBLE = 1;

/** What is wrong with a sample, in words. */
function wrong(sample: unknown): string | undefined {
  const measurand = String(at(sample, 'measurand') ?? ENERGY);
  const unit = at(sample, 'unitOfMeasure.unit');
  const units = UNITS.find(([start]) => measurand.startsWith(start))?.[1];
  if (units !== undefined && unit !== undefined && !units.includes(String(unit)))
    return `${measurand} is in '${String(unit)}', not in ${units.join(' or ') || 'no unit'}`;
  const value = Number(at(sample, 'value'));
  return POSITIVE.test(measurand) && value < -TREMBLE ? `${measurand} is ${value}` : undefined;
}

/** A measurand that is no energy, and is told without the unit that it has: nothing says which is meant. */
function unitless(sample: unknown): string | undefined {
  const measurand = String(at(sample, 'measurand') ?? ENERGY);
  const units = UNITS.find(([start]) => measurand.startsWith(start))?.[1] ?? [];
  return units.length === 0 || measurand.startsWith('Energy') || at(sample, 'unitOfMeasure.unit') !== undefined
    ? undefined
    : `${measurand} has no unit`;
}

/** Contexts of meter values outside of a transaction. */
const OUTSIDE: ReadonlySet<unknown> = new Set(['Sample.Clock', 'Trigger']);

/** Messages with meter values, and those of one message. */
function metered(event: TracedFrame): readonly unknown[] {
  const { frame } = event;
  if (event.origin !== 'sut' || frame.kind !== 'call') return [];
  if (frame.action !== 'MeterValues' && frame.action !== 'TransactionEvent') return [];
  return list(at(frame.payload, 'meterValue'));
}

const contextOf = (sample: unknown): unknown => at(sample, 'context') ?? 'Sample.Periodic';

const samplesFit: Invariant = ofStation2(
  'sample-facts',
  'what a meter measured is told in a unit of the measurand, with a sign that it can have, as of one occasion',
  (events) =>
    events.filter(isFrame).flatMap((event): Breach[] =>
      metered(event).flatMap((value) => {
        const samples = list(at(value, 'sampledValue'));
        const contexts = new Set(samples.map(contextOf));
        const found = samples.flatMap((sample) => wrong(sample) ?? []);
        if (contexts.size > 1) found.push(`what was measured at one time has the contexts ${[...contexts].join(', ')}`);
        const strange = [...contexts].find((context) => event.action === 'MeterValues' && !OUTSIDE.has(context));
        if (strange !== undefined) found.push(`a MeterValues has the context ${String(strange)}`);
        const breach = (message: string, level: Breach['level'], ref: string): Breach => ({
          blame: 'sut',
          level,
          message: `${event.action}: ${message}`,
          frame: event.n,
          ref,
        });
        return [
          ...found.map((message) => breach(message, 'SHALL', 'J01.FR.08')),
          ...samples
            .flatMap((sample) => unitless(sample) ?? [])
            .map((message) => breach(message, 'SHOULD', 'UnitOfMeasureType.unit')),
        ];
      }),
    ),
);

const meterValuesInTime: Invariant = ofStation2(
  'meter-values-time',
  'meter values outside of a transaction are of the time at which they are sent',
  (events, { startedAt, clockToleranceS }) => {
    const opened = events.filter(({ kind }) => kind === 'open').map(({ at: when }) => startedAt + when);
    return events.filter(isFrame).flatMap((event): Breach[] => {
      if (event.action !== 'MeterValues') return [];
      return metered(event).flatMap((value): Breach[] => {
        const taken = Date.parse(String(at(value, 'timestamp')));
        const late = (startedAt + event.at - taken) / 1000;
        // A station may keep them while it has no connection (OCPPCommCtrlr.QueueAllMessages).
        const kept = late > 0 && opened.some((when) => when > taken && when - taken < MOST_KEPT_MS);
        if (!(Math.abs(late) > clockToleranceS) || kept) return [];
        const message = `MeterValues: timestamp is ${Math.round(late)} s off`;
        return [{ blame: 'sut', level: 'SHALL', message, frame: event.n, ref: 'J01.FR.05' }];
      });
    });
  },
);

/** No case keeps a station without a connection for as long. */
const MOST_KEPT_MS = 3_600_000;

export const sampleInvariants: readonly Invariant[] = [samplesFit, meterValuesInTime];
