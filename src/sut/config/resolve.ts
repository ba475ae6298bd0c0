/** Options and plugproof.yaml → SystemUnderTest: which system, which version, which identities, which secrets. */
import { type OcppVersion, ocppVersions, type Role } from '../../dialects/dialect.ts';
import type { Endpoint, SecurityProfile, SiteLimit, SystemUnderTest, Token, TokenKind } from '../system-under-test.ts';
import type { TokenEntry } from './config-file.ts';
import { type Credentials, credentialsOf, editionOf, profilesOf, readProfile } from './credentials.ts';
import { readEndpoint } from './endpoint.ts';
import type { Flags } from './flags.ts';
import { type Entry, identitiesOf, identityEntries } from './identities.ts';
import type { Config, Surroundings } from './load-config.ts';
import { Merge } from './merge.ts';
import { expandIdentity, readDuration, readListen, readVersion } from './values.ts';

const DEFAULT_TIMEOUT_MS = 30_000;
const DEFAULT_CLOCK_TOLERANCE_MS = 60_000;
const DEFAULT_TOKEN_TYPE = 'ISO14443';

/**
 * The system under test: options over the file.
 * @throws UsageError with everything that is wrong
 */
export function resolveSystemUnderTest(
  role: Role,
  config: Config | undefined,
  flags: Flags,
  env: Surroundings,
): SystemUnderTest {
  const merge = new Merge(config, flags, env);
  const [sut] = systemsUnderTest(role, merge);
  merge.done();
  return sut as SystemUnderTest;
}

/** One system for each security profile that is asked for; `merge` then tells whether it can be believed. */
export function systemsUnderTest(role: Role, merge: Merge): readonly SystemUnderTest[] {
  const { file } = merge;
  if (file.sut?.role !== undefined && file.sut.role !== role) {
    merge
      .fromFile(['sut', 'role'], 0)
      .blame(
        `this file is for 'test ${file.sut.role}'`,
        `Give another file with --config to test a ${role === 'csms' ? 'CSMS' : 'station'}.`,
      );
  }
  const ocpp = versionsOf(merge);
  const entries = identityEntries(role, merge);
  const names = entries.flatMap(({ ids }) => ids);
  const address = addressOf(role, merge, names);
  const credentials = credentialsOf(merge, ocpp);
  const profiles = profilesOf(role, merge, ocpp, address.url, credentials, (name) =>
    entries.some(({ own }) => own(name) !== undefined),
  );
  const edition = editionOf(merge);
  const sut = {
    role,
    ocpp,
    ...address,
    ...(credentials.ca !== undefined && { ca: credentials.ca }),
    ...credentials.authorities,
    ...(edition !== undefined && { edition }),
    ...(role === 'station' &&
      credentials.cert !== undefined &&
      credentials.key !== undefined && { server: { cert: [credentials.cert], key: [credentials.key] } }),
    ...features(merge),
    tokens: tokensOf(merge),
    stations: stationsOf(merge),
    ...siteLimit(merge),
    ...(file.sut?.queued !== undefined && { queued: file.sut.queued }),
    ...(file.sut?.files !== undefined && { files: file.sut.files }),
    station: {
      vendorName: file.station?.vendorName ?? 'Plugproof',
      model: file.station?.model ?? 'Harness',
      serialNumber: file.station?.serialNumber ?? 'PP-0001',
    },
    timeoutMs:
      merge.read(merge.pick('--timeout', merge.flags.timeout, ['timeout'], file.timeout), readDuration) ??
      DEFAULT_TIMEOUT_MS,
    clockToleranceS:
      (merge.read(merge.pick('', undefined, ['sut', 'clockTolerance'], file.sut?.clockTolerance), readDuration) ??
        DEFAULT_CLOCK_TOLERANCE_MS) / 1_000,
  };
  return profiles.map((securityProfile) => ({
    ...sut,
    securityProfile,
    identities: identitiesOf(role, merge, entries, credentials, ocpp, securityProfile),
    ...endpoints(merge, entries, credentials, ocpp, securityProfile),
  }));
}

