/** Charger, 2.x: transactions that go on, start or end without a connection, and what is told of them afterwards. */
import type { Context } from '../../src/judge/context.ts';
import { alter, behaviour, drop } from '../../src/judge/fault.ts';
import { at } from '../../src/judge/path.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import type { IncomingCall, Payload } from '../../src/session.ts';
import type { Token } from '../../src/sut/system-under-test.ts';
import { event as alterEvent, info } from './faults.v2.ts';
import { endingBy, leave, pointsOf } from './points.v2.ts';
import { names, queued, session, whileAway } from './states.auth.v2.ts';
import { inTime, quiet, ready } from './states.ts';
import {
  charging,
  configured,
  ended,
  event,
  expectEvent,
  expectToken,
  hurried,
  preferred,
  SESSION,
  sampled,
  started,
  tidied,
  transactionOf,
  triggered,
} from './states.v2.ts';

const versions = ['2.0.1'] as const;

/** Seconds between two readings of the meter. */
const SAMPLE_S = 7;
/** Readings that fall into an absence. */
const SAMPLES = 3;
/** What people do at a charger takes it a moment to act upon, and nothing is seen of it from here. */
const ACT_MS = 3_000;

const isOffline = ({ offline }: Payload): boolean => offline === true;

/** Only events of a time without a connection. */
const away = { when: (payload: unknown) => isOffline(payload as Payload), name: 'offline' };

/** The station will charge the token without asking. @throws Unmet where it says that it does not */
async function trusted(context: Context, token: Token): Promise<void> {
  await ready(context);
  await quiet(context);
  tidied(context);
  await preferred(context, 'AuthCtrlr', 'LocalAuthorizeOffline', 'true');
  if (await preferred(context, 'AuthCtrlr', 'OfflineTxForUnknownIdEnabled', 'true')) return;
  await configured(context, 'AuthCacheCtrlr', 'Enabled', 'true');
  await session(context, token);
}

/** What was queued came, in the order in which it happened, as of a time without a connection. */
function expectQueued(context: Context, since: number, transactionId: unknown): readonly IncomingCall[] {
  const told = context.csms.calls(since, 'TransactionEvent').filter(({ payload }) => isOffline(payload));
  for (const call of told) expectEvent(call, 'the transaction', { transactionId });
  const times = told.map(({ payload }) => Date.parse(String(payload['timestamp'])));
  expect(times, 'times').to.deep.equal([...times].sort((one, other) => one - other));
  return told;
}

/** It happened between `from` and now, as far as two clocks agree. */
function expectSince({ clock, sut }: Context, { payload }: IncomingCall, from: number): void {
  const tolerance = sut.clockToleranceS * 1000;
  const instant = Date.parse(String(payload['timestamp']));
  expect(instant, 'timestamp, as milliseconds').to.be.within(from - tolerance, clock.now() + tolerance);
}

const backCheck = { ref: 'P4 5.3', level: 'SHALL', says: 'the station connects again by itself' } as const;
const backFault = behaviour('never-comes-back', 'a connection that was lost is never made again');

/** Steps that a person takes while nothing can be seen. */
async function steps(context: Context, ...gestures: readonly (() => Promise<void>)[]): Promise<void> {
  for (const gesture of gestures) {
    await gesture();
    await context.clock.sleep(ACT_MS);
  }
}

