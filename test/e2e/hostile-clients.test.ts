/** Clients that mean harm, against what listens: `serve csms` and `test station` go on, hang up in time, and keep their memory. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { WebSocket } from 'ws';
import type { Report } from '../../src/report.ts';
import type { ByteLine } from '../../src/wire/raw/bytes.ts';
import { squeeze } from '../../src/wire/raw/endpoint.ts';
import { COMPRESSED, frameBytes, opcodes } from '../../src/wire/raw/frames.ts';
import { clientHello } from '../../src/wire/raw/hello.ts';
import { headBytes, requestBytes, upgrade } from '../../src/wire/raw/http.ts';
import { openLine } from '../../src/wire/raw/socket.ts';
import { inFolder, MAIN, start } from './cli.ts';

const MASK = Uint8Array.of(1, 2, 3, 4);
const OFFER = { 'Sec-WebSocket-Extensions': 'permessage-deflate; client_no_context_takeover' };

interface Wire {
  readonly line: ByteLine;
  /** Settles when the other end has gone. */
  readonly gone: Promise<void>;
}

async function wire(url: string): Promise<Wire> {
  const { hostname, port } = new URL(url);
  const line = await openLine({ host: hostname, port: Number(port), timeoutMs: 5_000 });
  const gone = new Promise<void>((resolve) => line.attach({ bytes: () => {}, ended: () => resolve() }));
  return { line, gone };
}

async function upgraded(url: string, id: string, more: Record<string, string> = {}): Promise<Wire> {
  const { pathname, host } = new URL(url);
  const { hostname, port } = new URL(url);
  const line = await openLine({ host: hostname, port: Number(port), timeoutMs: 5_000 });
  let resolveGone = () => {};
  const gone = new Promise<void>((resolve) => {
    resolveGone = resolve;
  });
  await new Promise<void>((resolve) => {
    line.attach({ bytes: () => resolve(), ended: () => resolveGone() });
    line.write(requestBytes(upgrade(`${pathname}/${id}`, host, ['ocpp1.6'], more)));
  });
  return { line, gone };
}

const text = (payload: string | Uint8Array, rsv = 0): Uint8Array =>
  frameBytes({
    opcode: opcodes.text,
    payload: typeof payload === 'string' ? new TextEncoder().encode(payload) : payload,
    mask: MASK,
    rsv,
  });

/** A right station is served. */
async function served(url: string): Promise<string> {
  const socket = new WebSocket(`${url}/GOOD01`, ['ocpp1.6'], { handshakeTimeout: 5_000 });
  try {
    return await new Promise<string>((resolve) => {
      socket.once('error', (cause) => resolve(cause.message));
      socket.once('open', () =>
        socket.send('[2,"1","BootNotification",{"chargePointVendor":"plugproof","chargePointModel":"good"}]'),
      );
      socket.once('message', (data) => resolve(String(data)));
      setTimeout(() => resolve('nothing'), 5_000).unref();
    });
  } finally {
    socket.terminate();
  }
}

const within = (ms: number, promise: Promise<unknown>): Promise<boolean> =>
  Promise.race([
    promise.then(() => true),
    new Promise<boolean>((resolve) => setTimeout(() => resolve(false), ms).unref()),
  ]);

