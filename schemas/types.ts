/** What the rest of the house knows of message schemas. */
import type { OcppVersion } from '../src/dialects/dialect.ts';
import type { SchemaNode } from './json-schema.ts';

/** Which half of an action: a SEND (2.1) is validated as `call`. */
export type PayloadKind = 'call' | 'callresult';

/** One thing wrong with a payload. */
export interface Violation {
  /** JSON pointer into the payload; empty for the payload itself. */
  readonly path: string;
  /** Ajv keyword, or the name of the prose rule. */
  readonly keyword: string;
  /** One sentence, with the value where it is short. */
  readonly message: string;
  /** `schema`: the official JSON schema. `prose`: a rule of the text that the schema can't hold. */
  readonly layer: 'schema' | 'prose';
  /** Where the text says so: requirement id or section. Always there in the prose layer. */
  readonly ref?: string;
  /** Citation where text and schema are known to disagree; such a violation is no failure by itself. */
  readonly note?: string;
}

export interface MessageSchemas {
  /** True where the version has the action (and, for `callresult`, an answer to it). */
  has(version: OcppVersion, action: string, kind: PayloadKind): boolean;
  /**
   * Judges one payload. Both layers, schema first; an empty list is a valid payload.
   * @param raw the frame's text, for what JSON.parse can't see (duplicate keys)
   * @throws RangeError where `has` is false
   */
  validate(version: OcppVersion, action: string, kind: PayloadKind, payload: unknown, raw?: string): Violation[];
  /** The canonical schema, for generators. */
  schema(version: OcppVersion, action: string, kind: PayloadKind): Readonly<Record<string, unknown>>;
}

/** How a schema stands to the digests that plugproof knows. */
type SchemaStatus = 'official' | 'superseded' | 'unknown' | 'missing';

export interface SchemaCheck {
  readonly version: OcppVersion;
  /** Message name, as the OCA file is called: `AuthorizeRequest`. */
  readonly name: string;
  readonly status: SchemaStatus;
  /** SHA-256 of the canonical form; absent where the schema is missing. */
  readonly digest?: string;
  /** `ocpp-rpc`, or the file. */
  readonly source: string;
}

/** One half of an action of a version. */
export interface MessageName {
  readonly action: string;
  readonly kind: PayloadKind;
  /** As the OCA file is called: `AuthorizeRequest`. */
  readonly name: string;
}

/** The loaded sets, with what generators, `doctor` and tests ask beside verdicts. */
export interface OcppSchemas extends MessageSchemas {
  /** Every message of a version, by name. */
  messages(version: OcppVersion): readonly MessageName[];
  /** The canonical schema of one message. @throws RangeError where `has` is false */
  schema(version: OcppVersion, action: string, kind: PayloadKind): SchemaNode & Readonly<Record<string, unknown>>;
  /** Compares every schema with its digest, and tells of official ones that are missing. Reads everything. */
  verifyAll(): SchemaCheck[];
  /** Files of `--schemas DIR` that hold no schema of OCPP, with the reason. */
  readonly ignored: readonly { readonly source: string; readonly reason: string }[];
}
