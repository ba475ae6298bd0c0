/** Payloads from schemas, by seed: valid ones of every message, for property tests and for cases to spoil. */
import type { OcppVersion } from '../src/dialects/dialect.ts';
import { resolve, type SchemaNode } from './json-schema.ts';
import { loadMessageSchemas } from './ocpp.ts';
import { compileMend } from './prose/index.ts';
import type { OcppSchemas, PayloadKind } from './types.ts';

/** `minimal`: required members alone. `full`: every member. `mixed`: optional members by chance. */
export type Variant = 'minimal' | 'full' | 'mixed';

export interface GenerateOptions {
  /** Default: all three in turn, by seed. */
  readonly variant?: Variant;
  /** Default: the official ones. */
  readonly schemas?: OcppSchemas;
  /** Whether the rules of the text are kept too; default true. Without it the schema alone is kept. */
  readonly prose?: boolean;
}

const VARIANTS: readonly Variant[] = ['minimal', 'full', 'mixed'];

let official: OcppSchemas | undefined;

/**
 * A valid payload; the same seed makes the same payload.
 * @throws RangeError where the version has no such message
 */
export function generatePayload(
  version: OcppVersion,
  action: string,
  kind: PayloadKind,
  seed: number,
  options: GenerateOptions = {},
): Record<string, unknown> {
  official ??= loadMessageSchemas();
  const schemas = options.schemas ?? official;
  const schema = schemas.schema(version, action, kind);
  const variant = options.variant ?? VARIANTS[Math.abs(seed) % VARIANTS.length] ?? 'full';
  const payload = new Maker(schema, variant, randomOf(seed)).make(schema, '') as Record<string, unknown>;
  if (options.prose ?? true) mender(schemas, version, action, kind)(payload);
  return payload;
}

const menders = new WeakMap<SchemaNode, (payload: unknown) => void>();

function mender(
  schemas: OcppSchemas,
  version: OcppVersion,
  action: string,
  kind: PayloadKind,
): (payload: unknown) => void {
  const schema = schemas.schema(version, action, kind);
  let mend = menders.get(schema);
  if (mend === undefined) {
    mend = compileMend(schema, version, { action, kind, name: nameOf(schemas, version, action, kind) });
    menders.set(schema, mend);
  }
  return mend;
}

const nameOf = (schemas: OcppSchemas, version: OcppVersion, action: string, kind: PayloadKind): string =>
  schemas.messages(version).find((message) => message.action === action && message.kind === kind)?.name ?? action;

/** A number from 0 to below 1; mulberry32, so that a seed means the same on every machine. */
type Random = () => number;

function randomOf(seed: number): Random {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Characters that every string type of OCPP allows, identifiers among them. */
const ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';
/** A string is drawn this long, or as long as it may be to meet the limit itself. */
const USUAL_LENGTH = 12;
const LONGEST = 300;
const MOST_ITEMS = 3;
/** Optional members are left out below this depth, or a full payload would fill the screen. */
const DEEPEST = 12;

class Maker {
  readonly #root: SchemaNode;
  readonly #variant: Variant;
  readonly #random: Random;
  #depth = 0;

  constructor(root: SchemaNode, variant: Variant, random: Random) {
    this.#root = root;
    this.#variant = variant;
    this.#random = random;
  }

  make(node: SchemaNode, name: string): unknown {
    const target = resolve(this.#root, node);
    if (target.enum !== undefined) return this.#pick(target.enum);
    switch (target.type) {
      case 'object':
        return this.#object(target);
      case 'array':
        return this.#array(target, name);
      case 'string':
        return this.#string(target);
      case 'integer':
      case 'number':
        return this.#number(target);
      case 'boolean':
        return this.#random() < 0.5;
      default:
        // A type that is left open: DataTransfer.data.
        return this.#text(USUAL_LENGTH);
    }
  }

  #object(node: SchemaNode): Record<string, unknown> {
    const out: Record<string, unknown> = {};
    this.#depth++;
    for (const [name, child] of Object.entries(node.properties ?? {})) {
      if (node.required?.includes(name) || this.#wants()) out[name] = this.make(child, name);
    }
    this.#depth--;
    return out;
  }

  #wants(): boolean {
    if (this.#variant === 'minimal' || this.#depth > DEEPEST) return false;
    return this.#variant === 'full' || this.#random() < 0.5;
  }

  #array(node: SchemaNode, name: string): unknown[] {
    const least = Math.max(1, node.minItems ?? 1);
    const most = Math.max(least, Math.min(node.maxItems ?? MOST_ITEMS, MOST_ITEMS));
    const length = this.#variant === 'minimal' ? least : this.#between(least, most);
    const items = node.items;
    return items === undefined ? [] : Array.from({ length }, () => this.make(items, name));
  }

  #string({ format, maxLength = USUAL_LENGTH }: SchemaNode): string {
    if (format === 'date-time') return this.#time();
    if (format === 'uri') return `https://example.test/${this.#text(8)}`;
    const toTheLimit = maxLength <= LONGEST && this.#random() < 0.2;
    return this.#text(toTheLimit ? maxLength : this.#between(1, Math.min(maxLength, USUAL_LENGTH)));
  }

  #time(): string {
    const instant = new Date(Date.UTC(2025, 0, 1) + this.#between(0, 365 * 86_400) * 1000 + this.#between(0, 999));
    const text = instant.toISOString();
    return this.#random() < 0.5 ? text : text.replace(/\.\d+Z$/, this.#random() < 0.5 ? 'Z' : '+02:00');
  }

  /** Small numbers: they keep the limits that stand in the text alone. */
  #number({ type, minimum = 0, maximum = minimum + 9, multipleOf }: SchemaNode): number {
    const low = Math.ceil(minimum);
    const whole = this.#between(low, Math.max(low, Math.min(Math.floor(maximum), low + 9)));
    if (type === 'integer') return multipleOf === undefined ? whole : whole * multipleOf;
    const tenths = whole + this.#between(0, 9) / 10;
    const value = tenths > maximum ? whole : tenths;
    return Math.round(value * 10) / 10;
  }

  #text(length: number): string {
    let out = '';
    for (let i = 0; i < length; i++) out += ALPHABET[this.#between(0, ALPHABET.length - 1)];
    return out;
  }

  #pick(values: readonly unknown[]): unknown {
    return values[this.#between(0, values.length - 1)];
  }

  /** A whole number, both ends included. */
  #between(low: number, high: number): number {
    return low + Math.floor(this.#random() * (high - low + 1));
  }
}
