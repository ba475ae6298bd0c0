/** Start states of a 2.x charger in a transaction, and what is read of its events. */
import type { Context } from '../../src/judge/context.ts';
import { at } from '../../src/judge/path.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import type { IncomingCall, Payload } from '../../src/session.ts';
import type { Token } from '../../src/sut/system-under-test.ts';
import { EVSE, quiet, ready } from './states.ts';

/** Gestures of a session, from the arrival to the departure. */
export const SESSION = ['plugIn', 'presentToken', 'plugOut'] as const;

/** Charging states in which energy is offered, whether the vehicle takes it or not. */
export const OFFERED = ['Charging', 'SuspendedEV', 'SuspendedEVSE'] as const;

export interface Charging {
  readonly token: Token;
  readonly transactionId: string;
  /** The `mark` of its beginning. */
  readonly since: number;
  /** The event that told that energy is offered. */
  readonly offered: IncomingCall;
}

/** Waits for a TransactionEvent. @param since a `mark` */
export const event = (
  { csms }: Pick<Context, 'csms'>,
  since: number,
  where: (payload: Payload) => boolean,
  timeoutMs?: number,
): Promise<IncomingCall | undefined> =>
  csms.awaitCall('TransactionEvent', { since, where, ...(timeoutMs !== undefined && { timeoutMs }) });

export const transactionOf = (payload: Payload | undefined): unknown => at(payload, 'transactionInfo.transactionId');
export const stateOf = (payload: Payload | undefined): unknown => at(payload, 'transactionInfo.chargingState');
export const isOffered = (payload: Payload): boolean => (OFFERED as readonly unknown[]).includes(stateOf(payload));
export const triggered =
  (...reasons: readonly string[]) =>
  ({ triggerReason }: Payload): boolean =>
    reasons.includes(String(triggerReason));
export const ended = ({ eventType }: Payload): boolean => eventType === 'Ended';
export const started = ({ eventType }: Payload): boolean => eventType === 'Started';

/** What an event has to tell; of a list, one. None stands for what may be left out. */
export interface Expected {
  readonly transactionId?: unknown;
  readonly type?: 'Started' | 'Updated' | 'Ended';
  readonly trigger?: readonly string[];
  readonly state?: readonly (string | undefined)[];
  readonly reason?: readonly (string | undefined)[];
  readonly offline?: boolean;
}

/** Judges an event; one that did not come fails. @param what it is, in words */
export function expectEvent(told: IncomingCall | undefined, what: string, expected: Expected): void {
  if (told === undefined) expect.fail(`no event tells ${what}`);
  const { payload } = told;
  const { transactionId, type, trigger, state, reason, offline } = expected;
  if (transactionId !== undefined) expect(transactionOf(payload), 'transactionId').to.equal(transactionId);
  if (type !== undefined) expect(payload['eventType'], 'eventType').to.equal(type);
  if (trigger !== undefined) expect(payload['triggerReason'], 'triggerReason').to.be.oneOf([...trigger]);
  if (state !== undefined) expect(stateOf(payload), 'chargingState').to.be.oneOf([...state]);
  if (reason !== undefined)
    expect(at(payload, 'transactionInfo.stoppedReason'), 'stoppedReason').to.be.oneOf([...reason]);
  if (offline !== undefined) expect(payload['offline'] ?? false, 'offline').to.equal(offline);
}

/** Answers an event as one that is accepted. */
export const accept = (call: IncomingCall): void =>
  call.respond(call.payload['idToken'] === undefined ? {} : { idTokenInfo: { status: 'Accepted' } });

/** True of an event of a transaction. */
export const isOf =
  (transactionId: unknown) =>
  (payload: Payload): boolean =>
    transactionOf(payload) === transactionId;

/** Judges that every token told since a `mark` is this one, of the type of which the CSMS was asked. */
export function expectToken({ csms }: Pick<Context, 'csms'>, since: number, { idToken }: Token, type?: string): void {
  const told = csms.calls(since, 'TransactionEvent').flatMap(({ payload }) => payload['idToken'] ?? []);
  const asked = csms.calls(since, 'Authorize').flatMap(({ payload }) => payload['idToken'] ?? []);
  // Tokens are case-insensitive.
  const words = new Set(told.map((token) => String(at(token, 'idToken')).toLowerCase()));
  expect([...words], 'tokens told').to.deep.equal([idToken.toLowerCase()]);
  const types = new Set([...told, ...asked].map((token) => at(token, 'type')));
  expect(types.size, `types of one token: ${[...types].join()}`).to.equal(1);
  if (type !== undefined) expect([...types], 'type of the token').to.deep.equal([type]);
}

/** The transactions that were told of and have not ended. */
function runningIn({ csms }: Pick<Context, 'csms'>): readonly unknown[] {
  const told = csms.calls(0, 'TransactionEvent').map(({ payload }) => payload);
  const over = new Set(told.filter(ended).map(transactionOf));
  return [...new Set(told.map(transactionOf))].filter((id) => !over.has(id));
}

