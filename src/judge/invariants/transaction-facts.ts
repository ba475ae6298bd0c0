/** Invariants of what single 2.x transaction events say: reasons that fit, meters that only rise. */
import { at, list } from '../path.ts';
import { type Breach, type Invariant, timesGiven } from './invariant.ts';
import { inOrder, startOf, type Told, type Transaction } from './told.ts';
import { breach, ofTransactions } from './transactions.ts';

/** What the Ended of a trigger gives as stoppedReason; other triggers leave it open. None means Local (E06.FR.09). */
const REASONS: Readonly<Record<string, { readonly reasons: readonly string[]; readonly ref: string }>> = {
  Deauthorized: { reasons: ['DeAuthorized'], ref: 'E05.FR.10' },
  EVConnectTimeout: { reasons: ['Timeout'], ref: 'E03.FR.05' },
  ResetCommand: { reasons: ['ImmediateReset'], ref: 'E06.FR.08' },
  StopAuthorized: { reasons: ['Local', 'MasterPass', 'StoppedByEV'], ref: 'E07.FR.05' },
};

/** Triggers that stop the charging, after which the reason may be known before the transaction ends. */
const STOPS: ReadonlySet<unknown> = new Set([
  'StopAuthorized',
  'RemoteStop',
  'Deauthorized',
  'EVConnectTimeout',
  'EVCommunicationLost',
  'EnergyLimitReached',
  'TimeLimitReached',
  'AbnormalCondition',
]);

const reasonsFit = ofTransactions(
  'transaction-reason',
  'the stoppedReason of a transaction fits the trigger that ended it',
  ({ transactions }) =>
    transactions.flatMap((transaction) => {
      const sorted = inOrder(transaction);
      const end = sorted.findIndex(({ eventType }) => eventType === 'Ended');
      const told = sorted[end];
      const rule = REASONS[String(told?.trigger)];
      if (told === undefined || rule === undefined || sorted.slice(0, end).some(({ trigger }) => STOPS.has(trigger)))
        return [];
      const reason = String(at(told.payload, 'transactionInfo.stoppedReason') ?? 'Local');
      if (rule.reasons.includes(reason)) return [];
      const message = `${String(told.trigger)} ends it with stoppedReason ${reason}`;
      return [breach(told, message, rule.ref, '/transactionInfo/stoppedReason')];
    }),
);

const samplesOf = (payload: unknown) =>
  list(at(payload, 'meterValue')).flatMap((value) => list(at(value, 'sampledValue')));
/** Sample.Periodic is what a missing context means. */
const contextOf = (sample: unknown): unknown => at(sample, 'context') ?? 'Sample.Periodic';

/** Contexts that an event has to have among those of its meter values, where it has any. */
const CONTEXTS: readonly { readonly of: (told: Told) => boolean; readonly context: string; readonly ref: string }[] = [
  { of: ({ eventType }) => eventType === 'Started', context: 'Transaction.Begin', ref: 'E01.FR.09' },
  { of: ({ eventType }) => eventType === 'Ended', context: 'Transaction.End', ref: 'E06.FR.11' },
  {
    of: ({ eventType, trigger }) => eventType === 'Updated' && trigger === 'MeterValuePeriodic',
    context: 'Sample.Periodic',
    ref: 'J02.FR.11',
  },
  {
    of: ({ eventType, trigger }) => eventType === 'Updated' && trigger === 'MeterValueClock',
    context: 'Sample.Clock',
    ref: 'J01.FR.22',
  },
];

const contextsFit = ofTransactions(
  'transaction-context',
  'the meter values of an event tell at what moment of the transaction they were read',
  ({ all }) =>
    all.flatMap((told): Breach[] => {
      const contexts = samplesOf(told.payload).map(contextOf);
      // Where nothing is sampled for the end, only what was read by the clock is in it (AlignedDataCtrlr.TxEndedMeasurands).
      if (contexts.every((context) => context === 'Sample.Clock')) return [];
      return CONTEXTS.filter(({ of, context }) => of(told) && !contexts.includes(context)).map(({ context, ref }) =>
        breach(told, `no sampledValue has the context ${context}`, ref, '/meterValue'),
      );
    }),
);

interface Reading {
  readonly at: number;
  readonly wh: number;
  readonly told: Told;
}

/** What a meter shows may be rounded in one message and not in another. */
const ROUNDING_WH = 1;

