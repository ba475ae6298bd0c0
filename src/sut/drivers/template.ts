/** `{{placeholders}}` in the mapping of a driver: what is asked, put where the control API wants it. */
import { DriverError } from './driver.ts';

/** What a placeholder may name: `station`, `payload.idTag`, … */
export type Scope = Readonly<Record<string, unknown>>;
/** Words of OCPP and what the control API calls them, by placeholder. */
export type Words = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const PLACEHOLDER = /\{\{\s*(json\s+)?([A-Za-z_][\w.-]*)\s*(?::-([^}]*?)\s*)?\}\}/g;
const ALONE = /^\{\{\s*(json\s+)?([A-Za-z_][\w.-]*)\s*(?::-([^}]*?)\s*)?\}\}$/;

/** How a value is put into text. */
export type Encode = (text: string) => string;

const asIs: Encode = (text) => text;

export interface Filler {
  readonly scope: Scope;
  readonly words?: Words;
}

/**
 * A text with its placeholders filled in; `{{json x}}` is x as JSON, `{{x:-word}}` is `word` where x is absent.
 * @throws DriverError `unsupported` where a placeholder names nothing and has no default
 */
export function fillText(template: string, filler: Filler, encode: Encode = asIs): string {
  return template.replace(PLACEHOLDER, (_all, json: string | undefined, name: string, fallback: string | undefined) => {
    const value = lookUp(name, filler) ?? fallback;
    if (value === undefined)
      throw new DriverError('unsupported', `the mapping uses {{${name}}}, and what is asked has no such thing`);
    return encode(json !== undefined || typeof value === 'object' ? JSON.stringify(value) : String(value));
  });
}

/**
 * A body: a text that is one placeholder becomes its value with its type, or nothing at all where that is absent.
 * @throws DriverError as `fillText`
 */
export function fillBody(template: unknown, filler: Filler): unknown {
  if (typeof template === 'string') {
    const alone = ALONE.exec(template);
    if (alone === null) return fillText(template, filler);
    return lookUp(alone[2] ?? '', filler) ?? alone[3];
  }
  if (Array.isArray(template))
    return template.map((item) => fillBody(item, filler)).filter((item) => item !== undefined);
  if (template === null || typeof template !== 'object') return template;
  const entries = Object.entries(template).map(([key, value]): [string, unknown] => [key, fillBody(value, filler)]);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

function lookUp(name: string, { scope, words }: Filler): unknown {
  const value = at(scope, name);
  if (value === undefined || value === null) return undefined;
  const table = words !== undefined && Object.hasOwn(words, name) ? words[name] : undefined;
  if (table === undefined) return value;
  if (!Object.hasOwn(table, String(value))) {
    throw new DriverError(
      'unsupported',
      `values of the mapping has no word for ${name} '${String(value)}': it has ${Object.keys(table).join(', ')}`,
    );
  }
  return table[String(value)];
}

/** `payload.evse.id`, `result.items.0` */
export function at(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((node, key) => {
    if (node === null || typeof node !== 'object') return undefined;
    return Object.hasOwn(node, key) ? (node as Readonly<Record<string, unknown>>)[key] : undefined;
  }, value);
}

/** Names of all placeholders in a template of any shape. */
export function placeholders(template: unknown): readonly string[] {
  if (typeof template === 'string') return [...template.matchAll(PLACEHOLDER)].map(([, , name = '']) => name);
  if (template === null || typeof template !== 'object') return [];
  return Object.values(template).flatMap(placeholders);
}

/** Top-level fields of `payload` that no placeholder passes on and nobody gave away to the CSMS. */
export function lostFields(
  payload: Readonly<Record<string, unknown>>,
  used: readonly string[],
  chosen: readonly string[],
): readonly string[] {
  if (used.includes('payload')) return [];
  return Object.keys(payload).filter(
    (field) =>
      !chosen.includes(field) &&
      !used.some((name) => name === `payload.${field}` || name.startsWith(`payload.${field}.`)),
  );
}
