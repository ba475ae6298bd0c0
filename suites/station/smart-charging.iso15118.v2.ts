/** Charger, 2.x smart charging with ISO 15118: the vehicle's needs are told, it gets its schedule, and its own plan is told. */
import type { Context } from '../../src/judge/context.ts';
import { alter, drop, type Fault } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import type { IncomingCall, Payload } from '../../src/session.ts';
import { type Bench, smart } from './charging-abilities.ts';
import { limitsFaults, refusesProfiles } from './charging-faults.ts';
import { type Held, judgeLimits, limitsCheck, profile, type Running, set } from './charging-limits.ts';
import { sessionsOf } from './charging-sessions.ts';
import { takenCheck, takes } from './smart-charging.ts';
import { EVSE, quiet } from './states.ts';
import { event, SESSION, stateOf, tidied, transactionOf, triggered } from './states.v2.ts';

const versions = ['2.0.1'] as const;
/** Certification profile. */
const FEATURE = 'iso15118';

const needsCheck = {
  ref: 'K15.FR.01',
  level: 'SHALL',
  says: 'the needs of the vehicle are told, of its EVSE and for AC or for DC',
} as const;
const needsFaults: readonly Fault[] = [
  drop('NotifyEVChargingNeeds'),
  alter('NotifyEVChargingNeeds', { evseId: 2 }),
  alter(
    'NotifyEVChargingNeeds',
    (payload) => ({
      ...(payload as Payload),
      chargingNeeds: { requestedEnergyTransfer: 'AC_three_phase' },
    }),
    { name: 'no parameters' },
  ),
];

/** Judges by the check `needs` what the vehicle was told to need. */
function judgeNeeds(context: Context<'needs'>, told: IncomingCall | undefined): void {
  context.check('needs', () => {
    expect(told, 'NotifyEVChargingNeeds').to.not.equal(undefined);
    expect(told?.payload['evseId'], 'EVSE').to.equal(EVSE);
    const { acChargingParameters: ac, dcChargingParameters: dc } = (told?.payload['chargingNeeds'] ?? {}) as Payload;
    expect(
      [ac, dc].filter((one) => one !== undefined),
      'parameters for AC or DC',
    ).to.have.lengthOf(1);
  });
}

const isCharging = (payload: Payload): boolean => stateOf(payload) === 'Charging';
const chargesCheck = {
  ref: 'TransactionEventRequest.triggerReason',
  level: 'SHALL',
  says: 'then an event of the transaction tells that energy flows',
} as const;
const chargesFault = alter(
  'TransactionEvent',
  { transactionInfo: { chargingState: 'EVConnected' } },
  { when: (payload) => JSON.stringify(payload).includes('"Charging"') },
);

/** A vehicle is plugged in and authorized; what the station tells of its needs. `answer` is what the CSMS makes of them. */
async function arrived(context: Context, answer: string) {
  const { csms, hands } = context;
  tidied(context);
  csms.answer('NotifyEVChargingNeeds', { status: answer });
  csms.answer('NotifyEVChargingSchedule', { status: 'Accepted' });
  const begun = sessionsOf(context).awaited(context);
  const since = csms.mark;
  await hands.plugIn();
  await hands.presentToken(await context.token('valid'));
  const needs = await csms.awaitCall('NotifyEVChargingNeeds', { since, timeoutMs: csms.patienceMs });
  const running = await begun(since);
  if (running === undefined) throw new Unmet('no transaction starts with a cable and an accepted token');
  return { since, needs, running };
}

/** Sets a profile for the transaction; the check `taken` judges the answer. */
async function gives(
  context: Context<'taken'>,
  bench: Bench,
  running: Running,
  amperes: number,
  id?: number,
): Promise<Held> {
  const wish = { purpose: 'TxProfile', transactionId: running.transactionId, periods: [[0, amperes]] } as const;
  const held = { evseId: EVSE, profile: profile(context, bench, { ...wish, ...(id !== undefined && { id }) }) };
  const reply = await set(context, EVSE, held.profile);
  context.check('taken', () => expect(reply).to.be.callResult({ status: 'Accepted' }));
  return held;
}

