/** Security over real sockets: what the proof shows in memory, real TLS shows again; and the commands of it. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { loadMessageSchemas } from '../../schemas/ocpp.ts';
import { freePort } from '../../src/cli/free-port.ts';
import { realClock } from '../../src/clock.ts';
import type { SecurityProfile } from '../../src/csms/credentials.ts';
import type { Fault } from '../../src/judge/fault.ts';
import { type CaseOutcome, runCase } from '../../src/judge/run-case.ts';
import { type CaseSpec, faultsOf } from '../../src/judge/test-case.ts';
import { readAuthority } from '../../src/pki/folder.ts';
import { modelDriver } from '../../src/reference/csms-in-memory.ts';
import { serveCsms as serve } from '../../src/reference/serve-csms.ts';
import { heldStations } from '../../src/reference/stations.ts';
import { credentials, type Identity, type SystemUnderTest } from '../../src/sut/system-under-test.ts';
import { httpOffice } from '../../src/wire/office.ts';
import { isWireSlip } from '../../src/wire/raw/slips.ts';
import { socketDialer } from '../../src/wire/ws-client.ts';
import basicAuth from '../../suites/security/basic-auth.ts';
import clientCertificates from '../../suites/security/client-certificates.ts';
import duplicateIdentity from '../../suites/security/duplicate-identity.ts';
import tls from '../../suites/security/tls.ts';
import { inFolder, run, serveCsms } from './cli.ts';

const VERSION = '2.0.1';
const schemas = loadMessageSchemas();
const passwords = { CP01: 'Password-of-CP01-1234', CP02: 'Password-of-CP02-1234' };

/** One case against a reference that listens, in a security profile. */
async function judge(
  spec: CaseSpec,
  profile: SecurityProfile,
  pki: string,
  faults: readonly Fault[],
): Promise<CaseOutcome> {
  const local = { controlHost: '127.0.0.1', controlPort: 0 };
  const served = await serve({
    ...local,
    schemas,
    versions: [VERSION],
    faults,
    seed: 1,
    doors: [{ host: '127.0.0.1', port: 0, securityProfile: profile }],
    pki,
  });
  try {
    const { csms } = served;
    const bytes = (text: string) => new TextEncoder().encode(text);
    for (const [id, password] of Object.entries(passwords)) csms.store.station(id).password = bytes(password);
    const pem = (name: string) => readFileSync(join(pki, name), 'utf8');
    const identities = Object.entries(passwords).map(
      ([id, password]): Identity => ({
        id,
        ...(profile === 3
          ? { cert: pem(`stations/${id}.pem`), key: pem(`stations/${id}.key`) }
          : { password: bytes(password) }),
      }),
    );
    const [own] = identities;
    const root = readAuthority(pki);
    const sut: SystemUnderTest = {
      role: 'csms',
      ocpp: [VERSION],
      url: served.url,
      securityProfile: profile,
      identities,
      ...(root && { ca: root.cert, clientAuthority: root }),
      ...(profile === 3 && {
        revoked: [{ cert: pem('bad/station-revoked.pem'), key: pem('bad/station-revoked.key') }],
      }),
      without: [],
      tokens: {},
      stations: heldStations,
      station: { vendorName: 'plugproof', model: 'station', serialNumber: 'PP0001' },
      timeoutMs: 5_000,
      clockToleranceS: 60,
    };
    let ids = 0;
    const { cert, key } = own ?? {};
    return await runCase(spec, VERSION, 'CP01', {
      sut,
      clock: realClock,
      schemas,
      seed: 1,
      strict: true,
      nextId: () => `e2e-${++ids}`,
      basePath: csms.path,
      headers: credentials(own),
      driver: modelDriver(csms),
      office: httpOffice({ host: '127.0.0.1', port: await freePort() }),
      borrowTokens: async () => () => {},
      dialer: socketDialer({
        origin: new URL(served.url).origin.replace(/^null$/, served.url.replace(csms.path, '')),
        timeoutMs: 5_000,
        ...(sut.ca !== undefined && { ca: sut.ca }),
        ...(cert !== undefined && key !== undefined && { cert, key }),
      }),
    });
  } finally {
    await served.close();
  }
}

/** What only memory can show, beside what no TLS library does wrong: a certificate that a real client trusts too little to look at it, a listener that dies. */
const UNSEEN: ReadonlySet<string> = new Set(['shows-other-name', 'dies-on-tls']);

describe('security over real sockets', function () {
  this.timeout(120_000);
  let pki: string;
  before(() => {
    pki = mkdtempSync(join(tmpdir(), 'plugproof-e2e-pki-'));
  });
  after(() => rmSync(pki, { recursive: true, force: true }));

  const cases: readonly (readonly [SecurityProfile, readonly CaseSpec[]])[] = [
    [1, basicAuth.cases],
    [2, [...basicAuth.cases, ...tls.cases, ...duplicateIdentity.cases]],
    [3, [...tls.cases, ...clientCertificates.cases]],
  ];
  for (const [profile, specs] of cases) {
    for (const spec of specs.filter(
      ({ versions, profiles = [profile] }) => versions.includes(VERSION) && profiles.includes(profile),
    )) {
      it(`${spec.id} in profile ${profile}: the reference passes, and each fault trips its check`, async () => {
        const right = await judge(spec, profile, pki, []);
        expect(right.verdict, `${right.reason}`).to.equal('pass');
        const missed: string[] = [];
        for (const check of Object.keys(spec.checks)) {
          for (const fault of faultsOf(spec, check, VERSION)) {
            if (UNSEEN.has(fault.name) || isWireSlip(fault.name)) continue;
            const outcome = await judge(spec, profile, pki, [fault]);
            const verdict = outcome.checks.find(({ id }) => id === check)?.verdict;
            if (verdict !== 'fail') missed.push(`${check} with ${fault.name}: ${verdict}; ${outcome.reason}`);
          }
        }
        expect(missed).to.deep.equal([]);
      });
    }
  }
});

