/** The yes-man's answers: for every action of a version the shortest schema-valid yes. */

import type { Json, JsonObject } from '../control.ts';

type Answer = (request: JsonObject) => JsonObject;

const nothing: Answer = () => ({});
const accepted: Answer = () => ({ status: 'Accepted' });
const status =
  (value: string): Answer =>
  () => ({ status: value });
const time: Answer = () => ({ currentTime: new Date().toISOString() });
const boot: Answer = () => ({ status: 'Accepted', currentTime: new Date().toISOString(), interval: 300 });

/** One result for each item of the request's list, as the 2.0.1 Get/Set messages want it. */
const each =
  (list: string, results: string, result: (item: JsonObject) => JsonObject): Answer =>
  (request) => {
    const items = request[list];
    return { [results]: (Array.isArray(items) ? items : []).map((item) => result(object(item))) };
  };

function object(value: Json): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}

const variable = ({ component, variable: name }: JsonObject): JsonObject => ({
  component: component ?? null,
  variable: name ?? null,
});

/** Actions with the same answer in one line, to keep the table a table. */
function all(answer: Answer, actions: string): Record<string, Answer> {
  return Object.fromEntries(actions.split(' ').map((action) => [action, answer]));
}

const YES: Record<string, Record<string, Answer>> = {
  '1.6': {
    ...all(
      nothing,
      'DiagnosticsStatusNotification FirmwareStatusNotification GetConfiguration GetDiagnostics LogStatusNotification ' +
        'MeterValues SecurityEventNotification SignedFirmwareStatusNotification StatusNotification UpdateFirmware',
    ),
    ...all(
      accepted,
      'CancelReservation CertificateSigned ChangeAvailability ChangeConfiguration ClearCache ClearChargingProfile ' +
        'DataTransfer DeleteCertificate ExtendedTriggerMessage GetCompositeSchedule GetInstalledCertificateIds GetLog ' +
        'InstallCertificate RemoteStartTransaction RemoteStopTransaction ReserveNow Reset SendLocalList ' +
        'SetChargingProfile SignCertificate SignedUpdateFirmware TriggerMessage',
    ),
    Authorize: () => ({ idTagInfo: { status: 'Accepted' } }),
    BootNotification: boot,
    GetLocalListVersion: () => ({ listVersion: 1 }),
    Heartbeat: time,
    StartTransaction: () => ({ transactionId: 1, idTagInfo: { status: 'Accepted' } }),
    StopTransaction: ({ idTag }) => (idTag === undefined ? {} : { idTagInfo: { status: 'Accepted' } }),
    UnlockConnector: status('Unlocked'),
  },
  '2.0.1': {
    ...all(
      nothing,
      'ClearedChargingLimit CostUpdated FirmwareStatusNotification LogStatusNotification MeterValues ' +
        'NotifyChargingLimit NotifyCustomerInformation NotifyDisplayMessages NotifyEvent NotifyMonitoringReport ' +
        'NotifyReport PublishFirmwareStatusNotification ReportChargingProfiles ReservationStatusUpdate ' +
        'SecurityEventNotification StatusNotification',
    ),
    ...all(
      accepted,
      'CancelReservation CertificateSigned ChangeAvailability ClearCache ClearChargingProfile ClearDisplayMessage ' +
        'CustomerInformation DataTransfer DeleteCertificate GetBaseReport GetCertificateStatus GetChargingProfiles ' +
        'GetCompositeSchedule GetDisplayMessages GetInstalledCertificateIds GetLog GetMonitoringReport GetReport ' +
        'InstallCertificate NotifyEVChargingNeeds NotifyEVChargingSchedule PublishFirmware RequestStartTransaction ' +
        'RequestStopTransaction ReserveNow Reset SendLocalList SetChargingProfile SetDisplayMessage SetMonitoringBase ' +
        'SetMonitoringLevel SetNetworkProfile SignCertificate TriggerMessage UpdateFirmware',
    ),
    Authorize: ({ iso15118CertificateHashData }) => ({
      idTokenInfo: { status: 'Accepted' },
      ...(iso15118CertificateHashData !== undefined && { certificateStatus: 'Accepted' }),
    }),
    BootNotification: boot,
    ClearVariableMonitoring: ({ id }) => ({
      clearMonitoringResult: (Array.isArray(id) ? id : []).map((each) => ({ status: 'Accepted', id: each })),
    }),
    Get15118EVCertificate: () => ({ status: 'Accepted', exiResponse: 'AA==' }),
    GetLocalListVersion: () => ({ versionNumber: 1 }),
    GetTransactionStatus: () => ({ messagesInQueue: false }),
    GetVariables: each('getVariableData', 'getVariableResult', (item) => ({
      attributeStatus: 'Accepted',
      attributeValue: '1',
      ...variable(item),
    })),
    Heartbeat: time,
    SetVariableMonitoring: each('setMonitoringData', 'setMonitoringResult', (item) => ({
      id: 1,
      status: 'Accepted',
      type: item.type ?? 'Delta',
      severity: item.severity ?? 0,
      ...variable(item),
    })),
    SetVariables: each('setVariableData', 'setVariableResult', (item) => ({
      attributeStatus: 'Accepted',
      ...variable(item),
    })),
    TransactionEvent: ({ idToken }) => (idToken === undefined ? {} : { idTokenInfo: { status: 'Accepted' } }),
    UnlockConnector: status('Unlocked'),
    UnpublishFirmware: status('Unpublished'),
  },
};

/** The OCPP versions that the miniatures speak. */
export const versions = Object.keys(YES);

/** The actions that have an answer of their own. */
export function actionsOf(version: string): string[] {
  return Object.keys(YES[version] ?? {});
}

/** A yes to anything; an action that the version does not have gets an empty answer. */
export function yes(version: string, action: string, request: Json): JsonObject {
  const known = YES[version] ?? {};
  const answer = Object.hasOwn(known, action) ? known[action] : undefined;
  return (answer ?? nothing)(object(request));
}
