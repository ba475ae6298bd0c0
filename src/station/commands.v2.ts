/** What a 2.x charging station answers to each CALL, and does about it. */
import { sameToken } from './authorization.ts';
import { changeAvailability, isCharging, reportAvailability, resetNow, resetWhenIdle } from './availability.ts';
import {
  askForCertificate,
  certificateSigned,
  deleteCertificate,
  installCertificate,
  installed,
} from './certificates.ts';
import { dataTransfer } from './commands.v16.ts';
import { customerInformation } from './customers.ts';
import { displayHandlers2 } from './display.ts';
import { getLog, updateSigned } from './file-orders.ts';
import { sendFirmwareStatus, updating } from './firmware.ts';
import { CONNECTOR_TYPE } from './inventory.ts';
import { listEnabled, listVersion, updateList } from './local-list.ts';
import { sendUploadStatus } from './log-upload.ts';
import {
  clearVariableMonitoring,
  getMonitoringReport,
  setMonitoringBase,
  setMonitoringLevel,
  setVariableMonitoring,
} from './monitors.ts';
import { setNetworkProfile } from './network.ts';
import { hasQueued, send } from './outbox.ts';
import type { Handler } from './protocol.ts';
import { boot } from './registration.ts';
import { evseFor, remoteStart } from './remote.ts';
import { getBaseReport, getReport, getVariables, setVariables } from './reports.ts';
import { cancel, reserve } from './reservation.ts';
import { cut } from './session.ts';
import { flawAtStart, isSmart2, smartHandlers2 } from './smart-charging.v2.ts';
import { type Evse, type IdToken, NOTHING } from './state.ts';
import type { Station } from './station.ts';
import { evseOf2, sendMeterValues2, sendTriggered, status2, statusPayload2 } from './transactions.v2.ts';
import type { Payload } from './types.ts';
import { flag, has } from './values.ts';
import { STATION_CERTIFICATE, V2G_CERTIFICATE } from './vault.ts';

const accepted = { status: 'Accepted' };
const rejected = { status: 'Rejected' };
const number = (value: unknown, otherwise = 0) => (typeof value === 'number' ? value : otherwise);
const instant = (value: unknown) => (typeof value === 'string' ? Date.parse(value) : 0);
const onHold = (station: Station) => station.registration !== 'Accepted';

const tokenOf = (value: unknown): IdToken => {
  const { idToken, type } = (value ?? NOTHING) as Partial<IdToken>;
  return { idToken: String(idToken ?? ''), type: String(type ?? 'Central') };
};

const evseOf = (station: Station, id: unknown): Evse | undefined => station.evses[number(id) - 1];

const requestStart: Handler = (station, asked, after) => {
  const token = tokenOf(asked['idToken']);
  const { evseId } = asked;
  const evse = evseFor(station, evseId === undefined ? undefined : number(evseId), token);
  // B02.FR.05: not before the station is accepted.
  if (evse === undefined || onHold(station)) return rejected;
  const group = asked['groupIdToken'] === undefined ? undefined : tokenOf(asked['groupIdToken']).idToken;
  const { reservation } = evse;
  if (reservation !== undefined && !sameToken(reservation.token.idToken, token.idToken)) {
    // F01.FR.21, F01.FR.22
    if (reservation.group === undefined || group === undefined || !sameToken(reservation.group, group)) return rejected;
  }
  // K05.FR.04: without smart charging it is left out.
  const profile = isSmart2(station) ? (asked['chargingProfile'] as Payload | undefined) : undefined;
  const flaw = profile && flawAtStart(station, profile);
  if (flaw !== undefined) return { ...rejected, statusInfo: { reasonCode: flaw } };
  const transactionId = evse.session?.transaction?.id;
  after(() => remoteStart(station, evse, { token, group, remoteStartId: number(asked['remoteStartId']), profile }));
  return { ...accepted, ...(transactionId !== undefined && { transactionId }) };
};

const requestStop: Handler = (station, asked, after) => {
  const evse = evseOf2(station, asked['transactionId']);
  if (evse === undefined || onHold(station)) return rejected;
  after(() => cut(station, evse, 'remoteStop', 'Remote'));
  return accepted;
};

