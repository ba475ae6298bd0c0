/** The driver `steve`: the REST API of the back office SteVe (OCPP 1.6). */
import { type Driver, type DriverAnswer, DriverError, type TokenRequest } from './driver.ts';
import { type HttpAnswer, type HttpClientOptions, refusal, saysOf, sendHttp } from './http-client.ts';
import { type SteveOperation, steveOperations, steveRequest } from './steve-words.ts';

/** SteVe waits this long for the station before it answers (milliseconds); we wait a little longer. */
const STEVE_WAITS_MS = 30_000;
const SLACK_MS = 5_000;

/** `maxActiveTransactionCount` of a tag: SteVe's way to say blocked and unlimited. */
const BLOCKED = 0;
const UNLIMITED = -1;

/** What SteVe answers to an operation. */
interface Task {
  readonly taskFinished?: boolean;
  readonly successResponses?: readonly { readonly response?: unknown }[];
  readonly errorResponses?: readonly { readonly errorCode?: string; readonly errorDescription?: string }[];
  readonly exceptions?: readonly unknown[];
}

/** @param options url: that of SteVe (`http://host:8180/steve`), with or without `/api/v1` */
export function steveDriver(options: HttpClientOptions): Driver {
  const base = options.url.replace(/\/+$/, '').replace(/\/api\/v1$/, '');
  const client: HttpClientOptions = {
    ...options,
    url: `${base}/api/v1`,
    timeoutMs: Math.max(options.timeoutMs, STEVE_WAITS_MS + SLACK_MS),
  };

  const post = async (path: string, body: unknown, signal: AbortSignal): Promise<HttpAnswer> =>
    sendHttp(
      { method: 'POST', path, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } },
      client,
      signal,
    );

  async function addTag(tag: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<void> {
    const answer = await post('/ocppTags', tag, signal);
    if (answer.status >= 200 && answer.status < 300) return;
    throw refusal(answer, `tag ${String(tag['idTag'])}`);
  }

  return {
    name: 'steve',
    verbatim: false,
    can: (version, action) => version === '1.6' && operationOf(action) !== undefined,
    chooses: (_version, action) => operationOf(action)?.chooses ?? [],
    async perform({ station, version, action, payload }, signal): Promise<DriverAnswer> {
      const operation = version === '1.6' ? operationOf(action) : undefined;
      if (operation === undefined)
        throw new DriverError('unsupported', `SteVe's REST API has no ${action} for OCPP ${version}`);
      const request = steveRequest(operation, payload);
      if ('lost' in request)
        throw new DriverError(
          'unsupported',
          `SteVe's REST API can't ask for ${action} with this ${request.lost.join(', ')}`,
        );
      const what = `${action} to ${station}`;
      const answer = await post(`/operations/${action}`, { chargeBoxIdList: [station], ...request.body }, signal);
      if (answer.status === 400) {
        // One status for all that it does not like; its sentence says which.
        const kind = /not connected|offline|charge ?box|station/i.test(answer.text) ? 'not-connected' : 'refused';
        throw new DriverError(
          kind,
          `${what}: SteVe refuses: the station is offline or unknown, or a tag or transaction is${saysOf(answer)}`,
        );
      }
      if (answer.status !== 200 && answer.status !== 201) throw refusal(answer, what);
      return answerOf((answer.json ?? {}) as Task, what);
    },
    async createToken({ idToken, status, groupId, version }: TokenRequest, signal): Promise<void> {
      if (version !== '1.6') throw new DriverError('unsupported', 'SteVe is driven for OCPP 1.6 only');
      // SteVe calls a tag Invalid exactly when it has never heard of it.
      if (status === 'Invalid') return;
      if (status !== 'Accepted' && status !== 'Blocked' && status !== 'Expired') {
        throw new DriverError('unsupported', `SteVe can't make a tag that is ${status}`);
      }
      if (groupId !== undefined) await addParent(groupId, signal);
      await addTag(
        {
          idTag: idToken,
          maxActiveTransactionCount: status === 'Blocked' ? BLOCKED : UNLIMITED,
          ...(status === 'Expired' && { expiryDate: LONG_AGO }),
          ...(groupId !== undefined && { parentIdTag: groupId }),
        },
        signal,
      );
    },
    close: async () => {},
  };

  /** A parent is a tag too, and two children share it: that it is there already is no failure. */
  async function addParent(groupId: string, signal: AbortSignal): Promise<void> {
    const answer = await post('/ocppTags', { idTag: groupId, maxActiveTransactionCount: UNLIMITED }, signal);
    const there =
      answer.status === 409 || (answer.status >= 400 && answer.status < 500 && /exist|duplicate/i.test(answer.text));
    if (answer.status >= 300 && !there) throw refusal(answer, `parent tag ${groupId}`);
  }
}

const LONG_AGO = '2020-01-01T00:00:00.000Z';

const operationOf = (action: string): SteveOperation | undefined =>
  Object.hasOwn(steveOperations, action) ? steveOperations[action] : undefined;

function answerOf(
  { taskFinished, successResponses = [], errorResponses = [], exceptions = [] }: Task,
  what: string,
): DriverAnswer {
  const [exception] = exceptions;
  if (exception !== undefined)
    throw new DriverError(
      'refused',
      `${what}: SteVe could not send it: ${typeof exception === 'string' ? exception : JSON.stringify(exception)}`,
    );
  const [error] = errorResponses;
  if (error !== undefined)
    return {
      confirmed: true,
      detail: `SteVe got a CALLERROR ${error.errorCode ?? ''}: ${error.errorDescription ?? ''}`,
    };
  const [success] = successResponses;
  if (success !== undefined) return { confirmed: true, response: success.response };
  return { confirmed: taskFinished === true, detail: 'SteVe had no answer from the station' };
}
