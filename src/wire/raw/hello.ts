/** A TLS ClientHello as bytes, of any version that ever was, and what a server says to it first. */
import { joined } from './bytes.ts';

export interface HelloOptions {
  /** Of the hello itself: 0x0300 is SSL 3.0, 0x0301 TLS 1.0. */
  readonly version: number;
  readonly suites: readonly number[];
  /** Compression methods in order of preference; 0 is none, 1 is DEFLATE. */
  readonly compression?: readonly number[];
}

const two = (value: number): readonly number[] => [value >> 8, value & 0xff];
const HANDSHAKE = 22;
const ALERT = 21;
const CLIENT_HELLO = 1;
const SERVER_HELLO = 2;

/** A ClientHello in one record, without extensions. */
export function clientHello({ version, suites, compression = [0] }: HelloOptions): Uint8Array {
  const random = Uint8Array.from({ length: 32 }, (_, i) => (i * 37 + 11) & 0xff);
  const body = joined(
    Uint8Array.from(two(version)),
    random,
    Uint8Array.of(0),
    Uint8Array.from([...two(2 * suites.length), ...suites.flatMap(two)]),
    Uint8Array.of(compression.length, ...compression),
  );
  const message = joined(Uint8Array.of(CLIENT_HELLO, 0, ...two(body.length)), body);
  return joined(Uint8Array.of(HANDSHAKE, ...two(Math.min(version, 0x0301)), ...two(message.length)), message);
}

/** An SSL 2.0 hello, which has a form of its own; some servers read it and answer in SSL 3.0. */
export function sslv2Hello(version = 0x0002): Uint8Array {
  const suites = [0x01, 0, 0x80, 0x07, 0, 0xc0];
  const body = [1, ...two(version), ...two(suites.length), 0, 0, 0, 16, ...suites, ...new Array<number>(16).fill(0x41)];
  return Uint8Array.from([0x80, body.length, ...body]);
}

/** What a server said first: a hello of its own, or an alert. */
export type HelloAnswer =
  | { readonly kind: 'hello'; readonly version: number; readonly suite: number; readonly compression: number }
  | { readonly kind: 'alert'; readonly description: number };

/** Reads the first record; undefined where it is neither, or not whole. */
export function helloAnswer(bytes: Uint8Array): HelloAnswer | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 7) return undefined;
  if (bytes[0] === ALERT) return { kind: 'alert', description: bytes[6] as number };
  if (bytes[0] !== HANDSHAKE || bytes[5] !== SERVER_HELLO || bytes.length < 5 + 4 + 2 + 32 + 1) return undefined;
  const version = view.getUint16(9);
  const at = 5 + 4 + 2 + 32 + 1 + (bytes[43] as number);
  if (bytes.length < at + 3) return undefined;
  return { kind: 'hello', version, suite: view.getUint16(at), compression: bytes[at + 2] as number };
}
