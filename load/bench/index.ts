/** `npm run bench:load -- --json FILE`: bare ws, the engine and k6 against one server, at equal rates, in turn. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import type { Cost, Order } from './contender.ts';
import { benchK6, k6Here } from './k6.ts';

const STATIONS = 1_000;
const RATES = [2_000, 5_000, 10_000];
/** Idle stations that are added to see what one weighs. */
const IDLE = 4_000;
const WARM_UP_MS = 1_000;
const STEP_MS = 2_000;

interface Row {
  readonly name: string;
  readonly stations: number;
  readonly rate: number;
  readonly callsPerSecond: number;
  readonly cpuMicrosPerCall: number;
  readonly rssKiBPerStation: number;
  readonly connectsPerSecond: number;
}

/** A file beside this one; it has our own extension, which the compiler does not know of. */
const beside = (name: string): URL =>
  new URL(`./${name}${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);

/** What is known of a contender at the end. */
interface Measured {
  readonly name: string;
  connectsPerSecond: number;
  rssKiBPerStation: number;
  /** Cost and calls of each rate. */
  readonly spent: Map<number, { cpuMicros: number; calls: number; ms: number }>;
}

class Process implements Measured {
  readonly name: string;
  readonly #child: ChildProcess;
  connectsPerSecond = 0;
  rssKiBPerStation = 0;
  readonly spent = new Map<number, { cpuMicros: number; calls: number; ms: number }>();

  constructor(name: string, file: string) {
    this.name = name;
    this.#child = fork(beside(file), { execArgv: [...process.execArgv, '--expose-gc'] });
  }

  async ask(order: Order): Promise<Cost> {
    this.#child.send(order);
    const [cost] = (await Promise.race([
      once(this.#child, 'message'),
      once(this.#child, 'exit').then(() => {
        throw new Error(`${this.name} ended`);
      }),
    ])) as [Cost];
    return cost;
  }

  async load(rate: number): Promise<void> {
    const { value, tookMs, cpuMicros } = await this.ask({ ask: 'load', stations: STATIONS, rate, ms: STEP_MS });
    const before = this.spent.get(rate) ?? { cpuMicros: 0, calls: 0, ms: 0 };
    this.spent.set(rate, {
      cpuMicros: before.cpuMicros + cpuMicros,
      calls: before.calls + value,
      ms: before.ms + tookMs,
    });
  }

  end(): void {
    if (this.#child.connected) this.#child.disconnect();
  }
}

async function main(): Promise<void> {
  const at = process.argv.indexOf('--json');
  const file = at < 0 ? undefined : process.argv[at + 1];
  const server = fork(beside('server'));
  const [port] = (await once(server, 'message')) as [number];
  const url = `ws://127.0.0.1:${port}/ocpp`;
  const bare = new Process('bare ws', 'bare');
  const own = new Process('plugproof', 'plugproof');
  const bin = k6Here();
  const k6: Measured = { name: 'k6', connectsPerSecond: 0, rssKiBPerStation: 0, spent: new Map() };
  try {
    for (const one of [bare, own]) {
      const { value: ms } = await one.ask({ ask: 'connect', url, from: 0, count: STATIONS });
      one.connectsPerSecond = (STATIONS * 1000) / ms;
    }
    for (const one of [bare, own]) {
      const before = await one.ask({ ask: 'load', stations: STATIONS, rate: 5_000, ms: WARM_UP_MS });
      const after = await one.ask({ ask: 'connect', url, from: STATIONS, count: IDLE });
      one.rssKiBPerStation = (after.rssBytes - before.rssBytes) / 1024 / IDLE;
    }
    // There and back, so that a machine that changes in between is as kind to one as to the other.
    for (const rate of RATES) for (const one of [bare, own, own, bare]) await one.load(rate);
    bare.end();
    own.end();
    if (bin !== undefined) await measureK6(bin, url, k6);
  } finally {
    bare.end();
    own.end();
    server.disconnect();
  }
  const measured = [bare, own, ...(bin === undefined ? [] : [k6])];
  const rows = measured.flatMap(rowsOf);
  // Each rate weighs the same, whatever was done of it.
  const cost = ({ spent }: Measured) =>
    [...spent.values()].reduce((sum, { cpuMicros, calls }) => sum + cpuMicros / Math.max(1, calls), 0);
  const result = {
    machine: { cpus: cpus().length, model: cpus()[0]?.model ?? '', memoryBytes: totalmem(), node: process.version },
    server: { url, kind: 'ws, one process, answers by table' },
    rows,
    ratios: {
      cpuToBare: round(cost(own) / cost(bare)),
      cpuToK6: bin === undefined ? null : round(cost(own) / cost(k6)),
    },
    notes: bin === undefined ? ['there is no k6, by K6_BIN or on the path: no row of it'] : [],
  };
  if (file !== undefined) writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
  process.stdout.write(
    `${rows.map(lineOf).join('\n')}\nCPU over all rates: ${result.ratios.cpuToBare} of bare ws, ${result.ratios.cpuToK6 ?? '–'} of k6\n`,
  );
}

const round = (value: number): number => Math.round(value * 100) / 100;

function rowsOf({ name, spent, connectsPerSecond, rssKiBPerStation }: Measured): Row[] {
  return [...spent].map(([rate, { cpuMicros, calls, ms }]) => ({
    name,
    stations: STATIONS,
    rate,
    callsPerSecond: round((calls * 1000) / ms),
    cpuMicrosPerCall: round(cpuMicros / calls),
    rssKiBPerStation: round(rssKiBPerStation),
    connectsPerSecond: round(connectsPerSecond),
  }));
}

const lineOf = (row: Row): string =>
  [
    row.name.padEnd(10),
    `${row.rate}/s asked`.padStart(14),
    `${Math.round(row.callsPerSecond)}/s done`.padStart(14),
    `${row.cpuMicrosPerCall} µs CPU a call`.padStart(22),
    `${row.rssKiBPerStation} KiB a station`.padStart(20),
    `${Math.round(row.connectsPerSecond)} connects/s`.padStart(18),
  ].join('');

/** Its stations have to be there before the load: k6 begins that at its time, whoever is registered. */
const K6_RAMP_MS = 6_000;

/** k6 is a program of its own: one run for each rate, twice as long, since it can't be asked to come back. */
async function measureK6(bin: string, url: string, k6: Measured): Promise<void> {
  const quiet = { url, rampMs: 0, rate: 1, ms: WARM_UP_MS };
  const alone = await benchK6(bin, { ...quiet, stations: 1 });
  const crowd = await benchK6(bin, { ...quiet, stations: STATIONS });
  k6.connectsPerSecond = (STATIONS * 1000) / crowd.upMs;
  for (const rate of RATES) {
    const ms = 2 * STEP_MS;
    const cost = await benchK6(bin, { url, stations: STATIONS, rampMs: K6_RAMP_MS, rate, ms });
    k6.spent.set(rate, { cpuMicros: cost.cpuMicros, calls: cost.calls, ms });
    // By the first of them: what it had to do before does not lie about in memory.
    k6.rssKiBPerStation ||= (cost.rssBytes - alone.rssBytes) / 1024 / STATIONS;
  }
}

await main();
