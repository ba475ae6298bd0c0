/** Tokens that a 1.6 charger knows without asking: from a session, or from its list. */
import type { Context } from '../../src/judge/context.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import type { Token } from '../../src/sut/system-under-test.ts';
import { listed as listedOf } from './lists.ts';
import { type Charging, charging, configured, keyValue, statusWord, stopped, suggested } from './states.v16.ts';

/** The charger has a cache, and it is on. @throws Unmet */
export async function cacheOn(context: Context): Promise<void> {
  await suggested(context, 'AuthorizationCacheEnabled', 'true');
  if (!/^true$/i.test((await keyValue(context, 'AuthorizationCacheEnabled')) ?? ''))
    throw new Unmet('the station has no authorization cache that is on: name AuthorizationCache under sut.without');
}

/** A whole session with the token: the CSMS accepts it, and the vehicle is gone in the end. @throws Unmet */
export async function charged(context: Context, token: Token): Promise<Charging> {
  const { csms, hands } = context;
  const session = await charging(context, token);
  const since = csms.mark;
  await hands.presentToken(token);
  if ((await stopped(context, since)) === undefined)
    throw new Unmet('the token that started a transaction did not end it');
  await hands.plugOut();
  if ((await statusWord(context, since, 'Available')) === undefined)
    throw new Unmet('the connector did not come free after a session');
  return session;
}

/** The list holds the token alone, as accepted. @throws Unmet where the station takes no list */
export async function listed(context: Context, token: Token): Promise<void> {
  await configured(context, 'LocalAuthListEnabled', 'true');
  await listedOf(context, [{ token, status: 'Accepted' }]);
}

/**
 * The station can authorize the token while it is offline, in whichever way it has: its list, its cache, or anybody.
 * @throws Unmet where it has none
 */
export async function knownOffline(context: Context, token: Token): Promise<void> {
  await configured(context, 'LocalAuthorizeOffline', 'true');
  const profiles = (await keyValue(context, 'SupportedFeatureProfiles')) ?? '';
  if (profiles.includes('LocalAuthListManagement')) {
    await listed(context, token);
    return;
  }
  await suggested(context, 'AuthorizationCacheEnabled', 'true');
  if (/^true$/i.test((await keyValue(context, 'AuthorizationCacheEnabled')) ?? '')) {
    await charged(context, token);
    return;
  }
  await suggested(context, 'AllowOfflineTxForUnknownId', 'true');
  if (!/^true$/i.test((await keyValue(context, 'AllowOfflineTxForUnknownId')) ?? ''))
    throw new Unmet(
      'the station authorizes nobody while it is offline: it has no list, no cache, and takes no strangers',
    );
}
