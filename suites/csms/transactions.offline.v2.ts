/** CSMS, transactions in 2.x: events that come late, twice, in another order, or not at all. */
import { alter, behaviour, drop, refuses, type Where } from '../../src/judge/fault.ts';
import { at } from '../../src/judge/path.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import type { Payload } from '../../src/session.ts';
import { ago, reading } from './events.v2.ts';
import { booted, now } from './states.ts';
import {
  acceptedFaults,
  deauthorized,
  delivered,
  energyFlows,
  energyTransferStarted,
  evConnected,
  evDisconnected,
  flowChecks,
  flowFaults,
  free,
  freeCheck,
  freed,
  freeFault,
  newTransaction,
  ofEvent,
  presents,
  REFUSED,
  stopsLocally,
  stranger,
  strangerCheck,
  strangerFault,
  takenCheck,
  takenFaults,
  told,
} from './states.v2.ts';

const STATUS = 'idTokenInfo.status';

/** For faults: only answers to events that happened while there was no connection. */
const ofOffline: Where = { name: 'offline', when: (_payload, request) => at(request, 'offline') === true };

const reopens = behaviour('reopens-ended', 'an event that comes after the end opens the transaction again');
const forgetsRetries = behaviour('forgets-retries', 'a repeated message makes a second transaction');

const checks = { ...flowChecks, free: freeCheck };
const catches = {
  ...flowFaults,
  taken: [...takenFaults, refuses('TransactionEvent', 'InternalError', ofOffline)],
  free: freeFault,
};
/** Where nobody asks before the transaction. */
const { authorized: _checked, ...unasked } = checks;
const { authorized: _caught, ...unaskedCatches } = catches;

const offline = true;
const HOUR_S = 3_600;

