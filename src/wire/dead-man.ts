/** Cuts off a peer that is no longer there, which TCP alone may never tell. */
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';

/** Milliseconds of silence after which a peer is asked: chargers beat more often, and no case waits in silence for long. */
export const IDLE_MS = 60_000;

/** How the end of such a connection is told. */
export const SILENT = 'nothing was heard, not even an answer to a ping';

/**
 * A peer that was silent for so long is asked with a ping, and given up where it is silent for as long again.
 * @param below the socket under it: any byte is a sign of life
 * @param idleMs milliseconds
 * @returns stops watching
 */
export function watchOver(ws: WebSocket, below: Duplex, idleMs: number, givenUp: () => void): () => void {
  let heard = true;
  let asked = false;
  const hears = () => {
    heard = true;
    asked = false;
  };
  below.on('data', hears);
  const timer = setInterval(() => {
    if (!heard && asked) {
      stop();
      givenUp();
    } else if (!heard && ws.readyState === ws.OPEN) {
      asked = true;
      ws.ping();
    }
    heard = false;
  }, idleMs);
  timer.unref();
  const stop = () => {
    clearInterval(timer);
    below.off('data', hears);
  };
  ws.once('close', stop);
  return stop;
}
