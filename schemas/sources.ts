/** Where the schemas come from: the data files of ocpp-rpc, and the user's own download from the OCA. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { OcppVersion } from '../src/dialects/dialect.ts';
import { ocppVersions } from '../src/dialects/dialect.ts';
import { canonical, digest } from './canonical.ts';
import { officialDigests, supersededDigests } from './digests.ts';

/** One schema as it was found, before anything was dropped from it. */
export interface Found {
  readonly version: OcppVersion;
  /** `AuthorizeRequest`. */
  readonly name: string;
  readonly raw: unknown;
  readonly source: string;
}

/** What `source` says of schemas that came with the package. */
export const PACKAGE = 'ocpp-rpc';

const PACKAGE_FILES: Readonly<Record<OcppVersion, string>> = {
  '1.6': 'ocpp-rpc/lib/schemas/ocpp1_6.json',
  '2.0.1': 'ocpp-rpc/lib/schemas/ocpp2_0_1.json',
  '2.1': 'ocpp-rpc/lib/schemas/ocpp2_1.json',
};

/** The schemas of one version from the package. Its data is read, its code is never loaded. */
export function fromPackage(version: OcppVersion): Found[] {
  const file = createRequire(import.meta.url).resolve(PACKAGE_FILES[version]);
  const list = JSON.parse(readFileSync(file, 'utf8')) as unknown[];
  return list.flatMap((raw) => {
    const name = nameFromId(raw);
    return name === undefined ? [] : [{ version, name, raw, source: PACKAGE }];
  });
}

export interface Folder {
  readonly found: readonly Found[];
  readonly ignored: readonly { readonly source: string; readonly reason: string }[];
}

/** A folder of the user's that has no schemas. */
export class SchemaSourceError extends Error {
  override readonly name = 'SchemaSourceError';
}

function isFolder(dir: string): boolean {
  try {
    return statSync(dir).isDirectory();
  } catch {
    return false;
  }
}

/** Trees of the OCA are three deep at most. */
const MAX_DEPTH = 6;

/**
 * Every OCPP schema in a folder and its subfolders: OCA trees (one file a message) and files with an array of schemas.
 * @param version where the schemas have lost their ids; otherwise each tells its own
 * @throws SchemaSourceError where the folder can't be read or holds no schema
 */
export function fromFolder(dir: string, version?: OcppVersion): Folder {
  if (!isFolder(dir)) throw new SchemaSourceError(`--schemas: ${dir === '' ? "''" : dir} is no folder`);
  const found: Found[] = [];
  const ignored: { source: string; reason: string }[] = [];
  for (const file of jsonFiles(dir, 0)) {
    const text = readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch (cause) {
      ignored.push({ source: file, reason: `no JSON: ${cause instanceof Error ? cause.message : String(cause)}` });
      continue;
    }
    const stem = Array.isArray(json) ? undefined : (file.split(/[\\/]/).pop()?.slice(0, -'.json'.length) ?? '');
    for (const raw of Array.isArray(json) ? json : [json]) {
      const one = identify(raw, stem, version);
      if (typeof one === 'string') ignored.push({ source: file, reason: one });
      else found.push({ ...one, raw, source: file });
    }
  }
  if (found.length === 0) throw new SchemaSourceError(`--schemas: ${dir} holds no OCPP schema`);
  return { found, ignored };
}

function jsonFiles(dir: string, depth: number): string[] {
  return readdirSync(dir, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(dir, entry.name);
      if (entry.isDirectory())
        return depth < MAX_DEPTH && entry.name !== 'node_modules' ? jsonFiles(path, depth + 1) : [];
      return entry.name.toLowerCase().endsWith('.json') ? [path] : [];
    });
}

/** Version and name of a schema, or why it has none. */
function identify(
  raw: unknown,
  stem: string | undefined,
  version: OcppVersion | undefined,
): { version: OcppVersion; name: string } | string {
  if (!isObject(raw) || raw['type'] !== 'object') return 'no schema of an object';
  const id = idOf(raw);
  const stems = [stem, nameFromId(raw)].filter((name) => name !== undefined);
  const told = version ?? versionFromId(id) ?? versionFromComment(raw['comment']) ?? versionFromDigest(raw, stems);
  if (told === undefined) return 'its id tells no OCPP version';
  const name = stems.map((word) => messageName(told, word)).find((word) => word !== undefined);
  return name === undefined ? 'neither its file nor its id names a message' : { version: told, name };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Draft 4 says `id`, the later ones `$id`. */
function idOf(raw: Record<string, unknown>): string {
  const id = raw['$id'] ?? raw['id'];
  return typeof id === 'string' ? id : '';
}

const ID_PREFIXES: readonly (readonly [string, OcppVersion])[] = [
  ['urn:OCPP:1.6:', '1.6'],
  ['urn:OCPP:Cp:1.6:', '1.6'],
  ['urn:OCPP:Cp:2:2020:', '2.0.1'],
  ['urn:OCPP:Cp:2:2025:', '2.1'],
];

const versionFromId = (id: string): OcppVersion | undefined =>
  ID_PREFIXES.find(([prefix]) => id.startsWith(prefix))?.[1];

function versionFromComment(comment: unknown): OcppVersion | undefined {
  const version = typeof comment === 'string' ? /^OCPP (\d[\d.]*\d)/.exec(comment)?.[1] : undefined;
  return ocppVersions.find((known) => known === version);
}

/** Copies without ids are common; the content still tells, unless two versions share it. */
function versionFromDigest(raw: unknown, stems: readonly string[]): OcppVersion | undefined {
  const hash = digest(canonical(raw));
  const fits = ocppVersions.filter((version) =>
    stems.some((stem) => {
      const name = messageName(version, stem);
      return name !== undefined && statusOf(version, name, hash) !== 'unknown';
    }),
  );
  return fits.length === 1 ? fits[0] : undefined;
}

export function statusOf(version: OcppVersion, name: string, hash: string): 'official' | 'superseded' | 'unknown' {
  if (officialDigests[version][name] === hash) return 'official';
  return supersededDigests[version][name] === hash ? 'superseded' : 'unknown';
}

/** `urn:OCPP:Cp:1.6:2020:3:GetLog.req` and `urn:GetLog.req` → `GetLogRequest`. */
function nameFromId(raw: unknown): string | undefined {
  const last = isObject(raw) ? idOf(raw).split(':').pop() : undefined;
  if (last === undefined || last === '') return undefined;
  return last.replace(/\.req$/, 'Request').replace(/\.conf$/, 'Response');
}

/** A 1.6 core request is called by its action alone, and so is the one SEND of 2.1. */
function messageName(version: OcppVersion, stem: string): string | undefined {
  if (!/^[A-Z][A-Za-z0-9]*$/.test(stem)) return undefined;
  if (/(Request|Response)$/.test(stem) || Object.hasOwn(officialDigests[version], stem)) return stem;
  return `${stem}Request`;
}
