/** A charger and the reference CSMS, wired together in virtual time with everything recorded. */
import type { MessageSchemas } from '../../schemas/types.ts';
import { VirtualClock } from '../clock.ts';
import { Csms, type Sent } from '../csms/csms.ts';
import type { CsmsPolicy } from '../csms/policy.ts';
import { dialects } from '../dialects/index.ts';
import { judgeTrace } from '../judge/invariants/index.ts';
import { decode } from '../ocppj/decode.ts';
import { seededRandom } from '../random.ts';
import type { InvariantReport } from '../report.ts';
import type { StationSetup } from '../station/settings.ts';
import { createStation } from '../station/station.ts';
import type { ChargingStation, Payload, StationObserver } from '../station/types.ts';
import { Trace, type TracedFrame } from '../trace.ts';
import { memoryDialer } from '../wire/memory.ts';
import type { Transport } from '../wire/transport.ts';
import { referenceTokens } from './tokens.ts';

export interface PairOptions {
  readonly setup: StationSetup;
  readonly schemas: MessageSchemas;
  readonly seed?: number;
  readonly policy?: Partial<CsmsPolicy>;
  /** Seconds between heartbeats that the CSMS orders. */
  readonly interval?: number;
  readonly observer?: StationObserver;
  /** Stands between the CSMS and the wire. */
  readonly wrap?: (transport: Transport) => Transport;
}

/** A message that went over the wire, as a test looks at it. */
export interface Seen {
  readonly at: number;
  readonly from: 'station' | 'csms';
  readonly kind: string;
  readonly action: string;
  readonly payload: Payload;
}

export class StationAndCsms {
  readonly clock = new VirtualClock();
  readonly csms: Csms;
  readonly station: ChargingStation;
  readonly trace: Trace;
  readonly #options: PairOptions;
  readonly #startedAt: number;
  #transport: Transport | undefined;
  #reachable = true;

  constructor(options: PairOptions) {
    const { setup, schemas, seed = 1, policy, interval = 300, observer, wrap } = options;
    const { clock } = this;
    this.#options = options;
    this.#startedAt = clock.now();
    this.trace = new Trace(clock);
    const { version } = setup;
    this.csms = new Csms({
      clock,
      schemas,
      versions: [version],
      interval,
      seed,
      ...(policy && { policy }),
      ...(wrap && { wrap }),
    });
    for (const token of referenceTokens) this.csms.store.putToken(token);
    this.station = createStation(setup, {
      clock,
      random: seededRandom(seed, setup.identity),
      schemas,
      ...(observer && { observer }),
      wire: {
        send: (text) => {
          this.#record('harness', text);
          this.#transport?.send(text);
        },
        close: (code, reason) => this.#transport?.close(code, reason),
        reconnect: (delayMs) => {
          clock.setTimeout(() => void this.#dial(), delayMs);
        },
      },
    });
  }

  /** Dials for the first time and lets time pass until everything is quiet. */
  async start(): Promise<void> {
    await this.clock.run(this.#dial());
    await this.pass(1);
  }

  /** Lets virtual time pass. */
  pass(seconds: number): Promise<void> {
    return this.clock.run(this.clock.sleep(seconds * 1000));
  }

  /** Sends a CALL of the CSMS and lets a second pass. @throws Error where there is no CALLRESULT */
  async ask(action: string, payload: Payload): Promise<Payload> {
    const sent = await this.command(action, payload);
    if (!sent.reached) throw new Error(`${action}: ${sent.why}`);
    const { reply } = sent;
    if (reply.kind !== 'callresult')
      throw new Error(`${action}: ${reply.kind} ${reply.code ?? ''} ${reply.description ?? ''}`);
    return reply.payload;
  }

  /** As `ask`, with whatever comes of it. */
  async command(action: string, payload: Payload): Promise<Sent> {
    const sent = await this.clock.run(this.csms.send(this.#options.setup.identity, action, payload));
    await this.pass(1);
    return sent;
  }

  /** Cuts the connection as a lost network does; `up` lets the station in again. */
  async cut(): Promise<void> {
    this.#reachable = false;
    this.#transport?.terminate();
    await this.pass(1);
  }

  up(): void {
    this.#reachable = true;
  }

  /** What went over the wire since message `from`, oldest first. */
  seen(from = 0): Seen[] {
    return this.trace
      .frames()
      .slice(from)
      .map(({ at, origin, kind, action = '', frame }) => ({
        at,
        from: origin === 'sut' ? 'csms' : 'station',
        kind,
        action,
        payload: ('payload' in frame ? frame.payload : {}) as Payload,
      }));
  }

  /** CALLs of the station since message `from`. */
  calls(action?: string, from = 0): Seen[] {
    return this.seen(from).filter(
      (seen) => seen.from === 'station' && seen.kind === 'call' && (action === undefined || seen.action === action),
    );
  }

  /** Where the next messages begin, for `seen` and `calls`. */
  get mark(): number {
    return this.trace.frames().length;
  }

  /** What either side broke. */
  breaches(): InvariantReport[] {
    const { schemas, setup } = this.#options;
    const facts = {
      dialect: dialects[setup.version],
      schemas,
      clockToleranceS: 60,
      startedAt: this.#startedAt,
      timeoutMs: 30_000,
    };
    // Judged from both sides: some invariants look at the SUT alone.
    const mirrored = this.trace.events.map((event) => ({
      ...event,
      origin: event.origin === 'sut' ? ('harness' as const) : ('sut' as const),
    }));
    return [
      ...judgeTrace(this.trace.events, { ...facts, sut: 'csms' }, true),
      ...judgeTrace(mirrored, { ...facts, sut: 'station' }, true),
    ];
  }

  async #dial(): Promise<void> {
    const { setup } = this.#options;
    if (!this.#reachable) {
      this.station.closed(1006);
      return;
    }
    const dialer = memoryDialer(this.csms, this.clock);
    const target = `${this.csms.path}/${encodeURIComponent(setup.identity)}`;
    const { subprotocol } = dialects[setup.version];
    const handshake = await dialer.dial({ target, subprotocols: [subprotocol], headers: {} });
    if (handshake.outcome !== 'open') {
      this.station.closed(1006);
      return;
    }
    const { transport } = handshake;
    this.#transport = transport;
    this.#connection = this.trace.connection();
    this.trace.happened('open', 'harness', `${target} offering ${subprotocol}: 101, ${subprotocol}`, this.#connection);
    transport.attach({
      message: (message) => {
        this.#record('sut', message);
        if (typeof message === 'string') this.station.received(message);
      },
      close: ({ code }) => {
        if (this.#transport === transport) this.#transport = undefined;
        this.station.closed(code);
      },
    });
    this.station.opened();
  }

  #connection = 0;

  #record(origin: 'harness' | 'sut', message: string | Uint8Array): TracedFrame {
    return this.trace.frame(this.#connection, origin, decode(message));
  }
}
