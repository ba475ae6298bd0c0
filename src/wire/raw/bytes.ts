/** A connection as bytes: exactly what is written goes out, and how the other end goes is told. */
import type { Clock } from '../../clock.ts';

/** How the other end went: it finished (TCP FIN), or cut the connection (TCP RST). */
export type Ending = 'finished' | 'reset';

export interface ByteEvents {
  bytes(chunk: Uint8Array): void;
  /** Once; nothing follows. */
  ended(how: Ending): void;
}

export interface ByteLine {
  /** Starts delivery: what came before is delivered first. Whoever attaches last hears it. */
  attach(events: ByteEvents): void;
  /** One write is one segment, as far as the network leaves it whole. */
  write(bytes: Uint8Array): void;
  /** Says that nothing more is sent. */
  finish(): void;
  /** Cuts the connection. */
  reset(): void;
  /** Begins a TLS handshake anew. Told true where it was gone through with, and false where it was not; never, perhaps. */
  renegotiate?(): Promise<boolean>;
}

/** Milliseconds from one end to the other: enough to keep cause before effect in a trace. */
const LATENCY = 1;

class MemoryLine implements ByteLine {
  readonly #clock: Clock;
  #peer: MemoryLine | undefined;
  #events: ByteEvents | undefined;
  #waiting: ((events: ByteEvents) => void)[] = [];
  #closed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  join(peer: MemoryLine): void {
    this.#peer = peer;
  }

  attach(events: ByteEvents): void {
    this.#events = events;
    for (const deliver of this.#waiting.splice(0)) deliver(events);
  }

  write(bytes: Uint8Array): void {
    if (!this.#closed) this.#tell((events) => events.bytes(bytes));
  }

  finish(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#tell((events) => events.ended('finished'));
  }

  reset(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#tell((events) => events.ended('reset'));
  }

  #tell(event: (events: ByteEvents) => void): void {
    const peer = this.#peer;
    this.#clock.setTimeout(() => {
      if (peer === undefined) return;
      if (peer.#events) event(peer.#events);
      else peer.#waiting.push(event);
    }, LATENCY);
  }
}

/** Two ends of one connection in memory. */
export function memoryLines(clock: Clock): readonly [ByteLine, ByteLine] {
  const one = new MemoryLine(clock);
  const other = new MemoryLine(clock);
  one.join(other);
  other.join(one);
  return [one, other];
}

/** One array after the other. */
export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
