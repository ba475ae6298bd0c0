/** Charger, 2.x reservation of whichever EVSE is free, or of a kind of connector. */
import { alter, drop } from '../../src/judge/fault.ts';
import { describe } from '../../src/judge/station-player.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import { tellsOf } from './faults.auth.v2.ts';
import {
  ANYWHERE,
  BY_TYPE,
  check,
  comes,
  connectorType,
  groupOf,
  idleWithoutHands,
  judgeUse,
  MOST,
  newId,
  refusesMore,
  reservable,
  reserve,
  reserveAll,
  reserved,
  useChecks,
  useFaults,
} from './states.reservation.v2.ts';
import { EVSE, quiet, statusesSince, statusTold, unavailable } from './states.ts';
import { charging, SESSION } from './states.v2.ts';

const versions = ['2.0.1'] as const;
const feature = 'R-0';

export default suite('station/reservation', 'Reservation', [
  testCase({
    id: 'station/reservation/anywhere',
    title: 'Whom any EVSE is kept for charges where he likes',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_H_08_CS' },
    feature: ANYWHERE,
    needs: SESSION,
    checks: {
      accepted: check('H01.FR.04', 'a reservation of no EVSE in particular is accepted'),
      ...useChecks,
      offered: { ...useChecks.offered, ref: 'H03.FR.03' },
    },
    catches: { accepted: alter('ReserveNow', { status: 'Rejected' }), ...useFaults },
    async run(context) {
      await reservable(context);
      const [id, token] = [newId(context), await context.token('valid')];
      const reply = await reserve(context, { id, token });
      context.check('accepted', () => expect(reply).to.be.callResult({ status: 'Accepted' }));
      await judgeUse(context, token, id, await comes(context, token));
    },
  }),

  testCase({
    id: 'station/reservation/anywhere-group',
    title: 'Where any EVSE is kept for a group, it is for every token of it',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_H_24_CS' },
    feature: ANYWHERE,
    needs: SESSION,
    checks: { ...useChecks, offered: { ...useChecks.offered, ref: 'H03.FR.06' } },
    catches: useFaults,
    async run(context) {
      await reservable(context);
      const [token, other] = [await context.token('group'), await context.token('groupOther')];
      const id = await reserved(context, { token, ...groupOf(other) });
      await judgeUse(context, other, id, await comes(context, other));
    },
  }),

  testCase({
    id: 'station/reservation/anywhere-all',
    title: 'There are as many reservations as EVSEs; when all are kept, all say so, and there is no other',
    sut: 'station',
    versions,
    octt: { '2.0.1': ['TC_H_09_CS', 'TC_H_14_CS'] },
    feature: ANYWHERE,
    checks: {
      told: check(
        'H01.FR.20',
        'when there are as many reservations as free EVSEs, all of them are told to be Reserved',
      ),
      occupied: check('H01.FR.11', 'one reservation more is answered with Occupied'),
    },
    catches: {
      told: drop('StatusNotification', tellsOf('Reserved')),
      occupied: [refusesMore, alter('ReserveNow', { status: 'Accepted' })],
    },
    async run(context) {
      const { csms } = context;
      await idleWithoutHands(context);
      const since = csms.mark;
      const [count, refusal] = await reserveAll(context, {});
      if (count === 0) throw new Unmet(`no EVSE could be reserved: ${refusal && describe(refusal)}`);
      if (count < MOST) await statusTold(context, 'Reserved', since);
      await quiet(context);
      context.check('occupied', () => {
        if (refusal === undefined) expect.fail(`${MOST} reservations are accepted`);
        expect(refusal).to.be.callResult({ status: 'Occupied' });
      });
      context.check('told', () => {
        const told = [...statusesSince(context, since).values()].filter((status) => status === 'Reserved');
        expect(told.length, 'EVSEs told to be Reserved').to.equal(count);
      });
    },
  }),

  testCase({
    id: 'station/reservation/anywhere-occupied',
    title: 'Where every EVSE is in use or kept, none can be reserved',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_H_10_CS' },
    feature: ANYWHERE,
    needs: SESSION,
    checks: { occupied: check('H01.FR.11', 'one reservation more is answered with Occupied') },
    catches: { occupied: [refusesMore, alter('ReserveNow', { status: 'Accepted' })] },
    async run(context) {
      await charging(context);
      const [, refusal] = await reserveAll(context, {});
      context.check('occupied', () => {
        if (refusal === undefined) expect.fail(`${MOST} reservations are accepted`);
        expect(refusal).to.be.callResult({ status: 'Occupied' });
      });
    },
  }),

  testCase({
    id: 'station/reservation/anywhere-unavailable',
    title: 'A station that is out of service can not be reserved',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_H_12_CS' },
    feature: ANYWHERE,
    checks: { refused: check('H01.FR.14', 'the reservation is answered with Unavailable') },
    catches: { refused: [alter('ReserveNow', { status: 'Accepted' }), alter('ReserveNow', { status: 'Occupied' })] },
    async run(context) {
      await idleWithoutHands(context);
      await unavailable(context);
      const reply = await reserve(context, { id: newId(context), token: await context.token('valid') });
      context.check('refused', () => expect(reply).to.be.callResult({ status: 'Unavailable' }));
    },
  }),

  testCase({
    id: 'station/reservation/nowhere',
    title: 'A station that keeps no EVSE but a certain one rejects a reservation of any',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_H_13_CS' },
    feature,
    lacks: ANYWHERE,
    checks: {
      rejected: check('H01.FR.19', 'a reservation of no EVSE in particular is rejected'),
      accepted: check('H01.FR.23', 'one of a certain EVSE is accepted'),
    },
    catches: {
      rejected: alter('ReserveNow', { status: 'Accepted' }),
      accepted: alter('ReserveNow', { status: 'Rejected' }),
    },
    async run(context) {
      await idleWithoutHands(context);
      const token = await context.token('valid');
      const refused = await reserve(context, { id: newId(context), token });
      context.check('rejected', () => expect(refused).to.be.callResult({ status: 'Rejected' }));
      const taken = await reserve(context, { id: newId(context), token, evseId: EVSE });
      context.check('accepted', () => expect(taken).to.be.callResult({ status: 'Accepted' }));
    },
  }),

  testCase({
    id: 'station/reservation/by-type',
    title: 'Whom a connector of a kind is kept for charges at one',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_H_15_CS' },
    feature: BY_TYPE,
    needs: SESSION,
    checks: {
      accepted: check('H01.FR.06', 'a reservation of a connector of a kind that the station has is accepted'),
      ...useChecks,
      offered: { ...useChecks.offered, ref: 'H03.FR.02' },
    },
    catches: { accepted: alter('ReserveNow', { status: 'Rejected' }), ...useFaults },
    async run(context) {
      await reservable(context);
      const [id, token] = [newId(context), await context.token('valid')];
      const reply = await reserve(context, { id, token, connectorType: await connectorType(context) });
      context.check('accepted', () => expect(reply).to.be.callResult({ status: 'Accepted' }));
      await judgeUse(context, token, id, await comes(context, token));
    },
  }),

  testCase({
    id: 'station/reservation/by-type-all',
    title: 'When all connectors of a kind are kept, there is no other of it',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_H_16_CS' },
    feature: BY_TYPE,
    checks: { occupied: check('H01.FR.11', 'one reservation more is answered with Occupied') },
    catches: { occupied: [refusesMore, alter('ReserveNow', { status: 'Accepted' })] },
    async run(context) {
      await idleWithoutHands(context);
      const [count, refusal] = await reserveAll(context, { connectorType: await connectorType(context) });
      if (count === 0) throw new Unmet(`no connector of the kind could be reserved: ${refusal && describe(refusal)}`);
      context.check('occupied', () => {
        if (refusal === undefined) expect.fail(`${MOST} reservations are accepted`);
        expect(refusal).to.be.callResult({ status: 'Occupied' });
      });
    },
  }),
]);
