/** plugproof as a process against back offices on public libraries that ask for passwords and certificates, and stand behind TLS. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Report } from '../../src/report.ts';
import { type Ended, run } from '../e2e/cli.ts';
import { type Secured, startCounterpart } from './counterpart.ts';
import type { LibraryName, OcppVersion } from './libraries.ts';
import { post } from './smoke-station.ts';

const IDS = ['CP01', 'CP02', 'CP03', 'CP04'];
const PASSWORD = 'correct-horse-16';
const OTHER = { id: 'CP02', password: 'battery-staple-17' };

interface Expected {
  name: LibraryName;
  ocpp: OcppVersion;
  profile: Secured['profile'];
  /** Whether it signs the certificates of stations. */
  signs?: true;
}

const there: readonly Expected[] = [
  { name: 'ocpp-rpc', ocpp: '2.0.1', profile: 1 },
  { name: 'ocpp-rpc', ocpp: '1.6', profile: 3 },
  { name: 'python-ocpp', ocpp: '1.6', profile: 2 },
  { name: 'python-ocpp', ocpp: '2.0.1', profile: 3, signs: true },
  { name: 'java-oca', ocpp: '1.6', profile: 2 },
  { name: 'java-oca', ocpp: '1.6', profile: 3 },
];

/** A request that nobody signs says nothing of the certificate. */
const SIGNING = 'security/client-certificates/renewed';
/** Security, with what a buyer sees of it. */
const SUITES = ['security/*', 'security/exposed', 'csms/certificates', 'csms/security-events'];

interface Judged {
  ended: Ended;
  report: Report;
}

describe('back offices on public libraries that ask who is there', function () {
  // Most of it is waiting for time-outs, and so they are judged side by side.
  this.timeout(600_000);
  let folder: string;
  const judged = new Map<Expected, Promise<Judged>>();
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'plugproof-secured-'));
    await run(['pki', join(folder, 'pki'), '--id', ...IDS]);
    for (const one of there) {
      const running = judge(one);
      running.catch(() => {});
      judged.set(one, running);
    }
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** @param selection which cases; all of the suites, unless told */
  async function judge({ name, ocpp, profile, signs }: Expected, selection?: readonly string[]): Promise<Judged> {
    const pki = join(folder, 'pki');
    const out = mkdtempSync(join(folder, 'run-'));
    const counterpart = await startCounterpart(name, { ocpp, secured: { profile, password: PASSWORD, pki } });
    try {
      if (profile !== 3) await setOwnPassword(counterpart.control);
      const config = {
        sut: { url: counterpart.url, ocpp, ...(signs && { features: ['advanced-security'] }) },
        ids: IDS.map((id) => (profile === 3 ? withCertificate(pki, id) : withPassword(id))),
        driver: { name: 'octt-trigger', url: counterpart.control },
      };
      writeFileSync(join(out, 'plugproof.yaml'), JSON.stringify(config));
      const which =
        selection === undefined
          ? ['--suite', ...SUITES, '--skip', 'security/payloads', ...(signs || profile !== 3 ? [] : [SIGNING])]
          : ['--case', ...selection];
      const authority = ['--ca', join(pki, 'ca.pem'), '--ca-key', join(pki, 'ca.key')];
      const ended = await run([
        ...['test', 'csms', '-c', join(out, 'plugproof.yaml'), '--timeout', '4s', '--seed', '1', '--quiet'],
        ...[
          '--security-profile',
          String(profile),
          '--out',
          join(out, 'run'),
          ...(profile === 1 ? [] : authority),
          ...which,
        ],
      ]);
      expect(ended.code, ended.stderr).to.be.oneOf([0, 1, 3]);
      const report = JSON.parse(readFileSync(join(out, 'run', 'report.json'), 'utf8')) as Report;
      return { ended, report };
    } finally {
      await counterpart.stop();
    }
  }

  for (const one of there) {
    it(`${one.name} in ${one.ocpp}, security profile ${one.profile}`, async () => {
      const first = (await judged.get(one)) as Judged;
      expect(first.report.summary.pass, first.ended.stderr).to.be.greaterThan(30);
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

const odd = ({ cases }: Report) => cases.filter(({ verdict }) => !['pass', 'warn', 'notApplicable'].includes(verdict));
