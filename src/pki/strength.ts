/** How strong a key is, and how strong it has to be. */
import type { KeyObject, X509Certificate } from 'node:crypto';

/** Bits of a key, and how many of them are enough: 112 bits of security (A00.FR.501 to A00.FR.503). */
export function strengthOf(key: KeyObject): { readonly bits: number; readonly enough: number } {
  const { modulusLength = 0, namedCurve = '' } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === 'rsa' || key.asymmetricKeyType === 'dsa') return { bits: modulusLength, enough: 2048 };
  // prime256v1, secp384r1; a curve that has no number in its name has 256 bits or more.
  return { bits: Number(/(\d{3})/.exec(namedCurve)?.[1] ?? 256), enough: 224 };
}

/** Signatures over SHA-1 and MD5, by ECDSA and RSA, as DER has them: a length, and the identifier. */
const WEAK_SIGNATURES = ['06072a8648ce3d0401', '06092a864886f70d010105', '06092a864886f70d010104'];

/** True where what signs a certificate is a hash that is broken (A00.FR.506). */
export function weaklySigned({ raw }: X509Certificate): boolean {
  const text = raw.toString('hex');
  return WEAK_SIGNATURES.some((one) => text.includes(one));
}
