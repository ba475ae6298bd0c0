/** The cryptography of a charger, with Node's own. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { CertificateFacts, Notary } from '../station/notary.ts';
import { makeCsr } from './authority.ts';
import { hashData } from './hash-data.ts';

/** The certificates of a chain, in their order. @throws Error where one can't be read */
export const chainOf = (pem: string): X509Certificate[] =>
  (pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? []).map(
    (one) => new X509Certificate(one),
  );

/** Values of one attribute of the subject. */
export const subjectField = ({ subject }: X509Certificate, name: string): string[] =>
  subject.split('\n').flatMap((line) => (line.startsWith(`${name}=`) ? [line.slice(name.length + 1)] : []));

/** True where one signed the other, whatever its dates. */
export const signed = (issuer: X509Certificate, one: X509Certificate): boolean =>
  one.checkIssued(issuer) && one.verify(issuer.publicKey);

/** What can't be read is nothing. */
function tried<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

function facts(pem: string): CertificateFacts | undefined {
  const [leaf] = tried(() => chainOf(pem)) ?? [];
  if (leaf === undefined) return undefined;
  const [organization] = subjectField(leaf, 'O');
  return {
    commonName: subjectField(leaf, 'CN')[0] ?? '',
    organization,
    from: Date.parse(leaf.validFrom),
    until: Date.parse(leaf.validTo),
    authority: leaf.ca,
  };
}

/** True where each certificate of a chain is signed by the next, and one of them by one of `roots`. @param chain PEM */
export function leadsTo(chain: string, roots: readonly string[]): boolean {
  const links = tried(() => chainOf(chain)) ?? [];
  const anchors = roots.flatMap((root) => tried(() => chainOf(root)) ?? []);
  for (const [i, link] of links.entries()) {
    if (anchors.some((anchor) => anchor.raw.equals(link.raw) || signed(anchor, link))) return true;
    const next = links[i + 1];
    if (next === undefined || !signed(next, link)) return false;
  }
  return false;
}

export const nodeNotary: Notary = {
  request: makeCsr,
  read: facts,
  signed: (issuer, pem) => {
    const [[one], [other]] = [tried(() => chainOf(pem)) ?? [], tried(() => chainOf(issuer)) ?? []];
    return one !== undefined && other !== undefined && signed(other, one);
  },
  leads: leadsTo,
  fits: (chain, key) => tried(() => new X509Certificate(chain).checkPrivateKey(createPrivateKey(key))) ?? false,
  hash: (pem, issuer) => hashData(pem, 'SHA256', issuer),
};
