/** Fields of the messages, by the schemas: `AuthorizeResponse.idTokenInfo.status`. */
import { createRequire } from 'node:module';
import { resolve, type SchemaNode } from '../../schemas/json-schema.ts';
import type { OcppVersion } from '../../src/dialects/dialect.ts';

type Messages = ReadonlyMap<string, SchemaNode>;

/** A schema as the package has it, with its id by the old name or by the new one. */
type Raw = SchemaNode & { readonly id?: string; readonly $id?: string };

const FILES: Readonly<Record<OcppVersion, string>> = {
  '1.6': 'ocpp-rpc/lib/schemas/ocpp1_6.json',
  '2.0.1': 'ocpp-rpc/lib/schemas/ocpp2_0_1.json',
  '2.1': 'ocpp-rpc/lib/schemas/ocpp2_1.json',
};

const read = new Map<OcppVersion, Messages>();

/** Message schemas of a version by name: `ResetRequest`. Read here, for names need no digests, which cost start-up time. */
function messages(version: OcppVersion): Messages {
  let found = read.get(version);
  if (found === undefined) {
    const list = createRequire(import.meta.url)(FILES[version]) as readonly Raw[];
    found = new Map(list.map((raw) => [nameOf(raw), raw]));
    read.set(version, found);
  }
  return found;
}

/** `urn:GetLog.req` → `GetLogRequest`. */
const nameOf = ({ id = '', $id = id }: Raw): string =>
  ($id.split(':').pop() ?? '').replace(/\.req$/, 'Request').replace(/\.conf$/, 'Response');

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
