/** Plan, journal, fold, gate, exit code and comparison: the rooms of a run that need no SUT. */
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { drop } from '../judge/fault.ts';
import type { CaseOutcome } from '../judge/run-case.ts';
import { suite, testCase } from '../judge/test-case.ts';
import { editDistance, nearest } from '../nearest.ts';
import { csmsInMemory } from '../reference/csms-in-memory.ts';
import type { CaseReport, Verdict } from '../report.ts';
import { compareReports } from './compare.ts';
import { exitCodeOf } from './exit-code.ts';
import { fold, summarise } from './fold.ts';
import { Gate } from './gate.ts';
import { Journal, type JournalEntry } from './journal.ts';
import { globToRegExp, makePlan, type Selection } from './plan.ts';
import { JournalError, readJournal, readRun } from './read-run.ts';

const spec = (id: string, more: object = {}) =>
  testCase({
    id,
    title: id,
    sut: 'csms',
    versions: ['1.6', '2.0.1'],
    octt: { '1.6': `TC_${id.length}_CSMS` },
    checks: { one: { ref: '4.2', level: 'SHALL', says: 'it is' } },
    catches: { one: drop('Heartbeat') },
    run: async () => {},
    ...more,
  });

const suites = [
  suite('csms/alpha', 'Alpha', [spec('csms/alpha/one'), spec('csms/alpha/three', { feature: 'C-16' })]),
  suite('csms/beta', 'Beta', [spec('csms/beta/pending', { stations: ['pending'] })]),
  suite('station/alpha', 'Alpha', [spec('station/alpha/one', { sut: 'station' })]),
];

const noSchemas = { has: () => false, validate: () => [], schema: () => ({}) };
const right = csmsInMemory('1.6', noSchemas).environment.sut;
const profiles = {
  names: ['core', 'reservation'],
  profilesOf: (_: string, id: string) => (id === 'TC_14_CSMS' ? ['core'] : []),
};

function plan(selection: Partial<Selection> = {}, sut = right) {
  const { items, notes } = makePlan(
    suites,
    sut,
    'csms',
    { cases: [], suites: [], skip: [], profiles: [], ...selection },
    profiles,
  );
  return { ids: items.map((item) => `${item.version} ${item.spec.id}`), items, notes };
}

