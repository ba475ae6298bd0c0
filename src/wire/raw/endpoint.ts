/** One end of a WebSocket over bytes, strict as RFC 6455 wants it, or with slips: the reference's own, for faults that `ws` can't have. */
import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Closing, Transport, TransportEvents } from '../transport.ts';
import { type ByteEvents, type ByteLine, joined } from './bytes.ts';
import {
  COMPRESSED,
  closeBody,
  closeCode,
  type FrameHead,
  FrameReader,
  frameBytes,
  opcodes,
  type RawFrame,
} from './frames.ts';
import { noSlips, type WireSlips } from './slips.ts';

export interface EndpointOptions {
  readonly role: 'client' | 'server';
  readonly subprotocol: string;
  readonly slips?: WireSlips;
  /** permessage-deflate was agreed on, each message by itself. */
  readonly compressed?: boolean;
  /** What came behind the head of the handshake. */
  readonly early?: Uint8Array;
  /** Told where a slip ends the service for everybody. */
  readonly die?: () => void;
}

/** Longest message that is taken. */
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;
/** Fragments of one message. */
const MOST_FRAGMENTS = 4_096;
/** Pings in a row after which `dies-on-many-pings` has enough. */
const MANY_PINGS = 50;

/** Four bytes, the same for each frame: masks keep proxies honest, and there is none here. */
const MASK = Uint8Array.of(0x70, 0x6c, 0x75, 0x67);
/** What a sender leaves out behind a compressed message (RFC 7692, 7.2.1). */
const TAIL = Uint8Array.of(0, 0, 0xff, 0xff);

/** What `dies-on-odd-json` falls over. */
const ODD = /^\ufeff|1e400|\\u(d8|dc|0000|ffff)|\[{900}|x{60000}/;

const KNOWN: ReadonlySet<number> = new Set(Object.values(opcodes));
const isControl = (opcode: number) => opcode >= 8;

/** A code that may stand in a close frame (RFC 6455, 7.4). */
const mayBeSaid = (code: number): boolean =>
  (code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code)) || (code >= 3000 && code <= 4999);

export class Endpoint implements Transport {
  readonly subprotocol: string;
  readonly #line: ByteLine;
  readonly #options: EndpointOptions;
  readonly #slips: WireSlips;
  readonly #reader = new FrameReader();
  #events: TransportEvents | undefined;
  #along: ByteEvents | undefined;
  #waiting: ((events: TransportEvents) => void)[] = [];
  #parts: Uint8Array[] = [];
  #first: RawFrame | undefined;
  #pings = 0;
  /** Bytes of the message so far. */
  #size = 0;
  #saidClose = false;
  #heardClose: Closing | undefined;
  #over = false;

