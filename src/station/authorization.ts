/** May this token charge: the local list, the cache, the CSMS, and what counts while it can't be reached. */
import { extrasOf } from './extras.ts';
import { send } from './outbox.ts';
import type { Authorization } from './protocol.ts';
import type { IdToken, KnownToken } from './state.ts';
import type { Station } from './station.ts';
import type { Payload } from './types.ts';
import { flag, text, whole } from './values.ts';

const NO_TOKEN = 'NoAuthorization';

/** Tokens are case-insensitive in both versions. */
export const sameToken = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

/** Most tokens in the cache. */
const CACHE_SIZE = 200;

/**
 * Decides on a token, now or when the CSMS has answered.
 * @param then told of the decision, once
 */
export function authorize(station: Station, token: IdToken, then: (answer: Authorization) => void): void {
  const { keys, uncached } = station.protocol;
  const known = lookUp(station, token.idToken);
  if (token.type === NO_TOKEN || text(station, 'AuthCtrlr.Enabled') === 'false') {
    then({ status: 'Accepted', group: undefined, expiresAt: undefined });
    return;
  }
  if (!reachable(station)) {
    then(offline(station, token));
    return;
  }
  if (known !== undefined && flag(station, keys.localPreAuthorize) && decides(station, known)) {
    then(known);
    return;
  }
  if (flag(station, 'AuthCtrlr.DisableRemoteAuthorization')) {
    then(known ?? NOBODY);
    return;
  }
  send(station, 'Authorize', station.protocol.authorize(token), {
    done: ({ outcome, payload }) => {
      const answer = station.protocol.authorization(payload);
      if (answer !== undefined && !uncached.has(token.type)) remember(station, token.idToken, answer);
      if (outcome === 'closed' && !station.ended) then(offline(station, token));
      else then(answer ?? NOBODY);
    },
  });
}

/** One whom nobody knows. */
const NOBODY: Authorization = { status: 'Invalid', group: undefined, expiresAt: undefined };

/**
 * True where what is known goes without asking. A token that is known as not accepted is asked for all the same: it may be
 * fine by now (2.x C10.FR.03, C14.FR.03); unless it is configured that nobody asks (C-59, LA-3).
 */
function decides(station: Station, { status, from }: Known): boolean {
  return status === 'Accepted' || flag(station, `${from}.DisablePostAuthorize`);
}

/** True where the CSMS can be asked. */
export const reachable = (station: Station): boolean => station.online && station.registration === 'Accepted';

/** What counts while the CSMS can't be asked. */
export function offline(station: Station, { idToken }: IdToken): Authorization {
  const { keys } = station.protocol;
  const known = lookUp(station, idToken);
  if (known !== undefined) {
    return flag(station, keys.localAuthorizeOffline) ? known : { ...known, status: 'Invalid' };
  }
  // A token that nobody knows may charge, where that is configured, until the CSMS says no.
  const status = flag(station, keys.offlineUnknown) ? 'Accepted' : 'Invalid';
  return { status, group: undefined, expiresAt: undefined };
}

/** What the station knows, and the component of 2.x that holds it. */
export interface Known extends KnownToken {
  readonly from: 'LocalAuthListCtrlr' | 'AuthCacheCtrlr';
}

/** What the station knows by itself; the local list goes before the cache (2.x C13.FR.01; 1.6 section 3.5.3). */
export function lookUp(station: Station, idToken: string): Known | undefined {
  const { keys } = station.protocol;
  const key = idToken.toLowerCase();
  const listed = flag(station, keys.listEnabled) ? station.extras?.localList?.get(key) : undefined;
  const cached = flag(station, keys.cacheEnabled) ? station.extras?.cache?.get(key) : undefined;
  const known = listed ?? cached;
  if (known === undefined) return undefined;
  const over = known.status === 'Accepted' && known.expiresAt !== undefined && known.expiresAt <= station.clock.now();
  return {
    ...known,
    ...(over && { status: 'Expired' }),
    from: known === listed ? 'LocalAuthListCtrlr' : 'AuthCacheCtrlr',
  };
}

/** Puts what the CSMS said of a token into the cache (1.6 section 3.5.2; 2.x C10.FR.01, C10.FR.04). */
export function remember(station: Station, idToken: string, answer: Authorization): void {
  if (!flag(station, station.protocol.keys.cacheEnabled)) return;
  const extras = extrasOf(station);
  extras.cache ??= new Map();
  const { cache } = extras;
  const key = idToken.toLowerCase();
  const lifeMs = whole(station, 'AuthCacheCtrlr.LifeTime') * 1000;
  const dies = lifeMs > 0 ? station.clock.now() + lifeMs : undefined;
  cache.delete(key);
  cache.set(key, { ...answer, expiresAt: answer.expiresAt ?? dies });
  if (cache.size > CACHE_SIZE) {
    // Those that are of no use go first (2.x C10.FR.07).
    const useless = [...cache].find(([, { status }]) => status !== 'Accepted')?.[0];
    cache.delete(useless ?? cache.keys().next().value ?? '');
  }
}

/** What an entry of a local list says, in either version. */
export const knownFrom = (station: Station, info: Payload): KnownToken | undefined =>
  station.protocol.authorization(info);

/** True where the token may charge at the EVSE. */
export const mayChargeAt = ({ evses }: Authorization, evseId: number): boolean => evses?.includes(evseId) ?? true;
