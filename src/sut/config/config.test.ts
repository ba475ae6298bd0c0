/** plugproof.yaml and options: what they come to. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the files under test are full of variables

import { expect } from 'chai';
import type { Role } from '../../dialects/dialect.ts';
import { CERT, configFixture, type Fixture, KEY, settingsOf, usageMessage, variables } from './fixture.test.ts';
import type { Flags } from './flags.ts';
import { resolveSystemUnderTest } from './resolve.ts';
import type { Settings } from './settings.ts';

const text = (bytes: Uint8Array | undefined) =>
  bytes === undefined ? undefined : Buffer.from(bytes).toString('latin1');
const MINIMAL = 'sut: { url: "ws://h", ocpp: 1.6 }\n';

describe('configuration', () => {
  let fixture: Fixture;
  before(() => {
    fixture = configFixture();
  });
  after(() => fixture.remove());

  const settings = (yaml: string, flags: Flags = {}, role: Role = 'csms'): Settings =>
    settingsOf(fixture, yaml, flags, role);

  describe('what it comes to', () => {
    it('takes the least that there can be', () => {
      const { sut, driver, actuator, jobs, strict, notes, report, selection } = settings('', {
        url: 'ws://h:9/a/',
        ocpp: ['1.6'],
      });
      expect(sut).to.deep.equal({
        role: 'csms',
        ocpp: ['1.6'],
        url: 'ws://h:9/a',
        without: [],
        tokens: {},
        stations: {},
        station: { vendorName: 'Plugproof', model: 'Harness', serialNumber: 'PP-0001' },
        timeoutMs: 30_000,
        clockToleranceS: 60,
        securityProfile: 0,
        identities: [{ id: 'PLUGPROOF01' }],
      });
      expect([driver.name, actuator.name, jobs, strict, notes, report]).to.deep.equal([
        'none',
        'none',
        1,
        false,
        [],
        [],
      ]);
      expect(selection).to.deep.equal({ cases: [], suites: [], skip: [], profiles: [] });
    });

    it('takes versions as numbers and as texts, and drops doubles', () => {
      expect(settings('sut: { url: "ws://h", ocpp: [1.6, 2.0.1, "2.1", 1.6] }').sut.ocpp).to.deep.equal([
        '1.6',
        '2.0.1',
        '2.1',
      ]);
    });

    it('keeps texts that look like numbers as they were written', () => {
      const { sut } = settings(
        'sut: { url: "ws://h", ocpp: 1.6, tokens: { valid: 0017, blocked: { idToken: 1e3, type: Central, groupId: 007 } } }\nids: [0042]\nstation: { serialNumber: 1.10 }\n',
      );
      expect(sut.identities).to.deep.equal([{ id: '0042' }]);
      expect(sut.tokens).to.deep.equal({
        valid: { idToken: '0017', type: 'ISO14443' },
        blocked: { idToken: '1e3', type: 'Central', groupId: '007' },
      });
      expect(sut.station.serialNumber).to.equal('1.10');
    });

    it('expands variables in values and gives them the type that is wanted', () => {
      const { sut, jobs, strict } = settings(
        'sut: { url: "ws://h/${MISSING:-path}", ocpp: 1.6, without: ["$${PW}", "${NAME}"] }\njobs: ${JOBS}\nstrict: ${STRICT}\nids: ${EMPTY:-CP9}\n',
      );
      expect([sut.url, jobs, strict, sut.identities[0]?.id]).to.deep.equal(['ws://h/path', 7, true, 'CP9']);
      expect(sut.without).to.deep.equal(['${PW}', 'a: 1\nb: 2']);
    });

    it('lets an option win over its key, and a list of options replace a list', () => {
      const yaml =
        'sut: { url: "ws://file", ocpp: [1.6, 2.1] }\nids: [A, B]\ncases: [x, y]\ntimeout: 1s\nstrict: false\nseed: 1\nreport: junit=a.xml\nout: runs\n';
      const flags: Flags = {
        url: 'ws://flag',
        ocpp: ['2.0.1'],
        id: ['C{1..2}'],
        case: ['z'],
        timeout: '2m',
        strict: true,
        seed: '2',
        report: ['json=b.json'],
        out: 'r',
      };
      const file = settings(yaml);
      expect([
        file.sut.url,
        file.sut.identities.map(({ id }) => id),
        file.selection.cases,
        file.sut.timeoutMs,
        file.strict,
        file.seed,
      ]).to.deep.equal(['ws://file', ['A', 'B'], ['x', 'y'], 1_000, false, 1]);
      expect([file.report, file.out]).to.deep.equal([[`junit=${fixture.dir}/a.xml`], `${fixture.dir}/runs`]);
      const flag = settings(yaml, flags);
      expect([
        flag.sut.url,
        flag.sut.ocpp,
        flag.sut.identities.map(({ id }) => id),
        flag.selection.cases,
        flag.sut.timeoutMs,
        flag.strict,
        flag.seed,
      ]).to.deep.equal(['ws://flag', ['2.0.1'], ['C1', 'C2'], ['z'], 120_000, true, 2]);
      expect([flag.report, flag.out]).to.deep.equal([['json=b.json'], `${fixture.dir}/r`]);
    });

    it('runs as many cases at a time as there are identities, sixteen at most, and one where a person is asked', () => {
      expect(settings(`${MINIMAL}ids: CP{01..04}`).jobs).to.equal(4);
      expect(settings(`${MINIMAL}ids: CP{01..32}`).jobs).to.equal(16);
      expect(settings(`${MINIMAL}ids: CP{01..32}\njobs: 32`).jobs).to.equal(32);
      expect(settings(`${MINIMAL}ids: CP{01..32}\ndriver: prompt`).jobs).to.equal(1);
    });

    it('works out the security profile from address and credentials', () => {
      const profile = (yaml: string) => settings(yaml).sut.securityProfile;
      expect(profile('sut: { url: "ws://h", ocpp: 1.6 }')).to.equal(0);
      expect(profile('sut: { url: "ws://h", ocpp: 1.6 }\nsecurity: { password: p }')).to.equal(1);
      expect(profile('sut: { url: "wss://h", ocpp: 1.6 }\nids: [{ id: A, password: p }]')).to.equal(2);
      expect(profile('sut: { url: "wss://h", ocpp: 1.6 }\nsecurity: { cert: cert.pem, key: key.pem }')).to.equal(3);
      expect(
        settings(
          'sut: { url: "wss://h", ocpp: 2.1 }\nsecurity: { profile: [2, 3], password: "${PW}", cert: cert.pem, key: key.pem }',
        ).suts.map(({ securityProfile }) => securityProfile),
      ).to.deep.equal([2, 3]);
    });

    it('gives each identity its own credentials, and the common ones to the rest', () => {
      const yaml =
        'sut: { url: "wss://h", ocpp: 1.6 }\nids: [CP1, { id: "CP{2..3}", password: own }, { id: CP4, password: "hex:000102030405060708090A0B0C0D0E0F" }]\nsecurity: { password: common, ca: ca.pem }\n';
      const { sut } = settings(yaml);
      expect(sut.identities.map(({ id, password }) => [id, text(password)])).to.deep.equal([
        ['CP1', 'common'],
        ['CP2', 'own'],
        ['CP3', 'own'],
        ['CP4', '\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f'],
      ]);
      expect(sut.ca).to.equal(CERT);
      expect(
        settings(yaml, { id: ['CP{3..4}', 'CP9'] }).sut.identities.map(({ id, password }) => [id, text(password)]),
      ).to.deep.equal([
        ['CP3', 'own'],
        ['CP4', '\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f'],
        ['CP9', 'common'],
      ]);
      const [three] = settings(
        'sut: { url: "wss://h", ocpp: 1.6 }\nids: [{ id: A, cert: cert.pem, key: key.pem }]\nsecurity: { profile: 3, password: p }',
      ).sut.identities;
      expect(three).to.deep.equal({ id: 'A', cert: CERT, key: KEY });
    });

    it('awaits whatever station comes where none is named, and shows it the certificate of plugproof', () => {
      const { sut, server } = settings(
        'sut: { listen: "0.0.0.0:8887", ocpp: 2.0.1 }\nsecurity: { password: "${PW}", cert: cert.pem, key: key.pem }',
        {},
        'station',
      );
      expect(sut.listen).to.deep.equal({ host: '0.0.0.0', port: 8887 });
      expect([sut.identities, sut.securityProfile, sut.url]).to.deep.equal([[], 2, undefined]);
      expect([server.cert, server.key, text(server.password)]).to.deep.equal([CERT, KEY, variables.PW]);
    });

    it('reads a driver by name, by file and as a mapping', () => {
      const byFile = settings(MINIMAL, { driver: 'steve.yaml' }).driver;
      expect(byFile).to.deep.include({
        name: 'steve',
        url: 'http://localhost:8180/steve',
        auth: { user: 'admin', password: variables.PW },
        timeoutMs: 30_000,
      });
      expect(settings(`${MINIMAL}driver: reference`, { driverUrl: 'http://x/' }).driver).to.deep.include({
        name: 'reference',
        url: 'http://x',
      });
      const mapped = settings(
        `${MINIMAL}driver:\n  name: http\n  url: http://x\n  timeout: 5s\n  operations:\n    Reset: POST /r\n    ClearCache@1.6: { request: POST /c, expect: 202 }\n`,
      ).driver;
      expect(mapped.operations).to.deep.equal({
        Reset: { request: 'POST /r' },
        'ClearCache@1.6': { request: 'POST /c', expect: 202 },
      });
      expect(mapped.timeoutMs).to.equal(5_000);
      expect(
        settings(`${MINIMAL}driver: { name: octt-trigger, url: "http://a" }`, { driver: 'octt-trigger' }).driver.url,
      ).to.equal('http://a');
      expect(
        settings(`${MINIMAL}driver: { name: octt-trigger, url: "http://a" }`, { driver: 'none' }).driver,
      ).to.not.have.property('url');
    });

    it('reads an actuator', () => {
      const { actuator } = settings(
        'sut: { listen: 0, ocpp: 1.6 }\nactuator: { name: http, url: "http://x", gestures: { plugIn: POST /plug } }',
        { actuatorUrl: 'http://y' },
        'station',
      );
      expect(actuator).to.deep.include({
        name: 'http',
        url: 'http://y',
        gestures: { plugIn: { request: 'POST /plug' } },
      });
    });

    it('notes what may not be meant so, without the password', () => {
      const note = (yaml: string) => settings(yaml).notes.join('|');
      const hex = 'a'.repeat(40);
      expect(note(`sut: { url: "ws://h", ocpp: 1.6 }\nsecurity: { password: ${hex} }`)).to.equal(
        'the password is 40 hex digits and is sent as that text; write hex:… where the 20 bytes behind it are meant',
      );
      expect(note('sut: { url: "ws://h", ocpp: 2.1 }\nsecurity: { password: short }')).to.equal(
        'the password has 5 characters; OCPP 2.1 wants 16 to 64 (A00.FR.205)',
      );
      expect(note('sut: { url: "ws://h", ocpp: [1.6, 2.1] }')).to.equal(
        'no security profile is given: the connection has no credentials, which OCPP 2.1 does not know',
      );
      expect(note('sut: { url: "ws://h", ocpp: 2.1 }\nsecurity: { password: "${PW}" }')).to.equal('');
    });

    it('resolves the system alone', () => {
      const env = { cwd: fixture.dir, variables };
      expect(resolveSystemUnderTest('csms', undefined, { url: 'ws://h', ocpp: ['2.1'] }, env).ocpp).to.deep.equal([
        '2.1',
      ]);
      expect(usageMessage(() => resolveSystemUnderTest('csms', undefined, { url: 'ws://h' }, env))).to.equal(
        'no OCPP version is given\n  Add --ocpp, or sut.ocpp in plugproof.yaml: 1.6, 2.0.1, 2.1.',
      );
    });
  });
});
