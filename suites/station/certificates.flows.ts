/** Certificates on a charger, in words of neither version: what is put there, what it tells of them, what it asks for. */
import type { OcppVersion } from '../../src/dialects/dialect.ts';
import type { Context } from '../../src/judge/context.ts';
import { alter, type Fault } from '../../src/judge/fault.ts';
import { describe } from '../../src/judge/station-player.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import { Authority } from '../../src/pki/authority.ts';
import { type CertificateHashData, hashData } from '../../src/pki/hash-data.ts';
import { randomWord } from '../../src/random.ts';
import type { Payload, Reply } from '../../src/session.ts';

/** Kinds of authority that a charger can be told to trust. */
export type RootKind = 'csms' | 'manufacturer' | 'v2g' | 'mo';

/** A certificate as a charger tells of it. */
export interface Told {
  /** Undefined in 1.6, which tells of one type at a time. */
  readonly type: string | undefined;
  readonly hash: CertificateHashData;
  readonly children: readonly CertificateHashData[];
}

interface CertificateWords {
  readonly types: Readonly<Record<RootKind, string>>;
  /** GetInstalledCertificateIds for these types, of which 1.6 takes one; every type for none. */
  list(types: readonly string[]): Payload;
  told(answer: Payload): readonly Told[];
  /** CALL that makes a charger ask for a new certificate of its own. */
  readonly renew: { readonly action: string; readonly payload: Payload };
  /** CALL that reads AdditionalRootCertificateCheck. */
  readonly rootCheck: { readonly action: string; readonly payload: Payload };
  /** Names of security events. */
  readonly events: { readonly csms: string; readonly station: string };
}

const list = (value: unknown): readonly Payload[] => (Array.isArray(value) ? (value as readonly Payload[]) : []);
const asHash = (value: unknown): CertificateHashData => (value ?? {}) as CertificateHashData;

const v16: CertificateWords = {
  types: {
    csms: 'CentralSystemRootCertificate',
    manufacturer: 'ManufacturerRootCertificate',
    v2g: 'V2GRootCertificate',
    mo: 'MORootCertificate',
  },
  list: ([certificateType]) => ({ certificateType }),
  told: ({ certificateHashData }) =>
    list(certificateHashData).map((hash) => ({ type: undefined, hash: asHash(hash), children: [] })),
  renew: { action: 'ExtendedTriggerMessage', payload: { requestedMessage: 'SignChargePointCertificate' } },
  rootCheck: { action: 'GetConfiguration', payload: { key: ['AdditionalRootCertificateCheck'] } },
  events: { csms: 'InvalidCentralSystemCertificate', station: 'InvalidChargePointCertificate' },
};

const v2: CertificateWords = {
  types: { ...v16.types, csms: 'CSMSRootCertificate' },
  list: (types) => (types.length === 0 ? {} : { certificateType: types }),
  told: ({ certificateHashDataChain }) =>
    list(certificateHashDataChain).map((entry) => ({
      type: String(entry['certificateType']),
      hash: asHash(entry['certificateHashData']),
      children: list(entry['childCertificateHashData']).map(asHash),
    })),
  renew: { action: 'TriggerMessage', payload: { requestedMessage: 'SignChargingStationCertificate' } },
  rootCheck: {
    action: 'GetVariables',
    payload: {
      getVariableData: [{ component: { name: 'SecurityCtrlr' }, variable: { name: 'AdditionalRootCertificateCheck' } }],
    },
  },
  events: { csms: 'InvalidCsmsCertificate', station: 'InvalidChargingStationCertificate' },
};

export const certificateWords: Readonly<Record<OcppVersion, CertificateWords>> = { '1.6': v16, '2.0.1': v2, '2.1': v2 };

/** A root that nobody has seen before. @param agoMs since when it has been there */
export function newAuthority({ clock, random }: Pick<Context, 'clock' | 'random'>, agoMs = 0): Promise<Authority> {
  return Authority.create({
    name: `plugproof root ${randomWord(random, 8)}`,
    organization: 'plugproof',
    now: clock.now() - agoMs,
  });
}

const plain = (serial: unknown): string =>
  String(serial)
    .toLowerCase()
    .replace(/^0+(?=.)/, '');

/** True where a charger tells of that certificate, however it writes the digits. @param issuer PEM; itself for a root */
export function isHashOf(hash: CertificateHashData, pem: string, issuer = pem): boolean {
  const { hashAlgorithm } = hash;
  if (!['SHA256', 'SHA384', 'SHA512'].includes(hashAlgorithm)) return false;
  const right = hashData(pem, hashAlgorithm, issuer);
  return (['issuerNameHash', 'issuerKeyHash', 'serialNumber'] as const).every(
    (name) => plain(hash[name]) === plain(right[name]),
  );
}

/** Whether a list has a certificate: one time, several times, or not at all. */
export const timesIn = (told: readonly Told[], pem: string, issuer?: string): number =>
  told.filter(({ hash }) => isHashOf(hash, pem, issuer)).length;

/** Hashes as texts, in one order, to compare lists. */
export const keysOf = (told: readonly Told[]): string[] =>
  told
    .map(({ hash }) => [plain(hash.issuerNameHash), plain(hash.issuerKeyHash), plain(hash.serialNumber)].join(' '))
    .sort();

