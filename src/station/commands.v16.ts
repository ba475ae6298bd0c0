/** What a 1.6 charge point answers to each CALL, and does about it. */
import type { SecurityProfile } from './access.ts';
import { alignMeterValues } from './aligned.ts';
import { changeAvailability, isCharging, reportAvailability, resetNow } from './availability.ts';
import {
  askForCertificate,
  certificateSigned,
  deleteCertificate,
  installCertificate,
  installed,
} from './certificates.ts';
import { keys16 } from './configuration.v16.ts';
import { getLog, updateSigned } from './file-orders.ts';
import { cancelFirmware, sendFirmwareStatus, updateFirmware } from './firmware.ts';
import { startHeartbeat } from './heartbeat.ts';
import { listEmpty, listEnabled, listVersion, updateList } from './local-list.ts';
import { sendUploadStatus, upload } from './log-upload.ts';
import { send } from './outbox.ts';
import type { Handler } from './protocol.ts';
import { boot } from './registration.ts';
import { evseFor, remoteStart } from './remote.ts';
import { cancel, reserve } from './reservation.ts';
import { cut } from './session.ts';
import { isFlawedAtStart, isSmart16, smartHandlers16 } from './smart-charging.v16.ts';
import { type Evse, NOTHING } from './state.ts';
import type { Station } from './station.ts';
import { evseOf16, sampleFrom, sendMeterValues, status16, statusPayload } from './transactions.v16.ts';
import type { Payload } from './types.ts';
import { flag, has, setValue, text } from './values.ts';
import { passwordOf, reconnectSoon, STATION_CERTIFICATE, trusted, vaultOf } from './vault.ts';

const accepted = { status: 'Accepted' };
const rejected = { status: 'Rejected' };
const instant = (value: unknown) => (typeof value === 'string' ? Date.parse(value) : Number.NaN);
const number = (value: unknown, otherwise = 0) => (typeof value === 'number' ? value : otherwise);

/** The EVSE of a connector id; undefined for 0 and for what is not there. */
const evseOf = (station: Station, connectorId: unknown): Evse | undefined => station.evses[number(connectorId, 0) - 1];

/** A station on hold neither starts nor stops anything from afar (1.6 section 4.2). */
const onHold = (station: Station) => station.registration !== 'Accepted';

/** Connects anew where the password is what lets it in (whitepaper A01). */
const passwordChanged = (station: Station): void => {
  if ([1, 2].includes(vaultOf(station).profile)) reconnectSoon(station, 'a new password');
};

const CHANGE_EFFECTS: Readonly<Record<string, (station: Station) => void>> = {
  AuthorizationKey: passwordChanged,
  HeartbeatInterval: startHeartbeat,
  ClockAlignedDataInterval: alignMeterValues,
  MeterValueSampleInterval: (station) => {
    for (const evse of station.evses) {
      const transaction = evse.session?.transaction;
      if (transaction) sampleFrom(station, evse, transaction);
    }
  },
};

const changeConfiguration: Handler = (station, asked, after) => {
  const key = String(asked['key']);
  const value = String(asked['value']);
  const rule = Object.hasOwn(keys16, key) ? keys16[key] : undefined;
  if (rule === undefined) return { status: 'NotSupported' };
  if (rule.access === 'R' || !rule.takes(value)) return rejected;
  if (key === 'SecurityProfile') return changeProfile(station, Number(value), after);
  setValue(station, key, value);
  const effect = CHANGE_EFFECTS[key];
  if (effect) after(() => effect(station));
  return rule.reboot ? { status: 'RebootRequired' } : accepted;
};

/** A profile only goes up, and only where all that it needs is there (whitepaper A05.FR.01 to A05.FR.07). */
function changeProfile(station: Station, profile: number, after: (work: () => void) => void): Payload {
  const vault = vaultOf(station);
  if (profile <= vault.profile) return rejected;
  if (profile <= 2 && passwordOf(station) === undefined) return rejected;
  if (profile >= 2 && trusted(station).length === 0) return rejected;
  if (profile === 3 && vault.certificate === undefined) return rejected;
  vault.before = { profile: vault.profile, url: vault.url };
  vault.profile = profile as SecurityProfile;
  after(() => reconnectSoon(station, 'another security profile'));
  return accepted;
}

const getConfiguration: Handler = (station, asked) => {
  const readable = Object.keys(keys16).filter((key) => keys16[key]?.access !== 'W');
  const wanted = Array.isArray(asked['key']) && asked['key'].length > 0 ? asked['key'].map(String) : readable;
  const exact = (name: string) => Object.keys(keys16).find((key) => key.toLowerCase() === name.toLowerCase());
  const known = wanted.flatMap((name) => exact(name) ?? []);
  const unknown = wanted.filter((name) => exact(name) === undefined);
  return {
    configurationKey: known.map((key) => ({
      key,
      readonly: keys16[key]?.access === 'R',
      ...(keys16[key]?.access !== 'W' && { value: shown(station, key) }),
    })),
    ...(unknown.length > 0 && { unknownKey: unknown }),
  };
};

