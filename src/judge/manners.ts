/** How the station that a case plays answers CALLs that no case waits for: truly, and with as little as it has. */
import type { OcppVersion } from '../dialects/dialect.ts';
import type { IncomingCall, Manners, Payload } from '../session.ts';

type Answer = (asked: Payload) => Payload;

const list = (value: unknown): readonly Payload[] => (Array.isArray(value) ? value : []);

/** What a back office may want to know of a 1.6 station before it does anything with it. */
const CONFIGURATION: Readonly<Record<string, string>> = {
  AuthorizeRemoteTxRequests: 'false',
  ClockAlignedDataInterval: '0',
  ConnectionTimeOut: '60',
  GetConfigurationMaxKeys: '20',
  HeartbeatInterval: '300',
  LocalAuthListMaxLength: '100',
  MeterValueSampleInterval: '60',
  MeterValuesSampledData: 'Energy.Active.Import.Register',
  NumberOfConnectors: '2',
  ReserveConnectorZeroSupported: 'true',
  SendLocalListMaxLength: '100',
  SupportedFeatureProfiles: 'Core,FirmwareManagement,LocalAuthListManagement,Reservation,SmartCharging,RemoteTrigger',
};

const entry = (key: string) => ({ key, readonly: true, value: CONFIGURATION[key] });

const v16: Readonly<Record<string, Answer>> = {
  GetConfiguration: ({ key: asked }) => {
    const keys = Array.isArray(asked) && asked.length > 0 ? asked.map(String) : Object.keys(CONFIGURATION);
    const known = keys.filter((key) => Object.hasOwn(CONFIGURATION, key));
    const unknown = keys.filter((key) => !Object.hasOwn(CONFIGURATION, key));
    return { configurationKey: known.map(entry), ...(unknown.length > 0 && { unknownKey: unknown }) };
  },
  ChangeConfiguration: () => ({ status: 'NotSupported' }),
  ChangeAvailability: () => ({ status: 'Accepted' }),
  ClearCache: () => ({ status: 'Rejected' }),
  DataTransfer: () => ({ status: 'UnknownVendorId' }),
  GetLocalListVersion: () => ({ listVersion: 0 }),
  SendLocalList: () => ({ status: 'NotSupported' }),
  RemoteStartTransaction: () => ({ status: 'Rejected' }),
  RemoteStopTransaction: () => ({ status: 'Rejected' }),
  Reset: () => ({ status: 'Rejected' }),
  TriggerMessage: () => ({ status: 'NotImplemented' }),
  ExtendedTriggerMessage: () => ({ status: 'NotImplemented' }),
  UnlockConnector: () => ({ status: 'NotSupported' }),
  SetChargingProfile: () => ({ status: 'NotSupported' }),
  ClearChargingProfile: () => ({ status: 'Unknown' }),
  GetCompositeSchedule: () => ({ status: 'Rejected' }),
};

const v2: Readonly<Record<string, Answer>> = {
  GetVariables: (asked) => ({
    getVariableResult: list(asked['getVariableData']).map(({ component, variable }) => ({
      attributeStatus: 'UnknownComponent',
      component,
      variable,
    })),
  }),
  SetVariables: (asked) => ({
    setVariableResult: list(asked['setVariableData']).map(({ component, variable }) => ({
      attributeStatus: 'UnknownComponent',
      component,
      variable,
    })),
  }),
  GetBaseReport: () => ({ status: 'NotSupported' }),
  GetReport: () => ({ status: 'NotSupported' }),
  ChangeAvailability: () => ({ status: 'Accepted' }),
  ClearCache: () => ({ status: 'Rejected' }),
  CostUpdated: () => ({}),
  DataTransfer: () => ({ status: 'UnknownVendorId' }),
  GetLocalListVersion: () => ({ versionNumber: 0 }),
  SendLocalList: () => ({ status: 'Failed' }),
  RequestStartTransaction: () => ({ status: 'Rejected' }),
  RequestStopTransaction: () => ({ status: 'Rejected' }),
  GetTransactionStatus: () => ({ messagesInQueue: false }),
  Reset: () => ({ status: 'Rejected' }),
  TriggerMessage: () => ({ status: 'NotImplemented' }),
  UnlockConnector: () => ({ status: 'UnknownConnector' }),
  SetChargingProfile: () => ({ status: 'Rejected' }),
  ClearChargingProfile: () => ({ status: 'Unknown' }),
  GetCompositeSchedule: () => ({ status: 'Rejected' }),
  SetNetworkProfile: () => ({ status: 'Rejected' }),
};

const answers: Readonly<Record<OcppVersion, Readonly<Record<string, Answer>>>> = { '1.6': v16, '2.0.1': v2, '2.1': v2 };

/** Answers by the table; what is not in it is a function that this station does not have. */
export function stationManners(version: OcppVersion): Manners {
  const known = answers[version];
  return (call: IncomingCall) => {
    const answer = Object.hasOwn(known, call.action) ? known[call.action] : undefined;
    if (answer) call.respond(answer(call.payload));
    else call.refuse('NotSupported', 'this station has no such function');
  };
}
