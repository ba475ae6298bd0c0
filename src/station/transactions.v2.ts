/** Transactions of 2.x: TransactionEvent for everything that happens, started and stopped as TxStart- and TxStopPoint say. */
import { remember } from './authorization.ts';
import { forgetMessagesOf } from './display.ts';
import { flows, keep, type MeterContext, read, register } from './meter.ts';
import { send } from './outbox.ts';
import type { Cause } from './protocol.ts';
import { isKept } from './reservation.ts';
import { mayStart, refused, waitForCable } from './session.ts';
import { signed } from './signed-values.ts';
import { type Evse, type IdToken, newSession, type Session, type Transaction } from './state.ts';
import type { Station } from './station.ts';
import type { Payload } from './types.ts';
import { flag, list, whole } from './values.ts';

/** triggerReason by cause; where there is none, only a change of the charging state is told. */
const TRIGGERS: Readonly<Partial<Record<Cause, string>>> = {
  pluggedIn: 'CablePluggedIn',
  pluggedOut: 'EVCommunicationLost',
  authorized: 'Authorized',
  remoteStart: 'RemoteStart',
  stopAuthorized: 'StopAuthorized',
  evStops: 'StopAuthorized',
  remoteStop: 'RemoteStop',
  deauthorized: 'Deauthorized',
  timedOut: 'EVConnectTimeout',
  driveIn: 'EVDetected',
  driveAway: 'EVDeparted',
  fault: 'AbnormalCondition',
  reset: 'ResetCommand',
  powerLoss: 'AbnormalCondition',
};

/** Points at which `cause` can start a transaction (E01.FR.01 to 06). */
function startPoints(station: Station, evse: Evse, cause: Cause): string[] {
  const energy = flows(evse) ? ['EnergyTransfer'] : [];
  // The meter signs as soon as there is somebody to sign for.
  const data = flag(station, 'SampledDataCtrlr.SignReadings') ? ['DataSigned'] : [];
  const path = evse.plugged > 0 && evse.session?.authorized ? ['PowerPathClosed', ...data] : [];
  switch (cause) {
    case 'driveIn':
      return ['ParkingBayOccupancy'];
    case 'pluggedIn':
      return ['ParkingBayOccupancy', 'EVConnected', ...path, ...energy];
    case 'authorized':
    case 'remoteStart':
      // The vehicle and its cable may have been there before a transaction was possible.
      return [
        'Authorized',
        ...(evse.bay ? ['ParkingBayOccupancy'] : []),
        ...(evse.plugged > 0 ? ['EVConnected'] : []),
        ...path,
        ...energy,
      ];
    case 'evReady':
      return energy;
    default:
      return [];
  }
}

const AUTHORIZATION_OVER = ['Authorized', 'PowerPathClosed', 'EnergyTransfer'];

/** Points at which `cause` ends a transaction (E06.FR.01 to 07, E05.FR.10, E09.FR.01); DataSigned is none (errata 2025-02). */
function stopPoints(evse: Evse, cause: Cause): string[] {
  switch (cause) {
    case 'driveAway':
      return ['ParkingBayOccupancy'];
    case 'pluggedOut': {
      const deauthorized = evse.session?.authorized ? [] : ['Authorized'];
      return ['EVConnected', 'PowerPathClosed', 'EnergyTransfer', ...deauthorized];
    }
    case 'stopAuthorized':
    case 'evStops':
    case 'remoteStop':
    case 'deauthorized':
      return AUTHORIZATION_OVER;
    case 'evSuspends':
    case 'held':
      return ['EnergyTransfer'];
    default:
      return [];
  }
}

/** Causes that end a transaction whatever is configured. */
const ENDS_ALWAYS: ReadonlySet<Cause> = new Set(['fault', 'reset', 'powerLoss']);

