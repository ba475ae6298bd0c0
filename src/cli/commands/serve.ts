/** `plugproof serve`: the reference systems as servers for other people's tests. */
import { pathToFileURL } from 'node:url';
import { loadMessageSchemas } from '../../../schemas/ocpp.ts';
import { ocppVersions } from '../../dialects/index.ts';
import { type ServeCsmsOptions, serveCsms } from '../../reference/serve-csms.ts';
import { readPassword } from '../../sut/config/values.ts';
import { UsageError } from '../../usage-error.ts';
import { readAddress } from '../address.ts';
import { findFaults } from '../faults.ts';
import { readVersions } from '../ocpp-option.ts';
import { untilStopped } from '../until-stopped.ts';

type Options = Readonly<Record<string, unknown>>;

/** Runs until it is stopped. @throws UsageError where an address can't be had */
export async function serveCsmsCommand(options: Options): Promise<number> {
  const ocpp = readAddress(String(options['listen']), '--listen');
  const control = readAddress(String(options['control']), '--control');
  const faults = findFaults((options['fault'] as readonly string[] | undefined) ?? []);
  const dir = options['schemas'] as string | undefined;
  const served = await serveCsms({
    schemas: loadMessageSchemas(dir === undefined ? {} : { dir }),
    host: ocpp.host,
    port: ocpp.port,
    controlHost: control.host,
    controlPort: control.port,
    versions: readVersions(options['ocpp'] as readonly string[] | undefined, ocppVersions),
    faults,
    seed: Number(options['seed'] ?? 1),
    ...security(options),
  }).catch((cause: NodeJS.ErrnoException) => {
    throw new UsageError(`can't listen: ${cause.message}`);
  });
  process.stdout.write(`ready ocpp ${served.url}\nready control ${served.control}\n`);
  if (served.pki !== undefined) process.stdout.write(`ready pki ${pathToFileURL(served.pki).href}\n`);
  if (options['quiet'] !== true) {
    process.stdout.write('Stations connect at the first address with their identity behind it. Ctrl-C ends it.\n');
    for (const { name, says } of faults) process.stdout.write(`fault ${name}: ${says}\n`);
  }
  const code = await untilStopped();
  await served.close();
  return code;
}

/** What stations have to show. @throws UsageError where that makes no sense */
function security(options: Options): Pick<ServeCsmsOptions, 'securityProfile' | 'password' | 'pki'> {
  const asked = String(options['securityProfile'] ?? '0');
  const securityProfile = ([0, 1, 2, 3] as const).find((known) => String(known) === asked);
  if (securityProfile === undefined)
    throw new UsageError(`--security-profile: there is no security profile '${asked}': there are 0, 1, 2, 3`);
  const text = options['password'] as string | undefined;
  const reading = text === undefined ? undefined : readPassword(text, text.startsWith('hex:') ? ['1.6'] : []);
  if (reading?.ok === false) throw new UsageError(`--password: ${reading.says}. ${reading.fix}`);
  const folder = options['pki'] as string | undefined;
  return {
    securityProfile,
    ...(reading?.ok === true && { password: reading.value.bytes }),
    ...(folder !== undefined && { pki: folder }),
  };
}
