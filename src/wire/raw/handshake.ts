/** The opening handshake over bytes, on either side: what the reference does where `ws` would leave no room for faults. */
import { createHash } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import type { Acceptor, Admission, Handshake, HandshakeRequest } from '../transport.ts';
import type { ByteLine } from './bytes.ts';
import { Endpoint } from './endpoint.ts';
import {
  type Header,
  HeadReader,
  headerOf,
  KEY,
  LONGEST_HEAD,
  type RequestHead,
  readRequest,
  readResponse,
  requestBytes,
  responseBytes,
  times,
  upgrade,
} from './http.ts';
import { noSlips, type WireSlips } from './slips.ts';

/** RFC 6455, 1.3. */
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
/** Sec-WebSocket-Accept for a key. */
export const acceptOf = (key: string): string => createHash('sha1').update(`${key}${GUID}`).digest('base64');

/** What the reference agrees to: each message by itself, so that neither end remembers the last. */
const AGREED = 'permessage-deflate; server_no_context_takeover; client_no_context_takeover';

/** Milliseconds in which a head has to be whole. */
const HEAD_MS = 10_000;

export interface AcceptOptions {
  readonly clock: Clock;
  readonly slips?: WireSlips;
  readonly die?: () => void;
  /** Extensions are agreed to where a client offers them. */
  readonly compresses?: boolean;
}

/** Serves what comes over `line`: one handshake, and then the connection, which goes to `acceptor`. */
export function acceptBytes(line: ByteLine, acceptor: Acceptor, options: AcceptOptions): void {
  const { clock, slips = noSlips, die } = options;
  const reader = new HeadReader(readRequest);
  const timer = clock.setTimeout(() => {
    if (slips.has('dies-on-slow-heads')) die?.();
    if (!slips.has('waits-for-heads')) refuse(line, 408, 'Request Timeout');
  }, HEAD_MS);
  line.attach({
    ended: (how) => {
      clock.clearTimeout(timer);
      unfinished.get(acceptor)?.delete(line);
      if (how === 'reset' && slips.has('dies-on-lost-lines')) die?.();
      line.finish();
    },
    bytes: (chunk) => {
      const request = reader.push(chunk);
      if (slips.has('serves-one-at-a-time') && othersWait(acceptor, line)) return;
      if (request === undefined && reader.bytes.length < LONGEST_HEAD) return;
      clock.clearTimeout(timer);
      unfinished.get(acceptor)?.delete(line);
      if (isOdd(request, reader.bytes.length)) {
        if (slips.has('dies-on-odd-heads')) die?.();
        if (slips.has('hangs-on-odd-heads')) return;
        if (slips.has('fails-on-odd-heads')) {
          refuse(line, 500, 'Internal Server Error');
          return;
        }
      }
      if (request === undefined) refuse(line, 431, 'Request Header Fields Too Large');
      else answer(line, request, acceptor, options);
    },
  });
}

/** Lines whose head is not whole yet, for a server that does one thing after the other. */
const unfinished = new WeakMap<Acceptor, Set<ByteLine>>();

/** True where a head is waited for on another line. */
function othersWait(acceptor: Acceptor, line: ByteLine): boolean {
  const lines = unfinished.get(acceptor) ?? new Set();
  unfinished.set(acceptor, lines.add(line));
  return lines.size > 1;
}

/** No usual handshake, right or wrong: too large, to another place, or with something twice. */
function isOdd(request: RequestHead | undefined, size: number): boolean {
  if (request === undefined || size > 4_096) return true;
  const { target, version, headers } = request;
  const offered = headerOf(headers, 'sec-websocket-protocol').split(/, */);
  return (
    version !== 'HTTP/1.1' ||
    !target.startsWith('/') ||
    times(headers, 'host') !== 1 ||
    times(headers, 'authorization') > 1 ||
    headerOf(headers, 'upgrade') !== 'websocket' ||
    new Set(offered).size < offered.length
  );
}

