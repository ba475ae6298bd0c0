/** JSON pointers (RFC 6901) and how a value is shown in a sentence. */

/** One step of a pointer, escaped. */
export const step = (name: string | number): string =>
  `/${typeof name === 'number' ? name : name.replaceAll('~', '~0').replaceAll('/', '~1')}`;

/** @returns undefined where the pointer leads nowhere */
export function valueAt(root: unknown, pointer: string): unknown {
  let value = root;
  for (const escaped of pointer.split('/').slice(1)) {
    const name = escaped.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}

const SHORT = 40;

/** A value in at most 40 characters. */
export function show(value: unknown): string {
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > SHORT ? `${text.slice(0, SHORT - 1)}…` : text;
}
