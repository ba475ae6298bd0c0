/** Puts options over the file, and remembers where each value came from, so that what is wrong is told there. */
import { resolve } from 'node:path';
import { readFailure, readText } from '../../read-text.ts';
import type { ConfigFile } from './config-file.ts';
import type { Flags } from './flags.ts';
import type { Config, Surroundings } from './load-config.ts';
import { isPair, pemFault } from './pem.ts';
import { type Problem, usageError } from './problem.ts';
import { nameOf } from './validate.ts';
import type { Reading } from './values.ts';
import type { Path } from './yaml-source.ts';

/** A value with its place. */
export interface Given<T> {
  readonly value: T;
  /** The option or key as the user knows it: `--url`, `sut.url`. */
  readonly name: string;
  /** Folder that a relative path in it starts from. */
  readonly dir: string;
  /** Notes that the value is wrong. */
  blame(says: string, fix?: string, part?: 'key' | 'value'): void;
}

type OneOrMore<T> = T | readonly T[];

/** Options over file over nothing; gathers problems and notes. */
export class Merge {
  readonly file: ConfigFile;
  readonly flags: Flags;
  readonly surroundings: Surroundings;
  readonly notes: string[] = [];
  readonly #config: Config | undefined;
  readonly #problems: Problem[] = [];

  constructor(config: Config | undefined, flags: Flags, surroundings: Surroundings) {
    this.#config = config;
    this.file = config?.value ?? {};
    this.flags = flags;
    this.surroundings = surroundings;
  }

  /** Something wrong that stands nowhere in particular. */
  problem(says: string, fix?: string): void {
    this.#problems.push({ says, ...(fix !== undefined && { fix }) });
  }

  /** Something wrong in another file. */
  add(problem: Problem): void {
    this.#problems.push(problem);
  }

  /** A value of the command line. */
  fromFlag<T>(flag: string, value: T): Given<T> {
    return {
      value,
      name: flag,
      dir: this.surroundings.cwd,
      blame: (says, fix) => this.problem(`${flag}: ${says}`, fix),
    };
  }

  /** A value of the file. */
  fromFile<T>(path: Path, value: T): Given<T> {
    const config = this.#config;
    const name = nameOf(path);
    return {
      value,
      name,
      dir: config?.dir ?? this.surroundings.cwd,
      blame: (says, fix, part) => {
        const told = `${name}: ${says}`;
        if (config === undefined) this.problem(told, fix);
        else this.#problems.push(config.problem(path, told, fix, part));
      },
    };
  }

  /** The option where it is given, else the key. */
  pick<T>(flag: string, flagValue: T | undefined, path: Path, fileValue: T | undefined): Given<T> | undefined {
    if (flagValue !== undefined) return this.fromFlag(flag, flagValue);
    return fileValue === undefined ? undefined : this.fromFile(path, fileValue);
  }

  /** The same for what may be one or several; options do not add to the file, they replace it. */
  pickList<T>(
    flag: string,
    flagValue: readonly T[] | undefined,
    path: Path,
    fileValue: OneOrMore<T> | undefined,
  ): Given<T>[] {
    if (flagValue !== undefined && flagValue.length > 0) return flagValue.map((value) => this.fromFlag(flag, value));
    if (fileValue === undefined) return [];
    if (!Array.isArray(fileValue)) return [this.fromFile(path, fileValue as T)];
    return (fileValue as readonly T[]).map((value, i) => this.fromFile([...path, i], value));
  }

  /** What was read, or undefined with the reason noted. */
  read<T, R>(given: Given<T> | undefined, reader: (value: T) => Reading<R>): R | undefined {
    if (given === undefined) return undefined;
    const reading = reader(given.value);
    if (reading.ok) return reading.value;
    given.blame(reading.says, reading.fix);
    return undefined;
  }

  /** The absolute path that is meant. */
  path(given: Given<string> | undefined): string | undefined {
    return given === undefined ? undefined : resolve(given.dir, given.value);
  }

  /** The text of a PEM file that holds at least one `label`; undefined with the reason noted. */
  pem(given: Given<string> | undefined, label: 'CERTIFICATE' | 'PRIVATE KEY'): string | undefined {
    const path = this.path(given);
    if (given === undefined || path === undefined) return undefined;
    let text: string;
    try {
      text = readText(path);
    } catch (cause) {
      const from = given.name.startsWith('--') ? 'here' : 'the folder of this file';
      given.blame(`can't read ${given.value}: ${readFailure(cause)}`, `Write its path, seen from ${from}.`);
      return undefined;
    }
    if (new RegExp(`-----BEGIN ([A-Z0-9]+ )*${label}-----`).test(text)) {
      const fault = pemFault(text, label);
      if (fault === undefined) return text;
      given.blame(`${given.value} ${fault.says}`, fault.fix);
      return undefined;
    }
    const [, other] = /-----BEGIN ([A-Z0-9 ]+)-----/.exec(text) ?? [];
    const holds = other === undefined ? 'is no PEM file' : `holds a ${other}`;
    given.blame(`${given.value} ${holds}`, `It wants a PEM file with -----BEGIN ${label}-----.`);
    return undefined;
  }

  /** A certificate and its key, or what is left of them; a key that belongs to another one is noted. */
  pair(
    certGiven: Given<string> | undefined,
    keyGiven: Given<string> | undefined,
  ): { readonly cert: string | undefined; readonly key: string | undefined } {
    const [cert, key] = [this.pem(certGiven, 'CERTIFICATE'), this.pem(keyGiven, 'PRIVATE KEY')];
    if (cert !== undefined && key !== undefined && !isPair(cert, key))
      keyGiven?.blame(`${keyGiven.value} is not the key of ${certGiven?.value}`, 'Give the two that belong together.');
    return { cert, key };
  }

  /** @throws UsageError where anything was wrong */
  done(): void {
    if (this.#problems.length > 0) throw usageError(this.#problems);
  }
}
