/** Attempts of a station to connect, as a case waits for them: each wait hears of the next one. */
import type { Clock } from '../clock.ts';
import type { HandshakeEnd, HandshakeRequest } from '../wire/transport.ts';
import type { RawLine } from './raw-line.ts';

/** What came of an attempt of a station to connect. */
export type Attempt =
  | { readonly outcome: 'connected'; readonly request: HandshakeRequest }
  | {
      readonly outcome: 'refused';
      readonly says: string;
      readonly request: HandshakeRequest;
      /** Where the connection was left open behind the answer: what the station does with it. */
      readonly line?: RawLine;
    }
  /** It ended in the TLS handshake, or before anything was asked for. */
  | HandshakeEnd;

export class Attempts {
  readonly #clock: Clock;
  #waits: ((attempt: Attempt) => void)[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The next attempt; undefined where none came in time. */
  next(timeoutMs: number): Promise<Attempt | undefined> {
    return new Promise((resolve) => {
      const timer = this.#clock.setTimeout(() => {
        this.#waits = this.#waits.filter((told) => told !== come);
        resolve(undefined);
      }, timeoutMs);
      const come = (attempt: Attempt) => {
        this.#clock.clearTimeout(timer);
        resolve(attempt);
      };
      this.#waits.push(come);
    });
  }

  came(attempt: Attempt): void {
    for (const told of this.#waits.splice(0)) told(attempt);
  }
}
