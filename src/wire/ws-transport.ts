/** A `ws` socket as a Transport. */
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { SILENT, watchOver } from './dead-man.ts';
import { socketLine } from './raw/socket.ts';
import type { Transport, TransportEvents } from './transport.ts';

/** Close code of a connection that ended without a close. */
const LOST = 1006;

/** What `ws` gets to tell of an end by itself. */
const LOST_MS = 500;

/** What may wait for a peer to read it. */
const MOST_WAITING_BYTES = 4 * 1024 * 1024;

/**
 * @param subprotocol what the handshake really agreed on, which `ws` need not know
 * @param below the socket under it, for bytes that `ws` does not write
 * @param idleMs milliseconds of silence after which the peer is asked whether it is there; never, unless told
 */
export function wsTransport(socket: WebSocket, subprotocol: string, below?: Duplex, idleMs?: number): Transport {
  let events: TransportEvents | undefined;
  const early: ((events: TransportEvents) => void)[] = [];
  const deliver = (event: (events: TransportEvents) => void) => {
    if (events) event(events);
    else early.push(event);
  };
  socket.on('message', (data: Buffer, isBinary: boolean) => {
    const message = isBinary ? new Uint8Array(data) : data.toString('utf8');
    deliver((to) => to.message(message));
  });
  let over = false;
  const ended = (code: number, reason: string) => {
    if (over) return;
    over = true;
    deliver((to) => to.close({ code, reason }));
  };
  socket.on('close', (code: number, reason: Buffer) => ended(code, reason.toString('utf8')));
  // Of a socket that is gone in the middle of a frame, `ws` may never tell.
  const lost = () => void setTimeout(() => ended(LOST, ''), LOST_MS).unref();
  below?.once('close', lost);
  const unwatched =
    below === undefined || idleMs === undefined
      ? () => {}
      : watchOver(socket, below, idleMs, () => {
          ended(LOST, SILENT);
          socket.terminate();
        });
  // The close that follows tells what matters; without a listener the process would end.
  socket.on('error', () => {});
  return {
    subprotocol,
    attach(to) {
      events = to;
      for (const event of early.splice(0)) event(to);
    },
    send(message) {
      if (socket.readyState !== socket.OPEN) return;
      // Who asks and never listens is not written to without end.
      if (socket.bufferedAmount > MOST_WAITING_BYTES) socket.terminate();
      else socket.send(message);
    },
    close: (code = 1000, reason = '') => socket.close(code, reason),
    terminate() {
      socket.terminate();
      lost();
    },
    ...(below && {
      bytes: () => {
        // No ping of ours comes between bytes that somebody writes himself.
        unwatched();
        return socketLine(below);
      },
    }),
  };
}
