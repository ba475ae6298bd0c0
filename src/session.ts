/** One OCPP-J connection, the same object on either side: silence and CALLERROR come back as values. */
import type { Clock, TimerHandle } from './clock.ts';
import { decode } from './ocppj/decode.ts';
import { encodeCall, encodeCallError, encodeCallResult, encodeSend } from './ocppj/encode.ts';
import type { Call, Frame } from './ocppj/frame.ts';
import type { Closing, Transport } from './wire/transport.ts';

export type Payload = Readonly<Record<string, unknown>>;

/** What came of a CALL. `payload` is empty unless it is a CALLRESULT, so that a path can always be read. */
export interface Reply {
  readonly kind: 'callresult' | 'callerror' | 'silence' | 'closed';
  readonly payload: Payload;
  /** Of a CALLERROR. */
  readonly code?: string;
  readonly description?: string;
  /** Number of the answer in the trace, or of the CALL where none came. */
  readonly n: number;
  /** Milliseconds from the CALL to its answer, or that were waited in vain. */
  readonly ms: number;
  readonly action: string;
}

/** A CALL from the other side, to be answered once. */
export interface IncomingCall {
  readonly kind: 'call';
  readonly id: string;
  readonly action: string;
  /** Empty where what was sent is no object. */
  readonly payload: Payload;
  /** The payload as it was sent, whatever it is. */
  readonly sent: unknown;
  readonly n: number;
  /** Milliseconds on the session's monotonic clock at which it came. */
  readonly at: number;
  /** True once it was answered. */
  readonly answered: boolean;
  respond(payload: Payload): void;
  /** Answers with what a right CSMS does not say; nobody is blamed for it. */
  mislead(payload: Payload): void;
  refuse(code: string, description?: string): void;
}

/** What a session tells of everything that passes; returns the number of the entry. */
export interface Recorder {
  frame(origin: 'here' | 'there', frame: Frame, deliberate: boolean): number;
  closed(origin: 'here' | 'there', closing: Closing): void;
}

/** Answers the CALLs that nobody waits for; undefined leaves them unanswered. */
export type Manners = (call: IncomingCall) => void;

export interface SessionOptions {
  readonly clock: Clock;
  readonly recorder?: Recorder;
  readonly manners?: Manners;
  /** Milliseconds that an answer may take. */
  readonly timeoutMs: number;
  /** Makes message ids; unique over all connections of an identity (1.6-J errata 3.1). */
  readonly nextId: () => string;
  /** Told of each message that is no frame. */
  readonly malformed?: (frame: Frame, session: Session) => void;
  /** Told of each SEND. */
  readonly onSend?: (action: string, payload: unknown) => void;
}

interface Pending {
  readonly action: string;
  readonly n: number;
  readonly sentAt: number;
  readonly resolve: (reply: Reply) => void;
  timer: TimerHandle | undefined;
}

interface Waiting<T> {
  readonly wants: (candidate: T) => boolean;
  readonly resolve: (candidate: T | undefined) => void;
  timer: TimerHandle | undefined;
}

const NOTHING: Payload = Object.freeze({});

export class Session {
  readonly subprotocol: string;
  readonly #transport: Transport;
  readonly #options: SessionOptions;
  readonly #clock: Clock;
  readonly #pending = new Map<string, Pending>();
  readonly #callers: Waiting<IncomingCall>[] = [];
  readonly #watchers: Waiting<Frame>[] = [];
  #turn: Promise<unknown> = Promise.resolve();
  #closing: Closing | undefined;
  #closedBy: 'here' | 'there' = 'there';
  /** After a cut, what still arrives is not taken in. */
  #deaf = false;
  /** Settles when the connection has closed, whoever closed it. */
  readonly closed: Promise<Closing>;
  #resolveClosed!: (closing: Closing) => void;

