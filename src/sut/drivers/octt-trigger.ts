/** The drivers `octt-trigger` and `reference`: one HTTP shape, which passes every payload on as it is. */
import { dialects, type OcppVersion } from '../../dialects/index.ts';
import { type Driver, type DriverAnswer, DriverError, type DriverRequest, type TokenRequest } from './driver.ts';
import { type HttpAnswer, type HttpClientOptions, refusal, saysOf, sendHttp } from './http-client.ts';

/** True where a CSMS may send a CALL of this action. */
export function csmsSends(version: OcppVersion, action: string): boolean {
  const { actions } = dialects[version];
  return Object.hasOwn(actions, action) && actions[action]?.from !== 'station';
}

/** @param name which of its two names it goes by */
export function octtTriggerDriver(name: 'octt-trigger' | 'reference', options: HttpClientOptions): Driver {
  const post = async (path: string, body: unknown, what: string, signal: AbortSignal): Promise<HttpAnswer> => {
    const answer = await sendHttp(
      {
        method: 'POST',
        path: `/api/octt/${path}`,
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
        retryConflict: true,
      },
      options,
      signal,
    );
    if (answer.status >= 200 && answer.status < 300) return answer;
    if (answer.status === 422)
      throw new DriverError('refused', `${what}: the CSMS refuses the payload${saysOf(answer)}`);
    if (answer.status === 404)
      throw new DriverError(
        'not-connected',
        `${what}: the CSMS says that the station is not connected${saysOf(answer)}`,
      );
    throw refusal(answer, what);
  };

  return {
    name,
    verbatim: true,
    can: csmsSends,
    async perform({ station, version, action, payload }: DriverRequest, signal): Promise<DriverAnswer> {
      const path = `${version}/${encodeURIComponent(station)}/call/${encodeURIComponent(action)}`;
      const { json } = await post(path, payload, `${action} to ${station}`, signal);
      const { status, response, error } = (json ?? {}) as { status?: unknown; response?: unknown; error?: unknown };
      return {
        confirmed: true,
        ...(response !== undefined && { response }),
        ...(error !== undefined && {
          detail: `the CSMS says that the station answered with an error: ${JSON.stringify(error)}`,
        }),
        ...(status === 'sent' && { detail: 'the CSMS sent it and has no answer' }),
      };
    },
    async createToken({ idToken, status, type, groupId }: TokenRequest, signal): Promise<void> {
      await post(
        'create-token',
        { token_id: idToken, status, type, ...(groupId !== undefined && { group_id: groupId }) },
        `create-token ${idToken}`,
        signal,
      );
    },
    async setPassword(station, password, signal): Promise<void> {
      await post(
        'set-basic-auth-password',
        { station_id: station, password },
        `set-basic-auth-password of ${station}`,
        signal,
      );
    },
    async setSiteLimit({ amperes, stations }, signal): Promise<void> {
      await post('site-limit', { amperes, station_ids: stations }, `site-limit of ${amperes} A`, signal);
    },
    close: async () => {},
  };
}
