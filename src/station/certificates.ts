/** Certificates that a CSMS installs, lists and deletes on a charger (2.x M03 to M05), and those that it signs (A02, A03). */

import type { HashData, Keyed, Notary } from './notary.ts';
import { send } from './outbox.ts';
import type { Handler } from './protocol.ts';
import { securityEvent } from './security-event.ts';
import { NOTHING } from './state.ts';
import type { Station } from './station.ts';
import { later } from './timers.ts';
import type { Payload } from './types.ts';
import { flag, text, whole } from './values.ts';
import {
  CSMS_ROOT,
  MOST_ROOTS,
  type Pending,
  type Root,
  reconnectSoon,
  STATION_CERTIFICATE,
  trusted,
  V2G_CERTIFICATE,
  vaultOf,
} from './vault.ts';

const accepted = { status: 'Accepted' };
const rejected = { status: 'Rejected' };

const DAY_MS = 86_400_000;
/** A new certificate is asked for when the old one has no longer than this (A03.FR.02). */
const RENEWAL_MS = 30 * DAY_MS;

export const installCertificate: Handler = (station, asked, after) => {
  const vault = vaultOf(station);
  const { notary } = vault;
  const type = station.protocol.certificateType(String(asked['certificateType']));
  const pem = String(asked['certificate']);
  const now = station.clock.now();
  const facts = notary?.read(pem);
  if (notary === undefined || facts === undefined || !facts.authority || facts.from > now || facts.until < now) {
    if (type === CSMS_ROOT) after(() => securityEvent(station, 'InvalidCsmsCertificate'));
    return rejected;
  }
  const { keys } = station.protocol;
  const others = vault.roots.filter((root) => root.type !== type || root.pem.trim() !== pem.trim());
  if (type === CSMS_ROOT && flag(station, keys.additionalRootCheck)) {
    const [old] = trusted(station);
    if (old !== undefined && !notary.signed(old.pem, pem)) return rejected;
    vault.fallback = old;
    vault.onFallback = false;
    vault.roots = others.filter((root) => root.type !== CSMS_ROOT);
  } else {
    if (others.length >= MOST_ROOTS) return rejected;
    vault.roots = others;
  }
  const issuer = [...others, ...(vault.fallback ? [vault.fallback] : [])].find((root) => notary.signed(root.pem, pem));
  vault.roots.push({ type, pem, hash: notary.hash(pem, issuer?.pem ?? pem) });
  return accepted;
};

/** One type of certificate with the hashes of all that are installed of it. */
export interface Listed {
  readonly type: string;
  readonly hash: HashData;
  readonly children: readonly HashData[];
}

