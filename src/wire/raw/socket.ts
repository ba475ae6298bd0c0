/** Bytes over real sockets, plain or TLS, on either side. */
import { connect as connectTcp, createServer, type Server, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import {
  type ConnectionOptions,
  connect as connectTls,
  createServer as createTlsServer,
  TLSSocket,
  type TlsOptions,
} from 'node:tls';
import type { ByteEvents, ByteLine } from './bytes.ts';

/** A socket as a line. Nothing of what it does is an error to us: it ends, and how is told. */
export function socketLine(socket: Duplex): ByteLine {
  let events: ByteEvents | undefined;
  const early: ((events: ByteEvents) => void)[] = [];
  let over = false;
  const tell = (event: (events: ByteEvents) => void) => {
    if (events) event(events);
    else early.push(event);
  };
  const end = (how: 'finished' | 'reset') => {
    if (over) return;
    over = true;
    tell((to) => to.ended(how));
  };
  if (socket instanceof Socket) socket.setNoDelay(true);
  const take = (chunk: Buffer) => {
    const bytes = new Uint8Array(chunk);
    tell((to) => to.bytes(bytes));
  };
  // In front of `ws`, which unmasks in place; where nobody listens yet, listening is what makes it flow.
  if (socket.listenerCount('data') > 0) socket.prependListener('data', take);
  else socket.on('data', take);
  socket.on('end', () => end('finished'));
  socket.on('error', () => end('reset'));
  socket.on('close', () => end('finished'));
  return {
    attach(to) {
      events = to;
      for (const event of early.splice(0)) event(to);
    },
    write(bytes) {
      if (socket.writable) socket.write(bytes);
    },
    finish: () => void socket.end(),
    ...(socket instanceof TLSSocket && { renegotiate: () => renegotiated(socket) }),
    reset() {
      // A TLS socket has the one with the RST below it; one that is being shut down takes no RST, and would never close.
      if (socket instanceof Socket && !(socket instanceof TLSSocket) && !socket.writableEnded) socket.resetAndDestroy();
      else socket.destroy();
    },
  };
}

const renegotiated = (socket: TLSSocket): Promise<boolean> =>
  new Promise((resolve) => {
    socket.once('close', () => resolve(false));
    // It says no by undefined where the socket is gone.
    if (socket.renegotiate({}, (cause) => resolve(cause === null)) === undefined) resolve(false);
  });

export interface OpenOptions {
  readonly host: string;
  readonly port: number;
  /** With it the line is TLS. */
  readonly tls?: ConnectionOptions;
  readonly timeoutMs: number;
}

/** Connects. @throws the system's error, or one of TLS, where there is no connection in time */
export function openLine({ host, port, tls, timeoutMs }: OpenOptions): Promise<ByteLine> {
  return new Promise((resolve, reject) => {
    const socket = tls ? connectTls({ ...tls, host, port }) : connectTcp({ host, port, allowHalfOpen: true });
    const timer = setTimeout(() => failed(new Error(`no connection within ${timeoutMs} ms`)), timeoutMs);
    const failed = (cause: Error) => {
      clearTimeout(timer);
      socket.on('error', () => {});
      socket.destroy();
      reject(cause);
    };
    socket.once('error', failed);
    socket.once(tls ? 'secureConnect' : 'connect', () => {
      clearTimeout(timer);
      socket.off('error', failed);
      resolve(socketLine(socket));
    });
  });
}

/** Listens for lines. @throws the system's error where the address can't be had */
export async function listenForLines(
  take: (line: ByteLine) => void,
  options: { readonly host: string; readonly port: number; readonly tls?: TlsOptions },
): Promise<{ readonly port: number; close(): Promise<void> }> {
  const { host, port, tls } = options;
  const open = new Set<Socket>();
  const serve = (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    take(socketLine(socket));
  };
  const server: Server = tls ? createTlsServer(tls, serve) : createServer({ allowHalfOpen: true }, serve);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}
