/** Two calculators agree, and laws that hold whatever the profiles are. */
import { expect } from 'chai';
import fc from 'fast-check';
import { compositeSchedule, stagesOf } from './composite.ts';
import { type Fraction, fraction, lessThan, over, same, times } from './fraction.ts';
import { limitInUnit } from './merge.ts';
import { randomInput } from './random-input.test.ts';
import { slowCompositeSchedule } from './slow.ts';
import type { CompositeInput, CompositePeriod, InstalledProfile, ScheduleInput } from './types.ts';

/** Change it, or PLUGPROOF_RUNS, to look further. */
const SEED = Number(process.env['PLUGPROOF_SEED'] ?? 20_240_229);
const RUNS = Number(process.env['PLUGPROOF_RUNS'] ?? 2000);

const law = (holds: (input: CompositeInput) => void, runs = RUNS / 4) =>
  fc.assert(
    fc.property(randomInput(), (input) => {
      holds(input);
    }),
    { seed: SEED, numRuns: runs },
  );

/** The period in force after so many seconds, without its start. */
function at(periods: readonly CompositePeriod[], second: number): Omit<CompositePeriod, 'startPeriod'> {
  const { startPeriod: _, ...rest } = periods.findLast(({ startPeriod }) => startPeriod <= second) ?? {
    startPeriod: 0,
  };
  return rest;
}

const text = (instant: number) => new Date(instant * 1000).toISOString();

const mapSchedules = (input: CompositeInput, change: (schedule: ScheduleInput) => ScheduleInput): CompositeInput => ({
  ...input,
  profiles: input.profiles.map((one): InstalledProfile => {
    const { chargingSchedule } = one.profile;
    const changed = Array.isArray(chargingSchedule)
      ? chargingSchedule.map(change)
      : change(chargingSchedule as ScheduleInput);
    return { ...one, profile: { ...one.profile, chargingSchedule: changed } };
  }),
});

/** Each period but the last cut in two; a period of one second stays whole. */
const split = (schedule: ScheduleInput): ScheduleInput => ({
  ...schedule,
  chargingSchedulePeriod: schedule.chargingSchedulePeriod.flatMap((period, index, all) => {
    const end = all[index + 1]?.startPeriod ?? period.startPeriod + 40;
    const middle = Math.floor((period.startPeriod + end) / 2);
    return middle > period.startPeriod ? [period, { ...period, startPeriod: middle }] : [period];
  }),
});

const isDynamic = ({ profile }: InstalledProfile) => profile.chargingProfileKind === 'Dynamic';

/** One ampere per phase, in watts. */
function watts(input: CompositeInput, phases: number): Fraction {
  return times(fraction(input.station?.voltage ?? 230), fraction(input.station?.phases === 0 ? 1 : phases));
}

describe('smart charging: laws', function () {
  this.timeout(300_000);

  it('the calculator that goes second by second says the same', () => {
    law((input) => expect(compositeSchedule(input)).to.deep.equal(slowCompositeSchedule(input)), RUNS);
  });

  it('starts at 0, in order, with no two neighbours alike, inside the duration', () => {
    law((input) => {
      const { periods } = compositeSchedule(input);
      expect(periods[0]?.startPeriod).to.equal(0);
      for (const [index, period] of periods.entries()) {
        expect(period.startPeriod).to.be.below(input.duration);
        const before = periods[index - 1];
        if (before === undefined) continue;
        expect(period.startPeriod).to.be.above(before.startPeriod);
        expect({ ...period, startPeriod: 0 }).not.to.deep.equal({ ...before, startPeriod: 0 });
      }
    });
  });

  it('is never above a limit that applies (SC.01, K08.FR.04)', () => {
    law((input) => {
      const { question, stages } = stagesOf({
        ...input,
        profiles: input.profiles.filter(({ profile }) => profile.chargingProfilePurpose !== 'LocalGeneration'),
      });
      for (const { segment, merged } of stages) {
        const [station, ...evses] = segment.leads;
        // At one EVSE every leading profile applies; to the whole station those of the station do.
        const alone = question.evse > 0 || evses.length === 1;
        const leads = question.evse > 0 ? station : alone ? evses[0] : station;
        const applying = [leads?.stationMax, leads?.external, ...(alone ? [leads?.tx, leads?.externalHere] : [])];
        for (const lead of applying.filter((one) => one !== undefined)) {
          if (merged.limit === undefined) throw new Error('a gap under a limit');
          const own = lead.period.phases ?? 3;
          const bound = limitInUnit(question, lead.period.limit, lead.profile.unit, own, own);
          expect(lessThan(bound, merged.limit), `${lead.profile.id}`).to.equal(false);
        }
      }
    });
  });

  it('does not depend on the order of installation', () => {
    fc.assert(
      fc.property(
        randomInput().chain((input) =>
          fc.tuple(fc.constant(input), fc.shuffledSubarray([...input.profiles], { minLength: input.profiles.length })),
        ),
        ([input, profiles]) => {
          expect(compositeSchedule({ ...input, profiles })).to.deep.equal(compositeSchedule(input));
        },
      ),
      { seed: SEED, numRuns: RUNS / 4 },
    );
  });

  it('does not change when a period is cut into two equal ones', () => {
    law((input) => {
      const cut = mapSchedules({ ...input, profiles: input.profiles.filter((one) => !isDynamic(one)) }, split);
      const whole = { ...input, profiles: input.profiles.filter((one) => !isDynamic(one)) };
      expect(compositeSchedule(cut)).to.deep.equal(compositeSchedule(whole));
    });
  });

  it('asked for later is the end of what it was, once a transaction has begun on every EVSE', () => {
    law((drawn) => {
      const begun = [1, 2, 3].map((evseId) => ({ id: `tx-${evseId}`, startedAt: drawn.start, evseId }));
      const updated = drawn.profiles.map((one) =>
        isDynamic(one) ? { ...one, profile: { dynUpdateTime: drawn.start, ...one.profile } } : one,
      );
      const input = { ...drawn, transactions: begun, profiles: updated };
      const whole = compositeSchedule(input).periods;
      const skipped = Math.floor(input.duration / 3);
      const start = text(Date.parse(input.start) / 1000 + skipped);
      const end = compositeSchedule({ ...input, start, duration: input.duration - skipped }).periods;
      for (let second = skipped; second < input.duration; second++) {
        expect(at(end, second - skipped), `second ${second}`).to.deep.equal(at(whole, second));
      }
    });
  });

  it('in watts is what it is in amperes times voltage and phases, and back, exactly', () => {
    law((input) => {
      const one = { ...input, evseId: Math.max(1, input.evseId ?? input.connectorId ?? 1) };
      const amperes = stagesOf({ ...one, unit: 'A' }).stages;
      const power = stagesOf({ ...one, unit: 'W' }).stages;
      expect(power).to.have.lengthOf(amperes.length);
      for (const [index, { merged }] of amperes.entries()) {
        const other = power[index]?.merged;
        expect(other?.phases).to.equal(merged.phases);
        if (merged.limit === undefined || other?.limit === undefined) {
          expect(other?.limit).to.equal(merged.limit);
          continue;
        }
        const factor = watts(input, merged.phases);
        expect(same(times(merged.limit, factor), other.limit)).to.equal(true);
        expect(same(over(other.limit, factor), merged.limit)).to.equal(true);
      }
    });
  });
});
