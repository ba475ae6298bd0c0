/** Reference stations on real sockets, with hands over HTTP: `plugproof serve station`. */
import type { MessageSchemas } from '../../schemas/types.ts';
import { realClock } from '../clock.ts';
import type { OcppVersion } from '../dialects/index.ts';
import type { Fault } from '../judge/fault.ts';
import { nearest } from '../nearest.ts';
import { seededRandom } from '../random.ts';
import type { Credentials } from '../station/access.ts';
import type { Keyed } from '../station/notary.ts';
import { ActuatorError, type Gesture, gestures, type SpecialState } from '../sut/actuators/actuator.ts';
import { wireSlipsOf } from './behaviours.ts';
import { type Answer, type Control, Refusal, serveJson } from './json-server.ts';
import { RunningStation } from './running-station.ts';
import { socketsOf } from './station-tls.ts';

export interface ServeStationOptions {
  readonly schemas: MessageSchemas;
  /** Endpoint of the CSMS, without the identity. */
  readonly url: string;
  readonly version: OcppVersion;
  readonly ids: readonly string[];
  readonly controlHost: string;
  readonly controlPort: number;
  readonly evses: number;
  /** Configuration keys or variables that differ from the defaults. */
  readonly configuration: Readonly<Record<string, string>>;
  /** What the stations show, and whom they trust. */
  readonly credentials: Credentials;
  /** The certificate of one station, where each has its own. */
  readonly certificateOf?: (identity: string) => Keyed | undefined;
  readonly faults: readonly Fault[];
  readonly seed: number;
}

export interface ServedStations {
  /** Base of the control API. */
  readonly control: string;
  readonly stations: readonly RunningStation[];
  close(): Promise<void>;
}

/** Milliseconds that a CSMS may take for a handshake. */
const HANDSHAKE_MS = 30_000;

/** @throws the system's error where the address of the control API can't be had */
export async function serveStation(options: ServeStationOptions): Promise<ServedStations> {
  const { schemas, version, ids, evses, configuration, credentials, certificateOf, faults, seed } = options;
  const url = new URL(options.url);
  const own = (identity: string) => {
    const certificate = certificateOf?.(identity);
    return certificate && { certificate };
  };
  const slipsBelow = wireSlipsOf(faults);
  const stations = ids.map((identity) => {
    const station: RunningStation = new RunningStation({
      setup: { identity, version, evses, configuration, credentials: { ...credentials, ...own(identity) } },
      dialer: (access, slips) =>
        socketsOf(access, access.url === undefined ? url : new URL(access.url), HANDSHAKE_MS, slips, {
          slips: slipsBelow,
          die: () => station.die(),
        }),
      basePath: url.pathname,
      clock: realClock,
      schemas,
      // Ids of an earlier life must not come again.
      random: seededRandom(seed + Date.now(), identity),
      faults,
    });
    return station;
  });
  const control: Control = await serveJson(
    { host: options.controlHost, port: options.controlPort },
    async (method, path, body) => route(method, path, await body(), stations, version),
  );
  for (const station of stations) station.start();
  return {
    control: control.url,
    stations,
    close: async () => {
      for (const station of stations) station.end();
      await control.close();
    },
  };
}

const ROUTES = [
  'GET  /stations',
  'POST /stations/{station}/{gesture}  { "evseId"?: 1, "connectorId"?: 1, "idToken"?, "type"?, "name"?, "on"? }',
];

function route(
  method: string,
  path: readonly string[],
  body: Readonly<Record<string, unknown>>,
  stations: readonly RunningStation[],
  version: OcppVersion,
): Answer {
  const [room, identity, gesture] = path;
  if (room === undefined) return { status: 200, body: { plugproof: 'reference station', routes: ROUTES, gestures } };
  if (room !== 'stations') throw new Refusal(404, `nothing at ${method} /${path.join('/')}: GET / lists the routes`);
  if (identity === undefined) {
    const all = stations.map(({ identity: id, connected }) => ({ id, connected, ocpp: version }));
    return { status: 200, body: all };
  }
  const station = stations.find((one) => one.identity === identity);
  if (station === undefined) throw new Refusal(404, `there is no station '${identity}' here`);
  if (method !== 'POST') throw new Refusal(405, 'this takes POST');
  const known = gestures.find((one): one is Gesture => one === gesture);
  if (known === undefined) {
    const near = nearest(gesture ?? '', gestures);
    throw new Refusal(404, `no gesture '${gesture}'${near === undefined ? '' : `; did you mean '${near}'?`}`);
  }
  const { evseId = 1, connectorId = 1, idToken, type = 'ISO14443', name, on = true } = body;
  try {
    station.perform({
      gesture: known,
      station: station.identity,
      version,
      evseId: Number(evseId),
      connectorId: Number(connectorId),
      ...(idToken !== undefined && { token: { idToken: String(idToken), type: String(type) } }),
      // Another name than those of the states is refused by the station.
      ...(known === 'state' && { state: { name: name as SpecialState, on: on === true } }),
    });
  } catch (cause) {
    if (cause instanceof ActuatorError) throw new Refusal(422, cause.message);
    throw cause;
  }
  return { status: 200, body: { gesture: known, station: station.identity, done: true } };
}
