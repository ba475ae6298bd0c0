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
  /** Identities are one whatever their letters, upper or lower (2.x). */
  readonly anyLetters: boolean;
}

/** Why a station is not let in; undefined where its credentials are right. */
export function refusal(identity: string, request: HandshakeRequest, door: DoorOptions): Refused | undefined {
  if (door.profile === 0 || door.policy.ignoresCredentials) return undefined;
  if (door.policy.trustsResumedSessions && request.secured?.resumed) return undefined;
  return door.profile === 3 ? byCertificate(identity, request, door) : byPassword(identity, request, door);
}

/** The username is the identity, and the password the one on record (A00.FR.207, A00.FR.324). */
function byPassword(identity: string, { headers }: HandshakeRequest, door: DoorOptions): Refused | undefined {
  const { store, policy } = door;
  const header = headers['authorization'];
  if (header === undefined && policy.asksNoCredentials) return undefined;
  const given = header === undefined ? undefined : readBasic(header, policy);
  if (given === undefined && header !== undefined && policy.failsOnBadCredentials) return { admit: false, status: 500 };
  if (policy.failsAtQuotes && given?.user.includes("'")) return { admit: false, status: 500 };
  const owner = policy.ignoresPath && given !== undefined ? given.user : identity;
  const name = (text: string) => (door.anyLetters ? text.toLowerCase() : text);
  const userFits =
    policy.ignoresUserName || policy.ignoresPath || (given !== undefined && name(given.user) === name(identity));
  const known = store.stations.get(owner);
  const right =
    given !== undefined &&
    userFits &&
    (known?.password ?? store.commonPassword) !== undefined &&
    passwordsOf(known, store).some((password) => fits(given.password, password, policy));
  if (right || (policy.runsQuotes && given?.user.includes("'"))) return undefined;
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
  const names = certificate.commonNames.map((name) => (policy.cutsNames ? name.replace(/\0.*/s, '') : name));
  const own = policy.ignoresCommonName || names.includes(identity);
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
  if (policy.takesKeyDigits && new TextDecoder().decode(given).toUpperCase() === hex(right)) return true;
  if (policy.cutsKeysAtZero) return same(upToZero(given), upToZero(right));
  if (policy.readsKeysAsText) return new TextDecoder().decode(given) === new TextDecoder().decode(right);
  if (policy.refusesZeroBytes && right.includes(0)) return false;
  if (policy.comparesPasswordStarts) return given.length > 0 && same(given, right.subarray(0, given.length));
  return same(given, right);
}

const upToZero = (bytes: Uint8Array): Uint8Array => {
  const at = bytes.indexOf(0);
  return at < 0 ? bytes : bytes.subarray(0, at);
};

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
    const item = itemOf(asked, answer, 'BasicAuthPassword');
    return item && { password: new TextEncoder().encode(item.value), status: item.status };
  },
};

/** What SetVariables wants of a variable, and what the station says to it; undefined where it is not among them. */
function itemOf(asked: Payload, answer: Payload, name: string): { value: string; status: unknown } | undefined {
  const at = list(asked['setVariableData']).findIndex(
    ({ variable }) => (variable as { name?: unknown } | undefined)?.name === name,
  );
  const item = list(asked['setVariableData'])[at];
  if (item === undefined) return undefined;
  const status = list(answer['setVariableResult'])[at]?.['attributeStatus'];
  return { value: String(item['attributeValue']), status };
}

/** The security profile that a station is to come with counts once it has come so (A05.FR.07, whitepaper A05.FR.09). */
export function learnProfile(station: KnownStation, action: string, asked: Payload, reply: Reply): void {
  if (reply.kind !== 'callresult') return;
  const accepted = reply.payload['status'] === 'Accepted';
  if (action === 'ChangeConfiguration' && asked['key'] === 'SecurityProfile' && accepted)
    order(station, Number(asked['value']));
  if (action === 'SetNetworkProfile' && accepted) {
    const { securityProfile } = asked['connectionData'] as { securityProfile: number };
    station.networkProfiles.set(Number(asked['configurationSlot']), securityProfile);
  }
  if (action !== 'SetVariables') return;
  const slots = itemOf(asked, reply.payload, 'NetworkConfigurationPriority');
  if (slots?.status === 'Accepted') order(station, station.networkProfiles.get(Number(slots.value.split(',')[0])));
}

function order(station: KnownStation, profile: number | undefined): void {
  const known = ([1, 2, 3] as const).find((one) => one === profile);
  if (known !== undefined && known > (station.raised ?? 0)) station.ordered = known;
}

const hex = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join('');

const unhex = (digits: string): Uint8Array =>
  Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
