/** How a 2.x charger is judged for what it does with a token. */
import type { Context } from '../../src/judge/context.ts';
import { at } from '../../src/judge/path.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import type { Payload } from '../../src/session.ts';
import type { Token } from '../../src/sut/system-under-test.ts';
import { goes, isToken, members, queued, READER_MS, stops } from './states.auth.v2.ts';
import { countOf, quiet } from './states.ts';
import { ended, event, isOffered, stateOf, transactionOf, triggered } from './states.v2.ts';

/** Checks about a token that is accepted: a transaction is its own. */
export const startChecks = {
  told: {
    ref: 'E03.FR.01',
    level: 'SHALL',
    says: 'a transaction of the token is told: of this one, and of nobody else',
  },
  offered: { ref: 'C12.FR.04', level: 'SHALL', says: 'with a cable in, energy is offered' },
} as const;

/** Judges that a token that was presented charges. @param since a `mark` from before it was presented */
export async function judgeStart(
  context: Context<keyof typeof startChecks>,
  token: Token,
  since: number,
): Promise<string> {
  const { check, csms } = context;
  const offered = await event(context, since, isOffered);
  await quiet(context);
  const events = csms.calls(since, 'TransactionEvent').map(({ payload }) => payload);
  const first = events.find(({ idToken }) => idToken !== undefined);
  check('told', () => {
    for (const { idToken } of events)
      if (idToken !== undefined)
        expect(isToken(idToken, token), `${JSON.stringify(idToken)} is the token`).to.equal(true);
    expect(first, 'an event that names the token').to.not.equal(undefined);
    // Where a transaction ran before, its trigger is the authorization; where none did, whatever started it.
    expect(
      first?.['triggerReason'] === 'Authorized' || first?.['eventType'] === 'Started',
      'told when it came',
    ).to.equal(true);
    expect(new Set(events.map(transactionOf)).size, 'transactions').to.equal(1);
  });
  check('offered', () => {
    expect(stateOf(offered?.payload), 'chargingState').to.not.equal(undefined);
    expect(events.findIndex(isOffered), 'energy, behind the token').to.be.at.least(events.indexOf(first as Payload));
  });
  return String(transactionOf(first));
}

/** What the station asked us about, as id and type. */
export const askedAbout = ({ csms }: Pick<Context, 'csms'>, since: number): readonly unknown[] =>
  csms.calls(since, 'Authorize').map(({ payload }) => payload['idToken']);

/** Judges that we were asked about the token alone, once; or about nobody. */
export function expectAsked(asked: readonly unknown[], token: Token, times: 0 | 1 = 1): void {
  expect(asked.length, `times that the CSMS was asked: ${JSON.stringify(asked)}`).to.equal(times);
  for (const one of asked) expect(isToken(one, token), `${JSON.stringify(one)} is the token`).to.equal(true);
}

/** Tells of somebody who charges. */
export const charges = (payload: Payload): boolean =>
  isOffered(payload) || triggered('Authorized')(payload) || (payload['idToken'] !== undefined && !stops(payload));

/** Presents a token that is not to charge, and judges that it does not. @param times that the CSMS is to be asked */
export async function judgeRefused(context: Context<'asked' | 'idle'>, token: Token, times: 0 | 1 = 1): Promise<void> {
  const { check, csms, hands } = context;
  const since = csms.mark;
  await hands.presentToken(token);
  if (times > 0) await csms.awaitCall('Authorize', { since });
  const told = await countOf(context, 'TransactionEvent', since, charges);
  check('asked', () => expectAsked(askedAbout(context, since), token, times));
  check('idle', () => expect(told, 'events that tell of an authorization, or of energy').to.equal(0));
  await context.clock.sleep(READER_MS);
}

/** The control of a refusal: a token that is accepted charges at the same place. @throws Unmet where it does not */
export async function othersCharge(context: Context, token: Token): Promise<void> {
  const since = context.csms.mark;
  await context.hands.presentToken(token);
  if ((await event(context, since, isOffered)) === undefined)
    throw new Unmet('a token that is accepted charges nothing either: there is nothing to tell a refusal from');
}

export const stopChecks = {
  stopped: { ref: 'E07.FR.02', level: 'SHALL', says: 'the token stops it, and no other is told with that' },
  ended: {
    ref: 'E07.FR.05',
    level: 'SHALL',
    says: 'when the vehicle has gone, the transaction has ended, by a local act',
  },
} as const;

