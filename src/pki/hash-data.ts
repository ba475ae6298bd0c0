/** How OCPP names an installed certificate: by hashes of its issuer, and its serial number (CertificateHashDataType). */
import { createHash, X509Certificate } from 'node:crypto';
import { contentOf } from './der.ts';
import { x509 } from './x509.ts';

export type HashAlgorithm = 'SHA256' | 'SHA384' | 'SHA512';

export interface CertificateHashData {
  readonly hashAlgorithm: HashAlgorithm;
  readonly issuerNameHash: string;
  readonly issuerKeyHash: string;
  readonly serialNumber: string;
}

/**
 * The hashes of RFC 6960: of the issuer's name as it stands in the certificate, and of the issuer's key without its
 * algorithm.
 * @param issuer PEM; the certificate itself where it is a root
 */
export function hashData(pem: string, hashAlgorithm: HashAlgorithm, issuer = pem): CertificateHashData {
  const hash = (bytes: Uint8Array) => createHash(hashAlgorithm.toLowerCase()).update(bytes).digest('hex');
  return {
    hashAlgorithm,
    issuerNameHash: hash(new Uint8Array(new (x509().X509Certificate)(pem).issuerName.toArrayBuffer())),
    issuerKeyHash: hash(keyBits(issuer)),
    // Hexadecimal without leading zeros (whitepaper, edition 3).
    serialNumber: new X509Certificate(pem).serialNumber.toLowerCase().replace(/^0+(?=.)/, ''),
  };
}

/** The key of a certificate, without its algorithm. */
export const keyBits = (pem: string): Uint8Array =>
  bitsOf(new X509Certificate(pem).publicKey.export({ type: 'spki', format: 'der' }));

/** SubjectPublicKeyInfo is SEQUENCE { algorithm SEQUENCE, BIT STRING }, whose first byte counts unused bits. */
export function bitsOf(spki: Uint8Array): Uint8Array {
  const algorithm = contentOf(spki, contentOf(spki, 0).start);
  return spki.subarray(contentOf(spki, algorithm.end).start + 1);
}
