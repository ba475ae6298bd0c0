/** Client certificates, good and bad, at servers that refuse in each way there is: accepted only by the 101. */
// In TLS 1.3 a client is through with the handshake before its certificate was looked at; an alert, a reset or an end before
// the 101 is a refusal.
import { createHash } from 'node:crypto';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { expect } from 'chai';
import { WebSocketServer } from 'ws';
import { Authority } from '../pki/authority.ts';
import type { TlsVersion } from './transport.ts';
import { socketDialer } from './ws-client.ts';
import { listen } from './ws-server.ts';

const DAY_MS = 86_400_000;

interface Secured {
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
}
interface Server {
  readonly port: number;
  close(): void;
}

/** RFC 6455, 4.2.2. */
const acceptOf = (key: string): string =>
  createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');

/** How servers tell a client that they don't want its certificate. */
const servers: Readonly<Record<string, (tls: Secured) => Promise<Server>>> = {
  'by an alert, or as OpenSSL does it': async (tls) => {
    const server = createServer({ ...tls, requestCert: true, rejectUnauthorized: true });
    const sockets = new WebSocketServer({ server, handleProtocols: () => 'ocpp1.6' });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return {
      port: (server.address() as AddressInfo).port,
      close: () => {
        for (const socket of sockets.clients) socket.terminate();
        server.close();
      },
    };
  },
  'after the handshake, as we do it': async (tls) => {
    const server = await listen(
      { admit: () => ({ admit: true, subprotocol: 'ocpp1.6' }), accept: () => {} },
      { host: '127.0.0.1', port: 0, tls: { ...tls, requestCert: true } },
    );
    return { port: server.port, close: () => void server.close() };
  },
  ...Object.fromEntries(
    (['resetAndDestroy', 'end'] as const).map((way) => [
      way === 'end' ? 'with an end, once it was asked' : 'with a reset, once it was asked',
      async (tls: Secured) => {
        const below = new Map<number | undefined, Socket>();
        const server = createTlsServer({ ...tls, requestCert: true, rejectUnauthorized: false }, (socket) => {
          socket.on('error', () => {});
          socket.once('data', (head) => {
            if (!socket.authorized) {
              below.get(socket.remotePort)?.[way]();
              return;
            }
            const key = /sec-websocket-key: (\S+)/i.exec(String(head))?.[1] ?? '';
            const lines = ['Upgrade: websocket', 'Connection: Upgrade', 'Sec-WebSocket-Protocol: ocpp1.6'];
            lines.push(`Sec-WebSocket-Accept: ${acceptOf(key)}`);
            socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('\r\n')}\r\n\r\n`);
          });
        });
        server.on('connection', (raw: Socket) =>
          below.set(
            raw.remotePort,
            raw.on('error', () => {}),
          ),
        );
        await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
        return { port: (server.address() as AddressInfo).port, close: () => server.close() };
      },
    ]),
  ),
};

describe('client certificates', () => {
  let tls: Secured;
  let shown: Readonly<Record<string, { readonly cert: string; readonly key: string } | null>>;
  before(async () => {
    const now = Date.now();
    const authority = await Authority.create({ name: 'root', now });
    const rogue = await Authority.create({ name: 'rogue', now });
    const client = { commonName: 'CP01', use: 'client' } as const;
    tls = {
      ...(await authority.issue({ commonName: 'localhost', hosts: ['127.0.0.1'], use: 'server' })),
      ca: authority.cert,
    };
    shown = {
      good: await authority.issue(client),
      expired: await authority.issue({ ...client, from: -2 * DAY_MS, until: -DAY_MS }),
      'of another authority': await rogue.issue(client),
      none: null,
    };
  });

  for (const [how, start] of Object.entries(servers))
    for (const version of ['TLSv1.2', 'TLSv1.3'] as const satisfies readonly TlsVersion[])
      it(`are refused ${how}, ${version}`, async () => {
        const server = await start(tls);
        const outcomes: Record<string, string> = {};
        for (const [name, client] of Object.entries(shown)) {
          const dialer = socketDialer({ origin: `wss://127.0.0.1:${server.port}`, ca: tls.ca, timeoutMs: 5_000 });
          const request = { target: '/CP01', subprotocols: ['ocpp1.6'], headers: {} };
          const handshake = await dialer.dial({ ...request, tls: { version, client } });
          outcomes[name] = handshake.outcome;
          if (handshake.outcome === 'open') handshake.transport.terminate();
        }
        server.close();
        expect(outcomes).to.deep.equal({
          good: 'open',
          expired: 'refused',
          'of another authority': 'refused',
          none: 'refused',
        });
      });

  it('are refused in words, without the files and lines of OpenSSL', async () => {
    const [start] = Object.values(servers);
    const server = await (start as NonNullable<typeof start>)(tls);
    const dialer = socketDialer({ origin: `wss://127.0.0.1:${server.port}`, ca: tls.ca, timeoutMs: 5_000 });
    const request = { target: '/CP01', subprotocols: ['ocpp1.6'], headers: {} };
    const handshake = await dialer.dial({
      ...request,
      tls: { suites: ['ECDHE-RSA-AES128-GCM-SHA256'], version: 'TLSv1.2' },
    });
    server.close();
    expect(handshake.outcome === 'open' ? 'open' : handshake.says).to.match(
      /^TLS: sslv3 alert handshake failure( \(alert 40\))?$/,
    );
  });
});