  constructor(line: ByteLine, options: EndpointOptions) {
    this.#line = line;
    this.#options = options;
    this.#slips = options.slips ?? noSlips;
    this.subprotocol = options.subprotocol;
    line.attach({ bytes: (chunk) => this.#take(chunk), ended: (how) => this.#lost(how === 'reset') });
    if (options.early !== undefined && options.early.length > 0) this.#take(options.early);
  }

  attach(events: TransportEvents): void {
    this.#events = events;
    for (const deliver of this.#waiting.splice(0)) deliver(events);
  }

  send(message: string | Uint8Array): void {
    if (this.#saidClose || this.#over) return;
    const text = typeof message === 'string';
    const bytes = text ? new TextEncoder().encode(message) : message;
    const squeezed = this.#options.compressed === true;
    this.#write(text ? opcodes.text : opcodes.binary, squeezed ? squeeze(bytes) : bytes, squeezed ? COMPRESSED : 0);
  }

  close(code = 1000, reason = ''): void {
    if (this.#over || this.#saidClose) return;
    this.#saidClose = true;
    this.#write(opcodes.close, closeBody(code, reason));
  }

  bytes(): ByteLine {
    return {
      attach: (events) => {
        this.#along = events;
      },
      write: (bytes) => this.#line.write(bytes),
      finish: () => this.#line.finish(),
      reset: () => this.terminate(),
    };
  }

  terminate(): void {
    if (this.#over) return;
    this.#line.reset();
    this.#end({ code: 1006, reason: '' });
  }

  #write(opcode: number, payload: Uint8Array, rsv = 0): void {
    const mask = this.#options.role === 'client' ? { mask: MASK } : {};
    this.#line.write(frameBytes({ opcode, payload, rsv, ...mask }));
  }

  #take(chunk: Uint8Array): void {
    this.#along?.bytes(chunk);
    if (this.#over) return;
    const frames = this.#reader.push(chunk);
    if (frames.length > 1 && this.#slips.has('dies-on-unusual-frames')) this.#die();
    const kept = this.#slips.has('reads-one-frame-a-segment') ? frames.slice(0, 1) : frames;
    for (const frame of kept) {
      if (this.#over || !this.#fits(frame)) return;
      this.#frame(frame);
    }
    const { head } = this.#reader;
    if (head !== undefined && !this.#over && !this.#fits(head)) return;
    if (this.#reader.pending === 0 || this.#over) return;
    if (this.#slips.has('reads-segments-alone')) this.#fail(1002);
    else if (this.#slips.has('dies-on-unusual-frames')) this.#die();
  }

  /** True where a frame may go on, by what its head says. */
  #fits({ fin, rsv, opcode, masked, length }: FrameHead): boolean {
    const { role } = this.#options;
    const slips = this.#slips;
    if (role === 'server' && !masked && !slips.has('serves-unmasked-frames')) return this.#fail(1002);
    if (role === 'client' && masked && !slips.has('takes-masked-frames')) return this.#fail(1002);
    const compressed = this.#options.compressed === true && rsv === COMPRESSED && !isControl(opcode) && opcode !== 0;
    if (rsv !== 0 && !compressed && !slips.has('serves-reserved-bits')) return this.#fail(1002);
    const forgiven = slips.has(isControl(opcode) ? 'serves-reserved-controls' : 'serves-reserved-opcodes');
    if (!KNOWN.has(opcode) && !forgiven) return this.#fail(1002);
    if (isControl(opcode) && (!fin || length > 125) && !slips.has('takes-broken-controls')) return this.#fail(1002);
    if (length > MAX_MESSAGE_BYTES && !slips.has('waits-for-any-length')) return this.#fail(1009);
    return true;
  }

  #frame(frame: RawFrame): void {
    if (this.#heardClose !== undefined) {
      if (this.#slips.has('serves-after-close') && frame.opcode === opcodes.text) this.#message(frame, [frame.payload]);
      return;
    }
    if (frame.opcode === opcodes.close) this.#closed(frame.payload);
    else if (frame.opcode === opcodes.ping || (isControl(frame.opcode) && !KNOWN.has(frame.opcode))) this.#ping(frame);
    else if (frame.opcode === opcodes.pong) {
      if (this.#slips.has('hangs-up-on-pongs')) this.close(1002);
    } else this.#data(frame);
  }

  #ping({ payload }: RawFrame): void {
    if (this.#first !== undefined && this.#slips.has('hangs-up-between-fragments')) {
      this.#fail(1002);
      return;
    }
    if (++this.#pings > MANY_PINGS && this.#slips.has('dies-on-many-pings')) {
      this.#die();
      return;
    }
    if (this.#slips.has('answers-no-pings')) return;
    this.#write(opcodes.pong, this.#slips.has('answers-empty-pongs') ? new Uint8Array(0) : payload);
  }

  #data(frame: RawFrame): void {
    const slips = this.#slips;
    const goesOn = frame.opcode === opcodes.continuation;
    if (goesOn !== (this.#first !== undefined) && !slips.has('mixes-fragments')) {
      this.#fail(1002);
      return;
    }
    if (!goesOn || this.#first === undefined) {
      this.#first = frame;
      this.#parts = [];
    }
    if (!goesOn || !slips.has('loses-fragments')) this.#parts.push(frame.payload);
    if (slips.has('reads-fragments-alone') && !isText(frame.payload)) {
      this.#fail(1007);
      return;
    }
    this.#size = (goesOn ? this.#size : 0) + frame.length;
    if ((this.#size > MAX_MESSAGE_BYTES || this.#parts.length > MOST_FRAGMENTS) && !slips.has('gathers-without-end')) {
      this.#fail(1009);
      return;
    }
    if (!frame.fin) {
      if (slips.has('dies-on-unusual-frames')) this.#die();
      return;
    }
    const first = this.#first;
    this.#first = undefined;
    this.#message(first, this.#parts);
  }

  #message(first: RawFrame, parts: readonly Uint8Array[]): void {
    const slips = this.#slips;
    let bytes = joined(...parts);
    if (first.rsv !== COMPRESSED && slips.has('serves-compressed-only')) return;
    if (first.rsv === COMPRESSED && this.#options.compressed === true) {
      if (slips.has('loses-compressed')) return;
      try {
        bytes = inflate(bytes, slips.has('inflates-without-end') ? 2 ** 30 : MAX_MESSAGE_BYTES);
      } catch (cause) {
        if (slips.has('takes-bad-deflate')) return;
        this.#fail((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? 1009 : 1007);
        return;
      }
    }
    if (first.opcode === opcodes.binary) {
      if (slips.has('dies-on-binary')) this.#die();
      else if (slips.has('serves-binary')) this.#tell((events) => events.message(new TextDecoder().decode(bytes)));
      else this.#tell((events) => events.message(bytes));
      return;
    }
    if (!isText(bytes) && !slips.has('takes-bad-utf8')) {
      this.#fail(1007);
      return;
    }
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
    if (slips.has('dies-on-odd-json') && ODD.test(text)) this.#die();
    else this.#tell((events) => events.message(text));
  }

  #closed(body: Uint8Array): void {
    const slips = this.#slips;
    const code = closeCode(body);
    const reason = body.subarray(2);
    if (!slips.has('takes-bad-closes')) {
      if (body.length === 1 || (body.length >= 2 && !mayBeSaid(code))) {
        this.#fail(1002);
        return;
      }
      if (!isText(reason)) {
        this.#fail(1007);
        return;
      }
    }
    this.#heardClose = { code, reason: new TextDecoder().decode(reason) };
    if (!this.#saidClose && !slips.has('never-echoes-closes')) {
      this.#saidClose = !slips.has('serves-after-close');
      const told = slips.has('closes-with-1001') ? 1001 : code;
      this.#write(opcodes.close, body.length < 2 ? new Uint8Array(0) : closeBody(told));
    }
    if (slips.has('serves-after-close')) return;
    if (slips.has('never-echoes-closes') || slips.has('keeps-closed-connections')) return;
    // It is for the server to end the connection first (RFC 6455, 7.1.1).
    if (this.#options.role === 'server') this.#line.finish();
    this.#end(this.#heardClose);
  }

  /** Fails the connection (RFC 6455, 7.1.7). */
  #fail(code: number): boolean {
    if (this.#over) return false;
    const slips = this.#slips;
    if (slips.has('never-fails')) return true;
    if (slips.has('dies-on-bad-frames')) {
      this.#die();
      return false;
    }
    const told = slips.has('fails-with-1000') ? 1000 : code;
    if (!slips.has('fails-without-close') && !this.#saidClose) this.#write(opcodes.close, closeBody(told));
    this.#line.finish();
    this.#end({ code: 1006, reason: '' });
    return false;
  }

  #die(): void {
    this.#options.die?.();
    this.terminate();
  }

  #lost(cut: boolean): void {
    this.#along?.ended(cut ? 'reset' : 'finished');
    if (cut && this.#slips.has('dies-on-lost-lines') && this.#reader.pending > 0) this.#options.die?.();
    if (!this.#slips.has('keeps-closed-connections')) this.#line.finish();
    this.#end(this.#heardClose ?? { code: 1006, reason: '' });
  }

  #end(closing: Closing): void {
    if (this.#over) return;
    this.#over = true;
    this.#tell((events) => events.close(closing));
  }

  #tell(event: (events: TransportEvents) => void): void {
    if (this.#events) event(this.#events);
    else this.#waiting.push(event);
  }
}

function isText(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** A message as it is sent compressed, by itself (RFC 7692, 7.2.1). */
export function squeeze(bytes: Uint8Array): Uint8Array {
  const whole = deflateRawSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH });
  return whole.subarray(0, whole.length - TAIL.length);
}

/** Makes compressed messages of one sender whole, whether or not each builds on the ones before it. */
export function inflater(most: number): (bytes: Uint8Array) => Uint8Array {
  let before: Uint8Array = new Uint8Array(0);
  let length = 0;
  return (bytes) => {
    const all = inflate(joined(before, bytes), most);
    before = joined(before, bytes, TAIL);
    const own = all.slice(length);
    length = all.length;
    return own;
  };
}

/** @throws where it is no compressed data, or longer than `most` */
export const inflate = (bytes: Uint8Array, most: number): Uint8Array =>
  inflateRawSync(joined(bytes, TAIL), { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: most });
