/** The CSMS that a case plays for a charger: it awaits the station, speaks, refuses, goes away and comes back. */
import type { Clock, TimerHandle } from '../clock.ts';
import type { Dialect } from '../dialects/dialect.ts';
import { encodeCall } from '../ocppj/encode.ts';
import { type IncomingCall, type Manners, type Payload, type Reply, Session } from '../session.ts';
import type { Trace } from '../trace.ts';
import type { Face, HandshakeEnd, HandshakeRequest } from '../wire/transport.ts';
import { type Attempt, Attempts } from './attempts.ts';
import type { Answered, Door, DoorAnswers } from './door.ts';
import { cutInside, DoorKeeper } from './door-keeper.ts';
import { freeAgain, stopAll } from './free-again.ts';
import { RawLine } from './raw-line.ts';
import type { Guest, Host, Reception } from './reception.ts';
import { showJson } from './show.ts';
import { describe } from './station-player.ts';
import { Unmet, Unreachable } from './unmet.ts';

export interface CsmsPlayerOptions {
  /** Empty where any station will do. */
  readonly identity: string;
  readonly dialect: Dialect;
  readonly reception: Reception;
  readonly clock: Clock;
  readonly trace: Trace;
  /** Milliseconds that an answer may take. */
  readonly timeoutMs: number;
  /** A CALL that every station answers and that changes nothing. */
  readonly probe: { readonly action: string; readonly payload: Payload };
  readonly manners: Manners;
  readonly nextId: () => string;
}

export interface CallWait {
  readonly timeoutMs?: number;
  readonly where?: (payload: Payload, action: string) => boolean;
  /** A `mark`: CALLs that came from there on count as well. Default: from now on. */
  readonly since?: number;
  /** Number of a frame in the trace: only CALLs behind it count. */
  readonly after?: number;
}

/**
 * What is slow on a charger is slow by design: a reboot, the back-off between two attempts to connect. Such things get
 * this many times what an answer gets.
 */
const PATIENCE = 10;

/** RFC 6455 sets no time for the closing handshake; browsers and ws give it some seconds. */
const CLOSE_MS = 3_000;

/** A station may still be reading the answer to its boot when the next CALL arrives: it speaks first, or has this long. */
const REGISTERED_MS = 250;

/**
 * A second answer comes close behind the first: it is waited for before the next case begins. And a close on the heels of an answer makes some
 * chargers lose the answer.
 */
const LINGER_MS = 20;

/** An opening handshake of the station. */
export interface Knock {
  /** Request target, with the identity in its last segment. */
  readonly target: string;
  readonly letIn: boolean;
  /** Another connection of the station was open. */
  readonly connected: boolean;
}

/** How a case answers an action in place of the manners; it may also leave the answer for later. */
export type Script = (call: IncomingCall) => void;

interface Waiting {
  readonly wants: (call: IncomingCall) => boolean;
  readonly resolve: (call: IncomingCall | undefined) => void;
  timer: TimerHandle | undefined;
}

export class CsmsPlayer implements Host {
  readonly dialect: Dialect;
  readonly #options: CsmsPlayerOptions;
  readonly #scripts = new Map<string, Script>();
  readonly #calls: IncomingCall[] = [];
  readonly #waiting: Waiting[] = [];
  #arrivals: (() => void)[] = [];
  readonly #attempts: Attempts;
  readonly #keeper: DoorKeeper;
  #request: HandshakeRequest | undefined;
  #disguised = false;
  #guest: Guest | undefined;
  #session: Session | undefined;
  #connections = 0;
  #connection = 0;
  #closed = false;
  #shut: string | undefined;
  readonly #knocks: Knock[] = [];
  #ended = false;
  #spoilt = false;
  /** Bytes are written below the session: nothing of its own may come between them. */
  #silent = false;
  #says: string | undefined;

