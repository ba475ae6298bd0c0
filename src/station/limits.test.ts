/** The station's own reckoning against the oracle, which shares nothing with it, and the meter under a schedule. */
import { expect } from 'chai';
import { loadMessageSchemas } from '../../schemas/ocpp.ts';
import { seededRandom } from '../random.ts';
import { StationAndCsms } from '../reference/station-and-csms-in-memory.ts';
import { compositeSchedule } from '../smart-charging/index.ts';
import type { CompositeInput } from '../smart-charging/types.ts';
import type { Payload } from './types.ts';

const schemas = loadMessageSchemas();
const EVSES = 2;

type Profile = CompositeInput['profiles'][number];

/** A profile that both versions write alike, but for the names of its fields. */
function randomProfile(random: () => number, version: '1.6' | '2.0.1', id: number, nowMs: number): Profile {
  const pick = <T>(...all: readonly T[]): T => all[Math.floor(random() * all.length)] as T;
  const whole = (most: number) => Math.floor(random() * most);
  const instant = (seconds: number) => new Date(nowMs + seconds * 1000).toISOString();
  const purpose = pick('station', 'default', 'default') as 'station' | 'default';
  const kind = purpose === 'station' ? pick('Absolute', 'Recurring') : pick('Absolute', 'Recurring', 'Relative');
  let start = 0;
  const periods = Array.from({ length: 1 + whole(4) }, (_, i) => {
    if (i > 0) start += 1 + whole(900);
    return {
      startPeriod: start,
      limit: 6 + whole(300) / 10,
      ...(random() < 0.3 && { numberPhases: pick(1, 2, 3) }),
    };
  });
  const schedule = {
    ...(kind !== 'Relative' && { startSchedule: instant(whole(3_000) - 1_500) }),
    ...(random() < 0.6 && { duration: 60 + whole(4_000) }),
    chargingRateUnit: pick('A', 'A', 'W'),
    chargingSchedulePeriod: periods,
  };
  const watts = schedule.chargingRateUnit === 'W';
  const scaled = {
    ...schedule,
    chargingSchedulePeriod: periods.map((one) => ({ ...one, limit: watts ? Math.round(one.limit * 690) : one.limit })),
  };
  const stationWord = version === '1.6' ? 'ChargePointMaxProfile' : 'ChargingStationMaxProfile';
  const profile = {
    ...(version === '1.6' ? { chargingProfileId: id } : { id }),
    stackLevel: id,
    chargingProfilePurpose: purpose === 'station' ? stationWord : 'TxDefaultProfile',
    chargingProfileKind: kind,
    ...(kind === 'Recurring' && { recurrencyKind: pick('Daily', 'Weekly') }),
    ...(random() < 0.3 && { validFrom: instant(whole(2_000) - 1_000) }),
    ...(random() < 0.3 && { validTo: instant(1_500 + whole(2_000)) }),
    chargingSchedule: version === '1.6' ? scaled : [{ id: 1, ...scaled }],
  };
  const place = purpose === 'station' ? 0 : whole(EVSES + 1);
  return { ...(version === '1.6' ? { connectorId: place } : { evseId: place }), profile } as unknown as Profile;
}

const set = ({ connectorId, evseId, profile }: Profile): Payload =>
  connectorId === undefined ? { evseId, chargingProfile: profile } : { connectorId, csChargingProfiles: profile };

const inEvse = (version: string, evseId: number, more: Payload = {}): Payload => ({
  [version === '1.6' ? 'connectorId' : 'evseId']: evseId,
  ...more,
});

/** The answer of either version. */
const periodsOf = (answer: Payload): { start: string; periods: readonly Payload[] } => {
  const schedule = (answer['schedule'] ?? answer['chargingSchedule']) as Payload;
  return {
    start: String(answer['scheduleStart'] ?? schedule['scheduleStart']),
    periods: (schedule['chargingSchedulePeriod'] as readonly Payload[]).map(({ startPeriod, limit, numberPhases }) => ({
      startPeriod,
      limit,
      numberPhases,
    })),
  };
};

