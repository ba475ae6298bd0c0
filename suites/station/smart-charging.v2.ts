/** Charger, 2.x charging profiles: what was set is reported, by every criterion, and what was cleared is not. */
import type { Context } from '../../src/judge/context.ts';
import { alter } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import type { Payload } from '../../src/session.ts';
import { wordsOf } from '../profile-words.ts';
import { type Bench, OTHER_EVSE, smart } from './charging-abilities.ts';
import { flatFaults, limitsFaults, refusesProfiles, reportFaults } from './charging-faults.ts';
import { anyId, type Held, judgeLimits, limitsCheck, profile, type Running } from './charging-limits.ts';
import { judgeReport, reported, reportedCheck } from './charging-reports.v2.ts';
import { sessionsOf } from './charging-sessions.ts';
import { ofTransaction, takenCheck, takes } from './smart-charging.ts';
import { EVSE, reset } from './states.ts';

const versions = ['2.0.1'] as const;
const FEATURE = 'smart-charging';
const DURATION = 300;
const NEEDS = ['plugIn', 'presentToken', 'plugOut'];

interface Setting {
  readonly id: string;
  readonly title: string;
  readonly octt: string;
  readonly ref: string;
  readonly charging?: true;
  /** Profiles in the order in which they are set; the last ones that have a number count. */
  sets(context: Context, bench: Bench, running: Running | undefined): readonly Held[];
  /** EVSE whose profiles are asked for. */
  readonly evseId: number;
  readonly purpose: string;
  /** What happens between the setting and the question. */
  between?(context: Context): Promise<void>;
}

const one =
  (evseId: number, wish: Omit<Parameters<typeof profile>[2], 'periods'> = {}): Setting['sets'] =>
  (context, bench) => [
    {
      evseId,
      profile: profile(context, bench, {
        periods: [
          [0, 9],
          [140, 6],
        ],
        validFromIn: -60,
        validToIn: 9_000,
        ...wish,
      }),
    },
  ];

const settings: readonly Setting[] = [
  {
    id: 'reported-default',
    title: 'A default profile of an EVSE is there as it was set',
    octt: 'TC_K_01_CS',
    ref: 'K01.FR.15',
    evseId: EVSE,
    purpose: 'TxDefaultProfile',
    sets: one(EVSE),
  },
  {
    id: 'reported-default-for-all',
    title: 'A default profile of the whole station is there as it was set, and copied to no EVSE',
    octt: 'TC_K_10_CS',
    ref: 'K01.FR.14',
    evseId: 0,
    purpose: 'TxDefaultProfile',
    sets: one(0),
  },
  {
    id: 'reported-station-limit',
    title: 'A limit of the whole station is there as it was set',
    octt: 'TC_K_03_CS',
    ref: 'K04.FR.03',
    evseId: 0,
    purpose: 'ChargingStationMaxProfile',
    sets: one(0, { purpose: 'ChargingStationMaxProfile' }),
  },
  {
    id: 'reported-replaced',
    title: 'A profile with a number that is there already is the only one of that number',
    octt: 'TC_K_04_CS',
    ref: 'K01.FR.05',
    evseId: 0,
    purpose: 'ChargingStationMaxProfile',
    sets: (context, bench) => {
      const common = { id: anyId(context), purpose: 'ChargingStationMaxProfile' } as const;
      return (
        [
          [[0, 6]],
          [
            [0, 9],
            [140, 7],
          ],
        ] as const
      ).map((periods) => ({
        evseId: 0,
        profile: profile(context, bench, { ...common, periods }),
      }));
    },
  },
  {
    id: 'reported-after-reboot',
    title: 'A profile is there as it was set after a reboot',
    octt: 'TC_K_13_CS',
    ref: 'K01.FR.27',
    evseId: EVSE,
    purpose: 'TxDefaultProfile',
    sets: one(EVSE),
    between: async (context) => {
      const { boot } = await reset(context, 'now');
      if (boot === undefined) throw new Unmet('the station did not boot after a reset');
      await context.csms.ready();
    },
  },
  {
    id: 'reported-transaction',
    title: 'A profile of a transaction is there as it was set',
    octt: 'TC_K_60_CS',
    ref: 'K01.FR.04',
    charging: true,
    evseId: EVSE,
    purpose: 'TxProfile',
    sets: (context, bench, running) => [
      ofTransaction(context, bench, running, {
        periods: [
          [0, 9],
          [140, 6],
        ],
      }),
    ],
  },
];

