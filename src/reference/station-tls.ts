/** How a reference station speaks TLS as a client: one table of slips, for real sockets and for the network in memory. */
import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { Clock } from '../clock.ts';
import { chainOf, leadsTo, subjectField } from '../pki/notary.ts';
import { strengthOf } from '../pki/strength.ts';
import type { Access } from '../station/access.ts';
import type { WireSlips } from '../wire/raw/slips.ts';
import {
  type Dialer,
  type Distrust,
  type Face,
  type Handshake,
  type HandshakeEnd,
  type HandshakeRequest,
  type HelloSlip,
  type TlsVersion,
  tlsVersions,
} from '../wire/transport.ts';
import { type SocketOptions, socketByteDialer, socketDialer } from '../wire/ws-client.ts';

/** What a station does wrong in a TLS handshake; a right one has none of it. */
export interface TlsSlips {
  readonly trustsAnyIssuer?: boolean;
  readonly trustsAnyHost?: boolean;
  readonly trustsAnyDate?: boolean;
  readonly trustsNobody?: boolean;
  readonly trustsNoChains?: boolean;
  readonly takesWildcards?: boolean;
  readonly prefersOldTls?: boolean;
  readonly takesOldTls?: boolean;
  readonly takesWeakSuites?: boolean;
  readonly lacksLongSuites?: boolean;
  readonly trustsPublicAuthorities?: boolean;
  readonly diesOnOddTls?: boolean;
  readonly takesCompression?: boolean;
  readonly takesUnofferedSuites?: boolean;
  readonly takesDowngrades?: boolean;
  readonly saysNoAlerts?: boolean;
  readonly hidesWhenExpired?: boolean;
}

const SUITES = [
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'AES128-GCM-SHA256',
  'AES256-GCM-SHA384',
];
/** Of the newest version, where no list is given. */
const NEWEST_SUITE = 'TLS_AES_128_GCM_SHA256';

const OLD = 'TLSv1.1';

const suitesOf = ({ lacksLongSuites }: TlsSlips): string[] =>
  SUITES.filter((suite) => !(lacksLongSuites && suite.includes('AES256')));

/** Roots that everybody's machines trust, as far as this world goes. */
export const publicRoots: string[] = [];

/** ecdsa-with-SHA1, as DER: what a right charger takes for no signature (A00.FR.501 wants 112 bits). */
const OLD_SIGNATURE = Buffer.from('06072a8648ce3d0401', 'hex');
const isOldHash = (certificate: Uint8Array): boolean => Buffer.from(certificate).includes(OLD_SIGNATURE);

/** Why the chain is none of a CSMS that this station trusts (2.x A00.FR.308, A00.FR.309); undefined where it is. */
function distrusts(chain: string, host: string, { roots }: Access, clock: Clock, slips: TlsSlips): boolean {
  const links = chainOf(chain);
  const [leaf] = links;
  if (leaf === undefined || slips.trustsNobody || (slips.trustsNoChains && links.length > 1)) return true;
  const anchors = slips.trustsPublicAuthorities ? [...roots, ...publicRoots] : roots;
  if (!slips.trustsAnyIssuer && !leadsTo(chain, anchors)) return true;
  const { bits, enough } = strengthOf(leaf.publicKey);
  if (bits < enough || isOldHash(leaf.raw)) return true;
  const now = clock.now();
  const current = links.every((link) => Date.parse(link.validFrom) <= now && now <= Date.parse(link.validTo));
  if (!slips.trustsAnyDate && !current) return true;
  const names = subjectField(leaf, 'CN');
  // A wildcard is good only where the station is told so (2.x errata 2.62).
  if (names.some((name) => name.startsWith('*.')) && !slips.takesWildcards && !slips.trustsAnyHost) return true;
  if (slips.trustsAnyHost || isIP(host) !== 0) return false;
  return leaf.checkHost(host) === undefined;
}

const ILLEGAL_PARAMETER = 47;

/** What a client makes of a first flight that is played by hand. */
function answerTo(flight: HelloSlip, slips: TlsSlips): HandshakeEnd {
  const goesOn: Readonly<Record<HelloSlip, boolean>> = {
    right: true,
    'hello requests': true,
    compressed: slips.takesCompression === true,
    'unoffered suite': slips.takesUnofferedSuites === true,
    downgraded: slips.takesDowngrades === true,
  };
  if (goesOn[flight]) return { outcome: 'went on', says: 'it sends its ClientKeyExchange' };
  return slips.saysNoAlerts
    ? { outcome: 'broken off', says: 'it ends the connection' }
    : { outcome: 'broken off', says: `alert ${ILLEGAL_PARAMETER}`, alert: ILLEGAL_PARAMETER };
}

export interface MemoryTls {
  readonly clock: Clock;
  /** Name under which the CSMS is dialled. */
  readonly host: string;
  readonly face: () => Face;
  readonly slips: TlsSlips;
  /** Told where a handshake comes to nothing. */
  readonly brokenOff: (end: HandshakeEnd) => void;
}

