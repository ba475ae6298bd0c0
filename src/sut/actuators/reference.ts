/** The actuator `reference`: the control API of `plugproof serve station`. */
import { type HttpClientOptions, refusal, sendHttp } from '../drivers/http-client.ts';
import type { Actuator, Gesture } from './actuator.ts';

/** What the reference station has no part for: a reader that holds a token. */
const WITHOUT: ReadonlySet<Gesture> = new Set(['removeToken']);

export const referenceActuator = (options: HttpClientOptions): Actuator => ({
  name: 'reference',
  anyToken: true,
  can: (gesture) => !WITHOUT.has(gesture),
  async perform({ gesture, station, evseId, connectorId, token, state }, signal) {
    const path = `/stations/${encodeURIComponent(station)}/${gesture}`;
    const body = JSON.stringify({
      evseId,
      connectorId,
      ...(token && { idToken: token.idToken, type: token.type }),
      ...(state && { name: state.name, on: state.on }),
    });
    const headers = { 'content-type': 'application/json' };
    const answer = await sendHttp({ method: 'POST', path, headers, body }, options, signal);
    if (answer.status !== 200) throw refusal(answer, gesture, 'actuator');
  },
  close: async () => {},
});
