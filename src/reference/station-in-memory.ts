/** The reference station without sockets, in virtual time: what the proof run judges on the charger's side. */
import type { MessageSchemas } from '../../schemas/types.ts';
import { VirtualClock } from '../clock.ts';
import { ORGANIZATION } from '../csms/csms.ts';
import type { OcppVersion } from '../dialects/index.ts';
import { makeReception } from '../judge/cast.ts';
import { type Door, Doors } from '../judge/door.ts';
import type { Fault } from '../judge/fault.ts';
import type { StationEnvironment } from '../judge/run-case.ts';
import { Authority, type CertificateRequest } from '../pki/authority.ts';
import { seededRandom } from '../random.ts';
import type { Credentials, SecurityProfile } from '../station/access.ts';
import { isPart } from '../station/settings.ts';
import type { SystemUnderTest } from '../sut/system-under-test.ts';
import { byteDialer, memoryDialer } from '../wire/memory.ts';
import type { Face, HandshakeEnd } from '../wire/transport.ts';
import { wireSlipsOf } from './behaviours.ts';
import { FIRMWARE_CERTIFICATE, FIRMWARE_SIGNATURE } from './firmware-signing.ts';
import { passwordOf } from './passwords.ts';
import { ReferencePki } from './pki.ts';
import { handsOn, RunningStation } from './running-station.ts';
import { publicRoots, tlsInMemory } from './station-tls.ts';

/** Identity of the one station. */
const IDENTITY = 'CP01';
/** Name under which it dials. */
const HOST = 'csms.reference.example';

/** A reference station has two EVSEs, so that one can be told from the other. */
export const REFERENCE_EVSES = 2;

export interface InMemoryStation {
  readonly clock: VirtualClock;
  readonly station: RunningStation;
  readonly environment: StationEnvironment;
}

type Secrets = Pick<SystemUnderTest, 'clientAuthority' | 'serverAuthority' | 'publicServer' | 'server' | 'ca'>;

/** How a station in memory is set up, where that is not as always. */
interface SetUp {
  readonly credentials?: Credentials;
  readonly secrets?: Secrets;
  /** Features that it has not, and declares so. */
  readonly without?: readonly string[];
  readonly configuration?: Readonly<Record<string, string>>;
  /** A WebSocket goes under its messages: for cases that look below them, since it costs. */
  readonly bytes?: boolean | undefined;
}

/** A fresh reference station with `faults`, switched on, and the environment in which a case judges it. */
export function stationInMemory(
  version: OcppVersion,
  schemas: MessageSchemas,
  faults: readonly Fault[] = [],
  { credentials, secrets = {}, configuration = {}, without = [], bytes = false }: SetUp = {},
): InMemoryStation {
  const clock = new VirtualClock();
  const timeoutMs = 30_000;
  let ids = 0;
  const nextId = () => `pp-${++ids}`;
  const { profile = 0, password } = credentials ?? {};
  const door: Door = { profile, password };
  let shown: Face | undefined;
  const reception = makeReception(
    {
      versions: [version],
      identities: [IDENTITY],
      doors: new Doors(() => door),
      ...(secrets.server && {
        shows: (face: Face | undefined) => {
          shown = face;
        },
      }),
    },
    { clock, timeoutMs, nextId },
  );
  const tls = {
    clock,
    host: HOST,
    face: () => shown ?? secrets.server ?? { cert: [], key: [] },
    brokenOff: (end: HandshakeEnd) => reception.brokenOff(end),
  };
  const below = { slips: wireSlipsOf(faults), die: () => station.die() };
  const network = bytes ? byteDialer(reception, clock, below) : memoryDialer(reception, clock);
  const station: RunningStation = new RunningStation({
    setup: {
      identity: IDENTITY,
      version,
      evses: REFERENCE_EVSES,
      configuration,
      without: without.filter(isPart),
      ...(credentials && { credentials }),
    },
    dialer: (access, slips) => tlsInMemory(network, access, { ...tls, slips }),
    basePath: '/ocpp',
    clock,
    schemas,
    random: seededRandom(1, IDENTITY),
    faults,
  });
  station.start();
  const environment: StationEnvironment = {
    sut: {
      role: 'station',
      ocpp: [version],
      listen: { host: '127.0.0.1', port: 0 },
      securityProfile: profile,
      identities: [{ id: IDENTITY, ...(password && { password }) }],
      without,
      tokens: {},
      stations: {},
      files: {
        firmware: 'https://files.example.org/firmware-2.bin',
        brokenFirmware: 'https://files.example.org/broken.bin',
        uploads: 'https://files.example.org/logs/',
        firmwareCertificate: FIRMWARE_CERTIFICATE,
        firmwareSignature: FIRMWARE_SIGNATURE,
        brokenFirmwareSignature: FIRMWARE_SIGNATURE,
      },
      station: { vendorName: 'plugproof', model: 'station', serialNumber: 'PP0001' },
      timeoutMs,
      clockToleranceS: 60,
      ...secrets,
    },
    clock,
    schemas,
    seed: 1,
    strict: true,
    sample: 4,
    nextId,
    reception,
    actuator: handsOn(station),
  };
  return { clock, station, environment };
}

