/** The script that k6 runs: many stations in each VU, the chargers and the schedule of plugproof's own engine. */
import { SharedArray } from 'k6/data';
import execution from 'k6/execution';
import type { OcppVersion } from '../../src/dialects/dialect.ts';
import type { StationPlan } from '../engine/fleet-plan.ts';
import { Sampler } from '../engine/sampler.ts';
import { Stations } from '../engine/stations.ts';
import { k6Clock as clock, ORIGIN } from './clock.ts';
import { K6Connector } from './connector.ts';
import { K6Counts } from './counts.ts';
import { LOG_MARK, type LogLine, sparse } from './log.ts';
import { AFTER_RAMP_MS, type K6Plan } from './plan.ts';

/** Kept once for all VUs: there may be many stations. */
const [plan] = new SharedArray<K6Plan>('plan', () => [
  JSON.parse(open(__ENV['PLAN'] ?? './plan.json')) as K6Plan,
]) as unknown as [K6Plan];

/** A copy: k6 writes into it. */
export const options = JSON.parse(JSON.stringify(plan.options)) as K6Plan['options'];

const SECOND = 1_000;
/** All VUs begin together, a little after they were told. */
const HEADSTART_MS = 500;
/** How often it is looked whether all are registered. */
const LOOK_MS = 20;

/** The moment from which all is counted; each instance of a distributed run has its own. */
export const setup = (): { startAt: number } => ({ startAt: Date.now() + HEADSTART_MS });

const tell = (line: LogLine) => console.log(LOG_MARK + JSON.stringify(line));

export default async function run({ startAt }: { readonly startAt: number }): Promise<void> {
  const { fleet, workload, vus, samples } = plan;
  const vu = execution.vu.idInTest - 1;
  const own = stationsOf(vu);
  const counts = new K6Counts();
  const sampler = new Sampler(samples);
  const connector = new K6Connector(fleet.url, clock);
  const stations = new Stations(
    { ...fleet, stations: own, certificates: [], workers: vus, worker: vu },
    { clock, counts, connector, sampler },
  );
  let over = false;
  const pulse = () => {
    const census = stations.census();
    counts.stations(census.connected, vu);
    tell({
      kind: 'pulse',
      vu,
      ...census,
      sums: Object.fromEntries(counts.sums),
      latency: sparse(counts.latency.take()),
      lateness: sparse(counts.lateness.take()),
      samples: sampler.take(),
    });
  };
  const pulsing = (async () => {
    for (let at = startAt + SECOND; !over; at += SECOND) {
      while (!over && Date.now() < at) await clock.sleep(Math.min(100, at - Date.now()));
      if (!over) pulse();
    }
  })();
  const mark = (at: 'begin' | 'end') => tell({ kind: 'mark', at, vu, sums: Object.fromEntries(counts.sums) });
  const until = (moment: number) => clock.sleep(Math.max(0, moment - Date.now()));

  const rising = (async () => {
    while (!over && stations.census().accepted < own.length) await clock.sleep(LOOK_MS);
    if (!over) tell({ kind: 'up', vu, ms: Date.now() - startAt });
  })();
  stations.connect(startAt - ORIGIN, workload.rampMs);
  const loadAt = startAt + workload.rampMs + AFTER_RAMP_MS;
  await until(loadAt);
  mark('begin');
  for (const scenario of workload.scenarios) stations.schedule(scenario, loadAt - ORIGIN);
  await until(loadAt + workload.durationMs);
  mark('end');
  await stations.drain(workload.gracefulStopMs);
  over = true;
  await Promise.all([pulsing, rising]);
  pulse();
}

/** Every `vus`-th station, from the VU's own number on: no two VUs have the same, on whatever machine they run. */
function stationsOf(vu: number): StationPlan[] {
  const { identities, versions, basic, fleet, vus } = plan;
  const found: StationPlan[] = [];
  for (let i = vu; i < fleet.total; i += vus) {
    const credentials = basic?.[i];
    found.push({
      identity:
        'prefix' in identities
          ? `${identities.prefix}${String(i + 1).padStart(identities.digits, '0')}`
          : (identities[i] ?? ''),
      version: (versions[i % versions.length] ?? '1.6') as OcppVersion,
      ...(typeof credentials === 'string' && { basic: credentials }),
    });
  }
  return found;
}

/** Everything that k6 counted, into the file that the environment names; else k6 says it in its own words. */
export function handleSummary(data: unknown): Record<string, string> {
  const file = __ENV['SUMMARY'];
  return file === undefined ? {} : { [file]: JSON.stringify(data) };
}
