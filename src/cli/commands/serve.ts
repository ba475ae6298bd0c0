/** `plugproof serve`: the reference systems as servers for other people's tests. */

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadMessageSchemas } from '../../../schemas/ocpp.ts';
import { type OcppVersion, ocppVersions } from '../../dialects/index.ts';
import { csmsBehaviours } from '../../reference/behaviours.ts';
import { type ServeCsmsOptions, type ServedDoor, serveCsms } from '../../reference/serve-csms.ts';
import { type ServeStationOptions, serveStation } from '../../reference/serve-station.ts';
import { isStationBehaviour } from '../../reference/station-slips.ts';
import type { SecurityProfile } from '../../station/access.ts';
import { readEndpoint } from '../../sut/config/endpoint.ts';
import { isPair, pemFault } from '../../sut/config/pem.ts';
import { expandIdentity, readPassword } from '../../sut/config/values.ts';
import { UsageError } from '../../usage-error.ts';
import { isWireSlip } from '../../wire/raw/slips.ts';
import { readAddress } from '../address.ts';
import { findFaults } from '../faults.ts';
import { readVersions } from '../ocpp-option.ts';
import { readInput } from '../read-input.ts';
import { SEEDS } from '../run-id.ts';
import { untilStopped } from '../until-stopped.ts';

type Options = Readonly<Record<string, unknown>>;

/** Runs until it is stopped. @throws UsageError where an address can't be had */
export async function serveCsmsCommand(options: Options): Promise<number> {
  const control = readAddress(String(options['control']), '--control');
  const faults = findFaults((options['fault'] as readonly string[] | undefined) ?? []);
  for (const { name, behaviour } of faults)
    if (behaviour !== undefined && !Object.hasOwn(csmsBehaviours, behaviour) && !isWireSlip(behaviour))
      throw new UsageError(`--fault: '${name}' is a fault of a station, and no CSMS can have it`);
  const dir = options['schemas'] as string | undefined;
  const served = await serveCsms({
    schemas: loadMessageSchemas(dir === undefined ? {} : { dir }),
    doors: doorsOf(options),
    controlHost: control.host,
    controlPort: control.port,
    versions: readVersions(options['ocpp'] as readonly string[] | undefined, ocppVersions),
    faults,
    seed: wholeNumber(String(options['seed'] ?? 1), '--seed', 0, SEEDS),
    ...security(options),
  }).catch((cause: NodeJS.ErrnoException) => {
    // What the system refuses is the user's to mend; the rest is ours.
    if (cause.syscall === undefined) throw cause;
    const what = cause.path === undefined ? "can't listen" : `--pki: ${cause.path} can't be written`;
    throw new UsageError(`${what}: ${cause.message}`);
  });
  // Whoever reads that it is ready may stop it.
  const stopped = untilStopped();
  process.stdout.write(`${served.urls.map((url) => `ready ocpp ${url}\n`).join('')}ready control ${served.control}\n`);
  if (served.pki !== undefined) process.stdout.write(`ready pki ${pathToFileURL(served.pki).href}\n`);
  if (options['quiet'] !== true) {
    process.stdout.write('Stations connect at the first address with their identity behind it. Ctrl-C ends it.\n');
    for (const { name, says } of faults) process.stdout.write(`fault ${name}: ${says}\n`);
  }
  const code = await stopped;
  await served.close();
  return code;
}

/** What stations have to show. @throws UsageError where that makes no sense */
function security(options: Options): Pick<ServeCsmsOptions, 'password' | 'pki'> {
  const text = options['password'] as string | undefined;
  const password = readSecret(text, text?.startsWith('hex:') ? ['1.6'] : []);
  const folder = options['pki'] as string | undefined;
  return {
    ...(password !== undefined && { password }),
    ...(folder !== undefined && { pki: folder }),
  };
}

/**
 * An address for each security profile, and further ones for the last of them. A profile for which no address is given
 * is served on any free port of the first one's host.
 */
function doorsOf(options: Options): readonly ServedDoor[] {
  const addresses = [options['listen'] ?? []].flat().map((text) => readAddress(String(text), '--listen'));
  const profiles = [options['securityProfile'] ?? '0'].flat().map((text) => securityProfile(String(text)));
  const [first = { host: '127.0.0.1', port: 0 }] = addresses;
  return Array.from({ length: Math.max(addresses.length, profiles.length) }, (_, i) => ({
    ...(addresses[i] ?? { host: first.host, port: 0 }),
    securityProfile: profiles[i] ?? profiles.at(-1) ?? 0,
  }));
}

function securityProfile(asked: string): SecurityProfile {
  const profile = ([0, 1, 2, 3] as const).find((known) => String(known) === asked);
  if (profile === undefined)
    throw new UsageError(`--security-profile: there is no security profile '${asked}': there are 0, 1, 2, 3`);
  return profile;
}

function readSecret(text: string | undefined, versions: readonly OcppVersion[]): Uint8Array | undefined {
  const reading = text === undefined ? undefined : readPassword(text, versions);
  if (reading?.ok === false) throw new UsageError(`--password: ${reading.says}. ${reading.fix}`);
  return reading?.value.bytes;
}

