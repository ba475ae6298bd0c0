/** Charger, 1.6 reservation: it is used by him for whom it is, refused where nothing is free, and of any connector where that is configured. */
import type { Context } from '../../src/judge/context.ts';
import { alter, insteadOf } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import type { IncomingCall } from '../../src/session.ts';
import type { Token } from '../../src/sut/system-under-test.ts';
import { besides, deafTo, startFaults, startOf, statusFaults } from './faults.v16.ts';
import { expectStart, expectStatus } from './judging.v16.ts';
import { remoteStart } from './remote-words.ts';
import { countOf, EVSE, ready } from './states.ts';
import { configured, connectors, keyValue, numbered, OFFERED, settled, statusWord, tidied } from './states.v16.ts';

const versions = ['1.6'] as const;
const feature = 'Reservation';

/** Long enough for every case; the case takes it back. */
const HOUR_MS = 3_600_000;

const newId = ({ random }: Context) => 1 + Math.floor(random() * 1_000_000);
const cancel = ({ csms }: Context, reservationId: number) => csms.call('CancelReservation', { reservationId });

/** Asks for a reservation; it is cancelled when the case is over. */
function reserve(context: Context, token: Token, connectorId: number, reservationId: number) {
  const { after, clock, csms } = context;
  after(() => cancel(context, reservationId));
  return csms.call('ReserveNow', {
    connectorId,
    expiryDate: new Date(clock.now() + HOUR_MS).toISOString(),
    idTag: token.idToken,
    ...(token.groupId !== undefined && { parentIdTag: token.groupId }),
    reservationId,
  });
}

/** Takes every connector but the first out of service for the time of the case. */
async function others(context: Context, operative = false): Promise<void> {
  const { after, csms, orders } = context;
  const count = await connectors(context);
  for (let connectorId = 2; connectorId <= count; connectorId++) {
    after(() => csms.call('ChangeAvailability', orders.changeAvailability(true, connectorId)));
    await csms.need('ChangeAvailability', orders.changeAvailability(operative, connectorId), ['Accepted']);
  }
}

/** @throws Unmet where the station reserves no connector without naming it */
async function anyConnector(context: Context): Promise<void> {
  const value = await keyValue(context, 'ReserveConnectorZeroSupported');
  if (!/^true$/i.test(value ?? ''))
    throw new Unmet('ReserveConnectorZeroSupported is not true: name ReserveConnectorZero under sut.without');
}

const acceptedCheck = { ref: '5.13', level: 'SHALL', says: 'the reservation is accepted' } as const;
const keptCheck = { ref: '4.9', level: 'SHALL', says: 'the station tells that the connector is Reserved' } as const;
const useChecks = {
  accepted: acceptedCheck,
  kept: keptCheck,
  preparing: { ref: '4.9', level: 'SHALL', says: 'the station tells that he is there: Preparing' },
  started: {
    ref: '5.13',
    level: 'SHALL',
    says: 'the transaction starts with his token, on that connector, now, and names the reservation that it ends',
  },
  offered: { ref: '4.9', level: 'SHALL', says: 'the station tells that energy is offered' },
  over: { ref: '5.13', level: 'SHALL', says: 'the reservation is over then: it can not be cancelled' },
} as const;

const useCatches = {
  accepted: alter('ReserveNow', { status: 'Rejected' }),
  kept: statusFaults('Reserved', 'Available'),
  preparing: statusFaults('Preparing', 'Finishing'),
  started: [
    ...startFaults,
    alter('StartTransaction', { reservationId: null }),
    alter('StartTransaction', { reservationId: 977 }),
  ],
  offered: statusFaults('Charging', 'Preparing'),
  over: alter('CancelReservation', { status: 'Accepted' }),
};

interface Use {
  readonly id: string;
  readonly title: string;
  readonly octt: string;
  readonly from: 'reader' | 'afar';
  /** For whom it is, and who comes. */
  readonly kinds: readonly ['valid', 'valid'] | readonly ['group', 'groupOther'];
}

