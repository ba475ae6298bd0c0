/** k6 with the charger in it, as `--engine k6` starts it: what it costs at a rate, on the same server. */
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { findK6, NoK6 } from '../k6/find.ts';
import { readLogLine } from '../k6/log.ts';
import { defaultVus, type K6Plan, k6Options } from '../k6/plan.ts';
import { type ProcessFacts, processFacts } from '../k6/process-facts.ts';
import { startK6 } from '../k6/run.ts';
import type { Workload } from '../workload.ts';

export interface K6Cost {
  /** CALLs while the load lasted, and what they cost. */
  readonly calls: number;
  readonly cpuMicros: number;
  readonly rssBytes: number;
  /** Milliseconds until all stations were registered. */
  readonly upMs: number;
}

/** Undefined where there is no k6. */
export function k6Here(): string | undefined {
  try {
    return findK6(undefined, process.env);
  } catch (cause) {
    if (cause instanceof NoK6) return undefined;
    throw cause;
  }
}

export interface K6Run {
  readonly url: string;
  readonly stations: number;
  /** Over how long they connect; 0: at once. */
  readonly rampMs: number;
  /** Heartbeats a second, for so long. */
  readonly rate: number;
  readonly ms: number;
}

/** One run of k6: stations, then Heartbeats at a rate. */
export async function benchK6(bin: string, { url, stations, rampMs, rate, ms }: K6Run): Promise<K6Cost> {
  const workload: Workload = {
    name: 'bench',
    says: '',
    stations,
    rampMs,
    durationMs: ms,
    gracefulStopMs: 5_000,
    station: { evses: 1, configuration: {} },
    scenarios: [
      {
        name: 'bench',
        exec: 'heartbeat',
        executor: 'constant-arrival-rate',
        rate,
        durationMs: ms,
        startMs: 0,
        holdMs: 0,
        tokens: [],
      },
    ],
    thresholds: [],
  };
  const vus = defaultVus(stations);
  const plan: K6Plan = {
    fleet: {
      url,
      build: { evses: 1, vendorName: 'plugproof', model: 'bench', configuration: {}, sparesHeartbeats: true },
      timeoutMs: 30_000,
      seed: 1,
      hears: false,
      total: stations,
    },
    identities: { prefix: 'K', digits: 5, count: stations },
    versions: ['1.6'],
    workload,
    vus,
    samples: false,
    options: k6Options(workload, vus),
  };
  const folder = mkdtempSync(join(tmpdir(), 'plugproof-bench-'));
  try {
    writeFileSync(join(folder, 'plan.json'), JSON.stringify(plan));
    const child = startK6({ bin }, folder, join(folder, 'summary.json'));
    const at: { begin?: ProcessFacts; end?: ProcessFacts } = {};
    const sums = { begin: 0, end: 0 };
    let upMs = 0;
    if (child.stderr !== null) {
      createInterface({ input: child.stderr }).on('line', (text) => {
        const line = readLogLine(text);
        if (line?.kind === 'up') upMs = Math.max(upMs, line.ms);
        if (line?.kind !== 'mark') return;
        // The first VU that begins, and the last that ends.
        if (line.at === 'begin') at.begin ??= processFacts(child.pid);
        else at.end = processFacts(child.pid);
        sums[line.at] += line.sums['ocpp_calls|Heartbeat|'] ?? 0;
      });
    }
    await once(child, 'close');
    const { begin, end } = at;
    if (begin === undefined || end === undefined) throw new Error('k6 did not come to its load');
    return {
      calls: sums.end - sums.begin,
      cpuMicros: (end.cpuSeconds - begin.cpuSeconds) * 1e6,
      rssBytes: begin.rssBytes,
      upMs,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
