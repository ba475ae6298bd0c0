/** The rules of one message, hung on the places of its schema: walks only where a rule waits. */
import type { OcppVersion } from '../../src/dialects/dialect.ts';
import { dialects } from '../../src/dialects/index.ts';
import { definitionName, resolve, type SchemaNode } from '../json-schema.ts';
import { step } from '../pointer.ts';
import type { MessageName, Violation } from '../types.ts';
import { isObject, type Place, type Rule } from './rule.ts';

/** One place of a message, with what is to be looked at there and below. */
interface Stop {
  rules: readonly Rule[];
  members: readonly { readonly name: string; readonly stop: Stop }[];
  items: Stop | undefined;
}

/** @returns the violations of the prose layer */
export type ProseCheck = (payload: unknown) => Violation[];

/** The rules by the places that they name, so that 400 schemas don't each go through all of them. */
export interface RuleBook {
  readonly named: ReadonlyMap<string, readonly Rule[]>;
  readonly looking: readonly (Rule & { readonly on: (place: Place) => boolean })[];
}

export function ruleBook(rules: readonly Rule[]): RuleBook {
  const named = new Map<string, Rule[]>();
  const looking: (Rule & { readonly on: (place: Place) => boolean })[] = [];
  for (const rule of rules) {
    const { on } = rule;
    if (typeof on === 'function') looking.push({ ...rule, on });
    else for (const place of on) named.set(place, [...(named.get(place) ?? []), rule]);
  }
  return { named, looking };
}

/** Where a message travels to, by who may initiate its action. */
function goesToStation(version: OcppVersion, { action, kind }: MessageName): boolean {
  const actions = dialects[version].actions;
  const from = Object.hasOwn(actions, action) ? actions[action]?.from : undefined;
  return from === (kind === 'call' ? 'csms' : 'station');
}

/** @returns undefined where no rule applies to the message */
export function plan(book: RuleBook, root: SchemaNode, version: OcppVersion, message: MessageName): Stop | undefined {
  const toStation = goesToStation(version, message);
  const definitions = new Map<string, Stop>();

  const rulesAt = (owner: string, field: string, node: SchemaNode): Rule[] => {
    const place: Place = { version, message: message.name, owner, field, node, toStation };
    return [
      ...(book.named.get(field === '' ? owner : `${owner}.${field}`) ?? []),
      ...(field === '' ? [] : book.looking.filter((rule) => rule.on(place))),
    ].filter((rule) => rule.versions.includes(version));
  };

  /** An object: rules over the whole of it, and its members. */
  const fill = (stop: Stop, node: SchemaNode, owner: string): void => {
    stop.rules = [...stop.rules, ...rulesAt(owner, '', node)];
    stop.members = Object.entries(node.properties ?? {}).flatMap(([name, child]) => {
      const below = visit(child, owner, name);
      return isIdle(below) ? [] : [{ name, stop: below }];
    });
  };

  const visit = (node: SchemaNode, owner: string, field: string): Stop => {
    const name = definitionName(node);
    const target = resolve(root, node);
    const stop: Stop = { rules: rulesAt(owner, field, target), members: [], items: undefined };
    if (target.items !== undefined) {
      const items = visit(target.items, owner, `${field}[]`);
      if (!isIdle(items)) stop.items = items;
    } else if (target.properties !== undefined) {
      const inner = name === undefined ? inlineObject(target, field.replace('[]', '')) : definition(name, target);
      stop.rules = [...stop.rules, ...inner.rules];
      stop.members = inner.members;
    }
    return stop;
  };

  const inlineObject = (node: SchemaNode, owner: string): Stop => {
    const stop: Stop = { rules: [], members: [], items: undefined };
    fill(stop, node, owner);
    return stop;
  };

  const definition = (name: string, node: SchemaNode): Stop => {
    const known = definitions.get(name);
    if (known !== undefined) return known;
    const stop: Stop = { rules: [], members: [], items: undefined };
    definitions.set(name, stop);
    fill(stop, node, name);
    return stop;
  };

  const top = inlineObject(root, message.name);
  return isIdle(top) ? undefined : top;
}

const isIdle = (stop: Stop): boolean =>
  stop.rules.length === 0 && stop.members.length === 0 && stop.items === undefined;

/** The walk of the hot path: nothing is made but what is wrong. */
export function check(stop: Stop, value: unknown, trail: (string | number)[], out: Violation[]): void {
  for (const rule of stop.rules) {
    const complaint = rule.check(value);
    if (complaint !== undefined) out.push(violation(rule, complaint, trail));
  }
  if (stop.items !== undefined && Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      trail.push(i);
      check(stop.items, value[i], trail, out);
      trail.pop();
    }
  } else if (stop.members.length > 0 && isObject(value)) {
    for (const member of stop.members) {
      const inner = value[member.name];
      if (inner === undefined) continue;
      trail.push(member.name);
      check(member.stop, inner, trail, out);
      trail.pop();
    }
  }
}

function violation(rule: Rule, complaint: ReturnType<Rule['check']>, trail: readonly (string | number)[]): Violation {
  const [below, says] = typeof complaint === 'string' ? ['', complaint] : (complaint ?? ['', '']);
  return {
    path: trail.map(step).join('') + below,
    keyword: rule.name,
    message: says,
    layer: 'prose',
    ref: rule.ref,
    ...(rule.note !== undefined && { note: rule.note }),
  };
}

/** Puts a generated payload right by every rule, from the leaves up. @returns the value, or what takes its place */
export function mend(stop: Stop, value: unknown): unknown {
  if (stop.items !== undefined && Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) value[i] = mend(stop.items, value[i]);
  } else if (isObject(value)) {
    for (const member of stop.members) {
      if (Object.hasOwn(value, member.name)) value[member.name] = mend(member.stop, value[member.name]);
    }
  }
  let mended = value;
  for (const rule of stop.rules) {
    if (rule.mend !== undefined && rule.check(mended) !== undefined) mended = rule.mend(mended);
  }
  return mended;
}
