/** Charger, charging profiles in both versions: what replaces what, what is cleared, what stays, and what goes with its transaction. */
import type { Context } from '../../src/judge/context.ts';
import { alter } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import { type ClearCriteria, wordsOf } from '../profile-words.ts';
import { type Bench, smart } from './charging-abilities.ts';
import { answerFaults, flatFaults, limitsFaults, ownLimit, refusesProfiles } from './charging-faults.ts';
import { anyId, type Held, judgeLimits, limitsCheck, profile } from './charging-limits.ts';
import { sessionsOf } from './charging-sessions.ts';
import { ofTransaction, periodsAllowed, SMART_CHARGING, takenCheck, takes } from './smart-charging.ts';
import { EVSE, reset } from './states.ts';

const versions = ['1.6', '2.0.1'] as const;
const DURATION = 300;

export const clearsCheck = {
  ref: { '1.6': '5.5', '2.0.1': 'K10.FR.03' },
  level: 'SHALL',
  says: 'clearing a profile that is there is Accepted',
} as const;
const clearsFault = alter('ClearChargingProfile', { status: 'Unknown' });

/** Clears, and judges the answer by the check `cleared`. */
async function clears(context: Context<'cleared'>, criteria: ClearCriteria): Promise<void> {
  const reply = await context.csms.call('ClearChargingProfile', wordsOf(context).clear(criteria));
  context.check('cleared', () => expect(reply).to.be.callResult({ status: 'Accepted' }));
}

/** Three profiles that limit by turns: of the station, and of two levels of the EVSE. */
function three(context: Context, bench: Bench): readonly [Held, Held, Held] {
  const wishes = {
    station: { purpose: wordsOf(context).stationPurpose, periods: [[0, 9]], duration: 250 },
    low: { periods: [[0, 7]], level: 0, duration: 280 },
    high: { periods: [[0, 6]], level: 1, duration: 100 },
  } as const;
  if (bench.maxLevel === 0) throw new Unmet('the station has one stack level: its configuration says so');
  return [
    { evseId: 0, profile: profile(context, bench, wishes.station) },
    { evseId: EVSE, profile: profile(context, bench, wishes.low) },
    { evseId: EVSE, profile: profile(context, bench, wishes.high) },
  ];
}

const idOf = ({ profile: { id, chargingProfileId } }: Held): number => Number(id ?? chargingProfileId);

