/** What cases about certificates of stations share: the station's own subject, and an authority that the CSMS trusts. */
import { X509Certificate } from 'node:crypto';
import type { Context } from '../../src/judge/context.ts';
import { behaviour } from '../../src/judge/fault.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { Authority, type CertificateRequest, type Issued } from '../../src/pki/authority.ts';

export const byVersion = (ref: string) => ({ '1.6': `W ${ref}`, '2.0.1': ref, '2.1': ref }) as const;

export const issuerFault = behaviour('ignores-issuer', 'certificates of stations are good whoever signed them');

/** Words for a station that got in and is not served: it is known at its boot that it is the wrong one. */
export const NOT_SERVED = 'refused, or not accepted at its boot';

/** The subject of the station's own certificate: a bad one differs from it in one thing. @throws Unmet */
export function ownSubject({ sut, station }: Context): Pick<CertificateRequest, 'commonName' | 'organization'> {
  const cert = sut.identities.find(({ id }) => id === station.identity)?.cert;
  if (cert === undefined) throw new Unmet(`${station.identity} has no certificate: see --cert and --key`);
  const { subject } = new X509Certificate(cert);
  const [, commonName = station.identity] = /^CN=(.*)$/m.exec(subject) ?? [];
  const [, organization] = /^O=(.*)$/m.exec(subject) ?? [];
  return { commonName, ...(organization !== undefined && { organization }) };
}

/** The authority that the CSMS trusts. @throws Unmet where nobody lent us its key */
export function trusted({ sut, clock }: Context): Authority {
  if (sut.clientAuthority === undefined)
    throw new Unmet('the authority that signs certificates of stations is not given, with its key');
  return Authority.from(sut.clientAuthority, clock.now());
}

/** Signed by the authority that the CSMS trusts. @throws Unmet where nobody lent us its key */
export const rightlySigned = (context: Context, request: Omit<CertificateRequest, 'use'>): Promise<Issued> =>
  trusted(context).issue({ ...request, use: 'client' });