export function happened2(station: Station, evse: Evse, cause: Cause, token?: IdToken): void {
  const running = evse.session?.transaction;
  if (running === undefined) {
    const points = list(station, 'TxCtrlr.TxStartPoint');
    if (
      evse.reservation ||
      !mayStart(station, evse) ||
      !startPoints(station, evse, cause).some((point) => points.includes(point))
    )
      return;
    start(station, evse, cause, token);
  } else if (ends(station, evse, cause)) {
    end(station, evse, running, cause, token);
    return;
  } else {
    // The cable is a fixed one: the vehicle may come back for some time (E10.FR.02).
    if (cause === 'pluggedOut' && evse.session?.authorized) waitForCable(station, evse, evse.session);
    const trigger = TRIGGERS[cause];
    if (trigger !== undefined) event(station, evse, running, 'Updated', trigger, cause, token);
  }
  const transaction = evse.session?.transaction;
  if (transaction !== undefined && chargingState(evse) !== transaction.told) {
    event(station, evse, transaction, 'Updated', 'ChargingStateChanged', cause);
  }
}

/** A limit changed the power (K11.FR.04); whether energy flows at all is told as what it is. */
export function rateChanged2(station: Station, evse: Evse): void {
  const transaction = evse.session?.transaction;
  if (transaction === undefined) return;
  const trigger = chargingState(evse) === transaction.told ? 'ChargingRateChanged' : 'ChargingStateChanged';
  event(station, evse, transaction, 'Updated', trigger, undefined);
}

function ends(station: Station, evse: Evse, cause: Cause): boolean {
  if (ENDS_ALWAYS.has(cause)) return true;
  const points = list(station, 'TxCtrlr.TxStopPoint');
  // Nobody came: it is over, unless the bay decides (E03.FR.05, E03.FR.15).
  if (cause === 'timedOut') return !points.includes('ParkingBayOccupancy');
  return stopPoints(evse, cause).some((point) => points.includes(point));
}

/** 2.x ChargingStateEnumType. */
function chargingState(evse: Evse): string {
  if (evse.plugged === 0) return 'Idle';
  const { session } = evse;
  if (!session?.authorized) return 'EVConnected';
  if (session.negotiating) return 'EVConnected';
  if (session.held || evse.faulted) return 'SuspendedEVSE';
  if (!evse.wants) return 'SuspendedEV';
  return evse.powerW > 0 ? 'Charging' : 'SuspendedEVSE';
}

/** Triggers with which the state goes as it is. */
const TELLS_NOW: ReadonlySet<string> = new Set(['ChargingStateChanged', 'Trigger']);

/** The state that goes with a message: what `cause` itself brings; that energy flows follows in a message of its own. */
function stateWith(evse: Evse, transaction: Transaction, trigger: string): string {
  const now = chargingState(evse);
  if (TELLS_NOW.has(trigger) || now === 'Idle' || now === 'EVConnected') return now;
  return transaction.told === undefined || transaction.told === 'Idle' ? 'EVConnected' : transaction.told;
}

const timestamp = (station: Station) => new Date(station.clock.now()).toISOString();

function start(station: Station, evse: Evse, cause: Cause, token: IdToken | undefined): void {
  evse.session ??= newSession();
  const { session } = evse;
  const transaction: Transaction = {
    id: transactionId(station),
    number: undefined,
    seqNo: 0,
    told: undefined,
    tokenTold: false,
    evseTold: false,
    remoteStartTold: false,
    reservationTold: false,
    beginTold: false,
    startToken: session.token,
    startWh: register(station, evse),
    samples: undefined,
    sampleTimer: undefined,
    endSampleTimer: undefined,
    ended: false,
  };
  session.transaction = transaction;
  session.stopped = undefined;
  collect(station, evse, transaction, 'Transaction.Begin');
  // Started by the energy or by a signature alone, it is that of which it tells.
  const points = list(station, 'TxCtrlr.TxStartPoint');
  const by = startPoints(station, evse, cause).filter((point) => points.includes(point));
  const trigger = session.remoteStartId !== undefined && cause !== 'driveIn' ? 'RemoteStart' : TRIGGERS[cause];
  const told = by.every((point) => point === 'EnergyTransfer')
    ? 'ChargingStateChanged'
    : by.every((point) => point === 'EnergyTransfer' || point === 'DataSigned')
      ? 'SignedDataReceived'
      : (trigger ?? 'ChargingStateChanged');
  const first = trigger === 'RemoteStart' ? trigger : told;
  event(station, evse, transaction, 'Started', first, cause, token);
  sampleFrom(station, evse, transaction);
  sampleForEnd(station, evse, transaction);
}

