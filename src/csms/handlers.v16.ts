/** The reference CSMS in OCPP 1.6. */
import type { Payload } from '../session.ts';
import { acknowledge, authorize, boot, type Desk, dataTransfer, type Handlers, heartbeat, Refused } from './handler.ts';
import type { Transaction } from './store.ts';

/** 1.6 has fewer words for a token that is not accepted. */
const STATUS_16: Readonly<Record<string, string>> = {
  Accepted: 'Accepted',
  Blocked: 'Blocked',
  Expired: 'Expired',
  ConcurrentTx: 'ConcurrentTx',
};

function idTagInfo(idTag: string, desk: Desk, concurrent = false): Payload {
  const { status, groupId } = authorize(idTag, desk, { concurrent });
  return { status: STATUS_16[status] ?? 'Invalid', ...(groupId !== undefined && { parentIdTag: groupId }) };
}

/** The record of the transaction that a message is about. E 3.18 has the CSMS answer also where there is none. */
function known(asked: Payload, { store, station, policy }: Desk): Transaction | undefined {
  const transaction = store.transaction(station.id, String(asked['transactionId']), policy.stopsAnyTransaction);
  if (policy.refusesUnknownTransactions && (transaction === undefined || transaction.endedAt !== undefined))
    throw new Refused('PropertyConstraintViolation', 'there is no such transaction');
  return transaction;
}

export const handlers16: Handlers = {
  BootNotification: boot,
  Heartbeat: heartbeat,
  DataTransfer: dataTransfer,
  MeterValues: (asked, desk) => {
    if (asked['transactionId'] !== undefined) known(asked, desk);
    return {};
  },
  DiagnosticsStatusNotification: acknowledge,
  FirmwareStatusNotification: acknowledge,
  LogStatusNotification: acknowledge,
  SecurityEventNotification: acknowledge,
  SignedFirmwareStatusNotification: acknowledge,
  // Nobody signs certificates here.
  SignCertificate: () => ({ status: 'Rejected' }),

  StatusNotification: (asked, { station }) => {
    station.connectors.set(String(asked['connectorId']), String(asked['status']));
    return {};
  },

  Authorize: (asked, desk) => ({ idTagInfo: idTagInfo(String(asked['idTag']), desk) }),

  StartTransaction: (asked, desk) => {
    const { store, station, policy } = desk;
    const { idTag, connectorId, meterStart, timestamp } = asked;
    const fingerprint = JSON.stringify([connectorId, idTag, meterStart, timestamp]);
    const again = policy.forgetsRetries
      ? undefined
      : store.transactions.find((known) => known.station === station.id && known.fingerprint === fingerprint);
    const concurrent = again === undefined && store.isCharging(String(idTag));
    const info = idTagInfo(String(idTag), desk, concurrent);
    if (again !== undefined) return { transactionId: Number(again.id), idTagInfo: info };
    const transactionId = policy.sameTransactionId ? 1 : store.nextTransactionId();
    store.transactions.push({
      id: String(transactionId),
      station: station.id,
      evseId: Number(connectorId),
      token: String(idTag),
      startedAt: String(timestamp),
      meterStart: Number(meterStart),
      fingerprint,
      seen: new Set(),
    });
    return { transactionId, idTagInfo: info };
  },

  StopTransaction: (asked, desk) => {
    const { policy } = desk;
    const transaction = known(asked, desk);
    if (transaction !== undefined && transaction.endedAt === undefined && !policy.forgetsStops) {
      transaction.endedAt = String(asked['timestamp']);
      transaction.meterStop = Number(asked['meterStop']);
      transaction.reason = String(asked['reason'] ?? 'Local');
    }
    return asked['idTag'] === undefined ? {} : { idTagInfo: idTagInfo(String(asked['idTag']), desk) };
  },
};
