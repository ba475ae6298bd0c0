/** A connection on which a case writes every byte itself, and sees every frame and the end as they come. */
import type { Clock } from '../clock.ts';
import { decode } from '../ocppj/decode.ts';
import { encodeCall } from '../ocppj/encode.ts';
import type { Frame } from '../ocppj/frame.ts';
import type { Trace } from '../trace.ts';
import { type ByteLine, type Ending, joined } from '../wire/raw/bytes.ts';
import {
  COMPRESSED,
  closeBody,
  closeCode,
  FrameReader,
  type FrameSpec,
  frameBytes,
  opcodes,
  type RawFrame,
} from '../wire/raw/frames.ts';
import { HeadReader, type RequestHead, type ResponseHead, readResponse, requestBytes } from '../wire/raw/http.ts';
import { isTurnedAway } from './turned-away.ts';

export interface RawOptions {
  readonly line: ByteLine;
  /** Which end is ours: a client masks its frames. */
  readonly role: 'client' | 'server';
  readonly clock: Clock;
  readonly trace: Trace;
  readonly connection: number;
  /** Somebody else records the messages that come. */
  readonly heard?: true;
  /** Is told when either side ends the connection. */
  readonly over?: () => void;
}

/** Any four bytes will do: they keep proxies honest. */
export const MASK = Uint8Array.of(0x1b, 0xad, 0xca, 0xfe);

/** What the other end gets to answer a close. */
const LEAVE_MS = 500;

/** Of a message of megabytes, the start is evidence enough. */
const LONGEST_TOLD = 4_096;

export class RawLine {
  readonly connection: number;
  readonly role: 'client' | 'server';
  /** Every frame that came, in order. */
  readonly frames: RawFrame[] = [];
  /** Every text message that came, put together. */
  readonly messages: Frame[] = [];
  /** How the other end went; undefined while it is there. */
  ended: Ending | undefined;
  /** What makes a compressed message whole, once compression is agreed on. */
  inflate: ((bytes: Uint8Array) => Uint8Array) | undefined;
  readonly #options: RawOptions;
  readonly #reader = new FrameReader();
  #head: HeadReader<ResponseHead> | undefined;
  #response: ResponseHead | undefined;
  #parts: Uint8Array[] = [];
  #compressed = false;
  #wakes: (() => void)[] = [];
  /** Our side has ended the connection. */
  #left = false;

  constructor(options: RawOptions) {
    this.#options = options;
    this.connection = options.connection;
    this.role = options.role;
    options.line.attach({
      bytes: (chunk) => this.#take(chunk),
      ended: (how) => {
        this.ended = how;
        this.#over();
        this.#note('sut', how === 'reset' ? 'the connection is cut' : 'nothing more is sent: the connection ends');
        this.#wake();
      },
    });
  }

  /** The close frame that came. */
  get closeFrame(): RawFrame | undefined {
    return this.frames.find(({ opcode }) => opcode === opcodes.close);
  }

  /** The station was let in, and turned away at once. */
  get turnedAway(): boolean {
    return this.messages.length === 0 && isTurnedAway(this.closeFrame && closeCode(this.closeFrame.payload));
  }

  /** The end as the trace tells it: code of the close frame, and how TCP ended. */
  get ending(): string {
    const frame = this.closeFrame;
    const close = frame === undefined ? 'no close frame' : `close frame ${closeCode(frame.payload)}`;
    return `${close}, ${this.ended === undefined ? 'still connected' : this.ended === 'reset' ? 'cut' : 'ended'}`;
  }

  /** Writes bytes as one segment. @param what they are, for the trace */
  write(bytes: Uint8Array, what: string): void {
    this.#note('harness', what);
    this.#options.line.write(bytes);
  }

  /** The same, of which the trace need not tell. */
  writeQuietly(bytes: Uint8Array): void {
    this.#options.line.write(bytes);
  }

  /** True once the other end has said close, or gone. */
  get gone(): boolean {
    return this.closeFrame !== undefined || this.ended !== undefined;
  }

  /** One frame; masked as the role wants it, unless `mask` is in it. */
  frame(spec: FrameSpec, what: string): void {
    this.write(this.bytesOf(spec), what);
  }

  /** A frame as it is written. */
  bytesOf(spec: FrameSpec): Uint8Array {
    const own = this.#options.role === 'client' ? { mask: MASK } : {};
    return frameBytes('mask' in spec ? spec : { ...own, ...spec });
  }

  /** Tells the trace of a message that goes out in bytes, wrong on purpose. */
  meant(text: string): void {
    this.#options.trace.frame(this.connection, 'harness', decode(text), true);
  }

  /** A message that is right in every way. @param deliberate false where it is one of a right conversation */
  text(text: string, deliberate = true): void {
    const told = text.length > LONGEST_TOLD ? text.slice(0, LONGEST_TOLD) : text;
    this.#options.trace.frame(this.connection, 'harness', decode(told), deliberate);
    this.#options.line.write(this.bytesOf({ opcode: opcodes.text, payload: new TextEncoder().encode(text) }));
  }

  /** Sends a CALL as it should be, and waits for its answer; undefined where none came. */
  async ask(id: string, action: string, payload: unknown, ms: number, deliberate = true): Promise<Frame | undefined> {
    this.text(encodeCall(id, action, payload), deliberate);
    return this.answer(id, ms);
  }

