/** The traps of running mocha programmatically and many times at once, each shut. */
import { expect } from 'chai';
import { type LaneJob, runLanes } from './lanes.ts';

const job = (name: string, run: () => Promise<string>, more: Partial<LaneJob<string>> = {}): LaneJob<string> => ({
  name,
  exclusive: false,
  overrunMs: 2_000,
  run,
  failed: (_lane, cause) => `failed: ${cause.message}`,
  ...more,
});

async function results(jobs: readonly LaneJob<string>[], lanes = 4, signal = new AbortController().signal) {
  const seen = new Map<string, string>();
  await runLanes<string, LaneJob<string>>(jobs, {
    lanes,
    signal,
    started: () => {},
    ended: ({ name }, result) => seen.set(name, result),
  });
  return Object.fromEntries(seen);
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('lanes', () => {
  it('run side by side', async () => {
    let running = 0;
    let most = 0;
    const busy = async () => {
      most = Math.max(most, ++running);
      await turn();
      await turn();
      running--;
      return 'done';
    };
    await results(
      ['a', 'b', 'c', 'd', 'e'].map((name) => job(name, busy)),
      3,
    );
    expect(most).to.equal(3);
  });

  it('run an exclusive case alone', async () => {
    const log: string[] = [];
    const noted = (name: string) => async () => {
      log.push(`${name}+`);
      await turn();
      log.push(`${name}-`);
      return 'done';
    };
    await results([job('x', noted('x'), { exclusive: true }), job('a', noted('a')), job('b', noted('b'))]);
    expect(log.slice(-2)).to.deep.equal(['x+', 'x-']);
  });

  it('charge an unhandled rejection to the case that caused it, and to no other', async () => {
    const seen = await results([
      job('guilty', async () => {
        void Promise.reject(new Error('escaped'));
        await turn();
        await turn();
        return 'done';
      }),
      job('innocent', async () => {
        await turn();
        await turn();
        await turn();
        return 'done';
      }),
    ]);
    expect(seen).to.deep.equal({ guilty: 'failed: escaped', innocent: 'done' });
  });

  it('charge an uncaught exception to the case that threw it, and to no other', async () => {
    // The runner of this very test would take the exception for its own.
    const outer = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    const seen = await results([
      job('guilty', async () => {
        setImmediate(() => {
          throw new Error('thrown');
        });
        await turn();
        await turn();
        return 'done';
      }),
      job('innocent', async () => {
        await turn();
        await turn();
        await turn();
        return 'done';
      }),
    ]);
    for (const listener of outer) process.on('uncaughtException', listener);
    expect(seen).to.deep.equal({ guilty: 'failed: thrown', innocent: 'done' });
  });

  it('give up a case that overruns', async () => {
    const seen = await results([job('slow', () => new Promise<string>(() => {}), { overrunMs: 20 })]);
    expect(seen['slow']).to.match(/^failed: Timeout of 20ms exceeded/);
  });

  it('take no new case after an abort', async () => {
    const abort = new AbortController();
    const seen = await results(
      [
        job('first', async () => {
          abort.abort();
          return 'done';
        }),
        job('second', async () => 'done'),
      ],
      1,
      abort.signal,
    );
    expect(seen).to.deep.equal({ first: 'done' });
  });

  it('leave no listener behind', async () => {
    const before = ['uncaughtException', 'unhandledRejection'].map((name) => process.listenerCount(name));
    await results([job('a', async () => 'done'), job('b', async () => 'done')]);
    expect(['uncaughtException', 'unhandledRejection'].map((name) => process.listenerCount(name))).to.deep.equal(
      before,
    );
  });

  it('cost little: two hundred cases in well under their overrun', async () => {
    const many = Array.from({ length: 200 }, (_, i) => job(`case ${i}`, async () => 'done'));
    expect(Object.values(await results(many, 16)).filter((result) => result === 'done')).to.have.length(200);
  });
});
