/** Charger, reservation: what is kept for somebody says so, is kept from others, and comes free again. */
import type { OcppVersion } from '../../src/dialects/dialect.ts';
import type { Context } from '../../src/judge/context.ts';
import { alter, behaviour, drop } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import type { Reply } from '../../src/session.ts';
import type { Token } from '../../src/sut/system-under-test.ts';
import { ask, switchedOn } from './optional.ts';
import { remoteStart, remoteWords } from './remote-words.ts';
import { EVSE, quiet, ready, reset, statusesSince, statusTold, unavailable, undone } from './states.ts';

const both = ['1.6', '2.0.1'] as const;
const feature = { '1.6': 'Reservation', '2.0.1': 'R-0' } as const;

const absence: Readonly<Record<OcppVersion, string>> = { ...feature, '2.1': feature['2.0.1'] };

/** Long enough for every case; the case takes it back. */
const HOUR_S = 3_600;
/** Short enough to wait for. */
const SOON_S = 12;

const newId = ({ random }: Context) => 1 + Math.floor(random() * 1_000_000);

function reserve(context: Context, id: number, token: Token, seconds = HOUR_S): Promise<Reply> {
  const { clock, dialect } = context;
  const expiresAt = new Date(clock.now() + seconds * 1000).toISOString();
  const { action, payload } = remoteWords[dialect.version].reserve({ id, token, evseId: EVSE, expiresAt });
  return ask(context, absence[dialect.version], action, payload);
}

function cancel({ csms, dialect }: Context, id: number): Promise<Reply> {
  const { action, payload } = remoteWords[dialect.version].cancelReservation(id);
  return csms.call(action, payload);
}

/** The EVSE is kept for the valid token. @throws Unmet where the station keeps none */
async function reserved(context: Context, seconds?: number): Promise<number> {
  const { after, csms } = context;
  await ready(context);
  await switchedOn(context, 'ReservationCtrlr');
  await quiet(context);
  const id = newId(context);
  after(() => cancel(context, id));
  const since = csms.mark;
  const reply = await reserve(context, id, await context.token('valid'), seconds);
  if (reply.payload['status'] !== 'Accepted')
    throw new Unmet(`EVSE ${EVSE} was to be reserved, and the station answered ${JSON.stringify(reply.payload)}`);
  if ((await statusTold(context, 'Reserved', since)) === undefined)
    throw new Unmet(`EVSE ${EVSE} was to be reserved, and the station did not tell so`);
  return id;
}

const tellsOf = (status: string) => ({ when: (payload: unknown) => JSON.stringify(payload).includes(`"${status}"`) });

