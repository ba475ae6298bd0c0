/** Back offices that mean harm, under load: the run ends in time, its report says what happened, its memory stays. */
import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { expect } from 'chai';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Report } from '../../src/report.ts';
import { squeeze } from '../../src/wire/raw/endpoint.ts';
import { COMPRESSED, frameBytes, opcodes } from '../../src/wire/raw/frames.ts';
import { type Ended, inFolder, run } from './cli.ts';

interface Backend {
  readonly url: string;
  stop(): void;
}

type Answer = (socket: WebSocket, id: string, action: string, request: IncomingMessage) => void;

const boot = () => `{"status":"Accepted","interval":300,"currentTime":"${new Date().toISOString()}"}`;
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

const STATIONS = 5;
const MOST_MIB = 500;
const MOST_MS = 60_000;

type Counts = (name: string) => number;
interface Way {
  readonly name: string;
  readonly backend: () => Promise<Backend>;
  readonly codes: readonly number[];
  readonly says: (count: Counts, report: Report) => void;
}

const ways: readonly Way[] = [
  {
    name: 'takes connections and never says a word',
    backend: mute,
    codes: [3],
    says: (count) => expect(count('ocpp_connect_errors')).to.be.at.least(STATIONS),
  },
  {
    name: 'never answers',
    backend: () => backend(() => {}),
    codes: [3],
    says: (count, { run: { notes } }) => {
      expect(count('ocpp_calls_unanswered')).to.be.at.least(STATIONS);
      expect(notes.join()).to.include(`${STATIONS} of ${STATIONS} stations were not registered`);
    },
  },
  {
    name: 'answers no Heartbeat, and no close',
    backend: () => backend(afterBoot((socket) => socket.pause())),
    codes: [0, 3],
    says: (count) => expect(count('ocpp_calls_unanswered')).to.be.at.least(STATIONS),
  },
  {
    name: 'hangs up on everyone',
    backend: () =>
      backend(
        () => {},
        (socket) => socket.terminate(),
      ),
    codes: [3],
    says: (count) => expect(count('ocpp_sessions_lost')).to.be.at.least(STATIONS),
  },
  {
    name: 'sends garbage',
    backend: () =>
      backend(
        afterBoot((socket, id, action) => {
          for (const text of ['{{{', '[', '[9,"x"]', '', '[3]', 'null', '['.repeat(100_000)]) socket.send(text);
          socket.send(Buffer.from([0xff, 0x00]));
          socket.send(right(id, action));
        }),
      ),
    codes: [0, 3],
    says: (count) => expect(count('ocpp_frames_unreadable')).to.be.at.least(8 * STATIONS),
  },
  {
    name: 'floods each station with CALLs, under names of its own making',
    backend: () =>
      backend(
        afterBoot((socket, id, action) => {
          for (let i = 0; i < 1_000; i++)
            socket.send(`[2,"${id}-${i}","Made${'abcdefghij'[i % 10]}${id.slice(-3)}",{}]`);
          socket.send(right(id, action));
        }),
      ),
    codes: [0, 3],
    says: (count) => expect(count('ocpp_calls_received')).to.be.at.least(1_000 * STATIONS),
  },
  {
    name: 'floods with answers to nothing',
    backend: () =>
      backend(
        afterBoot((socket, id, action) => {
          for (let i = 0; i < 2_000; i++) socket.send(`[3,"${id}-${i}",{}]`);
          socket.send(right(id, action));
        }),
      ),
    codes: [0, 3],
    says: (count) => expect(count('ocpp_answers_unexpected')).to.be.at.least(2_000 * STATIONS),
  },
  {
    name: 'answers in ten megabytes',
    backend: () =>
      backend(afterBoot((socket, id) => socket.send(`[3,"${id}",{"currentTime":"${'x'.repeat(10_000_000)}"}]`))),
    codes: [0, 3],
    says: (count) => expect(count('ocpp_schema_violations')).to.be.greaterThan(0),
  },
  {
    name: 'sends what inflates to 64 MB',
    backend: () => backend(afterBoot((_socket, _id, _action, request) => request.socket.write(bomb))),
    codes: [0, 3],
    says: (count) => expect(count('ocpp_sessions_lost')).to.be.greaterThan(0),
  },
  {
    name: 'asks without end and reads no answer',
    backend: () =>
      backend(
        afterBoot((socket, id) => {
          socket.pause();
          const vendor = 'v'.repeat(200);
          for (let i = 0; i < 10_000; i++) socket.send(`[2,"${id}-${i}","DataTransfer",{"vendorId":"${vendor}"}]`);
        }),
      ),
    codes: [0, 3],
    says: (count) => expect(count('ocpp_calls_unanswered')).to.be.at.least(STATIONS),
  },
];

interface Outcome extends Ended {
  readonly report: Report;
  readonly tookMs: number;
}

const under = (way: Way): Promise<Outcome> =>
  inFolder(async (out) => {
    const { url, stop } = await way.backend();
    const began = performance.now();
    const load = ['load', '--url', url, '--ocpp', '1.6', '--stations', String(STATIONS), '--ramp', '0s'];
    const ended = await run([
      ...load,
      ...['--rate', '20', '--duration', '2s', '--timeout', '1s', '--report', 'html', '--out', out, '--quiet'],
    ]);
    stop();
    const report = JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')) as Report;
    return { ...ended, report, tookMs: performance.now() - began };
  });

describe('load on a back office that means harm', function () {
  this.timeout(120_000);
  const outcomes = new Map<Way, Promise<Outcome>>();
  // Most of them wait most of the time: three at a time.
  before(() => {
    let last: Promise<unknown>[] = [];
    for (const way of ways) {
      const turn = last.length < 3 ? undefined : last[last.length - 3];
      const outcome = Promise.resolve(turn)
        .catch(() => {})
        .then(() => under(way));
      outcome.catch(() => {});
      last = [...last, outcome];
      outcomes.set(way, outcome);
    }
  });

  for (const way of ways) {
    it(`one that ${way.name}`, async () => {
      const { code, stderr, report, tookMs } = (await outcomes.get(way)) as Outcome;
      expect(stderr, stderr).to.not.match(/defect of plugproof|\n\s+at /);
      const count: Counts = (name) => report.load?.metrics[name]?.values['count'] ?? 0;
      way.says(count, report);
      expect(code, stderr).to.be.oneOf(way.codes);
      expect(tookMs).to.be.lessThan(MOST_MS);
      expect((report.load?.generator.maxRssBytes ?? 0) / 2 ** 20).to.be.lessThan(MOST_MIB);
    });
  }
});