const shown = (station: Station, key: string) => LIVE[key]?.(station) ?? text(station, key);

/** Values that are not configured but known. */
const LIVE: Readonly<Record<string, (station: Station) => string>> = {
  NumberOfConnectors: ({ evses }) => String(evses.length),
  SecurityProfile: ({ extras, settings }) => String(extras?.vault?.profile ?? settings.credentials?.profile ?? 0),
  SupportedFeatureProfiles: (station) =>
    text(station, 'SupportedFeatureProfiles')
      .split(',')
      .filter((profile) => !(station.settings.without as readonly string[]).includes(profile))
      .join(','),
};

const remoteStartTransaction: Handler = (station, asked, after) => {
  const token = { idToken: String(asked['idTag']), type: 'Central' };
  const { connectorId } = asked;
  const evse = evseFor(station, connectorId === undefined ? undefined : number(connectorId), token);
  if (evse === undefined || onHold(station)) return rejected;
  const profile = isSmart16(station) ? (asked['chargingProfile'] as Payload | undefined) : undefined;
  if (profile !== undefined && isFlawedAtStart(station, profile)) return rejected;
  after(() => remoteStart(station, evse, { token, profile }));
  return accepted;
};

const remoteStopTransaction: Handler = (station, asked, after) => {
  const evse = evseOf16(station, asked['transactionId']);
  if (evse === undefined || onHold(station)) return rejected;
  after(() => cut(station, evse, 'remoteStop', 'Remote'));
  return accepted;
};

const unlockConnector: Handler = (station, asked, after) => {
  const evse = evseOf(station, asked['connectorId']);
  if (evse === undefined || !has(station, 'ConnectorLock')) return { status: 'NotSupported' };
  if (station.extras?.stuck?.has(evse.id)) return { status: 'UnlockFailed' };
  if (isCharging(evse)) after(() => cut(station, evse, 'unlock', 'Other'));
  return { status: 'Unlocked' };
};

const change: Handler = (station, asked, after) => {
  const evse = evseOf(station, asked['connectorId']);
  if (evse === undefined && asked['connectorId'] !== 0) return rejected;
  const status = changeAvailability(station, evse === undefined ? {} : { evse }, asked['type'] === 'Operative');
  after(() => reportAvailability(station));
  return { status };
};

const reset: Handler = (station, asked, after) => {
  const hard = asked['type'] === 'Hard';
  after(() => resetNow(station, hard ? 'reset' : 'resetScheduled', 'RemoteReset'));
  return accepted;
};

const clearCache: Handler = (station) => {
  if (!flag(station, 'AuthorizationCacheEnabled')) return rejected;
  station.extras?.cache?.clear();
  return accepted;
};

const sendLocalList: Handler = (station, asked) => {
  if (!listEnabled(station)) return { status: 'NotSupported' };
  const list = (asked['localAuthorizationList'] ?? []) as Payload[];
  const entries = list.map((entry) => ({
    idToken: String(entry['idTag']),
    answer: entry['idTagInfo'] === undefined ? undefined : entry,
  }));
  return { status: updateList(station, number(asked['listVersion']), asked['updateType'], entries) };
};

const getLocalListVersion: Handler = (station) => {
  if (!listEnabled(station)) return { listVersion: -1 };
  return { listVersion: listEmpty(station) ? 0 : listVersion(station) };
};

