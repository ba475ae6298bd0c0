/** Each format read back by a foreign parser or its published schema, and what it then says compared with the Report. */
import { expect } from 'chai';
import { validate } from 'ctrf';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import type { Report } from '../src/report.ts';
import { ctrfReporter } from './ctrf.ts';
import { bigReport, fullReport, greenReport, hostile, reportOf } from './fixtures/report.ts';
import { readTap } from './fixtures/tap.ts';
import { githubReporter, stepSummary } from './github.ts';
import { jsonReporter } from './json.ts';
import { junitReporter } from './junit.ts';
import { code, markdownReporter, prose } from './markdown.ts';
import { tapReporter } from './tap.ts';
import { bytes } from './text.ts';
import { count } from './view.ts';

/** Cases alone: load runs have none, and a test of their own. */
const full: Report = { ...fullReport(), load: null };
const counts = count(full.cases);

/** What XML 1.0 has no way to write, and lone surrogates. */
const illegal = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

interface Node {
  readonly [name: string]: unknown;
}
const list = (value: unknown): Node[] => (Array.isArray(value) ? value : value === undefined ? [] : [value]) as Node[];

function junit(report: Report) {
  const xml = junitReporter(report, {
    hostname: 'tester',
    cwd: '/project',
    files: { html: '/project/out/report.html' },
  });
  expect(XMLValidator.validate(xml)).to.equal(true);
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '@',
    cdataPropName: '#cdata',
    htmlEntities: true,
  });
  const root = (parser.parse(xml) as Node)['testsuites'] as Node;
  const suites = list(root['testsuite']);
  return { xml, root, suites, cases: suites.flatMap((suite) => list(suite['testcase'])) };
}
const text = (node: unknown): string => list((node as Node)['#cdata']).join('');

describe('junit', () => {
  const { xml, root, suites, cases } = junit(full);

  it('counts each case once, and the counts of the suites sum up', () => {
    expect(cases).to.have.length(full.cases.length);
    for (const name of ['tests', 'failures', 'errors', 'skipped']) {
      const sum = suites.reduce((total, suite) => total + Number(suite[`@${name}`]), 0);
      expect(sum, name).to.equal(Number(root[`@${name}`]));
    }
    expect(Number(root['@tests'])).to.equal(full.cases.length);
    expect(Number(root['@failures']))
      .to.equal(counts.fail + counts.stale)
      .and.to.equal(cases.filter((one) => 'failure' in one).length);
    expect(Number(root['@errors']))
      .to.equal(counts.error + counts.inconclusive)
      .and.to.equal(cases.filter((one) => 'error' in one).length);
    expect(Number(root['@skipped']))
      .to.equal(counts.known + counts.notApplicable)
      .and.to.equal(cases.filter((one) => 'skipped' in one).length);
  });

  it('gives every case a unique name, a class name for Jenkins and a time', () => {
    expect(new Set(cases.map((one) => one['@name'])).size).to.equal(cases.length);
    for (const one of cases) {
      expect(one['@classname']).to.match(/^ocpp(16|201|21)(\.[a-z-]+)+$/);
      expect(one['@time']).to.match(/^\d+\.\d{3}$/);
    }
    expect(cases[0]?.['@classname']).to.equal('ocpp201.csms.provisioning');
    for (const suite of suites) {
      expect(suite['@timestamp']).to.match(/^\d{4}-\d\d-\d\dT/);
      expect(suite['@hostname']).to.equal('tester');
    }
  });

  it('tells a failure of the SUT from what could not be judged', () => {
    const of = (id: string) => cases.find((one) => String(one['@name']).includes(`[${id},`)) as Node;
    expect((of('csms/provisioning/boot-pending')['failure'] as Node)['@type']).to.equal('schema');
    expect((of('csms/provisioning/reset-idle')['error'] as Node)['@type']).to.equal('inconclusive');
    expect((of('csms/authorization/cached')['error'] as Node)['@type']).to.equal('harness');
    expect((of('security/tls/hostname')['error'] as Node)['@type']).to.equal('unreachable');
    expect((of('csms/smart-charging/set-profile')['skipped'] as Node)['@message']).to.match(/^not applicable: /);
    expect((of('csms/remote-control/unlock')['skipped'] as Node)['@message']).to.equal(
      'known failing: vendor ticket 4711: "UnlockConnector" | not built (baseline.yaml:12)',
    );
    expect((of('csms/remote-control/trigger')['failure'] as Node)['@type']).to.equal('stale');
    const warned = of('csms/metering/long-meter-values');
    expect(warned).not.to.have.any.keys('failure', 'error', 'skipped');
    expect(text(warned['system-out'])).to.contain('warning: the answer came late');
  });

  it('puts the message into the content too, and attaches the HTML report', () => {
    const failed = cases.filter((one) => 'failure' in one || 'error' in one);
    for (const one of failed) {
      const node = (one['failure'] ?? one['error']) as Node;
      const message = String(node['@message']).split('\n')[0]?.slice(0, 20) ?? '';
      expect(message).not.to.equal('');
      expect(text(node)).to.contain(message);
      expect(text(one['system-out'])).to.match(/^\[\[ATTACHMENT\|out\/report\.html\]\]\n/);
    }
  });

  it('keeps hostile text inside', () => {
    expect(xml).not.to.match(illegal);
    expect(xml).to.contain(']]]]><![CDATA[>');
    const one = cases.find((other) => String(other['@name']).includes('unknown-action')) as Node;
    expect(text(one['failure']))
      .to.contain('</script><script>alert(1)</script> ]]> -->')
      .and.to.contain('🔌⚡ \ufffd €');
  });

  it('does not let the SUT attach files, and caps the trace at 64 KiB', () => {
    const base = full.cases[1] as Report['cases'][number];
    const entry = base.trace[1] as (typeof base.trace)[number];
    const long = {
      ...base,
      trace: [
        { ...entry, text: '[[ATTACHMENT|/etc/passwd]]' },
        ...Array.from({ length: 90 }, (_, n) => ({ ...entry, n, text: '€'.repeat(400) })),
      ],
    };
    const out = text(junit(reportOf([long])).cases[0]?.['system-out']);
    expect(out).not.to.contain('[[ATTACHMENT|/etc');
    expect(out).to.contain('… cut at 64 KiB').and.not.to.contain('\ufffd');
    expect(bytes(out)).to.be.within(60_000, 65_536 + 100);
  });
});

