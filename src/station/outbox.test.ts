/** One CALL at a time: what waits, what is measured, what is dropped, and what nobody expected. */
import { expect } from 'chai';
import { VirtualClock } from '../clock.ts';
import { createStation } from './station.ts';
import type { SettledCall } from './types.ts';

/** A charger on a wire that a test holds in its hands. */
function bare(timeoutMs = 30_000) {
  const clock = new VirtualClock();
  const sent: [number, string, string][] = [];
  const settled: SettledCall[] = [];
  const dropped: [string, number][] = [];
  const unexpected: string[] = [];
  const dials: number[] = [];
  const station = createStation(
    { identity: 'CP01', version: '1.6', timeoutMs },
    {
      clock,
      random: () => 0.5,
      wire: {
        send: (text) => {
          sent.push(JSON.parse(text));
        },
        close: () => {},
        reconnect: (delay) => {
          dials.push(delay);
        },
      },
      observer: {
        settled: (call) => settled.push(call),
        dropped: (action, dueAt) => dropped.push([action, dueAt]),
        unexpected: (text) => unexpected.push(text),
      },
    },
  );
  const pass = (ms: number) => clock.run(clock.sleep(ms));
  const answer = (payload: object) => station.received(JSON.stringify([3, sent.at(-1)?.[1], payload]));
  /** Boots, with every status answered. */
  const boot = () => {
    station.opened();
    answer({ status: 'Accepted', interval: 0, currentTime: '2026-01-01T00:00:00Z' });
    answer({});
    answer({});
    sent.length = 0;
    settled.length = 0;
  };
  return { clock, station, sent, settled, dropped, unexpected, dials, pass, answer, boot };
}

const actions = (sent: [number, string, string][]) => sent.map(([, , action]) => action);

describe('the outbox', () => {
  it('sends one CALL after the other, and counts from when each was due', async () => {
    const { station, sent, settled, pass, answer, boot } = bare();
    boot();
    station.call('Heartbeat', {}, 0);
    station.call('DataTransfer', { vendorId: 'x' });
    expect(actions(sent)).to.deep.equal(['Heartbeat']);
    await pass(40);
    answer({});
    expect(actions(sent)).to.deep.equal(['Heartbeat', 'DataTransfer']);
    await pass(10);
    answer({ status: 'Accepted' });
    expect(settled).to.deep.equal([
      { action: 'Heartbeat', dueAt: 0, sentAt: 0, settledAt: 40, outcome: 'callresult' },
      { action: 'DataTransfer', dueAt: 0, sentAt: 40, settledAt: 50, outcome: 'callresult' },
    ]);
  });

  it('goes on after a time-out, and takes the late answer for what it is', async () => {
    const { station, sent, settled, unexpected, pass, answer, boot } = bare(1_000);
    boot();
    station.call('Heartbeat', {});
    station.call('DataTransfer', { vendorId: 'x' });
    const late = JSON.stringify([3, sent[0]?.[1], {}]);
    await pass(1_500);
    expect(settled.map(({ outcome, settledAt }) => [outcome, settledAt])).to.deep.equal([['timeout', 1_000]]);
    station.received(late);
    expect(unexpected).to.deep.equal([late]);
    expect(settled).to.have.length(1);
    answer({});
    expect(settled.at(-1)?.outcome).to.equal('callresult');
    answer({});
    expect(unexpected).to.have.length(2);
  });

  it('tells the code of a CALLERROR', () => {
    const { station, sent, settled, boot } = bare();
    boot();
    station.call('Heartbeat', {});
    station.received(JSON.stringify([4, sent[0]?.[1], 'InternalError', '', {}]));
    expect(settled[0]).to.include({ outcome: 'callerror', code: 'InternalError' });
  });

  it('drops what is due while there is no connection, and what waited when it went', () => {
    const { station, settled, dropped, dials, boot } = bare();
    boot();
    station.call('Heartbeat', {}, 1);
    station.call('DataTransfer', { vendorId: 'x' }, 2);
    station.closed(1006);
    expect(settled.map(({ action, outcome }) => [action, outcome])).to.deep.equal([['Heartbeat', 'closed']]);
    station.call('Heartbeat', {}, 3);
    expect(dropped).to.deep.equal([
      ['DataTransfer', 2],
      ['Heartbeat', 3],
    ]);
    // Minimum 10 s, half of 10 s at random; then twice the minimum.
    station.closed(1006);
    expect(dials).to.deep.equal([15_000, 25_000]);
    station.opened();
    station.closed(1006);
    expect(dials.at(-1)).to.equal(15_000);
  });

  it('says nothing once it is put away, and leaves no timer behind', async () => {
    const { clock, station, sent, dropped, boot } = bare();
    boot();
    station.plugIn(1);
    station.presentToken(1, 'A');
    station.call('Heartbeat', {});
    station.end();
    const count = sent.length;
    station.call('Heartbeat', {});
    station.plugOut(1);
    station.opened();
    station.received('[2,"1","Reset",{"type":"Hard"}]');
    expect(sent).to.have.length(count);
    expect(dropped.length).to.be.above(1);
    let failure = '';
    await clock.run(new Promise(() => {})).catch((cause: Error) => {
      failure = cause.message;
    });
    expect(failure).to.include('no timer is set');
    expect(clock.monotonic()).to.equal(0);
  });

  it('never uses an id twice, nor one that is too long', () => {
    const { station, sent, answer, boot } = bare();
    boot();
    for (let i = 0; i < 100; i++) {
      station.call('Heartbeat', {});
      answer({});
    }
    const ids = sent.map(([, id]) => id);
    expect(new Set(ids)).to.have.property('size', 100);
    expect(Math.max(...ids.map(({ length }) => length))).to.be.at.most(36);
  });

  it('is not put out by what is no frame', () => {
    const { station, sent, boot } = bare();
    boot();
    for (const text of [
      '',
      '{',
      '[]',
      '[2]',
      '[9,"x"]',
      '[3,5,{}]',
      '[2,"a","Reset",null]',
      '[2,"b","Reset",[]]',
      'null',
    ])
      station.received(text);
    expect(sent.map(([type]) => type)).to.deep.equal([4, 4]);
  });
});
