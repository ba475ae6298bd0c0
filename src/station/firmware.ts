/** Firmware updates as a state machine: fetch, check, wait until nothing charges, install, restart, tell. */
import { isCharging, reportAvailability, restart } from './availability.ts';
import { extrasOf } from './extras.ts';
import { fakeFiles } from './files.ts';
import { send } from './outbox.ts';
import { securityEvent } from './security-event.ts';
import type { Station } from './station.ts';
import { later } from './timers.ts';
import type { Payload } from './types.ts';

const DOWNLOAD_MS = 2_000;
const VERIFY_MS = 200;
const INSTALL_MS = 1_000;
/** How often a station that waits for its last transaction looks again. */
const IDLE_CHECK_MS = 1_000;

export interface FirmwareOrder {
  readonly location: string;
  readonly requestId: number | undefined;
  /** The image is signed and told of with the message for signed ones (1.6). */
  readonly signed: boolean;
  /** In base64. */
  readonly signature?: string;
  /** Epoch milliseconds. */
  readonly retrieveAt: number;
  readonly installAt: number;
  /** Attempts to download after the first. */
  readonly retries: number;
  readonly retryIntervalS: number;
}

/** Words that 1.6 has only in its security extension: in plain updates these steps are silent. */
const SIGNED_ONLY: ReadonlySet<string> = new Set([
  'DownloadScheduled',
  'InstallScheduled',
  'InstallRebooting',
  'SignatureVerified',
]);

/** Between the restart and the registration after it; told as the step before. */
const RESTARTED = 'Restarted';

const DONE: ReadonlySet<string> = new Set([
  'Idle',
  'Installed',
  'DownloadFailed',
  'InstallationFailed',
  'InstallVerificationFailed',
  'InvalidSignature',
]);

/** True while an update is under way. */
export const updating = (station: Station): boolean => !DONE.has(station.extras?.firmware?.status ?? 'Idle');

/** Begins an update; one that is under way is given up for it. */
export function updateFirmware(station: Station, order: FirmwareOrder): void {
  extrasOf(station).firmware = { status: 'Idle', order, stop: undefined };
  const wait = order.retrieveAt - station.clock.now();
  if (wait > 0) {
    tell(station, 'DownloadScheduled');
    next(station, order, wait, () => download(station, order, 0));
  } else download(station, order, 0);
}

/** Gives up the update that is under way. */
export function cancelFirmware(station: Station): void {
  const firmware = station.extras?.firmware;
  firmware?.stop?.();
  close(station, false);
  if (station.extras) delete station.extras.firmware;
}

/** Goes on in `ms`, unless another update took its place meanwhile. */
function next(station: Station, order: FirmwareOrder, ms: number, work: () => void): void {
  const { firmware } = station.extras ?? {};
  if (firmware === undefined) return;
  firmware.stop = later(station, ms, () => {
    if (station.extras?.firmware?.order === order) work();
  });
}

function download(station: Station, order: FirmwareOrder, attempt: number): void {
  tell(station, 'Downloading');
  next(station, order, DOWNLOAD_MS, () => {
    const got = (station.files ?? fakeFiles).download(order.location);
    if (got === 'missing') {
      if (attempt < order.retries) {
        next(station, order, order.retryIntervalS * 1000, () => download(station, order, attempt + 1));
      } else tell(station, 'DownloadFailed');
      return;
    }
    tell(station, 'Downloaded');
    next(station, order, VERIFY_MS, () => verify(station, order, got));
  });
}

function verify(station: Station, order: FirmwareOrder, got: 'good' | 'broken' | 'badlySigned'): void {
  if (order.signed) {
    const { location, signature = '' } = order;
    if (got === 'badlySigned' || !(station.files ?? fakeFiles).signed(location, signature)) {
      tell(station, 'InvalidSignature');
      securityEvent(station, 'InvalidFirmwareSignature');
      return;
    }
    tell(station, 'SignatureVerified');
  }
  const wait = order.installAt - station.clock.now();
  if (wait > 0) {
    tell(station, 'InstallScheduled');
    next(station, order, wait, () => install(station, order, got));
  } else install(station, order, got);
}

/** EVSEs that are not in use take nobody meanwhile (1.6 errata 3.49; 2.x L01.FR.07). */
function close(station: Station, installing: boolean): void {
  if (station.installing === installing) return;
  station.installing = installing;
  reportAvailability(station);
}

/** Waits until nothing charges: a transaction is not stopped for an update (1.6 errata 3.49; 2.x L01.FR.06). */
function install(station: Station, order: FirmwareOrder, got: string): void {
  close(station, true);
  if (station.evses.some(isCharging)) {
    if (station.extras?.firmware?.status !== 'InstallScheduled') tell(station, 'InstallScheduled');
    next(station, order, IDLE_CHECK_MS, () => install(station, order, got));
    return;
  }
  tell(station, 'Installing');
  next(station, order, INSTALL_MS, () => {
    if (got === 'broken') {
      close(station, false);
      tell(station, 'InstallationFailed');
      return;
    }
    tell(station, 'InstallRebooting');
    next(station, order, VERIFY_MS, () => {
      const firmware = station.extras?.firmware;
      if (firmware) firmware.status = RESTARTED;
      station.installing = false;
      restart(station, 'FirmwareUpdate');
    });
  });
}

/** After the boot that belongs to an update: it is done. */
export function continueFirmware(station: Station): void {
  if (station.extras?.firmware?.status !== RESTARTED) return;
  tell(station, 'Installed');
  securityEvent(station, 'FirmwareUpdated');
}

function tell(station: Station, status: string): void {
  const firmware = station.extras?.firmware;
  if (firmware === undefined) return;
  firmware.status = status;
  sendFirmwareStatus(station);
}

/** Tells how the update stands. */
export function sendFirmwareStatus(station: Station, passes = false, signedMessage?: boolean): void {
  const { order, status = 'Idle' } = station.extras?.firmware ?? {};
  const legacy = station.settings.version === '1.6';
  const signed = signedMessage ?? order?.signed ?? false;
  // Asked for when all is done: plain 1.6 is idle then, signed and 2.x only after success
  // (1.6 section 5.17; whitepaper L01.FR.28, L01.FR.29; 2.x L01.FR.25, L01.FR.26).
  const idle = passes && (legacy && !signed ? DONE.has(status) : status === 'Installed');
  const step = status === RESTARTED ? 'InstallRebooting' : status;
  const silent = legacy && !signed && SIGNED_ONLY.has(step);
  if (silent && !passes) return;
  const shown = idle ? 'Idle' : silent ? (step === 'InstallRebooting' ? 'Installing' : 'Idle') : step;
  const action = legacy && signed ? 'SignedFirmwareStatusNotification' : 'FirmwareStatusNotification';
  const tellsId = (!legacy || signed) && shown !== 'Idle' && order?.requestId !== undefined;
  const payload: Payload = { status: shown, ...(tellsId && { requestId: order.requestId }) };
  if (station.online) send(station, action, payload, { passes });
}
