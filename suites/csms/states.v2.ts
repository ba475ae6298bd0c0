/** The start states of 2.x cases about a CSMS: each tells the events that lead there, and judges every answer. */
import type { Context } from '../../src/judge/context.ts';
import { alter, behaviour, refuses, type Where } from '../../src/judge/fault.ts';
import { at } from '../../src/judge/path.ts';
import { expect } from '../../src/judge/words.ts';
import type { Payload, Reply } from '../../src/session.ts';
import type { Token } from '../../src/sut/system-under-test.ts';
import { type EventType, type Place, type Telling, Transaction2 } from './events.v2.ts';
import { available, now, vouched } from './states.ts';

const STATUS = 'idTokenInfo.status';
const GROUP = 'idTokenInfo.groupIdToken.idToken';

/** Words for a token that the CSMS can't find or won't have. */
export const REFUSED = ['Invalid', 'Unknown'];

/** For faults: only answers to one type of event. */
export const ofEvent = (eventType: EventType): Where => ({
  name: eventType,
  when: (_payload, request) => at(request, 'eventType') === eventType,
});

/** For faults: only answers to events with that trigger. */
export const ofTrigger = (triggerReason: string): Where => ({
  name: triggerReason,
  when: (_payload, request) => at(request, 'triggerReason') === triggerReason,
});

/** For faults: only answers that accept a token. */
const ofAccepted: Where['when'] = (payload) => at(payload, STATUS) === 'Accepted';

/** The check of `presents`. */
const authorizedCheck = {
  ref: 'C01.FR.07',
  level: 'SHALL',
  says: 'a valid token is Accepted before its transaction',
} as const;
const authorizedFault = alter('Authorize', { idTokenInfo: { status: 'Blocked' } });

/** The check of every event that carries a token which is good. */
export const acceptedCheck = {
  ref: 'E01.FR.12',
  level: 'SHALL',
  says: 'an event with a valid token is answered with Accepted, and with nothing that would stop the transaction',
} as const;
export const acceptedFaults = [
  alter('TransactionEvent', { idTokenInfo: null }, { name: 'no idTokenInfo', when: ofAccepted }),
  alter(
    'TransactionEvent',
    { idTokenInfo: { status: 'Invalid' } },
    { name: 'Accepted becomes Invalid', when: ofAccepted },
  ),
] as const;

/** The check of every event. */
export const takenCheck = {
  ref: 'J02.FR.19',
  level: 'SHALL',
  says: 'every event is answered, and no answer takes back what was authorized',
} as const;
export const takenFaults = [
  refuses('TransactionEvent', 'InternalError', ofEvent('Ended')),
  alter(
    'TransactionEvent',
    { idTokenInfo: { status: 'Blocked' } },
    { name: 'revoked unasked', when: (_payload, request) => at(request, 'idToken') === undefined },
  ),
] as const;

/** The check of `stranger`: a CSMS that says yes to everybody passes no case that has it. */
export const strangerCheck = {
  ref: 'E01.FR.11',
  level: 'SHALL',
  says: 'a transaction of a token that nobody has heard of is not accepted',
} as const;
export const strangerFault = behaviour('accepts-any-token', 'every token is Accepted, whatever is known of it');

/** The check of `free`. */
export const freeCheck = {
  ref: 'TransactionEventResponse.idTokenInfo.status',
  level: 'SHALL',
  says: 'the token is in no other transaction once its own has ended: the next one is Accepted',
} as const;
export const freeFault = behaviour('forgets-stops', 'a transaction never ends');

/** What nearly every transaction has: a token that is asked about, accepted in it, and another that is not. */
export const flowChecks = {
  authorized: authorizedCheck,
  accepted: acceptedCheck,
  taken: takenCheck,
  stranger: strangerCheck,
} as const;
export const flowFaults = {
  authorized: authorizedFault,
  accepted: acceptedFaults,
  taken: takenFaults,
  stranger: strangerFault,
} as const;

export type Told = Context<'accepted' | 'taken'>;
export type Flow = Context<keyof typeof flowChecks>;

