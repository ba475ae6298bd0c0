/** What a rule of the prose layer is: a sentence of the text that a JSON schema can't hold, as data. */
import type { OcppVersion } from '../../src/dialects/dialect.ts';
import type { SchemaNode } from '../json-schema.ts';

/** Where in a message a value stands, as the schema has it. */
export interface Place {
  readonly version: OcppVersion;
  /** `AuthorizeRequest`. */
  readonly message: string;
  /**
   * What holds the field: the message at the top, the definition (`IdTokenType`) where the schema names one, else the
   * field that holds the object (`sampledValue`).
   */
  readonly owner: string;
  /** Name of the field; empty for the object itself. */
  readonly field: string;
  readonly node: SchemaNode;
  /** True where the message travels from CSMS to station. */
  readonly toStation: boolean;
}

/** What is wrong, in a sentence without a subject; or that, and in which member of the value it is. */
export type Complaint = string | readonly [pointer: string, says: string];

export interface Rule {
  /** Keyword of the violation. */
  readonly name: string;
  readonly versions: readonly OcppVersion[];
  /** Requirement id or section. */
  readonly ref: string;
  /** Set where two places of the text disagree: a breach is no failure by itself. */
  readonly note?: string;
  /** Places as `Owner.field` or, for a rule over a whole object, `Owner`; or found by looking at the schema. */
  readonly on: readonly string[] | ((place: Place) => boolean);
  /** @returns undefined where all is well, also where the value is of a type that the schema refuses */
  readonly check: (value: unknown) => Complaint | undefined;
  /** Puts a generated value right; only values that are valid by schema come here. */
  readonly mend?: (value: unknown) => unknown;
}

export type Members = Record<string, unknown>;

export const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A rule over strings. */
export const text =
  (check: (value: string) => Complaint | undefined) =>
  (value: unknown): Complaint | undefined =>
    typeof value === 'string' ? check(value) : undefined;

/** A rule over numbers. */
export const number =
  (check: (value: number) => Complaint | undefined) =>
  (value: unknown): Complaint | undefined =>
    typeof value === 'number' ? check(value) : undefined;

/** A rule over objects. */
export const object =
  (check: (value: Members) => Complaint | undefined) =>
  (value: unknown): Complaint | undefined =>
    isObject(value) ? check(value) : undefined;

/** Changes a generated object in place. */
export const mending =
  (mend: (value: Members) => void) =>
  (value: unknown): unknown => {
    if (isObject(value)) mend(value);
    return value;
  };

/** Members of an array that are objects. */
export const objectsIn = (value: unknown): readonly Members[] => (Array.isArray(value) ? value.filter(isObject) : []);
