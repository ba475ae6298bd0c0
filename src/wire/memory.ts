/** Connections without sockets: two transports back to back, in whatever time the clock keeps. */
import type { Clock } from '../clock.ts';
import { memoryLines } from './raw/bytes.ts';
import { acceptBytes, dialBytes } from './raw/handshake.ts';
import type { WireSlips } from './raw/slips.ts';
import type {
  Acceptor,
  Closing,
  Dialer,
  Handshake,
  HandshakeRequest,
  Transport,
  TransportEvents,
} from './transport.ts';

/** Milliseconds from one end to the other: enough to keep cause before effect in a trace. */
const LATENCY = 1;

class MemoryEnd implements Transport {
  readonly subprotocol: string;
  readonly #clock: Clock;
  #peer: MemoryEnd | undefined;
  #events: TransportEvents | undefined;
  #waiting: (() => void)[] = [];
  #open = true;

  constructor(subprotocol: string, clock: Clock) {
    this.subprotocol = subprotocol;
    this.#clock = clock;
  }

  join(peer: MemoryEnd): void {
    this.#peer = peer;
  }

  attach(events: TransportEvents): void {
    this.#events = events;
    for (const deliver of this.#waiting.splice(0)) deliver();
  }

  send(message: string | Uint8Array): void {
    if (!this.#open) return;
    const peer = this.#peer;
    this.#clock.setTimeout(() => peer?.deliver((events) => events.message(message)), LATENCY);
  }

  close(code = 1000, reason = ''): void {
    this.#end({ code, reason }, { code, reason });
  }

  terminate(): void {
    const gone = { code: 1006, reason: '' };
    this.#end(gone, gone);
  }

  deliver(event: (events: TransportEvents) => void): void {
    if (this.#events) event(this.#events);
    else this.#waiting.push(() => this.#events && event(this.#events));
  }

  #end(mine: Closing, theirs: Closing): void {
    if (!this.#open) return;
    this.#open = false;
    const peer = this.#peer;
    // What the peer sent before it saw the close still arrives, as on a socket.
    this.#clock.setTimeout(() => peer?.closed(theirs), LATENCY);
    this.#clock.setTimeout(() => this.deliver((events) => events.close(mine)), 2 * LATENCY);
  }

  closed(closing: Closing): void {
    if (!this.#open) return;
    this.#open = false;
    this.deliver((events) => events.close(closing));
  }
}

/** Two ends of one connection. */
export function memoryPair(clock: Clock, subprotocol: string): readonly [Transport, Transport] {
  const one = new MemoryEnd(subprotocol, clock);
  const other = new MemoryEnd(subprotocol, clock);
  one.join(other);
  other.join(one);
  return [one, other];
}

/** How an end in memory is wrong below its messages. */
export interface MemoryOptions {
  readonly slips?: WireSlips;
  /** Told where a slip ends the service of an end for everybody. */
  readonly die?: () => void;
}

/** A dialer whose every connection ends at `acceptor`; the lines of it end at a WebSocket server over bytes. */
export function memoryDialer(acceptor: Acceptor, clock: Clock, options: MemoryOptions = {}): Dialer {
  return {
    async line() {
      await clock.sleep(LATENCY);
      const [near, far] = memoryLines(clock);
      acceptBytes(far, acceptor, { clock, compresses: true, ...options });
      return near;
    },
    async dial(request: HandshakeRequest): Promise<Handshake> {
      await clock.sleep(LATENCY);
      const admission = acceptor.admit(request);
      await clock.sleep(LATENCY);
      if (!admission.admit) {
        const challenge = admission.headers?.['www-authenticate'];
        const says = `HTTP ${admission.status}`;
        const { location } = admission.headers ?? {};
        return {
          outcome: 'refused',
          status: admission.status,
          says,
          ...(challenge !== undefined && { challenge }),
          ...(location !== undefined && { location }),
        };
      }
      const [near, far] = memoryPair(clock, admission.subprotocol);
      acceptor.accept(request, far);
      return { outcome: 'open', transport: near };
    },
  };
}

/** As `memoryDialer`, with a WebSocket over bytes under each connection; the slips are those of who dials. */
export function byteDialer(acceptor: Acceptor, clock: Clock, options: MemoryOptions = {}): Dialer {
  return {
    async dial(request) {
      await clock.sleep(LATENCY);
      const [near, far] = memoryLines(clock);
      // What TLS knows of the other end does not stand in the bytes above it.
      const { secured, certificate } = request;
      const facts = { ...(secured && { secured }), ...(certificate && { certificate }) };
      const knowing: Acceptor = {
        admit: (asked) => acceptor.admit({ ...asked, ...facts }),
        accept: (asked, transport) => acceptor.accept({ ...asked, ...facts }, transport),
      };
      acceptBytes(far, knowing, { clock });
      return dialBytes(near, request, options);
    },
  };
}
