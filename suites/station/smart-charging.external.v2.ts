/** Charger, 2.x limits from outside: another system than the CSMS limits the station, and the CSMS is told. */
import type { Context } from '../../src/judge/context.ts';
import { alter, drop } from '../../src/judge/fault.ts';
import { at } from '../../src/judge/path.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import type { IncomingCall, Payload } from '../../src/session.ts';
import { wordsOf } from '../profile-words.ts';
import { smart } from './charging-abilities.ts';
import { limitsFaults, meterFaults } from './charging-faults.ts';
import { type Held, judgeLimits, limitsCheck } from './charging-limits.ts';
import { judgeMeter, METER_S, meterPast, obeysCheck, underMeter } from './charging-metered.ts';
import { reported } from './charging-reports.v2.ts';
import { quiet } from './states.ts';
import { configured, event, transactionOf, triggered } from './states.v2.ts';

const versions = ['2.0.1'] as const;
const FEATURE = 'smart-charging';
const EXTERNAL = 'ChargingStationExternalConstraints';
const SOURCES = ['EMS', 'Other', 'SO'] as const;

const sourceOf = (payload: Payload | undefined): unknown => at(payload, 'chargingLimit.chargingLimitSource');

/** Another system limits the station until the case is over; what the station tells of it. */
async function limited(context: Context): Promise<IncomingCall | undefined> {
  const { csms, hands, after } = context;
  after(() => hands.state('externalLimit', false));
  await quiet(context);
  const since = csms.mark;
  await hands.state('externalLimit', true);
  return csms.awaitCall('NotifyChargingLimit', { since });
}

/** The limit as the station reports it. @throws Unmet where it reports none, or one that can't be calculated with */
async function limitHeld(context: Context): Promise<{ readonly held: Held; readonly report: Payload }> {
  const { reports } = await reported(context, { chargingProfilePurpose: EXTERNAL });
  const [report] = reports;
  const [profile] = (report?.['chargingProfile'] ?? []) as readonly Payload[];
  if (report === undefined || profile === undefined)
    throw new Unmet(`the station reports no profile of purpose ${EXTERNAL}`);
  return { held: { evseId: Number(report['evseId']), profile }, report };
}

const toldCheck = {
  ref: 'K12.FR.02',
  level: 'SHALL',
  says: 'the CSMS is told of the limit, and that it is not its own',
} as const;
const toldFaults = [
  drop('NotifyChargingLimit'),
  alter('NotifyChargingLimit', { chargingLimit: { chargingLimitSource: 'CSO' } }),
];

const judgeTold = (context: Context<'told'>, told: IncomingCall | undefined): void =>
  context.check('told', () => expect(sourceOf(told?.payload), 'source of the limit').to.be.oneOf([...SOURCES]));

