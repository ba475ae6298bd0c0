/** CSMS, a site whose chargers share one connection to the grid: vehicles come and go, and the limit is kept. */
import type { Context } from '../../src/judge/context.ts';
import { behaviour, type Fault } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import { Charger } from './charger.ts';
import { type Figures, Watch } from './watch.ts';

const versions = ['1.6', '2.0.1'] as const;
const FEATURE = { '1.6': 'SmartCharging', '2.0.1': 'smart-charging' } as const;

/** Most chargers that take part. */
const MOST = 4;
/** Amperes that a vehicle needs at least (IEC 61851). */
const LEAST_A = 6;
/** Where the driver tells the limit and nobody named one, in amperes. */
const LIMIT_A = 40;
/** The last messages have this time. */
const FAREWELL_MS = 2_000;
const PERIOD_MS = 60_000;
const REACTION_MS = 20_000;
/** What the vehicles want, as parts of the limit: more than there is together. */
const APPETITES = [0.8, 0.4, 0.8, 0.5] as const;
const TOKENS = ['valid', 'second', 'group', 'groupOther'] as const;

interface Site {
  readonly chargers: readonly Charger[];
  readonly watch: Watch;
  readonly limit: number;
  readonly reactionS: number;
  /** Something changes, and a period passes. */
  period(says: string, change: () => void): Promise<void>;
  /** The CSMS is told another limit, and a period passes. @throws Unmet */
  tell(says: string, limit: number): Promise<void>;
}

/** Chargers that are connected, and a CSMS that knows what they share. @throws Unmet */
async function site(context: Context): Promise<Site> {
  const { after, clock, operator, sut } = context;
  const limit = sut.siteLimit?.amperes ?? LIMIT_A;
  const periodMs = sut.siteLimit?.periodMs ?? PERIOD_MS;
  const reactionMs = Math.min(sut.siteLimit?.reactionMs ?? REACTION_MS, periodMs / 2);
  if (sut.securityProfile === 3) throw new Unmet('stations with certificates of their own can not be played together');
  const stations = sut.identities.map(({ id }) => id).slice(0, Math.min(MOST, Math.floor(limit / LEAST_A)));
  if (stations.length < 2)
    throw new Unmet(`a site has several stations, of ${LEAST_A} A at least: name them with --id, see sut.siteLimit`);
  if (operator.setsSiteLimit) await toldOrKnown(context, limit, stations);
  else if (sut.siteLimit === undefined)
    throw new Unmet(
      'nobody says what the stations share: map setSiteLimit in the driver, or name the limit that the CSMS holds as sut.siteLimit',
    );
  let watch: Watch | undefined;
  const chargers: Charger[] = [];
  for (const [i, identity] of stations.entries()) {
    const token = await context.token(TOKENS[i] ?? 'valid');
    chargers.push(new Charger(context, identity, limit * (APPETITES[i] ?? 1), token, () => watch?.look()));
  }
  after(async () => {
    // What runs is ended, so that nobody counts as charging who is gone.
    for (const charger of chargers) {
      charger.restore();
      if (charger.wants) charger.leave();
    }
    await clock.sleep(FAREWELL_MS);
    for (const charger of chargers) charger.end();
  });
  for (const charger of chargers) await charger.start();
  watch = new Watch(clock, chargers);
  let now = limit;
  return {
    chargers,
    watch,
    limit,
    reactionS: reactionMs / 1000,
    async period(says, change) {
      watch.mark(says, now);
      change();
      await clock.sleep(periodMs);
      const refused = chargers.find((charger) => charger.refused !== undefined);
      if (refused)
        throw new Unmet(`the CSMS said ${refused.refused} of the token ${refused.token.idToken}: nothing is charged`);
    },
    async tell(says, amperes) {
      now = amperes;
      watch.mark(says, now);
      await operator.siteLimit(amperes, stations);
      await clock.sleep(periodMs);
    },
  };
}

/** A driver of any API may have no such operation: then the CSMS has to know. */
async function toldOrKnown(context: Context, limit: number, stations: readonly string[]): Promise<void> {
  try {
    await context.operator.siteLimit(limit, stations);
  } catch (cause) {
    if (!(cause instanceof Unmet) || context.sut.siteLimit === undefined) throw cause;
    context.note(`${cause.message}; sut.siteLimit says that the CSMS holds ${limit} A`);
  }
}

const checks = {
  below: {
    ref: { '1.6': '3.13.4', '2.0.1': 'K02.FR.01' },
    level: 'SHALL',
    says: 'all together take no more than the site has, but for the time that sharing anew takes',
  },
  served: {
    ref: { '1.6': '3.13.4', '2.0.1': 'SetChargingProfileRequest.chargingProfile' },
    level: 'SHOULD',
    says: 'every vehicle that wants energy gets some, soon after a change',
  },
  fair: {
    ref: { '1.6': '3.13.4', '2.0.1': 'SetChargingProfileRequest.chargingProfile' },
    level: 'SHOULD',
    says: 'no vehicle gets less than half of what it would get if all got alike',
  },
  used: {
    ref: { '1.6': '3.13.4', '2.0.1': 'SetChargingProfileRequest.chargingProfile' },
    level: 'SHOULD',
    says: 'while vehicles want it, half of what there is at least is taken',
  },
} as const;
const HALF = 0.5;

