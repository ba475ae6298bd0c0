/** Listens for WebSockets, plain or TLS, and hands each to an Acceptor that decided on its handshake. */
import { createServer, type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { PeerCertificate, SecureVersion, TLSSocket } from 'node:tls';
import { WebSocketServer } from 'ws';
import type { Acceptor, Admission, ClientCertificate, HandshakeRequest } from './transport.ts';
import { wsTransport } from './ws-transport.ts';

export interface ListenOptions {
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  /** PEM; with it the listener speaks TLS. */
  readonly tls?: TlsOptions;
}

export interface TlsOptions {
  /** One for each kind of key. */
  readonly cert: string | readonly string[];
  readonly key: string | readonly string[];
  readonly ca?: string;
  /** Asks clients for a certificate; one that is bad, or none, is refused. */
  readonly requestCert?: boolean;
  /** Decides of a client certificate in OpenSSL's place. @param error code of what OpenSSL has against it */
  readonly forgives?: (error: string) => boolean;
  readonly minVersion?: SecureVersion;
  readonly ciphers?: string;
}

export interface Listening {
  /** `ws://host:port` or `wss://host:port`. */
  readonly origin: string;
  readonly port: number;
  /** Stops listening and ends what is still open. */
  close(): Promise<void>;
}

const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;
/** A peer that asks for an upgrade and then stays silent must not hold a socket for ever. */
const HEADERS_MS = 20_000;

/** @throws the system's error where the address can't be had */
export async function listen(acceptor: Acceptor, options: ListenOptions): Promise<Listening> {
  const { tls, host, port } = options;
  const server: Server = tls ? createTlsServer(secured(tls)) : createServer();
  server.headersTimeout = HEADERS_MS;
  const connections = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
  server.on('secureConnection', (socket: TLSSocket) => {
    const error = String(socket.authorizationError ?? '');
    if (tls?.requestCert && !socket.authorized && !tls.forgives?.(error)) socket.destroy();
  });
  server.on('request', (_request, response) => {
    response.writeHead(426, { 'content-type': 'text/plain', upgrade: 'websocket' });
    response.end('This address speaks OCPP over WebSocket.\n');
  });
  const admitted = new WeakMap<IncomingMessage, string>();
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: MAX_MESSAGE_BYTES,
    clientTracking: false,
    handleProtocols: (_offered, request) => admitted.get(request) || false,
  });
  server.on('upgrade', (message, socket, head) => {
    socket.on('error', () => socket.destroy());
    if (socket.destroyed) return;
    const certificate = shown(socket);
    const request = { ...requestOf(message), ...(certificate && { certificate }) };
    const admission = acceptor.admit(request);
    if (!admission.admit) {
      refuse(socket, admission);
      return;
    }
    admitted.set(message, admission.subprotocol);
    sockets.handleUpgrade(message, socket, head, (ws) =>
      acceptor.accept(request, wsTransport(ws, admission.subprotocol)),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const address = server.address() as AddressInfo;
  return {
    origin: `${tls ? 'wss' : 'ws'}://${host.includes(':') ? `[${host}]` : host}:${address.port}`,
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of connections) socket.destroy();
      }),
  };
}

/** Who is refused for a certificate is refused by us, after the handshake: only then is it known why. */
function secured({ cert, key, ca, requestCert = false, minVersion = 'TLSv1.2', ciphers }: TlsOptions): ServerOptions {
  return {
    cert: [cert].flat(),
    key: [key].flat(),
    minVersion,
    requestCert,
    rejectUnauthorized: false,
    ...(ca !== undefined && { ca }),
    ...(ciphers !== undefined && { ciphers, honorCipherOrder: true }),
  };
}

/** The subject of the certificate that a client showed; undefined for none. */
function shown(socket: Duplex): ClientCertificate | undefined {
  if (!('getPeerCertificate' in socket)) return undefined;
  // Null on a socket that has ended, whatever the types say.
  const subject = ((socket as TLSSocket).getPeerCertificate() as PeerCertificate | null)?.subject;
  return subject && { commonNames: [subject.CN ?? []].flat(), organizations: [subject.O ?? []].flat() };
}

function refuse(socket: Duplex, { status, headers }: Extract<Admission, { admit: false }>): void {
  const lines = Object.entries({ connection: 'close', 'content-length': '0', ...headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n`);
}

function requestOf(message: IncomingMessage): HandshakeRequest {
  const offered = message.headers['sec-websocket-protocol'] ?? '';
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return {
    target: message.url ?? '/',
    subprotocols: offered
      .split(',')
      .map((token) => token.trim())
      .filter((token) => token !== ''),
    headers,
  };
}