for (const version of ['1.6', '2.0.1'] as const) {
  describe(`charging limits of a station in OCPP ${version}`, () => {
    it('are those that the oracle calculates, whatever is installed', async () => {
      const random = seededRandom(7, version);
      for (let round = 0; round < 40; round++) {
        const both = new StationAndCsms({ setup: { identity: 'CP01', version, evses: EVSES }, schemas });
        await both.start();
        const profiles = Array.from({ length: 1 + Math.floor(random() * 4) }, (_, i) =>
          randomProfile(random, version, i, both.clock.now()),
        );
        for (const one of profiles)
          expect(await both.ask('SetChargingProfile', set(one))).to.include({ status: 'Accepted' });
        for (const unit of ['A', 'W'] as const) {
          for (const evseId of [1, 2]) {
            const question = inEvse(version, evseId, { duration: 5_000, chargingRateUnit: unit });
            const { start, periods } = periodsOf(await both.ask('GetCompositeSchedule', question));
            const oracle = compositeSchedule({
              ocpp: version,
              start,
              duration: 5_000,
              unit,
              evseId,
              station: { voltage: 230, phases: 3, evses: EVSES, maxCurrent: 32 },
              profiles,
            });
            expect(periods, JSON.stringify({ evseId, unit, profiles })).to.deep.equal(oracle.periods);
          }
        }
        both.station.end();
      }
    });

    it('let a vehicle draw in the peak hours of a day what the profile allows, and no more', async () => {
      const both = new StationAndCsms({ setup: { identity: 'CP01', version, evses: EVSES }, schemas });
      await both.start();
      const HOUR = 3_600;
      // From 17 to 21 o'clock 6 A, else 16 A; the hours began long ago.
      const periods = [
        { startPeriod: 0, limit: 16 },
        { startPeriod: 17 * HOUR, limit: 6 },
        { startPeriod: 21 * HOUR, limit: 16 },
      ];
      const schedule = {
        startSchedule: '2025-12-01T00:00:00Z',
        chargingRateUnit: 'A',
        chargingSchedulePeriod: periods,
        duration: 24 * HOUR,
      };
      const rest = {
        stackLevel: 0,
        chargingProfilePurpose: 'TxDefaultProfile',
        chargingProfileKind: 'Recurring',
        recurrencyKind: 'Daily',
      };
      const profile =
        version === '1.6'
          ? { chargingProfileId: 1, ...rest, chargingSchedule: schedule }
          : { id: 1, ...rest, chargingSchedule: [{ id: 1, ...schedule }] };
      const held = { ...inEvse(version, 0), profile } as unknown as Profile;
      await both.ask('SetChargingProfile', set(held));
      both.station.plugIn(1);
      both.station.presentToken(1, 'PP-VALID');
      await both.pass(10);
      const begun = both.clock.now();
      /** Wh between two instants, by the power at each full second of a minute. */
      const drawn = async (seconds: number): Promise<number> => {
        let wh = 0;
        for (let gone = 0; gone < seconds; gone += 60) {
          wh += (both.station.power[0] ?? 0) / 60;
          await both.pass(60);
        }
        return Math.round(wh);
      };
      /** Wh that the oracle allows at 230 V on three phases. */
      const allowed = (from: number, seconds: number): number => {
        const answer = compositeSchedule({
          ocpp: version,
          start: new Date(from).toISOString(),
          duration: seconds,
          unit: 'W',
          evseId: 1,
          station: { phases: 3, evses: EVSES, maxCurrent: 32 },
          profiles: [held],
        });
        const wh = answer.periods.map(({ startPeriod, limit = 0 }, i) => {
          const end = answer.periods[i + 1]?.startPeriod ?? seconds;
          return (limit * (end - startPeriod)) / HOUR;
        });
        return Math.round(wh.reduce((sum, one) => sum + one, 0));
      };
      const midnight = Math.floor(begun / 1000 / (24 * HOUR)) * 24 * HOUR;
      const untilPeak = midnight + 17 * HOUR - Math.floor(begun / 1000);
      const before = await drawn(untilPeak);
      const peak = both.clock.now();
      const inPeak = await drawn(4 * HOUR);
      const after = await drawn(2 * HOUR);
      both.station.end();
      expect(inPeak, 'Wh in the peak hours').to.be.closeTo(allowed(peak, 4 * HOUR), allowed(peak, 60) * 2);
      expect(inPeak).to.be.closeTo(6 * 230 * 3 * 4, 400);
      expect(before, 'Wh before').to.be.closeTo(allowed(begun, untilPeak), 400);
      expect(after, 'Wh after').to.be.closeTo(16 * 230 * 3 * 2, 400);
    });

    it('hold the meter down, in time, and the whole station', async () => {
      const both = new StationAndCsms({ setup: { identity: 'CP01', version, evses: EVSES }, schemas });
      await both.start();
      for (const evseId of [1, 2]) {
        both.station.plugIn(evseId);
        both.station.presentToken(evseId, evseId === 1 ? 'PP-VALID' : 'PP-SECOND');
        await both.pass(5);
      }
      const at = (seconds: number) => new Date(both.clock.now() + seconds * 1000).toISOString();
      const profile = (id: number, word: string, startSchedule: string, limits: readonly number[]) => {
        const chargingSchedulePeriod = limits.map((limit, i) => ({ startPeriod: i * 100, limit }));
        const schedule = { startSchedule, chargingRateUnit: 'A', chargingSchedulePeriod, duration: 300 };
        const rest = { stackLevel: 0, chargingProfilePurpose: word, chargingProfileKind: 'Absolute' };
        return version === '1.6'
          ? { chargingProfileId: id, ...rest, chargingSchedule: schedule }
          : { id, ...rest, chargingSchedule: [{ id: 1, ...schedule }] };
      };
      const place = (evseId: number, one: Payload) =>
        set({ ...inEvse(version, evseId), profile: one } as unknown as Profile);
      await both.ask('SetChargingProfile', place(1, profile(1, 'TxDefaultProfile', at(0), [10, 0, 20])));
      const whole = version === '1.6' ? 'ChargePointMaxProfile' : 'ChargingStationMaxProfile';
      await both.ask('SetChargingProfile', place(0, profile(2, whole, at(150), [24])));
      const watts = () => both.station.power.map((one) => Math.round(one));
      const amperes = 230 * 3;
      const seen: number[][] = [];
      for (const wait of [20, 100, 100, 100, 300]) {
        await both.pass(wait);
        seen.push(watts());
      }
      both.station.end();
      expect(seen).to.deep.equal([
        [10 * amperes, 22_080],
        [0, 22_080],
        [12 * amperes, 12 * amperes],
        [12 * amperes, 12 * amperes],
        [22_080, 22_080],
      ]);
      expect(both.breaches()).to.deep.equal([]);
    });
  });
}