function answer(
  line: ByteLine,
  request: RequestHead & { readonly rest: Uint8Array },
  acceptor: Acceptor,
  { slips = noSlips, die, compresses = false }: AcceptOptions,
): void {
  const offence = offenceIn(request, slips);
  if (offence !== undefined) {
    if (slips.has('dies-on-bad-heads')) die?.();
    if (slips.has('says-500')) refuse(line, 500, 'Internal Server Error');
    else refuse(line, ...offence);
    return;
  }
  const asked = handshakeOf(request, slips);
  const admission = admitted(acceptor.admit(asked), asked, slips);
  if (!admission.admit) {
    if (admission.status === 404 && slips.has('dies-without-identity')) die?.();
    const echo = slips.has('echoes-identities') ? { 'x-station': decoded(asked.target) } : {};
    const headers = Object.entries({ ...admission.headers, ...echo });
    if (admission.keeps) {
      line.write(responseBytes(admission.status, 'Kept', headers));
      admission.keeps(line);
    } else refuse(line, admission.status, 'Refused', headers);
    return;
  }
  if (request.rest.length > 0 && slips.has('dies-on-early-bytes')) {
    die?.();
    line.reset();
    return;
  }
  const offered = headerOf(request.headers, 'sec-websocket-extensions');
  const agreed = agreedTo(offered, compresses, slips);
  if (offered !== '' && agreed === undefined && slips.has('fails-on-odd-offers')) {
    refuse(line, 500, 'Internal Server Error');
    return;
  }
  line.write(
    responseBytes(101, 'Switching Protocols', [
      ['Upgrade', 'websocket'],
      ['Connection', 'Upgrade'],
      ['Sec-WebSocket-Accept', acceptOf(headerOf(request.headers, 'sec-websocket-key'))],
      ...(admission.subprotocol === '' ? [] : [['Sec-WebSocket-Protocol', admission.subprotocol] as const]),
      ...(agreed === undefined ? [] : [['Sec-WebSocket-Extensions', agreed] as const]),
    ]),
  );
  const { subprotocol } = admission;
  const compressed = agreed !== undefined;
  acceptor.accept(
    asked,
    new Endpoint(line, { role: 'server', subprotocol, slips, compressed, early: request.rest, ...(die && { die }) }),
  );
}

function decoded(target: string): string {
  try {
    return decodeURIComponent(target);
  } catch {
    return target;
  }
}

function admitted(admission: Admission, asked: HandshakeRequest, slips: WireSlips): Admission {
  if (!admission.admit)
    return admission.status === 404 && slips.has('takes-any-path')
      ? { admit: true, subprotocol: asked.subprotocols[0] ?? '' }
      : admission;
  const told = /[?&]protocol=([^&]+)/.exec(asked.target)?.[1];
  return told !== undefined && slips.has('believes-the-url') ? { admit: true, subprotocol: told } : admission;
}

type Refusal = readonly [status: number, reason: string, headers?: readonly Header[]];

/** What is wrong with a handshake (RFC 6455, 4.2.1), whatever it asks for. */
function offenceIn({ method, version, headers }: RequestHead, slips: WireSlips): Refusal | undefined {
  const one = (name: string) => headerOf(headers, name);
  if (!/^HTTP\/1\.1$/.test(version)) return [505, 'HTTP Version Not Supported'];
  if (method !== 'GET' && !slips.has('takes-any-method')) return [405, 'Method Not Allowed'];
  if (times(headers, 'host') !== 1) return [400, 'Bad Request'];
  if (!/\bupgrade\b/i.test(one('connection')) || !/^websocket$/i.test(one('upgrade')))
    return [426, 'Upgrade Required', [['Upgrade', 'websocket']]];
  if (one('sec-websocket-version') !== '13' && !slips.has('takes-any-version'))
    return [426, 'Upgrade Required', [['Sec-WebSocket-Version', '13']]];
  const key = /^[+/0-9A-Za-z]{22}==$/.test(one('sec-websocket-key'));
  return key || slips.has('takes-any-key') ? undefined : [400, 'Bad Request'];
}

