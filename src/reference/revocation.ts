/** How the reference CSMS finds out whether a certificate was revoked: it asks where the certificate says. */
import { X509Certificate } from 'node:crypto';
import type { Answer, Office, Question } from '../judge/office.ts';
import { integer, oid } from '../pki/der.ts';
import { hashData } from '../pki/hash-data.ts';
import { certIdOf, ocspRequest, ocspStatus } from '../pki/ocsp.ts';

/** Asks over HTTP. @throws where nobody answers */
export type Ask = (url: string, body?: Uint8Array) => Promise<Uint8Array>;

/** True where it was revoked, or nobody could be asked although the certificate names somebody. */
export async function isRevoked(pem: string, issuer: string, ask: Ask): Promise<boolean> {
  const certificate = new X509Certificate(pem);
  const [, ocsp] = /OCSP - URI:(\S+)/.exec(certificate.infoAccess ?? '') ?? [];
  const list = listedAt(certificate.raw);
  try {
    if (ocsp !== undefined) {
      const answer = await ask(ocsp, ocspRequest(certIdOf(hashData(pem, 'SHA256', issuer))));
      return ocspStatus(answer, certificate.serialNumber) !== 'good';
    }
    if (list !== undefined)
      return Buffer.from(await ask(list)).includes(Buffer.from(integer(certificate.serialNumber)));
    return false;
  } catch {
    return true;
  }
}

/** The URL of the list, as far as a reference has to look: the first one behind the identifier of the extension. */
function listedAt(raw: Buffer): string | undefined {
  const at = raw.indexOf(Buffer.from(oid('551d1f')));
  const url = at < 0 ? -1 : raw.indexOf('http', at);
  return url < 0 ? undefined : raw.subarray(url, url + (raw[url - 1] ?? 0)).toString('latin1');
}

const ASK_MS = 3_000;

/** Over real sockets. */
export const askByHttp: Ask = async (url, body) => {
  const signal = AbortSignal.timeout(ASK_MS);
  const response = await fetch(
    url,
    body === undefined ? { signal } : { signal, method: 'POST', body: Buffer.from(body) },
  );
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
};

/** An office without sockets, and the way to it. */
export function officeInMemory(): Office & { readonly ask: Ask } {
  let open: ((question: Question) => Answer | undefined) | undefined;
  return {
    url: 'http://authority',
    async open(answer) {
      open = answer;
      return async () => {
        open = undefined;
      };
    },
    async ask(url, body = new Uint8Array(0)) {
      const answer = open?.({ path: new URL(url).pathname, body });
      if (answer === undefined) throw new Error('nobody answers');
      return answer.body;
    },
  };
}
