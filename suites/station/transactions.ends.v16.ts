/** Charger, 1.6 transactions that end, or do not, because of the cable, the CSMS or the lock. */
import type { Context } from '../../src/judge/context.ts';
import { alter, drop } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import { besides, deafTo, statusFaults, stopFaults, stopOf, told } from './faults.v16.ts';
import { expectStatus, expectStop } from './judging.v16.ts';
import { remoteWords } from './remote-words.ts';
import { countOf, EVSE, inTime, ready } from './states.ts';
import {
  charging,
  configured,
  ENDED,
  isTold,
  keyValue,
  SESSION,
  settled,
  statusWord,
  stopped,
  suggested,
  tidied,
} from './states.v16.ts';

const versions = ['1.6'] as const;
const LOCK = 'ConnectorLock';

const freeCheck = { ref: '4.9', level: 'SHALL', says: 'the station tells that the transaction is over' } as const;
const goesOn = besides(
  'stops-for-anything',
  'a transaction ends when the vehicle stops taking energy',
  ({ text }) => /"Suspended/.test(text),
  'StopTransaction',
  () => stopOf(),
);

/** What becomes of a transaction whose vehicle is unplugged, by configuration; the unlocked cable is for eyes, not for the wire. */
const unplugged = (id: string, unlocks: boolean, octt: string) =>
  testCase({
    id: `station/transactions/${id}`,
    title: `A transaction ends when the vehicle is unplugged, where it is so configured${unlocks ? '' : ', and the lock holds until it is ordered to open'}`,
    sut: 'station',
    versions,
    octt: { '1.6': octt },
    needs: SESSION,
    ...(!unlocks && { feature: LOCK }),
    checks: {
      stopped: {
        ref: '9.1.23',
        level: 'SHALL',
        says: 'the transaction ends, under its number, since the vehicle is gone',
      },
      free: freeCheck,
      unlocked: {
        ref: '5.18',
        level: 'SHALL',
        says: 'ordered to unlock the connector, the station says what came of it',
      },
    },
    catches: {
      stopped: [...stopFaults('Remote')],
      free: [
        alter('StatusNotification', { status: 'Charging' }, told('Available')),
        alter('StatusNotification', { errorCode: 'OtherError' }, told('Available')),
      ],
      unlocked: alter('UnlockConnector', { status: 'Accepted' }),
    },
    async run(context) {
      const { check, csms, hands, orders } = context;
      await ready(context);
      await configured(context, 'StopTransactionOnEVSideDisconnect', 'true');
      await suggested(context, 'UnlockConnectorOnEVSideDisconnect', String(unlocks));
      const { start, transactionId } = await charging(context);
      const since = csms.mark;
      await hands.plugOut();
      const stop = await stopped(context, since);
      check('stopped', () => expectStop(stop, { transactionId, reasons: ['EVDisconnected'], start }));
      const over = await statusWord(context, since, ...ENDED);
      check('free', () => expectStatus(over, ENDED));
      const reply = await csms.call('UnlockConnector', orders.unlock(EVSE, 1));
      check('unlocked', () =>
        expect(reply.payload['status']).to.be.oneOf(['Unlocked', 'UnlockFailed', 'NotSupported']),
      );
    },
  });

/** Wh that a refused token may still get: first more than fits into the case, then a little. */
const MUCH_WH = 5_000;
const LITTLE_WH = 60;
/** Wh that flow until a contactor is open, also where hundreds of kilowatts do. */
const SLACK_WH = 500;
/** Seconds that a cable may take. */
const CABLE_S = 9;
/** Seconds that a status has to last. */
const LASTS_S = 6;

/** What the CSMS says of the token in its answer to the start is no yes. */
const refusedAtStart = (context: Context) => charging(context, undefined, 'Blocked');

