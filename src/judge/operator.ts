/** The operator of a CSMS under test: asks its driver, believes nothing, waits for the CALL. */
import type { Clock } from '../clock.ts';
import type { OcppVersion } from '../dialects/dialect.ts';
import type { IncomingCall, Manners, Payload } from '../session.ts';
import type { Driver, DriverAnswer } from '../sut/drivers/driver.ts';
import type { Trace } from '../trace.ts';
import { Broken } from './broken.ts';
import type { Operator, Ordered } from './context.ts';
import { inEssence } from './same-order.ts';
import type { StationPlayer } from './station-player.ts';
import { Unmet } from './unmet.ts';

export interface OperatorOptions {
  readonly driver: Driver;
  readonly station: StationPlayer;
  readonly version: OcppVersion;
  readonly clock: Clock;
  readonly trace: Trace;
  readonly timeoutMs: number;
  /** Answers a CALL that the case does not wait for. */
  readonly manners: Manners;
  /** What the case says it needs; an order outside it is a defect of the case. */
  readonly declared: readonly string[];
}

type Outcome = { readonly ok: true; readonly answer: DriverAnswer } | { readonly ok: false; readonly says: string };

/** An operator, and what ends his unfinished business. */
export interface OperatorHandle extends Operator {
  /** Answers what the case left open, and waits for the driver or gives it up. */
  end(): Promise<void>;
}

export function makeOperator(options: OperatorOptions): OperatorHandle {
  const { driver, station, version, clock, trace, timeoutMs, declared } = options;
  const running: { readonly outcome: Promise<Outcome>; readonly abort: AbortController }[] = [];
  const calls: IncomingCall[] = [];

  function ask(action: string, payload: Payload): Promise<Outcome> {
    const abort = new AbortController();
    const outcome = driver.perform({ station: station.identity, version, action, payload }, abort.signal).then(
      (answer): Outcome => ({ ok: true, answer }),
      (cause): Outcome => ({ ok: false, says: cause instanceof Error ? cause.message : String(cause) }),
    );
    running.push({ outcome, abort });
    return outcome;
  }

  async function order(action: string, payload: Payload): Promise<Ordered> {
    if (!declared.includes(action)) throw new Error(`the case orders ${action} and does not say so in needs`);
    if (!driver.can(version, action)) {
      throw new Unmet(
        `${action} has to be sent by the CSMS, and the driver '${driver.name}' can't make it: see --driver`,
      );
    }
    await settled();
    const wish = `asks the CSMS for ${action} ${JSON.stringify(payload)}`;
    trace.happened('operator', 'harness', wish, undefined, action);
    const arrival = station.awaitCall(action, { timeoutMs });
    const outcome = ask(action, payload);
    const failed = outcome.then((result) => (result.ok ? new Promise<never>(() => {}) : result));
    const first = await Promise.race([arrival, failed]);
    if (first !== undefined && 'says' in first) {
      trace.happened('note', 'harness', `driver '${driver.name}' failed: ${first.says}`);
      throw new Unmet(`the driver '${driver.name}' could not make the CSMS send ${action}: ${first.says}`);
    }
    if (first === undefined) throw await unsent(action, outcome);
    const free = driver.verbatim ? [] : (driver.chooses?.(version, action) ?? []);
    const call = await theOneAskedFor(first, payload, free);
    calls.push(call);
    return { call, asked: payload, free };
  }

  /**
   * A CSMS may read on its own account just then: such a CALL is answered as any that nobody waits for, and the one that
   * was asked for is waited for. Where none comes, the first one is what came of the order.
   */
  async function theOneAskedFor(first: IncomingCall, asked: Payload, free: readonly string[]): Promise<IncomingCall> {
    const fits = (payload: Payload) => same(inEssence(payload, free), inEssence(asked, free));
    if (driver.verbatim || !first.action.startsWith('Get') || fits(first.payload)) return first;
    const second = station.awaitCall(first.action, { timeoutMs, where: fits });
    options.manners(first);
    return (await second) ?? first;
  }

  /** A control API may still be busy with the order before, of which the station has seen the end. */
  async function settled(): Promise<void> {
    const last = running.at(-1);
    if (last !== undefined) await Promise.race([last.outcome, clock.sleep(DRIVER_GRACE_MS)]);
  }

  /** No CALL came. Only where the CSMS itself says that it sent one is that its fault. */
  async function unsent(action: string, outcome: Promise<Outcome>): Promise<Error> {
    const result = await Promise.race([outcome, clock.sleep(1).then(() => undefined)]);
    if (result?.ok && result.answer.confirmed) {
      return new Broken(`the CSMS says that it sent ${action}, and none reached the station within ${timeoutMs} ms`);
    }
    return new Unmet(`no ${action} reached the station within ${timeoutMs} ms of asking for it`);
  }

  async function end(): Promise<void> {
    for (const call of calls) if (!call.answered) call.refuse('GenericError', 'the case ended');
    for (const { outcome, abort } of running) {
      const given = new Promise<void>((resolve) => {
        const timer = clock.setTimeout(() => {
          abort.abort();
          resolve();
        }, DRIVER_GRACE_MS);
        void outcome.then(() => {
          clock.clearTimeout(timer);
          resolve();
        });
      });
      await given;
    }
  }

  async function siteLimit(amperes: number, stations: readonly string[]): Promise<void> {
    if (driver.setSiteLimit === undefined)
      throw new Unmet(
        `the CSMS has to be told a limit of ${amperes} A, and the driver '${driver.name}' can't: see --driver`,
      );
    const abort = new AbortController();
    const timer = clock.setTimeout(() => abort.abort(), timeoutMs);
    trace.happened('operator', 'harness', `tells the CSMS that ${stations.join(', ')} share ${amperes} A per phase`);
    try {
      await driver.setSiteLimit({ amperes, stations }, abort.signal);
    } catch (cause) {
      const says = cause instanceof Error ? cause.message : String(cause);
      throw new Unmet(`the driver '${driver.name}' could not tell the CSMS a limit of ${amperes} A: ${says}`);
    } finally {
      clock.clearTimeout(timer);
    }
  }

  return { order, siteLimit, setsSiteLimit: driver.setSiteLimit !== undefined, end };
}

/** A driver that answers only after the station did needs a moment; one that hangs is given up. */
const DRIVER_GRACE_MS = 5_000;

/** Members in any order, as chai's deep equality has it. */
const same = (one: unknown, other: unknown): boolean => canonical(one) === canonical(other);

const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, member: unknown) =>
    member !== null && typeof member === 'object' && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
