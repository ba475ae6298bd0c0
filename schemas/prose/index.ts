/** The prose layer: rules of the text that no schema holds, compiled for one message at a time. */
import type { OcppVersion } from '../../src/dialects/dialect.ts';
import type { SchemaNode } from '../json-schema.ts';
import type { MessageName } from '../types.ts';
import { datatypes } from './datatypes.ts';
import { numbers } from './numbers.ts';
import { check, mend, type ProseCheck, plan, ruleBook } from './plan.ts';
import { profiles } from './profiles.ts';
import type { Rule } from './rule.ts';
import { transactions } from './transactions.ts';
import { v2 } from './v2.ts';
import { v16 } from './v16.ts';

export type { ProseCheck } from './plan.ts';

/** Every rule of the layer. */
export const proseRules: readonly Rule[] = [...datatypes, ...numbers, ...v16, ...v2, ...transactions, ...profiles];

const book = ruleBook(proseRules);

const fine: ProseCheck = () => [];

/** @param schema canonical schema of the message */
export function compileProse(schema: SchemaNode, version: OcppVersion, message: MessageName): ProseCheck {
  const top = plan(book, schema, version, message);
  if (top === undefined) return fine;
  return (payload) => {
    const out: ReturnType<ProseCheck> = [];
    check(top, payload, [], out);
    return out;
  };
}

/** What puts a generated payload of a message right; the payload is changed. */
export function compileMend(
  schema: SchemaNode,
  version: OcppVersion,
  message: MessageName,
): (payload: unknown) => void {
  const top = plan(book, schema, version, message);
  return (payload) => {
    if (top !== undefined) mend(top, payload);
  };
}
