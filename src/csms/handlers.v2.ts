/** The reference CSMS in OCPP 2.0.1 and 2.1. */
import type { Payload } from '../session.ts';
import { acknowledge, authorize, boot, type Desk, dataTransfer, type Handlers, heartbeat } from './handler.ts';
import { learnFromReport } from './items.ts';
import { levelling } from './load-levelling.ts';
import type { Transaction } from './store.ts';
import { costAfter } from './tariff.ts';

interface IdToken {
  readonly idToken: string;
  readonly type: string;
}

/** Types that carry no identifier that a CSMS could look up (2.x IdTokenEnumType). */
const NO_IDENTIFIER = new Set(['NoAuthorization']);

function idTokenInfo({ idToken, type }: IdToken, desk: Desk, concurrent = false): Payload {
  if (NO_IDENTIFIER.has(type)) return { status: 'Accepted' };
  const { status, groupId } = authorize(idToken, desk, { concurrent });
  return { status, ...(groupId !== undefined && { groupIdToken: { idToken: groupId, type: 'Central' } }) };
}

/** The record of a transaction; one that is first heard of in the middle is made then: its start may come late. */
function transactionOf(asked: Payload, desk: Desk): Transaction {
  const { store, station, policy } = desk;
  const info = asked['transactionInfo'] as { transactionId: string };
  const known = store.transaction(station.id, info.transactionId, policy.stopsAnyTransaction);
  const again = known?.seen.has(Number(asked['seqNo'])) ?? false;
  if (known !== undefined && !(again && policy.forgetsRetries)) return known;
  const transaction: Transaction = {
    id: info.transactionId,
    station: station.id,
    evseId: (asked['evse'] as { id: number } | undefined)?.id ?? 0,
    token: undefined,
    startedAt: String(asked['timestamp']),
    meterStart: undefined,
    fingerprint: info.transactionId,
    seen: new Set(),
  };
  store.transactions.push(transaction);
  return transaction;
}

export const handlers2: Handlers = {
  BootNotification: boot,
  Heartbeat: heartbeat,
  DataTransfer: dataTransfer,

  StatusNotification: (asked, { station }) => {
    station.connectors.set(`${asked['evseId']}/${asked['connectorId']}`, String(asked['connectorStatus']));
    return {};
  },

  Authorize: (asked, desk) => ({ idTokenInfo: idTokenInfo(asked['idToken'] as IdToken, desk) }),

  TransactionEvent: (asked, desk) => {
    const transaction = transactionOf(asked, desk);
    const { policy, store } = desk;
    transaction.seen.add(Number(asked['seqNo']));
    if (asked['eventType'] !== 'Ended') {
      if (policy.reopensEnded) delete transaction.endedAt;
    } else if (!policy.forgetsStops) transaction.endedAt = String(asked['timestamp']);
    const cost = costAfter(transaction, asked);
    const token = asked['idToken'] as IdToken | undefined;
    if (token === undefined) return cost;
    // ConcurrentTx is a word for a start (AuthorizationStatusEnumType): who is in the transaction already stays in it.
    const starts = transaction.token === undefined && transaction.endedAt === undefined;
    const info = idTokenInfo(token, desk, starts && store.isCharging(token.idToken, transaction));
    if (policy.remembersRefusals && transaction.refused) return { ...cost, idTokenInfo: { status: 'Invalid' } };
    if (info['status'] === 'Accepted') transaction.token ??= token.idToken;
    else transaction.refused = true;
    return { ...cost, idTokenInfo: info };
  },

  NotifyReport: (asked, { station }) => {
    learnFromReport(station, asked['reportData']);
    return {};
  },

  // Nobody signs certificates here, and nobody knows contracts.
  SignCertificate: () => ({ status: 'Rejected' }),
  Get15118EVCertificate: () => ({ status: 'Failed', exiResponse: '' }),
  GetCertificateStatus: () => ({ status: 'Failed' }),

  ...levelling,

  ...Object.fromEntries(
    [
      'MeterValues',
      'SecurityEventNotification',
      'ReservationStatusUpdate',
      'ClearedChargingLimit',
      'NotifyChargingLimit',
      'ReportChargingProfiles',
      'FirmwareStatusNotification',
      'PublishFirmwareStatusNotification',
      'LogStatusNotification',
      'NotifyCustomerInformation',
      'NotifyEvent',
      'NotifyMonitoringReport',
      'NotifyDisplayMessages',
    ].map((action) => [action, acknowledge]),
  ),
};
