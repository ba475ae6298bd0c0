/**
 * A small back office on npm `ocpp-rpc`, strict mode on:
 * `csms.ts --ocpp 1.6|2.0.1 [--security-profile N] [--password TEXT] [--pki DIR]`.
 */

import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type JsonObject, Line, type Office, type Outcome, startControl } from '../control.ts';
import { workDir } from '../work-dir.ts';
import { Admission } from './admission.ts';
import { Books } from './books.ts';
import { handlers16 } from './handlers16.ts';
import { handlers201 } from './handlers201.ts';

export type Handlers = Record<string, (request: JsonObject) => JsonObject>;

// Not the project's own copy, whose dependencies are overridden: the library as its users get it.
const library = createRequire(join(workDir, 'ocpp-rpc', 'package.json'))('ocpp-rpc') as typeof import('ocpp-rpc');

type Client = InstanceType<typeof library.RPCClient>;

const HANDLERS: Record<string, typeof handlers16> = { '1.6': handlers16, '2.0.1': handlers201 };

const { values } = parseArgs({
  options: {
    ocpp: { type: 'string', default: '1.6' },
    'security-profile': { type: 'string', default: '0' },
    password: { type: 'string' },
    pki: { type: 'string', default: '.' },
  },
});
const handlersOf = HANDLERS[values.ocpp];
if (!handlersOf) throw new Error(`--ocpp ${values.ocpp}: 1.6 or 2.0.1`);

const books = new Books();
const admission = new Admission({
  profile: Number(values['security-profile']),
  password: values.password,
  pki: values.pki,
});
const stations = new Map<string, { client: Client; line: Line }>();

const server = new library.RPCServer({ protocols: [`ocpp${values.ocpp}`], strictMode: true });

server.auth((accept, reject, { identity, password, request }) => {
  if (admission.admits(identity, password, request)) accept();
  else reject(401, 'Unauthorized');
});

server.on('client', (client: Client) => {
  const identity = String(client.identity);
  stations.set(identity, { client, line: new Line() });
  client.on('close', () => {
    if (stations.get(identity)?.client === client) stations.delete(identity);
  });
  for (const [action, handler] of Object.entries(handlersOf(books, identity)))
    client.handle(action, async ({ params }) => handler(params as JsonObject));
});

/** Sends one CALL; an error before anything was sent is the library's refusal of the payload. */
async function place(client: Client, action: string, payload: JsonObject): Promise<Outcome> {
  let sent = false;
  const note = (event: { outbound?: boolean }) => {
    if (event.outbound) sent = true;
  };
  client.on('call', note);
  try {
    return { kind: 'answered', response: (await client.call(action, payload)) as JsonObject };
  } catch (error) {
    const { message, rpcErrorCode } = error as Error & { rpcErrorCode?: string };
    if (!sent) return { kind: 'refused', message };
    return rpcErrorCode ? { kind: 'answered-error', code: rpcErrorCode, description: message } : { kind: 'sent' };
  } finally {
    client.off('call', note);
  }
}

const office: Office = {
  async call(version, identity, action, payload) {
    const station = version === values.ocpp ? stations.get(identity) : undefined;
    if (!station) return { kind: 'not-connected' };
    return station.line.place(async () => {
      const outcome = await place(station.client, action, payload);
      admission.note(identity, action, payload, outcome);
      return outcome;
    });
  },
  setPassword: (identity, password) => admission.setPassword(identity, password),
  createToken: (token) => books.add(token),
};

const listener = admission.createServer().on('upgrade', server.handleUpgrade);
await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
const control = await startControl(office);
process.on('SIGTERM', () => process.exit(0));
console.log(
  `ready ocpp ${admission.secure ? 'wss' : 'ws'}://127.0.0.1:${(listener.address() as AddressInfo).port}/ocpp`,
);
console.log(`ready control ${control.url}`);
