/** Options: the exact words where they are wrong. */

import { expect } from 'chai';
import { configFixture, type Fixture, lines, settingsOf, usageMessage } from './fixture.test.ts';
import type { Flags } from './flags.ts';

describe('options', () => {
  let fixture: Fixture;
  before(() => {
    fixture = configFixture();
  });
  after(() => fixture.remove());

  const wrong = (flags: Flags) => usageMessage(() => settingsOf(fixture, '', flags));

  describe('what is wrong on the command line', () => {
    const good: Flags = { url: 'ws://h', ocpp: ['1.6'] };
    const cases: readonly (readonly [what: string, flags: Flags, message: string])[] = [
      [
        'nothing at all',
        {},
        `
        no OCPP version is given
          Add --ocpp, or sut.ocpp in plugproof.yaml: 1.6, 2.0.1, 2.1.

        no address of the CSMS is given
          Add --url ws://HOST:PORT/PATH, or sut.url in plugproof.yaml.`,
      ],
      [
        'no scheme',
        { ...good, url: 'localhost:80/x' },
        `
        --url: 'localhost:80/x' has no scheme
          Write ws://localhost:80/x, or wss:// for TLS.`,
      ],
      [
        'another scheme',
        { ...good, url: 'ftp://h' },
        `
        --url: 'ftp://h' has the scheme 'ftp'
          Write a ws:// or wss:// address.`,
      ],
      [
        'no address',
        { ...good, url: 'ws://h:99999' },
        `
        --url: 'ws://h:99999' is no address
          Write ws://HOST:PORT/PATH.`,
      ],
      [
        'a query',
        { ...good, url: 'ws://h/x?token=1' },
        `
        --url: the address has '?token=1' behind its path
          The station identity comes behind the path: leave that part out.`,
      ],
      [
        'TLS without credentials',
        { ...good, url: 'wss://h' },
        `
        TLS without credentials is no security profile
          Add --password for profile 2, or --cert and --key for profile 3.`,
      ],
      [
        'many things',
        { ...good, id: [''], securityProfile: '4', timeout: '5', jobs: '0', seed: '-1', cert: 'cert.pem' },
        `
        --cert: a certificate is given and no key
          Add --key, or security.key.

        --security-profile: there is no security profile '4'
          There are: 0 (OCPP 1.6 only), 1, 2, 3.

        --timeout: '5' is no duration
          Give it a unit: 5s or 5ms.

        --id: an identity is empty
          Write the identity of a station, such as CP01.

        --jobs: '0' is no whole number from 1 to 256
          Write a whole number, such as 4.

        --seed: '-1' is no whole number from 0 to 4294967295
          Write a whole number, such as 4.`,
      ],
      [
        'a driver that there is not',
        { ...good, driver: 'htpp', driverUrl: 'x' },
        `
        --driver: there is no driver 'htpp', and no file of that name
          Did you mean 'http'? There are: reference, octt-trigger, http, command, steve, prompt, none.

        --driver-url: 'x' is no web address
          Write http://HOST:PORT, or https://.`,
      ],
      [
        'a driver without its address',
        { ...good, driver: 'steve' },
        `
        --driver: the driver steve has no address
          Add --driver-url URL, or driver.url in plugproof.yaml.`,
      ],
      [
        'an address without a driver',
        { ...good, driverUrl: 'http://x' },
        `
        --driver-url: an address is given, and no driver
          Add --driver NAME.`,
      ],
      [
        'the file of a driver',
        { ...good, driver: 'broken.yaml' },
        `
        broken.yaml:1:7: name: there is no 'stev'
          1 | name: stev
            |       ^^^^
          Did you mean 'steve'? There are: reference, octt-trigger, http, command, steve, prompt, none.

        broken.yaml:2:6: url is 'ftp://x'
          2 | url: ftp://x
            |      ^^^^^^^
          It wants an http:// or https:// address.`,
      ],
    ];
    for (const [what, flags, message] of cases) {
      it(what, () => {
        expect(wrong(flags)).to.equal(lines(message));
      });
    }
  });
});
