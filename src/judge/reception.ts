/** Where chargers under test arrive: one listener for all cases, which hands each connection to the case that plays. */
import { type Dialect, dialects, type OcppVersion } from '../dialects/index.ts';
import { decode } from '../ocppj/decode.ts';
import type { ByteLine } from '../wire/raw/bytes.ts';
import type {
  Acceptor,
  Admission,
  Closing,
  Face,
  HandshakeEnd,
  HandshakeRequest,
  Transport,
  TransportEvents,
} from '../wire/transport.ts';
import { type Answered, type Door, Doors, refusalAt } from './door.ts';
import { Unmet } from './unmet.ts';

/** What a station was last told of its registration; unknown from its boot, or its first arrival, to the answer. */
export type Registration = 'unknown' | 'Accepted' | 'Pending' | 'Rejected';

/** A case that plays the CSMS for one station. */
export interface Host {
  /** Empty where any station will do, until one has come. */
  readonly identity: string;
  readonly dialect: Dialect;
  /** How who knocks is answered in place of being let in; undefined where as ever. */
  answers(request: HandshakeRequest): Answered | undefined;
  /** True where nobody is let in with such a request target. */
  shuts(target: string): boolean;
  arrived(guest: Guest, fresh: boolean): void;
  /** The station knocked and was not let in. */
  turnedAway(says: string, request: HandshakeRequest): void;
  /** A TLS handshake of the station came to nothing. */
  brokenOff(end: HandshakeEnd): void;
  /** A TLS handshake came to nothing, and it can't be known whose it was. */
  overheard(says: string): void;
  /** The station knocked while nobody is let in. */
  missed(target: string): void;
}

/** A station that has been here, with its connection while it has one. */
export interface Guest {
  readonly identity: string;
  registration: Registration;
  line: Line | undefined;
  /** Address that it last came from; undefined in memory. */
  from: string | undefined;
  /** A connector stays in use whatever was done: a cable that nobody takes out. */
  occupied: boolean;
}

/** A connection that outlives cases: whoever attaches last hears it. */
export class Line implements Transport {
  readonly subprotocol: string;
  /** As in the opening handshake. */
  readonly request: HandshakeRequest;
  readonly #bare: Transport;
  readonly #guest: Guest;
  #events: TransportEvents | undefined;
  #closing: Closing | undefined;
  #boot: string | undefined;
  #silent = true;
  #leaving = false;

  constructor(request: HandshakeRequest, bare: Transport, guest: Guest) {
    this.request = request;
    this.subprotocol = bare.subprotocol;
    this.#bare = bare;
    this.#guest = guest;
    bare.attach({
      message: (message) => {
        this.#silent = false;
        this.#note(message, 'in');
        this.#events?.message(message);
      },
      close: (closing) => {
        this.#closing = closing;
        this.#events?.close(closing);
      },
    });
  }

  get open(): boolean {
    return this.#closing === undefined;
  }

  /** True once it was ended from here: the station may be on its way back before its end is seen. */
  get leaving(): boolean {
    return this.#leaving;
  }

  /** True until the station has said anything, or was given the time for it. */
  get silent(): boolean {
    return this.#silent;
  }

  /** It had its time to speak first. */
  hearSilence(): void {
    this.#silent = false;
  }

  attach(events: TransportEvents): void {
    this.#events = events;
    if (this.#closing) events.close(this.#closing);
  }

  send(message: string | Uint8Array): void {
    this.#note(message, 'out');
    this.#bare.send(message);
  }

  close(code?: number, reason?: string): void {
    this.#leaving = true;
    this.#bare.close(code, reason);
  }

  terminate(): void {
    this.#leaving = true;
    this.#bare.terminate();
  }

  bytes(): ByteLine | undefined {
    return this.#bare.bytes?.();
  }

  /** Registration belongs to the station, and so outlives the case in which it happened. */
  #note(message: string | Uint8Array, way: 'in' | 'out'): void {
    if (typeof message !== 'string') return;
    if (way === 'in' ? !message.includes('"BootNotification"') : this.#boot === undefined) return;
    const frame = decode(message);
    if (way === 'in' && frame.kind === 'call' && frame.action === 'BootNotification') {
      this.#boot = frame.id;
      this.#guest.registration = 'unknown';
    }
    if (way === 'out' && frame.kind === 'callresult' && frame.id === this.#boot) {
      const { status } = (frame.payload ?? {}) as { status?: unknown };
      this.#boot = undefined;
      this.#guest.registration = status === 'Accepted' || status === 'Pending' ? status : 'Rejected';
    }
  }
}

export interface ReceptionOptions {
  /** Versions that are spoken while no case says which. */
  readonly versions: readonly OcppVersion[];
  /** Identities that are let in; empty for any. */
  readonly identities: readonly string[];
  /** What stations have to show; nothing, unless told. */
  readonly doors?: Doors;
  /** Changes what is shown in TLS handshakes from now on; undefined for what is shown usually. */
  readonly shows?: (face: Face | undefined) => void;
  /** Listens at another port as well; undefined where there are none. */
  readonly elsewhere?: () => Promise<number>;
  /** Serves a station between cases. */
  readonly idle: (guest: Guest, line: Line) => unknown;
  readonly firstTransaction: number;
}

export class Reception implements Acceptor {
  readonly #options: ReceptionOptions;
  readonly #guests = new Map<string, Guest>();
  readonly #hosts: Host[] = [];
  /** The station that came where any would do: it stays the one. */
  #adopted: string | undefined;
  /** True once a case has waited in vain for a first station: the next ones need not wait as long. */
  givenUp = false;
  readonly #doors: Doors;
  #transactions: number;

