/** Golden files: the whole output of each reporter. `UPDATE_GOLDEN=1` writes them anew; read the diff before you commit it. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'chai';
import pc from 'picocolors';
import { fullReport, greenReport } from './fixtures/report.ts';
import { script } from './html/index.ts';
import { style } from './html/style.ts';
import { type ReporterOptions, type ReportKind, reporters, reportKinds } from './index.ts';

const folder = new URL('./golden/', import.meta.url);
const options: ReporterOptions = {
  width: 80,
  hostname: 'tester',
  cwd: '/project',
  files: { html: '/project/out/report.html', json: '/project/out/report.json' },
};

function compare(name: string, actual: string): void {
  const file = new URL(name, folder);
  if (process.env['UPDATE_GOLDEN'] === '1') {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, actual);
  }
  expect(existsSync(file), `${name} is missing: run with UPDATE_GOLDEN=1`).to.equal(true);
  expect(actual).to.equal(readFileSync(file, 'utf8'));
}

/** Script and style have tests of their own; here they would hide the page. */
const withoutAssets = (text: string): string =>
  text
    .replace(script, '/* script */')
    .replace(style, '/* style */')
    .replace(/sha256-[^']+/g, 'sha256');

describe('golden files', () => {
  const full = fullReport();
  for (const kind of reportKinds) {
    it(`${kind}, every verdict`, async () => {
      const reporter = await reporters[kind].load();
      const text = reporter(full, options);
      compare(`full.${extension(kind)}`, kind === 'html' ? withoutAssets(text) : text);
    });
    it(`${kind} gives the same text twice and leaves the report alone`, async () => {
      const reporter = await reporters[kind].load();
      const before = JSON.stringify(full);
      expect(reporter(full, options)).to.equal(reporter(full, options));
      expect(JSON.stringify(full)).to.equal(before);
    });
  }
  it('console, in colour and narrow', async () => {
    const reporter = await reporters.console.load();
    compare('full.colour.txt', reporter(full, { ...options, width: 60, colours: pc.createColors(true) }));
  });
  it('console, all well', async () => {
    const reporter = await reporters.console.load();
    compare('green.txt', reporter(greenReport(), options));
  });
});

const extension = (kind: ReportKind): string => `${kind}.${reporters[kind].fileName.split('.').at(-1)}`;
