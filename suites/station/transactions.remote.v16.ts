/** Charger, 1.6 transactions that are started, stopped or cut from afar, and what becomes of them without a connection. */
import type { Context } from '../../src/judge/context.ts';
import { alter, behaviour, drop } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import { remoteStart, remoteWords } from './remote-words.ts';
import { countOf, EVSE, inTime, NO_EVSE, quiet, ready, reset, statusTold } from './states.ts';
import { charging, configured, isTold, OFFERED, SESSION, statusWord, stopped, tidied } from './states.v16.ts';

const versions = ['1.6'] as const;

/** Seconds that a cable may take. */
const CABLE_S = 9;

const told = (status: string) => ({ when: (payload: unknown) => (payload as { status?: unknown }).status === status });

const startChecks = {
  accepted: { ref: '5.11', level: 'SHALL', says: 'the order is accepted' },
  started: {
    ref: '5.11',
    level: 'SHALL',
    says: 'a transaction starts with the token of the order, on the connector of the order',
  },
  offered: { ref: '4.9', level: 'SHALL', says: 'the station tells that energy is offered' },
} as const;
const startFaults = {
  accepted: alter('RemoteStartTransaction', { status: 'Rejected' }),
  started: [
    alter('StartTransaction', { idTag: 'PP-OTHER' }),
    alter('StartTransaction', { connectorId: 2 }),
    drop('StartTransaction'),
  ],
  offered: alter('StatusNotification', { status: 'Preparing' }, told('Charging')),
} as const;

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
    if ((await statusWord(context, since, 'Preparing')) === undefined)
      throw new Unmet('the station did not tell that it is Preparing with a cable in');
  }
  const { action, payload } = remoteStart(context, token, EVSE);
  const reply = await csms.call(action, payload);
  check('accepted', () => expect(reply).to.be.callResult({ status: 'Accepted' }));
  if (first === 'order') await hands.plugIn();
  const start = await csms.awaitCall('StartTransaction', { since });
  check('started', () => expect(start?.payload).to.include({ connectorId: EVSE, idTag: token.idToken }));
  const offered = await statusWord(context, since, ...OFFERED);
  check('offered', () => expect(offered, OFFERED.join(' or ')).to.not.equal(undefined));
}