export default suite('station/transactions', 'Transactions', [
  testCase({
    id: 'station/transactions/connection-lost-v2',
    title: 'What a transaction has to tell while there is no connection is told when it is back (2.0.1)',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_E_40_CS' },
    needs: SESSION,
    checks: {
      queued: {
        ref: 'E11.FR.02',
        level: 'SHALL',
        says: 'the readings of that time come, all of them, as having been offline',
      },
      live: { ref: 'E11.FR.02', level: 'SHALL', says: 'those of the time after it come as not having been offline' },
    },
    catches: {
      queued: [
        alterEvent({ offline: null }, 'MeterValuePeriodic'),
        alter('TransactionEvent', { meterValue: null }, away),
        alter('TransactionEvent', { transactionInfo: { transactionId: 'PP-OTHER' } }, away),
        alter('TransactionEvent', { eventType: 'Ended' }, away),
        alter('TransactionEvent', { timestamp: '2020-01-01T00:00:00Z' }, away),
        drop('TransactionEvent', away),
      ],
      live: alterEvent({ offline: true }, 'MeterValuePeriodic'),
    },
    async run(context) {
      const { check, clock, csms } = context;
      await ready(context);
      await sampled(context, SAMPLE_S);
      await hurried(context);
      const { transactionId } = await charging(context);
      const left = clock.now();
      const since = await whileAway(context, () => clock.sleep((SAMPLES * SAMPLE_S + 1) * 1000));
      const periodic = triggered('MeterValuePeriodic');
      const first = await queued(context, since, (payload) => periodic(payload) && isOffline(payload));
      // What was queued is out before anything of later is looked for.
      await quiet(context);
      const live = await event(context, csms.mark, periodic, inTime(context, SAMPLE_S));
      check('queued', () => {
        expectEvent(first, 'a reading of the time without a connection', { transactionId, type: 'Updated' });
        const told = expectQueued(context, since, transactionId).filter(({ payload }) => periodic(payload));
        expect(told.length, 'readings').to.be.at.least(SAMPLES - 1);
        for (const { payload } of told) {
          expect(payload['eventType'], 'eventType').to.equal('Updated');
          expect(payload, 'a reading').to.have.property('meterValue');
        }
        for (const call of told) expectSince(context, call, left);
      });
      check('live', () => expectEvent(live, 'a reading of the time after it', { transactionId, offline: false }));
    },
  }),

  testCase({
    id: 'station/transactions/session-offline-v2',
    title: 'A whole session without a connection is told when it is back (2.0.1)',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_E_43_CS' },
    feature: 'C-01',
    needs: SESSION,
    checks: {
      started: { ref: 'E12.FR.02', level: 'SHALL', says: 'its start is told, as having been offline' },
      ended: { ref: 'E12.FR.02', level: 'SHALL', says: 'its end is told, as having been offline, by a local act' },
      token: { ref: 'E03.FR.01', level: 'SHALL', says: 'who charged is told' },
    },
    catches: {
      started: [
        alterEvent({ offline: null }, 'Started'),
        alterEvent({ eventType: 'Updated' }, 'Started'),
        drop('TransactionEvent'),
      ],
      ended: [
        alterEvent({ offline: null }, 'Ended'),
        info({ transactionId: 'PP-OTHER' }, 'Ended'),
        info({ stoppedReason: 'Remote' }, 'Ended'),
        alterEvent({ timestamp: '2020-01-01T00:00:00Z' }, 'Ended'),
      ],
      token: alterEvent({ idToken: { idToken: 'PP-OTHER' } }, 'Authorized'),
    },
    async run(context) {
      const { check, clock, hands } = context;
      const token = await context.token('valid');
      await trusted(context, token);
      const stop = await pointsOf(context, 'TxStopPoint');
      await hurried(context);
      const left = clock.now();
      const since = await whileAway(context, () =>
        steps(
          context,
          () => hands.plugIn(),
          () => hands.presentToken(token),
          () => hands.presentToken(token),
          () => leave(context, stop),
        ),
      );
      const start = await queued(context, since, started);
      const end = start && (await queued(context, since, ended));
      const transactionId = transactionOf(start?.payload);
      check('started', () => {
        expectEvent(start, 'the start of the session', { type: 'Started', offline: true });
        if (start) expectSince(context, start, left);
      });
      check('ended', () => {
        expectEvent(end, 'the end of the session', {
          transactionId,
          offline: true,
          reason: [undefined, 'Local', ...(endingBy(stop) === 'authorization' ? [] : ['EVDisconnected'])],
        });
        expect(expectQueued(context, since, transactionId).length, 'events of that time').to.be.at.least(2);
      });
      check('token', () => expectToken(context, since, token));
    },
  }),

  testCase({
    id: 'station/transactions/stopped-offline-v2',
    title: 'What happens while there is no connection is told when it is back, as having been offline (2.0.1)',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_E_44_CS' },
    needs: SESSION,
    checks: {
      back: backCheck,
      stopped: { ref: 'E07.FR.02', level: 'SHALL', says: 'that the token stopped it is told, as having been offline' },
      ended: { ref: 'E08.FR.07', level: 'SHALL', says: 'the end of the transaction is told, as having been offline' },
    },
    catches: {
      back: backFault,
      stopped: [
        alterEvent({ triggerReason: 'RemoteStop' }, 'StopAuthorized'),
        alterEvent({ offline: null }, 'StopAuthorized'),
        alterEvent({ idToken: { idToken: 'PP-OTHER' } }, 'StopAuthorized'),
      ],
      ended: [
        alter('TransactionEvent', { offline: null }),
        info({ transactionId: 'PP-OTHER' }, 'Ended'),
        info({ stoppedReason: 'Remote' }, 'Ended'),
        alterEvent({ eventType: 'Updated' }, 'Ended'),
      ],
    },
    run: async (context) => stoppedAway(context, await charging(context)),
  }),

  testCase({
    id: 'station/transactions/stopped-offline-by-group-v2',
    title: 'Without a connection, a token of the same group stops a transaction, where it is known (2.0.1)',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_E_45_CS' },
    feature: 'C-49',
    needs: SESSION,
    checks: {
      back: backCheck,
      stopped: { ref: 'E08.FR.02', level: 'SHALL', says: 'that the token stopped it is told, as having been offline' },
      ended: { ref: 'E08.FR.04', level: 'SHALL', says: 'the end of the transaction is told, as having been offline' },
    },
    catches: {
      back: backFault,
      stopped: [
        alter('TransactionEvent', { triggerReason: 'RemoteStop' }, away),
        alter('TransactionEvent', { idToken: { idToken: 'PP-OTHER' } }, away),
      ],
      ended: [
        alter('TransactionEvent', { offline: null }),
        alter('TransactionEvent', { transactionInfo: { transactionId: 'PP-OTHER' } }, away),
      ],
    },
    async run(context) {
      const [own, other] = [await context.token('group'), await context.token('groupOther')];
      await ready(context);
      tidied(context);
      await configured(context, 'AuthCacheCtrlr', 'Enabled', 'true');
      await preferred(context, 'AuthCtrlr', 'LocalAuthorizeOffline', 'true');
      await session(context, other);
      const { transactionId } = await charging(context, own);
      await stoppedAway(context, { token: other, transactionId });
    },
  }),

  testCase({
    id: 'station/transactions/refused-afterwards-v2',
    title: 'A token that charged without a connection, and that the CSMS then refuses, is stopped (2.0.1)',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_E_16_CS' },
    feature: 'C-01',
    needs: SESSION,
    checks: {
      queued: { ref: 'E04.FR.03', level: 'SHALL', says: 'the start is told, with the token, as having been offline' },
      ended: { ref: 'E05.FR.10', level: 'SHALL', says: 'the refusal ends the transaction, and the event tells so' },
    },
    catches: {
      queued: [alterEvent({ offline: null }, 'idToken'), alterEvent({ idToken: { idToken: 'PP-OTHER' } }, 'idToken')],
      ended: [
        alterEvent({ eventType: 'Updated' }, 'Deauthorized'),
        info({ stoppedReason: 'Local' }, 'Deauthorized'),
        info({ transactionId: 'PP-OTHER' }, 'Deauthorized'),
        alterEvent({ triggerReason: 'ChargingStateChanged' }, 'Deauthorized'),
      ],
    },
    async run(context) {
      const { check, hands, standing } = context;
      const token = await context.token('valid');
      await ready(context);
      const stop = await pointsOf(context, 'TxStopPoint');
      if (endingBy(stop) !== 'authorization') await configured(context, 'TxCtrlr', 'TxStopPoint', 'Authorized');
      await configured(context, 'TxCtrlr', 'StopTxOnInvalidId', 'true');
      await trusted(context, token);
      await hurried(context);
      const since = await whileAway(context, async () => {
        await steps(
          context,
          () => hands.plugIn(),
          () => hands.presentToken(token),
        );
        standing(token, { status: 'Invalid' });
      });
      const told = await queued(context, since, ({ idToken }) => idToken !== undefined);
      check('queued', () => {
        expectEvent(told, 'who charges', { offline: true });
        expect(names(token)(told?.payload ?? {}), `${JSON.stringify(told?.payload['idToken'])} is the token`).to.equal(
          true,
        );
      });
      const end = told && (await queued(context, since, ended));
      check('ended', () =>
        expectEvent(end, 'the end of the transaction', {
          transactionId: transactionOf(told?.payload),
          trigger: ['Deauthorized'],
          reason: ['DeAuthorized'],
        }),
      );
    },
  }),
]);

