/** TLS faces that a case shows to a charger: the right one, and wrong ones that differ from it in one thing. */
import { X509Certificate } from 'node:crypto';
import type { Context } from '../../src/judge/context.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { type CertificateRequest, type Issued, selfSigned } from '../../src/pki/authority.ts';
import { subjectField } from '../../src/pki/notary.ts';
import type { OcspStatus } from '../../src/pki/ocsp.ts';
import { expired, notYetValid } from '../../src/pki/set.ts';
import type { Face } from '../../src/wire/transport.ts';
import { csmsAuthority, newAuthority } from './certificates.flows.ts';

/** What the certificate says that plugproof shows usually: what a charger that is let down by it in one thing knows. */
export function usualRequest({
  sut,
}: Pick<Context, 'sut'>): CertificateRequest & { readonly hosts: readonly string[] } {
  const [cert] = sut.server?.cert ?? [];
  if (cert === undefined) throw new Unmet('plugproof shows no certificate here: see --cert and --key');
  const shown = new X509Certificate(cert);
  const [commonName = 'localhost'] = subjectField(shown, 'CN');
  const [organization] = subjectField(shown, 'O');
  const named = (shown.subjectAltName ?? '').split(', ').map((entry) => entry.replace(/^(DNS|IP Address):/, ''));
  return {
    commonName,
    hosts: [...new Set([commonName, ...named.filter((name) => name !== '')])],
    use: 'server',
    ...(organization !== undefined && { organization }),
  };
}

const face = (...issued: readonly Issued[]): Face => ({
  cert: issued.map(({ cert }) => cert),
  key: issued.map(({ key }) => key),
});

const ELSEWHERE = { commonName: 'elsewhere.example', hosts: ['elsewhere.example'] } as const;

/** How a certificate of a CSMS can be wrong. */
export const wrongFaces = {
  expired: async (context: Context) =>
    face(await csmsAuthority(context).issue({ ...usualRequest(context), ...expired })),
  'not valid yet': async (context: Context) =>
    face(await csmsAuthority(context).issue({ ...usualRequest(context), ...notYetValid })),
  'for another host': async (context: Context) =>
    face(await csmsAuthority(context).issue({ ...usualRequest(context), ...ELSEWHERE })),
  'signed by itself': async (context: Context) => face(await selfSigned(usualRequest(context), context.clock.now())),
  'signed by a stranger': async (context: Context) =>
    face(await (await newAuthority(context)).issue(usualRequest(context))),
  'without the authority between': async (context: Context) => {
    const between = await csmsAuthority(context).subordinate('plugproof intermediate', 'plugproof');
    return face(await between.issue(usualRequest(context)));
  },
} as const;

/** A name in one place of a certificate, and another or none in the other: texts contradict each other on what counts. */
export const namedFaces = {
  'right as common name, another among the alternatives': async (context: Context) =>
    face(await csmsAuthority(context).issue({ ...usualRequest(context), hosts: ELSEWHERE.hosts })),
  'right as common name, no alternatives': async (context: Context) =>
    face(await csmsAuthority(context).issue({ ...usualRequest(context), hosts: [] })),
  'right among the alternatives, another as common name': async (context: Context) =>
    face(await csmsAuthority(context).issue({ ...usualRequest(context), commonName: ELSEWHERE.commonName })),
} as const;

/** Weaker than the owner of a certificate may have it (A00.FR.501 to A00.FR.506). */
export const weakFaces = {
  'signed with SHA-1': async (context: Context) =>
    face(await csmsAuthority(context).issue({ ...usualRequest(context), hash: 'sha1' })),
  'an RSA key of 1024 bits': async (context: Context) =>
    face(await csmsAuthority(context).issue({ ...usualRequest(context), key: 'rsa1024' })),
  'an EC key of 192 bits': async (context: Context) =>
    face(await csmsAuthority(context).issue({ ...usualRequest(context), key: 'ec192' })),
} as const;

/** A certificate with what an OCSP responder says of it. @throws Unmet where the authority signs no OCSP */
export async function stapledFace(context: Context, status: OcspStatus): Promise<Face> {
  const authority = csmsAuthority(context);
  if (new X509Certificate(authority.cert).publicKey.asymmetricKeyType !== 'ec')
    throw new Unmet('an answer of OCSP is made with an EC key here, and the authority has another one');
  const issued = await authority.issue(usualRequest(context));
  return { ...face(issued), staple: authority.ocsp(issued.cert, status) };
}

/** What everybody's machines trust. @throws Unmet where nobody has one for us */
export function publicFace({ sut }: Pick<Context, 'sut'>): Face {
  if (sut.publicServer === undefined)
    throw new Unmet(
      'a certificate that an authority signed which everybody trusts is not given: see security.publicCert and security.publicKey',
    );
  return sut.publicServer;
}

/** With the authority between shown behind it, as it is to be. */
export async function chainedFace(context: Context): Promise<Face> {
  const between = await csmsAuthority(context).subordinate('plugproof intermediate', 'plugproof');
  const { cert, key } = await between.issue(usualRequest(context));
  return { cert: `${cert}\n${between.cert}`, key };
}

/** A certificate for every host of the domain. @throws Unmet where the CSMS has no domain to speak of */
export async function wildcardFace(context: Context): Promise<Face> {
  const request = usualRequest(context);
  const names = request.hosts.filter((host) => /^[a-z][\w-]*(\.[\w-]+)+$/i.test(host));
  if (names.length === 0) throw new Unmet('the CSMS is known by no name that a wildcard could stand for');
  const commonName = names[0]?.replace(/^[^.]+/, '*') ?? '';
  return face(await csmsAuthority(context).issue({ ...request, commonName, hosts: [commonName] }));
}

/** The usual certificates, with other terms of TLS. @throws Unmet where there are none */
export function usualFace({ sut }: Pick<Context, 'sut'>, terms: Partial<Face>): Face {
  if (sut.server === undefined) throw new Unmet('plugproof shows no certificate here: see --cert and --key');
  return { ...sut.server, ...terms };
}

/** Certificates of both kinds, where the authority lends its key; else the usual ones. */
export async function bothKinds(context: Context, terms: Partial<Face>): Promise<Face> {
  if (context.sut.serverAuthority === undefined) return usualFace(context, terms);
  const authority = csmsAuthority(context);
  const request = usualRequest(context);
  return { ...face(await authority.issue(request), await authority.issue({ ...request, key: 'rsa' })), ...terms };
}

/** The four of which a charger speaks two (2.x A00.FR.319), by their OpenSSL names. */
export const PAIRS = [
  ['ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-ECDSA-AES256-GCM-SHA384'],
  ['AES128-GCM-SHA256', 'AES256-GCM-SHA384'],
] as const;

/** Without encryption, or without anybody who vouches for the server: unfit for any use. */
export const WEAK = ['NULL-SHA256', 'NULL-SHA', 'AECDH-AES128-SHA', 'ADH-AES128-SHA256'];
