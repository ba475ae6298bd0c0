/** Kinds of prose rules over an object: members that another one asks for or forbids, one of several. */
import { show } from '../pointer.ts';
import { type Complaint, isObject, type Members, mending, object, type Rule } from './rule.ts';

const V2 = ['2.0.1', '2.1'] as const;

/** A member that another one's value asks for. */
interface Condition {
  readonly on: string;
  readonly ref: string;
  /** Field that asks. */
  readonly field: string;
  /** Its values that ask. */
  readonly is: (value: unknown) => boolean;
  /** Members that are needed then, or of which none may be there. */
  readonly needs?: string;
  readonly forbids?: string;
  readonly mend: (value: Members) => void;
}

export const oneOf =
  (...words: readonly string[]) =>
  (value: unknown): boolean =>
    typeof value === 'string' && words.includes(value);
export const noneOf =
  (...words: readonly string[]) =>
  (value: unknown): boolean =>
    typeof value === 'string' && !words.includes(value);

/** `a.b` of an object. */
export function deep(value: Members, path: string): unknown {
  let found: unknown = value;
  for (const name of path.split('.')) found = isObject(found) ? found[name] : undefined;
  return found;
}

export const conditional = ({ on, ref, field, is, needs, forbids, mend }: Condition): Rule => ({
  name: needs === undefined ? 'forbidden-here' : 'required-here',
  versions: V2,
  ref,
  on: [on],
  check: object((value): Complaint | undefined => {
    const told = value[field];
    if (!is(told)) return undefined;
    const where = told === undefined ? `without "${field}"` : `where "${field}" is ${show(told)}`;
    if (needs !== undefined && deep(value, needs) === undefined) return `has no "${needs}", which is required ${where}`;
    if (forbids !== undefined && deep(value, forbids) !== undefined)
      return `has "${forbids}", which is out of place ${where}`;
    return undefined;
  }),
  mend: mending(mend),
});

/** At least one of some members, or exactly one. */
export const anyOf = (
  on: string,
  ref: string,
  members: readonly string[],
  mend: (value: Members) => void,
  most = Infinity,
): Rule => ({
  name: most === 1 ? 'exactly-one' : 'at-least-one',
  versions: V2,
  ref,
  on: [on],
  check: object((value) => {
    const there = members.filter((name) => value[name] !== undefined).length;
    if (there === 0) return `has none of ${members.join(', ')}, and needs one`;
    return there > most ? `has more than one of ${members.join(', ')}` : undefined;
  }),
  mend: mending(mend),
});
