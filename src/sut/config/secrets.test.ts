/** Secrets: every form of each is found, and nothing else is touched. */
import { expect } from 'chai';
import type { SystemUnderTest } from '../system-under-test.ts';
import { collectSecrets, redact } from './secrets.ts';

const PASSWORD = 'pa"ss wörd';
const KEY = Uint8Array.from(Buffer.from('00ff10203040506070809AABBCCDDEEFF0011223'.padEnd(40, '4'), 'hex'));
const sut = {
  identities: [
    { id: 'CP1', password: Buffer.from(PASSWORD) },
    { id: 'CP2', password: KEY, key: '-----BEGIN PRIVATE KEY-----\nMIIEsecret\n-----END PRIVATE KEY-----\n' },
  ],
} as unknown as SystemUnderTest;

describe('secrets', () => {
  const secrets = collectSecrets(sut, {
    driver: {
      auth: { user: 'admin', password: 'web-api-value' },
      headers: { 'X-Api-Key': 'abcdef123456', Accept: 'application/json' },
      env: { CSMS_TOKEN: 'tok-tok-tok', LANG: 'de_DE.UTF-8' },
    },
    actuator: { auth: { bearer: 'bearer-of-gifts' } },
    server: { password: Buffer.from('station-password') },
  });
  const base64 = (text: string | Uint8Array) => Buffer.from(text).toString('base64');
  const hex = Buffer.from(KEY).toString('hex');

  it('are redacted in every form', () => {
    const frame = JSON.stringify([2, '1', 'ChangeConfiguration', { key: 'AuthorizationKey', value: PASSWORD }]);
    const leaks = [
      PASSWORD,
      frame,
      JSON.stringify({ text: frame }),
      encodeURIComponent(PASSWORD),
      Buffer.from(PASSWORD).toString('hex').toUpperCase(),
      `Basic ${base64(`CP1:${PASSWORD}`)}`,
      hex,
      hex.toUpperCase(),
      `hex:${hex}`,
      `Basic ${base64(Buffer.concat([Buffer.from('CP2:'), KEY]))}`,
      JSON.stringify({ key: sut.identities[1]?.key }),
      'web-api-value',
      base64('admin:web-api-value'),
      'abcdef123456',
      'tok-tok-tok',
      'Bearer bearer-of-gifts',
      'station-password',
    ];
    for (const leak of leaks) {
      const told = redact(`before ${leak} after`, secrets);
      expect(told, leak).to.match(/^before .*\[redacted\].* after$/s);
      for (const secret of secrets) expect(told.toLowerCase()).to.not.contain(secret.toLowerCase());
    }
    expect(redact(JSON.stringify({ text: frame }), secrets)).to.satisfy((json: string) => JSON.parse(json));
  });

  it('leave everything else alone', () => {
    const text = 'CP1 admin application/json de_DE.UTF-8 pass fail X-Api-Key';
    expect(redact(text, secrets)).to.equal(text);
    expect(redact(text, [])).to.equal(text);
  });

  it('are not taken for words: a short one is redacted in its encoded forms only', () => {
    const short = collectSecrets({
      identities: [{ id: 'A', password: Buffer.from('pass') }],
    } as unknown as SystemUnderTest);
    expect(redact('"verdict":"pass"', short)).to.equal('"verdict":"pass"');
    expect(redact(base64('A:pass'), short)).to.equal('[redacted]');
  });
});
