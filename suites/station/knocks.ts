/** A charger at the door of the CSMS that a case plays: it is sent away, and seen to come back. */
import type { OcppVersion } from '../../src/dialects/dialect.ts';
import type { Attempt } from '../../src/judge/attempts.ts';
import type { Context } from '../../src/judge/context.ts';
import { at } from '../../src/judge/path.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import type { Payload, Reply } from '../../src/session.ts';

type Door = Pick<Context, 'csms'>;

/** How an attempt to connect went, in words. */
export const told = (attempt: Attempt | undefined): string => {
  if (attempt === undefined) return 'it did not come';
  return attempt.outcome === 'connected' ? 'connected' : `${attempt.outcome}: ${attempt.says}`;
};

/** The next attempt to connect; one that is connected is sent away first. @throws Unmet where none comes */
export async function knocks({ csms }: Door): Promise<Attempt> {
  const coming = csms.attempt();
  if (csms.connected) await csms.disconnect();
  const came = await coming;
  if (came !== undefined) return came;
  await csms.connection();
  throw new Unmet('the station did not try to connect again');
}

/** How a version sets and reads the password of a charger. */
interface PasswordWords {
  readonly action: string;
  set(password: string): Payload;
  /** Status of the answer. */
  status(answer: Payload): unknown;
  readonly read: { readonly action: string; readonly payload: Payload };
  /** Password as it is configured → as it goes over the wire. */
  bytes(configured: string): Uint8Array;
  configured(bytes: Uint8Array): string;
}

const variable = { component: { name: 'SecurityCtrlr' }, variable: { name: 'BasicAuthPassword' } };

const v2: PasswordWords = {
  action: 'SetVariables',
  set: (attributeValue) => ({ setVariableData: [{ ...variable, attributeValue }] }),
  status: (answer) => at(answer, 'setVariableResult[0].attributeStatus'),
  read: { action: 'GetVariables', payload: { getVariableData: [variable] } },
  bytes: (text) => new TextEncoder().encode(text),
  configured: (bytes) => new TextDecoder().decode(bytes),
};

export const passwordWords: Readonly<Record<OcppVersion, PasswordWords>> = {
  '1.6': {
    action: 'ChangeConfiguration',
    set: (value) => ({ key: 'AuthorizationKey', value }),
    status: ({ status }) => status,
    read: { action: 'GetConfiguration', payload: { key: ['AuthorizationKey'] } },
    // Two hexadecimal digits for each byte (whitepaper, A00.FR.205).
    bytes: (digits) => Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)),
    configured: (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join(''),
  },
  '2.0.1': v2,
  '2.1': v2,
};

/** Sets the password. @returns the answer, and its status */
export async function setsPassword(
  { csms, dialect }: Pick<Context, 'csms' | 'dialect'>,
  password: string,
): Promise<{ reply: Reply; status: unknown }> {
  const words = passwordWords[dialect.version];
  const reply = await csms.call(words.action, words.set(password));
  return { reply, status: words.status(reply.payload) };
}

/** Waits for the charger to come back by itself, and sends it away where it does not. @throws Unmet where it does not come */
export async function comesBack({ csms, sut }: Pick<Context, 'csms' | 'sut'>): Promise<Attempt> {
  return (await csms.attempt(sut.timeoutMs)) ?? knocks({ csms });
}
