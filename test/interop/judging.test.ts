/** plugproof as a process against back offices that it did not grow up with: what each does is known and explained. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { forVersion } from '../../src/judge/test-case.ts';
import type { CaseReport, Report } from '../../src/report.ts';
import { allCases } from '../../suites/index.ts';
import { inFolder, run } from '../e2e/cli.ts';
import { type CounterpartName, startCounterpart } from './counterpart.ts';

const BASELINES = join(dirname(fileURLToPath(import.meta.url)), 'baselines');

type Version = '1.6' | '2.0.1';

/** Judges a counterpart with 16 stations over its trigger API. */
async function judge(name: CounterpartName, ocpp: Version, more: readonly string[] = []) {
  const counterpart = await startCounterpart(name, { ocpp });
  try {
    return await inFolder(async (out) => {
      const driver = ['--driver', 'octt-trigger', '--driver-url', counterpart.control];
      const args = ['test', 'csms', '--url', counterpart.url, '--ocpp', ocpp, '--id', 'CP{01..16}', ...driver];
      const ended = await run([...args, '--timeout', '4s', '--seed', '1', '--out', out, '--quiet', ...more]);
      const report = JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')) as Report;
      return { ended, report };
    });
  } finally {
    await counterpart.stop();
  }
}

const red = ({ cases }: Report) =>
  cases
    .filter(({ verdict, baseline }) => baseline?.status !== 'known' && verdict !== 'pass' && verdict !== 'warn')
    .map(({ id, verdict, reason }) => `${id} ${verdict}: ${reason}`);

const certified = (cases: readonly CaseReport[]) =>
  cases.filter(({ octt, verdict }) => octt !== undefined && verdict === 'pass');

describe('back offices on public libraries', function () {
  this.timeout(180_000);
  const there: readonly [CounterpartName, Version][] = [
    ['ocpp-rpc', '1.6'],
    ['ocpp-rpc', '2.0.1'],
    ['python-ocpp', '1.6'],
    ['python-ocpp', '2.0.1'],
    ['java-oca', '1.6'],
  ];
  for (const [name, ocpp] of there) {
    it(`${name} in ${ocpp} fails what its baseline explains, and nothing else`, async () => {
      const baseline = join(BASELINES, `${name}-${ocpp}.yaml`);
      // What becomes of two CALLs with one id is left open, and depends here on whether they share a TCP segment.
      const { ended, report } = await judge(name, ocpp, ['--baseline', baseline, '--skip', 'ocppj/ids/twice-at-once']);
      expect(red(report)).to.deep.equal([]);
      expect(report.cases.filter((one) => one.baseline?.status === 'stale').map(({ id }) => id)).to.deep.equal([]);
      expect(ended.code, ended.stderr).to.equal(0);
    });
  }
});

describe('back offices that are wrong in one whole way', function () {
  this.timeout(180_000);
  for (const ocpp of ['1.6', '2.0.1'] as const) {
    for (const name of ['mute', 'empty', 'wrong-id', 'closer', 'call-error'] as const) {
      it(`${name} in ${ocpp} passes no certification case, and the run ends`, async () => {
        const { ended, report } = await judge(name, ocpp, ['--timeout', '1s']);
        expect(certified(report.cases).map(({ id }) => id)).to.deep.equal([]);
        expect(ended.code).to.be.oneOf([1, 3]);
      });
    }

    it(`a yes-man in ${ocpp} does not pass`, async () => {
      const { ended, report } = await judge('yes-man', ocpp);
      expect(ended.code).to.equal(1);
      const failed = report.cases.filter(({ verdict }) => verdict === 'fail').map(({ suite }) => suite);
      for (const suite of ['csms/authorization', 'csms/transactions']) expect(failed).to.include(suite);
      console.log(
        `        a yes-man passes ${certified(report.cases).length} certification cases of ${report.cases.filter(({ octt }) => octt !== undefined).length}`,
      );
    });

    it(`a yes-man in ${ocpp} that alters what it sends on passes no case about a CALL of the CSMS`, async () => {
      const { report } = await judge('yes-man-altering', ocpp);
      const ordered = new Set(
        allCases()
          .filter((spec) => (forVersion(spec.needs, ocpp) ?? []).some((need) => need !== 'create-token'))
          .map(({ id }) => id),
      );
      // A CALL without a member can't be altered.
      const passed = report.cases
        .filter((one) => one.verdict === 'pass' && ordered.has(one.id) && hasCallWithMembers(one))
        .map(({ id }) => id);
      expect(passed).to.deep.equal([]);
    });
  }
});

/** True where the back office sent a CALL that says anything beside its action. */
const hasCallWithMembers = ({ trace }: CaseReport): boolean =>
  trace.some(
    ({ origin, kind, text }) =>
      origin === 'sut' &&
      kind === 'call' &&
      Object.keys((JSON.parse(text) as [2, string, string, object])[3]).length > 0,
  );
