/** Variables that a CSMS reads and sets (2.x): asked for in whatever portions, answered from the station's model. */
import type { Context, Ordered } from '../../src/judge/context.ts';
import { at } from '../../src/judge/path.ts';
import { expect } from '../../src/judge/words.ts';
import type { IncomingCall, Payload } from '../../src/session.ts';
import { modelValue } from './reports.ts';

/** Items of a message, as they came. */
const itemsOf = (payload: Payload, field: string): readonly Payload[] => {
  const items = payload[field];
  return Array.isArray(items) ? items.filter((item) => item !== null && typeof item === 'object') : [];
};

const reading = ({ payload }: IncomingCall): readonly Payload[] => itemsOf(payload, 'getVariableData');

/** Items of a SetVariables. */
export const settingsOf = ({ payload }: IncomingCall): readonly Payload[] => itemsOf(payload, 'setVariableData');

/** What an item is about, as one word; names have no case, and an attribute that is left out is the actual one. */
export const nameOf = (item: Payload): string =>
  ['name', 'instance', 'evse.id', 'evse.connectorId']
    .map((path) => at(item, `component.${path}`))
    .concat([at(item, 'variable.name'), at(item, 'variable.instance'), at(item, 'attributeType') ?? 'Actual'])
    .map((part) => String(part ?? '').toLowerCase())
    .join('/');

/** Those of `wanted` that none of the calls asks for. */
function missing(calls: readonly IncomingCall[], wanted: readonly Payload[]): string[] {
  const asked = new Set(calls.flatMap(reading).map(nameOf));
  return wanted.map(nameOf).filter((name) => !asked.has(name));
}

/** The answer of the station to what it was asked for. */
const resultOf = (item: Payload): Payload => {
  const { component, variable, attributeType } = item;
  const known = modelValue(at(item, 'component.name'), at(item, 'variable.name'), at(item, 'variable.instance'));
  const named = { component, variable, ...(attributeType !== undefined && { attributeType }) };
  if (known === undefined) return { ...named, attributeStatus: 'UnknownVariable' };
  const actual = attributeType === undefined || attributeType === 'Actual';
  if (!actual) return { ...named, attributeStatus: 'NotSupportedAttributeType' };
  return { ...named, attributeType: 'Actual', attributeStatus: 'Accepted', attributeValue: known };
};

const sound = (items: readonly Payload[]): boolean =>
  items.length > 0 &&
  items.every((item) => at(item, 'component.name') !== undefined && at(item, 'variable.name') !== undefined);

/** Answers a GetVariables; one that can't be answered truly is refused, for what it lacks. */
function answer(call: IncomingCall): void {
  const items = reading(call);
  if (sound(items)) call.respond({ getVariableResult: items.map(resultOf) });
  else call.refuse('OccurrenceConstraintViolation', 'no variable is named');
}

/** Answers a SetVariables with the same word for each item. */
export function answerSettings(call: IncomingCall, attributeStatus: string): void {
  const items = settingsOf(call);
  if (!sound(items)) {
    call.refuse('OccurrenceConstraintViolation', 'no variable is named');
    return;
  }
  const setVariableResult = items.map(({ component, variable, attributeType }) => ({
    component,
    variable,
    ...(attributeType !== undefined && { attributeType }),
    attributeStatus,
  }));
  call.respond({ setVariableResult });
}

/**
 * The operator has variables read; the station answers every GetVariables until nothing is missing or no more come.
 * What the CSMS reads on its own account in between is answered as well, and does no harm.
 */
export async function orderedRead(
  { operator, station }: Context<never>,
  wanted: readonly Payload[],
): Promise<readonly IncomingCall[]> {
  const { call } = await operator.order('GetVariables', { getVariableData: wanted });
  const calls = [call];
  for (let last: IncomingCall | undefined = call; last !== undefined; ) {
    const more: Promise<IncomingCall | undefined> =
      missing(calls, wanted).length === 0 ? Promise.resolve(undefined) : station.awaitCall('GetVariables');
    answer(last);
    last = await more;
    if (last !== undefined) calls.push(last);
  }
  return calls;
}

/** Judges that everything was asked for, in whatever order and portions. */
export function readsAll(calls: readonly IncomingCall[], wanted: readonly Payload[]): void {
  expect(missing(calls, wanted), 'variables that were not asked for').to.deep.equal([]);
}

/** Judges that no message asked for more than `limit`. */
export function readsAtMost(calls: readonly IncomingCall[], limit: number): void {
  for (const call of calls) expect(reading(call).length, 'variables in one message').to.be.at.most(limit);
}

/** An order of SetVariables with its items in one order: which comes first means nothing. */
export function inAnyOrder(order: Ordered): Ordered {
  const sorted = (payload: Payload): Payload => ({
    ...payload,
    setVariableData: itemsOf(payload, 'setVariableData').toSorted((a, b) => nameOf(a).localeCompare(nameOf(b))),
  });
  return { ...order, asked: sorted(order.asked), call: { ...order.call, payload: sorted(order.call.payload) } };
}
