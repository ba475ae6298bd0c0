/** Transactions for charging profiles, and what is metered in them: in the words of each version. */
import type { OcppVersion } from '../../src/dialects/dialect.ts';
import type { Context } from '../../src/judge/context.ts';
import { at } from '../../src/judge/path.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import type { IncomingCall, Payload } from '../../src/session.ts';
import type { Running } from './charging-limits.ts';
import * as modern from './states.v2.ts';
import * as legacy from './states.v16.ts';

/** Measurands that tell how fast a vehicle charges; a station has some of them. */
const MEASURANDS = [
  'Power.Active.Import,Current.Import,Energy.Active.Import.Register',
  'Current.Import,Energy.Active.Import.Register',
  'Power.Active.Import,Energy.Active.Import.Register',
  'Energy.Active.Import.Register',
] as const;

interface SessionWords {
  /** Gestures of a whole session. */
  readonly gestures: readonly string[];
  /** A transaction runs that was started at the station. @throws Unmet */
  charging(context: Context): Promise<Running>;
  /** Makes ready for a start from afar; what it gives waits for the transaction, undefined where none begins. */
  awaited(context: Context): (since: number) => Promise<Running | undefined>;
  /** The transaction has ended, from a `mark` on. */
  ended(context: Context, since: number): Promise<IncomingCall | undefined>;
  /** Metering every so many seconds, for the time of the case. @throws Unmet */
  metering(context: Context, seconds: number): Promise<void>;
  /** Actions that bring meter values. */
  readonly meterAction: string;
  /** Transaction of a message that brings meter values. */
  transactionOf(payload: Payload): unknown;
}

/** Sets the first of several values that the station takes. @throws Unmet where it takes none */
async function firstOf(values: readonly string[], take: (value: string) => Promise<void>): Promise<void> {
  let last: unknown;
  for (const value of values) {
    try {
      await take(value);
      return;
    } catch (cause) {
      if (!(cause instanceof Unmet)) throw cause;
      last = cause;
    }
  }
  throw last;
}

const v16: SessionWords = {
  gestures: legacy.SESSION,
  charging: async (context) => {
    const { transactionId, start } = await legacy.charging(context);
    return { transactionId, startedAt: String(start.payload['timestamp']) };
  },
  awaited: (context) => {
    const transactionId = legacy.numbered(context, 'Accepted');
    legacy.tidied(context, transactionId);
    return async (since) => {
      const start = await context.csms.awaitCall('StartTransaction', { since });
      return start && { transactionId, startedAt: String(start.payload['timestamp']) };
    };
  },
  ended: (context, since) => legacy.stopped(context, since),
  metering: async (context, seconds) => {
    await legacy.configured(context, 'MeterValueSampleInterval', String(seconds));
    await firstOf(MEASURANDS, (value) => legacy.configured(context, 'MeterValuesSampledData', value));
  },
  meterAction: 'MeterValues',
  transactionOf: ({ transactionId }) => transactionId,
};

async function begun(context: Context, since: number): Promise<Running | undefined> {
  const start = await modern.event(context, since, ({ eventType }) => eventType === 'Started');
  if (start === undefined) return undefined;
  return { transactionId: String(modern.transactionOf(start.payload)), startedAt: String(start.payload['timestamp']) };
}

const v2: SessionWords = {
  gestures: modern.SESSION,
  charging: async (context) => {
    const since = context.csms.mark;
    await modern.charging(context);
    const running = await begun(context, since);
    if (running === undefined) throw new Unmet('the station did not tell that a transaction started');
    return running;
  },
  awaited: (context) => {
    modern.tidied(context);
    return (since) => begun(context, since);
  },
  ended: (context, since) => modern.event(context, since, modern.ended),
  metering: async (context, seconds) => {
    await modern.configured(context, 'SampledDataCtrlr', 'TxUpdatedInterval', String(seconds));
    await firstOf(MEASURANDS, (value) => modern.configured(context, 'SampledDataCtrlr', 'TxUpdatedMeasurands', value));
  },
  meterAction: 'TransactionEvent',
  transactionOf: (payload) => modern.transactionOf(payload),
};

