/** A station that a CSMS still holds for connected: it may be let in and closed at once, and comes again. */
import type { Clock } from '../clock.ts';

/** Close codes of who turns a station away: policy (of one connection), and try again later. */
const TURNED_AWAY: ReadonlySet<number> = new Set([1008, 1013]);

export const isTurnedAway = (code: number | undefined): boolean => code !== undefined && TURNED_AWAY.has(code);

const TRIES = 4;
const AGAIN_MS = 1_000;

/** Tries until what comes of it is not that the station is turned away; the last of some outcomes, else. */
export async function again<T>(
  clock: Clock,
  attempt: () => Promise<T>,
  away: (outcome: T) => boolean | Promise<boolean>,
): Promise<T> {
  for (let i = 1; ; i++) {
    const outcome = await attempt();
    if (i === TRIES || !(await away(outcome))) return outcome;
    await clock.sleep(AGAIN_MS);
  }
}
