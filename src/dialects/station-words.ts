/** What a charging station says, as payloads: where the versions differ only in words, a case uses these. */
import type { OcppVersion } from './dialect.ts';
import { type TransactionWords, transactionWords } from './transaction-words.ts';

type Payload = Readonly<Record<string, unknown>>;

/** 2.x ConnectorStatusEnumType; 1.6 has more words, these are the ones that both know. */
export type ConnectorStatus = 'Available' | 'Occupied' | 'Reserved' | 'Unavailable' | 'Faulted';

export interface StationFacts {
  readonly vendorName: string;
  readonly model: string;
  readonly serialNumber: string;
}

export interface IdToken {
  readonly idToken: string;
  readonly type: string;
}

/** Where in a payload a version keeps what both have. */
export interface Places {
  /** Authorization status in an answer. */
  readonly tokenStatus: string;
  /** Group of a token in an answer. */
  readonly tokenGroup: string;
}

export interface StationWords {
  /** BootNotification; `reason` is a 2.x BootReasonEnumType. */
  boot(station: StationFacts, reason?: string): Payload;
  /** StatusNotification of one connector. @param at RFC 3339 */
  status(evseId: number, connectorId: number, status: ConnectorStatus, at: string): Payload;
  /** StatusNotification of one connector with each status of the version in turn. @param at RFC 3339 */
  everyStatus(evseId: number, connectorId: number, at: string): readonly Payload[];
  /** Authorize. */
  authorize(token: IdToken): Payload;
  /** MeterValues outside a transaction: the energy register in Wh. */
  meterValues(evseId: number, wh: number, at: string, context?: string): Payload;
  /** One simple transaction. */
  readonly transaction: TransactionWords;
  /** Says that no upload of logs is under way. */
  readonly logIdle: { readonly action: string; readonly payload: Payload };
  readonly places: Places;
}

/** 1.6 ChargePointStatus, in the order of a charging session, with errors at its end. */
const STATUSES_16 = [
  ...['Available', 'Preparing', 'Charging', 'SuspendedEV', 'SuspendedEVSE', 'Finishing', 'Reserved', 'Unavailable'],
  'Faulted',
] as const;

const STATUSES_2 = ['Available', 'Occupied', 'Reserved', 'Unavailable', 'Faulted'] as const;

const v16: StationWords = {
  boot: (station) => ({
    chargePointVendor: station.vendorName,
    chargePointModel: station.model,
    chargePointSerialNumber: station.serialNumber,
  }),
  status: (evseId, _connectorId, status, at) => ({
    connectorId: evseId,
    errorCode: status === 'Faulted' ? 'GroundFailure' : 'NoError',
    status: status === 'Occupied' ? 'Preparing' : status,
    timestamp: at,
  }),
  everyStatus: (evseId, _connectorId, at) =>
    STATUSES_16.map((status) => ({
      connectorId: evseId,
      errorCode: status === 'Faulted' ? 'GroundFailure' : 'NoError',
      status,
      timestamp: at,
    })),
  authorize: (token) => ({ idTag: token.idToken }),
  meterValues: (evseId, wh, at, context = 'Sample.Clock') => ({
    connectorId: evseId,
    meterValue: [
      {
        timestamp: at,
        sampledValue: [{ value: String(wh), context, measurand: 'Energy.Active.Import.Register', unit: 'Wh' }],
      },
    ],
  }),
  transaction: transactionWords['1.6'],
  logIdle: { action: 'DiagnosticsStatusNotification', payload: { status: 'Idle' } },
  places: { tokenStatus: 'idTagInfo.status', tokenGroup: 'idTagInfo.parentIdTag' },
};

const v2: StationWords = {
  boot: (station, reason = 'PowerUp') => ({
    reason,
    chargingStation: { vendorName: station.vendorName, model: station.model, serialNumber: station.serialNumber },
  }),
  status: (evseId, connectorId, status, at) => ({ timestamp: at, connectorStatus: status, evseId, connectorId }),
  everyStatus: (evseId, connectorId, at) =>
    STATUSES_2.map((connectorStatus) => ({ timestamp: at, connectorStatus, evseId, connectorId })),
  authorize: (token) => ({ idToken: { idToken: token.idToken, type: token.type } }),
  meterValues: (evseId, wh, at, context = 'Sample.Clock') => ({
    evseId,
    meterValue: [
      {
        timestamp: at,
        sampledValue: [
          { value: wh, context, measurand: 'Energy.Active.Import.Register', unitOfMeasure: { unit: 'Wh' } },
        ],
      },
    ],
  }),
  transaction: transactionWords['2.0.1'],
  logIdle: { action: 'LogStatusNotification', payload: { status: 'Idle' } },
  places: { tokenStatus: 'idTokenInfo.status', tokenGroup: 'idTokenInfo.groupIdToken.idToken' },
};

export const stationWords: Readonly<Record<OcppVersion, StationWords>> = { '1.6': v16, '2.0.1': v2, '2.1': v2 };