  constructor(options: ReceptionOptions) {
    this.#options = options;
    this.#doors = options.doors ?? new Doors();
    this.#transactions = options.firstTransaction;
  }

  /** A number for a transaction (1.6), new over all cases. */
  nextTransaction(): number {
    return ++this.#transactions;
  }

  doorOf(identity: string): Door {
    return this.#doors.of(identity);
  }

  /** Shows another face in TLS handshakes. @returns false where there is no TLS to show it in @throws Unmet where TLS here can't */
  show(face: Face | undefined): boolean {
    try {
      this.#options.shows?.(face);
    } catch (cause) {
      throw new Unmet(`TLS of this machine can't show that: ${cause instanceof Error ? cause.message : String(cause)}`);
    }
    return this.#options.shows !== undefined;
  }

  /** Another port at which stations arrive here. */
  async elsewhere(): Promise<number> {
    return (await this.#options.elsewhere?.()) ?? 0;
  }

  /** A TLS handshake came to nothing. A station is told of it only where it can have been no other. @param from its address */
  brokenOff(end: HandshakeEnd, from?: string): void {
    const author = this.#authorAt(from);
    const host = author === undefined ? undefined : this.#hostOf(author);
    if (host) host.brokenOff(end);
    else for (const one of this.#hosts) one.overheard(from === undefined ? end.says : `${end.says} (from ${from})`);
  }

  /** The case plays from now on; a station that is connected already is handed over at once. */
  claim(host: Host): void {
    this.#hosts.push(host);
    const guest = this.#guests.get(host.identity || (this.#adopted ?? ''));
    if (guest?.line?.open !== true) return;
    if (guest.line.subprotocol === host.dialect.subprotocol) host.arrived(guest, false);
    else guest.line.close(1000, 'another version is wanted');
  }

  /** The case is over; its station is served on. */
  release(host: Host, guest: Guest | undefined): void {
    const at = this.#hosts.indexOf(host);
    if (at >= 0) this.#hosts.splice(at, 1);
    if (guest?.line?.open) this.#options.idle(guest, guest.line);
  }

  admit(request: HandshakeRequest): Admission {
    const identity = identityIn(request.target);
    const host = this.#hostOf(identity);
    const { identities, versions } = this.#options;
    const turnAway = (status: number, says: string): Admission => {
      host?.turnedAway(says, request);
      return { admit: false, status };
    };
    if (identity === '') return turnAway(404, 'the path of the request has no identity in it');
    if (identities.length > 0 && !identities.includes(identity)) return { admit: false, status: 404 };
    if (host?.shuts(request.target)) {
      host.missed(request.target);
      return { admit: false, status: 503 };
    }
    const answered = host?.answers(request);
    if (answered !== undefined) return answered;
    const refusal = refusalAt(this.doorOf(identity), identity, request);
    if (refusal !== undefined) return turnAway(401, refusal);
    const spoken = host ? [host.dialect.subprotocol] : versions.map((version) => dialects[version].subprotocol);
    const agreed = request.subprotocols.find((token) => spoken.includes(token));
    if (agreed !== undefined) return { admit: true, subprotocol: agreed };
    return turnAway(400, `it offers ${request.subprotocols.join(', ') || 'no subprotocol'}, not ${spoken.join(', ')}`);
  }

  accept(request: HandshakeRequest, transport: Transport): void {
    const identity = identityIn(request.target);
    const host = this.#hostOf(identity);
    const guest: Guest = this.#guests.get(identity) ?? {
      identity,
      registration: 'unknown',
      line: undefined,
      from: undefined,
      occupied: false,
    };
    guest.from = request.from;
    this.#guests.set(identity, guest);
    if (host !== undefined && host.identity === '') this.#adopted ??= identity;
    const before = guest.line;
    guest.line = new Line(request, transport, guest);
    if (host) host.arrived(guest, true);
    else this.#options.idle(guest, guest.line);
    // One identity, one connection: the newest is the station.
    if (before?.open) before.close(1000, 'replaced by a new connection');
  }

  /** Closes whatever is open. */
  end(): void {
    for (const { line } of this.#guests.values()) if (line?.open) line.close(1001, 'the tests are over');
  }

  /** Whose a nameless connection is: the one station of that address that is away, or the one that has never been here. */
  #authorAt(from: string | undefined): string | undefined {
    const known = [...this.#guests.values()];
    const away = known.filter(({ line }) => line?.open !== true || line.leaving);
    const [author, another] = away.filter((guest) => near(guest.from) === near(from));
    if (author !== undefined) return another === undefined ? author.identity : undefined;
    const { identities } = this.#options;
    const [unseen, more] = (identities.length > 0 ? identities : this.#hosts.map(({ identity }) => identity)).filter(
      (identity) => !this.#guests.has(identity),
    );
    return more === undefined && known.length === 0 ? unseen : undefined;
  }

  #hostOf(identity: string): Host | undefined {
    // The newest: a case that was given up may still hold on.
    return (
      this.#hosts.findLast((host) => host.identity === identity) ??
      this.#hosts.findLast((host) => host.identity === '' && (this.#adopted ?? identity) === identity)
    );
  }
}

/** A machine has two addresses for itself. */
const near = (address: string | undefined): string | undefined => (address === '::1' ? '127.0.0.1' : address);

/** The identity in the last segment of the request target; empty where there is none. */
function identityIn(target: string): string {
  const last = (target.split('?')[0] ?? '').split('/').at(-1) ?? '';
  try {
    return decodeURIComponent(last);
  } catch {
    return '';
  }
}
