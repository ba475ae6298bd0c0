/** The reference CSMS without sockets, in virtual time: what the proof run judges. */
import type { MessageSchemas } from '../../schemas/types.ts';
import { VirtualClock } from '../clock.ts';
import type { SecurityProfile } from '../csms/credentials.ts';
import { Csms } from '../csms/csms.ts';
import type { CsmsPolicy } from '../csms/policy.ts';
import type { OcppVersion } from '../dialects/index.ts';
import type { Fault } from '../judge/fault.ts';
import type { Environment } from '../judge/run-case.ts';
import type { Issued } from '../pki/authority.ts';
import { type Driver, DriverError } from '../sut/drivers/driver.ts';
import { credentials, type Identity, type SystemUnderTest } from '../sut/system-under-test.ts';
import { memoryDialer } from '../wire/memory.ts';
import { isWireSlip } from '../wire/raw/slips.ts';
import type { Acceptor } from '../wire/transport.ts';
import { csmsBehaviours, wireSlipsOf } from './behaviours.ts';
import { faulty } from './faulty.ts';
import { passwordOf } from './passwords.ts';
import { ReferencePki } from './pki.ts';
import { officeInMemory } from './revocation.ts';
import { heldStations, longestStation, publishedStation } from './stations.ts';
import { tlsInMemory } from './tls.ts';
import { referenceTokens } from './tokens.ts';

/** The policy of a CSMS that has `faults`. @throws Error where a behaviour is not in the table */
export function policyOf(faults: readonly Fault[]): Partial<CsmsPolicy> {
  return Object.assign(
    {},
    ...faults.flatMap(({ behaviour }) => {
      if (behaviour === undefined || isWireSlip(behaviour)) return [];
      const policy = csmsBehaviours[behaviour];
      if (policy === undefined) throw new Error(`no behaviour '${behaviour}' in the fault table`);
      return [policy];
    }),
  );
}

/** A driver that talks to the model directly. */
export function modelDriver(csms: Csms): Driver {
  return {
    name: 'reference',
    verbatim: true,
    can: () => true,
    async perform({ station, action, payload }) {
      const sent = await csms.send(station, action, payload);
      if (!sent.reached) throw new DriverError(sent.why, `${station} is ${sent.why}`);
      return { confirmed: true, response: sent.reply.payload };
    },
    async createToken({ idToken, type, status, groupId }) {
      csms.store.putToken({ idToken, type, status, ...(groupId !== undefined && { groupId }) });
    },
    async setPassword(station, password) {
      csms.store.station(station).password = new TextEncoder().encode(password);
    },
    async setSiteLimit(limit) {
      csms.site.set(limit);
    },
    async close() {},
  };
}

/** The station that the in-memory reference knows and accepts. */
const IDENTITY = 'CP01';
/** Others that it knows: for cases in which stations are mistaken for each other. */
const OTHER = 'CP02';
/** The rest of a site. */
const NEIGHBOURS = ['CP03', 'CP04'];

/** The security profile of a reference in memory; 2 and 3 want certificates, see `securedInMemory`. */
export interface Secured {
  readonly profile: SecurityProfile;
  readonly pki?: ReferencePki;
  readonly certificates?: ReadonlyMap<string, Issued>;
  readonly revoked?: readonly Issued[];
  /** The station that the case plays. */
  readonly identity?: string;
}

export interface InMemoryReference {
  readonly clock: VirtualClock;
  readonly csms: Csms;
  readonly environment: Environment;
}

