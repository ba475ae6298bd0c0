/** Charger, 1.6 transactions that are started, stopped or cut from afar, and what becomes of them without a connection. */
import type { Context } from '../../src/judge/context.ts';
import { alter, behaviour, drop } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import { besides, deafTo, startFaults, statusFaults, stopFaults, told } from './faults.v16.ts';
import { between, expectStart, expectStatus, expectStop, sameTag } from './judging.v16.ts';
import { remoteStart, remoteWords } from './remote-words.ts';
import { countOf, EVSE, inTime, NO_EVSE, quiet, reset, statusTold } from './states.ts';
import {
  charging,
  configured,
  ENDED,
  isTold,
  keyValue,
  numbered,
  OFFERED,
  SESSION,
  settled,
  statusWord,
  stopped,
  tidied,
} from './states.v16.ts';

const versions = ['1.6'] as const;

/** Seconds that a cable may take. */
const CABLE_S = 9;

const startChecks = {
  accepted: { ref: '5.11', level: 'SHALL', says: 'the order is accepted' },
  asked: {
    ref: '5.11',
    level: 'SHALL',
    says: 'the CSMS is asked about the token first where AuthorizeRemoteTxRequests says so, and not where it does not',
  },
  started: {
    ref: '5.11',
    level: 'SHALL',
    says: 'a transaction starts with the token of the order, on its connector, now, at a reading of the meter',
  },
  offered: { ref: '4.9', level: 'SHALL', says: 'the station tells that energy is offered' },
} as const;
const startCatches = {
  accepted: alter('RemoteStartTransaction', { status: 'Rejected' }),
  asked: besides(
    'asks-needlessly',
    'a token is asked about when its transaction has started',
    ({ kind, action }) => kind === 'call' && action === 'StartTransaction',
    'Authorize',
    ({ payload }) => ({ idTag: (payload as { idTag?: string }).idTag }),
  ),
  started: startFaults,
  offered: statusFaults('Charging', 'Preparing'),
} as const;
const authorizedCatches = {
  ...startCatches,
  asked: [alter('Authorize', { idTag: 'PP-OTHER' }), deafTo('AuthorizeRemoteTxRequests')],
} as const;

/** Orders a start and judges it; `plug` before the order or after it. @param authorizes sets AuthorizeRemoteTxRequests */
async function remotely(
  context: Context<keyof typeof startChecks>,
  first: 'plug' | 'order',
  authorizes?: boolean,
): Promise<void> {
  const { check, csms, hands } = context;
  await settled(context);
  if (authorizes !== undefined) await configured(context, 'AuthorizeRemoteTxRequests', String(authorizes));
  const asks = authorizes ?? /^true$/i.test((await keyValue(context, 'AuthorizeRemoteTxRequests')) ?? '');
  tidied(context, numbered(context));
  const token = await context.token('valid');
  const since = csms.mark;
  if (first === 'plug') {
    await hands.plugIn();
    if ((await statusWord(context, since, 'Preparing')) === undefined)
      throw new Unmet('the station did not tell that it is Preparing with a cable in');
  }
  const { action, payload } = remoteStart(context, token, EVSE);
  const reply = await csms.call(action, payload);
  check('accepted', () => expect(reply).to.be.callResult({ status: 'Accepted' }));
  if (first === 'order') await hands.plugIn();
  const start = await csms.awaitCall('StartTransaction', { since });
  check('started', () => expectStart(start, { idTag: token.idToken }));
  const offered = await statusWord(context, since, ...OFFERED);
  check('offered', () => expectStatus(offered, OFFERED));
  await countOf(context, 'Authorize', since);
  check('asked', () => {
    const questions = csms.calls(since, 'Authorize');
    // A token of the configuration may be known to the station from an earlier day.
    if (questions.length === 0 && asks && !token.assumed) return;
    expect(questions.length, 'tokens asked about').to.equal(asks ? 1 : 0);
    const [question] = questions;
    if (question === undefined) return;
    expect(sameTag(question.payload['idTag'], token.idToken), `it is about ${token.idToken}`).to.equal(true);
    expect([question, start].filter((one) => one !== undefined)).to.be.inOrder();
  });
}

