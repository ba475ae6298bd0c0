/** An X.509 certificate, written by hand: quick enough for thousands of stations, and wrong in whatever way a test wants. */
import { createHash, type KeyObject, randomBytes, sign, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { bits, contentOf, date, der, integer, octets, oid, sequence, tagged, utf8 } from './der.ts';

export type SigningHash = 'sha256' | 'sha1' | 'md5';

/** Who signs. */
export interface Signer {
  readonly key: KeyObject;
  /** Name, as DER. */
  readonly name: Uint8Array;
  /** Subject key identifier; none where its certificate has none. */
  readonly keyId?: Uint8Array;
}

export interface CertificateContent {
  /** Name, as DER: see `nameOf`. */
  readonly subject: Uint8Array;
  /** SubjectPublicKeyInfo, as DER. */
  readonly publicKey: Uint8Array;
  /** Epoch milliseconds. */
  readonly from: number;
  readonly until: number;
  /** See below. */
  readonly extensions: readonly Uint8Array[];
  readonly hash?: SigningHash;
}

const NULL = der(0x05);
const TRUE = der(0x01, Uint8Array.of(0xff));

const ALGORITHMS: Readonly<Record<string, Uint8Array>> = {
  'ec sha256': sequence(oid('2a8648ce3d040302')),
  'ec sha1': sequence(oid('2a8648ce3d0401')),
  'rsa sha256': sequence(oid('2a864886f70d01010b'), NULL),
  'rsa sha1': sequence(oid('2a864886f70d010105'), NULL),
  'rsa md5': sequence(oid('2a864886f70d010104'), NULL),
};

/** True where a key of that kind can sign with that hash. */
export const canSign = ({ asymmetricKeyType }: KeyObject, hash: SigningHash): boolean =>
  ALGORITHMS[`${asymmetricKeyType} ${hash}`] !== undefined;

/** How a signature of a key over a hash is named, as DER. @throws Error where there is none */
export function algorithmOf({ asymmetricKeyType }: KeyObject, hash: SigningHash = 'sha256'): Uint8Array {
  const algorithm = ALGORITHMS[`${asymmetricKeyType} ${hash}`];
  if (algorithm === undefined) throw new Error(`no ${asymmetricKeyType} signature over ${hash}`);
  return algorithm;
}

/** Names the key of who signed, where its certificate does. */
const signedBy = ({ keyId }: Signer): Uint8Array[] =>
  keyId === undefined ? [] : [extension('551d23', sequence(der(0x80, keyId)))];

const pem = (label: string, bytes: Uint8Array): string =>
  `-----BEGIN ${label}-----\n${(
    Buffer.from(bytes)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  ).join('\n')}\n-----END ${label}-----`;

/** PEM. @throws Error where there is no such signature */
export function certificate(content: CertificateContent, signer: Signer): string {
  const { subject, publicKey, from, until, extensions, hash = 'sha256' } = content;
  const algorithm = algorithmOf(signer.key, hash);
  const body = sequence(
    tagged(0, der(0x02, Uint8Array.of(2))),
    integer(serial()),
    algorithm,
    signer.name,
    sequence(date(from), date(until)),
    subject,
    publicKey,
    tagged(3, sequence(...extensions, ...signedBy(signer))),
  );
  return pem('CERTIFICATE', sequence(body, algorithm, bits(sign(hash, body, signer.key))));
}

export interface RevocationList {
  /** Serial numbers, hexadecimal. */
  readonly serials: readonly string[];
  /** Epoch milliseconds. */
  readonly from: number;
  readonly until: number;
}

/** PEM. */
export function revocationList({ serials, from, until }: RevocationList, signer: Signer): string {
  const algorithm = algorithmOf(signer.key);
  const number = extension('551d14', integer(Math.floor(from / 1000).toString(16)));
  const body = sequence(
    der(0x02, Uint8Array.of(1)),
    algorithm,
    signer.name,
    date(from),
    date(until),
    // An empty list is left out (RFC 5280, 5.1.2.6).
    ...(serials.length === 0 ? [] : [sequence(...serials.map((one) => sequence(integer(one), date(from))))]),
    tagged(0, sequence(...signedBy(signer), number)),
  );
  return pem('X509 CRL', sequence(body, algorithm, bits(sign('sha256', body, signer.key))));
}

/** CN, and O where there is one. */
export const nameOf = (commonName: string, organization?: string): Uint8Array =>
  sequence(named('550403', commonName), ...(organization === undefined ? [] : [named('55040a', organization)]));
const named = (type: string, value: string) => der(0x31, sequence(oid(type), utf8(value)));

/** The name and the key identifier of who holds a certificate. @param pem a certificate */
export function holderOf(pem: string): Omit<Signer, 'key'> {
  const raw = new Uint8Array(new X509Certificate(pem).raw);
  const fields = childrenOf(raw, contentOf(raw).start);
  // The version is left out where it is the first.
  const name = fields[raw[fields[0]?.from ?? 0] === 0xa0 ? 5 : 4];
  const [keyId] = childrenOf(raw, contentOf(raw).start)
    .filter(({ from }) => raw[from] === 0xa3)
    .flatMap(({ from }) => childrenOf(raw, contentOf(raw, from).start))
    .flatMap((one) => keyIdIn(raw, one.from));
  return { name: raw.slice(name?.from, name?.to), ...(keyId && { keyId }) };
}

/** The identifier that an Extension holds, where it is that of the subject's key. */
function keyIdIn(raw: Uint8Array, at: number): Uint8Array[] {
  const [type, value] = childrenOf(raw, at);
  if (type === undefined || value === undefined) return [];
  if (Buffer.from(raw.subarray(type.from, type.to)).toString('hex') !== '0603551d0e') return [];
  const { start, end } = contentOf(raw, contentOf(raw, value.from).start);
  return [raw.slice(start, end)];
}

/** Where each value inside the one at `at` lies. */
function childrenOf(raw: Uint8Array, at: number): { from: number; to: number }[] {
  const { start, end } = contentOf(raw, at);
  const found: { from: number; to: number }[] = [];
  for (let from = start; from < end; ) {
    const { end: to } = contentOf(raw, from);
    found.push({ from, to });
    from = to;
  }
  return found;
}

const extension = (type: string, value: Uint8Array, critical = false) =>
  sequence(oid(type), ...(critical ? [TRUE] : []), octets(value));

export const basicConstraints = (authority: boolean): Uint8Array =>
  extension('551d13', sequence(...(authority ? [TRUE] : [])), true);

/** Bits of KeyUsage, the first one being the highest. */
export const usages = { digitalSignature: 0x80, keyEncipherment: 0x20, keyCertSign: 0x04, cRLSign: 0x02 } as const;

export function keyUsage(flags: number): Uint8Array {
  const unused = 31 - Math.clz32(flags & -flags);
  return extension('551d0f', der(0x03, Uint8Array.of(unused, flags)), true);
}

const PURPOSES = { server: '2b06010505070301', client: '2b06010505070302' } as const;

export const extendedKeyUsage = (purpose: keyof typeof PURPOSES): Uint8Array =>
  extension('551d25', sequence(oid(PURPOSES[purpose])), true);

const uri = (url: string) => der(0x86, Buffer.from(url));

/** Where the list of revoked certificates lies. */
export const listedAt = (url: string): Uint8Array =>
  extension('551d1f', sequence(sequence(tagged(0, tagged(0, uri(url))))));

/** Where OCSP is answered. */
export const answeredAt = (url: string): Uint8Array =>
  extension('2b06010505070101', sequence(sequence(oid('2b06010505073001'), uri(url))));

/** DNS names and IP addresses. */
export const alternativeNames = (hosts: readonly string[]): Uint8Array =>
  extension(
    '551d11',
    sequence(...hosts.map((host) => (isIP(host) ? der(0x87, address(host)) : der(0x82, Buffer.from(host))))),
  );

/** The identifier of the key that is certified: SHA-1 of its bits (RFC 5280, 4.2.1.2). @param bits without the algorithm */
export const subjectKeyId = (bits: Uint8Array): Uint8Array =>
  extension('551d0e', octets(createHash('sha1').update(bits).digest()));

/** Bytes that say nothing, and that a reader may leave out. */
export const ballast = (length: number): Uint8Array => extension('2b0601040182dc7c01', octets(new Uint8Array(length)));

/** An IPv4 or IPv6 address in four or sixteen bytes. */
function address(host: string): Uint8Array {
  if (isIP(host) === 4) return Uint8Array.from(host.split('.').map(Number));
  const [head = '', tail] = host.split('::');
  const groups = (part: string | undefined) => (part ? part.split(':') : []);
  const [before, after] = [groups(head), groups(tail)];
  const zeros = new Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0');
  return Uint8Array.from(
    [...before, ...zeros, ...after].flatMap((group) => {
      const value = Number.parseInt(group, 16);
      return [value >> 8, value & 0xff];
    }),
  );
}

/** Sixteen bytes, positive and not padded (RFC 5280, 4.1.2.2). */
function serial(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] as number) & 0x3f) | 0x40;
  return bytes.toString('hex');
}