/** The last profile of each number. */
const standing = (all: readonly Held[]): readonly Held[] =>
  all.filter((held, i) => !all.slice(i + 1).some((later) => later.profile['id'] === held.profile['id']));

/** Four profiles of several places, purposes and levels. */
function world(context: Context, bench: Bench): readonly Held[] {
  if (bench.maxLevel !== undefined && bench.maxLevel < 2)
    throw new Unmet(`the station has no stack level above ${bench.maxLevel}: its configuration says so`);
  const of = (evseId: number, wish: Omit<Parameters<typeof profile>[2], 'periods'>) => ({
    evseId,
    profile: profile(context, bench, { periods: [[0, 9]], ...wish }),
  });
  return [
    of(0, { purpose: 'ChargingStationMaxProfile', level: 1 }),
    of(0, { level: 0 }),
    of(EVSE, { level: 1 }),
    of(EVSE, { level: 2 }),
  ];
}

interface Question {
  readonly id: string;
  readonly title: string;
  readonly octt: string;
  readonly ref: string;
  readonly evseId?: number;
  criteria(all: readonly Held[]): Payload;
  fits(held: Held): boolean;
}

const isDefault = ({ profile: { chargingProfilePurpose } }: Held) => chargingProfilePurpose === 'TxDefaultProfile';
const level = (wanted: number) => (held: Held) => held.profile['stackLevel'] === wanted;

const questions: readonly Question[] = [
  {
    id: 'report-of-station',
    title: 'Asked for EVSE 0 a station reports the profiles of the whole station alone',
    octt: 'TC_K_29_CS',
    ref: 'K09.FR.05',
    evseId: 0,
    criteria: () => ({ chargingProfilePurpose: 'ChargingStationMaxProfile' }),
    fits: (held) => held.evseId === 0 && !isDefault(held),
  },
  {
    id: 'report-of-evse',
    title: 'Asked for an EVSE a station reports the profiles of that EVSE alone',
    octt: 'TC_K_30_CS',
    ref: 'K09.FR.04',
    evseId: EVSE,
    criteria: () => ({ chargingLimitSource: ['CSO'] }),
    fits: ({ evseId }) => evseId === EVSE,
  },
  {
    id: 'report-of-all',
    title: 'Asked for no EVSE a station reports the profiles of all',
    octt: 'TC_K_31_CS',
    ref: 'K09.FR.06',
    criteria: () => ({ chargingLimitSource: ['CSO'] }),
    fits: () => true,
  },
  {
    id: 'report-by-id',
    title: 'Asked for numbers a station reports the profiles of these numbers',
    octt: 'TC_K_32_CS',
    ref: 'K09.FR.01',
    criteria: ([, second, , fourth]) => ({ chargingProfileId: [second, fourth].map((held) => held?.profile['id']) }),
    fits: (held) => isDefault(held) && !level(1)(held),
  },
  {
    id: 'report-by-level',
    title: 'Asked for an EVSE and a level a station reports what has both',
    octt: 'TC_K_33_CS',
    ref: 'K09.FR.04',
    evseId: EVSE,
    criteria: () => ({ stackLevel: 1 }),
    fits: (held) => held.evseId === EVSE && level(1)(held),
  },
  {
    id: 'report-by-purpose',
    title: 'Asked for an EVSE and a purpose a station reports what has both',
    octt: 'TC_K_35_CS',
    ref: 'K09.FR.04',
    evseId: EVSE,
    criteria: () => ({ chargingProfilePurpose: 'TxDefaultProfile' }),
    fits: (held) => held.evseId === EVSE,
  },
  {
    id: 'report-by-purpose-and-level',
    title: 'Asked for an EVSE, a purpose and a level a station reports what has all three',
    octt: 'TC_K_36_CS',
    ref: 'K09.FR.04',
    evseId: EVSE,
    criteria: () => ({ chargingProfilePurpose: 'TxDefaultProfile', stackLevel: 2 }),
    fits: (held) => held.evseId === EVSE && level(2)(held),
  },
];

