/** Half-open connections: a peer that is gone without a word is found out, on either side; one that is only silent is kept. */
import { connect, createServer, type Socket } from 'node:net';
import { expect } from 'chai';
import { SILENT } from './dead-man.ts';
import type { Closing, HandshakeRequest, Transport } from './transport.ts';
import { socketDialer } from './ws-client.ts';
import { listen } from './ws-server.ts';

const IDLE_MS = 40;
/** Pings that are seen answered before it is believed. */
const PINGS = 3;
const request: HandshakeRequest = { target: '/CP01', subprotocols: ['ocpp1.6'], headers: {} };

const ended = (transport: Transport): Promise<Closing> =>
  new Promise((resolve) => transport.attach({ message: () => {}, close: resolve }));

/** A way to `port` that goes dead when told to: it takes everything and passes nothing on. */
async function blackHole(port: number) {
  const sockets: Socket[] = [];
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    sockets.push(near, far);
    for (const socket of [near, far]) socket.on('error', () => {});
    near.pipe(far);
    far.pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as { port: number }).port,
    swallow() {
      for (const socket of sockets) {
        socket.unpipe();
        socket.resume();
      }
    },
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

describe('half-open connections', () => {
  it('are found out by both sides', async () => {
    const accepted: Transport[] = [];
    const listening = await listen(
      {
        admit: () => ({ admit: true, subprotocol: 'ocpp1.6' }),
        accept: (_request, transport) => void accepted.push(transport),
      },
      { host: '127.0.0.1', port: 0, idleMs: IDLE_MS },
    );
    const way = await blackHole(listening.port);
    const dialer = socketDialer({ origin: `ws://127.0.0.1:${way.port}`, timeoutMs: 2_000, idleMs: IDLE_MS });
    const handshake = await dialer.dial(request);
    if (handshake.outcome !== 'open' || accepted[0] === undefined) throw new Error('not connected');
    const ends = [ended(handshake.transport), ended(accepted[0])];
    way.swallow();
    expect(await Promise.all(ends)).to.deep.equal([
      { code: 1006, reason: SILENT },
      { code: 1006, reason: SILENT },
    ]);
    way.close();
    await listening.close();
  });

  it('are not those on which pings are answered', async () => {
    const accepted: Transport[] = [];
    const listening = await listen(
      {
        admit: () => ({ admit: true, subprotocol: 'ocpp1.6' }),
        accept: (_request, transport) => void accepted.push(transport),
      },
      { host: '127.0.0.1', port: 0, idleMs: IDLE_MS },
    );
    const handshake = await socketDialer({ origin: listening.origin, timeoutMs: 2_000 }).dial(request);
    if (handshake.outcome !== 'open' || accepted[0] === undefined) throw new Error('not connected');
    handshake.transport.attach({ message: () => {}, close: () => {} });
    const end = ended(accepted[0]);
    let pings = 0;
    await new Promise<void>((resolve) =>
      handshake.transport.bytes?.()?.attach({ bytes: () => ++pings === PINGS && resolve(), ended: () => resolve() }),
    );
    accepted[0].close(1000, 'enough');
    expect(await end).to.deep.include({ code: 1000 });
    expect(pings).to.be.at.least(PINGS);
    await listening.close();
  });
});
