/** What the rest of the house knows of message schemas. */
import type { OcppVersion } from '../src/dialects/dialect.ts';

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
