/** Payloads that break one rule each, made from a schema and a valid payload. */
import { resolve, type SchemaNode } from '../../schemas/json-schema.ts';
import type { Offence } from '../../src/dialects/dialect.ts';

type Json = unknown;
type Path = readonly (string | number)[];

/** A payload that is valid but for one place. */
export interface Mutant {
  readonly payload: Json;
  /** JSON pointer of the place. */
  readonly at: string;
  /** What is wrong there, in words. */
  readonly what: string;
}

/** One member of a payload, with what its schema says of it. */
export interface Spot {
  readonly path: Path;
  readonly node: SchemaNode;
  readonly value: Json;
  readonly required: boolean;
}

export interface Spoiling {
  readonly id: string;
  /** Makes a value wrong: words, and what stands in its place; undefined takes the member away. */
  readonly spoil: (spot: Spot) => readonly (readonly [what: string, value: Json])[];
  /** The payload as a whole is a spot too. */
  readonly ofAll?: true;
}

/** A way to make a payload that no schema takes. */
export interface Rule extends Spoiling {
  readonly title: string;
  /** What a CALLERROR may say of it. */
  readonly offence: Offence;
}

/** Longer than any text may be. */
const TIMES = 10;

export const isText = (node: SchemaNode): boolean =>
  node.type === 'string' && node.enum === undefined && node.format === undefined;

/** Values of every JSON type but one. */
const others = (type: string | undefined): [string, Json][] =>
  (
    [
      ['string', 'a text', 'plugproof'],
      ['number', 'a number', 7],
      ['boolean', 'true', true],
      ['array', 'a list', ['plugproof']],
      ['object', 'an object', { plugproof: 1 }],
    ] as const
  ).flatMap(([name, what, value]) =>
    name === type || (name === 'number' && type === 'integer') ? [] : [[what, value]],
  );

/** Forms of a time that are none of RFC 3339. */
const NO_TIMES = [
  '',
  'yesterday',
  '2026-01-01',
  '2026-13-01T00:00:00Z',
  '2026-01-01T24:61:00Z',
  '222222017-10-27T19:10:11Z',
  '1767225600',
];

export const rules: readonly Rule[] = [
  {
    id: 'missing-field',
    title: 'A CALL without one of its required fields is refused',
    offence: 'missingField',
    spoil: ({ required }) => (required ? [['is missing', undefined]] : []),
  },
  {
    id: 'wrong-type',
    title: 'A CALL with a field of another JSON type is refused',
    offence: 'wrongType',
    spoil: ({ node }) =>
      node.type === undefined ? [] : others(node.type).map(([what, value]) => [`is ${what}`, value]),
  },
  {
    id: 'bad-value',
    title: 'A CALL with a value that an enumeration does not have is refused',
    offence: 'badValue',
    spoil: ({ node }) =>
      node.enum === undefined
        ? []
        : [
            ['is no value of it', 'PlugproofNoSuchValue'],
            ['is empty', ''],
          ],
  },
  {
    id: 'value-case',
    title: 'A CALL with a value of an enumeration in other letters is refused',
    offence: 'badValue',
    spoil: ({ node, value }) => {
      if (node.enum === undefined) return [];
      const lower = String(value).toLowerCase();
      return [['is in other letters', lower === value ? lower.toUpperCase() : lower]];
    },
  },
  {
    id: 'too-long',
    title: 'A CALL with a text that is too long is refused',
    offence: 'tooLong',
    spoil: ({ node, value }) => {
      const { maxLength } = node;
      if (maxLength === undefined || !isText(node)) return [];
      const longer = (length: number) => String(value).padEnd(length, 'x');
      return [
        [`has ${maxLength + 1} characters`, longer(maxLength + 1)],
        [`has ${maxLength * TIMES} characters`, longer(maxLength * TIMES)],
      ];
    },
  },
  {
    id: 'extra-field',
    title: 'A CALL with a field that the message does not have is refused',
    offence: 'extraField',
    ofAll: true,
    spoil: ({ node, value }) =>
      node.type === 'object' && node.additionalProperties === false
        ? [['has a field too many', { ...(value as object), plugproofSurplus: 1 }]]
        : [],
  },
  {
    id: 'null-field',
    title: 'A CALL with null for an optional field is refused',
    offence: 'wrongType',
    spoil: ({ node, required }) => (required || node.type === undefined ? [] : [['is null', null]]),
  },
  {
    id: 'empty-list',
    title: 'A CALL with a list of too few or too many items is refused',
    offence: 'missingField',
    spoil: ({ node, value }) => {
      if (node.type !== 'array' || !Array.isArray(value)) return [];
      const { minItems, maxItems } = node;
      const [item] = value;
      return [
        ...(minItems === undefined || minItems === 0 ? [] : [['is an empty list', []] as const]),
        ...(maxItems === undefined || maxItems > 1_000
          ? []
          : [[`has ${maxItems + 1} items`, Array.from({ length: maxItems + 1 }, () => item)] as const]),
      ];
    },
  },
  {
    id: 'empty-object',
    title: 'A CALL with an empty object for an optional field that has required ones is refused',
    offence: 'missingField',
    spoil: ({ node, required }) =>
      !required && node.type === 'object' && (node.required?.length ?? 0) > 0 ? [['is an empty object', {}]] : [],
  },
  {
    id: 'no-integer',
    title: 'A CALL with a fraction, or a number out of range, for a whole number is refused',
    offence: 'wrongType',
    spoil: ({ node }) => {
      if (node.type !== 'integer') return [];
      return [
        ['is 1.5', 1.5],
        ...(node.minimum === undefined ? [] : [[`is ${node.minimum - 1}`, node.minimum - 1] as const]),
        ...(node.maximum === undefined ? [] : [[`is ${node.maximum + 1}`, node.maximum + 1] as const]),
      ];
    },
  },
  {
    id: 'number-as-text',
    title: 'A CALL with a number, or a yes or no, as text is refused',
    offence: 'wrongType',
    spoil: ({ node, value }) =>
      node.type === 'integer' || node.type === 'number' || node.type === 'boolean'
        ? [['is written as text', String(value)]]
        : [],
  },
  {
    id: 'no-time',
    title: 'A CALL with a time that can be none is refused',
    offence: 'badValue',
    spoil: ({ node }) => (node.format === 'date-time' ? NO_TIMES.map((time) => [`is '${time}'`, time] as const) : []),
  },
  {
    id: 'list-for-one',
    title: 'A CALL with a list in place of its one item, or one item in place of a list, is refused',
    offence: 'wrongType',
    spoil: ({ node, value }) => {
      if (Array.isArray(value)) return [['is one item and no list', value[0]]];
      return node.type === undefined ? [] : [['is a list with the value in it', [value]]];
    },
  },
];

