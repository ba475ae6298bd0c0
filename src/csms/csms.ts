/** The back office as a state machine: the same object behind real sockets and in memory. */

import type { MessageSchemas } from '../../schemas/types.ts';
import type { Clock } from '../clock.ts';
import {
  type Dialect,
  dialects,
  mayInitiate,
  type OcppVersion,
  type Offence,
  ocppVersions,
} from '../dialects/index.ts';
import { offenceOf } from '../dialects/offence-of.ts';
import { encodeCallError } from '../ocppj/encode.ts';
import type { Frame } from '../ocppj/frame.ts';
import { type IncomingCall, type Payload, type Recorder, type Reply, Session } from '../session.ts';
import type { Acceptor, Admission, HandshakeRequest, Transport } from '../wire/transport.ts';
import { learnPassword, learnProfile, refusal, type SecurityProfile } from './credentials.ts';
import { type Desk, type Handlers, Refused } from './handler.ts';
import { handlers2 } from './handlers.v2.ts';
import { handlers16 } from './handlers.v16.ts';
import { handlers21 } from './handlers.v21.ts';
import { identityOf, speaks2 } from './identity.ts';
import { inPortions, learnFromResult } from './items.ts';
import { noteProfile } from './load-levelling.ts';
import { type CsmsPolicy, rightPolicy } from './policy.ts';
import { SiteBalancer } from './site.ts';
import { slipOn, slipping } from './slips.ts';
import { type KnownStation, Store } from './store.ts';
import { Tries } from './tries.ts';

const handlersOf: Readonly<Record<OcppVersion, Handlers>> = {
  '1.6': handlers16,
  '2.0.1': handlers2,
  '2.1': handlers21,
};

export interface CsmsOptions {
  readonly clock: Clock;
  readonly schemas: MessageSchemas;
  /** Versions that are spoken, in order of preference. */
  readonly versions?: readonly OcppVersion[];
  readonly policy?: Partial<CsmsPolicy>;
  readonly seed?: number;
  /** Path in front of the identity. */
  readonly path?: string;
  /** Milliseconds that a station may take to answer. */
  readonly timeoutMs?: number;
  /** Seconds between heartbeats. */
  readonly interval?: number;
  readonly recorder?: (station: string) => Recorder;
  /** What stations have to show at the door; 0, nothing, unless told. */
  readonly securityProfile?: SecurityProfile;
  /** organizationName in the certificates of stations. */
  readonly organization?: string;
  /** Signs a request for a certificate, and gives the chain in PEM. @throws where it is none that can be signed */
  readonly sign?: (csr: string, wanted: Wanted) => Promise<string>;
  /** Answers to what stations ask of authorities on behalf of others (2.x M01, M02, M06). */
  readonly authorities?: (action: string, asked: Payload) => Promise<Payload>;
  /** Stands between model and wire: the faults go here. */
  readonly wrap?: (transport: Transport) => Transport;
}

/** How a certificate is to be made wrong; a right one has none of it. */
export type Wanted = Pick<CsmsPolicy, 'signsOtherKeys' | 'signsOtherNames' | 'signsIntoThePast'>;

/** Who a reference CSMS is run by. */
export const ORGANIZATION = 'plugproof';

/** Actions that an authority answers through the CSMS. */
const OF_AUTHORITIES: ReadonlySet<string> = new Set(['GetCertificateStatus', 'Get15118EVCertificate']);

interface Link {
  readonly session: Session;
  readonly dialect: Dialect;
}

/** What stations get to answer a close. */
const FAREWELL_MS = 1_000;

/** How late the end of a connection is seen by who sees it late. */
const SEEN_MS = 1_500;

/** CALLs on one connection, and milliseconds for each, that a CSMS with a fault can bear. */
const MOST_CALLS = 200;
const SLOW_MS = 50;

/** What became of a CALL that the operator asked for. */
export type Sent =
  | { readonly reached: true; readonly reply: Reply }
  | { readonly reached: false; readonly why: 'not-connected' | 'busy' };