/** Leaves nothing behind: what runs is stopped, the cable is out, and so is the vehicle where that matters. */
export function tidied(context: Pick<Context, 'csms' | 'hands' | 'after'>, evseId = EVSE): void {
  const { csms, hands, after } = context;
  after(() => (runningIn(context).length > 0 && hands.can('driveAway') ? hands.driveAway(evseId) : undefined));
  after(() => hands.plugOut(evseId));
  after(async () => {
    for (const transactionId of runningIn(context)) await csms.call('RequestStopTransaction', { transactionId });
  });
}

/** A transaction runs that was started at the station. @throws Unmet */
export async function charging(context: Context, token?: Token, evseId = EVSE): Promise<Charging> {
  const { csms, hands } = context;
  await ready(context);
  await quiet(context);
  const own = token ?? (await context.token('valid'));
  tidied(context, evseId);
  const since = csms.mark;
  await hands.plugIn(evseId);
  await hands.presentToken(own, evseId);
  const offered = await event(context, since, isOffered);
  if (offered === undefined) throw new Unmet('no energy is offered with a cable and an accepted token');
  const told = csms.calls(since, 'TransactionEvent').find(({ payload }) => started(payload));
  if (told !== undefined && transactionOf(told.payload) !== transactionOf(offered.payload))
    throw new Unmet('one transaction starts, and energy is offered in another');
  await quiet(context);
  return { token: own, transactionId: String(transactionOf(offered.payload)), since, offered };
}

/** @param path its name, and its instance behind a full stop where it has one */
function variableOf(path: string): Payload {
  const [name, instance] = path.split('.');
  return { name, ...(instance !== undefined && { instance }) };
}

/**
 * Sets a variable for the time of the case.
 * @param name with its instance behind a full stop, where it has one
 * @throws Unmet where the station does not let it be set
 */
export async function configured(
  { csms, after }: Pick<Context, 'csms' | 'after'>,
  component: string,
  name: string,
  value: string,
): Promise<void> {
  const item = { component: { name: component }, variable: variableOf(name) };
  const read = await csms.need('GetVariables', { getVariableData: [item] });
  const before = at(read.payload, 'getVariableResult[0].attributeValue');
  if (before === value) return;
  const set = (attributeValue: unknown) => ({ setVariableData: [{ ...item, attributeValue }] });
  if (typeof before === 'string') after(() => csms.call('SetVariables', set(before)));
  const written = await csms.need('SetVariables', set(value));
  const status = at(written.payload, 'setVariableResult[0].attributeStatus');
  if (status !== 'Accepted')
    throw new Unmet(`${component}.${name} was to be ${value}, and the station answered ${String(status)}`);
}

/** Sets a variable for the time of the case where the station lets it be set. @returns false where it does not */
export async function preferred(
  { csms, after }: Pick<Context, 'csms' | 'after'>,
  component: string,
  name: string,
  value: string,
): Promise<boolean> {
  try {
    await configured({ csms, after }, component, name, value);
    return true;
  } catch (cause) {
    if (cause instanceof Unmet) return false;
    throw cause;
  }
}

/** Readings of the meter come within a transaction, every so many seconds. @throws Unmet where the station does not let it be set */
export async function sampled(context: Pick<Context, 'csms' | 'after'>, seconds: number): Promise<void> {
  await configured(context, 'SampledDataCtrlr', 'TxUpdatedInterval', String(seconds));
  await measuredAt(context, 'TxUpdatedMeasurands');
}

/** Something is measured at a moment of the transaction. @throws Unmet where nothing is, and nothing can be set */
export async function measuredAt(
  context: Pick<Context, 'csms' | 'after'>,
  moment: 'TxStartedMeasurands' | 'TxUpdatedMeasurands',
): Promise<void> {
  const measurands = await valueOfVariable(context, { name: 'SampledDataCtrlr' }, moment);
  if (measurands === '') await configured(context, 'SampledDataCtrlr', moment, 'Energy.Active.Import.Register');
}

/** A station that loses its connection is to come back soon: no case waits longer than it has to. */
export async function hurried(context: Pick<Context, 'csms' | 'after'>): Promise<void> {
  await preferred(context, 'OCPPCommCtrlr', 'RetryBackOffWaitMinimum', '1');
  await preferred(context, 'OCPPCommCtrlr', 'RetryBackOffRandomRange', '0');
}

/** Value of a variable, named as in `configured`; undefined where the station does not tell it. */
export async function valueOfVariable(
  { csms }: Pick<Context, 'csms'>,
  component: Payload,
  name: string,
): Promise<string | undefined> {
  const reply = await csms.call('GetVariables', { getVariableData: [{ component, variable: variableOf(name) }] });
  const [result] = (reply.payload['getVariableResult'] ?? []) as readonly Payload[];
  return result?.['attributeStatus'] === 'Accepted' ? String(result['attributeValue']) : undefined;
}
