/** Values that nobody guesses, for what an operator asks for: a CSMS that sends something else is caught. */
import type { Context } from '../../src/judge/context.ts';
import { randomWord } from '../../src/random.ts';

/** The time `seconds` before now, to the second: what a station keeps in its queue. */
export const ago = ({ clock }: Pick<Context, 'clock'>, seconds: number): string => moment(clock.now() - seconds * 1000);

/** The time `seconds` from now, to the second: a back office may keep no smaller part. */
export const ahead = ({ clock }: Pick<Context, 'clock'>, seconds: number): string =>
  moment(clock.now() + seconds * 1000);

const moment = (ms: number): string => new Date(Math.floor(ms / 1000) * 1000).toISOString();

/** A whole number of at least `least`, that nobody guesses. */
export const oddNumber = ({ random }: Pick<Context, 'random'>, least: number, span = 9_000): number =>
  least + Math.floor(random() * span);

/** A URL below example.org, with a word in its path. */
export const oddUrl = ({ random }: Pick<Context, 'random'>, host: string, file = ''): string =>
  `https://${host}.example.org/${randomWord(random, 10)}/${file}`;

/** `length` hexadecimal digits. */
export const oddHex = ({ random }: Pick<Context, 'random'>, length: number): string =>
  Array.from({ length }, () => Math.floor(random() * 16).toString(16)).join('');
