/** Reads the small values of the configuration: durations, versions, addresses, identities. No I/O. */
import { type OcppVersion, ocppVersions } from '../../dialects/dialect.ts';

/** A value that was understood, or what is wrong with it and what to do. */
export type Reading<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly says: string; readonly fix: string };

const good = <T>(value: T): Reading<T> => ({ ok: true, value });
const bad = (says: string, fix: string): Reading<never> => ({ ok: false, says, fix });

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** `500ms`, `30s`, `2m`, `1.5h` → milliseconds, more than none. */
export function readDuration(text: string): Reading<number> {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text.trim()) ?? [];
  if (number === undefined) {
    const fix = /^\d+$/.test(text)
      ? `Give it a unit: ${text}s or ${text}ms.`
      : 'Write a number with its unit, such as 500ms, 30s or 2m.';
    return bad(`'${text}' is no duration`, fix);
  }
  const ms = Math.round(Number(number) * (UNITS[unit] ?? 1));
  if (ms > YEAR_MS) return bad(`'${text}' is longer than a year`, 'Write a shorter one, such as 30s.');
  return ms > 0 ? good(ms) : bad(`'${text}' is no time at all`, 'Write a duration above zero, such as 30s.');
}

const YEAR_MS = 365 * 86_400_000;

/** How people write the versions that there are, and those that there are not. */
const MEANT: Readonly<Record<string, OcppVersion>> = {
  '1': '1.6',
  '1.5': '1.6',
  '16': '1.6',
  '2': '2.0.1',
  '2.0': '2.0.1',
  '20': '2.0.1',
  '201': '2.0.1',
  '21': '2.1',
};

/** An OCPP version, exactly as the texts name it. */
export function readVersion(text: string): Reading<OcppVersion> {
  const version = ocppVersions.find((known) => known === text);
  if (version !== undefined) return good(version);
  const bare = text
    .toLowerCase()
    .replace(/^ocpp[ -]?/, '')
    .replace(/^v/, '')
    .replace(/-?j(son)?$/, '');
  const meant =
    MEANT[bare] ??
    ocppVersions.find((known) => known === bare || known.replaceAll('.', '') === bare.replaceAll('.', ''));
  const hint = meant === undefined ? '' : `Did you mean '${meant}'? `;
  return bad(`there is no OCPP version '${text}' here`, `${hint}There are: ${ocppVersions.join(', ')}.`);
}

/** `PORT` or `HOST:PORT`, with an IPv6 host in brackets. */
export function readListen(text: string): Reading<{ host: string; port: number }> {
  const [, bracketed, host = bracketed ?? '127.0.0.1', digits = ''] =
    /^(?:(?:\[([^\]]+)\]|([^:]+)):)?(\d+)$/.exec(text) ?? [];
  const port = digits === '' ? Number.NaN : Number(digits);
  if (!(port <= 65_535))
    return bad(
      `'${text}' is no address to listen on`,
      'Write PORT or HOST:PORT, such as 8887 or 0.0.0.0:8887; port 0 takes any free one.',
    );
  return good({ host, port });
}

/** More would be a slip of the pen; each costs a lane and a registration in the CSMS. */
const MOST_IDENTITIES = 10_000;

/** `CP{01..32}` → CP01 … CP32, with the zeros of the first number; several ranges multiply. */
export function expandIdentity(pattern: string): Reading<readonly string[]> {
  const [, before = '', first = '', last = '', after = ''] = /^([^{}]*)\{(\d+)\.\.(\d+)\}(.*)$/.exec(pattern) ?? [];
  if (first === '') {
    if (/[{}]/.test(pattern)) return bad(`'${pattern}' is no range of identities`, 'Write a range as CP{01..32}.');
    return good([pattern]);
  }
  const [from, to] = [Number(first), Number(last)];
  if (to < from) return bad(`the range in '${pattern}' runs backwards`, `Write ${before}{${last}..${first}}${after}.`);
  if (to - from >= MOST_IDENTITIES)
    return bad(`'${pattern}' means ${to - from + 1} identities`, `At most ${MOST_IDENTITIES} are taken.`);
  const rest = expandIdentity(after);
  if (!rest.ok) return rest;
  const numbers = Array.from({ length: to - from + 1 }, (_, i) => String(from + i).padStart(first.length, '0'));
  return good(numbers.flatMap((number) => rest.value.map((tail) => `${before}${number}${tail}`)));
}

