/** The actuator `sut-api`: the HTTP shape in which the certification tool asks a charger's gateway for gestures. */
import { type HttpClientOptions, refusal, sendHttp } from '../drivers/http-client.ts';
import { type Actuator, ActuatorError, type Gesture, type GestureRequest, type SpecialState } from './actuator.ts';

type Query = Readonly<Record<string, string | number | boolean>>;
interface Endpoint {
  readonly path: string;
  readonly query: Query;
}

const place = ({ evseId, connectorId }: GestureRequest): Query => ({ evse_id: evseId, connector_id: connectorId });

/** Names of the states; those of charging limits are plugproof's. */
const STATES: Readonly<Record<SpecialState, string>> = {
  unlockFailed: 'unlock_failed',
  refusedLocalAuthList: 'refused_local_auth_list',
  externalLimit: 'external_limit',
  evRenegotiates: 'ev_renegotiates',
};

/** What each gesture is there; the others it does not have. */
const ENDPOINTS: Partial<Readonly<Record<Gesture, (request: GestureRequest) => Endpoint>>> = {
  plugIn: (request) => ({ path: 'plugin', query: place(request) }),
  plugOut: (request) => ({ path: 'plugout', query: place(request) }),
  plugHalfway: (request) => ({ path: 'plugin', query: { ...place(request), halfway: true } }),
  presentToken: ({ token, ...request }) => ({
    path: 'authorize',
    query: { id: token?.idToken ?? '', type: token?.type ?? '', ...place(request) },
  }),
  driveIn: () => ({ path: 'parkingbay', query: { occupied: true } }),
  driveAway: () => ({ path: 'parkingbay', query: { occupied: false } }),
  evReady: (request) => ({ path: 'state', query: { ready: true, ...place(request) } }),
  evSuspends: (request) => ({ path: 'state', query: { ready: false, ...place(request) } }),
  evStops: (request) => ({ path: 'end', query: place(request) }),
  raiseFault: (request) => ({ path: 'state', query: { faulted: true, ...place(request) } }),
  clearFault: (request) => ({ path: 'state', query: { faulted: false, ...place(request) } }),
  powerCycle: () => ({ path: 'reboot', query: {} }),
  state: ({ state, ...request }) => ({
    path: 'state',
    query: {
      [STATES[state?.name ?? 'unlockFailed']]: state?.on ?? true,
      ...place(request),
    },
  }),
};

/** Where the endpoints are, where the address has no path of its own. */
const BASE = '/api/v1';

export function sutApiActuator(options: HttpClientOptions): Actuator {
  const url = new URL(options.url).pathname === '/' ? `${options.url.replace(/\/+$/, '')}${BASE}` : options.url;
  return {
    name: 'sut-api',
    anyToken: true,
    can: (gesture) => ENDPOINTS[gesture] !== undefined,
    async perform(request, signal) {
      const endpoint = ENDPOINTS[request.gesture]?.(request);
      if (endpoint === undefined) throw new ActuatorError(`the SUT API has no gesture ${request.gesture}`);
      const { path, query } = endpoint;
      const search = new URLSearchParams(
        Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
      );
      const target = `/${path}${search.size > 0 ? `?${search}` : ''}`;
      // Some servers want a body with every POST, even an empty one.
      const answer = await sendHttp({ method: 'POST', path: target, body: '' }, { ...options, url }, signal);
      if (answer.status < 200 || answer.status > 299) throw refusal(answer, request.gesture, 'actuator');
    },
    close: async () => {},
  };
}