const planCheck = {
  ref: 'K15.FR.10',
  level: 'SHALL',
  says: 'a plan of the vehicle is of its EVSE, and within what the CSMS gave',
} as const;
const planFaults = [
  alter('NotifyEVChargingSchedule', { evseId: 2 }),
  alter(
    'NotifyEVChargingSchedule',
    (payload) =>
      JSON.parse(
        JSON.stringify(payload).replace(/"limit":([\d.]+)/, (_, n: string) => `"limit":${Number(n) + 9}`),
      ) as unknown,
    { name: 'more than was given' },
  ),
];

/** Judges by the check `plan` the plan of the vehicle, where it told one: not every vehicle makes one. */
async function judgePlan(context: Context<'plan'>, since: number, given: Held): Promise<void> {
  await quiet(context);
  const plans = context.csms.calls(since, 'NotifyEVChargingSchedule');
  if (plans.length === 0) context.note('the vehicle made no plan of its own');
  const [schedule] = given.profile['chargingSchedule'] as readonly Payload[];
  const highest = (one: unknown) =>
    Math.max(...((one as Payload)['chargingSchedulePeriod'] as readonly Payload[]).map(({ limit }) => Number(limit)));
  context.check('plan', () => {
    for (const { payload } of plans) {
      expect(payload['evseId'], 'EVSE').to.equal(EVSE);
      const plan = payload['chargingSchedule'] as Payload;
      if (plan['chargingRateUnit'] === schedule?.['chargingRateUnit'])
        expect(highest(plan), 'highest limit of the plan').to.be.at.most(highest(schedule));
    }
  });
}

const rateCheck = {
  ref: 'K16.FR.11',
  // A vehicle that took less than the new limit anyway has nothing to change.
  level: 'SHOULD',
  says: 'an event tells that the rate of charging changed to the new limit',
} as const;
const rateFault = alter(
  'TransactionEvent',
  { triggerReason: 'MeterValuePeriodic' },
  { when: (payload) => JSON.stringify(payload).includes('"ChargingRateChanged"') },
);

