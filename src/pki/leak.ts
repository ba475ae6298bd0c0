/** Private keys in texts: as PEM, as DER in base64 or hexadecimal digits, or as the bare number of an elliptic curve. */
import { createECDH, createPrivateKey, type KeyObject } from 'node:crypto';

const PEM = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;
/** Words that may be bytes: a key has 16 of them at least. */
const WORD = /[A-Za-z0-9+/_-]{22,}={0,2}/g;
const DIGITS = /^([0-9a-f]{2})+$/i;

/** Bytes that a word may stand for. */
const readings = (word: string): Buffer[] => [
  ...(DIGITS.test(word) ? [Buffer.from(word, 'hex')] : []),
  Buffer.from(word, 'base64'),
];

const FORMS = ['pkcs8', 'pkcs1', 'sec1'] as const;

function isKey(bytes: Buffer): boolean {
  // Each of them is a SEQUENCE.
  if (bytes[0] !== 0x30) return false;
  return FORMS.some((type) => {
    try {
      createPrivateKey({ key: bytes, format: 'der', type });
      return true;
    } catch {
      return false;
    }
  });
}

/** The names that ECDH has for curves. */
const CURVES: Readonly<Record<string, string>> = { 'P-256': 'prime256v1', 'P-384': 'secp384r1', 'P-521': 'secp521r1' };

/** True where it is the number behind a public key on a curve. */
function isNumberOf(bytes: Buffer, key: KeyObject): boolean {
  if (key.asymmetricKeyType !== 'ec') return false;
  const { crv = '', x, y } = key.export({ format: 'jwk' });
  const curve = CURVES[crv];
  if (curve === undefined || x === undefined || y === undefined) return false;
  const wanted = Buffer.concat([Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
  if (bytes.length !== wanted.length / 2) return false;
  try {
    const ecdh = createECDH(curve);
    ecdh.setPrivateKey(bytes);
    return ecdh.getPublicKey().subarray(1).equals(wanted);
  } catch {
    return false;
  }
}

/**
 * What of `text` is a private key, in words; undefined where nothing is.
 * @param publicKey that of the charger, where it is known
 */
export function keyIn(text: string, publicKey?: KeyObject): string | undefined {
  if (PEM.test(text)) return 'a private key in PEM';
  // Base64 may stand in lines, also as JSON writes them.
  const words = new Set([text, text.replace(/\\[rn]|\s/g, '')].flatMap((one) => one.match(WORD) ?? []));
  for (const word of words) {
    for (const bytes of readings(word)) {
      if (isKey(bytes)) return 'a private key in DER';
      if (publicKey !== undefined && isNumberOf(bytes, publicKey)) return 'the number of its private key';
    }
  }
  return undefined;
}