const resets = (when: 'now' | 'idle', id: string, octt: string, reasons: readonly string[]) =>
  testCase({
    id: `station/transactions/${id}`,
    title: `A transaction is ended by a reset (${when === 'now' ? 'Hard' : 'Soft'}), and the station boots`,
    sut: 'station',
    versions,
    octt: { '1.6': octt },
    needs: SESSION,
    checks: {
      accepted: { ref: '5.14', level: 'SHALL', says: 'the reset is accepted' },
      boots: { ref: '4.2', level: 'SHALL', says: 'the station restarts and sends BootNotification' },
      stopped: {
        ref: '5.14',
        level: 'SHALL',
        says: 'the transaction is told to be over, under its number, because of the reset',
      },
      status: {
        ref: 'E 3.22',
        level: 'SHALL',
        says: 'once it is accepted, the station tells that the connector does not charge',
      },
    },
    catches: {
      accepted: alter('Reset', { status: 'Rejected' }),
      boots: behaviour('boots-once', 'after a reset no BootNotification is sent'),
      stopped: stopFaults('Local'),
      status: behaviour('silent-after-restart', 'after a restart no status is told'),
    },
    async run(context) {
      const { check, clock, csms, sut } = context;
      const { start, transactionId } = await charging(context);
      const since = csms.mark;
      const orderedAt = clock.now();
      const { reply, boot } = await reset(context, when);
      check('accepted', () => expect(reply).to.be.callResult({ status: 'Accepted' }));
      check('boots', () => expect(boot, 'a BootNotification after the reset').to.not.equal(undefined));
      const stop = await stopped(context, since, csms.patienceMs);
      check('stopped', () =>
        expectStop(stop, { transactionId, reasons, start, ...between(orderedAt, clock.now(), sut) }),
      );
      if (boot === undefined) throw new Unmet('the station did not boot after a reset');
      const after = await csms.awaitCall('StatusNotification', {
        since,
        after: boot.n,
        where: ({ connectorId }) => connectorId === EVSE,
      });
      // With the cable still in, it may count as a session that is over or as one that begins.
      check('status', () => expectStatus(after, ['Finishing', 'Preparing', 'Available']));
    },
  });

