/** The OCPP message schemas: read on first use, compared with their digests, compiled lazily, judged in two layers. */
import { createRequire } from 'node:module';
import type { Ajv, ValidateFunction } from 'ajv';
import type { OcppVersion } from '../src/dialects/dialect.ts';
import { ocppVersions } from '../src/dialects/dialect.ts';
import { canonical, digest } from './canonical.ts';
import { withNotes } from './conflicts.ts';
import { officialDigests } from './digests.ts';
import { explain } from './explain.ts';
import type { SchemaNode } from './json-schema.ts';
import { duplicateKeys } from './json-text.ts';
import type { ProseCheck } from './prose/index.ts';
import { compileProse } from './prose/index.ts';
import type { Folder, Found } from './sources.ts';
import { fromFolder, fromPackage, PACKAGE, statusOf } from './sources.ts';
import type { MessageName, OcppSchemas, PayloadKind, SchemaCheck, Violation } from './types.ts';

export interface LoadOptions {
  /** The user's own copy of the OCA's schemas; what is not in it comes from the package. */
  readonly dir?: string;
  /** Version of the schemas in `dir` that have lost their ids. */
  readonly version?: OcppVersion;
  /** Reads the schemas that came with the package; tests put spoilt ones in. */
  readonly packaged?: (version: OcppVersion) => readonly Found[];
}

/** One message: everything about it is worked out on first use. */
interface Entry extends MessageName {
  readonly found: Found;
  schema?: SchemaNode & Readonly<Record<string, unknown>>;
  accepts?: ValidateFunction;
  prose?: ProseCheck;
}

interface VersionSet {
  readonly call: ReadonlyMap<string, Entry>;
  readonly callresult: ReadonlyMap<string, Entry>;
  readonly all: readonly Entry[];
}

/**
 * The schemas of all versions. Costs next to nothing until a message is judged: a version is read on its first use,
 * a schema is compared with its digest and compiled on its own.
 * @throws Error where `dir` can't be read or holds no schema; later, on first use, where a schema of the package is
 *   not the official one
 */
export function loadMessageSchemas(options: LoadOptions = {}): OcppSchemas {
  const folder = options.dir === undefined ? undefined : fromFolder(options.dir, options.version);
  return new Loaded(folder, options.packaged ?? fromPackage);
}

class Loaded implements OcppSchemas {
  readonly ignored: OcppSchemas['ignored'];
  readonly #folder: Folder | undefined;
  readonly #packaged: (version: OcppVersion) => readonly Found[];
  readonly #sets = new Map<OcppVersion, VersionSet>();

  constructor(folder: Folder | undefined, packaged: (version: OcppVersion) => readonly Found[]) {
    this.#folder = folder;
    this.#packaged = packaged;
    this.ignored = folder?.ignored ?? [];
  }

  has(version: OcppVersion, action: string, kind: PayloadKind): boolean {
    return this.#set(version)[kind].has(action);
  }

  messages(version: OcppVersion): readonly MessageName[] {
    return this.#set(version).all;
  }

