/** Back offices that mean harm, at `serve station`: it goes on, its hands can be reached, and its memory stays. */
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { type Ended, start } from './cli.ts';
import { hostileBackends } from './hostile-backends.ts';

const MOST_MIB = 500;
/** It beats each second, and comes back to who hangs up. */
const STAYS_MS = 2_500;
const AT_A_TIME = 4;

interface Outcome extends Ended {
  readonly answer: number;
  readonly mib: number;
}

/** Resident memory in MiB, where the system tells. */
function memory(pid: number | undefined): number {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

async function stationAt(name: string): Promise<Outcome> {
  const backend = await hostileBackends[name]?.();
  const running = start(['serve', 'station', '--url', backend?.url ?? '', '--id', 'CP01', 'CP02', '--quiet']);
  const [, control = ''] = await running.line(/^ready control (\S+)$/m);
  await new Promise((resolve) => setTimeout(resolve, STAYS_MS));
  const { status } = await fetch(`${control}/stations`, { signal: AbortSignal.timeout(10_000) }).catch(() => ({
    status: 0,
  }));
  const mib = memory(running.process.pid);
  running.process.kill('SIGTERM');
  const ended = await running.ended;
  backend?.stop();
  return { ...ended, answer: status, mib };
}

describe('a station at a back office that means harm', function () {
  this.timeout(90_000);
  const names = Object.keys(hostileBackends);
  const outcomes: Promise<Outcome>[] = [];
  before(() => {
    for (const name of names) {
      const turn = Promise.resolve(outcomes[outcomes.length - AT_A_TIME]).catch(() => {});
      const outcome = turn.then(() => stationAt(name));
      outcome.catch(() => {});
      outcomes.push(outcome);
    }
  });

  for (const [i, name] of names.entries())
    it(`one that ${name}`, async () => {
      const { code, stderr, answer, mib } = (await outcomes[i]) as Outcome;
      expect([code, stderr, answer]).to.deep.equal([143, '', 200]);
      expect(mib).to.be.lessThan(MOST_MIB);
    });
});