/** Messages after which the stations of a site may have to share anew. */
const MOVES: ReadonlySet<string> = new Set([
  'BootNotification',
  'StartTransaction',
  'StopTransaction',
  'TransactionEvent',
]);

export class Csms implements Acceptor {
  readonly store: Store;
  /** Shares what a site has among its stations, once it is told a limit. */
  readonly site: SiteBalancer;
  readonly path: string;
  readonly #options: CsmsOptions;
  readonly #policy: CsmsPolicy;
  readonly #versions: readonly OcppVersion[];
  readonly #links = new Map<string, Link>();
  readonly #tries: Tries;
  /** CALLs that came on a connection, and when the last of them is done: for faults only. */
  readonly #calls = new WeakMap<Transport, number>();
  #busyUntil = 0;
  #ids = 0;
  #dead = false;

  constructor(options: CsmsOptions) {
    this.#options = options;
    this.#policy = { ...rightPolicy, ...options.policy };
    this.#versions = options.versions ?? ocppVersions;
    this.#tries = new Tries(options.clock, this.#policy);
    this.store = new Store(options.seed);
    this.path = options.path ?? '/ocpp';
    const { clock } = options;
    this.site = new SiteBalancer({
      store: this.store,
      policy: this.#policy,
      version: (station) => this.#links.get(station)?.dialect.version,
      call: (station, action, payload) => this.#links.get(station)?.session.call(action, payload),
      now: () => new Date(clock.now()).toISOString(),
      sleep: (ms) => clock.sleep(ms),
    });
  }

  /** The same CSMS behind another address, where stations come in a security profile of its own. */
  door(profile: SecurityProfile): Acceptor {
    return {
      admit: (request) => this.admit(request, profile),
      accept: (request, transport) => this.accept(request, transport, profile),
    };
  }

