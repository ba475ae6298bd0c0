/** CSMS, reservation in 1.6: ReserveNow and CancelReservation. */
import type { Context, Ordered } from '../../src/judge/context.ts';
import { alter, behaviour, drop } from '../../src/judge/fault.ts';
import { at } from '../../src/judge/path.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import type { Payload } from '../../src/session.ts';
import { ofStatus, ordered, reports, servedOn, servedOnCheck, servedOnFault, takenCheck } from './orders.ts';
import { bootedWithTwo, EVSE, OTHER_EVSE } from './states.ts';
import {
  ahead,
  authorized,
  authorizedCheck,
  judgeStop,
  oddNumber,
  sameIdTag,
  started,
  startedCheck,
  status16,
  stoppedCheck,
  stranger,
  strangerCheck,
  strangerFault,
} from './states.v16.ts';

/** Feature profile of 1.6 (3.3). */
const RESERVATION = 'Reservation';

const saying = (action: string, status: string) => alter(action, { idTagInfo: { status } });

/** Stands in a status that a fault is to lose. */
const TOLD = 'told before the reservation';

const askedCheck = {
  ref: '5.13',
  level: 'SHALL',
  says: 'the CALL carries the connector, the token, the end and the id of the reservation that was asked for',
} as const;
const askedFaults = [
  alter('ReserveNow', { connectorId: 7 }),
  alter('ReserveNow', { idTag: 'ANOTHER' }),
  alter('ReserveNow', { expiryDate: '2031-01-01T00:00:00Z' }),
  alter('ReserveNow', { reservationId: 1 }),
  alter('ReserveNow', { parentIdTag: 'NOBODY-ASKED' }),
];

const cancelledCheck = {
  ref: '5.1',
  level: 'SHALL',
  says: 'the CALL names the reservation that the station holds',
} as const;
const cancelledFault = alter('CancelReservation', { reservationId: 1 });

/** What the operator asks for: one connector, or all of them with connector 0, for a token, for more than an hour. */
async function wish(context: Context, connectorId: number, others: Payload = {}): Promise<Payload> {
  const { idToken } = await context.token('valid');
  const expiryDate = ahead(context, oddNumber(context, 3_600));
  return { connectorId, expiryDate, idTag: idToken, reservationId: oddNumber(context, 1_000, 900_000), ...others };
}

/** The end of a reservation that nothing but time ends: a CSMS that keeps it does not keep it for long. */
const soonOver = (context: Context): Payload => ({ expiryDate: ahead(context, oddNumber(context, 61, 60)) });

/** The id that stands in the CALL: a CSMS may give it itself. @throws Unmet where there is none */
function idOf({ call }: Ordered): number {
  const { reservationId } = call.payload;
  if (typeof reservationId !== 'number') throw new Unmet('the CALL carries no reservationId');
  return reservationId;
}

/** A reservation that the station accepts, and tells of where it is one of a single connector. */
async function reserved(context: Context<'asked' | 'taken'>, asked: Payload): Promise<number> {
  const order = await ordered(context, 'ReserveNow', asked, { status: 'Accepted' });
  const connectorId = Number(asked['connectorId']);
  // 5.13: a reservation of connector 0 is one of no special connector; 4.9: connector 0 is never Reserved.
  if (connectorId > 0) await reports(context, status16(context, 'Reserved', connectorId));
  context.after(() => context.station.call('StatusNotification', status16(context, 'Available', connectorId)));
  return idOf(order);
}

/** Why a station does not reserve. */
interface Refusal {
  readonly id: string;
  readonly title: string;
  readonly octt: string;
  readonly answer: string;
  /** Told of the connector before. */
  readonly before: string;
  /** Told of it after. */
  readonly after: string;
}

const refusals: readonly Refusal[] = [
  {
    id: 'faulted',
    title: 'CSMS asks for a connector that is out of order',
    octt: 'TC_048_1_CSMS',
    answer: 'Faulted',
    before: 'Available',
    after: 'Faulted',
  },
  {
    id: 'occupied',
    title: 'CSMS asks for a connector that is in use',
    octt: 'TC_048_2_CSMS',
    answer: 'Occupied',
    before: 'Preparing',
    after: 'Available',
  },
  {
    id: 'rejected',
    title: 'CSMS asks a station that takes no reservations',
    octt: 'TC_048_4_CSMS',
    answer: 'Rejected',
    before: 'Available',
    after: 'Available',
  },
];

