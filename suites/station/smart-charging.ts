/** Charger, charging profiles in both versions: whatever is set, the schedule that it tells is the one that they give. */
import type { Context } from '../../src/judge/context.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import { wordsOf } from '../profile-words.ts';
import { type Bench, OTHER_EVSE, smart } from './charging-abilities.ts';
import { flatFaults, limitsFaults, refusesProfiles } from './charging-faults.ts';
import { type Held, judgeLimits, limitsCheck, profile, type Running, set } from './charging-limits.ts';
import { sessionsOf } from './charging-sessions.ts';
import { EVSE } from './states.ts';

/** Feature profile of 1.6 (3.3), certification profile of 2.0.1. */
export const SMART_CHARGING = { '1.6': 'SmartCharging', '2.0.1': 'smart-charging' } as const;

export const takenCheck = {
  ref: { '1.6': '5.16', '2.0.1': 'SetChargingProfileResponse.status' },
  level: 'SHALL',
  says: 'a good profile is accepted',
} as const;

interface Setting {
  readonly id: string;
  readonly title: string;
  readonly octt?: { readonly '1.6'?: string; readonly '2.0.1'?: string | readonly string[] };
  /** Requirement that the schedule follows from. */
  readonly ref: { readonly '1.6'?: string; readonly '2.0.1': string };
  /** Seconds that the schedule is asked for. */
  readonly duration: number;
  /** A transaction runs before the profiles are set. */
  readonly charging?: true;
  /** Looked at on a second EVSE as well, where there is one. */
  readonly everywhere?: true;
  /** The limit is one and the same all the time. */
  readonly flat?: true;
  /** Profiles in the order in which they are set. @throws Unmet where this station can't hold them */
  sets(context: Context, bench: Bench, running: Running | undefined): readonly Held[];
}

const DAY_S = 86_400;

/** Needs so many levels above 0. */
function levels({ maxLevel }: Bench, highest: number): void {
  if (maxLevel !== undefined && maxLevel < highest)
    throw new Unmet(`the station has no stack level above ${maxLevel}: its configuration says so`);
}

/** Needs so many periods. */
export function periodsAllowed({ maxPeriods }: Bench, wanted: number): void {
  if (maxPeriods !== undefined && maxPeriods < wanted)
    throw new Unmet(`the station takes no more than ${maxPeriods} periods in a schedule: its configuration says so`);
}

const stack: Setting['sets'] = (context, bench) => {
  levels(bench, 1);
  periodsAllowed(bench, 2);
  const low = {
    periods: [
      [0, 10],
      [170, 7],
    ],
    duration: 300,
    level: 0,
  } as const;
  const high = {
    periods: [
      [0, 6],
      [70, 9],
    ],
    duration: 120,
    level: 1,
  } as const;
  return [low, high].map((wish) => ({ evseId: EVSE, profile: profile(context, bench, wish) }));
};

const recurring = (recurrency: 'Daily' | 'Weekly', days: number): Setting => ({
  id: `recurring-${recurrency.toLowerCase()}`,
  title: `A profile that recurs limits again after its first time: ${recurrency}`,
  octt: { '2.0.1': 'TC_K_19_CS' },
  ref: { '1.6': 'E 3.43', '2.0.1': 'K01.FR.13' },
  duration: 500,
  sets: (context, bench) => {
    periodsAllowed(bench, 2);
    const wish = {
      kind: 'Recurring',
      recurrency,
      // It begins again in this schedule, and is over before its end.
      startsIn: 90 - 2 * days * DAY_S,
      periods: [
        [0, 10],
        [130, 6],
      ],
      duration: 260,
    } as const;
    return [{ evseId: EVSE, profile: profile(context, bench, wish) }];
  },
});

