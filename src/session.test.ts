/** One connection in memory, both ends in hand. */
import { expect } from 'chai';
import { VirtualClock } from './clock.ts';
import { Session, type SessionOptions } from './session.ts';
import { memoryPair } from './wire/memory.ts';
import type { Transport } from './wire/transport.ts';

function connected(options: Partial<SessionOptions> = {}) {
  const clock = new VirtualClock();
  const [near, far] = memoryPair(clock, 'ocpp1.6');
  let ids = 0;
  const session = new Session(near, { clock, timeoutMs: 1_000, nextId: () => `id-${++ids}`, ...options });
  const received: string[] = [];
  return { clock, session, far, received };
}

/** A peer that answers by a function of the text. */
function answering(far: Transport, received: string[], answer: (text: string) => string | undefined): void {
  far.attach({
    message: (message) => {
      received.push(String(message));
      const text = answer(String(message));
      if (text !== undefined) far.send(text);
    },
    close: () => {},
  });
}

describe('session', () => {
  it('gives a CALLRESULT back as a value', async () => {
    const { clock, session, far, received } = connected();
    answering(far, received, () => '[3,"id-1",{"currentTime":"now"}]');
    const reply = await clock.run(session.call('Heartbeat', {}));
    expect(reply).to.deep.include({ kind: 'callresult', payload: { currentTime: 'now' }, action: 'Heartbeat', ms: 2 });
    expect(received).to.deep.equal(['[2,"id-1","Heartbeat",{}]']);
  });

  it('gives a CALLERROR back as a value', async () => {
    const { clock, session, far, received } = connected();
    answering(far, received, () => '[4,"id-1","NotSupported","never",{}]');
    const reply = await clock.run(session.call('Heartbeat', {}));
    expect(reply).to.deep.include({ kind: 'callerror', code: 'NotSupported', description: 'never', payload: {} });
  });

  it('gives silence back as a value, after the time-out', async () => {
    const { clock, session, far, received } = connected();
    answering(far, received, () => '[3,"other",{}]');
    const reply = await clock.run(session.call('Heartbeat', {}));
    expect(reply).to.deep.include({ kind: 'silence', ms: 1_000 });
  });

  it('gives a close back as a value', async () => {
    const { clock, session, far } = connected();
    far.attach({ message: () => far.close(1011, 'no more'), close: () => {} });
    const reply = await clock.run(session.call('Heartbeat', {}));
    expect(reply.kind).to.equal('closed');
    expect(session.closing).to.deep.equal({ code: 1011, reason: 'no more' });
    expect((await clock.run(session.call('Heartbeat', {}))).kind).to.equal('closed');
  });

  it('sends no CALL behind an outstanding one', async () => {
    const { clock, session, far, received } = connected();
    answering(far, received, (text) => `[3,${JSON.stringify(JSON.parse(text)[1])},{}]`);
    const both = Promise.all([session.call('A', {}), session.call('B', {})]);
    await clock.run(clock.sleep(1.5));
    expect(received).to.have.length(1);
    expect((await clock.run(both)).map(({ kind }) => kind)).to.deep.equal(['callresult', 'callresult']);
  });

  it('hands a CALL to who waits for it, and any other to its manners', async () => {
    const unasked: string[] = [];
    const { clock, session, far, received } = connected({ manners: (call) => unasked.push(call.action) });
    answering(far, received, () => undefined);
    const waited = session.awaitCall('Reset', { where: ({ type }) => type === 'Hard' });
    far.send('[2,"1","Reset",{"type":"Soft"}]');
    far.send('[2,"2","Reset",{"type":"Hard"}]');
    const call = await clock.run(waited);
    expect(call).to.include({ id: '2' });
    expect(unasked).to.deep.equal(['Reset']);
  });

  it('answers a CALL once', async () => {
    const { clock, session, far, received } = connected();
    answering(far, received, () => undefined);
    const waited = session.awaitCall('Reset');
    far.send('[2,"1","Reset",{}]');
    const call = await clock.run(waited);
    expect(call?.answered).to.equal(false);
    call?.respond({ status: 'Accepted' });
    call?.refuse('NotSupported');
    expect(call?.answered).to.equal(true);
    await clock.run(clock.sleep(5));
    expect(received).to.deep.equal(['[3,"1",{"status":"Accepted"}]']);
  });

  it('gives up waiting for a CALL that never comes', async () => {
    const { clock, session, far, received } = connected();
    answering(far, received, () => undefined);
    expect(await clock.run(session.awaitCall('Reset', { timeoutMs: 50 }))).to.equal(undefined);
    expect(clock.monotonic()).to.equal(50);
  });

  it('takes in what was on its way when it closes', async () => {
    const seen: string[] = [];
    const { clock, session, far } = connected({
      recorder: { frame: (_origin, frame) => seen.push(frame.raw), closed: () => {} },
    });
    far.attach({ message: () => {}, close: () => {} });
    far.send('[3,"late",{}]');
    await clock.run(session.close());
    expect(seen).to.deep.equal(['[3,"late",{}]']);
  });
});
