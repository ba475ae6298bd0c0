/** How a back office tells who knocks: HTTP basic authentication (security profiles 1 and 2), or a certificate (3). */
import type { Payload, Reply } from '../session.ts';
import type { Admission, HandshakeRequest } from '../wire/transport.ts';
import type { CsmsPolicy } from './policy.ts';
import type { KnownStation, Store } from './store.ts';

export type SecurityProfile = 0 | 1 | 2 | 3;

type Refused = Extract<Admission, { admit: false }>;

/** What a station has to show, beside what the policy forgives. */
export interface DoorOptions {
  readonly profile: SecurityProfile;
  readonly store: Store;
  readonly policy: CsmsPolicy;
  /** organizationName that certificates of stations have to have (A00.FR.404). */
  readonly organization: string;
}

/** Why a station is not let in; undefined where its credentials are right. */
export function refusal(identity: string, request: HandshakeRequest, door: DoorOptions): Refused | undefined {
  if (door.profile === 0 || door.policy.ignoresCredentials) return undefined;
  return door.profile === 3 ? byCertificate(identity, request, door) : byPassword(identity, request, door);
}

/** The username is the identity, and the password the one on record (A00.FR.207, A00.FR.324). */
function byPassword(identity: string, { headers }: HandshakeRequest, door: DoorOptions): Refused | undefined {
  const { store, policy } = door;
  const header = headers['authorization'];
  if (header === undefined && policy.asksNoCredentials) return undefined;
  const given = header === undefined ? undefined : readBasic(header, policy);
  if (given === undefined && header !== undefined && policy.failsOnBadCredentials) return { admit: false, status: 500 };
  const owner = policy.ignoresPath && given !== undefined ? given.user : identity;
  const userFits = policy.ignoresUserName || policy.ignoresPath || given?.user === identity;
  const known = store.stations.get(owner);
  const right =
    given !== undefined &&
    userFits &&
    (known?.password ?? store.commonPassword) !== undefined &&
    passwordsOf(known, store).some((password) => fits(given.password, password, policy));
  if (right) return undefined;
  return {
    admit: false,
    status: policy.refusesWith403 ? 403 : 401,
    ...(!policy.namesNoChallenge && { headers: { 'www-authenticate': 'Basic realm="OCPP", charset="UTF-8"' } }),
  };
}

/** The password of a station, and the one before it where a fault keeps it. */
function passwordsOf(station: KnownStation | undefined, store: Store): readonly Uint8Array[] {
  const now = station?.password ?? store.commonPassword;
  return [...(now ? [now] : []), ...(station?.formerPassword ? [station.formerPassword] : [])];
}

/** The certificate is this station's, and of this operator (A00.FR.404, A00.FR.405). TLS has looked at its path. */
function byCertificate(identity: string, { certificate }: HandshakeRequest, door: DoorOptions): Refused | undefined {
  const { policy, organization } = door;
  if (certificate === undefined) return policy.asksNoCertificate ? undefined : { admit: false, status: 401 };
  const own = policy.ignoresCommonName || certificate.commonNames.includes(identity);
  const ours = policy.ignoresOrganization || certificate.organizations.includes(organization);
  return own && ours ? undefined : { admit: false, status: 403 };
}

interface Basic {
  readonly user: string;
  readonly password: Uint8Array;
}

/** RFC 7617; the password is bytes, for a 1.6 key is (whitepaper, A00.FR.205). */
function readBasic(header: string, policy: CsmsPolicy): Basic | undefined {
  const [, scheme = '', token = ''] = /^([A-Za-z]+) +([A-Za-z0-9+/]*={0,2})$/.exec(header) ?? [];
  if (policy.mindsCaseOfScheme ? scheme !== 'Basic' : scheme.toLowerCase() !== 'basic') return undefined;
  let bytes: Uint8Array;
  try {
    bytes = Uint8Array.from(atob(token), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
  const colon = bytes.indexOf(COLON);
  if (colon < 0) return undefined;
  return { user: new TextDecoder().decode(bytes.subarray(0, colon)), password: bytes.subarray(colon + 1) };
}

const COLON = ':'.charCodeAt(0);

const lower = (bytes: Uint8Array): Uint8Array => bytes.map((byte) => (byte >= 0x41 && byte <= 0x5a ? byte + 32 : byte));

function fits(given: Uint8Array, right: Uint8Array, policy: CsmsPolicy): boolean {
  if (policy.ignoresPasswords) return true;
  if (policy.comparesPasswordsLoosely) return same(lower(given), lower(right));
  if (policy.comparesPasswordStarts) return given.length > 0 && same(given, right.subarray(0, given.length));
  return same(given, right);
}

const same = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && one.every((byte, i) => byte === other[i]);

/** The password of a station counts as changed when the station says so, and not before (A01.FR.03, A01.FR.04). */
export function learnPassword(
  station: KnownStation,
  action: string,
  asked: Payload,
  reply: Reply,
  policy: CsmsPolicy,
): void {
  const change = WORDS[action]?.(asked, reply.payload);
  if (change === undefined) return;
  const accepted = reply.kind === 'callresult' && change.status === 'Accepted';
  if (policy.forgetsNewPasswords || !(accepted || policy.takesRefusedPasswords)) return;
  if (policy.keepsOldPasswords && station.password !== undefined) station.formerPassword = station.password;
  station.password = change.password;
}

interface Change {
  readonly password: Uint8Array;
  readonly status: unknown;
}

const list = (value: unknown): readonly Payload[] => (Array.isArray(value) ? value : []);

/** The messages that carry a new password (A01.FR.02), by action. */
const WORDS: Readonly<Record<string, (asked: Payload, answer: Payload) => Change | undefined>> = {
  // A 1.6 key travels as hexadecimal digits, two for each byte.
  ChangeConfiguration: ({ key, value }, { status }) =>
    key === 'AuthorizationKey' ? { password: unhex(String(value)), status } : undefined,
  SetVariables: (asked, answer) => {
    const at = list(asked['setVariableData']).findIndex(
      ({ variable }) => (variable as { name?: unknown } | undefined)?.name === 'BasicAuthPassword',
    );
    const item = list(asked['setVariableData'])[at];
    if (item === undefined) return undefined;
    const status = list(answer['setVariableResult'])[at]?.['attributeStatus'];
    return { password: new TextEncoder().encode(String(item['attributeValue'])), status };
  },
};

const unhex = (digits: string): Uint8Array =>
  Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
