/** Files that are broken in every way, given to every command that reads one: the place, the way out, and never a stack. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { type Ended, inFolder, run } from './cli.ts';

const LONG = `"${'x'.repeat(20_000_000)}"`;
const DEEP = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
const laughs = [...'bcdefghi'].map((name, i) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[i]}`).join()}]`);
const LAUGHS = `a: &a [${Array(9).fill('x').join()}]\n${laughs.join('\n')}\n`;
const BINARY = Buffer.from(Array.from({ length: 3_000 }, (_, i) => (i * 73) % 256));
const FRAME = '[2,"1","Heartbeat",{}]';

type Make = string | Buffer | ((path: string) => void);
const folder: Make = (path) => mkdirSync(path);
const nothing: Make = () => {};
const loop: Make = (path) => symlinkSync(path, path);
/** Written to as soon as it is read. */
const pipeOf =
  (text: string): Make =>
  (path) => {
    writeFileSync(`${path}.text`, text);
    execFileSync('bash', ['-c', `mkfifo '${path}'; cat '${path}.text' > '${path}' & disown`], { stdio: 'ignore' });
  };

const commands: Readonly<Record<string, (file: string, out: string) => string[]>> = {
  validate: (file) => ['validate', file, '--ocpp', '1.6'],
  schedule: (file) => ['schedule', file],
  report: (file, out) => ['report', '--from', file, '--report', `json=${out}/report.json`],
  compare: (file) => ['compare', file, file],
  load: (file, out) => ['load', '--url', 'ws://127.0.0.1:1/x', '--ocpp', '1.6', file, '--out', out, '--quiet'],
  config: (file) => ['test', 'csms', '-c', file, '--dry-run'],
};

const rows: readonly (readonly [command: string, name: string, content: Make, code: number, says: RegExp])[] = [
  ['validate', 'empty.json', '', 2, /empty.json:1:1: no JSON: the file is empty/],
  ['validate', 'binary.json', BINARY, 2, /binary.json:1:1: no JSON/],
  ['validate', 'long.json', LONG, 1, /1 frames, 1 not valid/],
  ['validate', 'deep.json', DEEP, 1, /NOT VALID/],
  ['validate', 'bom.json', `\ufeff[${FRAME}]`, 0, /1 frames, 0 not valid/],
  ['validate', 'crlf.jsonl', `${FRAME}\r\n${FRAME}\r\n`, 0, /2 frames, 0 not valid/],
  ['validate', 'pipe.jsonl', pipeOf(`${FRAME}\n`), 0, /1 frames, 0 not valid/],
  ['validate', 'folder.json', folder, 2, /folder.json can't be read: it is a folder/],
  ['validate', 'missing.json', nothing, 2, /missing.json can't be read: there is no such file/],
  ['validate', 'loop.json', loop, 2, /loop.json can't be read: its links lead to each other/],
  ['schedule', 'empty.json', '', 2, /empty.json:1:1: /],
  ['schedule', 'long.json', LONG, 2, /long.json:1:1: the file has 20000002 characters/],
  ['schedule', 'deep.json', DEEP, 2, /deep.json:1:1: the file is nested deeper/],
  ['schedule', 'types.json', '{"ocpp":"1.6","start":"x","duration":-5,"unit":"Q","profiles":5}', 2, /:1:\d+: duration/],
  ['report', 'empty.jsonl', '', 2, /does not begin as a journal/],
  ['report', 'binary.jsonl', BINARY, 2, /binary.jsonl:1 is no line of a journal|does not begin/],
  ['report', 'run.jsonl', '{"type":"run"}\n', 2, /run.jsonl:1 is no line of a journal: it must have .*'run'/],
  ['report', 'missing', nothing, 2, /missing can't be read: there is no such file/],
  ['compare', 'torn.json', '{"format":"plugproof-report","cases":[', 2, /torn.json is no JSON/],
  [
    'compare',
    'types.json',
    '{"format":"plugproof-report","formatVersion":1,"cases":5}',
    2,
    /is no report of plugproof: /,
  ],
  ['compare', 'other.json', '{"format":"plugproof-report","formatVersion":9}', 2, /another version of plugproof/],
  ['load', 'laughs.yaml', LAUGHS, 2, /laughs.yaml:\d+:\d+: the aliases stand for more than 10000 values/],
  ['load', 'word.yaml', 'scenarios:\n  a: { executer: x }\n', 2, /word.yaml:2:8: .*executer.*Did you mean 'executor'/s],
  ['load', 'missing.yaml', nothing, 2, /can't read .*missing.yaml: there is no such file/],
  ['config', 'binary.yaml', BINARY, 2, /binary.yaml:\d+:\d+: /],
  ['config', 'key.yaml', 'securty: {}\n', 2, /key.yaml:1:1: there is no key 'securty'.*Did you mean 'security'/s],
  ['config', 'itself.yaml', 'a: &a\n  b: *a\n', 2, /itself.yaml:2:6: this goes on for ever/],
  ['config', 'folder.yaml', folder, 2, /can't read .*folder.yaml: it is a folder/],
];

const AT_A_TIME = 4;

describe('broken files', function () {
  this.timeout(60_000);
  const outcomes = new Map<number, Promise<Ended>>();
  before(() => {
    let last: Promise<unknown>[] = [];
    for (const [i, [command, name, content]] of rows.entries()) {
      const turn = Promise.resolve(last[last.length - AT_A_TIME]).catch(() => {});
      const outcome = turn.then(() =>
        inFolder((out) => {
          const file = join(out, name);
          if (typeof content === 'function') content(file);
          else writeFileSync(file, content);
          return run(commands[command]?.(file, out) ?? [], { cwd: out });
        }),
      );
      outcome.catch(() => {});
      last = [...last, outcome];
      outcomes.set(i, outcome);
    }
  });

  for (const [i, [command, name, , code, says]] of rows.entries())
    it(`${command} ${name}`, async () => {
      const ended = (await outcomes.get(i)) as Ended;
      expect(ended.stderr).to.not.match(/defect of plugproof|\n\s+at /);
      expect(ended.code, ended.stderr).to.equal(code);
      expect(`${ended.stdout}${ended.stderr}`).to.match(says);
      expect(ended.stderr.length).to.be.lessThan(20_000);
    });
});