function end(station: Station, evse: Evse, transaction: Transaction, cause: Cause, token: IdToken | undefined): void {
  const { session } = evse;
  if (session === undefined) return;
  const { clock } = station;
  clock.clearTimeout(transaction.sampleTimer);
  clock.clearTimeout(transaction.endSampleTimer);
  transaction.ended = true;
  if (cause === 'evSuspends') session.stopped ??= 'StoppedByEV';
  if (cause === 'held') session.stopped ??= 'DeAuthorized';
  if (cause === 'driveAway') session.stopped ??= 'Local';
  if (cause === 'pluggedOut') session.stopped ??= 'EVDisconnected';
  session.authorized = false;
  collect(station, evse, transaction, 'Transaction.End');
  const trigger = cause === 'evSuspends' ? 'ChargingStateChanged' : (TRIGGERS[cause] ?? 'ChargingStateChanged');
  event(station, evse, transaction, 'Ended', trigger, cause, token);
  forgetMessagesOf(station, transaction.id);
  session.transaction = undefined;
  evse.session = undefined;
}

/** Unique for all transactions of the station, whatever happens to it (E01.FR.08): 36 characters at most. */
function transactionId(station: Station): string {
  const random = () => Math.floor(station.random() * 2 ** 32).toString(36);
  return `${station.clock.now().toString(36)}-${random()}-${random()}`;
}

function event(
  station: Station,
  evse: Evse,
  transaction: Transaction,
  eventType: 'Started' | 'Updated' | 'Ended',
  triggerReason: string,
  cause: Cause | undefined,
  token?: IdToken,
  meterValue?: readonly Payload[],
): void {
  const { session } = evse;
  if (session === undefined) return;
  const state = stateWith(evse, transaction, triggerReason);
  const firstFlow = state === 'Charging' && transaction.told !== 'Charging';
  const tellsState = state !== transaction.told || eventType !== 'Updated' || triggerReason === 'ChargingStateChanged';
  const remote = session.remoteStartId !== undefined && !transaction.remoteStartTold && session.authorized;
  const reservation = session.reservationId !== undefined && !transaction.reservationTold;
  const here = evse.plugged > 0 && !transaction.evseTold;
  const idToken = tokenFor(session, transaction, cause, token);
  const values = meterValue ?? valuesFor(station, evse, transaction, eventType, here);
  const stoppedReason = eventType === 'Ended' ? (session.stopped ?? 'Local') : undefined;
  const { online, losses } = station;
  const payload = {
    eventType,
    timestamp: timestamp(station),
    triggerReason,
    seqNo: transaction.seqNo++,
    ...(firstFlow && { numberOfPhasesUsed: station.settings.phases }),
    ...(reservation && { reservationId: session.reservationId }),
    transactionInfo: {
      transactionId: transaction.id,
      ...(tellsState && { chargingState: state }),
      ...(stoppedReason !== undefined && { stoppedReason }),
      ...(remote && { remoteStartId: session.remoteStartId }),
    },
    ...(here && { evse: { id: evse.id, connectorId: evse.plugged } }),
    ...(idToken !== undefined && { idToken }),
    ...(values.length > 0 && { meterValue: values }),
  };
  transaction.told = state;
  if (here) transaction.evseTold = true;
  if (remote) transaction.remoteStartTold = true;
  if (reservation) transaction.reservationTold = true;
  // What still waits when the connection is lost counts as offline (E11.FR.07).
  const told = () => (online && losses === station.losses ? payload : { ...payload, offline: true });
  send(station, 'TransactionEvent', told, {
    kept: true,
    about: transaction,
    done: ({ payload: answer }) => answered(station, evse, session, idToken, answer),
  });
}

