/** Judges every frame of a file, offline: what `plugproof validate FILE` prints, one verdict a frame. */
import { type Dialect, dialects, type OcppVersion, ocppVersions } from '../src/dialects/index.ts';
import { decode } from '../src/ocppj/decode.ts';
import { type Frame, MessageType } from '../src/ocppj/frame.ts';
import { duplicateKeysIn, elements, firstFlaw, spotOf } from './json-text.ts';
import { show } from './pointer.ts';
import type { MessageSchemas, PayloadKind, Violation } from './types.ts';

export interface FrameVerdict {
  /** Place in the file, from 1: a line of JSONL that is not blank, or an element of the array. */
  readonly n: number;
  /** False where the schema refuses the payload, noted or not, or the text does and no other place of it excuses. */
  readonly valid: boolean;
  readonly errors: readonly Violation[];
}

export interface ValidateOptions {
  readonly schemas: MessageSchemas;
  /** Version of the frames that don't tell theirs. */
  readonly ocpp?: OcppVersion;
}

/** The file is no JSON; line and column, from 1, are where it stops being that. */
export class BadFile extends Error {
  readonly line: number;
  readonly column: number;

  constructor(message: string, line: number, column: number) {
    super(`${line}:${column}: ${message}`);
    this.name = 'BadFile';
    this.line = line;
    this.column = column;
  }
}

/**
 * Reads a JSON array of frames, JSONL with one frame a line, or lines of a trace. A frame is an OCPP-J array or an
 * object `{ ocpp?, action, kind?, payload }`. What a trace tells beside frames has no verdict.
 * @throws BadFile where the text is no JSON
 */
export function validateFile(text: string, options: ValidateOptions): FrameVerdict[] {
  const items = entries(text.replace(/^\uFEFF/, '')).map((raw, i) => read(raw, i + 1));
  const calls = new Calls(items);
  return items.flatMap((item) => {
    const errors = judge(item, calls, options);
    return errors === undefined
      ? []
      : [{ n: item.n, valid: errors.every(({ layer, note }) => layer === 'prose' && note !== undefined), errors }];
  });
}

/** Texts of the entries. One JSON value is an array of entries, or one entry; else each line is one. */
function entries(text: string): string[] {
  const flaw = firstFlaw(text);
  if (flaw === undefined) {
    const whole = text.trim();
    return isListOfEntries(whole) ? elements(whole) : [whole];
  }
  const lines = text.split('\n');
  const first = lines.find((line) => line.trim() !== '');
  // Where not even the first line is JSON, the text was one value over several lines.
  if (first === undefined || firstFlaw(first) !== undefined) throw badFile(text, flaw);
  let start = 0;
  const out: string[] = [];
  for (const line of lines) {
    if (line.trim() !== '') {
      const wrong = firstFlaw(line);
      if (wrong !== undefined) throw badFile(text, start + wrong);
      out.push(line.trim());
    }
    start += line.length + 1;
  }
  return out;
}

/** A frame begins with a number or, where it is spoilt, with some other scalar; a list holds arrays and objects. */
function isListOfEntries(whole: string): boolean {
  if (!whole.startsWith('[')) return false;
  const first = whole.slice(1).trimStart()[0];
  return first === '[' || first === '{' || first === ']';
}

function badFile(text: string, index: number): BadFile {
  const { line, column } = spotOf(text, index);
  const found = index >= text.length ? 'the text ends too early' : `unexpected ${JSON.stringify(text[index])}`;
  return new BadFile(`no JSON: ${text.trim() === '' ? 'the file is empty' : found}`, line, column);
}

/** One entry as it was read. */
interface Item {
  readonly n: number;
  /** Text of the frame, or of the object around a payload. */
  readonly raw: string;
  readonly frame?: Frame;
  /** An entry that names action and kind itself. */
  readonly named?: Readonly<Record<string, unknown>>;
  /** A trace tells beside frames of openings, closings and notes. */
  readonly silent?: true;
  /** Action of an answer, where the trace tells it. */
  readonly action?: string;
  /** Which frames may belong together: in a trace, those of one connection and one asking side. */
  readonly scope: string;
}

function read(raw: string, n: number): Item {
  const value: unknown = JSON.parse(raw);
  if (!isObject(value)) return { n, raw, frame: decode(raw), scope: '' };
  const { text, kind, origin, connection, action } = value;
  if (typeof text !== 'string' || typeof origin !== 'string') return { n, raw, named: value, scope: '' };
  if (!FRAME_KINDS.has(String(kind))) return { n, raw, silent: true, scope: '' };
  const frame = decode(text);
  const isAnswer = frame.kind === 'callresult' || frame.kind === 'callerror';
  const asker = isAnswer ? (origin === 'sut' ? 'harness' : 'sut') : origin;
  return { n, raw: text, frame, scope: `${connection} ${asker}`, ...(typeof action === 'string' && { action }) };
}

const TYPES: Readonly<Record<Exclude<Frame['kind'], 'malformed'>, number>> = {
  call: MessageType.Call,
  callresult: MessageType.CallResult,
  callerror: MessageType.CallError,
  callresulterror: MessageType.CallResultError,
  send: MessageType.Send,
};

