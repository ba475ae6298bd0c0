/** WebSocket frames as bytes (RFC 6455, 5.2): a writer that can be wrong in every way, and a reader that takes everything. */
import { joined } from './bytes.ts';

export const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** RSV1, the sign of a compressed message (RFC 7692, 6). */
export const COMPRESSED = 4;

export interface FrameSpec {
  readonly opcode: number;
  readonly payload?: Uint8Array;
  /** Default true. */
  readonly fin?: boolean;
  /** RSV1 is 4, RSV2 2, RSV3 1. */
  readonly rsv?: number;
  /** Four bytes; unmasked without. */
  readonly mask?: Uint8Array | undefined;
  /** Bytes of the extended length; default as few as do. */
  readonly lengthBytes?: 0 | 2 | 8;
  /** Length that is told in place of the true one. */
  readonly announces?: bigint;
}

/** What stands in front of a payload. */
export interface FrameHead {
  readonly fin: boolean;
  readonly rsv: number;
  readonly opcode: number;
  readonly masked: boolean;
  /** As told; beyond 2^53 not exact. */
  readonly length: number;
  readonly lengthBytes: 0 | 2 | 8;
}

export interface RawFrame extends FrameHead {
  /** Unmasked. */
  readonly payload: Uint8Array;
}

const EMPTY = new Uint8Array(0);
const shortest = (length: bigint): 0 | 2 | 8 => (length < 126n ? 0 : length < 65_536n ? 2 : 8);

export function frameBytes(spec: FrameSpec): Uint8Array {
  const { opcode, payload = EMPTY, fin = true, rsv = 0, mask } = spec;
  const told = spec.announces ?? BigInt(payload.length);
  const lengthBytes = spec.lengthBytes ?? shortest(told);
  const head = new Uint8Array(2 + lengthBytes);
  const view = new DataView(head.buffer);
  head[0] = (fin ? 0x80 : 0) | (rsv << 4) | opcode;
  head[1] = (mask ? 0x80 : 0) | (lengthBytes === 0 ? Number(told) : lengthBytes === 2 ? 126 : 127);
  if (lengthBytes === 2) view.setUint16(2, Number(told));
  if (lengthBytes === 8) view.setBigUint64(2, told);
  return mask === undefined ? joined(head, payload) : joined(head, mask, masked(payload, mask));
}

/** The text or the bytes of a close frame. */
export function closeBody(code: number, reason: string | Uint8Array = ''): Uint8Array {
  const text = typeof reason === 'string' ? new TextEncoder().encode(reason) : reason;
  return joined(Uint8Array.of(code >> 8, code & 0xff), text);
}

/** Code of a close frame; 1005 where it has none (RFC 6455, 7.1.5). */
export const closeCode = (body: Uint8Array): number =>
  body.length < 2 ? 1005 : ((body[0] as number) << 8) | (body[1] as number);

const masked = (bytes: Uint8Array, mask: Uint8Array): Uint8Array =>
  bytes.map((byte, i) => byte ^ (mask[i % 4] as number));

/** Cuts a stream of bytes into frames, right or wrong. */
export class FrameReader {
  #buffer: Uint8Array = EMPTY;
  #head: (FrameHead & { readonly size: number; readonly mask?: Uint8Array }) | undefined;

  /** The head of the frame whose payload is still to come. */
  get head(): FrameHead | undefined {
    return this.#head;
  }

  /** Bytes that make no whole frame yet. */
  get pending(): number {
    return this.#buffer.length;
  }

  /** Takes bytes in. @returns the frames that they complete */
  push(chunk: Uint8Array): RawFrame[] {
    this.#buffer = this.#buffer.length === 0 ? chunk : joined(this.#buffer, chunk);
    const frames: RawFrame[] = [];
    for (let frame = this.#next(); frame !== undefined; frame = this.#next()) frames.push(frame);
    return frames;
  }

  #next(): RawFrame | undefined {
    this.#head ??= readHead(this.#buffer);
    if (this.#head === undefined || this.#buffer.length < this.#head.size + this.#head.length) return undefined;
    const { size, mask, ...head } = this.#head;
    const body = this.#buffer.subarray(size, size + head.length);
    this.#buffer = this.#buffer.subarray(size + head.length);
    this.#head = undefined;
    return { ...head, payload: mask === undefined ? body : masked(body, mask) };
  }
}

function readHead(bytes: Uint8Array): (FrameHead & { size: number; mask?: Uint8Array }) | undefined {
  const [first, second] = bytes;
  if (first === undefined || second === undefined) return undefined;
  const short = second & 0x7f;
  const lengthBytes = short === 126 ? 2 : short === 127 ? 8 : 0;
  const isMasked = (second & 0x80) !== 0;
  const size = 2 + lengthBytes + (isMasked ? 4 : 0);
  if (bytes.length < size) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = lengthBytes === 0 ? short : lengthBytes === 2 ? view.getUint16(2) : Number(view.getBigUint64(2));
  return {
    fin: (first & 0x80) !== 0,
    rsv: (first >> 4) & 7,
    opcode: first & 0x0f,
    masked: isMasked,
    length,
    lengthBytes,
    size,
    ...(isMasked && { mask: bytes.slice(size - 4, size) }),
  };
}
