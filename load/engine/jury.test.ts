/** Conversations in windows: whoever is right stays right where one is cut. */
import { expect } from 'chai';
import { loadMessageSchemas } from '../../schemas/ocpp.ts';
import { type Clock, realClock } from '../../src/clock.ts';
import { epochNow } from './epoch.ts';
import { Jury } from './jury.ts';
import { Totals } from './totals.ts';
import { Witness, type Witnessed } from './witness.ts';

describe('jury', () => {
  const began = epochNow();
  const entry = (what: Witnessed['what'], frame?: unknown, afterMs = 0): Witnessed => ({
    station: 0,
    ocpp: '1.6',
    at: began + afterMs,
    what,
    text: frame === undefined ? '' : JSON.stringify(frame),
  });
  const ask = (id: string, afterMs = 0) => entry('sent', [2, id, 'Heartbeat', {}], afterMs);
  const answer = (id: string, afterMs = 0) =>
    entry('received', [3, id, { currentTime: new Date(began + afterMs).toISOString() }], afterMs);
  const verdict = (entries: readonly Witnessed[], clock: Clock = realClock) => {
    const jury = new Jury({ schemas: loadMessageSchemas(), clock, timeoutMs: 30_000, clockToleranceS: 60 });
    jury.hear(entries);
    jury.close();
    const totals = new Totals([], 1);
    jury.addTo(totals);
    return { breaches: totals.count('ocpp_invariant_breaches'), judged: totals.count('ocpp_frames_judged') };
  };
  const beats = (count: number) =>
    Array.from({ length: count }, (_, i) => [ask(`${i}`, i * 1_000), answer(`${i}`, i * 1_000)]).flat();

  it('judges a long conversation to its end', () => {
    expect(verdict([entry('open'), ...beats(1_000)])).to.deep.equal({ breaches: 0, judged: 1_000 });
  });

  it('finds an answer too many on either side of a cut', () => {
    const doubled = beats(200).flatMap((one) => (one.what === 'received' ? [one, one] : [one]));
    expect(verdict([entry('open'), ...doubled])).to.deep.equal({ breaches: 200, judged: 400 });
  });

  it('does not hold against a CSMS what was open at the end, nor a late answer', () => {
    expect(verdict([entry('open'), ask('1'), entry('end')]).breaches).to.equal(0);
    expect(verdict([entry('open'), ask('1')]).breaches).to.equal(0);
    expect(verdict([entry('open'), ask('late'), ...beats(150), answer('late', 200)]).breaches).to.equal(0);
  });

  it('blames nobody where the clock of this machine was set meanwhile', () => {
    let looks = 0;
    const set: Clock = { ...realClock, now: () => realClock.now() + (looks++ === 0 ? 7_200_000 : 0) };
    const wrong: Clock = { ...realClock, now: () => realClock.now() + 7_200_000 };
    expect(verdict([entry('open'), ...beats(50)], set)).to.deep.equal({ breaches: 0, judged: 50 });
    expect(verdict([entry('open'), ...beats(50)], wrong)).to.deep.equal({ breaches: 50, judged: 50 });
  });

  it('leaves the rest of a connection out where a CALL stays open for long', () => {
    const { judged } = verdict([entry('open'), ask('never'), ...beats(1_000)]);
    expect(judged).to.be.within(150, 250);
  });

  it('hears no more of a station than it should', async () => {
    const witness = new Witness(0, '1.6');
    witness.saw('open');
    for (let i = 0; i < 1_000; i++) witness.saw('received', '[3,"1",{}]');
    const taken = witness.take();
    expect([taken.length, taken.at(-1)?.what]).to.deep.equal([101, 'end']);
    witness.saw('received', '[3,"1",{}]');
    expect(witness.take()).to.deep.equal([]);
    witness.saw('open');
    expect(witness.take().map(({ what }) => what)).to.deep.equal(['open']);
  });
});
