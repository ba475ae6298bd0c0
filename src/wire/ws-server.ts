/** Listens for WebSockets, plain or TLS, and hands each to an Acceptor that decided on its handshake. */
import { createServer, type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import { type AddressInfo, createServer as createNetServer, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { DetailedPeerCertificate, SecureContextOptions, SecureVersion, TLSSocket } from 'node:tls';
import { WebSocketServer } from 'ws';
import { serveFlight } from './raw/flight.ts';
import { socketLine } from './raw/socket.ts';
import type { Acceptor, Admission, ClientCertificate, Face, HandshakeEnd, HandshakeRequest } from './transport.ts';
import { wsTransport } from './ws-transport.ts';

export interface ListenOptions {
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  /** PEM; with it the listener speaks TLS. */
  readonly tls?: TlsOptions;
  /** Plain connections are taken at the same address as well: the first byte of a client tells which it is. */
  readonly plainToo?: boolean;
  /** A client that was silent for so long, in milliseconds, is asked with a ping, and cut off where it is silent for as long again. */
  readonly idleMs?: number;
  /** Agrees to compression where a client offers it (2.x Part 4, 3.3: a CSMS has to). */
  readonly compresses?: boolean;
  /** Told of a TLS handshake that came to nothing, and of a connection that ended before anything was asked for, with its address. */
  readonly brokenOff?: (end: HandshakeEnd, from: string | undefined) => void;
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
  /** Certificates that are refused although nothing is wrong with them, by their serial numbers in lower case. */
  readonly revoked?: ReadonlySet<string>;
  /** Asks whether a certificate is still good, after the handshake. @param pem its own first */
  readonly vets?: (pem: string) => Promise<boolean>;
  readonly minVersion?: SecureVersion;
  readonly ciphers?: string;
}

export interface Listening {
  /** `ws://host:port` or `wss://host:port`. */
  readonly origin: string;
  readonly port: number;
  /** Shows another face in TLS handshakes from now on; the usual one where none is given. */
  show(face: Face | undefined): void;
  /** Speaks TLS with other certificates from now on, and otherwise as before. */
  renew(tls: Pick<TlsOptions, 'cert' | 'key'>): void;
  /** Stops listening and ends what is still open. */
  close(): Promise<void>;
}

const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;
/** Who sends a head drop by drop, or begins a TLS handshake and stops, must not hold a socket for ever. */
const HEADERS_MS = 10_000;
const REQUEST_MS = 15_000;
/** How often the two are looked at. */
const LOOKS_MS = 2_000;

/** First byte of a TLS handshake record; a request line begins with a letter. */
const TLS_HANDSHAKE = 0x16;

/** @throws the system's error where the address can't be had */
export async function listen(acceptor: Acceptor, options: ListenOptions): Promise<Listening> {
  const { tls, host, port, plainToo = false } = options;
  const brokenOff = options.brokenOff ?? (() => {});
  const secure = tls && securedServer(tls, brokenOff);
  const plain = secure === undefined || plainToo ? createServer({ connectionsCheckingInterval: LOOKS_MS }) : undefined;
  const servers = [secure, plain].filter((server) => server !== undefined);
  for (const server of servers) serve(server, acceptor, options);
  let shown: Face | undefined;
  const byHand = (socket: Socket): boolean => {
    if (shown?.flight === undefined) return false;
    const from = addressOf(socket);
    serveFlight(socket, shown, shown.flight, (end) => brokenOff(end, from));
    return true;
  };
  // Who is told of handshakes may play them by hand as well.
  const front =
    secure && (plain || options.brokenOff) ? eitherWay(secure, plain, byHand) : (secure ?? (plain as Server));
  const connections = new Set<Socket>();
  front.on('connection', (socket: Socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    front.once('error', reject);
    front.listen(port, host, () => {
      front.off('error', reject);
      resolve();
    });
  });
  const address = front.address() as AddressInfo;
  return {
    origin: originOf(host, address.port, tls !== undefined && !plainToo),
    port: address.port,
    show: (face) => {
      shown = face;
      if (tls) secure?.setSecureContext(face === undefined ? contextOf(tls) : faceOf(face, tls));
      secure?.removeAllListeners('OCSPRequest');
      const { staple } = face ?? {};
      if (staple) secure?.on('OCSPRequest', (_certificate, _issuer, give) => give(null, Buffer.from(staple)));
    },
    renew: (newer) => {
      if (tls) secure?.setSecureContext(contextOf({ ...tls, ...newer }));
    },
    close: () =>
      new Promise((resolve) => {
        front.close(() => resolve());
        for (const socket of connections) socket.destroy();
      }),
  };
}

/** Hands a connection to the one server or the other, by its first byte. @param byHand takes a TLS handshake in place of either */
function eitherWay(secure: Server, plain: Server | undefined, byHand: (socket: Socket) => boolean) {
  return createNetServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.setTimeout(HEADERS_MS, () => socket.destroy());
    socket.once('readable', () => {
      const first = socket.read(1) as Uint8Array | null;
      if (first === null) {
        socket.destroy();
        return;
      }
      socket.setTimeout(0);
      socket.unshift(first);
      if (first[0] === TLS_HANDSHAKE && byHand(socket)) return;
      (first[0] === TLS_HANDSHAKE ? secure : (plain ?? secure)).emit('connection', socket);
    });
  });
}