const reserveNow: Handler = (station, asked, after) => {
  if (!has(station, 'Reservation')) return rejected;
  const evse = evseOf(station, asked['connectorId']);
  if (evse === undefined && !(asked['connectorId'] === 0 && flag(station, 'ReserveConnectorZeroSupported')))
    return rejected;
  const wanted = {
    id: number(asked['reservationId']),
    token: { idToken: String(asked['idTag']), type: 'Central' },
    group: asked['parentIdTag'] === undefined ? undefined : String(asked['parentIdTag']),
    expiresAt: instant(asked['expiryDate']),
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

/** What the CSMS can ask a station to send; undefined where it can't be sent now. */
const TRIGGERS: Readonly<Record<string, (station: Station, evse: Evse | undefined) => (() => void) | undefined>> = {
  SignChargePointCertificate: (station) => station.notary && (() => askForCertificate(station, STATION_CERTIFICATE)),
  // After it was accepted a station does not register again for the asking (1.6 errata 3.35).
  BootNotification: (station) => (station.registration === 'Accepted' ? undefined : () => boot(station)),
  Heartbeat: (station) => () => send(station, 'Heartbeat', NOTHING, { passes: true }),
  DiagnosticsStatusNotification: (station) => () => sendUploadStatus(station, 'diagnostics', true),
  LogStatusNotification: (station) => () => sendUploadStatus(station, 'log', true),
  FirmwareStatusNotification: (station) => () => sendFirmwareStatus(station, true),
  MeterValues: (station, evse) => () => {
    for (const one of evse ? [evse] : station.evses) {
      sendMeterValues(station, one, 'MeterValuesSampledData', 'Trigger', true);
    }
  },
  StatusNotification: (station, evse) => () => {
    const whole = station.operative ? 'Available' : 'Unavailable';
    if (!evse) send(station, 'StatusNotification', statusPayload(station, 0, whole), { passes: true });
    for (const one of evse ? [evse] : station.evses) {
      const status = status16(station, one);
      send(station, 'StatusNotification', statusPayload(station, one.id, status, one), { passes: true });
    }
  },
};

/** What the extended trigger asks for otherwise: the message for signed firmware (whitepaper L01.FR.28, L01.FR.29). */
const EXTENDED: typeof TRIGGERS = {
  ...TRIGGERS,
  FirmwareStatusNotification: (station) => () => sendFirmwareStatus(station, true, true),
};

const triggerOf =
  (triggers: typeof TRIGGERS): Handler =>
  (station, asked, after) => {
    const { connectorId, requestedMessage } = asked;
    const evse = evseOf(station, connectorId);
    if (connectorId !== undefined && connectorId !== 0 && evse === undefined) return rejected;
    const trigger = triggers[String(requestedMessage)];
    if (trigger === undefined) return { status: 'NotImplemented' };
    const work = trigger(station, evse);
    if (work === undefined) return rejected;
    after(work);
    return accepted;
  };

const getDiagnostics: Handler = (station, asked, after) => {
  const order = {
    kind: 'diagnostics',
    location: String(asked['location']),
    requestId: undefined,
    retries: number(asked['retries']),
    retryIntervalS: number(asked['retryInterval']),
  } as const;
  after(() => upload(station, order));
  return { fileName: `${station.settings.serialNumber}-diagnostics.log` };
};

const update: Handler = (station, asked, after) => {
  cancelFirmware(station);
  after(() =>
    updateFirmware(station, {
      location: String(asked['location']),
      requestId: undefined,
      signed: false,
      retrieveAt: instant(asked['retrieveDate']),
      installAt: 0,
      retries: number(asked['retries']),
      retryIntervalS: number(asked['retryInterval']),
    }),
  );
  return NOTHING;
};

/** The one vendor whose data the station understands: it gives them back. */
const ECHO_VENDOR = 'org.plugproof';

export const dataTransfer: Handler = (_station, asked) => {
  if (asked['vendorId'] !== ECHO_VENDOR) return { status: 'UnknownVendorId' };
  if (asked['messageId'] !== undefined && asked['messageId'] !== 'echo') return { status: 'UnknownMessageId' };
  return { status: 'Accepted', ...(asked['data'] !== undefined && { data: asked['data'] }) };
};

const getInstalled: Handler = (station, asked) => {
  const found = installed(station, [station.protocol.certificateType(String(asked['certificateType']))]);
  if (found.length === 0) return { status: 'NotFound' };
  return { status: 'Accepted', certificateHashData: found.map(({ hash }) => hash) };
};

export const handlers16: Readonly<Record<string, Handler>> = {
  CertificateSigned: certificateSigned,
  ChangeAvailability: change,
  ChangeConfiguration: changeConfiguration,
  ClearCache: clearCache,
  DataTransfer: dataTransfer,
  DeleteCertificate: deleteCertificate,
  GetInstalledCertificateIds: getInstalled,
  InstallCertificate: installCertificate,
  GetConfiguration: getConfiguration,
  RemoteStartTransaction: remoteStartTransaction,
  RemoteStopTransaction: remoteStopTransaction,
  Reset: reset,
  UnlockConnector: unlockConnector,
  GetLocalListVersion: getLocalListVersion,
  SendLocalList: sendLocalList,
  ReserveNow: reserveNow,
  CancelReservation: cancelReservation,
  TriggerMessage: triggerOf(TRIGGERS),
  ExtendedTriggerMessage: triggerOf(EXTENDED),
  GetDiagnostics: getDiagnostics,
  GetLog: getLog,
  UpdateFirmware: update,
  SignedUpdateFirmware: updateSigned,
  ...smartHandlers16,
};