export default suite('station/smart-charging', 'Smart charging', [
  testCase({
    id: 'station/smart-charging/iso-needs',
    title: 'A vehicle tells its needs, is given limits, and charges within them',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_K_53_CS' },
    onlyFor: FEATURE,
    needs: SESSION,
    checks: { needs: needsCheck, taken: takenCheck, plan: planCheck, charges: chargesCheck, limits: limitsCheck },
    catches: {
      needs: needsFaults,
      taken: refusesProfiles,
      plan: planFaults,
      charges: chargesFault,
      limits: limitsFaults,
    },
    async run(context) {
      const { check } = context;
      const bench = await smart(context);
      const { since, needs, running } = await arrived(context, 'Accepted');
      judgeNeeds(context, needs);
      const held = await gives(context, bench, running, 10);
      const charges = await event(context, since, isCharging, context.csms.patienceMs);
      check('charges', () => expect(transactionOf(charges?.payload)).to.equal(running.transactionId));
      await judgeLimits(context, bench, { duration: 300, held: [held], running });
      await judgePlan(context, since, held);
    },
  }),

  testCase({
    id: 'station/smart-charging/iso-needs-rejected',
    title: 'A vehicle whose needs the CSMS has no profile for charges all the same',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_K_54_CS' },
    onlyFor: FEATURE,
    needs: SESSION,
    checks: { needs: needsCheck, charges: chargesCheck },
    catches: { needs: needsFaults, charges: chargesFault },
    async run(context) {
      const { check } = context;
      await smart(context);
      const { since, needs, running } = await arrived(context, 'Rejected');
      judgeNeeds(context, needs);
      const charges = await event(context, since, isCharging, context.csms.patienceMs);
      check('charges', () => expect(transactionOf(charges?.payload)).to.equal(running.transactionId));
    },
  }),

  testCase({
    id: 'station/smart-charging/iso-offline',
    title: 'Without a connection a vehicle charges within the default profile, and it is told later',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_K_56_CS' },
    onlyFor: FEATURE,
    needs: SESSION,
    checks: {
      taken: takenCheck,
      charges: { ...chargesCheck, says: 'an event that energy flowed comes later, as having been offline' },
      limits: { ...limitsCheck, ref: 'K15.FR.15' },
    },
    catches: {
      taken: refusesProfiles,
      charges: [chargesFault, alter('TransactionEvent', { offline: null })],
      limits: limitsFaults,
    },
    async run(context) {
      const { check, csms, hands } = context;
      const bench = await smart(context);
      const token = await context.token('valid');
      // A token that was accepted once is known without a connection.
      const { since: before } = await arrived(context, 'Rejected');
      await hands.presentToken(token);
      await hands.plugOut();
      if ((await sessionsOf(context).ended(context, before)) === undefined)
        throw new Unmet('the transaction did not end');
      const held = [{ evseId: EVSE, profile: profile(context, bench, { periods: [[0, 6]] }) }];
      await takes(context, held);
      const begun = sessionsOf(context).awaited(context);
      await quiet(context);
      const since = csms.mark;
      await hands.plugIn();
      await quiet(context);
      await csms.goAway();
      await hands.presentToken(token);
      csms.comeBack();
      if (!csms.connected && !(await csms.reconnection())) throw new Unmet('the station did not come back');
      const charges = await event(context, since, isCharging, csms.patienceMs);
      const running = await begun(since);
      if (charges === undefined && running === undefined)
        throw new Unmet('nothing was started without a connection: the station may refuse to');
      check('charges', () => {
        expect(charges, 'an event with energy flowing').to.not.equal(undefined);
        expect(charges?.payload['offline'], 'offline').to.equal(true);
      });
      await quiet(context);
      await judgeLimits(context, bench, { duration: 300, held, running });
    },
  }),

  ...(
    [
      {
        id: 'iso-renegotiated-by-vehicle',
        title: 'A vehicle that wants another schedule tells its needs again, and keeps to what it gets',
        octt: 'TC_K_57_CS',
        ref: 'K17.FR.01',
      },
      {
        id: 'iso-renegotiated-by-csms',
        title: 'A vehicle keeps to the new limits that the CSMS gives it meanwhile',
        octt: 'TC_K_58_CS',
        ref: 'K16.FR.01',
      },
    ] as const
  ).map(({ id, title, octt, ref }) => {
    const byVehicle = id === 'iso-renegotiated-by-vehicle';
    return testCase({
      id: `station/smart-charging/${id}`,
      title,
      sut: 'station',
      versions,
      octt: { '2.0.1': octt },
      onlyFor: FEATURE,
      needs: byVehicle ? [...SESSION, 'state'] : SESSION,
      checks: {
        needs: { ...needsCheck, ref },
        taken: takenCheck,
        plan: planCheck,
        rate: rateCheck,
        limits: limitsCheck,
      },
      catches: {
        needs: needsFaults,
        taken: refusesProfiles,
        plan: planFaults,
        rate: rateFault,
        limits: limitsFaults,
      },
      async run(context) {
        const { check, csms, hands } = context;
        const bench = await smart(context);
        const first = await arrived(context, 'Accepted');
        const { running } = first;
        if (!byVehicle) judgeNeeds(context, first.needs);
        const before = await gives(context, bench, running, 10);
        if ((await event(context, first.since, isCharging, csms.patienceMs)) === undefined)
          throw new Unmet('no energy flows after the schedule was given');
        await quiet(context);
        const since = csms.mark;
        if (byVehicle) {
          await hands.state('evRenegotiates', true);
          judgeNeeds(context, await csms.awaitCall('NotifyEVChargingNeeds', { since, timeoutMs: csms.patienceMs }));
        }
        const held = await gives(context, bench, running, 6, Number(before.profile['id']));
        const rate = await event(context, since, triggered('ChargingRateChanged'), csms.patienceMs);
        check('rate', () => expect(transactionOf(rate?.payload)).to.equal(running.transactionId));
        await judgeLimits(context, bench, { duration: 300, held: [held], running });
        await judgePlan(context, since, held);
      },
    });
  }),
]);
