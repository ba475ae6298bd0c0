/** How the connection is secured: passwords, certificates, and the security profile that they amount to. */
import type { OcppVersion, Role } from '../../dialects/dialect.ts';
import type { SecurityProfile, SystemUnderTest } from '../system-under-test.ts';
import { isSecure } from './endpoint.ts';
import type { Given, Merge } from './merge.ts';
import { type Reading, readListen, readPassword } from './values.ts';

export type { SecurityProfile };

/** Credentials that stand for every identity. */
export interface Credentials {
  readonly password?: Given<string>;
  readonly certificate?: Given<string>;
  readonly bytes?: Uint8Array;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly authorities: Authorities;
}

/** Authorities whose certificates are shown, those of them that lend us their key, and certificates of theirs. */
export type Authorities = Pick<
  SystemUnderTest,
  'clientCa' | 'clientAuthority' | 'serverAuthority' | 'publicServer' | 'revoked' | 'authorityAt'
>;

/** Stations and CSMS may have their certificates from one authority, or from two. */
function authoritiesOf(merge: Merge, ca: string | undefined): Authorities {
  const { flags, file } = merge;
  const security = file.security ?? {};
  const at = (flag: string, name: 'caKey' | 'clientCa' | 'clientCaKey') =>
    merge.pick(flag, flags[name], ['security', name], security[name]);
  const caKeyAt = at('--ca-key', 'caKey');
  const clientKeyAt = at('--client-ca-key', 'clientCaKey');
  const own = merge.pem(at('--client-ca', 'clientCa'), 'CERTIFICATE');
  const [caKey, ownKey] = [merge.pem(caKeyAt, 'PRIVATE KEY'), merge.pem(clientKeyAt, 'PRIVATE KEY')];
  if (caKey !== undefined && ca === undefined) caKeyAt?.blame('a key is given and no authority', 'Add --ca.');
  const clientCa = own ?? ca;
  if (ownKey !== undefined && clientCa === undefined)
    clientKeyAt?.blame('a key is given and no authority', 'Add --client-ca.');
  const publicServer = publicServerOf(merge);
  const clientKey = ownKey ?? (own === undefined ? caKey : undefined);
  const address = security.authorityAt;
  const authorityAt = merge.read(
    address === undefined ? undefined : merge.fromFile(['security', 'authorityAt'], address),
    readListen,
  );
  return {
    ...(clientCa !== undefined && { clientCa }),
    ...(clientCa !== undefined && clientKey !== undefined && { clientAuthority: { cert: clientCa, key: clientKey } }),
    ...(ca !== undefined && caKey !== undefined && { serverAuthority: { cert: ca, key: caKey } }),
    ...(publicServer && { publicServer }),
    ...(authorityAt && { authorityAt }),
    ...(security.revoked && { revoked: revokedOf(merge, security.revoked) }),
  };
}

/** A certificate of ours that an authority signed which everybody's machines trust. */
function publicServerOf(merge: Merge): SystemUnderTest['publicServer'] {
  const { publicCert, publicKey } = merge.file.security ?? {};
  const [certAt, keyAt] = [
    publicCert === undefined ? undefined : merge.fromFile(['security', 'publicCert'], publicCert),
    publicKey === undefined ? undefined : merge.fromFile(['security', 'publicKey'], publicKey),
  ];
  if (certAt !== undefined && keyAt === undefined)
    certAt.blame('a certificate is given and no key', 'Add security.publicKey.');
  if (keyAt !== undefined && certAt === undefined)
    keyAt.blame('a key is given and no certificate', 'Add security.publicCert.');
  const { cert, key } = merge.pair(certAt, keyAt);
  return cert === undefined || key === undefined ? undefined : { cert, key };
}

/** Certificates of stations that were taken back. */
function revokedOf(
  merge: Merge,
  entries: readonly { readonly cert: string; readonly key: string }[],
): NonNullable<SystemUnderTest['revoked']> {
  return entries.flatMap((entry, i) => {
    const at = (name: 'cert' | 'key') => merge.fromFile(['security', 'revoked', i, name], entry[name]);
    const { cert, key } = merge.pair(at('cert'), at('key'));
    return cert === undefined || key === undefined ? [] : [{ cert, key }];
  });
}

export const editions = ['wp3', 'wp4'] as const;

/** Edition of the security whitepaper by which a 1.6 system is judged. */
export function editionOf(merge: Merge): SystemUnderTest['edition'] {
  const { flags, file } = merge;
  const given = merge.pick('--edition', flags.edition, ['security', 'edition'], file.security?.edition);
  return merge.read(given, (text): Reading<'wp3' | 'wp4'> => {
    const edition = editions.find((one) => one === text);
    if (edition !== undefined) return { ok: true, value: edition };
    return { ok: false, says: `there is no edition '${text}' of the whitepaper here`, fix: 'There are: wp3, wp4.' };
  });
}

export function credentialsOf(merge: Merge, ocpp: readonly OcppVersion[]): Credentials {
  const { flags, file } = merge;
  const security = file.security ?? {};
  const at = (name: 'password' | 'ca' | 'cert' | 'key') =>
    merge.pick(`--${name}`, flags[name], ['security', name], security[name]);
  const password = at('password');
  const [certAt, keyAt] = [at('cert'), at('key')];
  if (certAt !== undefined && keyAt === undefined)
    certAt.blame('a certificate is given and no key', 'Add --key, or security.key.');
  if (keyAt !== undefined && certAt === undefined)
    keyAt.blame('a key is given and no certificate', 'Add --cert, or security.cert.');
  const bytes = readSecret(merge, password, ocpp);
  const ca = merge.pem(at('ca'), 'CERTIFICATE');
  const { cert, key } = merge.pair(certAt, keyAt);
  return {
    ...(password !== undefined && { password }),
    ...(certAt !== undefined && { certificate: certAt }),
    ...(bytes !== undefined && { bytes }),
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    authorities: authoritiesOf(merge, ca),
  };
}

