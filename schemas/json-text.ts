/** What JSON.parse does not tell: members that stand twice, where a text breaks off, where its elements lie. */
import { step } from './pointer.ts';
import type { Violation } from './types.ts';

/** Where a text stops being JSON; both from 1. */
export interface Spot {
  readonly line: number;
  readonly column: number;
}

/**
 * Members that stand more than once in the same object. JSON.parse keeps the last, so two readers may see two messages.
 * @param raw text of a frame or of a payload alone; no valid JSON is no matter of this function
 * @param payload what JSON.parse made of the payload
 */
export function duplicateKeys(raw: string, payload: unknown): Violation[] {
  // Counting is much cheaper than reading: only a text that has more members than its value is read.
  if (countMembers(raw) === countKeys(payload)) return [];
  const frame = raw.trimStart().startsWith('[');
  const doubled = memberTwice(raw);
  if (!frame) return doubled.map((pointer) => violation(pointer));
  // The payload is the last element of a frame that is valid, the fourth of a CALL and the third of a CALLRESULT.
  return doubled.flatMap((pointer) => {
    const inside = /^\/[23](\/.*)$/s.exec(pointer)?.[1];
    return inside === undefined ? [] : [violation(inside)];
  });
}

/** The same for one member of the outermost object, such as `payload`. */
export function duplicateKeysIn(raw: string, member: string): Violation[] {
  const prefix = step(member);
  return memberTwice(raw).flatMap((pointer) =>
    pointer.startsWith(`${prefix}/`) ? [violation(pointer.slice(prefix.length))] : [],
  );
}

const violation = (path: string): Violation => ({
  path,
  keyword: 'duplicate-key',
  message: 'stands more than once in its object, of which JSON readers see different ones',
  layer: 'prose',
  ref: 'RFC 8259, 4',
});

const QUOTE = 34;
const BACKSLASH = 92;
const COLON = 58;

/** Colons outside strings, one for each member. */
function countMembers(raw: string): number {
  let count = 0;
  let inString = false;
  for (let i = 0; i < raw.length; i++) {
    const code = raw.charCodeAt(i);
    if (inString) {
      if (code === BACKSLASH) i++;
      else if (code === QUOTE) inString = false;
    } else if (code === QUOTE) inString = true;
    else if (code === COLON) count++;
  }
  return count;
}

/** @returns index after the closing quote, -1 where there is none */
function endOfString(raw: string, open: number): number {
  let close = raw.indexOf('"', open + 1);
  while (close !== -1) {
    let slashes = 0;
    while (raw[close - 1 - slashes] === '\\') slashes++;
    if (slashes % 2 === 0) return close + 1;
    close = raw.indexOf('"', close + 1);
  }
  return -1;
}

const isSpace = (code: number): boolean => code === 32 || code === 10 || code === 13 || code === 9;

function skipSpace(raw: string, from: number): number {
  let at = from;
  while (isSpace(raw.charCodeAt(at))) at++;
  return at;
}

/** Members of a value and of everything in it; without recursion, because what a peer sends may be nested at will. */
function countKeys(root: unknown): number {
  if (typeof root !== 'object' || root === null) return 0;
  let count = 0;
  const open: object[] = [root];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (Array.isArray(value)) {
      for (const inner of value) if (typeof inner === 'object' && inner !== null) open.push(inner);
      continue;
    }
    // JSON.parse makes own members only, so there is no need to ask whose a member is.
    for (const name in value) {
      count++;
      const inner: unknown = (value as Record<string, unknown>)[name];
      if (typeof inner === 'object' && inner !== null) open.push(inner);
    }
  }
  return count;
}

interface Level {
  /** Names seen in an object, undefined in an array. */
  readonly names: Set<string> | undefined;
  /** Name or index of the value that is being read. */
  at: string | number;
}