describe('plan', () => {
  it('holds every case of the role, once for each version', () => {
    expect(plan({}, { ...right, ocpp: ['1.6', '2.0.1'] }).ids).to.deep.equal([
      '1.6 csms/alpha/one',
      '2.0.1 csms/alpha/one',
      '1.6 csms/alpha/three',
      '2.0.1 csms/alpha/three',
      '1.6 csms/beta/pending',
      '2.0.1 csms/beta/pending',
    ]);
  });
  it('takes ids, certification ids, folders and globs', () => {
    expect(plan({ cases: ['csms/alpha/one'] }).ids).to.deep.equal(['1.6 csms/alpha/one']);
    expect(plan({ cases: ['tc_16_csms'] }).ids).to.deep.equal(['1.6 csms/alpha/three']);
    expect(plan({ cases: ['csms/alpha'] }).ids).to.have.length(2);
    expect(plan({ cases: ['*/one', '*/three'] }).ids).to.have.length(2);
    expect(plan({ suites: ['csms/beta'] }).ids).to.deep.equal(['1.6 csms/beta/pending']);
    expect(plan({ skip: ['csms/alpha/*'] }).ids).to.deep.equal(['1.6 csms/beta/pending']);
  });
  it('takes certification profiles', () =>
    expect(plan({ profiles: ['core'] }).ids).to.deep.equal(['1.6 csms/alpha/one']));
  it('tells a pattern that matches nothing, with the nearest word', () => {
    expect(() => plan({ cases: ['csms/alpha/onne'] })).to.throw(
      /--case 'csms\/alpha\/onne' matches nothing; did you mean 'csms\/alpha\/one'\?/,
    );
    expect(() => plan({ suites: ['csms/betta'] })).to.throw(/did you mean 'csms\/beta'/);
    expect(() => plan({ skip: ['nothing/at/all/like/it'] })).to.throw(/--skip .* matches nothing/);
    expect(() => plan({ profiles: ['cor'] })).to.throw(/did you mean 'core'/);
  });
  it('is no plan when nothing is left', () => expect(() => plan({ skip: ['csms'] })).to.throw(/no case is left/));
  it('leaves out what another security profile, or another certificate, would be needed for, and says so in a note', () => {
    const secured = suite('csms/secured', 'Secured', [
      spec('csms/secured/password', { profiles: [1, 2] }),
      spec('csms/secured/certificate', { profiles: [3] }),
      spec('csms/secured/expired', { certificates: 'authority' }),
      spec('csms/secured/of-another', { certificates: 'second station' }),
    ]);
    const planned = (sut: typeof right) =>
      makePlan([secured], sut, 'csms', { cases: [], suites: [], skip: [], profiles: [] }, profiles);
    const ids = (sut: typeof right) => planned(sut).items.map(({ spec }) => spec.id);
    const basic: typeof right = { ...right, securityProfile: 1 };
    expect(ids(basic)).to.deep.equal(['csms/secured/password']);
    expect(planned(basic).notes).to.deep.equal([
      'left out, for another security profile than 1: csms/secured/certificate',
      'left out, for want of the authority that signs certificates of stations, with its key: csms/secured/expired',
      'left out, for want of a second station with a certificate of its own: csms/secured/of-another',
    ]);
    const pair = { cert: 'cert', key: 'key' };
    const identities = ['CP01', 'CP02'].map((id) => ({ id, ...pair }));
    const certified: typeof right = { ...right, securityProfile: 3, identities, clientAuthority: pair };
    expect(ids(certified)).to.deep.equal([
      'csms/secured/certificate',
      'csms/secured/expired',
      'csms/secured/of-another',
    ]);
  });
  it('marks a feature that the SUT does not have', () => {
    const { items } = plan({}, { ...right, without: ['C-16'] });
    expect(items.map(({ notApplicable }) => notApplicable !== undefined)).to.deep.equal([false, true, false]);
  });
  it('takes a kind of what the SUT does not have for absent as well', () => {
    const kinds = [
      suite('csms/alpha', 'Alpha', [
        spec('csms/alpha/kind', { feature: 'R-2' }),
        spec('csms/alpha/other', { feature: 'RX-2' }),
      ]),
    ];
    const { items } = makePlan(
      kinds,
      { ...right, without: ['R-0'] },
      'csms',
      { cases: [], suites: [], skip: [], profiles: [] },
      profiles,
    );
    expect(items.map(({ notApplicable }) => notApplicable !== undefined)).to.deep.equal([true, false]);
  });
  it('leaves out what needs a station that nobody set up, and says so', () => {
    const { ids, notes } = plan({}, { ...right, stations: {} });
    expect(ids).to.not.include('1.6 csms/beta/pending');
    expect(notes[0]).to.match(/sut\.stations\.pending/);
  });
  it('leaves out what is about a system without a part, or needs a file, until that is declared', () => {
    const told = suite('csms/told', 'Told', [
      spec('csms/told/without', { lacks: 'C-16' }),
      spec('csms/told/file', { file: 'firmware' }),
      spec('csms/told/always'),
    ]);
    const planned = (sut: typeof right) =>
      makePlan([told], sut, 'csms', { cases: [], suites: [], skip: [], profiles: [] }, profiles);
    expect(planned(right).items.map(({ spec: { id } }) => id)).to.deep.equal(['csms/told/always']);
    expect(planned(right).notes).to.deep.equal([
      'left out, for want of a system without C-16, named as sut.without: csms/told/without',
      'left out, for want of a place for files, named as sut.files.firmware: csms/told/file',
    ]);
    const files = { firmware: 'https://files.example.org/new.bin' };
    expect(planned({ ...right, without: ['C-16'], files }).items).to.have.length(3);
  });
  it('reads globs as globs and nothing else', () => {
    expect(globToRegExp('a.b').test('axb')).to.equal(false);
    expect(globToRegExp('a*').test('abc')).to.equal(true);
    expect(globToRegExp('a?c').test('abbc')).to.equal(false);
  });
});

describe('nearest word', () => {
  it('counts edits', () => {
    expect(editDistance('kitten', 'sitting')).to.equal(3);
    expect(editDistance('reset', 'reest')).to.equal(1);
    expect(editDistance('', 'abc')).to.equal(3);
  });
  it('finds the nearest, or nothing', () => {
    expect(nearest('protocl', ['password', 'protocol'])).to.equal('protocol');
    expect(nearest('xyzzy', ['password', 'protocol'])).to.equal(undefined);
  });
});