  admit(request: HandshakeRequest, profile = this.#options.securityProfile ?? 0): Admission {
    const refused = this.#policy.refusesWith500 ? 500 : undefined;
    if (this.#dead) return { admit: false, status: 503 };
    const identity = this.#identity(request);
    if (identity === undefined) {
      if (this.#policy.diesOnOddIdentities) this.#dead = true;
      return { admit: false, status: refused ?? 404 };
    }
    if (this.#policy.diesOnQuotes && identity.includes("'")) this.#dead = true;
    if (this.#policy.failsAtQuotes && identity.includes("'")) return { admit: false, status: 500 };
    if (!this.store.stations.has(identity)) {
      if (this.#policy.forbidsStrangers) return { admit: false, status: 403 };
      if (this.#policy.failsAtStrangers) return { admit: false, status: 500 };
    }
    if (this.store.stations.get(identity)?.blocked) return { admit: false, status: 403 };
    const stranger = this.#refusal(identity, request, profile) ?? this.#tooLow(identity, profile);
    if (stranger !== undefined) return stranger;
    const spoken = this.#versions.map((version) => dialects[version].subprotocol);
    const first = request.subprotocols[0] ?? '';
    if (this.#policy.echoesFirstSubprotocol) return { admit: true, subprotocol: first };
    if (this.#policy.echoesAllSubprotocols) return { admit: true, subprotocol: request.subprotocols.join(', ') };
    if (this.#policy.namesOwnSubprotocol) return { admit: true, subprotocol: spoken[0] ?? '' };
    const agreed = request.subprotocols.find((token) => spoken.includes(token));
    if (agreed !== undefined) return { admit: true, subprotocol: this.#policy.namesNoSubprotocol ? '' : agreed };
    return this.#policy.ignoresSubprotocol
      ? { admit: true, subprotocol: '' }
      : { admit: false, status: refused ?? 400 };
  }

  accept(request: HandshakeRequest, bare: Transport, profile = this.#options.securityProfile ?? 0): void {
    const { clock, recorder, wrap, timeoutMs = 30_000 } = this.#options;
    const identity = this.#identity(request) ?? '';
    const transport = slipping(wrap ? wrap(bare) : bare, this.#policy, () => {
      this.#dead = true;
    });
    const dialect = this.#dialectOf(transport.subprotocol);
    const station = this.store.station(identity);
    if (station.ordered === profile) {
      station.raised = profile;
      delete station.ordered;
    }
    const session: Session = new Session(transport, {
      clock,
      timeoutMs,
      nextId: () => `csms-${++this.#ids}`,
      manners: (call) => this.#inTurn(call, transport, () => this.#serve(call, station, dialect)),
      malformed: (frame, own) => this.#unreadable(frame, own, dialect),
      ...(recorder && { recorder: recorder(identity) }),
    });
    const previous = this.#links.get(identity);
    const { closesSecondConnections, seesEndsLate } = this.#policy;
    if ((closesSecondConnections && previous?.session.open) || (seesEndsLate && previous)) {
      void session.close(1008, 'the station is connected already');
      return;
    }
    this.#links.set(identity, { session, dialect });
    // One identity, one connection: the newest is the station.
    if (!this.#policy.keepsPreviousConnections) this.#endLink(previous);
    if (this.#policy.diesOnSecondConnections && previous?.session.open) this.#dead = true;
    void session.closed.then(async ({ code }) => {
      if (seesEndsLate && code !== 1000) await clock.sleep(SEEN_MS);
      const mine = this.#links.get(identity)?.session === session;
      if (mine || this.#policy.losesReconnected) this.#links.delete(identity);
      if (mine) this.site.disconnected(identity);
    });
    this.site.changed();
  }

  #endLink(link: Link | undefined): void {
    if (link?.session.open) void link.session.close(1000, 'replaced by a new connection');
  }

  /** Why who knocks is not let in by its credentials. */
  #refusal(
    identity: string,
    request: HandshakeRequest,
    profile: SecurityProfile,
  ): Extract<Admission, { admit: false }> | undefined {
    const { organization = ORGANIZATION } = this.#options;
    const policy = this.#policy;
    const anyLetters = speaks2(request, { versions: this.#versions });
    const before = this.#links.get(identity);
    if (policy.displacesBeforeAsking) this.#endLink(before);
    const why = this.#tries.after(
      identity,
      refusal(identity, request, { profile, store: this.store, policy, organization, anyLetters }),
    );
    if (why !== undefined && policy.diesOnBadCredentials) this.#dead = true;
    if (why === undefined && policy.refusesReconnecting && before?.session.open) return { admit: false, status: 409 };
    return why;
  }

  /** A station that was raised to a security profile comes with no lower one any more (A05.FR.07). */
  #tooLow(identity: string, profile: SecurityProfile): Extract<Admission, { admit: false }> | undefined {
    const { raised, ordered } = this.store.stations.get(identity) ?? {};
    const low = raised !== undefined && profile < raised && !this.#policy.forgetsUpgrades;
    if (low && this.#policy.diesOnLowProfiles) this.#dead = true;
    return low || (ordered === profile && this.#policy.refusesUpgraded) ? { admit: false, status: 403 } : undefined;
  }

  /** Identities that are connected, with the version that each speaks. */
  connected(): { station: string; version: OcppVersion }[] {
    return [...this.#links].map(([station, { dialect }]) => ({ station, version: dialect.version }));
  }

  /** Sends a CALL to a station, as the operator asks for it. */
  async send(station: string, action: string, payload: Payload): Promise<Sent> {
    const link = this.#links.get(station);
    if (link === undefined) return { reached: false, why: 'not-connected' };
    if (link.session.outstanding > 0) return { reached: false, why: 'busy' };
    this.#invite(this.store.station(station), action, payload);
    if (this.#policy.sendsTwoAtOnce) void link.session.callNow(action, payload);
    const known = this.store.station(station);
    const [first = payload, ...others] = this.#policy.ignoresItemLimits ? [] : inPortions(known, action, payload);
    const settleProfile = noteProfile(known, action, payload);
    let reply = await link.session.callNow(action, first);
    learnFromResult(known, action, reply.payload);
    learnPassword(known, action, payload, reply, this.#policy);
    learnProfile(known, action, payload, reply);
    settleProfile(reply);
    for (const portion of others) reply = await link.session.callNow(action, portion);
    return { reached: true, reply };
  }

  /** Closes every connection. */
  async end(): Promise<void> {
    const { clock } = this.#options;
    const sessions = [...this.#links.values()].map(({ session }) => session);
    const closed = Promise.all(sessions.map((session) => session.close(1001, 'the CSMS ends')));
    // Who does not answer the close is not waited for.
    await Promise.race([closed, clock.sleep(FAREWELL_MS)]);
    for (const session of sessions) session.terminate();
  }

  /** The identity that is asked for, as it is on record; undefined where there can be none of that name. */
  #identity(request: HandshakeRequest): string | undefined {
    return identityOf(request, { path: this.path, versions: this.#versions, policy: this.#policy, store: this.store });
  }

  #dialectOf(subprotocol: string): Dialect {
    const version = ocppVersions.find((known) => dialects[known].subprotocol === subprotocol);
    return dialects[version ?? '1.6'];
  }

  /** What an operator asks of a station that is not accepted yet, it may answer with CALLs of its own (B02.FR.09). */
  #invite(station: KnownStation, action: string, payload: Payload): void {
    if (action === 'TriggerMessage') station.invited.add(String(payload['requestedMessage']));
    if (action === 'GetBaseReport' || action === 'GetReport') station.invited.add('NotifyReport');
  }

  /** Serves at once; a CSMS that can't bear many CALLs dies of them, or lets everybody wait. */
  #inTurn({ action }: IncomingCall, transport: Transport, serve: () => void): void {
    const { diesOfManyCalls, fallsBehind } = this.#policy;
    if (!diesOfManyCalls && !fallsBehind) {
      serve();
      return;
    }
    const { clock } = this.#options;
    const calls = (this.#calls.get(transport) ?? 0) + 1;
    this.#calls.set(transport, calls);
    if (diesOfManyCalls && calls > MOST_CALLS) {
      this.#dead = true;
      transport.terminate();
      return;
    }
    const begins = Math.max(clock.monotonic(), this.#busyUntil);
    this.#busyUntil = begins + (fallsBehind && action === 'MeterValues' ? SLOW_MS : 0);
    void clock.sleep(this.#busyUntil - clock.monotonic()).then(serve);
  }

  #serve(call: IncomingCall, station: KnownStation, dialect: Dialect): void {
    const offence = this.#offence(call, station, dialect);
    if (offence !== undefined) {
      if (this.#policy.blocksAfterError) station.blocked = true;
      call.refuse(dialect.codes[offence.kind].preferred, offence.says);
      return;
    }
    if (call.action === 'SignCertificate' && this.#options.sign !== undefined) {
      void this.#certify(call, station, this.#options.sign);
      return;
    }
    if (OF_AUTHORITIES.has(call.action) && this.#options.authorities !== undefined) {
      void this.#options.authorities(call.action, call.payload).then((payload) => call.respond(payload));
      return;
    }
    const handlers = handlersOf[dialect.version];
    const handler = Object.hasOwn(handlers, call.action) ? handlers[call.action] : undefined;
    if (handler !== undefined) {
      answer(call, () => handler(call.payload, this.#desk(station)));
      if (MOVES.has(call.action)) this.site.changed();
      if (this.#policy.hangsUp) void this.#links.get(station.id)?.session.close(1000, 'enough');
    } else if (this.#policy.acceptsUnknownActions) call.respond({ status: 'Accepted' });
    else call.refuse(dialect.codes.unsupportedAction.preferred, `${call.action} is not supported`);
  }

  /** Says whether it signs the request, and sends what came of it (A02, A03). */
  async #certify(call: IncomingCall, station: KnownStation, sign: NonNullable<CsmsOptions['sign']>): Promise<void> {
    const { csr, certificateType, requestId } = call.payload;
    const chain = await sign(String(csr), this.#policy).catch(() => undefined);
    call.respond({ status: chain === undefined && !this.#policy.acceptsAnyCsr ? 'Rejected' : 'Accepted' });
    if (chain === undefined) return;
    await this.#links.get(station.id)?.session.call('CertificateSigned', {
      certificateChain: chain,
      ...(certificateType !== undefined && { certificateType }),
      ...(requestId !== undefined && { requestId }),
    });
  }

  #offence(call: IncomingCall, station: KnownStation, dialect: Dialect): { kind: Offence; says: string } | undefined {
    const { action } = call;
    const policy = this.#policy;
    if ([...call.id].length > dialect.maxMessageId && !policy.cutsMessageIds) {
      return { kind: 'unreadable', says: `a message id has at most ${dialect.maxMessageId} characters` };
    }
    if (!mayInitiate(dialect, 'station', action)) {
      if (policy.acceptsUnknownActions) return undefined;
      const kind = Object.hasOwn(dialect.actions, action) ? 'unsupportedAction' : 'unknownAction';
      return { kind, says: `${action} is not for a station to call` };
    }
    const allowed = action === 'BootNotification' || station.booted === 'Accepted' || station.invited.has(action);
    if (!allowed && !policy.servesUnregistered) return { kind: 'beforeBoot', says: 'the station is not accepted' };
    if (policy.acceptsInvalidPayloads || dialect.actions[action]?.unanswered) return undefined;
    const [violation] = this.#options.schemas
      .validate(dialect.version, action, 'call', call.sent)
      .filter(({ layer, note }) => layer === 'schema' && note === undefined);
    return (
      violation && { kind: offenceOf(violation), says: `${violation.path || 'the payload'}: ${violation.message}` }
    );
  }

  #unreadable(frame: Frame, session: Session, dialect: Dialect): void {
    if (frame.kind !== 'malformed') return;
    const policy = this.#policy;
    if (policy.diesOnMalformed) {
      this.#dead = true;
      session.terminate();
      return;
    }
    const slip = slipOn(frame, policy);
    if (slip !== undefined) {
      session.sendRaw(slip);
      return;
    }
    if (policy.dropsUnreadable) return;
    // 1.6 says nothing of messages that can't be read; 2.x wants a CALLERROR, with the id if there is one.
    if (dialect.answersUnreadable !== 'SHOULD') return;
    if (frame.messageType !== undefined && frame.reason === 'message-type') {
      if (!dialect.errorCodes.has('MessageTypeNotSupported')) return;
      const id = typeof frame.id === 'string' ? frame.id : '-1';
      session.sendRaw(encodeCallError(id, 'MessageTypeNotSupported', frame.says));
      return;
    }
    // An answer that can't be read is no CALL: it is never answered.
    if (frame.messageType === 3 || frame.messageType === 4) return;
    const id = typeof frame.id === 'string' ? frame.id : '-1';
    session.sendRaw(encodeCallError(id, dialect.codes.unreadable.preferred, frame.says));
  }

  #desk(station: KnownStation): Desk {
    const { clock, interval = 300 } = this.#options;
    return {
      station,
      store: this.store,
      policy: this.#policy,
      interval,
      now: () => new Date(clock.now()).toISOString(),
      tell: (action, payload) => void this.#links.get(station.id)?.session.call(action, payload),
    };
  }
}

/** Answers with what the handler gives, or with the CALLERROR that it throws. */
function answer(call: IncomingCall, handle: () => Payload): void {
  try {
    call.respond(handle());
  } catch (cause) {
    if (!(cause instanceof Refused)) throw cause;
    call.refuse(cause.code, cause.message);
  }
}