const transactionStatus: Handler = (station, asked) => {
  const { transactionId } = asked;
  if (transactionId === undefined) return { messagesInQueue: hasQueued(station) };
  const running = evseOf2(station, transactionId) !== undefined;
  const messagesInQueue = hasQueued(station, (about) => (about as { id?: unknown }).id === transactionId);
  return { ongoingIndicator: running, messagesInQueue };
};

const reset: Handler = (station, asked, after) => {
  const { evseId, type } = asked;
  if (updating(station) && station.extras?.firmware?.status === 'Installing') return rejected;
  // B13.FR.01: this station resumes no transaction.
  if (type === 'ImmediateAndResume') return rejected;
  if (evseId !== undefined) return resetEvse(station, evseOf(station, evseId), type, after);
  if (type === 'Immediate') {
    after(() => resetNow(station, 'reset', 'RemoteReset'));
    return accepted;
  }
  const busy = station.evses.some(isCharging);
  after(() => resetWhenIdle(station, busy ? 'ScheduledReset' : 'RemoteReset'));
  return { status: busy ? 'Scheduled' : 'Accepted' };
};

/** An EVSE that starts anew says nothing of it, unless a transaction ends by it. */
function resetEvse(station: Station, evse: Evse | undefined, type: unknown, after: (work: () => void) => void) {
  if (evse === undefined) return rejected;
  if (!isCharging(evse)) return accepted;
  if (type !== 'Immediate') return { status: 'Scheduled' };
  after(() => cut(station, evse, 'reset', 'ImmediateReset'));
  return accepted;
}

const change: Handler = (station, asked, after) => {
  const place = asked['evse'] as { id: number; connectorId?: number } | undefined;
  const evse = place && evseOf(station, place.id);
  if (place !== undefined && place.id !== 0 && evse === undefined) return rejected;
  const { connectorId } = place ?? {};
  if (connectorId !== undefined && !evse?.connectors.some(({ id }) => id === connectorId)) return rejected;
  const target = { ...(evse && { evse }), ...(connectorId !== undefined && { connectorId }) };
  const status = changeAvailability(station, target, asked['operationalStatus'] === 'Operative');
  after(() => reportAvailability(station));
  return { status };
};

const unlock: Handler = (station, asked) => {
  const evse = evseOf(station, asked['evseId']);
  if (!evse?.connectors.some(({ id }) => id === asked['connectorId'])) return { status: 'UnknownConnector' };
  // F05.FR.02
  const { session } = evse;
  if (session?.transaction !== undefined && session.authorized) return { status: 'OngoingAuthorizedTransaction' };
  return { status: station.extras?.stuck?.has(evse.id) ? 'UnlockFailed' : 'Unlocked' };
};

const clearCache: Handler = (station) => {
  if (!flag(station, 'AuthCacheCtrlr.Enabled')) return rejected;
  station.extras?.cache?.clear();
  return accepted;
};

const sendLocalList: Handler = (station, asked) => {
  if (!listEnabled(station)) return { status: 'Failed' };
  const entries = ((asked['localAuthorizationList'] ?? []) as Payload[]).map((entry) => ({
    idToken: tokenOf(entry['idToken']).idToken,
    answer: entry['idTokenInfo'] === undefined ? undefined : entry,
  }));
  return { status: updateList(station, number(asked['versionNumber']), asked['updateType'], entries) };
};

const reserveNow: Handler = (station, asked, after) => {
  const { evseId } = asked;
  const evse = evseId === undefined ? undefined : evseOf(station, evseId);
  if (evseId !== undefined && evse === undefined) return rejected;
  if (!flag(station, 'ReservationCtrlr.Enabled')) return rejected;
  // H01.FR.19
  if (evseId === undefined && !has(station, 'R-2')) return rejected;
  const { connectorType = CONNECTOR_TYPE } = asked;
  if (connectorType !== CONNECTOR_TYPE) return rejected;
  const wanted = {
    id: number(asked['id']),
    token: tokenOf(asked['idToken']),
    group: asked['groupIdToken'] === undefined ? undefined : tokenOf(asked['groupIdToken']).idToken,
    expiresAt: instant(asked['expiryDateTime']),
  };
  const status = reserve(station, evse, wanted);
  after(() => reportAvailability(station));
  return { status };
};

const cancelReservation: Handler = (station, asked, after) => {
  if (!cancel(station, number(asked['reservationId']))) return rejected;
  after(() => reportAvailability(station));
  return accepted;
};