describe('ctrf', () => {
  it('is valid by the published schema', () => {
    for (const report of [full, greenReport(), bigReport(20, 5), reportOf([])]) {
      const result = validate(JSON.parse(ctrfReporter(report, {})));
      expect(result.errors ?? [], JSON.stringify(result)).to.deep.equal([]);
      expect(result.valid).to.equal(true);
    }
  });
  it('is told apart from what is not valid', () => {
    const broken = JSON.parse(ctrfReporter(full, {})) as { results: { tests: { status: string }[] } };
    (broken.results.tests[0] as { status: string }).status = 'inconclusive';
    expect(validate(broken).valid).to.equal(false);
  });
  it('counts each case once', () => {
    const { results } = JSON.parse(ctrfReporter(full, {})) as {
      results: {
        summary: Record<string, number>;
        tests: { status: string; rawStatus: string; testId: string; message?: string }[];
      };
    };
    const { tests, passed = 0, failed = 0, skipped = 0, pending = 0, other = 0 } = results.summary;
    expect(tests)
      .to.equal(full.cases.length)
      .and.to.equal(passed + failed + skipped + pending + other);
    expect(failed).to.equal(counts.fail + counts.stale + counts.error + counts.inconclusive);
    expect(results.tests.map((one) => one.rawStatus)).to.include.members(['inconclusive', 'known', 'stale', 'warn']);
    expect(new Set(results.tests.map((one) => one.testId)).size).to.equal(full.cases.length);
    expect(results.tests.filter((one) => one.status === 'failed').every((one) => one.message)).to.equal(true);
  });
});

describe('tap', () => {
  const tap = readTap(tapReporter(full, {}));

  it('plans what was planned and bails out where the run was stopped', () => {
    expect(tap.plan).to.equal(full.run.planned);
    expect(tap.points).to.have.length(full.cases.length);
    expect(tap.bailOut).to.equal('stopped before its end, 13 of 15 cases were run');
  });
  it('says not ok of what is red, SKIP and TODO of what is excused', () => {
    const bad = tap.points.filter((point) => !point.ok && point.directive === undefined);
    expect(bad).to.have.length(counts.fail + counts.stale + counts.error + counts.inconclusive);
    expect(tap.points.filter((point) => point.directive?.name === 'SKIP')).to.have.length(counts.notApplicable);
    const todo = tap.points.filter((point) => point.directive?.name === 'TODO');
    expect(todo).to.have.length(counts.known);
    expect(todo[0]?.ok).to.equal(false);
  });
  it('keeps hostile text whole inside the YAML', () => {
    const point = tap.points.find((one) => one.description.includes('unknown-action'));
    const findings = point?.diagnostic?.['findings'] as { actual?: string }[];
    expect(findings[0]?.actual).to.equal(hostile);
  });
});

