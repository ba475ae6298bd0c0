/** Node's synchronous crypto in the shape of Web Crypto: a promise of it is settled at once, so that virtual time stays true. */
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hash as hashOf,
  type KeyObject,
  sign,
  verify,
  type webcrypto,
} from 'node:crypto';

type CryptoKey = webcrypto.CryptoKey;
type BufferSource = webcrypto.BufferSource;

/** Kinds of key that certificates of a test need: those that OCPP wants, and one that is too weak. */
export const keyKinds = ['ec', 'ec192', 'rsa', 'rsa1024'] as const;
export type KeyKind = (typeof keyKinds)[number];

interface Algorithm {
  readonly name: string;
  readonly namedCurve?: string;
  readonly hash?: string | { readonly name: string };
}

const ALGORITHMS: Readonly<Record<KeyKind, Algorithm>> = {
  ec: { name: 'ECDSA', namedCurve: 'P-256' },
  // A curve that Web Crypto has no name for; only its public key stands in certificates.
  ec192: { name: 'ECDSA', namedCurve: 'P-256' },
  rsa: { name: 'RSASSA-PKCS1-v1_5', hash: { name: 'SHA-256' } },
  rsa1024: { name: 'RSASSA-PKCS1-v1_5', hash: { name: 'SHA-256' } },
};

/** A Web Crypto key that is a Node key. */
interface NodeKey extends CryptoKey {
  readonly keyObject: KeyObject;
}

const wrap = (keyObject: KeyObject, algorithm: Algorithm): NodeKey => ({
  keyObject,
  algorithm,
  type: keyObject.type,
  extractable: true,
  usages: keyObject.type === 'private' ? ['sign'] : ['verify'],
});

/** A pair of keys, in the shapes of Web Crypto and of Node, and written down. */
export interface KeyPair {
  readonly keyObject: KeyObject;
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array;
  readonly publicKey: CryptoKey;
  readonly privateKey: CryptoKey;
  /** PKCS #8. */
  readonly pem: string;
}

/** RSA takes some hundred milliseconds where EC takes a tenth of one: a process makes one key of each length, for tests. */
const CURVES: Partial<Readonly<Record<KeyKind, string>>> = { ec: 'P-256', ec192: 'prime192v1' };

const rsaKeys = new Map<KeyKind, KeyPair>();

/** A pair for a throwaway certificate; a new one, unless it is RSA. */
export function newKeyPair(kind: KeyKind): KeyPair {
  const curve = CURVES[kind];
  if (curve !== undefined) return pairOf(generateKeyPairSync('ec', { namedCurve: curve }).privateKey, ALGORITHMS[kind]);
  let pair = rsaKeys.get(kind);
  if (pair === undefined) {
    const modulusLength = kind === 'rsa' ? 2048 : 1024;
    pair = pairOf(generateKeyPairSync('rsa', { modulusLength }).privateKey, ALGORITHMS[kind]);
    rsaKeys.set(kind, pair);
  }
  return pair;
}

/** The pair behind a private key in PEM. @throws Error where it is none, or of a kind that is not known */
export function readKeyPair(pem: string): KeyPair {
  const key = createPrivateKey(pem);
  return pairOf(key, key.asymmetricKeyType === 'ec' ? ALGORITHMS.ec : ALGORITHMS.rsa);
}

function pairOf(key: KeyObject, algorithm: Algorithm): KeyPair {
  const publicKey = createPublicKey(key);
  return {
    keyObject: key,
    spki: publicKey.export({ type: 'spki', format: 'der' }),
    privateKey: wrap(key, algorithm),
    publicKey: wrap(publicKey, algorithm),
    pem: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

const nodeKey = (key: CryptoKey): KeyObject => (key as NodeKey).keyObject;
const nameOf = ({ hash = 'SHA-256' }: Algorithm): string =>
  (typeof hash === 'string' ? hash : hash.name).replace('-', '').toLowerCase();
/** Web Crypto has EC signatures as two numbers side by side. */
const formed = (key: CryptoKey) => ({ key: nodeKey(key), dsaEncoding: 'ieee-p1363' as const });
const bytes = (data: BufferSource): Uint8Array =>
  ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data);
const buffer = (data: Uint8Array): ArrayBuffer => new Uint8Array(data).buffer;

const subtle = {
  async digest(algorithm: Algorithm | string, data: BufferSource): Promise<ArrayBuffer> {
    const name = nameOf({ name: '', hash: typeof algorithm === 'string' ? algorithm : algorithm.name });
    return buffer(hashOf(name, bytes(data), 'buffer'));
  },
  async sign(algorithm: Algorithm, key: CryptoKey, data: BufferSource): Promise<ArrayBuffer> {
    return buffer(sign(nameOf(algorithm), bytes(data), formed(key)));
  },
  async verify(algorithm: Algorithm, key: CryptoKey, signature: BufferSource, data: BufferSource): Promise<boolean> {
    return verify(nameOf(algorithm), bytes(data), formed(key), bytes(signature));
  },
  async exportKey(_format: 'spki', key: CryptoKey): Promise<ArrayBuffer> {
    return buffer(nodeKey(key).export({ type: 'spki', format: 'der' }));
  },
  async importKey(_format: 'spki', data: BufferSource, algorithm: Algorithm): Promise<CryptoKey> {
    return wrap(createPublicKey({ key: Buffer.from(bytes(data)), format: 'der', type: 'spki' }), algorithm);
  },
};

/** What the library of certificates works with. */
export const nodeCrypto = {
  subtle,
  getRandomValues: (array: Uint8Array): Uint8Array => globalThis.crypto.getRandomValues(array),
} as unknown as webcrypto.Crypto;