  constructor(options: CsmsPlayerOptions) {
    this.#options = options;
    this.dialect = options.dialect;
    const { clock, trace } = options;
    this.#attempts = new Attempts(clock);
    this.#keeper = new DoorKeeper({ clock, trace, attempts: this.#attempts });
    options.reception.claim(this);
  }

  get identity(): string {
    return this.#guest?.identity ?? this.#options.identity;
  }

  answers(request: HandshakeRequest): Answered | undefined {
    const answered = this.#keeper.answer(this.identity, request);
    if (answered !== undefined) this.#says = `HTTP ${answered.status}`;
    return answered;
  }

  shuts(target: string): boolean {
    return this.#closed || (this.#shut !== undefined && target.startsWith(this.#shut));
  }

  /** What the station was last told of its registration. */
  get registration(): Guest['registration'] {
    return this.#guest?.registration ?? 'unknown';
  }

  get connected(): boolean {
    return this.#session?.open ?? false;
  }

  /** The connection in use. @throws Unmet where there is none */
  get session(): Session {
    if (this.#session?.open !== true) throw new Unmet(`${this.identity || 'the station'} is not connected`);
    return this.#session;
  }

  /** Where the next CALL of the station begins, for `since`. */
  get mark(): number {
    return this.#calls.length;
  }

  /** Milliseconds that slow things may take. */
  get patienceMs(): number {
    return PATIENCE * this.#options.timeoutMs;
  }

  /** CALLs of the station since a `mark`, oldest first. */
  calls(since: number, action?: string): readonly IncomingCall[] {
    return this.#calls.slice(since).filter((call) => action === undefined || call.action === action);
  }

  /**
   * Waits until the station is connected.
   * @throws Unmet where it does not come back, Unreachable where it never came
   */
  async connection(timeoutMs = this.patienceMs): Promise<Session> {
    if (this.connected) return this.session;
    const { reception } = this.#options;
    const first = Math.min(timeoutMs, this.#options.timeoutMs);
    let came = await this.#arrival(first);
    // One that is turned away, or that no case has ever seen, is not waited for as long as one that restarts.
    const worthIt = this.#says === undefined && !reception.givenUp;
    if (!came && worthIt) came = this.connected || (await this.#arrival(timeoutMs - first));
    if (came) return this.session;
    const who = this.identity || 'a station';
    const says = `${who} did not connect within ${Math.round(timeoutMs / 1000)} s${this.#says ? `: ${this.#says}` : ''}`;
    if (this.#guest !== undefined || this.#says !== undefined) throw new Unmet(says);
    reception.givenUp = true;
    throw new Unreachable(says);
  }

  /**
   * Waits until the station is connected and registered: a station that came back without a boot keeps its registration.
   * @throws Unmet where it does not serve
   */
  async ready(): Promise<void> {
    await this.connection();
    await this.#settled();
    const { probe, timeoutMs } = this.#options;
    const is = (...states: Guest['registration'][]) => states.includes(this.registration);
    // It may have been accepted in a life that we did not see; then it does not boot, and serves.
    if (is('unknown')) await this.awaitCall('BootNotification', { since: 0, timeoutMs });
    if (is('Pending', 'Rejected')) await this.awaitCall('BootNotification', { timeoutMs: this.patienceMs });
    if (is('Accepted')) return;
    const reply = await this.call(probe.action, probe.payload);
    // It serves, and is not waited for in each case anew.
    if (reply.kind === 'callresult' && this.#guest) this.#guest.registration = 'Accepted';
    if (reply.kind !== 'callresult') {
      throw new Unmet(
        `${this.identity} sent no BootNotification, and answered ${probe.action} with ${describe(reply)}`,
      );
    }
  }

  /** Sends a CALL and waits for its answer, whatever it is. */
  async call(action: string, payload: Payload, options?: { timeoutMs?: number }): Promise<Reply> {
    const { session } = this;
    await this.#settled();
    const reply = await session.call(action, payload, options);
    // Whatever keeps it silent, a new connection may end it; and an answer that comes late would be a riddle to the next case.
    if (reply.kind === 'silence') this.#spoilt = true;
    return reply;
  }

  /** Sends a CALL that a right CSMS does not send, and waits for its answer; nobody is blamed for the CALL. */
  async provoke(action: string, payload: unknown): Promise<Reply> {
    const { session } = this;
    await this.#settled();
    const id = this.#options.nextId();
    return session.callRaw(id, action, encodeCall(id, action, payload));
  }

  /** A CALL that the case only needs on its way. @throws Unmet where it is not answered with a CALLRESULT */
  async need(action: string, payload: Payload, status?: readonly string[]): Promise<Reply> {
    const reply = await this.call(action, payload);
    const fits = status === undefined || status.includes(String(reply.payload['status']));
    if (reply.kind !== 'callresult' || !fits)
      throw new Unmet(`${action} ${showJson(payload, 120)} was needed and answered with ${describe(reply)}`);
    return reply;
  }

  /** Waits for a CALL of the station, over as many connections as it takes; undefined when none came in time. */
  awaitCall(action: string | readonly string[], options: CallWait = {}): Promise<IncomingCall | undefined> {
    const { where = () => true, since, after = 0, timeoutMs } = options;
    const actions = [action].flat();
    const wants = (call: IncomingCall) =>
      call.n > after && actions.includes(call.action) && where(call.payload, call.action);
    const before = since === undefined ? undefined : this.#calls.slice(since).find(wants);
    if (before !== undefined) return Promise.resolve(before);
    return this.#await(wants, timeoutMs ?? this.#options.timeoutMs);
  }

  /** Answers an action in place of the manners, until the case ends or says otherwise. */
  answer(action: string, script: Script | Payload | undefined): void {
    if (script === undefined) this.#scripts.delete(action);
    else this.#scripts.set(action, typeof script === 'function' ? script : (call) => call.respond(script));
  }

  /** Closes the connection and waits until it is closed. */
  async disconnect(): Promise<void> {
    const session = this.#session;
    if (session?.open !== true) return;
    await this.#options.clock.sleep(LINGER_MS);
    const timer = this.#options.clock.setTimeout(() => session.terminate(), CLOSE_MS);
    await session.close(1000, 'the test goes on');
    this.#options.clock.clearTimeout(timer);
  }

  /** A connection on which nothing was wrong yet: the one in use, or a new one. @throws Unmet */
  async unspoilt(): Promise<Session> {
    if (this.connected && (this.#spoilt || this.session.outstanding > 0)) await this.disconnect();
    await this.ready();
    return this.session;
  }

  /** The same as bytes: what is written goes below the session, which hears along and says nothing more. @throws Unmet */
  async raw(): Promise<RawLine> {
    await this.unspoilt();
    const bytes = this.#guest?.line?.bytes?.();
    if (bytes === undefined) throw new Unmet('the way to the station carries messages only, and no bytes');
    this.#spoilt = true;
    this.#silent = true;
    const { clock, trace } = this.#options;
    return new RawLine({ line: bytes, role: 'server', clock, trace, connection: this.#connection, heard: true });
  }

  /** Begins a message and cuts the connection in the middle of it, without a close. @throws Unmet */
  cutInside(text: string): void {
    const bytes = this.connected ? this.#guest?.line?.bytes?.() : undefined;
    if (bytes === undefined) throw new Unmet('the way to the station carries messages only, and no bytes');
    this.#options.trace.happened('note', 'harness', `half of ${text}, and the connection is cut`, this.#connection);
    cutInside(bytes, text);
  }

  /**
   * Lets nobody in, and cuts who is, as a lost network does. Waits until the station knocks in vain, which shows that it has
   * noticed. @returns false where it does not
   */
  async goAway(): Promise<boolean> {
    this.#closed = true;
    this.#options.trace.happened('note', 'harness', 'the CSMS is away: connections are cut and refused');
    const session = this.#session;
    session?.terminate();
    await session?.closed;
    return this.#arrival(this.patienceMs);
  }

  /** Lets nobody in whose request target begins so, until the case ends or says otherwise. */
  shut(target: string | undefined): void {
    this.#shut = target;
    this.#options.trace.happened(
      'note',
      'harness',
      target ? `nobody is let in at ${target}` : 'all addresses are open',
    );
  }

  /** Answers who knocks in another way than by letting him in, until the case ends or says otherwise. */
  answerDoor(answers: DoorAnswers | undefined): void {
    this.#keeper.answers = answers;
  }

  /** Another port where stations are served as here: another address, as far as passwords go. */
  elsewhere(): Promise<number> {
    return this.#options.reception.elsewhere();
  }

  /** Every opening handshake of the station in this case, whether it was let in or not. */
  get knocks(): readonly Knock[] {
    return this.#knocks;
  }

  /** Lets the station in again. */
  comeBack(): void {
    this.#closed = false;
    this.#options.trace.happened('note', 'harness', 'the CSMS is back');
  }

  /** What the station has to show to be let in: a case changes it with what it makes the station change. */
  get door(): Door {
    return this.#options.reception.doorOf(this.identity);
  }

  /** The opening handshake of the connection in use. @throws Unmet where there is none */
  get request(): HandshakeRequest {
    if (!this.connected || this.#request === undefined) throw new Unmet('the station is not connected');
    return this.#request;
  }

  /**
   * Shows another face in the TLS handshakes to come, until the case ends; the usual one where none is given.
   * @throws Unmet where there is no TLS
   */
  show(face?: Face): void {
    if (!this.#options.reception.show(face)) throw new Unmet('plugproof does not speak TLS here: see --cert and --key');
    this.#disguised = face !== undefined;
    this.#options.trace.happened('note', 'harness', face ? 'another TLS face is shown' : 'the usual TLS face is shown');
  }

  /** Waits for the next attempt of the station to connect; undefined where none came in time. */
  attempt(timeoutMs = this.patienceMs): Promise<Attempt | undefined> {
    return this.#attempts.next(timeoutMs);
  }

  /** How often the station has connected in this case, the connection that it was found with counted. */
  get connections(): number {
    return this.#connections;
  }

  /** Waits for the next connection. @returns false where none came in time */
  reconnection(timeoutMs = this.patienceMs): Promise<boolean> {
    return this.#arrival(timeoutMs);
  }

  arrived(guest: Guest, fresh: boolean): void {
    const { clock, trace, timeoutMs, nextId } = this.#options;
    const { line } = guest;
    if (line === undefined) return;
    this.#guest = guest;
    this.#request = line.request;
    this.#connections++;
    this.#spoilt = false;
    this.#silent = false;
    const connection = trace.connection();
    this.#connection = connection;
    if (fresh) {
      const offer = `${line.request.target} offering ${line.request.subprotocols.join(', ')}`;
      trace.happened('open', 'sut', `${offer}: 101, ${line.subprotocol}`, connection);
      this.#knocks.push({ target: line.request.target, letIn: true, connected: this.#session?.open ?? false });
    } else trace.happened('note', 'harness', `${guest.identity} is connected since before the case`, connection);
    const session: Session = new Session(line, {
      clock,
      timeoutMs,
      nextId,
      manners: (call) => this.#serve(call),
      recorder: {
        frame: (origin, frame, deliberate) => {
          if (deliberate) this.#spoilt = true;
          return trace.frame(connection, origin === 'here' ? 'harness' : 'sut', frame, deliberate).n;
        },
        closed: (origin, { code, reason }) =>
          trace.happened('close', origin === 'here' ? 'harness' : 'sut', `${code} ${reason}`.trim(), connection),
      },
    });
    this.#session = session;
    this.#says = undefined;
    for (const wake of this.#arrivals.splice(0)) wake();
    if (fresh) this.#attempts.came({ outcome: 'connected', request: line.request });
  }

  missed(target: string): void {
    this.#options.trace.happened('refused', 'harness', `${this.identity} knocked at ${target} and was not let in`);
    this.#knocks.push({ target, letIn: false, connected: this.#session?.open ?? false });
    for (const wake of this.#arrivals.splice(0)) wake();
  }

  turnedAway(says: string, request: HandshakeRequest): void {
    this.#says = says;
    this.#options.trace.happened('refused', 'harness', `${this.identity || 'a station'} knocked: ${says}`);
    this.#attempts.came({ outcome: 'refused', says, request });
  }

  brokenOff(end: HandshakeEnd): void {
    const { outcome, says } = end;
    this.#says = `TLS: ${says}`;
    const how = { 'broken off': 'was broken off', 'went on': 'was gone on with', stalled: 'stood still' }[outcome];
    this.#options.trace.happened('refused', 'sut', `a TLS handshake ${how}: ${says}`);
    this.#attempts.came(end);
  }

  overheard(says: string): void {
    this.#options.trace.happened(
      'note',
      'harness',
      `somebody broke a TLS handshake off, and nothing tells who: ${says}`,
    );
  }

  /** Ends the case: what is held is answered, what was spoilt is closed, the rest is handed on. */
  async end(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    const { clock, reception, manners } = this.#options;
    this.#scripts.clear();
    for (const { timer, resolve } of this.#waiting.splice(0)) {
      clock.clearTimeout(timer);
      resolve(undefined);
    }
    for (const call of this.#calls) if (!call.answered) manners(call);
    this.#shut = undefined;
    await stopAll(this, this.#options.trace.frames());
    if (this.connected && this.#guest) await freeAgain(this, this.#guest);
    if (this.connected) await clock.sleep(LINGER_MS);
    // An answer that comes late would be a riddle to the next case.
    if (this.connected && (this.#spoilt || this.session.outstanding > 0)) await this.disconnect();
    this.#closed = false;
    if (this.#disguised) reception.show(undefined);
    reception.release(this, this.#guest);
  }

  /** A station that has just come may be about to boot, and one that has just booted may not have read the answer yet. */
  async #settled(): Promise<void> {
    const line = this.#guest?.line;
    if (line?.silent === true) {
      await this.#word();
      line.hearSilence();
    }
    if (this.registration !== 'unknown' && this.#calls.at(-1)?.action === 'BootNotification') await this.#word();
  }

  /** Waits for the next CALL, whatever it is, for a moment. */
  #word(): Promise<unknown> {
    return this.#await(() => true, REGISTERED_MS);
  }

  #await(wants: Waiting['wants'], timeoutMs: number): Promise<IncomingCall | undefined> {
    return new Promise((resolve) => {
      const waiting: Waiting = { wants, resolve, timer: undefined };
      waiting.timer = this.#options.clock.setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        resolve(undefined);
      }, timeoutMs);
      this.#waiting.push(waiting);
    });
  }

  #serve(call: IncomingCall): void {
    this.#calls.push(call);
    const script = this.#scripts.get(call.action);
    if (script) script(call);
    else if (!this.#silent) this.#options.manners(call);
    for (const waiting of this.#waiting.filter(({ wants }) => wants(call))) {
      this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
      this.#options.clock.clearTimeout(waiting.timer);
      waiting.resolve(call);
    }
  }

  #arrival(timeoutMs: number): Promise<boolean> {
    const { clock } = this.#options;
    return new Promise((resolve) => {
      const timer = clock.setTimeout(() => {
        this.#arrivals = this.#arrivals.filter((wake) => wake !== arrived);
        resolve(false);
      }, timeoutMs);
      const arrived = () => {
        clock.clearTimeout(timer);
        resolve(true);
      };
      this.#arrivals.push(arrived);
    });
  }
}
