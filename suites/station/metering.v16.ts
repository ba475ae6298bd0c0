/** Charger, 1.6 meter values: as often, at the times, and of what is configured; the register of a session adds up. */

import type { Context } from '../../src/judge/context.ts';
import { alter, drop, duplicate } from '../../src/judge/fault.ts';
import { registerOf } from '../../src/judge/invariants/meter.v16.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import type { IncomingCall, Payload } from '../../src/session.ts';
import { deafTo, valued } from './faults.v16.ts';
import { expectReadings, readings } from './judging.v16.ts';
import { EVSE, inTime, quiet } from './states.ts';
import { change, charging, configured, isSet, keyValue, SESSION, settled } from './states.v16.ts';

const versions = ['1.6'] as const;

const ENERGY = 'Energy.Active.Import.Register';
const POWER = 'Power.Active.Import';
const CURRENT = 'Current.Import';

/** Seconds between two readings of the meter. */
const SAMPLE_S = 7;
/** Seconds between two readings at the clock: a whole number of them fits into a minute. */
const ALIGNED_S = 12;
/** How much later or earlier a timer of a charger may fire. */
const SLACK_S = 3;

/** Sets as many measurands as the station measures of these. @returns what is set @throws Unmet where it takes none */
async function measurands(context: Context, key: string, more = [POWER, CURRENT]): Promise<readonly string[]> {
  const before = await keyValue(context, key);
  for (const wanted of [[ENERGY, ...more], [ENERGY, ...more.slice(0, 1)], [ENERGY]]) {
    if (!isSet(await change(context, key, wanted.join(',')))) continue;
    context.after(() => change(context, key, before ?? ENERGY));
    return wanted;
  }
  throw new Unmet(`${key} can not be set to ${ENERGY}`);
}

/** Waits for MeterValues of the connector with a context. */
const reading = (
  { csms }: Pick<Context, 'csms'>,
  context: string,
  options: { since: number; timeoutMs: number; after?: number },
): Promise<IncomingCall | undefined> =>
  csms.awaitCall('MeterValues', {
    ...options,
    where: (payload) => payload['connectorId'] === EVSE && readings(payload).some((one) => one.context === context),
  });

/** Register of the connector in a message, in Wh. */
const registers = (payload: Payload): number[] =>
  readings(payload).flatMap((one) => {
    const register = registerOf(one);
    return register === undefined ? [] : [register.wh];
  });

