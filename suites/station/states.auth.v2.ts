/** What a 2.x charger is told to know of tokens, and what is read of how it treats one. */
import type { Context } from '../../src/judge/context.ts';
import { at } from '../../src/judge/path.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { randomWord } from '../../src/random.ts';
import type { IncomingCall, Payload } from '../../src/session.ts';
import type { Token } from '../../src/sut/system-under-test.ts';
import { leave, pointsOf } from './points.v2.ts';
import { quiet, ready, statusTold } from './states.ts';
import { configured, ended, event, isOffered, preferred, tidied, triggered } from './states.v2.ts';

/** Type of a token where the configuration names none; a card that exists may be of any. */
const UNSAID = 'ISO14443';

/** True where an idToken of a message is that token. Ids are case-insensitive (IdTokenType). */
export function isToken(told: unknown, { idToken, type, assumed }: Token): boolean {
  const id = at(told, 'idToken');
  if (typeof id !== 'string' || id.toLowerCase() !== idToken.toLowerCase()) return false;
  return at(told, 'type') === type || (!assumed && type === UNSAID);
}

/** True where an event names the token. */
export const names =
  (token: Token) =>
  ({ idToken }: Payload): boolean =>
    isToken(idToken, token);

/** Members of a list that a variable holds; none where the station does not tell it. */
export async function members({ csms }: Context, component: string, name: string): Promise<readonly string[]> {
  const item = { component: { name: component }, variable: { name } };
  const { payload } = await csms.need('GetVariables', { getVariableData: [item] });
  const value = at(payload, 'getVariableResult[0].attributeValue');
  return typeof value === 'string' ? value.split(',').map((one) => one.trim()) : [];
}

/** What the station remembers of tokens is forgotten, where it has a cache: a card of the configuration was here before. */
export async function forgotten(context: Context): Promise<void> {
  await ready(context);
  await context.csms.call('ClearCache', {});
}

/** Registered, quiet, without memories, and left as it was found. @throws Unmet */
export async function idle(context: Context): Promise<void> {
  await forgotten(context);
  await quiet(context);
  tidied(context);
}

/** A cable is in, and nobody has presented a token. @throws Unmet */
export async function pluggedIn(context: Context): Promise<void> {
  const since = context.csms.mark;
  await context.hands.plugIn();
  if ((await statusTold(context, 'Occupied', since)) === undefined)
    throw new Unmet('the station did not tell that the connector is Occupied with a cable in');
  await quiet(context);
}

/** The vehicle goes, as far away as it takes to end a transaction. @throws Unmet */
export const goes = async (context: Context, evseId?: number): Promise<void> =>
  leave(context, await pointsOf(context, 'TxStopPoint'), evseId);

/** The vehicle goes, and the place is free again. @throws Unmet */
export async function departed(context: Context): Promise<void> {
  const since = context.csms.mark;
  await goes(context);
  if ((await statusTold(context, 'Available', since)) === undefined)
    throw new Unmet('the station did not tell that the connector is Available when the cable was out');
  await quiet(context);
}

/** Tells that a transaction is stopped, whatever it says of why. */
export const stops = (payload: Payload): boolean =>
  ended(payload) || triggered('StopAuthorized', 'RemoteStop', 'Deauthorized')(payload);

/** A reader shows what it thinks of a token for a while, and takes no other one meanwhile. */
export const READER_MS = 5_000;

/** The token charges, from the arrival to the departure. @throws Unmet */
export async function session(context: Context, token: Token): Promise<void> {
  const { clock, csms, hands } = context;
  await pluggedIn(context);
  const since = csms.mark;
  await hands.presentToken(token);
  if ((await event(context, since, isOffered)) === undefined)
    throw new Unmet('no energy is offered with a cable and an accepted token');
  await quiet(context);
  await clock.sleep(READER_MS);
  const before = csms.mark;
  await hands.presentToken(token);
  if ((await event(context, before, stops)) === undefined)
    throw new Unmet('a transaction is not stopped by the token that started it');
  await departed(context);
}

/** A token that is worth something, and what. */
export interface Worth {
  readonly token: Token;
  /** AuthorizationStatusEnumType. */
  readonly status: string;
  /** RFC 3339. */
  readonly cacheExpiry?: string;
}

/** The cache is used, and may decide by itself. @throws Unmet */
export async function cacheOn(context: Context): Promise<void> {
  await preferred(context, 'AuthCacheCtrlr', 'Enabled', 'true');
  await preferred(context, 'AuthCacheCtrlr', 'DisablePostAuthorize', 'false');
  await configured(context, 'AuthCtrlr', 'LocalPreAuthorize', 'true');
}

/** The local list is used, and may decide by itself. @throws Unmet */
export async function listOn(context: Context): Promise<void> {
  await preferred(context, 'LocalAuthListCtrlr', 'Enabled', 'true');
  await preferred(context, 'LocalAuthListCtrlr', 'DisablePostAuthorize', 'false');
  await configured(context, 'AuthCtrlr', 'LocalPreAuthorize', 'true');
}

/** The cache holds what we say of the tokens: the station has heard it of us. @throws Unmet */
export async function cached(context: Context, worths: readonly Worth[]): Promise<void> {
  const { csms, hands, standing } = context;
  for (const { token, ...worth } of worths) {
    const { status } = worth;
    standing(token, { ...worth, ...(token.groupId !== undefined && { groupId: token.groupId }) });
    if (status === 'Accepted') {
      await session(context, token);
      continue;
    }
    await pluggedIn(context);
    const since = csms.mark;
    await hands.presentToken(token);
    if ((await csms.awaitCall('Authorize', { since })) === undefined)
      throw new Unmet('the station did not ask about a token that it can not know');
    await departed(context);
  }
}

/** A token of the master pass group of the station. @throws Unmet where it has none */
export async function masterPass(context: Context): Promise<Token> {
  const token = await context.token('masterPass');
  const groupId = token.groupId ?? `MASTER${randomWord(context.random, 8)}`;
  await configured(context, 'AuthCtrlr', 'MasterPassGroupId', groupId);
  context.standing(token, { status: 'Accepted', groupId });
  return token;
}

/** Does something while the CSMS can not be reached, and lets the station in again. @returns a `mark` from before @throws Unmet */
export async function whileAway(context: Context, during: () => Promise<void>): Promise<number> {
  const { csms } = context;
  const since = csms.mark;
  await csms.goAway();
  await during();
  csms.comeBack();
  if (!(csms.connected || (await csms.reconnection()))) throw new Unmet('the station did not connect again');
  await csms.ready();
  return since;
}

/** An event that was queued comes when the station has found the time to send it. */
export const queued = (
  context: Context,
  since: number,
  where: (payload: Payload) => boolean,
): Promise<IncomingCall | undefined> => event(context, since, where, context.csms.patienceMs);
