/** Secrets by value: gathered from what was resolved, and taken out of every text that leaves. */
import type { DriverSettings } from '../drivers/settings.ts';
import type { SystemUnderTest } from '../system-under-test.ts';
import type { ServerCredentials } from './credentials.ts';

/** What is put in place of a secret. */
export const REDACTED = '[redacted]';

/** A shorter text (`pass`, `test`) would tear holes into verdicts and ids, and is guessed in no time anyway. */
const LEAST_LENGTH = 6;

/** Holders of secrets beside the system itself. */
export interface SecretHolders {
  readonly driver?: Pick<DriverSettings, 'auth' | 'headers' | 'env'>;
  readonly actuator?: Pick<DriverSettings, 'auth' | 'headers' | 'env'>;
  readonly server?: ServerCredentials;
}

/**
 * Every form in which a secret of the run could stand in a trace, a report or a log: as text, as hex, and as the
 * credentials of HTTP basic authentication in base64. Longest first.
 */
export function collectSecrets(sut: SystemUnderTest, holders: SecretHolders = {}): readonly string[] {
  const secrets = new Set<string>();
  const add = (secret: string | undefined) => {
    if (secret !== undefined && secret.length >= LEAST_LENGTH) secrets.add(secret);
  };
  const addPassword = (user: string | undefined, bytes: Uint8Array) => {
    const buffer = Buffer.from(bytes);
    const text = buffer.toString('utf8');
    // Bytes that are no text have a hex form only; a replacement character would match other broken texts.
    if (!text.includes('\uFFFD')) add(text);
    add(buffer.toString('hex'));
    add(buffer.toString('base64'));
    if (user !== undefined) add(Buffer.concat([Buffer.from(`${user}:`), buffer]).toString('base64'));
  };
  const elsewhere = (sut.endpoints ?? []).flatMap(({ identities }) => identities);
  for (const { id, password, key } of [...sut.identities, ...elsewhere]) {
    if (password !== undefined) addPassword(id, password);
    add(key?.trim());
  }
  for (const held of [sut.clientAuthority, sut.serverAuthority, sut.publicServer, ...(sut.revoked ?? [])])
    add(held?.key.trim());
  if (holders.server?.password !== undefined) addPassword(undefined, holders.server.password);
  add(holders.server?.key?.trim());
  for (const hands of [holders.driver, holders.actuator]) {
    const { user, password, bearer } = hands?.auth ?? {};
    if (password !== undefined) addPassword(user, Buffer.from(password));
    add(bearer);
    for (const [name, value] of Object.entries({ ...hands?.headers, ...hands?.env }))
      if (SECRET_NAME.test(name)) add(value);
  }
  return [...secrets].sort((one, other) => other.length - one.length);
}

const SECRET_NAME = /pass|pwd|secret|token|key|authoriz|credential|cookie/i;

/**
 * The text without the secrets; hex in either case, and as the text stands inside JSON strings too.
 * @param secrets as `collectSecrets` gave them
 */
export function redact(text: string, secrets: readonly string[]): string {
  if (secrets.length === 0) return text;
  return text.replace(patternOf(secrets), REDACTED);
}

const patterns = new WeakMap<readonly string[], RegExp>();

function patternOf(secrets: readonly string[]): RegExp {
  let pattern = patterns.get(secrets);
  if (pattern === undefined) {
    const forms = secrets.flatMap((secret) => [
      secret,
      inJson(secret),
      inJson(inJson(secret)),
      encodeURIComponent(secret),
    ]);
    const parts = [...new Set(forms)]
      .sort((one, other) => other.length - one.length)
      .map((form) => (HEX.test(form) ? anyCase(form) : escapeRegExp(form)));
    pattern = new RegExp(parts.join('|'), 'g');
    patterns.set(secrets, pattern);
  }
  return pattern;
}

/** As the text stands inside a JSON string; a frame in a report is JSON inside JSON. */
const inJson = (text: string) => JSON.stringify(text).slice(1, -1);
const HEX = /^([0-9a-f]{2}){4,}$/;
const anyCase = (hex: string) => hex.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
const escapeRegExp = (text: string) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
