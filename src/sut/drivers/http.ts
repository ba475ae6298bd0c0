/** The driver `http`: any control API, by a mapping from OCPP actions to its requests. */
import type { OperationSettings } from '../config/config-file.ts';
import {
  type Driver,
  type DriverAnswer,
  DriverError,
  type DriverRequest,
  type SiteLimitRequest,
  type TokenRequest,
} from './driver.ts';
import { type HttpAnswer, type HttpClientOptions, refusal, sendHttp } from './http-client.ts';
import { csmsSends } from './octt-trigger.ts';
import { type DriverSettings, operationFor } from './settings.ts';
import { at, type Filler, fillBody, fillText, lostFields, placeholders, type Scope } from './template.ts';

/** One request of a mapping: what the API answered, where that means done. @throws DriverError */
export async function sendOperation(
  operation: OperationSettings,
  scope: Scope,
  what: string,
  options: HttpClientOptions,
  signal: AbortSignal,
  key: 'driver' | 'actuator' = 'driver',
): Promise<HttpAnswer> {
  const filler: Filler = { scope, ...(operation.values && { words: operation.values }) };
  const [method = 'POST', path = '/'] = (operation.request ?? '').split(' ');
  const filled = fillText(path, filler, encodeURIComponent);
  const answer = await sendHttp(
    {
      method,
      path: filled.startsWith('/') ? filled : `/${filled}`,
      ...bodyOf(operation, filler),
      retryConflict: !expects(operation, 409),
    },
    options,
    signal,
  );
  if (!expects(operation, answer.status)) throw refusal(answer, what, key);
  return answer;
}

export function httpDriver(settings: DriverSettings, options: HttpClientOptions): Driver {
  const { operations, createToken, setPassword, setSiteLimit } = settings;
  const send = (operation: OperationSettings, scope: Scope, what: string, signal: AbortSignal): Promise<HttpAnswer> =>
    sendOperation(operation, scope, what, options, signal);

  return {
    name: 'http',
    verbatim: settings.verbatim ?? false,
    can: (version, action) => csmsSends(version, action) && operationFor(operations, version, action) !== undefined,
    chooses: (version, action) => operationFor(operations, version, action)?.chooses ?? [],
    async perform({ station, version, action, payload }: DriverRequest, signal): Promise<DriverAnswer> {
      const operation = operationFor(operations, version, action);
      if (operation === undefined) throw new DriverError('unsupported', `the mapping has no operation ${action}`);
      const { request, headers, body, form, chooses = [] } = operation;
      const lost = lostFields(payload, placeholders([request, headers, body, form]), chooses);
      if (lost.length > 0) {
        throw new DriverError(
          'unsupported',
          `the mapping of ${action} does not pass on ${lost.join(', ')}: use {{payload.${lost[0]}}} in it, or name it under chooses`,
        );
      }
      const answer = await send(operation, { station, version, action, payload }, `${action} to ${station}`, signal);
      const response = operation.response === undefined ? undefined : at(answer.json, operation.response);
      return { confirmed: operation.confirms ?? false, ...(response !== undefined && { response }) };
    },
    ...(createToken && {
      async createToken(token: TokenRequest, signal: AbortSignal): Promise<void> {
        await send(createToken, { ...token }, `token ${token.idToken}`, signal);
      },
    }),
    ...(setPassword && {
      async setPassword(station: string, password: string, signal: AbortSignal): Promise<void> {
        await send(setPassword, { station, password }, `password of ${station}`, signal);
      },
    }),
    ...(setSiteLimit && {
      async setSiteLimit({ amperes, stations }: SiteLimitRequest, signal: AbortSignal): Promise<void> {
        await send(setSiteLimit, { amperes, stations }, `site limit of ${amperes} A`, signal);
      },
    }),
    close: async () => {},
  };
}

function expects({ expect }: OperationSettings, status: number): boolean {
  return expect === undefined ? status >= 200 && status < 300 : [expect].flat().includes(status);
}

function bodyOf(
  { headers = {}, body, form }: OperationSettings,
  filler: Filler,
): { headers: Record<string, string>; body?: string } {
  const filled = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, oneLine(fillText(String(value), filler))]),
  );
  if (form !== undefined) {
    const fields = Object.entries(fillBody(form, filler) as Readonly<Record<string, unknown>>).map(
      ([name, value]): [string, string] => [name, typeof value === 'object' ? JSON.stringify(value) : String(value)],
    );
    return {
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...filled },
      body: new URLSearchParams(fields).toString(),
    };
  }
  if (body === undefined) return { headers: filled };
  // A whole body that is one placeholder is data; other text is sent as the text it is.
  const content = fillBody(body, filler);
  const text = typeof content === 'string' ? content : JSON.stringify(content ?? {});
  return { headers: { 'content-type': 'application/json', ...filled }, body: text };
}

/** A header can't hold a line break; an id that has one is not sent as two headers. */
const oneLine = (text: string): string => text.replace(/[\r\n]+/g, ' ');
