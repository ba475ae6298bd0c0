/** `npm run bench:load -- --json FILE`: bare ws and the engine against one server, at equal rates, in turn. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Cost, Order } from './contender.ts';

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

class Process {
  readonly name: string;
  readonly #child: ChildProcess;
  connectsPerSecond = 0;
  rssKiBPerStation = 0;
  /** Cost and calls of each rate. */
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
    this.#child.disconnect();
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
  } finally {
    bare.end();
    own.end();
    server.disconnect();
  }
  const rows = [bare, own].flatMap(rowsOf);
  const cost = ({ spent }: Process) => [...spent.values()].reduce((sum, { cpuMicros }) => sum + cpuMicros, 0);
  const result = {
    machine: { cpus: cpus().length, model: cpus()[0]?.model ?? '', memoryBytes: totalmem(), node: process.version },
    server: { url, kind: 'ws, one process, answers by table' },
    rows,
    ratios: { cpuToBare: round(cost(own) / cost(bare)), cpuToK6: null },
    notes: hasK6() ? ['k6 is here, and this version has no k6 engine to measure'] : ['k6 is not on PATH: no row of it'],
  };
  if (file !== undefined) writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
  process.stdout.write(`${rows.map(lineOf).join('\n')}\nCPU to bare ws, over all rates: ${result.ratios.cpuToBare}\n`);
}

const round = (value: number): number => Math.round(value * 100) / 100;

function rowsOf({ name, spent, connectsPerSecond, rssKiBPerStation }: Process): Row[] {
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

function hasK6(): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, 'k6'), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

await main();
