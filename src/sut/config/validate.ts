/** Judges a file against one of our own schemas, and says what is wrong in words that tell what to do. */
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { ownSchema } from '../../../schemas/own.ts';
import { nearest } from '../../nearest.ts';
import { type Problem, suggestion } from './problem.ts';
import { isObject, keysOf, placesOfKey, type Schema } from './schema-walk.ts';
import type { Path, YamlSource } from './yaml-source.ts';

export type OwnSchemaName = 'config' | 'baseline' | 'driver' | 'schedule' | 'workload';

interface Compiled {
  readonly schema: Schema;
  readonly accepts: ValidateFunction;
}
const compiled = new Map<OwnSchemaName, Compiled>();

/** One of our own schemas, compiled once. Its `title`s are noun phrases: they end the sentence "it wants …". */
export function compileOwn(name: OwnSchemaName): Compiled {
  let found = compiled.get(name);
  if (found === undefined) {
    const schema = ownSchema(name);
    const ajv = new Ajv2020({
      allErrors: true,
      strict: true,
      allowUnionTypes: true,
      verbose: true,
      strictRequired: false,
    });
    found = { schema, accepts: ajv.compile(schema) };
    compiled.set(name, found);
  }
  return found;
}

/** Everything that is wrong with the file, by its schema. */
export function validateOwn(name: OwnSchemaName, source: YamlSource): Problem[] {
  const { schema, accepts } = compileOwn(name);
  if (accepts(source.value)) return [];
  const seen = new Set<string>();
  return (accepts.errors ?? []).flatMap((error) => {
    const problem = explain(error, source, schema);
    const key = `${problem.place?.line}:${problem.place?.column}`;
    if (seen.has(key)) return [];
    seen.add(key);
    return [problem];
  });
}

/** `sut.ocpp[1]` */
export const nameOf = (path: Path): string =>
  path.reduce<string>(
    (name, part) => (typeof part === 'number' ? `${name}[${part}]` : name === '' ? part : `${name}.${part}`),
    '',
  );

/** JSON pointer → path, with list positions as numbers where the value is a list. */
function pathOf(pointer: string, root: unknown): Path {
  let node = root;
  return pointer
    .split('/')
    .slice(1)
    .map((raw) => {
      const part = raw.replaceAll('~1', '/').replaceAll('~0', '~');
      const step = Array.isArray(node) ? Number(part) : part;
      node = Array.isArray(node) ? node[step as number] : isObject(node) ? node[part] : undefined;
      return step;
    });
}

function explain(error: ErrorObject, source: YamlSource, root: Schema): Problem {
  const path = pathOf(error.instancePath, source.value);
  const parent = (error.parentSchema ?? {}) as Schema;
  const params = error.params as Readonly<Record<string, unknown>>;
  const name = nameOf(path) || 'the file';
  if (error.keyword === 'additionalProperties') {
    const key = String(params['additionalProperty']);
    const where = path.length === 0 ? '' : ` in ${name}`;
    return {
      says: `there is no key '${key}'${where}`,
      fix: unknownKeyFix(key, path, parent, root),
      place: source.place([...path, key], 'key'),
    };
  }
  if (error.keyword === 'required') {
    const key = String(params['missingProperty']);
    const child = isObject(parent['properties']) ? parent['properties'][key] : undefined;
    return { says: `${name} has no '${key}'`, fix: `Add ${key}: ${titleOf(child)}.`, place: source.place(path, 'key') };
  }
  if (error.keyword === 'dependentRequired') {
    const key = String(params['missingProperty']);
    return {
      says: `${name} has '${String(params['property'])}' and no '${key}'`,
      fix: `Add ${key}.`,
      place: source.place(path, 'key'),
    };
  }
  const place = source.place(path);
  const shown = show(error.data, path);
  if (error.keyword === 'enum' && typeof error.data !== 'object') {
    return {
      says: `${name}: there is no ${shown}`,
      fix: suggestion(String(error.data), (parent['enum'] as unknown[]).map(String)),
      place,
    };
  }
  return { says: `${name} is ${shown}`, fix: `It wants ${titleOf(parent)}.`, place };
}

function unknownKeyFix(key: string, path: Path, parent: Schema, root: Schema): string {
  const keys = keysOf(parent);
  const near = nearest(key, keys);
  if (near !== undefined) return `Did you mean '${near}'?`;
  // Deeper down a key of the same name is about something else.
  const [elsewhere] = path.length > 1 ? [] : placesOfKey(key, root);
  if (elsewhere !== undefined) return `It belongs elsewhere: write ${elsewhere}.`;
  return `There ${keys.length === 1 ? 'is' : 'are'}: ${keys.join(', ')}.`;
}

const titleOf = (schema: unknown): string =>
  isObject(schema) && typeof schema['title'] === 'string' ? schema['title'] : 'another value';

const LONGEST_SHOWN = 60;
const SECRET_KEY = /pass|pwd|secret|bearer|authoriz|credential|api-?key/i;

/** A value as a person would call it; a secret stays one. */
export function show(value: unknown, path: Path): string {
  if (value === null || value === undefined) return 'empty';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return 'a mapping';
  if (path.some((part) => typeof part === 'string' && SECRET_KEY.test(part))) return 'of another kind';
  if (typeof value !== 'string') return String(value);
  return `'${value.length > LONGEST_SHOWN ? `${value.slice(0, LONGEST_SHOWN)}…` : value}'`;
}
