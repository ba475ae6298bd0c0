/** Messages made from the schemas for a SUT to read: valid ones, and what a rule makes of them, the same for the same seed. */
import { generatePayload } from '../../schemas/generate.ts';
import type { SchemaNode } from '../../schemas/json-schema.ts';
import { mayInitiate, type Role } from '../../src/dialects/dialect.ts';
import type { Context } from '../../src/judge/context.ts';
import { seededRandom } from '../../src/random.ts';
import { gentle, gentleActions, keepsGentle } from './gentle.ts';
import { type Mutant, mutants, type Spoiling } from './mutations.ts';

/** A message to be sent, with the valid one that it was made from. */
export interface Spoilt extends Mutant {
  readonly action: string;
  readonly twin: Readonly<Record<string, unknown>>;
}

/** Whether the schema itself refuses what was made, takes it, or is not asked. */
export type Standing = 'wrong' | 'valid' | 'either';

/** Actions that the SUT has to read. */
export function actionsFor({ dialect, sut, schemas, owned }: Context): string[] {
  const sender: Role = sut.role === 'csms' ? 'station' : 'csms';
  const harmless = gentleActions(dialect.version, owned);
  return Object.entries(dialect.actions)
    .filter(([action, { unanswered }]) => mayInitiate(dialect, sender, action) && unanswered !== true)
    .map(([action]) => action)
    .filter((action) => schemas.has(dialect.version, action, 'call'))
    .filter((action) => sut.role === 'csms' || owned || harmless.has(action));
}

export const isWrong = ({ dialect, schemas }: Context, action: string, payload: unknown): boolean =>
  schemas
    .validate(dialect.version, action, 'call', payload)
    .some(({ layer, note }) => layer === 'schema' && note === undefined);

/** A valid message; one for a charger does it no harm, where there is a harmless one. */
export function twinOf(
  { dialect: { version }, sut }: Context,
  action: string,
  seed: number,
  variant: 'minimal' | 'full',
) {
  const made = generatePayload(version, action, 'call', seed, { variant });
  return (sut.role === 'csms' ? made : gentle(version, action, made)) as Readonly<Record<string, unknown>>;
}

/** What a rule makes of one action, in an order by seed. */
function spoiltOf(context: Context, rule: Spoiling, standing: Standing, action: string, base: number): Spoilt[] {
  const { dialect, schemas } = context;
  const random = seededRandom(base, action);
  const schema = schemas.schema(dialect.version, action, 'call') as SchemaNode;
  const seed = Math.floor(random() * 2 ** 31);
  const places = new Set<string>();
  const fits = (payload: unknown) =>
    (standing === 'either' || isWrong(context, action, payload) === (standing === 'wrong')) &&
    // What is served, as it may be, has to be as harmless as its twin.
    (standing === 'wrong' || context.sut.role === 'csms' || keepsGentle(dialect.version, action, payload, NOWHERE));
  // The shortest message comes first: what is optional is looked for only where it has to be.
  const found = (['minimal', 'full'] as const).flatMap((variant) => {
    const twin = twinOf(context, action, seed, variant);
    return mutants(schema, twin, rule)
      .filter(({ at, what }) => !places.has(`${at} ${what}`))
      .filter(({ payload }) => fits(payload))
      .map((mutant): Spoilt => {
        places.add(`${mutant.at} ${mutant.what}`);
        return { ...mutant, action, twin };
      });
  });
  return shuffled(found, random);
}

/**
 * One message of each action, then a second of each, and so on: a sample sees as many actions as it can. Which messages
 * these are hangs on the seed alone, and not on what the SUT answers.
 */
export function* inRounds(context: Context, rule: Spoiling, standing: Standing): Generator<Spoilt> {
  const base = Math.floor(context.random() * 2 ** 32);
  const actions = shuffled(actionsFor(context), seededRandom(base, 'actions'));
  const made = new Map<string, Spoilt[]>();
  for (let round = 0, more = true; more; round++) {
    more = false;
    for (const action of actions) {
      const own = made.get(action) ?? spoiltOf(context, rule, standing, action, base);
      made.set(action, own);
      const one = own[round];
      if (one === undefined) continue;
      more = true;
      yield one;
    }
  }
}

/** No place in a payload. */
const NOWHERE = '/';

/** Fisher and Yates. */
export function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const out = [...items];
  for (let i = out.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [out[i], out[j]] = [out[j] as T, out[i] as T];
  }
  return out;
}