export default suite('csms/reservation', 'Reservation (1.6)', [
  testCase({
    id: 'csms/reservation/used',
    title: 'CSMS reserves a connector, and its token charges there',
    sut: 'csms',
    versions: ['1.6'],
    octt: { '1.6': 'TC_046_CSMS' },
    feature: RESERVATION,
    needs: ['ReserveNow'],
    checks: {
      asked: askedCheck,
      taken: takenCheck,
      stranger: strangerCheck,
      authorized: authorizedCheck,
      started: { ...startedCheck, says: 'the transaction that ends the reservation is Accepted' },
      stopped: stoppedCheck,
    },
    catches: {
      asked: [...askedFaults, alter('ReserveNow', { connectorId: 1 })],
      taken: [drop('StatusNotification', ofStatus('Reserved')), drop('StatusNotification', ofStatus('Charging'))],
      stranger: strangerFault,
      authorized: saying('Authorize', 'Blocked'),
      started: saying('StartTransaction', 'ConcurrentTx'),
      stopped: drop('StopTransaction'),
    },
    async run(context) {
      await bootedWithTwo(context);
      const token = await context.token('valid');
      const reservationId = await reserved(context, await wish(context, OTHER_EVSE));
      await stranger(context);
      await authorized(context, token);
      await reports(context, status16(context, 'Preparing', OTHER_EVSE));
      const transaction = await started(context, token, { connectorId: OTHER_EVSE, reservationId });
      await reports(context, status16(context, 'Charging', OTHER_EVSE));
      judgeStop(context, await transaction.stop({ reason: 'Local', by: token }), token);
    },
  }),

  testCase({
    id: 'csms/reservation/expired',
    title: 'CSMS goes on when a reservation is not used',
    sut: 'csms',
    versions: ['1.6'],
    octt: { '1.6': 'TC_047_CSMS' },
    feature: RESERVATION,
    needs: ['ReserveNow'],
    checks: {
      stranger: strangerCheck,
      asked: askedCheck,
      taken: takenCheck,
      started: { ...startedCheck, says: 'its token comes late and charges as anybody else, and is Accepted' },
    },
    catches: {
      stranger: strangerFault,
      asked: askedFaults,
      taken: drop('StatusNotification', ofStatus('Reserved')),
      started: saying('StartTransaction', 'Invalid'),
    },
    async run(context) {
      await bootedWithTwo(context);
      await stranger(context);
      await reserved(context, await wish(context, EVSE, soonOver(context)));
      await reports(context, status16(context, 'Available'));
      await started(context, await context.token('valid'));
    },
  }),

  ...refusals.map(({ id, title, octt, answer, before, after }) =>
    testCase({
      id: `csms/reservation/${id}`,
      title,
      sut: 'csms',
      versions: ['1.6'],
      octt: { '1.6': octt },
      feature: RESERVATION,
      needs: ['ReserveNow'],
      checks: { taken: takenCheck, asked: askedCheck, servedOn: servedOnCheck },
      catches: {
        taken: drop('StatusNotification', { name: 'told twice', when: (_, request) => at(request, 'info') === TOLD }),
        asked: askedFaults,
        servedOn: servedOnFault,
      },
      async run(context) {
        await bootedWithTwo(context);
        await reports(context, { ...status16(context, before, OTHER_EVSE), info: TOLD });
        await ordered(context, 'ReserveNow', await wish(context, OTHER_EVSE), { status: answer });
        const error = after === 'Faulted' ? 'PowerSwitchFailure' : 'NoError';
        await reports(context, status16(context, after, OTHER_EVSE, error));
        context.after(() => context.station.call('StatusNotification', status16(context, 'Available', OTHER_EVSE)));
        await servedOn(context);
      },
    }),
  ),

  testCase({
    id: 'csms/reservation/unavailable',
    title: 'CSMS asks for a connector that it took out of service',
    sut: 'csms',
    versions: ['1.6'],
    octt: { '1.6': 'TC_048_3_CSMS' },
    feature: RESERVATION,
    needs: ['ChangeAvailability', 'ReserveNow'],
    checks: {
      out: { ref: '5.2', level: 'SHALL', says: 'the CALL takes the connector out of service that the operator named' },
      taken: takenCheck,
      asked: askedCheck,
      back: { ref: '5.2', level: 'SHALL', says: 'the CALL puts the same connector back into service' },
    },
    catches: {
      out: [alter('ChangeAvailability', { type: 'Operative' }), alter('ChangeAvailability', { connectorId: 0 })],
      taken: drop('StatusNotification', ofStatus('Unavailable')),
      asked: askedFaults,
      back: [alter('ChangeAvailability', { type: 'Inoperative' }), alter('ChangeAvailability', { connectorId: 1 })],
    },
    async run(context) {
      const { operator, orders, check } = context;
      await bootedWithTwo(context);
      const out = await operator.order('ChangeAvailability', orders.changeAvailability(false, OTHER_EVSE));
      check('out', () => expect(out).to.carryWhatWasAsked());
      out.call.respond({ status: 'Accepted' });
      await reports(context, status16(context, 'Unavailable', OTHER_EVSE));
      await ordered(context, 'ReserveNow', await wish(context, OTHER_EVSE), { status: 'Unavailable' });
      await reports(context, status16(context, 'Unavailable', OTHER_EVSE));
      const back = await operator.order('ChangeAvailability', orders.changeAvailability(true, OTHER_EVSE));
      check('back', () => expect(back).to.carryWhatWasAsked());
      back.call.respond({ status: 'Accepted' });
      await reports(context, status16(context, 'Available', OTHER_EVSE));
    },
  }),

  testCase({
    id: 'csms/reservation/whole-station',
    title: 'CSMS reserves any connector of a station, and its token charges',
    sut: 'csms',
    versions: ['1.6'],
    octt: { '1.6': 'TC_049_CSMS' },
    feature: RESERVATION,
    needs: ['ReserveNow'],
    checks: { stranger: strangerCheck, asked: askedCheck, taken: takenCheck, started: startedCheck },
    catches: {
      stranger: strangerFault,
      asked: [...askedFaults, alter('ReserveNow', { connectorId: 1 })],
      taken: drop('StatusNotification', ofStatus('Charging')),
      started: saying('StartTransaction', 'Expired'),
    },
    async run(context) {
      await bootedWithTwo(context);
      await stranger(context);
      const reservationId = await reserved(context, await wish(context, 0));
      const token = await context.token('valid');
      await started(context, token, { connectorId: OTHER_EVSE, reservationId });
      await reports(context, status16(context, 'Charging', OTHER_EVSE));
    },
  }),

  testCase({
    id: 'csms/reservation/cancelled',
    title: 'CSMS cancels one of two reservations',
    sut: 'csms',
    versions: ['1.6'],
    octt: { '1.6': 'TC_051_CSMS' },
    feature: RESERVATION,
    needs: ['ReserveNow', 'CancelReservation'],
    checks: {
      asked: askedCheck,
      taken: takenCheck,
      apart: { ref: '6.37', level: 'SHALL', says: 'two reservations have two ids' },
      cancelled: cancelledCheck,
      servedOn: servedOnCheck,
    },
    catches: {
      asked: askedFaults,
      taken: drop('StatusNotification', ofStatus('Reserved')),
      apart: alter('ReserveNow', { reservationId: 1 }),
      cancelled: cancelledFault,
      servedOn: servedOnFault,
    },
    async run(context) {
      const { operator, check } = context;
      await bootedWithTwo(context);
      const first = await reserved(context, await wish(context, EVSE));
      const { idToken } = await context.token('second');
      const second = await reserved(context, await wish(context, OTHER_EVSE, { idTag: idToken }));
      check('apart', () => expect(second, 'id of the second').to.not.equal(first));
      for (const [connectorId, reservationId] of [
        [EVSE, first],
        [OTHER_EVSE, second],
      ] as const) {
        const order = await operator.order('CancelReservation', { reservationId });
        check('cancelled', () => expect(order).to.carryWhatWasAsked());
        order.call.respond({ status: 'Accepted' });
        await reports(context, status16(context, 'Available', connectorId));
      }
      await servedOn(context);
    },
  }),

  testCase({
    id: 'csms/reservation/cancel-refused',
    title: 'CSMS goes on with a station that does not know the reservation to cancel',
    sut: 'csms',
    versions: ['1.6'],
    octt: { '1.6': 'TC_052_CSMS' },
    feature: RESERVATION,
    needs: ['ReserveNow', 'CancelReservation'],
    checks: { asked: askedCheck, taken: takenCheck, cancelled: cancelledCheck, servedOn: servedOnCheck },
    catches: {
      asked: askedFaults,
      taken: drop('StatusNotification', ofStatus('Reserved')),
      cancelled: cancelledFault,
      servedOn: servedOnFault,
    },
    async run(context) {
      const { operator, check } = context;
      await bootedWithTwo(context);
      const reservationId = await reserved(context, await wish(context, EVSE, soonOver(context)));
      const order = await operator.order('CancelReservation', { reservationId });
      check('cancelled', () => expect(order).to.carryWhatWasAsked());
      order.call.respond({ status: 'Rejected' });
      await servedOn(context);
    },
  }),

  testCase({
    id: 'csms/reservation/used-by-group',
    title: 'CSMS reserves a connector for a group, and another token of the group charges there',
    sut: 'csms',
    versions: ['1.6'],
    octt: { '1.6': 'TC_053_CSMS' },
    feature: RESERVATION,
    needs: ['ReserveNow', 'create-token'],
    checks: {
      asked: { ...askedCheck, says: 'the CALL carries the group as well as the token' },
      taken: takenCheck,
      authorized: { ...authorizedCheck, says: 'the other token of the group is Accepted' },
      group: {
        ref: '5.13',
        level: 'SHALL',
        says: 'Authorize names the group of the other token, by which the station knows that it may use the reservation',
      },
      started: { ...startedCheck, says: 'the transaction of the other token that ends the reservation is Accepted' },
      stopped: { ...stoppedCheck, says: 'the stop by the token of the reservation is answered' },
    },
    catches: {
      asked: [
        alter('ReserveNow', { parentIdTag: null }),
        alter('ReserveNow', { parentIdTag: 'ANOTHER' }),
        alter('ReserveNow', { idTag: 'ANOTHER' }),
      ],
      taken: drop('StatusNotification', ofStatus('Reserved')),
      authorized: saying('Authorize', 'Invalid'),
      group: [
        behaviour('hides-groups', 'no answer tells of groups'),
        behaviour('groups-of-one', 'each token is told to be a group of its own'),
      ],
      started: saying('StartTransaction', 'Blocked'),
      stopped: saying('StopTransaction', 'Invalid'),
    },
    async run(context) {
      const { station, token, check } = context;
      await bootedWithTwo(context);
      const [one, other] = [await token('group'), await token('groupOther')];
      const told = await station.need('Authorize', { idTag: one.idToken });
      const parentIdTag = one.groupId ?? at(told.payload, 'idTagInfo.parentIdTag');
      if (typeof parentIdTag !== 'string') throw new Unmet('nobody says to which group the token belongs');
      const asked = await wish(context, EVSE, { idTag: one.idToken, parentIdTag });
      const reservationId = await reserved(context, asked);
      const answer = await authorized(context, other);
      const group = at(answer.payload, 'idTagInfo.parentIdTag');
      check('group', () => expect(sameIdTag(group, parentIdTag), `group ${group} is ${parentIdTag}`).to.equal(true));
      const transaction = await started(context, other, { reservationId });
      await reports(context, status16(context, 'Charging'));
      const end = await station.need('Authorize', { idTag: one.idToken });
      check('group', () => expect(sameIdTag(at(end.payload, 'idTagInfo.parentIdTag'), parentIdTag)).to.equal(true));
      judgeStop(context, await transaction.stop({ reason: 'Local', by: one }), one);
      await reports(context, status16(context, 'Finishing'));
    },
  }),
]);
