/** Finds a field in the raw text of a frame, and shortens long frames around it. */
import type { TraceEntry } from '../src/report.ts';

/** Where a field stands in the text; `exact` is false where only its parent is there. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly exact: boolean;
}

/** Index of the payload in the JSON array of a frame. */
const payloadAt: Readonly<Partial<Record<TraceEntry['kind'], number>>> = {
  call: 3,
  send: 3,
  callresult: 2,
  callerror: 4,
  callresulterror: 4,
};

/** JSON pointer (RFC 6901) → its tokens. */
const tokensOf = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));

/** The span of a field of the payload, its name included; undefined where the frame is no JSON array. */
export function locate(entry: Pick<TraceEntry, 'kind' | 'text'>, pointer: string): Span | undefined {
  const index = payloadAt[entry.kind];
  if (index === undefined) return undefined;
  return find(entry.text, [String(index), ...tokensOf(pointer)]);
}

/**
 * The field that a requirement names, as a JSON pointer, where it is there:
 * `BootNotificationResponse.currentTime` → `/currentTime`.
 */
export function pointerOfRef(entry: Pick<TraceEntry, 'kind' | 'text'>, ref: string): string | undefined {
  const [message, ...fields] = ref.split('.').filter((part) => part !== 'req' && part !== 'conf');
  if (fields.length === 0 || !/^[A-Z][A-Za-z]+$/.test(message ?? '')) return undefined;
  const pointer = `/${fields.join('/')}`;
  return locate(entry, pointer)?.exact ? pointer : undefined;
}

function find(text: string, path: readonly string[]): Span | undefined {
  let at = space(text, 0);
  let span: Span | undefined;
  for (const token of path) {
    const child = childOf(text, at, token);
    if (child === undefined) return span && { ...span, exact: false };
    at = child.value;
    span = { start: child.start, end: skip(text, at), exact: true };
  }
  return span;
}

/** Start of a member (with its name) or of an element, and start of its value. */
function childOf(text: string, open: number, token: string): { start: number; value: number } | undefined {
  const isObject = text[open] === '{';
  if (!isObject && text[open] !== '[') return undefined;
  let at = space(text, open + 1);
  for (let index = 0; at < text.length && text[at] !== '}' && text[at] !== ']'; index++) {
    const start = at;
    let name = String(index);
    if (isObject) {
      const end = skip(text, at);
      name = unquote(text.slice(at, end));
      at = space(text, end);
      if (text[at] !== ':') return undefined;
      at = space(text, at + 1);
    }
    if (name === token) return { start, value: at };
    const end = skip(text, at);
    if (end === at) return undefined;
    at = space(text, end);
    if (text[at] === ',') at = space(text, at + 1);
  }
  return undefined;
}

function unquote(text: string): string {
  try {
    return String(JSON.parse(text));
  } catch {
    return text;
  }
}

function space(text: string, from: number): number {
  let at = from;
  while (at < text.length && ' \t\n\r'.includes(text[at] ?? '')) at++;
  return at;
}

/** The end of the value that starts at `from`; no recursion, so that depth cannot hurt. */
function skip(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const char = text[at] as string;
    if (char === '"') {
      for (at++; at < text.length && text[at] !== '"'; at++) if (text[at] === '\\') at++;
      if (depth === 0) return Math.min(at + 1, text.length);
    } else if (char === '{' || char === '[') depth++;
    else if (char === '}' || char === ']') {
      if (depth === 0) return at;
      if (--depth === 0) return at + 1;
    } else if (depth === 0 && ' \t\n\r,:'.includes(char)) return at;
  }
  return text.length;
}

/** A frame cut into at most three parts; `marked` is the offending field. */
export interface ShortFrame {
  readonly before: string;
  readonly marked: string;
  readonly after: string;
}

/** How much of the start of a frame stays: message type, id and action say which one it is. */
const HEAD = 36;

/** At most about `max` UTF-16 units of a frame, with what is at `span` in the middle. */
export function shorten(text: string, max: number, span?: Span): ShortFrame {
  if (span === undefined) return { before: head(text, max), marked: '', after: '' };
  const { start, end } = span;
  const parts = { before: text.slice(0, start), marked: text.slice(start, end), after: text.slice(end) };
  if (text.length <= max) return parts;
  const marked = middle(parts.marked, Math.max(20, Math.floor(max * 0.6)));
  const room = Math.max(0, max - marked.length);
  const lead = Math.min(parts.before.length, Math.max(Math.min(HEAD, room), room - parts.after.length));
  const before =
    parts.before.length <= lead
      ? parts.before
      : `${parts.before.slice(0, Math.floor(lead * 0.7))}…${parts.before.slice(parts.before.length - Math.floor(lead * 0.3) + 1)}`;
  return { before, marked, after: head(parts.after, Math.max(2, room - before.length)) };
}

const head = (text: string, max: number): string => (text.length <= max ? text : `${text.slice(0, max - 1)}…`);
const middle = (text: string, max: number): string =>
  text.length <= max
    ? text
    : `${text.slice(0, Math.floor(max * 0.7))}…${text.slice(text.length - Math.floor(max * 0.3) + 1)}`;
