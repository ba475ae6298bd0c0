/** Charger, 1.6 transactions without a connection: what happened meanwhile is told when it is back, in order, and once. */
import type { Context } from '../../src/judge/context.ts';
import { alter, behaviour, drop, duplicate, type Fault } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import type { IncomingCall } from '../../src/session.ts';
import { besides, deafTo, startFaults, statusFaults, stopFaults, stopOf, told } from './faults.v16.ts';
import { between, expectStart, expectStatus, expectStop, readings } from './judging.v16.ts';
import { knownOffline } from './known.v16.ts';
import { countOf, EVSE, inTime, quiet } from './states.ts';
import {
  charging,
  configured,
  ENDED,
  numbered,
  OFFERED,
  SESSION,
  settled,
  statusWord,
  stopped,
  suggested,
  tidied,
} from './states.v16.ts';

const versions = ['1.6'] as const;

/** Seconds between two readings of the meter. */
const SAMPLE_S = 7;
/** Readings that are to be taken while there is no connection. */
const SAMPLES = 3;
/** What people do at a charger takes it a moment to act upon, also while nobody hears of it. */
const ACT_MS = 3_000;
/** Seconds to the second attempt to deliver a message. */
const RETRY_S = 3;
/** Times that a message is tried. */
const ATTEMPTS = 4;

const earlier = (timestamp: string): string => new Date(Date.parse(timestamp) - 15_000).toISOString();

const backCheck = { ref: 'J 5.3', level: 'SHALL', says: 'the station connects again by itself' } as const;
const neverBack = behaviour('never-comes-back', 'a connection that was lost is never made again');

interface Away {
  readonly since: number;
  readonly from: number;
  readonly to: number;
}

/** Cuts the connection, lets `meanwhile` happen, and waits for the station. @throws Unmet where it does not come back */
async function away(context: Context<'back'>, meanwhile: () => Promise<void>): Promise<Away> {
  const { check, clock, csms } = context;
  const since = csms.mark;
  await csms.goAway();
  const from = clock.now();
  await meanwhile();
  const to = clock.now();
  csms.comeBack();
  const back = csms.connected || (await csms.reconnection());
  check('back', () => expect(back, 'connected again').to.equal(true));
  if (!back) throw new Unmet('the station did not connect again');
  return { since, from, to };
}

/** A driver comes while nobody hears of it. */
async function arrives({ clock, hands }: Context, present: () => Promise<void>): Promise<void> {
  await hands.plugIn();
  await clock.sleep(ACT_MS);
  await present();
  await clock.sleep(ACT_MS);
}

const startedCheck = {
  ref: '3.7',
  level: 'SHALL',
  says: 'the start is told, with the token, the connector, and the time at which it happened',
} as const;
const offlineStart: readonly Fault[] = [
  ...startFaults,
  alter('StartTransaction', { timestamp: '2026-06-01T00:00:00Z' }),
];

/** A start without a connection, and what comes of the answer to it. */
const started = (id: string, title: string, octt: string, status: 'Accepted' | 'Invalid', stops: boolean | undefined) =>
  testCase({
    id: `station/transactions/${id}`,
    title,
    sut: 'station',
    versions,
    octt: { '1.6': octt },
    needs: SESSION,
    checks: {
      back: backCheck,
      started: startedCheck,
      status: {
        ref: status === 'Accepted' ? '4.9' : 'E 3.17',
        // A status that changed while there was no connection is told by a SHOULD (4.9), one that changes behind it by a SHALL.
        level: status === 'Accepted' ? 'SHOULD' : 'SHALL',
        says:
          status === 'Accepted'
            ? 'the station tells that energy is offered'
            : stops
              ? 'the station tells that the transaction is over'
              : 'the station tells that it gives no energy',
      },
      goes: {
        ref: '9.1.24',
        level: 'SHALL',
        says: stops ? 'it ends, since its token is not accepted' : 'it goes on',
      },
    },
    catches: {
      back: neverBack,
      started: offlineStart,
      status: stops
        ? statusFaults('Finishing', 'Charging')
        : status === 'Accepted'
          ? alter('StatusNotification', { errorCode: 'OtherError' }, told('Charging'))
          : statusFaults('SuspendedEVSE', 'Charging'),
      goes: stops
        ? stopFaults('Local')
        : besides(
            'stops-when-back',
            'a transaction ends when the connection is back',
            ({ kind, action }) => kind === 'call' && action === 'StartTransaction',
            'StopTransaction',
            () => stopOf(),
            100,
          ),
    },
    async run(context) {
      const { check, csms, hands, sut, token: get } = context;
      await settled(context);
      if (stops !== undefined) {
        await configured(context, 'StopTransactionOnInvalidId', String(stops));
        await suggested(context, 'MaxEnergyOnInvalidId', '0');
      }
      const token = await get('valid');
      await knownOffline(context, token);
      const transactionId = numbered(context, status);
      tidied(context, transactionId);
      const { since, from, to } = await away(context, () => arrives(context, () => hands.presentToken(token)));
      const start = await csms.awaitCall('StartTransaction', { since, timeoutMs: csms.patienceMs });
      check('started', () => expectStart(start, { idTag: token.idToken, ...between(from, to, sut) }));
      const since2 = start === undefined ? since : csms.calls(0).indexOf(start);
      const words = status === 'Accepted' ? OFFERED : stops ? ENDED : ['SuspendedEVSE'];
      const state = await statusWord(context, status === 'Accepted' ? since : since2, ...words);
      check('status', () => expectStatus(state, words));
      if (stops) {
        const stop = await stopped(context, since2);
        check('goes', () =>
          expectStop(stop, {
            transactionId,
            reasons: ['DeAuthorized'],
            ...(start && { start }),
            toleranceS: sut.clockToleranceS,
          }),
        );
      } else {
        const stopsSeen = await countOf(context, 'StopTransaction', since);
        check('goes', () => expect(stopsSeen, 'transactions stopped').to.equal(0));
      }
    },
  });