/** What a station that declares a feature is set up with. */
const DECLARED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'additional-root-check': {
    AdditionalRootCertificateCheck: 'true',
    'SecurityCtrlr.AdditionalRootCertificateCheck': 'true',
  },
  iso15118: { 'ISO15118Ctrlr.Enabled': 'true' },
};

/** How the certificate that a station was given can be wrong, by the fault. */
const WRONG: Readonly<Record<string, Partial<CertificateRequest>>> = {
  'shows-weak-certificate': { key: 'rsa1024' },
  'shows-certificate-of-nobody': { organization: 'somebody else' },
  'shows-certificate-of-address': { commonName: '192.0.2.1' },
};

/** One for all stations in memory: they all begin at one moment, and keys take their time. */
let pkiOfAll: Promise<ReferencePki> | undefined;
/** An authority that everybody's machines trust, and the certificate that it made of the CSMS. */
let publicOfAll: ReturnType<typeof publicServer> | undefined;

async function publicServer(now: number) {
  const authority = await Authority.create({ name: 'public root', organization: 'everybody', now });
  publicRoots.push(authority.cert);
  return authority.issue({ commonName: HOST, hosts: [HOST], use: 'server' });
}

/** A fresh reference station in a security profile. @param declares a feature that not every station has */
export async function securedStationInMemory(
  version: OcppVersion,
  schemas: MessageSchemas,
  faults: readonly Fault[],
  profile: SecurityProfile,
  declares = '',
  bytes = false,
): Promise<InMemoryStation> {
  pkiOfAll ??= ReferencePki.create(new VirtualClock().now(), HOST);
  const pki = await pkiOfAll;
  publicOfAll ??= publicServer(new VirtualClock().now());
  const [wrong] = faults.flatMap(({ behaviour = '' }) => WRONG[behaviour] ?? []);
  const faces = await Promise.all([pki.server('ec'), pki.server('rsa')]);
  const { authority } = pki;
  return stationInMemory(version, schemas, faults, {
    bytes,
    credentials: {
      profile,
      roots: declares === 'no-csms-root' ? [] : [authority.cert],
      ...(profile !== 0 && { password: passwordOf(IDENTITY, version) }),
      ...((profile === 3 || declares === 'profile-upgrade') && { certificate: await pki.station(IDENTITY, wrong) }),
    },
    secrets: {
      ca: authority.cert,
      clientAuthority: authority,
      serverAuthority: authority,
      publicServer: await publicOfAll,
      server: { cert: faces.map(({ cert }) => cert), key: faces.map(({ key }) => key) },
    },
    configuration: {
      CpoName: ORGANIZATION,
      'SecurityCtrlr.OrganizationName': ORGANIZATION,
      'SecurityCtrlr.MaxCertificateChainSize': '5600',
      ...DECLARED[declares],
    },
  });
}
