/** Charger, 2.x transactions that people start and stop at it. Where a transaction starts and stops is its configuration. */
import type { Context } from '../../src/judge/context.ts';
import { alter, type Fault } from '../../src/judge/fault.ts';
import { at } from '../../src/judge/path.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import type { Payload } from '../../src/session.ts';
import type { Token } from '../../src/sut/system-under-test.ts';
import { countOf, EVSE, inTime, quiet, ready, statusTold } from './states.ts';
import {
  charging,
  configured,
  ended,
  event,
  isOffered,
  SESSION,
  stateOf,
  tidied,
  transactionOf,
  triggered,
} from './states.v2.ts';

const versions = ['2.0.1'] as const;

/** Seconds between two readings of the meter. */
const SAMPLE_S = 7;

const tellsOf = (word: string) => ({ when: (payload: unknown) => JSON.stringify(payload).includes(`"${word}"`) });

/** Another value for a member of transactionInfo. */
const info = (change: Payload, word: string): Fault =>
  alter('TransactionEvent', { transactionInfo: change }, tellsOf(word));

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
    says: 'its events tell that energy is offered',
  },
} as const;

const startFaults = {
  occupied: alter('StatusNotification', { connectorStatus: 'Available' }, tellsOf('Occupied')),
  asked: alter('Authorize', { idToken: { idToken: 'PP-OTHER' } }),
  started: [
    alter('TransactionEvent', { eventType: 'Updated' }, tellsOf('Started')),
    alter('TransactionEvent', { timestamp: '2020-01-01T00:00:00Z' }, tellsOf('Started')),
  ],
  token: [
    alter('TransactionEvent', { idToken: { idToken: 'PP-OTHER' } }, tellsOf('idToken')),
    alter('TransactionEvent', { idToken: null }),
  ],
  where: alter('TransactionEvent', { evse: { id: 2 } }, tellsOf('evse')),
  offered: info({ chargingState: 'EVConnected' }, 'Charging'),
} as const;

