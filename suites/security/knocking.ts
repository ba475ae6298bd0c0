/** What cases about the door of a CSMS share: knocking in many ways, and the control around it. */
import type { Context } from '../../src/judge/context.ts';
import { behaviour } from '../../src/judge/fault.ts';
import type { Knock, KnockOptions } from '../../src/judge/station-player.ts';
import { Unmet, Unreachable } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import { randomWord } from '../../src/random.ts';
import type { Reply, Session } from '../../src/session.ts';
import { basicToken, credentials, type Identity } from '../../src/sut/system-under-test.ts';
import type { TlsOffer } from '../../src/wire/transport.ts';

export type Opened = Extract<Knock, { session: unknown }>;
export const opened = (knock: Knock): knock is Opened => 'session' in knock;

export const tell = (knock: Knock): string => (opened(knock) ? 'let in (101)' : knock.says);

/** No HTTP answer: the CSMS that was there a moment ago hung up, and so let nobody in. */
const hungUp = (cause: Unreachable): Knock => ({ outcome: 'refused', status: 0, says: cause.message });

/** Knocks; who hangs up without a word has let nobody in. */
export const knocks = (context: Pick<Context, 'station'>, options: KnockOptions): Promise<Knock> =>
  context.station.knock(options).catch((cause: unknown) => {
    if (cause instanceof Unreachable) return hungUp(cause);
    throw cause;
  });

/** Knocks, and closes what opened. */
export async function knockOnce(context: Pick<Context, 'station'>, options: KnockOptions): Promise<Knock> {
  const knock = await knocks(context, options);
  if (opened(knock)) await knock.session.close();
  return knock;
}

/** The control before: with its own credentials the station is let in. @throws Unmet */
export async function letIn(context: Pick<Context, 'station'>, options: KnockOptions = {}): Promise<Opened> {
  const knock = await context.station.knock(options);
  if (!opened(knock)) throw new Unmet(`the CSMS did not let ${context.station.identity} in: ${knock.says}`);
  return knock;
}

/** HTTP statuses with which a CSMS holds off who tried too often: no fault of it, and the end of the case. */
const HELD_OFF: ReadonlySet<number> = new Set([401, 403, 423, 429]);

/** The check of `stillThere`. */
export const stillThereCheck = {
  ref: { '1.6': 'J 3.2', '2.0.1': 'P4 3.2', '2.1': 'P4 3.3' },
  level: 'SHALL',
  says: 'the station is let in and served afterwards, with its own credentials',
} as const;

/**
 * The control after, judged by the check `there`.
 * @throws Unmet where the CSMS holds the station off, as it may after many tries
 */
export async function stillThere(context: Context<'there'>, options: KnockOptions = {}): Promise<void> {
  const knock = await knocks(context, options);
  if (!opened(knock) && HELD_OFF.has(knock.status))
    throw new Unmet(`the CSMS holds ${context.station.identity} off after the wrong tries: ${knock.says}`);
  const reply = opened(knock) ? await boots(context, knock.session) : undefined;
  context.check('there', () => {
    expect(tell(knock)).to.equal('let in (101)');
    expect(reply).to.be.callResult();
  });
  if (opened(knock)) await knock.session.close();
}

/** BootNotification on a connection of the case's choice. */
export const boots = ({ words, sut }: Pick<Context, 'words' | 'sut'>, session: Session): Promise<Reply> =>
  session.call('BootNotification', words.boot(sut.station));

/** On the connection, a boot that is accepted. @throws Unmet */
export async function accepted(context: Pick<Context, 'words' | 'sut'>, session: Session): Promise<void> {
  const boot = await boots(context, session);
  const status = boot.kind === 'callresult' ? boot.payload['status'] : boot.kind;
  if (status !== 'Accepted') throw new Unmet(`the CSMS answered BootNotification with ${String(status)}`);
}

/** How long a CSMS may take to end a connection that it has replaced. */
const REPLACED_MS = 5_000;

/** True where the connection has ended, or ends in time. */
export const ends = ({ clock }: Pick<Context, 'clock'>, session: Session): Promise<boolean> =>
  Promise.race([session.closed.then(() => true), clock.sleep(REPLACED_MS).then(() => false)]);