export default suite('station/smart-charging', 'Smart charging', [
  testCase({
    id: 'station/smart-charging/external-limit',
    title: 'A limit from outside is told, reported and kept to, and can not be cleared by the CSMS',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_K_52_CS' },
    feature: FEATURE,
    needs: ['state'],
    checks: {
      told: toldCheck,
      reported: {
        ref: 'K12.FR.05',
        level: 'SHALL',
        says: `it is reported as one of purpose ${EXTERNAL}, and from the source that was told`,
      },
      stays: { ref: 'K10.FR.09', level: 'SHALL', says: 'clearing it by its number is Unknown' },
      limits: { ...limitsCheck, ref: 'K12.FR.01' },
    },
    catches: {
      told: toldFaults,
      reported: [
        drop('ReportChargingProfiles'),
        alter('GetChargingProfiles', { status: 'NoProfiles' }),
        alter('ReportChargingProfiles', { chargingLimitSource: 'CSO' }),
      ],
      stays: alter('ClearChargingProfile', { status: 'Accepted' }),
      limits: limitsFaults,
    },
    async run(context) {
      const { check, csms } = context;
      const bench = await smart(context);
      const told = await limited(context);
      judgeTold(context, told);
      const answer = await reported(context, { chargingProfilePurpose: EXTERNAL });
      check('reported', () => {
        expect(answer.reply).to.be.callResult({ status: 'Accepted' });
        expect(answer.reports, 'reports').to.not.have.lengthOf(0);
        for (const report of answer.reports) {
          expect(report['requestId']).to.equal(answer.requestId);
          expect(report['chargingLimitSource']).to.equal(sourceOf(told?.payload));
        }
        const purposes = answer.reports.flatMap(({ chargingProfile }) =>
          (chargingProfile as readonly Payload[]).map(({ chargingProfilePurpose }) => chargingProfilePurpose),
        );
        expect(new Set(purposes), 'purposes of the profiles').to.deep.equal(new Set([EXTERNAL]));
      });
      const { held } = await limitHeld(context);
      const reply = await csms.call('ClearChargingProfile', wordsOf(context).clear({ id: Number(held.profile['id']) }));
      check('stays', () => expect(reply).to.be.callResult({ status: 'Unknown' }));
      await judgeLimits(context, bench, { duration: 300, held: [held], title: 'Under the limit from outside' });
      await context.hands.state('externalLimit', false);
      await quiet(context);
      await judgeLimits(context, bench, { duration: 300, held: [], title: 'Without it' });
    },
  }),

  testCase({
    id: 'station/smart-charging/external-limit-while-charging',
    title: 'A limit from outside holds down what is charged, and both its beginning and its end are told',
    sut: 'station',
    versions,
    feature: FEATURE,
    needs: ['state', 'plugIn', 'presentToken', 'plugOut'],
    checks: {
      told: { ...toldCheck, ref: 'K11.FR.02' },
      rate: {
        ref: 'K11.FR.04',
        level: 'SHALL',
        says: 'an event of the transaction tells that the rate of charging changed',
      },
      obeys: { ...obeysCheck, ref: 'K11.FR.01' },
      released: {
        ref: 'K13.FR.02',
        level: 'SHALL',
        says: 'the CSMS is told when the limit is lifted, and whose it was',
      },
      limits: { ...limitsCheck, ref: 'K13.FR.01' },
    },
    catches: {
      told: toldFaults,
      rate: alter(
        'TransactionEvent',
        { triggerReason: 'MeterValuePeriodic' },
        { when: (payload) => JSON.stringify(payload).includes('"ChargingRateChanged"') },
      ),
      obeys: meterFaults('TransactionEvent'),
      released: [drop('ClearedChargingLimit'), alter('ClearedChargingLimit', { chargingLimitSource: 'CSO' })],
      limits: limitsFaults,
    },
    async run(context) {
      const { check, csms, hands } = context;
      const bench = await smart(context);
      const meter = await underMeter(context);
      const { transactionId } = meter.running;
      const since = csms.mark;
      const told = await limited(context);
      const setAt = context.clock.now();
      judgeTold(context, told);
      const { held } = await limitHeld(context);
      await judgeLimits(context, bench, { duration: 300, held: [held], running: meter.running });
      await meterPast(context, meter.since, 3 * METER_S);
      judgeMeter(context, bench, meter, { held: [held], setAt });
      const rate = await event(context, since, triggered('ChargingRateChanged', 'ChargingStateChanged'));
      check('rate', () => expect(transactionOf(rate?.payload)).to.equal(transactionId));
      const before = csms.mark;
      await hands.state('externalLimit', false);
      const released = await csms.awaitCall('ClearedChargingLimit', { since: before });
      check('released', () => expect(released?.payload['chargingLimitSource']).to.equal(sourceOf(told?.payload)));
      await quiet(context);
      await judgeLimits(context, bench, { duration: 300, held: [], running: meter.running });
    },
  }),

  testCase({
    id: 'station/smart-charging/external-limit-with-schedules',
    title: 'A limit from outside is told with its schedule where that is configured',
    sut: 'station',
    versions,
    feature: FEATURE,
    needs: ['state'],
    checks: {
      schedule: { ref: 'K12.FR.03', level: 'SHALL', says: 'what is told holds the schedule, the same as is reported' },
    },
    catches: {
      schedule: [
        alter('NotifyChargingLimit', { chargingSchedule: null }),
        alter(
          'NotifyChargingLimit',
          (payload) =>
            JSON.parse(
              JSON.stringify(payload).replace(/"limit":([\d.]+)/, (_, n: string) => `"limit":${Number(n) + 3}`),
            ),
          { name: 'another limit' },
        ),
      ],
    },
    async run(context) {
      await smart(context);
      await configured(context, 'SmartChargingCtrlr', 'NotifyChargingLimitWithSchedules', 'true');
      const told = await limited(context);
      const { held } = await limitHeld(context);
      const limits = (schedules: unknown) =>
        ((schedules ?? []) as readonly Payload[]).map(({ chargingRateUnit, chargingSchedulePeriod }) => ({
          chargingRateUnit,
          chargingSchedulePeriod,
        }));
      context.check('schedule', () => {
        const schedules = limits(told?.payload['chargingSchedule']);
        expect(schedules, 'schedules that were told').to.not.have.lengthOf(0);
        expect(schedules).to.deep.equal(limits(held.profile['chargingSchedule']));
      });
    },
  }),
]);