/** Readings of the energy register by the place where they were taken, in the order of their times. */
function registersOf(transaction: Transaction): readonly (readonly Reading[])[] {
  const series = new Map<string, Reading[]>();
  for (const told of inOrder(transaction)) {
    for (const value of list(at(told.payload, 'meterValue'))) {
      const taken = Date.parse(String(at(value, 'timestamp')));
      for (const sample of list(at(value, 'sampledValue'))) {
        const measurand = at(sample, 'measurand') ?? 'Energy.Active.Import.Register';
        const unit = at(sample, 'unitOfMeasure.unit') ?? 'Wh';
        if (measurand !== 'Energy.Active.Import.Register' || (unit !== 'Wh' && unit !== 'kWh')) continue;
        const scale = (unit === 'kWh' ? 1000 : 1) * 10 ** Number(at(sample, 'unitOfMeasure.multiplier') ?? 0);
        const place = `${String(at(sample, 'location') ?? 'Outlet')} ${String(at(sample, 'phase') ?? '')}`;
        const readings = series.get(place) ?? [];
        readings.push({ at: taken, wh: Number(at(sample, 'value')) * scale, told });
        series.set(place, readings);
      }
    }
  }
  return [...series.values()].map((readings) => readings.sort((one, other) => one.at - other.at));
}

const meterRises = ofTransactions(
  'transaction-meter',
  'the energy register does not fall in a transaction, and is not below nothing',
  ({ transactions }) =>
    transactions.flatMap((transaction) =>
      registersOf(transaction).flatMap((readings) =>
        readings.flatMap(({ wh, told, at: taken }, i): Breach[] => {
          const before = readings[i - 1];
          const rises = before === undefined || taken === before.at || wh >= before.wh - ROUNDING_WH;
          if (rises && wh >= 0) return [];
          const message = `the register reads ${wh} Wh${before ? ` after ${before.wh} Wh` : ''}`;
          return [breach(told, message, 'J02.FR.16', '/meterValue')];
        }),
      ),
    ),
);

const meterInTime = ofTransactions(
  'transaction-meter-time',
  'meter values are told of times within the transaction',
  ({ transactions }, { clockToleranceS }) =>
    transactions.flatMap((transaction) => {
      const sorted = inOrder(transaction);
      const start = startOf(transaction)?.instant ?? Number.NEGATIVE_INFINITY;
      return sorted.flatMap((told): Breach[] => {
        const wrong = list(at(told.payload, 'meterValue'))
          .map((value) => Date.parse(String(at(value, 'timestamp'))))
          .find((taken) => taken < start - clockToleranceS * 1000 || taken > told.instant + clockToleranceS * 1000);
        if (wrong === undefined) return [];
        const message = `a meter value of ${new Date(wrong).toISOString()} is outside of the transaction`;
        return [breach(told, message, 'TransactionEventRequest.meterValue.timestamp', '/meterValue')];
      });
    }),
);

/** Most phases that there are. */
const PHASES = 3;

const phasesCan = ofTransactions(
  'transaction-phases',
  'a vehicle charges on as many phases as there can be',
  ({ all }) =>
    all.flatMap((told): Breach[] => {
      const phases = at(told.payload, 'numberOfPhasesUsed');
      if (typeof phases !== 'number' || (phases >= 0 && phases <= PHASES)) return [];
      return [breach(told, `numberOfPhasesUsed is ${phases}`, 'E02.FR.18', '/numberOfPhasesUsed')];
    }),
);

/** Numbers that belong to one transaction: of a remote start, and of a reservation. */
const ITS_OWN: readonly { path: string; ref: string; action: string; field: string }[] = [
  {
    path: 'transactionInfo.remoteStartId',
    ref: 'F02.FR.01',
    action: 'RequestStartTransaction',
    field: 'remoteStartId',
  },
  { path: 'reservationId', ref: 'H03.FR.09', action: 'ReserveNow', field: 'id' },
];

const numbersAreItsOwn = ofTransactions(
  'transaction-numbers',
  'the number of a remote start or of a reservation stands in one transaction alone',
  ({ all }, _facts, events) =>
    ITS_OWN.flatMap(({ path, ref, action, field }) => {
      const owners = new Map<unknown, string>();
      return all.flatMap((told): Breach[] => {
        const number = at(told.payload, path);
        // A CSMS that gives a number twice means two things by it.
        if (number === undefined || timesGiven(events, action, field, number) > 1) return [];
        const owner = owners.get(number) ?? told.id;
        owners.set(number, owner);
        return owner === told.id ? [] : [breach(told, `${path} ${String(number)} is that of ${owner}`, ref)];
      });
    }),
);

export const transactionFactInvariants: readonly Invariant[] = [
  numbersAreItsOwn,
  reasonsFit,
  contextsFit,
  meterRises,
  meterInTime,
  phasesCan,
];
