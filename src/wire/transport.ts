/** What a connection is to everything above it: text goes out, text comes in, it closes once. */
import type { ByteLine } from './raw/bytes.ts';

export interface Closing {
  /** WebSocket close code; 1006 where the peer went without one. */
  readonly code: number;
  readonly reason: string;
}

export interface TransportEvents {
  message(message: string | Uint8Array): void;
  close(closing: Closing): void;
}

export interface Transport {
  /** The Sec-WebSocket-Protocol that both sides agreed on; empty where none was. */
  readonly subprotocol: string;
  /** Starts delivery: what arrived before is delivered first. Called once. */
  attach(events: TransportEvents): void;
  /** After the close this does nothing. */
  send(message: string | Uint8Array): void;
  /** Starts the closing handshake; `close` of the events follows. */
  close(code?: number, reason?: string): void;
  /** Ends the connection at once, without a closing handshake. */
  terminate(): void;
  /** The bytes below the messages, where they can be had: what is attached to them hears along. */
  bytes?(): ByteLine | undefined;
}

/** The HTTP request that opens a WebSocket, as far as OCPP-J says anything about it. */
export interface HandshakeRequest {
  /** Request target as it goes over the wire, with the identity in its last segment, percent-encoded. */
  readonly target: string;
  /** Tokens in order of preference. */
  readonly subprotocols: readonly string[];
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** How to dial, where that is other than the station's own way. */
  readonly tls?: TlsOffer;
  /** What the other end showed in the TLS handshake, as far as its path was found good. */
  readonly certificate?: ClientCertificate;
  /** Address that the connection came from; undefined in memory. */
  readonly from?: string;
  /** What was agreed in the TLS handshake; undefined where there was none. */
  readonly secured?: Pick<TlsFacts, 'version' | 'suite' | 'resumed'>;
}

export const tlsVersions = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const;
export type TlsVersion = (typeof tlsVersions)[number];

/** What a client has to offer in a TLS handshake. */
export interface TlsOffer {
  /** This one only. */
  readonly version?: TlsVersion;
  /** Cipher suites by their OpenSSL names, for TLS 1.2 and older; these only. */
  readonly suites?: readonly string[];
  /** PEM; null for none. The station's own, where it is left out. */
  readonly client?: { readonly cert: string; readonly key: string } | null;
  /** It is weaker than our own TLS would have it. */
  readonly weak?: true;
  /** A session of before, to be gone on with. */
  readonly resumes?: Uint8Array;
  /** A handshake anew on the same connection is begun although it would not be safe (RFC 5746). */
  readonly unsafe?: true;
}

/** What a TLS handshake came to, as the client sees it. */
export interface TlsFacts {
  readonly version: string;
  /** OpenSSL name. */
  readonly suite: string;
  /** PEM of the server's own certificate. */
  readonly certificate: string;
  /** What the next handshake can go on with. */
  readonly session?: Uint8Array;
  /** It went on with a session of before: no certificate was shown. */
  readonly resumed?: true;
}

/** The subject of a client certificate. */
export interface ClientCertificate {
  readonly commonNames: readonly string[];
  readonly organizations: readonly string[];
  /** PEM: its own first, then what it sent with it. */
  readonly pem?: string;
  /** What TLS has against it, where that was forgiven. */
  readonly flaw?: string;
}

/** What the listening side shows in TLS handshakes, in place of what it usually does. */
export interface Face {
  /** PEM, its own certificate first; one for each kind of key. */
  readonly cert: string | readonly string[];
  readonly key: string | readonly string[];
  /** TLS 1.2 and 1.3, unless told. */
  readonly least?: TlsVersion;
  readonly most?: TlsVersion;
  /** Cipher suites by their OpenSSL names, for TLS 1.2 and older; these only. */
  readonly suites?: readonly string[];
  /** What an OCSP responder says of its certificate, in DER: shown to a client that asks for it. */
  readonly staple?: Uint8Array;
  /** In place of a handshake: its first flight by hand, and then the end. */
  readonly flight?: HelloSlip;
}

/**
 * A first flight of TLS 1.2 that is played by hand, and in which something is wrong: compression, a suite that was not
 * offered, the sign that a newer version was to be hidden, a storm of HelloRequests; or nothing.
 */
export type HelloSlip = 'right' | 'compressed' | 'unoffered suite' | 'downgraded' | 'hello requests';

/** How a TLS handshake went of which nothing came. */
export interface HandshakeEnd {
  /** A client may go on with a flight that is played by hand, or have nothing to say to it. */
  readonly outcome: 'broken off' | 'went on' | 'stalled';
  readonly says: string;
  /** Number of the alert that came. */
  readonly alert?: number;
}

/** Why a client breaks a TLS handshake off. */
export type Distrust = 'certificate' | 'version' | 'suite';

export type Handshake =
  | { readonly outcome: 'open'; readonly transport: Transport; readonly tls?: TlsFacts }
  /** With status 0, the connection was ended before any HTTP answer: TLS was refused. */
  | {
      readonly outcome: 'refused';
      readonly status: number;
      readonly says: string;
      /** WWW-Authenticate. */
      readonly challenge?: string;
      /** Where it says that what is asked for is to be found. */
      readonly location?: string;
    }
  /** No HTTP answer came: nobody listens, TLS failed, or time ran out. */
  | { readonly outcome: 'unreachable'; readonly says: string; readonly distrust?: Distrust };

/** Opens connections to a CSMS: over sockets, or in memory. */
export interface Dialer {
  dial(request: HandshakeRequest): Promise<Handshake>;
  /**
   * A connection of which nothing is said yet, TLS done where there is any.
   * @throws where there is none: nobody listens, TLS failed, or time ran out
   */
  line?(options?: LineOptions): Promise<ByteLine>;
}

export interface LineOptions {
  readonly tls?: TlsOffer;
  /** In place of TLS, where the address speaks it: bytes as they are. */
  readonly plain?: true;
}

/** What a listening side decides of a request. */
export type Admission =
  | { readonly admit: true; readonly subprotocol: string }
  | {
      readonly admit: false;
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      /** Takes the connection behind the answer, which is left open for it; else it is ended. */
      readonly keeps?: (line: ByteLine) => void;
    };

/** A listening side: the same object serves real sockets and the in-memory network. */
export interface Acceptor {
  admit(request: HandshakeRequest): Admission;
  accept(request: HandshakeRequest, transport: Transport): void;
}