const stopFaults = (reason: string) => [
  alter('StopTransaction', { transactionId: 977 }),
  alter('StopTransaction', { reason }),
  drop('StopTransaction'),
];

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
    },
    catches: {
      accepted: alter('Reset', { status: 'Rejected' }),
      boots: behaviour('boots-once', 'after a reset no BootNotification is sent'),
      stopped: stopFaults('Local'),
    },
    async run(context) {
      const { check, csms } = context;
      const { transactionId } = await charging(context);
      const since = csms.mark;
      const { reply, boot } = await reset(context, when);
      check('accepted', () => expect(reply).to.be.callResult({ status: 'Accepted' }));
      check('boots', () => expect(boot, 'a BootNotification after the reset').to.not.equal(undefined));
      const stop = await stopped(context, since, csms.patienceMs);
      check('stopped', () => {
        expect(stop?.payload['transactionId']).to.equal(transactionId);
        expect(stop?.payload['reason']).to.be.oneOf([...reasons]);
      });
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
    catches: startFaults,
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
    catches: startFaults,
    run: (context) => remotely(context, 'order'),
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
      waits: alter('StatusNotification', { status: 'Charging' }, told('Preparing')),
      free: alter('StatusNotification', { status: 'Preparing' }, told('Available')),
    },
    async run(context) {
      const { check, csms } = context;
      await ready(context);
      await configured(context, 'ConnectionTimeOut', String(CABLE_S));
      await quiet(context);
      const since = csms.mark;
      const { action, payload } = remoteStart(context, await context.token('valid'), EVSE);
      const reply = await csms.call(action, payload);
      check('accepted', () => expect(reply).to.be.callResult({ status: 'Accepted' }));
      const waits = await statusWord(context, since, 'Preparing');
      check('waits', () => expect(waits, 'Preparing').to.not.equal(undefined));
      const gone = await csms.awaitCall('StatusNotification', {
        since,
        after: waits?.n ?? 0,
        where: isTold(['Available']),
        timeoutMs: inTime(context, CABLE_S),
      });
      check('free', () => expect(gone, 'Available').to.not.equal(undefined));
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
    },
    catches: {
      busy: alter('RemoteStartTransaction', { status: 'Accepted' }),
      wrong: alter('RemoteStopTransaction', { status: 'Accepted' }),
      accepted: alter('RemoteStopTransaction', { status: 'Rejected' }),
      stopped: stopFaults('Local'),
    },
    async run(context) {
      const { check, csms, dialect, token } = context;
      const { transactionId } = await charging(context);
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
      check('stopped', () => {
        expect(stop?.payload['transactionId']).to.equal(transactionId);
        expect(stop?.payload['reason']).to.equal('Remote');
      });
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
    needs: SESSION,
    checks: {
      word: { ref: '5.18', level: 'SHALL', says: 'the answer says what came of it' },
      stopped: { ref: '5.18', level: 'SHALL', says: 'the transaction ends, under its number, because of the order' },
    },
    catches: {
      word: alter('UnlockConnector', { status: 'Perhaps' }),
      stopped: stopFaults('Local'),
    },
    async run(context) {
      const { check, csms, orders } = context;
      const { transactionId } = await charging(context);
      const since = csms.mark;
      const reply = await csms.call('UnlockConnector', orders.unlock(EVSE, 1));
      check('word', () => expect(reply.payload['status']).to.be.oneOf(['Unlocked', 'UnlockFailed', 'NotSupported']));
      if (reply.payload['status'] === 'NotSupported') throw new Unmet('the cable is fixed: there is nothing to unlock');
      const stop = await stopped(context, since);
      check('stopped', () => {
        expect(stop?.payload['transactionId']).to.equal(transactionId);
        expect(stop?.payload['reason']).to.equal('UnlockCommand');
      });
    },
  }),

  testCase({
    id: 'station/transactions/stopped-offline',
    title: 'What happens while there is no connection is told when it is back',
    sut: 'station',
    versions,
    octt: { '1.6': 'TC_038_CS' },
    needs: SESSION,
    checks: {
      back: { ref: 'J 5.3', level: 'SHALL', says: 'the station connects again by itself' },
      stopped: {
        ref: '3.7.1',
        level: 'SHALL',
        says: 'the end of the transaction is told, under its number, with the time at which it ended',
      },
    },
    catches: {
      back: behaviour('never-comes-back', 'a connection that was lost is never made again'),
      stopped: [...stopFaults('Remote'), alter('StopTransaction', { timestamp: '2026-01-02T00:00:00Z' })],
    },
    async run(context) {
      const { check, clock, csms, hands } = context;
      const { token, transactionId } = await charging(context);
      const since = csms.mark;
      await csms.goAway();
      await hands.presentToken(token);
      const ended = clock.now();
      csms.comeBack();
      const back = await csms.reconnection();
      check('back', () => expect(back, 'connected again').to.equal(true));
      if (!back) return;
      const stop = await stopped(context, since, csms.patienceMs);
      check('stopped', () => {
        expect(stop?.payload['transactionId']).to.equal(transactionId);
        expect(stop?.payload['reason']).to.be.oneOf([undefined, 'Local']);
        const off = (Date.parse(String(stop?.payload['timestamp'])) - ended) / 1000;
        expect(Math.abs(off), 'seconds between the end and its timestamp').to.be.at.most(context.sut.clockToleranceS);
      });
    },
  }),

  testCase({
    id: 'station/transactions/power-lost',
    title: 'A transaction that a loss of power ended is told to be over',
    sut: 'station',
    versions,
    octt: { '1.6': 'TC_032_2_CS' },
    needs: [...SESSION, 'powerCycle'],
    checks: {
      boots: { ref: '4.2', level: 'SHALL', says: 'the station sends BootNotification when power is back' },
      stopped: {
        ref: '5.14',
        level: 'SHALL',
        says: 'the transaction is told to be over, under its number, because of the power',
      },
    },
    catches: {
      boots: behaviour('boots-once', 'after a restart no BootNotification is sent'),
      stopped: stopFaults('Local'),
    },
    async run(context) {
      const { check, csms, hands } = context;
      const { transactionId } = await charging(context);
      const since = csms.mark;
      await hands.powerCycle();
      const boot = await csms.awaitCall('BootNotification', { since, timeoutMs: csms.patienceMs });
      check('boots', () => expect(boot, 'a BootNotification').to.not.equal(undefined));
      const stop = await stopped(context, since, csms.patienceMs);
      check('stopped', () => {
        expect(stop?.payload['transactionId']).to.equal(transactionId);
        expect(stop?.payload['reason']).to.equal('PowerLoss');
      });
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
    },
    catches: {
      told: [
        alter('StatusNotification', { errorCode: 'NoError' }, told('Faulted')),
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
    },
    async run(context) {
      const { after, check, csms, hands, token } = context;
      await ready(context);
      await quiet(context);
      tidied(context);
      after(() => hands.clearFault());
      const since = csms.mark;
      await hands.raiseFault();
      const faulted = await statusWord(context, since, 'Faulted');
      check('told', () => {
        expect(faulted, 'Faulted').to.not.equal(undefined);
        expect(faulted?.payload['errorCode']).to.not.equal('NoError');
      });
      await hands.plugIn();
      await hands.presentToken(await token('valid'));
      const starts = await countOf(context, 'StartTransaction', since);
      check('idle', () => expect(starts, 'transactions started').to.equal(0));
    },
  }),
]);
