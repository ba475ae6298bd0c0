/** What the ocpp-rpc back office answers to an OCPP 1.6 station. */

import type { JsonObject } from '../control.ts';
import type { Books } from './books.ts';
import type { Handlers } from './csms.ts';

function idTagInfo(books: Books, idTag: string): JsonObject {
  const token = books.find(idTag);
  return { status: token?.status ?? 'Invalid', ...(token?.groupId && { parentIdTag: token.groupId }) };
}

export const handlers16 = (books: Books, station: string): Handlers => ({
  BootNotification: () => ({ status: 'Accepted', currentTime: new Date().toISOString(), interval: 300 }),
  Heartbeat: () => ({ currentTime: new Date().toISOString() }),
  Authorize: ({ idTag }) => ({ idTagInfo: idTagInfo(books, String(idTag)) }),
  StartTransaction: ({ idTag }) => {
    const info = idTagInfo(books, String(idTag));
    const transactionId = books.nextId();
    if (info.status === 'Accepted' && books.isBusy(String(idTag), station, String(transactionId)))
      info.status = 'ConcurrentTx';
    if (info.status === 'Accepted') books.start(station, String(transactionId), String(idTag));
    return { transactionId, idTagInfo: info };
  },
  StopTransaction: ({ transactionId, idTag }) => {
    books.stop(station, String(transactionId));
    return typeof idTag === 'string' ? { idTagInfo: idTagInfo(books, idTag) } : {};
  },
  DataTransfer: () => ({ status: 'UnknownVendorId' }),
  // There is no certificate authority behind this back office.
  SignCertificate: () => ({ status: 'Rejected' }),
  StatusNotification: () => ({}),
  MeterValues: () => ({}),
  DiagnosticsStatusNotification: () => ({}),
  FirmwareStatusNotification: () => ({}),
  LogStatusNotification: () => ({}),
  SecurityEventNotification: () => ({}),
  SignedFirmwareStatusNotification: () => ({}),
});
