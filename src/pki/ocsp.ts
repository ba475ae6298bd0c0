/** OCSP responses (RFC 6960), signed by an authority itself: good, revoked, or unknown. */
import { bits, contentOf, der, enumerated, integer, octets, oid, sequence, tagged, time } from './der.ts';

const BASIC = '2b0601050507300101';
const SHA256 = '608648016503040201';
const ECDSA_SHA256 = '2a8648ce3d040302';
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
  /** ECDSA with SHA-256, as DER. */
  readonly sign: (bytes: Uint8Array) => Uint8Array;
}

const DAY_MS = 86_400_000;

const STATUSES: Readonly<Record<OcspStatus, (now: number) => Uint8Array>> = {
  good: () => der(0x80),
  revoked: (now) => der(0xa1, time(now - DAY_MS)),
  unknown: () => der(0x82),
};

/** An OCSPResponse in DER. */
export function ocspResponse(subject: OcspSubject, { status, now, responder, sign }: OcspOptions): Uint8Array {
  const hex = (text: string) => octets(Buffer.from(text, 'hex'));
  const certId = sequence(
    sequence(oid(SHA256), NULL),
    hex(subject.issuerNameHash),
    hex(subject.issuerKeyHash),
    integer(subject.serialNumber),
  );
  const single = sequence(certId, STATUSES[status](now), time(now), tagged(0, time(now + DAY_MS)));
  const named = tagged(2, octets(responder));
  const data = sequence(named, time(now), sequence(single));
  const basic = sequence(data, sequence(oid(ECDSA_SHA256)), bits(sign(data)));
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