const emptyCheck = {
  ref: 'GetChargingProfilesResponse.status',
  level: 'SHALL',
  says: 'where no profile fits, the answer is NoProfiles',
} as const;
const emptyFault = alter('GetChargingProfiles', { status: 'Accepted' });

export default suite('station/smart-charging', 'Smart charging', [
  ...settings.map(({ id, title, octt, ref, charging, sets, evseId, purpose, between }) =>
    testCase({
      id: `station/smart-charging/${id}`,
      title,
      sut: 'station',
      versions,
      octt: { '2.0.1': octt },
      feature: FEATURE,
      ...(charging && { needs: NEEDS }),
      checks: { taken: takenCheck, reported: { ...reportedCheck, ref }, limits: limitsCheck },
      catches: { taken: refusesProfiles, reported: reportFaults, limits: [...limitsFaults, ...flatFaults] },
      async run(context) {
        const bench = await smart(context);
        const running = charging && (await sessionsOf(context).charging(context));
        const all = sets(context, bench, running || undefined);
        await takes(context, all);
        await between?.(context);
        const held = standing(all);
        judgeReport(context, await reported(context, { chargingProfilePurpose: purpose }), held);
        judgeReport(context, await reported(context, { chargingProfilePurpose: purpose }, evseId), held);
        await judgeLimits(context, bench, { duration: DURATION, held, running: running || undefined, title });
      },
    }),
  ),

  testCase({
    id: 'station/smart-charging/transaction-profile-deleted',
    title: 'A profile of a transaction is not there any more when the transaction has ended',
    sut: 'station',
    versions,
    feature: FEATURE,
    needs: NEEDS,
    checks: { taken: takenCheck, reported: reportedCheck, gone: { ...emptyCheck, ref: 'K02.FR.05' } },
    catches: { taken: refusesProfiles, reported: reportFaults, gone: emptyFault },
    async run(context) {
      const { check, csms, hands } = context;
      const bench = await smart(context);
      const since = csms.mark;
      const running = await sessionsOf(context).charging(context);
      const held = [ofTransaction(context, bench, running, { periods: [[0, 6]] })];
      await takes(context, held);
      judgeReport(context, await reported(context, { chargingProfilePurpose: 'TxProfile' }, EVSE), held);
      await hands.presentToken(await context.token('valid'));
      await hands.plugOut();
      if ((await sessionsOf(context).ended(context, since)) === undefined)
        throw new Unmet('the transaction did not end with the token and the cable');
      const after = await reported(context, { chargingProfilePurpose: 'TxProfile' }, EVSE);
      check('gone', () => expect(after.reply).to.be.callResult({ status: 'NoProfiles' }));
    },
  }),

  ...questions.map(({ id, title, octt, ref, evseId, criteria, fits }) =>
    testCase({
      id: `station/smart-charging/${id}`,
      title,
      sut: 'station',
      versions,
      octt: { '2.0.1': octt },
      feature: FEATURE,
      checks: { taken: takenCheck, reported: { ...reportedCheck, ref } },
      catches: {
        taken: refusesProfiles,
        reported: [...reportFaults, alter('GetChargingProfiles', { status: 'NoProfiles' })],
      },
      async run(context) {
        const bench = await smart(context);
        const all = world(context, bench);
        await takes(context, all);
        judgeReport(context, await reported(context, criteria(all), evseId), all.filter(fits));
      },
    }),
  ),

  testCase({
    id: 'station/smart-charging/report-by-source',
    title: 'Asked for a source of limits a station reports those of that source, and none of another',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_K_34_CS' },
    feature: FEATURE,
    checks: { taken: takenCheck, reported: reportedCheck, none: emptyCheck },
    catches: { taken: refusesProfiles, reported: reportFaults, none: emptyFault },
    async run(context) {
      const { check } = context;
      const bench = await smart(context);
      const held = [{ evseId: EVSE, profile: profile(context, bench, { periods: [[0, 9]] }) }];
      await takes(context, held);
      judgeReport(context, await reported(context, { chargingLimitSource: ['CSO'] }, EVSE), held);
      const other = await reported(context, { chargingLimitSource: ['SO'] }, EVSE);
      check('none', () => expect(other.reply).to.be.callResult({ status: 'NoProfiles' }));
    },
  }),

  ...(
    [
      {
        id: 'cleared-by-id',
        title: 'A profile that was cleared by its number is not reported any more',
        octt: 'TC_K_05_CS',
        ref: 'K10.FR.03',
        places: [EVSE],
        criteria: (held: Held | undefined) => ({ id: Number(held?.profile['id']) }),
      },
      {
        id: 'cleared-by-purpose-and-level',
        title: 'A profile that was cleared by its purpose and level is not reported any more',
        octt: 'TC_K_06_CS',
        ref: 'K10.FR.04',
        charging: true,
        places: [EVSE],
        criteria: () => ({ purpose: 'TxDefaultProfile', stackLevel: 0 }),
      },
      {
        id: 'cleared-everywhere',
        title: 'Profiles of two EVSEs that have the purpose and the level are cleared together',
        octt: 'TC_K_24_CS',
        ref: 'K10.FR.04',
        places: [EVSE, OTHER_EVSE],
        criteria: () => ({ purpose: 'TxDefaultProfile', stackLevel: 0 }),
      },
    ] as const
  ).map((row) =>
    testCase({
      id: `station/smart-charging/${row.id}`,
      title: row.title,
      sut: 'station',
      versions,
      octt: { '2.0.1': row.octt },
      feature: FEATURE,
      ...('charging' in row && { needs: NEEDS }),
      checks: {
        taken: takenCheck,
        reported: reportedCheck,
        cleared: { ref: row.ref, level: 'SHALL', says: 'clearing a profile that is there is Accepted' },
        none: emptyCheck,
      },
      catches: {
        taken: refusesProfiles,
        reported: reportFaults,
        cleared: alter('ClearChargingProfile', { status: 'Unknown' }),
        none: alter('GetChargingProfiles', { status: 'Accepted' }),
      },
      async run(context) {
        const { check, csms } = context;
        const bench = await smart(context);
        if (row.places.length > 1 && !bench.second) throw new Unmet('the station has one EVSE');
        const running = 'charging' in row ? await sessionsOf(context).charging(context) : undefined;
        const held = row.places.map((evseId) => ({ evseId, profile: profile(context, bench, { periods: [[0, 6]] }) }));
        await takes(context, held);
        if (running) context.note(`in the transaction ${running.transactionId}`);
        const criteria = { chargingProfilePurpose: 'TxDefaultProfile', stackLevel: 0 };
        judgeReport(context, await reported(context, criteria), held);
        const reply = await csms.call('ClearChargingProfile', wordsOf(context).clear(row.criteria(held[0])));
        check('cleared', () => expect(reply).to.be.callResult({ status: 'Accepted' }));
        const after = await reported(context, criteria);
        check('none', () => expect(after.reply).to.be.callResult({ status: 'NoProfiles' }));
      },
    }),
  ),
]);
