/** What a charger keeps of passwords, keys and certificates: what it shows at the door of its CSMS, and whom it trusts. */
import type { Access, SecurityProfile } from './access.ts';
import { extrasOf } from './extras.ts';
import type { HashData, Keyed, Notary } from './notary.ts';
import type { Station } from './station.ts';
import { setValue, text, whole } from './values.ts';

export const CSMS_ROOT = 'CSMSRootCertificate';
export const STATION_CERTIFICATE = 'ChargingStationCertificate';
export const V2G_CERTIFICATE = 'V2GCertificate';

/** An authority that was installed; types are those of 2.x. */
export interface Root {
  readonly type: string;
  readonly pem: string;
  readonly hash: HashData;
}

/** A request for a certificate that was not answered with one yet. */
export interface Pending {
  readonly key: string;
  readonly csr: string;
  readonly commonName: string;
  readonly organization: string;
  /** Number of the request (2.1). */
  readonly requestId: number;
  /** Times that it was sent again. */
  repeats: number;
  stop: (() => void) | undefined;
}

/** Certificates of authorities that a charger has room for. */
export const MOST_ROOTS = 20;

export interface Vault {
  readonly notary: Notary | undefined;
  profile: SecurityProfile;
  /** The profile and the address before the last change, until those after it have worked. */
  before: { readonly profile: SecurityProfile; readonly url: string | undefined } | undefined;
  url: string | undefined;
  password: Uint8Array | undefined;
  roots: Root[];
  /** The root that was replaced, until the new one has worked (2.x M05.FR.12). */
  fallback: Root | undefined;
  /** The fallback is tried, since the new one did not do. */
  onFallback: boolean;
  certificate: Keyed | undefined;
  /** The certificate before the last one, until that has worked (2.x A02.FR.10). */
  former: Keyed | undefined;
  /** The certificate whose end is watched. */
  watched: Keyed | undefined;
  v2g: Keyed | undefined;
  /** By type of certificate. */
  readonly pending: Map<string, Pending>;
  requests: number;
  /** Events about servers that were not trusted, told once for each failure of the connection (2.x A00.FR.316). */
  readonly told: Set<string>;
}

/** The vault of a charger, with what it was given before it first dialled. */
export function vaultOf(station: Station): Vault {
  const extras = extrasOf(station);
  extras.vault ??= newVault(station);
  return extras.vault;
}

function newVault({ settings, notary }: Station): Vault {
  const { profile = 0, password, certificate, roots = [] } = settings.credentials ?? {};
  return {
    notary,
    profile,
    before: undefined,
    url: undefined,
    password,
    roots: notary === undefined ? [] : roots.map((pem) => ({ type: CSMS_ROOT, pem, hash: notary.hash(pem, pem) })),
    fallback: undefined,
    onFallback: false,
    certificate,
    former: undefined,
    watched: undefined,
    v2g: undefined,
    pending: new Map(),
    requests: 0,
    told: new Set(),
  };
}

/** Authorities whose certificates of a CSMS are trusted now. */
export function trusted(station: Station): readonly Root[] {
  const { roots, fallback, onFallback } = vaultOf(station);
  if (onFallback && fallback !== undefined) return [fallback];
  return roots.filter(({ type }) => type === CSMS_ROOT);
}

export function accessOf(station: Station): Access {
  const { profile, url, certificate } = vaultOf(station);
  return {
    profile,
    url,
    password: passwordOf(station),
    certificate,
    roots: trusted(station).map(({ pem }) => pem),
  };
}

/** The password as it goes into the header: in 1.6 the bytes that the key writes as digits (whitepaper A00.FR.205). */
export function passwordOf(station: Station): Uint8Array | undefined {
  const set = text(station, station.protocol.keys.password);
  return set === '' ? vaultOf(station).password : station.protocol.passwordBytes(set);
}

/** Milliseconds from a change of credentials to the connection that uses them. */
const SWITCH_MS = 1_000;

/** Connects anew, with the credentials that were changed. */
export function reconnectSoon(station: Station, reason: string): void {
  if (!station.online) return;
  station.restartDelay = SWITCH_MS;
  station.wire.close(1000, reason);
}

/** Connections that are tried with new credentials before the old ones are used again (1.6 leaves the number open). */
const ATTEMPTS = 3;

/** A connection came about: what it was made with has worked, and what was before is of no use any more. */
export function credentialsWorked(station: Station): void {
  const { vault } = station.extras ?? {};
  if (vault === undefined) return;
  vault.told.clear();
  vault.former = undefined;
  if (vault.onFallback && vault.fallback !== undefined) {
    // The new root did not do: the old one is the one again.
    vault.roots = [...vault.roots.filter(({ type }) => type !== CSMS_ROOT), vault.fallback];
  }
  vault.fallback = undefined;
  vault.onFallback = false;
  if (vault.before !== undefined) setValue(station, station.protocol.keys.securityProfile, String(vault.profile));
  vault.before = undefined;
}

/** A connection did not come about: after some of them, what was before is tried again (1.6 A05.FR.08; 2.x A02.FR.28). */
export function credentialsFailed(station: Station): void {
  const { vault } = station.extras ?? {};
  if (vault === undefined || station.attempts < Math.max(1, whole(station, station.protocol.keys.attempts) || ATTEMPTS))
    return;
  if (vault.former !== undefined) vault.certificate = vault.former;
  vault.former = undefined;
  if (vault.before !== undefined) Object.assign(vault, vault.before);
  vault.before = undefined;
}
