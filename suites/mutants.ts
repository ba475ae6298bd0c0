/** Small wrongs of every kind, made from what a right CSMS sends: how many of them does the whole suite notice? */
import type { MessageSchemas, PayloadKind } from '../schemas/types.ts';
import type { OcppVersion } from '../src/dialects/index.ts';
import type { Fault, Outgoing } from '../src/judge/fault.ts';
import { encodeCall, encodeCallError, encodeCallResult } from '../src/ocppj/encode.ts';

type Json = unknown;
type Path = readonly (string | number)[];
type Schema = Readonly<Record<string, Json>>;

/** Where a frame of the reference stands: which action, which half. */
export interface Spot {
  readonly action: string;
  readonly kind: PayloadKind;
}

export interface Mutant extends Spot {
  /** What is done to the frame. */
  readonly what: string;
  readonly fault: Fault;
}

const isObject = (value: Json): value is Record<string, Json> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

const at = (value: Json, path: Path): Json =>
  path.reduce<Json>(
    (node, step) => (node !== null && typeof node === 'object' ? (node as Record<string, Json>)[step] : undefined),
    value,
  );

/** A copy of `value` in which `change` was applied to what lies at `path`; undefined removes it. */
function changed(value: Json, path: Path, change: (old: Json) => Json): Json {
  const [step, ...rest] = path;
  if (step === undefined) return change(value);
  if (Array.isArray(value)) {
    const next = value.map((item, i) => (i === step ? changed(item, rest, change) : item));
    return next.filter((item) => item !== undefined);
  }
  if (!isObject(value)) return value;
  const member = changed(value[step as string], rest, change);
  const { [step as string]: _, ...others } = value;
  return member === undefined ? others : { ...value, [step]: member };
}

const again = (out: Outgoing, payload: Json): string =>
  out.kind === 'call' ? encodeCall(out.id, out.action, payload) : encodeCallResult(out.id, payload);

const fits = (out: Outgoing, spot: Spot) => out.action === spot.action && out.kind === spot.kind;

function payloadMutant(spot: Spot, what: string, path: Path, change: (old: Json) => Json): Mutant {
  return {
    ...spot,
    what,
    fault: {
      name: `mutant:${spot.action}:${spot.kind}:${what}`,
      says: what,
      rewrite: (out) => {
        if (!fits(out, spot) || at(out.payload, path) === undefined) return undefined;
        const text = again(out, changed(out.payload, path, change));
        return text === out.text ? undefined : [{ text }];
      },
    },
  };
}

function frameMutant(
  spot: Spot,
  what: string,
  rewrite: (out: Outgoing) => readonly { text: string; afterMs?: number }[],
): Mutant {
  return {
    ...spot,
    what,
    fault: {
      name: `mutant:${spot.action}:${spot.kind}:${what}`,
      says: what,
      rewrite: (out) => (fits(out, spot) ? rewrite(out) : undefined),
    },
  };
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T/;
const HOUR = 3_600_000;

/** The schema of what lies at `path`, through `$ref`. */
function schemaAt(root: Schema, path: Path): Schema | undefined {
  let node: Schema | undefined = root;
  for (const step of path) {
    node = deref(node, root);
    const properties = node?.['properties'];
    node =
      typeof step === 'number'
        ? (node?.['items'] as Schema | undefined)
        : isObject(properties)
          ? (properties[step] as Schema | undefined)
          : undefined;
  }
  return deref(node, root);
}

function deref(node: Schema | undefined, root: Schema): Schema | undefined {
  const ref = node?.['$ref'];
  if (typeof ref !== 'string') return node;
  return ref
    .replace(/^#\//, '')
    .split('/')
    .reduce<Json>((value, key) => (isObject(value) ? value[key] : undefined), root) as Schema | undefined;
}

/** Paths of every member of a payload, leaves and branches. */
function paths(value: Json, path: Path = []): Path[] {
  if (Array.isArray(value)) return value.flatMap((item, i) => [[...path, i], ...paths(item, [...path, i])]);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, member]) => [[...path, key], ...paths(member, [...path, key])]);
}

