/** Certificates and keys as files: whether they are what they call themselves. */
import { createPrivateKey, X509Certificate } from 'node:crypto';

interface Fault {
  readonly says: string;
  readonly fix: string;
}

/** @returns what is wrong with the certificates, or the key, of a file; undefined where nothing is */
export function pemFault(text: string, label: 'CERTIFICATE' | 'PRIVATE KEY'): Fault | undefined {
  return label === 'CERTIFICATE' ? certificateFault(text) : keyFault(text);
}

function certificateFault(text: string): Fault | undefined {
  const fix = 'Copy the file again: it is damaged.';
  const begun = text.match(/-----BEGIN ([A-Z0-9]+ )*CERTIFICATE-----/g) ?? [];
  if (begun.length === 0)
    return { says: 'holds no certificate', fix: 'It wants a PEM file with -----BEGIN CERTIFICATE-----.' };
  const whole = certificatesIn(text);
  if (whole.length < begun.length) return { says: 'breaks off within a certificate', fix };
  const bad = whole.findIndex((one) => !isCertificate(one));
  if (bad < 0) return undefined;
  return { says: `holds a certificate${whole.length > 1 ? ` (number ${bad + 1})` : ''} that can't be read`, fix };
}

function keyFault(text: string): Fault | undefined {
  try {
    createPrivateKey(text);
    return undefined;
  } catch {
    if (/\bENCRYPTED\b/.test(text))
      return { says: 'is locked with a passphrase', fix: 'Unlock a copy: openssl pkey -in FILE -out COPY.' };
    return { says: "holds a key that can't be read", fix: 'Copy the file again: it is damaged.' };
  }
}

/** True where the key is that of the first certificate; both can be read. */
export function isPair(certificates: string, key: string): boolean {
  const [first = ''] = certificatesIn(certificates);
  return new X509Certificate(first).checkPrivateKey(createPrivateKey(key));
}

const certificatesIn = (text: string): readonly string[] =>
  text.match(/-----BEGIN ([A-Z0-9]+ )*CERTIFICATE-----[A-Za-z0-9+/=\s:,.-]*?-----END ([A-Z0-9]+ )*CERTIFICATE-----/g) ??
  [];

function isCertificate(pem: string): boolean {
  try {
    new X509Certificate(pem);
    return true;
  } catch {
    return false;
  }
}
