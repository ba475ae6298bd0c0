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

/** An uncompressed point of P-256, which is how its public key stands in a certificate. */
const POINT_BYTES = 65;

/**
 * Of a certificate whose issuer has a P-256 key, as ours have.
 * @param issuer PEM; the certificate itself where it is a root
 */
export function hashData(pem: string, hashAlgorithm: HashAlgorithm, issuer = pem): CertificateHashData {
  const hash = (bytes: Uint8Array) => createHash(hashAlgorithm.toLowerCase()).update(bytes).digest('hex');
  const spki = new X509Certificate(issuer).publicKey.export({ type: 'spki', format: 'der' });
  return {
    hashAlgorithm,
    issuerNameHash: hash(new Uint8Array(new (x509().X509Certificate)(pem).issuerName.toArrayBuffer())),
    issuerKeyHash: hash(spki.subarray(-POINT_BYTES)),
    // Hexadecimal without leading zeros (whitepaper, edition 3).
    serialNumber: new X509Certificate(pem).serialNumber.toLowerCase().replace(/^0+(?=.)/, ''),
  };
}