/** Presents a token that stops a transaction, and judges that it does. @param how stoppedReason, where it has to be told */
export async function judgeStop(
  context: Context<keyof typeof stopChecks>,
  token: Token,
  transactionId: string,
): Promise<void> {
  const { check, csms, hands } = context;
  const since = csms.mark;
  await hands.presentToken(token);
  const stop = await event(context, since, triggered('StopAuthorized'));
  check('stopped', () => {
    expect(stop, 'an event that tells of the stop').to.not.equal(undefined);
    expect(transactionOf(stop?.payload)).to.equal(transactionId);
    // That it is told is a SHOULD.
    const told = stop?.payload['idToken'];
    if (told !== undefined) expect(isToken(told, token), `${JSON.stringify(told)} is the token`).to.equal(true);
  });
  await goes(context);
  const end = await event(context, since, ended);
  check('ended', () => {
    expect(end, 'an event that tells of the end').to.not.equal(undefined);
    expect(transactionOf(end?.payload)).to.equal(transactionId);
    expect(at(end?.payload, 'transactionInfo.stoppedReason')).to.be.oneOf([undefined, 'Local']);
  });
}

/** Presents a token that may not stop a transaction, and judges that it does not; its own does. @throws Unmet */
export async function judgeUnmoved(context: Context<'asked' | 'unmoved'>, token: Token, own: Token): Promise<void> {
  const { check, clock, csms, hands } = context;
  const since = csms.mark;
  await hands.presentToken(token);
  await csms.awaitCall('Authorize', { since });
  const told = await countOf(context, 'TransactionEvent', since, stops);
  check('asked', () => expectAsked(askedAbout(context, since), token));
  check('unmoved', () => expect(told, 'events that stop it').to.equal(0));
  await clock.sleep(READER_MS);
  const before = csms.mark;
  await hands.presentToken(own);
  if ((await event(context, before, triggered('StopAuthorized'))) === undefined)
    throw new Unmet('the token that started the transaction does not stop it either');
}

export const masterChecks = {
  stopped: {
    ref: 'C16.FR.02',
    level: 'SHALL',
    says: 'the transaction is stopped by the token, and no other is told with that',
  },
  ended: { ref: 'C16.FR.07', level: 'SHALL', says: 'the transaction ends, and tells that a master pass was it' },
} as const;

/** Presents a master pass, and judges that it stops a transaction. @throws Unmet where the station may let the person choose */
export async function judgeMaster(
  context: Context<keyof typeof masterChecks>,
  master: Token,
  transactionId: string,
): Promise<void> {
  const { check, csms, hands, sut } = context;
  const since = csms.mark;
  await hands.presentToken(master);
  const stop = await event(context, since, (payload) => transactionOf(payload) === transactionId && stops(payload));
  await quiet(context);
  if (stop === undefined && !sut.features?.includes('C-08'))
    throw new Unmet('nothing stops: a station that lets the person choose on a display names C-08 under sut.without');
  check('stopped', () => {
    expect(stop?.payload['triggerReason'], 'an event that tells of the stop').to.equal('StopAuthorized');
    const told = stop?.payload['idToken'];
    if (told !== undefined) expect(isToken(told, master), `${JSON.stringify(told)} is the token`).to.equal(true);
  });
  await goes(context);
  const end = await event(context, since, ended);
  check('ended', () => {
    expect(transactionOf(end?.payload)).to.equal(transactionId);
    expect(at(end?.payload, 'transactionInfo.stoppedReason')).to.equal('MasterPass');
  });
}

export const withheldChecks = {
  deauthorized: {
    ref: 'E05.FR.10',
    level: 'SHALL',
    says: 'told that the token is not accepted, the station tells that the transaction is deauthorized, now',
  },
  withheld: { ref: 'E05.FR.09', level: 'SHALL', says: 'from then on no energy is offered' },
} as const;

/** Points at which a transaction stops that ends it when it is deauthorized (E05.FR.10). */
const ENDS = ['Authorized', 'PowerPathClosed', 'EnergyTransfer'];

/** Judges what comes of an answer that does not accept the token of a transaction. @param since a `mark` from before it */
export async function judgeWithheld(context: Context<keyof typeof withheldChecks>, since: number): Promise<void> {
  const { check, csms } = context;
  const points = await members(context, 'TxCtrlr', 'TxStopPoint');
  const told = await queued(context, since, triggered('Deauthorized'));
  await quiet(context);
  const own = await queued(context, since, ({ idToken }) => idToken !== undefined);
  check('deauthorized', () => {
    expect(told, 'an event that tells so').to.not.equal(undefined);
    expect(transactionOf(told?.payload)).to.equal(transactionOf(own?.payload));
    expect(told?.payload['offline'] ?? false, 'offline').to.equal(false);
    const ends = points.some((point) => ENDS.includes(point));
    expect(told?.payload['eventType']).to.equal(ends ? 'Ended' : 'Updated');
    if (ends) expect(at(told?.payload, 'transactionInfo.stoppedReason')).to.equal('DeAuthorized');
  });
  check('withheld', () => {
    const after = csms.calls(since, 'TransactionEvent').filter(({ n }) => n >= (told?.n ?? 0));
    const states = after.map(({ payload }) => stateOf(payload)).filter((state) => state !== undefined);
    expect(states, 'charging states').to.not.include.members(['Charging']);
    expect(after.some(({ payload }) => ended(payload)) || states.length > 0, 'told to be over').to.equal(true);
  });
}
