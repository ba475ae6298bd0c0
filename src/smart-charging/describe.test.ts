/** Tests of the explanation and of the chart. */
import { expect } from 'chai';
import fc from 'fast-check';
import { XMLValidator } from 'fast-xml-parser';
import { compositeSchedule } from './composite.ts';
import { describeComposite } from './describe.ts';
import { plotSvg } from './plot.ts';
import { randomInput } from './random-input.test.ts';
import { ask, profile, START, tx } from './worked.test.ts';

const always = { schedule: { startSchedule: START } };

describe('smart charging: explanation', () => {
  const max = profile(0, 'ChargingStationMaxProfile', [[0, 10]], always);
  const fallback = profile(1, 'TxDefaultProfile', [[0, 6]], always);
  const low = profile(1, 'TxProfile', [[0, 4]], always);
  const high = profile(
    1,
    'TxProfile',
    [
      [0, 8],
      [100, 16],
    ],
    { stackLevel: 2, schedule: { startSchedule: START, duration: 300, minChargingRate: 9 } },
  );
  const input = ask([max, fallback, low, high], { transaction: tx });
  const id = (one: typeof max) => one.profile.id;

  it('tells who rules, who was merged and who is overruled', () => {
    const [first, second, third, ...none] = describeComposite(input);
    expect(none).to.deep.equal([]);
    expect(first).to.include({ startPeriod: 0, endPeriod: 100, limit: 8 });
    expect(first?.ruledBy).to.deep.equal({
      id: id(high),
      evseId: 1,
      purpose: 'TxProfile',
      stackLevel: 2,
      periodIndex: 0,
      limit: 8,
      unit: 'A',
    });
    expect(first?.merged.map((one) => one.id)).to.have.members([id(high), id(max)]);
    expect(first?.overruled.map((one) => one.id)).to.have.members([id(low), id(fallback)]);
    expect(first?.says).to.equal(
      `8 A by TxProfile ${id(high)}, stack level 2, period 0 (ChargingStationMaxProfile ${id(max)} allows 10 A). ` +
        `TxProfile ${id(low)} is overruled by TxProfile ${id(high)} (stack level 2). TxDefaultProfile ${id(fallback)} is overruled by TxProfile ${id(high)}. ` +
        `That is below the minChargingRate of TxProfile ${id(high)}, 9 A.`,
    );
    expect(second).to.include({ startPeriod: 100, endPeriod: 300, limit: 10 });
    expect(second?.says).to.match(/^10 A by ChargingStationMaxProfile/);
    expect(third).to.include({ startPeriod: 300, endPeriod: 400, limit: 4 });
  });

  it('tells where the station itself or nothing limits', () => {
    expect(describeComposite(ask([])).map(({ ruledBy, says }) => [ruledBy, says])).to.deep.equal([
      [null, 'Nothing limits.'],
    ]);
    expect(describeComposite(ask([], { station: { maxCurrent: 32 } }))[0]).to.include({
      ruledBy: 'station limit',
      says: "32 A by the station's own limit.",
    });
    const two = ask([fallback, profile(2, 'TxDefaultProfile', [[0, 3]], always)], { evseId: 0 });
    expect(describeComposite(two)[0]).to.include({ ruledBy: 'sum of EVSEs', limit: 9 });
  });

  it('has the limits of the schedule, without gaps', () => {
    fc.assert(
      fc.property(randomInput(), (drawn) => {
        const { periods } = compositeSchedule(drawn);
        const parts = describeComposite(drawn);
        let reached = 0;
        for (const { startPeriod, endPeriod, limit, ruledBy } of parts) {
          expect(startPeriod).to.equal(reached);
          expect(limit).to.equal(periods.findLast((period) => period.startPeriod <= startPeriod)?.limit);
          expect(ruledBy === null).to.equal(limit === undefined);
          reached = endPeriod;
        }
        expect(reached).to.equal(drawn.duration);
      }),
      { seed: 5, numRuns: 300 },
    );
  });
});

describe('smart charging: chart', () => {
  it('is well-formed and shows each limit and who makes it', () => {
    const input = ask([
      profile(
        0,
        'ChargingStationMaxProfile',
        [
          [0, 10],
          [200, 25],
        ],
        { schedule: { startSchedule: START, duration: 300 } },
      ),
    ]);
    const svg = plotSvg(compositeSchedule(input), describeComposite(input));
    expect(XMLValidator.validate(svg)).to.equal(true);
    expect(svg)
      .to.include('>10</text>')
      .and.to.include('>25</text>')
      .and.to.match(/>ChargingStationMaxProfile \d+<\/text>/);
    expect(svg).to.include('300 s to 400 s: no limit, nothing limits');
    // Two steps joined, then nothing.
    expect(svg.match(/ d="M[\d. ]+H[\d.]+L[\d. ]+H[\d.]+"/g)).to.have.lengthOf(1);
  });

  it('is well-formed whatever is drawn, also without an explanation', () => {
    for (const input of fc.sample(randomInput(), { seed: 6, numRuns: 100 })) {
      const schedule = compositeSchedule(input);
      for (const svg of [plotSvg(schedule), plotSvg(schedule, describeComposite(input))]) {
        expect(XMLValidator.validate(svg)).to.equal(true);
        expect(svg).not.to.match(/NaN|undefined|Infinity/);
      }
    }
  });

  it('escapes what the file says', () => {
    const schedule = { ...compositeSchedule(ask([])), start: '<script>&"' };
    expect(plotSvg(schedule)).not.to.include('<script>');
  });
});
