/** A station of a few lines on plain `ws`, so that the counterparts are tested by something that is not plugproof. */

import { once } from 'node:events';
import { request } from 'node:http';
import type { Socket } from 'node:net';
import { WebSocket } from 'ws';
import type { Json, JsonObject } from './control.ts';

export type Frame = Json[];

const DEADLINE_MS = 5000;

export class SmokeStation {
  readonly #socket: WebSocket;
  readonly #inbox: Frame[] = [];
  #wake: () => void = () => undefined;
  #lastId = 0;
  closeCode: number | undefined;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data) => {
      this.#inbox.push(JSON.parse(String(data)) as Frame);
      this.#wake();
    });
    socket.on('close', (code) => {
      this.closeCode = code;
      this.#wake();
    });
    socket.on('error', () => undefined);
  }

  /** `subprotocols` can be empty; a refused handshake rejects. */
  static async connect(
    url: string,
    identity: string,
    subprotocols: string[],
    password?: string,
  ): Promise<SmokeStation> {
    const socket = new WebSocket(`${url}/${identity}`, subprotocols, {
      ...(password !== undefined && { auth: `${identity}:${password}` }),
    });
    const station = new SmokeStation(socket);
    await once(socket, 'open');
    return station;
  }

  send(text: string): void {
    this.#socket.send(text);
  }

  /** The next frame, or undefined when the connection closes or nothing comes in time. */
  async next(deadlineMs: number = DEADLINE_MS): Promise<Frame | undefined> {
    if (this.#inbox.length === 0 && this.closeCode === undefined) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, deadlineMs);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return this.#inbox.shift();
  }

  /** Sends a CALL; the answer is whatever frame comes next. */
  async call(action: string, payload: JsonObject): Promise<Frame | undefined> {
    this.#lastId += 1;
    this.send(JSON.stringify([2, `smoke-${this.#lastId}`, action, payload]));
    return this.next();
  }

  /** The payload of the answer to a CALL; anything but a CALLRESULT throws. */
  async ask(action: string, payload: JsonObject): Promise<JsonObject> {
    const answer = await this.call(action, payload);
    if (answer?.[0] !== 3) throw new Error(`${action}: ${JSON.stringify(answer)}`);
    return answer[2] as JsonObject;
  }

  /** Sends texts, waits for as many answers, then asks for a Heartbeat and gives all that came before its answer. */
  async provoke(texts: string[], answers: number): Promise<Frame[]> {
    const frames: Frame[] = [];
    this.#sendTogether(texts);
    while (frames.length < answers) {
      const frame = await this.next();
      if (!frame) break;
      frames.push(frame);
    }
    this.send('[2,"control","Heartbeat",{}]');
    for (;;) {
      const frame = await this.next();
      if (!frame) throw new Error(`no answer to a Heartbeat after ${JSON.stringify(frames)}`);
      if (frame[1] === 'control') return frames;
      frames.push(frame);
    }
  }

  /** In one write: what a peer does with two frames can hang on whether the second is there when it reads the first. */
  #sendTogether(texts: string[]): void {
    const { _socket: tcp } = this.#socket as unknown as { _socket: Socket };
    tcp.cork();
    for (const text of texts) this.send(text);
    tcp.uncork();
  }

  async close(): Promise<void> {
    if (this.closeCode !== undefined) return;
    const closed = once(this.#socket, 'close');
    this.#socket.terminate();
    await closed;
  }
}

/** The answer to an opening handshake, in short: `101 ocpp1.6`, `101 -` (no subprotocol chosen), `400`. */
export function handshake(url: string, identity: string, subprotocol: string | undefined): Promise<string> {
  return new Promise((resolve, reject) => {
    const opening = request(`${url.replace(/^ws/, 'http')}/${identity}`, {
      headers: {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': 'AQIDBAUGBwgJCgsMDQ4PEA==',
        ...(subprotocol !== undefined && { 'sec-websocket-protocol': subprotocol }),
      },
    });
    opening.on('upgrade', (response, socket) => {
      socket.destroy();
      resolve(`101 ${response.headers['sec-websocket-protocol'] ?? '-'}`);
    });
    opening.on('response', (response) => {
      response.resume();
      resolve(String(response.statusCode));
    });
    opening.on('error', reject);
    opening.end();
  });
}

export interface ControlReply {
  status: number;
  body: JsonObject;
}

/** One POST to a control API. */
export async function post(control: string, path: string, body: JsonObject): Promise<ControlReply> {
  const response = await fetch(`${control}/api/octt/${path}`, { method: 'POST', body: JSON.stringify(body) });
  return { status: response.status, body: (await response.json()) as JsonObject };
}
