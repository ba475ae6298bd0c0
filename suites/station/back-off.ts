/** How long a charger waits at least before it tries to connect once more, as far as its version says. */
import type { OcppVersion } from '../../src/dialects/dialect.ts';
import type { Attempt } from '../../src/judge/attempts.ts';
import type { Context } from '../../src/judge/context.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import { preferred, valueOfVariable } from './states.v2.ts';

/** Seconds that a clock and a network may take off a wait. */
const SLACK_S = 1;
/** What no back-off is shorter than after some attempts in vain, where no number is given (1.6). */
const NO_HURRY_S = 1;
const COMM = { name: 'OCPPCommCtrlr' };

/** Seconds to the attempt behind each of `attempts` attempts in vain. */
type Waits = (context: Context, attempts: number) => Promise<readonly number[]>;

/** The least wait, doubled with each attempt as often as is configured (2.x Part 4, 5.3). @throws Unmet where it is not told */
const doubled: Waits = async (context, attempts) => {
  const least = Number(await valueOfVariable(context, COMM, 'RetryBackOffWaitMinimum'));
  if (!(least > 0)) throw new Unmet('the station tells no RetryBackOffWaitMinimum');
  const told = Number((await valueOfVariable(context, COMM, 'RetryBackOffRepeatTimes')) ?? attempts);
  const times = Number.isNaN(told) ? 0 : told;
  const judged = Math.min(attempts, (await attemptsInARow(context, attempts + 2)) - 1);
  if (judged < 1) throw new Unmet('the station begins anew with each attempt: NetworkProfileConnectionAttempts is 1');
  return Array.from({ length: judged }, (_, i) => least * 2 ** Math.min(i + 1, times) - SLACK_S);
};

/** Attempts with one slot: another one, or the same once more, may be another beginning. */
async function attemptsInARow(context: Context, wanted: number): Promise<number> {
  if (await preferred(context, COMM.name, 'NetworkProfileConnectionAttempts', String(wanted))) return wanted;
  const told = Number(await valueOfVariable(context, COMM, 'NetworkProfileConnectionAttempts'));
  return told > 0 ? told : wanted;
}

/** 1.6 has no numbers: the first attempts may follow at once, and then it is no hurry (1.6-J errata 3.4). */
const appropriate: Waits = async (_context, attempts) =>
  Array.from({ length: attempts }, (_, i) => (i + 1 < attempts ? 0 : NO_HURRY_S));

const words: Readonly<Record<OcppVersion, Waits>> = { '1.6': appropriate, '2.0.1': doubled, '2.1': doubled };

/** Seconds before each of the next attempts. @throws Unmet where it can not be known */
export const leastWaits: Waits = (context, attempts) => words[context.dialect.version](context, attempts);

/**
 * Judges by `waits` the attempts behind one that came to nothing.
 * @param seen told of each attempt
 * @returns how many came, and the longest time between two, in milliseconds
 */
export async function judgeWaits(
  context: Context<'waits'>,
  least: readonly number[],
  first: Attempt | undefined,
  seen: (attempt: Attempt) => void = () => {},
): Promise<{ readonly came: number; readonly longestMs: number }> {
  const { check, clock, csms } = context;
  const place = targetOf(first);
  let came = 0;
  let longestMs = 0;
  for (const wait of least) {
    const since = clock.monotonic();
    const next = await csms.attempt();
    if (next === undefined || targetOf(next) !== place) break;
    came++;
    seen(next);
    const ms = clock.monotonic() - since;
    longestMs = Math.max(longestMs, ms);
    check('waits', () => expect(ms / 1000, `seconds before attempt ${came + 1}`).to.be.at.least(wait));
  }
  return { came, longestMs };
}

const targetOf = (attempt: Attempt | undefined): string | undefined =>
  attempt !== undefined && 'request' in attempt ? attempt.request.target : undefined;
