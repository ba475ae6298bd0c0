/** plugproof as a process against back offices and chargers on public libraries, with passwords, certificates and TLS. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { freePort } from '../../src/cli/free-port.ts';
import type { Report } from '../../src/report.ts';
import { type Ended, run } from '../e2e/cli.ts';
import { startCharger } from './charger.ts';
import { type Secured, startCounterpart } from './counterpart.ts';
import type { LibraryName, OcppVersion } from './libraries.ts';
import { post } from './smoke-station.ts';

const BASELINE = join(dirname(fileURLToPath(import.meta.url)), 'baselines', 'chargers-secured.yaml');
const IDS = ['CP01', 'CP02', 'CP03', 'CP04'];
const PASSWORD = 'correct-horse-16';
const OTHER = { id: 'CP02', password: 'battery-staple-17' };

interface Expected {
  role: 'csms' | 'charger';
  name: LibraryName;
  ocpp: OcppVersion;
  profile: Secured['profile'];
  /** Whether it signs the certificates of stations. */
  signs?: true;
  /** Cases that have to pass, at the least. */
  least: number;
}

const there: readonly Expected[] = [
  { role: 'csms', name: 'ocpp-rpc', ocpp: '2.0.1', profile: 1, least: 40 },
  { role: 'csms', name: 'ocpp-rpc', ocpp: '1.6', profile: 3, least: 40 },
  { role: 'csms', name: 'python-ocpp', ocpp: '1.6', profile: 2, least: 40 },
  { role: 'csms', name: 'python-ocpp', ocpp: '2.0.1', profile: 3, signs: true, least: 50 },
  { role: 'csms', name: 'java-oca', ocpp: '1.6', profile: 2, least: 40 },
  { role: 'csms', name: 'java-oca', ocpp: '1.6', profile: 3, least: 40 },
  { role: 'charger', name: 'ocpp-rpc', ocpp: '1.6', profile: 2, least: 5 },
  { role: 'charger', name: 'python-ocpp', ocpp: '1.6', profile: 3, least: 5 },
  { role: 'charger', name: 'java-oca', ocpp: '1.6', profile: 2, least: 5 },
];

/** A request that nobody signs says nothing of the certificate. */
const SIGNING = 'security/client-certificates/renewed';
const SUITES = {
  csms: ['security/*', 'security/exposed', 'csms/certificates', 'csms/security-events'],
  charger: ['station/access', 'station/tls'],
};
/** Thousands of messages; a dozen faces in the charger's own time; what a client of Node leaves no room for; a certificate of the world. */
const SKIPPED = {
  csms: ['security/payloads'],
  charger: ['station/tls/weak-suites', 'station/tls/unoffered-suite', 'station/tls/public-authority'],
};

interface Judged {
  ended: Ended;
  report: Report;
}

describe('back offices and chargers on public libraries, secured', function () {
  // Most of it is waiting for time-outs, and so they are judged side by side.
  this.timeout(600_000);
  let folder: string;
  let pki: string;
  const judged = new Map<Expected, Promise<Judged>>();
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'plugproof-secured-'));
    pki = join(folder, 'pki');
    await run(['pki', pki, '--id', ...IDS]);
    for (const one of there) {
      const running = judge(one);
      running.catch(() => {});
      judged.set(one, running);
    }
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** @param selection which cases; all of the suites, unless told */
  async function judge(one: Expected, selection?: readonly string[]): Promise<Judged> {
    const unsigned = one.role === 'csms' && one.profile === 3 && one.signs === undefined;
    const skip = [...SKIPPED[one.role], ...(unsigned ? [SIGNING] : [])];
    const which =
      selection === undefined ? ['--suite', ...SUITES[one.role], '--skip', ...skip] : ['--case', ...selection];
    return one.role === 'csms' ? judgeCsms(one, which) : judgeCharger(one, which);
  }

  async function judgeCsms({ name, ocpp, profile, signs }: Expected, which: readonly string[]): Promise<Judged> {
    const counterpart = await startCounterpart(name, { ocpp, secured: { profile, password: PASSWORD, pki } });
    try {
      if (profile !== 3) await setOwnPassword(counterpart.control);
      const config = {
        sut: { url: counterpart.url, ocpp, ...(signs && { features: ['advanced-security'] }) },
        ids: IDS.map((id) => (profile === 3 ? withCertificate(pki, id) : withPassword(id))),
        driver: { name: 'octt-trigger', url: counterpart.control },
      };
      const authority = ['--ca', join(pki, 'ca.pem'), '--ca-key', join(pki, 'ca.key')];
      return await verdictOf('csms', config, profile, [...(profile === 1 ? [] : authority), ...which]);
    } finally {
      await counterpart.stop();
    }
  }

  async function judgeCharger({ name, ocpp, profile }: Expected, which: readonly string[]): Promise<Judged> {
    const port = await freePort();
    const url = `wss://127.0.0.1:${port}`;
    const charger = await startCharger(name, { ocpp, url, id: 'CP01', secured: { profile, password: PASSWORD, pki } });
    try {
      const config = {
        sut: { listen: `127.0.0.1:${port}`, ocpp, without: ['SmartCharging'] },
        ids: [profile === 3 ? 'CP01' : { id: 'CP01', password: PASSWORD }],
        baseline: BASELINE,
      };
      const shown = [
        ...['--ca', join(pki, 'ca.pem'), '--ca-key', join(pki, 'ca.key')],
        ...['--cert', join(pki, 'csms.pem'), '--key', join(pki, 'csms.key')],
      ];
      return await verdictOf('station', config, profile, [...shown, ...which]);
    } finally {
      await charger.stop();
    }
  }

  async function verdictOf(
    role: 'csms' | 'station',
    config: object,
    profile: number,
    more: readonly string[],
  ): Promise<Judged> {
    const out = mkdtempSync(join(folder, 'run-'));
    writeFileSync(join(out, 'plugproof.yaml'), JSON.stringify(config));
    const ended = await run([
      ...['test', role, '-c', join(out, 'plugproof.yaml'), '--timeout', '4s', '--seed', '1', '--quiet'],
      ...['--security-profile', String(profile), '--out', join(out, 'run'), ...more],
    ]);
    expect(ended.code, ended.stderr).to.be.oneOf([0, 1, 3]);
    return { ended, report: JSON.parse(readFileSync(join(out, 'run', 'report.json'), 'utf8')) as Report };
  }

  for (const one of there) {
    it(`${one.role} on ${one.name} in ${one.ocpp}, security profile ${one.profile}`, async () => {
      const first = (await judged.get(one)) as Judged;
      expect(first.report.summary.pass + first.report.summary.warn, first.ended.stderr).to.be.at.least(one.least);
      // They share this machine: what is odd has to be so once more, alone.
      const ids = odd(first.report).map(({ id }) => id);
      const { report } = ids.length === 0 ? first : await judge(one, ids);
      expect(odd(report).map(({ id, verdict, reason }) => `${id} ${verdict}: ${reason}`)).to.deep.equal([]);
    });
  }
});

const setOwnPassword = (control: string) =>
  post(control, 'set-basic-auth-password', { station_id: OTHER.id, password: OTHER.password });
const withPassword = (id: string) => (id === OTHER.id ? OTHER : { id, password: PASSWORD });
const withCertificate = (pki: string, id: string) => ({
  id,
  cert: join(pki, 'stations', `${id}.pem`),
  key: join(pki, 'stations', `${id}.key`),
});

const odd = ({ cases }: Report) =>
  cases.filter(
    ({ verdict, baseline }) => baseline?.status !== 'known' && !['pass', 'warn', 'notApplicable'].includes(verdict),
  );
