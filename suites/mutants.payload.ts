/** Payloads taken apart: every member by its path, the schema of it, and a copy in which one is changed. */

type Json = unknown;
type Schema = Readonly<Record<string, Json>>;
export type Path = readonly (string | number)[];

export const isObject = (value: Json): value is Record<string, Json> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

export const at = (value: Json, path: Path): Json =>
  path.reduce<Json>(
    (node, step) => (node !== null && typeof node === 'object' ? (node as Record<string, Json>)[step] : undefined),
    value,
  );

/** A copy of `value` in which `change` was applied to what lies at `path`; undefined removes it. */
export function changed(value: Json, path: Path, change: (old: Json) => Json): Json {
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

/** The schema of what lies at `path`, through `$ref`. */
export function schemaAt(root: Schema, path: Path): Schema | undefined {
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

/** Of a list as many are looked at: those behind are as they are. */
const OF_A_LIST = 2;

/** Paths of the members of a payload, leaves and branches; what a vendor adds (`customData`) is his own. */
export function paths(value: Json, path: Path = []): Path[] {
  if (Array.isArray(value))
    return value.slice(0, OF_A_LIST).flatMap((item, i) => [[...path, i], ...paths(item, [...path, i])]);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, member]) =>
    key === 'customData' ? [] : [[...path, key], ...paths(member, [...path, key])],
  );
}
