/** Charger, charging profiles in both versions: what is metered keeps to the limits while they change, with a connection and without. */
import type { Context } from '../../src/judge/context.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { wordsOf } from '../profile-words.ts';
import { type Bench, smart } from './charging-abilities.ts';
import { flatFaults, limitsFaults, obeysFaults, refusesProfiles } from './charging-faults.ts';
import { type Held, judgeLimits, limitsCheck, profile, type Running } from './charging-limits.ts';
import { judgeMeter, meterPast, obeysCheck, underMeter } from './charging-metered.ts';
import { sessionsOf } from './charging-sessions.ts';
import { ofTransaction, periodsAllowed, SMART_CHARGING, takenCheck, takes } from './smart-charging.ts';
import { EVSE, quiet } from './states.ts';

/** Seconds of a period: the vehicle follows in the first of them, and is metered in the others. */
const PERIOD_S = 40;
const DAY_S = 86_400;

interface Setting {
  readonly id: string;
  readonly title: string;
  readonly octt?: { readonly '2.0.1'?: string };
  readonly ref: { readonly '1.6': string; readonly '2.0.1': string };
  sets(context: Context, bench: Bench, running: Running): readonly Held[];
}

/** Down, further down, and up again. */
const STEPS = [
  [0, 10],
  [PERIOD_S, 6],
  [2 * PERIOD_S, 9],
] as const;

const settings: readonly Setting[] = [
  {
    id: 'metered-default-profile',
    title: 'Charging follows a default profile that is set meanwhile',
    ref: { '1.6': '3.13.1', '2.0.1': 'K01.FR.32' },
    sets: (context, bench) => [{ evseId: EVSE, profile: profile(context, bench, { periods: STEPS }) }],
  },
  {
    id: 'metered-transaction-profile',
    title: 'Charging follows the profile of its transaction, and not the default',
    ref: { '1.6': '3.13.1', '2.0.1': 'K02.FR.04' },
    sets: (context, bench, running) => [
      { evseId: EVSE, profile: profile(context, bench, { periods: [[0, 10]] }) },
      ofTransaction(context, bench, running, { periods: STEPS }),
    ],
  },
  {
    id: 'metered-station-limit',
    title: 'Charging keeps to the limit of the whole station',
    ref: { '1.6': '3.13.1', '2.0.1': 'K04.FR.05' },
    sets: (context, bench) => {
      const purpose = wordsOf(context).stationPurpose;
      return [{ evseId: 0, profile: profile(context, bench, { purpose, periods: STEPS }) }];
    },
  },
  {
    id: 'metered-peak-hours',
    title: 'Charging keeps to peak hours that recur every day',
    ref: { '1.6': 'E 3.43', '2.0.1': 'K01.FR.13' },
    sets: (context, bench) => {
      // The hours of yesterday, at this time of the day.
      const wish = { kind: 'Recurring', recurrency: 'Daily', startsIn: -DAY_S, duration: 3 * PERIOD_S } as const;
      return [{ evseId: EVSE, profile: profile(context, bench, { ...wish, periods: STEPS }) }];
    },
  },
  {
    id: 'metered-stacked-profiles',
    title: 'Charging follows the profile of the highest level, and the next one when that is over',
    ref: { '1.6': '3.13.2', '2.0.1': 'K01.FR.17' },
    sets: (context, bench) => {
      if (bench.maxLevel === 0) throw new Unmet('the station has one stack level: its configuration says so');
      const high = { periods: [[0, 9]], level: 1, duration: PERIOD_S + 5 } as const;
      return [{ periods: [[0, 6]] } as const, high].map((wish) => ({
        evseId: EVSE,
        profile: profile(context, bench, wish),
      }));
    },
  },
];

const NEEDS = ['plugIn', 'presentToken', 'plugOut'];