describe('plugproof serve csms --security-profile', function () {
  this.timeout(120_000);
  const password = 'Password-1234567890';

  it('1: is judged with the password of its stations', () =>
    inFolder(async (out) => {
      const served = await serveCsms(['--security-profile', '1', '--password', password]);
      const access = ['--url', served.url, '--id', 'CP{01..02}', '--security-profile', '1', '--password', password];
      const hands = ['--driver', 'reference', '--driver-url', served.control, '--out', out, '--quiet'];
      const cases = ['--suite', 'security/*', '--skip', 'security/basic-auth/credentials-of-another'];
      const ended = await run(['test', 'csms', ...access, ...hands, ...cases, '--ocpp', '1.6', '2.0.1', '--strict']);
      await served.stop();
      expect(ended.code, ended.stdout).to.equal(0);
      expect(readFileSync(join(out, 'journal.jsonl'), 'utf8')).to.not.include(password);
    }));

  it('3: makes its certificates, and is judged with all that they are good for', () =>
    inFolder(async (folder) => {
      const pki = join(folder, 'pki');
      const served = await serveCsms(['--security-profile', '3', '--pki', pki]);
      const pair = (name: string) => `cert: ${join(pki, `${name}.pem`)}, key: ${join(pki, `${name}.key`)}`;
      const file = [
        `sut: { url: '${served.url}', ocpp: [2.0.1] }`,
        `ids: [{ id: CP01, ${pair('stations/CP01')} }, { id: CP02, ${pair('stations/CP02')} }]`,
        `security:`,
        `  { profile: 3, ca: ${join(pki, 'ca.pem')}, caKey: ${join(pki, 'ca.key')}, authorityAt: '127.0.0.1:${await freePort()}', revoked: [{ ${pair('bad/station-revoked')} }] }`,
      ];
      writeFileSync(join(folder, 'plugproof.yaml'), file.join('\n'));
      const rest = ['--suite', 'security/*', '--out', join(folder, 'out'), '--quiet', '--strict'];
      const hands = ['--driver', 'reference', '--driver-url', served.control];
      const ended = await run(['test', 'csms', ...rest, ...hands], { cwd: folder });
      await served.stop();
      expect(ended.code, ended.stdout).to.equal(0);
      expect(ended.stdout).to.not.match(/left out, for want of (the authority|a second station|a certificate)/);
      const journal = readFileSync(join(folder, 'out', 'journal.jsonl'), 'utf8');
      expect(journal).to.include('security/client-certificates/revoked-online').and.include('the CSMS asks at');
    }));

  it('1 2: a station is raised from the one to the other, and never comes back', () =>
    inFolder(async (folder) => {
      const judged = async (...faults: readonly string[]) => {
        const pki = join(folder, 'pki');
        const doors = ['--security-profile', '1', '2', '--listen', '0', '0', '--password', password, '--pki', pki];
        const served = await serveCsms([...doors, ...faults]);
        const addresses = `[{ url: '${served.elsewhere}', profile: 2 }, { url: '${served.url}' }]`;
        const security = `{ profile: 1, password: ${password}, ca: ${join(pki, 'ca.pem')} }`;
        const file = `sut: { url: '${served.url}', ocpp: [1.6, 2.0.1], endpoints: ${addresses} }\nsecurity: ${security}\n`;
        writeFileSync(join(folder, 'plugproof.yaml'), file);
        const cases = ['--case', 'security/upgrade/*', 'security/duplicate-identity/two-nodes'];
        const hands = ['--driver', 'reference', '--driver-url', served.control, '--out', join(folder, 'out')];
        const ended = await run(['test', 'csms', ...cases, ...hands, '--strict'], { cwd: folder });
        await served.stop();
        return ended;
      };
      const right = await judged();
      expect(right.code, right.stdout).to.equal(0);
      expect(right.stdout).to.match(/4 pass/);
      const wrong = await judged('--fault', 'forgets-upgrades');
      expect(wrong.code, wrong.stdout).to.equal(1);
      expect(wrong.stdout).to.match(/A05\.FR\.07/);
    }));

  it('refuses a profile that there is none of', async () => {
    const ended = await run(['serve', 'csms', '--security-profile', '4']);
    expect(ended.code).to.equal(2);
    expect(ended.stderr).to.match(/no security profile '4'/);
  });
});

describe('plugproof pki', () => {
  it('writes a set, and writes over none unasked', () =>
    inFolder(async (folder) => {
      const dir = join(folder, 'certs');
      const first = await run(['pki', dir, '--host', 'csms.example', '--id', 'CP{01..02}']);
      expect(first.code, first.stderr).to.equal(0);
      for (const file of ['README.md', 'ca.pem', 'stations/CP02.key', 'bad/station-expired.pem'])
        expect(existsSync(join(dir, file)), file).to.equal(true);
      const second = await run(['pki', dir]);
      expect(second.code).to.equal(2);
      expect(second.stderr).to.match(/--force/);
      expect((await run(['pki', dir, '--force'])).code).to.equal(0);
    })).timeout(30_000);
});
