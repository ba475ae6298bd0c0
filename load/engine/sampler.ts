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

/** Exchanges a second and worker that are looked into: what validation takes must not be felt. */
const PER_SECOND = 25;

export class Sampler {
  #left = PER_SECOND;
  #frames: SampledFrame[] = [];

  /** A CALL of a charger. */
  sent(charger: Charger, text: string): void {
    if (this.#left <= 0) return;
    this.#left--;
    charger.sampling = true;
    this.#push(charger, 'station', text);
  }

  received(charger: Charger, text: string): void {
    if (charger.sampling) {
      this.#push(charger, 'csms', text);
      return;
    }
    // A CALL of the CSMS: rare under load, so it may take of the same allowance.
    if (this.#left > 0 && text.startsWith('[2')) {
      this.#left--;
      this.#push(charger, 'csms', text);
    }
  }

  /** What was taken since the last call; the next second begins. */
  take(): SampledFrame[] {
    const frames = this.#frames;
    this.#frames = [];
    this.#left = PER_SECOND;
    return frames;
  }

  #push({ index, plan }: Charger, origin: SampledFrame['origin'], text: string): void {
    this.#frames.push({ station: index, ocpp: plan.version, origin, text });
  }
}