const settings: readonly Setting[] = [
  {
    id: 'default-profile',
    title: 'A default profile limits an EVSE until it is over',
    octt: { '1.6': 'TC_056_CS' },
    ref: { '1.6': '3.13.1', '2.0.1': 'K01.FR.15' },
    duration: 400,
    sets: (context, bench) => {
      periodsAllowed(bench, 3);
      const wish = {
        periods: [
          [0, 10],
          [100, 6],
          [200, 8],
        ],
        duration: 300,
      } as const;
      return [{ evseId: EVSE, profile: profile(context, bench, wish) }];
    },
  },
  {
    id: 'default-profile-for-all',
    title: 'A default profile of the whole station limits each EVSE',
    ref: { '1.6': '3.13.1', '2.0.1': 'K01.FR.14' },
    duration: 300,
    everywhere: true,
    sets: (context, bench) => {
      periodsAllowed(bench, 2);
      const wish = {
        periods: [
          [0, 9],
          [150, 6],
        ],
      } as const;
      return [{ evseId: 0, profile: profile(context, bench, wish) }];
    },
  },
  {
    id: 'endless-profile',
    title: 'A profile without an end limits until it is cleared',
    ref: { '1.6': '7.13', '2.0.1': 'K01.FR.10' },
    duration: 7_200,
    flat: true,
    sets: (context, bench) => [{ evseId: EVSE, profile: profile(context, bench, { periods: [[0, 6]] }) }],
  },
  {
    id: 'periods-past-duration',
    title: 'A period that begins after the end of its schedule is left out',
    ref: { '1.6': '5.16.4', '2.0.1': 'K01.FR.11' },
    duration: 300,
    sets: (context, bench) => {
      periodsAllowed(bench, 2);
      return [
        {
          evseId: EVSE,
          profile: profile(context, bench, {
            periods: [
              [0, 8],
              [150, 6],
            ],
            duration: 100,
          }),
        },
      ];
    },
  },
  {
    id: 'many-periods',
    title: 'A profile with as many periods as the station takes is kept to in all of them',
    ref: { '1.6': '9.4.3', '2.0.1': 'K01.FR.12' },
    duration: 700,
    sets: (context, bench) => {
      const count = Math.min(bench.maxPeriods ?? 1, 24);
      if (count < 2) throw new Unmet('the station takes one period in a schedule, or does not tell how many');
      const periods = Array.from({ length: count }, (_, i) => [i * 27, 6 + (i % 5)] as const);
      return [{ evseId: EVSE, profile: profile(context, bench, { periods }) }];
    },
  },
  {
    id: 'stacked-profiles',
    title: 'A profile of a higher level overrules a lower one while it has a limit',
    octt: { '1.6': 'TC_072_CS', '2.0.1': 'TC_K_40_CS' },
    ref: { '1.6': '3.13.2', '2.0.1': 'K01.FR.17' },
    duration: 350,
    sets: stack,
  },
  {
    id: 'stacked-in-any-order',
    title: 'Of stacked profiles the level counts, and not which one was set first',
    ref: { '1.6': '3.13.2', '2.0.1': 'K01.FR.17' },
    duration: 350,
    sets: (context, bench, running) => [...stack(context, bench, running)].reverse(),
  },
  {
    id: 'valid-from',
    title: 'A profile limits from the moment on at which it is valid',
    octt: { '2.0.1': 'TC_K_21_CS' },
    ref: { '1.6': '7.8', '2.0.1': 'K01.FR.36' },
    duration: 400,
    sets: (context, bench) => [
      { evseId: EVSE, profile: profile(context, bench, { periods: [[0, 6]], validFromIn: 250, validToIn: DAY_S }) },
    ],
  },
  {
    id: 'valid-to',
    title: 'A profile limits until the moment at which it is valid no more',
    octt: { '2.0.1': 'TC_K_22_CS' },
    ref: { '1.6': '7.8', '2.0.1': 'K01.FR.37' },
    duration: 400,
    sets: (context, bench) => [
      { evseId: EVSE, profile: profile(context, bench, { periods: [[0, 6]], validFromIn: -60, validToIn: 300 }) },
    ],
  },
  {
    id: 'start-schedule',
    title: 'A schedule limits from its start on',
    octt: { '2.0.1': 'TC_K_23_CS' },
    ref: { '1.6': '7.13', '2.0.1': 'K01.FR.30' },
    duration: 300,
    sets: (context, bench) => [
      { evseId: EVSE, profile: profile(context, bench, { periods: [[0, 6]], startsIn: 120, validFromIn: -60 }) },
    ],
  },
  recurring('Daily', 1),
  recurring('Weekly', 7),
  {
    id: 'station-limit',
    title: 'A limit of the whole station limits its EVSE',
    ref: { '1.6': '3.13.1', '2.0.1': 'K08.FR.04' },
    duration: 300,
    sets: (context, bench) => {
      periodsAllowed(bench, 2);
      const purpose = wordsOf(context).stationPurpose;
      return [
        {
          evseId: 0,
          profile: profile(context, bench, {
            purpose,
            periods: [
              [0, 10],
              [140, 6],
            ],
          }),
        },
      ];
    },
  },
  {
    id: 'station-limit-over-default',
    title: 'Of the limit of the station and that of the EVSE the lower one counts, at every moment',
    ref: { '1.6': '3.13.3', '2.0.1': 'K08.FR.04' },
    duration: 400,
    sets: (context, bench) => {
      periodsAllowed(bench, 2);
      const purpose = wordsOf(context).stationPurpose;
      return [
        {
          evseId: 0,
          profile: profile(context, bench, {
            purpose,
            periods: [
              [0, 10],
              [200, 6],
            ],
            duration: 350,
          }),
        },
        {
          evseId: EVSE,
          profile: profile(context, bench, {
            periods: [
              [0, 7],
              [100, 9],
            ],
          }),
        },
      ];
    },
  },
  {
    id: 'default-while-charging',
    title: 'A default profile that is set while a transaction runs limits that transaction',
    octt: { '1.6': 'TC_082_CS', '2.0.1': 'TC_K_28_CS' },
    ref: { '1.6': '3.13.1', '2.0.1': 'K01.FR.32' },
    duration: 300,
    charging: true,
    sets: (context, bench) => [
      { evseId: EVSE, profile: profile(context, bench, { periods: [[0, 6]], duration: 200 }) },
    ],
  },
  {
    id: 'transaction-profile',
    title: 'A profile of a transaction limits it',
    octt: { '1.6': 'TC_057_CS' },
    ref: { '1.6': '3.13.1', '2.0.1': 'K01.FR.04' },
    duration: 300,
    charging: true,
    sets: (context, bench, running) => {
      periodsAllowed(bench, 2);
      return [
        ofTransaction(context, bench, running, {
          periods: [
            [0, 6],
            [120, 10],
          ],
        }),
      ];
    },
  },
  {
    id: 'transaction-profile-over',
    title: 'When the profile of a transaction is over before the transaction, the default profile counts again',
    // In 1.6 the profile may overrule the default for the whole transaction.
    ref: { '2.0.1': 'K02.FR.08' },
    duration: 300,
    charging: true,
    sets: (context, bench, running) => [
      { evseId: EVSE, profile: profile(context, bench, { periods: [[0, 8]] }) },
      ofTransaction(context, bench, running, { periods: [[0, 10]], duration: 160 }),
    ],
  },
  {
    id: 'transaction-profile-relative',
    title: 'A relative profile counts from the start of charging',
    ref: { '1.6': '7.9', '2.0.1': 'K01.FR.42' },
    duration: 400,
    charging: true,
    sets: (context, bench, running) => {
      periodsAllowed(bench, 3);
      const wish = {
        kind: 'Relative',
        periods: [
          [0, 10],
          [150, 6],
          [300, 8],
        ],
      } as const;
      return [ofTransaction(context, bench, running, wish)];
    },
  },
  {
    id: 'purposes-together',
    title: 'Limits of the station, of the EVSE and of the transaction together',
    octt: { '1.6': 'TC_066_CS', '2.0.1': 'TC_K_41_CS' },
    ref: { '1.6': '3.13.3', '2.0.1': 'K08.FR.04' },
    duration: 400,
    charging: true,
    sets: (context, bench, running) => {
      periodsAllowed(bench, 3);
      const purpose = wordsOf(context).stationPurpose;
      return [
        {
          evseId: 0,
          profile: profile(context, bench, {
            purpose,
            periods: [
              [0, 10],
              [90, 9],
              [250, 6],
            ],
          }),
        },
        {
          evseId: EVSE,
          profile: profile(context, bench, {
            periods: [
              [0, 7],
              [330, 5],
            ],
          }),
        },
        ofTransaction(context, bench, running, {
          periods: [
            [0, 8],
            [60, 10],
            [200, 7],
          ],
        }),
      ];
    },
  },
];