/** The bytes of a password; what may not be meant so becomes a note. */
export function readSecret(
  merge: Merge,
  given: Given<string> | undefined,
  ocpp: readonly OcppVersion[],
): Uint8Array | undefined {
  const password = merge.read(given, (text) => readPassword(text, ocpp));
  if (password?.note !== undefined && !merge.notes.includes(password.note)) merge.notes.push(password.note);
  return password?.bytes;
}

/** Security profiles that are judged: what is asked for, or what address and credentials amount to. */
export function profilesOf(
  role: Role,
  merge: Merge,
  ocpp: readonly OcppVersion[],
  url: string | undefined,
  credentials: Credentials,
  own: (name: 'password' | 'cert') => boolean,
): readonly SecurityProfile[] {
  const { flags, file } = merge;
  const asked = flags.securityProfile === undefined ? undefined : [flags.securityProfile].flat();
  const given = merge.pickList<string | number>(
    '--security-profile',
    asked,
    ['security', 'profile'],
    file.security?.profile as number | readonly number[] | undefined,
  );
  const has = (name: 'password' | 'cert') =>
    (name === 'cert' ? credentials.certificate : credentials.password) !== undefined || own(name);
  if (given.length === 0) return [impliedProfile(role, merge, ocpp, url, has('password'), has('cert'))];
  const profiles = given.map((one) => readProfile(one, ocpp, url)).filter((profile) => profile !== undefined);
  // Where none is understood, the rest is still looked at.
  return profiles.length === 0 ? [0] : [...new Set(profiles)];
}

/** A security profile that goes with the versions and with the address. */
export function readProfile(
  given: Given<string | number>,
  ocpp: readonly OcppVersion[],
  url: string | undefined,
): SecurityProfile | undefined {
  const profile = ([0, 1, 2, 3] as const).find((known) => String(known) === String(given.value));
  if (profile === undefined) {
    given.blame(`there is no security profile '${given.value}'`, 'There are: 0 (OCPP 1.6 only), 1, 2, 3.');
    return undefined;
  }
  const v2 = ocpp.find((version) => version !== '1.6');
  if (profile === 0 && v2 !== undefined)
    given.blame(
      `OCPP ${v2} has no security profile 0`,
      'Use 1, 2 or 3, or leave it out to connect without credentials.',
    );
  if (url !== undefined && profile >= 2 !== isSecure(url)) {
    const [scheme, now] = profile >= 2 ? ['wss', 'ws'] : ['ws', 'wss'];
    given.blame(
      `security profile ${profile} goes over ${scheme}://, and the address is ${now}://`,
      `Write ${url.replace(/^wss?/, scheme)}, or another profile.`,
    );
  }
  return profile;
}

/** What address and credentials amount to where no profile is named. */
function impliedProfile(
  role: Role,
  merge: Merge,
  ocpp: readonly OcppVersion[],
  url: string | undefined,
  password: boolean,
  cert: boolean,
): SecurityProfile {
  const secure = role === 'csms' ? url !== undefined && isSecure(url) : cert;
  if (secure) {
    if (role === 'csms' && cert) return 3;
    if (password) return 2;
    merge.problem(
      'TLS without credentials is no security profile',
      'Add --password for profile 2, or --cert and --key for profile 3.',
    );
    return 0;
  }
  if (password) return 1;
  const v2 = ocpp.find((version) => version !== '1.6');
  if (v2 !== undefined)
    merge.notes.push(`no security profile is given: the connection has no credentials, which OCPP ${v2} does not know`);
  return 0;
}

/** What plugproof shows as the server that a station under test connects to. */
export interface ServerCredentials {
  /** PEM. */
  readonly cert?: string;
  readonly key?: string;
  /** What any station has to give as its password where no identity is named. */
  readonly password?: Uint8Array;
}

/** Of a station under test; to be called after `systemsUnderTest`. */
export function serverCredentials(merge: Merge, suts: readonly SystemUnderTest[]): ServerCredentials {
  const { cert, key, bytes, authorities } = credentialsOf(merge, suts[0]?.ocpp ?? []);
  const [secure] = suts.filter(({ securityProfile }) => securityProfile >= 2);
  if (secure !== undefined && cert === undefined) {
    merge.problem(
      `security profile ${secure.securityProfile} wants a certificate for plugproof as server`,
      "Add --cert and --key; 'plugproof pki DIR' makes some.",
    );
  }
  if (suts.some(({ securityProfile }) => securityProfile === 3) && authorities.clientCa === undefined) {
    merge.problem(
      'security profile 3 wants the authority that signed the certificate of the station',
      'Add --client-ca, or --ca.',
    );
  }
  if (
    suts.some(
      ({ securityProfile: profile, identities }) => (profile === 1 || profile === 2) && identities.length === 0,
    ) &&
    bytes === undefined
  ) {
    merge.problem(
      'a security profile with a password wants the password of the station',
      'Add --password, or name the station in ids with its password.',
    );
  }
  return {
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(bytes !== undefined && { password: bytes }),
  };
}
