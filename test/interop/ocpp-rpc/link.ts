/** A charger's line to its back office on npm `ocpp-rpc`: one life from boot to reset, with the calls it makes in order. */

import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { JsonObject } from '../control.ts';
import { workDir } from '../work-dir.ts';

// Not the project's own copy, whose dependencies are overridden: the library as its users get it.
const library = createRequire(join(workDir, 'ocpp-rpc', 'package.json'))('ocpp-rpc') as typeof import('ocpp-rpc');

type Client = InstanceType<typeof library.RPCClient>;

/** What the charger answers to each action; an action that is not there is NotImplemented. */
export type Handlers = Record<string, (request: JsonObject) => JsonObject>;

/** Where a charger connects, and what it shows there. */
export interface Line {
  endpoint: string;
  identity: string;
  /** Options of the library's client. */
  credentials: { password?: string; wsOpts: object };
}

export interface LinkOptions extends Line {
  version: string;
  handlers: Handlers;
  /** Milliseconds until a lost line is tried again; AGAIN_MS unless told. */
  backOffMs?: () => number;
}

/** State of an open client, in the library's numbers. */
const OPEN = 1;
/** Milliseconds until the line is tried again. */
const AGAIN_MS = 500;

export class Link {
  readonly #options: LinkOptions;
  #client: Client | undefined;
  #registered = false;
  #dialling: Client | undefined;
  /** The back office has said that it does not want this charger. */
  #refused = false;
  #held: (() => Promise<void>)[] = [];
  /** What is kept and not answered yet, as text. */
  readonly #unsent = new Set<string>();
  /** What goes out does so one after the other, in the order of its happening. */
  #queue: Promise<void> = Promise.resolve();

  constructor(options: LinkOptions) {
    this.#options = options;
  }

  get registered(): boolean {
    return this.#registered;
  }

  /** True while there is a line to a back office that has registered this charger. */
  get up(): boolean {
    return this.#registered && this.#client?.state === OPEN;
  }

  /** True while events of a transaction wait to be sent or answered; of any, where none is named. */
  waiting(transactionId: unknown): boolean {
    return [...this.#unsent].some((text) => transactionId === undefined || text.includes(String(transactionId)));
  }

  /** Starts a life: connects, and registers until it is accepted. @param boot makes the BootNotification */
  async live(
    boot: () => JsonObject,
    accepted: (intervalS: number) => void,
    back: (awayMs: number) => void = () => {},
  ): Promise<void> {
    const { endpoint, identity, credentials, version, handlers } = this.#options;
    const client = new library.RPCClient({
      endpoint,
      identity,
      ...credentials,
      protocols: [`ocpp${version}`],
      strictMode: true,
      backoff: this.#backOff(),
      // Every option has a default; the types want them all.
    } as ConstructorParameters<typeof library.RPCClient>[0]);
    this.#client = client;
    let lostAt = 0;
    client.on('disconnect', () => {
      lostAt = Date.now();
    });
    client.on('open', () => {
      if (this.#registered) back(Date.now() - lostAt);
    });
    for (const [action, handler] of Object.entries(handlers)) {
      client.handle(action, async ({ params }) => {
        if (this.#refused || (!this.#registered && !BEFORE_ACCEPTED.has(action)))
          throw library.createRPCError('SecurityError', 'not registered yet');
        return handler(params as JsonObject);
      });
    }
    // The library closes for good what it can't answer, and leaves it to its user to dial again.
    client.on('close', () => void pause(AGAIN_MS).then(() => this.#dial(client)));
    await this.#dial(client);
    while (this.#client === client) {
      let waitS = 1;
      try {
        const answer = (await client.call('BootNotification', boot())) as JsonObject;
        waitS = Number(answer.interval);
        this.#refused = answer.status === 'Rejected';
        if (answer.status === 'Accepted') {
          this.#registered = true;
          accepted(waitS);
          for (const send of this.#held.splice(0)) this.#enqueue(send);
          return;
        }
      } catch {
        // Tried again.
      }
      await pause(waitS * 1000);
    }
  }

  /** Has the way to dial again read anew. */
  hurry(): void {
    this.#client?.reconfigure({ backoff: this.#backOff() } as Parameters<Client['reconfigure']>[0]);
  }

  #backOff() {
    const initialDelay = this.#options.backOffMs?.() ?? AGAIN_MS;
    return { initialDelay, maxDelay: 8 * initialDelay + 1, factor: 2, randomisationFactor: 0 };
  }

  /** Dials until there is a line, or another life. */
  async #dial(client: Client): Promise<void> {
    if (this.#dialling === client) return;
    this.#dialling = client;
    let there = false;
    while (this.#client === client && !there) {
      there = await client.connect().then(
        () => true,
        () => false,
      );
      if (!there) await pause(AGAIN_MS);
    }
    if (this.#dialling === client) this.#dialling = undefined;
  }

  /** Ends a life: what is on its way is settled, and the line is closed. */
  async die(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    this.#registered = false;
    await client?.close({ code: 1000, awaitPending: true });
  }

  /** Loses the line as a cut cable does. */
  cut(): void {
    const client = this.#client;
    this.#client = undefined;
    this.#registered = false;
    void client?.close({ force: true });
  }

  /** Sends what the back office has asked for, however far registration is. */
  reply(action: string, payload: JsonObject): void {
    void this.#client?.call(action, payload).catch(() => undefined);
  }

  /** Sends a CALL behind those before it; waits for the line where there is none. @param kept whether it is tried again */
  say(action: string, payload: JsonObject, kept = false): Promise<JsonObject | undefined> {
    const text = JSON.stringify(payload);
    if (kept) this.#unsent.add(text);
    return new Promise<JsonObject | undefined>((resolve) => {
      const send = async () => {
        const client = this.#client;
        if (client === undefined || !this.#registered) {
          if (kept) this.#held.push(send);
          else resolve(undefined);
          return;
        }
        try {
          resolve((await client.call(action, payload)) as JsonObject);
        } catch (error) {
          if (kept && !('rpcErrorCode' in (error as object))) this.#held.push(send);
          else resolve(undefined);
        }
      };
      this.#enqueue(send);
    }).finally(() => this.#unsent.delete(text));
  }

  #enqueue(send: () => Promise<void>): void {
    this.#queue = this.#queue.then(send);
  }
}

/** What a charger serves while it is held back. */
const BEFORE_ACCEPTED: ReadonlySet<string> = new Set([
  'GetConfiguration',
  'ChangeConfiguration',
  'GetVariables',
  'SetVariables',
  'GetBaseReport',
  'GetReport',
  'TriggerMessage',
  'RequestStartTransaction',
  'RequestStopTransaction',
  'Reset',
]);

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
