/** An office of an authority on a real socket: HTTP, for as long as a case runs. */
import { createServer } from 'node:http';
import type { Office } from '../judge/office.ts';

/** Longest question: a request of OCSP has some hundred bytes. */
const MOST_BYTES = 64 * 1024;
const QUESTION_MS = 5_000;

/** @param at where it listens, and where the CSMS comes to ask */
export function httpOffice({ host, port }: { readonly host: string; readonly port: number }): Office {
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    async open(answer) {
      const server = createServer({ requestTimeout: QUESTION_MS, headersTimeout: QUESTION_MS }, (request, response) => {
        const chunks: Buffer[] = [];
        let size = 0;
        request.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size > MOST_BYTES) request.destroy();
          else chunks.push(chunk);
        });
        request.on('error', () => {});
        request.on('end', () => {
          const answered = answer({ path: request.url ?? '/', body: new Uint8Array(Buffer.concat(chunks)) });
          response.writeHead(answered ? 200 : 404, {
            ...(answered && { 'content-type': answered.type }),
            'content-length': answered?.body.length ?? 0,
            'cache-control': 'no-store',
            connection: 'close',
          });
          response.end(answered?.body);
        });
      });
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, () => {
          server.off('error', reject);
          resolve();
        });
      });
      return () =>
        new Promise((resolve) => {
          server.close(() => resolve());
          server.closeAllConnections();
        });
    },
  };
}