  constructor(transport: Transport, options: SessionOptions) {
    this.#transport = transport;
    this.#options = options;
    this.#clock = options.clock;
    this.subprotocol = transport.subprotocol;
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
    transport.attach({ message: (message) => this.#receive(message), close: (closing) => this.#close(closing) });
  }

  /** The close, once there was one. */
  get closing(): Closing | undefined {
    return this.#closing;
  }

  get open(): boolean {
    return this.#closing === undefined;
  }

  /** CALLs sent and not answered. */
  get outstanding(): number {
    return this.#pending.size;
  }

  /**
   * Sends a CALL and waits for its answer, after every CALL before it was answered or given up.
   * @param options.timeoutMs in place of the session's
   */
  call(action: string, payload: Payload, options: { timeoutMs?: number; id?: string } = {}): Promise<Reply> {
    const turn = this.#turn.then(() => this.callNow(action, payload, options));
    this.#turn = turn;
    return turn;
  }

  /** As `call`, but sends at once, even behind an outstanding CALL. */
  callNow(action: string, payload: Payload, options: { timeoutMs?: number; id?: string } = {}): Promise<Reply> {
    const id = options.id ?? this.#options.nextId();
    return this.#await(id, action, encodeCall(id, action, payload), options.timeoutMs, false);
  }

  /** Sends `text` as it is and waits for the answer to the message id `id` that stands in it. */
  callRaw(id: string, action: string, text: string, timeoutMs?: number): Promise<Reply> {
    return this.#await(id, action, text, timeoutMs, true);
  }

  /** Sends a SEND (2.1). */
  send(action: string, payload: Payload): void {
    this.#put(encodeSend(this.#options.nextId(), action, payload), false);
  }

  /** Sends what need not be a frame at all. @returns its number in the trace */
  sendRaw(message: string | Uint8Array): number {
    return this.#put(message, true);
  }

  /**
   * Waits for a CALL that comes from now on. Register it before the stimulus.
   * @returns undefined when none came in time or the connection closed
   */
  awaitCall(action: string, options: { timeoutMs?: number; where?: (payload: Payload) => boolean } = {}) {
    const where = options.where ?? (() => true);
    return this.#wait(this.#callers, (call) => call.action === action && where(call.payload), options.timeoutMs);
  }

  /** Waits for any frame that comes from now on; undefined when none came in time or the connection closed. */
  awaitFrame(wants: (frame: Frame) => boolean, timeoutMs?: number): Promise<Frame | undefined> {
    return this.#wait(this.#watchers, wants, timeoutMs);
  }

  /** Closes and waits until it is closed; frames that are still on their way are taken in. */
  async close(code = 1000, reason = ''): Promise<Closing> {
    if (this.#closing === undefined) {
      this.#closedBy = 'here';
      this.#transport.close(code, reason);
    }
    return this.closed;
  }

  /** Ends the connection as a lost network does. */
  terminate(): void {
    if (this.#closing !== undefined) return;
    this.#closedBy = 'here';
    this.#deaf = true;
    this.#transport.terminate();
  }

  #await(id: string, action: string, text: string, timeoutMs = this.#options.timeoutMs, deliberate: boolean) {
    return new Promise<Reply>((resolve) => {
      const n = this.#put(text, deliberate);
      const sentAt = this.#clock.monotonic();
      if (this.#closing !== undefined) {
        resolve({ kind: 'closed', payload: NOTHING, n, ms: 0, action });
        return;
      }
      const pending: Pending = { action, n, sentAt, resolve, timer: undefined };
      pending.timer = this.#clock.setTimeout(() => {
        this.#pending.delete(id);
        resolve({ kind: 'silence', payload: NOTHING, n, ms: this.#clock.monotonic() - sentAt, action });
      }, timeoutMs);
      this.#pending.set(id, pending);
    });
  }

  #wait<T>(list: Waiting<T>[], wants: (candidate: T) => boolean, timeoutMs = this.#options.timeoutMs) {
    return new Promise<T | undefined>((resolve) => {
      if (this.#closing !== undefined) {
        resolve(undefined);
        return;
      }
      const waiting: Waiting<T> = { wants, resolve, timer: undefined };
      waiting.timer = this.#clock.setTimeout(() => {
        remove(list, waiting);
        resolve(undefined);
      }, timeoutMs);
      list.push(waiting);
    });
  }

  #put(message: string | Uint8Array, deliberate: boolean): number {
    if (this.#closing !== undefined) return 0;
    const n = this.#options.recorder?.frame('here', decode(message), deliberate) ?? 0;
    this.#transport.send(message);
    return n;
  }

  #receive(message: string | Uint8Array): void {
    if (this.#deaf) return;
    const frame = decode(message);
    const n = this.#options.recorder?.frame('there', frame, false) ?? 0;
    const at = this.#watchers.findIndex((watcher) => watcher.wants(frame));
    if (at >= 0) this.#settle(this.#watchers, at, frame);
    switch (frame.kind) {
      case 'callresult':
        this.#answered(frame.id, n, { kind: 'callresult', payload: asObject(frame.payload) });
        break;
      case 'callerror':
        this.#answered(frame.id, n, {
          kind: 'callerror',
          payload: NOTHING,
          code: frame.code,
          description: frame.description,
        });
        break;
      case 'call':
        this.#called(frame, n);
        break;
      case 'send':
        this.#options.onSend?.(frame.action, frame.payload);
        break;
      case 'malformed':
        this.#options.malformed?.(frame, this);
        break;
    }
  }

  #answered(id: string, n: number, answer: Pick<Reply, 'kind' | 'payload' | 'code' | 'description'>): void {
    const pending = this.#pending.get(id);
    if (pending === undefined) return;
    this.#pending.delete(id);
    this.#clock.clearTimeout(pending.timer);
    pending.resolve({ ...answer, n, ms: this.#clock.monotonic() - pending.sentAt, action: pending.action });
  }

  #called(frame: Call, n: number): void {
    let answered = false;
    const once = (text: string, deliberate = false) => {
      if (answered) return;
      answered = true;
      this.#put(text, deliberate);
    };
    const call: IncomingCall = {
      kind: 'call',
      id: frame.id,
      action: frame.action,
      payload: asObject(frame.payload),
      sent: frame.payload,
      n,
      at: this.#clock.monotonic(),
      get answered() {
        return answered;
      },
      respond: (payload) => once(encodeCallResult(frame.id, payload)),
      mislead: (payload) => once(encodeCallResult(frame.id, payload), true),
      refuse: (code, description) => once(encodeCallError(frame.id, code, description)),
    };
    const at = this.#callers.findIndex((waiting) => waiting.wants(call));
    if (at >= 0) this.#settle(this.#callers, at, call);
    else this.#options.manners?.(call);
  }

  #settle<T>(list: Waiting<T>[], at: number, value: T): void {
    const [waiting] = list.splice(at, 1);
    if (waiting === undefined) return;
    this.#clock.clearTimeout(waiting.timer);
    waiting.resolve(value);
  }

  #close(closing: Closing): void {
    if (this.#closing !== undefined) return;
    this.#closing = closing;
    this.#options.recorder?.closed(this.#closedBy, closing);
    for (const [id, pending] of this.#pending) {
      this.#clock.clearTimeout(pending.timer);
      this.#pending.delete(id);
      const ms = this.#clock.monotonic() - pending.sentAt;
      pending.resolve({ kind: 'closed', payload: NOTHING, n: pending.n, ms, action: pending.action });
    }
    for (const list of [this.#callers, this.#watchers]) {
      for (const waiting of list.splice(0)) {
        this.#clock.clearTimeout(waiting.timer);
        waiting.resolve(undefined);
      }
    }
    this.#resolveClosed(closing);
  }
}

function remove<T>(list: T[], item: T): void {
  const at = list.indexOf(item);
  if (at >= 0) list.splice(at, 1);
}

/** A payload that is no object is judged by its schema; here it is only kept readable. */
function asObject(payload: unknown): Payload {
  return payload !== null && typeof payload === 'object' && !Array.isArray(payload) ? (payload as Payload) : NOTHING;
}
