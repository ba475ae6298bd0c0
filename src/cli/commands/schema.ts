/** `plugproof schema`: the JSON Schema of one of plugproof's own files. */
import { ownSchema, ownSchemaNames } from '../../../schemas/own.ts';
import { nearest } from '../../nearest.ts';
import { UsageError } from '../../usage-error.ts';

/** @throws UsageError where there is no such file */
export async function schema(name: string | undefined): Promise<number> {
  const names = ownSchemaNames();
  if (name === undefined) {
    process.stdout.write(`${names.join('\n')}\n`);
    return 0;
  }
  const known = names.find((candidate) => candidate === name);
  if (known === undefined) {
    const near = nearest(name, names);
    throw new UsageError(
      `no schema '${name}'${near === undefined ? '' : `; did you mean '${near}'?`} There are: ${names.join(', ')}.`,
    );
  }
  process.stdout.write(`${JSON.stringify(ownSchema(known), null, 2)}\n`);
  return 0;
}
