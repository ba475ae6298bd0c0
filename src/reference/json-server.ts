/** A small HTTP server that speaks JSON: what the control APIs of the reference systems stand on. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Control {
  /** `http://host:port` */
  readonly url: string;
  close(): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** A request that can't be served; its text goes to whoever asked. */
export class Refusal extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Reads the body: an object, empty where nothing was sent. @throws Refusal */
export type Body = () => Promise<Record<string, unknown>>;

/** @param path the segments of the request's path, decoded */
export type Route = (method: string, path: readonly string[], body: Body) => Promise<Answer>;

/** Longest request body: a local list of some thousand entries fits. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;

/** @throws the system's error where the address can't be had */
export async function serveJson({ host, port }: { host: string; port: number }, route: Route): Promise<Control> {
  const server = createServer((request, response) => void handle(request, response, route));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve());
  });
  const address = server.address() as AddressInfo;
  return { url: `http://${host}:${address.port}`, close: () => closeServer(server) };
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

async function handle(request: IncomingMessage, response: ServerResponse, route: Route): Promise<void> {
  let answer: Answer;
  try {
    const path = new URL(request.url ?? '/', 'http://control').pathname
      .split('/')
      .filter((part) => part !== '')
      .map(decodeURIComponent);
    answer = await route(request.method ?? 'GET', path, () => readBody(request));
  } catch (cause) {
    const status = cause instanceof Refusal ? cause.status : 400;
    answer = { status, body: { error: cause instanceof Error ? cause.message : String(cause) } };
  }
  const text = `${JSON.stringify(answer.body)}\n`;
  response.writeHead(answer.status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

async function readBody(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new Refusal(413, `a body has at most ${MAX_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  if (text.trim() === '') return {};
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (cause) {
    throw new Refusal(400, `the body is no JSON: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
  if (body === null || typeof body !== 'object' || Array.isArray(body))
    throw new Refusal(400, 'the body is no JSON object');
  return body as Record<string, unknown>;
}
