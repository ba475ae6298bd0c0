/** A TLS ClientHello as bytes, of any version that ever was, and what a server says to it first. */
import { joined } from './bytes.ts';

export interface HelloOptions {
  /** Of the hello itself: 0x0300 is SSL 3.0, 0x0301 TLS 1.0. */
  readonly version: number;
  readonly suites: readonly number[];
  /** Compression methods in order of preference; 0 is none, 1 is DEFLATE. */
  readonly compression?: readonly number[];
  /** Each as it is written: see `extensions`. */
  readonly extensions?: readonly Uint8Array[];
}

const two = (value: number): readonly number[] => [value >> 8, value & 0xff];
export const recordTypes = { alert: 21, handshake: 22, data: 23 } as const;
const CLIENT_HELLO = 1;
const SERVER_HELLO = 2;

/** Numbers of extensions, and of two suites that are none but signals. */
const FRAGMENT_LENGTH = 1;
const SUPPORTED_VERSIONS = 43;
const RENEGOTIATION = 0xff01;
export const signals = { renegotiation: 0x00ff, fallback: 0x5600 } as const;

/** A ServerHello of TLS 1.2 ends so in its random bytes, where its sender speaks TLS 1.3 (RFC 8446, 4.1.3). */
const DOWNGRADED = '444f574e47524401';

const extension = (type: number, ...body: readonly number[]): Uint8Array =>
  Uint8Array.from([...two(type), ...two(body.length), ...body]);
const listed = (...values: readonly number[]): readonly number[] => [...two(2 * values.length), ...values.flatMap(two)];

/** What a hello may say beside the rest. */
export const extensions = {
  /** The name of the server: what many a front decides by. */
  serverName: (host: string): Uint8Array => {
    const name = [...new TextEncoder().encode(host)];
    return extension(0, ...two(name.length + 3), 0, ...two(name.length), ...name);
  },
  /** x25519, P-256, P-384, P-521. */
  groups: (): Uint8Array => extension(10, ...listed(29, 23, 24, 25)),
  points: (): Uint8Array => extension(11, 1, 0),
  /** ECDSA and RSA, with SHA-256 to SHA-512, and with SHA-1. */
  signatures: (): Uint8Array =>
    extension(13, ...listed(0x0403, 0x0503, 0x0603, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0203, 0x0201)),
  /** Records of 512 bytes (1), 1024 (2), 2048 (3) or 4096 (4). */
  fragmentLength: (code: number): Uint8Array => extension(FRAGMENT_LENGTH, code),
} as const;

/** One record of the layer below. @param length what its head says, where that is not true */
export const record = (type: number, version: number, body: Uint8Array, length = body.length): Uint8Array =>
  joined(Uint8Array.of(type, ...two(version), ...two(length)), body);

/** A ClientHello without a record around it. */
export function helloMessage({ version, suites, compression = [0], extensions: more = [] }: HelloOptions): Uint8Array {
  const random = Uint8Array.from({ length: 32 }, (_, i) => (i * 37 + 11) & 0xff);
  const said = joined(...more);
  const body = joined(
    Uint8Array.from(two(version)),
    random,
    Uint8Array.of(0),
    Uint8Array.from(listed(...suites)),
    Uint8Array.of(compression.length, ...compression),
    ...(more.length > 0 ? [Uint8Array.from(two(said.length)), said] : []),
  );
  return joined(Uint8Array.of(CLIENT_HELLO, 0, ...two(body.length)), body);
}

/** The version that the first record of a hello is of. */
export const helloRecordVersion = (version: number): number => Math.min(version, 0x0301);

/** A ClientHello in one record. */
export const clientHello = (options: HelloOptions): Uint8Array =>
  record(recordTypes.handshake, helloRecordVersion(options.version), helloMessage(options));

