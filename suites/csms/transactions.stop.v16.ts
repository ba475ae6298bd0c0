/** CSMS, transactions in 1.6: how they stop, by whom and for which reason. */
import { alter, behaviour, drop, refuses } from '../../src/judge/fault.ts';
import { at } from '../../src/judge/path.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import { ofStatus, reports, takenCheck } from './orders.ts';
import { boot, booted, now, OTHER_EVSE } from './states.ts';
import {
  ago,
  authorized,
  authorizedCheck,
  free,
  freeCheck,
  freeFault,
  judgeStop,
  STATUS,
  sameIdTag,
  started,
  startedCheck,
  status16,
  stoppedCheck,
  stranger,
  strangerCheck,
  strangerFault,
} from './states.v16.ts';

const saying = (action: string, status: string) => alter(action, { idTagInfo: { status } });

/** Reasons of 1.6 (7.36) for which a station ends a transaction by itself, or on an order. */
const REASONS = [
  ...['DeAuthorized', 'EmergencyStop', 'EVDisconnected', 'HardReset', 'Local', 'Other', 'PowerLoss', 'Reboot'],
  ...['Remote', 'SoftReset', 'UnlockCommand'],
];

const UNKNOWN_REFUSED = behaviour(
  'refuses-unknown-transactions',
  'messages of transactions that do not run, as far as the CSMS knows, are refused',
);

/** For faults: only answers to StopTransaction with that reason. */
const forReason = (reason: string | undefined) => ({
  name: reason ?? 'no reason',
  when: (_payload: unknown, request: unknown) => at(request, 'reason') === reason,
});