export default suite('station/transactions', 'Transactions', [
  testCase({
    id: 'station/transactions/remote-plug-first',
    title: 'A vehicle that is plugged in is charged when the CSMS orders it',
    sut: 'station',
    versions,
    octt: { '1.6': 'TC_010_CS' },
    needs: ['plugIn', 'plugOut'],
    checks: startChecks,
    catches: startCatches,
    run: (context) => remotely(context, 'plug'),
  }),

  testCase({
    id: 'station/transactions/remote-order-first',
    title: 'A vehicle that is plugged in after the order of the CSMS is charged',
    sut: 'station',
    versions,
    octt: { '1.6': 'TC_011_1_CS' },
    needs: ['plugIn', 'plugOut'],
    checks: startChecks,
    catches: startCatches,
    run: (context) => remotely(context, 'order'),
  }),

  testCase({
    id: 'station/transactions/remote-authorized',
    title: 'An order of the CSMS is authorized first, where it is so configured',
    sut: 'station',
    versions,
    needs: ['plugIn', 'plugOut'],
    checks: startChecks,
    catches: authorizedCatches,
    run: (context) => remotely(context, 'order', true),
  }),

  testCase({
    id: 'station/transactions/remote-nobody-comes',
    title: 'An order to charge that is followed by no cable is forgotten after some time',
    sut: 'station',
    versions,
    octt: { '1.6': 'TC_011_2_CS' },
    checks: {
      accepted: { ref: '5.11', level: 'SHALL', says: 'the order is accepted' },
      waits: { ref: '4.9', level: 'SHALL', says: 'the station tells that it waits for the cable: Preparing' },
      free: {
        ref: '9.1.6',
        level: 'SHALL',
        says: 'when the time for the cable is over, the connector is Available again',
      },
    },
    catches: {
      accepted: alter('RemoteStartTransaction', { status: 'Rejected' }),
      waits: statusFaults('Preparing', 'Charging'),
      free: statusFaults('Available', 'Preparing'),
    },
    async run(context) {
      const { check, csms } = context;
      await settled(context);
      await configured(context, 'ConnectionTimeOut', String(CABLE_S));
      await quiet(context);
      const since = csms.mark;
      const { action, payload } = remoteStart(context, await context.token('valid'), EVSE);
      const reply = await csms.call(action, payload);
      check('accepted', () => expect(reply).to.be.callResult({ status: 'Accepted' }));
      const waits = await statusWord(context, since, 'Preparing');
      check('waits', () => expectStatus(waits, ['Preparing']));
      const gone = await csms.awaitCall('StatusNotification', {
        since,
        after: waits?.n ?? 0,
        where: isTold(['Available']),
        timeoutMs: inTime(context, CABLE_S),
      });
      check('free', () => {
        expectStatus(gone, ['Available']);
        if (gone && waits) expect((gone.at - waits.at) / 1000, 'seconds until it was free').to.be.at.least(CABLE_S - 3);
      });
    },
  }),

  testCase({
    id: 'station/transactions/remote-stop',
    title: 'A transaction is stopped from afar by its number, and by no other',
    sut: 'station',
    versions,
    octt: { '1.6': ['TC_012_CS', 'TC_028_CS', 'TC_026_CS'] },
    needs: SESSION,
    checks: {
      busy: { ref: '5.11', level: 'SHALL', says: 'another start on the connector is rejected while it runs' },
      wrong: { ref: '5.12', level: 'SHALL', says: 'a number that is not its own is rejected, and it goes on' },
      accepted: { ref: '5.12', level: 'SHALL', says: 'its own number is accepted' },
      stopped: { ref: '5.12', level: 'SHALL', says: 'the transaction ends, under its number, from afar' },
      free: { ref: '4.9', level: 'SHALL', says: 'the station tells that the transaction is over' },
    },
    catches: {
      busy: alter('RemoteStartTransaction', { status: 'Accepted' }),
      wrong: alter('RemoteStopTransaction', { status: 'Accepted' }),
      accepted: alter('RemoteStopTransaction', { status: 'Rejected' }),
      stopped: [...stopFaults('Local'), deafTo('RemoteStopTransaction')],
      free: statusFaults('Finishing', 'Charging'),
    },
    async run(context) {
      const { check, csms, dialect, token } = context;
      const { start: started, transactionId } = await charging(context);
      const start = remoteStart(context, await token('second'), EVSE);
      const busy = await csms.call(start.action, start.payload);
      check('busy', () => expect(busy).to.be.callResult({ status: 'Rejected' }));
      const before = csms.mark;
      const words = remoteWords[dialect.version];
      const other = words.stop(transactionId + NO_EVSE);
      const wrong = await csms.call(other.action, other.payload);
      const stops = await countOf(context, 'StopTransaction', before);
      check('wrong', () => {
        expect(wrong).to.be.callResult({ status: 'Rejected' });
        expect(stops, 'transactions stopped').to.equal(0);
      });
      const since = csms.mark;
      const own = words.stop(transactionId);
      const reply = await csms.call(own.action, own.payload);
      check('accepted', () => expect(reply).to.be.callResult({ status: 'Accepted' }));
      const stop = await stopped(context, since);
      check('stopped', () => expectStop(stop, { transactionId, reasons: ['Remote'], start: started }));
      const over = await statusWord(context, since, ...ENDED);
      check('free', () => expectStatus(over, ENDED));
    },
  }),

  resets('now', 'reset-at-once', 'TC_015_CS', ['HardReset']),
  resets('idle', 'reset-when-idle', 'TC_016_CS', ['SoftReset']),

  testCase({
    id: 'station/transactions/out-of-service-later',
    title: 'A connector that is in use goes out of service when its transaction is over',
    sut: 'station',
    versions,
    needs: SESSION,
    checks: {
      scheduled: { ref: '5.2', level: 'SHALL', says: 'while a transaction runs, the change is Scheduled' },
      running: { ref: '5.2', level: 'SHALL', says: 'the transaction goes on' },
      done: {
        ref: '5.2',
        level: 'SHALL',
        says: 'when it is over, the station tells that the connector is Unavailable',
      },
    },
    catches: {
      scheduled: alter('ChangeAvailability', { status: 'Accepted' }),
      running: {
        name: 'stops-for-availability',
        says: 'a change of availability ends the transaction',
        rewrite: (out) =>
          out.kind === 'callresult' && out.action === 'ChangeAvailability'
            ? [
                { text: out.text },
                {
                  text: `[2,"${out.id}s","StopTransaction",{"transactionId":1,"meterStop":5,"timestamp":"2026-01-01T00:00:00Z"}]`,
                },
              ]
            : undefined,
      },
      done: alter('StatusNotification', { status: 'Available' }, told('Unavailable')),
    },
    async run(context) {
      const { after, check, csms, hands, orders } = context;
      const { token } = await charging(context);
      after(() => csms.call('ChangeAvailability', orders.changeAvailability(true, EVSE)));
      const since = csms.mark;
      const reply = await csms.call('ChangeAvailability', orders.changeAvailability(false, EVSE));
      check('scheduled', () => expect(reply).to.be.callResult({ status: 'Scheduled' }));
      const stops = await countOf(context, 'StopTransaction', since);
      check('running', () => expect(stops, 'transactions stopped').to.equal(0));
      await hands.presentToken(token);
      await hands.plugOut();
      const gone = await statusTold(context, 'Unavailable', since);
      check('done', () => expect(gone, `EVSE ${EVSE} told to be Unavailable`).to.not.equal(undefined));
    },
  }),

  testCase({
    id: 'station/transactions/unlocked',
    title: 'Unlocking the connector of a transaction ends it first',
    sut: 'station',
    versions,
    octt: { '1.6': 'TC_018_1_CS' },
    feature: 'ConnectorLock',
    needs: SESSION,
    checks: {
      word: { ref: '5.18', level: 'SHALL', says: 'the answer says what came of it' },
      stopped: { ref: '5.18', level: 'SHALL', says: 'the transaction ends, under its number, because of the order' },
      free: {
        ref: '4.9',
        level: 'SHALL',
        says: 'the station tells that the transaction is over, and then that the connector is free',
      },
    },
    catches: {
      word: alter('UnlockConnector', { status: 'Perhaps' }),
      stopped: stopFaults('Local'),
      free: [...statusFaults('Finishing', 'Charging'), ...statusFaults('Available', 'Charging')],
    },
    async run(context) {
      const { check, csms, hands, orders } = context;
      const { start, transactionId } = await charging(context);
      const since = csms.mark;
      const reply = await csms.call('UnlockConnector', orders.unlock(EVSE, 1));
      check('word', () => expect(reply.payload['status']).to.be.oneOf(['Unlocked', 'UnlockFailed', 'NotSupported']));
      if (reply.payload['status'] === 'NotSupported')
        throw new Unmet('the cable is fixed, there is nothing to unlock: name ConnectorLock under sut.without');
      const stop = await stopped(context, since);
      check('stopped', () => expectStop(stop, { transactionId, reasons: ['UnlockCommand'], start }));
      const over = await statusWord(context, since, ...ENDED);
      check('free', () => expectStatus(over, ENDED));
      await hands.plugOut();
      const gone = await statusWord(context, since, 'Available');
      check('free', () => expectStatus(gone, ['Available']));
    },
  }),

  testCase({
    id: 'station/transactions/faulted',
    title: 'A station with a fault tells so, and starts nothing',
    sut: 'station',
    versions,
    octt: { '1.6': 'TC_041_CS' },
    needs: [...SESSION, 'raiseFault', 'clearFault'],
    checks: {
      told: { ref: '4.9', level: 'SHALL', says: 'the station tells that the connector is Faulted, and why' },
      idle: { ref: '4.9', level: 'SHALL', says: 'a cable and a token start nothing' },
      healed: { ref: '4.9', level: 'SHALL', says: 'when the fault is over, the station tells so, without an error' },
    },
    catches: {
      told: [
        alter('StatusNotification', { errorCode: 'NoError' }, told('Faulted')),
        alter('StatusNotification', { timestamp: '2020-01-01T00:00:00Z' }, told('Faulted')),
        drop('StatusNotification', told('Faulted')),
      ],
      idle: {
        name: 'starts-with-a-fault',
        says: 'a transaction starts where a fault was told',
        rewrite: (out) =>
          out.kind === 'call' && /"Faulted"/.test(out.text)
            ? [
                { text: out.text },
                {
                  text: `[2,"${out.id}s","StartTransaction",{"connectorId":1,"idTag":"X","meterStart":0,"timestamp":"2026-01-01T00:00:00Z"}]`,
                },
              ]
            : undefined,
      },
      healed: statusFaults('Available', 'Faulted'),
    },
    async run(context) {
      const { after, check, csms, hands, token } = context;
      await settled(context);
      tidied(context);
      after(() => hands.clearFault());
      const since = csms.mark;
      await hands.raiseFault();
      const faulted = await statusWord(context, since, 'Faulted');
      check('told', () => {
        expect(faulted, 'Faulted').to.not.equal(undefined);
        expect(faulted?.payload['errorCode']).to.not.equal('NoError');
        if (faulted?.payload['timestamp'] !== undefined) expect(faulted.payload['timestamp']).to.be.recentInstant();
      });
      await hands.plugIn();
      await hands.presentToken(await token('valid'));
      const starts = await countOf(context, 'StartTransaction', since);
      check('idle', () => expect(starts, 'transactions started').to.equal(0));
      await hands.plugOut();
      const mark = csms.mark;
      await hands.clearFault();
      const healed = await statusWord(context, mark, 'Available', 'Preparing');
      check('healed', () => expectStatus(healed, ['Available', 'Preparing']));
    },
  }),
]);
