/** Fields of the messages, by the schemas: `AuthorizeResponse.idTokenInfo.status`. */
import { resolve, type SchemaNode } from '../../schemas/json-schema.ts';
import { fromPackage } from '../../schemas/sources.ts';
import type { OcppVersion } from '../../src/dialects/dialect.ts';

type Messages = ReadonlyMap<string, SchemaNode>;

const read = new Map<OcppVersion, Messages>();

/** Message schemas of a version by name: `ResetRequest`, `ResetResponse`. */
export function messages(version: OcppVersion): Messages {
  let found = read.get(version);
  if (found === undefined) {
    found = new Map(fromPackage(version).map(({ name, raw }) => [name, raw as SchemaNode]));
    read.set(version, found);
  }
  return found;
}

/** Whether the message has that field; a path goes through lists without an index. */
export function hasField(version: OcppVersion, ref: string): boolean {
  const [name = '', ...path] = ref.split('.');
  const root = messages(version).get(name);
  return root !== undefined && path.length > 0 && path.every(descend(root));
}

/** Every field at the top of every message. */
export function topFields(version: OcppVersion): readonly string[] {
  return [...messages(version)].flatMap(([name, { properties = {} }]) =>
    Object.keys(properties).map((field) => `${name}.${field}`),
  );
}

/** Steps down from `root`, one name a call. */
function descend(root: SchemaNode): (field: string) => boolean {
  let node: SchemaNode = root;
  return (field) => {
    const properties = node.properties ?? {};
    const next = Object.hasOwn(properties, field) ? properties[field] : undefined;
    if (next === undefined) return false;
    node = resolve(root, next);
    while (node.items !== undefined) node = resolve(root, node.items);
    return true;
  };
}
