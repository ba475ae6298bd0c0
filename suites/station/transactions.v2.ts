/** Charger, 2.x transactions that people start and stop at it. Where a transaction starts and stops is its configuration. */
import type { Context } from '../../src/judge/context.ts';
import { alter } from '../../src/judge/fault.ts';
import { at } from '../../src/judge/path.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import type { IncomingCall } from '../../src/session.ts';
import type { Token } from '../../src/sut/system-under-test.ts';
import { event as alterEvent, eventBehind, info, tellsOf } from './faults.v2.ts';
import { endingBy, leave, pointsOf } from './points.v2.ts';
import { names } from './states.auth.v2.ts';
import { countOf, EVSE, inTime, quiet, ready, statusTold } from './states.ts';
import {
  charging,
  ended,
  event,
  expectEvent,
  expectToken,
  isOffered,
  SESSION,
  sampled,
  stateOf,
  tidied,
  transactionOf,
  triggered,
  valueOfVariable,
} from './states.v2.ts';

const versions = ['2.0.1'] as const;

/** Seconds between two readings of the meter. */
const SAMPLE_S = 7;

/** What a meter value of some moment has to hold, by the configuration. */
async function measurandsOf(context: Context, moment: 'TxStartedMeasurands' | 'TxEndedMeasurands'): Promise<string[]> {
  const value = await valueOfVariable(context, { name: 'SampledDataCtrlr' }, moment);
  return (value ?? '').split(',').flatMap((name) => name.trim() || []);
}

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Measurands that events tell as of a moment of the transaction. */
const measured = (calls: readonly (IncomingCall | undefined)[], context: string): readonly unknown[] =>
  calls
    .flatMap((call) => list(call?.payload['meterValue']))
    .flatMap((value) => list(at(value, 'sampledValue')))
    .filter((sample) => at(sample, 'context') === context)
    .map((sample) => at(sample, 'measurand') ?? 'Energy.Active.Import.Register');

const startChecks = {
  occupied: { ref: 'G01.FR.07', level: 'SHALL', says: 'the station tells that the connector is Occupied' },
  asked: {
    ref: 'AuthorizeRequest.idToken',
    level: 'SHALL',
    says: 'the token that was presented is what the CSMS is asked about',
  },
  started: { ref: 'E01.FR.07', level: 'SHALL', says: 'a transaction is started, now' },
  token: { ref: 'E01.FR.10', level: 'SHALL', says: 'its events tell who charges' },
  where: { ref: 'TransactionEventRequest.evse', level: 'SHALL', says: 'its events tell where' },
  offered: {
    ref: 'TransactionEventRequest.transactionInfo',
    level: 'SHALL',
    says: 'its events tell that energy is offered, all of one transaction',
  },
  metered: { ref: 'E01.FR.09', level: 'SHALL', says: 'its events tell what the meter read when it began' },
} as const;

const startFaults = {
  occupied: alter('StatusNotification', { connectorStatus: 'Available' }, tellsOf('Occupied')),
  asked: [
    alter('Authorize', { idToken: { idToken: 'PP-OTHER' } }),
    alter('Authorize', { idToken: { type: 'KeyCode' } }),
  ],
  started: [
    alterEvent({ eventType: 'Updated' }, 'Started'),
    alterEvent({ timestamp: '2020-01-01T00:00:00Z' }, 'Started'),
  ],
  token: [alterEvent({ idToken: { idToken: 'PP-OTHER' } }, 'idToken'), alterEvent({ idToken: null }, 'idToken')],
  where: alterEvent({ evse: { id: 2 } }, 'evse'),
  offered: [info({ chargingState: 'EVConnected' }, 'Charging'), info({ transactionId: 'PP-OTHER' }, 'Charging')],
  metered: [alterEvent({ meterValue: null }, 'Started'), alterEvent({ meterValue: [] }, 'Started')],
} as const;

async function judgeStart(context: Context<keyof typeof startChecks>, token: Token, since: number): Promise<void> {
  const { check, csms } = context;
  const occupied = await statusTold(context, 'Occupied', since);
  check('occupied', () => expect(occupied, 'Occupied').to.not.equal(undefined));
  const offered = await event(context, since, isOffered);
  await quiet(context);
  const events = csms.calls(since, 'TransactionEvent');
  check('asked', () => {
    const asked = csms.calls(since, 'Authorize').map(({ payload }) => payload);
    // A token of the configuration may be known to the station from an earlier day.
    if (token.assumed) expect(asked.length, 'times that the CSMS was asked').to.equal(1);
    for (const one of asked) expect(names(token)(one), `${JSON.stringify(one)} is the token`).to.equal(true);
  });
  check('started', () => {
    const starts = events.filter(({ payload }) => payload['eventType'] === 'Started');
    expect(starts.length, 'transactions started').to.equal(1);
    expect(starts[0]?.payload['timestamp']).to.be.recentInstant();
  });
  check('token', () => expectToken(context, since, token));
  check('where', () => {
    const places = events.flatMap(({ payload }) => at(payload, 'evse.id') ?? []);
    expect(new Set(places)).to.deep.equal(new Set([EVSE]));
  });
  check('offered', () => {
    expect(stateOf(offered?.payload), 'chargingState').to.not.equal(undefined);
    expect(new Set(events.map(({ payload }) => transactionOf(payload))).size, 'transactions').to.equal(1);
  });
  const wanted = await measurandsOf(context, 'TxStartedMeasurands');
  // Where the EVSE is not known at the start, the values come when it charges (E01.FR.17).
  check('metered', () => expect(measured(events, 'Transaction.Begin')).to.include.members(wanted));
}

