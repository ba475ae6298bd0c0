/** The operator of the CSMS at work: autocannon on its control API, and each request held against the CALL it brings. */
import type { Clock } from '../../src/clock.ts';
import type { OcppVersion } from '../../src/dialects/dialect.ts';
import { authorization } from '../../src/sut/drivers/http-client.ts';
import type { DriverSettings } from '../../src/sut/drivers/settings.ts';
import { epochNow } from '../engine/epoch.ts';
import type { Heard } from '../engine/heard.ts';
import { type Pulse, Tally, type TallyState } from '../engine/tally.ts';
import type { Scenario } from '../workload.ts';
import { commandOf } from './commands.ts';

export interface OperatorOptions {
  readonly driver: DriverSettings;
  readonly stations: readonly { readonly identity: string; readonly version: OcppVersion }[];
  readonly clock: Clock;
}

/** A request whose CALL was not heard of yet. */
interface Asked {
  /** Epoch milliseconds with a fraction. */
  readonly at: number;
  /** The control API said yes. */
  taken: boolean;
}

/** Nobody answers at the control API. */
export class NoControl extends Error {
  override readonly name = 'NoControl';
}

/** Connections to the control API, each with its share of the rate, begun one after the other within a second. */
const MOST_CONNECTIONS = 20;
/** Seconds: a control API may wait for the station. */
const TIMEOUT_S = 60;
const SECOND = 1_000;
const KNOCK_MS = 5_000;
/** Workers tell what they heard once a second. */
const HEARING_MS = 2_500;

export class Operator {
  readonly #options: OperatorOptions;
  readonly #tally = new Tally();
  /** Station and action → requests, oldest first. */
  readonly #asked = new Map<string, Asked[]>();
  readonly #running = new Set<{ stop(): void }>();
  #n = 0;
  #answers = 0;

  constructor(options: OperatorOptions) {
    this.#options = options;
  }

