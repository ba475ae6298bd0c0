/** The HTTP control API of `plugproof serve csms`: send any operation, make tokens, look at what was recorded. */
import type { MessageSchemas } from '../../schemas/types.ts';
import type { Csms, Sent } from '../csms/csms.ts';
import type { Registration } from '../csms/store.ts';
import { dialects, type OcppVersion, ocppVersions } from '../dialects/index.ts';
import type { TraceEntry } from '../report.ts';
import { readPassword } from '../sut/config/values.ts';
import { type Answer, type Body, type Control, Refusal, serveJson } from './json-server.ts';

export interface ControlOptions {
  readonly csms: Csms;
  readonly schemas: MessageSchemas;
  readonly host: string;
  readonly port: number;
  /** What went over the wire of one station, newest last. */
  readonly trace: (station: string) => readonly TraceEntry[];
  /** Where stations connect, and what they show there. */
  readonly endpoints: readonly { readonly url: string; readonly securityProfile: number }[];
}

/** @throws the system's error where the address can't be had */
export const serveControl = (options: ControlOptions): Promise<Control> =>
  serveJson(options, (method, path, body) => route(method, path, body, options));

async function route(method: string, path: readonly string[], body: Body, options: ControlOptions): Promise<Answer> {
  const { csms, trace, endpoints } = options;
  const [api, octt, ...rest] = path;
  if (api === 'api' && octt === 'octt') {
    if (method !== 'POST') throw new Refusal(405, 'this takes POST');
    return octtTrigger(rest, await body(), options);
  }
  const [room, id, detail] = path;
  if (room === undefined) return { status: 200, body: { plugproof: 'reference CSMS', routes: ROUTES } };
  if (room === 'endpoints' && method === 'GET') return { status: 200, body: endpoints };
  if (room === 'stations' && method === 'GET' && id === undefined) return { status: 200, body: stations(csms) };
  if (room === 'stations' && method === 'GET' && id !== undefined && detail === 'trace')
    return { status: 200, body: trace(id) };
  if (room === 'stations' && method === 'PUT' && id !== undefined && detail === 'registration')
    return register(csms, id, await body());
  if (room === 'transactions' && method === 'GET') {
    return {
      status: 200,
      body: csms.store.transactions.map(({ seen, fingerprint: _, ...known }) => ({ ...known, seqNos: [...seen] })),
    };
  }
  if (room === 'tokens' && method === 'GET') return { status: 200, body: csms.store.tokens() };
  throw new Refusal(404, `nothing at ${method} /${path.join('/')}: GET / lists the routes`);
}

const ROUTES = [
  'GET  /endpoints',
  'GET  /stations',
  'GET  /stations/{station}/trace',
  'PUT  /stations/{station}/registration  { "status": "Accepted" | "Pending" | "Rejected" }',
  'GET  /transactions',
  'GET  /tokens',
  'POST /api/octt/{version}/{station}/call/{Action}  the payload of the CALL',
  'POST /api/octt/{version}/{station}/{kebab-case-action}  the same, short',
  'POST /api/octt/create-token  { "token_id", "status", "type"?, "group_id"? }',
  'POST /api/octt/set-basic-auth-password  { "station_id", "password" }',
  'POST /api/octt/site-limit  { "amperes", "station_ids" }',
];

function stations(csms: Csms): unknown {
  const connected = new Map(csms.connected().map(({ station, version }) => [station, version]));
  return [...csms.store.stations.values()].map(({ id, registration, booted, connectors }) => ({
    id,
    connected: connected.has(id),
    ocpp: connected.get(id) ?? null,
    registration,
    booted: booted ?? null,
    connectors: Object.fromEntries(connectors),
  }));
}

const REGISTRATIONS: readonly string[] = ['Accepted', 'Pending', 'Rejected'] satisfies Registration[];

function register(csms: Csms, id: string, { status }: Record<string, unknown>): Answer {
  if (typeof status !== 'string' || !REGISTRATIONS.includes(status)) {
    throw new Refusal(422, `status is one of ${REGISTRATIONS.join(', ')}`);
  }
  const station = csms.store.station(id);
  station.registration = status as Registration;
  return { status: 200, body: { id, registration: status } };
}

