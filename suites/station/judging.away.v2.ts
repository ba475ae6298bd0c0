/** How a 2.x charger is judged for what it lets charge while its CSMS is away, and for what it does when that is back. */
import type { Context } from '../../src/judge/context.ts';
import { alter, type Fault } from '../../src/judge/fault.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import type { Token } from '../../src/sut/system-under-test.ts';
import { deauthorizes, info, namesNobody, offersOnce, tellsOf } from './faults.auth.v2.ts';
import { cached, cacheOn, isToken, members, pluggedIn, queued, stops, whileAway } from './states.auth.v2.ts';
import { countOf } from './states.ts';
import { configured, event, isOffered, stateOf, transactionOf } from './states.v2.ts';

/** Readers, locks and contactors take this long. */
export const ACT_MS = 5_000;
/** More than any case lets flow, in Wh. */
export const PLENTY = '10000';

export const awayChecks = {
  told: {
    ref: 'C15.FR.02',
    level: 'SHALL',
    says: 'when the connection is back, the authorization is told, with the token, as having been offline',
  },
  offered: { ref: 'E04.FR.03', level: 'SHALL', says: 'that energy was offered is told, as having been offline' },
} as const;

export const ofThen: Fault = alter('TransactionEvent', { offline: null });

/** What was queued tells that the token charged. @param since a `mark` from before the connection was lost @returns the transaction */
export async function judgeAway(
  context: Context<keyof typeof awayChecks>,
  token: Token,
  since: number,
): Promise<string> {
  const { check } = context;
  const told = await queued(context, since, ({ idToken }) => idToken !== undefined);
  const offered = await queued(context, since, isOffered);
  check('told', () => {
    expect(told, 'an event that names a token').to.not.equal(undefined);
    const { idToken, offline, triggerReason, eventType } = told?.payload ?? {};
    expect(isToken(idToken, token), `${JSON.stringify(idToken)} is the token`).to.equal(true);
    expect(offline, 'offline').to.equal(true);
    expect(triggerReason === 'Authorized' || eventType === 'Started', 'told when it came').to.equal(true);
  });
  check('offered', () => {
    expect(offered, 'an event that tells so').to.not.equal(undefined);
    expect(transactionOf(offered?.payload)).to.equal(transactionOf(told?.payload));
    expect(offered?.payload['offline'], 'offline').to.equal(true);
  });
  return String(transactionOf(told?.payload));
}

export const suspendedChecks = {
  suspended: {
    ref: 'E05.FR.02',
    level: 'SHALL',
    says: 'told that the token is not accepted, the station tells that no energy is offered any more',
  },
  goesOn: { ref: 'E05.FR.02', level: 'SHALL', says: 'the transaction goes on' },
} as const;

export const suspendedFaults = {
  suspended: [
    info({ chargingState: 'Charging' }, 'SuspendedEVSE'),
    alter('TransactionEvent', { triggerReason: 'Deauthorized' }, tellsOf('SuspendedEVSE')),
  ],
  goesOn: [deauthorizes, alter('TransactionEvent', { eventType: 'Ended' }, tellsOf('SuspendedEVSE'))],
} as const;

/** Judges that energy is withheld and nothing else happens. */
export async function judgeSuspended(
  context: Context<keyof typeof suspendedChecks>,
  transactionId: string,
  since: number,
): Promise<void> {
  const { check } = context;
  const held = await event(context, since, (payload) => stateOf(payload) === 'SuspendedEVSE');
  const over = await countOf(context, 'TransactionEvent', since, stops);
  check('suspended', () => {
    expect(held, 'an event that tells so').to.not.equal(undefined);
    expect(transactionOf(held?.payload)).to.equal(transactionId);
    expect(held?.payload['triggerReason']).to.equal('ChargingStateChanged');
    expect(held?.payload['offline'] ?? false, 'offline').to.equal(false);
  });
  check('goesOn', () => expect(over, 'events that end it').to.equal(0));
}

/** The station can tell whether what flows has stopped. @throws Unmet where a pause ends its transactions */
export async function pauses(context: Context): Promise<void> {
  if ((await members(context, 'TxCtrlr', 'TxStopPoint')).includes('EnergyTransfer'))
    throw new Unmet('a pause ends a transaction of this station: see TxCtrlr.TxStopPoint');
}

/** A cable is in, the connection is lost, and the token is presented; by the time it is back the CSMS refuses it. */
export async function startedAway(context: Context, token: Token): Promise<number> {
  const { clock, hands, standing } = context;
  await pluggedIn(context);
  return whileAway(context, async () => {
    standing(token, { status: 'Invalid' });
    await hands.presentToken(token);
    await clock.sleep(ACT_MS);
  });
}

/** A token of the cache charges offline. @throws Unmet */
export async function cachedAway(
  context: Context<keyof typeof awayChecks>,
): Promise<{ since: number; id: string; token: Token }> {
  await cacheOn(context);
  await configured(context, 'AuthCtrlr', 'LocalAuthorizeOffline', 'true');
  const token = await context.token('valid');
  await cached(context, [{ token, status: 'Accepted' }]);
  const since = await startedAway(context, token);
  return { since, id: await judgeAway(context, token, since), token };
}

export const awayFaults = { told: [...namesNobody, ofThen], offered: [offersOnce, ofThen] };
