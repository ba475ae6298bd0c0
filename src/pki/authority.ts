/** A throwaway certificate authority: issues what a test needs, right or wrong on purpose. */
import { createHash, sign, X509Certificate } from 'node:crypto';
import type { JsonName, PublicKey } from '@peculiar/x509';
import {
  algorithmOf,
  alternativeNames,
  answeredAt,
  ballast,
  basicConstraints,
  canSign,
  certificate,
  extendedKeyUsage,
  holderOf,
  keyUsage,
  listedAt,
  nameOf,
  revocationList,
  type Signer,
  type SigningHash,
  subjectKeyId,
  usages,
} from './certificate.ts';
import { bitsOf, hashData, keyBits } from './hash-data.ts';
import { type KeyKind, type KeyPair, newKeyPair, readKeyPair } from './node-crypto.ts';
import { type Asked, certIdOf, type OcspStatus, type OcspSubject, ocspResponse } from './ocsp.ts';
import { x509 } from './x509.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A clock at the other end may be behind. */
const BACKDATED_MS = HOUR_MS;
/** Long enough for a set that lies in a folder for a while. */
const CA_DAYS = 3_650;
const LEAF_DAYS = 365;

/** A certificate with its key, both PEM. */
export interface Issued {
  readonly cert: string;
  readonly key: string;
}

export interface CertificateRequest {
  readonly commonName: string;
  /** organizationName: whom the certificate belongs to (A00.FR.509). */
  readonly organization?: string;
  /** DNS names and IP addresses of a server. */
  readonly hosts?: readonly string[];
  readonly use: 'server' | 'client' | 'signing' | 'authority';
  readonly key?: KeyKind;
  /** Only this is allowed, by an extended key usage, which a right one is without (A00.FR.514). */
  readonly onlyFor?: 'server' | 'client';
  /** It does not say what it may be used for, as it should (A00.FR.512). */
  readonly anyUse?: boolean;
  /** SHA-256, unless told (A00.FR.506). */
  readonly hash?: SigningHash;
  /** URLs at which its authority tells what it has revoked: a list, or by OCSP. */
  readonly listedAt?: string;
  readonly answeredAt?: string;
  /** Bytes that make it longer. */
  readonly ballast?: number;
  /** Validity, in milliseconds from now. */
  readonly from?: number;
  readonly until?: number;
}

export interface AuthorityOptions {
  readonly name: string;
  readonly organization?: string;
  readonly key?: KeyKind;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export class Authority {
  /** PEM. */
  readonly cert: string;
  readonly #keys: KeyPair;
  readonly #now: number;
  readonly #signer: Signer;

  private constructor(cert: string, keys: KeyPair, now: number) {
    this.cert = cert;
    this.#keys = keys;
    this.#now = now;
    this.#signer = { key: keys.keyObject, ...holderOf(cert) };
  }

  /** A new root. */
  static async create({ name, organization, key = 'ec', now }: AuthorityOptions): Promise<Authority> {
    const keys = newKeyPair(key);
    const request: CertificateRequest = {
      commonName: name,
      use: 'authority',
      until: CA_DAYS * DAY_MS,
      ...(organization !== undefined && { organization }),
    };
    const itself = { key: keys.keyObject, name: nameOf(name, organization) };
    return new Authority(certified(keys.spki, request, itself, now), keys, now);
  }

  /** One that was made before. @throws Error where it can't be read */
  static from({ cert, key }: Issued, now: number): Authority {
    return new Authority(cert, readKeyPair(key), now);
  }

  /** PKCS #8. */
  get key(): string {
    return this.#keys.pem;
  }

  /** True where its key can sign with that hash. */
  signs(hash: SigningHash): boolean {
    return canSign(this.#keys.keyObject, hash);
  }

  /** A certificate with a new key. */
  async issue(request: CertificateRequest): Promise<Issued> {
    const keys = newKeyPair(request.key ?? 'ec');
    return { cert: this.#certify(keys.spki, request), key: keys.pem };
  }

  /** An authority under this one: what it issues is shown with its own certificate behind it. */
  async subordinate(
    name: string,
    organization?: string,
    more: Pick<CertificateRequest, 'ballast'> = {},
  ): Promise<Authority> {
    const keys = newKeyPair('ec');
    const cert = this.#certify(keys.spki, {
      commonName: name,
      use: 'authority',
      until: CA_DAYS * DAY_MS,
      ...(organization !== undefined && { organization }),
      ...more,
    });
    return new Authority(cert, keys, this.#now);
  }

  /** The name and the key of another authority, under this one. */
  async crossSign(other: Authority): Promise<string> {
    const { subjectName } = new (x509().X509Certificate)(other.cert);
    const [commonName = ''] = subjectName.getField('CN');
    const [organization] = subjectName.getField('O');
    return this.#certify(other.#keys.spki, {
      commonName,
      use: 'authority',
      until: CA_DAYS * DAY_MS,
      ...(organization !== undefined && { organization }),
    });
  }

  /** What it says of a certificate that it issued, as an OCSPResponse in DER. @param certificate PEM */
  ocsp(certificate: string, status: OcspStatus): Uint8Array {
    return this.ocspOf(hashData(certificate, 'SHA256', this.cert), status);
  }