function securedServer(tls: TlsOptions, brokenOff: NonNullable<ListenOptions['brokenOff']>) {
  const server = createTlsServer({
    ...secured(tls),
    connectionsCheckingInterval: LOOKS_MS,
    handshakeTimeout: HEADERS_MS,
  });
  // Of a handshake that ended without a word, TLS no longer knows the address when it tells: the socket below does.
  const shaking = new Map<string, string>();
  server.on('connection', (socket: Socket) => {
    const [end, from] = [endOf(socket), addressOf(socket)];
    shaking.set(end, 'the connection ended in the TLS handshake');
    socket.once('close', () => {
      const says = shaking.get(end);
      if (says === undefined) return;
      shaking.delete(end);
      brokenOff({ outcome: 'broken off', says }, from);
    });
  });
  server.on('tlsClientError', (cause, socket) => {
    const end = endOf(socket);
    if (shaking.has(end)) shaking.set(end, cause.message);
  });
  const asked = new WeakSet<object>();
  for (const event of ['request', 'upgrade'])
    server.on(event, (message: IncomingMessage) => {
      asked.add(message.socket);
    });
  server.on('secureConnection', (socket: TLSSocket) => {
    const error = String(socket.authorizationError ?? '');
    const from = addressOf(socket);
    shaking.delete(endOf(socket));
    if (tls.requestCert && !socket.authorized && !tls.forgives?.(error)) socket.destroy();
    if (tls.revoked?.has(String(socket.getPeerCertificate()?.serialNumber).toLowerCase())) socket.destroy();
    socket.once('close', () => {
      // A client may look at our certificate only after the handshake.
      if (!asked.has(socket))
        brokenOff({ outcome: 'broken off', says: 'the connection ended before anything was asked for' }, from);
    });
  });
  return server;
}

function serve(server: Server, acceptor: Acceptor, { compresses = false, idleMs, tls }: ListenOptions): void {
  server.headersTimeout = HEADERS_MS;
  server.requestTimeout = REQUEST_MS;
  server.on('request', (_request, response) => {
    response.writeHead(426, { 'content-type': 'text/plain', upgrade: 'websocket' });
    response.end('This address speaks OCPP over WebSocket.\n');
  });
  const admitted = new WeakMap<IncomingMessage, string>();
  const sockets = new WebSocketServer({
    noServer: true,
    // Each message by itself: what a thousand stations said last is not kept.
    perMessageDeflate: compresses && { serverNoContextTakeover: true, clientNoContextTakeover: true },
    maxPayload: MAX_MESSAGE_BYTES,
    clientTracking: false,
    handleProtocols: (_offered, request) => admitted.get(request) || false,
  });
  server.on('upgrade', (message, socket, head) => {
    socket.on('error', () => socket.destroy());
    if (socket.destroyed) return;
    const from = addressOf(socket);
    const request = { ...requestOf(message), ...tlsOf(socket), ...(from !== undefined && { from }) };
    const go = () => {
      const admission = acceptor.admit(request);
      if (!admission.admit) {
        refuse(socket, admission);
        return;
      }
      admitted.set(message, admission.subprotocol);
      sockets.handleUpgrade(message, socket, head, (ws) => {
        acceptor.accept(request, wsTransport(ws, admission.subprotocol, socket, idleMs));
      });
    };
    const pem = request.certificate?.pem;
    if (tls?.vets === undefined || pem === undefined) go();
    else
      void tls.vets(pem).then((good) => {
        if (!good) socket.destroy();
        else if (!socket.destroyed) go();
      });
  });
}

