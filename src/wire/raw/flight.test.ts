/** A first flight by hand, and what OpenSSL makes of it. */
import { connect as connectTls } from 'node:tls';
import { expect } from 'chai';
import { ReferencePki } from '../../reference/pki.ts';
import type { HandshakeEnd, HelloSlip } from '../transport.ts';
import { listen } from '../ws-server.ts';

const ILLEGAL_PARAMETER = 47;
/** Suites of one kind each: ECDSA, RSA without a key exchange, RSA with one. */
const SUITES = ['ECDHE-ECDSA-AES128-GCM-SHA256', 'AES128-GCM-SHA256', 'ECDHE-RSA-AES128-GCM-SHA256'];

async function meet(
  flight: HelloSlip,
  ciphers: string,
  most: 'TLSv1.2' | 'TLSv1.3' = 'TLSv1.3',
): Promise<HandshakeEnd> {
  const pki = await ReferencePki.create(Date.now());
  const issued = await Promise.all([pki.server('ec'), pki.server('rsa')]);
  const tls = { cert: issued.map(({ cert }) => cert), key: issued.map(({ key }) => key) };
  let listening: Awaited<ReturnType<typeof listen>> | undefined;
  const end = await new Promise<HandshakeEnd>((resolve, reject) => {
    listen(
      { admit: () => ({ admit: false, status: 404 }), accept: () => {} },
      { host: '127.0.0.1', port: 0, tls, brokenOff: resolve },
    ).then((made) => {
      listening = made;
      made.show({ ...tls, flight });
      const client = connectTls({
        host: '127.0.0.1',
        port: made.port,
        ca: pki.authority.cert,
        servername: 'localhost',
        ciphers: `${ciphers}:@SECLEVEL=0`,
        maxVersion: most,
      });
      client.on('error', () => {});
    }, reject);
  });
  await listening?.close();
  return end;
}

describe('a first flight by hand', () => {
  for (const suite of SUITES) {
    it(`is gone on with where it is right: ${suite}`, async () => {
      expect((await meet('right', suite)).outcome).to.equal('went on');
      expect((await meet('right', suite, 'TLSv1.2')).outcome).to.equal('went on');
    });
    for (const slip of ['compressed', 'unoffered suite', 'downgraded'] as const) {
      it(`is broken off where it is ${slip}: ${suite}`, async () => {
        expect(await meet(slip, suite)).to.deep.include({ outcome: 'broken off', alert: ILLEGAL_PARAMETER });
      });
    }
  }
  it('has a suite that nobody offers, whatever is offered', async () => {
    expect(await meet('unoffered suite', 'DEFAULT')).to.deep.include({
      outcome: 'broken off',
      alert: ILLEGAL_PARAMETER,
    });
  });
  it('is not downgraded for who speaks no TLS 1.3', async () => {
    expect((await meet('downgraded', SUITES[0] ?? '', 'TLSv1.2')).outcome).to.equal('stalled');
  });
  it('comes to an end behind a storm of HelloRequests', async () => {
    expect((await meet('hello requests', SUITES[0] ?? '', 'TLSv1.2')).outcome).to.be.oneOf(['went on', 'broken off']);
  });
});
