/** Reads a value deep in a payload: `idTagInfo.status`, `getVariableResult[0].attributeStatus`. */

/** @returns undefined where any step of the path is missing */
export function at(payload: unknown, path: string): unknown {
  let value = payload;
  for (const step of path.split(/[.[\]]+/)) {
    if (step === '') continue;
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string, unknown>)[step];
  }
  return value;
}

/** The value where it is a list, and an empty one where it is not. */
export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