const late = behaviour('balances-late', 'the shares are made anew the better part of a minute late');
const tooMuch = behaviour('shares-too-much', 'each is given what all of them may take');
const firstOnly = behaviour('serves-first-only', 'he who came first gets everything');

/** Tells the figures, draws them, and judges them. */
function judge(context: Context<keyof typeof checks>, { watch, reactionS }: Site): Figures {
  watch.end();
  const figures = watch.figures(reactionS);
  const { above, stretches, chart } = figures;
  context.chart(chart);
  context.note(
    above.seconds === 0
      ? 'never above the limit'
      : `above the limit for ${above.seconds} s in a row, by up to ${above.amperes} A, from second ${above.at} on`,
  );
  for (const { says, limit, used, least, fairness, servedAfter } of stretches)
    context.note(
      `${says}, ${limit} A: ${percent(used)} of it used, least share ${percent(least)}, fairness ${fairness ?? '–'}, all served after ${servedAfter ?? '–'} s`,
    );
  context.check('below', () =>
    expect(
      above.seconds,
      `seconds in a row above the limit (by ${above.amperes} A, from second ${above.at} on)`,
    ).to.be.at.most(reactionS),
  );
  for (const { says, used, least, servedAfter } of stretches) {
    context.check('served', () => {
      expect(servedAfter, `${says}: seconds until every vehicle got something`).to.not.equal(undefined);
      expect(servedAfter, `${says}: seconds until every vehicle got something`).to.be.at.most(reactionS);
    });
    if (least !== undefined)
      context.check('fair', () => expect(least, `${says}: least part of an equal share`).to.be.at.least(HALF));
    if (used !== undefined)
      context.check('used', () => expect(used, `${says}: part of what could be taken`).to.be.at.least(HALF));
  }
  return figures;
}

const percent = (part: number | undefined): string => (part === undefined ? '–' : `${Math.round(part * 100)} %`);

const common = { sut: 'csms', versions, feature: FEATURE, exclusive: true, onRequest: true } as const;
const nothing = behaviour('holds-everything-back', 'nobody is given anything');
const caught = (below: readonly Fault[]) => ({
  below,
  served: [nothing, firstOnly],
  fair: firstOnly,
  used: nothing,
});

export default suite('site-limit', 'Site load balancing', [
  testCase({
    ...common,
    id: 'site-limit/arrivals-and-departures',
    title: 'Vehicles come one after the other and leave again, and share what the site has',
    checks,
    catches: {
      ...caught([tooMuch]),
      used: [nothing, behaviour('forgets-departures', 'what a vehicle leaves is given to nobody')],
    },
    async run(context) {
      const place = await site(context);
      const { chargers } = place;
      for (const charger of chargers) {
        await place.period(`${charger.identity} came`, () => charger.arrive());
      }
      for (const charger of chargers.slice(1)) {
        await place.period(`${charger.identity} left`, () => charger.leave());
      }
      judge(context, place);
    },
  }),

  testCase({
    ...common,
    id: 'site-limit/lower-limit',
    title: 'The site has less for a time, and the vehicles share that',
    needs: ['setSiteLimit'],
    checks,
    catches: {
      ...caught([behaviour('ignores-lower-limits', 'another limit than the first one is not heard'), late]),
    },
    async run(context) {
      const place = await site(context);
      if (!context.operator.setsSiteLimit)
        throw new Unmet('the limit has to change, and the driver can not tell the CSMS: map setSiteLimit');
      await place.period('all came', () => {
        for (const charger of place.chargers) charger.arrive();
      });
      const less = Math.max(LEAST_A * place.chargers.length, Math.round(place.limit * 0.6));
      await place.tell('less for all', less);
      await place.tell('as much as before', place.limit);
      judge(context, place);
    },
  }),

  testCase({
    ...common,
    id: 'site-limit/charger-offline',
    title: 'A charger that has no connection keeps charging, and the others leave it its share',
    checks,
    catches: {
      ...caught([
        behaviour('forgets-offline', 'a station without a connection counts as one that takes nothing'),
        late,
      ]),
    },
    async run(context) {
      const place = await site(context);
      const { chargers } = place;
      const [first, second, ...others] = chargers;
      await place.period('two came', () => {
        first?.arrive();
        second?.arrive();
      });
      await place.period(`${first?.identity} lost its connection`, () => first?.cut());
      if (others.length > 0)
        await place.period('the others came', () => {
          for (const charger of others) charger.arrive();
        });
      await place.period(`${first?.identity} is connected again`, () => first?.restore());
      judge(context, place);
    },
  }),
]);