export default suite('station/transactions', 'Transactions', [
  testCase({
    id: 'station/transactions/metered-offline',
    title: 'Meter values of a time without a connection are told when it is back',
    sut: 'station',
    versions,
    octt: { '1.6': 'TC_036_CS' },
    needs: SESSION,
    checks: {
      back: backCheck,
      queued: { ref: '3.7', level: 'SHALL', says: 'the readings that were due meanwhile come, with the times of then' },
      belongs: { ref: '4.7', level: 'SHALL', says: 'they name the transaction and the connector' },
      order: { ref: '3.7', level: 'SHALL', says: 'they come in the order in which they were taken' },
      running: { ref: '3.7', level: 'SHALL', says: 'the transaction goes on, and is measured on' },
    },
    catches: {
      back: neverBack,
      queued: behaviour('loses-meter-values', 'meter values that were due without a connection are lost'),
      belongs: alter('MeterValues', { transactionId: 977 }),
      order: {
        name: 'shuffles-meter-values',
        says: 'every second meter value is older than the one before',
        rewrite: (out) =>
          out.kind === 'call' && out.action === 'MeterValues' && Number.parseInt(out.id.slice(-1), 36) % 2 === 0
            ? [{ text: out.text.replace(/"timestamp":"([^"]+)"/, (_, at: string) => `"timestamp":"${earlier(at)}"`) }]
            : undefined,
      },
      running: besides(
        'stops-with-the-network',
        'a transaction ends with the connection',
        ({ kind, action }) => kind === 'call' && action === 'MeterValues',
        'StopTransaction',
        () => stopOf(),
      ),
    },
    async run(context) {
      const { check, clock, csms } = context;
      await settled(context);
      await configured(context, 'MeterValueSampleInterval', String(SAMPLE_S));
      await configured(context, 'MeterValuesSampledData', 'Energy.Active.Import.Register');
      await suggested(context, 'ClockAlignedDataInterval', '0');
      const { start, transactionId } = await charging(context);
      const first = await csms.awaitCall('MeterValues', {
        since: csms.calls(0).indexOf(start),
        timeoutMs: inTime(context, SAMPLE_S),
        where: ({ connectorId }) => connectorId === EVSE,
      });
      if (first === undefined) throw new Unmet('no meter values come while a vehicle charges');
      const since = csms.calls(0).indexOf(first);
      const { to } = await away(context, () => clock.sleep((SAMPLES + 1) * SAMPLE_S * 1000));
      const last = await csms.awaitCall('MeterValues', {
        since,
        timeoutMs: csms.patienceMs,
        where: (payload) => readings(payload).some(({ timestamp }) => Date.parse(timestamp) > to),
      });
      const all = csms.calls(since, 'MeterValues').filter(({ payload }) => payload['connectorId'] !== 0);
      const times = all.flatMap(({ payload }) => readings(payload).map(({ timestamp }) => Date.parse(timestamp)));
      check('queued', () => {
        const sorted = [...new Set(times)].sort((one, other) => one - other);
        expect(sorted.length, 'readings').to.be.above(SAMPLES);
        const gaps = sorted.slice(1).map((at, i) => (at - (sorted[i] ?? at)) / 1000);
        expect(Math.max(...gaps), 'most seconds between two readings').to.be.at.most(SAMPLE_S + 3);
      });
      check('belongs', () => {
        for (const { payload } of all) expect(payload).to.include({ connectorId: EVSE, transactionId });
      });
      check('order', () => expect(times).to.deep.equal([...times].sort((one, other) => one - other)));
      check('running', () => {
        expect(csms.calls(since, 'StopTransaction').length, 'transactions stopped').to.equal(0);
        expect(last, 'MeterValues of after the interruption').to.not.equal(undefined);
      });
    },
  }),

  started(
    'started-offline',
    'A token that is known starts a transaction without a connection',
    'TC_037_1_CS',
    'Accepted',
    undefined,
  ),
  started(
    'started-offline-held',
    'A transaction that was started without a connection gets no energy once the CSMS refuses its token',
    'TC_037_2_CS',
    'Invalid',
    false,
  ),
  started(
    'started-offline-ended',
    'A transaction that was started without a connection is ended once the CSMS refuses its token',
    'TC_037_3_CS',
    'Invalid',
    true,
  ),

  testCase({
    id: 'station/transactions/stopped-offline',
    title: 'What happens while there is no connection is told when it is back',
    sut: 'station',
    versions,
    octt: { '1.6': 'TC_038_CS' },
    needs: SESSION,
    checks: {
      back: backCheck,
      stopped: {
        ref: '3.7.1',
        level: 'SHALL',
        says: 'the end of the transaction is told, under its number, with the time at which it ended',
      },
      // A status that changed meanwhile is told by a SHOULD (4.9, rule 1 of stations that come back).
      status: { ref: '4.9', level: 'SHOULD', says: 'the station tells that the transaction is over' },
    },
    catches: {
      back: neverBack,
      stopped: [...stopFaults('Remote'), alter('StopTransaction', { timestamp: '2026-01-02T00:00:00Z' })],
      status: statusFaults('Finishing', 'Charging'),
    },
    async run(context) {
      const { check, clock, csms, hands, sut } = context;
      const { start, token, transactionId } = await charging(context);
      const { since, from, to } = await away(context, async () => {
        await hands.presentToken(token);
        await clock.sleep(ACT_MS);
      });
      const stop = await stopped(context, since, csms.patienceMs);
      check('stopped', () =>
        expectStop(stop, {
          transactionId,
          reasons: [undefined, 'Local'],
          start,
          idTag: token.idToken,
          ...between(from, to, sut),
        }),
      );
      const over = await statusWord(context, since, ...ENDED);
      check('status', () => expectStatus(over, ENDED));
    },
  }),

  testCase({
    id: 'station/transactions/whole-offline',
    title: 'A whole session without a connection is told when it is back: the start, then the end',
    sut: 'station',
    versions,
    octt: { '1.6': 'TC_039_CS' },
    needs: SESSION,
    checks: {
      back: backCheck,
      started: startedCheck,
      stopped: {
        ref: '3.7',
        level: 'SHALL',
        says: 'the end is told behind it, under the number in the answer to the start, with the time at which it happened',
      },
      once: { ref: '3.7', level: 'SHALL', says: 'each is told once' },
    },
    catches: {
      back: neverBack,
      started: offlineStart,
      stopped: [...stopFaults('Remote'), alter('StopTransaction', { timestamp: '2026-06-01T00:00:00Z' })],
      once: besides(
        'tells-twice',
        'what was queued is told twice',
        ({ kind, action }) => kind === 'call' && action === 'StopTransaction',
        'StopTransaction',
        ({ payload }) => payload as object,
      ),
    },
    async run(context) {
      const { check, clock, csms, hands, sut, token: get } = context;
      await settled(context);
      const token = await get('valid');
      await knownOffline(context, token);
      const transactionId = numbered(context);
      tidied(context);
      const { since, from, to } = await away(context, async () => {
        await arrives(context, () => hands.presentToken(token));
        await hands.presentToken(token);
        await clock.sleep(ACT_MS);
        await hands.plugOut();
        await clock.sleep(ACT_MS);
      });
      const within = between(from, to, sut);
      const start = await csms.awaitCall('StartTransaction', { since, timeoutMs: csms.patienceMs });
      const stop = await stopped(context, since, csms.patienceMs);
      check('started', () => expectStart(start, { idTag: token.idToken, ...within }));
      check('stopped', () => {
        expectStop(stop, {
          transactionId,
          reasons: [undefined, 'Local'],
          idTag: token.idToken,
          ...(start && { start }),
          ...within,
        });
        expect([start, stop].filter((one) => one !== undefined)).to.be.inOrder();
      });
      await quiet(context);
      await clock.sleep(ACT_MS);
      check('once', () => {
        expect(csms.calls(since, 'StartTransaction').length, 'starts').to.equal(1);
        expect(csms.calls(since, 'StopTransaction').length, 'ends').to.equal(1);
      });
    },
  }),

  testCase({
    id: 'station/transactions/retried',
    title: 'A message that the CSMS fails to process is sent again, each time after a longer wait',
    sut: 'station',
    versions,
    needs: SESSION,
    checks: {
      again: { ref: '3.7.1', level: 'SHOULD', says: 'it is sent again as often as is configured' },
      same: { ref: '3.7.1', level: 'SHALL', says: 'it says the same each time' },
      waits: {
        ref: '3.7.1',
        level: 'SHOULD',
        says: 'before each attempt it waits the configured interval, times the attempts before',
      },
      given: { ref: '3.7.1', level: 'SHOULD', says: 'then it is given up' },
    },
    catches: {
      again: deafTo('TransactionMessageAttempts'),
      same: {
        name: 'meters-while-it-waits',
        says: 'an end that is told again tells another register',
        rewrite: (out) =>
          out.kind === 'call' && out.action === 'StopTransaction'
            ? [
                {
                  text: out.text.replace(
                    /"meterStop":\d+/,
                    `"meterStop":${9_000 + Number.parseInt(out.id.slice(-2), 36)}`,
                  ),
                },
              ]
            : undefined,
      },
      waits: deafTo('TransactionMessageRetryInterval'),
      given: duplicate('StopTransaction'),
    },
    async run(context) {
      const { check, clock, csms, hands } = context;
      await settled(context);
      await configured(context, 'TransactionMessageAttempts', String(ATTEMPTS));
      await configured(context, 'TransactionMessageRetryInterval', String(RETRY_S));
      const { token } = await charging(context);
      const since = csms.mark;
      csms.answer('StopTransaction', (call) => call.refuse('InternalError', 'it could not be processed'));
      await hands.presentToken(token);
      // Long enough for one attempt too many.
      await clock.sleep((ATTEMPTS + 1) * ATTEMPTS * RETRY_S * 500 + ACT_MS);
      const tries: readonly IncomingCall[] = csms.calls(since, 'StopTransaction');
      csms.answer('StopTransaction', undefined);
      if (tries.length === 0) throw new Unmet('the end of a transaction was not told');
      check('again', () => expect(tries.length, 'attempts').to.be.at.least(ATTEMPTS));
      check('given', () => expect(tries.length, 'attempts').to.be.at.most(ATTEMPTS));
      check('same', () => {
        for (const { payload } of tries) expect(payload).to.deep.equal(tries[0]?.payload);
      });
      check('waits', () => {
        if (tries.length < 2) expect.fail('there is no second attempt');
        for (const [i, { at }] of tries.slice(1).entries())
          expect((at - (tries[i]?.at ?? at)) / 1000, `seconds before attempt ${i + 2}`).to.be.within(
            RETRY_S * (i + 1) - 2,
            RETRY_S * (i + 1) + 5,
          );
      });
    },
  }),

  testCase({
    id: 'station/transactions/never-numbered',
    title: 'What belongs to a transaction whose start was never processed is told under the number -1',
    sut: 'station',
    versions,
    needs: SESSION,
    checks: {
      numbered: { ref: 'E 3.18', level: 'SHALL', says: 'the end of the transaction is told under the number -1' },
    },
    catches: { numbered: [alter('StopTransaction', { transactionId: 0 }), drop('StopTransaction')] },
    async run(context) {
      const { check, clock, csms, hands } = context;
      await settled(context);
      await configured(context, 'TransactionMessageAttempts', '1');
      await configured(context, 'TransactionMessageRetryInterval', '1');
      const token = await context.token('valid');
      tidied(context);
      csms.answer('StartTransaction', (call) => call.refuse('InternalError', 'it could not be processed'));
      const since = csms.mark;
      await hands.plugIn();
      await hands.presentToken(token);
      if ((await csms.awaitCall('StartTransaction', { since })) === undefined)
        throw new Unmet('no transaction started with a cable and an accepted token');
      await clock.sleep(ACT_MS);
      await hands.presentToken(token);
      const stop = await stopped(context, since, csms.patienceMs);
      check('numbered', () => expect(stop?.payload['transactionId'], 'transactionId').to.equal(-1));
    },
  }),
]);
