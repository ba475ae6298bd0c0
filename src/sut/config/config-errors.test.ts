/** plugproof.yaml: the exact words where it is wrong. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the files under test are full of variables

import { expect } from 'chai';
import type { Role } from '../../dialects/dialect.ts';
import { configFixture, type Fixture, lines, settingsOf, usageMessage } from './fixture.test.ts';

describe('configuration', () => {
  let fixture: Fixture;
  before(() => {
    fixture = configFixture();
  });
  after(() => fixture.remove());

  const wrong = (yaml: string, role?: Role) => usageMessage(() => settingsOf(fixture, yaml, {}, role));

  describe('what is wrong in the file', () => {
    const cases: readonly (readonly [what: string, yaml: string, message: string, role?: Role])[] = [
      [
        'unknown keys, all at once',
        'sut:\n  ulr: ws://h\nsecurty: {}\npassword: hunter2hunter2\nwibble: 1\n',
        `
        plugproof.yaml:2:3: there is no key 'ulr' in sut
          2 |   ulr: ws://h
            |   ^^^
          Did you mean 'url'?

        plugproof.yaml:3:1: there is no key 'securty'
          3 | securty: {}
            | ^^^^^^^
          Did you mean 'security'?

        plugproof.yaml:4:1: there is no key 'password'
          4 | password: **************
            | ^^^^^^^^
          It belongs elsewhere: write security.password.

        plugproof.yaml:5:1: there is no key 'wibble'
          5 | wibble: 1
            | ^^^^^^
          There are: $schema, sut, ids, security, station, driver, actuator, cases, suites, skip, profiles, jobs, sample, iOwnThisSystem, strict, baseline, seed, timeout, schemas, out, report.`,
      ],
      [
        'kinds of values',
        'jobs: many\nstrict: yes\ntimeout: 30\nsut:\n',
        `
        plugproof.yaml:1:7: jobs is 'many'
          1 | jobs: many
            |       ^^^^
          It wants a whole number from 1 to 256.

        plugproof.yaml:2:9: strict is 'yes'
          2 | strict: yes
            |         ^^^
          It wants true or false.

        plugproof.yaml:3:10: timeout is 30
          3 | timeout: 30
            |          ^^
          It wants a duration with its unit, such as 500ms, 30s or 2m.

        plugproof.yaml:4:5: sut is empty
          4 | sut:
            |     ^
          It wants a mapping: url or listen, ocpp and so on.`,
      ],
      [
        'a version that there is not',
        'sut:\n  url: ws://h\n  ocpp:\n    - 1.6\n    - 2.0\n    - ocpp1.6j\n    - 3\n',
        `
        plugproof.yaml:5:7: sut.ocpp[1]: there is no OCPP version '2.0' here
          5 |     - 2.0
            |       ^^^
          Did you mean '2.0.1'? There are: 1.6, 2.0.1, 2.1.

        plugproof.yaml:6:7: sut.ocpp[2]: there is no OCPP version 'ocpp1.6j' here
          6 |     - ocpp1.6j
            |       ^^^^^^^^
          Did you mean '1.6'? There are: 1.6, 2.0.1, 2.1.

        plugproof.yaml:7:7: sut.ocpp[3]: there is no OCPP version '3' here
          7 |     - 3
            |       ^
          There are: 1.6, 2.0.1, 2.1.`,
      ],
      [
        'a web address',
        'sut: { url: https://h:1/x, ocpp: 1.6 }',
        `
        plugproof.yaml:1:13: sut.url: 'https://h:1/x' is a web address, and OCPP-J goes over WebSocket
          1 | sut: { url: https://h:1/x, ocpp: 1.6 }
            |             ^^^^^^^^^^^^^
          Write wss://h:1/x.`,
      ],
      [
        'an address with the identity',
        'sut: { url: "ws://h/ocpp/CP 1", ocpp: 1.6 }\nids: CP 1',
        `
        plugproof.yaml:1:13: sut.url: the address ends with the identity 'CP 1'
          1 | sut: { url: "ws://h/ocpp/CP 1", ocpp: 1.6 }
            |             ^^^^^^^^^^^^^^^^^^
          The identity is added to it: write ws://h/ocpp.`,
      ],
      [
        'an address with a password',
        'sut: { url: "ws://u:hunter2@h/", ocpp: 1.6 }',
        `
        plugproof.yaml:1:13: sut.url: the address has a user or a password in it
          1 | sut: { url: "ws://*********@h/", ocpp: 1.6 }
            |             ^^^^^^^^^^^^^^^^^^^
          Leave them out: the user is the station identity, and the password is security.password or --password.`,
      ],
      [
        'a profile that does not fit the address',
        'sut: { url: "ws://h", ocpp: 2.1 }\nsecurity:\n  profile: [0, 2]\n  password: long-enough-for-all\n',
        `
        plugproof.yaml:3:13: security.profile[0]: OCPP 2.1 has no security profile 0
          3 |   profile: [0, 2]
            |             ^
          Use 1, 2 or 3, or leave it out to connect without credentials.

        plugproof.yaml:3:16: security.profile[1]: security profile 2 goes over wss://, and the address is ws://
          3 |   profile: [0, 2]
            |                ^
          Write wss://h, or another profile.`,
      ],
      [
        'credentials that are missing',
        'sut: { url: "wss://h", ocpp: 1.6 }\nids: [A, B, C, D, { id: E, password: p }]\nsecurity: { profile: [2, 3] }',
        `
        security profile 2 wants a password, and A, B, C and 1 more have none
          Add --password, or security.password, or a password to the entry in ids.

        security profile 3 wants a client certificate, and A, B, C and 2 more have none
          Add --cert and --key, or cert and key to the entry in ids.`,
      ],
      [
        'hex passwords',
        'sut: { url: "ws://h", ocpp: 1.6 }\nids:\n  - { id: A, password: "hex:00ZZ" }\n  - { id: B, password: "hex:0011" }\n  - { id: C, password: "" }\n',
        `
        plugproof.yaml:3:24: ids[0].password: the hex: password has characters that are no hex digits
          3 |   - { id: A, password: ********** }
            |                        ^^^^^^^^^^
          Write 32 to 40 of 0-9 and A-F.

        plugproof.yaml:4:24: ids[1].password: the hex: password has 4 digits
          4 |   - { id: B, password: ********** }
            |                        ^^^^^^^^^^
          A 1.6 key has 16 to 20 bytes: an even number of digits from 32 to 40.

        plugproof.yaml:5:24: ids[2].password: the password is empty
          5 |   - { id: C, password: ** }
            |                        ^^
          Leave it out, or give one.`,
      ],
      [
        'a hex password for 2.x',
        'sut: { url: "ws://h", ocpp: [1.6, 2.1] }\nsecurity:\n  password: hex:00112233445566778899AABBCCDDEEFF\n',
        `
        plugproof.yaml:3:13: security.password: a hex: password is for OCPP 1.6, and OCPP 2.1 is judged too
          3 |   password: ************************************
            |             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          A 2.x password is text: write it as it is.`,
      ],
      [
        'files that are not what they should be',
        'sut: { url: "wss://h", ocpp: 1.6 }\nsecurity:\n  ca: missing.pem\n  cert: key.pem\n  key: note.txt\n',
        `
        plugproof.yaml:3:7: security.ca: can't read missing.pem: there is no such file
          3 |   ca: missing.pem
            |       ^^^^^^^^^^^
          Write its path, seen from the folder of this file.

        plugproof.yaml:4:9: security.cert: key.pem holds a PRIVATE KEY
          4 |   cert: key.pem
            |         ^^^^^^^
          It wants a PEM file with -----BEGIN CERTIFICATE-----.

        plugproof.yaml:5:8: security.key: note.txt is no PEM file
          5 |   key: note.txt
            |        ^^^^^^^^
          It wants a PEM file with -----BEGIN PRIVATE KEY-----.`,
      ],
      [
        'certificates and keys that are damaged, locked, or not a pair',
        'sut: { url: "wss://h", ocpp: 1.6 }\nids:\n  - { id: A, cert: damaged.pem, key: damaged-key.pem }\n  - { id: B, cert: torn.pem, key: locked-key.pem }\n  - { id: C, cert: cert.pem, key: other-key.pem }\n',
        `
        plugproof.yaml:3:20: ids[0].cert: damaged.pem holds a certificate that can't be read
          3 |   - { id: A, cert: damaged.pem, key: damaged-key.pem }
            |                    ^^^^^^^^^^^
          Copy the file again: it is damaged.

        plugproof.yaml:3:38: ids[0].key: damaged-key.pem holds a key that can't be read
          3 |   - { id: A, cert: damaged.pem, key: damaged-key.pem }
            |                                      ^^^^^^^^^^^^^^^
          Copy the file again: it is damaged.

        plugproof.yaml:4:20: ids[1].cert: torn.pem breaks off within a certificate
          4 |   - { id: B, cert: torn.pem, key: locked-key.pem }
            |                    ^^^^^^^^
          Copy the file again: it is damaged.

        plugproof.yaml:4:35: ids[1].key: locked-key.pem is locked with a passphrase
          4 |   - { id: B, cert: torn.pem, key: locked-key.pem }
            |                                   ^^^^^^^^^^^^^^
          Unlock a copy: openssl pkey -in FILE -out COPY.

        plugproof.yaml:5:35: ids[2].key: other-key.pem is not the key of cert.pem
          5 |   - { id: C, cert: cert.pem, key: other-key.pem }
            |                                   ^^^^^^^^^^^^^
          Give the two that belong together.`,
      ],
      [
        'identities',
        'sut: { url: "ws://h", ocpp: 2.1 }\nids: [A, A, "b:c", "CP{3..1}", "{x}", { name: A }]\n',
        `
        plugproof.yaml:2:39: ids[5] has no 'id'
          2 | ids: [A, A, "b:c", "CP{3..1}", "{x}", { name: A }]
            |                                       ^^^^^^^^^^^
          Add id: a station identity.

        plugproof.yaml:2:41: there is no key 'name' in ids[5]
          2 | ids: [A, A, "b:c", "CP{3..1}", "{x}", { name: A }]
            |                                         ^^^^
          There are: id, password, cert, key.`,
      ],
      [
        'more identities',
        'sut: { url: "ws://h", ocpp: 2.1 }\nids: [A, A, "b:c", "CP{3..1}", "{x}"]\n',
        `
        plugproof.yaml:2:10: ids[1]: identity 'A' stands twice
          2 | ids: [A, A, "b:c", "CP{3..1}", "{x}"]
            |          ^
          Name each station once.

        plugproof.yaml:2:13: ids[2]: identity 'b:c' has a colon
          2 | ids: [A, A, "b:c", "CP{3..1}", "{x}"]
            |             ^^^^^
          OCPP 2.1 allows none in an identity.

        plugproof.yaml:2:20: ids[3]: the range in 'CP{3..1}' runs backwards
          2 | ids: [A, A, "b:c", "CP{3..1}", "{x}"]
            |                    ^^^^^^^^^^
          Write CP{1..3}.

        plugproof.yaml:2:32: ids[4]: '{x}' is no range of identities
          2 | ids: [A, A, "b:c", "CP{3..1}", "{x}"]
            |                                ^^^^^
          Write a range as CP{01..32}.`,
      ],
      [
        'variables',
        'sut:\n  url: ${URL}\n  ocpp: ${V:?which version}\nids: ["${oops", "$${x}"]\n',
        `
        plugproof.yaml:2:8: variable URL is not set
          2 |   url: \${URL}
            |        ^^^^^^
          Set URL in the environment, or give a default: \${URL:-…}.

        plugproof.yaml:3:9: variable V is not set: which version
          3 |   ocpp: \${V:?which version}
            |         ^^^^^^^^^^^^^^^^^^^
          Set V in the environment.

        plugproof.yaml:4:7: '\${' is no variable
          4 | ids: ["\${oops", "$\${x}"]
            |       ^^^^^^^^
          Write \${VAR}, \${VAR:-default} or \${VAR:?message}; $\${ is a plain \${.`,
      ],
      [
        'YAML that is none',
        'ids: [CP01, CP{01..04}]',
        `
        plugproof.yaml:1:15: this is no YAML: missing , or : between flow sequence items
          1 | ids: [CP01, CP{01..04}]
            |               ^
          Quote a range that stands between brackets: ['CP{01..04}'].`,
      ],
      [
        'tabs',
        'sut:\n\turl: x\n',
        `
        plugproof.yaml:2:1: this line is indented with a tab
          2 |  url: x
            | ^
          Indent with spaces.`,
      ],
      [
        'a key that stands twice',
        'jobs: 1\nseed: 2\njobs: 3\n',
        `
        plugproof.yaml:3:1: this key stands twice
          3 | jobs: 3
            | ^
          Strike one of them.`,
      ],
      [
        'an alias that leads back to itself',
        'cases: &all [*all]',
        `
        plugproof.yaml:1:14: this goes on for ever
          1 | cases: &all [*all]
            |              ^^^^
          Strike the alias that leads back to itself.`,
      ],
      [
        'a list at the top',
        '- a',
        `
        plugproof.yaml:1:1: the file is a list
          1 | - a
            | ^^^
          It wants a mapping of keys, as in the documentation of plugproof.yaml.`,
      ],
      [
        'a feature in two minds',
        'sut: { url: "ws://h", ocpp: 1.6, features: [R-0], without: [R-0] }',
        `
        plugproof.yaml:1:61: sut.without[0]: 'R-0' stands in sut.features too
          1 | sut: { url: "ws://h", ocpp: 1.6, features: [R-0], without: [R-0] }
            |                                                             ^^^
          Strike it from one of them.`,
      ],
      [
        'a driver that there is not',
        'driver: { name: htp }',
        `
        plugproof.yaml:1:17: driver.name: there is no 'htp'
          1 | driver: { name: htp }
            |                 ^^^
          Did you mean 'http'? There are: reference, octt-trigger, http, command, steve, prompt, none.`,
      ],
      [
        'the mapping of a driver',
        `${'sut: { url: "ws://h", ocpp: 1.6 }\n'}driver:\n  name: http\n  env: { A: b }\n  operations:\n    Rest: POST /x\n    Heartbeat: POST /x\n    Reset@2.0: POST /x\n    UnlockConnector: nonsense\n    ClearCache: [prog]\n`,
        `
        plugproof.yaml:2:1: driver: the driver http has no address
          2 | driver:
            | ^^^^^^
          Add --driver-url URL, or driver.url in plugproof.yaml.

        plugproof.yaml:4:3: driver.env: the driver http does not read 'env'
          4 |   env: { A: b }
            |   ^^^
          It is for: command.

        plugproof.yaml:6:5: driver.operations.Rest: no CSMS sends an action 'Rest'
          6 |     Rest: POST /x
            |     ^^^^
          Did you mean 'Reset'?

        plugproof.yaml:7:5: driver.operations.Heartbeat: no CSMS sends an action 'Heartbeat'
          7 |     Heartbeat: POST /x
            |     ^^^^^^^^^
          Actions are named as in OCPP, such as Reset; '*' stands for all.

        plugproof.yaml:8:5: driver.operations.Reset@2.0: there is no OCPP version '2.0'
          8 |     Reset@2.0: POST /x
            |     ^^^^^^^^^
          Behind the @ stands one of 1.6, 2.0.1, 2.1.

        plugproof.yaml:9:22: driver.operations.UnlockConnector: 'nonsense' is no request
          9 |     UnlockConnector: nonsense
            |                      ^^^^^^^^
          Write a method and a path, such as 'POST /stations/{{station}}/reset'.

        plugproof.yaml:10:17: driver.operations.ClearCache: this operation has no request
          10 |     ClearCache: [prog]
             |                 ^^^^^^
          Write a method and a path, such as 'POST /stations/{{station}}/reset'.`,
      ],
      [
        'the file of the other role',
        'sut: { role: csms, listen: "h:99999", ocpp: 2.1 }',
        `
        plugproof.yaml:1:14: sut.role: this file is for 'test csms'
          1 | sut: { role: csms, listen: "h:99999", ocpp: 2.1 }
            |              ^^^^
          Give another file with --config to test a station.

        plugproof.yaml:1:28: sut.listen: 'h:99999' is no address to listen on
          1 | sut: { role: csms, listen: "h:99999", ocpp: 2.1 }
            |                            ^^^^^^^^^
          Write PORT or HOST:PORT, such as 8887 or 0.0.0.0:8887; port 0 takes any free one.`,
        'station',
      ],
      [
        'a station with TLS and nothing to show it',
        'sut: { listen: 1, ocpp: 2.1 }\nsecurity: { profile: [2, 3] }',
        `
        security profile 2 wants a certificate for plugproof as server
          Add --cert and --key; 'plugproof pki DIR' makes some.

        security profile 3 wants the authority that signed the certificate of the station
          Add --client-ca, or --ca.

        a security profile with a password wants the password of the station
          Add --password, or name the station in ids with its password.`,
        'station',
      ],
    ];
    for (const [what, yaml, message, role] of cases) {
      it(what, () => {
        expect(wrong(yaml, role)).to.equal(lines(message));
      });
    }
  });
});
