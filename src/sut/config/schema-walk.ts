/** Looks things up in one of our own schemas: what a place in a file may hold. */

export type Schema = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

/** Follows `$ref` inside the same schema. */
export function resolveRef(schema: unknown, root: Schema): Schema | undefined {
  let found = schema;
  for (let hops = 0; isObject(found) && typeof found['$ref'] === 'string' && hops < 10; hops++) {
    found = found['$ref']
      .slice(2)
      .split('/')
      .reduce<unknown>((node, key) => (isObject(node) ? node[key] : undefined), root);
  }
  return isObject(found) ? found : undefined;
}

/** The schema of what lies under `key`; undefined where anything may. */
export function childSchema(schema: Schema | undefined, key: string | number, root: Schema): Schema | undefined {
  if (schema === undefined) return undefined;
  if (typeof key === 'number') return resolveRef(schema['items'], root);
  const { properties, additionalProperties } = schema;
  const own = isObject(properties) && Object.hasOwn(properties, key) ? properties[key] : additionalProperties;
  return resolveRef(own, root);
}

/** Type names that the schema allows. */
export function typesOf(schema: Schema | undefined): readonly string[] {
  const type = schema?.['type'];
  return typeof type === 'string' ? [type] : Array.isArray(type) ? (type as string[]) : [];
}

/** Keys of the schema's object; empty where it has none of its own. */
export function keysOf(schema: Schema | undefined): readonly string[] {
  const properties = schema?.['properties'];
  return isObject(properties) ? Object.keys(properties) : [];
}

/** Where else in the schema a key stands, as dotted paths: for a key that was written in the wrong place. */
export function placesOfKey(key: string, root: Schema): readonly string[] {
  const places: string[] = [];
  const visit = (schema: Schema | undefined, path: readonly string[]): void => {
    if (schema === undefined || path.length > 2) return;
    for (const name of keysOf(schema)) {
      if (name === key) places.push([...path, name].join('.'));
      visit(childSchema(schema, name, root), [...path, name]);
    }
  };
  visit(root, []);
  return places;
}
