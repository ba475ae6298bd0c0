/** The fault words: one named defect in what a reference SUT sends, that a check must catch. */
import { encodeCall, encodeCallError, encodeCallResult } from '../ocppj/encode.ts';

/** A frame that the reference is about to send. */
export interface Outgoing {
  readonly kind: 'call' | 'callresult' | 'callerror';
  readonly action: string;
  readonly id: string;
  readonly payload: unknown;
  readonly text: string;
  /** Payload of the CALL that an answer answers. */
  readonly request?: unknown;
}

/** A frame that has come to the reference: a CALL, or the answer to one of its own. */
export type Incoming = Omit<Outgoing, 'request'>;

/** What goes out in its place; an empty list is silence. */
export interface Delivery {
  readonly text: string;
  /** Milliseconds later than due. */
  readonly afterMs?: number;
  /** The connection is closed in its place. */
  readonly hangsUp?: boolean;
}

export interface Fault {
  /** Unique, stable, and an argument of `--fault`. */
  readonly name: string;
  /** One sentence: what the faulty system does. */
  readonly says: string;
  /** Rewrites outgoing frames; undefined leaves a frame alone. */
  readonly rewrite?: (out: Outgoing) => readonly Delivery[] | undefined;
  /** What the system hears in place of `come`; undefined leaves it alone. `answer` speaks for the system. */
  readonly hears?: (come: Incoming, answer: (text: string) => void) => readonly string[] | undefined;
  /** A behaviour of the reference's model, by its name in the fault table. */
  readonly behaviour?: string;
}

type Json = unknown;
export type Rewrite = (payload: Json, request: Json) => Json;

/** Which frames a fault is put into. */
export interface Where {
  /** Which frames of the action; default: whichever the reference sends. */
  readonly kind?: Outgoing['kind'];
  /** Only frames of which this is true. */
  readonly when?: (payload: Json, request: Json) => boolean;
  /** Part of the name, needed where a function says what happens. */
  readonly name?: string;
}

const matches = (out: Outgoing, action: string, where: Where) =>
  out.action === action &&
  (where.kind === undefined || out.kind === where.kind) &&
  (where.when === undefined || where.when(out.payload, out.request));

const again = (out: Outgoing, payload: Json): string =>
  out.kind === 'call' ? encodeCall(out.id, out.action, payload) : encodeCallResult(out.id, payload);

const label = (word: string, action: string, where: Where, what = '') =>
  [word, action, where.kind, where.name ?? what].filter((part) => part !== undefined && part !== '').join(':');

/**
 * Changes fields of the payload: `change` is a JSON merge patch (RFC 7386: null removes), or a function.
 * @throws TypeError where a function has no `where.name`
 */
export function alter(action: string, change: Readonly<Record<string, Json>> | Rewrite, where: Where = {}): Fault {
  if (typeof change === 'function' && where.name === undefined)
    throw new TypeError(`alter(${action}): name the change`);
  const name = label('alter', action, where, typeof change === 'function' ? '' : compact(change));
  const rewrite: Rewrite = typeof change === 'function' ? change : (payload) => mergePatch(payload, change);
  return {
    name,
    says: `${action} leaves changed: ${where.name ?? compact(change)}`,
    rewrite: (out) =>
      out.kind !== 'callerror' && matches(out, action, where)
        ? [{ text: again(out, rewrite(out.payload, out.request)) }]
        : undefined,
  };
}

/** The frame never leaves. */
export function drop(action: string, where: Where = {}): Fault {
  return {
    name: label('drop', action, where),
    says: `${action} is never sent`,
    rewrite: (out) => (matches(out, action, where) ? [] : undefined),
  };
}

/** The frame leaves `ms` milliseconds late. */
export function delay(action: string, ms: number, where: Where = {}): Fault {
  return {
    name: label('delay', action, where, `${ms}ms`),
    says: `${action} is sent ${ms} ms late`,
    rewrite: (out) => (matches(out, action, where) ? [{ text: out.text, afterMs: ms }] : undefined),
  };
}

/** The frame leaves twice; a CALL leaves the second time with a message id of its own. */
export function duplicate(action: string, where: Where = {}): Fault {
  return {
    name: label('duplicate', action, where),
    says: `${action} is sent twice`,
    rewrite: (out) => {
      if (!matches(out, action, where)) return undefined;
      const second = out.kind === 'call' ? encodeCall(`${out.id}'`, out.action, out.payload) : out.text;
      return [{ text: out.text }, { text: second }];
    },
  };
}

/** Something else leaves in the frame's place; the name says what. */
export function insteadOf(action: string, name: string, text: (out: Outgoing) => string, where: Where = {}): Fault {
  return {
    name: label('instead', action, where, name),
    says: `in place of ${action} leaves: ${name}`,
    rewrite: (out) => (matches(out, action, where) ? [{ text: text(out) }] : undefined),
  };
}

/** `insteadOf` with a CALLERROR. */
export const refuses = (action: string, code: string, where: Where = {}): Fault =>
  insteadOf(action, code, (out) => encodeCallError(out.id, code, 'a fault, put in on purpose'), where);

/** A behaviour of the reference's model, by its name in the fault table. */
export const behaviour = (name: string, says: string): Fault => ({ name, says, behaviour: name });

/** RFC 7386. */
export function mergePatch(target: Json, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const merged: Record<string, Json> = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = mergePatch(merged[key], value);
  }
  return merged;
}

const isObject = (value: Json): value is Record<string, Json> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

/** `{"status":"Rejected"}` → `status=Rejected`: short enough for a shell. */
function compact(patch: Json, prefix = ''): string {
  if (!isObject(patch)) return `${prefix}=${typeof patch === 'string' ? patch : JSON.stringify(patch)}`;
  return Object.entries(patch)
    .map(([key, value]) => compact(value, prefix === '' ? key : `${prefix}.${key}`))
    .join(',');
}
