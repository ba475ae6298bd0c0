/** A fleet in a thread of its own, as the main thread sees it; and its other end, in that thread. */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { type MessagePort, Worker } from 'node:worker_threads';
import type { FleetHandle } from './fleet.ts';
import type { FleetPlan } from './fleet-plan.ts';

type Order = { readonly id: number; readonly ask: keyof FleetHandle; readonly args: readonly unknown[] };
type Answer = { readonly id: number; readonly value?: unknown; readonly failure?: string };

/** The thread; from the sources, which Node does not read by itself, by way of their loader. */
function newThread(plan: FleetPlan): Worker {
  if (!import.meta.url.endsWith('.ts')) {
    return new Worker(new URL('./worker.js', import.meta.url), { workerData: plan });
  }
  const entry = JSON.stringify(new URL('./worker.ts', import.meta.url).href);
  const tsx = createRequire(import.meta.url).resolve('tsx/package.json');
  const loader = JSON.stringify(new URL('./dist/esm/api/index.mjs', pathToFileURL(tsx)).href);
  const code = `import(${loader}).then(({ register }) => { register(); return import(${entry}); })`;
  return new Worker(code, { eval: true, workerData: plan });
}

/** A worker that stopped by itself: a defect of ours, or memory ran out. */
export class WorkerLost extends Error {
  override readonly name = 'WorkerLost';
}

/** Starts a thread for a fleet. */
export function startWorker(plan: FleetPlan): FleetHandle {
  const worker = newThread(plan);
  const open = new Map<number, { resolve: (value: unknown) => void; reject: (cause: Error) => void }>();
  let last = 0;
  let lost: Error | undefined;
  const fail = (cause: Error) => {
    lost ??= cause;
    for (const { reject } of open.values()) reject(cause);
    open.clear();
  };
  worker.on('message', ({ id, value, failure }: Answer) => {
    const waiting = open.get(id);
    open.delete(id);
    if (failure === undefined) waiting?.resolve(value);
    else waiting?.reject(new WorkerLost(failure));
  });
  worker.on('error', (cause: Error) => fail(new WorkerLost(`worker ${plan.worker}: ${cause.stack ?? cause.message}`)));
  worker.on('exit', (code) => fail(new WorkerLost(`worker ${plan.worker} ended with code ${code}`)));

  const ask = <T>(name: keyof FleetHandle, ...args: readonly unknown[]): Promise<T> =>
    new Promise((resolve, reject) => {
      if (lost !== undefined) {
        reject(lost);
        return;
      }
      const id = ++last;
      open.set(id, { resolve: resolve as (value: unknown) => void, reject });
      worker.postMessage({ id, ask: name, args } satisfies Order);
    });

  return {
    connect: (startAtEpoch, rampMs) => ask('connect', startAtEpoch, rampMs),
    schedule: (order) => ask('schedule', order),
    census: () => ask('census'),
    pulse: () => ask('pulse'),
    state: () => ask('state'),
    settle: (mostMs) => ask('settle', mostMs),
    drain: (mostMs) => ask('drain', mostMs),
    end: async () => {
      if (lost === undefined) await ask('end').catch(() => {});
      await worker.terminate();
    },
  };
}

/** The thread's end: answers what is asked. */
export function serveFleet(fleet: FleetHandle, port: MessagePort): void {
  port.on('message', ({ id, ask, args }: Order) => {
    const method = fleet[ask] as (...args: readonly unknown[]) => Promise<unknown>;
    method.apply(fleet, [...args]).then(
      (value) => port.postMessage({ id, value } satisfies Answer),
      (cause: unknown) => {
        const failure = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
        port.postMessage({ id, failure } satisfies Answer);
      },
    );
  });
}
