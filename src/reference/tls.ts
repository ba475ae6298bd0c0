/** How the reference CSMS speaks TLS: one table for real sockets and for the network in memory. */
import { X509Certificate } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { SecurityProfile } from '../csms/credentials.ts';
import { type CsmsPolicy, rightPolicy } from '../csms/policy.ts';
import type { Issued } from '../pki/authority.ts';
import { leadsTo, subjectField } from '../pki/notary.ts';
import { strengthOf, weaklySigned } from '../pki/strength.ts';
import type { ByteLine } from '../wire/raw/bytes.ts';
import { noSlips, type WireSlips } from '../wire/raw/slips.ts';
import {
  type ClientCertificate,
  type Dialer,
  type Handshake,
  type TlsOffer,
  type TlsVersion,
  tlsVersions,
} from '../wire/transport.ts';
import type { TlsOptions } from '../wire/ws-server.ts';
import type { ReferencePki } from './pki.ts';
import { type Ask, askByHttp, isRevoked } from './revocation.ts';
import { helloLine } from './tls-bytes.ts';

/** The four that a CSMS has to speak (A00.FR.318, whitepaper A00.FR.317), by their OpenSSL names. */
const SUITES = {
  ec: ['ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-ECDSA-AES256-GCM-SHA384'],
  rsa: ['AES128-GCM-SHA256', 'AES256-GCM-SHA384'],
} as const;
/** What nobody has to speak, and what a station of today likes best. */
const MORE_RSA = ['ECDHE-RSA-AES128-GCM-SHA256', 'ECDHE-RSA-AES256-GCM-SHA384'];
const WEAK = ['NULL-SHA256', 'NULL-SHA', 'AECDH-AES128-SHA', 'ADH-AES128-SHA256'];

/** As a hello numbers them. */
const NUMBERS: Readonly<Record<string, number>> = {
  'ECDHE-ECDSA-AES128-GCM-SHA256': 0xc02b,
  'ECDHE-ECDSA-AES256-GCM-SHA384': 0xc02c,
  'AES128-GCM-SHA256': 0x009c,
  'AES256-GCM-SHA384': 0x009d,
  'ECDHE-RSA-AES128-GCM-SHA256': 0xc02f,
  'ECDHE-RSA-AES256-GCM-SHA384': 0xc030,
};

interface Side {
  readonly servers: readonly Issued[];
  readonly suites: readonly string[];
  readonly policy: CsmsPolicy;
}

async function sideOf(pki: ReferencePki, some: Partial<CsmsPolicy>): Promise<Side> {
  const policy = { ...rightPolicy, ...some };
  const wrong = {
    otherName: policy.showsOtherName,
    noOrganization: policy.showsNoOrganization,
    longLived: policy.showsLongLived,
  };
  const rsa = policy.showsWeakKey ? 'rsa1024' : 'rsa';
  const kinds = [
    ...(policy.lacksEcdsaSuites || policy.showsWeakKey ? [] : (['ec'] as const)),
    ...(policy.lacksRsaSuites ? [] : ([rsa] as const)),
  ];
  const suites = [
    ...kinds.flatMap((kind) => (kind === 'ec' ? SUITES.ec : [...SUITES.rsa, ...MORE_RSA])),
    ...(policy.speaksWeakSuites ? WEAK : []),
    ...(policy.speaksOldTls ? ['AES128-SHA', 'ECDHE-ECDSA-AES128-SHA'] : []),
  ].filter((suite) => !(policy.lacksLongSuites && suite.includes('AES256')));
  return { servers: await Promise.all(kinds.map((kind) => pki.server(kind, wrong))), suites, policy };
}

function leastVersion({ speaksOldTls, speaksNewestTlsOnly }: CsmsPolicy): TlsVersion {
  if (speaksOldTls) return 'TLSv1';
  return speaksNewestTlsOnly ? 'TLSv1.3' : 'TLSv1.2';
}

/** What a listener is told. */
export async function tlsOptions(
  profile: SecurityProfile,
  pki: ReferencePki,
  some: Partial<CsmsPolicy>,
): Promise<TlsOptions> {
  const { servers, suites, policy } = await sideOf(pki, some);
  const bend =
    policy.speaksOldTls ||
    policy.speaksWeakSuites ||
    policy.showsWeakKey ||
    policy.takesWeakKeys ||
    policy.takesWeakHashes;
  return {
    cert: servers.map(({ cert }) => cert),
    key: servers.map(({ key }) => key),
    minVersion: leastVersion(policy),
    // The second level wants 112 bits of security of every key and hash (A00.FR.501).
    ciphers: `${suites.join(':')}:@SECLEVEL=${bend ? 0 : 2}`,
    ...(profile === 3 && {
      ca: pki.authority.cert,
      requestCert: true,
      ...(!policy.ignoresRevocation && { revoked: pki.revoked }),
      vets: async (pem: string) => {
        const revoked = await isRevoked(pem, pki.authority.cert, askByHttp);
        return !revoked || policy.ignoresRevocation;
      },
      forgives: (error) =>
        (policy.asksNoCertificate && NONE_SHOWN.has(error)) ||
        (policy.ignoresExpiry && DATES.has(error)) ||
        (policy.ignoresIssuer && ISSUER.has(error)) ||
        (policy.ignoresUse && error === 'INVALID_PURPOSE'),
    }),
  };
}

/** OpenSSL's codes for what can be wrong with a certificate of a station. */
const NONE_SHOWN: ReadonlySet<string> = new Set(['UNABLE_TO_GET_ISSUER_CERT']);
const DATES: ReadonlySet<string> = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID']);
const ISSUER: ReadonlySet<string> = new Set([
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
]);