/** An SSL 2.0 hello, which has a form of its own; some servers read it and answer in SSL 3.0. */
export function sslv2Hello(version = 0x0002): Uint8Array {
  const suites = [0x01, 0, 0x80, 0x07, 0, 0xc0];
  const body = [1, ...two(version), ...two(suites.length), 0, 0, 0, 16, ...suites, ...new Array<number>(16).fill(0x41)];
  return Uint8Array.from([0x80, body.length, ...body]);
}

/** What a server said first: a hello of its own, or an alert that ends it. */
export type HelloAnswer =
  | {
      readonly kind: 'hello';
      readonly version: number;
      readonly suite: number;
      readonly compression: number;
      /** The code of the length of records that it agrees to. */
      readonly fragmentLength?: number;
      /** It knows how to negotiate anew in safety (RFC 5746). */
      readonly renegotiates?: true;
      /** It says that it speaks TLS 1.3 as well. */
      readonly downgraded?: true;
    }
  | { readonly kind: 'alert'; readonly description: number };

export interface TlsRecord {
  readonly type: number;
  readonly body: Uint8Array;
}

/** The records at the start of `bytes` that are whole. */
export function recordsIn(bytes: Uint8Array): TlsRecord[] {
  const found: TlsRecord[] = [];
  for (let at = 0; at + 5 <= bytes.length; ) {
    const length = ((bytes[at + 3] as number) << 8) | (bytes[at + 4] as number);
    if (at + 5 + length > bytes.length) break;
    found.push({ type: bytes[at] as number, body: bytes.subarray(at + 5, at + 5 + length) });
    at += 5 + length;
  }
  return found;
}

/** Reads what came first; undefined where it is neither, or not whole. */
export function helloAnswer(bytes: Uint8Array): HelloAnswer | undefined {
  // SSL 2.0 has no records: two bytes of length, and a ServerHello is a 4.
  if (((bytes[0] ?? 0) & 0x80) !== 0 && bytes[2] === 4 && bytes.length > 7)
    return { kind: 'hello', version: 0x0002, suite: 0, compression: 0 };
  const messages: Uint8Array[] = [];
  for (const { type, body } of recordsIn(bytes)) {
    const [level, description] = body;
    // A warning is none that ends anything: it may go before a hello.
    if (type === recordTypes.alert && (level === 2 || description === 0))
      return { kind: 'alert', description: description ?? 0 };
    if (type === recordTypes.handshake) messages.push(body);
    else if (type !== recordTypes.alert) break;
  }
  return serverHello(joined(...messages));
}

function serverHello(bytes: Uint8Array): HelloAnswer | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = 4 + 2 + 32 + 1;
  if (bytes[0] !== SERVER_HELLO || bytes.length < start) return undefined;
  const end = 4 + (view.getUint32(0) & 0xffffff);
  const at = start + (bytes[start - 1] as number);
  if (bytes.length < end || end < at + 3) return undefined;
  const said = extensionsIn(bytes.subarray(at + 3, end));
  const [fragmentLength] = said.get(FRAGMENT_LENGTH) ?? [];
  const [high = 0, low = 0] = said.get(SUPPORTED_VERSIONS) ?? [];
  const random = Array.from(bytes.subarray(30, 38), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return {
    kind: 'hello',
    version: (high << 8) | low || view.getUint16(4),
    suite: view.getUint16(at),
    compression: bytes[at + 2] as number,
    ...(fragmentLength !== undefined && { fragmentLength }),
    ...(said.has(RENEGOTIATION) && { renegotiates: true }),
    ...(random === DOWNGRADED && { downgraded: true }),
  };
}

