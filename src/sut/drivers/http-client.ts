/** HTTP to a control API: one request at a time, told truly, with a second try where a CALL is outstanding. */
import type { Clock } from '../../clock.ts';
import type { AuthSettings } from '../config/config-file.ts';
import { deadline, pause } from './deadline.ts';
import { DriverError, type DriverErrorKind } from './driver.ts';

export interface HttpClientOptions {
  /** Base address; a path of its own stays, a slash at its end is no matter. */
  readonly url: string;
  readonly auth?: AuthSettings;
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds for a request with all its second tries. */
  readonly timeoutMs: number;
  readonly clock: Clock;
}

export interface HttpRequest {
  readonly method: string;
  /** Starts with a slash, already percent-encoded. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** True where a 409 means "a CALL is outstanding: later". */
  readonly retryConflict?: boolean;
}

export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
  /** The body as JSON; undefined where it is none. */
  readonly json: unknown;
}

/** First wait after a 409, in milliseconds; doubled each time up to the last: a station answers within a second or so. */
const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 1_000;
/** Longest piece of a body that goes into a message. */
const SHOWN = 200;

/** @throws DriverError `unreachable` where no answer comes, `busy` where a CALL is outstanding to the end */
export async function sendHttp(
  request: HttpRequest,
  options: HttpClientOptions,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const { clock, timeoutMs } = options;
  const limit = deadline(clock, timeoutMs, signal);
  try {
    for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
      const answer = await once(request, options, limit.signal, () =>
        limit.timedOut() ? `no answer within ${timeoutMs} ms` : 'it was given up',
      );
      if (answer.status !== 409 || request.retryConflict !== true) return answer;
      await pause(clock, wait, limit.signal);
      if (limit.signal.aborted) throw new DriverError('busy', `a CALL is outstanding, and stayed so${saysOf(answer)}`);
    }
  } finally {
    limit.clear();
  }
}

async function once(
  request: HttpRequest,
  options: HttpClientOptions,
  signal: AbortSignal,
  over: () => string,
): Promise<HttpAnswer> {
  const { method, path, body, headers } = request;
  const address = `${options.url.replace(/\/+$/, '')}${path}`;
  try {
    const response = await fetch(address, {
      method,
      signal,
      // A redirect is an answer too: the way to a sign-in page means "who are you?".
      redirect: 'manual',
      headers: { accept: 'application/json', ...authorization(options.auth), ...options.headers, ...headers },
      ...(body !== undefined && { body }),
    });
    const text = await response.text();
    return { status: response.status, text, json: parse(text) };
  } catch (cause) {
    const says = signal.aborted ? over() : reason(cause);
    throw new DriverError('unreachable', `${method} ${address}: ${says}`);
  }
}

/** The header that shows who asks; none where nothing was given. */
export function authorization({ user, password = '', bearer }: AuthSettings = {}): Record<string, string> {
  if (bearer !== undefined) return { authorization: `Bearer ${bearer}` };
  return user === undefined ? {} : { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `fetch` hides why behind "fetch failed". */
function reason(cause: unknown): string {
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  if (inner instanceof AggregateError && inner.errors.length > 0) return reason(inner.errors[0]);
  return inner instanceof Error ? inner.message || inner.name : String(inner);
}

/** What an API says about a refusal: its `error` or `message`, else the beginning of its body; `: …` or nothing. */
export function saysOf({ json, text }: HttpAnswer): string {
  const body = json !== null && typeof json === 'object' ? (json as Readonly<Record<string, unknown>>) : {};
  const says = [body['error_description'], body['message'], body['error'], body['detail']].find(
    (one) => typeof one === 'string' && one !== '',
  );
  const shown = (typeof says === 'string' ? says : text).trim().replace(/\s+/g, ' ');
  return shown === '' ? '' : `: ${shown.slice(0, SHOWN)}`;
}

/** What a status means where an API says nothing else about it. */
const KINDS: Readonly<Record<number, DriverErrorKind>> = {
  404: 'not-connected',
  409: 'busy',
  405: 'unsupported',
  501: 'unsupported',
  502: 'unreachable',
  503: 'unreachable',
  504: 'unreachable',
};

/** A status that does not mean done, as an error. @param key of plugproof.yaml under which the API is set up */
export function refusal(answer: HttpAnswer, what: string, key: 'driver' | 'actuator' = 'driver'): DriverError {
  const { status } = answer;
  if (status === 401 || status === 403)
    return new DriverError(
      'refused',
      `${what}: HTTP ${status}: the control API wants other credentials; see ${key}.auth${saysOf(answer)}`,
    );
  if (status >= 300 && status < 400)
    return new DriverError(
      'refused',
      `${what}: HTTP ${status}: the control API leads elsewhere, as to a sign-in page; see ${key}.auth and ${key}.url`,
    );
  return new DriverError(KINDS[status] ?? 'refused', `${what}: HTTP ${status}${saysOf(answer)}`);
}