const report = (id: string, verdict: Verdict, more: Partial<CaseReport> = {}): CaseReport => ({
  id,
  ocpp: '1.6',
  title: id,
  suite: 'csms/alpha',
  block: 'Alpha',
  verdict,
  durationMs: 5,
  identity: 'CP01',
  replay: '',
  checks: [],
  invariants: [],
  trace: [],
  ...more,
});

const head: JournalEntry = {
  type: 'run',
  run: {
    id: 'r',
    command: 'test csms',
    startedAt: '2026-01-01T00:00:00Z',
    seed: 1,
    version: '0',
    argv: [],
    planned: 2,
    notes: [],
  },
  sut: { role: 'csms', ocpp: ['1.6'], url: 'ws://x', securityProfile: 0, features: [] },
};

describe('journal', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'plugproof-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is read back as it was written', () => {
    const journal = new Journal(join(folder, 'run'));
    journal.add(head);
    journal.add({ type: 'case', case: report('a', 'pass') });
    journal.close();
    expect(readJournal(join(folder, 'run'))).to.deep.equal(journal.entries);
  });
  it('has every line on disk before the next thing happens', () => {
    const journal = new Journal(folder);
    journal.add(head);
    expect(readFileSync(journal.path, 'utf8')).to.equal(`${JSON.stringify(head)}\n`);
    journal.close();
  });
  it('loses at most the line that a kill cut short', () => {
    const journal = new Journal(folder);
    journal.add(head);
    journal.add({ type: 'case', case: report('a', 'pass') });
    journal.close();
    truncateSync(journal.path, readFileSync(journal.path).length - 10);
    expect(readJournal(folder)).to.deep.equal([head]);
  });
  it('keeps on in memory when the disk gives up', () => {
    const journal = new Journal(folder);
    journal.close();
    journal.add(head);
    expect(journal.entries).to.deep.equal([head]);
  });
  it('tells what is no journal', () => {
    expect(() => readJournal(join(folder, 'none'))).to.throw(/can't be read/);
    const lines: readonly (readonly [text: string, says: RegExp])[] = [
      [`${JSON.stringify(head)}\nnonsense\n{}\n`, /:2 is no line of a journal$/],
      ['{"type":"run"}\n', /:1 is no line of a journal: it must have required property 'run'/],
      ['{"type":"run","run":{},"sut":{}}\n', /:1 is no line of a journal: run must have required property 'id'/],
      [`${JSON.stringify(head)}\n{"type":"case"}\n`, /:2 is no line of a journal: it must have/],
      [
        `${JSON.stringify(head)}\n${JSON.stringify({ type: 'case', case: { ...report('a', 'pass'), checks: 5 } })}\n`,
        /:2 is no line of a journal: case.checks must be array/,
      ],
      [`${JSON.stringify(head)}\n{"type":"second","second":5}\n`, /:2 is no line of a journal: second must be object/],
      ['{"type":"note","text":"x"}\n', /does not begin as a journal/],
      ['', /does not begin as a journal/],
    ];
    for (const [text, says] of lines) {
      writeFileSync(join(folder, 'journal.jsonl'), text);
      expect(() => readRun(folder), text).to.throw(JournalError, says);
    }
  });
  it('takes lines and members that another version has', () => {
    const more = { ...head, run: { ...head.run, weather: 'fair' } };
    writeFileSync(join(folder, 'journal.jsonl'), `${JSON.stringify(more)}\n{"type":"weather"}\n`);
    expect(readRun(folder).run.id).to.equal(head.run.id);
  });
  it('tells what is no report', () => {
    const file = join(folder, 'report.json');
    const wrong: readonly (readonly [text: string, says: RegExp])[] = [
      ['', /is no JSON/],
      ['5', /is no report of plugproof$/],
      ['{"format":"plugproof-report","formatVersion":9}', /another version/],
      ['{"format":"plugproof-report","formatVersion":1}', /must have required property/],
      [`{"x":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, /is no report of plugproof$/],
    ];
    for (const [text, says] of wrong) {
      writeFileSync(file, text);
      expect(() => readRun(file), text.slice(0, 80)).to.throw(JournalError, says);
    }
    const whole = fold([head, { type: 'case', case: report('a', 'pass') }]);
    writeFileSync(file, JSON.stringify(whole));
    expect(readRun(file)).to.deep.equal(whole);
  });
});

describe('fold', () => {
  it('counts each case once', () => {
    const cases = [
      report('a', 'pass'),
      report('b', 'fail'),
      report('c', 'fail', { baseline: { status: 'known', reason: 'r', at: 'b.yaml:1' } }),
      report('d', 'pass', { baseline: { status: 'stale', reason: 'r', at: 'b.yaml:2' } }),
    ];
    expect(summarise(cases)).to.include({ pass: 1, fail: 1, known: 1, stale: 1 });
  });
  it('is partial without an end', () => {
    const entries: JournalEntry[] = [head, { type: 'case', case: report('a', 'pass') }];
    expect(fold(entries).partial).to.equal(true);
    expect(fold([...entries, { type: 'end', durationMs: 7, partial: false }])).to.deep.include({ partial: false });
  });
});

describe('exit code', () => {
  const of = (...cases: CaseReport[]) =>
    exitCodeOf(fold([head, ...cases.map((one): JournalEntry => ({ type: 'case', case: one }))]));
  const table: readonly [string, CaseReport[], number][] = [
    ['all pass', [report('a', 'pass'), report('b', 'warn'), report('c', 'notApplicable')], 0],
    ['a failure', [report('a', 'pass'), report('b', 'fail'), report('c', 'inconclusive')], 1],
    ['a stale entry', [report('a', 'pass', { baseline: { status: 'stale', reason: '', at: '' } })], 1],
    ['a known failure', [report('a', 'fail', { baseline: { status: 'known', reason: '', at: '' } })], 0],
    ['something inconclusive', [report('a', 'pass'), report('b', 'inconclusive')], 3],
    ['nobody there', [report('a', 'error', { cause: 'unreachable' })], 3],
    ['a defect of ours', [report('a', 'pass'), report('b', 'error', { cause: 'defect' })], 70],
    ['nothing run', [], 3],
  ];
  for (const [name, cases, code] of table) it(`is ${code} for ${name}`, () => expect(of(...cases)).to.equal(code));
});

describe('gate', () => {
  const mute: CaseOutcome = {
    ...report('a', 'inconclusive'),
    trace: [{ n: 1, at: 0, origin: 'harness', kind: 'call', text: '[2]' }],
  };
  const answered: CaseOutcome = {
    ...mute,
    trace: [...mute.trace, { n: 2, at: 1, origin: 'sut', kind: 'callresult', text: '[3]', answers: 1 }],
  };
  it('closes when the SUT answered nothing in five cases', () => {
    const gate = new Gate();
    for (let i = 0; i < 4; i++) gate.saw(mute);
    expect(gate.closed).to.equal(undefined);
    gate.saw(mute);
    expect(gate.closed).to.match(/answered no CALL/);
    expect(gate.notes()[0]).to.match(/1 cases were not run/);
  });
  it('counts from the last answer', () => {
    const gate = new Gate();
    for (let i = 0; i < 4; i++) gate.saw(mute);
    gate.saw(answered);
    for (let i = 0; i < 4; i++) gate.saw(mute);
    expect(gate.closed).to.equal(undefined);
  });
  it('learns nothing from a case that asked nothing', () => {
    const gate = new Gate();
    for (let i = 0; i < 9; i++) gate.saw({ ...mute, trace: [] });
    expect(gate.closed).to.equal(undefined);
  });
});

describe('comparison', () => {
  it('tells worse from better', () => {
    const run = (...cases: CaseReport[]) =>
      fold([head, ...cases.map((one): JournalEntry => ({ type: 'case', case: one }))]);
    const { cases, regressions } = compareReports([
      run(report('a', 'pass'), report('b', 'fail'), report('c', 'pass'), report('d', 'pass')),
      run(report('a', 'fail'), report('b', 'pass'), report('c', 'pass'), report('e', 'fail')),
    ]);
    expect(cases.map(({ id, change }) => `${id} ${change}`)).to.deep.equal([
      'a worse',
      'b better',
      'c same',
      'd removed',
      'e added',
    ]);
    expect(regressions).to.equal(1);
  });
});