export default suite('station/transactions', 'Transactions', [
  testCase({
    id: 'station/transactions/plug-first-v2',
    title: 'A driver plugs in, presents a token, and charges (2.0.1)',
    sut: 'station',
    versions,
    octt: { '2.0.1': ['TC_E_03_CS', 'TC_G_01_CS'] },
    needs: SESSION,
    checks: startChecks,
    catches: startFaults,
    async run(context) {
      const { csms, hands } = context;
      await ready(context);
      await quiet(context);
      tidied(context);
      const token = await context.token('valid');
      const since = csms.mark;
      await hands.plugIn();
      await statusTold(context, 'Occupied', since);
      await hands.presentToken(token);
      await judgeStart(context, token, since);
    },
  }),

  testCase({
    id: 'station/transactions/token-first-v2',
    title: 'A driver presents a token, plugs in, and charges (2.0.1)',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_E_04_CS' },
    needs: SESSION,
    checks: startChecks,
    catches: startFaults,
    async run(context) {
      const { csms, hands } = context;
      await ready(context);
      await quiet(context);
      tidied(context);
      const token = await context.token('valid');
      const since = csms.mark;
      await hands.presentToken(token);
      await csms.awaitCall('Authorize', { since, timeoutMs: context.sut.timeoutMs / 3 });
      await hands.plugIn();
      await judgeStart(context, token, since);
    },
  }),

  testCase({
    id: 'station/transactions/refused-token-v2',
    title: 'Tokens that the CSMS does not accept charge nothing (2.0.1)',
    sut: 'station',
    versions,
    octt: { '2.0.1': ['TC_C_02_CS', 'TC_C_06_CS', 'TC_C_07_CS'] },
    needs: SESSION,
    checks: {
      asked: { ref: 'AuthorizeRequest.idToken', level: 'SHALL', says: 'the CSMS is asked about the token' },
      idle: {
        ref: 'TransactionEventRequest.triggerReason',
        level: 'SHALL',
        says: 'nobody is told to be authorized, and no energy is offered',
      },
    },
    catches: {
      asked: alter('Authorize', { idToken: { idToken: 'PP-OTHER' } }),
      idle: eventBehind('Authorize', 'charges-anybody', 'energy is offered as soon as a token is there', {
        eventType: 'Started',
        triggerReason: 'Authorized',
        transactionInfo: { transactionId: 'x', chargingState: 'Charging' },
      }),
    },
    async run(context) {
      const { check, csms, hands, token } = context;
      await ready(context);
      await quiet(context);
      tidied(context);
      const since = csms.mark;
      await hands.plugIn();
      for (const kind of ['unknown', 'blocked', 'expired'] as const) {
        const refused = await token(kind);
        await hands.presentToken(refused);
        const asked = await csms.awaitCall('Authorize', { since, where: names(refused) });
        check('asked', () => expect(asked, `Authorize with ${refused.idToken}`).to.not.equal(undefined));
        await quiet(context);
      }
      const charged = await countOf(
        context,
        'TransactionEvent',
        since,
        (payload) => isOffered(payload) || triggered('Authorized')(payload),
      );
      check('idle', () => expect(charged, 'events that tell of an authorization, or of energy').to.equal(0));
    },
  }),

  testCase({
    id: 'station/transactions/stop-same-token-v2',
    title:
      'The token that started a transaction stops it, another one does not, and it ends with the departure (2.0.1)',
    sut: 'station',
    versions,
    octt: { '2.0.1': ['TC_E_06_CS', 'TC_C_04_CS', 'TC_G_02_CS'] },
    needs: SESSION,
    checks: {
      unmoved: { ref: 'C01.FR.03', level: 'SHALL', says: 'a token of somebody else does not stop it' },
      stopped: { ref: 'E07.FR.02', level: 'SHALL', says: 'the token stops it; no other token is told with that' },
      ended: {
        ref: 'E06.FR.14',
        level: 'SHALL',
        says: 'when the vehicle has gone, the transaction has ended, by a local act',
      },
      metered: { ref: 'E06.FR.11', level: 'SHALL', says: 'the event of its end tells what the meter read then' },
      free: { ref: 'G01.FR.07', level: 'SHALL', says: 'the station tells that the connector is Available' },
    },
    catches: {
      unmoved: eventBehind('Authorize', 'anybody-stops-v2', 'any token stops a transaction', {
        eventType: 'Updated',
        triggerReason: 'StopAuthorized',
      }),
      stopped: [
        alterEvent({ idToken: { idToken: 'PP-OTHER' } }, 'StopAuthorized'),
        alterEvent({ triggerReason: 'RemoteStop' }, 'StopAuthorized'),
        info({ transactionId: 'PP-OTHER' }, 'StopAuthorized'),
      ],
      ended: [
        alterEvent({ eventType: 'Updated' }, 'Ended'),
        info({ stoppedReason: 'Remote' }, 'Ended'),
        info({ transactionId: 'PP-OTHER' }, 'Ended'),
        info({ chargingState: 'Charging' }, 'Ended'),
      ],
      metered: alterEvent({ meterValue: null }, 'Ended'),
      free: alter('StatusNotification', { connectorStatus: 'Occupied' }, tellsOf('Available')),
    },
    async run(context) {
      const { check, csms, hands } = context;
      const { token, transactionId } = await charging(context);
      const stop = await pointsOf(context, 'TxStopPoint');
      const wanted = await measurandsOf(context, 'TxEndedMeasurands');
      const before = csms.mark;
      await hands.presentToken(await context.token('second'));
      const stops = await countOf(
        context,
        'TransactionEvent',
        before,
        (payload) => ended(payload) || triggered('StopAuthorized', 'Deauthorized')(payload),
      );
      check('unmoved', () => expect(stops, 'events that stop it').to.equal(0));
      const since = csms.mark;
      await hands.presentToken(token);
      const told = await event(context, since, triggered('StopAuthorized'));
      check('stopped', () => {
        expectEvent(told, 'that the token stopped it', { transactionId });
        // That it is told is a SHOULD.
        if (told?.payload['idToken'] !== undefined)
          expect(names(token)(told.payload), 'the token that stopped it is told').to.equal(true);
      });
      await leave(context, stop);
      const end = await event(context, since, ended);
      check('ended', () =>
        expectEvent(end, 'the end of the transaction', {
          transactionId,
          state: [undefined, 'EVConnected', 'SuspendedEVSE', 'SuspendedEV', 'Idle'],
          reason: [undefined, 'Local', ...(endingBy(stop) === 'authorization' ? [] : ['EVDisconnected'])],
        }),
      );
      check('metered', () => expect(measured([end], 'Transaction.End')).to.include.members(wanted));
      const free = await statusTold(context, 'Available', since);
      check('free', () => expect(free, 'Available').to.not.equal(undefined));
    },
  }),

  testCase({
    id: 'station/transactions/meter-values-v2',
    title: 'While a vehicle charges, its meter is read as often as it is configured (2.0.1)',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_J_09_CS' },
    needs: SESSION,
    checks: {
      comes: {
        ref: 'E02.FR.10',
        level: 'SHALL',
        says: 'events with meter values come, at the interval that was configured',
      },
      belongs: {
        ref: 'TransactionEventRequest.transactionInfo',
        level: 'SHALL',
        says: 'they belong to the transaction',
      },
      context: { ref: 'TransactionEventRequest.meterValue', level: 'SHALL', says: 'they are told to be periodic' },
    },
    catches: {
      comes: alterEvent({ triggerReason: 'ChargingRateChanged' }, 'MeterValuePeriodic'),
      belongs: info({ transactionId: 'PP-OTHER' }, 'MeterValuePeriodic'),
      context: alterEvent({ meterValue: null }, 'MeterValuePeriodic'),
    },
    async run(context) {
      const { check, csms } = context;
      await ready(context);
      await sampled(context, SAMPLE_S);
      const { transactionId, offered } = await charging(context);
      const since = csms.calls(0).indexOf(offered);
      const periodic = triggered('MeterValuePeriodic');
      const timeoutMs = inTime(context, SAMPLE_S);
      const first = await event(context, since, periodic, timeoutMs);
      const second = first && (await event(context, csms.calls(0).indexOf(first) + 1, periodic, timeoutMs));
      check('comes', () => {
        if (first === undefined || second === undefined) expect.fail('there are no two events');
        // What counts is when the meter was read, not when that was told.
        const read = ({ payload }: IncomingCall) => Date.parse(String(at(payload, 'meterValue[0].timestamp')));
        expect((read(second) - read(first)) / 1000, 'seconds between two').to.be.within(SAMPLE_S - 2, SAMPLE_S + 3);
      });
      check('belongs', () => expect(transactionOf(first?.payload)).to.equal(transactionId));
      check('context', () => {
        const samples = at(first?.payload, 'meterValue[0].sampledValue');
        // Sample.Periodic is what a missing context means.
        const contexts = (Array.isArray(samples) ? samples : []).map((one) => at(one, 'context') ?? 'Sample.Periodic');
        expect(new Set(contexts)).to.deep.equal(new Set(['Sample.Periodic']));
      });
    },
  }),
]);
