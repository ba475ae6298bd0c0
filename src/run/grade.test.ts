/** The grade: the worst finding decides, and what nobody saw is never green. */
import { expect } from 'chai';
import type { CaseReport, Verdict } from '../report.ts';
import { gradeOf } from './grade.ts';

const NAMES = [
  ...['no-password', 'wrong-password', 'takeover', 'other-name', 'other-charger', 'foreign-transaction', 'plain'],
  ...['guessing', 'locked-out', 'old-tls', 'flood', 'two-at-once', 'comes-back'],
];

const cases = (verdicts: Readonly<Record<string, Verdict>>, others: Verdict = 'pass'): CaseReport[] =>
  NAMES.map((name) => ({ id: `security/exposed/${name}`, verdict: verdicts[name] ?? others }) as CaseReport);

const secure = { url: 'wss://csms.example/ocpp' };

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
  it('knows an address without encryption', () => {
    expect(
      gradeOf(
        cases({}).filter(({ id }) => !id.endsWith('/plain')),
        { url: 'ws://h/o' },
      )?.value,
    ).to.equal('D');
  });
  it('is none where nothing could be judged, or the suite was not run', () => {
    expect(gradeOf(cases({}, 'inconclusive'), secure)).to.equal(null);
    expect(gradeOf(cases({}, 'error'), secure)).to.equal(null);
    expect(gradeOf([], secure)).to.equal(null);
  });
});