/** A dialer that goes through a TLS handshake with the harness first, as far as a case can tell. */
export function tlsInMemory(dialer: Dialer, access: Access, options: MemoryTls): Dialer {
  if (access.profile < 2) return dialer;
  const { clock, host, face, slips, brokenOff } = options;
  const given = (distrust: Distrust, says: string) => {
    brokenOff({ outcome: 'broken off', says });
    return { outcome: 'unreachable', says, distrust } as const;
  };
  const flown = (flight: HelloSlip): Handshake => {
    const end = answerTo(flight, slips);
    brokenOff(end);
    return { outcome: 'unreachable', says: end.says, ...(end.outcome === 'broken off' && { distrust: 'suite' }) };
  };
  return {
    async dial(request) {
      const { cert, suites, staple, flight, least = 'TLSv1.2', most = 'TLSv1.3' } = face();
      if (slips.diesOnOddTls && (staple || flight === 'hello requests'))
        return given('certificate', 'the station is gone');
      if (flight !== undefined) return flown(flight);
      const own = slips.takesOldTls || slips.prefersOldTls ? 'TLSv1' : 'TLSv1.2';
      const rank = (version: string) => tlsVersions.indexOf(version as TlsVersion);
      if (rank(most) < rank(own)) return given('version', 'unsupported protocol');
      const best = suites && most === 'TLSv1.3' ? 'TLSv1.2' : most;
      const version = slips.prefersOldTls && rank(best) > rank(OLD) ? OLD : best;
      if (rank(version) < rank(least)) return given('version', 'unsupported protocol');
      const known = suitesOf(slips);
      const suite =
        suites === undefined
          ? NEWEST_SUITE
          : suites.find((one) => known.includes(one) || (slips.takesWeakSuites && !SUITES.includes(one)));
      if (suite === undefined) return given('suite', 'handshake failure');
      const chains = [cert].flat();
      const elliptic = suite === NEWEST_SUITE || suite.includes('ECDSA');
      const chain = chains.find((one) => isElliptic(one) === elliptic) ?? chains[0] ?? '';
      if (distrusts(chain, host, access, clock, slips)) return given('certificate', 'certificate unknown');
      const now = clock.now();
      if (slips.hidesWhenExpired && expiredAt(access, now)) return { outcome: 'unreachable', says: 'it stays away' };
      return dialer.dial({ ...request, ...shown(access, now), secured: { version, suite } });
    },
  };
}

const isElliptic = (chain: string): boolean => chainOf(chain)[0]?.publicKey.asymmetricKeyType === 'ec';

const isExpired = ({ validTo }: X509Certificate, now: number): boolean => Date.parse(validTo) < now;

const expiredAt = ({ certificate }: Access, now: number): boolean =>
  chainOf(certificate?.cert ?? '')
    .slice(0, 1)
    .some((leaf) => isExpired(leaf, now));

/** The certificate of a station, as a server reads it. */
function shown({ certificate }: Access, now: number): Pick<HandshakeRequest, 'certificate'> {
  const [leaf] = certificate === undefined ? [] : chainOf(certificate.cert);
  if (leaf === undefined || certificate === undefined) return {};
  return {
    certificate: {
      commonNames: subjectField(leaf, 'CN'),
      organizations: subjectField(leaf, 'O'),
      pem: certificate.cert,
      ...(isExpired(leaf, now) && { flaw: 'CERT_HAS_EXPIRED' }),
    },
  };
}

/** Real sockets to where `access` says, else to `url`. */
export function socketsOf(
  access: Access,
  url: URL,
  timeoutMs: number,
  slips: TlsSlips,
  below: { readonly slips: WireSlips; readonly die: () => void },
): Dialer {
  const { profile, certificate, roots } = access;
  const at = new URL(access.url ?? url);
  const scheme = profile >= 2 ? 'wss:' : profile === 1 ? 'ws:' : at.protocol;
  const options: SocketOptions = {
    origin: `${scheme}//${at.host}`,
    timeoutMs,
    alerts: true,
    ...(slips.trustsNobody && { ca: '' }),
    ...(roots.length > 0 && !slips.trustsNobody && { ca: roots.join('\n') }),
    ...(profile === 3 && certificate),
    ...((slips.takesOldTls || slips.prefersOldTls) && { minVersion: 'TLSv1', ciphers: 'ALL:@SECLEVEL=0' }),
    ...(slips.prefersOldTls && { maxVersion: OLD }),
    ...(slips.takesWeakSuites && { ciphers: 'ALL:eNULL:@SECLEVEL=0' }),
    ...(slips.lacksLongSuites && { ciphers: suitesOf(slips).join(':') }),
    ...((slips.trustsAnyIssuer || slips.trustsAnyDate || slips.trustsAnyHost) && { trustsAnybody: true }),
    ...(!slips.takesWildcards && { refusesWildcards: true }),
  };
  // Below the messages `ws` has no faults: those go over bytes.
  return below.slips.size === 0 ? socketDialer(options) : socketByteDialer(options, below);
}
