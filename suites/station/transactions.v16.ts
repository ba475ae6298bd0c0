/** Charger, 1.6 transactions that people start and stop at it. */
import type { Context } from '../../src/judge/context.ts';
import { alter, drop } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import type { IncomingCall } from '../../src/session.ts';
import type { Token } from '../../src/sut/system-under-test.ts';
import { countOf, EVSE, inTime, quiet, ready } from './states.ts';
import { charging, configured, isTold, OFFERED, SESSION, statusWord, stopped, tidied } from './states.v16.ts';

const versions = ['1.6'] as const;

/** Seconds that a cable may take. */
const CABLE_S = 9;
/** Seconds between two readings of the meter. */
const SAMPLE_S = 7;

const told = (status: string) => ({ when: (payload: unknown) => (payload as { status?: unknown }).status === status });

const startChecks = {
  preparing: { ref: '4.9', level: 'SHALL', says: 'the station tells that a driver is there: Preparing' },
  asked: { ref: '4.1', level: 'SHALL', says: 'the token that was presented is what the CSMS is asked about' },
  started: {
    ref: '4.8',
    level: 'SHALL',
    says: 'the transaction starts with that token, on that connector, now, at a reading of the meter',
  },
  offered: { ref: '4.9', level: 'SHALL', says: 'the station tells that energy is offered' },
} as const;

const startFaults = {
  preparing: alter('StatusNotification', { status: 'Unavailable' }, told('Preparing')),
  asked: alter('Authorize', { idTag: 'PP-OTHER' }),
  started: [
    alter('StartTransaction', { idTag: 'PP-OTHER' }),
    alter('StartTransaction', { connectorId: 2 }),
    alter('StartTransaction', { timestamp: '2020-01-01T00:00:00Z' }),
    alter('StartTransaction', { meterStart: -5 }),
    drop('StartTransaction'),
  ],
  offered: alter('StatusNotification', { status: 'Preparing' }, told('Charging')),
} as const;

/** Judges a start, from a `mark` on. */
async function judgeStart(context: Context<keyof typeof startChecks>, token: Token, since: number): Promise<void> {
  const { check, csms } = context;
  const start = await csms.awaitCall('StartTransaction', { since });
  check('asked', () => {
    const asked = csms.calls(since, 'Authorize').map(({ payload }) => payload['idTag']);
    // A token of the configuration may be known to the station from an earlier day.
    if (asked.length > 0 || token.assumed) expect(asked).to.deep.equal([token.idToken]);
  });
  check('started', () => {
    expect(start?.payload).to.include({ connectorId: EVSE, idTag: token.idToken });
    expect(start?.payload['timestamp']).to.be.recentInstant();
    expect(start?.payload['meterStart']).to.be.at.least(0);
  });
  const offered = await statusWord(context, since, ...OFFERED);
  check('offered', () => expect(offered, OFFERED.join(' or ')).to.not.equal(undefined));
}

/** The end as the requirement wants it. */
function judgeStop(
  stop: IncomingCall | undefined,
  transactionId: number,
  reasons: readonly unknown[],
  from: number,
): void {
  expect(stop?.payload['transactionId'], 'transactionId').to.equal(transactionId);
  expect(stop?.payload['reason'], 'reason').to.be.oneOf([...reasons]);
  expect(stop?.payload['meterStop'], 'meterStop').to.be.at.least(from);
  expect(stop?.payload['timestamp']).to.be.recentInstant();
}

const stopFaults = (reason: string) => [
  alter('StopTransaction', { transactionId: 977 }),
  alter('StopTransaction', { reason }),
  alter('StopTransaction', { meterStop: -5 }),
  alter('StopTransaction', { timestamp: '2020-01-01T00:00:00Z' }),
  drop('StopTransaction'),
];

const free = (since: number, context: Context) => statusWord(context, since, 'Finishing', 'Available');