/** What is installed of some types; of all of them where none is named. */
export function installed(station: Station, types: readonly string[] | undefined): readonly Listed[] {
  const { roots, fallback, v2g, notary } = vaultOf(station);
  const all = [...roots, ...(fallback ? [fallback] : [])].map(
    ({ type, hash }): Listed => ({ type, hash, children: [] }),
  );
  if (v2g !== undefined && notary !== undefined) {
    const [own, ...above] = hashesOf(v2g.cert, roots, notary);
    if (own !== undefined) all.push({ type: 'V2GCertificateChain', hash: own, children: above });
  }
  return all.filter(({ type }) => types === undefined || types.includes(type));
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/** Of each certificate of a chain. */
function hashesOf(chain: string, roots: readonly Root[], notary: Notary): HashData[] {
  const links = chain.match(CERTIFICATE) ?? [];
  return links.map((link, i) => {
    const above = links[i + 1] ?? roots.find(({ pem }) => notary.signed(pem, link))?.pem ?? link;
    return notary.hash(link, above);
  });
}

const same = (one: HashData, other: Payload): boolean =>
  Object.entries(one).every(([name, value]) => String(other[name]).toLowerCase() === value.toLowerCase());

export const deleteCertificate: Handler = (station, asked) => {
  const vault = vaultOf(station);
  const wanted = (asked['certificateHashData'] ?? NOTHING) as Payload;
  const { notary, certificate } = vault;
  // The charger's own certificate is not to be deleted (2.x M04.FR.06; whitepaper M04.FR.05).
  const own = notary && certificate && hashesOf(certificate.cert, vault.roots, notary)[0];
  if (own !== undefined && same(own, wanted)) return { status: 'Failed' };
  const root = vault.roots.find(({ hash }) => same(hash, wanted));
  if (root === undefined) return { status: 'NotFound' };
  // Nor the root that the connection hangs on (whitepaper M04.FR.06; 2.x M04.FR.03 lets it be refused).
  const roots = trusted(station);
  if (vault.profile >= 2 && roots.length === 1 && roots[0] === root) return { status: 'Failed' };
  vault.roots = vault.roots.filter((one) => one !== root);
  return accepted;
};

/** A new key, and a request for a certificate for it (2.x A02.FR.02, A02.FR.03). @param type as 2.x calls it */
export function askForCertificate(station: Station, type: string): void {
  const vault = vaultOf(station);
  const { notary } = vault;
  if (notary === undefined) return;
  const own = vault.certificate && notary.read(vault.certificate.cert);
  const commonName = own?.commonName || station.settings.serialNumber;
  const organization = text(station, station.protocol.keys.organization) || own?.organization || '';
  const requestId = ++vault.requests;
  vault.pending.get(type)?.stop?.();
  void notary.request(commonName, organization).then(({ csr, key }) => {
    const pending: Pending = { key, csr, commonName, organization, requestId, repeats: 0, stop: undefined };
    vault.pending.set(type, pending);
    ask(station, type, pending);
  });
}

function ask(station: Station, type: string, pending: Pending): void {
  const payload = station.protocol.signCertificate(pending.csr, type, pending.requestId);
  send(station, 'SignCertificate', payload, { passes: true, done: ({ payload: { status } }) => asked(status) });
  function asked(status: unknown): void {
    const { pending: all } = vaultOf(station);
    if (all.get(type) !== pending) return;
    if (status !== 'Accepted') all.delete(type);
    else waitForIt(station, type, pending);
  }
}

/** Asks again where nothing comes of it, each time after twice the time (2.x A02.FR.17 to 19); 1.6 knows no such thing. */
function waitForIt(station: Station, type: string, pending: Pending): void {
  const { keys } = station.protocol;
  const wait = whole(station, keys.signingWait) * 1000;
  if (wait === 0 || pending.repeats > whole(station, keys.signingRepeats)) return;
  pending.stop = later(station, wait * 2 ** pending.repeats, () => {
    if (vaultOf(station).pending.get(type) !== pending) return;
    pending.repeats++;
    ask(station, type, pending);
  });
}

/** Why a certificate is none for this charger (2.x A02.FR.06); undefined where it is. */
function flaw(station: Station, type: string, chain: string): string | undefined {
  const { notary, pending, roots } = vaultOf(station);
  const request = pending.get(type);
  if (notary === undefined || request === undefined) return 'nobody asked for one';
  const facts = notary.read(chain);
  if (facts === undefined) return 'it is none';
  const now = station.clock.now();
  if (facts.from > now || facts.until < now) return 'it is not valid now';
  if (facts.commonName !== request.commonName) return 'it is for another charger';
  if (facts.organization !== request.organization) return 'it is of another organization';
  if (!notary.fits(chain, request.key)) return 'it is for another key';
  const above = roots.filter((root) => root.type === (type === V2G_CERTIFICATE ? 'V2GRootCertificate' : CSMS_ROOT));
  const anchors = above.map(({ pem }) => pem);
  return notary.leads(chain, anchors) ? undefined : 'nobody vouches for it';
}

export const certificateSigned: Handler = (station, asked, after) => {
  const vault = vaultOf(station);
  const chain = String(asked['certificateChain']);
  const type = String(asked['certificateType'] ?? STATION_CERTIFICATE);
  const request = vault.pending.get(type);
  const limit = whole(station, station.protocol.keys.maxChain);
  const tooLong = limit > 0 && chain.length > limit;
  const answersAnother = asked['requestId'] !== undefined && asked['requestId'] !== request?.requestId;
  if (request === undefined || tooLong || answersAnother || flaw(station, type, chain) !== undefined) {
    request?.stop?.();
    vault.pending.delete(type);
    if (type === STATION_CERTIFICATE) after(() => securityEvent(station, 'InvalidChargingStationCertificate'));
    return rejected;
  }
  request.stop?.();
  vault.pending.delete(type);
  const keyed: Keyed = { cert: chain, key: request.key };
  if (type === V2G_CERTIFICATE) vault.v2g = keyed;
  else {
    vault.former = vault.certificate;
    vault.certificate = keyed;
    // A02.FR.08
    if (vault.profile === 3) after(() => reconnectSoon(station, 'a new certificate'));
  }
  return accepted;
};

/** Asks for a new certificate in the last month of the one that it has (2.x A03.FR.02). */
export function watchExpiry(station: Station): void {
  if (station.extras?.vault === undefined && station.settings.credentials === undefined) return;
  const vault = vaultOf(station);
  const { certificate } = vault;
  if (certificate === undefined || certificate === vault.watched || vault.profile !== 3) return;
  vault.watched = certificate;
  const { until = Number.POSITIVE_INFINITY } = vault.notary?.read(certificate.cert) ?? {};
  const look = () => {
    if (vault.certificate !== certificate || vault.pending.has(STATION_CERTIFICATE)) return;
    const left = until - station.clock.now() - RENEWAL_MS;
    if (left <= 0) askForCertificate(station, STATION_CERTIFICATE);
    // A day is as far as some timers reach.
    else later(station, Math.min(left, DAY_MS), look);
  };
  look();
}
