/** Sockets of k6, as chargers want them. */
import { b64encode } from 'k6/encoding';
import { WebSocket } from 'k6/websockets';
import type { Clock } from '../../src/clock.ts';
import { dialects } from '../../src/dialects/index.ts';
import { type ChargerSocket, type Connector, NORMAL_CLOSE, type SocketOwner } from '../engine/connector.ts';

const OPEN = 1;
/** What a close that nobody explained is called (RFC 6455, 7.1.5). */
const ABNORMAL = 1006;
/** k6 sends 1000 and the codes that are left to applications, and no others. */
const sendable = (code: number): number => (code === NORMAL_CLOSE || code >= 3000 ? code : NORMAL_CLOSE);

class K6Socket implements ChargerSocket {
  readonly #socket: WebSocket;
  #closing = false;

  constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  get open(): boolean {
    return !this.#closing && this.#socket.readyState === OPEN;
  }

  transmit(text: string): void {
    this.#socket.send(text);
  }

  close(code: number, reason: string): void {
    if (this.#closing) return;
    this.#closing = true;
    this.#socket.close(sendable(code), reason);
  }

  /** k6 can't cut a cable: it closes. */
  terminate(): void {
    this.close(NORMAL_CLOSE, '');
  }
}

/** A short word for why a connection did not come about. */
function codeOf(cause: unknown): string {
  const text = String((cause as { error?: unknown })?.error ?? cause);
  if (/refused/.test(text)) return 'ECONNREFUSED';
  if (/reset/.test(text)) return 'ECONNRESET';
  if (/timeout|deadline/.test(text)) return 'timeout';
  if (/bad handshake/.test(text)) return 'handshake';
  if (/x509|tls:/.test(text)) return 'TLS';
  if (/no such host|lookup/.test(text)) return 'ENOTFOUND';
  return 'error';
}

export class K6Connector implements Connector {
  readonly #url: string;
  readonly #clock: Clock;
  readonly #password = __ENV['PASSWORD'];
  readonly #dialling = new Map<SocketOwner, WebSocket>();

  constructor(url: string, clock: Clock) {
    this.#url = url;
    this.#clock = clock;
  }

  dial(owner: SocketOwner): void {
    const { identity, version, basic = this.#basicOf(identity) } = owner.plan;
    const { subprotocol } = dialects[version];
    const dialledAt = this.#clock.monotonic();
    const socket = new WebSocket(`${this.#url}/${encodeURIComponent(identity)}`, [subprotocol], {
      ...(basic !== undefined && { headers: { Authorization: `Basic ${basic}` } }),
      tags: { name: 'csms' },
    });
    this.#dialling.set(owner, socket);
    let state: 'dialling' | 'open' | 'over' = 'dialling';
    const fail = (code: string) => {
      if (state !== 'dialling') return;
      state = 'over';
      this.#dialling.delete(owner);
      owner.failed(code);
    };
    socket.onopen = () => {
      if (state !== 'dialling') return;
      // k6 opens a socket whose server chose no subprotocol; a charger does not.
      if (socket.protocol !== subprotocol) {
        fail('subprotocol');
        socket.close();
        return;
      }
      state = 'open';
      this.#dialling.delete(owner);
      owner.opened(new K6Socket(socket), this.#clock.monotonic() - dialledAt);
    };
    socket.onmessage = ({ data }) => {
      if (state !== 'open') return;
      if (typeof data === 'string') owner.message(data);
      else owner.binary();
    };
    socket.onerror = (event) => fail(codeOf(event));
    socket.onclose = ({ code }) => {
      if (state === 'dialling') fail('closed');
      else if (state === 'open') {
        state = 'over';
        owner.closed(code ?? ABNORMAL);
      }
    };
  }

  abandon(owner: SocketOwner): void {
    this.#dialling.get(owner)?.close();
  }

  #basicOf(identity: string): string | undefined {
    return this.#password === undefined ? undefined : b64encode(`${identity}:${this.#password}`);
  }
}
