/** The baseline: its file, its table of outcomes, and the exact words where an entry names nothing. */
import { expect } from 'chai';
import type { CaseReport, CheckReport, Verdict } from '../../report.ts';
import { applyBaseline, checkBaseline, expiredNotes, type KnownCase, loadBaseline } from './baseline.ts';
import { type Fixture, lines, makeFixture, usageMessage } from './fixture.test.ts';

const NOW = Date.parse('2026-06-15T12:00:00Z');

const check = (id: string, verdict: Verdict, message?: string): CheckReport => ({
  id,
  ref: 'B01',
  level: 'SHALL',
  says: '',
  verdict,
  ...(message !== undefined && { message }),
});

function report(verdict: Verdict, checks: readonly CheckReport[] = [], more: Partial<CaseReport> = {}): CaseReport {
  return {
    id: 'csms/provisioning/cold-boot',
    ocpp: '1.6',
    octt: 'TC_001_CSMS, TC_002_CSMS',
    title: '',
    suite: '',
    block: '',
    verdict,
    durationMs: 0,
    identity: '',
    replay: '',
    checks,
    invariants: [],
    trace: [],
    ...more,
  };
}

describe('baseline', () => {
  let fixture: Fixture;
  before(() => {
    fixture = makeFixture();
  });
  after(() => fixture.remove());
  const load = (yaml: string) =>
    loadBaseline(fixture.write('baseline.yaml', yaml), { cwd: fixture.dir, variables: {} });
  /** `known`, `stale`, or the verdict as it was. */
  const outcome = (yaml: string, one: CaseReport, now = NOW) => {
    const applied = applyBaseline(load(yaml), one, now);
    return applied.baseline?.status ?? applied.verdict;
  };

  const CASE = '- { case: csms/provisioning/cold-boot, reason: PROJ-1 }\n';
  const CHECK = '- { case: "csms/provisioning/cold-boot#clock", reason: PROJ-2 }\n';
  const failed = report('fail', [check('clock', 'fail', 'clock is at the epoch'), check('accepted', 'pass')]);
  const two = report('fail', [
    check('clock', 'fail', 'clock is at the epoch'),
    check('accepted', 'fail', 'was Rejected'),
  ]);
  const passed = report('pass', [check('clock', 'pass'), check('accepted', 'pass')]);

  const table: readonly (readonly [what: string, yaml: string, one: CaseReport, becomes: string])[] = [
    ['nothing listed, fails', '', failed, 'fail'],
    ['nothing listed, passes', '', passed, 'pass'],
    ['listed and fails', CASE, failed, 'known'],
    ['listed and passes', CASE, passed, 'stale'],
    ['listed and warns', CASE, report('warn', [check('clock', 'warn')]), 'warn'],
    ['listed and an error', CASE, report('error'), 'error'],
    ['listed and inconclusive', CASE, report('inconclusive', [check('clock', 'inconclusive')]), 'inconclusive'],
    ['listed and not applicable', CASE, report('notApplicable'), 'notApplicable'],
    ['another case listed', '- { case: csms/provisioning/warm-boot, reason: r }', failed, 'fail'],
    ['another case listed, this one passes', '- { case: csms/provisioning/warm-boot, reason: r }', passed, 'pass'],
    ['a glob', '- { case: "csms/provisioning/*", reason: r }', failed, 'known'],
    ['a certification id', '- { case: TC_002_CSMS, reason: r }', failed, 'known'],
    ['this version', '- { case: csms/provisioning/cold-boot, ocpp: 1.6, reason: r }', failed, 'known'],
    ['other versions', '- { case: csms/provisioning/cold-boot, ocpp: [2.0.1, 2.1], reason: r }', failed, 'fail'],
    [
      'other versions, passes',
      '- { case: csms/provisioning/cold-boot, ocpp: [2.0.1, 2.1], reason: r }',
      passed,
      'pass',
    ],
    ['a check that fails', CHECK, failed, 'known'],
    ['a check by its own key', '- { case: csms/provisioning/cold-boot, check: clock, reason: r }', failed, 'known'],
    ['a check that passes', CHECK, passed, 'stale'],
    [
      'a check that passes, another warns',
      CHECK,
      report('warn', [check('clock', 'pass'), check('accepted', 'warn')]),
      'stale',
    ],
    ['a check, and another fails too', CHECK, two, 'fail'],
    ['both checks', `${CHECK}- { case: "csms/provisioning/*#accepted", reason: r }`, two, 'known'],
    [
      'one check that passes, and another fails',
      '- { case: "csms/provisioning/cold-boot#accepted", reason: r }',
      failed,
      'fail',
    ],
    [
      'one listed check fails, one passes',
      `${CHECK}- { case: "csms/provisioning/*#accepted", reason: r }`,
      failed,
      'stale',
    ],
    [
      'a check, and an invariant is broken',
      CHECK,
      report('fail', [check('clock', 'fail')], {
        invariants: [{ id: 'schema-valid', verdict: 'fail', blame: 'sut', message: 'm', frame: 1 }],
      }),
      'fail',
    ],
    [
      'a case, and an invariant is broken',
      CASE,
      report('fail', [check('clock', 'pass')], {
        invariants: [{ id: 'schema-valid', verdict: 'fail', blame: 'sut', message: 'm', frame: 1 }],
      }),
      'known',
    ],
    ['its message', '- { case: csms/provisioning/cold-boot, message: at the epoch, reason: r }', failed, 'known'],
    ['another message', '- { case: csms/provisioning/cold-boot, message: in the future, reason: r }', failed, 'fail'],
    ['not yet expired', '- { case: csms/provisioning/cold-boot, expires: 2026-06-15, reason: r }', failed, 'known'],
    ['expired', '- { case: csms/provisioning/cold-boot, expires: 2026-06-14, reason: r }', failed, 'fail'],
    ['expired, passes', '- { case: csms/provisioning/cold-boot, expires: 2026-06-14, reason: r }', passed, 'pass'],
  ];
  for (const [what, yaml, one, becomes] of table) {
    it(`${what}: ${becomes}`, () => {
      expect(outcome(yaml, one)).to.equal(becomes);
    });
  }

  it('says why, and where it stands', () => {
    const yaml = `# known\n${CASE}`;
    expect(applyBaseline(load(yaml), failed, NOW).baseline).to.deep.equal({
      status: 'known',
      reason: 'PROJ-1',
      at: 'baseline.yaml:2',
    });
    expect(applyBaseline(load(yaml), passed, NOW).baseline).to.deep.equal({
      status: 'stale',
      reason: 'listed as a known failure and passes: strike it (PROJ-1)',
      at: 'baseline.yaml:2',
    });
  });

  it('notes what has expired', () => {
    expect(expiredNotes(load(`${CASE}- { case: "a#b", expires: 2026-06-14, reason: r }\n`), NOW)).to.deep.equal([
      "baseline.yaml:2: expired on 2026-06-14, so that 'a#b' is not excused any more",
    ]);
  });

  it('may be empty', () => {
    expect(load('# nothing\n').entries).to.deep.equal([]);
  });

  const known: readonly KnownCase[] = [
    { id: 'csms/provisioning/cold-boot', ocpp: '1.6', octt: ['TC_001_CSMS'], checks: ['accepted', 'clock'] },
    { id: 'station/provisioning/cold-boot', ocpp: '2.1', octt: [], checks: ['silent'] },
  ];

  it('takes entries of cases that are not run this time', () => {
    expect(() =>
      checkBaseline(
        load(`${CASE}- { case: "station/*#silent", reason: r }\n- { case: TC_001_CSMS, reason: r }\n`),
        known,
      ),
    ).to.not.throw();
  });

  it('complains of entries that name nothing', () => {
    const yaml =
      '- { case: csms/provisioning/cold-bot, reason: r }\n- { case: "csms/provisioning/cold-boot#clok", reason: r }\n- { case: csms/provisioning/cold-boot, check: xyz, reason: r }\n- { case: csms/provisioning/cold-boot, ocpp: 2.1, reason: r }\n';
    expect(usageMessage(() => checkBaseline(load(yaml), known))).to.equal(
      lines(`
        baseline.yaml:1:11: no case is called 'csms/provisioning/cold-bot'
          1 | - { case: csms/provisioning/cold-bot, reason: r }
            |           ^^^^^^^^^^^^^^^^^^^^^^^^^^
          Did you mean 'csms/provisioning/cold-boot'? See 'plugproof list cases'.

        baseline.yaml:2:11: 'csms/provisioning/cold-boot' has no check 'clok'
          2 | - { case: "csms/provisioning/cold-boot#clok", reason: r }
            |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          Did you mean 'clock'? There are: accepted, clock.

        baseline.yaml:3:47: 'csms/provisioning/cold-boot' has no check 'xyz'
          3 | - { case: csms/provisioning/cold-boot, check: xyz, reason: r }
            |                                               ^^^
          There are: accepted, clock.

        baseline.yaml:4:11: 'csms/provisioning/cold-boot' has no OCPP 2.1
          4 | - { case: csms/provisioning/cold-boot, ocpp: 2.1, reason: r }
            |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^
          It is for: 1.6.`),
    );
  });

  it('complains of the file', () => {
    const yaml =
      '- { case: a, reson: r }\n- case: a#b#c\n  reason: r\n- { case: a#b, check: c, reason: r, expires: 2026-02-30, ocpp: 2.0 }\n';
    expect(usageMessage(() => load(yaml))).to.equal(
      lines(`
        baseline.yaml:1:3: [0] has no 'reason'
          1 | - { case: a, reson: r }
            |   ^^^^^^^^^^^^^^^^^^^^^
          Add reason: text: why it is known, such as a ticket.

        baseline.yaml:1:14: there is no key 'reson' in [0]
          1 | - { case: a, reson: r }
            |              ^^^^^
          Did you mean 'reason'?`),
    );
    expect(usageMessage(() => load(yaml.split('\n').slice(1).join('\n')))).to.equal(
      lines(`
        baseline.yaml:1:9: 'a#b#c' is no case and check
          1 | - case: a#b#c
            |         ^^^^^
          Write 'case#check'.

        baseline.yaml:3:23: the check is named twice: here and behind the '#' of case
          3 | - { case: a#b, check: c, reason: r, expires: 2026-02-30, ocpp: 2.0 }
            |                       ^
          Strike one of them.

        baseline.yaml:3:46: there is no day 2026-02-30
          3 | - { case: a#b, check: c, reason: r, expires: 2026-02-30, ocpp: 2.0 }
            |                                              ^^^^^^^^^^
          Write year, month and day, such as 2026-12-31.

        baseline.yaml:3:64: there is no OCPP version '2.0' here
          3 | - { case: a#b, check: c, reason: r, expires: 2026-02-30, ocpp: 2.0 }
            |                                                                ^^^
          Did you mean '2.0.1'? There are: 1.6, 2.0.1, 2.1.`),
    );
    expect(usageMessage(() => load('csms/x: known\n'))).to.equal(
      lines(`
        baseline.yaml:1:1: the file is a mapping
          1 | csms/x: known
            | ^^^^^^^^^^^^^
          It wants a list of known failures.`),
    );
  });
});
