/** The station that a case plays: it dials, speaks, and can be cut off and come back. */
import type { Clock } from '../clock.ts';
import type { Dialect } from '../dialects/dialect.ts';
import type { IncomingCall, Manners, Payload, Reply, Session as SessionType } from '../session.ts';
import { Session } from '../session.ts';
import type { SecurityProfile } from '../sut/system-under-test.ts';
import type { Trace } from '../trace.ts';
import { type RequestHead, upgrade } from '../wire/raw/http.ts';
import type { Dialer, Handshake, LineOptions, TlsFacts, TlsOffer } from '../wire/transport.ts';
import { MOST_UNASKED } from './invariants/invariant.ts';
import { RawLine } from './raw-line.ts';
import { showJson } from './show.ts';
import { again, isTurnedAway } from './turned-away.ts';
import { Unmet, Unreachable } from './unmet.ts';

export interface PlayerOptions {
  readonly identity: string;
  readonly dialect: Dialect;
  readonly dialer: Dialer;
  readonly clock: Clock;
  readonly trace: Trace;
  readonly timeoutMs: number;
  readonly manners: Manners;
  readonly nextId: () => string;
  /** Path of the endpoint, without the identity. */
  readonly basePath: string;
  /** Host and port as the header of that name has them. */
  readonly host: string;
  /** Sent with every handshake: credentials. */
  readonly headers: Readonly<Record<string, string>>;
  /** Other addresses of the CSMS. */
  readonly elsewhere?: readonly Address[];
}

/** Another address of the CSMS, and what the station shows there. */
export interface Address {
  /** Endpoint without the identity. */
  readonly url: string;
  readonly securityProfile: SecurityProfile;
  readonly dialer: Dialer;
  /** Path of the endpoint, without the identity. */
  readonly basePath: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What a handshake may say other than it should. */
export interface KnockOptions {
  readonly identity?: string;
  /** In place of the station's usual address. */
  readonly at?: Address;
  /** In place of `/identity` behind the endpoint's path. */
  readonly target?: string;
  readonly subprotocols?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  /** In place of the station's own way in the TLS handshake. */
  readonly tls?: TlsOffer;
}

export type Knock =
  | { readonly session: SessionType; readonly subprotocol: string; readonly tls?: TlsFacts }
  | Extract<Handshake, { outcome: 'refused' }>;

export class StationPlayer {
  readonly identity: string;
  readonly #options: PlayerOptions;
  readonly #sessions: Session[] = [];
  readonly #lines: RawLine[] = [];
  /** When the last connection ended, in milliseconds of the clock. */
  #endedAt = Number.NEGATIVE_INFINITY;

  constructor(options: PlayerOptions) {
    this.identity = options.identity;
    this.#options = options;
  }

  /** Other addresses of the CSMS, as its owner named them. */
  get elsewhere(): readonly Address[] {
    return this.#options.elsewhere ?? [];
  }

  /** The connection in use. @throws Unmet where there is none */
  get session(): Session {
    const session = this.#sessions.at(-1);
    if (session === undefined) throw new Unmet('the station is not connected');
    return session;
  }

  /** True while a connection is open. */
  get connected(): boolean {
    return this.#sessions.at(-1)?.open ?? false;
  }

  /** Opens a connection as the standard says. @throws Unmet where the CSMS does not let the station in */
  async connect(): Promise<Session> {
    const knock = await this.knock();
    if (!('session' in knock)) throw new Unmet(`the CSMS did not let ${this.identity} in: ${knock.says}`);
    if (knock.subprotocol !== this.#options.dialect.subprotocol) {
      throw new Unmet(`the CSMS did not agree to ${this.#options.dialect.subprotocol}, but to '${knock.subprotocol}'`);
    }
    return knock.session;
  }

  /**
   * Opens a connection, and boots on it: again, where the CSMS turns the station away that it still holds for connected.
   * @throws Unmet where the boot is not answered with a CALLRESULT
   */
  async register(boot: Payload): Promise<Reply> {
    const reply = await again(
      this.#options.clock,
      async () => {
        await this.connect();
        return this.call('BootNotification', boot);
      },
      async ({ kind }) => kind === 'closed' && isTurnedAway((await this.session.closed).code),
    );
    if (reply.kind !== 'callresult')
      throw new Unmet(`BootNotification was needed and answered with ${describe(reply)}`);
    return reply;
  }

  /**
   * Opens a connection in any way; what comes of it is a value.
   * @throws Unreachable where no HTTP answer comes
   */
  async knock(options: KnockOptions = {}): Promise<Knock> {
    const { dialect, trace, clock } = this.#options;
    const { dialer, basePath, headers } = options.at ?? this.#options;
    const identity = options.identity ?? this.identity;
    const target = options.target ?? `${basePath.replace(/\/$/, '')}/${encodeURIComponent(identity)}`;
    const subprotocols = options.subprotocols ?? [dialect.subprotocol];
    const { tls } = options;
    if (identity === this.identity) await this.#settled();
    const handshake = await dialer.dial({
      target,
      subprotocols,
      headers: options.headers ?? headers,
      ...(tls !== undefined && { tls }),
    });
    const connection = trace.connection();
    const offer = `${options.at === undefined ? '' : new URL(options.at.url).origin}${target} offering ${subprotocols.join(', ') || 'no subprotocol'}`;
    if (handshake.outcome !== 'open') {
      trace.happened('refused', 'sut', `${offer}: ${handshake.says}`, connection);
      if (handshake.outcome === 'unreachable')
        throw new Unreachable(`no answer at the SUT's address: ${handshake.says}`);
      return handshake;
    }
    const { transport } = handshake;
    trace.happened('open', 'harness', `${offer}: 101, ${transport.subprotocol || 'no subprotocol'}`, connection);
    const session: Session = new Session(transport, {
      clock,
      timeoutMs: this.#options.timeoutMs,
      nextId: this.#options.nextId,
      manners: this.#options.manners,
      recorder: {
        frame: (origin, frame, deliberate) => {
          const { n } = trace.frame(connection, origin === 'here' ? 'harness' : 'sut', frame, deliberate);
          // A flood is cut off: the evidence is long enough, and memory is not endless.
          if (trace.unasked > MOST_UNASKED && session.open) session.terminate();
          return n;
        },
        closed: (origin, { code, reason }) => {
          this.#endedAt = clock.monotonic();
          trace.happened(
            'close',
            origin === 'here' ? 'harness' : 'sut',
            `${code}${reason && ` ${reason}`}`,
            connection,
          );
        },
      },
    });
    this.#sessions.push(session);
    return { session, subprotocol: transport.subprotocol, ...(handshake.tls && { tls: handshake.tls }) };
  }

