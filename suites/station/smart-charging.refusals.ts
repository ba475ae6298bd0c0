/** Charger, charging profiles in both versions: what a station does not take changes nothing, and what it can't tell it refuses. */
import { type OcppVersion, ocppVersions } from '../../src/dialects/index.ts';
import type { Context } from '../../src/judge/context.ts';
import { alter } from '../../src/judge/fault.ts';
import { type CaseSpec, suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import type { Level } from '../../src/report.ts';
import type { Reply } from '../../src/session.ts';
import { wordsOf } from '../profile-words.ts';
import { type Bench, inUnit, smart } from './charging-abilities.ts';
import { answerFaults, limitsFaults, takesProfiles, tooHigh } from './charging-faults.ts';
import { asksLimits, type Held, judgeLimits, limitsCheck, profile, type Running } from './charging-limits.ts';
import { sessionsOf } from './charging-sessions.ts';
import { SMART_CHARGING } from './smart-charging.ts';
import { EVSE, NO_EVSE } from './states.ts';

const versions = ['1.6', '2.0.1'] as const;
const DURATION = 300;

export interface Refusal {
  readonly id: string;
  readonly title: string;
  readonly octt?: NonNullable<CaseSpec['octt']>;
  /** The versions that have it are those that are named here. */
  readonly ref: Partial<Readonly<Record<OcppVersion, string>>>;
  /** Default: SHALL. */
  readonly level?: Level;
  readonly charging?: true;
  readonly reference?: Readonly<Record<string, string>>;
  /** PICS feature of a station that has nothing to refuse. */
  readonly lacks?: string;
  /** The profile that is wrong. @throws Unmet where nothing is wrong with it at this station */
  bad(context: Context, bench: Bench, running: Running | undefined): Held;
  /** Where the good profile is; default: the EVSE. */
  readonly goodAt?: number;
}

/** A station that takes both units has none to refuse. */
const ONE_UNIT = { 'SmartChargingCtrlr.RateUnit': 'A', ChargingScheduleAllowedChargingRateUnit: 'Current' } as const;

/** PICS id of watts: a station that takes them as well as amperes has no unit to refuse. */
const WATTS = 'SC-2.2';

/** Limits that would show if they were taken. */
const LOW = [[0, 6]] as const;

const refusals: readonly Refusal[] = [
  {
    id: 'refused-without-transaction',
    title: 'A profile of a transaction is rejected where none runs',
    octt: { '1.6': 'TC_058_1_CS', '2.0.1': 'TC_K_02_CS' },
    ref: { '1.6': '5.16.4', '2.0.1': 'K01.FR.09' },
    bad: (context, bench) => ({
      evseId: EVSE,
      profile: profile(context, bench, { purpose: 'TxProfile', periods: LOW, transactionId: noTransaction(context) }),
    }),
  },
  {
    id: 'refused-for-all',
    title: 'A profile of a transaction is rejected for the whole station',
    octt: { '2.0.1': 'TC_K_11_CS' },
    ref: { '1.6': '3.13.1', '2.0.1': 'K01.FR.16' },
    charging: true,
    bad: (context, bench, running) => ({
      evseId: 0,
      profile: profile(context, bench, {
        purpose: 'TxProfile',
        periods: LOW,
        ...(running && { transactionId: running.transactionId }),
      }),
    }),
  },
  {
    id: 'refused-unknown-transaction',
    title: 'A profile of a transaction that does not run is rejected while another one runs',
    octt: { '1.6': 'TC_058_2_CS', '2.0.1': 'TC_K_16_CS' },
    ref: { '1.6': '5.16.3', '2.0.1': 'K01.FR.33' },
    charging: true,
    bad: (context, bench) => ({
      evseId: EVSE,
      profile: profile(context, bench, { purpose: 'TxProfile', periods: LOW, transactionId: noTransaction(context) }),
    }),
  },
  {
    id: 'refused-unknown-evse',
    title: 'A profile for an EVSE that is not there is refused',
    octt: { '2.0.1': 'TC_K_14_CS' },
    ref: { '1.6': 'E 3.39', '2.0.1': 'K01.FR.28' },
    bad: (context, bench) => ({ evseId: NO_EVSE, profile: profile(context, bench, { periods: LOW }) }),
  },
  {
    id: 'refused-unit',
    title: 'A profile in a unit that the station does not take is rejected',
    octt: { '2.0.1': 'TC_K_12_CS' },
    ref: { '1.6': '9.4.2', '2.0.1': 'K01.FR.26' },
    reference: ONE_UNIT,
    lacks: WATTS,
    bad: (context, bench) => {
      const unit = otherUnit(bench);
      return { evseId: EVSE, profile: profile(context, { ...bench, unit }, { periods: LOW, level: 0 }) };
    },
  },
  {
    id: 'refused-level',
    title: 'A profile of a level above the highest is rejected',
    ref: { '1.6': '9.4.1', '2.0.1': 'SetChargingProfileRequest.chargingProfile' },
    level: 'SHOULD',
    bad: (context, bench) => {
      if (bench.maxLevel === undefined) throw new Unmet('the station does not tell its highest stack level');
      return { evseId: EVSE, profile: profile(context, bench, { periods: LOW, level: bench.maxLevel + 1 }) };
    },
  },
  {
    id: 'refused-periods',
    title: 'A profile of more periods than the station takes is rejected',
    ref: { '1.6': '9.4.3', '2.0.1': 'SetChargingProfileRequest.chargingProfile' },
    level: 'SHOULD',
    bad: (context, bench) => {
      const count = (bench.maxPeriods ?? MOST_PERIODS) + 1;
      if (count > MOST_PERIODS)
        throw new Unmet('the station takes as many periods as a message can have, or does not tell how many');
      const periods = Array.from({ length: count }, (_, i) => [i * 10, 6 + (i % 2)] as const);
      return { evseId: EVSE, profile: profile(context, bench, { periods }) };
    },
  },
  {
    id: 'refused-station-limit-at-evse',
    title: 'A limit of the whole station is rejected for one EVSE',
    ref: { '1.6': '3.13.1', '2.0.1': 'K04.FR.03' },
    bad: (context, bench) => ({
      evseId: EVSE,
      profile: profile(context, bench, { purpose: wordsOf(context).stationPurpose, periods: LOW }),
    }),
  },
  {
    id: 'refused-duplicate-for-all',
    title: 'A default profile of the whole station is rejected while an EVSE has one of that level',
    ref: { '2.0.1': 'K01.FR.52' },
    bad: (context, bench) => ({ evseId: 0, profile: profile(context, bench, { periods: LOW }) }),
  },
  {
    id: 'refused-duplicate-at-evse',
    title: 'A default profile of an EVSE is rejected while the whole station has one of that level',
    ref: { '2.0.1': 'K01.FR.53' },
    goodAt: 0,
    bad: (context, bench) => ({ evseId: EVSE, profile: profile(context, bench, { periods: LOW }) }),
  },
];

/** Most periods that are looked at: more make messages that are too long for many stations. */
const MOST_PERIODS = 200;

/** A transaction that does not run. */
const noTransaction = ({ dialect }: Pick<Context, 'dialect'>): number | string => NO_TRANSACTION[dialect.version];
const NO_TRANSACTION = { '1.6': 977_977, '2.0.1': 'plugproof-977', '2.1': 'plugproof-977' } as const;

function otherUnit({ units }: Bench): 'A' | 'W' {
  const other = (['A', 'W'] as const).find((unit) => !units.includes(unit));
  if (other === undefined) throw new Unmet('the station takes amperes and watts: there is no other unit');
  return other;
}

const refusedCheck = {
  says: 'it is not accepted',
} as const;

/** Rejected; in 1.6 a wrong connector is a CALLERROR since the errata. */
export const notAccepted = (reply: Reply): void => {
  if (reply.kind === 'callerror') expect(reply).to.be.callError();
  else expect(reply).to.be.callResult({ status: 'Rejected' });
};

/** A profile that is wrong is refused, and the good one that was there before counts on. */
export const refusalCase = ({ id, title, octt, ref, level = 'SHALL', goodAt = EVSE, ...rest }: Refusal): CaseSpec => {
  const { bad, charging, lacks, reference } = rest;
  return testCase({
    id: `station/smart-charging/${id}`,
    title,
    sut: 'station',
    versions: ocppVersions.filter((version) => ref[version] !== undefined),
    ...(octt && { octt }),
    feature: SMART_CHARGING,
    ...(charging && { needs: ['plugIn', 'presentToken', 'plugOut'] }),
    ...(reference && { reference }),
    ...(lacks !== undefined && { lacks }),
    checks: {
      refused: { ref, level, ...refusedCheck },
      limits: { ...limitsCheck, says: 'the good profile that was there before counts on' },
    },
    catches: { refused: takesProfiles, limits: limitsFaults },
    async run(context) {
      const { check, csms } = context;
      const bench = await smart(context);
      const running = charging && (await sessionsOf(context).charging(context));
      // A station that refuses everything refuses nothing for a reason.
      const good = { evseId: goodAt, profile: profile(context, bench, { periods: [[0, 9]] }) };
      await csms.need('SetChargingProfile', wordsOf(context).set(good.evseId, good.profile), ['Accepted']);
      const wrong = bad(context, bench, running || undefined);
      const reply = await csms.provoke('SetChargingProfile', wordsOf(context).set(wrong.evseId, wrong.profile));
      check('refused', () => notAccepted(reply));
      await judgeLimits(context, bench, { duration: DURATION, held: [good], running: running || undefined });
    },
  });
};

export default suite('station/smart-charging', 'Smart charging', [
  ...refusals.map(refusalCase),

  testCase({
    id: 'station/smart-charging/composite-unknown-evse',
    title: 'The schedule of an EVSE that is not there can not be told',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_K_47_CS' },
    feature: SMART_CHARGING,
    checks: {
      refused: { ref: { '1.6': '5.7', '2.0.1': 'K08.FR.05' }, level: 'SHALL', ...refusedCheck },
      limits: limitsCheck,
    },
    catches: { refused: alter('GetCompositeSchedule', { status: 'Accepted' }), limits: answerFaults.slice(1) },
    async run(context) {
      const bench = await smart(context);
      const reply = await asksLimits(context, bench, NO_EVSE, DURATION);
      context.check('refused', () => notAccepted(reply));
      await judgeLimits(context, bench, { duration: DURATION, held: [] });
    },
  }),

  testCase({
    id: 'station/smart-charging/composite-unit',
    title: 'The schedule can not be told in a unit that the station does not have',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_K_42_CS' },
    feature: SMART_CHARGING,
    reference: ONE_UNIT,
    lacks: WATTS,
    checks: {
      refused: { ref: { '1.6': 'E 3.24', '2.0.1': 'K08.FR.07' }, level: 'SHALL', ...refusedCheck },
      limits: limitsCheck,
    },
    catches: { refused: alter('GetCompositeSchedule', { status: 'Accepted' }), limits: answerFaults.slice(1) },
    async run(context) {
      const bench = await smart(context);
      const reply = await asksLimits(context, { ...bench, unit: otherUnit(bench) }, EVSE, DURATION);
      context.check('refused', () => notAccepted(reply));
      await judgeLimits(context, bench, { duration: DURATION, held: [] });
    },
  }),

  testCase({
    id: 'station/smart-charging/composite-without-profiles',
    title: 'Without any profile the station tells what it can give, of an EVSE and of all',
    sut: 'station',
    versions: ['2.0.1'],
    octt: { '2.0.1': 'TC_K_39_CS' },
    feature: SMART_CHARGING,
    checks: { limits: { ...limitsCheck, ref: 'K08.FR.06' } },
    catches: { limits: answerFaults.slice(1) },
    async run(context) {
      const bench = await smart(context);
      await judgeLimits(context, bench, { duration: DURATION, held: [], title: 'The EVSE' });
      const free = { ...bench, own: undefined };
      await judgeLimits(context, free, { evseId: 0, duration: DURATION, held: [], title: 'The whole station' });
    },
  }),

  testCase({
    id: 'station/smart-charging/composite-of-station',
    title: 'What the whole station expects to take is not more than the limit of the station',
    sut: 'station',
    versions,
    feature: SMART_CHARGING,
    checks: {
      below: {
        ref: { '1.6': '5.7', '2.0.1': 'K04.FR.05' },
        level: 'SHALL',
        says: 'at no moment it is more than the limit of the station allows',
      },
    },
    catches: { below: [tooHigh, alter('GetCompositeSchedule', { status: 'Rejected' })] },
    async run(context) {
      const { check } = context;
      const bench = await smart(context);
      const purpose = wordsOf(context).stationPurpose;
      const one = profile(context, bench, { purpose, periods: [[0, 9]] });
      await context.csms.need('SetChargingProfile', wordsOf(context).set(0, one), ['Accepted']);
      const reply = await asksLimits(context, bench, 0, DURATION);
      const { periods } = wordsOf(context).told(reply.payload);
      check('below', () => {
        expect(reply).to.be.callResult({ status: 'Accepted' });
        for (const { startPeriod, limit } of periods)
          expect(limit, `limit from second ${String(startPeriod)} on`).to.be.within(0, inUnit(bench, 9) + 0.1);
      });
    },
  }),
]);
