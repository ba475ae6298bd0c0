/** What a station says in the smoke test, for each OCPP version, in the same few words. */

import type { JsonObject } from './control.ts';
import type { OcppVersion } from './counterpart.ts';
import type { SmokeStation } from './smoke-station.ts';

export interface Flows {
  boot(station: SmokeStation): Promise<JsonObject>;
  /** `status group`, as the answer to an Authorize has them. */
  authorize(station: SmokeStation, token: string): Promise<string>;
  /** Starts a transaction; gives its id and the status of the token. */
  start(station: SmokeStation, token: string): Promise<{ id: string; status: string }>;
  stop(station: SmokeStation, id: string): Promise<JsonObject>;
  /** What a token that nobody knows is called. */
  unknown: string;
  reset: JsonObject;
}

const now = () => new Date().toISOString();
let transactions = 0;

export const flows: Record<OcppVersion, Flows> = {
  '1.6': {
    boot: (station) => station.ask('BootNotification', { chargePointVendor: 'Smoke', chargePointModel: 'One' }),
    async authorize(station, idTag) {
      const { status, parentIdTag } = (await station.ask('Authorize', { idTag })).idTagInfo as JsonObject;
      return `${status} ${parentIdTag ?? '-'}`;
    },
    async start(station, idTag) {
      const request = { connectorId: 1, idTag, meterStart: 0, timestamp: now() };
      const { transactionId, idTagInfo } = await station.ask('StartTransaction', request);
      return { id: String(transactionId), status: String((idTagInfo as JsonObject).status) };
    },
    stop: (station, id) =>
      station.ask('StopTransaction', { transactionId: Number(id), meterStop: 10, timestamp: now() }),
    unknown: 'Invalid -',
    reset: { type: 'Hard' },
  },
  '2.0.1': {
    boot: (station) =>
      station.ask('BootNotification', { reason: 'PowerUp', chargingStation: { vendorName: 'Smoke', model: 'One' } }),
    async authorize(station, idToken) {
      const { idTokenInfo } = await station.ask('Authorize', { idToken: { idToken, type: 'ISO14443' } });
      const { status, groupIdToken } = idTokenInfo as JsonObject;
      return `${status} ${(groupIdToken as JsonObject | undefined)?.idToken ?? '-'}`;
    },
    async start(station, idToken) {
      transactions += 1;
      const id = `smoke-${transactions}`;
      const answer = await station.ask('TransactionEvent', {
        ...event(id, 'Started', 'Authorized', 0),
        idToken: { idToken, type: 'ISO14443' },
        evse: { id: 1, connectorId: 1 },
      });
      return { id, status: String((answer.idTokenInfo as JsonObject).status) };
    },
    stop: (station, id) => station.ask('TransactionEvent', event(id, 'Ended', 'StopAuthorized', 1)),
    unknown: 'Unknown -',
    reset: { type: 'Immediate' },
  },
};

function event(transactionId: string, eventType: string, triggerReason: string, seqNo: number): JsonObject {
  return { eventType, timestamp: now(), triggerReason, seqNo, transactionInfo: { transactionId } };
}
