/** The octt-trigger control API over HTTP, shared by the counterparts that are written in TypeScript. */

import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** What became of a CALL that an operator asked for. */
export type Outcome =
  | { kind: 'not-connected' }
  | { kind: 'busy' }
  | { kind: 'refused'; message: string }
  | { kind: 'sent' }
  | { kind: 'answered'; response: Json }
  | { kind: 'answered-error'; code: string; description: string };

export interface Token {
  id: string;
  status: string;
  groupId?: string;
}

/** What a back office offers to its operator. */
export interface Office {
  call(version: string, station: string, action: string, payload: JsonObject): Promise<Outcome>;
  setPassword(station: string, password: string): void;
  createToken(token: Token): void;
}

/** Short: the reply to the trigger waits for the station this long, so that nobody who awaits it is held up. */
const WAIT_FOR_ANSWER_MS = 200;

/** One connection's outgoing side: at most one CALL at a time (OCPP-J 4.1.1). */
export class Line {
  #outstanding: Promise<void> | undefined;

  /**
   * Places a CALL. `send` resolves with what the station answered, at the latest when the library gives up.
   * A CALL that is still outstanding gets a short grace, because its answer can be in the other socket's buffer.
   */
  async place(send: () => Promise<Outcome>): Promise<Outcome> {
    if (this.#outstanding && !(await settlesSoon(this.#outstanding))) return { kind: 'busy' };
    if (this.#outstanding) return { kind: 'busy' };
    const outcome = send();
    const done = outcome.then(
      () => undefined,
      () => undefined,
    );
    this.#outstanding = done;
    void done.then(() => {
      this.#outstanding = undefined;
    });
    return (await settlesSoon(done)) ? outcome : { kind: 'sent' };
  }
}

function settlesSoon(promise: Promise<void>): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), WAIT_FOR_ANSWER_MS);
    void promise.then(() => {
      clearTimeout(timer);
      // A turn later, so that whoever owns the promise has cleared it.
      setImmediate(() => resolve(true));
    });
  });
}

const REPLIES: { [K in Outcome['kind']]: (outcome: Extract<Outcome, { kind: K }>) => [number, Json] } = {
  'not-connected': () => [404, { error: 'station not connected' }],
  busy: () => [409, { error: 'a CALL is outstanding' }],
  refused: ({ message }) => [422, { error: message }],
  sent: () => [200, { status: 'sent' }],
  answered: ({ response }) => [200, { status: 'answered', response }],
  'answered-error': ({ code, description }) => [200, { status: 'answered', error: { code, description } }],
};

function replyTo<K extends Outcome['kind']>(outcome: Extract<Outcome, { kind: K }>): [number, Json] {
  const reply = REPLIES[outcome.kind] as (outcome: Outcome) => [number, Json];
  return reply(outcome);
}

/** Listens on 127.0.0.1 at a free port; resolves with the server and its base address. */
export async function startControl(office: Office): Promise<{ server: Server; url: string }> {
  const server = createServer((request, response) => {
    handle(office, request)
      .catch((error: unknown): [number, Json] => [500, { error: String(error) }])
      .then(([status, body]) => {
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(JSON.stringify(body));
      })
      .catch((error: unknown) => console.error(error));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

async function handle(office: Office, request: IncomingMessage): Promise<[number, Json]> {
  const parts = new URL(request.url ?? '/', 'http://localhost').pathname.split('/').slice(1).map(decodeURIComponent);
  if (request.method !== 'POST' || parts[0] !== 'api' || parts[1] !== 'octt')
    return [404, { error: 'no such resource' }];
  const body = await readObject(request);
  if (!body) return [400, { error: 'the body is no JSON object' }];
  const [, , first, station, call, action] = parts;
  if (parts.length === 3 && first === 'create-token') {
    const { token_id: id, status, group_id: groupId } = body;
    if (typeof id !== 'string' || typeof status !== 'string') return [422, { error: 'token_id and status are needed' }];
    office.createToken({ id, status, ...(typeof groupId === 'string' && { groupId }) });
    return [200, {}];
  }
  if (parts.length === 3 && first === 'set-basic-auth-password') {
    const { station_id: id, password } = body;
    if (typeof id !== 'string' || typeof password !== 'string')
      return [422, { error: 'station_id and password are needed' }];
    office.setPassword(id, password);
    return [200, {}];
  }
  if (parts.length === 6 && first && station && call === 'call' && action)
    return replyTo(await office.call(first, station, action, body));
  return [404, { error: 'no such resource' }];
}

async function readObject(request: IncomingMessage): Promise<JsonObject | undefined> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  try {
    const value = JSON.parse(Buffer.concat(chunks).toString('utf8') || '{}') as Json;
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
