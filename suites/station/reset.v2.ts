/** Charger, 2.x resets of one EVSE, with and without a transaction, and of a station in which several run. */
import type { Context } from '../../src/judge/context.ts';
import { alter, behaviour, drop, type Fault } from '../../src/judge/fault.ts';
import { at } from '../../src/judge/path.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import type { Payload, Reply } from '../../src/session.ts';
import { leave, pointsOf } from './points.v2.ts';
import { goes } from './states.auth.v2.ts';
import {
  anyStatusTold,
  CONNECTOR,
  countOf,
  EVSE,
  hasOther,
  OTHER_EVSE,
  quiet,
  ready,
  statusesSince,
  statusTold,
  unavailable,
} from './states.ts';
import { charging, ended, event, SESSION, transactionOf, valueOfVariable } from './states.v2.ts';

const versions = ['2.0.1'] as const;

/** Reset of a single EVSE. */
const FEATURE = 'C-13';
/** More than one EVSE. */
const SEVERAL = 'HFS-8';

const tellsOf = (word: string) => ({ when: (payload: unknown) => JSON.stringify(payload).includes(`"${word}"`) });
const info = (change: Payload, word: string): Fault =>
  alter('TransactionEvent', { transactionInfo: change }, tellsOf(word));

/** What the device model says of resets of the EVSE. */
const allows = async (context: Pick<Context, 'csms'>): Promise<boolean> =>
  (await valueOfVariable(context, { name: 'EVSE', evse: { id: EVSE } }, 'AllowReset'))?.toLowerCase() === 'true';

const resetEvse = ({ csms }: Pick<Context, 'csms'>, type: 'OnIdle' | 'Immediate'): Promise<Reply> =>
  csms.call('Reset', { type, evseId: EVSE });

/** Status of the EVSE when all is said, told for the asking; undefined where the station does not tell it so. */
async function statusNow(context: Context): Promise<string | undefined> {
  const { csms, orders } = context;
  const since = csms.mark;
  const reply = await csms.call('TriggerMessage', orders.trigger('StatusNotification', EVSE, CONNECTOR));
  if (reply.payload['status'] !== 'Accepted') return undefined;
  await anyStatusTold(context, since);
  return statusesSince(context, since).get(EVSE);
}

/** @throws Unmet where the station says, in both ways, that it resets no single EVSE */
function able(reply: Reply, allowed: boolean): void {
  if (reply.payload['status'] === 'Rejected' && !allowed)
    throw new Unmet(`the station resets no single EVSE: declare ${FEATURE} in sut.without`);
}

const stays = {
  ref: 'B11.FR.08',
  level: 'SHALL',
  says: 'the station as such goes on: same connection, no BootNotification',
} as const;
const wholeReset = behaviour('resets-the-whole-station', 'the EVSE that is named is not heard');

/** Judges that the station did not restart. */
function judgeStays({ check, csms }: Context<'stays'>, since: number, connections: number): void {
  check('stays', () => {
    expect([csms.connected, csms.connections], 'connected, and how often').to.deep.equal([true, connections]);
    expect(csms.calls(since, 'BootNotification').length, 'BootNotifications').to.equal(0);
  });
}

