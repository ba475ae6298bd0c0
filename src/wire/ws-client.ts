/** Dials a CSMS over real sockets, plain or TLS, and tells truly what the handshake came to. */
import { constants } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import {
  type ConnectionOptions,
  checkServerIdentity,
  connect as connectTls,
  type PeerCertificate,
  type TLSSocket,
} from 'node:tls';
import { WebSocket } from 'ws';
import type { ByteLine } from './raw/bytes.ts';
import { dialBytes } from './raw/handshake.ts';
import type { WireSlips } from './raw/slips.ts';
import { openLine } from './raw/socket.ts';
import type {
  Dialer,
  Distrust,
  Handshake,
  HandshakeRequest,
  LineOptions,
  TlsFacts,
  TlsOffer,
  TlsVersion,
} from './transport.ts';
import { wsTransport } from './ws-transport.ts';

export interface SocketOptions {
  /** `ws://host:port` or `wss://host:port`; the target of the request is added. */
  readonly origin: string;
  /** PEM of the CAs to trust. */
  readonly ca?: string;
  /** PEM, security profile 3. */
  readonly cert?: string;
  readonly key?: string;
  /** Of TLS; what Node does, unless told. */
  readonly minVersion?: TlsVersion;
  readonly maxVersion?: TlsVersion;
  readonly ciphers?: string;
  /** Goes through with it whatever certificate the server shows. */
  readonly trustsAnybody?: boolean;
  /** A certificate for all hosts of a domain is none. */
  readonly refusesWildcards?: boolean;
  /** Why it breaks a TLS handshake off leaves as an alert before the connection ends, which `ws` alone does not wait for. */
  readonly alerts?: boolean;
  /** Milliseconds for TCP, TLS and the 101 together. */
  readonly timeoutMs: number;
  /** A server that was silent for so long, in milliseconds, is asked with a ping, and given up where it is silent for as long again. */
  readonly idleMs?: number;
}

/** Longest message taken from a SUT: far more than OCPP needs, far less than hurts. */
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

/** A dialer for one origin. */
export function socketDialer(options: SocketOptions): Dialer {
  return { dial: (request) => dial(request, options), line: (how) => line(options, how) };
}

/** As `socketDialer`, with a WebSocket of our own under each connection, which can be wrong. */
export function socketByteDialer(options: SocketOptions, slips: { slips: WireSlips; die: () => void }): Dialer {
  const { host } = new URL(options.origin);
  return {
    dial: (request) =>
      line(options).then(
        (bytes) => dialBytes(bytes, request, { ...slips, host }),
        (cause: unknown): Handshake => ({ outcome: 'unreachable', says: says(cause) }),
      ),
  };
}

/** The connection alone, after TLS where there is any. */
function line(options: SocketOptions, { tls, plain }: LineOptions = {}): Promise<ByteLine> {
  const { protocol, hostname, port } = new URL(options.origin);
  const secure = protocol === 'wss:';
  const host = hostname.replace(/^\[|\]$/g, '');
  const shown = { ...secured(options), servername: isIP(host) ? '' : host, ...(tls && offered(tls)) };
  return openLine({
    host,
    port: Number(port) || (secure ? 443 : 80),
    timeoutMs: options.timeoutMs,
    ...(secure && plain !== true && { tls: shown }),
  });
}

/** What TLS is told of us and of whom we trust. */
const secured = (options: SocketOptions): ConnectionOptions => {
  const { ca, cert, key, minVersion, maxVersion, ciphers, trustsAnybody, refusesWildcards } = options;
  return {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(minVersion !== undefined && { minVersion }),
    ...(maxVersion !== undefined && { maxVersion }),
    ...(ciphers !== undefined && { ciphers }),
    ...(trustsAnybody && { rejectUnauthorized: false }),
    ...(refusesWildcards && { checkServerIdentity: withoutWildcards }),
  };
};

function dial(request: HandshakeRequest, options: SocketOptions): Promise<Handshake> {
  return new Promise((resolve) => {
    let socket: WebSocket;
    try {
      socket = new WebSocket(`${options.origin}${request.target}`, [...request.subprotocols], {
        headers: { ...request.headers },
        perMessageDeflate: false,
        handshakeTimeout: options.timeoutMs,
        maxPayload: MAX_MESSAGE_BYTES,
        ...(options.alerts && options.origin.startsWith('wss:') && LINGERING),
        ...secured(options),
        ...(request.tls && offered(request.tls)),
      });
    } catch (cause) {
      resolve({ outcome: 'unreachable', says: says(cause) });
      return;
    }
    let agreed = '';
    let tls: TlsFacts | undefined;
    let below: Duplex | undefined;
    // `ws` gives up where the server answers with no subprotocol or with one that was not offered. That answer is
    // what we are here to see, so it is kept, and `ws` is shown what it likes.
    socket.once('upgrade', (response: IncomingMessage) => {
      agreed = response.headers['sec-websocket-protocol'] ?? '';
      below = response.socket;
      tls = tlsFacts(response.socket as TLSSocket);
      const [first] = request.subprotocols;
      if (first === undefined) delete response.headers['sec-websocket-protocol'];
      else if (!request.subprotocols.includes(agreed)) response.headers['sec-websocket-protocol'] = first;
    });
    socket.once('open', () => {
      settled();
      resolve({ outcome: 'open', transport: wsTransport(socket, agreed, below, options.idleMs), ...(tls && { tls }) });
    });
    socket.once('unexpected-response', (_request, response: IncomingMessage) => {
      settled();
      socket.on('error', () => {});
      socket.terminate();
      const status = response.statusCode ?? 0;
      const challenge = response.headers['www-authenticate'];
      const told = `HTTP ${status} ${response.statusMessage ?? ''}`.trim();
      const { location } = response.headers;
      resolve({
        outcome: 'refused',
        status,
        says: told,
        ...(challenge !== undefined && { challenge }),
        ...(location !== undefined && { location }),
      });
    });
    const failed = (cause: Error) => {
      settled();
      socket.on('error', () => {});
      resolve(
        request.tls !== undefined && isRefusal(cause)
          ? { outcome: 'refused', status: 0, says: `TLS: ${says(cause)}` }
          : { outcome: 'unreachable', says: says(cause), ...distrust(cause) },
      );
    };
    socket.once('error', failed);
    function settled() {
      socket.off('error', failed);
    }
  });
}

