/** A charger judged over real sockets: the reference station, its hands over HTTP, and what its faults come to. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { freePort } from '../../src/cli/free-port.ts';
import type { CaseReport, Report } from '../../src/report.ts';
import { type Ended, inFolder, type Running, start } from './cli.ts';

/** A station that dials again after a second. */
const QUICK = {
  '1.6': ['RetryBackOffWaitMinimum=1', 'RetryBackOffRandomRange=0'],
  '2.0.1': ['OCPPCommCtrlr.RetryBackOffWaitMinimum=1', 'OCPPCommCtrlr.RetryBackOffRandomRange=0'],
} as const;

interface Judged extends Ended {
  readonly report: Report;
}

interface Run {
  readonly ocpp: '1.6' | '2.0.1';
  readonly test?: readonly string[];
  readonly serve?: readonly string[];
  /** Whether the station's control API is given to the test. */
  readonly hands?: boolean;
}

/** `test station` and `serve station`, one against the other. */
function judged({ ocpp, test = [], serve = [], hands = false }: Run): Promise<Judged> {
  return inFolder(async (folder) => {
    const control = await freePort();
    const actuator = hands ? ['--actuator', 'reference', '--actuator-url', `http://127.0.0.1:${control}`] : [];
    const judge = start([
      ...['test', 'station', '--listen', '0', '--ocpp', ocpp, '--quiet', '--out', folder, '--timeout', '5s'],
      ...actuator,
      ...test,
    ]);
    let station: Running | undefined;
    try {
      const [, url = ''] = await judge.line(/^ready ocpp (\S+)$/m);
      const set = ['--set', ...QUICK[ocpp]];
      station = start([
        'serve',
        'station',
        '--url',
        `${url}/ocpp`,
        '--ocpp',
        ocpp,
        '--control',
        `${control}`,
        ...set,
        ...serve,
      ]);
      const ended = await judge.ended;
      const report = JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')) as Report;
      return { ...ended, report };
    } finally {
      station?.process.kill('SIGTERM');
      await station?.ended;
    }
  });
}

const verdicts = ({ cases }: Report): Record<string, string> =>
  Object.fromEntries(cases.map(({ id, verdict }: CaseReport) => [id, verdict]));

describe('plugproof test station', function () {
  this.timeout(120_000);

  for (const [ocpp, cases] of [
    [
      '1.6',
      [
        'station/configuration/*',
        'station/availability/evse',
        'station/transactions/stop-same-token',
        'ocppj/errors/wrong-type',
      ],
    ],
    [
      '2.0.1',
      [
        'station/variables/read',
        'station/reports/full',
        'station/transactions/remote-stop-v2',
        'ocppj/errors/wrong-type',
      ],
    ],
  ] as const) {
    it(`passes a right station of ${ocpp}, with and without hands`, async () => {
      const { code, report, stderr } = await judged({ ocpp, hands: true, test: ['--case', ...cases] });
      expect(code, `${stderr}${JSON.stringify(report.summary)}`).to.equal(0);
      expect(report.summary.pass).to.equal(report.cases.length);
      expect(report.cases.length).to.be.at.least(cases.length);
      expect(report.sut.url).to.match(/^ws:\/\/127\.0\.0\.1:\d+$/);
    });
  }

  it('fails a station that accepts a reset and does not boot', async () => {
    const { code, report } = await judged({
      ocpp: '1.6',
      serve: ['--fault', 'boots-once'],
      test: ['--case', 'station/provisioning/reset-at-once', '--timeout', '1s'],
    });
    expect(code).to.equal(1);
    const [only] = report.cases;
    expect(only?.checks.find(({ id }) => id === 'boots')?.verdict).to.equal('fail');
  });

  it('leaves a case that needs hands inconclusive where there are none, and names the gesture', async () => {
    const { code, report } = await judged({ ocpp: '1.6', test: ['--case', 'station/transactions/plug-first'] });
    expect(code).to.equal(3);
    expect(report.cases[0]?.reason).to.match(/nobody makes the gesture plugIn/);
    expect(report.run.notes.join()).to.match(/1 of 1 cases need hands/);
  });

  it('judges two stations side by side', async () => {
    const { code, report } = await judged({
      ocpp: '1.6',
      serve: ['--id', 'CP{01..02}'],
      test: ['--id', 'CP{01..02}', '--case', 'station/configuration/*'],
    });
    expect(code).to.equal(0);
    expect(new Set(report.cases.map(({ identity }) => identity))).to.deep.equal(new Set(['CP01', 'CP02']));
  });

  it('lets a station in by its password, and says what it refused otherwise', async () => {
    const wants = [
      '--security-profile',
      '1',
      '--id',
      'CP01',
      '--password',
      'a-long-password-1',
      '--case',
      'station/configuration/unknown-key',
    ];
    const right = await judged({ ocpp: '1.6', test: wants, serve: ['--password', 'a-long-password-1'] });
    expect(verdicts(right.report)).to.deep.equal({ 'station/configuration/unknown-key': 'pass' });
    const wrong = await judged({
      ocpp: '1.6',
      test: [...wants, '--timeout', '1s'],
      serve: ['--password', 'another-password'],
    });
    expect(wrong.code).to.equal(3);
    expect(wrong.report.cases[0]?.reason).to.match(/its credentials are not those of CP01/);
  });

  it('says that nobody came where nobody comes', () =>
    inFolder(async (folder) => {
      const { code, stdout } = await start([
        ...['test', 'station', '--listen', '0', '--ocpp', '1.6', '--out', folder, '--timeout', '200ms'],
        ...['--case', 'station/configuration/read'],
      ]).ended;
      expect(code).to.equal(3);
      expect(stdout).to.match(/did not connect within 2 s/);
    }));
});
