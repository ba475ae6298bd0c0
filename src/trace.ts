/** Every frame, handshake and close of one case, with time and origin: the only evidence there is. */
import type { Clock } from './clock.ts';
import type { Frame } from './ocppj/frame.ts';
import type { Origin, TraceEntry } from './report.ts';

/** A trace entry that still knows its decoded frame. */
export interface TracedFrame extends TraceEntry {
  readonly frame: Frame;
  readonly connection: number;
}

export type TraceEvent = TraceEntry | TracedFrame;

export const isFrame = (event: TraceEvent): event is TracedFrame => 'frame' in event;

type Happening = Exclude<TraceEntry['kind'], Frame['kind']>;

export class Trace {
  readonly events: TraceEvent[] = [];
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #start: number;
  #connections = 0;
  /** CALLs by connection, origin and id: an answer is matched to the last one. */
  readonly #calls = new Map<string, TracedFrame>();

  readonly #longest: number;
  #n = 0;
  #unasked = 0;

  /** @param longest events kept; older ones are dropped */
  constructor(clock: Pick<Clock, 'monotonic'>, longest = Number.POSITIVE_INFINITY) {
    this.#clock = clock;
    this.#longest = longest;
    this.#start = clock.monotonic();
  }

  /** A number for a new connection, from 1. */
  connection(): number {
    return ++this.#connections;
  }

  /** Milliseconds since the case began, to the microsecond. */
  elapsed(): number {
    return Math.round((this.#clock.monotonic() - this.#start) * 1000) / 1000;
  }

  /** Frames of the SUT beyond those of the harness, one for one. */
  get unasked(): number {
    return this.#unasked;
  }

  frame(connection: number, origin: Origin, frame: Frame, deliberate = false): TracedFrame {
    this.#unasked += origin === 'sut' ? 1 : -1;
    const asked = this.#asked(connection, origin, frame);
    const event: TracedFrame = {
      n: ++this.#n,
      at: this.elapsed(),
      origin,
      kind: frame.kind,
      text: frame.raw,
      connection,
      frame,
      ...('action' in frame && { action: frame.action }),
      ...(asked && { action: asked.action as string, answers: asked.n }),
      ...(deliberate && { deliberate }),
    };
    this.#keep(event);
    if (frame.kind === 'call') this.#calls.set(key(connection, origin, frame.id), event);
    else if (asked && 'id' in frame && typeof frame.id === 'string' && this.#longest !== Number.POSITIVE_INFINITY)
      this.#calls.delete(key(connection, asked.origin, frame.id));
    return event;
  }

  happened(kind: Happening, origin: Origin, text: string, connection?: number, action?: string): TraceEntry {
    const event: TraceEntry = {
      n: ++this.#n,
      at: this.elapsed(),
      origin,
      kind,
      text,
      ...(action !== undefined && { action }),
      ...(connection !== undefined && { connection }),
    };
    this.#keep(event);
    return event;
  }

  frames(): TracedFrame[] {
    return this.events.filter(isFrame);
  }

  /** What goes into the report: no decoded frames. */
  entries(): TraceEntry[] {
    return this.events.map((event) => {
      if (!isFrame(event)) return event;
      const { frame: _, ...entry } = event;
      return entry;
    });
  }

  #keep(event: TraceEvent): void {
    this.events.push(event);
    if (this.events.length > this.#longest) this.events.shift();
  }

  #asked(connection: number, origin: Origin, frame: Frame): TracedFrame | undefined {
    if (frame.kind !== 'callresult' && frame.kind !== 'callerror') return undefined;
    return this.#calls.get(key(connection, origin === 'sut' ? 'harness' : 'sut', frame.id));
  }
}

const key = (connection: number, origin: Origin, id: string) => `${connection} ${origin} ${id}`;
