/** The rules of the house that a machine can check. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const ROOMS = ['src', 'suites', 'schemas', 'reporters', 'load'];

interface Source {
  readonly path: string;
  readonly text: string;
  /** Paths from the root of what it imports, and `node:` modules and packages as they stand. */
  readonly imports: readonly string[];
  /** The same without `import type`. */
  readonly values: readonly string[];
}

function read(path: string): Source {
  const text = readFileSync(path, 'utf8');
  const found = [
    ...text.matchAll(/^(import|export)\s+(type\s)?[^;]*?from\s+'([^']+)'|import\('([^']+)'\)|^import\s+'([^']+)'/gm),
  ];
  const resolve = (name: string) => (name.startsWith('.') ? relative(ROOT, join(dirname(path), name)) : name);
  const all = found.map((match) => ({
    type: match[2] !== undefined,
    name: resolve(match[3] ?? match[4] ?? match[5] ?? ''),
  }));
  return {
    path: relative(ROOT, path),
    text,
    imports: all.map(({ name }) => name),
    values: all.filter(({ type }) => !type).map(({ name }) => name),
  };
}

const sources: readonly Source[] = ROOMS.flatMap((room) =>
  readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.includes('generated'))
    .map((file) => read(join(ROOT, room, file))),
);
const code = sources.filter(({ path }) => !path.endsWith('.test.ts'));
const inside = (...rooms: string[]) => code.filter(({ path }) => rooms.some((room) => path.startsWith(`${room}/`)));

/** Lines `path → import` that break a rule. */
const breaks = (files: readonly Source[], forbidden: (name: string) => boolean, values = false) =>
  files.flatMap(({ path, imports, values: own }) =>
    (values ? own : imports).filter(forbidden).map((name) => `${path} → ${name}`),
  );

describe('the house', () => {
  it('keeps its pure rooms free of Node', () => {
    const pure = inside('src/ocppj', 'src/dialects', 'src/station', 'src/csms', 'src/smart-charging', 'src/judge');
    expect(breaks(pure, (name) => name.startsWith('node:'))).to.deep.equal([]);
    const clocks = pure.filter(({ text }) =>
      /\b(Date\.now|performance\.now|setTimeout|setInterval)\s*\(/.test(text.replace(/clock\.setTimeout\(/gi, '')),
    );
    expect(clocks.map(({ path }) => path)).to.deep.equal([]);
  });

  it('imports one way', () => {
    const rules: readonly [rooms: string[], may: (name: string) => boolean][] = [
      [['src/ocppj'], (name) => !name.startsWith('src/') || name.startsWith('src/ocppj/')],
      [['src/dialects'], (name) => !name.startsWith('src/') || name.startsWith('src/dialects/')],
      [['reporters'], (name) => !name.startsWith('src/') || name === 'src/report.ts'],
    ];
    for (const [rooms, may] of rules) expect(breaks(inside(...rooms), (name) => !may(name), true)).to.deep.equal([]);
    const notCli = code.filter(({ path }) => !path.startsWith('src/cli/'));
    expect(breaks(notCli, (name) => name.startsWith('src/cli/'))).to.deep.equal([]);
    const below = inside('src').filter(({ path }) => !/^src\/(cli|reference|run)\/|^src\/index\.ts/.test(path));
    expect(breaks(below, (name) => name.startsWith('suites/') || name.startsWith('reporters/'))).to.deep.equal([]);
  });

  it('leaves process and console to the command line and to scripts', () => {
    const quiet = inside('src').filter(({ path }) => !/^src\/(cli|run\/lanes|sut\/drivers|sut\/actuators)/.test(path));
    const loud = quiet.filter(({ text }) => /\bconsole\.\w+\(|\bprocess\.(exit|stdout|stderr|argv)\b/.test(text));
    expect(loud.map(({ path }) => path)).to.deep.equal([]);
  });

  it('never branches on the version inside a case', () => {
    const asks = inside('suites/csms', 'suites/ocppj', 'suites/station', 'suites/security').filter(({ text }) =>
      /\bversion\s*[!=]==/.test(text),
    );
    expect(asks.map(({ path }) => path)).to.deep.equal([]);
  });

  it('says in the first line of each file what it is for', () => {
    const silent = sources.filter(({ text }) => !/^(#![^\n]*\n)?\/\*\* .+/.test(text));
    expect(silent.map(({ path }) => path)).to.deep.equal([]);
  });

  it('has no room that is too large', () => {
    const large = sources.filter(({ text }) => text.split('\n').length > 500);
    expect(large.map(({ path, text }) => `${path} ${text.split('\n').length}`)).to.deep.equal([]);
  });
});
