/** What an authority answers who asks over HTTP what it took back: a list, or OCSP by POST and GET. */

import { X509Certificate } from 'node:crypto';
import type { Answer, Question } from '../judge/office.ts';
import type { Authority } from './authority.ts';
import { readOcspRequest } from './ocsp.ts';

/** Nobody should hold on to a list for long. */
const LIST_MS = 60_000;

const bare = (serial: string): string => serial.toLowerCase().replace(/^0+(?=.)/, '');

/** @param revoked PEM */
export async function desk(
  authority: Authority,
  revoked: readonly string[],
): Promise<(question: Question) => Answer | undefined> {
  const pem = await authority.revoke(revoked, LIST_MS);
  const list = new Uint8Array(Buffer.from(pem.replace(/-----[^-]*-----|\s/g, ''), 'base64'));
  const serials = new Set(revoked.map((one) => bare(new X509Certificate(one).serialNumber)));
  return ({ path, body }) => {
    if (path.endsWith(PATHS.list)) return { type: 'application/pkix-crl', body: list };
    const [, inPath] = /\/ocsp\/+(.+)$/.exec(path) ?? [];
    const asked = readOcspRequest(inPath === undefined ? body : fromPath(inPath));
    if (asked === undefined) return undefined;
    const status = serials.has(bare(asked.serialNumber)) ? 'revoked' : 'good';
    return { type: 'application/ocsp-response', body: authority.answer(asked, status) };
  };
}

/** Ends of the URLs that certificates name. */
export const PATHS = { list: '/crl', ocsp: '/ocsp' } as const;

function fromPath(text: string): Uint8Array {
  try {
    return new Uint8Array(Buffer.from(decodeURIComponent(text), 'base64'));
  } catch {
    return new Uint8Array(0);
  }
}
