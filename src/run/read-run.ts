/** Reads a run back, from its report.json or its journal; a file that is neither is told by its line. */
import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { ownSchema } from '../../schemas/own.ts';
import { readFailure, readText } from '../read-text.ts';
import type { Report } from '../report.ts';
import { fold } from './fold.ts';
import { JOURNAL, type JournalEntry } from './journal.ts';

/** A file that is no run of ours. */
export class JournalError extends Error {
  override readonly name = 'JournalError';
}

/**
 * @param path a run folder, the journal in it, or a report.json
 * @throws JournalError where there is none, or it is none
 */
export function readRun(path: string): Report {
  if (!path.endsWith('.json') || isFolder(path)) return fold(readJournal(path));
  const value = parsed(textOf(path));
  if (value === undefined) throw new JournalError(`${path} is no JSON`);
  if (!isObject(value) || value['format'] !== 'plugproof-report')
    throw new JournalError(`${path} is no report of plugproof`);
  if (value['formatVersion'] !== 1)
    throw new JournalError(`${path} is of another version of plugproof: its formatVersion is not 1`);
  const why = faultOf('report', value);
  if (why !== undefined) throw new JournalError(`${path} is no report of plugproof: ${why}`);
  return value as unknown as Report;
}

/** The folder that a run lies in. */
export const folderOf = (path: string): string => (isFolder(path) ? path : dirname(path));

/**
 * Reads a journal back. A last line that a kill cut short is left out.
 * @param path a run folder, or the journal in it
 * @throws JournalError where there is none, or it is none
 */
export function readJournal(path: string): JournalEntry[] {
  const file = isFolder(path) ? join(path, JOURNAL) : path;
  const lines = textOf(file)
    .split('\n')
    .filter((line) => line !== '');
  const entries = lines.flatMap((line, i) => entryOf(line, i === lines.length - 1, `${file}:${i + 1}`));
  if (entries[0]?.type !== 'run') throw new JournalError(`${file} does not begin as a journal of plugproof does`);
  return entries;
}

function entryOf(line: string, isLast: boolean, where: string): JournalEntry[] {
  const entry = parsed(line);
  if (entry === undefined && isLast) return [];
  if (!isObject(entry) || typeof entry['type'] !== 'string') throw new JournalError(`${where} is no line of a journal`);
  const why = faultOf(entry['type'], entry);
  if (why !== undefined) throw new JournalError(`${where} is no line of a journal: ${why}`);
  return [entry as unknown as JournalEntry];
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** False where there is nothing, or nothing that may be looked at: reading it tells why. */
function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

function textOf(file: string): string {
  try {
    return readText(file);
  } catch (cause) {
    throw new JournalError(`${file} can't be read: ${readFailure(cause)}`);
  }
}

/** @returns undefined where it is no JSON */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

type Schema = Readonly<Record<string, unknown>> & {
  readonly properties: Readonly<Record<string, unknown>>;
  readonly required: readonly string[];
};

/** What stands in a line of each type, and in a report. */
let shapes: ReadonlyMap<string, ValidateFunction> | undefined;

/** @returns what is wrong; undefined where nothing is, or where another version has lines of this type */
function faultOf(type: string, value: unknown): string | undefined {
  shapes ??= compiled();
  const accepts = shapes.get(type);
  if (accepts === undefined || accepts(value)) return undefined;
  const [{ instancePath = '', message = '' } = {}] = accepts.errors ?? [];
  return `${instancePath.slice(1).replaceAll('/', '.') || 'it'} ${message}`;
}

function compiled(): Map<string, ValidateFunction> {
  const report = ownSchema('report') as unknown as Schema;
  const parts = report['$defs'] as Readonly<Record<'run' | 'sut' | 'case' | 'load', Schema>>;
  const without = (part: Schema, later: string) => ({
    ...part,
    required: part.required.filter((name) => name !== later),
  });
  const line = (properties: Readonly<Record<string, unknown>>) => ({
    type: 'object',
    properties,
    required: Object.keys(properties),
  });
  const lines: Readonly<Record<string, object>> = {
    report: { ...report, $defs: undefined },
    run: line({ run: without(parts.run, 'durationMs'), sut: parts.sut }),
    case: line({ case: parts.case }),
    second: line({ second: (parts.load.properties['series'] as { readonly items: object }).items }),
    load: line({ load: without(parts.load, 'series') }),
    note: line({ text: { type: 'string' } }),
    end: line({ durationMs: { type: 'number' }, partial: { type: 'boolean' } }),
  };
  const ajv = new Ajv2020({ validateFormats: false, strict: false });
  return new Map(
    Object.entries(lines).map(([type, schema]) => [
      type,
      ajv.compile(open({ ...schema, $schema: undefined, $defs: parts }) as object),
    ]),
  );
}

/** Another version may have members that this one does not know. */
function open(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(open);
  if (!isObject(schema)) return schema;
  const entries = Object.entries(schema).filter(
    ([key, value]) => value !== undefined && !(key === 'additionalProperties' && value === false),
  );
  return Object.fromEntries(entries.map(([key, value]) => [key, open(value)]));
}