const FRAME_KINDS = new Set([...Object.keys(TYPES), 'malformed']);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The CALLs of a file by message id. */
class Calls {
  readonly #byId = new Map<string, { readonly n: number; readonly action: string; answered: boolean }[]>();

  constructor(items: readonly Item[]) {
    for (const { n, frame, scope } of items) {
      if (frame?.kind !== 'call') continue;
      const key = `${scope} ${frame.id}`;
      this.#byId.set(key, [...(this.#byId.get(key) ?? []), { n, action: frame.action, answered: false }]);
    }
  }

  /** Action of the CALL that an answer belongs to: the latest before it that has no answer yet, else any. */
  actionOf(scope: string, id: string, n: number): string | undefined {
    const calls = this.#byId.get(`${scope} ${id}`) ?? [];
    const call =
      calls.findLast((one) => one.n < n && !one.answered) ?? calls.find((one) => !one.answered) ?? calls.at(-1);
    if (call !== undefined) call.answered = true;
    return call?.action;
  }
}

/** @returns undefined where the entry is no frame and needs no verdict */
function judge(item: Item, calls: Calls, { schemas, ocpp }: ValidateOptions): readonly Violation[] | undefined {
  if (item.silent) return undefined;
  if (item.named !== undefined) return judgeNamed(item.named, item.raw, schemas, ocpp);
  const { frame } = item;
  if (frame === undefined) return undefined;
  if (frame.kind === 'malformed') return [wrong('', frame.reason, frame.says)];
  if (ocpp === undefined) return [NO_VERSION];

  const dialect = dialects[ocpp];
  const type = TYPES[frame.kind];
  if (!dialect.messageTypes.has(type)) return [wrong('', 'message-type', `OCPP ${ocpp} has no MessageTypeId ${type}`)];
  switch (frame.kind) {
    case 'callerror':
    case 'callresulterror': {
      // An error that is answered counts as the answer to its CALL.
      calls.actionOf(item.scope, frame.id, item.n);
      return dialect.errorCodes.has(frame.code) ? [] : [wrongCode(ocpp, frame.code)];
    }
    case 'callresult': {
      const action = calls.actionOf(item.scope, frame.id, item.n) ?? item.action;
      return action === undefined
        ? [
            wrong(
              '',
              'unknown-call',
              `no CALL with the id ${show(frame.id)} is in the file, so the action is not known`,
            ),
          ]
        : judgePayload(schemas, ocpp, action, 'callresult', frame.payload, frame.raw);
    }
    default: {
      const errors = judgePayload(schemas, ocpp, frame.action, 'call', frame.payload, frame.raw);
      return [...wrongWay(dialect, frame.action, frame.kind), ...errors];
    }
  }
}

function judgeNamed(
  named: Readonly<Record<string, unknown>>,
  raw: string,
  schemas: MessageSchemas,
  fallback: OcppVersion | undefined,
): Violation[] {
  const { ocpp = fallback, action, kind = 'call', payload } = named;
  if (ocpp === undefined) return [NO_VERSION];
  const version = ocppVersions.find((known) => known === ocpp);
  if (version === undefined)
    return [wrong('', 'ocpp', `there is no OCPP ${show(ocpp)}, there are ${ocppVersions.join(', ')}`)];
  if (typeof action !== 'string') return [wrong('', 'action', 'an entry that is no OCPP-J frame needs an "action"')];
  if (kind !== 'call' && kind !== 'callresult')
    return [wrong('', 'kind', `is of kind ${show(kind)}, not call or callresult`)];
  if (!Object.hasOwn(named, 'payload')) return [wrong('', 'payload', 'has no "payload"')];
  return [...judgePayload(schemas, version, action, kind, payload), ...duplicateKeysIn(raw, 'payload')];
}

function judgePayload(
  schemas: MessageSchemas,
  version: OcppVersion,
  action: string,
  kind: PayloadKind,
  payload: unknown,
  raw?: string,
): Violation[] {
  if (schemas.has(version, action, kind)) return schemas.validate(version, action, kind, payload, raw);
  const known = schemas.has(version, action, 'call');
  const says = known ? `${action} is never answered` : `OCPP ${version} has no action ${show(action)}`;
  return [{ path: '', keyword: 'action', message: says, layer: 'schema' }];
}

/** 2.1: an action travels either as CALL or as SEND. */
function wrongWay(dialect: Dialect, action: string, kind: 'call' | 'send'): Violation[] {
  const facts = Object.hasOwn(dialect.actions, action) ? dialect.actions[action] : undefined;
  if (facts === undefined || (facts.unanswered === true) === (kind === 'send')) return [];
  return [
    wrong(
      '',
      'message-type',
      kind === 'send' ? `${action} is answered, and travels as CALL` : `${action} travels as SEND`,
    ),
  ];
}

/** A rule of the framing, which stands in the text alone. */
const wrong = (path: string, keyword: string, message: string): Violation => ({
  path,
  keyword,
  message,
  layer: 'prose',
  ref: 'OCPP-J (Part 4), 4',
});

const NO_VERSION = wrong('', 'ocpp', 'the frame tells no OCPP version, and none was given with --ocpp');

const wrongCode = (version: OcppVersion, code: string): Violation =>
  wrong('', 'error-code', `is ${show(code)}, which is no CALLERROR code of OCPP ${version}`);