export default suite('station/reservation', 'Reservation', [
  testCase({
    id: 'station/reservation/kept',
    title: 'A connector that is reserved says so, is kept from others, and is free when the reservation is cancelled',
    sut: 'station',
    versions: both,
    octt: { '1.6': 'TC_051_CS', '2.0.1': ['TC_H_03_CS', 'TC_H_17_CS'] },
    feature,
    checks: {
      accepted: { ref: { '1.6': '5.13', '2.0.1': 'H01.FR.18' }, level: 'SHALL', says: 'the reservation is accepted' },
      told: {
        ref: { '1.6': '5.13', '2.0.1': 'H01.FR.23' },
        level: 'SHALL',
        says: 'the station tells that the connector is Reserved',
      },
      occupied: {
        ref: { '1.6': '5.13', '2.0.1': 'H01.FR.11' },
        level: 'SHALL',
        says: 'another reservation is answered with Occupied',
      },
      kept: {
        ref: { '1.6': '5.13', '2.0.1': 'F02.FR.23' },
        level: 'SHALL',
        says: 'another token starts nothing there',
      },
      cancelled: { ref: { '1.6': '5.1', '2.0.1': 'H02.FR.02' }, level: 'SHALL', says: 'it can be cancelled' },
      free: {
        ref: { '1.6': '4.9', '2.0.1': 'G01.FR.07' },
        level: 'SHALL',
        says: 'cancelled, the station tells that the connector is Available',
      },
    },
    catches: {
      accepted: alter('ReserveNow', { status: 'Rejected' }),
      told: drop('StatusNotification', tellsOf('Reserved')),
      occupied: alter('ReserveNow', { status: 'Accepted' }),
      kept: {
        '1.6': alter('RemoteStartTransaction', { status: 'Accepted' }),
        '2.0.1': alter('RequestStartTransaction', { status: 'Accepted' }),
      },
      cancelled: alter('CancelReservation', { status: 'Rejected' }),
      free: drop('StatusNotification', tellsOf('Available')),
    },
    async run(context) {
      const { after, check, csms, token } = context;
      await ready(context);
      await switchedOn(context, 'ReservationCtrlr');
      await quiet(context);
      const id = newId(context);
      after(() => cancel(context, id));
      const before = csms.mark;
      const reply = await reserve(context, id, await token('valid'));
      check('accepted', () => expect(reply).to.be.callResult({ status: 'Accepted' }));
      const told = await statusTold(context, 'Reserved', before);
      check('told', () => expect(told, `EVSE ${EVSE} told to be Reserved`).to.not.equal(undefined));
      const other = await reserve(context, id + 1, await token('second'));
      check('occupied', () => expect(other).to.be.callResult({ status: 'Occupied' }));
      const start = remoteStart(context, await token('second'), EVSE);
      const started = await csms.call(start.action, start.payload);
      undone(context, started);
      check('kept', () => expect(started).to.be.callResult({ status: 'Rejected' }));
      const since = csms.mark;
      const cancelled = await cancel(context, id);
      check('cancelled', () => expect(cancelled).to.be.callResult({ status: 'Accepted' }));
      const free = await statusTold(context, 'Available', since);
      check('free', () => expect(free, `EVSE ${EVSE} told to be Available`).to.not.equal(undefined));
    },
  }),

  testCase({
    id: 'station/reservation/cancel-unknown',
    title: 'A reservation that is not there can not be cancelled, and one that is there stays',
    sut: 'station',
    versions: both,
    octt: { '1.6': 'TC_052_CS', '2.0.1': 'TC_H_18_CS' },
    feature,
    checks: {
      rejected: { ref: { '1.6': '5.1', '2.0.1': 'H02.FR.01' }, level: 'SHALL', says: 'cancelling it is rejected' },
      known: {
        ref: { '1.6': '5.1', '2.0.1': 'H02.FR.02' },
        level: 'SHALL',
        says: 'the one that is there is cancelled',
      },
    },
    catches: {
      rejected: alter('CancelReservation', { status: 'Accepted' }),
      known: alter('CancelReservation', { status: 'Rejected' }),
    },
    async run(context) {
      const { check } = context;
      const id = await reserved(context);
      const unknown = await cancel(context, id + 1);
      check('rejected', () => expect(unknown).to.be.callResult({ status: 'Rejected' }));
      const known = await cancel(context, id);
      check('known', () => expect(known).to.be.callResult({ status: 'Accepted' }));
    },
  }),

  testCase({
    id: 'station/reservation/expires',
    title: 'A reservation that nobody uses ends when its time is over',
    sut: 'station',
    versions: both,
    octt: { '1.6': 'TC_047_CS', '2.0.1': 'TC_H_07_CS' },
    feature,
    checks: {
      free: {
        ref: { '1.6': '5.13', '2.0.1': 'H04.FR.01' },
        level: 'SHALL',
        says: 'when its time is over, the station tells that the connector is Available',
      },
      kept: { ref: { '1.6': '5.13', '2.0.1': 'H01.FR.18' }, level: 'SHALL', says: 'until then it is Reserved' },
    },
    catches: {
      free: {
        '1.6': alter('StatusNotification', { status: 'Reserved' }, tellsOf('Available')),
        '2.0.1': alter('StatusNotification', { connectorStatus: 'Reserved' }, tellsOf('Available')),
      },
      kept: {
        name: 'reserved-for-a-moment',
        says: 'a connector is told to be available right after it was reserved',
        rewrite: (out) =>
          out.kind === 'call' && out.action === 'StatusNotification' && /"Reserved"/.test(out.text)
            ? [
                { text: out.text },
                { text: out.text.replace('"Reserved"', '"Available"').replace(out.id, `${out.id}b`), afterMs: 1_000 },
              ]
            : undefined,
      },
    },
    async run(context) {
      const { check, clock, csms } = context;
      const began = clock.monotonic();
      await reserved(context, SOON_S);
      const free = await statusTold(context, 'Available', csms.mark, {
        timeoutMs: 2 * SOON_S * 1000 + csms.patienceMs / 10,
      });
      check('free', () => expect(free, `EVSE ${EVSE} told to be Available`).to.not.equal(undefined));
      check('kept', () => {
        if (free) expect((free.at - began) / 1000, 'seconds until it was free').to.be.at.least(SOON_S - 2);
      });
    },
  }),

  testCase({
    id: 'station/reservation/unavailable',
    title: 'What is out of service can not be reserved',
    sut: 'station',
    versions: both,
    octt: { '1.6': 'TC_048_3_CS', '2.0.1': 'TC_H_06_CS' },
    feature,
    checks: {
      refused: {
        ref: { '1.6': '5.13', '2.0.1': 'H01.FR.14' },
        level: 'SHALL',
        says: 'the reservation is answered with Unavailable',
      },
    },
    catches: { refused: [alter('ReserveNow', { status: 'Accepted' }), alter('ReserveNow', { status: 'Occupied' })] },
    async run(context) {
      const { after, check } = context;
      await ready(context);
      await switchedOn(context, 'ReservationCtrlr');
      await unavailable(context, EVSE);
      const id = newId(context);
      after(() => cancel(context, id));
      const reply = await reserve(context, id, await context.token('valid'));
      check('refused', () => expect(reply).to.be.callResult({ status: 'Unavailable' }));
    },
  }),

  testCase({
    id: 'station/reservation/persists',
    title: 'A connector that is reserved is reserved after a restart',
    sut: 'station',
    versions: ['2.0.1'],
    octt: { '2.0.1': 'TC_B_24_CS' },
    feature,
    checks: {
      persists: { ref: 'B11.FR.05', level: 'SHALL', says: 'after the restart the station tells that it is Reserved' },
      kept: { ref: 'F02.FR.23', level: 'SHALL', says: 'after the restart, another token starts nothing there' },
    },
    catches: {
      persists: behaviour('forgets-at-restart', 'after a restart everything is available'),
      kept: alter('RequestStartTransaction', { status: 'Accepted' }),
    },
    async run(context) {
      const { check, csms } = context;
      await reserved(context);
      const { boot, since } = await reset(context, 'idle');
      if (boot === undefined) throw new Unmet('the station did not boot after a reset');
      await statusTold(context, 'Reserved', since);
      await quiet(context);
      check('persists', () => expect(statusesSince(context, since).get(EVSE), `EVSE ${EVSE}`).to.equal('Reserved'));
      const start = remoteStart(context, await context.token('second'), EVSE);
      const started = await csms.call(start.action, start.payload);
      undone(context, started);
      check('kept', () => expect(started).to.be.callResult({ status: 'Rejected' }));
    },
  }),
]);