export default suite('station/transactions', 'Transactions', [
  unplugged('unplugged', true, 'TC_005_1_CS'),
  unplugged('unplugged-locked', false, 'TC_005_2_CS'),

  testCase({
    id: 'station/transactions/unplugged-goes-on',
    title: 'A transaction outlives an unplugged vehicle, where it is so configured, and is ended from afar',
    sut: 'station',
    versions,
    octt: { '1.6': 'TC_005_3_CS' },
    needs: SESSION,
    checks: {
      suspended: { ref: '4.9', level: 'SHALL', says: 'the station tells that the vehicle takes nothing: SuspendedEV' },
      running: { ref: '9.1.23', level: 'SHALL', says: 'the transaction goes on' },
      stopped: { ref: '5.12', level: 'SHALL', says: 'ordered from afar, it ends under its number, for that reason' },
      free: freeCheck,
    },
    catches: {
      suspended: statusFaults('SuspendedEV', 'Finishing'),
      running: goesOn,
      stopped: stopFaults('Local'),
      free: statusFaults('Available', 'Charging'),
    },
    async run(context) {
      const { check, csms, dialect, hands } = context;
      await ready(context);
      await configured(context, 'StopTransactionOnEVSideDisconnect', 'false');
      await suggested(context, 'UnlockConnectorOnEVSideDisconnect', 'false');
      const { start, transactionId } = await charging(context);
      const since = csms.mark;
      await hands.plugOut();
      const suspended = await statusWord(context, since, 'SuspendedEV');
      check('suspended', () => expectStatus(suspended, ['SuspendedEV']));
      const stops = await countOf(context, 'StopTransaction', since);
      check('running', () => expect(stops, 'transactions stopped').to.equal(0));
      const mark = csms.mark;
      const { action, payload } = remoteWords[dialect.version].stop(transactionId);
      await csms.need(action, payload, ['Accepted']);
      const stop = await stopped(context, mark);
      check('stopped', () => expectStop(stop, { transactionId, reasons: ['Remote'], start }));
      const over = await statusWord(context, mark, ...ENDED);
      check('free', () => expectStatus(over, ENDED));
    },
  }),

  testCase({
    id: 'station/transactions/suspended',
    title: 'A vehicle that stops taking energy suspends its transaction, and one that takes some again resumes it',
    sut: 'station',
    versions,
    needs: [...SESSION, 'evSuspends', 'evReady'],
    checks: {
      suspended: { ref: '4.9', level: 'SHALL', says: 'the station tells that the vehicle takes nothing: SuspendedEV' },
      running: { ref: '3.6', level: 'SHALL', says: 'the transaction goes on' },
      resumed: { ref: '4.9', level: 'SHALL', says: 'the station tells that the vehicle is charged again' },
    },
    catches: {
      suspended: statusFaults('SuspendedEV', 'SuspendedEVSE'),
      running: goesOn,
      resumed: alter('StatusNotification', { errorCode: 'OtherError' }, told('Charging')),
    },
    async run(context) {
      const { check, csms, hands } = context;
      await charging(context);
      const since = csms.mark;
      await hands.evSuspends();
      const suspended = await statusWord(context, since, 'SuspendedEV');
      check('suspended', () => expectStatus(suspended, ['SuspendedEV']));
      const stops = await countOf(context, 'StopTransaction', since);
      check('running', () => expect(stops, 'transactions stopped').to.equal(0));
      const mark = csms.mark;
      await hands.evReady();
      const resumed = await statusWord(context, mark, 'Charging');
      check('resumed', () => expectStatus(resumed, ['Charging']));
    },
  }),

  testCase({
    id: 'station/transactions/deauthorized',
    title: 'A transaction whose token the CSMS then refuses is ended, where it is so configured',
    sut: 'station',
    versions,
    needs: SESSION,
    checks: {
      stopped: {
        ref: '9.1.24',
        level: 'SHALL',
        says: 'the transaction ends, under its number, since it is not authorized',
      },
      free: freeCheck,
    },
    catches: {
      stopped: stopFaults('Local'),
      free: statusFaults('Finishing', 'Charging'),
    },
    async run(context) {
      const { check, csms } = context;
      await ready(context);
      await configured(context, 'StopTransactionOnInvalidId', 'true');
      const { start, transactionId } = await refusedAtStart(context);
      const since = csms.calls(0).indexOf(start);
      const stop = await stopped(context, since);
      check('stopped', () => expectStop(stop, { transactionId, reasons: ['DeAuthorized'], start }));
      const over = await statusWord(context, since, ...ENDED);
      check('free', () => expectStatus(over, ENDED));
    },
  }),

  testCase({
    id: 'station/transactions/held',
    title: 'A transaction whose token the CSMS then refuses gets no energy, where it is not to be ended',
    sut: 'station',
    versions,
    needs: SESSION,
    checks: {
      suspended: {
        ref: 'E 3.17',
        level: 'SHALL',
        says: 'the station tells that it gives no energy: SuspendedEVSE',
      },
      running: { ref: '9.1.24', level: 'SHALL', says: 'the transaction goes on' },
    },
    catches: {
      suspended: [...statusFaults('SuspendedEVSE', 'Charging'), drop('StatusNotification', told('SuspendedEVSE'))],
      running: [deafTo('StopTransactionOnInvalidId'), goesOn],
    },
    async run(context) {
      const { check, csms } = context;
      await ready(context);
      await configured(context, 'StopTransactionOnInvalidId', 'false');
      await suggested(context, 'MaxEnergyOnInvalidId', '0');
      const { start } = await refusedAtStart(context);
      const since = csms.calls(0).indexOf(start);
      const suspended = await statusWord(context, since, 'SuspendedEVSE');
      check('suspended', () => expectStatus(suspended, ['SuspendedEVSE']));
      const stops = await countOf(context, 'StopTransaction', since);
      check('running', () => expect(stops, 'transactions stopped').to.equal(0));
    },
  }),

  testCase({
    id: 'station/transactions/held-later',
    title: 'A transaction whose token the CSMS then refuses gets the energy that is configured, and no more',
    sut: 'station',
    versions,
    needs: SESSION,
    feature: 'MaxEnergyOnInvalidId',
    checks: {
      suspended: {
        ref: '9.1.14',
        level: 'SHALL',
        says: 'in the end the station tells that it gives no energy: SuspendedEVSE',
      },
      bounded: { ref: '9.1.14', level: 'SHALL', says: 'no more than the configured energy has flown by then' },
      running: { ref: '9.1.24', level: 'SHALL', says: 'the transaction goes on' },
    },
    catches: {
      suspended: statusFaults('SuspendedEVSE', 'Charging'),
      bounded: [deafTo('MaxEnergyOnInvalidId=60'), alter('StopTransaction', { meterStop: 90_000 })],
      running: goesOn,
    },
    async run(context) {
      const { check, csms, dialect } = context;
      await ready(context);
      if ((await keyValue(context, 'MaxEnergyOnInvalidId')) === undefined)
        throw new Unmet('the station gives no energy on invalid tokens: name MaxEnergyOnInvalidId under sut.without');
      await configured(context, 'StopTransactionOnInvalidId', 'false');
      // Nothing, and then a little: what is not heard gives more.
      await configured(context, 'MaxEnergyOnInvalidId', String(MUCH_WH));
      await configured(context, 'MaxEnergyOnInvalidId', String(LITTLE_WH));
      const { start, transactionId } = await refusedAtStart(context);
      const since = csms.calls(0).indexOf(start);
      const suspended = await csms.awaitCall('StatusNotification', {
        since,
        where: isTold(['SuspendedEVSE']),
        timeoutMs: csms.patienceMs,
      });
      check('suspended', () => expectStatus(suspended, ['SuspendedEVSE']));
      const stops = await countOf(context, 'StopTransaction', since);
      check('running', () => expect(stops, 'transactions stopped').to.equal(0));
      const { action, payload } = remoteWords[dialect.version].stop(transactionId);
      await csms.need(action, payload, ['Accepted']);
      const stop = await stopped(context, since);
      if (stop === undefined) throw new Unmet('the transaction did not end when it was ordered to');
      check('bounded', () => {
        const wh = Number(stop.payload['meterStop']) - Number(start.payload['meterStart']);
        expect(wh, 'Wh in the transaction').to.be.at.most(LITTLE_WH + SLACK_WH);
      });
    },
  }),

  testCase({
    id: 'station/transactions/brief-status',
    title: 'A status is told once it has lasted as long as is configured',
    sut: 'station',
    versions,
    needs: ['plugIn', 'plugOut'],
    feature: 'MinimumStatusDuration',
    checks: {
      waits: { ref: '9.1.20', level: 'SHALL', says: 'it is not told before' },
      told: { ref: '4.9', level: 'SHALL', says: 'it is told then' },
    },
    catches: {
      waits: deafTo('MinimumStatusDuration'),
      told: statusFaults('Preparing', 'Available'),
    },
    async run(context) {
      const { check, clock, csms, hands } = context;
      await settled(context);
      if ((await keyValue(context, 'MinimumStatusDuration')) === undefined)
        throw new Unmet('the station tells each status at once: name MinimumStatusDuration under sut.without');
      tidied(context);
      await configured(context, 'MinimumStatusDuration', String(LASTS_S));
      const since = csms.mark;
      const began = clock.monotonic();
      await hands.plugIn();
      const told = await csms.awaitCall('StatusNotification', {
        since,
        where: isTold(['Preparing']),
        timeoutMs: inTime(context, LASTS_S),
      });
      check('told', () => expectStatus(told, ['Preparing']));
      check('waits', () => {
        if (told) expect((told.at - began) / 1000, 'seconds until it was told').to.be.at.least(LASTS_S - 1);
      });
    },
  }),

  testCase({
    id: 'station/transactions/lock-fails',
    title: 'A plug that can not be locked is a fault, and starts nothing',
    sut: 'station',
    versions,
    octt: { '1.6': 'TC_024_CS' },
    feature: LOCK,
    needs: ['presentToken', 'plugHalfway', 'plugOut'],
    checks: {
      told: {
        ref: '7.6',
        level: 'SHALL',
        says: 'the station tells that the connector is Faulted, for its lock',
      },
      idle: { ref: '4.8', level: 'SHALL', says: 'no transaction is started' },
    },
    catches: {
      told: [
        alter('StatusNotification', { errorCode: 'NoError' }, told('Faulted')),
        alter('StatusNotification', { status: 'Available' }, told('Faulted')),
        drop('StatusNotification', told('Faulted')),
      ],
      idle: besides(
        'starts-unlocked',
        'a transaction starts where the lock failed',
        ({ text }) => /"Faulted"/.test(text),
        'StartTransaction',
        () => ({ connectorId: 1, idTag: 'X', meterStart: 0, timestamp: '2026-01-01T00:00:00Z' }),
      ),
    },
    async run(context) {
      const { after, check, csms, hands } = context;
      await settled(context);
      await suggested(context, 'ConnectionTimeOut', String(CABLE_S));
      after(() => hands.plugOut());
      const since = csms.mark;
      await hands.presentToken(await context.token('valid'));
      if ((await statusWord(context, since, 'Preparing')) === undefined)
        throw new Unmet('the station did not tell that it is Preparing after a token');
      await hands.plugHalfway();
      const faulted = await statusWord(context, since, 'Faulted');
      check('told', () => {
        expect(faulted, 'Faulted').to.not.equal(undefined);
        expect(faulted?.payload['errorCode']).to.equal('ConnectorLockFailure');
        if (faulted?.payload['timestamp'] !== undefined) expect(faulted.payload['timestamp']).to.be.recentInstant();
      });
      const starts = await countOf(context, 'StartTransaction', since);
      check('idle', () => expect(starts, 'transactions started').to.equal(0));
      // The driver is forgotten, so that the next case finds nobody.
      await hands.plugOut();
      await csms.awaitCall('StatusNotification', {
        since,
        after: faulted?.n ?? 0,
        where: isTold(['Available']),
        timeoutMs: inTime(context, CABLE_S),
      });
    },
  }),

  testCase({
    id: 'station/transactions/unlock-fixed',
    title: 'A cable that is fixed can not be unlocked, and its transaction goes on',
    sut: 'station',
    versions,
    octt: { '1.6': ['TC_017_2_CS', 'TC_018_2_CS'] },
    lacks: LOCK,
    needs: SESSION,
    checks: {
      word: { ref: '7.46', level: 'SHALL', says: 'the answer is NotSupported, with a transaction and without' },
      running: { ref: '5.18', level: 'SHALL', says: 'the transaction goes on' },
    },
    catches: {
      word: alter('UnlockConnector', { status: 'Unlocked' }),
      running: besides(
        'stops-to-unlock',
        'an order to unlock ends the transaction',
        ({ kind, action }) => kind === 'callresult' && action === 'UnlockConnector',
        'StopTransaction',
        () => stopOf(),
      ),
    },
    async run(context) {
      const { check, csms, orders } = context;
      await ready(context);
      const unlock = async () => {
        const reply = await csms.call('UnlockConnector', orders.unlock(EVSE, 1));
        check('word', () => expect(reply).to.be.callResult({ status: 'NotSupported' }));
      };
      await unlock();
      await charging(context);
      const since = csms.mark;
      await unlock();
      const stops = await countOf(context, 'StopTransaction', since);
      check('running', () => expect(stops, 'transactions stopped').to.equal(0));
    },
  }),

  testCase({
    id: 'station/transactions/unlock-fails',
    title: 'A lock that does not open is told of, and one that does is opened',
    sut: 'station',
    versions,
    octt: { '1.6': ['TC_017_1_CS', 'TC_030_CS'] },
    feature: LOCK,
    needs: ['state'],
    checks: {
      opens: { ref: '7.46', level: 'SHALL', says: 'a lock that works is told to be Unlocked' },
      fails: { ref: '7.46', level: 'SHALL', says: 'one that sticks is told to be UnlockFailed' },
    },
    catches: {
      opens: [
        alter('UnlockConnector', { status: 'UnlockFailed' }),
        alter('UnlockConnector', { status: 'NotSupported' }),
      ],
      fails: alter('UnlockConnector', { status: 'Unlocked' }),
    },
    async run(context) {
      const { after, check, csms, hands, orders } = context;
      await ready(context);
      const works = await csms.call('UnlockConnector', orders.unlock(EVSE, 1));
      after(() => hands.state('unlockFailed', false));
      await hands.state('unlockFailed', true);
      check('opens', () => expect(works).to.be.callResult({ status: 'Unlocked' }));
      const sticks = await csms.call('UnlockConnector', orders.unlock(EVSE, 1));
      check('fails', () => expect(sticks).to.be.callResult({ status: 'UnlockFailed' }));
    },
  }),
]);
