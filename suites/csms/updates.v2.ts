/** Firmware updates in OCPP 2.x, as an operator asks for them and as a station tells how they go. */
import type { Context, Ordered } from '../../src/judge/context.ts';
import { alter, behaviour, type Fault } from '../../src/judge/fault.ts';
import { expect } from '../../src/judge/words.ts';
import type { Payload } from '../../src/session.ts';
import { FIRMWARE_CERTIFICATE } from './firmware-certificate.ts';
import { ahead, oddHex, oddNumber, oddUrl } from './odds.ts';
import { reports } from './orders.ts';
import { inOneOrder, tells } from './orders.v2.ts';
import { anyRequestId, requestIdOf } from './reports.ts';
import { boot, CONNECTOR, EVSE, now } from './states.ts';

export const askedCheck = {
  ref: 'UpdateFirmwareRequest.firmware',
  level: 'SHALL',
  says: 'the CALL carries where the firmware is, from when on it is fetched and installed, its signature, and how often to try',
} as const;
export const askedFaults: readonly Fault[] = [
  alter('UpdateFirmware', { requestId: 1 }),
  alter('UpdateFirmware', { retries: 9 }),
  alter('UpdateFirmware', { retryInterval: null }),
  alter('UpdateFirmware', { firmware: { location: 'https://example.org/other.bin' } }),
  alter('UpdateFirmware', { firmware: { retrieveDateTime: '2031-01-01T00:00:00Z' } }),
  alter('UpdateFirmware', { firmware: { signature: null } }),
  alter('UpdateFirmware', { firmware: { signature: btoa('another signature') } }),
];
export const installNow = alter('UpdateFirmware', { firmware: { installDateTime: null } });
export const installLater = alter('UpdateFirmware', { firmware: { installDateTime: '2031-01-01T00:00:00Z' } });

export const signedCheck = {
  ref: 'L01.FR.11',
  level: 'SHALL',
  says: 'the CALL carries the certificate by which the station checks the firmware',
} as const;
export const signedFault = alter('UpdateFirmware', { firmware: { signingCertificate: null } });

export const followedCheck = {
  ref: 'FirmwareStatusNotificationRequest.status',
  level: 'SHALL',
  says: 'whatever the station tells of the update is answered',
} as const;

export const backCheck = {
  ref: 'B01.FR.02',
  level: 'SHALL',
  says: 'the station is accepted when it boots for the update',
} as const;
export const backFault = behaviour('accepts-one-boot', 'a station that boots again is put on hold');

/** What the operator asks for: an update that may be fetched and installed at once, unless told otherwise. */
export const wish = (context: Context, firmware: Payload = {}): Payload => ({
  requestId: anyRequestId(context.random),
  retries: oddNumber(context, 2, 5),
  retryInterval: oddNumber(context, 61, 300),
  firmware: {
    location: oddUrl(context, 'firmware', 'station.bin'),
    retrieveDateTime: ahead(context, -oddNumber(context, 60, 600)),
    signingCertificate: FIRMWARE_CERTIFICATE,
    signature: btoa(oddHex(context, 64)),
    ...firmware,
  },
});

/** White space means nothing in PEM: line ends are written in more ways than one. */
const pemInOneLine = (payload: Payload): Payload => {
  const firmware = payload['firmware'] as Payload | undefined;
  const pem = firmware?.['signingCertificate'];
  if (typeof pem !== 'string') return payload;
  return { ...payload, firmware: { ...firmware, signingCertificate: pem.replace(/\s+/g, '') } };
};

/** The operator has an update made; the checks `asked` (or another) and `signed` judge the CALL. */
export async function updates(
  { operator, check }: Context,
  asked: Payload,
  status: string,
  id: 'asked' | 'again' = 'asked',
): Promise<Ordered> {
  const order = await operator.order('UpdateFirmware', asked);
  check(id, () => expect(inOneOrder(order, pemInOneLine)).to.carryWhatWasAsked());
  check('signed', () => {
    const { firmware } = order.call.payload;
    expect((firmware as Payload)['signingCertificate']).to.match(/BEGIN CERTIFICATE/);
  });
  order.call.respond({ status });
  return order;
}

/** FirmwareStatusNotifications one after the other. */
export const goes = (context: Context<'followed'>, order: Ordered, ...statuses: readonly string[]) =>
  tells(
    context,
    'FirmwareStatusNotification',
    ...statuses.map((status) => ({ status, requestId: requestIdOf(order) })),
  );

/** A SecurityEventNotification, judged by the check `followed`. */
export const alarms = (context: Context<'followed'>, type: string) =>
  tells(context, 'SecurityEventNotification', { type, timestamp: now(context) });

/** The station reboots, before or after the firmware is installed. */
export async function reboots(context: Context<'back' | 'taken'>): Promise<void> {
  await context.station.reconnect();
  const again = await boot(context, 'FirmwareUpdate');
  context.check('back', () => expect(again).to.be.callResult({ status: 'Accepted' }));
  await reports(context, context.words.status(EVSE, CONNECTOR, 'Available', now(context)));
}

export const FETCHED = ['Downloading', 'Downloaded', 'SignatureVerified'];