function versionsOf(merge: Merge): readonly OcppVersion[] {
  const given = merge.pickList('--ocpp', merge.flags.ocpp, ['sut', 'ocpp'], merge.file.sut?.ocpp);
  if (given.length === 0)
    merge.problem('no OCPP version is given', `Add --ocpp, or sut.ocpp in plugproof.yaml: ${ocppVersions.join(', ')}.`);
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
    if (url === undefined)
      merge.problem('no address of the CSMS is given', 'Add --url ws://HOST:PORT/PATH, or sut.url in plugproof.yaml.');
    const value = merge.read(url, (text) => readEndpoint(text, ids));
    return value === undefined ? {} : { url: value };
  }
  if (listen === undefined)
    merge.problem(
      'no address to await the station on is given',
      'Add --listen [HOST:]PORT, or sut.listen in plugproof.yaml.',
    );
  const value = merge.read(listen, readListen);
  return value === undefined ? {} : { listen: value };
}

/** Other addresses; one that names no security profile is another node for that of the run. */
function endpoints(
  merge: Merge,
  entries: readonly Entry[],
  credentials: Credentials,
  ocpp: readonly OcppVersion[],
  own: SecurityProfile,
): { endpoints?: readonly Endpoint[] } {
  const given = merge.file.sut?.endpoints;
  if (given === undefined) return {};
  const names = entries.flatMap(({ ids }) => ids);
  const known = given.flatMap(({ url, profile }, i): Endpoint[] => {
    const address = merge.read(merge.fromFile(['sut', 'endpoints', i, 'url'], url), (text) =>
      readEndpoint(text, names),
    );
    if (address === undefined) return [];
    const at = merge.fromFile(['sut', 'endpoints', i, profile === undefined ? 'url' : 'profile'], profile ?? own);
    // A run without credentials is one that 2.x does not know, at this address as well.
    const securityProfile = readProfile(at, profile === undefined && own === 0 ? ['1.6'] : ocpp, address);
    if (securityProfile === undefined) return [];
    const identities = identitiesOf('csms', merge, entries, credentials, ocpp, securityProfile);
    return [{ url: address, securityProfile, identities }];
  });
  return { endpoints: known };
}

function stationsOf(merge: Merge): SystemUnderTest['stations'] {
  const { spare, ...held } = merge.file.sut?.stations ?? {};
  const given = merge.pickList<string>('', undefined, ['sut', 'stations', 'spare'], spare);
  const ids = given.flatMap((one) => merge.read(one, expandIdentity) ?? []);
  return { ...held, ...(ids.length > 0 && { spare: ids }) };
}

function features(merge: Merge): { features?: readonly string[]; without: readonly string[] } {
  const { file } = merge;
  const has = merge.pickList<string>('', undefined, ['sut', 'features'], file.sut?.features).map(({ value }) => value);
  const without = merge.pickList<string>('', undefined, ['sut', 'without'], file.sut?.without);
  for (const one of without)
    if (has.includes(one.value)) one.blame(`'${one.value}' stands in sut.features too`, 'Strike it from one of them.');
  return { ...(file.sut?.features !== undefined && { features: has }), without: without.map(({ value }) => value) };
}

function siteLimit(merge: Merge): { siteLimit?: SiteLimit } {
  const given = merge.file.sut?.siteLimit;
  if (given === undefined) return {};
  const duration = (key: 'period' | 'reaction') =>
    merge.read(merge.pick('', undefined, ['sut', 'siteLimit', key], given[key]), readDuration);
  const [periodMs, reactionMs] = [duration('period'), duration('reaction')];
  return {
    siteLimit: {
      amperes: given.amperes,
      ...(periodMs !== undefined && { periodMs }),
      ...(reactionMs !== undefined && { reactionMs }),
    },
  };
}

function tokensOf(merge: Merge): Partial<Record<TokenKind, Token>> {
  const entries = Object.entries(merge.file.sut?.tokens ?? {}) as [TokenKind, TokenEntry][];
  return Object.fromEntries(
    entries.map(([kind, entry]): [TokenKind, Token] => [
      kind,
      typeof entry === 'string'
        ? { idToken: entry, type: DEFAULT_TOKEN_TYPE }
        : { ...entry, type: entry.type ?? DEFAULT_TOKEN_TYPE },
    ]),
  );
}
