/** Takes down whole conversations of a few stations, so that they can be judged; bounded, and nothing for the others. */
import type { OcppVersion } from '../../src/dialects/dialect.ts';
import { epochNow } from './epoch.ts';

/**
 * `end`: what comes after is not judged, and what is open then is nobody's fault; `lost`: the CSMS hung up, and gave no
 * reason that lies outside of the conversation.
 */
export type Happening = 'open' | 'sent' | 'received' | 'lost' | 'end';

export interface Witnessed {
  /** Index of the station, over all workers. */
  readonly station: number;
  readonly ocpp: OcppVersion;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly what: Happening;
  readonly text: string;
}

/** What one station may say and hear between two takes; of one that does more, the rest of the connection is left out. */
const MOST_ENTRIES = 100;
const MOST_CHARACTERS = 262_144;

/** Close codes of a CSMS that goes away, or of no one at all: `ocpp_sessions_lost` counts them. */
const ELSEWHERE: ReadonlySet<number> = new Set([1001, 1006, 1012, 1013]);

/** What one station said and heard. */
export class Witness {
  readonly #station: number;
  readonly #ocpp: OcppVersion;
  #entries: Witnessed[] = [];
  #characters = 0;
  /** Said, and not taken down yet. */
  readonly #said: string[] = [];
  /** In a connection of which everything was taken so far. */
  #listening = false;

  /** @param station its index, over all workers */
  constructor(station: number, ocpp: OcppVersion) {
    this.#station = station;
    this.#ocpp = ocpp;
  }

  /** @param text of the frame */
  saw(what: Happening, text = ''): void {
    if (what === 'sent') {
      // Whatever is read in one go was sent before an answer to any of it can have arrived.
      if (this.#said.length === 0) queueMicrotask(this.#flush);
      this.#said.push(text);
      return;
    }
    if (what !== 'received') this.#flush();
    this.#put(what, text);
  }

  /** The connection was closed, and we had not asked for it. */
  sawClose(code: number, accepted: boolean): void {
    // Whom the CSMS has not accepted, it may hang up on (1.6 section 4.2).
    this.saw(accepted && !ELSEWHERE.has(code) ? 'lost' : 'end', String(code));
  }

  readonly #flush = (): void => {
    for (const text of this.#said) this.#put('sent', text);
    this.#said.length = 0;
  };

  #put(what: Happening, text: string): void {
    if (!this.#listening && what !== 'open') return;
    this.#characters += text.length;
    const full = this.#entries.length >= MOST_ENTRIES || this.#characters > MOST_CHARACTERS;
    this.#listening = !full && what !== 'end' && what !== 'lost';
    this.#entries.push({
      station: this.#station,
      ocpp: this.#ocpp,
      at: epochNow(),
      what: full ? 'end' : what,
      text: full ? '' : text,
    });
  }

  /** What was taken down since the last call. */
  take(): Witnessed[] {
    const entries = this.#entries;
    this.#entries = [];
    this.#characters = 0;
    return entries;
  }
}