export default suite('station/smart-charging', 'Smart charging', [
  ...settings.map(({ id, title, octt, ref, sets }) =>
    testCase({
      id: `station/smart-charging/${id}`,
      title,
      sut: 'station',
      versions: ['1.6', '2.0.1'],
      ...(octt && { octt }),
      feature: SMART_CHARGING,
      needs: NEEDS,
      checks: { taken: takenCheck, limits: limitsCheck, obeys: { ...obeysCheck, ref } },
      catches: { taken: refusesProfiles, limits: [...limitsFaults, ...flatFaults], obeys: obeysFaults },
      async run(context) {
        const bench = await smart(context);
        periodsAllowed(bench, STEPS.length);
        const meter = await underMeter(context);
        const held = sets(context, bench, meter.running);
        await takes(context, held);
        const setAt = context.clock.now();
        const told = await judgeLimits(context, bench, { duration: 3 * PERIOD_S, held, running: meter.running });
        await meterPast(context, meter.since, 3 * PERIOD_S);
        judgeMeter(context, bench, meter, { held, setAt, title, told });
      },
    }),
  ),

  testCase({
    id: 'station/smart-charging/metered-cleared',
    title: 'Charging keeps to the default profile when the profile of its transaction is cleared',
    sut: 'station',
    versions: ['1.6', '2.0.1'],
    feature: SMART_CHARGING,
    needs: NEEDS,
    checks: {
      taken: takenCheck,
      limits: limitsCheck,
      obeys: { ...obeysCheck, ref: { '1.6': '5.5', '2.0.1': 'K10.FR.05' } },
    },
    catches: { taken: refusesProfiles, limits: limitsFaults, obeys: obeysFaults },
    async run(context) {
      const bench = await smart(context);
      const meter = await underMeter(context);
      const standard = { evseId: EVSE, profile: profile(context, bench, { periods: [[0, 6]] }) };
      const own = ofTransaction(context, bench, meter.running, { periods: [[0, 10]] });
      await takes(context, [own, standard]);
      const clear = wordsOf(context).clear({ purpose: 'TxProfile' });
      await context.csms.need('ClearChargingProfile', clear, ['Accepted']);
      const setAt = context.clock.now();
      await judgeLimits(context, bench, { duration: 120, held: [standard], running: meter.running });
      await meterPast(context, meter.since, PERIOD_S);
      judgeMeter(context, bench, meter, { held: [standard], setAt });
    },
  }),

  testCase({
    id: 'station/smart-charging/metered-offline',
    title: 'Charging keeps to its profile while there is no connection',
    sut: 'station',
    versions: ['1.6', '2.0.1'],
    feature: SMART_CHARGING,
    needs: NEEDS,
    checks: {
      taken: takenCheck,
      obeys: { ...obeysCheck, ref: { '1.6': '3.13.6', '2.0.1': 'K06.FR.01' } },
    },
    catches: { taken: refusesProfiles, obeys: obeysFaults },
    async run(context) {
      const { csms } = context;
      const bench = await smart(context);
      periodsAllowed(bench, 2);
      const meter = await underMeter(context);
      const held = [
        ofTransaction(context, bench, meter.running, {
          periods: [
            [0, 10],
            [PERIOD_S, 6],
          ],
        }),
      ];
      await takes(context, held);
      const setAt = context.clock.now();
      await quiet(context);
      await csms.goAway();
      await context.clock.sleep(2 * PERIOD_S * 1000);
      csms.comeBack();
      if (!csms.connected && !(await csms.reconnection())) throw new Unmet('the station did not come back');
      await csms.ready();
      await meterPast(context, meter.since, 0);
      judgeMeter(context, bench, meter, { held, setAt });
    },
  }),

  testCase({
    id: 'station/smart-charging/metered-started-offline',
    title: 'Charging that begins without a connection keeps to the default profile',
    sut: 'station',
    versions: ['1.6', '2.0.1'],
    feature: SMART_CHARGING,
    needs: NEEDS,
    checks: {
      taken: takenCheck,
      obeys: { ...obeysCheck, ref: { '1.6': '3.13.6', '2.0.1': 'K07.FR.01' } },
    },
    catches: { taken: refusesProfiles, obeys: obeysFaults },
    async run(context) {
      await startsOffline(context);
    },
  }),
]);

/** Judged from a transaction before it, which shows what the vehicle takes without a limit. */
async function startsOffline(context: Context<'taken' | 'obeys'>): Promise<void> {
  const { csms, hands } = context;
  const bench = await smart(context);
  const free = await underMeter(context);
  const token = await context.token('valid');
  const words = sessionsOf(context);
  await hands.presentToken(token);
  await hands.plugOut();
  if ((await words.ended(context, free.since)) === undefined) throw new Unmet('the transaction did not end');
  const held = [{ evseId: EVSE, profile: profile(context, bench, { periods: [[0, 6]] }) }];
  await takes(context, held);
  const setAt = context.clock.now();
  const begun = words.awaited(context);
  const since = csms.mark;
  await quiet(context);
  await csms.goAway();
  await hands.plugIn();
  await hands.presentToken(token);
  await context.clock.sleep(PERIOD_S * 1000);
  csms.comeBack();
  if (!csms.connected && !(await csms.reconnection())) throw new Unmet('the station did not come back');
  await csms.ready();
  const running = await begun(since);
  if (running === undefined)
    throw new Unmet('no transaction was started without a connection: the station may refuse to');
  await meterPast(context, since, 0);
  judgeMeter(context, bench, { running, since, before: free }, { held, setAt });
}
