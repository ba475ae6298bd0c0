/** Takes a sample of the frames of a worker, whole exchanges, at most so many a second. */
import type { OcppVersion } from '../../src/dialects/dialect.ts';
import type { Charger } from './charger.ts';

export interface SampledFrame {
  /** Index of the station, over all workers. */
  readonly station: number;
  readonly ocpp: OcppVersion;
  readonly origin: 'station' | 'csms';
  readonly text: string;
}

/** Exchanges of an action, a second and worker, that are looked into: what validation takes must not be felt. */
const PER_SECOND = 10;
/** Once so much text was taken, a second and worker, no more is: nobody's flood is to fill the memory. */
const MOST_CHARACTERS = 4 * 1024 * 1024;
const MOST_FRAMES = 5_000;
/** CALLs of the CSMS, of whatever action. */
const FROM_CSMS = '';

export class Sampler {
  readonly #taken = new Map<string, number>();
  #frames: SampledFrame[] = [];
  #characters = 0;
  readonly #on: boolean;

  /** @param on false: nothing is taken */
  constructor(on = true) {
    this.#on = on;
  }

  /** A CALL of a charger. */
  sent(charger: Charger, action: string, text: string): void {
    if (!this.#mayTake(action)) return;
    charger.sampling = true;
    this.#push(charger, 'station', text);
  }

  received(charger: Charger, text: string): void {
    if (charger.sampling) {
      this.#push(charger, 'csms', text);
      return;
    }
    if (text.startsWith('[2') && this.#mayTake(FROM_CSMS)) this.#push(charger, 'csms', text);
  }

  /** What was taken since the last call; the next second begins. */
  take(): SampledFrame[] {
    const frames = this.#frames;
    this.#frames = [];
    this.#characters = 0;
    this.#taken.clear();
    return frames;
  }

  #mayTake(action: string): boolean {
    if (!this.#on) return false;
    const taken = this.#taken.get(action) ?? 0;
    if (taken >= PER_SECOND) return false;
    this.#taken.set(action, taken + 1);
    return true;
  }

  #push({ index, plan }: Charger, origin: SampledFrame['origin'], text: string): void {
    if (this.#characters > MOST_CHARACTERS || this.#frames.length >= MOST_FRAMES) return;
    this.#characters += text.length;
    this.#frames.push({ station: index, ocpp: plan.version, origin, text });
  }
}
