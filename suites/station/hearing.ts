/** What a charger says, read in words of neither version. */

import type { OcppVersion } from '../../src/dialects/dialect.ts';
import type { ConnectorStatus } from '../../src/dialects/station-words.ts';
import { at } from '../../src/judge/path.ts';
import type { Payload } from '../../src/session.ts';

/** What a CALL of the station tells of one connector; EVSE 0 is the station as such (1.6). */
export interface ConnectorNews {
  readonly evseId: number;
  readonly connectorId: number;
  readonly status: string;
}

export interface Hearing {
  /** Actions that can tell the status of a connector. */
  readonly statusActions: readonly string[];
  /** What a CALL of one of them tells. */
  news(payload: Payload, action: string): readonly ConnectorNews[];
  /** Token in an Authorize. */
  token(payload: Payload): unknown;
  /** EVSE of a MeterValues. */
  meteredEvse(payload: Payload): unknown;
  /** CALL that reads something every station has. */
  readonly read: { readonly action: string; readonly payload: Payload };
  /** Statuses of firmware that tell, for the asking, that nothing is under way. */
  readonly firmwareRests: readonly string[];
  /** CALL whose answer says whether there is a second EVSE. */
  readonly second: { readonly action: string; readonly payload: Payload; there(answer: Payload): boolean };
}

/** 1.6 tells the phases of a session apart; 2.x calls them all Occupied. */
const OCCUPIED = new Set(['Preparing', 'Charging', 'SuspendedEV', 'SuspendedEVSE', 'Finishing']);

const v16: Hearing = {
  statusActions: ['StatusNotification'],
  news: ({ connectorId, status }) => [
    {
      evseId: Number(connectorId),
      connectorId: 1,
      status: OCCUPIED.has(String(status)) ? 'Occupied' : String(status),
    },
  ],
  token: ({ idTag }) => idTag,
  meteredEvse: ({ connectorId }) => connectorId,
  read: { action: 'GetConfiguration', payload: { key: ['HeartbeatInterval'] } },
  firmwareRests: ['Idle'],
  second: {
    action: 'GetConfiguration',
    payload: { key: ['NumberOfConnectors'] },
    there: (answer) => Number(at(answer, 'configurationKey[0].value')) > 1,
  },
};

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const v2: Hearing = {
  statusActions: ['StatusNotification', 'NotifyEvent'],
  news: (payload, action) => {
    if (action === 'StatusNotification') {
      const { evseId, connectorId, connectorStatus } = payload;
      return [{ evseId: Number(evseId), connectorId: Number(connectorId), status: String(connectorStatus) }];
    }
    // The device model may tell it instead (G01.FR.07).
    return list(payload['eventData'])
      .filter(
        (event) => at(event, 'component.name') === 'Connector' && at(event, 'variable.name') === 'AvailabilityState',
      )
      .map((event) => ({
        evseId: Number(at(event, 'component.evse.id')),
        connectorId: Number(at(event, 'component.evse.connectorId')),
        status: String(at(event, 'actualValue')),
      }));
  },
  token: ({ idToken }) => at(idToken, 'idToken'),
  meteredEvse: ({ evseId }) => evseId,
  read: {
    action: 'GetVariables',
    payload: { getVariableData: [{ component: { name: 'OCPPCommCtrlr' }, variable: { name: 'HeartbeatInterval' } }] },
  },
  // An update that failed is told for the asking until another one succeeds (L01.FR.26).
  firmwareRests: ['Idle', 'DownloadFailed', 'InvalidSignature', 'InstallationFailed', 'InstallVerificationFailed'],
  second: {
    action: 'GetVariables',
    payload: {
      getVariableData: [{ component: { name: 'EVSE', evse: { id: 2 } }, variable: { name: 'AvailabilityState' } }],
    },
    there: (answer) => at(answer, 'getVariableResult[0].attributeStatus') === 'Accepted',
  },
};

export const hearing: Readonly<Record<OcppVersion, Hearing>> = { '1.6': v16, '2.0.1': v2, '2.1': v2 };

/** True where a CALL tells that the first connector of an EVSE, which the cases use, has that status. */
export const tells =
  (version: OcppVersion, evseId: number, status: ConnectorStatus) =>
  (payload: Payload, action: string): boolean =>
    hearing[version]
      .news(payload, action)
      .some((news) => news.evseId === evseId && news.connectorId === 1 && news.status === status);
