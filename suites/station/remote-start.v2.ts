/** Charger, 2.x transactions that are started from afar: for whom, where, and what comes of it when nobody does. */
import type { Context } from '../../src/judge/context.ts';
import { alter, behaviour, type Fault } from '../../src/judge/fault.ts';
import { at } from '../../src/judge/path.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import type { Payload } from '../../src/session.ts';
import type { Token } from '../../src/sut/system-under-test.ts';
import { pointIs } from './points.v2.ts';
import { remoteStart } from './remote-words.ts';
import { isToken } from './states.auth.v2.ts';
import { CONNECTOR, countOf, EVSE, inTime, quiet, ready, statusTold } from './states.ts';
import {
  configured,
  event,
  isOffered,
  preferred,
  tidied,
  transactionOf,
  triggered,
  valueOfVariable,
} from './states.v2.ts';

const versions = ['2.0.1'] as const;

/** Seconds that a cable may take. */
const CABLE_S = 4;
const tellsOf = (word: string) => ({ when: (payload: unknown) => JSON.stringify(payload).includes(`"${word}"`) });
const info = (change: Payload, word: string): Fault =>
  alter('TransactionEvent', { transactionInfo: change }, tellsOf(word));

const startChecks = {
  accepted: { ref: 'F02.FR.12', level: 'SHALL', says: 'the order is accepted' },
  told: {
    ref: 'F02.FR.21',
    level: 'SHALL',
    says: 'an event tells that the order was it, with the number of the order',
  },
  token: { ref: 'F02.FR.12', level: 'SHALL', says: 'the transaction is that of the token of the order' },
  where: { ref: 'TransactionEventRequest.evse', level: 'SHALL', says: 'its events tell the EVSE of the order' },
  offered: { ref: 'E01.FR.18', level: 'SHALL', says: 'with a cable in, events tell that energy is offered' },
} as const;

const startFaults = {
  accepted: alter('RequestStartTransaction', { status: 'Rejected' }),
  told: [
    alter('TransactionEvent', { triggerReason: 'Authorized' }, tellsOf('RemoteStart')),
    info({ remoteStartId: 977 }, 'RemoteStart'),
  ],
  token: [
    alter('TransactionEvent', { idToken: { idToken: 'PP-OTHER' } }, tellsOf('idToken')),
    alter('TransactionEvent', { idToken: { type: 'KeyCode' } }, tellsOf('idToken')),
  ],
  where: [alter('TransactionEvent', { evse: { id: 2 } }, tellsOf('evse')), alter('TransactionEvent', { evse: null })],
  offered: info({ chargingState: 'EVConnected' }, 'Charging'),
} as const;

/** Judges the events of a start that was ordered. */
async function judgeStart(
  context: Context<'told' | 'token' | 'where' | 'offered'>,
  token: Token,
  since: number,
  remoteStartId: unknown,
): Promise<void> {
  const { check, csms } = context;
  const remote = await event(context, since, triggered('RemoteStart'));
  check('told', () => expect(at(remote?.payload, 'transactionInfo.remoteStartId')).to.equal(remoteStartId));
  const offered = await event(context, since, isOffered);
  await quiet(context);
  check('offered', () => expect(offered, 'an event with energy offered').to.not.equal(undefined));
  const events = csms.calls(since, 'TransactionEvent').map(({ payload }) => payload);
  check('token', () => {
    const tokens = events.flatMap(({ idToken }) => (idToken === undefined ? [] : [idToken]));
    expect(tokens.length, 'events with a token').to.be.at.least(1);
    for (const told of tokens) expect(isToken(told, token), JSON.stringify(told)).to.equal(true);
  });
  check('where', () => {
    const places = events.flatMap(({ evse }) => (evse === undefined ? [] : [at(evse, 'id')]));
    expect(new Set(places)).to.deep.equal(new Set([EVSE]));
  });
}

/** Orders a start and judges it; `plug` before the order or after it. */
async function remotely(context: Context<keyof typeof startChecks>, first: 'plug' | 'order'): Promise<void> {
  const { check, csms, hands } = context;
  await ready(context);
  await quiet(context);
  tidied(context);
  const token = await context.token('valid');
  const since = csms.mark;
  if (first === 'plug') {
    await hands.plugIn();
    if ((await statusTold(context, 'Occupied', since)) === undefined)
      throw new Unmet('the station did not tell that the connector is Occupied with a cable in');
  }
  const { action, payload } = remoteStart(context, token, EVSE);
  const reply = await csms.call(action, payload);
  check('accepted', () => expect(reply).to.be.callResult({ status: 'Accepted' }));
  if (first === 'order') await hands.plugIn();
  await judgeStart(context, token, since, payload['remoteStartId']);
}

