/** Transactions of 1.6: StartTransaction, MeterValues, StopTransaction, kept in order until they are delivered. */
import { remember } from './authorization.ts';
import { extrasOf } from './extras.ts';
import { keep, type MeterContext, read, register } from './meter.ts';
import { send } from './outbox.ts';
import type { Cause } from './protocol.ts';
import { isKept } from './reservation.ts';
import { refused } from './session.ts';
import type { Connector, Evse, IdToken, Session, Transaction } from './state.ts';
import type { Station } from './station.ts';
import { later } from './timers.ts';
import type { Payload } from './types.ts';
import { list, whole } from './values.ts';

/** Reason of StopTransaction by what ended it; `Local` is what a missing one means. */
const REASONS: Readonly<Partial<Record<Cause, string>>> = {
  pluggedOut: 'EVDisconnected',
  stopAuthorized: 'Local',
  remoteStop: 'Remote',
  deauthorized: 'DeAuthorized',
  fault: 'Other',
  reset: 'HardReset',
  resetScheduled: 'SoftReset',
  unlock: 'UnlockCommand',
  powerLoss: 'PowerLoss',
};

export function happened16(station: Station, evse: Evse, cause: Cause, token?: IdToken): void {
  const { session } = evse;
  if (session === undefined) return;
  const { transaction } = session;
  if (transaction === undefined) {
    if (session.authorized && evse.plugged > 0) start(station, evse, session);
    return;
  }
  const reason = session.authorized ? undefined : REASONS[cause];
  if (reason !== undefined) stop(station, evse, session, transaction, reason, token);
}

const timestamp = (station: Station) => new Date(station.clock.now()).toISOString();

function start(station: Station, evse: Evse, session: Session): void {
  const transaction: Transaction = {
    id: '',
    number: undefined,
    seqNo: 0,
    told: undefined,
    tokenTold: true,
    evseTold: true,
    remoteStartTold: true,
    reservationTold: true,
    beginTold: true,
    startToken: session.token,
    startWh: register(station, evse),
    samples: undefined,
    sampleTimer: undefined,
    endSampleTimer: undefined,
    ended: false,
  };
  session.transaction = transaction;
  const idTag = session.token?.idToken ?? '';
  const payload = {
    connectorId: evse.id,
    idTag,
    meterStart: Math.floor(register(station, evse)),
    timestamp: timestamp(station),
    ...(session.reservationId !== undefined && { reservationId: session.reservationId }),
  };
  collect(station, evse, transaction, 'Transaction.Begin');
  send(station, 'StartTransaction', payload, {
    kept: true,
    about: transaction,
    done: ({ outcome, payload: answer }) => {
      // A start that the CSMS never processed has no number; what follows says -1 (1.6 errata, section 3.18).
      transaction.number = typeof answer['transactionId'] === 'number' ? answer['transactionId'] : -1;
      const info = station.protocol.authorization(answer);
      if (outcome !== 'callresult' || info === undefined) return;
      remember(station, idTag, info);
      if (info.status !== 'Accepted') refused(station, evse, session);
      else session.group = info.group ?? session.group;
    },
  });
  sampleFrom(station, evse, transaction);
}

/** Sends meter values at the configured interval, from now on. */
export function sampleFrom(station: Station, evse: Evse, transaction: Transaction): void {
  station.clock.clearTimeout(transaction.sampleTimer);
  const seconds = whole(station, 'MeterValueSampleInterval');
  if (seconds <= 0 || transaction.ended) {
    transaction.sampleTimer = undefined;
    return;
  }
  transaction.sampleTimer = station.clock.setTimeout(() => {
    collect(station, evse, transaction, 'Sample.Periodic');
    sendMeterValues(station, evse, 'MeterValuesSampledData', 'Sample.Periodic');
    sampleFrom(station, evse, transaction);
  }, seconds * 1000);
}

/** MeterValues of a connector; inside a transaction they are kept as its other messages are. */
export function sendMeterValues(
  station: Station,
  evse: Evse,
  measurandsKey: string,
  context: MeterContext,
  passes = false,
): void {
  const measurands = list(station, measurandsKey);
  if (measurands.length === 0) return;
  const value = meterValue16(station, evse, measurands, context);
  if ((value['sampledValue'] as unknown[]).length === 0) return;
  const transaction = evse.session?.transaction;
  const payload = { connectorId: evse.id, meterValue: [value] };
  if (transaction === undefined) {
    if (station.online) send(station, 'MeterValues', payload, { passes });
  } else {
    const known = () => ({ connectorId: evse.id, transactionId: transaction.number ?? -1, meterValue: [value] });
    send(station, 'MeterValues', known, { kept: true, about: transaction });
  }
}

/** Notes a value for StopTransaction, where any is configured for it. */
function collect(
  station: Station,
  evse: Evse,
  transaction: Transaction,
  context: MeterContext,
  key = 'StopTxnSampledData',
): void {
  const measurands = list(station, key);
  if (measurands.length === 0) return;
  keep(transaction, meterValue16(station, evse, measurands, context));
}