/** A token stops the transaction while there is no connection, and the vehicle goes. */
async function stoppedAway(
  context: Context<'back' | 'stopped' | 'ended'>,
  { token, transactionId }: { readonly token: Token; readonly transactionId: string },
): Promise<void> {
  const { check, csms, hands } = context;
  const stop = await pointsOf(context, 'TxStopPoint');
  const byToken = endingBy(stop) === 'authorization';
  await hurried(context);
  const since = csms.mark;
  await csms.goAway();
  await steps(
    context,
    () => hands.presentToken(token),
    () => leave(context, stop),
  );
  csms.comeBack();
  const back = csms.connected || (await csms.reconnection());
  check('back', () => expect(back, 'connected again').to.equal(true));
  if (!back) return;
  const stopped = await queued(context, since, triggered('StopAuthorized'));
  check('stopped', () => {
    expectEvent(stopped, 'that the token stopped it', { transactionId, offline: true });
    // That it is told is a SHOULD.
    const word = at(stopped?.payload, 'idToken.idToken') ?? token.idToken;
    expect(String(word).toLowerCase(), 'token').to.equal(token.idToken.toLowerCase());
  });
  const end = await queued(context, since, ended);
  check('ended', () => {
    const reason = [undefined, 'Local', ...(byToken ? [] : ['EVDisconnected'])];
    expectEvent(end, 'the end of the transaction', { transactionId, offline: true, reason });
    expectQueued(context, since, transactionId);
  });
}
