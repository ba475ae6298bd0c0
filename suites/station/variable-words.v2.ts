/** How 2.x variables are read and set in cases, and how the answers are faulted. */
import type { Context } from '../../src/judge/context.ts';
import { alter, type Fault } from '../../src/judge/fault.ts';
import { at } from '../../src/judge/path.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import { randomWord } from '../../src/random.ts';
import type { Payload, Reply } from '../../src/session.ts';

export interface Item {
  readonly component: { readonly name: string };
  readonly variable: { readonly name: string; readonly instance?: string };
  readonly attributeType?: string;
}

export const item = (component: string, variable: string, instance?: string): Item => ({
  component: { name: component },
  variable: { name: variable, ...(instance !== undefined && { instance }) },
});

/** A variable that every station has and lets be changed (Part 2, OCPPCommCtrlr): seconds. */
export const THRESHOLD = item('OCPPCommCtrlr', 'OfflineThreshold');
/** Another one: a truth value. */
export const REMOTE = item('AuthCtrlr', 'AuthorizeRemoteStart');
/** One that nobody can change. */
export const FIXED = item('OCPPCommCtrlr', 'FileTransferProtocols');

export const READS = 'getVariableResult';
export const WRITES = 'setVariableResult';
export type Result = Payload;

export const resultsOf = (reply: Reply, list: string): readonly Result[] =>
  (reply.payload[list] ?? []) as readonly Result[];

export const get = ({ csms }: Pick<Context, 'csms'>, ...items: readonly Item[]): Promise<Reply> =>
  csms.call('GetVariables', { getVariableData: items });
export const set = ({ csms }: Pick<Context, 'csms'>, ...items: readonly (readonly [Item, string])[]): Promise<Reply> =>
  csms.call('SetVariables', {
    setVariableData: items.map(([one, attributeValue]) => ({ ...one, attributeValue })),
  });

/** Value of a variable. @throws Unmet where the station does not tell it */
export async function readValue(context: Pick<Context, 'csms'>, one: Item): Promise<string> {
  const [result] = resultsOf(await get(context, one), READS);
  if (result?.['attributeStatus'] !== 'Accepted')
    throw new Unmet(`${one.component.name}.${one.variable.name} can't be read: ${JSON.stringify(result)}`);
  return String(result['attributeValue']);
}

/** Sets a variable back when the case is over. @throws Unmet where it can't be read */
export async function restored(context: Pick<Context, 'csms' | 'after'>, one: Item): Promise<string> {
  const before = await readValue(context, one);
  context.after(() => set(context, [one, before]));
  return before;
}

/** Judges that each result is about its item, in whatever order. */
export function about(reply: Reply, list: string, items: readonly Item[]): void {
  expect(reply).to.be.callResult();
  // Names are the same in capital and small letters (Part 2, 2.1.4).
  const names = (one: unknown) =>
    [at(one, 'component.name'), at(one, 'variable.name'), at(one, 'variable.instance')].join(' ').toLowerCase();
  expect(resultsOf(reply, list).map(names).sort(), 'what the results are about').to.deep.equal(items.map(names).sort());
}

export const statusOf = (reply: Reply, list: string, i = 0): unknown => resultsOf(reply, list)[i]?.['attributeStatus'];

/** Changes each result of an answer. */
export const results = (
  action: 'GetVariables' | 'SetVariables',
  name: string,
  change: (result: Result) => Result | undefined,
): Fault => {
  const list = action === 'GetVariables' ? READS : WRITES;
  const rewrite = (payload: unknown) => ({
    ...(payload as Payload),
    [list]: ((payload as Payload)[list] as readonly Result[]).flatMap((one) => change(one) ?? []),
  });
  return alter(action, rewrite, { name, kind: 'callresult' });
};
export const status = (action: 'GetVariables' | 'SetVariables', attributeStatus: string): Fault =>
  results(action, attributeStatus, (one) => ({
    ...one,
    attributeStatus,
    ...(attributeStatus === 'Accepted' && action === 'GetVariables' && { attributeValue: '1' }),
  }));
export const aboutOthers = (action: 'GetVariables' | 'SetVariables'): Fault =>
  results(action, 'about another variable', (one) => ({ ...one, variable: { name: 'ActiveNetworkProfile' } }));

export const echoes = {
  ref: 'B06.FR.02',
  level: 'SHALL',
  says: 'each item has one result, with the component and the variable that were asked for',
} as const;
export const echoesSet = { ...echoes, ref: 'B05.FR.02' } as const;
export const noName = ({ random }: Pick<Context, 'random'>) => `Plugproof${randomWord(random, 8)}`;
