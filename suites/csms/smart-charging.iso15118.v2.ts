/** CSMS, smart charging with ISO 15118 in OCPP 2.x: an EV tells its needs, is given limits, and tells its own plan. */
import type { Context } from '../../src/judge/context.ts';
import { alter, behaviour, delay, drop, type Fault } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import type { IncomingCall, Payload } from '../../src/session.ts';
import type { Token } from '../../src/sut/system-under-test.ts';
import type { Transaction2 } from './events.v2.ts';
import { ahead, oddNumber } from './odds.ts';
import { profileFaults, profileIn, schedule, sets, wish } from './profiles.ts';
import { bootedWithTwo, now, OTHER_EVSE } from './states.ts';
import {
  authorized,
  energyFlows,
  evConnected,
  flowChecks,
  flowFaults,
  newTransaction,
  stopsLocally,
  stranger,
  told,
} from './states.v2.ts';

/** Certification profile. */
const FEATURE = 'iso15118';

const MINUTE_MS = 60_000;

/** K15.FR.08: a minute for the profile; one that comes a moment later is seen. */
const PROFILE_MS = MINUTE_MS + 5_000;

/** Periods that the EV can keep in one schedule. */
const MAX_TUPLES = 24;

/** Schedules that a profile for ISO 15118 has at most (K15.FR.07). */
const MAX_SCHEDULES = 3;

const isoChecks = {
  needs: {
    ref: 'K15.FR.03',
    level: 'SHALL',
    says: 'a CSMS that makes a profile for the EV says so: Accepted, or Processing',
  },
  profile: {
    ref: 'K15.FR.07',
    level: 'SHALL',
    says: 'a profile for that transaction follows, on that EVSE and within what the EV can keep',
  },
  soon: {
    ref: 'K15.FR.08',
    level: 'SHOULD',
    says: 'the profile follows within a minute: longer than that the EV does not wait',
  },
  plan: {
    ref: 'K15.FR.11',
    level: 'SHALL',
    says: 'a plan of the EV that keeps to the limits is Accepted',
  },
  ...flowChecks,
} as const;

const isoFaults = {
  needs: alter('NotifyEVChargingNeeds', { status: 'Rejected' }),
  profile: [
    drop('SetChargingProfile'),
    alter('SetChargingProfile', { evseId: 1 }),
    alter('SetChargingProfile', { chargingProfile: { transactionId: 'another' } }),
    alter('SetChargingProfile', { chargingProfile: { transactionId: null } }),
    alter('SetChargingProfile', { chargingProfile: { chargingProfilePurpose: 'TxDefaultProfile' } }),
    alter(
      'SetChargingProfile',
      (payload) => {
        const profile = profileIn(payload);
        const [first] = profile['chargingSchedule'] as readonly Payload[];
        const chargingSchedule = [1, 2, 3, 4].map((id) => ({ ...first, id }));
        return { ...(payload as Payload), chargingProfile: { ...profile, chargingSchedule } };
      },
      { name: 'four schedules' },
    ),
  ],
  soon: delay('SetChargingProfile', MINUTE_MS + 2_000),
  plan: alter('NotifyEVChargingSchedule', { status: 'Rejected' }),
  ...flowFaults,
} as const;

type Iso = Context<keyof typeof isoChecks>;

/** A profile that came for the transaction, and what it replaces. */
interface Offer {
  readonly profile: Payload;
}

/** Awaits the profile, from now on. */
const profileComes = ({ station }: Context): Promise<IncomingCall | undefined> =>
  station.awaitCall('SetChargingProfile', { timeoutMs: PROFILE_MS });

/** Judges the profile that came by the check `profile`, and accepts it. @throws Unmet where none came */
function judgeProfile(
  { check }: Context<'profile'>,
  call: IncomingCall | undefined,
  { id: transactionId, evseId }: Transaction2,
  before?: Offer,
): Offer {
  check('profile', () => expect(call?.action, 'CALL that sets a profile').to.equal('SetChargingProfile'));
  if (call === undefined) throw new Unmet('the CSMS set no profile for the EV');
  const profile = profileIn(call.payload);
  const schedules = schedulesOf(profile);
  check('profile', () => {
    expect(call.payload['evseId'], 'evseId').to.equal(evseId);
    expect(profile['chargingProfilePurpose'], 'chargingProfilePurpose').to.equal('TxProfile');
    expect(profile['transactionId'], 'transactionId').to.equal(transactionId);
    expect(schedules.length, 'schedules').to.be.within(1, MAX_SCHEDULES);
    for (const one of schedules) {
      expect(periodsOf(one).length, 'periods of a schedule').to.be.within(1, MAX_TUPLES);
      for (const { limit } of periodsOf(one)) expect(limit, 'limit for an EV that only charges').to.be.at.least(0);
    }
    // K01.FR.39: one level of a transaction is for one profile.
    if (before?.profile['stackLevel'] === profile['stackLevel'])
      expect(profile['id'], 'number of the profile on that level').to.equal(before?.profile['id']);
  });
  call.respond({ status: 'Accepted' });
  return { profile };
}

