/** A YAML file that knows where each of its values stands. */
import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import type { Place, Problem } from './problem.ts';
import { childSchema, type Schema, typesOf } from './schema-walk.ts';
import { expandVariables, type Variables } from './variables.ts';

export type Path = readonly (string | number)[];

interface Spot {
  readonly key?: Range;
  readonly value?: Range;
}
type Range = readonly [start: number, end: number];

/** A parsed file: its value with variables expanded, and the place of each part. */
export interface YamlSource {
  /** As it is shown to the user. */
  readonly file: string;
  /** Undefined where the file is empty or could not be read as YAML. */
  readonly value: unknown;
  /** What was wrong with the YAML and with its variables. */
  readonly problems: readonly Problem[];
  /** The place of a value, or of its key; of what is around it where there is no such thing. */
  place(path: Path, part?: 'key' | 'value'): Place;
}

/**
 * Reads YAML. Numbers stand as they were written where the schema says text (`ocpp: 1.6` is a number to YAML), and an
 * expanded variable takes the type that the schema wants.
 * @param file as it is shown to the user
 */
export function readYaml(text: string, file: string, schema: Schema, variables: Variables): YamlSource {
  const beginning: Place = { file, line: 1, column: 1, width: 1, text: text.slice(0, 200).split('\n', 1)[0] ?? '' };
  const monster = tooMuch(text);
  if (monster !== undefined)
    return { file, value: undefined, problems: [{ ...monster, place: beginning }], place: () => beginning };
  const lines = new LineCounter();
  const doc = parseDocument(text, { lineCounter: lines, uniqueKeys: true, prettyErrors: false });
  const spots = new Map<string, Spot>();
  const rows = text.split('\n');

  function placeAt([start, end]: Range): Place {
    const { line, col } = lines.linePos(start);
    const row = (rows[line - 1] ?? '').replace(/\r$/, '');
    return { file, line: Math.max(1, line), column: Math.max(1, col), width: Math.max(1, end - start), text: row };
  }

  const place = (path: Path, part: 'key' | 'value' = 'value'): Place => {
    for (let depth = path.length; depth >= 0; depth--) {
      const spot = spots.get(keyOf(path.slice(0, depth)));
      const range = depth === path.length && part === 'value' ? (spot?.value ?? spot?.key) : (spot?.key ?? spot?.value);
      if (range !== undefined) return placeAt(range);
    }
    return placeAt([0, 1]);
  };

  if (doc.errors.length > 0) {
    // One slip makes the parser stumble several times: the first is told, and every key that stands twice.
    const first = doc.errors.find(({ code }) => code !== 'DUPLICATE_KEY');
    const told = doc.errors.filter((error) => error === first || error.code === 'DUPLICATE_KEY');
    const problems = told.map(({ message, pos, code }) => syntaxProblem(code, message, placeAt(pos)));
    return { file, value: undefined, problems, place };
  }

  const problems: Problem[] = [];
  /** Values that stand where aliases put them, and not in the text. */
  let copied = 0;

  function walk(
    node: Node | null | undefined,
    path: Path,
    here: Schema | undefined,
    key?: Range,
    copy = false,
  ): unknown {
    if (copy) copied++;
    if (path.length > MOST_DEPTH || copied > MOST_COPIED) {
      if (copied <= MOST_COPIED + 1) problems.push({ ...endless(copied), place: placeAt(rangeOf(node)) });
      return null;
    }
    const target = isAlias(node) ? node.resolve(doc) : node;
    const inCopy = copy || isAlias(node);
    const range = node?.range;
    spots.set(keyOf(path), { ...(key && { key }), ...(range && { value: [range[0], range[1]] }) });
    if (isMap(target)) {
      const entries = target.items.map(({ key: name, value }): [string, unknown] => {
        const label = isScalar(name) ? (name.source ?? String(name.value)) : String(name);
        const at = (name as Node | null)?.range;
        return [
          label,
          walk(
            value as Node,
            [...path, label],
            childSchema(here, label, schema),
            at ? [at[0], at[1]] : undefined,
            inCopy,
          ),
        ];
      });
      return Object.fromEntries(entries);
    }
    if (isSeq(target))
      return target.items.map((item, i) =>
        walk(item as Node, [...path, i], childSchema(here, i, schema), undefined, inCopy),
      );
    if (!isScalar(target)) return null;
    return scalar(target.value, target.source, path, typesOf(here));
  }

  function scalar(value: unknown, source: string | undefined, path: Path, types: readonly string[]): unknown {
    if (typeof value === 'string') {
      const expanded = expandVariables(value, variables);
      if (expanded === undefined) return value;
      for (const fault of expanded.faults) problems.push({ ...fault, place: place(path) });
      return types.length === 0 || types.includes('string') ? expanded.text : typed(expanded.text);
    }
    // A number where text may stand is text that looks like a number: 1.6, 0017, 1e5.
    if (typeof value === 'number' && types.includes('string') && types.includes('number'))
      return source ?? String(value);
    return value;
  }

  const value = doc.contents === null ? undefined : walk(doc.contents as Node, [], schema);
  return { file, value, problems, place };
}