/** Judges the word about a good token. @param evseId where it is used, so far as that is known */
function judgeToken({ clock, sut }: Context, info: Payload, token: Token, evseId?: number): void {
  expect(at(info, STATUS), `status of ${token.idToken}`).to.equal('Accepted');
  // C09.FR.12: in every answer to an event with a token that has a group.
  if (token.groupId !== undefined) {
    expect(String(at(info, GROUP)).toLowerCase(), 'groupIdToken').to.equal(token.groupId.toLowerCase());
  }
  const expiry = at(info, 'idTokenInfo.cacheExpiryDateTime');
  if (typeof expiry === 'string') {
    // A CSMS that wants nothing cached says: until now.
    const earliest = clock.now() - sut.clockToleranceS * 1000;
    expect(Date.parse(expiry), `Accepted until ${expiry}, which is over`).to.be.at.least(earliest);
  }
  const allowed = at(info, 'idTokenInfo.evseId');
  if (Array.isArray(allowed) && allowed.length > 0 && evseId !== undefined) {
    expect(allowed, 'EVSEs for which the token is Accepted').to.include(evseId);
  }
}

/** Judges the answer to one event. @param token presented in it */
function judgeEvent(context: Told, reply: Reply, token?: Token, evseId?: number): void {
  const { check } = context;
  const status = at(reply.payload, STATUS);
  if (token) {
    vouched(token, status ?? 'Accepted');
    check('taken', () => expect(reply).to.be.callResult());
    check('accepted', () => judgeToken(context, reply.payload, token, evseId));
    return;
  }
  check('taken', () => {
    expect(reply).to.be.callResult();
    if (status !== undefined) expect(status, 'status of a token that is not in the event').to.equal('Accepted');
  });
}

/** Tells an event and judges its answer. */
export async function told(
  context: Told,
  transaction: Transaction2,
  eventType: EventType,
  triggerReason: string,
  telling: Telling = {},
): Promise<Reply> {
  const reply = await transaction.tell(eventType, triggerReason, telling);
  judgeEvent(context, reply, telling.token, telling.evse === 'unknown' ? undefined : transaction.evseId);
  return reply;
}

/** Sends what was composed before and judges its answer. */
export async function delivered(
  context: Told,
  transaction: Transaction2,
  event: Payload,
  token?: Token,
): Promise<Reply> {
  const reply = await transaction.send(event);
  judgeEvent(context, reply, token, transaction.evseId);
  return reply;
}

/** A transaction that is ended, and its connector left free, when the case is over, if the case does not. */
export function newTransaction(context: Context, place: Place = {}): Transaction2 {
  const transaction = new Transaction2(context, place);
  context.after(async () => {
    if (!context.station.session.open) await context.station.connect();
    if (transaction.running) await transaction.tell('Ended', 'AbnormalCondition', { stoppedReason: 'Other' });
    await available(context, transaction.evseId);
  });
  return transaction;
}

/** Authorize, judged by the check `authorized`. */
export async function presents(context: Context<'authorized'>, token: Token): Promise<void> {
  const { station, words, check } = context;
  const reply = await station.call('Authorize', words.authorize(token));
  vouched(token, at(reply.payload, STATUS));
  check('authorized', () => judgeToken(context, reply.payload, token));
}

/** The connector is taken. */
export async function occupied(context: Context, { evseId, connectorId }: Transaction2): Promise<void> {
  await context.station.need('StatusNotification', context.words.status(evseId, connectorId, 'Occupied', now(context)));
}

/** The connector is free. */
export async function freed(context: Context, { evseId, connectorId }: Transaction2): Promise<void> {
  await context.station.need(
    'StatusNotification',
    context.words.status(evseId, connectorId, 'Available', now(context)),
  );
}

/** EVConnectedPreSession. */
export async function evConnected(context: Told, transaction: Transaction2, telling: Telling = {}): Promise<void> {
  await occupied(context, transaction);
  await told(context, transaction, transaction.next, 'CablePluggedIn', { chargingState: 'EVConnected', ...telling });
}

