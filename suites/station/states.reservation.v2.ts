/** Reservations on a 2.x charger: asked for, used, and taken back. */
import type { Context } from '../../src/judge/context.ts';
import { alter, insteadOf } from '../../src/judge/fault.ts';
import { at } from '../../src/judge/path.ts';
import { describe } from '../../src/judge/station-player.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import type { Reply } from '../../src/session.ts';
import type { Token } from '../../src/sut/system-under-test.ts';
import { info, namesNobody, tellsOf } from './faults.auth.v2.ts';
import { judgeStart, startChecks } from './judging.auth.v2.ts';
import { ask, switchedOn } from './optional.ts';
import { forgotten, idle } from './states.auth.v2.ts';
import { CONNECTOR, EVSE, quiet, statusTold } from './states.ts';

/** Reservations of whichever EVSE is free. */
export const ANYWHERE = 'R-2';
/** Reservations of a kind of connector. */
export const BY_TYPE = 'R-1';

/** Long enough for every case; the case takes it back. */
const HOUR_S = 3_600;
/** Short enough to wait for. */
export const SOON_S = 12;
/** More EVSEs than a station has. */
export const MOST = 64;

/** What is asked for; an EVSE, a kind of connector, or neither. */
interface Wish {
  readonly id: number;
  readonly token: Token;
  readonly groupId?: string;
  readonly evseId?: number;
  readonly connectorType?: string;
  readonly seconds?: number;
}

export const newId = ({ random }: Context) => 1 + Math.floor(random() * 1_000_000);

const cancel = ({ csms }: Context, reservationId: number): Promise<Reply> =>
  csms.call('CancelReservation', { reservationId });

/** Asks for a reservation, which is cancelled when the case is over. */
export async function reserve(
  context: Context,
  { id, token, groupId, seconds = HOUR_S, ...where }: Wish,
): Promise<Reply> {
  const { after, clock } = context;
  const reply = await ask(context, 'R-0', 'ReserveNow', {
    id,
    expiryDateTime: new Date(clock.now() + seconds * 1000).toISOString(),
    idToken: { idToken: token.idToken, type: token.type },
    ...(groupId !== undefined && { groupIdToken: { idToken: groupId, type: 'Central' } }),
    ...where,
  });
  after(() => cancel(context, id));
  return reply;
}

/** There is a reservation. @throws Unmet where the station accepts none */
export async function reserved(context: Context, wish: Omit<Wish, 'id'>): Promise<number> {
  const id = newId(context);
  const since = context.csms.mark;
  const reply = await reserve(context, { id, ...wish });
  if (reply.payload['status'] !== 'Accepted')
    throw new Unmet(`a reservation was to be there, and the station answered ${describe(reply)}`);
  if (wish.evseId !== undefined && (await statusTold(context, 'Reserved', since)) === undefined)
    throw new Unmet(`EVSE ${EVSE} was to be reserved, and the station did not tell so`);
  await quiet(context);
  return id;
}

/** A token that nobody ever presents. */
const stranger = ({ random }: Context): Token => ({
  idToken: Math.floor(random() * 2 ** 40)
    .toString(16)
    .toUpperCase()
    .padStart(14, '0'),
  type: 'ISO14443',
});

/** Reserves for strangers until the station refuses. @returns how often it did not, and the refusal, if any */
export async function reserveAll(
  context: Context,
  where: Pick<Wish, 'connectorType'>,
): Promise<[number, Reply | undefined]> {
  const first = newId(context);
  for (let count = 0; count < MOST; count++) {
    const reply = await reserve(context, { id: first + count, token: stranger(context), ...where });
    if (reply.payload['status'] !== 'Accepted') return [count, reply];
  }
  return [MOST, undefined];
}

export const useChecks = {
  used: {
    ref: 'H01.FR.15',
    level: 'SHALL',
    says: 'the transaction tells the reservation that it uses, and no other',
  },
  told: startChecks.told,
  offered: { ...startChecks.offered, ref: 'H03.FR.01' },
} as const;

export const useFaults = {
  used: [
    alter('TransactionEvent', { reservationId: null }),
    alter('TransactionEvent', { reservationId: 977 }, tellsOf('reservationId')),
  ],
  told: namesNobody,
  offered: info({ chargingState: 'EVConnected' }, 'Charging'),
};

/** Judges that a token that was presented charges, and uses the reservation. @param since a `mark` from before */
export async function judgeUse(
  context: Context<keyof typeof useChecks>,
  token: Token,
  id: number,
  since: number,
): Promise<void> {
  const { check, csms } = context;
  await judgeStart(context, token, since);
  check('used', () => {
    const told = csms
      .calls(since, 'TransactionEvent')
      .flatMap(({ payload: { reservationId } }) => (reservationId === undefined ? [] : [reservationId]));
    expect(new Set(told)).to.deep.equal(new Set([id]));
  });
}

/** The driver presents the token, and then plugs in. */
export async function comes(context: Context, token: Token): Promise<number> {
  const { csms, hands, sut } = context;
  const since = csms.mark;
  await hands.presentToken(token);
  await csms.awaitCall(['Authorize', 'StatusNotification', 'NotifyEvent', 'TransactionEvent'], {
    since,
    timeoutMs: sut.timeoutMs / 3,
  });
  await quiet(context);
  await hands.plugIn();
  return since;
}

export const check = (ref: string, says: string) => ({ ref, level: 'SHALL', says }) as const;

/** Kind of the connector that everything happens at. @throws Unmet where ReserveNow has no word for it */
export async function connectorType({ csms }: Context): Promise<string> {
  const component = { name: 'Connector', evse: { id: EVSE, connectorId: CONNECTOR } };
  const item = { component, variable: { name: 'ConnectorType' } };
  const { payload } = await csms.need('GetVariables', { getVariableData: [item] });
  const type = String(at(payload, 'getVariableResult[0].attributeValue'));
  if (
    !/^(cCCS[12]|cG105|cTesla|cType[12]|s(309-[13]P-(16|32)A|BS1361|CEE-7-7|Type[23])|w(Inductive|ResonantInductive))$/.test(
      type,
    )
  )
    throw new Unmet(`Connector.ConnectorType is ${type}, for which ReserveNow has no word`);
  return type;
}

export const refusesMore = insteadOf('ReserveNow', 'Rejected', ({ id }) => `[3,"${id}",{"status":"Rejected"}]`, {
  when: (payload) => at(payload, 'status') === 'Occupied',
});

/** Reservations are taken, where there is a switch; registered, quiet, and left as it was found. */
export async function reservable(context: Context): Promise<void> {
  await idle(context);
  await switchedOn(context, 'ReservationCtrlr');
}

/** As `reservable`; nobody comes in person. */
export async function idleWithoutHands(context: Context): Promise<void> {
  await forgotten(context);
  await switchedOn(context, 'ReservationCtrlr');
  await quiet(context);
}

/** Judges that the EVSE can be reserved by somebody else. */
export async function judgeGone(context: Context<'gone'>): Promise<void> {
  const groupId = `PP-${newId(context)}`;
  const reply = await reserve(context, { id: newId(context), token: stranger(context), evseId: EVSE, groupId });
  context.check('gone', () => expect(reply).to.be.callResult({ status: 'Accepted' }));
}

/** The group of a token, as ReserveNow names it. @throws Unmet where the configuration names none */
export function groupOf({ groupId, idToken }: Token): { readonly groupId: string } {
  if (groupId === undefined) throw new Unmet(`the token ${idToken} has no group: name it as tokens.group.groupId`);
  return { groupId };
}
