/** The listening side over TLS: what comes to nothing is told with the address that it came from. */
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { expect } from 'chai';
import { ReferencePki } from '../reference/pki.ts';
import { socketDialer } from './ws-client.ts';
import { type ListenOptions, listen } from './ws-server.ts';

/** An option that its types leave out. */
const ASKS: object = { requestOCSP: true };
const REQUEST = { target: '/CP01', subprotocols: ['ocpp1.6'], headers: {} } as const;

async function listening(brokenOff: NonNullable<ListenOptions['brokenOff']>) {
  const tls = await (await ReferencePki.create(Date.now())).server('ec');
  return listen(
    { admit: () => ({ admit: false, status: 404 }), accept: () => {} },
    { host: '127.0.0.1', port: 0, tls, brokenOff },
  );
}

describe('a listener that speaks TLS', () => {
  it('tells of a handshake that the client breaks off, and whence it came', async () => {
    const told: (string | undefined)[] = [];
    const { origin, port, close } = await listening((_end, from) => told.push(from));
    const least = socketDialer({ origin, timeoutMs: 2_000, maxVersion: 'TLSv1.2' });
    expect((await least.dial(REQUEST)).outcome).to.equal('unreachable');
    const old = socketDialer({ origin, timeoutMs: 2_000, minVersion: 'TLSv1', maxVersion: 'TLSv1.1' });
    expect((await old.dial(REQUEST)).outcome).to.equal('unreachable');
    // One that goes with its first byte.
    await new Promise<void>((resolve) => {
      const silent = connect(port, '127.0.0.1', () => silent.end(Uint8Array.of(0x16)));
      silent.once('close', () => resolve());
    });
    await close();
    expect(told).to.deep.equal(['127.0.0.1', '127.0.0.1', '127.0.0.1']);
  });
  it('shows what an OCSP responder says to a client that asks, as long as it is to', async () => {
    const pki = await ReferencePki.create(Date.now());
    const { port, show, close } = await listening(() => {});
    const asked = () =>
      new Promise<Uint8Array | null>((resolve) => {
        const socket = connectTls({ host: '127.0.0.1', port, rejectUnauthorized: false, ...ASKS });
        socket.on('error', () => {});
        socket.once('OCSPResponse', (response: Buffer | null) => {
          resolve(response);
          socket.destroy();
        });
      });
    const server = await pki.server('ec');
    const staple = pki.authority.ocsp(server.cert, 'revoked');
    show({ ...server, staple });
    expect(Buffer.from((await asked()) ?? []).equals(Buffer.from(staple))).to.equal(true);
    show(undefined);
    expect((await asked())?.length ?? 0).to.equal(0);
    await close();
  });
});