/** The token goes with the first message after the authorization, and with the one that ends it (E03.FR.01, E07.FR.02). */
function tokenFor(session: Session, transaction: Transaction, cause: Cause | undefined, token: IdToken | undefined) {
  if (cause === 'stopAuthorized') {
    transaction.tokenTold = false;
    return token;
  }
  if (!session.authorized || transaction.tokenTold || session.token === undefined) return undefined;
  transaction.tokenTold = true;
  return session.token;
}

function answered(station: Station, evse: Evse, session: Session, asked: IdToken | undefined, answer: Payload): void {
  const info = station.protocol.authorization(answer);
  if (info === undefined || asked === undefined) return;
  if (!station.protocol.uncached.has(asked.type)) remember(station, asked.idToken, info);
  // He who ends it may be somebody else: only the one who charges can lose the right to.
  if (asked !== session.token) return;
  if (info.status !== 'Accepted') refused(station, evse, session);
  else session.group = info.group ?? session.group;
}

/** The first reading goes with the first event that tells where the transaction is (E01.FR.09, E01.FR.17). */
function valuesFor(
  station: Station,
  evse: Evse,
  transaction: Transaction,
  eventType: string,
  here: boolean,
): Payload[] {
  if (eventType === 'Ended') return transaction.samples ?? [];
  if (!here || transaction.beginTold) return [];
  transaction.beginTold = true;
  const value = sampled(station, evse, 'SampledDataCtrlr.TxStartedMeasurands', 'Transaction.Begin');
  return hasSamples(value) ? [value] : [];
}

/** Signed readings are asked for where the values are configured. */
const signs = (station: Station, measurandsKey: string): boolean =>
  flag(station, `${measurandsKey.split('.')[0]}.SignReadings`);

/** What a variable says is to be measured. */
function sampled(station: Station, evse: Evse, measurandsKey: string, context: MeterContext): Payload {
  const value = meterValue2(station, evse, list(station, measurandsKey), context);
  return signs(station, measurandsKey) ? signed(station, evse, value) : value;
}

const hasSamples = (value: Payload) => (value['sampledValue'] as unknown[]).length > 0;

function collect(
  station: Station,
  evse: Evse,
  transaction: Transaction,
  context: MeterContext,
  key = 'SampledDataCtrlr.TxEndedMeasurands',
): void {
  const value = sampled(station, evse, key, context);
  if (!hasSamples(value)) return;
  keep(transaction, value);
}

/** Sends values at the configured interval, from now on (E02.FR.10). */
export function sampleFrom(station: Station, evse: Evse, transaction: Transaction): void {
  station.clock.clearTimeout(transaction.sampleTimer);
  transaction.sampleTimer = undefined;
  const seconds = whole(station, 'SampledDataCtrlr.TxUpdatedInterval');
  if (seconds <= 0 || transaction.ended) return;
  transaction.sampleTimer = station.clock.setTimeout(() => {
    sendSample(station, evse, 'SampledDataCtrlr.TxUpdatedMeasurands', 'MeterValuePeriodic', 'Sample.Periodic');
    sampleFrom(station, evse, transaction);
  }, seconds * 1000);
}

function sampleForEnd(station: Station, evse: Evse, transaction: Transaction): void {
  const seconds = whole(station, 'SampledDataCtrlr.TxEndedInterval');
  if (seconds <= 0 || transaction.ended) return;
  transaction.endSampleTimer = station.clock.setTimeout(() => {
    collect(station, evse, transaction, 'Sample.Periodic');
    sampleForEnd(station, evse, transaction);
  }, seconds * 1000);
}

/** A TransactionEvent that brings meter values. @returns false where no transaction runs, or nothing is measured */
export function sendSample(
  station: Station,
  evse: Evse,
  measurandsKey: string,
  trigger: 'MeterValuePeriodic' | 'MeterValueClock' | 'Trigger',
  context: MeterContext,
): boolean {
  const transaction = evse.session?.transaction;
  if (transaction === undefined) return false;
  const value = sampled(station, evse, measurandsKey, context);
  if (!hasSamples(value)) return false;
  event(station, evse, transaction, 'Updated', trigger, undefined, undefined, [value]);
  return true;
}

