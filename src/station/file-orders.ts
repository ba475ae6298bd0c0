/** Orders to fetch signed firmware and to upload a log: the security extension of 1.6 words them as 2.x does. */
import { cancelFirmware, updateFirmware, updating } from './firmware.ts';
import { upload, uploading } from './log-upload.ts';
import type { Handler } from './protocol.ts';
import { securityEvent } from './security-event.ts';
import { NOTHING } from './state.ts';
import type { Payload } from './types.ts';

const number = (value: unknown) => (typeof value === 'number' ? value : 0);
const instant = (value: unknown) => (typeof value === 'string' ? Date.parse(value) : 0);

/** Uploads a log; what is uploaded at the time is given up for it (2.x N01.FR.12; whitepaper N01.FR.11). */
export const getLog: Handler = (station, asked, after) => {
  const log = (asked['log'] ?? NOTHING) as Payload;
  const order = {
    kind: 'log',
    location: String(log['remoteLocation']),
    requestId: number(asked['requestId']),
    retries: number(asked['retries']),
    retryIntervalS: number(asked['retryInterval']),
  } as const;
  const status = uploading(station) ? 'AcceptedCanceled' : 'Accepted';
  after(() => upload(station, order));
  return { status, filename: `${station.settings.serialNumber}-${String(asked['logType'])}.log` };
};

/** Begins an update with signed firmware; one that is under way is given up for it (2.x L01.FR.24; whitepaper L01.FR.26). */
export const updateSigned: Handler = (station, asked, after) => {
  const firmware = (asked['firmware'] ?? NOTHING) as Payload;
  const { signingCertificate, signature } = firmware;
  // Firmware is protected (L01.FR.09), and its certificate is looked at first (2.x L01.FR.21, L01.FR.22; whitepaper L01.FR.23).
  if (signingCertificate === undefined || signature === undefined) return { status: 'Rejected' };
  if (station.notary !== undefined && station.notary.read(String(signingCertificate)) === undefined) {
    after(() => securityEvent(station, 'InvalidFirmwareSigningCertificate'));
    return { status: 'InvalidCertificate' };
  }
  const status = updating(station) ? 'AcceptedCanceled' : 'Accepted';
  cancelFirmware(station);
  after(() =>
    updateFirmware(station, {
      location: String(firmware['location']),
      requestId: number(asked['requestId']),
      signed: true,
      signature: String(signature),
      retrieveAt: instant(firmware['retrieveDateTime']),
      installAt: instant(firmware['installDateTime']),
      retries: number(asked['retries']),
      retryIntervalS: number(asked['retryInterval']),
    }),
  );
  return { status };
};
