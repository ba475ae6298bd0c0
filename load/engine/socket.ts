/** Sockets of a worker: many, small, and without a closure for each. */
import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { createSecureContext, type SecureContext } from 'node:tls';
import { type ClientOptions, WebSocket } from 'ws';
import type { Clock } from '../../src/clock.ts';
import { dialects } from '../../src/dialects/index.ts';
import type { ChargerSocket, Connector, SocketOwner } from './connector.ts';
import type { FleetPlan } from './fleet-plan.ts';

/** Longest message that is taken. */
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

/** What may wait for a CSMS to read it, of one station. */
const MOST_WAITING_BYTES = 1024 * 1024;

/** How OCPP-J goes over the wire: as text (Part 4, 4.1.1), in bytes that are not ours to change. */
const AS_TEXT = { binary: false, compress: false } as const;

/** A socket that knows its owner, so that listeners can be functions that all sockets share. */
class OwnedSocket extends WebSocket implements ChargerSocket {
  owner: SocketOwner | undefined = undefined;
  connector: WsConnector | undefined = undefined;
  dialledAt = 0;
  wasOpen = false;
  failure: string | undefined = undefined;

  get open(): boolean {
    return this.readyState === WebSocket.OPEN;
  }

  /** `ws` writes header and text apart, but bytes in one piece: half the work for the system. */
  transmit(text: string): void {
    // Who asks and never listens is not written to without end.
    if (this.bufferedAmount > MOST_WAITING_BYTES) this.terminate();
    else this.send(Buffer.from(text), AS_TEXT);
  }
}

function onOpen(this: WebSocket): void {
  const socket = this as OwnedSocket;
  const { connector, owner } = socket;
  if (owner === undefined || connector === undefined) return;
  socket.wasOpen = true;
  owner.opened(socket, connector.settled(owner) - socket.dialledAt);
}

function onMessage(this: WebSocket, data: WebSocket.RawData, isBinary: boolean): void {
  const { owner } = this as OwnedSocket;
  if (isBinary) owner?.binary();
  else owner?.message(data.toString());
}

function onError(this: WebSocket, cause: Error & { code?: string }): void {
  (this as OwnedSocket).failure ??= codeOf(cause);
}

function onClose(this: WebSocket, code: number): void {
  const socket = this as OwnedSocket;
  const { connector, owner } = socket;
  socket.owner = undefined;
  if (owner !== undefined) connector?.settled(owner);
  if (socket.wasOpen) owner?.closed(code);
  else owner?.failed(socket.failure ?? 'closed');
}

/** A short word for why a connection did not come about: low in number, so that it can be a tag. */
export function codeOf(cause: Error & { code?: string }): string {
  if (cause instanceof AggregateError && cause.errors.length > 0) return codeOf(cause.errors[0] as Error);
  const [, status] = /Unexpected server response: (\d+)/.exec(cause.message) ?? [];
  if (status !== undefined) return `HTTP ${status}`;
  if (/subprotocol/i.test(cause.message)) return 'subprotocol';
  if (/handshake has timed out/.test(cause.message)) return 'timeout';
  if (/closed before the connection/.test(cause.message)) return 'abandoned';
  return cause.code ?? 'error';
}

/** Dials for all stations of a plan. */
export class WsConnector implements Connector {
  readonly #plan: FleetPlan;
  readonly #clock: Clock;
  readonly #contexts = new Map<number, SecureContext>();
  readonly #lookup: LookupFunction = cachedLookup();
  readonly #dialling = new Map<SocketOwner, OwnedSocket>();

  constructor(plan: FleetPlan, clock: Clock) {
    this.#plan = plan;
    this.#clock = clock;
  }

  dial(owner: SocketOwner): void {
    const { identity, version, basic, certificate, source } = owner.plan;
    const { url, timeoutMs } = this.#plan;
    const dialledAt = this.#clock.monotonic();
    const options: ClientOptions & { lookup: LookupFunction; secureContext?: SecureContext } = {
      perMessageDeflate: false,
      handshakeTimeout: timeoutMs,
      maxPayload: MAX_MESSAGE_BYTES,
      lookup: this.#lookup,
      ...(source !== undefined && { localAddress: source }),
      ...(basic !== undefined && { headers: { authorization: `Basic ${basic}` } }),
      ...(url.startsWith('wss:') && { secureContext: this.#context(certificate ?? -1) }),
    };
    const socket = new OwnedSocket(`${url}/${encodeURIComponent(identity)}`, dialects[version].subprotocol, options);
    socket.owner = owner;
    socket.connector = this;
    socket.dialledAt = dialledAt;
    this.#dialling.set(owner, socket);
    socket.on('open', onOpen);
    socket.on('message', onMessage);
    socket.on('error', onError);
    socket.on('close', onClose);
  }

  /** The dial of an owner is over. @returns when, on the monotonic scale */
  settled(owner: SocketOwner): number {
    this.#dialling.delete(owner);
    return this.#clock.monotonic();
  }

  abandon(owner: SocketOwner): void {
    this.#dialling.get(owner)?.terminate();
  }

  /** One for each certificate: making it costs a millisecond. */
  #context(certificate: number): SecureContext {
    let context = this.#contexts.get(certificate);
    if (context === undefined) {
      const { ca, certificates } = this.#plan;
      context = createSecureContext({ ...(ca !== undefined && { ca }), ...certificates[certificate] });
      this.#contexts.set(certificate, context);
    }
    return context;
  }
}

/** Names are looked up once: the fleet tests the CSMS, not the resolver. */
function cachedLookup(): LookupFunction {
  const known = new Map<string, Promise<LookupAddress[]>>();
  const find = (host: string) =>
    new Promise<LookupAddress[]>((resolve, reject) => {
      systemLookup(host, { all: true }, (cause, addresses) => (cause === null ? resolve(addresses) : reject(cause)));
    });
  return (host, options, callback) => {
    let addresses = known.get(host);
    if (addresses === undefined) {
      addresses = find(host);
      known.set(host, addresses);
    }
    addresses.then(
      (all) => {
        if (options.all === true) callback(null, all);
        else callback(null, all[0]?.address ?? '', all[0]?.family);
      },
      (cause: NodeJS.ErrnoException) => {
        known.delete(host);
        callback(cause, '');
      },
    );
  };
}
