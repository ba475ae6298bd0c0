/** The JSON Schemas of plugproof's own files, by name: what `plugproof schema NAME` prints. */
import { readdirSync, readFileSync } from 'node:fs';

const FOLDER = new URL('./own/', import.meta.url);
const SUFFIX = '.schema.json';

/** Names that `ownSchema` knows; a file `NAME.schema.json` beside the others is all that a new one takes. */
export function ownSchemaNames(): string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith(SUFFIX))
    .map((file) => file.slice(0, -SUFFIX.length))
    .sort();
}

/**
 * A schema of draft 2020-12, as a value that the caller may keep.
 * @throws RangeError where there is none of that name
 */
export function ownSchema(name: string): Record<string, unknown> {
  if (!ownSchemaNames().includes(name)) {
    throw new RangeError(`there is no schema ${JSON.stringify(name)}, there are: ${ownSchemaNames().join(', ')}`);
  }
  return JSON.parse(readFileSync(new URL(`${name}${SUFFIX}`, FOLDER), 'utf8')) as Record<string, unknown>;
}