export default suite('csms/transactions', 'Events that come late', [
  testCase({
    id: 'csms/transactions/offline-began',
    title: 'CSMS takes a transaction that began offline, and judges its token when it hears of it',
    sut: 'csms',
    versions: ['2.0.1'],
    checks: unasked,
    catches: unaskedCatches,
    async run(context) {
      const { station } = context;
      await booted(context);
      const token = await context.token('valid');
      const transaction = newTransaction(context);
      await station.disconnect();
      const queue = [
        transaction.compose('Started', 'CablePluggedIn', {
          chargingState: 'EVConnected',
          offline,
          at: ago(context, 900),
        }),
        transaction.compose('Updated', 'Authorized', { token, offline, at: ago(context, 890) }),
        transaction.compose('Updated', 'ChargingStateChanged', {
          chargingState: 'Charging',
          offline,
          at: ago(context, 885),
        }),
      ];
      await station.connect();
      for (const event of queue)
        await delivered(context, transaction, event, event['idToken'] === undefined ? undefined : token);
      await told(context, transaction, 'Updated', 'ChargingStateChanged', { chargingState: 'SuspendedEV' });
      await stopsLocally(context, transaction, token);
      await free(context, token);
      await stranger(context);
    },
  }),

  testCase({
    id: 'csms/transactions/offline-whole',
    title: 'CSMS takes two transactions that are over before it hears of them',
    sut: 'csms',
    versions: ['2.0.1'],
    checks: unasked,
    catches: unaskedCatches,
    async run(context) {
      const { station } = context;
      await booted(context);
      const token = await context.token('valid');
      await station.disconnect();
      const queues = [3 * HOUR_S, HOUR_S].map((began) => {
        const transaction = newTransaction(context);
        const wh = transaction.wh();
        const middle = ago(context, began - 600);
        return {
          transaction,
          events: [
            transaction.compose('Started', 'Authorized', {
              token,
              chargingState: 'EVConnected',
              offline,
              at: ago(context, began),
            }),
            transaction.compose('Updated', 'ChargingStateChanged', {
              chargingState: 'Charging',
              offline,
              at: ago(context, began - 5),
            }),
            transaction.compose('Updated', 'MeterValuePeriodic', {
              meterValue: [reading(wh, middle, 'Sample.Periodic')],
              offline,
              at: middle,
            }),
            transaction.compose('Ended', 'StopAuthorized', {
              token,
              stoppedReason: 'Local',
              offline,
              at: ago(context, began - 1_800),
            }),
          ],
        };
      });
      await station.connect();
      for (const { transaction, events } of queues)
        for (const event of events)
          await delivered(context, transaction, event, event['idToken'] === undefined ? undefined : token);
      await free(context, token);
      await stranger(context);
    },
  }),

  testCase({
    id: 'csms/transactions/offline-unknown-token',
    title: 'CSMS refuses an unknown token in a transaction that began offline',
    sut: 'csms',
    versions: ['2.0.1'],
    checks: { stranger: strangerCheck, taken: takenCheck },
    catches: {
      stranger: [
        strangerFault,
        alter(
          'TransactionEvent',
          { idTokenInfo: { status: 'Accepted' } },
          {
            name: 'Accepted in what was offline',
            when: (payload, request) => at(payload, STATUS) !== undefined && at(request, 'offline') === true,
          },
        ),
      ],
      taken: [
        refuses('TransactionEvent', 'InternalError', ofOffline),
        refuses('TransactionEvent', 'InternalError', ofEvent('Ended')),
      ],
    },
    async run(context) {
      const { station, check } = context;
      await booted(context);
      const token = await context.token('unknown');
      const transaction = newTransaction(context);
      await station.disconnect();
      const queue = [
        transaction.compose('Started', 'Authorized', {
          token,
          chargingState: 'EVConnected',
          offline,
          at: ago(context, 300),
        }),
        transaction.compose('Updated', 'ChargingStateChanged', {
          chargingState: 'Charging',
          offline,
          at: ago(context, 295),
        }),
      ];
      await station.connect();
      const [start, flow] = queue as [Payload, Payload];
      const reply = await transaction.send(start);
      check('stranger', () => expect(at(reply.payload, STATUS)).to.be.oneOf(REFUSED));
      const next = await transaction.send(flow);
      // What it says of a token that is not in the event is nobody's to judge here: this one was refused.
      check('taken', () => expect(next).to.be.callResult());
      await deauthorized(context, transaction);
    },
  }),

  testCase({
    id: 'csms/transactions/offline-middle',
    title: 'CSMS takes what happened to a transaction while the connection was lost',
    sut: 'csms',
    versions: ['2.0.1'],
    checks,
    catches,
    async run(context) {
      const { station } = context;
      await booted(context);
      const token = await context.token('valid');
      const transaction = await energyTransferStarted(context, token);
      station.session.terminate();
      const queue = [60, 40, 20].map((seconds) => {
        const at = ago(context, seconds);
        const meterValue = [reading(transaction.wh(), at, 'Sample.Periodic')];
        return transaction.compose('Updated', 'MeterValuePeriodic', { meterValue, offline, at });
      });
      await station.connect();
      for (const event of queue) await delivered(context, transaction, event);
      await energyFlows(context, transaction);
      await stopsLocally(context, transaction, token);
      await free(context, token);
      await stranger(context);
    },
  }),

  testCase({
    id: 'csms/transactions/end-before-updates',
    title: 'CSMS takes events that come after the end of their transaction, and the end stands',
    sut: 'csms',
    versions: ['2.0.1'],
    // A station delivers its events in order (E04.FR.01); what a CSMS does with a late one is nowhere fixed.
    checks: { ...checks, free: { ...freeCheck, level: 'SHOULD' } },
    catches: { ...catches, free: [freeFault, reopens] },
    async run(context) {
      const { station } = context;
      await booted(context);
      const token = await context.token('valid');
      const transaction = await energyTransferStarted(context, token);
      await station.disconnect();
      const late = [
        transaction.compose('Updated', 'StopAuthorized', { token, offline, at: ago(context, 50) }),
        transaction.compose('Updated', 'ChargingStateChanged', {
          chargingState: 'EVConnected',
          offline,
          at: ago(context, 48),
        }),
      ];
      const end = transaction.compose('Ended', 'EVCommunicationLost', {
        chargingState: 'Idle',
        stoppedReason: 'Local',
        offline,
        at: ago(context, 30),
      });
      await station.connect();
      await freed(context, transaction);
      for (const event of [end, ...late])
        await delivered(context, transaction, event, event['idToken'] === undefined ? undefined : token);
      await free(context, token);
      await stranger(context);
    },
  }),

  testCase({
    id: 'csms/transactions/events-lost',
    title: 'CSMS takes a transaction of which some events never come, the first among them',
    sut: 'csms',
    versions: ['2.0.1'],
    checks,
    catches,
    async run(context) {
      await booted(context);
      const token = await context.token('valid');
      // What fills the memory of a station is dropped, and so is what was sent too often in vain (E12.FR.04, E13).
      const gaps = await energyTransferStarted(context, token);
      for (let i = 0; i < 3; i++) gaps.compose('Updated', 'ChargingRateChanged', { chargingState: 'Charging' });
      await energyFlows(context, gaps);
      gaps.compose('Updated', 'ChargingStateChanged', { chargingState: 'SuspendedEV' });
      await stopsLocally(context, gaps, token);

      const headless = newTransaction(context);
      headless.compose('Started', 'CablePluggedIn', { chargingState: 'EVConnected', evse: 'unknown' });
      await told(context, headless, 'Updated', 'Authorized', { token });
      await told(context, headless, 'Ended', 'StopAuthorized', { token, stoppedReason: 'Local', offline });
      await free(context, token);
      await stranger(context);
    },
  }),

  testCase({
    id: 'csms/transactions/sent-twice',
    title: 'CSMS answers an event that is sent again as it answered it the first time',
    sut: 'csms',
    versions: ['2.0.1'],
    checks,
    catches: {
      ...catches,
      accepted: [...acceptedFaults, forgetsRetries],
      taken: takenFaults,
    },
    async run(context) {
      const { station } = context;
      await booted(context);
      const token = await context.token('valid');
      const transaction = newTransaction(context);
      // The answer was lost on its way, so the station sends the same event again on its next connection (E13.FR.02).
      const twice = async (event: Payload, good = false) => {
        await delivered(context, transaction, event, good ? token : undefined);
        await station.reconnect();
        await delivered(context, transaction, event, good ? token : undefined);
      };
      await presents(context, token);
      await twice(transaction.compose('Started', 'Authorized', { token, chargingState: 'EVConnected' }), true);
      await twice(transaction.compose('Updated', 'ChargingStateChanged', { chargingState: 'Charging' }));
      await twice(transaction.compose('Ended', 'StopAuthorized', { token, stoppedReason: 'Local' }), true);
      await free(context, token);
      await stranger(context);
    },
  }),

  testCase({
    id: 'csms/transactions/seqno-restarts',
    title: 'CSMS takes transactions that each count their events from zero',
    sut: 'csms',
    versions: ['2.0.1'],
    octt: { '2.0.1': 'TC_E_53_CSMS' },
    checks,
    catches: {
      ...catches,
      taken: [
        ...takenFaults,
        drop('TransactionEvent', { name: 'seqNo 0', when: (_p, request) => at(request, 'seqNo') === 0 }),
      ],
    },
    async run(context) {
      await booted(context);
      const token = await context.token('valid');
      for (const _ of ['first', 'second']) {
        const transaction = await energyTransferStarted(context, token);
        await evDisconnected(context, transaction);
      }
      await free(context, token);
      await stranger(context);
    },
  }),

  testCase({
    id: 'csms/transactions/seqno-goes-on',
    title: 'CSMS takes transactions of a station that never begins to count its events anew',
    sut: 'csms',
    versions: ['2.0.1'],
    checks,
    catches: { ...catches, taken: takenFaults },
    async run(context) {
      await booted(context);
      const token = await context.token('valid');
      const first = await energyTransferStarted(context, token, { seqNo: 2 ** 31 - 9 });
      await evDisconnected(context, first);
      const second = newTransaction(context, { seqNo: first.nextSeqNo });
      await evConnected(context, second);
      await told(context, second, 'Updated', 'Authorized', { token });
      await evDisconnected(context, second);
      await free(context, token);
      await stranger(context);
    },
  }),

  testCase({
    id: 'csms/transactions/signals-late',
    title: 'CSMS takes an event that is stamped before the one it heard last',
    sut: 'csms',
    versions: ['2.0.1'],
    checks: unasked,
    catches: unaskedCatches,
    async run(context) {
      await booted(context);
      const token = await context.token('valid');
      const transaction = newTransaction(context);
      await told(context, transaction, 'Started', 'Authorized', {
        token,
        chargingState: 'EVConnected',
        at: now(context),
      });
      // The clock of a station is set back when it hears the time of the CSMS.
      await energyFlows(context, transaction, { at: ago(context, 70) });
      await told(context, transaction, 'Updated', 'ChargingStateChanged', {
        chargingState: 'SuspendedEV',
        at: ago(context, 65),
        offline,
      });
      await stopsLocally(context, transaction, token);
      await free(context, token);
      await stranger(context);
    },
  }),
]);
