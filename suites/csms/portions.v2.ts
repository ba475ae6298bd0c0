/** How many items a 2.x station takes in one message, told in both of the ways in which a CSMS may learn of it. */
import type { Context, Ordered } from '../../src/judge/context.ts';
import { alter, type Fault } from '../../src/judge/fault.ts';
import { expect } from '../../src/judge/words.ts';
import type { IncomingCall, Payload } from '../../src/session.ts';
import { orderedReport } from './orders.ts';
import { readsAll } from './reads.ts';
import { anyRequestId, requestIdOf } from './reports.ts';
import { available, now } from './states.ts';

/** A control API that passes a CALL on as it is can't divide it. */
export const DIVIDES = 'divides-requests';

export const toldCheck = {
  ref: 'GetVariablesRequest.getVariableData',
  level: 'SHALL',
  says: 'the report and the variable that tell the limit are what the operator asks for',
} as const;
export const toldFaults: readonly Fault[] = [
  alter('GetBaseReport', { reportBase: 'SummaryInventory' }),
  alter('GetVariables', { getVariableData: [{ component: { name: 'ClockCtrlr' }, variable: { name: 'DateTime' } }] }),
];

/** The operator has the limit reported and read; the check `told` judges both CALLs. */
export async function tellsLimit(context: Context<'told'>, variable: Payload, limit: number): Promise<void> {
  const { station, operator, random, check } = context;
  const asks = { requestId: anyRequestId(random), reportBase: 'FullInventory' };
  const report = await orderedReport(context, 'GetBaseReport', asks, { status: 'Accepted' }, 'told');
  await station.need('NotifyReport', {
    requestId: requestIdOf(report),
    generatedAt: now(context),
    seqNo: 0,
    reportData: [
      {
        ...variable,
        variableAttribute: [{ type: 'Actual', value: String(limit), mutability: 'ReadOnly' }],
        variableCharacteristics: { dataType: 'integer', supportsMonitoring: false },
      },
    ],
  });
  const read = await operator.order('GetVariables', { getVariableData: [variable] });
  check('told', () => readsAll([read.call], [variable]));
  const result = { ...variable, attributeStatus: 'Accepted', attributeValue: String(limit) };
  read.call.respond({ getVariableResult: [result] });
  // The CSMS has the answer once it has answered what came after it.
  await available(context);
}

/** Takes an order in as many CALLs as it comes in, until `enough` items came or no more do. */
export async function allParts(
  { station, operator }: Context,
  action: string,
  payload: Payload,
  itemsOf: (payload: Payload) => readonly unknown[],
  respond: (call: IncomingCall) => void,
): Promise<{ readonly order: Ordered; readonly parts: readonly IncomingCall[] }> {
  const wanted = itemsOf(payload).length;
  const order = await operator.order(action, payload);
  const parts = [order.call];
  for (let last: IncomingCall | undefined = order.call; last !== undefined; ) {
    const came = parts.flatMap((part) => itemsOf(part.payload)).length;
    const more: Promise<IncomingCall | undefined> =
      came < wanted ? station.awaitCall(action) : Promise.resolve(undefined);
    respond(last);
    last = await more;
    if (last !== undefined) parts.push(last);
  }
  return { order, parts };
}

/** Judges that no part has more than `limit` items. */
export function inParts(
  parts: readonly IncomingCall[],
  itemsOf: (payload: Payload) => readonly unknown[],
  limit: number,
): void {
  for (const { payload } of parts) expect(itemsOf(payload).length, 'items in one message').to.be.at.most(limit);
}