export default suite('station/smart-charging', 'Smart charging', [
  testCase({
    id: 'station/smart-charging/replaced-by-id',
    title: 'A profile with a number that is there already takes the place of the old one',
    sut: 'station',
    versions,
    feature: SMART_CHARGING,
    checks: {
      taken: takenCheck,
      limits: { ...limitsCheck, ref: { '1.6': '5.16.4', '2.0.1': 'K01.FR.05' } },
    },
    catches: { taken: refusesProfiles, limits: limitsFaults },
    async run(context) {
      const bench = await smart(context);
      const id = anyId(context);
      const old = { evseId: EVSE, profile: profile(context, bench, { id, periods: [[0, 6]] }) };
      await takes(context, [old]);
      await judgeLimits(context, bench, { duration: DURATION, held: [old], title: 'Before' });
      // It ends earlier, limits less, and stands on another level: nothing of the old one is left.
      const fresh = { id, periods: [[0, 9]], level: bench.maxLevel === 0 ? 0 : 1, duration: 150 } as const;
      const held = [{ evseId: EVSE, profile: profile(context, bench, fresh) }];
      await takes(context, held);
      await judgeLimits(context, bench, { duration: DURATION, held, title: 'After' });
    },
  }),

  testCase({
    id: 'station/smart-charging/replaced-by-level',
    title: 'A profile of the same purpose and level takes the place of the old one (1.6)',
    sut: 'station',
    versions: ['1.6'],
    feature: 'SmartCharging',
    checks: { taken: takenCheck, limits: { ...limitsCheck, ref: '5.16.4' } },
    catches: { taken: refusesProfiles, limits: limitsFaults },
    async run(context) {
      const bench = await smart(context);
      const old = { evseId: EVSE, profile: profile(context, bench, { periods: [[0, 6]] }) };
      const held = [{ evseId: EVSE, profile: profile(context, bench, { periods: [[0, 9]], duration: 150 }) }];
      await takes(context, [old, ...held]);
      await judgeLimits(context, bench, { duration: DURATION, held });
    },
  }),

  testCase({
    id: 'station/smart-charging/cleared',
    title: 'Profiles are cleared by their number, by purpose and level, and all that are left of a place',
    sut: 'station',
    versions,
    octt: { '1.6': 'TC_067_CS' },
    feature: SMART_CHARGING,
    checks: {
      taken: takenCheck,
      cleared: clearsCheck,
      limits: { ...limitsCheck, ref: { '1.6': '5.5', '2.0.1': 'K10.FR.05' } },
    },
    catches: { taken: refusesProfiles, cleared: clearsFault, limits: [...limitsFaults, ...flatFaults, ownLimit] },
    async run(context) {
      const bench = await smart(context);
      const [station, low, high] = three(context, bench);
      await takes(context, [station, low, high]);
      const look = (title: string, ...held: readonly Held[]) =>
        judgeLimits(context, bench, { duration: DURATION, held, title });
      await look('All three', station, low, high);
      await clears(context, { id: idOf(low) });
      await look('Cleared by its number', station, high);
      await clears(context, { purpose: 'TxDefaultProfile', stackLevel: 1 });
      await look('Cleared by purpose and level', station);
      await takes(context, [low]);
      await clears(context, { evseId: 0 });
      await look('Cleared by place', low);
    },
  }),

  testCase({
    id: 'station/smart-charging/cleared-by-station',
    title: 'Limits of a place that is not named stay when those of another are cleared',
    sut: 'station',
    versions,
    feature: SMART_CHARGING,
    checks: {
      taken: takenCheck,
      cleared: { ...clearsCheck, ref: { '1.6': '5.5', '2.0.1': 'K10.FR.04' } },
      limits: { ...limitsCheck, ref: { '1.6': '5.5', '2.0.1': 'K10.FR.04' } },
    },
    catches: { taken: refusesProfiles, cleared: clearsFault, limits: [...limitsFaults, ...flatFaults, ownLimit] },
    async run(context) {
      const bench = await smart(context);
      const [station, low] = three(context, bench);
      await takes(context, [station, low]);
      await clears(context, { evseId: EVSE, purpose: 'TxDefaultProfile' });
      await judgeLimits(context, bench, { duration: DURATION, held: [station] });
    },
  }),

  testCase({
    id: 'station/smart-charging/cleared-while-charging',
    title: 'A transaction goes on without its default profile when that is cleared',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_K_09_CS' },
    feature: SMART_CHARGING,
    needs: ['plugIn', 'presentToken', 'plugOut'],
    checks: {
      taken: takenCheck,
      cleared: clearsCheck,
      limits: { ...limitsCheck, ref: { '1.6': '5.5', '2.0.1': 'K10.FR.07' } },
    },
    catches: { taken: refusesProfiles, cleared: clearsFault, limits: limitsFaults },
    async run(context) {
      const bench = await smart(context);
      const held = [{ evseId: EVSE, profile: profile(context, bench, { periods: [[0, 6]], duration: 900 }) }];
      await takes(context, held);
      const running = await sessionsOf(context).charging(context);
      await judgeLimits(context, bench, { duration: DURATION, held, running, title: 'With the profile' });
      await clears(context, { purpose: 'TxDefaultProfile' });
      await judgeLimits(context, bench, { duration: DURATION, held: [], running, title: 'Without it' });
    },
  }),

  ...(
    [
      {
        id: 'clear-unknown',
        title: 'Clearing what fits no profile is Unknown, and the profiles that are there stay',
        octt: { '2.0.1': 'TC_K_07_CS' },
        wish: { periods: [[0, 6]] },
      },
      {
        id: 'clear-nothing',
        title: 'Clearing where there is no profile is Unknown',
        octt: { '2.0.1': 'TC_K_08_CS' },
        wish: undefined,
      },
    ] as const
  ).map(({ id, title, octt, wish }) =>
    testCase({
      id: `station/smart-charging/${id}`,
      title,
      sut: 'station',
      versions,
      octt,
      feature: SMART_CHARGING,
      checks: {
        unknown: {
          ref: { '1.6': '7.3', '2.0.1': 'K10.FR.01' },
          level: 'SHALL',
          says: 'where nothing fits, the answer is Unknown',
        },
        limits: limitsCheck,
      },
      catches: {
        unknown: alter('ClearChargingProfile', { status: 'Accepted' }),
        limits: wish === undefined ? answerFaults.slice(1) : limitsFaults,
      },
      async run(context) {
        const { check, csms } = context;
        const bench = await smart(context);
        const held = wish === undefined ? [] : [{ evseId: EVSE, profile: profile(context, bench, wish) }];
        for (const one of held)
          await csms.need('SetChargingProfile', wordsOf(context).set(one.evseId, one.profile), ['Accepted']);
        const other = { purpose: wordsOf(context).stationPurpose, stackLevel: 0 };
        for (const criteria of [other, { id: 977_977 }]) {
          const reply = await csms.call('ClearChargingProfile', wordsOf(context).clear(criteria));
          check('unknown', () => expect(reply).to.be.callResult({ status: 'Unknown' }));
        }
        await judgeLimits(context, bench, { duration: DURATION, held });
      },
    }),
  ),

  testCase({
    id: 'station/smart-charging/kept-over-reboot',
    title: 'Profiles that were set are there after a reboot',
    sut: 'station',
    versions,
    feature: SMART_CHARGING,
    checks: {
      taken: takenCheck,
      limits: { ...limitsCheck, ref: { '1.6': 'E 3.37', '2.0.1': 'K01.FR.27' } },
    },
    catches: { taken: refusesProfiles, limits: [...limitsFaults, ownLimit] },
    async run(context) {
      const bench = await smart(context);
      const held = [
        { evseId: EVSE, profile: profile(context, bench, { periods: [[0, 6]] }) },
        {
          evseId: 0,
          profile: profile(context, bench, {
            purpose: wordsOf(context).stationPurpose,
            periods: [[0, 9]],
          }),
        },
      ];
      await takes(context, held);
      const { boot } = await reset(context, 'now');
      if (boot === undefined) throw new Unmet('the station did not boot after a reset');
      await context.csms.ready();
      await judgeLimits(context, bench, { duration: DURATION, held });
    },
  }),

  testCase({
    id: 'station/smart-charging/gone-with-transaction',
    title: 'The profile of a transaction is gone when it has ended, and does not limit the next one',
    sut: 'station',
    versions,
    feature: SMART_CHARGING,
    needs: ['plugIn', 'presentToken', 'plugOut'],
    checks: {
      taken: takenCheck,
      limits: { ...limitsCheck, ref: { '1.6': '3.13.1', '2.0.1': 'K02.FR.05' } },
      gone: {
        ref: { '1.6': '3.13.1', '2.0.1': 'K02.FR.05' },
        level: 'SHOULD',
        says: 'when its transaction has ended, a profile can not be cleared any more: it is not there',
      },
    },
    catches: {
      taken: refusesProfiles,
      limits: [...limitsFaults, ...flatFaults],
      gone: alter('ClearChargingProfile', { status: 'Accepted' }),
    },
    async run(context) {
      const { check, csms, hands } = context;
      const bench = await smart(context);
      periodsAllowed(bench, 2);
      const standard = {
        evseId: EVSE,
        profile: profile(context, bench, {
          periods: [
            [0, 8],
            [150, 9],
          ],
        }),
      };
      await takes(context, [standard]);
      const words = sessionsOf(context);
      const since = csms.mark;
      const running = await words.charging(context);
      const own = ofTransaction(context, bench, running, {
        periods: [
          [0, 6],
          [120, 7],
        ],
      });
      await takes(context, [own]);
      const look = (held: readonly Held[], title: string, now?: typeof running) =>
        judgeLimits(context, bench, { duration: DURATION, held, title, running: now });
      await look([standard, own], 'In the transaction', running);
      const token = await context.token('valid');
      await hands.presentToken(token);
      await hands.plugOut();
      if ((await words.ended(context, since)) === undefined)
        throw new Unmet('the transaction did not end with the token and the cable');
      await look([standard], 'After it');
      const reply = await csms.call('ClearChargingProfile', wordsOf(context).clear({ id: idOf(own) }));
      check('gone', () => expect(reply).to.be.callResult({ status: 'Unknown' }));
      const next = await words.charging(context);
      await look([standard], 'In the next transaction', next);
    },
  }),
]);
