/** What a CSMS may ask of any charger without doing it harm: orders that a right one carries out idly, or turns down. */
import type { OcppVersion } from '../../src/dialects/dialect.ts';
import { at } from '../../src/judge/path.ts';

type Json = unknown;
/** A JSON merge patch (RFC 7386: null removes) that goes into each item where a list stands. */
type Patch = Readonly<Record<string, Json>>;

/** What no charger has: an EVSE, an id, a name. */
const NO_EVSE = 9_999;
const NO_ID = 2_000_000_001;
const NO_NAME = 'PlugproofNone';
/** Nobody listens there (RFC 863): what a charger would fetch or bring comes to nothing. */
export const NOWHERE = 'ftp://127.0.0.1:9/unreachable';
const LONG_AGO = '2020-01-01T00:00:00Z';

const ofNothing = { component: { name: NO_NAME }, variable: { name: NO_NAME } };
const idle: Patch = {};

const v16: Readonly<Record<string, Patch>> = {
  CancelReservation: { reservationId: NO_ID },
  CertificateSigned: idle,
  ChangeAvailability: { connectorId: NO_EVSE, type: 'Operative' },
  ChangeConfiguration: { key: NO_NAME },
  ClearChargingProfile: { id: NO_ID, connectorId: NO_EVSE },
  DataTransfer: idle,
  DeleteCertificate: idle,
  ExtendedTriggerMessage: { requestedMessage: 'Heartbeat', connectorId: null },
  GetCompositeSchedule: idle,
  GetConfiguration: idle,
  GetDiagnostics: { location: NOWHERE, retries: 0 },
  GetInstalledCertificateIds: idle,
  GetLocalListVersion: idle,
  GetLog: { log: { remoteLocation: NOWHERE }, retries: 0 },
  InstallCertificate: idle,
  RemoteStartTransaction: { connectorId: NO_EVSE, idTag: 'PLUGPROOF', chargingProfile: null },
  RemoteStopTransaction: { transactionId: NO_ID },
  ReserveNow: { connectorId: NO_EVSE, expiryDate: LONG_AGO },
  SetChargingProfile: {
    connectorId: NO_EVSE,
    csChargingProfiles: { chargingProfilePurpose: 'TxProfile', transactionId: NO_ID },
  },
  TriggerMessage: { requestedMessage: 'Heartbeat', connectorId: null },
  UnlockConnector: { connectorId: NO_EVSE },
};

const v2: Readonly<Record<string, Patch>> = {
  CancelReservation: { reservationId: NO_ID },
  CertificateSigned: idle,
  ChangeAvailability: { operationalStatus: 'Operative', evse: { id: NO_EVSE } },
  ClearChargingProfile: { chargingProfileId: NO_ID, chargingProfileCriteria: { evseId: NO_EVSE } },
  ClearDisplayMessage: { id: NO_ID },
  ClearVariableMonitoring: { id: [NO_ID] },
  CostUpdated: { transactionId: NO_NAME, totalCost: 0 },
  CustomerInformation: {
    report: false,
    clear: false,
    customerIdentifier: NO_NAME,
    idToken: null,
    customerCertificate: null,
  },
  DataTransfer: idle,
  DeleteCertificate: idle,
  GetBaseReport: { reportBase: 'SummaryInventory' },
  GetChargingProfiles: idle,
  GetCompositeSchedule: idle,
  GetDisplayMessages: idle,
  GetInstalledCertificateIds: idle,
  GetLocalListVersion: idle,
  GetLog: { log: { remoteLocation: NOWHERE }, retries: 0 },
  GetMonitoringReport: idle,
  GetReport: idle,
  GetTransactionStatus: idle,
  GetVariables: idle,
  InstallCertificate: idle,
  RequestStartTransaction: { evseId: NO_EVSE, idToken: { idToken: 'PLUGPROOF' }, chargingProfile: null },
  RequestStopTransaction: { transactionId: NO_NAME },
  ReserveNow: { evseId: NO_EVSE, expiryDateTime: LONG_AGO },
  SetChargingProfile: {
    evseId: NO_EVSE,
    chargingProfile: { chargingProfilePurpose: 'TxProfile', transactionId: NO_NAME },
  },
  SetDisplayMessage: { message: { id: NO_ID, priority: 'NormalCycle', transactionId: NO_NAME, endDateTime: LONG_AGO } },
  SetVariableMonitoring: { setMonitoringData: { ...ofNothing, transaction: null } },
  SetVariables: { setVariableData: ofNothing },
  TriggerMessage: { requestedMessage: 'Heartbeat', evse: null },
  UnlockConnector: { evseId: NO_EVSE, connectorId: NO_EVSE },
  UnpublishFirmware: idle,
  // 2.1
  ChangeTransactionTariff: { transactionId: NO_NAME },
  GetDERControl: idle,
  GetPeriodicEventStream: idle,
  GetTariffs: idle,
  NotifyAllowedEnergyTransfer: { transactionId: NO_NAME },
  NotifyWebPaymentStarted: { evseId: NO_EVSE },
  UpdateDynamicSchedule: { chargingProfileId: NO_ID },
  UsePriorityCharging: { transactionId: NO_NAME },
};

