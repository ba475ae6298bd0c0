/** HTTP/1.1 heads as bytes: a writer that takes anything, and a tolerant reader. */
import { joined } from './bytes.ts';

export type Header = readonly [name: string, value: string];

export interface RequestHead {
  readonly method: string;
  readonly target: string;
  readonly version: string;
  readonly headers: readonly Header[];
}

export interface ResponseHead {
  readonly status: number;
  readonly reason: string;
  readonly headers: readonly Header[];
  /** What came behind it. */
  readonly rest: Uint8Array;
}

/** One byte for each character, as HTTP has it; a character beyond Latin-1 goes out as UTF-8. */
export function headBytes(text: string): Uint8Array {
  return /^[\0-\xff]*$/.test(text) ? Uint8Array.from(text, (one) => one.charCodeAt(0)) : new TextEncoder().encode(text);
}

const lines = (first: string, headers: readonly Header[]): Uint8Array =>
  headBytes([first, ...headers.map(([name, value]) => `${name}: ${value}`), '', ''].join('\r\n'));

export const requestBytes = ({ method, target, version, headers }: RequestHead): Uint8Array =>
  lines(`${method} ${target} ${version}`, headers);

export const responseBytes = (status: number, reason: string, headers: readonly Header[]): Uint8Array =>
  lines(`HTTP/1.1 ${status} ${reason}`, headers);

/** The key of every handshake of ours: a nonce that needs no secrecy (RFC 6455, 4.1). */
export const KEY = 'cGx1Z3Byb29mLW5vbmNlIQ==';

/** A right opening handshake (RFC 6455, 4.1). */
export function upgrade(
  target: string,
  host: string,
  subprotocols: readonly string[],
  more: Readonly<Record<string, string>> = {},
): RequestHead {
  return {
    method: 'GET',
    target,
    version: 'HTTP/1.1',
    headers: [
      ['Host', host],
      ['Upgrade', 'websocket'],
      ['Connection', 'Upgrade'],
      ['Sec-WebSocket-Key', KEY],
      ['Sec-WebSocket-Version', '13'],
      ...(subprotocols.length > 0 ? [['Sec-WebSocket-Protocol', subprotocols.join(', ')] as const] : []),
      ...Object.entries(more),
    ],
  };
}

/** All values of a header, joined as one list (RFC 9110, 5.3); empty where there is none. */
export const headerOf = (headers: readonly Header[], name: string): string =>
  headers
    .filter(([known]) => known.toLowerCase() === name.toLowerCase())
    .map(([, value]) => value)
    .join(', ');

/** How often a header stands there. */
export const times = (headers: readonly Header[], name: string): number =>
  headers.filter(([known]) => known.toLowerCase() === name.toLowerCase()).length;

interface Head {
  readonly first: string;
  readonly headers: readonly Header[];
  readonly rest: Uint8Array;
}

/** The head at the start of `bytes`; undefined where its end is still to come. */
function readLines(bytes: Uint8Array): Head | undefined {
  const text = Array.from(bytes.subarray(0, LONGEST_HEAD), (byte) => String.fromCharCode(byte)).join('');
  const found = /\r?\n\r?\n/.exec(text);
  if (found === null) return undefined;
  const [first = '', ...rest] = text.slice(0, found.index).split(/\r?\n/);
  const headers = rest.map((line): Header => {
    const at = line.indexOf(':');
    return at < 0 ? [line, ''] : [line.slice(0, at).trim(), line.slice(at + 1).trim()];
  });
  return { first, headers, rest: bytes.slice(found.index + found[0].length) };
}

/** A head that is longer ends nowhere. */
export const LONGEST_HEAD = 32 * 1024;

/** The response at the start of `bytes`; undefined where its end is still to come, or it is none. */
export function readResponse(bytes: Uint8Array): ResponseHead | undefined {
  const head = readLines(bytes);
  const parts = head && /^HTTP\/1\.[01] (\d{3}) ?(.*)$/.exec(head.first);
  if (!head || !parts) return undefined;
  return { status: Number(parts[1]), reason: parts[2] ?? '', headers: head.headers, rest: head.rest };
}

/** The request at the start of `bytes`; undefined where its end is still to come. */
export function readRequest(bytes: Uint8Array): (RequestHead & { readonly rest: Uint8Array }) | undefined {
  const head = readLines(bytes);
  if (head === undefined) return undefined;
  const [method = '', target = '', version = ''] = head.first.split(' ');
  return { method, target, version, headers: head.headers, rest: head.rest };
}

/** What is kept of an end that talks on and on. */
const MOST_KEPT = 1024 * 1024;

/** Bytes that are gathered until a head is whole. */
export class HeadReader<T extends { readonly rest: Uint8Array }> {
  #bytes: Uint8Array = new Uint8Array(0);
  readonly #read: (bytes: Uint8Array) => T | undefined;

  constructor(read: (bytes: Uint8Array) => T | undefined) {
    this.#read = read;
  }

  /** What came so far. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  push(chunk: Uint8Array): T | undefined {
    if (this.#bytes.length < MOST_KEPT) this.#bytes = joined(this.#bytes, chunk);
    return this.#read(this.#bytes);
  }
}