/** True where it can be repeated as a plan: what is not is a fault of the CSMS, and stays out of our own messages. */
function isSchedule(one: Payload): boolean {
  const starts = periodsOf(one).map(({ startPeriod }) => startPeriod);
  return (
    Number.isInteger(one['id']) &&
    (one['chargingRateUnit'] === 'A' || one['chargingRateUnit'] === 'W') &&
    starts[0] === 0 &&
    starts.every((start, i) => Number.isInteger(start) && (i === 0 || Number(start) > Number(starts[i - 1]))) &&
    periodsOf(one).every(({ limit }) => typeof limit === 'number')
  );
}

const schedulesOf = ({ chargingSchedule }: Payload): readonly Payload[] =>
  Array.isArray(chargingSchedule) ? chargingSchedule : [];
const periodsOf = ({ chargingSchedulePeriod }: Payload): readonly Payload[] =>
  Array.isArray(chargingSchedulePeriod) ? chargingSchedulePeriod : [];

/**
 * The EV tells its needs; the answer is judged by `needs`, what follows by `profile`.
 * @throws Unmet where the CSMS has no profile for it, and says so
 */
async function tellsNeeds(context: Iso, transaction: Transaction2, before?: Offer): Promise<Offer> {
  const { station, clock, check } = context;
  const { evseId } = transaction;
  const coming = profileComes(context);
  const asked = clock.now();
  const answer = await station.call('NotifyEVChargingNeeds', {
    evseId,
    maxScheduleTuples: MAX_TUPLES,
    chargingNeeds: {
      requestedEnergyTransfer: 'AC_three_phase',
      departureTime: ahead(context, oddNumber(context, 7_201, 9_000)),
      acChargingParameters: {
        energyAmount: oddNumber(context, 5_001, 20_000),
        evMinCurrent: 6,
        evMaxCurrent: oddNumber(context, 11, 20),
        evMaxVoltage: 400,
      },
    },
  });
  const status = answer.payload['status'];
  const call = await coming;
  // K15.FR.04: one that can't is right to say so; one that then can has said something else.
  if (status === 'Rejected' && call === undefined) throw new Unmet('the CSMS has no profile for the EV, and says so');
  // K15.FR.05: one that needs time takes it, and nothing says how much.
  if (status === 'Processing' && call === undefined)
    throw new Unmet(`the CSMS works on the profile, and set none within ${PROFILE_MS / 1000} s`);
  check('needs', () => expect(status, 'status of the answer to the needs').to.be.oneOf(['Accepted', 'Processing']));
  check('soon', () => expect(clock.now() - asked, 'milliseconds until the profile').to.be.at.most(MINUTE_MS));
  return judgeProfile(context, call, transaction, before);
}

/**
 * The plan of the EV: the first schedule that it was given, or one that goes beyond it.
 * @throws Unmet where it was given none
 */
function planOf(context: Context, { evseId }: Transaction2, { profile }: Offer, beyond = false): Payload {
  const [given = {}] = schedulesOf(profile);
  if (!isSchedule(given)) throw new Unmet('the profile has no schedule that an EV can keep to');
  const { id, chargingRateUnit, duration } = given;
  const chargingSchedulePeriod = periodsOf(given).map(({ startPeriod, limit, numberPhases }) => ({
    startPeriod,
    limit: beyond ? Number(limit) * 2 + 10 : limit,
    ...(Number.isInteger(numberPhases) && { numberPhases }),
  }));
  const plan = { id, chargingRateUnit, ...(Number.isInteger(duration) && { duration }), chargingSchedulePeriod };
  return { timeBase: now(context), evseId, chargingSchedule: plan };
}

/** The EV tells a plan that keeps to what it was given, judged by `plan`. */
async function tellsPlan(context: Iso, transaction: Transaction2, offer: Offer): Promise<void> {
  const answer = await context.station.call('NotifyEVChargingSchedule', planOf(context, transaction, offer));
  context.check('plan', () => expect(answer).to.be.callResult({ status: 'Accepted' }));
}

/** EVConnectedPreSession, after a token. */
async function ready(context: Iso): Promise<{ transaction: Transaction2; token: Token }> {
  await bootedWithTwo(context);
  const token = await context.token('valid');
  const transaction = newTransaction(context, { evseId: OTHER_EVSE });
  await authorized(context, transaction, token);
  await evConnected(context, transaction);
  return { transaction, token };
}

/** ISO15118SmartCharging. */
async function levelled(context: Iso, transaction: Transaction2): Promise<Offer> {
  const offer = await tellsNeeds(context, transaction);
  await tellsPlan(context, transaction, offer);
  await energyFlows(context, transaction);
  return offer;
}

const rateChanged = (context: Iso, transaction: Transaction2) =>
  told(context, transaction, 'Updated', 'ChargingRateChanged', { chargingState: 'Charging' });

async function ends(context: Iso, transaction: Transaction2, token: Token): Promise<void> {
  await stopsLocally(context, transaction, token);
  await stranger(context);
}

