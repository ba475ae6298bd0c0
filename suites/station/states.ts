/** Start states of a charger under test that several cases share, in words of neither version. */

import type { ConnectorStatus } from '../../src/dialects/station-words.ts';
import type { Context } from '../../src/judge/context.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import type { IncomingCall, Payload, Reply } from '../../src/session.ts';
import type { FileKind } from '../../src/sut/system-under-test.ts';
import { hearing, tells } from './hearing.ts';

type Station = Pick<Context, 'csms' | 'dialect' | 'orders' | 'after' | 'clock' | 'sut'>;

/** EVSE and connector on which everything happens: every charger has these. */
export const EVSE = 1;
export const CONNECTOR = 1;
/** One that larger chargers have. */
export const OTHER_EVSE = 2;
/** One that no charger has. */
export const NO_EVSE = 977;

/** Milliseconds to wait for what comes after a time that was configured: a timer may be late, and a message slow. */
export const inTime = ({ sut }: Pick<Context, 'sut'>, seconds: number): number => seconds * 1000 + sut.timeoutMs;

/** The station is connected and registered. @throws Unmet, Unreachable */
export const ready = ({ csms }: Pick<Context, 'csms'>): Promise<void> => csms.ready();

/** Waits until the station tells that an EVSE has the status; undefined where it does not. @param since a `mark` */
export function statusTold(
  { csms, dialect }: Pick<Context, 'csms' | 'dialect'>,
  status: ConnectorStatus,
  since: number,
  options: { evseId?: number; timeoutMs?: number } = {},
): Promise<IncomingCall | undefined> {
  const { evseId = EVSE, timeoutMs } = options;
  return csms.awaitCall(hearing[dialect.version].statusActions, {
    since,
    where: tells(dialect.version, evseId, status),
    ...(timeoutMs !== undefined && { timeoutMs }),
  });
}

/** Waits until the station tells the status of an EVSE, whatever it is. @param since a `mark` */
export function anyStatusTold(
  { csms, dialect }: Pick<Context, 'csms' | 'dialect'>,
  since: number,
  evseId = EVSE,
): Promise<IncomingCall | undefined> {
  const { statusActions, news } = hearing[dialect.version];
  return csms.awaitCall(statusActions, {
    since,
    where: (payload, action) => news(payload, action).some((one) => one.evseId === evseId),
  });
}

/** Statuses that the station told of since a `mark`: the last one of the first connector of each EVSE. */
export function statusesSince(
  { csms, dialect }: Pick<Context, 'csms' | 'dialect'>,
  since: number,
): ReadonlyMap<number, string> {
  const { news, statusActions } = hearing[dialect.version];
  const told = statusActions
    .flatMap((action) => csms.calls(since, action))
    .sort((one, other) => one.n - other.n)
    .flatMap(({ payload, action }) => news(payload, action))
    .filter(({ connectorId }) => connectorId === CONNECTOR);
  return new Map(told.map(({ evseId, status }) => [evseId, status]));
}

/** True where the station says that it has a second EVSE. */
export async function hasOther({ csms, dialect }: Pick<Context, 'csms' | 'dialect'>): Promise<boolean> {
  const { action, payload, there } = hearing[dialect.version].second;
  return there((await csms.call(action, payload)).payload);
}

/** True where there is a second EVSE that is Available, as far as the station tells for the asking. */
export async function otherIsFree(context: Pick<Context, 'csms' | 'dialect' | 'orders'>): Promise<boolean> {
  const { csms, orders } = context;
  if (!(await hasOther(context))) return false;
  const since = csms.mark;
  const reply = await csms.call('TriggerMessage', orders.trigger('StatusNotification', OTHER_EVSE, CONNECTOR));
  if (reply.payload['status'] !== 'Accepted') return false;
  await anyStatusTold(context, since, OTHER_EVSE);
  return statusesSince(context, since).get(OTHER_EVSE) === 'Available';
}

/** What came of a reset: its answer, and the boot that followed, if any. */
export interface Restarted {
  readonly reply: Reply;
  readonly boot: IncomingCall | undefined;
  /** The `mark` of the boot: what came later came after it. */
  readonly since: number;
}

/** Orders a reset and waits for the boot behind it; a reboot takes its time. One that restarts and never answers has restarted. */
export async function reset({ csms, orders }: Station, when: 'now' | 'idle'): Promise<Restarted> {
  const before = csms.mark;
  const reply = await csms.call('Reset', orders.reset(when));
  const refused = reply.kind === 'callerror' || reply.payload['status'] === 'Rejected';
  const boot = refused
    ? undefined
    : await csms.awaitCall('BootNotification', { since: before, timeoutMs: csms.patienceMs });
  return { reply, boot, since: boot === undefined ? csms.mark : csms.calls(0).indexOf(boot) + 1 };
}

/** A start from afar that should have been refused, and was not, is forgotten in a restart: it would spoil what comes next. */
export function undone(context: Station, { kind, payload }: Reply): void {
  if (kind === 'callresult' && payload['status'] === 'Accepted') context.after(() => reset(context, 'now'));
}

/** Takes an EVSE, or the whole station, out of service; it is in service again when the case is over. @throws Unmet */
export async function unavailable(context: Station, evseId?: number): Promise<void> {
  const { csms, orders, after } = context;
  const since = csms.mark;
  after(() => csms.call('ChangeAvailability', orders.changeAvailability(true, evseId)));
  await csms.need('ChangeAvailability', orders.changeAvailability(false, evseId), ['Accepted']);
  if ((await statusTold(context, 'Unavailable', since)) === undefined)
    throw new Unmet(`EVSE ${EVSE} was to be Unavailable, and the station did not tell so`);
}

/** URL of a file, or of a place for files. @throws Unmet where nobody has named one */
export function fileOf({ sut }: Pick<Context, 'sut'>, kind: FileKind): string {
  const url = sut.files?.[kind];
  if (url === undefined) throw new Unmet(`nobody says where it is: name it as sut.files.${kind}`);
  return url;
}

/** Rounds after which a station counts as one that is never quiet. */
const ROUNDS = 50;

/**
 * Harmless CALLs until one is answered with no CALL of the station before its answer: what it had to say is said.
 * @throws Unmet where one is not answered
 */
export async function quiet({ csms, dialect }: Pick<Context, 'csms' | 'dialect'>): Promise<void> {
  const { action, payload } = hearing[dialect.version].read;
  for (let round = 0; round < ROUNDS; round++) {
    const before = csms.mark;
    await csms.need(action, payload);
    if (csms.mark === before) return;
  }
}

/** What people do at a charger takes it a moment to act upon: readers, locks and contactors are slow. */
const ACT_MS = 3_000;

/** How many CALLs of an action came since a `mark`, once the station has had the time to send one. */
export async function countOf(
  context: Pick<Context, 'csms' | 'dialect'>,
  action: string,
  since: number,
  where: (payload: Payload) => boolean = () => true,
): Promise<number> {
  const { csms } = context;
  await csms.awaitCall(action, { since, where, timeoutMs: ACT_MS });
  await quiet(context);
  return csms.calls(since, action).filter(({ payload }) => where(payload)).length;
}
