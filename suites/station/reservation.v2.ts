/** Charger, 2.x reservation of one EVSE: used, refused to others, replaced, and over. */
import { alter, drop } from '../../src/judge/fault.ts';
import { at } from '../../src/judge/path.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import { chargesAnybody, tellsOf } from './faults.auth.v2.ts';
import { askedAbout, expectAsked } from './judging.auth.v2.ts';
import { remoteStart } from './remote-words.ts';
import {
  check,
  comes,
  groupOf,
  idleWithoutHands,
  judgeGone,
  judgeUse,
  newId,
  reservable,
  reserve,
  reserved,
  SOON_S,
  useChecks,
  useFaults,
} from './states.reservation.v2.ts';
import { countOf, EVSE, quiet, statusTold, unavailable, undone } from './states.ts';
import { charging, configured, isOffered, SESSION, triggered } from './states.v2.ts';

const versions = ['2.0.1'] as const;
const feature = 'R-0';

export default suite('station/reservation', 'Reservation', [
  testCase({
    id: 'station/reservation/used',
    title: 'Whom an EVSE is kept for charges there, and his reservation is over with that',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_H_01_CS' },
    feature,
    needs: SESSION,
    checks: {
      consumed: check('H03.FR.10', 'when the token is there and no cable, the connector is told to be Available'),
      ...useChecks,
    },
    catches: {
      consumed: alter('StatusNotification', { connectorStatus: 'Reserved' }, tellsOf('Available')),
      ...useFaults,
    },
    async run(context) {
      await reservable(context);
      const token = await context.token('valid');
      const id = await reserved(context, { token, evseId: EVSE });
      const since = context.csms.mark;
      await context.hands.presentToken(token);
      const free = await statusTold(context, 'Available', since);
      context.check('consumed', () => expect(free, `EVSE ${EVSE} told to be Available`).to.not.equal(undefined));
      await context.hands.plugIn();
      await judgeUse(context, token, id, since);
    },
  }),

  testCase({
    id: 'station/reservation/others-refused',
    title: 'Nobody else charges where an EVSE is kept, whether he comes himself or by order of the CSMS',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_H_02_CS' },
    feature,
    needs: SESSION,
    checks: {
      idle: check('H03.FR.01', 'another token charges nothing'),
      rejected: check('F01.FR.22', 'an order to start for another token is rejected'),
      occupied: check('H03.FR.10', 'when the token is there and the cable too, the connector is told to be Occupied'),
      ...useChecks,
    },
    catches: {
      idle: chargesAnybody,
      rejected: alter('RequestStartTransaction', { status: 'Accepted' }),
      occupied: alter('StatusNotification', { connectorStatus: 'Reserved' }, tellsOf('Occupied')),
      ...useFaults,
    },
    async run(context) {
      const { csms, hands } = context;
      await reservable(context);
      const [token, other] = [await context.token('valid'), await context.token('second')];
      const id = await reserved(context, { token, evseId: EVSE });
      const before = csms.mark;
      await hands.plugIn();
      await quiet(context);
      await hands.presentToken(other);
      await csms.awaitCall('Authorize', { since: before, timeoutMs: context.sut.timeoutMs / 3 });
      const order = remoteStart(context, other, EVSE);
      const reply = await csms.call(order.action, order.payload);
      undone(context, reply);
      context.check('rejected', () => expect(reply).to.be.callResult({ status: 'Rejected' }));
      const told = await countOf(
        context,
        'TransactionEvent',
        before,
        (payload) => isOffered(payload) || triggered('Authorized', 'RemoteStart')(payload),
      );
      context.check('idle', () => expect(told, 'events that tell of an authorization, or of energy').to.equal(0));
      const since = csms.mark;
      await hands.presentToken(token);
      const occupied = await statusTold(context, 'Occupied', before);
      context.check('occupied', () => expect(occupied, `EVSE ${EVSE} told to be Occupied`).to.not.equal(undefined));
      await judgeUse(context, token, id, since);
    },
  }),

  testCase({
    id: 'station/reservation/group',
    title: 'An EVSE that is kept for a group is for every token of it',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_H_19_CS' },
    feature,
    needs: SESSION,
    checks: {
      asked: check('H03.FR.08', 'the CSMS is asked, once, about the group of a token that is not the reserved one'),
      ...useChecks,
      offered: { ...useChecks.offered, ref: 'H03.FR.04' },
    },
    catches: { asked: drop('Authorize'), ...useFaults },
    async run(context) {
      await reservable(context);
      const [token, other] = [await context.token('group'), await context.token('groupOther')];
      const id = await reserved(context, { token, evseId: EVSE, ...groupOf(other) });
      const since = await comes(context, other);
      await judgeUse(context, other, id, since);
      context.check('asked', () => expectAsked(askedAbout(context, since), other));
    },
  }),

  testCase({
    id: 'station/reservation/replaced',
    title: 'A reservation of the same number takes the place of the one before',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_H_23_CS' },
    feature,
    needs: SESSION,
    checks: {
      accepted: check('H01.FR.02', 'the second reservation is accepted'),
      rejected: check('H01.FR.02', 'an order to start for the first token is rejected'),
      ...useChecks,
    },
    catches: {
      accepted: alter(
        'ReserveNow',
        { status: 'Occupied' },
        { when: (_, asked) => at(asked, 'groupIdToken') !== undefined },
      ),
      rejected: alter('RequestStartTransaction', { status: 'Accepted' }),
      ...useFaults,
    },
    async run(context) {
      const { csms } = context;
      await reservable(context);
      const [first, token] = [await context.token('valid'), await context.token('group')];
      const id = await reserved(context, { token: first, evseId: EVSE });
      const reply = await reserve(context, { id, token, evseId: EVSE, ...groupOf(token) });
      context.check('accepted', () => expect(reply).to.be.callResult({ status: 'Accepted' }));
      const order = remoteStart(context, first, EVSE);
      const started = await csms.call(order.action, order.payload);
      undone(context, started);
      context.check('rejected', () => expect(started).to.be.callResult({ status: 'Rejected' }));
      await judgeUse(context, token, id, await comes(context, token));
    },
  }),

  testCase({
    id: 'station/reservation/occupied',
    title: 'An EVSE at which a vehicle charges can not be reserved',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_H_04_CS' },
    feature,
    needs: SESSION,
    checks: { occupied: check('H01.FR.11', 'the reservation is answered with Occupied') },
    catches: { occupied: [alter('ReserveNow', { status: 'Accepted' }), alter('ReserveNow', { status: 'Rejected' })] },
    async run(context) {
      await charging(context);
      const reply = await reserve(context, { id: newId(context), token: await context.token('second'), evseId: EVSE });
      context.check('occupied', () => expect(reply).to.be.callResult({ status: 'Occupied' }));
    },
  }),

  testCase({
    id: 'station/reservation/expiry-told',
    title: 'A reservation that nobody uses is told to have expired, and keeps nobody out',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_H_07_CS' },
    feature,
    checks: {
      expired: check('H04.FR.01', 'when its time is over, and not before, the reservation is told to have expired'),
      free: check('H04.FR.03', 'the station tells that the connector is Available'),
      gone: check('H04.FR.02', 'the EVSE can be reserved by somebody else'),
    },
    catches: {
      expired: [
        alter('ReservationStatusUpdate', { reservationUpdateStatus: 'Removed' }),
        alter('ReservationStatusUpdate', { reservationId: 977 }),
        drop('ReservationStatusUpdate'),
      ],
      free: alter('StatusNotification', { connectorStatus: 'Reserved' }, tellsOf('Available')),
      gone: alter(
        'ReserveNow',
        { status: 'Occupied' },
        { when: (_, asked) => at(asked, 'groupIdToken') !== undefined },
      ),
    },
    async run(context) {
      const { clock, csms } = context;
      await idleWithoutHands(context);
      const began = clock.monotonic();
      const since = csms.mark;
      const id = await reserved(context, { token: await context.token('valid'), evseId: EVSE, seconds: SOON_S });
      const timeoutMs = 2 * SOON_S * 1000 + context.sut.timeoutMs;
      const told = await csms.awaitCall('ReservationStatusUpdate', { since, timeoutMs });
      context.check('expired', () => {
        expect(told?.payload).to.include({ reservationId: id, reservationUpdateStatus: 'Expired' });
        if (told) expect((told.at - began) / 1000, 'seconds until then').to.be.at.least(SOON_S - 2);
      });
      const free = await statusTold(context, 'Available', since);
      context.check('free', () => expect(free, `EVSE ${EVSE} told to be Available`).to.not.equal(undefined));
      await judgeGone(context);
    },
  }),

  testCase({
    id: 'station/reservation/out-of-service',
    title: 'A reservation ends when its EVSE goes out of service',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_H_21_CS' },
    feature,
    checks: {
      removed: check('H01.FR.17', 'the reservation is told to be removed'),
      free: check('G01.FR.07', 'when the EVSE is in service again, the station tells that the connector is Available'),
      gone: check('H01.FR.17', 'the EVSE can be reserved by somebody else'),
    },
    catches: {
      removed: [
        alter('ReservationStatusUpdate', { reservationUpdateStatus: 'Expired' }),
        alter('ReservationStatusUpdate', { reservationId: 977 }),
        drop('ReservationStatusUpdate'),
      ],
      free: alter('StatusNotification', { connectorStatus: 'Reserved' }, tellsOf('Available')),
      gone: alter(
        'ReserveNow',
        { status: 'Occupied' },
        { when: (_, asked) => at(asked, 'groupIdToken') !== undefined },
      ),
    },
    async run(context) {
      const { csms, orders } = context;
      await idleWithoutHands(context);
      const id = await reserved(context, { token: await context.token('valid'), evseId: EVSE });
      const since = csms.mark;
      await unavailable(context, EVSE);
      const told = await csms.awaitCall('ReservationStatusUpdate', { since });
      context.check('removed', () =>
        expect(told?.payload).to.include({ reservationId: id, reservationUpdateStatus: 'Removed' }),
      );
      const before = csms.mark;
      await csms.need('ChangeAvailability', orders.changeAvailability(true, EVSE), ['Accepted']);
      const free = await statusTold(context, 'Available', before);
      context.check('free', () => expect(free, `EVSE ${EVSE} told to be Available`).to.not.equal(undefined));
      await judgeGone(context);
    },
  }),

  testCase({
    id: 'station/reservation/switched-off',
    title: 'A station that is told to take no reservations takes none',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_H_22_CS' },
    feature: 'R-3',
    checks: {
      rejected: check('H01.FR.01', 'the reservation is rejected'),
      accepted: check('H01.FR.23', 'told to take reservations again, the station accepts one'),
    },
    catches: {
      rejected: alter('ReserveNow', { status: 'Accepted' }),
      accepted: alter('ReserveNow', { status: 'Rejected' }),
    },
    async run(context) {
      const { csms } = context;
      await idleWithoutHands(context);
      await configured(context, 'ReservationCtrlr', 'Enabled', 'false');
      const token = await context.token('valid');
      const refused = await reserve(context, { id: newId(context), token, evseId: EVSE });
      context.check('rejected', () => expect(refused).to.be.callResult({ status: 'Rejected' }));
      const item = { component: { name: 'ReservationCtrlr' }, variable: { name: 'Enabled' } };
      await csms.need('SetVariables', { setVariableData: [{ ...item, attributeValue: 'true' }] });
      const taken = await reserve(context, { id: newId(context), token, evseId: EVSE });
      context.check('accepted', () => expect(taken).to.be.callResult({ status: 'Accepted' }));
    },
  }),
]);
