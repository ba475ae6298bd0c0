/** Invariant of the certificates that a station tells of: a hash is as long as its algorithm makes it. */
import { isFrame } from '../../trace.ts';
import { type Breach, type Invariant, ofStation } from './invariant.ts';

/** Bytes of a hash, by the algorithm. */
const BYTES: Readonly<Record<string, number>> = { SHA256: 32, SHA384: 48, SHA512: 64 };

type Members = Readonly<Record<string, unknown>>;

/** Every certificate in a payload, at any depth: whatever has a hash algorithm. */
function certificatesIn(value: unknown): readonly Members[] {
  if (Array.isArray(value)) return value.flatMap(certificatesIn);
  if (value === null || typeof value !== 'object') return [];
  const own = 'hashAlgorithm' in value ? [value as Members] : [];
  return [...own, ...Object.values(value).flatMap(certificatesIn)];
}

/** Bytes that a text stands for; of those that write no digits it is base64. */
function bytesOf(text: string): number {
  if (/^([0-9a-f]{2})*$/i.test(text)) return text.length / 2;
  return /^[A-Za-z0-9+/_-]*={0,2}$/.test(text) ? Math.floor((text.replace(/=+$/, '').length * 3) / 4) : Number.NaN;
}

const hashesFit: Invariant = ofStation(
  'certificate-hashes',
  'the hashes of a certificate are as long as their algorithm makes them',
  (events) =>
    events.filter(isFrame).flatMap((event): Breach[] => {
      if (event.origin !== 'sut' || !('payload' in event.frame)) return [];
      return certificatesIn(event.frame.payload).flatMap((certificate): Breach[] => {
        const bytes = BYTES[String(certificate['hashAlgorithm'])];
        if (bytes === undefined) return [];
        return ['issuerNameHash', 'issuerKeyHash'].flatMap((field): Breach[] => {
          const hash = certificate[field];
          if (typeof hash !== 'string' || bytesOf(hash) === bytes) return [];
          const message = `${event.action}: ${field} is no ${String(certificate['hashAlgorithm'])}: ${hash}`;
          const ref = `CertificateHashDataType.${field}`;
          return [{ blame: 'sut', level: 'SHALL', message, frame: event.n, ref }];
        });
      });
    }),
);

export const certificateInvariants: readonly Invariant[] = [hashesFit];