/** A dialer that goes through a TLS handshake with the reference first, as far as a case can tell. */
export async function tlsInMemory(
  dialer: Dialer,
  options: {
    readonly profile: SecurityProfile;
    readonly pki: ReferencePki;
    readonly policy: Partial<CsmsPolicy>;
    readonly clock: Clock;
    readonly slips?: WireSlips;
    /** Asks the authority over HTTP. */
    readonly ask?: Ask;
    /** What the station shows where a case says nothing. */
    readonly own: Issued | undefined;
  },
): Promise<Dialer> {
  const { profile, pki, clock, own } = options;
  const { servers, suites, policy } = await sideOf(pki, options.policy);
  const { slips = noSlips } = options;
  let dead = false;
  /** Handshakes that have begun and are not done. */
  let open = 0;

  const refused = (says: string): Handshake => {
    if (policy.diesOnTls) dead = true;
    return { outcome: 'refused', status: 0, says: `TLS: ${says}` };
  };

  const front = {
    clock,
    slips,
    least: 0x0301 + tlsVersions.indexOf(leastVersion(policy)),
    suites: suites.flatMap((name) => NUMBERS[name] ?? []),
    failed: () => {
      if (policy.diesOnTls || slips.has('dies-on-odd-records')) dead = true;
    },
    began: () => {
      open += 1;
      let over = false;
      return () => {
        if (!over) open -= 1;
        over = true;
      };
    },
  };

  /** Who begins a handshake anew is hung up on. */
  function renegotiates(line: ByteLine): boolean {
    if (slips.has('renegotiates-unsafely')) return true;
    if (policy.diesOnTls) dead = true;
    line.reset();
    return false;
  }

  function path({ client = own ?? null }: TlsOffer): { error?: string; certificate?: ClientCertificate } {
    if (profile !== 3) return {};
    if (client === null) return policy.asksNoCertificate ? {} : { error: 'no certificate' };
    const shown = new X509Certificate(client.cert);
    if (!leadsTo(client.cert, [pki.authority.cert]) && !policy.ignoresIssuer) return { error: 'unknown issuer' };
    const { bits, enough } = strengthOf(shown.publicKey);
    if (bits < enough && !policy.takesWeakKeys) return { error: 'weak key' };
    if (weaklySigned(shown) && !policy.takesWeakHashes) return { error: 'weak signature' };
    // Node calls the extended usage so; none is any.
    const purposes = shown.keyUsage as readonly string[] | undefined;
    if (purposes?.includes(FOR_CLIENTS) === false && !policy.ignoresUse) return { error: 'wrong use' };
    const valid = Date.parse(shown.validFrom) <= clock.now() && clock.now() <= Date.parse(shown.validTo);
    if (!valid && !policy.ignoresExpiry) return { error: 'out of date' };
    const revoked = pki.revoked.has(shown.serialNumber.toLowerCase());
    if (revoked && !policy.ignoresRevocation) return { error: 'revoked' };
    return {
      certificate: {
        commonNames: subjectField(shown, 'CN').map((name) => name.replaceAll('\\00', '\0')),
        organizations: subjectField(shown, 'O'),
      },
    };
  }

  return {
    async line({ plain, tls } = {}) {
      if (dead) throw new Error('nobody listens');
      if (plain && slips.has('dies-on-plain')) dead = true;
      if (plain && !slips.has('speaks-plain-too')) return helloLine(front);
      const line = await dialer.line?.({ ...(plain && { plain }) });
      if (line === undefined) throw new Error('no bytes');
      return tls === undefined ? line : { ...methodsOf(line), renegotiate: async () => renegotiates(line) };
    },
    async dial(request) {
      if (dead) return { outcome: 'unreachable', says: 'nobody listens' };
      if (open > 0 && slips.has('shakes-one-hand-at-a-time')) return { outcome: 'unreachable', says: 'no answer' };
      const offer = request.tls ?? {};
      const asked = offer.version ?? (offer.suites ? 'TLSv1.2' : 'TLSv1.3');
      const least = leastVersion(policy);
      if (tlsVersions.indexOf(asked) < tlsVersions.indexOf(least)) return refused('protocol version');
      const suite = offer.suites ? suites.find((known) => offer.suites?.includes(known)) : suites[0];
      if (suite === undefined) return refused('handshake failure');
      const session = offer.resumes && JSON.parse(new TextDecoder().decode(offer.resumes));
      const { error, certificate }: ReturnType<typeof path> = session ?? path(offer);
      if (error !== undefined) return refused(error);
      const { client = own } = offer;
      if (profile === 3 && client && options.ask) {
        const revoked = await isRevoked(client.cert, pki.authority.cert, options.ask);
        if (revoked && !policy.ignoresRevocation) return refused('revoked');
      }
      const resumed = session !== undefined && { resumed: true as const };
      const shown = servers.find(({ cert }) => suite.includes('ECDSA') === (keyOf(cert) === 'ec')) ?? servers[0];
      const secured = { version: asked, suite, ...resumed };
      const handshake = await dialer.dial({ ...request, secured, ...(certificate && { certificate }) });
      if (handshake.outcome !== 'open') return handshake;
      const ticket = new TextEncoder().encode(JSON.stringify({ certificate }));
      return { ...handshake, tls: { ...secured, certificate: shown?.cert ?? '', session: ticket } };
    },
  };
}

const methodsOf = (line: ByteLine): ByteLine => ({
  attach: (events) => line.attach(events),
  write: (bytes) => line.write(bytes),
  finish: () => line.finish(),
  reset: () => line.reset(),
});

const FOR_CLIENTS = '1.3.6.1.5.5.7.3.2';

const keyOf = (pem: string): string | undefined => new X509Certificate(pem).publicKey.asymmetricKeyType;
