/** What an operator asks of a station through the CSMS, as payloads: where the versions differ only in words. */
import type { OcppVersion } from './dialect.ts';

type Payload = Readonly<Record<string, unknown>>;

export interface OperatorWords {
  /** Reset. `now`: 1.6 Hard, 2.x Immediate; `idle`: 1.6 Soft, 2.x OnIdle. */
  reset(when: 'now' | 'idle'): Payload;
  /** ChangeAvailability of a connector, or of the whole station where there is no EVSE. */
  changeAvailability(operative: boolean, evseId?: number): Payload;
  /** UnlockConnector. */
  unlock(evseId: number, connectorId: number): Payload;
  /** TriggerMessage. @param connectorId 2.x wants it for StatusNotification (F06.FR.13) */
  trigger(message: string, evseId?: number, connectorId?: number): Payload;
  /** DataTransfer. */
  dataTransfer(vendorId: string, messageId: string, data: string): Payload;
}

const dataTransfer = (vendorId: string, messageId: string, data: string): Payload => ({ vendorId, messageId, data });

const v16: OperatorWords = {
  reset: (when) => ({ type: when === 'now' ? 'Hard' : 'Soft' }),
  changeAvailability: (operative, evseId = 0) => ({
    connectorId: evseId,
    type: operative ? 'Operative' : 'Inoperative',
  }),
  unlock: (evseId) => ({ connectorId: evseId }),
  trigger: (message, evseId) => ({ requestedMessage: message, ...(evseId !== undefined && { connectorId: evseId }) }),
  dataTransfer,
};

const v2: OperatorWords = {
  reset: (when) => ({ type: when === 'now' ? 'Immediate' : 'OnIdle' }),
  changeAvailability: (operative, evseId) => ({
    operationalStatus: operative ? 'Operative' : 'Inoperative',
    ...(evseId !== undefined && { evse: { id: evseId } }),
  }),
  unlock: (evseId, connectorId) => ({ evseId, connectorId }),
  trigger: (message, evseId, connectorId) => ({
    requestedMessage: message,
    ...(evseId !== undefined && { evse: { id: evseId, ...(connectorId !== undefined && { connectorId }) } }),
  }),
  dataTransfer,
};

export const operatorWords: Readonly<Record<OcppVersion, OperatorWords>> = { '1.6': v16, '2.0.1': v2, '2.1': v2 };