/** Somebody comes for whom the connector is kept. */
const used = ({ id, title, octt, from, kinds }: Use) =>
  testCase({
    id: `station/reservation/${id}`,
    title,
    sut: 'station',
    versions,
    octt: { '1.6': octt },
    feature,
    needs: from === 'reader' ? ['presentToken', 'plugIn', 'plugOut'] : ['plugIn', 'plugOut'],
    checks: useChecks,
    catches: useCatches,
    async run(context) {
      const { check, csms, hands, token: get } = context;
      await settled(context);
      if (from === 'afar' && kinds[1] === 'groupOther') await configured(context, 'AuthorizeRemoteTxRequests', 'true');
      await others(context);
      const [owner, guest] = [await get(kinds[0]), await get(kinds[1])];
      tidied(context, numbered(context, 'Accepted', guest.groupId));
      const reservationId = newId(context);
      const since = csms.mark;
      const reply = await reserve(context, owner, EVSE, reservationId);
      check('accepted', () => expect(reply).to.be.callResult({ status: 'Accepted' }));
      const kept = await statusWord(context, since, 'Reserved');
      check('kept', () => expectStatus(kept, ['Reserved']));
      if (reply.payload['status'] !== 'Accepted') throw new Unmet('the station keeps no connector');
      if (from === 'reader') await hands.presentToken(guest);
      else {
        const { action, payload } = remoteStart(context, guest, EVSE);
        await csms.need(action, payload, ['Accepted']);
      }
      const preparing = await statusWord(context, since, 'Preparing');
      check('preparing', () => expectStatus(preparing, ['Preparing']));
      await hands.plugIn();
      const start = await csms.awaitCall('StartTransaction', { since });
      check('started', () => expectStart(start, { idTag: guest.idToken, reservationId }));
      const offered = await statusWord(context, since, ...OFFERED);
      check('offered', () => expectStatus(offered, OFFERED));
      const gone = await cancel(context, reservationId);
      check('over', () => expect(gone).to.be.callResult({ status: 'Rejected' }));
    },
  });

/** A state of the connector, or of all of them, in which there is nothing to reserve. */
interface Refused {
  readonly id: string;
  readonly title: string;
  readonly octt: string;
  readonly connectorId: number;
  readonly needs: readonly string[];
  readonly status: string;
  /** Brings one connector into the state. */
  bring(context: Context, connectorId: number): Promise<unknown>;
}

const WRONG = ['Accepted', 'Rejected'];

const refused = ({ id, title, octt, connectorId, needs, status, bring }: Refused) =>
  testCase({
    id: `station/reservation/${id}`,
    title,
    sut: 'station',
    versions,
    octt: { '1.6': octt },
    feature: connectorId === 0 ? 'ReserveConnectorZero' : feature,
    needs,
    checks: { refused: { ref: '5.13', level: 'SHALL', says: `the reservation is answered with ${status}` } },
    catches: { refused: WRONG.map((wrong) => alter('ReserveNow', { status: wrong })) },
    async run(context) {
      const { check, csms } = context;
      await settled(context);
      if (connectorId === 0) await anyConnector(context);
      const last = connectorId === 0 ? await connectors(context) : 1;
      for (let one = 1; one <= last; one++) {
        const since = csms.mark;
        await bring(context, one);
        const told = await csms.awaitCall('StatusNotification', {
          since,
          where: (payload) => payload['connectorId'] === one && payload['status'] !== 'Available',
        });
        if (told === undefined) throw new Unmet(`connector ${one} was not told to be anything but Available`);
      }
      const reply = await reserve(context, await context.token('valid'), connectorId, newId(context));
      check('refused', () => expect(reply).to.be.callResult({ status }));
    },
  });

const fault = ({ after, hands }: Context, connectorId: number) => {
  after(() => hands.clearFault(connectorId));
  return hands.raiseFault(connectorId);
};
const occupy = ({ after, hands }: Context, connectorId: number) => {
  after(() => hands.plugOut(connectorId));
  return hands.plugIn(connectorId);
};
const close = ({ after, csms, orders }: Context, connectorId: number) => {
  after(() => csms.call('ChangeAvailability', orders.changeAvailability(true, connectorId)));
  return csms.need('ChangeAvailability', orders.changeAvailability(false, connectorId), ['Accepted']);
};