const sessions: Readonly<Record<OcppVersion, SessionWords>> = { '1.6': v16, '2.0.1': v2, '2.1': v2 };

export const sessionsOf = ({ dialect }: Pick<Context, 'dialect'>): SessionWords => sessions[dialect.version];

/** Something that was metered, in A or W. */
export interface Metered {
  /** `phase`: amperes of the phase that has most. `sum`: amperes of which nobody says on how many phases. */
  readonly of: 'phase' | 'sum' | 'power';
  /** Epoch milliseconds between which it was so; the same for a momentary value. */
  readonly from: number;
  readonly to: number;
  readonly value: number;
}

const MULTIPLES: Readonly<Record<string, number>> = { kW: 1000, kWh: 1000 };

interface Sampled {
  readonly measurand: string;
  readonly phase: string | undefined;
  readonly value: number;
}

function sampled(one: Payload): Sampled {
  const unit = String(one['unit'] ?? at(one, 'unitOfMeasure.unit') ?? '');
  const multiplier = 10 ** Number(at(one, 'unitOfMeasure.multiplier') ?? 0);
  return {
    measurand: String(one['measurand'] ?? 'Energy.Active.Import.Register'),
    phase: one['phase'] === undefined ? undefined : String(one['phase']),
    value: Number(one['value']) * multiplier * (MULTIPLES[unit] ?? 1),
  };
}

const MS_PER_HOUR = 3_600_000;

/** What the station metered in the transaction since a `mark`, oldest first. */
export function metered(context: Context, since: number, { transactionId }: Running): Metered[] {
  const { meterAction, transactionOf } = sessionsOf(context);
  const values = context.csms
    .calls(since, meterAction)
    .filter(({ payload }) => transactionOf(payload) === transactionId)
    .flatMap(({ payload }) => (payload['meterValue'] ?? []) as readonly Payload[]);
  const found: Metered[] = [];
  let energy: { readonly wh: number; readonly ms: number } | undefined;
  for (const value of values) {
    const ms = Date.parse(String(value['timestamp']));
    const samples = ((value['sampledValue'] ?? []) as readonly Payload[])
      .filter(({ location = 'Outlet' }) => location === 'Outlet')
      .map(sampled);
    const of = (measurand: string) => samples.filter((one) => one.measurand === measurand);
    found.push(...momentary(of('Current.Import'), of('Power.Active.Import'), ms));
    const [register] = of('Energy.Active.Import.Register').filter(({ phase }) => phase === undefined);
    if (register === undefined) continue;
    if (energy !== undefined && ms > energy.ms) {
      const watts = ((register.value - energy.wh) * MS_PER_HOUR) / (ms - energy.ms);
      found.push({ of: 'power', from: energy.ms, to: ms, value: watts });
    }
    energy = { wh: register.value, ms };
  }
  return found;
}

function momentary(current: readonly Sampled[], power: readonly Sampled[], ms: number): Metered[] {
  const when = { from: ms, to: ms };
  const onPhases = (all: readonly Sampled[]) => all.filter(({ phase }) => /^L[123]/.test(phase ?? ''));
  const whole = (all: readonly Sampled[]) => all.filter(({ phase }) => phase === undefined);
  const [sum] = whole(current);
  const [total] = whole(power);
  const single = onPhases(current);
  const parts = onPhases(power);
  const watts = total?.value ?? (parts.length > 0 ? parts.reduce((all, { value }) => all + value, 0) : undefined);
  return [
    ...(single.length > 0
      ? [{ of: 'phase' as const, ...when, value: Math.max(...single.map(({ value }) => value)) }]
      : sum
        ? [{ of: 'sum' as const, ...when, value: sum.value }]
        : []),
    ...(watts === undefined ? [] : [{ of: 'power' as const, ...when, value: watts }]),
  ];
}