/** Deeper than any file of ours. */
const MOST_DEPTH = 24;
/** A file in which aliases stand for more than this means harm. */
const MOST_COPIED = 10_000;

const endless = (copied: number): Omit<Problem, 'place'> =>
  copied > MOST_COPIED
    ? { says: `the aliases stand for more than ${MOST_COPIED} values`, fix: 'Write what is meant, or less of it.' }
    : { says: 'this goes on for ever', fix: 'Strike the alias that leads back to itself.' };

const rangeOf = (node: Node | null | undefined): Range => (node?.range ? [node.range[0], node.range[1]] : [0, 1]);

/** Identities with passwords of their own, for more stations than one machine holds. */
const MOST_CHARACTERS = 16 * 1024 * 1024;
/** Open brackets, those in texts as well. */
const MOST_BRACKETS = 500;

/** What no parser has to be asked about. */
function tooMuch(text: string): Omit<Problem, 'place'> | undefined {
  if (text.length > MOST_CHARACTERS)
    return { says: `the file has ${text.length} characters, and ${MOST_CHARACTERS} are the most that are read` };
  let open = 0;
  for (let i = 0; i < text.length && open <= MOST_BRACKETS; i++) {
    const character = text[i];
    if (character === '[' || character === '{') open++;
    else if (character === ']' || character === '}') open = Math.max(0, open - 1);
  }
  return open > MOST_BRACKETS ? { says: 'the file is nested deeper than any file of ours' } : undefined;
}

const keyOf = (path: Path): string => JSON.stringify(path);

/** What a variable's text is where no text may stand. */
function typed(text: string): unknown {
  if (/^[-+]?\d+(\.\d+)?$/.test(text)) return Number(text);
  return text === 'true' ? true : text === 'false' ? false : text;
}

function syntaxProblem(code: string, message: string, place: Place): Problem {
  if (code === 'DUPLICATE_KEY') return { says: 'this key stands twice', fix: 'Strike one of them.', place };
  if (code === 'TAB_AS_INDENT') return { says: 'this line is indented with a tab', fix: 'Indent with spaces.', place };
  const first = message.split('\n', 1)[0] ?? message;
  if (/call stack/i.test(first)) return { says: 'the file is nested deeper than any file of ours', place };
  const range = /\{\d+\.\.\d+\}/.test(place.text) && /[[{,]/.test(place.text);
  const fix = range
    ? "Quote a range that stands between brackets: ['CP{01..04}']."
    : 'Indent with spaces, put a space after the colon of a key, and quote text that has special characters.';
  return { says: `this is no YAML: ${first.charAt(0).toLowerCase()}${first.slice(1)}`, fix, place };
}