async function judgeStart(context: Context<keyof typeof startChecks>, token: Token, since: number): Promise<void> {
  const { check, csms } = context;
  const occupied = await statusTold(context, 'Occupied', since);
  check('occupied', () => expect(occupied, 'Occupied').to.not.equal(undefined));
  const offered = await event(context, since, isOffered);
  await quiet(context);
  const events = csms.calls(since, 'TransactionEvent').map(({ payload }) => payload);
  check('asked', () => {
    const asked = csms.calls(since, 'Authorize').map(({ payload }) => at(payload, 'idToken.idToken'));
    // A token of the configuration may be known to the station from an earlier day.
    if (asked.length > 0 || token.assumed) expect(asked).to.deep.equal([token.idToken]);
  });
  check('started', () => {
    const started = events.filter(({ eventType }) => eventType === 'Started');
    expect(started.length, 'transactions started').to.equal(1);
    expect(started[0]?.['timestamp']).to.be.recentInstant();
  });
  check('token', () => {
    const tokens = events.flatMap(({ idToken }) => (idToken === undefined ? [] : [at(idToken, 'idToken')]));
    expect(new Set(tokens)).to.deep.equal(new Set([token.idToken]));
  });
  check('where', () => {
    const places = events.flatMap(({ evse }) => (evse === undefined ? [] : [at(evse, 'id')]));
    expect(new Set(places)).to.deep.equal(new Set([EVSE]));
  });
  check('offered', () => expect(stateOf(offered?.payload), 'chargingState').to.not.equal(undefined));
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
      idle: {
        name: 'charges-anybody',
        says: 'energy is offered as soon as a token is there',
        rewrite: (out) =>
          out.kind === 'call' && out.action === 'Authorize'
            ? [
                { text: out.text },
                {
                  text: `[2,"${out.id}s","TransactionEvent",{"eventType":"Started","timestamp":"2026-01-01T00:00:00Z","triggerReason":"Authorized","seqNo":0,"transactionInfo":{"transactionId":"x","chargingState":"Charging"}}]`,
                  afterMs: 5,
                },
              ]
            : undefined,
      },
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
        const where = (payload: Payload) => at(payload, 'idToken.idToken') === refused.idToken;
        const asked = await csms.awaitCall('Authorize', { since, where });
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
      free: { ref: 'G01.FR.07', level: 'SHALL', says: 'the station tells that the connector is Available' },
    },
    catches: {
      unmoved: {
        name: 'anybody-stops-v2',
        says: 'any token stops a transaction',
        rewrite: (out) =>
          out.kind === 'call' && out.action === 'Authorize'
            ? [
                { text: out.text },
                {
                  text: `[2,"${out.id}s","TransactionEvent",{"eventType":"Updated","timestamp":"2026-01-01T00:00:00Z","triggerReason":"StopAuthorized","seqNo":90,"transactionInfo":{"transactionId":"x"}}]`,
                  afterMs: 5,
                },
              ]
            : undefined,
      },
      stopped: [
        alter('TransactionEvent', { idToken: { idToken: 'PP-OTHER' } }, tellsOf('StopAuthorized')),
        alter('TransactionEvent', { triggerReason: 'RemoteStop' }, tellsOf('StopAuthorized')),
      ],
      ended: [
        alter('TransactionEvent', { eventType: 'Updated' }, tellsOf('Ended')),
        info({ stoppedReason: 'Remote' }, 'Ended'),
        info({ transactionId: 'PP-OTHER' }, 'Ended'),
      ],
      free: alter('StatusNotification', { connectorStatus: 'Occupied' }, tellsOf('Available')),
    },
    async run(context) {
      const { check, csms, hands } = context;
      const { token, transactionId } = await charging(context);
      const before = csms.mark;
      await hands.presentToken(await context.token('second'));
      const stops = await countOf(context, 'TransactionEvent', before, triggered('StopAuthorized', 'Deauthorized'));
      check('unmoved', () => expect(stops, 'events that stop it').to.equal(0));
      const since = csms.mark;
      await hands.presentToken(token);
      const stop = await event(context, since, triggered('StopAuthorized'));
      check('stopped', () => {
        expect(transactionOf(stop?.payload)).to.equal(transactionId);
        // That it is told is a SHOULD.
        expect(at(stop?.payload, 'idToken.idToken')).to.be.oneOf([undefined, token.idToken]);
      });
      await hands.plugOut();
      const end = await event(context, since, ended);
      check('ended', () => {
        expect(transactionOf(end?.payload)).to.equal(transactionId);
        expect(at(end?.payload, 'transactionInfo.stoppedReason')).to.be.oneOf([undefined, 'Local']);
      });
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
      comes: alter('TransactionEvent', { triggerReason: 'ChargingRateChanged' }, tellsOf('MeterValuePeriodic')),
      belongs: info({ transactionId: 'PP-OTHER' }, 'MeterValuePeriodic'),
      context: alter('TransactionEvent', { meterValue: null }, tellsOf('MeterValuePeriodic')),
    },
    async run(context) {
      const { check, csms } = context;
      await ready(context);
      await configured(context, 'SampledDataCtrlr', 'TxUpdatedInterval', String(SAMPLE_S));
      const { transactionId, offered } = await charging(context);
      const since = csms.calls(0).indexOf(offered);
      const periodic = triggered('MeterValuePeriodic');
      const timeoutMs = inTime(context, SAMPLE_S);
      const first = await event(context, since, periodic, timeoutMs);
      const second = first && (await event(context, csms.calls(0).indexOf(first) + 1, periodic, timeoutMs));
      check('comes', () => {
        if (first === undefined || second === undefined) expect.fail('there are no two events');
        expect((second.at - first.at) / 1000, 'seconds between two').to.be.within(SAMPLE_S - 2, SAMPLE_S + 3);
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
