/** Whose a TLS handshake was that came to nothing: a station is blamed only where it can have been no other. */
import { expect } from 'chai';
import { VirtualClock } from '../clock.ts';
import { dialects } from '../dialects/index.ts';
import { memoryPair } from '../wire/memory.ts';
import { makeReception } from './cast.ts';
import type { Host, Reception } from './reception.ts';

const { subprotocol } = dialects['1.6'];

/** A case that plays for one station, and what it is told. */
function hostOf(reception: Reception, identity: string) {
  const told: string[] = [];
  const host: Host = {
    identity,
    dialect: dialects['1.6'],
    answers: () => undefined,
    shuts: () => false,
    arrived: () => told.push('arrived'),
    turnedAway: () => told.push('turned away'),
    brokenOff: () => told.push('broken off'),
    overheard: (says) => told.push(`overheard ${says}`),
    missed: () => told.push('missed'),
  };
  reception.claim(host);
  return told;
}

function reception(...identities: readonly string[]) {
  const clock = new VirtualClock();
  const made = makeReception({ versions: ['1.6'], identities }, { clock, timeoutMs: 1_000, nextId: () => 'x' });
  const arrives = (identity: string, from: string) => {
    const [, far] = memoryPair(clock, subprotocol);
    made.accept({ target: `/${identity}`, subprotocols: [subprotocol], headers: {}, from }, far);
    return far;
  };
  return { made, clock, arrives };
}

const broken = (says: string) => ({ outcome: 'broken off', says }) as const;

/** Ends a connection and lets that be seen. */
const leaves = (clock: VirtualClock, line: { terminate(): void }) =>
  clock.run(
    (async () => {
      line.terminate();
      await clock.sleep(10);
    })(),
  );

describe('a TLS handshake that came to nothing', () => {
  it('is that of the station that is away and was last seen at its address', async () => {
    const { made, clock, arrives } = reception('CP01', 'CP02');
    const [one, two] = [hostOf(made, 'CP01'), hostOf(made, 'CP02')];
    const first = arrives('CP01', '192.0.2.1');
    arrives('CP02', '192.0.2.2');
    await leaves(clock, first);
    made.brokenOff(broken('bad certificate'), '192.0.2.1');
    expect(one).to.deep.equal(['arrived', 'broken off']);
    expect(two).to.deep.equal(['arrived']);
  });
  it('is nobody’s where it comes from elsewhere, or from a station that is connected', async () => {
    const { made, clock, arrives } = reception('CP01', 'CP02');
    const [one, two] = [hostOf(made, 'CP01'), hostOf(made, 'CP02')];
    const first = arrives('CP01', '192.0.2.1');
    arrives('CP02', '192.0.2.2');
    await leaves(clock, first);
    made.brokenOff(broken('a scan'), '192.0.2.77');
    made.brokenOff(broken('another'), '192.0.2.2');
    const heard = ['overheard a scan (from 192.0.2.77)', 'overheard another (from 192.0.2.2)'];
    expect(one).to.deep.equal(['arrived', ...heard]);
    expect(two).to.deep.equal(['arrived', ...heard]);
  });
  it('is nobody’s where two stations of one address are away', async () => {
    const { made, clock, arrives } = reception('CP01', 'CP02');
    const one = hostOf(made, 'CP01');
    const lines = [arrives('CP01', '192.0.2.1'), arrives('CP02', '192.0.2.1')];
    for (const line of lines) await leaves(clock, line);
    made.brokenOff(broken('bad certificate'), '192.0.2.1');
    expect(one).to.deep.equal(['arrived', 'overheard bad certificate (from 192.0.2.1)']);
  });
  it('is that of the one station that is expected and was never here', () => {
    const { made } = reception('CP01');
    const one = hostOf(made, 'CP01');
    made.brokenOff(broken('bad certificate'), '192.0.2.1');
    expect(one).to.deep.equal(['broken off']);
  });
  it('is nobody’s where several are expected and none was here', () => {
    const { made } = reception('CP01', 'CP02');
    const one = hostOf(made, 'CP01');
    made.brokenOff(broken('bad certificate'), '192.0.2.1');
    expect(one).to.deep.equal(['overheard bad certificate (from 192.0.2.1)']);
  });
});