export default suite('csms/transactions', 'Transactions: stops (1.6)', [
  testCase({
    id: 'csms/transactions/ev-side-disconnected',
    title: 'CSMS follows a session that ends with the plug pulled at the car',
    sut: 'csms',
    versions: ['1.6'],
    octt: { '1.6': 'TC_005_1_CSMS' },
    checks: {
      stranger: strangerCheck,
      started: startedCheck,
      taken: takenCheck,
      stopped: stoppedCheck,
      free: freeCheck,
    },
    catches: {
      stranger: strangerFault,
      started: saying('StartTransaction', 'Invalid'),
      taken: [drop('StatusNotification', ofStatus('SuspendedEV')), drop('StatusNotification', ofStatus('Finishing'))],
      stopped: drop('StopTransaction', forReason('EVDisconnected')),
      free: freeFault,
    },
    async run(context) {
      await booted(context);
      await stranger(context);
      const token = await context.token('valid');
      const transaction = await started(context, token);
      for (const status of ['Charging', 'SuspendedEV']) await reports(context, status16(context, status));
      judgeStop(context, await transaction.stop({ reason: 'EVDisconnected' }));
      for (const status of ['Finishing', 'Available']) await reports(context, status16(context, status));
      await free(context, token);
    },
  }),

  testCase({
    id: 'csms/transactions/stop-with-token',
    title: 'CSMS takes a stop by the token that started',
    sut: 'csms',
    versions: ['1.6'],
    checks: {
      stranger: strangerCheck,
      started: startedCheck,
      stopped: { ...stoppedCheck, says: 'a stop without a reason is answered: it is a local one' },
      free: freeCheck,
    },
    catches: {
      stranger: strangerFault,
      started: saying('StartTransaction', 'Invalid'),
      stopped: [refuses('StopTransaction', 'OccurenceConstraintViolation'), saying('StopTransaction', 'Expired')],
      free: freeFault,
    },
    async run(context) {
      await booted(context);
      await stranger(context);
      const token = await context.token('valid');
      const transaction = await started(context, token);
      judgeStop(context, await transaction.stop({ by: token }), token);
      await free(context, token);
    },
  }),

  testCase({
    id: 'csms/transactions/stop-with-group-token',
    title: 'CSMS lets one of a group stop what another started',
    sut: 'csms',
    versions: ['1.6'],
    needs: ['create-token'],
    checks: {
      authorized: { ...authorizedCheck, says: 'both tokens of the group are Accepted, while one of them charges' },
      group: {
        ref: '3.10',
        level: 'SHALL',
        says: 'the answers to Authorize name one group for both tokens, so that the station can let the second stop',
      },
      started: startedCheck,
      stopped: { ...stoppedCheck, says: 'the stop by the other token is answered, with nothing but good of it' },
      free: freeCheck,
    },
    catches: {
      authorized: [saying('Authorize', 'Blocked'), alter('Authorize', { idTagInfo: { parentIdTag: 'ANOTHER' } })],
      group: [
        behaviour('hides-groups', 'no answer tells of groups'),
        behaviour('groups-of-one', 'each token is told to be a group of its own'),
      ],
      started: [
        saying('StartTransaction', 'Invalid'),
        alter('StartTransaction', { idTagInfo: { parentIdTag: 'ODD' } }),
      ],
      stopped: [saying('StopTransaction', 'Invalid'), alter('StopTransaction', { idTagInfo: { parentIdTag: 'ODD' } })],
      free: freeFault,
    },
    async run(context) {
      await booted(context);
      const [one, other] = [await context.token('group'), await context.token('groupOther')];
      const first = await authorized(context, one);
      const transaction = await started(context, one);
      const second = await authorized(context, other);
      const [mine, theirs] = [first, second].map(({ payload }) => at(payload, 'idTagInfo.parentIdTag'));
      context.check('group', () => expect(sameIdTag(mine, theirs), `${mine} and ${theirs}`).to.equal(true));
      judgeStop(context, await transaction.stop({ reason: 'Local', by: other }), other);
      await free(context, one);
    },
  }),

  testCase({
    id: 'csms/transactions/stop-with-unknown-token',
    title: 'CSMS takes a stop by a token that it does not know',
    sut: 'csms',
    versions: ['1.6'],
    checks: {
      started: startedCheck,
      stopped: { ...stoppedCheck, says: 'the stop is answered: a CSMS can not prevent it' },
      told: { ref: '7.2', level: 'SHALL', says: 'where the answer tells of the unknown token, it is Invalid' },
      free: freeCheck,
    },
    catches: {
      started: saying('StartTransaction', 'Invalid'),
      stopped: refuses('StopTransaction', 'SecurityError'),
      told: [strangerFault, saying('StopTransaction', 'Expired')],
      free: freeFault,
    },
    async run(context) {
      await booted(context);
      const token = await context.token('valid');
      const transaction = await started(context, token);
      const reply = await transaction.stop({ reason: 'Local', by: await context.token('unknown') });
      judgeStop(context, reply);
      context.check('told', () => expect(at(reply.payload, STATUS)).to.be.oneOf([undefined, 'Invalid']));
      await free(context, token);
    },
  }),

  testCase({
    id: 'csms/transactions/stop-without-token',
    title: 'CSMS takes a stop by nobody, for every reason that there is',
    sut: 'csms',
    versions: ['1.6'],
    checks: {
      stranger: strangerCheck,
      started: { ...startedCheck, says: 'the token is Accepted each time anew: it is free again after each reason' },
      stopped: { ...stoppedCheck, says: 'a stop without a token is answered, whatever its reason, or without one' },
    },
    catches: {
      stranger: strangerFault,
      started: freeFault,
      stopped: [
        refuses('StopTransaction', 'PropertyConstraintViolation', forReason('EmergencyStop')),
        refuses('StopTransaction', 'OccurenceConstraintViolation', forReason(undefined)),
      ],
    },
    async run(context) {
      await booted(context);
      await stranger(context);
      const token = await context.token('valid');
      for (const reason of [...REASONS, undefined]) {
        const transaction = await started(context, token);
        judgeStop(context, await transaction.stop({ ...(reason !== undefined && { reason }) }));
      }
    },
  }),

  testCase({
    id: 'csms/transactions/power-loss',
    title: 'CSMS takes the end of a transaction from a station that comes back after a loss of power',
    sut: 'csms',
    versions: ['1.6'],
    octt: { '1.6': 'TC_032_1_CSMS' },
    checks: {
      stranger: strangerCheck,
      started: startedCheck,
      back: { ref: '4.2', level: 'SHALL', says: 'the station is accepted when it boots again' },
      taken: takenCheck,
      stopped: { ...stoppedCheck, says: 'the stop that is told after the boot is answered' },
      free: freeCheck,
    },
    catches: {
      stranger: strangerFault,
      started: saying('StartTransaction', 'Blocked'),
      back: behaviour('accepts-one-boot', 'a station that boots again is put on hold'),
      taken: drop('StatusNotification', ofStatus('Finishing')),
      stopped: refuses('StopTransaction', 'InternalError'),
      free: freeFault,
    },
    async run(context) {
      await booted(context);
      await stranger(context);
      const token = await context.token('valid');
      const transaction = await started(context, token, { timestamp: ago(context, 900) });
      context.station.session.terminate();
      await context.station.connect();
      const again = await boot(context, 'PowerUp');
      context.check('back', () => expect(again).to.be.callResult({ status: 'Accepted' }));
      await reports(context, status16(context, 'Finishing'));
      await reports(context, status16(context, 'Available', OTHER_EVSE));
      judgeStop(context, await transaction.stop({ reason: 'PowerLoss', timestamp: ago(context, 60) }));
      await free(context, token);
    },
  }),

  testCase({
    id: 'csms/transactions/stop-resent',
    title: 'CSMS answers a stop that is told twice',
    sut: 'csms',
    versions: ['1.6'],
    checks: {
      started: startedCheck,
      stopped: { ...stoppedCheck, says: 'the stop is answered both times, and after the connection was lost' },
      free: freeCheck,
    },
    catches: {
      started: saying('StartTransaction', 'Invalid'),
      stopped: [UNKNOWN_REFUSED, saying('StopTransaction', 'Invalid')],
      free: freeFault,
    },
    async run(context) {
      await booted(context);
      const token = await context.token('valid');
      const transaction = await started(context, token);
      const same = { reason: 'Local', by: token, timestamp: now(context) };
      judgeStop(context, await transaction.stop(same), token);
      await context.station.reconnect();
      judgeStop(context, await transaction.stop(same), token);
      await free(context, token);
    },
  }),

  testCase({
    id: 'csms/transactions/stop-of-unknown',
    title: 'CSMS answers the end of a transaction that it does not know',
    sut: 'csms',
    versions: ['1.6'],
    checks: {
      started: startedCheck,
      stopped: {
        ...stoppedCheck,
        says: 'a stop with an id that was never given is answered: the station is not blocked',
      },
      own: {
        ref: '4.10',
        level: 'SHALL',
        says: 'the transaction that does run is stopped by its own id, and answered',
      },
      free: freeCheck,
    },
    catches: {
      started: saying('StartTransaction', 'Invalid'),
      stopped: UNKNOWN_REFUSED,
      own: drop('StopTransaction', forReason('Local')),
      free: freeFault,
    },
    async run(context) {
      const { station } = context;
      await booted(context);
      const token = await context.token('valid');
      const transaction = await started(context, token);
      const unheard = { transactionId: transaction.id + 7_919, meterStop: 20_011, timestamp: now(context) };
      judgeStop(context, await station.call('StopTransaction', { ...unheard, reason: 'Other' }));
      const own = await transaction.stop({ reason: 'Local', by: token });
      context.check('own', () => expect(own).to.be.callResult());
      await free(context, token);
    },
  }),

  testCase({
    id: 'csms/transactions/without-id',
    title: 'CSMS answers messages of a transaction whose start it never answered',
    sut: 'csms',
    versions: ['1.6'],
    checks: {
      authorized: authorizedCheck,
      metered: { ref: 'E 3.18', level: 'SHALL', says: 'MeterValues of transaction -1 are answered as any other' },
      stopped: { ...stoppedCheck, ref: 'E 3.18', says: 'StopTransaction of transaction -1 is answered as any other' },
      started: { ...startedCheck, says: 'the next transaction is started as any other' },
    },
    catches: {
      authorized: saying('Authorize', 'Invalid'),
      metered: UNKNOWN_REFUSED,
      stopped: UNKNOWN_REFUSED,
      started: saying('StartTransaction', 'ConcurrentTx'),
    },
    async run(context) {
      const { station, check } = context;
      await booted(context);
      const token = await context.token('valid');
      await authorized(context, token);
      const values = [{ timestamp: ago(context, 300), sampledValue: [{ value: '20011' }] }];
      const metered = await station.call('MeterValues', { connectorId: 1, transactionId: -1, meterValue: values });
      check('metered', () => expect(metered).to.be.callResult());
      const nameless = { transactionId: -1, meterStop: 20_123, timestamp: ago(context, 60), reason: 'Local' };
      judgeStop(context, await station.call('StopTransaction', { ...nameless, idTag: token.idToken }), token);
      await started(context, token);
    },
  }),
]);
