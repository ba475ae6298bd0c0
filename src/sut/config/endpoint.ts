/** The address of a CSMS: what it has to look like, and the mistakes that are made with it. */
import type { Reading } from './values.ts';

/** ws: → profile 0 or 1; wss: → 2 or 3. */
export const isSecure = (url: string): boolean => url.startsWith('wss:');

/**
 * An endpoint without the identity; a slash at its end is dropped.
 * @param ids identities that are known, to see whether one was left at the end
 */
export function readEndpoint(text: string, ids: readonly string[]): Reading<string> {
  const bad = (says: string, fix: string): Reading<never> => ({ ok: false, says, fix });
  const [, scheme, rest = ''] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/i.exec(text) ?? [];
  if (/\/\/[^/]*@/.test(text)) {
    return bad(
      'the address has a user or a password in it',
      'Leave them out: the user is the station identity, and the password is security.password or --password.',
    );
  }
  if (scheme === undefined)
    return bad(`'${text}' has no scheme`, `Write ws://${text.replace(/^\/+/, '')}, or wss:// for TLS.`);
  const lower = scheme.toLowerCase();
  if (lower === 'http' || lower === 'https') {
    return bad(
      `'${text}' is a web address, and OCPP-J goes over WebSocket`,
      `Write ${lower === 'http' ? 'ws' : 'wss'}://${rest}.`,
    );
  }
  if (lower !== 'ws' && lower !== 'wss')
    return bad(`'${text}' has the scheme '${scheme}'`, 'Write a ws:// or wss:// address.');
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return bad(`'${text}' is no address`, 'Write ws://HOST:PORT/PATH.');
  }
  if (url.search !== '' || url.hash !== '') {
    return bad(
      `the address has '${url.search || url.hash}' behind its path`,
      'The station identity comes behind the path: leave that part out.',
    );
  }
  const path = url.pathname.replace(/\/+$/, '');
  const last = path.slice(path.lastIndexOf('/') + 1);
  const id = ids.find((known) => known !== '' && (encodeURIComponent(known) === last || known === last));
  if (id !== undefined) {
    const without = `${lower}://${url.host}${path.slice(0, path.lastIndexOf('/'))}`;
    return bad(`the address ends with the identity '${id}'`, `The identity is added to it: write ${without}.`);
  }
  return { ok: true, value: `${lower}://${url.host}${path}` };
}

/** True where a URL names this very machine. */
export function isLoopback(url: string): boolean {
  const { hostname } = new URL(url);
  return /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\]|\[::ffff:7f[0-9a-f]{2}:[0-9a-f]+\])$/i.test(hostname);
}