/** The extension that is agreed to; undefined for none. */
function agreedTo(offered: string, compresses: boolean, slips: WireSlips): string | undefined {
  if (offered === '') return slips.has('compresses-unasked') ? AGREED : undefined;
  if (slips.has('agrees-to-anything')) return offered;
  if (!compresses || slips.has('declines-compression')) return undefined;
  const mine = offered.split(',').find((one) => legal(one.split(';').map((part) => part.trim())));
  return mine === undefined ? undefined : AGREED;
}

/** Whether an offer of permessage-deflate is one that can be met without a window of a certain size (RFC 7692, 7.1). */
function legal([name, ...parameters]: readonly string[]): boolean {
  const known = /^(server_no_context_takeover|client_no_context_takeover|client_max_window_bits(="?(8|9|1[0-5])"?)?)$/;
  const names = parameters.map((one) => one.split('=')[0]);
  return (
    name === 'permessage-deflate' && parameters.every((one) => known.test(one)) && new Set(names).size === names.length
  );
}

function refuse(line: ByteLine, status: number, reason: string, headers: readonly Header[] = []): void {
  line.write(responseBytes(status, reason, [['Connection', 'close'], ['Content-Length', '0'], ...headers]));
  line.finish();
}

/** Of a header that stands there several times, all count, as one list: none that can stand once is right then. */
function handshakeOf({ target, headers }: RequestHead, slips: WireSlips): HandshakeRequest {
  const [first] = headers.filter(([name]) => name.toLowerCase() === 'authorization');
  const last = headers.findLast(([name]) => name.toLowerCase() === 'authorization');
  const one = slips.has('takes-first-authorization') ? first : slips.has('takes-last-authorization') ? last : undefined;
  return {
    target: target.replace(/^[a-z]+:\/\/[^/]*/i, ''),
    subprotocols: headerOf(headers, 'sec-websocket-protocol')
      .split(',')
      .map((token) => token.trim())
      .filter((token) => token !== ''),
    headers: {
      ...Object.fromEntries(headers.map(([name]) => [name.toLowerCase(), headerOf(headers, name)])),
      ...(one && { authorization: one[1] }),
    },
  };
}

/** A handshake as a client, and the connection that comes of it. */
export function dialBytes(
  line: ByteLine,
  request: HandshakeRequest,
  options: { readonly slips?: WireSlips; readonly die?: () => void; readonly host?: string } = {},
): Promise<Handshake> {
  const { slips = noSlips, die, host = 'csms' } = options;
  const reader = new HeadReader(readResponse);
  return new Promise((resolve) => {
    line.attach({
      ended: () => resolve({ outcome: 'unreachable', says: 'the connection ended before an answer came' }),
      bytes: (chunk) => {
        const response = reader.push(chunk);
        if (response === undefined) return;
        const one = (name: string) => headerOf(response.headers, name);
        if (response.status !== 101) {
          line.finish();
          const location = one('location');
          resolve({
            outcome: 'refused',
            status: response.status,
            says: `HTTP ${response.status} ${response.reason}`,
            ...(location !== '' && { location }),
          });
          return;
        }
        if (one('sec-websocket-accept') !== acceptOf(KEY) && !slips.has('takes-any-accept')) {
          line.finish();
          resolve({ outcome: 'unreachable', says: 'the handshake was answered for another key' });
          return;
        }
        const subprotocol = one('sec-websocket-protocol');
        const transport = new Endpoint(line, {
          role: 'client',
          subprotocol,
          slips,
          early: response.rest,
          ...(die && { die }),
        });
        resolve({ outcome: 'open', transport });
      },
    });
    line.write(requestBytes(upgrade(request.target, host, request.subprotocols, request.headers)));
  });
}