/** Every way in which a rule spoils a payload, in order. */
export function mutants(schema: SchemaNode, payload: Json, rule: Spoiling): Mutant[] {
  const found = spots(schema, schema, payload, [], true);
  // The payload as a whole can have a field too many; that it is there at all is for the envelope to judge.
  const fitting = rule.ofAll ? found : found.filter(({ path }) => path.length > 0);
  return fitting.flatMap((spot) =>
    rule.spoil(spot).map(([what, value]) => ({
      payload: changed(payload, spot.path, value),
      at: `/${spot.path.join('/')}`,
      what,
    })),
  );
}

/** A payload with something else in each place that `put` has something for; undefined where it has for none. */
export function filled(schema: SchemaNode, payload: Json, put: (spot: Spot) => Json | undefined): Json | undefined {
  let out = payload;
  let any = false;
  for (const spot of spots(schema, schema, payload, [], true)) {
    const value = spot.path.length === 0 ? undefined : put(spot);
    if (value === undefined) continue;
    out = changed(out, spot.path, value);
    any = true;
  }
  return any ? out : undefined;
}

function spots(root: SchemaNode, node: SchemaNode, value: Json, path: Path, required: boolean): Spot[] {
  const target = resolve(root, node);
  const own: Spot[] = path.length === 0 && target.type !== 'object' ? [] : [{ path, node: target, value, required }];
  if (Array.isArray(value)) {
    // One item stands for all.
    const { items } = target;
    return items === undefined || value.length === 0
      ? own
      : [...own, ...spots(root, items, value[0], [...path, 0], false)];
  }
  if (value === null || typeof value !== 'object') return own;
  const members = Object.entries(value).flatMap(([name, child]) => {
    const known = target.properties?.[name];
    return known === undefined
      ? []
      : spots(root, known, child, [...path, name], target.required?.includes(name) ?? false);
  });
  return [...own, ...members];
}

/** A copy in which something else stands at `path`; undefined takes it away. */
function changed(value: Json, path: Path, next: Json): Json {
  const [step, ...rest] = path;
  if (step === undefined) return next;
  if (Array.isArray(value)) return value.map((item, i) => (i === step ? changed(item, rest, next) : item));
  const { [step as string]: old, ...others } = value as Record<string, Json>;
  const member = changed(old, rest, next);
  return member === undefined ? others : { ...others, [step]: member };
}

/**
 * Copies of a payload with one member less, those with the most taken away first, and then with one text cut to a letter;
 * `keep` is left as it is.
 */
export function smaller(payload: Json, keep: string): Json[] {
  return [...withLess(payload, keep, []), ...withShorter(payload, keep, [])];
}

function withShorter(payload: Json, keep: string, path: Path): Json[] {
  if (`/${path.join('/')}` === keep) return [];
  if (typeof payload === 'string') return payload.length > 1 ? [payload.slice(0, 1)] : [];
  return inside(payload, path, (child, own) => withShorter(child, keep, own));
}

/** What comes of changing one member or item, for each of them. */
function inside(payload: Json, path: Path, change: (child: Json, path: Path) => Json[]): Json[] {
  if (payload === null || typeof payload !== 'object') return [];
  return Object.entries(payload).flatMap(([name, child]) =>
    change(child, [...path, Array.isArray(payload) ? Number(name) : name]).map((next) =>
      Array.isArray(payload)
        ? payload.map((item, i) => (String(i) === name ? next : item))
        : { ...payload, [name]: next },
    ),
  );
}

function withLess(payload: Json, keep: string, path: Path): Json[] {
  if (payload === null || typeof payload !== 'object') return [];
  const onTheWay = (name: string | number) =>
    keep === `/${[...path, name].join('/')}` || keep.startsWith(`/${[...path, name].join('/')}/`);
  const names = Array.isArray(payload) ? [...payload.keys()].slice(1) : Object.keys(payload);
  const without = names
    .filter((name) => !onTheWay(name))
    .map((name) =>
      Array.isArray(payload)
        ? payload.filter((_, i) => i !== name)
        : Object.fromEntries(Object.entries(payload).filter(([own]) => own !== name)),
    );
  return [...without, ...inside(payload, path, (child, own) => withLess(child, keep, own))];
}
