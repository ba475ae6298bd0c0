/** What a 2.x CSMS may send on its own account as well as for the operator, and reports that a station sends in parts. */
import { util } from 'chai';
import type { Context, Ordered } from '../../src/judge/context.ts';
import { drop, type Fault, refuses } from '../../src/judge/fault.ts';
import { inEssence } from '../../src/judge/same-order.ts';
import { expect } from '../../src/judge/words.ts';
import type { IncomingCall, Payload, Reply } from '../../src/session.ts';

interface Amongst<Check extends string> {
  /** Check that compares the CALL; default: `asked`. */
  readonly id?: Check;
  /** Answer to a CALL that is not the operator's. */
  readonly others: Payload;
  /** Puts into one order what may come in any. */
  readonly sorted?: (payload: Payload) => Payload;
}

const asItIs = (payload: Payload): Payload => payload;

/** An order, with both sides put into one order. */
export const inOneOrder = (order: Ordered, sorted: (payload: Payload) => Payload): Ordered => ({
  ...order,
  asked: sorted(order.asked),
  call: { ...order.call, payload: sorted(order.call.payload) },
});

/**
 * The operator asks for a CALL that the CSMS may make on its own account at any time: another than the operator's is
 * answered, and the next one is waited for. A check compares the last; the station answers it.
 */
export async function orderedAmongst<Check extends string>(
  context: Context<Check>,
  action: string,
  payload: Payload,
  answer: Payload,
  { id = 'asked' as Check, others, sorted = asItIs }: Amongst<Check>,
): Promise<Ordered> {
  const { operator, station, check } = context;
  let order = await operator.order(action, payload);
  const { free } = order;
  const isIt = (call: IncomingCall) =>
    util.eql(inEssence(sorted(call.payload), free), inEssence(sorted(payload), free));
  while (!isIt(order.call)) {
    const next = station.awaitCall(action);
    order.call.respond(others);
    const call = await next;
    if (call === undefined) break;
    order = { ...order, call };
  }
  check(id, () => expect(inOneOrder(order, sorted)).to.carryWhatWasAsked());
  order.call.respond(answer);
  return order;
}

/** Messages of the station one after the other, each judged by the check `followed`. */
export async function tells({ station, check }: Context<'followed'>, action: string, ...messages: readonly Payload[]) {
  for (const message of messages) {
    const reply: Reply = await station.call(action, message);
    check('followed', () => expect(reply).to.be.callResult());
  }
}

const member = (request: unknown, name: string): unknown => (request as Payload)[name];

/** The answer to the first of two parts is lost, or that to the last is an error. */
export const partsFaults = (action: string): readonly Fault[] => [
  drop(action, { name: 'first', when: (_payload, request) => member(request, 'tbc') === true }),
  refuses(action, 'InternalError', { name: 'last', when: (_payload, request) => member(request, 'tbc') !== true }),
];

/** A list in one order, whatever order its items came in. */
export const sortedBy =
  (field: string, name: (item: Payload) => string) =>
  (payload: Payload): Payload => {
    const items = payload[field];
    if (!Array.isArray(items)) return payload;
    return { ...payload, [field]: items.toSorted((a: Payload, b: Payload) => (name(a) < name(b) ? -1 : 1)) };
  };
