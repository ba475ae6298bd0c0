/** Ajv's errors → violations with a sentence that a person understands. */
import type { ErrorObject } from 'ajv';
import { show, valueAt } from './pointer.ts';
import type { Violation } from './types.ts';

type Params = Readonly<Record<string, unknown>>;

/** A sentence begins with the value, which its path names: "/interval: is "300", which is no integer". */
const SENTENCES: Readonly<Record<string, (params: Params, value: string) => string>> = {
  type: ({ type }, value) => `is ${value}, which is ${article(String(type))}`,
  required: ({ missingProperty }) => `has no "${missingProperty}", which is required`,
  additionalProperties: ({ additionalProperty }) => `has "${additionalProperty}", which the message does not know`,
  enum: ({ allowedValues }, value) => `is ${value}, which is none of ${list(allowedValues)}`,
  maxLength: ({ limit }, value) => `is ${value}, which is longer than ${limit} characters`,
  minItems: ({ limit }) => `has fewer than ${limit} ${plural(limit, 'element')}`,
  maxItems: ({ limit }) => `has more than ${limit} ${plural(limit, 'element')}`,
  minimum: ({ limit }, value) => `is ${value}, which is less than ${limit}`,
  maximum: ({ limit }, value) => `is ${value}, which is more than ${limit}`,
  multipleOf: ({ multipleOf }, value) => `is ${value}, which is no multiple of ${multipleOf}`,
  format: ({ format }, value) => `is ${value}, which is no ${format}`,
};

export function explain(errors: readonly ErrorObject[], payload: unknown): Violation[] {
  return errors.map(({ instancePath, keyword, params, message }) => {
    const sentence = Object.hasOwn(SENTENCES, keyword) ? SENTENCES[keyword] : undefined;
    const says = sentence?.(params as Params, show(valueAt(payload, instancePath))) ?? message ?? keyword;
    return { path: instancePath, keyword, message: says, layer: 'schema' };
  });
}

const article = (type: string): string => (type === 'object' || type === 'array' ? `not an ${type}` : `no ${type}`);

const plural = (limit: unknown, noun: string): string => (limit === 1 ? noun : `${noun}s`);

/** A long enumeration says no more than its first words do. */
function list(values: unknown): string {
  const words = Array.isArray(values) ? values.map(String) : [];
  return words.length <= 12 ? words.join(', ') : `${words.slice(0, 12).join(', ')} and ${words.length - 12} more`;
}
