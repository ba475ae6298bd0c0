/** What nearly every case about a CALL of the CSMS does: it is asked for, compared, answered, and life goes on. */
import { util } from 'chai';
import type { Context, Ordered } from '../../src/judge/context.ts';
import { drop, type Where } from '../../src/judge/fault.ts';
import { at } from '../../src/judge/path.ts';
import { inEssence } from '../../src/judge/same-order.ts';
import { expect } from '../../src/judge/words.ts';
import type { IncomingCall, Payload, Reply } from '../../src/session.ts';
import { tokenStatus } from './states.ts';

/** The operator asks for a CALL, the check `asked` compares it (or another, for a second order), the station answers. */
export async function ordered(
  context: Context,
  action: string,
  payload: Payload,
  answer: Payload,
  id = 'asked',
): Promise<Ordered> {
  const order = await context.operator.order(action, payload);
  context.check(id, () => expect(order).to.carryWhatWasAsked());
  order.call.respond(answer);
  return order;
}

/**
 * As `ordered`, for reports: a CSMS may ask for one on its own account at any time (B07.FR.14), so that another
 * than the operator's is answered as far as it can be, and the next one is waited for.
 */
export async function orderedReport(
  context: Context,
  action: string,
  payload: Payload,
  answer: Payload,
  id = 'asked',
): Promise<Ordered> {
  const { operator, station, check } = context;
  let order = await operator.order(action, payload);
  const { free } = order;
  const isIt = (call: IncomingCall) => util.eql(inEssence(call.payload, free), inEssence(payload, free));
  while (!isIt(order.call)) {
    const next = station.awaitCall(action);
    order.call.respond({ status: 'Rejected' });
    const call = await next;
    if (call === undefined) break;
    order = { ...order, call };
  }
  check(id, () => expect(order).to.carryWhatWasAsked());
  order.call.respond(answer);
  return order;
}

/** The check of `servedOn`, and its fault. */
export const servedOnCheck = {
  ref: { '1.6': '4.6', '2.0.1': 'G02.FR.03' },
  level: 'SHALL',
  says: 'the station is served as before',
} as const;
export const servedOnFault = drop('Heartbeat');

/** Whatever the station answered: it is still served. What came in between has come before the answer. */
export async function servedOn({ station, check }: Context<'servedOn'>): Promise<void> {
  const heartbeat = await station.call('Heartbeat', {});
  check('servedOn', () => {
    expect(heartbeat).to.be.callResult();
    expect(heartbeat.payload['currentTime']).to.be.recentInstant();
  });
}

/** A StatusNotification that is judged by the check `taken`. */
export async function reports({ station, check }: Context<'taken'>, status: Payload): Promise<void> {
  const answer = await station.call('StatusNotification', status);
  check('taken', () => expect(answer).to.be.callResult());
}

/** The check of `reports`, and of other messages that the CSMS has to take. */
export const takenCheck = {
  ref: { '1.6': '4.9', '2.0.1': 'StatusNotificationRequest.connectorStatus' },
  level: 'SHALL',
  says: 'the new status of each connector is taken',
} as const;

/** For faults: only answers to messages about one EVSE (1.6: connector). */
export const ofEvse = (evseId: number): Where => ({
  name: `evse ${evseId}`,
  when: (_payload, request) => (at(request, 'evseId') ?? at(request, 'connectorId')) === evseId,
});

/** For faults: only answers to messages that say a status, of one EVSE where that is told. */
export const ofStatus = (status: string, evseId?: number): Where => ({
  name: evseId === undefined ? status : `${status} of evse ${evseId}`,
  when: (payload, request) =>
    (at(request, 'connectorStatus') ?? at(request, 'status')) === status &&
    (evseId === undefined || ofEvse(evseId).when?.(payload, request) === true),
});

/** Judges the answer to the end of a transaction: taken, and without a word against the token that ended it. */
export function takesEnd(context: Context<'ended'>, end: Reply): void {
  context.check('ended', () => {
    expect(end).to.be.callResult();
    expect(tokenStatus(context, end)).to.be.oneOf([undefined, 'Accepted']);
  });
}