  schema(version: OcppVersion, action: string, kind: PayloadKind): SchemaNode & Readonly<Record<string, unknown>> {
    return schemaOf(this.#entry(version, action, kind));
  }

  validate(version: OcppVersion, action: string, kind: PayloadKind, payload: unknown, raw?: string): Violation[] {
    const entry = this.#entry(version, action, kind);
    entry.accepts ??= compile(entry);
    entry.prose ??= compileProse(schemaOf(entry), version, entry);
    const valid = entry.accepts(payload);
    const prose = entry.prose(payload);
    const doubled = raw === undefined ? [] : duplicateKeys(raw, payload);
    if (valid && prose.length === 0 && doubled.length === 0) return [];

    const schema = valid ? [] : withNotes(version, entry, payload, explain(entry.accepts.errors ?? [], payload));
    // What the schema has already refused needs no second word from the text.
    const refused = new Set(schema.map((violation) => violation.path));
    return [...schema, ...prose.filter((violation) => !refused.has(violation.path)), ...doubled];
  }

  verifyAll(): SchemaCheck[] {
    return ocppVersions.flatMap((version) => {
      const { all } = this.#set(version);
      const there = new Set(all.map((entry) => entry.name));
      const missing = Object.keys(officialDigests[version]).filter((name) => !there.has(name));
      return [
        ...all.map(({ name, found }): SchemaCheck => {
          const hash = digest(canonical(found.raw));
          return { version, name, status: statusOf(version, name, hash), digest: hash, source: found.source };
        }),
        ...missing.map((name): SchemaCheck => ({ version, name, status: 'missing', source: PACKAGE })),
      ];
    });
  }

  #entry(version: OcppVersion, action: string, kind: PayloadKind): Entry {
    const entry = this.#set(version)[kind].get(action);
    if (entry === undefined)
      throw new RangeError(`OCPP ${version} has no ${kind} schema for ${JSON.stringify(action)}`);
    return entry;
  }

  #set(version: OcppVersion): VersionSet {
    let set = this.#sets.get(version);
    if (set === undefined) {
      const own = this.#folder?.found.filter((found) => found.version === version) ?? [];
      set = byAction([...this.#packaged(version), ...own]);
      this.#sets.set(version, set);
    }
    return set;
  }
}

/** @param found a later one replaces an earlier one of the same name */
function byAction(found: readonly Found[]): VersionSet {
  const call = new Map<string, Entry>();
  const callresult = new Map<string, Entry>();
  for (const one of found) {
    const kind = one.name.endsWith('Response') ? 'callresult' : 'call';
    const action = one.name.replace(/(Request|Response)$/, '');
    (kind === 'call' ? call : callresult).set(action, { action, kind, name: one.name, found: one });
  }
  const all = [...call.values(), ...callresult.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return { call, callresult, all };
}

function schemaOf(entry: Entry): SchemaNode & Readonly<Record<string, unknown>> {
  if (entry.schema === undefined) {
    const { version, name, raw, source } = entry.found;
    const schema = canonical(raw);
    // The user's own files may be newer than we are; the package is pinned, so a difference means it was tampered with.
    if (source === PACKAGE && statusOf(version, name, digest(schema)) !== 'official') {
      throw new Error(
        `the schema of ${name} (OCPP ${version}) in ${PACKAGE} is not the official one: install exactly the version that package.json names, or pass --schemas DIR`,
      );
    }
    entry.schema = schema as SchemaNode & Record<string, unknown>;
  }
  return entry.schema;
}

function compile(entry: Entry): ValidateFunction {
  const own = entry.found.source !== PACKAGE;
  try {
    return compiler(own).compile(schemaOf(entry));
  } catch (cause) {
    if (!own) throw cause;
    throw new Error(`${entry.found.source}: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

const compilers = new Map<boolean, Ajv>();

/** @param own whether the schema came from the user, so that it may be no schema at all */
function compiler(own: boolean): Ajv {
  let ajv = compilers.get(own);
  if (ajv === undefined) {
    // Ajv takes longer to load than all the rest; a command that judges nothing does not wait for it.
    const load = createRequire(import.meta.url);
    const { Ajv: Compiler } = load('ajv') as typeof import('ajv');
    const { fullFormats } = load('ajv-formats/dist/formats.js') as typeof import('ajv-formats/dist/formats.js');
    ajv = new Compiler({
      strict: true,
      allErrors: true,
      // Without it 0.3 is no multiple of 0.1; with 6, right values pass and wrong ones are refused.
      multipleOfPrecision: 6,
      validateSchema: own,
      meta: own,
    });
    ajv.addFormat('date-time', fullFormats['date-time']);
    ajv.addFormat('uri', fullFormats.uri);
    compilers.set(own, ajv);
  }
  return ajv;
}
