/** How strong a key is, and how strong it has to be. */
import type { KeyObject } from 'node:crypto';

/** Bits of a key, and how many of them are enough: 112 bits of security (A00.FR.501 to A00.FR.503). */
export function strengthOf(key: KeyObject): { readonly bits: number; readonly enough: number } {
  const { modulusLength = 0, namedCurve = '' } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === 'rsa' || key.asymmetricKeyType === 'dsa') return { bits: modulusLength, enough: 2048 };
  // prime256v1, secp384r1; a curve that has no number in its name has 256 bits or more.
  return { bits: Number(/(\d{3})/.exec(namedCurve)?.[1] ?? 256), enough: 224 };
}
