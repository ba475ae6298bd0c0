/** Dials a CSMS over real sockets, plain or TLS, and tells truly what the handshake came to. */
import type { IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import type { Dialer, Handshake, HandshakeRequest } from './transport.ts';
import { wsTransport } from './ws-transport.ts';

export interface SocketOptions {
  /** `ws://host:port` or `wss://host:port`; the target of the request is added. */
  readonly origin: string;
  /** PEM of the CAs to trust. */
  readonly ca?: string;
  /** PEM, security profile 3. */
  readonly cert?: string;
  readonly key?: string;
  /** Milliseconds for TCP, TLS and the 101 together. */
  readonly timeoutMs: number;
}

/** Longest message taken from a SUT: far more than OCPP needs, far less than hurts. */
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

/** A dialer for one origin. */
export function socketDialer(options: SocketOptions): Dialer {
  return { dial: (request) => dial(request, options) };
}

function dial(request: HandshakeRequest, options: SocketOptions): Promise<Handshake> {
  const { ca, cert, key } = options;
  return new Promise((resolve) => {
    let socket: WebSocket;
    try {
      socket = new WebSocket(`${options.origin}${request.target}`, [...request.subprotocols], {
        headers: { ...request.headers },
        perMessageDeflate: false,
        handshakeTimeout: options.timeoutMs,
        maxPayload: MAX_MESSAGE_BYTES,
        ...(ca !== undefined && { ca }),
        ...(cert !== undefined && { cert }),
        ...(key !== undefined && { key }),
      });
    } catch (cause) {
      resolve({ outcome: 'unreachable', says: says(cause) });
      return;
    }
    let agreed = '';
    // `ws` gives up where the server answers with no subprotocol or with one that was not offered. That answer is
    // what we are here to see, so it is kept, and `ws` is shown what it likes.
    socket.once('upgrade', (response: IncomingMessage) => {
      agreed = response.headers['sec-websocket-protocol'] ?? '';
      const [first] = request.subprotocols;
      if (first === undefined) delete response.headers['sec-websocket-protocol'];
      else if (!request.subprotocols.includes(agreed)) response.headers['sec-websocket-protocol'] = first;
    });
    socket.once('open', () => {
      settled();
      resolve({ outcome: 'open', transport: wsTransport(socket, agreed) });
    });
    socket.once('unexpected-response', (_request, response: IncomingMessage) => {
      settled();
      socket.on('error', () => {});
      socket.terminate();
      const status = response.statusCode ?? 0;
      resolve({ outcome: 'refused', status, says: `HTTP ${status} ${response.statusMessage ?? ''}`.trim() });
    });
    const failed = (cause: Error) => {
      settled();
      socket.on('error', () => {});
      resolve({ outcome: 'unreachable', says: says(cause) });
    };
    socket.once('error', failed);
    function settled() {
      socket.off('error', failed);
    }
  });
}

/** An AggregateError (both address families refused) has an empty message of its own. */
function says(cause: unknown): string {
  if (cause instanceof AggregateError && cause.errors.length > 0) return says(cause.errors[0]);
  return cause instanceof Error ? cause.message || cause.name : String(cause);
}
