/** Runs many cases side by side in one process: each is a mocha test of its own, in its own async scope. */
import { AsyncLocalStorage } from 'node:async_hooks';
import Mocha from 'mocha';

/** One case, as the lanes see it. */
export interface LaneJob<T> {
  readonly name: string;
  /** Needs every other lane to be empty. */
  readonly exclusive: boolean;
  /** Milliseconds after which mocha gives it up: far above what its own deadlines add up to. */
  readonly overrunMs: number;
  /** @param lane which lane runs it, from 0 */
  run(lane: number): Promise<T>;
  /** What stands for the result where `run` never gave one: an escaped error, an overrun. */
  failed(lane: number, cause: Error): T;
}

/** The case whose code is running: what an escaped error is charged to. */
interface Scope {
  fail(cause: Error): void;
}

const scopes = new AsyncLocalStorage<Scope>();

export interface LaneOptions<T, J extends LaneJob<T> = LaneJob<T>> {
  readonly lanes: number;
  readonly signal: AbortSignal;
  started(job: J, lane: number): void;
  ended(job: J, result: T): void;
}

/**
 * Runs every job, at most `lanes` at a time; exclusive ones alone, at the end. Stops taking new ones when aborted.
 * @returns when every job that was started has ended, or a moment after the abort
 */
export async function runLanes<T, J extends LaneJob<T>>(jobs: readonly J[], options: LaneOptions<T, J>): Promise<void> {
  const shared = jobs.filter(({ exclusive }) => !exclusive);
  const alone = jobs.filter(({ exclusive }) => exclusive);
  const escaped = (cause: unknown) => {
    const scope = scopes.getStore();
    if (scope === undefined) throw cause;
    scope.fail(asError(cause));
  };
  // Run programmatically, mocha swallows an unhandled rejection and the test passes: it is charged to its case here.
  process.on('unhandledRejection', escaped);
  // Each runner listens for uncaught exceptions of its own.
  const listeners = process.getMaxListeners();
  process.setMaxListeners(Math.max(listeners, options.lanes + 20));
  try {
    await Promise.race([all(shared, alone, options), aborted(options.signal)]);
  } finally {
    process.off('unhandledRejection', escaped);
    process.setMaxListeners(listeners);
  }
}

async function all<T, J extends LaneJob<T>>(
  shared: readonly J[],
  alone: readonly J[],
  options: LaneOptions<T, J>,
): Promise<void> {
  await drain(shared, options.lanes, options);
  await drain(alone, 1, options);
}

/** Cases that run get a moment to end after an abort; who waits longer than this is not waited for. */
const ABORT_GRACE_MS = 2_000;

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const wait = () => void setTimeout(resolve, ABORT_GRACE_MS).unref();
    if (signal.aborted) wait();
    else signal.addEventListener('abort', wait, { once: true });
  });
}

async function drain<T, J extends LaneJob<T>>(
  jobs: readonly J[],
  lanes: number,
  options: LaneOptions<T, J>,
): Promise<void> {
  const queue = [...jobs];
  const work = async (lane: number) => {
    for (let job = queue.shift(); job !== undefined && !options.signal.aborted; job = queue.shift()) {
      options.started(job, lane);
      options.ended(job, await runAsTest(job, lane));
    }
  };
  await Promise.all(Array.from({ length: Math.min(lanes, jobs.length) }, (_, lane) => work(lane)));
}

/** The third argument, which makes a suite a root of its own, is missing from the types. */
const RootSuite = Mocha.Suite as unknown as new (title: string, context: Mocha.Context, isRoot: boolean) => Mocha.Suite;

/** One job as the one test of a mocha runner of its own. */
function runAsTest<T>(job: LaneJob<T>, lane: number): Promise<T> {
  let result: T | undefined;
  const root = new RootSuite('', new Mocha.Context(), true);
  root.timeout(job.overrunMs);
  const test = new Mocha.Test(job.name, async () => {
    result = await job.run(lane);
  });
  root.addTest(test);
  const runner = new Mocha.Runner(root, { delay: false, cleanReferencesAfterRun: true });

  let failure: Error | undefined;
  runner.on('fail', (_test, cause: unknown) => {
    failure ??= asError(cause);
  });
  const own: Scope = { fail: (cause) => charge(cause) };
  const internals = runner as unknown as { uncaught: (cause: unknown) => void; unhandled: (reason: unknown) => void };
  const uncaught = internals.uncaught;
  let over = false;
  const charge = (cause: Error) => {
    failure ??= cause;
    // After its end mocha would throw: the case is over, and what it left behind is told with the next report.
    if (!over) uncaught(cause);
  };
  // Every runner hears of every uncaught exception; only the one whose case threw it may act on it.
  internals.uncaught = (cause) => {
    if (scopes.getStore() === own) charge(asError(cause));
  };
  internals.unhandled = () => {};

  return new Promise((resolve) => {
    scopes.run(own, () =>
      runner.run(() => {
        over = true;
        runner.dispose();
        resolve(
          failure === undefined && result !== undefined
            ? result
            : job.failed(lane, failure ?? new Error('the case gave no result')),
        );
      }),
    );
  });
}

const asError = (cause: unknown): Error => (cause instanceof Error ? cause : new Error(String(cause)));
