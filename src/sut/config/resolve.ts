/** Options and plugproof.yaml → SystemUnderTest: which system, which version, which identities, which secrets. */
import { type OcppVersion, ocppVersions, type Role } from '../../dialects/dialect.ts';
import type { Identity, SystemUnderTest, Token, TokenKind } from '../system-under-test.ts';
import type { IdentityEntry, TokenEntry } from './config-file.ts';
import { isSecure, readEndpoint } from './endpoint.ts';
import type { Flags } from './flags.ts';
import type { Config, Surroundings } from './load-config.ts';
import { type Given, Merge } from './merge.ts';
import { expandIdentity, identityFault, readDuration, readListen, readPassword, readVersion } from './values.ts';

export type SecurityProfile = SystemUnderTest['securityProfile'];

/** The identity of a station that plugproof plays where the user names none. */
export const DEFAULT_IDENTITY = 'PLUGPROOF01';
const DEFAULT_TIMEOUT_MS = 30_000;
const DEFAULT_CLOCK_TOLERANCE_MS = 60_000;
const DEFAULT_TOKEN_TYPE = 'ISO14443';

/**
 * The system under test: options over the file.
 * @throws UsageError with everything that is wrong
 */
export function resolveSystemUnderTest(role: Role, config: Config | undefined, flags: Flags, env: Surroundings): SystemUnderTest {
  const merge = new Merge(config, flags, env);
  const [sut] = systemsUnderTest(role, merge);
  merge.done();
  return sut as SystemUnderTest;
}

/** One system for each security profile that is asked for; `merge` then tells whether it can be believed. */
export function systemsUnderTest(role: Role, merge: Merge): readonly SystemUnderTest[] {
  const { file } = merge;
  if (file.sut?.role !== undefined && file.sut.role !== role) {
    merge.fromFile(['sut', 'role'], 0).blame(`this file is for 'test ${file.sut.role}'`, `Give another file with --config to test a ${role === 'csms' ? 'CSMS' : 'station'}.`);
  }
  const ocpp = versionsOf(merge);
  const entries = identityEntries(role, merge);
  const names = entries.flatMap(({ ids }) => ids);
  const address = addressOf(role, merge, names);
  const credentials = credentialsOf(merge, ocpp);
  const profiles = profilesOf(role, merge, ocpp, address, credentials, entries);
  const sut = {
    role,
    ocpp,
    ...address,
    ...(credentials.ca !== undefined && { ca: credentials.ca }),
    ...features(merge),
    tokens: tokensOf(merge),
    stations: file.sut?.stations ?? {},
    station: {
      vendorName: file.station?.vendorName ?? 'Plugproof',
      model: file.station?.model ?? 'Harness',
      serialNumber: file.station?.serialNumber ?? 'PP-0001',
    },
    timeoutMs: merge.read(merge.pick('--timeout', merge.flags.timeout, ['timeout'], file.timeout), readDuration) ?? DEFAULT_TIMEOUT_MS,
    clockToleranceS: (merge.read(merge.pick('', undefined, ['sut', 'clockTolerance'], file.sut?.clockTolerance), readDuration) ?? DEFAULT_CLOCK_TOLERANCE_MS) / 1_000,
  };
  return profiles.map((securityProfile) => ({
    ...sut,
    securityProfile,
    identities: identitiesOf(role, merge, entries, credentials, ocpp, securityProfile),
  }));
}

/** What plugproof shows as the server that a station under test connects to. */
export interface ServerCredentials {
  /** PEM. */
  readonly cert?: string;
  readonly key?: string;
  /** What any station has to give as its password where no identity is named. */
  readonly password?: Uint8Array;
}

