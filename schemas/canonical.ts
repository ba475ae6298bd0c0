/** Canonical form of an OCPP schema: what is left when annotations and keywords without effect are gone. */
import { createHash } from 'node:crypto';
import type { SchemaNode } from './json-schema.ts';

type Json = Record<string, unknown>;

const ANNOTATIONS = new Set(['$schema', '$id', 'id', 'title', 'description', 'comment', 'javaType']);

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Keywords that say nothing where they stand; Ajv's strict mode refuses them, validity doesn't depend on them. */
function isIdle(keyword: string, value: unknown, node: Json): boolean {
  switch (keyword) {
    case 'additionalProperties':
      return typeof node['type'] === 'string' && node['type'] !== 'object';
    case 'additionalItems':
      return !Array.isArray(node['items']);
    case 'properties':
      return isObject(value) && Object.keys(value).length === 0;
    case 'required':
      return Array.isArray(value) && value.length === 0;
    default:
      return false;
  }
}

/**
 * The same schema with sorted keys, without annotations and without keywords that have no effect.
 * Names of properties and definitions are no keywords: a property called `id` stays.
 */
export function canonical(schema: unknown): SchemaNode {
  return keywords(schema) as SchemaNode;
}

function keywords(node: unknown): unknown {
  if (!isObject(node)) return node;
  const out: Json = {};
  for (const keyword of Object.keys(node).sort()) {
    const value = node[keyword];
    if (ANNOTATIONS.has(keyword) || isIdle(keyword, value, node)) continue;
    out[keyword] = operand(keyword, value);
  }
  return out;
}

function operand(keyword: string, value: unknown): unknown {
  switch (keyword) {
    case 'properties':
    case 'definitions':
      return isObject(value) ? names(value) : value;
    case 'items':
    case 'additionalProperties':
      return keywords(value);
    case 'enum':
    case 'required':
      return Array.isArray(value) ? [...value].sort() : value;
    default:
      return value;
  }
}

function names(members: Json): Json {
  const out: Json = {};
  for (const name of Object.keys(members).sort()) out[name] = keywords(members[name]);
  return out;
}

/** SHA-256 of the canonical form, in hexadecimal. */
export const digest = (node: SchemaNode): string => createHash('sha256').update(JSON.stringify(node)).digest('hex');