/** Other values for a leaf that its schema allows as well, where it does. */
function others(value: Json, schema: Schema | undefined): [string, Json][] {
  const choices = schema?.['enum'];
  if (Array.isArray(choices))
    return choices
      .filter((choice) => choice !== value)
      .slice(0, 3)
      .map((choice) => [`${String(value)} becomes ${String(choice)}`, choice]);
  if (typeof value === 'boolean') return [['is flipped', !value]];
  if (typeof value === 'number')
    return [
      ['is one more', value + 1],
      ['is negative', -value - 1],
      ['becomes a text', String(value)],
    ];
  if (typeof value !== 'string') return [];
  if (INSTANT.test(value)) {
    return [
      ['is an hour later', new Date(Date.parse(value) + HOUR).toISOString()],
      ['is a day earlier', new Date(Date.parse(value) - 24 * HOUR).toISOString()],
      ['loses its zone', value.replace(/Z$/, '')],
    ];
  }
  return [
    ['is another', value === '' ? 'x' : `${value.slice(0, -1)}${value.endsWith('x') ? 'y' : 'x'}`],
    ['is empty', ''],
  ];
}

/** Everything that is done to one kind of frame, of which `samples` were seen. */
export function mutantsOf(
  version: OcppVersion,
  spot: Spot,
  samples: readonly Json[],
  schemas: MessageSchemas,
): Mutant[] {
  const schema = schemas.schema(version, spot.action, spot.kind);
  const found = new Map<string, Mutant>();
  const add = (mutant: Mutant) => {
    if (!found.has(mutant.what)) found.set(mutant.what, mutant);
  };
  for (const sample of samples) {
    for (const path of paths(sample)) {
      const name = path.join('.');
      add(payloadMutant(spot, `${name} is gone`, path, () => undefined));
      const value = at(sample, path);
      const leaf = schemaAt(schema, path);
      // One word of a list becomes another; the other words stay.
      const isChoice = Array.isArray(leaf?.['enum']);
      for (const [what, other] of others(value, leaf)) {
        add(
          payloadMutant(spot, `${name} ${what}`, path, (old) =>
            typeof old !== typeof value ? old : isChoice ? (old === value ? other : old) : fresh(old, value, other),
          ),
        );
      }
    }
  }
  add(frameMutant(spot, 'is never sent', () => []));
  add(frameMutant(spot, 'is sent twice', ({ text }) => [{ text }, { text }]));
  add(frameMutant(spot, 'comes a minute late', ({ text }) => [{ text, afterMs: 60_000 }]));
  // A CALL with another id is as good as the first; an answer is not.
  if (spot.kind === 'callresult')
    add(
      frameMutant(spot, 'has another message id', (out) => [
        { text: out.text.replace(JSON.stringify(out.id), JSON.stringify(`${out.id}x`)) },
      ]),
    );
  if (samples.some((sample) => isObject(sample) && Object.keys(sample).length > 0)) {
    add(frameMutant(spot, 'is empty', (out) => [{ text: again(out, {}) }]));
  }
  add(
    frameMutant(spot, 'has a member too many', (out) => [
      { text: again(out, { ...(out.payload as object), plugproof: 1 }) },
    ]),
  );
  add(frameMutant(spot, 'is cut off', ({ text }) => [{ text: text.slice(0, -1) }]));
  if (spot.kind === 'callresult')
    add(frameMutant(spot, 'is a CALLERROR', (out) => [{ text: encodeCallError(out.id, 'InternalError', '', {}) }]));
  return [...found.values()];
}

/** A change that was found on one sample, made on another value of the same type. */
function fresh(old: Json, sample: Json, other: Json): Json {
  if (typeof old === 'number' && typeof sample === 'number' && typeof other === 'number')
    return other === sample + 1 ? old + 1 : -old - 1;
  if (typeof old === 'boolean') return !old;
  if (
    typeof old === 'string' &&
    typeof sample === 'string' &&
    typeof other === 'string' &&
    INSTANT.test(old) &&
    INSTANT.test(sample)
  ) {
    if (!other.endsWith('Z')) return old.replace(/Z$/, '');
    return new Date(Date.parse(old) + Date.parse(other) - Date.parse(sample)).toISOString();
  }
  if (typeof old === 'number') return String(old);
  return old === other ? sample : other;
}