type Trigger = (station: Station, evse: Evse | undefined, connectorId: number | undefined) => (() => void) | undefined;

/** What the CSMS can ask a station to send; undefined where it can't be sent now (F06). */
const TRIGGERS: Readonly<Record<string, Trigger>> = {
  SignChargingStationCertificate: (station) =>
    station.notary && (() => askForCertificate(station, STATION_CERTIFICATE)),
  SignV2GCertificate: (station) => station.notary && (() => askForCertificate(station, V2G_CERTIFICATE)),
  BootNotification: (station) => {
    if (station.registration === 'Accepted') return undefined;
    return () => {
      station.bootReason = 'Triggered';
      boot(station);
    };
  },
  Heartbeat: (station) => () => send(station, 'Heartbeat', NOTHING, { passes: true }),
  LogStatusNotification: (station) => () => sendUploadStatus(station, 'log', true),
  FirmwareStatusNotification: (station) => () => sendFirmwareStatus(station, true),
  MeterValues: (station, evse) => () => {
    for (const one of evse ? [evse] : station.evses) {
      sendMeterValues2(station, one, 'AlignedDataCtrlr.Measurands', 'Trigger', true);
    }
  },
  TransactionEvent: (station, evse) => {
    const running = (evse ? [evse] : station.evses).filter(isCharging);
    if (running.length === 0) return undefined;
    return () => {
      for (const one of running) sendTriggered(station, one);
    };
  },
  // F06.FR.12, F06.FR.13: a connector has to be named.
  StatusNotification: (station, evse, connectorId) => {
    const connector = evse?.connectors.find(({ id }) => id === connectorId);
    if (evse === undefined || connector === undefined) return undefined;
    return () => {
      const status = status2(station, evse, connector.id, connector.operative);
      send(station, 'StatusNotification', statusPayload2(station, evse.id, connector.id, status), { passes: true });
    };
  },
};

const triggerMessage: Handler = (station, asked, after) => {
  const place = asked['evse'] as { id: number; connectorId?: number } | undefined;
  const evse = place && evseOf(station, place.id);
  if (place !== undefined && place.id !== 0 && evse === undefined) return rejected;
  const trigger = TRIGGERS[String(asked['requestedMessage'])];
  if (trigger === undefined) return { status: 'NotImplemented' };
  const work = trigger(station, evse, place?.connectorId);
  if (work === undefined) return rejected;
  after(work);
  return accepted;
};

const getInstalled: Handler = (station, asked) => {
  const found = installed(station, asked['certificateType'] as string[] | undefined);
  if (found.length === 0) return { status: 'NotFound' };
  const certificateHashDataChain = found.map(({ type, hash, children }) => ({
    certificateType: type,
    certificateHashData: hash,
    ...(children.length > 0 && { childCertificateHashData: children }),
  }));
  return { status: 'Accepted', certificateHashDataChain };
};

export const handlers2: Readonly<Record<string, Handler>> = {
  CancelReservation: cancelReservation,
  CertificateSigned: certificateSigned,
  ChangeAvailability: change,
  ClearVariableMonitoring: clearVariableMonitoring,
  ClearCache: clearCache,
  CustomerInformation: customerInformation,
  DataTransfer: dataTransfer,
  DeleteCertificate: deleteCertificate,
  GetInstalledCertificateIds: getInstalled,
  InstallCertificate: installCertificate,
  GetBaseReport: getBaseReport,
  GetLocalListVersion: (station) => ({ versionNumber: listEnabled(station) ? listVersion(station) : 0 }),
  GetLog: getLog,
  GetMonitoringReport: getMonitoringReport,
  GetReport: getReport,
  GetTransactionStatus: transactionStatus,
  GetVariables: getVariables,
  RequestStartTransaction: requestStart,
  RequestStopTransaction: requestStop,
  ReserveNow: reserveNow,
  Reset: reset,
  SendLocalList: sendLocalList,
  SetMonitoringBase: setMonitoringBase,
  SetMonitoringLevel: setMonitoringLevel,
  SetVariableMonitoring: setVariableMonitoring,
  SetNetworkProfile: setNetworkProfile,
  SetVariables: setVariables,
  TriggerMessage: triggerMessage,
  UnlockConnector: unlock,
  UpdateFirmware: updateSigned,
  ...displayHandlers2,
  ...smartHandlers2,
};