/** Resident memory in MiB, where the system tells. */
function memory(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

const acts: readonly [name: string, act: (url: string) => Promise<void>][] = [
  [
    'a message of 64 MB out of 64 KB',
    async (url) => {
      const { line, gone } = await upgraded(url, 'BOMB', OFFER);
      line.write(text(squeeze(new Uint8Array(64 * 1024 * 1024).fill(0x20)), COMPRESSED));
      expect(await within(10_000, gone), 'is hung up on').to.equal(true);
    },
  ],
  [
    'lists in lists',
    async (url) => {
      for (const depth of [10_000, 1_000_000]) {
        const { line } = await upgraded(url, 'DEEP');
        line.write(text(`[2,"1","DataTransfer",{"vendorId":"x","data":${'['.repeat(depth)}${']'.repeat(depth)}}]`));
        await new Promise((resolve) => setTimeout(resolve, 300));
        line.reset();
      }
    },
  ],
  [
    'names that objects inherit, names that come twice, numbers without end',
    async (url) => {
      const { line } = await upgraded(url, 'PROTO');
      for (const action of ['__proto__', 'constructor', 'toString', 'hasOwnProperty'])
        line.write(text(`[2,"1","${action}",{}]`));
      line.write(text('[2,"__proto__","Heartbeat",{"__proto__":{"polluted":1},"constructor":1}]'));
      line.write(text('[2,"2","BootNotification",{"chargePointVendor":"a","chargePointVendor":5}]'));
      line.write(text('[2,"3","StatusNotification",{"connectorId":1e400,"errorCode":"\\ud800","status":"\\u0000"}]'));
      await new Promise((resolve) => setTimeout(resolve, 200));
      line.reset();
    },
  ],
  [
    'heads that never end',
    async (url) => {
      const wires = await Promise.all(Array.from({ length: 40 }, () => wire(url)));
      const drip = setInterval(() => {
        for (const [i, { line }] of wires.entries()) if (i % 2 === 0) line.write(headBytes('X-Drop: x\r\n'));
      }, 200);
      for (const { line } of wires.slice(0, 20)) line.write(headBytes('GET /ocpp/SLOW HTTP/1.1\r\nHost: x\r\n'));
      const ended = await within(20_000, Promise.all(wires.map(({ gone }) => gone)));
      clearInterval(drip);
      for (const { line } of wires) line.reset();
      expect(ended, 'all are hung up on').to.equal(true);
    },
  ],
  [
    'questions without end, and no ear for answers',
    async (url) => {
      const { line, gone } = await upgraded(url, 'DEAF');
      // Reading stops where nobody is attached; the socket below is paused by its own buffers then.
      const deaf = line as ByteLine & { pause?: () => void };
      deaf.pause?.();
      const long = 'x'.repeat(20_000);
      const ask = text(`[2,"1","DataTransfer",{"vendorId":"org.plugproof","data":"${long}"}]`);
      const many = Buffer.concat(Array.from({ length: 200 }, () => ask));
      for (let i = 0; i < 20; i++) {
        line.write(many);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      await within(5_000, gone);
      line.reset();
    },
  ],
  [
    'noise, and a TLS hello',
    async (url) => {
      for (const bytes of [
        clientHello({ version: 0x0303, suites: [0xc02b] }),
        headBytes('\r\n\r\n\0\0\0'),
        new Uint8Array(4096),
      ]) {
        const { line, gone } = await wire(url);
        line.write(bytes);
        await within(1_000, gone);
        line.reset();
      }
    },
  ],
  [
    'frames that are wrong in every way',
    async (url) => {
      for (const bytes of [
        frameBytes({ opcode: 1, payload: new Uint8Array(3) }),
        frameBytes({ opcode: 3, mask: MASK }),
        frameBytes({ opcode: 1, mask: MASK, announces: 2n ** 63n }),
        frameBytes({ opcode: 8, mask: MASK, payload: Uint8Array.of(3) }),
        frameBytes({ opcode: 9, mask: MASK, payload: new Uint8Array(200) }),
      ]) {
        const { line, gone } = await upgraded(url, 'WRONG');
        line.write(bytes);
        expect(await within(5_000, gone), 'is hung up on').to.equal(true);
        line.reset();
      }
    },
  ],
];

/** Memory that a listener may take, in MiB: what it starts with, and some messages. */
const MOST_MIB = 600;

describe('clients that mean harm', function () {
  this.timeout(60_000);

  for (const [name, act] of acts) {
    it(`serve csms stands ${name}`, async () => {
      const running = start(['serve', 'csms', '--quiet']);
      const [, url = ''] = await running.line(/^ready ocpp (\S+)$/m);
      await running.line(/^ready control/m);
      try {
        await act(url);
        expect(await served(url)).to.include('"Accepted"');
        expect(memory(running.process.pid)).to.be.below(MOST_MIB);
      } finally {
        running.process.kill('SIGTERM');
      }
      const { code, stderr } = await running.ended;
      expect([code, stderr]).to.deep.equal([143, '']);
    });
  }

  it('serve csms stands more clients than it may open files for', async () => {
    const child = spawn('bash', ['-c', `ulimit -n 160; exec "${process.execPath}" "${MAIN}" serve csms --quiet`], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let out = '';
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      out += chunk.toString();
    });
    for (let i = 0; i < 200 && !/^ready control/m.test(out); i++)
      await new Promise((resolve) => setTimeout(resolve, 50));
    const url = /^ready ocpp (\S+)$/m.exec(out)?.[1];
    expect(url, out).to.not.equal(undefined);
    const wires = await Promise.all(Array.from({ length: 300 }, () => wire(url ?? '').catch(() => undefined)));
    await new Promise((resolve) => setTimeout(resolve, 300));
    for (const one of wires) one?.line.reset();
    let answer = '';
    for (let i = 0; i < 20 && !answer.includes('Accepted'); i++) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      answer = await served(url ?? '');
    }
    child.kill('SIGTERM');
    expect(answer, out).to.include('"Accepted"');
  });

  /** What a station says to every CALL, and of its own accord. */
  const stations: readonly [name: string, says: (id: string) => string | Uint8Array][] = [
    ['nests deeper than a stack', (id) => `[3,"${id}",{"x":${'['.repeat(200_000)}${']'.repeat(200_000)}}]`],
    ['answers in ten megabytes', (id) => `[3,"${id}",{"x":"${'x'.repeat(10_000_000)}"}]`],
    ['answers in binary', (id) => new TextEncoder().encode(`[3,"${id}",{}]`)],
    ['has a prototype in its payload', (id) => `[3,"${id}",{"__proto__":{"status":"Accepted"}}]`],
    ['has control characters and a script in its answer', (id) => `[4,"${id}","\\u001b[2J</script>","\\u0000]]>",{}]`],
    ['answers what is no JSON', () => '{{{'],
  ];
  for (const [name, says] of stations) {
    it(`test station stands a station that ${name}`, () =>
      inFolder(async (out) => {
        const args = ['--case', 'ocppj/calls/unknown-action', 'ocppj/ids/longest', '--timeout', '1s', '--out', out];
        const running = start(['test', 'station', '--listen', '127.0.0.1:0', '--ocpp', '1.6', ...args]);
        const [, url = ''] = await running.line(/^ready ocpp (\S+)$/m);
        let over = false;
        const dial = () => {
          const socket = new WebSocket(`${url}/CP01`, ['ocpp1.6']);
          socket.on('error', () => {});
          socket.on('open', () =>
            socket.send('[2,"b","BootNotification",{"chargePointVendor":"a","chargePointModel":"b"}]'),
          );
          socket.on('message', (data) => {
            const id = /^\[2,"([^"]*)"/.exec(String(data))?.[1];
            if (id !== undefined) socket.send(says(id));
          });
          socket.on('close', () => void (over || setTimeout(dial, 100)));
        };
        dial();
        const ended = await running.ended;
        over = true;
        expect(ended.code, ended.stderr).to.be.oneOf([1, 3]);
        const report = JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')) as Report;
        expect(report.cases).to.have.lengthOf(2);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: terminal commands of the SUT are what is looked for
        expect(ended.stdout).to.not.match(/\u001b\[2J/);
      }));
  }
});
