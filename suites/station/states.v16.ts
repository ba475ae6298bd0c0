/** Start states of a 1.6 charger in a transaction, and what is read of its messages. */
import type { Context } from '../../src/judge/context.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import type { IncomingCall, Payload } from '../../src/session.ts';
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

/** Sets a key for the time of the case. @throws Unmet where the station does not let it be set */
export async function configured({ csms, after }: Pick<Context, 'csms' | 'after'>, key: string, value: string) {
  const { payload } = await csms.need('GetConfiguration', { key: [key] });
  const [entry] = (payload['configurationKey'] ?? []) as readonly Payload[];
  const before = entry?.['value'];
  if (before === value) return;
  if (typeof before === 'string') after(() => csms.call('ChangeConfiguration', { key, value: before }));
  await csms.need('ChangeConfiguration', { key, value }, ['Accepted']);
}

/** Answers StartTransaction by the manners, with a number that the case knows. */
function numbered({ csms, random }: Pick<Context, 'csms' | 'random'>, status: string): number {
  const transactionId = 1 + Math.floor(random() * 2 ** 30);
  csms.answer('StartTransaction', (call) => call.respond({ transactionId, idTagInfo: { status } }));
  return transactionId;
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
  await ready(context);
  await quiet(context);
  const own = token ?? (await context.token('valid'));
  const transactionId = numbered(context, status);
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