  /**
   * A connection on which nothing was said yet, and whose every byte is the case's.
   * @throws Unmet where the way to the SUT is none of bytes, Unreachable where there is no connection
   */
  async line(options: LineOptions = {}): Promise<RawLine> {
    const { clock, dialer, trace } = this.#options;
    if (dialer.line === undefined) throw new Unmet('the way to the CSMS carries messages only, and no bytes');
    await this.#settled();
    const bytes = await dialer.line(options).catch((cause: Error) => {
      throw new Unreachable(`no connection to the SUT's address: ${cause.message}`);
    });
    const line = new RawLine({
      line: bytes,
      role: 'client',
      clock,
      trace,
      connection: trace.connection(),
      over: () => {
        this.#endedAt = clock.monotonic();
      },
    });
    this.#lines.push(line);
    return line;
  }

  /** The opening handshake of this station, as bytes; a case makes it wrong. */
  handshake(): RequestHead {
    const { basePath, dialect, headers } = this.#options;
    const target = `${basePath.replace(/\/$/, '')}/${encodeURIComponent(this.identity)}`;
    const named = Object.entries(headers).map(([name, value]) => [capital(name), value] as const);
    return upgrade(target, this.#options.host, [dialect.subprotocol], Object.fromEntries(named));
  }

  /** Sends a CALL and waits for its answer, whatever it is. */
  call(action: string, payload: Payload, options?: { timeoutMs?: number }): Promise<Reply> {
    return this.session.call(action, payload, options);
  }

  /** A CALL that the case only needs on its way. @throws Unmet where it is not answered with a CALLRESULT */
  async need(action: string, payload: Payload): Promise<Reply> {
    const reply = await this.call(action, payload);
    if (reply.kind !== 'callresult') throw new Unmet(`${action} was needed and answered with ${describe(reply)}`);
    return reply;
  }

  /** Waits for a CALL of the CSMS that comes from now on; undefined when none came in time. */
  awaitCall(action: string, options?: { timeoutMs?: number; where?: (payload: Payload) => boolean }) {
    return this.session.awaitCall(action, options) as Promise<IncomingCall | undefined>;
  }

  /** Closes the connection in use and comes back with a new one. */
  async reconnect(): Promise<void> {
    await this.disconnect();
    await this.connect();
  }

  async disconnect(): Promise<void> {
    const session = this.#sessions.at(-1);
    if (session !== undefined) await this.#shut(session);
  }

  /** Leaves every connection: one identity, one connection. */
  async leave(): Promise<void> {
    await Promise.all([
      ...this.#lines.map((line) => line.leave()),
      ...this.#sessions.map((session) => this.#shut(session)),
    ]);
  }

  /** Closes whatever is still open, and gives the CSMS the time to see it. */
  async end(): Promise<void> {
    for (const line of this.#lines) line.finish();
    await Promise.all(this.#sessions.map((session) => this.#shut(session)));
    await this.#settled();
  }

  /** A CSMS of many parts needs a moment to see that a connection has ended; no station comes back within it. */
  async #settled(): Promise<void> {
    const { clock } = this.#options;
    const ms = this.#endedAt + SETTLE_MS - clock.monotonic();
    if (ms > 0) await clock.sleep(ms);
  }

  /** A peer that does not close in time is cut off: the trace then shows no close of its own. */
  async #shut(session: Session): Promise<void> {
    if (!session.open) return;
    const timer = this.#options.clock.setTimeout(() => session.terminate(), CLOSE_MS);
    await session.close();
    this.#options.clock.clearTimeout(timer);
  }
}

/** RFC 6455 sets no time for the closing handshake; browsers and ws give it some seconds. */
const CLOSE_MS = 3_000;

/** Between the end of a connection and the next one. */
const SETTLE_MS = 50;

const capital = (name: string): string => name.replace(/(^|-)[a-z]/g, (start) => start.toUpperCase());

/** The beginning of what the other side says, on one line: some repeat the whole message. */
const short = (text: string): string => {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 120 ? `${line.slice(0, 120)}…` : line;
};

/** What came of a CALL, in words. */
export function describe(reply: Reply): string {
  switch (reply.kind) {
    case 'callresult':
      return `CALLRESULT ${showJson(reply.payload)}`;
    case 'callerror':
      return `CALLERROR ${reply.code}${reply.description ? ` (${short(reply.description)})` : ''}`;
    case 'silence':
      return `silence for ${Math.round(reply.ms)} ms`;
    case 'closed':
      return 'a closed connection';
  }
}