/** The station of the case, with its password. @throws Unmet where it has none */
export function ownPassword({ sut, station }: Context): Uint8Array {
  const password = sut.identities.find(({ id }) => id === station.identity)?.password;
  if (password === undefined) throw new Unmet(`${station.identity} has no password: see --password`);
  return password;
}

/** Another station of the run that has a password of its own; undefined where there is none. */
export function otherStation(
  { sut, station }: Context,
  own: Uint8Array,
): Required<Pick<Identity, 'id' | 'password'>> | undefined {
  for (const { id, password } of sut.identities) {
    if (id === station.identity || password === undefined) continue;
    if (String(password) !== String(own)) return { id, password };
  }
  return undefined;
}

/** The header of basic authentication. */
export const basic = (user: string, password: Uint8Array): Readonly<Record<string, string>> => ({
  authorization: `Basic ${basicToken(user, password)}`,
});

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Two hexadecimal digits for each byte, as a 1.6 key travels (whitepaper, A00.FR.205). */
export const hexOf = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join('');
export const bytesOfHex = (digits: string): Uint8Array =>
  Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

/** Keys that are not the published one, and that who takes a key for text does not tell from it. */
export const almostPublished: Readonly<Record<string, Uint8Array>> = {
  'a key that is the same up to its first zero': bytesOfHex('00'),
  'a key in which bytes that are no text are others': bytesOfHex('0001020304050607FEFEFEFEFEFEFEFEFEFEFEFE'),
};
export const almostFaults = [
  behaviour('cuts-keys-at-zero', 'keys are compared up to their first byte that is zero'),
  behaviour('reads-keys-as-text', 'keys are compared as text, with a question mark for each byte that is none'),
];

/**
 * Knocks with a TLS offer that the CSMS has to turn down, and closes what opened. Where the offer itself could not be
 * made, `stillThere` afterwards tells whether the CSMS is gone, or we can't.
 */
export async function offers(context: Pick<Context, 'station'>, tls: TlsOffer): Promise<Knock | Unreachable> {
  const knock = await context.station.knock({ tls }).catch((cause: unknown) => {
    if (cause instanceof Unreachable) return cause;
    throw cause;
  });
  if (!(knock instanceof Unreachable) && opened(knock)) await knock.session.close();
  return knock;
}

/** Judges that an offer was turned down by TLS or by HTTP. @throws Unmet where it could not be made */
export async function turnsDown(context: Context<'refused' | 'there'>, what: string, tls: TlsOffer): Promise<void> {
  context.note(`offers ${what}`);
  const knock = await offers(context, tls);
  if (knock instanceof Unreachable) {
    await stillThere(context);
    throw new Unmet(`${what} could not be offered: ${knock.message}`);
  }
  context.check('refused', () => expect(tell(knock), what).to.not.equal('let in (101)'));
}

/**
 * What a station that knocks so comes to: whether it is turned down, or registered. A CSMS may look at its name only
 * when the station boots.
 */
export async function registers(
  context: Pick<Context, 'station' | 'words' | 'sut'>,
  how: KnockOptions,
): Promise<string> {
  const knock = await knocks(context, how);
  if (!opened(knock)) return 'refused';
  const boot = await boots(context, knock.session);
  await knock.session.close();
  return boot.kind === 'callresult' ? String(boot.payload['status']) : boot.kind;
}

/** Another charger, registered. @throws Unmet where there is none */
export async function secondStation(context: Context): Promise<Session> {
  const { random, station, sut } = context;
  const known = sut.identities.find(({ id }) => id !== station.identity);
  if (known === undefined && sut.securityProfile !== 0) throw new Unmet('no second charger: name one with --id');
  const identity = known?.id ?? `PP${randomWord(random, 12)}`;
  const { session } = await letIn(context, {
    identity,
    headers: credentials(known),
    ...(known?.cert !== undefined &&
      known.key !== undefined && { tls: { client: { cert: known.cert, key: known.key } } }),
  });
  const boot = await boots(context, session);
  if (boot.payload['status'] !== 'Accepted')
    throw new Unmet(
      `the CSMS answered the boot of ${identity} with ${String(boot.payload['status'] ?? boot.kind)}: name a second charger with --id`,
    );
  return session;
}
