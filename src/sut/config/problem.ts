/** One thing that is wrong with what the user wrote: where it stands, what is wrong, what to do. */
import { nearest } from '../../nearest.ts';
import { UsageError } from '../../usage-error.ts';

export interface Problem {
  readonly says: string;
  /** What to do about it. */
  readonly fix?: string;
  /** The place in a file; undefined for what came from the command line. */
  readonly place?: Place;
}

export interface Place {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in characters. */
  readonly column: number;
  /** How many characters are at fault. */
  readonly width: number;
  /** The line as it stands in the file. */
  readonly text: string;
}

/** Keys whose values are never shown, wherever a line is quoted. */
const SECRET =
  /((?:[\w-]*(?:pass|pwd|secret|bearer|authoriz|credential|api-?key)[\w-]*)["']?\s*:\s*)([^,}\s#][^,}#]*)/gi;

/** User and password of an address. */
const USER_INFO = /(:\/\/)([^/@\s]+)(?=@)/g;

/** A line of a file with what looks like a secret starred out; its length stays, for the caret below it. */
export const withoutSecrets = (line: string): string =>
  line
    .replace(SECRET, (_all, key: string, value: string) => key + (value.startsWith('${') ? value : starred(value)))
    .replace(USER_INFO, (_all, before: string, user: string) => before + starred(user));

const starred = (text: string): string => '*'.repeat(text.trimEnd().length).padEnd(text.length);

/** `file:line:column`, the line with a caret, and what to do. */
export function renderProblem({ says, fix, place }: Problem): string {
  const advice = fix === undefined ? [] : [`  ${fix}`];
  if (place === undefined) return [says, ...advice].join('\n');
  const { file, line, column, width, text } = place;
  const number = String(line);
  const whole = plain(withoutSecrets(text.slice(0, column + LONGEST_LINE)));
  // Of a line that is longer than any screen, the part around the place.
  const from = column > LONGEST_LINE ? column - Math.round(LONGEST_LINE / 2) : 0;
  const shown = whole.slice(from, from + LONGEST_LINE).trimEnd();
  const carets = '^'.repeat(Math.max(1, Math.min(width, shown.length - (column - from) + 1)));
  return [
    `${file}:${line}:${column}: ${says}`,
    `  ${number} | ${shown}`,
    `  ${' '.repeat(number.length)} | ${' '.repeat(column - 1 - from)}${carets}`,
    ...advice,
  ].join('\n');
}

const LONGEST_LINE = 200;

/** A file is not to give orders to a terminal. */
const plain = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  text.replaceAll('\t', ' ').replace(/[\u0000-\u001f\u007f-\u009f]/g, '\ufffd');

/** All problems in one error, those of files in the order of their lines. */
export function usageError(problems: readonly Problem[]): UsageError {
  const rank = ({ place }: Problem) => (place === undefined ? -1 : place.line * 10_000 + place.column);
  const sorted = [...problems].sort((one, other) => rank(one) - rank(other));
  return new UsageError([...new Set(sorted.map(renderProblem))].join('\n\n'));
}

/** "Did you mean …?" and what there is. */
export function suggestion(wrong: string, words: readonly string[]): string {
  const near = nearest(wrong, words);
  const all = `There ${words.length === 1 ? 'is' : 'are'}: ${words.join(', ')}.`;
  return near === undefined ? all : `Did you mean '${near}'? ${all}`;
}
