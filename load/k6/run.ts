/** Runs a workload through a real k6: starts it, follows its log, reads its summary back. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { MessageSchemas } from '../../schemas/types.ts';
import type { Clock } from '../../src/clock.ts';
import type { LoadReport } from '../../src/report.ts';
import { balance } from '../engine/balance.ts';
import type { LoadMoment, Look } from '../engine/engine.ts';
import { LATE_MS } from '../engine/watch.ts';
import { LATE } from '../metrics.ts';
import type { LoadResult } from '../result.ts';
import { judge } from '../thresholds.ts';
import type { Threshold } from '../workload.ts';
import { bundlePath } from './bundle.ts';
import { readLogLine } from './log.ts';
import type { K6Plan } from './plan.ts';
import { processFacts } from './process-facts.ts';
import { K6Results, type K6Summary } from './results.ts';

export interface K6RunOptions {
  /** Command of k6. */
  readonly bin: string;
  readonly plan: K6Plan;
  readonly thresholds: readonly Threshold[];
  readonly clock: Clock;
  readonly schemas?: MessageSchemas;
  /** PEM of the CAs to trust. */
  readonly ca?: string;
  readonly signal: AbortSignal;
  readonly listener: (moment: LoadMoment) => void;
  /** Told how to look into the run at any time; times are known at its end only. */
  readonly scrape?: (look: Look) => void;
}

/** k6 itself could not do it. */
export class K6Failed extends Error {
  override readonly name = 'K6Failed';
}

/** Exit codes of k6 after which there is a summary: done, thresholds crossed, stopped by a signal. */
const SPOKEN = [0, 99, 105];
/** Lines of k6's own that are kept for who asks why. */
const KEPT_LINES = 12;
const SECOND = 1_000;
/** Thresholds are in the report, and so is that the run was stopped. */
const NOISE = /^thresholds on metrics|was stopped because the VU iteration was interrupted|^test run was aborted/;

/** @throws K6Failed where it ended without a summary, with what it said */
export async function runK6(options: K6RunOptions): Promise<LoadResult> {
  const { plan, thresholds, listener, scrape, signal, clock } = options;
  const { fleet, workload, vus } = plan;
  const folder = mkdtempSync(join(tmpdir(), 'plugproof-k6-'));
  const summary = join(folder, 'summary.json');
  const results = new K6Results(vus, workload.scenarios.length > 0 ? workload.durationMs / SECOND : 0, options.schemas);
  const said: string[] = [];
  const series: LoadReport['series'][number][] = [];
  const began = clock.monotonic();
  const elapsed = () => clock.monotonic() - began;
  try {
    // What it holds is secret: credentials of stations.
    writeFileSync(join(folder, 'plan.json'), JSON.stringify(plan), { mode: 0o600 });
    if (options.ca !== undefined) writeFileSync(join(folder, 'ca.pem'), options.ca);
    const child = startK6(options, folder, summary);
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    child.once('error', (cause) => said.push(cause.message));
    const abort = () => child.kill('SIGINT');
    signal.addEventListener('abort', abort, { once: true });
    if (child.stderr !== null) {
      createInterface({ input: child.stderr }).on('line', (text) => {
        const line = readLogLine(text);
        if (line !== undefined) results.line(line);
        else if (text.trim() !== '' && !NOISE.test(text) && said.length < KEPT_LINES) said.push(text.trim());
      });
    }
    let facts = processFacts(child.pid);
    const generator = (latenessP99Ms: number): LoadReport['generator'] => ({
      workers: vus,
      cpuSeconds: facts.cpuSeconds,
      maxRssBytes: facts.maxRssBytes,
      latenessP99Ms,
      saturated: latenessP99Ms > LATE_MS,
    });
    scrape?.({ totals: async () => results.totals(elapsed()), generator: () => generator(0) });
    const tick = () => {
      const now = processFacts(child.pid);
      if (now.cpuSeconds > 0) facts = now;
      const moment = results.moment(elapsed(), facts.rssBytes);
      series.push({ at: Math.round(moment.atMs), values: moment.values });
      listener(moment);
    };
    const ticking = setInterval(tick, SECOND);
    const code = await ended;
    clearInterval(ticking);
    signal.removeEventListener('abort', abort);
    if (!SPOKEN.includes(code ?? -1) || !existsSync(summary)) {
      throw new K6Failed(`k6 ended with ${code ?? 'a signal'}: ${said.join('\n  ') || 'and said nothing'}`);
    }
    results.summary = JSON.parse(readFileSync(summary, 'utf8')) as K6Summary;
    tick();
    const totals = results.totals(elapsed());
    const statistics = {
      statistic: (...[name, statistic, filter = {}]: Parameters<typeof totals.statistic>) =>
        results.statistic(totals, name, statistic, filter),
    };
    const late = (of: string) => statistics.statistic('generator_lateness', 'p(99)', { action: of });
    const unreachable = totals.count('ocpp_connects') === 0 && totals.count('ocpp_connect_errors') > 0;
    const missing = fleet.total - (statistics.statistic('ocpp_boot_to_accepted', 'count') ?? 0);
    return {
      metrics: results.report(totals),
      thresholds: thresholds.map((threshold) => judge(threshold, statistics)),
      series,
      generator: generator(late(LATE.arrival) ?? late(LATE.connect) ?? 0),
      notes: [
        ...(missing > 0 && !unreachable && !signal.aborted
          ? [`${missing} of ${fleet.total} stations were never registered`]
          : []),
        ...results.notes(),
        ...balance(totals, workload),
        ...said.map((line) => `k6 says: ${line}`),
      ],
      unreachable,
      unregistered: (statistics.statistic('ocpp_boot_to_accepted', 'count') ?? 0) === 0,
      partial: signal.aborted,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Starts k6 on the plan in `folder`. */
export function startK6({ bin, ca }: Pick<K6RunOptions, 'bin' | 'ca'>, folder: string, summary: string): ChildProcess {
  const args = [
    'run',
    '--quiet',
    '--log-format=raw',
    '-e',
    `PLAN=${join(folder, 'plan.json')}`,
    '-e',
    `SUMMARY=${summary}`,
  ];
  // In a group of its own: Ctrl-C reaches us alone, and k6 gets one signal and not two.
  return spawn(bin, [...args, bundlePath()], {
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      ...process.env,
      K6_NO_USAGE_REPORT: 'true',
      K6_AUTO_EXTENSION_RESOLUTION: 'false',
      ...(ca !== undefined && { SSL_CERT_FILE: join(folder, 'ca.pem') }),
    },
  });
}