  /** Carries out a scenario of commands. Settles when every request is answered, or the run is stopped. */
  async run(scenario: Scenario, signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    const among = scenario.among ?? { first: 0, count: this.#options.stations.length };
    const { amount, rate } = amountOf(scenario, among.count);
    const connections = Math.min(MOST_CONNECTIONS, rate, amount);
    if (connections === 0) return;
    await clock.sleep(scenario.startMs);
    const { default: autocannon } = await import('autocannon');
    const stop = () => {
      for (const one of this.#running) one.stop();
    };
    signal.addEventListener('abort', stop, { once: true });
    const share = (whole: number, i: number) =>
      Math.floor((whole * (i + 1)) / connections) - Math.floor((whole * i) / connections);
    await Promise.all(
      Array.from({ length: connections }, async (_, i) => {
        await clock.sleep((i * SECOND) / connections);
        if (signal.aborted) return;
        const running = autocannon({
          url: new URL(this.#options.driver.url ?? '').origin,
          connections: 1,
          overallRate: share(rate, i),
          amount: share(amount, i),
          timeout: TIMEOUT_S,
          // It would make up samples; latencies are taken here, from what was sent.
          ignoreCoordinatedOmission: true,
          requests: [
            {
              setupRequest: (request, context) => this.#ask(request, context, scenario, among.first, among.count),
              onResponse: (status, _body, context) => this.#answered(status, context),
            },
          ],
        });
        this.#running.add(running);
        await running;
        this.#running.delete(running);
      }),
    );
    signal.removeEventListener('abort', stop);
    // Whatever autocannon calls an error: a request that was not answered failed.
    const unanswered = this.#n - this.#answers;
    if (unanswered > 0) this.#tally.counter('http_req_failed', '', 'unanswered').value = unanswered;
    if (!signal.aborted) await clock.sleep(HEARING_MS);
  }

  /** @throws NoControl where the control API can't be reached at all */
  async knock(): Promise<void> {
    const { url = '' } = this.#options.driver;
    try {
      const answer = await fetch(url, { signal: AbortSignal.timeout(KNOCK_MS), redirect: 'manual' });
      await answer.body?.cancel();
    } catch (cause) {
      const { cause: deeper } = cause as { cause?: { code?: string } };
      // An API that is slow to say hello is there all the same.
      if ((cause as Error).name === 'TimeoutError') return;
      throw new NoControl(`the control API at ${url} can't be reached: ${deeper?.code ?? (cause as Error).message}`);
    }
  }

  heard(all: readonly Heard[]): void {
    for (const { station, action, at } of all) {
      const queue = this.#asked.get(`${station} ${action}`);
      const asked = queue?.shift();
      if (asked === undefined) continue;
      const latency = Math.max(0, at - asked.at);
      this.#tally.trend('ocpp_command_latency', action).record(latency);
      this.#tally.latency.record(latency);
    }
  }

  /** Requests that the control API took, and no station ever heard of. */
  get unheard(): number {
    let count = 0;
    for (const queue of this.#asked.values()) count += queue.filter(({ taken }) => taken).length;
    return count;
  }

  /** Latencies of commands in the last second. */
  take(): Uint32Array {
    return this.#tally.latency.take();
  }

  sums(): Pulse['counts'] {
    return this.#tally.sums();
  }

  state(): TallyState {
    return this.#tally.state();
  }

  #ask(
    request: { method: string; path: string; headers: Record<string, string>; body: string },
    context: Record<string, unknown>,
    { commands = [] }: Scenario,
    first: number,
    count: number,
  ): typeof request {
    const { stations, driver, clock } = this.#options;
    const n = this.#n++;
    const index = first + (n % count);
    const { identity, version } = stations[index] ?? { identity: '', version: '1.6' as const };
    // Another command for each round over the stations.
    const name = commands[Math.floor(n / count + n) % commands.length] ?? 'trigger';
    const { action, payload } = commandOf(version, name, n, clock.now());
    const base = new URL(driver.url ?? '').pathname.replace(/\/$/, '');
    const at = epochNow();
    const asked: Asked = { at, taken: false };
    const key = `${index} ${action}`;
    const queue = this.#asked.get(key) ?? [];
    queue.push(asked);
    this.#asked.set(key, queue);
    Object.assign(context, { asked, key, at });
    this.#tally.counter('http_reqs').value++;
    return {
      ...request,
      method: 'POST',
      path: `${base}/api/octt/${version}/${encodeURIComponent(identity)}/call/${action}`,
      headers: { 'content-type': 'application/json', ...authorization(driver.auth), ...driver.headers },
      body: JSON.stringify(payload),
    };
  }

  #answered(status: number, context: Record<string, unknown>): void {
    const { asked, key, at } = context as { asked?: Asked; key?: string; at?: number };
    if (asked === undefined || key === undefined || at === undefined) return;
    this.#answers++;
    this.#tally.trend('http_req_duration').record(epochNow() - at);
    if (status >= 200 && status < 300) {
      asked.taken = true;
      return;
    }
    this.#tally.counter('http_req_failed', '', String(status)).value++;
    // No CALL comes of it.
    const queue = this.#asked.get(key);
    const place = queue?.indexOf(asked) ?? -1;
    if (place >= 0) queue?.splice(place, 1);
  }
}

/** autocannon keeps whole rates, of one a second or more. */
function amountOf(scenario: Scenario, stations: number): { amount: number; rate: number } {
  if (scenario.executor === 'constant-arrival-rate') {
    const rate = Math.max(1, Math.round(scenario.rate));
    return { rate, amount: Math.max(1, Math.round((rate * scenario.durationMs) / SECOND)) };
  }
  if (scenario.executor !== 'per-vu-iterations') return { amount: 0, rate: 0 };
  const amount = stations * scenario.iterations;
  return {
    amount,
    rate: scenario.overMs === 0 ? amount : Math.max(1, Math.round((amount * SECOND) / scenario.overMs)),
  };
}
