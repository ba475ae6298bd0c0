/** Endpoints that mean harm, or know no better: the run ends, says what was wrong, and is never our own defect. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { expect } from 'chai';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Report } from '../../src/report.ts';
import { inFolder, run } from './cli.ts';

type Answer = (socket: WebSocket, id: string, action: string) => void;

/** A back office that answers every CALL in its own way. */
async function hostile(answer: Answer) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'ocpp1.6' });
  await new Promise<void>((resolve) => server.once('listening', () => resolve()));
  server.on('connection', (socket) => {
    socket.on('error', () => {});
    socket.on('message', (data) => {
      let frame: unknown;
      try {
        frame = JSON.parse(String(data));
      } catch {
        return;
      }
      if (Array.isArray(frame) && frame[0] === 2) answer(socket, String(frame[1]), String(frame[2]));
    });
  });
  return {
    url: `ws://127.0.0.1:${(server.address() as { port: number }).port}/ocpp`,
    stop: () => {
      for (const socket of server.clients) socket.terminate();
      server.close();
    },
  };
}

const boot = '{"status":"Accepted","interval":300,"currentTime":"2026-01-01T00:00:00Z"';

const ways: readonly [name: string, answer: Answer][] = [
  [
    'nests deeper than a stack',
    (socket, id) => socket.send(`[3,"${id}",${boot},"x":${'['.repeat(200_000)}${']'.repeat(200_000)}}]`),
  ],
  ['sends ten megabytes', (socket, id) => socket.send(`[3,"${id}",${boot},"x":"${'x'.repeat(10_000_000)}"}]`)],
  ['sends more than any message may have', (socket, id) => socket.send(`[3,"${id}","${'x'.repeat(20_000_000)}"]`)],
  [
    'floods',
    (socket, id) => {
      for (let i = 0; i < 60_000; i++) socket.send(`[3,"${id}-${i}",{}]`);
    },
  ],
  [
    'floods with CALLs',
    (socket, id) => {
      for (let i = 0; i < 60_000; i++) socket.send(`[2,"${id}-${i}","GetConfiguration",{}]`);
    },
  ],
  ['answers in binary', (socket, id) => socket.send(Buffer.from(`[3,"${id}",{}]`))],
  [
    'has a prototype in its payload',
    (socket, id) => socket.send(`[3,"${id}",{"__proto__":{"status":"Accepted"},"constructor":1}]`),
  ],
  [
    'has control characters and a script in its answer',
    (socket, id) => socket.send(`[4,"${id}","\\u001b[2J</script>","\\u0000]]>",{}]`),
  ],
  ['never closes', (socket) => socket.pause()],
];

describe('hostile endpoints', function () {
  this.timeout(60_000);
  for (const [name, answer] of ways) {
    it(`one that ${name}`, () =>
      inFolder(async (out) => {
        const server = await hostile(answer);
        const reports = ['html', 'junit', 'ctrf', 'markdown', 'tap'].flatMap((kind) => [
          '--report',
          `${kind}=${join(out, kind)}`,
        ]);
        const args = [
          'test',
          'csms',
          '--url',
          server.url,
          '--ocpp',
          '1.6',
          '--case',
          'csms/provisioning/cold-boot',
          '--timeout',
          '1s',
          '--out',
          out,
        ];
        const ended = await run([...args, '--report', 'console', ...reports]);
        server.stop();
        expect(ended.code, ended.stderr).to.be.oneOf([1, 3]);
        const report = JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')) as Report;
        expect(report.cases[0]?.verdict).to.be.oneOf(['fail', 'inconclusive']);
        expect(readFileSync(join(out, 'html'), 'utf8').length).to.be.lessThan(60_000_000);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: terminal commands of the SUT are what is looked for
        expect(ended.stdout).to.not.match(/\u001b\[2J/);
      }));
  }

  it('one that redirects', () =>
    inFolder(async (out) => {
      const server = createServer((_request, response) => response.end());
      server.on('upgrade', (_request, socket) =>
        socket.end('HTTP/1.1 302 Found\r\nlocation: ws://127.0.0.1:9/\r\nconnection: close\r\n\r\n'),
      );
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as { port: number };
      const ended = await run([
        'test',
        'csms',
        '--url',
        `ws://127.0.0.1:${port}/o`,
        '--ocpp',
        '1.6',
        '--case',
        'csms/provisioning/cold-boot',
        '--timeout',
        '1s',
        '--out',
        out,
      ]);
      server.close();
      expect(ended.code).to.equal(3);
      expect(ended.stdout).to.include('302');
    }));
});
