/** A small CSMS that keeps its own books, and misbehaves at CALLs that a test names by their number. */
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';

/** One CALL as it came. */
export interface Asked {
  /** From 1, over all CALLs of this action. */
  readonly n: number;
  readonly id: string;
  readonly action: string;
  readonly socket: WebSocket;
}

export type Habit = (asked: Asked, csms: CountingCsms) => void;

const PAYLOADS: Readonly<Record<string, () => unknown>> = {
  BootNotification: () => ({ status: 'Accepted', interval: 3600, currentTime: new Date().toISOString() }),
  Heartbeat: () => ({ currentTime: new Date().toISOString() }),
  Authorize: () => ({ idTagInfo: { status: 'Accepted' } }),
  StartTransaction: () => ({ transactionId: 7, idTagInfo: { status: 'Accepted' } }),
};

export class CountingCsms {
  readonly books = { connections: 0, calls: {} as Record<string, number>, answers: 0, closes: 0 };
  readonly url: string;
  /** Identities that ever connected. */
  readonly stations = new Set<string>();
  readonly #server: WebSocketServer;
  readonly #watchers: { readonly ready: () => boolean; readonly resolve: () => void }[] = [];

  private constructor(server: WebSocketServer, habits: Readonly<Record<string, Habit>>) {
    this.#server = server;
    this.url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/ocpp`;
    server.on('connection', (socket, { url = '' }) => {
      this.books.connections++;
      this.stations.add(url);
      socket.on('error', () => {});
      socket.on('message', (data) => {
        const [type, id, action] = JSON.parse(data.toString()) as [number, string, string];
        if (type !== 2) return;
        const n = (this.books.calls[action] ?? 0) + 1;
        this.books.calls[action] = n;
        const asked = { n, id, action, socket };
        (habits[action] ?? answer)(asked, this);
        this.#look();
      });
    });
  }

  /** @param habits what to do with an action, instead of answering it */
  static async start(habits: Readonly<Record<string, Habit>> = {}): Promise<CountingCsms> {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
    await new Promise<void>((resolve) => server.once('listening', () => resolve()));
    return new CountingCsms(server, habits);
  }

  get calls(): number {
    return Object.values(this.books.calls).reduce((sum, n) => sum + n, 0);
  }

  answer({ id, action, socket }: Asked): void {
    this.send(socket, [3, id, PAYLOADS[action]?.() ?? {}]);
  }

  send(socket: WebSocket, frame: readonly unknown[]): void {
    if (socket.readyState !== WebSocket.OPEN) return;
    this.books.answers++;
    socket.send(JSON.stringify(frame));
  }

  close(socket: WebSocket): void {
    this.books.closes++;
    socket.close(1001);
  }

  /** Settles once `ready` holds; looked at after each CALL. */
  until(ready: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#watchers.push({ ready, resolve });
      this.#look();
    });
  }

  async end(): Promise<void> {
    for (const client of this.#server.clients) client.terminate();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #look(): void {
    for (const { ready, resolve } of this.#watchers) if (ready()) resolve();
  }
}

export const answer: Habit = (asked, csms) => csms.answer(asked);

/** The usual answer, but for every k-th CALL. */
export const each =
  (k: number, habit: Habit): Habit =>
  (asked, csms) =>
    (asked.n % k === 0 ? habit : answer)(asked, csms);
