/** One of the wrong back offices as a program: `back-office.ts --kind yes-man --ocpp 1.6|2.0.1 [--delay-ms N]`. */

import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { type WebSocket, WebSocketServer } from 'ws';
import { type Json, type JsonObject, Line, type Outcome, startControl } from '../control.ts';
import { versions } from './answers.ts';
import { type Call, type Kind, kinds } from './kinds.ts';

/** OCPP-J names no timeout; 30 s is what most stations and back offices wait, so this is past it. */
const LATE_MS = 35_000;
const GIVE_UP_MS = 30_000;

const { values } = parseArgs({
  options: {
    kind: { type: 'string', default: 'yes-man' },
    ocpp: { type: 'string', default: '1.6' },
    'delay-ms': { type: 'string', default: String(LATE_MS) },
  },
});
const kind: Kind | undefined = (kinds as Record<string, Kind>)[values.kind];
if (!kind) throw new Error(`--kind ${values.kind}: one of ${Object.keys(kinds).join(', ')}`);
if (!versions.includes(values.ocpp)) throw new Error(`--ocpp ${values.ocpp}: one of ${versions.join(', ')}`);
const { answers, onward, closes, late }: Kind = kind;
const delayMs = Number(values['delay-ms']);

interface Station {
  socket: WebSocket;
  line: Line;
  pending: Map<string, (outcome: Outcome) => void>;
}

const stations = new Map<string, Station>();

const subprotocol = `ocpp${values.ocpp}`;
const server = new WebSocketServer({
  host: '127.0.0.1',
  port: 0,
  handleProtocols: (offered) => (offered.has(subprotocol) ? subprotocol : false),
});

server.on('connection', (socket, request) => {
  const path = new URL(request.url ?? '/', 'http://localhost').pathname;
  const identity = decodeURIComponent(path.slice(path.lastIndexOf('/') + 1));
  const station: Station = { socket, line: new Line(), pending: new Map() };
  stations.set(identity, station);
  socket.on('error', () => socket.terminate());
  socket.on('close', () => {
    if (stations.get(identity) === station) stations.delete(identity);
  });
  socket.on('message', (data) => {
    if (closes) socket.close(1000);
    else receive(station, String(data));
  });
});

function receive({ socket, pending }: Station, text: string): void {
  const frame = parse(text);
  if (!frame) return;
  const [type, id, third, fourth] = frame;
  if (type === 2 && typeof third === 'string') answer(socket, { id: id ?? null, action: third, payload: fourth ?? {} });
  if (type === 3) pending.get(String(id))?.({ kind: 'answered', response: third ?? null });
  if (type === 4)
    pending.get(String(id))?.({ kind: 'answered-error', code: String(third), description: String(fourth) });
}

function answer(socket: WebSocket, call: Call): void {
  const send = () => {
    for (const frame of answers(values.ocpp, call)) socket.send(JSON.stringify(frame));
  };
  if (late) setTimeout(send, delayMs);
  else send();
}

function parse(text: string): Json[] | undefined {
  try {
    const value = JSON.parse(text) as Json;
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function place({ socket, pending }: Station, action: string, payload: JsonObject): Promise<Outcome> {
  const id = randomUUID();
  return new Promise<Outcome>((resolve) => {
    const timer = setTimeout(() => resolve({ kind: 'sent' }), GIVE_UP_MS);
    pending.set(id, (outcome) => {
      clearTimeout(timer);
      resolve(outcome);
    });
    socket.send(JSON.stringify([2, id, action, onward(values.ocpp, payload)]));
  }).finally(() => pending.delete(id));
}

server.on('listening', async () => {
  const control = await startControl({
    async call(version, identity, action, payload) {
      const station = version === values.ocpp ? stations.get(identity) : undefined;
      if (!station) return { kind: 'not-connected' };
      return station.line.place(() => place(station, action, payload));
    },
    // A back office without state: tokens and passwords are accepted and forgotten.
    setPassword: () => undefined,
    createToken: () => undefined,
  });
  console.log(`ready ocpp ws://127.0.0.1:${(server.address() as AddressInfo).port}/ocpp`);
  console.log(`ready control ${control.url}`);
});
process.on('SIGTERM', () => process.exit(0));