/** A profile of the transaction that runs. */
export function ofTransaction(
  context: Context,
  bench: Bench,
  running: Running | undefined,
  wish: Parameters<typeof profile>[2],
): Held {
  if (running === undefined) throw new Error('a profile of a transaction, and none runs');
  const { transactionId } = running;
  return { evseId: EVSE, profile: profile(context, bench, { purpose: 'TxProfile', transactionId, ...wish }) };
}

/** Sets profiles one after the other; the check `taken` judges each answer. */
export async function takes(context: Context<'taken'>, held: readonly Held[]): Promise<void> {
  for (const one of held) {
    const reply = await set(context, one.evseId, one.profile);
    context.check('taken', () => expect(reply).to.be.callResult({ status: 'Accepted' }));
  }
}

export default suite(
  'station/smart-charging',
  'Smart charging',
  settings.map(({ id, title, octt, ref, duration, charging, everywhere, flat, sets }) =>
    testCase({
      id: `station/smart-charging/${id}`,
      title,
      sut: 'station',
      versions: ref['1.6'] === undefined ? ['2.0.1'] : ['1.6', '2.0.1'],
      ...(octt && { octt }),
      feature: SMART_CHARGING,
      ...(charging && { needs: ['plugIn', 'presentToken', 'plugOut'] }),
      checks: { taken: takenCheck, limits: { ...limitsCheck, ref } },
      catches: {
        taken: refusesProfiles,
        limits: {
          // Without a transaction a 1.6 station may leave default profiles out.
          '1.6': [...limitsFaults, ...(flat ? [] : flatFaults.slice(1))],
          '2.0.1': [...limitsFaults, ...(flat ? [] : flatFaults)],
        },
      },
      async run(context) {
        const bench = await smart(context);
        const running = charging && (await sessionsOf(context).charging(context));
        const held = sets(context, bench, running || undefined);
        await takes(context, held);
        await judgeLimits(context, bench, { duration, held, running: running || undefined, title });
        // What the other EVSE gives by itself is not asked: where nothing else limits, anything goes.
        if (everywhere && bench.second)
          await judgeLimits(context, { ...bench, own: undefined }, { evseId: OTHER_EVSE, duration, held });
      },
    }),
  ),
);
