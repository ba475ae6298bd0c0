/** What is judged and how it is reached: the answer to "which system, which version, which hands". */
import type { OcppVersion, Role } from '../dialects/dialect.ts';

/** Kinds of id token that cases ask for, in 2.x words; each has a value in `tokens` or is created by the driver. */
export const tokenKinds = [
  'valid',
  'second',
  /** Two that belong to one group. */
  'group',
  'groupOther',
  /** Never heard of by the CSMS. */
  'unknown',
  'invalid',
  'blocked',
  'expired',
  /** Its group is the one that stations are told to take for a master pass. */
  'masterPass',
] as const;
export type TokenKind = (typeof tokenKinds)[number];

export interface Token {
  readonly idToken: string;
  /** 2.x IdTokenEnumType; 1.6 has no such field and ignores it. */
  readonly type: string;
  /** 1.6 parentIdTag, 2.x groupIdToken. */
  readonly groupId?: string;
  /** Nobody said that the CSMS knows it: made up, for a CSMS that takes any. */
  readonly assumed?: true;
}

/** One station identity with its credentials. */
export interface Identity {
  readonly id: string;
  /** As bytes: a 1.6 password is binary (security whitepaper, A00.FR.205). */
  readonly password?: Uint8Array;
  /** PEM, for security profile 3. */
  readonly cert?: string;
  readonly key?: string;
}

/**
 * What stands on a file server for a station under test, as a URL: `uploads` is where it may put files. A PEM, and
 * signatures in base64, go with firmware that is signed.
 */
export type FileKind =
  | 'firmware'
  | 'brokenFirmware'
  | 'uploads'
  | 'firmwareCertificate'
  | 'firmwareSignature'
  | 'brokenFirmwareSignature';

/** A connection to the grid that the stations in `identities` share. */
export interface SiteLimit {
  /** Amperes per phase. */
  readonly amperes: number;
  /** How long each change is looked at, in milliseconds. */
  readonly periodMs?: number;
  /** How long the CSMS may take to share anew, in milliseconds. */
  readonly reactionMs?: number;
}

/** Another address of a CSMS, and what stations show there. */
export interface Endpoint {
  /** As `SystemUnderTest.url`. */
  readonly url: string;
  readonly securityProfile: SecurityProfile;
  readonly identities: readonly Identity[];
}

export type SecurityProfile = 0 | 1 | 2 | 3;

export interface SystemUnderTest {
  readonly role: Role;
  readonly ocpp: readonly OcppVersion[];
  /** Endpoint of a CSMS without the identity: `ws://host:port/path`. Undefined for a station. */
  readonly url?: string;
  /** Where a station is awaited. Undefined for a CSMS. */
  readonly listen?: { readonly host: string; readonly port: number };
  readonly securityProfile: SecurityProfile;
  /** Edition of the 1.6 security whitepaper that counts: the third, unless told. */
  readonly edition?: 'wp3' | 'wp4';
  /** PEM of the CAs that are trusted. */
  readonly ca?: string;
  /** PEM of the authority that signs certificates of stations. */
  readonly clientCa?: string;
  /** The same, where it lends us its key: to sign what stations ask for, and for bad ones (profile 3). */
  readonly clientAuthority?: { readonly cert: string; readonly key: string };
  /** The authority whose CSMS a station trusts, where it lends us its key: for bad certificates of ours. */
  readonly serverAuthority?: { readonly cert: string; readonly key: string };
  /** Where plugproof answers as the authority of stations, as the CSMS reaches it. */
  readonly authorityAt?: { readonly host: string; readonly port: number };
  /** Certificates of stations that were revoked, and that the CSMS was told of or can ask about. */
  readonly revoked?: readonly { readonly cert: string; readonly key: string }[];
  /** What plugproof shows to a station in TLS handshakes; one for each kind of key. */
  readonly server?: { readonly cert: readonly string[]; readonly key: readonly string[] };
  /** The same, signed by an authority that everybody's machines trust, and that is not the operator's. */
  readonly publicServer?: { readonly cert: string; readonly key: string };
  readonly identities: readonly Identity[];
  /** PICS feature ids and certification profiles that the SUT declares; undefined where it declares nothing. */
  readonly features?: readonly string[];
  /** Features that the SUT says it does not have. */
  readonly without: readonly string[];
  readonly tokens: Partial<Readonly<Record<TokenKind, Token>>>;
  /** Identities that the CSMS does not accept at boot, where it was set up so; and some that may be spent, one a version. */
  readonly stations: { readonly pending?: string; readonly rejected?: string; readonly spare?: readonly string[] };
  /** Other addresses of a CSMS: for another security profile, or another node for the same. */
  readonly endpoints?: readonly Endpoint[];
  /** What the stations share, where somebody said so. */
  readonly siteLimit?: SiteLimit;
  /** Messages that a station has kept after a long outage; undefined: as many as go in some seconds. */
  readonly queued?: number;
  /** URLs that a station under test can be sent to; nobody else can tell what it takes for firmware. */
  readonly files?: Partial<Readonly<Record<FileKind, string>>>;
  /** Of the station that the harness plays: shown in BootNotification, used in reports. */
  readonly station: { readonly vendorName: string; readonly model: string; readonly serialNumber: string };
  /** How long an answer may take, in milliseconds. */
  readonly timeoutMs: number;
  /** How far the SUT's clock may be off, in seconds. */
  readonly clockToleranceS: number;
}

/** The header of basic authentication, with the password as bytes (security profiles 1 and 2); none without a password. */
export function credentials(identity: Identity | undefined): Readonly<Record<string, string>> {
  if (identity?.password === undefined) return {};
  return { authorization: `Basic ${basicToken(identity.id, identity.password)}` };
}

/** Base64 of `user:password` (RFC 7617). */
export function basicToken(user: string, password: Uint8Array): string {
  const bytes = [...new TextEncoder().encode(`${user}:`), ...password];
  return btoa(String.fromCharCode(...bytes));
}