  /** The answer to a message id; undefined where none came in time, or the connection ended. */
  answer(id: string, ms: number): Promise<Frame | undefined> {
    return this.until(() => this.answerTo(id), ms);
  }

  /** The answer to a message id that has come. */
  answerTo(id: string): Frame | undefined {
    return this.messages.find(
      (frame) => frame.kind !== 'call' && frame.kind !== 'send' && 'id' in frame && frame.id === id,
    );
  }

  /** Sends a request, and waits for the head of its response; undefined where none came in time. */
  async request(head: RequestHead, ms: number): Promise<ResponseHead | undefined> {
    this.awaitResponse();
    this.write(requestBytes(head), `${head.method} ${head.target.slice(0, 80)} ${head.version}`);
    return this.response(ms);
  }

  /** What comes from now on is taken for a response. */
  awaitResponse(): void {
    this.#head ??= new HeadReader(readResponse);
  }

  /** The head of the response; undefined where none came in time, or what came is none. */
  response(ms: number): Promise<ResponseHead | undefined> {
    return this.until(() => this.#response, ms);
  }

  /** What came in place of a response. */
  get unread(): Uint8Array {
    return this.#head?.bytes ?? new Uint8Array(0);
  }

  /** The first value that is there, now or later; undefined where time runs out or the connection ends without it. */
  async until<T>(look: () => T | undefined, ms: number): Promise<T | undefined> {
    const { clock } = this.#options;
    const deadline = clock.monotonic() + ms;
    for (;;) {
      const found = look();
      const left = deadline - clock.monotonic();
      if (found !== undefined || this.ended !== undefined || left <= 0) return found;
      await new Promise<void>((resolve) => {
        const timer = clock.setTimeout(resolve, left);
        this.#wakes.push(() => {
          clock.clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  /** Waits until the other end has said close, or gone. @returns false where it stays */
  async goes(ms: number): Promise<boolean> {
    await this.until(() => this.gone || undefined, ms);
    return this.gone;
  }

  /** Waits until the other end has ended TCP. */
  async ends(ms: number): Promise<boolean> {
    await this.until(() => this.ended, ms);
    return this.ended !== undefined;
  }

  /** Begins a TLS handshake anew, and waits for its end. @returns false where the other end does not go along */
  async renegotiates(ms: number): Promise<boolean> {
    this.#note('harness', 'a TLS handshake anew');
    let done: boolean | undefined;
    void this.#options.line.renegotiate?.().then((through) => {
      done = through;
      this.#wake();
    });
    return (await this.until(() => done, ms)) ?? false;
  }

  /** Leaves as one should: a close frame, some patience, and then the end. Nothing where our side has left already. */
  async leave(): Promise<void> {
    if (this.#left) return;
    if (!this.gone) {
      this.frame({ opcode: opcodes.close, payload: closeBody(1000) }, 'close 1000');
      await this.ends(LEAVE_MS);
    }
    this.finish();
  }

  /** Says that nothing more is sent. */
  finish(): void {
    this.#over();
    this.#left = true;
    this.#options.line.finish();
  }

  /** Cuts the connection. */
  reset(): void {
    this.#note('harness', 'the connection is cut');
    this.#over();
    this.#left = true;
    this.#options.line.reset();
  }

  #over(): void {
    if (!this.#left) this.#options.over?.();
  }

  #take(chunk: Uint8Array): void {
    if (this.#head !== undefined && this.#response === undefined) {
      this.#response = this.#head.push(chunk);
      if (this.#response !== undefined) {
        const { status, reason, rest } = this.#response;
        this.#note('sut', `HTTP ${status} ${reason}`.trim());
        if (status === 101) this.#frames(rest);
      }
    } else this.#frames(chunk);
    this.#wake();
  }

  #frames(chunk: Uint8Array): void {
    for (const frame of this.#reader.push(chunk)) {
      this.frames.push(frame);
      if (frame.opcode >= 8) this.#note('sut', `${CONTROLS[frame.opcode] ?? `control ${frame.opcode}`}${told(frame)}`);
      else this.#data(frame);
    }
  }

  #data(frame: RawFrame): void {
    if (this.#parts.length === 0) this.#compressed = frame.rsv === COMPRESSED;
    this.#parts.push(frame.payload);
    if (!frame.fin) return;
    const whole = joined(...this.#parts.splice(0));
    const { heard, trace } = this.#options;
    let bytes = whole;
    const compressed = this.#compressed;
    if (this.inflate && compressed) {
      try {
        bytes = this.inflate(whole);
      } catch {
        this.#note('sut', 'a message that is no compressed data');
        return;
      }
    }
    const decoded = decode(new TextDecoder().decode(bytes));
    this.messages.push(decoded);
    if (heard !== true) trace.frame(this.connection, 'sut', decoded);
  }

  #note(origin: 'sut' | 'harness', text: string): void {
    this.#options.trace.happened('note', origin, text, this.connection);
  }

  #wake(): void {
    for (const wake of this.#wakes.splice(0)) wake();
  }
}

const CONTROLS: Readonly<Record<number, string>> = { 8: 'close', 9: 'ping', 10: 'pong' };

const told = ({ opcode, payload }: RawFrame): string =>
  opcode === opcodes.close ? ` ${closeCode(payload)} ${new TextDecoder().decode(payload.subarray(2))}`.trimEnd() : '';
