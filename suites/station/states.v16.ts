/** Start states of a 1.6 charger in a transaction, and what is read of its messages. */
import type { Context } from '../../src/judge/context.ts';
import { describe } from '../../src/judge/station-player.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import type { IncomingCall, Payload, Reply } from '../../src/session.ts';
import type { Token } from '../../src/sut/system-under-test.ts';
import { EVSE, quiet, ready } from './states.ts';

/** Gestures of a session, from the arrival to the departure. */
export const SESSION = ['plugIn', 'presentToken', 'plugOut'] as const;

export interface Charging {
  readonly token: Token;
  readonly start: IncomingCall;
  /** What the CSMS called it. */
  readonly transactionId: number;
}

/** Waits until the connector is told to be in one of these states. @param since a `mark` */
export const statusWord = ({ csms }: Pick<Context, 'csms'>, since: number, ...words: readonly string[]) =>
  csms.awaitCall('StatusNotification', { since, where: isTold(words) });

/** True of a StatusNotification that tells one of these states of the connector. */
export const isTold =
  (words: readonly string[]) =>
  ({ connectorId, status }: Payload): boolean =>
    connectorId === EVSE && words.includes(String(status));

/** Energy is offered, whether the vehicle takes it or not. */
export const OFFERED = ['Charging', 'SuspendedEV', 'SuspendedEVSE'] as const;

/** A transaction is over, whether its cable is still in or not. */
export const ENDED = ['Finishing', 'Available'] as const;

type Settable = Pick<Context, 'csms' | 'after' | 'orders' | 'dialect'>;

/** Sets a key, with a restart where the station says that it needs one. @throws Unmet where it does not come back from that */
export async function change(context: Settable, key: string, value: string): Promise<Reply> {
  const { csms, orders } = context;
  const reply = await csms.call('ChangeConfiguration', { key, value });
  if (reply.payload['status'] !== 'RebootRequired') return reply;
  const since = csms.mark;
  await csms.need('Reset', orders.reset('now'), ['Accepted']);
  if ((await csms.awaitCall('BootNotification', { since, timeoutMs: csms.patienceMs })) === undefined)
    throw new Unmet(`the station did not boot after a reset, which it needs for ${key}`);
  await quiet(context);
  return reply;
}

/** True where a key was set, whether that took a restart or not. */
export const isSet = ({ payload }: Reply): boolean =>
  payload['status'] === 'Accepted' || payload['status'] === 'RebootRequired';

/** Sets a key for the time of the case. @throws Unmet where the station does not let it be set */
export async function configured(context: Settable, key: string, value: string): Promise<void> {
  const before = await keyValue(context, key);
  if (before?.toLowerCase() === value.toLowerCase()) return;
  if (before !== undefined) context.after(() => change(context, key, before));
  const reply = await change(context, key, value);
  if (!isSet(reply)) throw new Unmet(`${key} was to be ${value}, and the station answered ${describe(reply)}`);
}

/** Value of a key; undefined where the station has none of that name. @throws Unmet where it does not answer */
export async function keyValue({ csms }: Pick<Context, 'csms'>, key: string): Promise<string | undefined> {
  const { payload } = await csms.need('GetConfiguration', { key: [key] });
  const entries = (payload['configurationKey'] ?? []) as readonly Payload[];
  const value = entries.find((entry) => String(entry['key']).toLowerCase() === key.toLowerCase())?.['value'];
  return typeof value === 'string' ? value : undefined;
}

/** Sets a key that not every station has; those that have it not, or let it be read only, keep what they have. */
export async function suggested(context: Settable, key: string, value: string): Promise<void> {
  if ((await keyValue(context, key)) === undefined) return;
  try {
    await configured(context, key, value);
  } catch (cause) {
    if (!(cause instanceof Unmet)) throw cause;
  }
}

/** Number of connectors. @throws Unmet where the station does not tell it */
export async function connectors(context: Pick<Context, 'csms'>): Promise<number> {
  const count = Number(await keyValue(context, 'NumberOfConnectors'));
  if (!(count >= 1)) throw new Unmet('the station does not tell its NumberOfConnectors');
  return count;
}

/** The station is registered, has said what it had to say, and tells each status at once. @throws Unmet */
export async function settled(context: Settable): Promise<void> {
  await ready(context);
  await suggested(context, 'MinimumStatusDuration', '0');
  await quiet(context);
}

/**
 * Answers StartTransaction with a number that the case knows, and what it says of the token. A start that is sent again keeps its number;
 * another one, which the case did not mean, has the next, and is stopped when the case is over.
 */
export function numbered(
  { csms, random, after }: Pick<Context, 'csms' | 'random' | 'after'>,
  status = 'Accepted',
  parentIdTag?: string,
): number {
  const first = 1 + Math.floor(random() * 2 ** 30);
  const idTagInfo = { status, ...(parentIdTag !== undefined && { parentIdTag }) };
  const numbers = new Map<string, number>();
  csms.answer('StartTransaction', (call) => {
    const start = JSON.stringify(call.payload);
    const transactionId = numbers.get(start) ?? first + numbers.size;
    if (numbers.size > 0 && !numbers.has(start)) after(() => csms.call('RemoteStopTransaction', { transactionId }));
    numbers.set(start, transactionId);
    call.respond({ transactionId, idTagInfo });
  });
  return first;
}

/** Leaves nothing behind: what runs is stopped, the cable is out. */
export function tidied(
  { csms, hands, after }: Pick<Context, 'csms' | 'hands' | 'after'>,
  transactionId?: number,
): void {
  after(() => hands.plugOut());
  if (transactionId !== undefined) after(() => csms.call('RemoteStopTransaction', { transactionId }));
}

/**
 * A transaction runs that was started at the station.
 * @param status what the CSMS says of the token in its answer to the start
 * @throws Unmet
 */
export async function charging(context: Context, token?: Token, status = 'Accepted'): Promise<Charging> {
  const { csms, hands } = context;
  await settled(context);
  const own = token ?? (await context.token('valid'));
  const transactionId = numbered(context, status, own.groupId);
  tidied(context, transactionId);
  const since = csms.mark;
  await hands.plugIn();
  await hands.presentToken(own);
  const start = await csms.awaitCall('StartTransaction', { since });
  if (start === undefined) throw new Unmet('no transaction started with a cable and an accepted token');
  if (status === 'Accepted' && (await statusWord(context, since, ...OFFERED)) === undefined)
    throw new Unmet('no energy is offered in a transaction that was started');
  return { token: own, start, transactionId };
}

/** The end of a transaction, from a `mark` on. */
export const stopped = ({ csms }: Pick<Context, 'csms'>, since: number, timeoutMs?: number) =>
  csms.awaitCall('StopTransaction', { since, ...(timeoutMs !== undefined && { timeoutMs }) });
