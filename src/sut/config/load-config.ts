/** Finds and reads plugproof.yaml, or another YAML file of ours. */
import { existsSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { readFailure, readText } from '../../read-text.ts';
import { UsageError } from '../../usage-error.ts';
import type { ConfigFile } from './config-file.ts';
import { type Problem, usageError } from './problem.ts';
import { compileOwn, type OwnSchemaName, validateOwn } from './validate.ts';
import type { Variables } from './variables.ts';
import { type Path, readYaml, type YamlSource } from './yaml-source.ts';

/** What a command line stands in. */
export interface Surroundings {
  /** Folder that relative paths of options start from. */
  readonly cwd: string;
  /** Environment variables. */
  readonly variables: Variables;
}

/** A file that was read and found valid. */
export interface Loaded<T> {
  /** Absolute. */
  readonly path: string;
  /** As it is shown to the user. */
  readonly file: string;
  /** Folder that relative paths in the file start from. */
  readonly dir: string;
  readonly value: T;
  /** Something wrong with a value of this file that its schema can't tell. */
  problem(path: Path, says: string, fix?: string, part?: 'key' | 'value'): Problem;
}

/** plugproof.yaml; `undefined` everywhere where there is none. */
export type Config = Loaded<ConfigFile>;

const NAMES = ['plugproof.yaml', 'plugproof.yml', '.config/plugproof.yaml', '.config/plugproof.yml'];

/**
 * The configuration of a folder: looked for there and in the folders above, up to the repository root. Outside of a
 * repository only the folder itself is looked into.
 */
export function findConfig(cwd: string): string | undefined {
  const folders: string[] = [];
  let inRepository = false;
  for (let dir = resolve(cwd); ; dir = dirname(dir)) {
    folders.push(dir);
    inRepository = existsSync(join(dir, '.git'));
    if (inRepository || dir === dirname(dir)) break;
  }
  for (const dir of inRepository ? folders : folders.slice(0, 1)) {
    const found = NAMES.map((name) => join(dir, name)).find((path) => existsSync(path));
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * Reads the configuration: `file` where one is given, else the one that is found.
 * @returns undefined where none is given and none is found
 * @throws UsageError with everything that is wrong with it
 */
export function loadConfig({ file, ...surroundings }: Surroundings & { readonly file?: string }): Config | undefined {
  const path = file === undefined ? findConfig(surroundings.cwd) : resolve(surroundings.cwd, file);
  return path === undefined ? undefined : loadOwn<ConfigFile>('config', path, surroundings, '--config');
}

/**
 * Reads a YAML file of ours and judges it by its schema. An empty file is an empty mapping.
 * @param asked the option that names it, for the message where it can't be read
 * @throws UsageError with everything that is wrong with it
 */
export function loadOwn<T>(
  name: OwnSchemaName,
  path: string,
  { cwd, variables }: Surroundings,
  asked: string,
): Loaded<T> {
  const file = shownPath(path, cwd);
  let text: string;
  try {
    text = readText(path).replace(/^\uFEFF/, '');
  } catch (cause) {
    throw new UsageError(`${asked}: can't read ${file}: ${readFailure(cause)}`);
  }
  const source = readYaml(text, file, compileOwn(name).schema, variables);
  if (source.problems.length > 0) throw usageError(source.problems);
  const whole: YamlSource =
    source.value === undefined || source.value === null ? { ...source, value: name === 'baseline' ? [] : {} } : source;
  const problems = validateOwn(name, whole);
  if (problems.length > 0) throw usageError(problems);
  return {
    path,
    file,
    dir: dirname(path),
    value: whole.value as T,
    problem: (at, says, fix, part) => ({ says, ...(fix !== undefined && { fix }), place: source.place(at, part) }),
  };
}

/** Relative where it lies below `cwd`, else absolute. */
export function shownPath(path: string, cwd: string): string {
  const near = relative(cwd, path);
  return near === '' || near.startsWith('..') || isAbsolute(near) ? path : near;
}