/** The address of a listener, for those who dial. */
export const originOf = (host: string, port: number, tls: boolean): string =>
  `${tls ? 'wss' : 'ws'}://${host.includes(':') ? `[${host}]` : host}:${port}`;

/** Who is refused for a certificate is refused by us, after the handshake: only then is it known why. */
export const secured = (tls: TlsOptions): ServerOptions => ({
  ...contextOf(tls),
  requestCert: tls.requestCert ?? false,
  rejectUnauthorized: false,
});

const contextOf = ({ cert, key, ca, minVersion = 'TLSv1.2', ciphers }: TlsOptions): SecureContextOptions => ({
  cert: [cert].flat(),
  key: [key].flat(),
  minVersion,
  ...(ca !== undefined && { ca }),
  ...(ciphers !== undefined && { ciphers, honorCipherOrder: true }),
});

/** What Node thinks too weak is shown all the same. */
const faceOf = ({ cert, key, least = 'TLSv1.2', most = 'TLSv1.3', suites }: Face, tls: TlsOptions) => ({
  ...contextOf({ ...tls, cert, key, minVersion: least }),
  // Cipher suites of TLS 1.3 are other ones.
  maxVersion: suites && most === 'TLSv1.3' ? 'TLSv1.2' : most,
  ciphers: `${suites?.join(':') ?? 'ALL'}:@SECLEVEL=0`,
  // Without these there is no anonymous exchange.
  dhparam: 'auto',
});

/** Where a connection came from; an IPv4 address reads the same on either kind of socket. */
const addressOf = (socket: Duplex): string | undefined =>
  (socket as Socket).remoteAddress?.replace(/^::ffff:(?=\d+\.)/i, '');

/** The other end of a connection, by address and port. */
const endOf = (socket: Socket): string => `${socket.remoteAddress} ${socket.remotePort}`;

/** What was agreed in the TLS handshake, and the certificate that a client showed; nothing for a plain socket. */
function tlsOf(duplex: Duplex): Pick<HandshakeRequest, 'secured' | 'certificate'> {
  if (!('getPeerCertificate' in duplex)) return {};
  const socket = duplex as TLSSocket;
  const certificate = shown(socket);
  return {
    // Null on a socket that has ended, whatever the types say.
    secured: {
      version: socket.getProtocol() ?? '',
      suite: socket.getCipher()?.name ?? '',
      ...(socket.isSessionReused() && { resumed: true }),
    },
    ...(certificate && { certificate }),
  };
}

function shown(socket: TLSSocket): ClientCertificate | undefined {
  const peer = socket.getPeerCertificate(true) as DetailedPeerCertificate | null;
  const subject = peer?.subject;
  if (peer === null || subject === undefined) return undefined;
  return {
    commonNames: [subject.CN ?? []].flat(),
    organizations: [subject.O ?? []].flat(),
    pem: chainOf(peer),
    ...(!socket.authorized && { flaw: String(socket.authorizationError) }),
  };
}

/** The chain that a client sent, as PEM; a root stands for its own issuer. */
function chainOf(peer: DetailedPeerCertificate): string {
  const links: string[] = [];
  for (let link = peer; link?.raw && links.length < MAX_CHAIN; link = link.issuerCertificate) {
    const lines = link.raw.toString('base64').match(/.{1,64}/g) ?? [];
    links.push(['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n'));
    if (link.issuerCertificate === link) break;
  }
  return links.join('');
}

/** Certificates of a client that are looked at: chains in use have two or three. */
const MAX_CHAIN = 10;

function refuse(socket: Duplex, { status, headers, keeps }: Extract<Admission, { admit: false }>): void {
  const usual = keeps ? {} : { connection: 'close', 'content-length': '0' };
  const lines = Object.entries({ ...usual, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n`;
  if (keeps === undefined) {
    socket.end(head);
    return;
  }
  const line = socketLine(socket);
  socket.write(head);
  keeps(line);
}

function requestOf(message: IncomingMessage): HandshakeRequest {
  const offered = message.headers['sec-websocket-protocol'] ?? '';
  const headers: Record<string, string> = {};
  // All values of a header, as one list: Node drops the second of some, and whose it was is what matters here.
  for (const [name, values] of Object.entries(message.headersDistinct)) {
    if (values !== undefined) headers[name] = values.join(', ');
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
