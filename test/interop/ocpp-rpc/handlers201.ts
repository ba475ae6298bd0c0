/** What the ocpp-rpc back office answers to an OCPP 2.0.1 station. */

import type { Json, JsonObject } from '../control.ts';
import type { Books } from './books.ts';
import type { Handlers } from './csms.ts';

const nothing = (): JsonObject => ({});

function idTokenInfo(books: Books, idToken: JsonObject): JsonObject {
  // C02: a start button has no identifier to look up.
  if (idToken.type === 'NoAuthorization') return { status: 'Accepted' };
  const token = books.find(String(idToken.idToken));
  return {
    status: token?.status ?? 'Unknown',
    ...(token?.groupId && { groupIdToken: { idToken: token.groupId, type: 'Central' } }),
  };
}

function transactionEvent(books: Books, station: string, event: JsonObject): JsonObject {
  const id = String((event.transactionInfo as JsonObject).transactionId);
  const idToken = object(event.idToken);
  const info = idToken && idTokenInfo(books, idToken);
  const named = idToken?.type === 'NoAuthorization' ? undefined : idToken && String(idToken.idToken);
  if (event.eventType === 'Ended') books.stop(station, id);
  else {
    if (info?.status === 'Accepted' && named && books.isBusy(named, station, id)) info.status = 'ConcurrentTx';
    books.start(station, id, info?.status === 'Accepted' ? named : undefined);
  }
  return info ? { idTokenInfo: info } : {};
}

function object(value: Json | undefined): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
}

export const handlers201 = (books: Books, station: string): Handlers => ({
  BootNotification: () => ({ status: 'Accepted', currentTime: new Date().toISOString(), interval: 300 }),
  Heartbeat: () => ({ currentTime: new Date().toISOString() }),
  Authorize: ({ idToken }) => ({ idTokenInfo: idTokenInfo(books, idToken as JsonObject) }),
  TransactionEvent: (event) => transactionEvent(books, station, event),
  DataTransfer: () => ({ status: 'UnknownVendorId' }),
  // There is no certificate authority and no energy management behind this back office.
  SignCertificate: () => ({ status: 'Rejected' }),
  Get15118EVCertificate: () => ({ status: 'Failed', exiResponse: '' }),
  GetCertificateStatus: () => ({ status: 'Failed' }),
  NotifyEVChargingNeeds: () => ({ status: 'Rejected' }),
  NotifyEVChargingSchedule: () => ({ status: 'Accepted' }),
  ClearedChargingLimit: nothing,
  FirmwareStatusNotification: nothing,
  LogStatusNotification: nothing,
  MeterValues: nothing,
  NotifyChargingLimit: nothing,
  NotifyCustomerInformation: nothing,
  NotifyDisplayMessages: nothing,
  NotifyEvent: nothing,
  NotifyMonitoringReport: nothing,
  NotifyReport: nothing,
  PublishFirmwareStatusNotification: nothing,
  ReportChargingProfiles: nothing,
  ReservationStatusUpdate: nothing,
  SecurityEventNotification: nothing,
  StatusNotification: nothing,
});