export default suite('station/transactions', 'Transactions', [
  testCase({
    id: 'station/transactions/remote-plug-first-v2',
    title: 'A vehicle that is plugged in is charged when the CSMS orders it (2.0.1)',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_F_01_CS' },
    needs: ['plugIn', 'plugOut'],
    checks: startChecks,
    catches: startFaults,
    run: (context) => remotely(context, 'plug'),
  }),

  testCase({
    id: 'station/transactions/remote-order-first-v2',
    title: 'A vehicle that is plugged in after the order of the CSMS is charged (2.0.1)',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_F_03_CS' },
    needs: ['plugIn', 'plugOut'],
    checks: startChecks,
    catches: startFaults,
    run: (context) => remotely(context, 'order'),
  }),

  testCase({
    id: 'station/transactions/remote-authorized-v2',
    title: 'Where it is to ask first, a station charges for an order once the CSMS has accepted the token (2.0.1)',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_F_02_CS' },
    needs: ['plugIn', 'plugOut'],
    checks: {
      ...startChecks,
      asked: { ref: 'F02.FR.09', level: 'SHALL', says: 'the CSMS is asked about the token of the order, and no other' },
      first: { ref: 'F02.FR.09', level: 'SHALL', says: 'nothing is told to be ordered before the answer' },
    },
    catches: {
      ...startFaults,
      asked: alter('Authorize', { idToken: { idToken: 'PP-OTHER' } }),
      first: behaviour('deaf-to-AuthorizeRemoteStart', 'the station does not ask, whatever is set'),
    },
    async run(context) {
      const { check, csms, hands } = context;
      await ready(context);
      await configured(context, 'AuthCtrlr', 'AuthorizeRemoteStart', 'true');
      await preferred(context, 'AuthCtrlr', 'LocalPreAuthorize', 'false');
      await quiet(context);
      tidied(context);
      const token = await context.token('valid');
      const since = csms.mark;
      const { action, payload } = remoteStart(context, token, EVSE);
      const reply = await csms.call(action, payload);
      check('accepted', () => expect(reply).to.be.callResult({ status: 'Accepted' }));
      const asked = await csms.awaitCall('Authorize', { since });
      check('asked', () =>
        expect(isToken(asked?.payload['idToken'], token), 'Authorize with the token').to.equal(true),
      );
      await hands.plugIn();
      await judgeStart(context, token, since, payload['remoteStartId']);
      const remote = await event(context, since, triggered('RemoteStart'));
      check('first', () => {
        expect(asked, 'Authorize').to.not.equal(undefined);
        expect(remote?.n ?? 0, 'frame of the event').to.be.above(asked?.n ?? 0);
      });
    },
  }),

  testCase({
    id: 'station/transactions/remote-refused-v2',
    title: 'Where it is to ask first, a station charges nobody whom the CSMS does not accept (2.0.1)',
    sut: 'station',
    versions,
    checks: {
      asked: { ref: 'F02.FR.09', level: 'SHALL', says: 'the CSMS is asked about the token of the order' },
      nothing: { ref: 'F02.FR.09', level: 'SHALL', says: 'and where it refuses, nothing is started' },
    },
    catches: {
      asked: [
        alter('Authorize', { idToken: { idToken: 'PP-OTHER' } }),
        behaviour('deaf-to-AuthorizeRemoteStart', 'the station does not ask, whatever is set'),
      ],
      nothing: behaviour('deaf-to-AuthorizeRemoteStart', 'the station does not ask, whatever is set'),
    },
    async run(context) {
      const { after, check, csms } = context;
      await ready(context);
      await configured(context, 'AuthCtrlr', 'AuthorizeRemoteStart', 'true');
      await quiet(context);
      const token = await context.token('blocked');
      const since = csms.mark;
      after(() => {
        const [started] = csms.calls(since, 'TransactionEvent');
        return started && csms.call('RequestStopTransaction', { transactionId: transactionOf(started.payload) });
      });
      const { action, payload } = remoteStart(context, token, EVSE);
      await csms.need(action, payload, ['Accepted']);
      const asked = await csms.awaitCall('Authorize', { since });
      check('asked', () =>
        expect(isToken(asked?.payload['idToken'], token), 'Authorize with the token').to.equal(true),
      );
      const started = await countOf(context, 'TransactionEvent', since);
      check('nothing', () => expect(started, 'events of a transaction').to.equal(0));
    },
  }),

  testCase({
    id: 'station/transactions/unlock-plugged-v2',
    title: 'A connector with a cable that nobody charges with is unlocked (2.0.1)',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_F_06_CS' },
    needs: ['plugIn', 'plugOut'],
    feature: 'HFS-1',
    checks: {
      word: { ref: 'F05.FR.01', level: 'SHALL', says: 'the answer says whether it was unlocked' },
      unlocked: { ref: 'F05.FR.04', level: 'SHOULD', says: 'it is' },
    },
    catches: {
      word: [
        alter('UnlockConnector', { status: 'OngoingAuthorizedTransaction' }),
        alter('UnlockConnector', { status: 'UnknownConnector' }),
      ],
      unlocked: alter('UnlockConnector', { status: 'UnlockFailed' }),
    },
    async run(context) {
      const { check, csms, hands, orders } = context;
      await ready(context);
      await quiet(context);
      tidied(context);
      const since = csms.mark;
      await hands.plugIn();
      if ((await statusTold(context, 'Occupied', since)) === undefined)
        throw new Unmet('the station did not tell that the connector is Occupied with a cable in');
      await quiet(context);
      const reply = await csms.call('UnlockConnector', orders.unlock(EVSE, CONNECTOR));
      // A lock can fail, and to tell so is right.
      check('word', () => expect(reply.payload['status']).to.be.oneOf(['Unlocked', 'UnlockFailed']));
      check('unlocked', () => expect(reply).to.be.callResult({ status: 'Unlocked' }));
    },
  }),

  testCase({
    id: 'station/transactions/remote-nobody-comes-v2',
    title: 'An order to charge that is followed by no cable is forgotten after some time (2.0.1)',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_F_04_CS' },
    checks: {
      accepted: { ref: 'F02.FR.12', level: 'SHALL', says: 'the order is accepted' },
      told: {
        ref: 'F02.FR.21',
        level: 'SHALL',
        says: 'an event tells that the order was it, with the number of the order',
      },
      over: { ref: 'F02.FR.07', level: 'SHALL', says: 'when the time for the cable is over, an event tells so' },
      ended: {
        ref: 'F02.FR.07',
        level: 'SHALL',
        says: 'and the transaction has ended for it, unless it waits for the bay',
      },
      patient: { ref: 'F02.FR.07', level: 'SHALL', says: 'that is not so before the time is over' },
    },
    catches: {
      accepted: alter('RequestStartTransaction', { status: 'Rejected' }),
      told: info({ remoteStartId: 977 }, 'RemoteStart'),
      over: [
        alter('TransactionEvent', { triggerReason: 'RemoteStop' }, tellsOf('EVConnectTimeout')),
        info({ transactionId: 'PP-OTHER' }, 'EVConnectTimeout'),
      ],
      ended: [
        alter('TransactionEvent', { eventType: 'Updated' }, tellsOf('EVConnectTimeout')),
        info({ stoppedReason: 'Local' }, 'EVConnectTimeout'),
        info({ stoppedReason: null }, 'EVConnectTimeout'),
      ],
      patient: behaviour('does-not-wait-for-cables', 'the time for the cable is shorter than it was set'),
    },
    async run(context) {
      const { check, csms } = context;
      await ready(context);
      await pointIs(context, 'TxStartPoint', 'Authorized', []);
      await configured(context, 'TxCtrlr', 'EVConnectionTimeOut', String(CABLE_S));
      await quiet(context);
      const since = csms.mark;
      const { action, payload } = remoteStart(context, await context.token('valid'), EVSE);
      const reply = await csms.call(action, payload);
      check('accepted', () => expect(reply).to.be.callResult({ status: 'Accepted' }));
      const remote = await event(context, since, triggered('RemoteStart'));
      // A station whose transactions start with the cable has nothing to tell.
      if (remote === undefined)
        throw new Unmet('no transaction starts with an authorization: see TxCtrlr.TxStartPoint');
      check('told', () =>
        expect(at(remote.payload, 'transactionInfo.remoteStartId')).to.equal(payload['remoteStartId']),
      );
      const over = await event(context, since, triggered('EVConnectTimeout'), inTime(context, CABLE_S));
      check('over', () => expect(transactionOf(over?.payload)).to.equal(transactionOf(remote.payload)));
      if (over === undefined) return;
      const points = await valueOfVariable(context, { name: 'TxCtrlr' }, 'TxStopPoint');
      check('ended', () => {
        if (points?.includes('ParkingBayOccupancy')) return;
        expect(over.payload['eventType']).to.equal('Ended');
        expect(at(over.payload, 'transactionInfo.stoppedReason')).to.equal('Timeout');
      });
      check('patient', () => expect((over.at - remote.at) / 1000, 'seconds').to.be.at.least(CABLE_S - 1.5));
    },
  }),
]);