/** A profile of the operator's, in place of the one that the EV was given. */
function renegotiation(context: Context, transaction: Transaction2, { profile }: Offer): Payload {
  const { id, stackLevel } = profile;
  const kind = { chargingProfilePurpose: 'TxProfile', chargingProfileKind: 'Relative' };
  const wanted = wish(context, OTHER_EVSE, { ...kind, transactionId: transaction.id }, schedule(context));
  return { ...wanted, chargingProfile: { ...profileIn(wanted), id, stackLevel } };
}

const askedCheck = {
  ref: 'K01.FR.03',
  level: 'SHALL',
  says: 'the CALL carries the whole profile that the operator asked for, for that transaction',
} as const;
/** The one of the operator's has three periods; the CSMS's own is not touched. */
const operators = (payload: unknown): boolean => {
  const [one] = schedulesOf(profileIn(payload));
  return one !== undefined && periodsOf(one).length === 3;
};
const askedFaults: readonly Fault[] = [
  ...profileFaults('chargingProfile'),
  alter('SetChargingProfile', { evseId: 1 }, { when: operators }),
  alter('SetChargingProfile', { chargingProfile: { transactionId: 'another' } }, { when: operators }),
  alter('SetChargingProfile', { chargingProfile: { id: 1 } }, { name: 'number of the new one', when: operators }),
].filter(({ name }) => !/stackLevel=0|\.id=1$|duration|last period/.test(name));

export default suite('csms/smart-charging', 'Smart charging with ISO 15118', [
  testCase({
    id: 'csms/smart-charging/iso15118',
    title: 'CSMS gives an EV that tells its needs a profile, and takes its plan',
    sut: 'csms',
    versions: ['2.0.1'],
    octt: { '2.0.1': 'TC_K_53_CSMS' },
    onlyFor: FEATURE,
    checks: isoChecks,
    catches: isoFaults,
    async run(context) {
      const { transaction, token } = await ready(context);
      await levelled(context, transaction);
      await ends(context, transaction, token);
    },
  }),

  testCase({
    id: 'csms/smart-charging/iso15118-beyond',
    title: 'CSMS negotiates anew with an EV that plans beyond its limits',
    sut: 'csms',
    versions: ['2.0.1'],
    octt: { '2.0.1': 'TC_K_55_CSMS' },
    onlyFor: FEATURE,
    checks: {
      ...isoChecks,
      beyond: { ref: 'K15.FR.12', level: 'SHALL', says: 'a plan of the EV that goes beyond its limits is Rejected' },
    },
    catches: {
      ...isoFaults,
      beyond: behaviour('accepts-any-ev-schedule', 'whatever an EV plans is Accepted'),
    },
    async run(context) {
      const { station, check } = context;
      const { transaction, token } = await ready(context);
      const offer = await tellsNeeds(context, transaction);
      const coming = profileComes(context);
      const answer = await station.call('NotifyEVChargingSchedule', planOf(context, transaction, offer, true));
      check('beyond', () => expect(answer).to.be.callResult({ status: 'Rejected' }));
      await energyFlows(context, transaction);
      const again = judgeProfile(context, await coming, transaction, offer);
      await tellsPlan(context, transaction, again);
      await rateChanged(context, transaction);
      await ends(context, transaction, token);
    },
  }),

  testCase({
    id: 'csms/smart-charging/iso15118-ev-asks-again',
    title: 'CSMS negotiates anew with an EV that tells other needs',
    sut: 'csms',
    versions: ['2.0.1'],
    octt: { '2.0.1': 'TC_K_57_CSMS' },
    onlyFor: FEATURE,
    checks: isoChecks,
    catches: isoFaults,
    async run(context) {
      const { transaction, token } = await ready(context);
      const offer = await levelled(context, transaction);
      const again = await tellsNeeds(context, transaction, offer);
      await rateChanged(context, transaction);
      await tellsPlan(context, transaction, again);
      await rateChanged(context, transaction);
      await ends(context, transaction, token);
    },
  }),

  ...[
    { id: 'iso15118-operator-asks', octt: 'TC_K_58_CSMS', needsAgain: false, how: 'and takes the new plan of the EV' },
    { id: 'iso15118-needs-resent', octt: 'TC_K_59_CSMS', needsAgain: true, how: 'whose station tells the needs again' },
  ].map(({ id, octt, needsAgain, how }) =>
    testCase({
      id: `csms/smart-charging/${id}`,
      title: `CSMS negotiates anew with an EV because the operator wants it, ${how}`,
      sut: 'csms',
      versions: ['2.0.1'],
      octt: { '2.0.1': octt },
      onlyFor: FEATURE,
      needs: ['SetChargingProfile'],
      checks: { ...isoChecks, asked: askedCheck },
      catches: { ...isoFaults, asked: askedFaults },
      async run(context) {
        const { transaction, token } = await ready(context);
        const offer = await levelled(context, transaction);
        const order = await sets(context, renegotiation(context, transaction, offer));
        const ordered = { profile: profileIn(order.call.payload) };
        const last = needsAgain ? await tellsNeeds(context, transaction, ordered) : ordered;
        await tellsPlan(context, transaction, last);
        await rateChanged(context, transaction);
        await ends(context, transaction, token);
      },
    }),
  ),
]);