/** Of a station under test; to be called after `systemsUnderTest`. */
export function serverCredentials(merge: Merge, suts: readonly SystemUnderTest[]): ServerCredentials {
  const { cert, key, bytes, ca } = credentialsOf(merge, suts[0]?.ocpp ?? []);
  const [secure] = suts.filter(({ securityProfile }) => securityProfile >= 2);
  if (secure !== undefined && cert === undefined) {
    merge.problem(`security profile ${secure.securityProfile} wants a certificate for plugproof as server`, "Add --cert and --key; 'plugproof pki DIR' makes some.");
  }
  if (suts.some(({ securityProfile }) => securityProfile === 3) && ca === undefined) {
    merge.problem('security profile 3 wants the authority that signed the certificate of the station', 'Add --ca.');
  }
  if (suts.some(({ securityProfile: profile, identities }) => (profile === 1 || profile === 2) && identities.length === 0) && bytes === undefined) {
    merge.problem('a security profile with a password wants the password of the station', 'Add --password, or name the station in ids with its password.');
  }
  return { ...(cert !== undefined && { cert }), ...(key !== undefined && { key }), ...(bytes !== undefined && { password: bytes }) };
}

function versionsOf(merge: Merge): readonly OcppVersion[] {
  const given = merge.pickList('--ocpp', merge.flags.ocpp, ['sut', 'ocpp'], merge.file.sut?.ocpp);
  if (given.length === 0) merge.problem('no OCPP version is given', `Add --ocpp, or sut.ocpp in plugproof.yaml: ${ocppVersions.join(', ')}.`);
  const versions = given.map((one) => merge.read(one, readVersion)).filter((version) => version !== undefined);
  return [...new Set(versions)];
}

interface Address {
  readonly url?: string;
  readonly listen?: { readonly host: string; readonly port: number };
}

function addressOf(role: Role, merge: Merge, ids: readonly string[]): Address {
  const { flags, file } = merge;
  const url = merge.pick('--url', flags.url, ['sut', 'url'], file.sut?.url);
  const listen = merge.pick('--listen', flags.listen, ['sut', 'listen'], file.sut?.listen);
  if (role === 'csms') {
    if (url === undefined) merge.problem('no address of the CSMS is given', 'Add --url ws://HOST:PORT/PATH, or sut.url in plugproof.yaml.');
    const value = merge.read(url, (text) => readEndpoint(text, ids));
    return value === undefined ? {} : { url: value };
  }
  if (listen === undefined) merge.problem('no address to await the station on is given', 'Add --listen [HOST:]PORT, or sut.listen in plugproof.yaml.');
  const value = merge.read(listen, readListen);
  return value === undefined ? {} : { listen: value };
}

