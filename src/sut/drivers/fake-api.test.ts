/** For the tests beside it: a control API on a free port that notes what it is asked and answers as told. */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Asked {
  /** `POST /path?query` */
  readonly request: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Told {
  readonly status?: number;
  readonly json?: unknown;
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Never answers. */
  readonly silent?: true;
}

export interface FakeApi {
  readonly url: string;
  readonly asked: Asked[];
  /** Bodies as JSON. */
  bodies(): unknown[];
  /** Answers in turn; the last one stays. */
  tell(...answers: readonly Told[]): void;
  /** Resolves when the next request has been read. */
  nextRequest(): Promise<void>;
  close(): Promise<void>;
}

export async function fakeApi(): Promise<FakeApi> {
  const asked: Asked[] = [];
  let answers: readonly Told[] = [{}];
  let waiting: (() => void)[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      asked.push({ request: `${request.method} ${request.url}`, headers: request.headers, body });
      const [first = {}, ...rest] = answers;
      if (rest.length > 0) answers = rest;
      for (const told of waiting) told();
      waiting = [];
      if (first.silent) return;
      response.writeHead(first.status ?? 200, { 'content-type': 'application/json', ...first.headers });
      response.end(first.text ?? (first.json === undefined ? '' : JSON.stringify(first.json)));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    bodies: () => asked.map(({ body }) => (body === '' ? undefined : JSON.parse(body))),
    tell: (...told) => {
      answers = told;
      asked.length = 0;
    },
    nextRequest: () => new Promise((resolve) => waiting.push(resolve)),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The error that `work` rejects with, as `kind: message`. */
export async function failure(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (cause) {
    const { kind, message } = cause as { kind?: string; message: string };
    return `${kind}: ${message}`;
  }
  throw new Error('it did not fail');
}

/** A signal that never aborts. */
export const never: AbortSignal = new AbortController().signal;