/** Runs until it is stopped. @throws UsageError where an address makes no sense or can't be had */
export async function serveStationCommand(options: Options): Promise<number> {
  const control = readAddress(String(options['control']), '--control');
  const faults = findFaults((options['fault'] as readonly string[] | undefined) ?? []);
  for (const { name, behaviour } of faults)
    if (behaviour !== undefined && !isStationBehaviour(behaviour))
      throw new UsageError(`--fault: '${name}' is a fault of a CSMS, and no station can have it`);
  const dir = options['schemas'] as string | undefined;
  const [version] = readVersions(options['ocpp'] === undefined ? undefined : [String(options['ocpp'])], ['1.6']);
  const ids = (options['id'] as readonly string[]).flatMap(identities);
  const served = await serveStation({
    schemas: loadMessageSchemas(dir === undefined ? {} : { dir }),
    url: endpoint(String(options['url']), ids),
    version: version ?? '1.6',
    ids,
    controlHost: control.host,
    controlPort: control.port,
    evses: wholeNumber(String(options['evses']), '--evses', 1, MOST_EVSES),
    configuration: Object.fromEntries(((options['set'] as readonly string[] | undefined) ?? []).map(setting)),
    ...shown(options, version ?? '1.6'),
    faults,
    seed: wholeNumber(String(options['seed'] ?? 1), '--seed', 0, SEEDS),
  }).catch((cause: NodeJS.ErrnoException) => {
    if (cause.syscall === undefined) throw cause;
    throw new UsageError(`can't serve: ${cause.message}`);
  });
  const stopped = untilStopped();
  process.stdout.write(`ready control ${served.control}\n`);
  if (options['quiet'] !== true) {
    const names = served.stations.map(({ identity }) => identity).join(', ');
    process.stdout.write(`${names} connects to ${String(options['url'])}, again and again. Ctrl-C ends it.\n`);
    for (const { name, says } of faults) process.stdout.write(`fault ${name}: ${says}\n`);
  }
  const code = await stopped;
  await served.close();
  return code;
}

/** What stations show to the CSMS, and whom they trust. @throws UsageError where that makes no sense */
function shown(options: Options, version: OcppVersion): Pick<ServeStationOptions, 'credentials' | 'certificateOf'> {
  const given = (name: string) => options[name] as string | undefined;
  const [ca, cert, key, pki] = ['ca', 'cert', 'key', 'pki'].map(given);
  const password = readSecret(given('password'), [version]);
  if ((cert === undefined) !== (key === undefined)) throw new UsageError('--cert and --key go together');
  const secure = String(options['url']).startsWith('wss:');
  const implied = secure ? (password === undefined ? 3 : 2) : password === undefined ? 0 : 1;
  const profile =
    given('securityProfile') === undefined ? implied : securityProfile(String(options['securityProfile']));
  if (secure !== profile >= 2)
    throw new UsageError(`--security-profile: ${profile} goes over ${profile >= 2 ? 'wss' : 'ws'}:// : see --url`);
  const root = ca ?? (pki === undefined ? undefined : join(pki, 'ca.pem'));
  const own =
    cert !== undefined && key !== undefined
      ? { cert: readPem(cert, 'CERTIFICATE'), key: readPem(key, 'PRIVATE KEY') }
      : undefined;
  if (own && !isPair(own.cert, own.key)) throw new UsageError(`--key: ${key} is not the key of ${cert}`);
  if (profile === 3 && own === undefined && pki === undefined)
    throw new UsageError('security profile 3 wants a certificate: --cert and --key, or --pki');
  return {
    credentials: {
      profile,
      ...(password !== undefined && { password }),
      ...(root !== undefined && { roots: [readPem(root, 'CERTIFICATE')] }),
      ...(own && { certificate: own }),
    },
    ...(profile === 3 &&
      own === undefined &&
      pki !== undefined && { certificateOf: (id: string) => ofFolder(pki, id) }),
  };
}

const ofFolder = (pki: string, id: string) => ({
  cert: readPem(join(pki, `stations/${id}.pem`), 'CERTIFICATE'),
  key: readPem(join(pki, `stations/${id}.key`), 'PRIVATE KEY'),
});

function endpoint(text: string, ids: readonly string[]): string {
  const reading = readEndpoint(text, ids);
  if (!reading.ok) throw new UsageError(`--url: ${reading.says}\n  ${reading.fix}`);
  return reading.value;
}

function identities(pattern: string): readonly string[] {
  const reading = expandIdentity(pattern);
  if (!reading.ok) throw new UsageError(`--id: ${reading.says}`);
  if (pattern.trim() === '') throw new UsageError('--id: a station has a name, such as CP01');
  return reading.value;
}

const MOST_EVSES = 100;

function wholeNumber(text: string, option: string, least: number, most: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most))
    throw new UsageError(`${option}: '${text}' is no whole number from ${least} to ${most}`);
  return value;
}

/** `HeartbeatInterval=10` */
function setting(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw new UsageError(`--set: '${text}' is no KEY=VALUE, such as HeartbeatInterval=10`);
  return [text.slice(0, at), text.slice(at + 1)];
}

function readPem(path: string, label: 'CERTIFICATE' | 'PRIVATE KEY'): string {
  const text = readInput(path);
  const fault = pemFault(text, label);
  if (fault !== undefined) throw new UsageError(`${path} ${fault.says}\n  ${fault.fix}`);
  return text;
}