export default suite('station/transactions', 'Transactions', [
  testCase({
    id: 'station/transactions/plug-first',
    title: 'A driver plugs in, presents a token, and charges',
    sut: 'station',
    versions,
    octt: { '1.6': 'TC_003_CS' },
    needs: SESSION,
    checks: startChecks,
    catches: startFaults,
    async run(context) {
      const { check, csms, hands } = context;
      await ready(context);
      await quiet(context);
      tidied(context);
      const token = await context.token('valid');
      const since = csms.mark;
      await hands.plugIn();
      const preparing = await statusWord(context, since, 'Preparing');
      check('preparing', () => expect(preparing, 'Preparing').to.not.equal(undefined));
      await hands.presentToken(token);
      await judgeStart(context, token, since);
    },
  }),

  testCase({
    id: 'station/transactions/token-first',
    title: 'A driver presents a token, plugs in, and charges',
    sut: 'station',
    versions,
    octt: { '1.6': 'TC_004_1_CS' },
    needs: SESSION,
    checks: startChecks,
    catches: startFaults,
    async run(context) {
      const { check, csms, hands } = context;
      await ready(context);
      await quiet(context);
      tidied(context);
      const token = await context.token('valid');
      const since = csms.mark;
      await hands.presentToken(token);
      const preparing = await statusWord(context, since, 'Preparing');
      check('preparing', () => expect(preparing, 'Preparing').to.not.equal(undefined));
      await hands.plugIn();
      await judgeStart(context, token, since);
    },
  }),

  testCase({
    id: 'station/transactions/nobody-comes',
    title: 'A token that is followed by no cable is forgotten after some time',
    sut: 'station',
    versions,
    octt: { '1.6': 'TC_004_2_CS' },
    needs: ['presentToken'],
    checks: {
      free: {
        ref: '9.1.6',
        level: 'SHALL',
        says: 'when the time for the cable is over, the connector is Available again',
      },
      idle: { ref: '9.1.6', level: 'SHALL', says: 'no transaction was started' },
    },
    catches: {
      free: alter('StatusNotification', { status: 'Preparing' }, told('Available')),
      idle: {
        name: 'starts-without-a-cable',
        says: 'an accepted token starts a transaction',
        rewrite: (out) =>
          out.kind === 'call' && out.action === 'Authorize'
            ? [
                { text: out.text },
                {
                  text: `[2,"${out.id}s","StartTransaction",{"connectorId":1,"idTag":"X","meterStart":0,"timestamp":"2026-01-01T00:00:00Z"}]`,
                  afterMs: 500,
                },
              ]
            : undefined,
      },
    },
    async run(context) {
      const { check, csms, hands } = context;
      await ready(context);
      await configured(context, 'ConnectionTimeOut', String(CABLE_S));
      await quiet(context);
      const since = csms.mark;
      await hands.presentToken(await context.token('valid'));
      if ((await statusWord(context, since, 'Preparing')) === undefined)
        throw new Unmet('the station did not tell that it is Preparing after a token');
      const timeoutMs = inTime(context, CABLE_S);
      const gone = await csms.awaitCall('StatusNotification', { where: isTold(['Available']), timeoutMs });
      check('free', () => expect(gone, 'Available').to.not.equal(undefined));
      const starts = await countOf(context, 'StartTransaction', since);
      check('idle', () => expect(starts, 'transactions started').to.equal(0));
    },
  }),

  testCase({
    id: 'station/transactions/refused-token',
    title: 'Tokens that the CSMS does not accept start nothing',
    sut: 'station',
    versions,
    octt: { '1.6': 'TC_023_CS' },
    needs: SESSION,
    checks: {
      asked: { ref: '4.1', level: 'SHALL', says: 'the CSMS is asked about the token' },
      idle: { ref: '4.1', level: 'SHALL', says: 'no transaction is started' },
    },
    catches: {
      asked: alter('Authorize', { idTag: 'PP-OTHER' }),
      idle: {
        name: 'starts-at-once',
        says: 'a transaction is started as soon as a token is there',
        rewrite: (out) =>
          out.kind === 'call' && out.action === 'Authorize'
            ? [
                { text: out.text },
                {
                  text: out.text
                    .replace(
                      '"Authorize",{',
                      '"StartTransaction",{"connectorId":1,"meterStart":0,"timestamp":"2026-01-01T00:00:00Z",',
                    )
                    .replace(out.id, `${out.id}s`),
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
        const asked = await csms.awaitCall('Authorize', { since, where: ({ idTag }) => idTag === refused.idToken });
        check('asked', () => expect(asked, `Authorize with ${refused.idToken}`).to.not.equal(undefined));
        await quiet(context);
      }
      const starts = await countOf(context, 'StartTransaction', since);
      check('idle', () => expect(starts, 'transactions started').to.equal(0));
    },
  }),

  testCase({
    id: 'station/transactions/stop-same-token',
    title: 'The token that started a transaction ends it, and another one does not',
    sut: 'station',
    versions,
    octt: { '1.6': 'TC_068_CS' },
    needs: SESSION,
    checks: {
      unmoved: { ref: '4.10', level: 'SHALL', says: 'a token of somebody else does not end it' },
      unasked: { ref: '4.10', level: 'SHALL', says: 'the token that started it needs no authorization to end it' },
      stopped: { ref: '4.10', level: 'SHALL', says: 'the transaction ends, under its number, by a local act, now' },
      free: { ref: '4.9', level: 'SHALL', says: 'the station tells that the transaction is over' },
    },
    catches: {
      unmoved: {
        name: 'anybody-stops',
        says: 'any token ends a transaction',
        rewrite: (out) =>
          out.kind === 'call' && out.action === 'Authorize' && !/"status"/.test(out.text)
            ? [
                { text: out.text },
                {
                  text: `[2,"${out.id}s","StopTransaction",{"transactionId":1,"meterStop":5,"timestamp":"2026-01-01T00:00:00Z"}]`,
                  afterMs: 5,
                },
              ]
            : undefined,
      },
      unasked: {
        name: 'asks-before-it-stops',
        says: 'a token is asked about before a transaction ends',
        rewrite: (out) =>
          out.kind === 'call' && out.action === 'StopTransaction'
            ? [
                {
                  text: `[2,"${out.id}a","Authorize",{"idTag":"${String((out.payload as { idTag?: string }).idTag)}"}]`,
                },
                { text: out.text, afterMs: 5 },
              ]
            : undefined,
      },
      stopped: stopFaults('Remote'),
      free: alter('StatusNotification', { status: 'Charging' }, told('Finishing')),
    },
    async run(context) {
      const { check, csms, hands } = context;
      const { token, start, transactionId } = await charging(context);
      const before = csms.mark;
      await hands.presentToken(await context.token('second'));
      const stops = await countOf(context, 'StopTransaction', before);
      check('unmoved', () => expect(stops, 'transactions stopped').to.equal(0));
      const since = csms.mark;
      await hands.presentToken(token);
      const stop = await stopped(context, since);
      check('stopped', () => judgeStop(stop, transactionId, [undefined, 'Local'], Number(start.payload['meterStart'])));
      const told = await free(since, context);
      check('free', () => expect(told, 'Finishing or Available').to.not.equal(undefined));
      check('unasked', () => expect(csms.calls(since, 'Authorize').length, 'tokens asked about').to.equal(0));
    },
  }),

  testCase({
    id: 'station/transactions/stop-same-group',
    title: 'A token of the same group ends a transaction',
    sut: 'station',
    versions,
    octt: { '1.6': 'TC_069_CS' },
    needs: SESSION,
    checks: {
      stopped: { ref: '4.10', level: 'SHALL', says: 'the transaction ends, under its number, by a local act, now' },
      token: { ref: 'StopTransactionRequest.idTag', level: 'SHALL', says: 'the token that ended it is told' },
    },
    catches: {
      stopped: stopFaults('Remote'),
      token: alter('StopTransaction', { idTag: 'PP-OTHER' }),
    },
    async run(context) {
      const { check, csms, hands } = context;
      const group = await context.token('group');
      const other = await context.token('groupOther');
      csms.answer('Authorize', (call) =>
        call.respond({ idTagInfo: { status: 'Accepted', parentIdTag: group.groupId ?? 'PP-GROUP' } }),
      );
      const { start, transactionId } = await charging(context, group);
      const since = csms.mark;
      await hands.presentToken(other);
      const stop = await stopped(context, since);
      check('stopped', () => judgeStop(stop, transactionId, [undefined, 'Local'], Number(start.payload['meterStart'])));
      check('token', () => expect(stop?.payload['idTag']).to.equal(other.idToken));
    },
  }),

  testCase({
    id: 'station/transactions/unplugged',
    title: 'A transaction ends when the vehicle is unplugged, where it is so configured',
    sut: 'station',
    versions,
    octt: { '1.6': 'TC_005_1_CS' },
    needs: SESSION,
    checks: {
      stopped: {
        ref: '9.1.23',
        level: 'SHALL',
        says: 'the transaction ends, under its number, since the vehicle is gone',
      },
      free: { ref: '4.9', level: 'SHALL', says: 'the station tells that the connector is free' },
    },
    catches: {
      stopped: stopFaults('Remote'),
      free: alter('StatusNotification', { status: 'Charging' }, told('Available')),
    },
    async run(context) {
      const { check, csms, hands } = context;
      await ready(context);
      await configured(context, 'StopTransactionOnEVSideDisconnect', 'true');
      const { start, transactionId } = await charging(context);
      const since = csms.mark;
      await hands.plugOut();
      const stop = await stopped(context, since);
      check('stopped', () => judgeStop(stop, transactionId, ['EVDisconnected'], Number(start.payload['meterStart'])));
      const told = await free(since, context);
      check('free', () => expect(told, 'Finishing or Available').to.not.equal(undefined));
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
    },
    catches: { stopped: stopFaults('Local') },
    async run(context) {
      const { check, csms } = context;
      await ready(context);
      await configured(context, 'StopTransactionOnInvalidId', 'true');
      const { start, transactionId } = await charging(context, undefined, 'Blocked');
      const stop = await stopped(context, csms.calls(0).indexOf(start));
      check('stopped', () => judgeStop(stop, transactionId, ['DeAuthorized'], Number(start.payload['meterStart'])));
    },
  }),

  testCase({
    id: 'station/transactions/meter-values',
    title: 'While a vehicle charges, its meter is read as often as it is configured',
    sut: 'station',
    versions,
    octt: { '1.6': 'TC_070_CS' },
    needs: SESSION,
    checks: {
      comes: { ref: '4.7', level: 'SHALL', says: 'meter values come, at the interval that was configured' },
      belongs: { ref: '4.7', level: 'SHALL', says: 'they name the transaction and the connector' },
      grows: { ref: '4.7', level: 'SHALL', says: 'the energy register does not run backwards' },
    },
    catches: {
      comes: drop('MeterValues'),
      belongs: alter('MeterValues', { transactionId: 977 }),
      grows: {
        name: 'meter-runs-backwards',
        says: 'the register falls from message to message',
        rewrite: (out) =>
          out.kind === 'call' && out.action === 'MeterValues'
            ? [
                {
                  text: out.text.replace(/"value":"[^"]*"/, `"value":"${1e9 - Number.parseInt(out.id.slice(-4), 36)}"`),
                },
              ]
            : undefined,
      },
    },
    async run(context) {
      const { check, csms } = context;
      await ready(context);
      await configured(context, 'MeterValueSampleInterval', String(SAMPLE_S));
      await configured(context, 'MeterValuesSampledData', 'Energy.Active.Import.Register');
      const { transactionId, start } = await charging(context);
      const since = csms.calls(0).indexOf(start);
      const timeoutMs = inTime(context, SAMPLE_S);
      const first = await csms.awaitCall('MeterValues', { since, timeoutMs });
      const second =
        first && (await csms.awaitCall('MeterValues', { since: csms.calls(0).indexOf(first) + 1, timeoutMs }));
      check('comes', () => {
        if (first === undefined || second === undefined) expect.fail('there are no two MeterValues');
        expect((second.at - first.at) / 1000, 'seconds between two').to.be.within(SAMPLE_S - 2, SAMPLE_S + 3);
      });
      check('belongs', () => expect(first?.payload).to.include({ connectorId: EVSE, transactionId }));
      const registers = [first, second].map((call) =>
        Number(/"value":"([\d.]+)"/.exec(JSON.stringify(call?.payload))?.[1]),
      );
      check('grows', () => expect(registers[1], 'Wh').to.be.at.least(registers[0] ?? 0));
    },
  }),
]);
