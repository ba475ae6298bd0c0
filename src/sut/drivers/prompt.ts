/** The driver `prompt`: a person at the terminal makes the CSMS act, and says when it is done. */
import { asker, type Terminal } from './ask.ts';
import type { Driver, DriverAnswer, DriverRequest, TokenRequest } from './driver.ts';
import { csmsSends } from './octt-trigger.ts';

/** What the actions are called by people who know the screens of a back office and not OCPP. */
const DEEDS: Readonly<Record<string, string>> = {
  CancelReservation: 'cancel a reservation',
  ChangeAvailability: 'take a connector (or the whole station) in or out of service',
  ChangeConfiguration: 'change a setting of the station',
  ClearCache: "clear the station's authorization cache",
  ClearChargingProfile: 'remove charging profiles',
  GetConfiguration: 'read settings of the station',
  GetDiagnostics: 'ask for a diagnostics file',
  GetLog: 'ask for a log file',
  GetVariables: 'read variables of the station',
  RemoteStartTransaction: 'start charging from afar',
  RemoteStopTransaction: 'stop charging from afar',
  RequestStartTransaction: 'start charging from afar',
  RequestStopTransaction: 'stop charging from afar',
  ReserveNow: 'reserve a connector',
  Reset: 'restart the station',
  SendLocalList: 'send the list of known tokens',
  SetChargingProfile: 'set a charging profile',
  SetVariables: 'change variables of the station',
  TriggerMessage: 'make the station send a message',
  UnlockConnector: 'unlock a connector',
  UpdateFirmware: 'update the firmware',
};

/** One question at a time, however many cases run: the next waits for the answer to this one. */
export function promptDriver(terminal: Terminal): Driver {
  const { input } = terminal;
  const ask = asker(terminal, 'driver');

  return {
    name: 'prompt',
    verbatim: false,
    can: (version, action) => input.isTTY === true && csmsSends(version, action),
    // A person gets every value to type in; which of them his screens let him is seen on the wire.
    chooses: () => [],
    async perform({ station, action, payload }: DriverRequest, signal): Promise<DriverAnswer> {
      const deed = Object.hasOwn(DEEDS, action) ? `${DEEDS[action]} (${action})` : `send ${action}`;
      await ask([`In the back office, for station ${station}: ${deed}`, ...values(payload)], signal);
      return { confirmed: false, detail: 'a person says that it is done' };
    },
    async createToken({ idToken, type, status, groupId }: TokenRequest, signal): Promise<void> {
      const group = groupId === undefined ? [] : [`group = ${groupId}`];
      await ask(
        [
          'In the back office: register a token',
          `  token = ${idToken}`,
          `  type = ${type}`,
          `  status = ${status}`,
          ...group.map((line) => `  ${line}`),
        ],
        signal,
      );
    },
    async setPassword(station, password, signal): Promise<void> {
      await ask([`In the back office: set the password of station ${station}`, `  password = ${password}`], signal);
    },
    close: async () => {},
  };
}

/** `evse.id = 1`, one line for each value. */
function values(value: unknown, path = ''): string[] {
  if (value === null || typeof value !== 'object') return [`  ${path} = ${String(value)}`];
  return Object.entries(value).flatMap(([key, inner]) => values(inner, path === '' ? key : `${path}.${key}`));
}
