/** The cryptography of a reference station, with its slips: the faults of what it asks to be signed, and what it takes. */
import { makeCsr } from '../pki/authority.ts';
import { nodeNotary } from '../pki/notary.ts';
import type { CertificateFacts, Notary } from '../station/notary.ts';
import type { StationSlips } from './station-slips.ts';

const NOBODY = '';

/** A notary that slips where it is told to; the right one where not. */
export function slippingNotary({ own }: Pick<StationSlips, 'own'>): Notary {
  let first: Promise<{ csr: string; key: string }> | undefined;
  let asked: Pick<CertificateFacts, 'commonName' | 'organization'> | undefined;
  const named = (facts: CertificateFacts | undefined): CertificateFacts | undefined =>
    facts && own.has('takes-any-names') ? { ...facts, ...asked } : facts;
  const wider = (facts: CertificateFacts | undefined): CertificateFacts | undefined =>
    facts && own.has('takes-any-dates')
      ? { ...facts, from: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY }
      : facts;
  return {
    ...nodeNotary,
    request(commonName, organization) {
      asked = { commonName, organization };
      const name = own.has('asks-for-nobody') ? NOBODY : commonName;
      const owner = own.has('asks-for-another-organization') ? 'somebody else' : organization;
      const make = () => makeCsr(name, owner, own.has('asks-for-weak-keys') ? 'rsa1024' : 'ec');
      if (!own.has('reuses-keys')) return make();
      first ??= make();
      return first;
    },
    read: (pem) => named(wider(nodeNotary.read(pem))),
    signed: (issuer, pem) => own.has('takes-any-signer') || nodeNotary.signed(issuer, pem),
    leads: (chain, roots) => own.has('takes-any-signer') || nodeNotary.leads(chain, roots),
    fits: (chain, key) => own.has('takes-any-key') || nodeNotary.fits(chain, key),
  };
}