export default suite('station/reset', 'Resets of EVSEs', [
  testCase({
    id: 'station/reset/evse',
    title: 'An idle EVSE is reset, alone, and forgets nothing; or the station says that it can not',
    sut: 'station',
    versions,
    octt: { '2.0.1': ['TC_B_25_CS', 'TC_B_28_CS'] },
    checks: {
      word: { ref: 'B11.FR.09', level: 'SHALL', says: 'only a station that resets no single EVSE rejects it' },
      told: { ref: 'B11.FR.10', level: 'SHOULD', says: 'one that does says so in EVSE.AllowReset' },
      stays,
      back: { ref: 'B11.FR.08', level: 'SHALL', says: 'the EVSE is Available when all is done' },
      persists: { ref: 'B12.FR.06', level: 'SHALL', says: 'an EVSE that was out of service is so after its reset' },
    },
    catches: {
      word: [alter('Reset', { status: 'Rejected' }), alter('Reset', { status: 'Scheduled' })],
      told: alter(
        'GetVariables',
        (payload) => ({
          getVariableResult: ((payload as Payload)['getVariableResult'] as Payload[]).map((one) =>
            at(one, 'variable.name') === 'AllowReset' ? { ...one, attributeValue: 'false' } : one,
          ),
        }),
        { name: 'not to be reset', kind: 'callresult' },
      ),
      stays: wholeReset,
      back: alter('StatusNotification', { connectorStatus: 'Unavailable' }, tellsOf('Available')),
      persists: behaviour('forgets-at-restart', 'after a restart everything is available'),
    },
    async run(context) {
      const { check, csms } = context;
      await ready(context);
      const allowed = await allows(context);
      await quiet(context);
      const since = csms.mark;
      const { connections } = csms;
      const reply = await resetEvse(context, 'OnIdle');
      const accepted = reply.payload['status'] === 'Accepted';
      check('word', () =>
        expect(reply.payload['status']).to.be.oneOf(allowed ? ['Accepted'] : ['Accepted', 'Rejected']),
      );
      check('told', () => expect(allowed, 'EVSE.AllowReset').to.equal(accepted));
      const now = csms.connected ? await statusNow(context) : undefined;
      if (now === 'Unavailable') await statusTold(context, 'Available', csms.mark);
      judgeStays(context, since, connections);
      check('back', () => expect(statusesSince(context, since).get(EVSE)).to.be.oneOf([undefined, 'Available']));
      await unavailable(context, EVSE);
      await resetEvse(context, 'OnIdle');
      const out = await statusNow(context);
      check('persists', () => expect(out, `EVSE ${EVSE}`).to.be.oneOf([undefined, 'Unavailable']));
    },
  }),

  testCase({
    id: 'station/reset/evse-when-idle',
    title: 'An EVSE that is to be reset when it is idle goes on with its transaction to the end',
    sut: 'station',
    versions,
    octt: { '2.0.1': ['TC_B_26_CS', 'TC_B_29_CS'] },
    needs: SESSION,
    checks: {
      scheduled: {
        ref: 'B12.FR.01',
        level: 'SHALL',
        says: 'while a transaction runs, the reset is Scheduled, or rejected by a station that resets no single EVSE',
      },
      running: { ref: 'B12.FR.07', level: 'SHALL', says: 'the transaction goes on' },
      ended: { ref: 'B12.FR.07', level: 'SHALL', says: 'and ends as others do, by a local act' },
      stays,
    },
    catches: {
      scheduled: [alter('Reset', { status: 'Accepted' }), alter('Reset', { status: 'Rejected' })],
      running: behaviour('resets-at-once', 'a reset is done at once'),
      ended: [
        info({ stoppedReason: 'ImmediateReset' }, 'Ended'),
        info({ transactionId: 'PP-OTHER' }, 'Ended'),
        drop('TransactionEvent', tellsOf('Ended')),
      ],
      stays: wholeReset,
    },
    async run(context) {
      const { check, csms, hands } = context;
      const { token, transactionId } = await charging(context);
      const allowed = await allows(context);
      const since = csms.mark;
      const { connections } = csms;
      const reply = await resetEvse(context, 'OnIdle');
      check('scheduled', () =>
        expect(reply.payload['status']).to.be.oneOf(allowed ? ['Scheduled'] : ['Scheduled', 'Rejected']),
      );
      const ends = await countOf(context, 'TransactionEvent', since, ended);
      check('running', () => expect(ends, 'transactions ended').to.equal(0));
      await hands.presentToken(token);
      await goes(context);
      const end = await event(context, since, ended);
      check('ended', () => {
        expect(transactionOf(end?.payload)).to.equal(transactionId);
        expect(at(end?.payload, 'transactionInfo.stoppedReason')).to.be.oneOf([undefined, 'Local']);
      });
      await statusTold(context, 'Available', since);
      if (csms.connected) await statusNow(context);
      judgeStays(context, since, connections);
    },
  }),

  testCase({
    id: 'station/reset/evse-at-once',
    title: 'A transaction is ended by a reset of its EVSE at once, and the station goes on',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_B_27_CS' },
    needs: SESSION,
    feature: FEATURE,
    checks: {
      accepted: { ref: 'B12.FR.02', level: 'SHALL', says: 'the reset is accepted' },
      ended: { ref: 'B12.FR.08', level: 'SHALL', says: 'an event tells that the transaction has ended because of it' },
      stays: { ...stays, ref: 'B12.FR.08' },
      free: { ref: 'G01.FR.04', level: 'SHALL', says: 'when the vehicle has gone, the connector is Available' },
    },
    catches: {
      accepted: alter('Reset', { status: 'Scheduled' }),
      ended: [
        info({ stoppedReason: 'PowerLoss' }, 'Ended'),
        info({ transactionId: 'PP-OTHER' }, 'Ended'),
        alter('TransactionEvent', { triggerReason: 'RemoteStop' }, tellsOf('Ended')),
        alter('TransactionEvent', { eventType: 'Updated' }, tellsOf('Ended')),
      ],
      stays: wholeReset,
      free: alter('StatusNotification', { connectorStatus: 'Occupied' }, tellsOf('Available')),
    },
    async run(context) {
      const { check, csms, hands } = context;
      const { transactionId } = await charging(context);
      const allowed = await allows(context);
      const since = csms.mark;
      const { connections } = csms;
      const reply = await resetEvse(context, 'Immediate');
      able(reply, allowed);
      check('accepted', () => expect(reply).to.be.callResult({ status: 'Accepted' }));
      const end = await event(context, since, ended);
      check('ended', () => {
        expect(transactionOf(end?.payload)).to.equal(transactionId);
        expect(end?.payload['triggerReason']).to.equal('ResetCommand');
        expect(at(end?.payload, 'transactionInfo.stoppedReason')).to.equal('ImmediateReset');
      });
      await hands.plugOut();
      const free = await statusTold(context, 'Available', since);
      check('free', () => expect(free, 'Available').to.not.equal(undefined));
      if (csms.connected) await statusNow(context);
      judgeStays(context, since, connections);
    },
  }),

  testCase({
    id: 'station/reset/two-transactions',
    title: 'A station that is to restart when idle waits for the last of its transactions',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_B_41_CS' },
    needs: SESSION,
    feature: SEVERAL,
    checks: {
      scheduled: { ref: 'B12.FR.01', level: 'SHALL', says: 'the reset is Scheduled' },
      first: {
        ref: 'B12.FR.03',
        level: 'SHALL',
        says: 'the first transaction ends as others do, and nothing restarts',
      },
      second: { ref: 'B12.FR.03', level: 'SHALL', says: 'so does the second' },
      boots: {
        ref: 'B01.FR.09',
        level: 'SHALL',
        says: 'then the station boots, because of a reset that was scheduled',
      },
      status: { ref: 'B01.FR.05', level: 'SHALL', says: 'and tells that both connectors are Available' },
    },
    catches: {
      scheduled: alter('Reset', { status: 'Accepted' }),
      first: [
        behaviour('resets-at-once', 'a reset is done at once'),
        info({ stoppedReason: 'ImmediateReset' }, 'Ended'),
      ],
      second: info({ stoppedReason: 'Reboot' }, 'Ended'),
      boots: [
        behaviour('boots-once', 'after a reset no BootNotification is sent'),
        alter('BootNotification', { reason: 'RemoteReset' }),
      ],
      status: behaviour('silent-after-restart', 'after a restart no status is told'),
    },
    async run(context) {
      const { check, csms, hands, orders } = context;
      await ready(context);
      if (!(await hasOther(context)))
        throw new Unmet(`the station has no second EVSE: declare ${SEVERAL} in sut.without`);
      const one = await charging(context);
      const other = await charging(context, await context.token('second'), OTHER_EVSE);
      const since = csms.mark;
      const reply = await csms.call('Reset', orders.reset('idle'));
      check('scheduled', () => expect(reply).to.be.callResult({ status: 'Scheduled' }));
      const endOf = (transactionId: string) =>
        event(context, since, (payload) => ended(payload) && transactionOf(payload) === transactionId);
      const asOthersDo = (end: Awaited<ReturnType<typeof endOf>>) => {
        expect(end, 'the end of the transaction').to.not.equal(undefined);
        expect(at(end?.payload, 'transactionInfo.stoppedReason')).to.be.oneOf([undefined, 'Local']);
      };
      const points = await pointsOf(context, 'TxStopPoint');
      await hands.presentToken(one.token);
      await leave(context, points);
      const first = await endOf(one.transactionId);
      if (csms.connected) await allows(context);
      check('first', () => {
        asOthersDo(first);
        expect(csms.calls(since, 'BootNotification').length, 'BootNotifications').to.equal(0);
      });
      await hands.presentToken(other.token, OTHER_EVSE);
      await leave(context, points, OTHER_EVSE);
      const second = await endOf(other.transactionId);
      check('second', () => asOthersDo(second));
      const boot = await csms.awaitCall('BootNotification', { since, timeoutMs: csms.patienceMs });
      check('boots', () => expect(boot?.payload['reason']).to.equal('ScheduledReset'));
      if (boot === undefined) return;
      const mark = csms.calls(0).indexOf(boot);
      const free = await Promise.all(
        [EVSE, OTHER_EVSE].map((evseId) => statusTold(context, 'Available', mark, { evseId })),
      );
      check('status', () => expect(free, 'Available').to.not.include(undefined));
    },
  }),
]);
