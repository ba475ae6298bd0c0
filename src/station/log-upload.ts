/** Uploads of logs and diagnostics as a state machine. */
import { extrasOf } from './extras.ts';
import { fakeFiles } from './files.ts';
import { send } from './outbox.ts';
import type { Station } from './station.ts';
import { later } from './timers.ts';
import type { Payload } from './types.ts';

const UPLOAD_MS = 2_000;

export interface UploadOrder {
  /** 1.6 GetDiagnostics has a message and words of its own. */
  readonly kind: 'diagnostics' | 'log';
  readonly location: string;
  readonly requestId: number | undefined;
  /** Attempts after the first. */
  readonly retries: number;
  readonly retryIntervalS: number;
}

/** True while an upload is under way. */
export const uploading = (station: Station): boolean => station.extras?.upload?.status === 'Uploading';

/** Begins an upload; one that is under way is given up for it, and where there is a word for it told so (2.x N01.FR.20). */
export function upload(station: Station, order: UploadOrder): void {
  const extras = extrasOf(station);
  const running = extras.upload;
  if (running !== undefined && uploading(station)) {
    running.stop?.();
    if (running.order.kind === 'log' && station.settings.version !== '1.6') tell(station, 'AcceptedCanceled');
  }
  extras.upload = { status: 'Idle', order, stop: undefined };
  attempt(station, order, 0);
}

function attempt(station: Station, order: UploadOrder, done: number): void {
  tell(station, 'Uploading');
  const running = station.extras?.upload;
  if (running === undefined) return;
  running.stop = later(station, UPLOAD_MS, () => {
    if ((station.files ?? fakeFiles).upload(order.location)) tell(station, 'Uploaded');
    else if (done < order.retries) {
      running.stop = later(station, order.retryIntervalS * 1000, () => attempt(station, order, done + 1));
    } else tell(station, order.kind === 'log' ? 'UploadFailure' : 'UploadFailed');
  });
}

function tell(station: Station, status: string): void {
  const running = station.extras?.upload;
  if (running === undefined) return;
  running.status = status;
  sendUploadStatus(station, running.order.kind);
}

/** Tells how the last upload of that kind stands. @param passes asked for by the CSMS: what is over is Idle then */
export function sendUploadStatus(station: Station, kind: UploadOrder['kind'], passes = false): void {
  const running = station.extras?.upload?.order.kind === kind ? station.extras.upload : undefined;
  const status = running === undefined || (passes && running.status !== 'Uploading') ? 'Idle' : running.status;
  const tellsId = kind === 'log' && status !== 'Idle' && running?.order.requestId !== undefined;
  const payload: Payload = { status, ...(tellsId && { requestId: running.order.requestId }) };
  const action = kind === 'log' ? 'LogStatusNotification' : 'DiagnosticsStatusNotification';
  if (station.online) send(station, action, payload, { passes });
}
