/** Private keys are found in whatever form they leave, and nothing else is taken for one. */
import { generateKeyPairSync } from 'node:crypto';
import { expect } from 'chai';
import { keyIn } from './leak.ts';

const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 });

describe('private keys in texts', () => {
  for (const [name, pair] of Object.entries({ ec, rsa })) {
    const { privateKey, publicKey } = pair;
    const der = privateKey.export({ type: 'pkcs8', format: 'der' });
    it(`are found: ${name} as PEM, base64 and digits`, () => {
      const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
      const lines = pem.split('\n').slice(1, -2).join('\n');
      for (const text of [pem, lines, der.toString('base64'), der.toString('base64url'), der.toString('hex')])
        expect(keyIn(JSON.stringify({ value: text })), text.slice(0, 20)).to.not.equal(undefined);
    });
    it(`are no public keys: ${name}`, () => {
      const open = publicKey.export({ type: 'spki', format: 'der' });
      expect(keyIn(open.toString('base64'), publicKey)).to.equal(undefined);
      expect(keyIn(publicKey.export({ type: 'spki', format: 'pem' }).toString(), publicKey)).to.equal(undefined);
    });
  }
  it('are found as the bare number of a curve, and of that key alone', () => {
    const number = Buffer.from(ec.privateKey.export({ format: 'jwk' }).d ?? '', 'base64url');
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    for (const text of [number.toString('hex'), number.toString('base64')]) {
      expect(keyIn(`key=${text};`, ec.publicKey)).to.not.equal(undefined);
      expect(keyIn(text, other.publicKey)).to.equal(undefined);
    }
  });
  it('are not seen where there are none', () => {
    expect(keyIn('{"value":"3f2a9c","url":"wss://csms.example/ocpp"}', ec.publicKey)).to.equal(undefined);
  });
});