function stop(
  station: Station,
  evse: Evse,
  session: Session,
  transaction: Transaction,
  reason: string,
  token: IdToken | undefined,
): void {
  const { clock } = station;
  clock.clearTimeout(transaction.sampleTimer);
  transaction.ended = true;
  session.transaction = undefined;
  collect(station, evse, transaction, 'Transaction.End');
  const { samples } = transaction;
  const common = {
    meterStop: Math.floor(register(station, evse)),
    timestamp: timestamp(station),
    reason,
    ...(token !== undefined && { idTag: token.idToken }),
    ...(samples !== undefined && { transactionData: samples }),
  };
  const payload = () => ({ transactionId: transaction.number ?? -1, ...common });
  send(station, 'StopTransaction', payload, {
    kept: true,
    about: transaction,
    done: ({ payload: answer }) => {
      const info = station.protocol.authorization(answer);
      if (info !== undefined && token !== undefined) remember(station, token.idToken, info);
    },
  });
}

/** The connector on which a transaction runs, by the number that the CSMS gave it. */
export const evseOf16 = (station: Station, transactionId: unknown): Evse | undefined =>
  station.evses.find(({ session }) => {
    const transaction = session?.transaction;
    return transaction?.number !== undefined && transaction.number === transactionId;
  });

export function meterValue16(
  station: Station,
  evse: Evse,
  measurands: readonly string[],
  context: MeterContext,
): Payload {
  return {
    timestamp: timestamp(station),
    sampledValue: read(station, evse, measurands).map(({ measurand, value, unit }) => ({
      value: String(value),
      context,
      measurand,
      ...(unit !== '' && { unit }),
    })),
  };
}

/** Clock-aligned values of every connector. */
export function sendAligned16(station: Station): void {
  for (const evse of station.evses) {
    sendMeterValues(station, evse, 'MeterValuesAlignedData', 'Sample.Clock');
    const transaction = evse.session?.transaction;
    if (transaction) collect(station, evse, transaction, 'Sample.Clock', 'StopTxnAlignedData');
  }
}

/** A plug is in that can't be locked. */
const isHalfway = (station: Station, evse: Evse): boolean => station.extras?.halfway?.has(evse.id) ?? false;

/** Status of a connector, in 1.6 words. */
export function status16(station: Station, evse: Evse): string {
  const { session } = evse;
  if (evse.faulted || isHalfway(station, evse)) return 'Faulted';
  if (session?.transaction !== undefined) {
    if (session.held) return 'SuspendedEVSE';
    if (evse.plugged === 0 || !evse.wants) return 'SuspendedEV';
    return evse.powerW > 0 ? 'Charging' : 'SuspendedEVSE';
  }
  if (!evse.operative || !station.serves) return 'Unavailable';
  if (session?.authorized) return 'Preparing';
  if (evse.plugged > 0 && !evse.reservation) return session?.stopped === undefined ? 'Preparing' : 'Finishing';
  return isKept(station, evse) ? 'Reserved' : 'Available';
}

/** StatusNotification where the status is another than the CSMS knows of. */
export function reportStatus16(station: Station, evse: Evse, all = false): void {
  const [connector] = evse.connectors;
  if (connector === undefined || !station.reports) return;
  const status = status16(station, evse);
  station.extras?.unsettled?.get(evse.id)?.();
  if (!all && status === connector.told) return;
  const seconds = whole(station, 'MinimumStatusDuration');
  if (!all && seconds > 0) {
    whenItLasts(station, evse, seconds * 1000);
    return;
  }
  tellStatus(station, evse, connector, status);
}

/** Tells the status once it has lasted (1.6 section 9.1.20); another one meanwhile begins anew. */
function whenItLasts(station: Station, evse: Evse, ms: number): void {
  const extras = extrasOf(station);
  extras.unsettled ??= new Map();
  extras.unsettled.set(
    evse.id,
    later(station, ms, () => {
      const [connector] = evse.connectors;
      const status = status16(station, evse);
      if (connector !== undefined && station.reports && status !== connector.told)
        tellStatus(station, evse, connector, status);
    }),
  );
}

function tellStatus(station: Station, evse: Evse, connector: Connector, status: string): void {
  connector.told = status;
  send(station, 'StatusNotification', statusPayload(station, evse.id, status, evse));
}

/** The status of the charge point itself: connector 0 (1.6 section 4.9). */
export function reportStation16(station: Station, all = false): void {
  if (!station.reports) return;
  const status = station.operative ? 'Available' : 'Unavailable';
  if (!all && station.told === status) return;
  station.told = status;
  send(station, 'StatusNotification', statusPayload(station, 0, status));
}

export const statusPayload = (station: Station, connectorId: number, status: string, evse?: Evse): Payload => ({
  connectorId,
  errorCode: status === 'Faulted' ? (evse?.faulted === false ? 'ConnectorLockFailure' : 'GroundFailure') : 'NoError',
  status,
  ...(evse !== undefined && isLeft(evse, status) && { info: 'EV side disconnected' }),
  timestamp: timestamp(station),
});

/** The vehicle left, and its transaction goes on (1.6 section 4.9). */
const isLeft = ({ plugged }: Evse, status: string): boolean => plugged === 0 && status === 'SuspendedEV';
