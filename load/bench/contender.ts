/** A program that is measured, in a process of its own: takes orders, and tells what they cost it. */

export interface Contender {
  /** Opens so many connections, numbered from `from`. @returns milliseconds until all are up */
  connect(url: string, from: number, count: number): Promise<number>;
  /** Calls at a rate over the first `stations` connections. @returns calls that were answered */
  load(stations: number, rate: number, ms: number): Promise<number>;
}

export type Order =
  | { readonly ask: 'connect'; readonly url: string; readonly from: number; readonly count: number }
  | { readonly ask: 'load'; readonly stations: number; readonly rate: number; readonly ms: number };

export interface Cost {
  /** What the order itself gives back. */
  readonly value: number;
  readonly tookMs: number;
  /** User and system, of all threads. */
  readonly cpuMicros: number;
  /** After a collection. */
  readonly rssBytes: number;
}

/** Serves a contender over the channel to its parent. */
export function serveContender(contender: Contender): void {
  process.on('message', (order: Order) => {
    const began = performance.now();
    const cpu = process.cpuUsage();
    const done =
      order.ask === 'connect'
        ? contender.connect(order.url, order.from, order.count)
        : contender.load(order.stations, order.rate, order.ms);
    done.then(
      (value) => {
        const { user, system } = process.cpuUsage(cpu);
        const tookMs = performance.now() - began;
        globalThis.gc?.();
        process.send?.({ value, tookMs, cpuMicros: user + system, rssBytes: process.memoryUsage().rss } satisfies Cost);
      },
      (cause: unknown) => {
        process.stderr.write(`${cause instanceof Error ? cause.stack : String(cause)}\n`);
        process.exit(1);
      },
    );
  });
  process.on('disconnect', () => process.exit());
}
