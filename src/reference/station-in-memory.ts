/** The reference station without sockets, in virtual time: what the proof run judges on the charger's side. */
import type { MessageSchemas } from '../../schemas/types.ts';
import { VirtualClock } from '../clock.ts';
import type { OcppVersion } from '../dialects/index.ts';
import { makeReception } from '../judge/cast.ts';
import type { Fault } from '../judge/fault.ts';
import type { StationEnvironment } from '../judge/run-case.ts';
import { seededRandom } from '../random.ts';
import { isPart } from '../station/settings.ts';
import { memoryDialer } from '../wire/memory.ts';
import { handsOn, RunningStation } from './running-station.ts';

/** Identity of the one station. */
const IDENTITY = 'CP01';

/** A reference station has two EVSEs, so that one can be told from the other. */
export const REFERENCE_EVSES = 2;

export interface InMemoryStation {
  readonly clock: VirtualClock;
  readonly station: RunningStation;
  readonly environment: StationEnvironment;
}

/**
 * A fresh reference station with `faults`, switched on, and the environment in which a case judges it.
 * @param without features that it has not, and declares so
 */
export function stationInMemory(
  version: OcppVersion,
  schemas: MessageSchemas,
  faults: readonly Fault[] = [],
  without: readonly string[] = [],
): InMemoryStation {
  const clock = new VirtualClock();
  const timeoutMs = 30_000;
  let ids = 0;
  const nextId = () => `pp-${++ids}`;
  const reception = makeReception({ versions: [version], identities: [IDENTITY] }, { clock, timeoutMs, nextId });
  const station = new RunningStation({
    setup: { identity: IDENTITY, version, evses: REFERENCE_EVSES, without: without.filter(isPart) },
    dialer: memoryDialer(reception, clock),
    basePath: '/ocpp',
    headers: {},
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
      securityProfile: 0,
      identities: [{ id: IDENTITY }],
      without,
      tokens: {},
      stations: {},
      station: { vendorName: 'plugproof', model: 'station', serialNumber: 'PP0001' },
      timeoutMs,
      clockToleranceS: 60,
    },
    clock,
    schemas,
    seed: 1,
    strict: true,
    nextId,
    reception,
    actuator: handsOn(station),
  };
  return { clock, station, environment };
}