/** Authorized, by a token at the station. */
export async function authorized(
  context: Context<'authorized' | 'accepted' | 'taken'>,
  transaction: Transaction2,
  token: Token,
  telling: Telling = {},
): Promise<void> {
  await presents(context, token);
  await told(context, transaction, transaction.next, 'Authorized', { token, ...telling });
}

/** Energy flows: the last step to EnergyTransferStarted. */
export async function energyFlows(context: Told, transaction: Transaction2, telling: Telling = {}): Promise<void> {
  await told(context, transaction, transaction.next, 'ChargingStateChanged', { chargingState: 'Charging', ...telling });
}

/** EnergyTransferSuspended, by the EV. */
export async function suspended(context: Told, transaction: Transaction2): Promise<void> {
  await told(context, transaction, 'Updated', 'ChargingStateChanged', { chargingState: 'SuspendedEV' });
}

/** StopAuthorized, by a token at the station; the transaction goes on until something else ends it. */
export async function stopAuthorized(context: Told, transaction: Transaction2, token: Token): Promise<void> {
  await told(context, transaction, 'Updated', 'StopAuthorized', { token });
}

/** EVConnectedPostSession. */
export async function evStillConnected(context: Told, transaction: Transaction2): Promise<void> {
  await told(context, transaction, 'Updated', 'ChargingStateChanged', { chargingState: 'EVConnected' });
}

/** EVDisconnected: with it the transaction ends, unless that is told otherwise. */
export async function evDisconnected(
  context: Told,
  transaction: Transaction2,
  stoppedReason = 'Local',
  eventType: EventType = 'Ended',
): Promise<void> {
  await freed(context, transaction);
  const why = eventType === 'Ended' ? { stoppedReason } : {};
  await told(context, transaction, eventType, 'EVCommunicationLost', { chargingState: 'Idle', ...why });
}

/** The driver ends it with his token, where that ends a transaction. */
export async function stopsLocally(context: Told, transaction: Transaction2, token: Token): Promise<void> {
  await told(context, transaction, 'Ended', 'StopAuthorized', {
    token,
    stoppedReason: 'Local',
    chargingState: 'EVConnected',
  });
  await freed(context, transaction);
}

/** EnergyTransferStarted: cable first, then a token at the station. */
export async function energyTransferStarted(
  context: Context<'authorized' | 'accepted' | 'taken'>,
  token: Token,
  place: Place = {},
): Promise<Transaction2> {
  const transaction = newTransaction(context, place);
  await evConnected(context, transaction);
  await authorized(context, transaction, token);
  await energyFlows(context, transaction);
  return transaction;
}

/** The station gives up a transaction that the CSMS did not authorize. */
export async function deauthorized(context: Context<'taken'>, transaction: Transaction2): Promise<void> {
  const reply = await transaction.tell('Ended', 'Deauthorized', { stoppedReason: 'DeAuthorized' });
  context.check('taken', () => expect(reply).to.be.callResult());
}

/** A token that nobody has heard of starts a transaction, judged by the check `stranger`. */
export async function stranger(context: Context<'stranger' | 'taken'>): Promise<void> {
  const token = await context.token('unknown');
  const transaction = newTransaction(context);
  const reply = await transaction.tell('Started', 'Authorized', { token, chargingState: 'EVConnected' });
  context.check('stranger', () => expect(at(reply.payload, STATUS)).to.be.oneOf(REFUSED));
  await deauthorized(context, transaction);
}

/** The token starts anew, judged by the check `free`: a transaction that has ended is over. */
export async function free(context: Context<'free'>, token: Token, place: Place = {}): Promise<void> {
  const transaction = newTransaction(context, place);
  const reply = await transaction.tell('Started', 'Authorized', { token, chargingState: 'EVConnected' });
  context.check('free', () => judgeToken(context, reply.payload, token, transaction.evseId));
  await transaction.tell('Ended', 'StopAuthorized', { token, stoppedReason: 'Local' });
}