/** The `octt-trigger` shape. */
async function octtTrigger(
  path: readonly string[],
  body: Record<string, unknown>,
  options: ControlOptions,
): Promise<Answer> {
  const { csms } = options;
  const [first, station, third, fourth] = path;
  if (first === 'create-token' && station === undefined) return createToken(csms, body);
  if (first === 'set-basic-auth-password' && station === undefined) return setPassword(csms, body);
  if (first === 'site-limit' && station === undefined) return setSiteLimit(csms, body);
  if (first === undefined || station === undefined || third === undefined)
    throw new Refusal(404, 'GET / lists the routes');
  const version = ocppVersions.find((known) => known === first);
  if (version === undefined) throw new Refusal(404, `no OCPP version '${first}': there are ${ocppVersions.join(', ')}`);
  const action = third === 'call' && fourth !== undefined ? fourth : actionOf(version, third);
  return call(version, station, action, body, options);
}

/** `remote-start-transaction` → RemoteStartTransaction, by the actions of the version. */
function actionOf(version: OcppVersion, kebab: string): string {
  const flat = kebab.replaceAll('-', '').toLowerCase();
  const action = Object.keys(dialects[version].actions).find((known) => known.toLowerCase() === flat);
  if (action === undefined) throw new Refusal(404, `OCPP ${version} has no action '${kebab}'`);
  return action;
}

async function call(
  version: OcppVersion,
  station: string,
  action: string,
  payload: Record<string, unknown>,
  options: ControlOptions,
): Promise<Answer> {
  const { csms, schemas } = options;
  const facts = Object.hasOwn(dialects[version].actions, action) ? dialects[version].actions[action] : undefined;
  if (facts === undefined || facts.from === 'station')
    throw new Refusal(404, `OCPP ${version} has no action '${action}' that a CSMS calls`);
  const online = csms.connected().find((known) => known.station === station);
  if (online === undefined) throw new Refusal(404, `station '${station}' is not connected`);
  if (online.version !== version) throw new Refusal(404, `station '${station}' speaks OCPP ${online.version}`);
  const [violation] = schemas.validate(version, action, 'call', payload).filter(({ layer }) => layer === 'schema');
  if (violation !== undefined) throw new Refusal(422, `${action} ${violation.path}: ${violation.message}`);
  return answerOf(await csms.send(station, action, payload), station);
}

function answerOf(sent: Sent, station: string): Answer {
  if (!sent.reached) {
    if (sent.why === 'busy') throw new Refusal(409, `a CALL to '${station}' is outstanding`);
    throw new Refusal(404, `station '${station}' is not connected`);
  }
  const { reply } = sent;
  if (reply.kind === 'callresult') return { status: 200, body: { status: 'answered', response: reply.payload } };
  if (reply.kind === 'callerror') {
    return { status: 200, body: { status: 'answered', error: { code: reply.code, description: reply.description } } };
  }
  return { status: 200, body: { status: 'sent' } };
}

const text = (value: unknown, name: string): string => {
  if (typeof value !== 'string' || value === '') throw new Refusal(422, `${name} is a text`);
  return value;
};

/** `hex:` and digits for the bytes of a 1.6 key, anything else for itself. */
function passwordOf(password: string): Uint8Array {
  const reading = readPassword(password, password.startsWith('hex:') ? ['1.6'] : []);
  if (!reading.ok) throw new Refusal(422, reading.says);
  return reading.value.bytes;
}

function createToken(csms: Csms, body: Record<string, unknown>): Answer {
  const token = {
    idToken: text(body['token_id'], 'token_id'),
    status: text(body['status'], 'status'),
    type: body['type'] === undefined ? 'Central' : text(body['type'], 'type'),
    ...(body['group_id'] !== undefined && body['group_id'] !== null && { groupId: text(body['group_id'], 'group_id') }),
  };
  csms.store.putToken(token);
  return { status: 200, body: { status: 'created', token_id: token.idToken } };
}

function setPassword(csms: Csms, body: Record<string, unknown>): Answer {
  const station = text(body['station_id'], 'station_id');
  csms.store.station(station).password = passwordOf(text(body['password'], 'password'));
  return { status: 200, body: { status: 'set', station_id: station } };
}

function setSiteLimit(csms: Csms, { amperes, station_ids: ids }: Record<string, unknown>): Answer {
  if (typeof amperes !== 'number' || !(amperes >= 0)) throw new Refusal(422, 'amperes is a number, of each phase');
  if (!Array.isArray(ids) || ids.length === 0) throw new Refusal(422, 'station_ids is a list of stations');
  const stations = ids.map((id) => text(id, 'station_ids'));
  csms.site.set({ amperes, stations });
  return { status: 200, body: { status: 'set', amperes, station_ids: stations } };
}
