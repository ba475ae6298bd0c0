/** Reservations in OCPP 2.x, as an operator asks for them and as a station tells what becomes of them. */
import type { ConnectorStatus } from '../../src/dialects/station-words.ts';
import type { Context, Ordered } from '../../src/judge/context.ts';
import { alter, drop, type Fault } from '../../src/judge/fault.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import type { Payload } from '../../src/session.ts';
import type { TokenKind } from '../../src/sut/system-under-test.ts';
import { ahead, oddNumber } from './odds.ts';
import { ordered, takenCheck } from './orders.ts';
import { CONNECTOR, EVSE, now, OTHER_EVSE } from './states.ts';

/** PICS ids: reservations; for a type of connector; for no special EVSE. */
export const RESERVATION = 'R-0';
export const BY_TYPE = 'R-1';
export const ANYWHERE = 'R-2';

export const askedCheck = {
  ref: 'ReserveNowRequest.id',
  level: 'SHALL',
  says: 'the CALL carries the id, the end, the token and the place of the reservation that was asked for',
} as const;
export const askedFaults: readonly Fault[] = [
  alter('ReserveNow', { id: 1 }),
  alter('ReserveNow', { expiryDateTime: '2031-01-01T00:00:00Z' }),
  alter('ReserveNow', { idToken: { idToken: 'ANOTHER' } }),
  alter('ReserveNow', { idToken: { type: 'Local' } }),
  alter('ReserveNow', { evseId: EVSE }),
];
export const elsewhere = alter('ReserveNow', { evseId: null });
export const groupAdded = alter('ReserveNow', { groupIdToken: { idToken: 'NOBODY-ASKED', type: 'Central' } });
export const typeAdded = alter('ReserveNow', { connectorType: 'cCCS2' });
export const atEvse = [...askedFaults, elsewhere, groupAdded, typeAdded];

export const statusCheck = { ...takenCheck, says: 'what the station tells of its connectors is taken' } as const;
export const endedCheck = {
  ref: 'ReservationStatusUpdateRequest.reservationUpdateStatus',
  level: 'SHALL',
  says: 'the end of the reservation is taken',
} as const;
export const endedFault = drop('ReservationStatusUpdate');
export const cancelledCheck = {
  ref: 'CancelReservationRequest.reservationId',
  level: 'SHALL',
  says: 'the CALL names the reservation that the station holds',
} as const;
export const cancelledFault = alter('CancelReservation', { reservationId: 1 });

/** What the operator asks for: a reservation for a token, for more than an hour unless told otherwise. */
export async function wish(context: Context, more: Payload, kind: TokenKind = 'valid'): Promise<Payload> {
  const { idToken, type } = await context.token(kind);
  return {
    id: oddNumber(context, 1_000, 900_000),
    expiryDateTime: ahead(context, oddNumber(context, 3_600)),
    idToken: { idToken, type },
    ...more,
  };
}

/** The end of a reservation that nothing but time ends: a CSMS that keeps it does not keep it for long. */
export const soonOver = (context: Context): Payload => ({ expiryDateTime: ahead(context, oddNumber(context, 61, 60)) });

/** The id that stands in the CALL: a CSMS may give it itself. @throws Unmet where there is none */
export function idOf({ call }: Ordered): number {
  const { id } = call.payload;
  if (typeof id !== 'number') throw new Unmet('the CALL carries no id');
  return id;
}

const status = (context: Context, word: ConnectorStatus, evseId = OTHER_EVSE): Payload =>
  context.words.status(evseId, CONNECTOR, word, now(context));

/** A StatusNotification, judged by the check `status`. */
export async function says(context: Context<'status'>, word: ConnectorStatus, evseId = OTHER_EVSE): Promise<void> {
  const reply = await context.station.call('StatusNotification', status(context, word, evseId));
  context.check('status', () => expect(reply).to.be.callResult());
}

/** The EVSE is left free when the case is over. */
export const freedAfter = (context: Context, evseId = OTHER_EVSE): void =>
  context.after(() => context.station.call('StatusNotification', status(context, 'Available', evseId)));

/** A reservation of the second EVSE, accepted and told of. */
export async function reserved(context: Context<'status'>, asked: Payload): Promise<number> {
  const order = await ordered(context, 'ReserveNow', asked, { status: 'Accepted' });
  freedAfter(context);
  await says(context, 'Reserved');
  return idOf(order);
}

/** The station ends a reservation itself, judged by the check `ended`. */
export async function ends(
  { station, check }: Context<'ended'>,
  reservationId: number,
  reservationUpdateStatus: string,
) {
  const reply = await station.call('ReservationStatusUpdate', { reservationId, reservationUpdateStatus });
  check('ended', () => expect(reply).to.be.callResult());
}
