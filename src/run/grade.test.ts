/** The grade: the worst finding decides, and what nobody saw is never green. */
import { expect } from 'chai';
import type { CaseReport, Verdict } from '../report.ts';
import { gradeOf } from './grade.ts';

/** The check of each case that decides. */
const CASES = {
  'no-password': 'refused',
  'wrong-password': 'refused',
  takeover: 'refused',
  'other-name': 'refused',
  'other-charger': 'refused',
  'wrong-certificate': 'refused',
  'other-certificate': 'refused',
  'foreign-transaction': 'untouched',
  plain: 'refused',
  guessing: 'held',
  'locked-out': 'letIn',
  'old-tls': 'refused',
  flood: 'served',
  'two-at-once': 'one',
  'comes-back': 'letIn',
} as const;

const report = (name: string, verdict: Verdict, checks: Readonly<Record<string, Verdict>>): CaseReport =>
  ({
    id: `security/exposed/${name}`,
    verdict,
    checks: Object.entries(checks).map(([id, verdict]) => ({ id, verdict })),
  }) as unknown as CaseReport;

const cases = (verdicts: Readonly<Record<string, Verdict>>, others: Verdict = 'pass'): CaseReport[] =>
  Object.entries(CASES).map(([name, check]) => {
    const verdict = verdicts[name] ?? others;
    return report(name, verdict, { [check]: verdict });
  });

const secure = { url: 'wss://csms.example/ocpp', securityProfile: 2 };

describe('the grade', () => {
  it('is A where everything was seen and nothing was found', () => {
    expect(gradeOf(cases({}), secure)).to.deep.equal({ value: 'A', reasons: [] });
  });
  it('is the worst that was found, which is named first', () => {
    const grade = gradeOf(cases({ guessing: 'warn', takeover: 'fail' }), secure);
    expect(grade?.value).to.equal('F');
    expect(grade?.reasons.map((reason) => reason.case)).to.deep.equal([
      'security/exposed/takeover',
      'security/exposed/guessing',
    ]);
  });
  it('is never good where the essential was not seen', () => {
    expect(gradeOf(cases({ 'no-password': 'inconclusive' }), secure)?.value).to.equal('C');
    expect(gradeOf(cases({ flood: 'inconclusive' }), secure)?.value).to.equal('B');
    expect(gradeOf(cases({}).slice(0, 2), secure)?.value).to.equal('C');
  });
  it('is of what was found, and not of what else a case checks', () => {
    const others = cases({}).filter(({ id }) => !id.endsWith('/other-name'));
    const told = report('other-name', 'warn', { refused: 'pass', told: 'warn' });
    expect(gradeOf([...others, told], secure)?.value).to.equal('A');
    const invalid = report('other-name', 'fail', { refused: 'pass', told: 'pass' });
    expect(gradeOf([...others, invalid], secure)?.value).to.equal('A');
    const dies = gradeOf([...others, report('other-name', 'fail', { refused: 'pass', there: 'fail' })], secure);
    expect(dies?.value).to.equal('C');
    expect(dies?.reasons[0]?.says).to.match(/the charger itself is not served/);
  });
  it('does not ask for more passwords where nobody is asked for one', () => {
    const open = { 'no-password': 'fail', 'wrong-password': 'inconclusive', guessing: 'inconclusive' } as const;
    const grade = gradeOf(cases({ ...open, 'locked-out': 'inconclusive', flood: 'inconclusive' }), secure);
    expect(grade?.reasons.map((reason) => reason.case)).to.deep.equal(['security/exposed/no-password']);
  });
  it('has nothing to say of passwords where certificates are shown, and the other way round', () => {
    const without = (...names: string[]) =>
      cases({}).filter(({ id }) => !names.some((name) => id.endsWith(`/${name}`)));
    const passwords = ['wrong-password', 'other-name', 'other-charger', 'guessing', 'locked-out'];
    const certificates = ['wrong-certificate', 'other-certificate'];
    expect(gradeOf(without(...passwords), { ...secure, securityProfile: 3 })?.value).to.equal('A');
    expect(gradeOf(without(...certificates), secure)?.value).to.equal('A');
    expect(gradeOf(without(...certificates), { ...secure, securityProfile: 3 })?.value).to.equal('C');
  });
  it('knows an address without encryption', () => {
    expect(
      gradeOf(
        cases({}).filter(({ id }) => !id.endsWith('/plain')),
        { url: 'ws://h/o', securityProfile: 1 },
      )?.value,
    ).to.equal('D');
  });
  it('is none where nothing could be judged, or the suite was not run', () => {
    expect(gradeOf(cases({}, 'inconclusive'), secure)).to.equal(null);
    expect(gradeOf(cases({}, 'error'), secure)).to.equal(null);
    expect(gradeOf([], secure)).to.equal(null);
  });
});
