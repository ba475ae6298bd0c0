/** Start states of a 2.x charger in a transaction, and what is read of its events. */
import type { Context } from '../../src/judge/context.ts';
import { at } from '../../src/judge/path.ts';
import { Unmet } from '../../src/judge/unmet.ts';
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

/** Leaves nothing behind: what runs is stopped, the cable is out. */
export function tidied({ csms, hands, after }: Pick<Context, 'csms' | 'hands' | 'after'>, evseId = EVSE): void {
  after(() => hands.plugOut(evseId));
  after(() => {
    const last = csms.calls(0, 'TransactionEvent').at(-1);
    if (last === undefined || ended(last.payload)) return undefined;
    return csms.call('RequestStopTransaction', { transactionId: transactionOf(last.payload) });
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
  await quiet(context);
  return { token: own, transactionId: String(transactionOf(offered.payload)), offered };
}

/** Sets a variable for the time of the case. @throws Unmet where the station does not let it be set */
export async function configured(
  { csms, after }: Pick<Context, 'csms' | 'after'>,
  component: string,
  name: string,
  value: string,
): Promise<void> {
  const item = { component: { name: component }, variable: { name } };
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

/** A station that loses its connection is to come back soon: no case waits longer than it has to. */
export async function hurried(context: Pick<Context, 'csms' | 'after'>): Promise<void> {
  await preferred(context, 'OCPPCommCtrlr', 'RetryBackOffWaitMinimum', '1');
  await preferred(context, 'OCPPCommCtrlr', 'RetryBackOffRandomRange', '0');
}

/** Value of a variable; undefined where the station does not tell it. */
export async function valueOfVariable(
  { csms }: Pick<Context, 'csms'>,
  component: Payload,
  name: string,
): Promise<string | undefined> {
  const reply = await csms.call('GetVariables', { getVariableData: [{ component, variable: { name } }] });
  const [result] = (reply.payload['getVariableResult'] ?? []) as readonly Payload[];
  return result?.['attributeStatus'] === 'Accepted' ? String(result['attributeValue']) : undefined;
}