/** Pointers of the members that stand twice or more, each once. The text is known to be JSON. */
function memberTwice(raw: string): string[] {
  const levels: Level[] = [];
  const twice = new Set<string>();
  for (let i = 0; i < raw.length; i++) {
    const level = levels.at(-1);
    switch (raw[i]) {
      case '{':
        levels.push({ names: new Set(), at: '' });
        break;
      case '[':
        levels.push({ names: undefined, at: 0 });
        break;
      case '}':
      case ']':
        levels.pop();
        break;
      case ',':
        if (level !== undefined && typeof level.at === 'number') level.at++;
        break;
      case '"': {
        const end = endOfString(raw, i);
        if (end === -1) return [...twice];
        if (level?.names !== undefined && raw[skipSpace(raw, end)] === ':') {
          level.at = JSON.parse(raw.slice(i, end)) as string;
          if (level.names.has(level.at)) twice.add(levels.map(({ at }) => step(at)).join(''));
          level.names.add(level.at);
        }
        i = end - 1;
        break;
      }
    }
  }
  return [...twice];
}

/** The text of each element of an array. @param raw valid JSON, an array at the top */
export function elements(raw: string): string[] {
  const out: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < raw.length; i++) {
    const char = raw[i];
    if (char === '"') i = endOfString(raw, i) - 1;
    else if (char === '{' || char === '[') {
      depth++;
      if (depth === 1) start = i + 1;
    } else if (char === '}' || char === ']') {
      depth--;
      if (depth === 0 && raw.slice(start, i).trim() !== '') out.push(raw.slice(start, i).trim());
    } else if (char === ',' && depth === 1) {
      out.push(raw.slice(start, i).trim());
      start = i + 1;
    }
  }
  return out;
}

/** Line and column of an index. */
export function spotOf(text: string, index: number): Spot {
  const before = text.slice(0, index);
  const line = before.split('\n').length;
  return { line, column: index - before.lastIndexOf('\n') };
}

const PLAIN = /[{}[\],:]|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|(?:true|false|null)(?!\w)/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const FIRST_PRINTABLE = 32;

/** End of a token, or the index of what spoils it. */
type Token = { readonly end: number } | { readonly flaw: number };

function tokenAt(text: string, at: number): Token {
  if (text.charCodeAt(at) === QUOTE) return stringAt(text, at);
  PLAIN.lastIndex = at;
  return PLAIN.test(text) ? { end: PLAIN.lastIndex } : { flaw: at };
}

function stringAt(text: string, open: number): Token {
  for (let i = open + 1; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) return { end: i + 1 };
    if (code < FIRST_PRINTABLE) return { flaw: i };
    if (code !== BACKSLASH) continue;
    ESCAPE.lastIndex = i;
    if (!ESCAPE.test(text)) return { flaw: i };
    i = ESCAPE.lastIndex - 1;
  }
  return { flaw: text.length };
}

/** What may come next in a text that is JSON so far. */
type Expects = 'value' | 'value or ]' | 'name or }' | 'name' | ':' | ', or end';

/**
 * Where a text stops being JSON. Engines tell it in different ways or not at all.
 * @returns index of the first character that can't stand where it stands; undefined where the text is JSON
 */
export function firstFlaw(text: string): number | undefined {
  const open: ('{' | '[')[] = [];
  let expects: Expects = 'value';
  let at = skipSpace(text, 0);
  let done = false;
  while (at < text.length) {
    const token = tokenAt(text, at);
    if ('flaw' in token) return done ? at : token.flaw;
    const next: Expects | undefined = done ? undefined : follow(text[at] ?? '', expects, open);
    if (next === undefined) return at;
    expects = next;
    done = open.length === 0;
    at = skipSpace(text, token.end);
  }
  return done ? undefined : text.length;
}

/** One token further. @param first its first character @returns what may come then; undefined where it can't stand here */
function follow(first: string, expects: Expects, open: ('{' | '[')[]): Expects | undefined {
  const inside = open.at(-1);
  switch (first) {
    case '{':
    case '[': {
      if (!expects.startsWith('value')) return undefined;
      open.push(first);
      return first === '{' ? 'name or }' : 'value or ]';
    }
    case '}':
      if (inside !== '{' || !(expects === 'name or }' || expects === ', or end')) return undefined;
      open.pop();
      return ', or end';
    case ']':
      if (inside !== '[' || !(expects === 'value or ]' || expects === ', or end')) return undefined;
      open.pop();
      return ', or end';
    case ',':
      if (expects !== ', or end') return undefined;
      return inside === '{' ? 'name' : 'value';
    case ':':
      return expects === ':' ? 'value' : undefined;
    default:
      if (expects.startsWith('name')) return first === '"' ? ':' : undefined;
      return expects.startsWith('value') ? ', or end' : undefined;
  }
}