/** What only the owner's word lets out: it passes, or can be put back, and none of it takes root. */
const afterwards16: Readonly<Record<string, Patch>> = {
  ClearCache: idle,
  Reset: { type: 'Soft' },
  SignedUpdateFirmware: { firmware: { location: NOWHERE, retrieveDateTime: LONG_AGO }, retries: 0 },
  UpdateFirmware: { location: NOWHERE, retries: 0 },
};
const afterwards2: Readonly<Record<string, Patch>> = {
  ClearCache: idle,
  PublishFirmware: { location: NOWHERE, retries: 0 },
  Reset: { type: 'OnIdle', evseId: NO_EVSE },
  SetNetworkProfile: { configurationSlot: NO_EVSE },
  UpdateFirmware: { firmware: { location: NOWHERE, installDateTime: null }, retries: 0 },
};

const patches: Readonly<Record<OcppVersion, Readonly<Record<string, Patch>>>> = { '1.6': v16, '2.0.1': v2, '2.1': v2 };
const owners: typeof patches = {
  '1.6': { ...v16, ...afterwards16 },
  '2.0.1': { ...v2, ...afterwards2 },
  '2.1': { ...v2, ...afterwards2 },
};

/** Actions of a CSMS that can be asked of a charger. @param owned its owner said that it may come to some harm */
export const gentleActions = (version: OcppVersion, owned: boolean): ReadonlySet<string> =>
  new Set(Object.keys((owned ? owners : patches)[version]));

/** The same order made harmless; one that has no harmless form is left as it is. */
export const gentle = (version: OcppVersion, action: string, payload: Json): Json =>
  into(payload, owners[version][action] ?? idle);

/** Members of the payload that keep an order harmless: they stay where they are. */
export const keepsGentle = (version: OcppVersion, action: string, payload: Json, spoilt: string): boolean =>
  kept(payload, owners[version][action] ?? idle, '', spoilt);

function into(target: Json, patch: Json): Json {
  if (patch === null || typeof patch !== 'object' || Array.isArray(patch)) return patch;
  if (Array.isArray(target)) return target.map((item) => into(item, patch));
  const out: Record<string, Json> = { ...(target as Record<string, Json> | undefined) };
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete out[name];
    else out[name] = into(out[name] ?? {}, value);
  }
  return out;
}

function kept(payload: Json, patch: Json, path: string, spoilt: string): boolean {
  // The spoilt place, and all below it, is the rule's own.
  if (path !== '' && path === spoilt) return true;
  if (Array.isArray(payload) && !Array.isArray(patch))
    return payload.every((item, i) => kept(item, patch, `${path}/${i}`, spoilt));
  if (patch === null) return payload === undefined;
  if (typeof patch !== 'object' || Array.isArray(patch)) return JSON.stringify(payload) === JSON.stringify(patch);
  return Object.entries(patch).every(([name, value]) => kept(at(payload, name), value, `${path}/${name}`, spoilt));
}