const contextOf = (context: string) =>
  alter(
    'MeterValues',
    (payload) => JSON.parse(JSON.stringify(payload).replace(/"context":"[^"]*"/g, `"context":"${context}"`)),
    { name: `in the context ${context}` },
  );
const unconfigured = alter(
  'MeterValues',
  (payload) =>
    JSON.parse(
      JSON.stringify(payload).replaceAll(ENERGY, 'Energy.Reactive.Import.Register').replaceAll('"Wh"', '"varh"'),
    ),
  { name: 'of another measurand' },
);
const longAgo = alter(
  'MeterValues',
  (payload) =>
    JSON.parse(JSON.stringify(payload).replace(/"timestamp":"[^"]*"/g, '"timestamp":"2020-01-01T00:00:00Z"')),
  { name: 'long ago' },
);

const belongs = { ref: '4.7', level: 'SHALL', says: 'they name the transaction and the connector' } as const;
const whats = {
  ref: '9.1.17',
  level: 'SHALL',
  says: 'they hold what is configured and nothing else, taken now, for the reason that is theirs',
} as const;
const grows = { ref: '4.7', level: 'SHALL', says: 'the energy register does not run backwards' } as const;

const backwards = valued(
  'meter-runs-backwards',
  'the register falls from message to message',
  'MeterValues',
  ({ id }) => String(1e9 - Number.parseInt(id.slice(-4), 36)),
);

export default suite('station/transactions', 'Transactions', [
  testCase({
    id: 'station/transactions/meter-values',
    title: 'While a vehicle charges, its meter is read as often as it is configured',
    sut: 'station',
    versions,
    octt: { '1.6': 'TC_070_CS' },
    needs: SESSION,
    checks: {
      comes: { ref: 'E 3.15', level: 'SHALL', says: 'meter values come, at the interval that was configured' },
      whats,
      belongs,
      grows,
    },
    catches: {
      comes: [drop('MeterValues'), deafTo('MeterValueSampleInterval'), duplicate('MeterValues')],
      whats: [unconfigured, longAgo, deafTo('MeterValuesSampledData'), contextOf('Sample.Clock')],
      belongs: [alter('MeterValues', { transactionId: 977 }), alter('MeterValues', { transactionId: null })],
      grows: backwards,
    },
    async run(context) {
      const { check, csms } = context;
      await settled(context);
      await configured(context, 'MeterValueSampleInterval', String(SAMPLE_S));
      await configured(context, 'ClockAlignedDataInterval', '0');
      const configuredOnes = await measurands(context, 'MeterValuesSampledData');
      const { transactionId, start } = await charging(context);
      const since = csms.calls(0).indexOf(start);
      const timeoutMs = inTime(context, SAMPLE_S);
      // One with a context of its own may tell of the start itself.
      const mine = (after: number) =>
        csms.awaitCall('MeterValues', {
          since,
          after,
          timeoutMs,
          where: (payload) =>
            payload['connectorId'] === EVSE &&
            readings(payload).some((one) => !['Transaction.Begin', 'Trigger'].includes(one.context)),
        });
      const first = await mine(start.n);
      const second = first && (await mine(first.n));
      const third = second && (await mine(second.n));
      const all = [first, second, third];
      check('comes', () => {
        for (const [i, call] of all.slice(1).entries()) {
          const before = all[i];
          if (before === undefined || call === undefined) expect.fail('there are no three MeterValues');
          expect((call.at - before.at) / 1000, 'seconds between two').to.be.within(
            SAMPLE_S - SLACK_S,
            SAMPLE_S + SLACK_S,
          );
        }
      });
      check('whats', () => {
        for (const call of all) expectReadings(call?.payload ?? {}, 'Sample.Periodic', configuredOnes);
      });
      check('belongs', () => {
        for (const call of all) expect(call?.payload).to.include({ connectorId: EVSE, transactionId });
      });
      check('grows', () => {
        const told = all.flatMap((call) => registers(call?.payload ?? {}));
        expect(told).to.deep.equal([...told].sort((one, other) => one - other));
      });
    },
  }),

  testCase({
    id: 'station/transactions/aligned-values',
    title: 'Meter values at the clock come at the clock',
    sut: 'station',
    versions,
    octt: { '1.6': 'TC_071_CS' },
    needs: SESSION,
    checks: {
      comes: { ref: 'E 3.15', level: 'SHALL', says: 'meter values come, at the interval that was configured' },
      aligned: {
        ref: '9.1.5',
        level: 'SHALL',
        says: 'they come where the clock is at a multiple of the interval since midnight',
      },
      whats: { ...whats, ref: '9.1.15' },
      belongs,
      grows,
    },
    catches: {
      comes: [drop('MeterValues'), deafTo('ClockAlignedDataInterval')],
      aligned: {
        name: 'not-at-the-clock',
        says: 'meter values come and tell of five seconds after the mark',
        rewrite: (out) =>
          out.kind === 'call' && out.action === 'MeterValues'
            ? [
                {
                  text: out.text.replace(/"timestamp":"([^"]+)"/, (_, at: string) => `"timestamp":"${off(at)}"`),
                  afterMs: 5_000,
                },
              ]
            : undefined,
      },
      whats: [unconfigured, longAgo, deafTo('MeterValuesAlignedData'), contextOf('Sample.Periodic')],
      belongs: [alter('MeterValues', { transactionId: 977 }), alter('MeterValues', { transactionId: null })],
      grows: backwards,
    },
    async run(context) {
      const { check, csms } = context;
      await settled(context);
      await configured(context, 'MeterValueSampleInterval', '0');
      const configuredOnes = await measurands(context, 'MeterValuesAlignedData', [CURRENT, POWER]);
      await configured(context, 'ClockAlignedDataInterval', String(ALIGNED_S));
      const { transactionId } = await charging(context);
      const since = csms.mark;
      const timeoutMs = inTime(context, ALIGNED_S);
      const mine = (after: number) =>
        csms.awaitCall('MeterValues', { since, after, timeoutMs, where: ({ connectorId }) => connectorId === EVSE });
      const first = await mine(0);
      const second = first && (await mine(first.n));
      const all = [first, second];
      check('comes', () => {
        if (first === undefined || second === undefined) expect.fail('there are no two MeterValues');
        expect((second.at - first.at) / 1000, 'seconds between two').to.be.within(
          ALIGNED_S - SLACK_S,
          ALIGNED_S + SLACK_S,
        );
      });
      check('aligned', () => {
        for (const call of all) {
          const [one] = readings(call?.payload ?? {});
          const beyond = (Date.parse(one?.timestamp ?? '') / 1000) % ALIGNED_S;
          expect(Math.min(beyond, ALIGNED_S - beyond), 'seconds off the mark').to.be.at.most(SLACK_S - 1);
        }
      });
      check('whats', () => {
        for (const call of all) expectReadings(call?.payload ?? {}, 'Sample.Clock', configuredOnes);
      });
      check('belongs', () => {
        for (const call of all) expect(call?.payload).to.include({ connectorId: EVSE, transactionId });
      });
      check('grows', () => {
        const told = all.flatMap((call) => registers(call?.payload ?? {}));
        expect(told).to.deep.equal([...told].sort((one, other) => one - other));
      });
    },
  }),

  testCase({
    id: 'station/transactions/aligned-idle',
    title: 'Meter values at the clock belong to no transaction where there is none',
    sut: 'station',
    versions,
    checks: {
      free: { ref: 'E 3.16', level: 'SHALL', says: 'they name no transaction' },
      whats: { ...whats, ref: '9.1.15' },
    },
    catches: {
      free: alter('MeterValues', { transactionId: 977 }),
      whats: [unconfigured, longAgo, contextOf('Sample.Periodic')],
    },
    async run(context) {
      const { check, csms } = context;
      await settled(context);
      await configured(context, 'MeterValuesAlignedData', ENERGY);
      await configured(context, 'ClockAlignedDataInterval', String(ALIGNED_S));
      const since = csms.mark;
      const call = await csms.awaitCall('MeterValues', {
        since,
        timeoutMs: inTime(context, ALIGNED_S),
        where: ({ connectorId }) => connectorId === EVSE,
      });
      // Some measure in transactions alone.
      check('free', () => expect(call?.payload ?? {}).to.not.have.property('transactionId'));
      check('whats', () => call && expectReadings(call.payload, 'Sample.Clock', [ENERGY]));
    },
  }),

  testCase({
    id: 'station/transactions/not-metered',
    title: 'With an interval of 0 no meter values come',
    sut: 'station',
    versions,
    needs: SESSION,
    checks: {
      silent: { ref: '9.1.19', level: 'SHALL', says: 'no meter values come while a vehicle charges' },
    },
    catches: { silent: deafTo('MeterValueSampleInterval=0') },
    async run(context) {
      const { check, csms } = context;
      await settled(context);
      await configured(context, 'ClockAlignedDataInterval', '0');
      await configured(context, 'MeterValueSampleInterval', String(SAMPLE_S));
      await configured(context, 'MeterValueSampleInterval', '0');
      const { start } = await charging(context);
      const since = csms.calls(0).indexOf(start);
      const periodic = await reading(context, 'Sample.Periodic', {
        since,
        timeoutMs: inTime({ sut: { ...context.sut, timeoutMs: SLACK_S * 1000 } }, 2 * SAMPLE_S),
      });
      await quiet(context);
      check('silent', () => expect(periodic, 'MeterValues').to.equal(undefined));
    },
  }),

  testCase({
    id: 'station/transactions/triggered-values',
    title: 'Meter values that are asked for are those of now, of what is configured, and of the transaction that runs',
    sut: 'station',
    versions,
    feature: 'RemoteTrigger',
    needs: SESSION,
    checks: {
      idle: {
        ref: 'E 3.46',
        level: 'SHALL',
        says: 'without a transaction they hold what is configured, and name none',
      },
      running: { ref: 'E 3.46', level: 'SHALL', says: 'in a transaction they hold what is configured, and name it' },
    },
    catches: {
      idle: [
        drop('MeterValues'),
        alter('MeterValues', { transactionId: 977 }),
        unconfigured,
        longAgo,
        contextOf('Other'),
      ],
      running: [alter('MeterValues', { transactionId: null }), contextOf('Interruption.Begin')],
    },
    async run(context) {
      const { check, csms, orders } = context;
      await settled(context);
      await configured(context, 'MeterValueSampleInterval', '0');
      await configured(context, 'ClockAlignedDataInterval', '0');
      const configuredOnes = await measurands(context, 'MeterValuesSampledData');
      const ask = async (): Promise<IncomingCall | undefined> => {
        const since = csms.mark;
        const reply = await csms.need('TriggerMessage', orders.trigger('MeterValues', EVSE), ['Accepted']);
        return csms.awaitCall('MeterValues', {
          since,
          after: reply.n,
          where: ({ connectorId }) => connectorId === EVSE,
        });
      };
      const judged = (call: IncomingCall | undefined) => {
        expect(call, `MeterValues of connector ${EVSE}`).to.not.equal(undefined);
        const [first] = readings(call?.payload ?? {});
        // The most recent measurement may be one that was due anyway.
        expect(first?.context).to.be.oneOf(['Trigger', 'Sample.Periodic', 'Sample.Clock']);
        expectReadings(call?.payload ?? {}, String(first?.context), configuredOnes);
      };
      const idle = await ask();
      check('idle', () => {
        judged(idle);
        expect(idle?.payload).to.not.have.property('transactionId');
      });
      const { transactionId } = await charging(context);
      const running = await ask();
      check('running', () => {
        judged(running);
        expect(running?.payload['transactionId'], 'transactionId').to.equal(transactionId);
      });
    },
  }),

  testCase({
    id: 'station/transactions/unknown-measurand',
    title: 'A measurand that nobody can measure is not configured',
    sut: 'station',
    versions,
    checks: {
      rejected: { ref: '3.16.4', level: 'SHALL', says: 'a list with a measurand that the station has not is rejected' },
      unchanged: { ref: '3.16.4', level: 'SHALL', says: 'read again, the key has the value that it had before' },
    },
    catches: {
      rejected: alter('ChangeConfiguration', { status: 'Accepted' }),
      unchanged: {
        name: 'reads-worse-each-time',
        says: 'a key that was asked for alone is told with another value each time',
        rewrite: (out) =>
          out.kind === 'callresult' && out.action === 'GetConfiguration'
            ? [{ text: out.text.replace(/"value":"[^"]*"/, `"value":"${out.id}"`) }]
            : undefined,
      },
    },
    async run(context) {
      const { after, check, csms } = context;
      await settled(context);
      for (const key of [
        'MeterValuesSampledData',
        'MeterValuesAlignedData',
        'StopTxnSampledData',
        'StopTxnAlignedData',
      ]) {
        const before = await keyValue(context, key);
        after(() => csms.call('ChangeConfiguration', { key, value: before ?? ENERGY }));
        const reply = await csms.call('ChangeConfiguration', { key, value: `${ENERGY},Plugproof.Nothing` });
        check('rejected', () => expect(reply, key).to.be.callResult({ status: 'Rejected' }));
        const now = await keyValue(context, key);
        check('unchanged', () => expect(now, key).to.equal(before));
      }
    },
  }),
]);

/** Five seconds later. */
function off(timestamp: string): string {
  return new Date(Date.parse(timestamp) + 5_000).toISOString();
}
