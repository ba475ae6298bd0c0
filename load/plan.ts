/** A system, its identities and a workload → what each worker is told. */
import { availableParallelism } from 'node:os';
import type { OcppVersion } from '../src/dialects/index.ts';
import type { Identity, SystemUnderTest } from '../src/sut/system-under-test.ts';
import type { FleetPlan, StationBuild, StationPlan } from './engine/fleet-plan.ts';
import { actionsOf, type Workload } from './workload.ts';

/** A worker with fewer stations than this costs more than it gives. */
const STATIONS_A_WORKER = 250;

/** One for each core, as far as there is work for it. */
export const defaultWorkers = (stations: number, cores = availableParallelism()): number =>
  Math.max(1, Math.min(cores, Math.ceil(stations / STATIONS_A_WORKER)));

/** Most that one range of identities may hold. */
const RANGE = 10_000;

/** `PLUGPROOF-00001` and on, as ranges that the settings take. */
export function generatedIdentities(stations: number): string[] {
  const { prefix, digits } = generatedIdentityParts(stations);
  const number = (n: number) => String(n).padStart(digits, '0');
  const ranges: string[] = [];
  for (let first = 1; first <= stations; first += RANGE) {
    ranges.push(`${prefix}{${number(first)}..${number(Math.min(stations, first + RANGE - 1))}}`);
  }
  return ranges;
}

/** The first and the last of them are told apart by their number alone. */
export const generatedIdentityParts = (stations: number) => ({
  prefix: 'PLUGPROOF-',
  digits: Math.max(5, String(stations).length),
  count: stations,
});

/** One plan for each worker; stations are dealt out in turn, and versions too where there are several. */
export function fleetPlans(
  sut: SystemUnderTest,
  workload: Workload,
  workers: number,
  seed: number,
  sources: readonly string[] = [],
): FleetPlan[] {
  const total = workload.stations;
  const certificates: { cert: string; key: string }[] = [];
  const known = new Map<string, number>();
  const certificateOf = ({ cert, key }: Identity): number | undefined => {
    if (cert === undefined || key === undefined) return undefined;
    const at = known.get(cert) ?? certificates.push({ cert, key }) - 1;
    known.set(cert, at);
    return at;
  };
  const stations = sut.identities.slice(0, total).map((identity, i): StationPlan => {
    const certificate = certificateOf(identity);
    const source = sources[i % Math.max(1, sources.length)];
    return {
      identity: identity.id,
      version: versionOf(sut, i),
      ...(identity.password !== undefined && { basic: basicOf(identity.id, identity.password) }),
      ...(certificate !== undefined && { certificate }),
      ...(source !== undefined && { source }),
    };
  });
  return Array.from({ length: workers }, (_, worker) => ({
    url: sut.url ?? '',
    stations: stations.filter((_station, i) => i % workers === worker),
    certificates,
    ...(sut.ca !== undefined && { ca: sut.ca }),
    build: buildOf(sut, workload),
    timeoutMs: sut.timeoutMs,
    seed,
    hears: workload.scenarios.some(({ exec }) => exec === 'command'),
    ...(workload.judged !== undefined && { judged: workload.judged }),
    total,
    workers,
    worker,
  }));
}

/** Versions are dealt out in turn. */
export const versionOf = ({ ocpp }: SystemUnderTest, station: number): OcppVersion =>
  ocpp[station % ocpp.length] ?? '1.6';

/** How every station is built. */
export const buildOf = ({ station }: SystemUnderTest, workload: Workload): StationBuild => ({
  ...workload.station,
  vendorName: station.vendorName,
  model: station.model,
  sparesHeartbeats: isRate(workload),
});

/** True where CALLs fall due at a rate: then a station's own Heartbeats would come on top of it. */
const isRate = ({ scenarios, search }: Workload): boolean =>
  [...scenarios, ...(search === undefined ? [] : [search])].some(({ exec }) => actionsOf[exec] !== undefined);

/** Base64 for HTTP basic authentication, with the password as bytes (security profiles 1 and 2). */
export const basicOf = (id: string, password: Uint8Array): string =>
  Buffer.concat([Buffer.from(`${id}:`), password]).toString('base64');