describe('json', () => {
  it('is the Report', () => {
    expect(JSON.parse(jsonReporter(full, {}))).to.deep.equal(JSON.parse(JSON.stringify(full)));
  });
  it('has one order of keys, whatever the order they were made in', () => {
    const turned = (value: unknown): unknown =>
      Array.isArray(value)
        ? value.map(turned)
        : typeof value === 'object' && value !== null
          ? Object.fromEntries(
              Object.entries(value)
                .reverse()
                .map(([key, inner]) => [key, turned(inner)]),
            )
          : value;
    expect(jsonReporter(turned(full) as Report, {})).to.equal(jsonReporter(full, {}));
    expect(Object.keys(JSON.parse(jsonReporter(turned(full) as Report, {})))).to.deep.equal([
      'format',
      'formatVersion',
      'partial',
      'run',
      'sut',
      'summary',
      'cases',
      'grade',
      'load',
    ]);
  });
  it('keeps fields that it does not know', () => {
    expect(JSON.parse(jsonReporter({ ...full, later: { b: 1, a: 2 } } as Report, {}))).to.have.deep.property('later', {
      a: 2,
      b: 1,
    });
  });
});

describe('github', () => {
  it('is nothing but annotations, one a line', () => {
    const lines = githubReporter(fullReport(), {}).trimEnd().split('\n');
    for (const line of lines) expect(line).to.match(/^::(error|warning|notice) title=[^:,\n\r]*::[^\n\r]+$/);
    expect(lines.filter((line) => line.startsWith('::error'))).to.have.length(10);
  });
  it('shows the nine worst and says how many more there are', () => {
    const many = bigReport(140, 3);
    const lines = githubReporter(many, {})
      .split('\n')
      .filter((line) => line.startsWith('::error'));
    const failed = count(many.cases).fail;
    expect(lines).to.have.length(10);
    expect(lines[9]).to.equal(`::error title=plugproof::… and ${failed - 9} more failures: see the report`);
  });
  it('escapes what would end a property or a line', () => {
    const base = full.cases[1] as Report['cases'][number];
    const text = githubReporter(reportOf([{ ...base, id: 'a:b,c%\n::error::x', reason: 'one\r\n::error::two' }]), {});
    expect(text.split('\n')).to.have.length(2);
    expect(text).to.contain('a%3Ab%2Cc%25%0A%3A%3Aerror%3A%3Ax').and.to.contain('one%0A::error::two');
  });
  it('says nothing where all is well', () => {
    expect(githubReporter(greenReport(), {})).to.equal('');
  });
});

describe('step summary', () => {
  it('is the markdown report, for the file that the runner names', () => {
    expect(stepSummary(full, { env: { GITHUB_STEP_SUMMARY: '/x/summary' } })).to.deep.equal({
      file: '/x/summary',
      text: markdownReporter(full, {}),
    });
    expect(stepSummary(full, { env: {} })).to.equal(undefined);
  });
});

describe('markdown', () => {
  it('stays below its bound in bytes, and says what it left out', () => {
    const many = bigReport(4000, 6);
    const whole = markdownReporter(many, {});
    expect(bytes(whole)).to.be.at.most(1024 * 1024);
    const small = markdownReporter(many, { maxBytes: 20_000 });
    expect(bytes(small)).to.be.within(10_000, 20_000);
    const told = small.split('<details>').length - 1;
    const red = count(many.cases);
    expect(small).to.contain(`… and ${red.fail + red.warn - told} more cases: see the HTML report`);
    expect(bytes(markdownReporter(full, { maxBytes: 100 }))).to.be.at.most(100);
  });
  it('shows text of the SUT in code, as it is', () => {
    expect(code('a `b` ``c``')).to.equal('``` a `b` ``c`` ```');
    expect(code('a|b', true)).to.equal('`a\\|b`');
    expect(code('x\n# heading')).to.equal('`x ⏎ # heading`');
    expect(prose('<b>*x*</b> @all [l](u) https://e')).to.equal(
      '&#60;b&#62;&#42;x&#42;&#60;/b&#62; @\u200ball &#91;l&#93;&#40;u&#41; https&#58;//e',
    );
  });
  it('lets no markup of the SUT through', () => {
    const bare = markdownReporter(full, {})
      .replace(/^(`{3,})text\n[\s\S]*?\n\1$/gm, '')
      .replace(/(?<!`)(`+)(?!`)[\s\S]*?[^`]\1(?!`)/g, '');
    for (const tag of bare.matchAll(/<[^>]*>/g)) expect(tag[0]).to.match(/^<\/?(details|summary|b|code)>$/);
    expect(bare)
      .not.to.match(/@[a-z]/i)
      .and.not.to.contain('](');
  });
  it('keeps every row of a table whole', () => {
    const rows = markdownReporter(full, {})
      .split('\n')
      .filter((line) => line.startsWith('|'));
    const cells = (row: string) => row.split(/(?<!\\)\|/).length;
    let head = 0;
    for (const [i, row] of rows.entries()) {
      if (rows[i + 1]?.startsWith('| :--')) head = cells(row);
      expect(cells(row), row).to.equal(head);
    }
    expect(rows.length).to.be.above(20);
  });
});
