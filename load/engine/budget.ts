/** Memory that a run may take: a machine that runs out of it ends more than the run. */

const MIB = 2 ** 20;
/** Of what was free when the run began. */
const SHARE = 0.9;

const UNITS: Readonly<Record<string, number>> = { KIB: 2 ** 10, MIB, GIB: 2 ** 30, KB: 1e3, MB: 1e6, GB: 1e9 };

/** `2GiB`, `500MB`. @returns bytes; undefined where the text is no size */
export function readSize(text: string): number | undefined {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)([KMG]i?B)$/i.exec(text) ?? [];
  const bytes = Number(number) * (UNITS[unit.toUpperCase()] ?? 0);
  return bytes > 0 ? Math.round(bytes) : undefined;
}

/** What nobody named: most of what is free now, beside what is held already; a container may give less. */
export const defaultBudget = (freeBytes: number, held: number, container = process.constrainedMemory()): number =>
  Math.min(held + freeBytes * SHARE, (container || Number.POSITIVE_INFINITY) * SHARE);

/** What is held now; nought where no file can be opened to look. */
export function heldBytes(): number {
  try {
    return process.memoryUsage.rss();
  } catch {
    return 0;
  }
}

/** Stops a run that takes more than it may. */
export class Budget {
  /** Of whoever stops the run: the user, or this. */
  readonly signal: AbortSignal;
  readonly #breach = new AbortController();
  readonly #mostBytes: number;
  readonly #held: () => number;
  #says: string | undefined;

  /**
   * @param mostBytes undefined: any
   * @param held bytes that are held now
   */
  constructor(mostBytes: number | undefined, user: AbortSignal, held: () => number) {
    this.#mostBytes = mostBytes ?? Number.POSITIVE_INFINITY;
    this.#held = held;
    this.signal = AbortSignal.any([user, this.#breach.signal]);
  }

  /** @param connected stations that there are */
  look(connected: number): void {
    if (this.signal.aborted || this.#mostBytes === Number.POSITIVE_INFINITY) return;
    const held = this.#held();
    if (held <= this.#mostBytes) return;
    const mib = (bytes: number) => `${Math.round(bytes / MIB)} MiB`;
    this.#says = `the run was stopped at ${connected} stations: plugproof holds ${mib(held)} of memory, and ${mib(this.#mostBytes)} are the most that it may (--max-rss); take fewer stations, or more machines`;
    this.#breach.abort();
  }

  /** What a reader has to know of it. */
  notes(): string[] {
    return this.#says === undefined ? [] : [this.#says];
  }
}
