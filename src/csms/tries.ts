/** Wrong passwords in a row: who tries too many is held off for a while; who shows the right one is not. */
import type { Clock } from '../clock.ts';
import type { Admission } from '../wire/transport.ts';
import type { CsmsPolicy } from './policy.ts';

type Refused = Extract<Admission, { admit: false }>;

/** Wrong passwords that may be tried in that time. */
const MOST = 15;
const WITHIN_MS = 60_000;

export class Tries {
  /** When wrong passwords were tried, by identity. */
  readonly #at = new Map<string, number[]>();
  readonly #clock: Clock;
  readonly #policy: CsmsPolicy;

  constructor(clock: Clock, policy: CsmsPolicy) {
    this.#clock = clock;
    this.#policy = policy;
  }

  /** What becomes of a try. @param refused as its credentials alone have it */
  after(identity: string, refused: Refused | undefined): Refused | undefined {
    const now = this.#clock.monotonic();
    const recent = (this.#at.get(identity) ?? []).filter((at) => now - at < WITHIN_MS);
    if (refused?.status === 401) recent.push(now);
    this.#at.set(identity, recent);
    const tooMany = recent.length > MOST && !this.#policy.countsNoTries;
    if (refused === undefined && !(tooMany && this.#policy.locksStationsOut)) {
      this.#at.delete(identity);
      return undefined;
    }
    return tooMany ? { admit: false, status: 429 } : refused;
  }
}
