/** Back offices that mean harm, for whoever plays a station at them. */
import type { IncomingMessage } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { squeeze } from '../../src/wire/raw/endpoint.ts';
import { COMPRESSED, frameBytes, opcodes } from '../../src/wire/raw/frames.ts';

export interface Backend {
  readonly url: string;
  stop(): void;
}

type Answer = (socket: WebSocket, id: string, action: string, request: IncomingMessage) => void;

/** A station beats each second. */
const boot = () => `{"status":"Accepted","interval":1,"currentTime":"${new Date().toISOString()}"}`;
const time = () => `{"currentTime":"${new Date().toISOString()}"}`;
const right = (id: string, action: string) =>
  `[3,"${id}",${action === 'BootNotification' ? boot() : action === 'Heartbeat' ? time() : '{}'}]`;

/** Registers a station as it should; what comes after is `answer`. */
const afterBoot =
  (answer: Answer): Answer =>
  (socket, id, action, request) =>
    action === 'Heartbeat' ? answer(socket, id, action, request) : socket.send(right(id, action));

async function backend(answer: Answer, opened: (socket: WebSocket) => void = () => {}): Promise<Backend> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'ocpp1.6' });
  await new Promise<void>((resolve) => server.once('listening', () => resolve()));
  server.on('connection', (socket, request) => {
    socket.on('error', () => {});
    opened(socket);
    socket.on('message', (data) => {
      const [type, id, action] = JSON.parse(String(data)) as [number, string, string];
      if (type === 2) answer(socket, id, action, request);
    });
  });
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/ocpp`,
    stop: () => {
      for (const socket of server.clients) socket.terminate();
      server.close();
    },
  };
}

/** Takes connections, and says nothing whatever is asked. */
async function mute(): Promise<Backend> {
  const server = createServer((socket) => socket.on('error', () => {}).resume());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/ocpp`, stop: () => server.close() };
}

/** A message of 64 MB, out of 64 KB. */
const bomb = frameBytes({
  opcode: opcodes.text,
  payload: squeeze(new Uint8Array(64 * 1024 * 1024).fill(0x20)),
  rsv: COMPRESSED,
});

/** By what they do. */
export const hostileBackends: Readonly<Record<string, () => Promise<Backend>>> = {
  'takes connections and never says a word': mute,
  'never answers': () => backend(() => {}),
  'answers no Heartbeat, and no close': () => backend(afterBoot((socket) => socket.pause())),
  'hangs up on everyone': () =>
    backend(
      () => {},
      (socket) => socket.terminate(),
    ),
  'sends garbage': () =>
    backend(
      afterBoot((socket, id, action) => {
        for (const text of ['{{{', '[', '[9,"x"]', '', '[3]', 'null', '['.repeat(100_000)]) socket.send(text);
        socket.send(Buffer.from([0xff, 0x00]));
        socket.send(right(id, action));
      }),
    ),
  'floods each station with CALLs, under names of its own making': () =>
    backend(
      afterBoot((socket, id, action) => {
        for (let i = 0; i < 1_000; i++) socket.send(`[2,"${id}-${i}","Made${'abcdefghij'[i % 10]}${id.slice(-3)}",{}]`);
        socket.send(right(id, action));
      }),
    ),
  'floods with answers to nothing': () =>
    backend(
      afterBoot((socket, id, action) => {
        for (let i = 0; i < 2_000; i++) socket.send(`[3,"${id}-${i}",{}]`);
        socket.send(right(id, action));
      }),
    ),
  'answers in ten megabytes': () =>
    backend(afterBoot((socket, id) => socket.send(`[3,"${id}",{"currentTime":"${'x'.repeat(10_000_000)}"}]`))),
  'sends what inflates to 64 MB': () =>
    backend(afterBoot((_socket, _id, _action, request) => request.socket.write(bomb))),
  'asks without end and reads no answer': () =>
    backend(
      afterBoot((socket, id) => {
        socket.pause();
        const vendor = 'v'.repeat(200);
        for (let i = 0; i < 10_000; i++) socket.send(`[2,"${id}-${i}","DataTransfer",{"vendorId":"${vendor}"}]`);
      }),
    ),
};
