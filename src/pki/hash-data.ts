/** How OCPP names an installed certificate: by hashes of its issuer, and its serial number (CertificateHashDataType). */
import { createHash, X509Certificate } from 'node:crypto';
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
  const spki = new X509Certificate(issuer).publicKey.export({ type: 'spki', format: 'der' });
  return {
    hashAlgorithm,
    issuerNameHash: hash(new Uint8Array(new (x509().X509Certificate)(pem).issuerName.toArrayBuffer())),
    issuerKeyHash: hash(keyBits(spki)),
    // Hexadecimal without leading zeros (whitepaper, edition 3).
    serialNumber: new X509Certificate(pem).serialNumber.toLowerCase().replace(/^0+(?=.)/, ''),
  };
}

/** The key in a SubjectPublicKeyInfo: SEQUENCE { algorithm SEQUENCE, BIT STRING }, whose first byte counts unused bits. */
function keyBits(spki: Uint8Array): Uint8Array {
  const algorithm = contentOf(spki, contentOf(spki, 0).start);
  return spki.subarray(contentOf(spki, algorithm.end).start + 1);
}

/** Where the content of a DER value lies that begins at `at`. */
function contentOf(der: Uint8Array, at: number): { start: number; end: number } {
  const first = der[at + 1] ?? 0;
  if (first < 0x80) return { start: at + 2, end: at + 2 + first };
  const digits = first & 0x7f;
  const length = der.subarray(at + 2, at + 2 + digits).reduce((sum, byte) => sum * 256 + byte, 0);
  return { start: at + 2 + digits, end: at + 2 + digits + length };
}