/** A fresh reference with `faults`, and the environment in which a case judges it. */
export function csmsInMemory(
  version: OcppVersion,
  schemas: MessageSchemas,
  faults: readonly Fault[] = [],
  secured: Secured = { profile: 0 },
): InMemoryReference {
  const clock = new VirtualClock();
  const csms = new Csms({
    clock,
    schemas,
    versions: [version],
    policy: policyOf(faults),
    wrap: (transport) => faulty(transport, faults, clock),
    securityProfile: secured.profile,
    sign: async (csr, wanted) => (secured.pki ?? (await ReferencePki.create(clock.now()))).sign(csr, wanted),
    authorities: async (action, asked) =>
      (secured.pki ?? (await ReferencePki.create(clock.now()))).answer(action, asked),
  });
  for (const token of referenceTokens) csms.store.putToken(token);
  const withKey = secured.profile === 1 || secured.profile === 2;
  const odd = withKey ? oddStations(version) : [];
  const { identity = IDENTITY } = secured;
  for (const id of [IDENTITY, OTHER, ...NEIGHBOURS, ...Object.values(heldStations).flat()])
    csms.store.station(id).password = passwordOf(id, version);
  for (const { id, password } of odd) csms.store.station(id).password = password;
  csms.store.station(heldStations.pending).registration = 'Pending';
  csms.store.station(heldStations.rejected).registration = 'Rejected';
  const sut: SystemUnderTest = {
    role: 'csms',
    ocpp: [version],
    url: `${secured.profile >= 2 ? 'wss' : 'ws'}://reference${csms.path}`,
    securityProfile: secured.profile,
    identities: [
      ...[IDENTITY, OTHER, ...NEIGHBOURS].map((id) => ({
        id,
        ...(withKey && { password: passwordOf(id, version) }),
        ...(secured.profile === 3 && secured.certificates?.get(id)),
      })),
      ...odd,
    ],
    ...(secured.pki && { ca: secured.pki.authority.cert, clientAuthority: secured.pki.authority }),
    ...(secured.revoked && { revoked: secured.revoked }),
    without: [],
    tokens: {},
    stations: heldStations,
    station: { vendorName: 'plugproof', model: 'station', serialNumber: 'PP0001' },
    timeoutMs: 30_000,
    clockToleranceS: 60,
  };
  let ids = 0;
  const service = mortal(csms);
  const environment: Environment = {
    sut,
    clock,
    schemas,
    dialer: memoryDialer(service, clock, { slips: wireSlipsOf(faults), die: service.die }),
    basePath: csms.path,
    headers: withKey ? credentials({ id: identity, password: passwordOf(identity, version) }) : {},
    elsewhere: ([secured.profile, secured.profile + 1] as readonly SecurityProfile[])
      .filter((profile) => profile < 3)
      .map((profile) => ({
        url: `${profile >= 2 ? 'wss' : 'ws'}://elsewhere${csms.path}`,
        securityProfile: profile,
        dialer: memoryDialer(csms.door(profile), clock),
        basePath: csms.path,
        headers: profile === 0 ? {} : credentials({ id: identity, password: passwordOf(identity, version) }),
      })),
    driver: modelDriver(csms),
    seed: 1,
    strict: true,
    sample: 4,
    nextId: () => `pp-${++ids}`,
    borrowTokens: async () => () => {},
  };
  return { clock, csms, environment };
}

/** Stations with a key or an identity that not every CSMS can read. */
const oddStations = (version: OcppVersion): readonly Required<Pick<Identity, 'id' | 'password'>>[] =>
  version === '1.6' ? [publishedStation] : [{ id: longestStation, password: passwordOf(longestStation, version) }];

/** A service that can end: nobody is let in any more. */
export function mortal(acceptor: Acceptor): Acceptor & { die(): void } {
  let dead = false;
  return {
    admit: (request) => (dead ? { admit: false, status: 503 } : acceptor.admit(request)),
    accept: (request, transport) => acceptor.accept(request, transport),
    die: () => {
      dead = true;
    },
  };
}

/** A fresh reference in a security profile. */
export async function securedInMemory(
  version: OcppVersion,
  schemas: MessageSchemas,
  faults: readonly Fault[],
  profile: SecurityProfile,
  identity = IDENTITY,
): Promise<InMemoryReference> {
  if (profile < 2) return csmsInMemory(version, schemas, faults, { profile, identity });
  const pki = await ReferencePki.create(new VirtualClock().now(), 'reference');
  const certificates = new Map<string, Issued>();
  for (const id of [IDENTITY, OTHER]) certificates.set(id, await pki.station(id));
  const revoked = profile === 3 ? { revoked: [await pki.revokedStation(IDENTITY)] } : {};
  const reference = csmsInMemory(version, schemas, faults, { profile, pki, certificates, identity, ...revoked });
  const { clock, environment } = reference;
  const own = profile === 3 ? certificates.get(IDENTITY) : undefined;
  const policy = policyOf(faults);
  const office = officeInMemory();
  const dialer = await tlsInMemory(environment.dialer, {
    ask: office.ask,
    profile,
    pki,
    policy,
    clock,
    own,
    slips: wireSlipsOf(faults),
  });
  return { ...reference, environment: { ...environment, dialer, office } };
}