/** By their numbers; none where there is no block of them. */
function extensionsIn(block: Uint8Array): ReadonlyMap<number, Uint8Array> {
  const found = new Map<number, Uint8Array>();
  for (let at = 2; at + 4 <= block.length; ) {
    const type = ((block[at] as number) << 8) | (block[at + 1] as number);
    const length = ((block[at + 2] as number) << 8) | (block[at + 3] as number);
    found.set(type, block.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return found;
}

/** What a client offers, as far as a server has to know to say yes or no. */
export interface Offered {
  readonly version: number;
  readonly suites: readonly number[];
  readonly compression: readonly number[];
  readonly fragmentLength?: number;
  readonly random?: Uint8Array;
  /** Bodies of its extensions, by their numbers. */
  readonly said?: ReadonlyMap<number, Uint8Array>;
}

/** Longest record without compression or encryption. */
const LONGEST_RECORD = 2 ** 14;
const DECODE_ERROR = 50;
const RECORD_OVERFLOW = 22;
const UNEXPECTED = 10;

/** Reads a ClientHello as a server: undefined where more has to come, the number of an alert where it is none. */
export function offeredIn(bytes: Uint8Array): Offered | number | undefined {
  if (((bytes[0] ?? 0) & 0x80) !== 0) return bytes.length < 5 ? undefined : { ...NOTHING, version: 0x0002 };
  if (bytes.length > 0 && bytes[0] !== recordTypes.handshake) return UNEXPECTED;
  const records = recordsIn(bytes);
  const next = records.reduce((sum, { body }) => sum + 5 + body.length, 0);
  const announced = (((bytes[next + 3] ?? 0) << 8) | (bytes[next + 4] ?? 0)) > LONGEST_RECORD;
  if (announced || records.some(({ body }) => body.length > LONGEST_RECORD)) return RECORD_OVERFLOW;
  if (records.some(({ type }) => type !== recordTypes.handshake)) return UNEXPECTED;
  if (records.some(({ body }) => body.length === 0)) return UNEXPECTED;
  const message = joined(...records.map(({ body }) => body));
  if (message.length < 4) return undefined;
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  if (message[0] !== CLIENT_HELLO) return UNEXPECTED;
  const end = 4 + (view.getUint32(0) & 0xffffff);
  if (end > LONGEST_RECORD) return DECODE_ERROR;
  return message.length < end ? undefined : offerOf(message.subarray(0, end));
}

const NOTHING: Offered = { version: 0, suites: [], compression: [] };

function offerOf(message: Uint8Array): Offered | number {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  try {
    const version = view.getUint16(4);
    let at = 39 + view.getUint8(38);
    const suites = Array.from({ length: view.getUint16(at) / 2 }, (_, i) => view.getUint16(at + 2 + 2 * i));
    at += 2 + 2 * suites.length;
    const compression = [...message.subarray(at + 1, at + 1 + view.getUint8(at))];
    const said = extensionsIn(message.subarray(at + 1 + compression.length));
    const [fragmentLength] = said.get(FRAGMENT_LENGTH) ?? [];
    const random = message.slice(6, 38);
    return { version, suites, compression, random, said, ...(fragmentLength !== undefined && { fragmentLength }) };
  } catch {
    return DECODE_ERROR;
  }
}

/** A ServerHello in one record. @param others extensions beside those that it says */
export function helloReply(
  said: Omit<Extract<HelloAnswer, { kind: 'hello' }>, 'kind'>,
  others: readonly Uint8Array[] = [],
): Uint8Array {
  const { version, suite, compression, fragmentLength, renegotiates, downgraded } = said;
  const random = new Uint8Array(32).fill(0x5a);
  if (downgraded) for (let i = 0; i < 8; i++) random[24 + i] = Number.parseInt(DOWNGRADED.slice(2 * i, 2 * i + 2), 16);
  const more = joined(
    ...(renegotiates ? [extension(RENEGOTIATION, 0)] : []),
    ...(fragmentLength === undefined ? [] : [extensions.fragmentLength(fragmentLength)]),
    ...others,
  );
  const body = joined(
    Uint8Array.from(two(version)),
    random,
    Uint8Array.of(0, ...two(suite), compression, ...two(more.length)),
    more,
  );
  return record(recordTypes.handshake, version, joined(Uint8Array.of(SERVER_HELLO, 0, ...two(body.length)), body));
}
