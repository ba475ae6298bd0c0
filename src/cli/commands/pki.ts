/** `plugproof pki`: writes a throwaway authority with certificates good and bad, for tests by hand. */
import { hostname } from 'node:os';
import { join } from 'node:path';
import { readAuthority, writeSet } from '../../pki/folder.ts';
import { expandIdentity } from '../../sut/config/values.ts';
import { UsageError } from '../../usage-error.ts';

type Options = Readonly<Record<string, unknown>>;

const HOSTS = ['localhost', '127.0.0.1', '::1'];
const IDS = ['CP{01..04}'];

/** @throws UsageError where the folder can't be written, or has a set already */
export async function pki(folder: string | undefined, options: Options): Promise<number> {
  if (folder === undefined || folder === '')
    throw new UsageError('pki takes the folder to write to, before --host and --id: plugproof pki DIR');
  if (options['force'] !== true && readAuthority(folder) !== undefined)
    throw new UsageError(`${folder} has an authority already; --force makes a new one, and all that it signed is void`);
  const named = (options['host'] as readonly string[] | undefined) ?? [];
  const hosts = [...new Set([...named, ...HOSTS, hostname()])];
  const ids = ((options['id'] as readonly string[] | undefined) ?? IDS).flatMap(expand);
  const organization = options['organization'] as string | undefined;
  const entries = await writeSet(folder, {
    hosts,
    ids,
    now: Date.now(),
    ...(organization !== undefined && { organization }),
  }).catch((cause: Error) => {
    throw new UsageError(`${folder} can't be written: ${cause.message}`);
  });
  process.stdout.write(
    `${entries.length} certificates, each with its key; ${join(folder, 'README.md')} says what each is\n`,
  );
  return 0;
}

function expand(pattern: string): readonly string[] {
  const reading = expandIdentity(pattern);
  if (!reading.ok) throw new UsageError(`--id: ${reading.says}. ${reading.fix}`);
  return reading.value;
}