/** 2.x identifierString (Part 4, 3.1.1): 48 characters. */
const MOST_IN_2X = 48;

/** What is wrong with an identity for these versions; undefined where nothing is. */
export function identityFault(
  id: string,
  versions: readonly OcppVersion[],
  basicAuth: boolean,
): { says: string; fix: string } | undefined {
  const v2 = versions.find((version) => version !== '1.6');
  if (id === '') return { says: 'an identity is empty', fix: 'Write the identity of a station, such as CP01.' };
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(id) || id.trim() !== id) {
    return { says: `identity '${id.trim()}' has spaces around it or control characters in it`, fix: 'Take them out.' };
  }
  if (v2 !== undefined && id.length > MOST_IN_2X) {
    return { says: `identity '${id}' has ${id.length} characters`, fix: `OCPP ${v2} has at most ${MOST_IN_2X}.` };
  }
  if (id.includes(':') && (v2 !== undefined || basicAuth)) {
    return {
      says: `identity '${id}' has a colon`,
      fix:
        v2 === undefined
          ? 'Basic authentication can carry none in an identity.'
          : `OCPP ${v2} allows none in an identity.`,
    };
  }
  return undefined;
}

export interface Password {
  readonly bytes: Uint8Array;
  /** Something that may not be meant so; never with the password in it. */
  readonly note?: string;
}

/** A password: text, or `hex:` for the bytes of a 1.6 AuthorizationKey (security whitepaper, A00.FR.205). */
export function readPassword(text: string, versions: readonly OcppVersion[]): Reading<Password> {
  if (!text.startsWith('hex:')) {
    if (text === '') return bad('the password is empty', 'Leave it out, or give one.');
    return good({ bytes: new TextEncoder().encode(text), ...textNote(text, versions) });
  }
  const digits = text.slice('hex:'.length);
  const v2 = versions.find((version) => version !== '1.6');
  if (v2 !== undefined)
    return bad(
      `a hex: password is for OCPP 1.6, and OCPP ${v2} is judged too`,
      'A 2.x password is text: write it as it is.',
    );
  if (!/^[0-9A-Fa-f]*$/.test(digits))
    return bad('the hex: password has characters that are no hex digits', 'Write 32 to 40 of 0-9 and A-F.');
  if (digits.length < 32 || digits.length > 40 || digits.length % 2 === 1) {
    return bad(
      `the hex: password has ${digits.length} digits`,
      'A 1.6 key has 16 to 20 bytes: an even number of digits from 32 to 40.',
    );
  }
  return good({ bytes: Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)) });
}

/** 2.x BasicAuthPassword (A00.FR.205): 16 to 64 characters. */
const V2_PASSWORD = { least: 16, most: 64 };

function textNote(text: string, versions: readonly OcppVersion[]): { note?: string } {
  if (versions.includes('1.6') && /^([0-9A-Fa-f]{2}){16,20}$/.test(text)) {
    return {
      note: `the password is ${text.length} hex digits and is sent as that text; write hex:… where the ${text.length / 2} bytes behind it are meant`,
    };
  }
  const v2 = versions.find((version) => version !== '1.6');
  if (v2 !== undefined && (text.length < V2_PASSWORD.least || text.length > V2_PASSWORD.most)) {
    return {
      note: `the password has ${text.length} characters; OCPP ${v2} wants ${V2_PASSWORD.least} to ${V2_PASSWORD.most} (A00.FR.205)`,
    };
  }
  return {};
}
