/** OCSP responses (RFC 6960), signed by an authority itself: good, revoked, or unknown. */
import { bits, contentOf, der, enumerated, integer, octets, oid, sequence, tagged, time } from './der.ts';

const BASIC = '2b0601050507300101';
const SHA256 = '608648016503040201';
const NONCE = '2b0601050507300102';
const NULL = der(0x05);

export type OcspStatus = 'good' | 'revoked' | 'unknown';

/** A certificate as OCSP names it; SHA-256, hexadecimal. */
export interface OcspSubject {
  readonly issuerNameHash: string;
  readonly issuerKeyHash: string;
  readonly serialNumber: string;
}

export interface OcspOptions {
  readonly status: OcspStatus;
  /** Epoch milliseconds. */
  readonly now: number;
  /** SHA-1 of the key of who answers: so it is named. */
  readonly responder: Uint8Array;
  /** How the signature is named, as DER. */
  readonly algorithm: Uint8Array;
  readonly sign: (bytes: Uint8Array) => Uint8Array;
}

const DAY_MS = 86_400_000;
/** A clock at the other end may be behind. */
const BACKDATED_MS = 3_600_000;

const STATUSES: Readonly<Record<OcspStatus, (now: number) => Uint8Array>> = {
  good: () => der(0x80),
  revoked: (now) => der(0xa1, time(now - DAY_MS)),
  unknown: () => der(0x82),
};

/** What an OCSPRequest asks for. */
export interface Asked {
  /** The certificate, as the request names it: DER. */
  readonly certId: Uint8Array;
  /** Hexadecimal, in lower case. */
  readonly serialNumber: string;
  /** The extension that has to come back. */
  readonly nonce?: Uint8Array;
}

/** A certificate by its hashes, as DER. */
export function certIdOf({ issuerNameHash, issuerKeyHash, serialNumber }: OcspSubject): Uint8Array {
  const hex = (text: string) => octets(Buffer.from(text, 'hex'));
  return sequence(sequence(oid(SHA256), NULL), hex(issuerNameHash), hex(issuerKeyHash), integer(serialNumber));
}

/** An OCSPRequest in DER, about one certificate. */
export const ocspRequest = (certId: Uint8Array): Uint8Array => sequence(sequence(sequence(sequence(certId))));

/** Reads an OCSPRequest; undefined where it is none, and where it asks for nothing. */
export function readOcspRequest(bytes: Uint8Array): Asked | undefined {
  if (bytes[0] !== 0x30) return undefined;
  // OCSPRequest, TBSRequest; then a version and a name that may be left out.
  let at = contentOf(bytes, contentOf(bytes).start).start;
  while ((bytes[at] ?? 0) >= 0xa0) at = contentOf(bytes, at).end;
  // Requests, the first one, its certificate.
  const certAt = contentOf(bytes, contentOf(bytes, at).start).start;
  const { start, end } = contentOf(bytes, certAt);
  if (bytes[at] !== 0x30 || bytes[certAt] !== 0x30 || end > bytes.length) return undefined;
  let last = start;
  for (let next = start; next < end; next = contentOf(bytes, next).end) last = next;
  const serial = contentOf(bytes, last);
  const serialNumber = Buffer.from(bytes.subarray(serial.start, serial.end))
    .toString('hex')
    .replace(/^0+(?=.)/, '');
  const nonce = nonceIn(bytes.subarray(end));
  return { certId: bytes.slice(certAt, end), serialNumber, ...(nonce && { nonce }) };
}

/** The extension with a nonce: its identifier stands at its start. */
function nonceIn(bytes: Uint8Array): Uint8Array | undefined {
  const at = Buffer.from(bytes).indexOf(Buffer.from(oid(NONCE))) - 2;
  return at < 0 || bytes[at] !== 0x30 ? undefined : bytes.slice(at, contentOf(bytes, at).end);
}

/** An OCSPResponse in DER. */
export function ocspResponse(
  { certId, nonce }: Pick<Asked, 'certId' | 'nonce'>,
  { status, now, responder, algorithm, sign }: OcspOptions,
): Uint8Array {
  const since = now - BACKDATED_MS;
  const single = sequence(certId, STATUSES[status](now), time(since), tagged(0, time(now + DAY_MS)));
  const named = tagged(2, octets(responder));
  const more = nonce === undefined ? [] : [tagged(1, sequence(nonce))];
  const data = sequence(named, time(now), sequence(single), ...more);
  const basic = sequence(data, algorithm, bits(sign(data)));
  return sequence(enumerated(0), tagged(0, sequence(oid(BASIC), octets(basic))));
}

/** What an OCSPResponse comes to, as far as a reader has to know; undefined where it is none. */
export function readOcsp(bytes: Uint8Array): { successful: boolean; about(serialNumber: string): boolean } | undefined {
  const outer = contentOf(bytes);
  if (bytes[0] !== 0x30 || outer.end !== bytes.length || bytes[outer.start] !== 0x0a) return undefined;
  return {
    successful: bytes[contentOf(bytes, outer.start).start] === 0,
    about: (serialNumber) => Buffer.from(bytes).includes(Buffer.from(integer(serialNumber))),
  };
}

/** What an OCSPResponse says of a certificate; undefined where it says nothing of it. @param serialNumber hexadecimal */
export function ocspStatus(bytes: Uint8Array, serialNumber: string): OcspStatus | undefined {
  const serial = Buffer.from(integer(serialNumber));
  const at = Buffer.from(bytes).indexOf(serial);
  const tag = at < 0 ? undefined : bytes[at + serial.length];
  return tag === 0x80 ? 'good' : tag === 0xa1 ? 'revoked' : tag === 0x82 ? 'unknown' : undefined;
}