/** What the charger tells of its certificates. @throws Unmet where it does not answer */
export async function listed(
  { csms, dialect }: Pick<Context, 'csms' | 'dialect'>,
  ...kinds: readonly RootKind[]
): Promise<{ readonly reply: Reply; readonly told: readonly Told[] }> {
  const words = certificateWords[dialect.version];
  const reply = await csms.call('GetInstalledCertificateIds', words.list(kinds.map((kind) => words.types[kind])));
  if (reply.kind === 'callerror' && UNKNOWN.has(reply.code ?? ''))
    throw new Unmet(`the station has no certificates over OCPP (${reply.code}): declare what it is without`);
  return { reply, told: words.told(reply.payload) };
}

/** Codes for an action that is not there. */
const UNKNOWN: ReadonlySet<string> = new Set(['NotImplemented', 'NotSupported']);

/** Puts a root on the charger, which is deleted again when the case is over. */
export async function installs(context: Context, kind: RootKind, pem: string): Promise<Reply> {
  const { csms, dialect, after } = context;
  const certificateType = certificateWords[dialect.version].types[kind];
  const reply = await csms.call('InstallCertificate', { certificateType, certificate: pem });
  after(async () => {
    const { told } = await listed(context, kind);
    const own = told.find(({ hash }) => isHashOf(hash, pem));
    if (own !== undefined) await csms.call('DeleteCertificate', { certificateHashData: own.hash });
  });
  return reply;
}

/** A new root is on the charger, and it tells so. @param given that root; undefined for any. @throws Unmet */
export async function installed(
  context: Context,
  kind: RootKind,
  given?: Authority,
): Promise<{ authority: Authority; told: Told }> {
  const authority = given ?? (await newAuthority(context));
  const reply = await installs(context, kind, authority.cert);
  if (reply.payload['status'] !== 'Accepted')
    throw new Unmet(`a new root was to be installed, and the station answered ${describe(reply)}`);
  const { told } = await listed(context, kind);
  const own = told.find(({ hash }) => isHashOf(hash, authority.cert));
  if (own === undefined) throw new Unmet('a new root was installed, and the station does not tell of it');
  return { authority, told: own };
}

/** True where the charger takes a new root of its CSMS only where the old one signed it, and then in its place. */
export async function checksRoots({ csms, dialect }: Pick<Context, 'csms' | 'dialect'>): Promise<boolean> {
  const { rootCheck } = certificateWords[dialect.version];
  const reply = await csms.call(rootCheck.action, rootCheck.payload);
  return /"(value|attributeValue)":"true"/i.test(JSON.stringify(reply.payload));
}

/** @throws Unmet where the charger checks new roots: what it is then to take, nobody has here */
export async function takesAnyRoot(context: Pick<Context, 'csms' | 'dialect'>): Promise<void> {
  if (await checksRoots(context))
    throw new Unmet(
      'the station takes a root of its CSMS only where the old one signed it (AdditionalRootCertificateCheck)',
    );
}

/** Signed by the authority that signs certificates of stations. @throws Unmet where nobody lent us its key */
export function stationAuthority({ sut, clock }: Pick<Context, 'sut' | 'clock'>): Authority {
  if (sut.clientAuthority === undefined)
    throw new Unmet('the authority that signs certificates of stations is not given, with its key: --client-ca-key');
  return Authority.from(sut.clientAuthority, clock.now());
}

/** The authority whose CSMS the charger trusts. @throws Unmet where nobody lent us its key */
export function csmsAuthority({ sut, clock }: Pick<Context, 'sut' | 'clock'>): Authority {
  if (sut.serverAuthority === undefined)
    throw new Unmet('the authority whose CSMS the station trusts is not given, with its key: --ca and --ca-key');
  return Authority.from(sut.serverAuthority, clock.now());
}

const entriesOf = (payload: unknown): { member: string; entries: readonly Payload[] } => {
  const { certificateHashData, certificateHashDataChain } = payload as Payload;
  return certificateHashDataChain === undefined
    ? { member: 'certificateHashData', entries: list(certificateHashData) }
    : { member: 'certificateHashDataChain', entries: list(certificateHashDataChain) };
};

/** For faults: the list of certificates with its entries changed; none left is NotFound. */
export const relisted = (
  name: string,
  change: (entries: readonly Payload[]) => readonly Payload[],
  when?: (payload: unknown) => boolean,
): Fault =>
  alter(
    'GetInstalledCertificateIds',
    (payload) => {
      const { member, entries } = entriesOf(payload);
      const changed = change(entries);
      return changed.length === 0 ? { status: 'NotFound' } : { status: 'Accepted', [member]: changed };
    },
    { name, ...(when && { when }) },
  );

/** For faults: a member of every hash of the list is another one. */
export const rehashed = (member: string, value: string): Fault =>
  relisted(`another ${member}`, (entries) =>
    entries.map((entry) => {
      const inner = entry['certificateHashData'] as Payload | undefined;
      return inner === undefined
        ? { ...entry, [member]: value }
        : { ...entry, certificateHashData: { ...inner, [member]: value } };
    }),
  );

/** Judges that a list is what it says: entries where it is Accepted, and none where it is not. */
export function wellFormed({ reply, told }: { reply: Reply; told: readonly Told[] }): void {
  expect(reply).to.be.callResult();
  const { status } = reply.payload;
  expect(status).to.be.oneOf(['Accepted', 'NotFound']);
  if (status === 'Accepted') expect(told, 'certificates in a list that is Accepted').to.not.have.length(0);
  else expect(told, 'certificates where none was found').to.deep.equal([]);
}
