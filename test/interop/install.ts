/** Installs what the interop counterparts need: `node --import tsx test/interop/install.ts [NAME …]`. Quick when nothing changed. */

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { interopDir, workDir } from './work-dir.ts';

interface Part {
  /** What has to be on the machine: a command line that succeeds when the tool is there, and how to get it. */
  tools: { probe: string[]; get: string }[];
  /** The files that this installation depends on. */
  inputs(source: string): string[];
  steps(source: string, work: string): void;
}

/** Packages of a requirements.txt in a virtual environment of their own. */
const python: Part = {
  tools: [
    { probe: ['python3', '-c', 'import sys; sys.exit(sys.version_info < (3, 10))'], get: 'Python 3.10 or later' },
    {
      probe: ['python3', '-c', 'import venv, ensurepip'],
      get: 'the venv module; on Debian: apt install python3-venv',
    },
  ],
  inputs: () => ['requirements.txt'],
  steps(source, work) {
    run(['python3', '-m', 'venv', 'venv'], work);
    run(['venv/bin/python', '-m', 'pip', 'install', '--quiet', '-r', join(source, 'requirements.txt')], work);
  },
};

const parts: Record<string, Part> = {
  'ocpp-rpc': {
    tools: [{ probe: ['npm', '--version'], get: 'it comes with Node.js' }],
    inputs: () => ['package.json', 'package-lock.json'],
    steps(source, work) {
      for (const file of this.inputs(source)) copyFileSync(join(source, file), join(work, file));
      run(['npm', 'ci', '--no-fund', '--no-audit'], work);
    },
  },
  'python-ocpp': python,
  'test-ocpp': python,
  'java-oca': {
    tools: [
      { probe: ['javac', '-version'], get: 'a JDK, 17 or later; on Debian: apt install openjdk-17-jdk-headless' },
      { probe: ['mvn', '--version'], get: 'Apache Maven, 3.8 or later; on Debian: apt install maven' },
    ],
    inputs: (source) => ['pom.xml', ...readdirSync(source).filter((name) => name.endsWith('.java'))],
    steps(source, work) {
      const lib = join(work, 'lib');
      run(
        ['mvn', '-B', '-q', '-f', join(source, 'pom.xml'), 'dependency:copy-dependencies', `-DoutputDirectory=${lib}`],
        work,
      );
      const sources = this.inputs(source).filter((name) => name.endsWith('.java'));
      run(
        ['javac', '-nowarn', '-cp', join(lib, '*'), '-d', 'classes', ...sources.map((name) => join(source, name))],
        work,
      );
    },
  },
};

function fail(message: string): never {
  console.error(message);
  process.exit(3);
}

function run([command = '', ...args]: string[], cwd: string): void {
  console.log(`  ${[command, ...args].join(' ')}`);
  const { status, error } = spawnSync(command.includes('/') ? join(cwd, command) : command, args, {
    cwd,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (error || status !== 0) fail(`failed: ${command} ${args.join(' ')} (${error?.message ?? `exit code ${status}`})`);
}

function install(name: string, part: Part): void {
  const source = join(interopDir, name);
  const work = join(workDir, name);
  const stamp = join(work, 'installed.txt');
  const digest = createHash('sha256');
  for (const file of part.inputs(source)) digest.update(file).update(readFileSync(join(source, file)));
  const wanted = digest.digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) {
    console.log(`${name}: there already`);
    return;
  }
  for (const { probe, get } of part.tools) {
    const [command = '', ...args] = probe;
    if (spawnSync(command, args, { stdio: 'ignore' }).status !== 0)
      fail(`${name}: this machine lacks what \`${probe.join(' ')}\` needs: ${get}`);
  }
  console.log(`${name}: installing into ${work}`);
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  part.steps(source, work);
  writeFileSync(stamp, wanted);
}

const names = process.argv.slice(2);
for (const name of names.length > 0 ? names : Object.keys(parts)) {
  const part = parts[name];
  if (!part) fail(`${name}: no such counterpart; there are ${Object.keys(parts).join(', ')}`);
  install(name, part);
}