/** A TLS connection that is not cut in the moment in which TLS itself fails. */
function lingering({ path: _, ...options }: ConnectionOptions & { path?: string | undefined }): TLSSocket {
  const { host = '', servername = isIP(host) ? '' : host } = options;
  const socket = connectTls({ ...options, servername });
  const destroy = socket.destroy.bind(socket);
  socket.destroy = (error?: NodeJS.ErrnoException) => {
    if (error?.code === 'EPROTO') setImmediate(() => destroy(error));
    else destroy(error);
    return socket;
  };
  return socket;
}

const LINGERING: object = { createConnection: lingering };

/** TLS options that make an offer; what Node thinks too weak is offered all the same. */
function offered({ version, suites, client, weak, resumes, unsafe }: TlsOffer): ConnectionOptions {
  const old = version === 'TLSv1' || version === 'TLSv1.1';
  const ciphers = suites
    ? `${suites.join(':')}:@SECLEVEL=0`
    : old
      ? 'ALL:@SECLEVEL=0'
      : weak
        ? 'DEFAULT:@SECLEVEL=0'
        : undefined;
  return {
    ...(version !== undefined && { minVersion: version, maxVersion: version }),
    ...(suites && version === undefined && { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' }),
    ...(ciphers !== undefined && { ciphers }),
    // Without a certificate there is nothing to trust; whether it is served at all is what we are here to see.
    ...(suites?.every((suite) => ANONYMOUS.test(suite)) && { rejectUnauthorized: false }),
    ...(resumes !== undefined && { session: Buffer.from(resumes) }),
    ...(unsafe && { secureOptions: UNSAFE }),
    ...(client !== undefined && { cert: client?.cert, key: client?.key }),
  };
}

const UNSAFE = constants.SSL_OP_LEGACY_SERVER_CONNECT | constants.SSL_OP_ALLOW_UNSAFE_LEGACY_RENEGOTIATION;

const ANONYMOUS = /^A(EC)?DH-/;

function withoutWildcards(host: string, certificate: PeerCertificate): Error | undefined {
  const names = [certificate.subject.CN].flat();
  if (names.some((name) => String(name).startsWith('*.')))
    return Object.assign(new Error(`a wildcard is no name of ${host}`), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  return checkServerIdentity(host, certificate);
}

/** What we had against the server, as far as the error tells. */
function distrust(cause: Error): { distrust?: Distrust } {
  const told = `${(cause as NodeJS.ErrnoException).code ?? ''} ${cause.message}`;
  const [, why] = DISTRUST.find(([pattern]) => pattern.test(told)) ?? [];
  return why === undefined ? {} : { distrust: why };
}
const DISTRUST: readonly (readonly [RegExp, Distrust])[] = [
  [/unsupported.protocol|protocol.version|wrong.(ssl.)?version/i, 'version'],
  [/handshake.failure|no.shared.cipher|wrong.cipher/i, 'suite'],
  [/CERT|SELF_SIGNED|UNABLE_TO|ISSUER|INVALID_CA|KEY_TOO_SMALL/, 'certificate'],
];

/** An alert, a reset or an end after TCP was there: the other side said no. What we ourselves don't trust is none. */
function isRefusal(cause: Error): boolean {
  const code = (cause as NodeJS.ErrnoException).code ?? '';
  return REFUSALS.has(code) || (code.startsWith('ERR_SSL_') && !OURS.has(code)) || code === 'EPROTO';
}
const REFUSALS: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE']);
const OURS: ReadonlySet<string> = new Set([
  'ERR_SSL_NO_CIPHER_MATCH',
  'ERR_SSL_NO_PROTOCOLS_AVAILABLE',
  'ERR_SSL_CERTIFICATE_VERIFY_FAILED',
]);

function tlsFacts(socket: TLSSocket): TlsFacts | undefined {
  if (socket.encrypted !== true) return undefined;
  // By now the server has answered a request, and so has sent what sessions of TLS 1.3 are resumed with.
  const session = socket.getSession();
  return {
    version: socket.getProtocol() ?? '',
    suite: socket.getCipher().name,
    certificate: socket.getPeerX509Certificate()?.toString() ?? '',
    ...(session && { session: new Uint8Array(session) }),
    ...(socket.isSessionReused() && { resumed: true }),
  };
}

/** An AggregateError (both address families refused) has an empty message of its own. */
function says(cause: unknown): string {
  if (cause instanceof AggregateError && cause.errors.length > 0) return says(cause.errors[0]);
  if (!(cause instanceof Error)) return String(cause);
  // OpenSSL tells of threads, libraries and lines around what it means: `…:error:0A000418:SSL routines:…:unknown ca:…`.
  const [, meant] = /:error:[0-9A-F]+:[^:]*:[^:]*:([^:]+):/.exec(cause.message) ?? [];
  return meant ?? (cause.message || cause.name);
}