interface Credentials {
  readonly password?: Given<string>;
  readonly bytes?: Uint8Array;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

function credentialsOf(merge: Merge, ocpp: readonly OcppVersion[]): Credentials {
  const { flags, file } = merge;
  const security = file.security ?? {};
  const at = (name: 'password' | 'ca' | 'cert' | 'key') => merge.pick(`--${name}`, flags[name], ['security', name], security[name]);
  const password = at('password');
  const [certAt, keyAt] = [at('cert'), at('key')];
  if (certAt !== undefined && keyAt === undefined) certAt.blame('a certificate is given and no key', 'Add --key, or security.key.');
  if (keyAt !== undefined && certAt === undefined) keyAt.blame('a key is given and no certificate', 'Add --cert, or security.cert.');
  const bytes = readSecret(merge, password, ocpp);
  const ca = merge.pem(at('ca'), 'CERTIFICATE');
  const cert = merge.pem(certAt, 'CERTIFICATE');
  const key = merge.pem(keyAt, 'PRIVATE KEY');
  return {
    ...(password !== undefined && { password }),
    ...(bytes !== undefined && { bytes }),
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
  };
}

function readSecret(merge: Merge, given: Given<string> | undefined, ocpp: readonly OcppVersion[]): Uint8Array | undefined {
  const password = merge.read(given, (text) => readPassword(text, ocpp));
  if (password?.note !== undefined && !merge.notes.includes(password.note)) merge.notes.push(password.note);
  return password?.bytes;
}

/** One entry of `ids` with the identities that it stands for. */
interface Entry {
  readonly given: Given<IdentityEntry>;
  readonly ids: readonly string[];
  /** Its own keys, each in its place. */
  own(name: 'password' | 'cert' | 'key'): Given<string> | undefined;
}

function identityEntries(role: Role, merge: Merge): readonly Entry[] {
  const { flags, file } = merge;
  const given = merge.pickList<IdentityEntry>('--id', flags.id, ['ids'], file.ids as IdentityEntry | readonly IdentityEntry[] | undefined);
  // A station under test has an identity of its own; one that we play needs one from us.
  if (given.length === 0) return role === 'csms' ? [entryOf(merge, merge.fromFlag<IdentityEntry>('--id', DEFAULT_IDENTITY), undefined)] : [];
  const fromFlag = flags.id !== undefined && flags.id.length > 0;
  return given.map((one, i) => entryOf(merge, one, fromFlag ? undefined : Array.isArray(file.ids) ? ['ids', i] : ['ids']));
}

function entryOf(merge: Merge, given: Given<IdentityEntry>, path: readonly (string | number)[] | undefined): Entry {
  const { value } = given;
  const ids = merge.read(given, (entry) => expandIdentity(typeof entry === 'string' ? entry : entry.id)) ?? [];
  return {
    given,
    ids,
    own: (name) => {
      if (typeof value !== 'string') return value[name] === undefined ? undefined : merge.fromFile([...(path ?? []), name], value[name]);
      // An identity named on the command line keeps the credentials that the file has for it.
      return path === undefined ? credentialInFile(merge, value, name) : undefined;
    },
  };
}

function credentialInFile(merge: Merge, id: string, name: 'password' | 'cert' | 'key'): Given<string> | undefined {
  const { ids } = merge.file;
  const entries = (ids === undefined ? [] : Array.isArray(ids) ? ids : [ids]) as readonly IdentityEntry[];
  const at = entries.findIndex((entry) => {
    const reading = typeof entry === 'string' ? undefined : expandIdentity(entry.id);
    return reading?.ok === true && reading.value.includes(id);
  });
  const entry = entries[at];
  if (entry === undefined || typeof entry === 'string' || entry[name] === undefined) return undefined;
  return merge.fromFile([...(Array.isArray(ids) ? ['ids', at] : ['ids']), name], entry[name]);
}

function profilesOf(
  role: Role,
  merge: Merge,
  ocpp: readonly OcppVersion[],
  { url }: Address,
  credentials: Credentials,
  entries: readonly Entry[],
): readonly SecurityProfile[] {
  const { flags, file } = merge;
  const asked = flags.securityProfile === undefined ? undefined : [flags.securityProfile].flat();
  const given = merge.pickList<string | number>('--security-profile', asked, ['security', 'profile'], file.security?.profile as number | readonly number[] | undefined);
  const has = (name: 'password' | 'cert') => (name === 'cert' ? credentials.cert : credentials.bytes) !== undefined || entries.some(({ own }) => own(name) !== undefined);
  if (given.length === 0) return [impliedProfile(role, merge, ocpp, url, has('password'), has('cert'))];
  const profiles = given.map((one) => readProfile(one, ocpp, url)).filter((profile) => profile !== undefined);
  return [...new Set(profiles)];
}

function readProfile(given: Given<string | number>, ocpp: readonly OcppVersion[], url: string | undefined): SecurityProfile | undefined {
  const profile = ([0, 1, 2, 3] as const).find((known) => String(known) === String(given.value));
  if (profile === undefined) {
    given.blame(`there is no security profile '${given.value}'`, 'There are: 0 (OCPP 1.6 only), 1, 2, 3.');
    return undefined;
  }
  const v2 = ocpp.find((version) => version !== '1.6');
  if (profile === 0 && v2 !== undefined) given.blame(`OCPP ${v2} has no security profile 0`, 'Use 1, 2 or 3, or leave it out to connect without credentials.');
  if (url !== undefined && profile >= 2 !== isSecure(url)) {
    const [scheme, now] = profile >= 2 ? ['wss', 'ws'] : ['ws', 'wss'];
    given.blame(`security profile ${profile} goes over ${scheme}://, and the address is ${now}://`, `Write ${url.replace(/^wss?/, scheme)}, or another profile.`);
  }
  return profile;
}

/** What address and credentials amount to where no profile is named. */
function impliedProfile(role: Role, merge: Merge, ocpp: readonly OcppVersion[], url: string | undefined, password: boolean, cert: boolean): SecurityProfile {
  const secure = role === 'csms' ? url !== undefined && isSecure(url) : cert;
  if (secure) {
    if (role === 'csms' && cert) return 3;
    if (!password) merge.problem('TLS without credentials is no security profile', 'Add --password for profile 2, or --cert and --key for profile 3.');
    return 2;
  }
  if (password) return 1;
  const v2 = ocpp.find((version) => version !== '1.6');
  if (v2 !== undefined) merge.notes.push(`no security profile is given: the connection has no credentials, which OCPP ${v2} does not know`);
  return 0;
}

function identitiesOf(
  role: Role,
  merge: Merge,
  entries: readonly Entry[],
  shared: Credentials,
  ocpp: readonly OcppVersion[],
  profile: SecurityProfile,
): readonly Identity[] {
  const seen = new Set<string>();
  const lacking: { readonly password: string[]; readonly cert: string[] } = { password: [], cert: [] };
  const identities = entries.flatMap(({ given, ids, own }) => {
    const [ownPassword, ownCert, ownKey] = [own('password'), own('cert'), own('key')];
    const bytes = ownPassword === undefined ? shared.bytes : readSecret(merge, ownPassword, ocpp);
    const cert = ownCert === undefined ? shared.cert : merge.pem(ownCert, 'CERTIFICATE');
    const key = ownKey === undefined ? shared.key : merge.pem(ownKey, 'PRIVATE KEY');
    return ids.map((id): Identity => {
      const fault = identityFault(id, ocpp, profile === 1 || profile === 2);
      if (fault !== undefined) given.blame(fault.says, fault.fix);
      if (seen.has(id)) given.blame(`identity '${id}' stands twice`, 'Name each station once.');
      seen.add(id);
      if (bytes === undefined && ownPassword === undefined && shared.password === undefined) lacking.password.push(id);
      if (cert === undefined && ownCert === undefined) lacking.cert.push(id);
      const ofStation = role === 'csms' && cert !== undefined && key !== undefined;
      return { id, ...(bytes !== undefined && profile !== 0 && profile !== 3 && { password: bytes }), ...(ofStation && profile === 3 && { cert, key }) };
    });
  });
  if ((profile === 1 || profile === 2) && lacking.password.length > 0) {
    merge.problem(`security profile ${profile} wants a password, and ${few(lacking.password)} none`, 'Add --password, or security.password, or a password to the entry in ids.');
  }
  if (profile === 3 && role === 'csms' && lacking.cert.length > 0) {
    merge.problem(`security profile 3 wants a client certificate, and ${few(lacking.cert)} none`, 'Add --cert and --key, or cert and key to the entry in ids.');
  }
  return identities;
}

/** `CP01 has`, `CP01, CP02, CP03 and 5 more have` */
function few(ids: readonly string[]): string {
  const shown = ids.slice(0, 3).join(', ');
  if (ids.length === 1) return `${shown} has`;
  return ids.length > 3 ? `${shown} and ${ids.length - 3} more have` : `${shown} have`;
}

function features(merge: Merge): { features?: readonly string[]; without: readonly string[] } {
  const { file } = merge;
  const has = merge.pickList<string>('', undefined, ['sut', 'features'], file.sut?.features).map(({ value }) => value);
  const without = merge.pickList<string>('', undefined, ['sut', 'without'], file.sut?.without);
  for (const one of without) if (has.includes(one.value)) one.blame(`'${one.value}' stands in sut.features too`, 'Strike it from one of them.');
  return { ...(file.sut?.features !== undefined && { features: has }), without: without.map(({ value }) => value) };
}

function tokensOf(merge: Merge): Partial<Record<TokenKind, Token>> {
  const entries = Object.entries(merge.file.sut?.tokens ?? {}) as [TokenKind, TokenEntry][];
  return Object.fromEntries(
    entries.map(([kind, entry]): [TokenKind, Token] => [
      kind,
      typeof entry === 'string' ? { idToken: entry, type: DEFAULT_TOKEN_TYPE } : { ...entry, type: entry.type ?? DEFAULT_TOKEN_TYPE },
    ]),
  );
}
