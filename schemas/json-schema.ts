/** The part of JSON Schema that the OCPP schemas use, as a type, and how to follow a `$ref` in it. */

export interface SchemaNode {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly definitions?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | SchemaNode;
  readonly items?: SchemaNode;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly multipleOf?: number;
}

const LOCAL = '#/definitions/';

/** Name of the definition that a node refers to, undefined where it stands for itself. */
export const definitionName = (node: SchemaNode): string | undefined =>
  node.$ref?.startsWith(LOCAL) ? node.$ref.slice(LOCAL.length) : undefined;

/** @throws Error where the definition is missing: the schema set is broken then */
export function resolve(root: SchemaNode, node: SchemaNode): SchemaNode {
  if (node.$ref === undefined) return node;
  const name = definitionName(node);
  const target = name === undefined ? undefined : root.definitions?.[name];
  if (target === undefined) throw new Error(`the schema refers to ${node.$ref}, which it does not define`);
  return target;
}