  /** The same, of a certificate that only its hashes are known of (SHA-256). */
  ocspOf(subject: OcspSubject, status: OcspStatus): Uint8Array {
    return this.answer({ certId: certIdOf(subject) }, status);
  }

  /** The same, to a request. */
  answer(asked: Pick<Asked, 'certId' | 'nonce'>, status: OcspStatus): Uint8Array {
    const key = this.#keys.keyObject;
    const responder = createHash('sha1').update(keyBits(this.cert)).digest();
    const algorithm = algorithmOf(key);
    return ocspResponse(asked, {
      status,
      now: this.#now,
      responder,
      algorithm,
      sign: (bytes) => sign('sha256', bytes, key),
    });
  }

  /** A list of certificates that it has revoked, PEM. @param certificates PEM @param ms until the next list */
  async revoke(certificates: readonly string[], ms = CA_DAYS * DAY_MS): Promise<string> {
    const serials = certificates.map((pem) => new X509Certificate(pem).serialNumber);
    return revocationList({ serials, from: this.#now - BACKDATED_MS, until: this.#now + ms }, this.#signer);
  }

  /** A certificate for the key of a request that was signed with it. @throws Error where `csr` is no such request */
  async sign(csr: string, request: Partial<CertificateRequest> = {}): Promise<string> {
    const { commonName, organization, publicKey } = await readCsr(csr);
    const asked = { commonName, ...(organization !== undefined && { organization }), use: 'client' as const };
    return this.#certify(new Uint8Array(publicKey.rawData), { ...asked, ...request });
  }

  #certify(spki: Uint8Array, request: CertificateRequest): string {
    return certified(spki, request, this.#signer, this.#now);
  }
}

/** Serial numbers on a list of revoked certificates, in lower case. @throws Error where it is none */
export function serialsIn(list: string): readonly string[] {
  const { entries } = new (x509().X509Crl)(Buffer.from(list.replace(/-----[^-]*-----|\s/g, ''), 'base64'));
  return entries.map(({ serialNumber }) => serialNumber.toLowerCase());
}

/** A certificate that vouches for itself. */
export async function selfSigned(request: CertificateRequest, now: number): Promise<Issued> {
  const keys = newKeyPair(request.key ?? 'ec');
  const itself = { key: keys.keyObject, name: nameOf(request.commonName, request.organization) };
  return { cert: certified(keys.spki, request, itself, now), key: keys.pem };
}

/** PEM. @param spki the key that is certified @param now epoch milliseconds */
function certified(spki: Uint8Array, request: CertificateRequest, signer: Signer, now: number): string {
  const { commonName, organization, hosts = [], use, from = -BACKDATED_MS, until = LEAF_DAYS * DAY_MS } = request;
  return certificate(
    {
      subject: nameOf(commonName, organization),
      publicKey: spki,
      from: now + from,
      until: now + until,
      ...(request.hash && { hash: request.hash }),
      extensions: [
        basicConstraints(use === 'authority'),
        ...(request.anyUse ? [] : [keyUsage(usage(use))]),
        ...(request.onlyFor === undefined ? [] : [extendedKeyUsage(request.onlyFor)]),
        ...(hosts.length > 0 ? [alternativeNames(hosts)] : []),
        ...(use === 'authority' ? [subjectKeyId(bitsOf(spki))] : []),
        ...(request.listedAt === undefined ? [] : [listedAt(request.listedAt)]),
        ...(request.answeredAt === undefined ? [] : [answeredAt(request.answeredAt)]),
        ...(request.ballast === undefined ? [] : [ballast(request.ballast)]),
      ],
    },
    signer,
  );
}

/** A PKCS #10 request with a new key, as a station makes one (A02.FR.03). */
export async function makeCsr(
  commonName: string,
  organization?: string,
  kind: KeyKind = 'ec',
): Promise<{ csr: string; key: string }> {
  const keys = newKeyPair(kind);
  const request = await x509().Pkcs10CertificateRequestGenerator.create({
    name: subject(commonName, organization),
    keys,
    signingAlgorithm: { name: kind === 'ec' ? 'ECDSA' : 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
  });
  return { csr: request.toString('pem'), key: keys.pem };
}

/** What a request asks for. @throws Error where it is none, or is not signed with the key that is in it */
export async function readCsr(
  pem: string,
): Promise<{ commonName: string; organization?: string; publicKey: PublicKey }> {
  const request = new (x509().Pkcs10CertificateRequest)(pem);
  if (!(await request.verify())) throw new Error('the request is not signed with the key that is in it');
  const [commonName = ''] = request.subjectName.getField('CN');
  const [organization] = request.subjectName.getField('O');
  return { commonName, publicKey: request.publicKey, ...(organization !== undefined && { organization }) };
}

function usage(use: CertificateRequest['use']): number {
  const { digitalSignature, keyEncipherment, keyCertSign, cRLSign } = usages;
  if (use === 'authority') return keyCertSign | cRLSign;
  // RSA without Diffie-Hellman, which OCPP wants too, needs keyEncipherment in a server's certificate.
  return use === 'server' ? digitalSignature | keyEncipherment : digitalSignature;
}

const subject = (commonName: string, organization?: string): JsonName => [
  { CN: [commonName] },
  ...(organization === undefined ? [] : [{ O: [organization] }]),
];