/** A TransactionEvent because the CSMS asked for it: tells the charging state once more. */
export function sendTriggered(station: Station, evse: Evse): void {
  const transaction = evse.session?.transaction;
  if (transaction === undefined) return;
  const value = sampled(station, evse, 'SampledDataCtrlr.TxUpdatedMeasurands', 'Trigger');
  transaction.told = undefined;
  event(station, evse, transaction, 'Updated', 'Trigger', undefined, undefined, hasSamples(value) ? [value] : []);
}

/** MeterValues outside of a transaction. */
export function sendMeterValues2(
  station: Station,
  evse: Evse,
  measurandsKey: string,
  context: MeterContext,
  passes = false,
): void {
  const value = sampled(station, evse, measurandsKey, context);
  if (hasSamples(value)) send(station, 'MeterValues', { evseId: evse.id, meterValue: [value] }, { passes });
}

/** Clock-aligned values: inside a transaction they belong to it (J01.FR.22), and may be unwanted then (J01.FR.20). */
export function sendAligned2(station: Station): void {
  const idleOnly = flag(station, 'AlignedDataCtrlr.SendDuringIdle');
  if (idleOnly && station.evses.some(({ session }) => session?.transaction)) return;
  for (const evse of station.evses) {
    if (sendSample(station, evse, 'AlignedDataCtrlr.Measurands', 'MeterValueClock', 'Sample.Clock')) continue;
    if (station.reports && evse.session?.transaction === undefined) {
      sendMeterValues2(station, evse, 'AlignedDataCtrlr.Measurands', 'Sample.Clock');
    }
  }
}

/** Clock-aligned values that wait for the end of the transaction. */
export function collectAligned2(station: Station): void {
  for (const evse of station.evses) {
    const transaction = evse.session?.transaction;
    if (transaction) collect(station, evse, transaction, 'Sample.Clock', 'AlignedDataCtrlr.TxEndedMeasurands');
  }
}

export const evseOf2 = (station: Station, transactionId: unknown): Evse | undefined =>
  station.evses.find(({ session }) => session?.transaction?.id === transactionId);

export function meterValue2(
  station: Station,
  evse: Evse,
  measurands: readonly string[],
  context: MeterContext,
): Payload {
  register(station, evse);
  return {
    timestamp: timestamp(station),
    sampledValue: read(station, evse, measurands).map(({ measurand, value, unit }) => ({
      value,
      context,
      measurand,
      ...(unit !== '' && { unitOfMeasure: { unit } }),
    })),
  };
}

/** Status of a connector, in 2.x words. */
export function status2(station: Station, evse: Evse, connectorId: number, operative: boolean): string {
  if (evse.faulted) return 'Faulted';
  // A cable does not take a reserved connector, its token does (G03.FR.09).
  const plugged = evse.plugged === connectorId;
  if (plugged && evse.session?.transaction !== undefined) return 'Occupied';
  if (!operative || !evse.operative || !station.serves) return 'Unavailable';
  if (plugged && !evse.reservation) return 'Occupied';
  return isKept(station, evse) ? 'Reserved' : 'Available';
}

/** StatusNotification of each connector whose status is another than the CSMS knows of (G01.FR.07). */
export function reportStatus2(station: Station, evse: Evse, all = false): void {
  if (!station.reports) return;
  for (const connector of evse.connectors) {
    const status = status2(station, evse, connector.id, connector.operative);
    if (!all && status === connector.told) continue;
    connector.told = status;
    send(station, 'StatusNotification', statusPayload2(station, evse.id, connector.id, status));
  }
}

export const statusPayload2 = (station: Station, evseId: number, connectorId: number, connectorStatus: string) => ({
  timestamp: timestamp(station),
  connectorStatus,
  evseId,
  connectorId,
});