export default suite('station/reservation', 'Reservation', [
  used({
    id: 'used-reader',
    title: 'He for whom a connector is kept charges there, and the reservation is over',
    octt: 'TC_046_1_CS',
    from: 'reader',
    kinds: ['valid', 'valid'],
  }),
  used({
    id: 'used-afar',
    title: 'He for whom a connector is kept charges there on an order from afar, and the reservation is over',
    octt: 'TC_046_2_CS',
    from: 'afar',
    kinds: ['valid', 'valid'],
  }),
  used({
    id: 'used-group-reader',
    title: 'One of the group for which a connector is kept charges there',
    octt: 'TC_053_1_CS',
    from: 'reader',
    kinds: ['group', 'groupOther'],
  }),
  used({
    id: 'used-group-afar',
    title: 'One of the group for which a connector is kept charges there on an order from afar',
    octt: 'TC_053_2_CS',
    from: 'afar',
    kinds: ['group', 'groupOther'],
  }),

  testCase({
    id: 'station/reservation/kept-from-others',
    title: 'A connector that is kept for somebody serves nobody else, and serves again when it is free',
    sut: 'station',
    versions,
    feature,
    needs: ['presentToken', 'plugIn', 'plugOut'],
    checks: {
      kept: { ref: '5.13', level: 'SHALL', says: 'the token and the cable of somebody else start nothing' },
      free: { ref: '5.1', level: 'SHALL', says: 'cancelled, it serves anybody, and no reservation is named' },
    },
    catches: {
      kept: besides(
        'serves-anybody',
        'a connector that is kept serves whoever comes',
        ({ kind, action }) => kind === 'call' && action === 'Authorize',
        'StartTransaction',
        () => startOf(),
      ),
      free: [deafTo('CancelReservation'), alter('StartTransaction', { reservationId: 977 })],
    },
    async run(context) {
      const { check, csms, hands, token: get } = context;
      await settled(context);
      await others(context);
      const reservationId = newId(context);
      const reply = await reserve(context, await get('valid'), EVSE, reservationId);
      if (reply.payload['status'] !== 'Accepted') throw new Unmet('the station keeps no connector');
      const other = await get('second');
      tidied(context, numbered(context));
      const since = csms.mark;
      await hands.presentToken(other);
      await hands.plugIn();
      const starts = await countOf(context, 'StartTransaction', since);
      check('kept', () => expect(starts, 'transactions started').to.equal(0));
      await hands.plugOut();
      await csms.need('CancelReservation', { reservationId }, ['Accepted']);
      const mark = csms.mark;
      await hands.plugIn();
      await hands.presentToken(other);
      const start = await csms.awaitCall('StartTransaction', { since: mark });
      check('free', () => {
        expectStart(start, { idTag: other.idToken });
        expect((start as IncomingCall).payload['reservationId']).to.be.oneOf([undefined, -1, 0]);
      });
    },
  }),

  refused({
    id: 'faulted',
    title: 'A connector with a fault can not be reserved',
    octt: 'TC_048_1_CS',
    connectorId: EVSE,
    needs: ['raiseFault', 'clearFault'],
    status: 'Faulted',
    bring: fault,
  }),
  refused({
    id: 'occupied-v16',
    title: 'A connector with a cable in can not be reserved',
    octt: 'TC_048_2_CS',
    connectorId: EVSE,
    needs: ['plugIn', 'plugOut'],
    status: 'Occupied',
    bring: occupy,
  }),
  refused({
    id: 'any-faulted',
    title: 'Where all connectors have faults none can be reserved',
    octt: 'TC_050_1_CS',
    connectorId: 0,
    needs: ['raiseFault', 'clearFault'],
    status: 'Faulted',
    bring: fault,
  }),
  refused({
    id: 'any-occupied',
    title: 'Where all connectors have a cable in none can be reserved',
    octt: 'TC_050_2_CS',
    connectorId: 0,
    needs: ['plugIn', 'plugOut'],
    status: 'Occupied',
    bring: occupy,
  }),
  refused({
    id: 'any-unavailable',
    title: 'Where all connectors are out of service none can be reserved',
    octt: 'TC_050_3_CS',
    connectorId: 0,
    needs: [],
    status: 'Unavailable',
    bring: close,
  }),

  testCase({
    id: 'station/reservation/any',
    title: 'Any connector can be reserved, and the last free one is kept then',
    sut: 'station',
    versions,
    octt: { '1.6': 'TC_049_CS' },
    feature: 'ReserveConnectorZero',
    needs: ['plugIn', 'plugOut'],
    checks: {
      accepted: acceptedCheck,
      told: { ...keptCheck, level: 'SHOULD', says: 'the station tells that the connector that is left is Reserved' },
      kept: { ref: '5.13', level: 'SHALL', says: 'somebody else can not start there' },
      started: useChecks.started,
      over: useChecks.over,
    },
    catches: {
      accepted: alter('ReserveNow', { status: 'Rejected' }),
      told: statusFaults('Reserved', 'Available'),
      kept: besides(
        'serves-anybody-from-afar',
        'a connector that is kept serves whomever the CSMS names',
        ({ kind, action }) => kind === 'callresult' && action === 'RemoteStartTransaction',
        'StartTransaction',
        () => startOf(),
      ),
      started: useCatches.started,
      over: alter('CancelReservation', { status: 'Accepted' }),
    },
    async run(context) {
      const { check, csms, hands, token: get } = context;
      await settled(context);
      await anyConnector(context);
      await others(context);
      const owner = await get('valid');
      tidied(context, numbered(context));
      const reservationId = newId(context);
      const since = csms.mark;
      const reply = await reserve(context, owner, 0, reservationId);
      check('accepted', () => expect(reply).to.be.callResult({ status: 'Accepted' }));
      if (reply.payload['status'] !== 'Accepted') throw new Unmet('the station keeps no connector');
      const told = await statusWord(context, since, 'Reserved');
      check('told', () => expectStatus(told, ['Reserved']));
      const stranger = remoteStart(context, await get('second'), EVSE);
      // A station that asks about the token first may accept the order, and start nothing.
      await csms.call(stranger.action, stranger.payload);
      await hands.plugIn();
      const early = await countOf(context, 'StartTransaction', since);
      check('kept', () => expect(early, 'transactions started').to.equal(0));
      const { action, payload } = remoteStart(context, owner, EVSE);
      await csms.need(action, payload, ['Accepted']);
      const start = await csms.awaitCall('StartTransaction', { since });
      check('started', () => expectStart(start, { idTag: owner.idToken, reservationId }));
      const gone = await cancel(context, reservationId);
      check('over', () => expect(gone).to.be.callResult({ status: 'Rejected' }));
    },
  }),

  testCase({
    id: 'station/reservation/replaced-v16',
    title: 'A reservation of the same number takes the place of the one before',
    sut: 'station',
    versions,
    feature,
    checks: {
      accepted: { ref: '5.13', level: 'SHALL', says: 'the second one is accepted' },
      another: { ref: '5.13', level: 'SHALL', says: 'one of another number is answered with Occupied' },
      once: { ref: '5.1', level: 'SHALL', says: 'cancelled once, there is no second one to cancel' },
    },
    catches: {
      accepted: alter('ReserveNow', { status: 'Occupied' }),
      another: alter('ReserveNow', { status: 'Accepted' }),
      once: alter('CancelReservation', { status: 'Accepted' }),
    },
    async run(context) {
      const { check, token: get } = context;
      await settled(context);
      const id = newId(context);
      const first = await reserve(context, await get('valid'), EVSE, id);
      if (first.payload['status'] !== 'Accepted') {
        check('accepted', () => expect(first).to.be.callResult({ status: 'Accepted' }));
        throw new Unmet('the station keeps no connector');
      }
      const second = await reserve(context, await get('second'), EVSE, id);
      check('accepted', () => expect(second).to.be.callResult({ status: 'Accepted' }));
      const other = await reserve(context, await get('valid'), EVSE, id + 1);
      check('another', () => expect(other).to.be.callResult({ status: 'Occupied' }));
      await cancel(context, id);
      const again = await cancel(context, id);
      check('once', () => expect(again).to.be.callResult({ status: 'Rejected' }));
    },
  }),

  ...(
    [
      ['not-supported', EVSE, 'TC_048_4_CS'],
      ['any-not-supported', 0, 'TC_050_4_CS'],
    ] as const
  ).map(([id, connectorId, octt]) =>
    testCase({
      id: `station/reservation/${id}`,
      title: `A station that keeps nothing for anybody says no (connector ${connectorId})`,
      sut: 'station',
      versions,
      octt: { '1.6': octt },
      lacks: feature,
      checks: {
        refused: { ref: '5.13', level: 'SHALL', says: 'the reservation is rejected, or is not supported' },
        unnamed: { ref: '9.1.29', level: 'SHALL', says: 'the station does not name the profile among its own' },
      },
      catches: {
        unnamed: alter(
          'GetConfiguration',
          (payload) => JSON.parse(JSON.stringify(payload).replace('"Core', '"Core,Reservation')),
          { name: 'with reservations' },
        ),
        refused: [
          alter('ReserveNow', { status: 'Accepted' }),
          insteadOf('ReserveNow', 'an empty answer', ({ id: own }) => `[3,"${own}",{}]`),
        ],
      },
      async run(context) {
        const { check } = context;
        await ready(context);
        const reply = await reserve(context, await context.token('valid'), connectorId, newId(context));
        check('refused', () => {
          if (reply.kind === 'callerror') expect(reply.code).to.be.oneOf(['NotSupported', 'NotImplemented']);
          else expect(reply).to.be.callResult({ status: 'Rejected' });
        });
        const named = await keyValue(context, 'SupportedFeatureProfiles');
        if (named === undefined) throw new Unmet('the station does not tell its SupportedFeatureProfiles');
        check('unnamed', () => expect(named.split(',').map((name) => name.trim())).to.not.include(feature));
      },
    }),
  ),
]);
