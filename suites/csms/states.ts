/** The start states of cases about a CSMS, as the certification documents share them: each leaves the station in it. */
import type { Ending } from '../../src/dialects/transaction-words.ts';
import type { Context } from '../../src/judge/context.ts';
import { at } from '../../src/judge/path.ts';
import { describe } from '../../src/judge/station-player.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { randomWord } from '../../src/random.ts';
import type { Payload, Reply } from '../../src/session.ts';
import type { Token } from '../../src/sut/system-under-test.ts';

/** RFC 3339, now. */
export const now = ({ clock }: Pick<Context, 'clock'>): string => new Date(clock.now()).toISOString();

/** The EVSE and connector that cases use unless they are about another one. */
export const EVSE = 1;
export const CONNECTOR = 1;
/** Another one, for what a CSMS that always names the first gets wrong. */
export const OTHER_EVSE = 2;

/** Connected, and nothing said yet. */
export async function connected(context: Context): Promise<void> {
  await context.station.connect();
}

/** Sends BootNotification. @throws Unmet where it is not answered with a CALLRESULT */
export function boot({ station, words, sut }: Context, reason?: string): Promise<Reply> {
  return station.need('BootNotification', words.boot(sut.station, reason));
}

/** Says that a connector is free. @throws Unmet where it is not answered with a CALLRESULT */
export function available(context: Context, evseId = EVSE): Promise<Reply> {
  return context.station.need('StatusNotification', context.words.status(evseId, CONNECTOR, 'Available', now(context)));
}

/** Registered, with every connector reported Available. @throws Unmet where the CSMS does not accept the station */
export async function booted(context: Context): Promise<void> {
  const { station, sut, words } = context;
  const answer = await station.register(words.boot(sut.station));
  const status = at(answer.payload, 'status');
  if (status !== 'Accepted') throw new Unmet(`the CSMS answered BootNotification with status ${String(status)}`);
  await available(context);
}

/** Registered as a station with two EVSEs, so that orders can name the second. */
export async function bootedWithTwo(context: Context): Promise<void> {
  await booted(context);
  await available(context, OTHER_EVSE);
}

/**
 * Registered, and not accepted: the case plays a station that the CSMS was set up to hold back.
 * @throws Unmet where no such station is named, or the CSMS takes it
 */
export async function heldBack(context: Context, wanted: 'Pending' | 'Rejected'): Promise<Reply> {
  const name = wanted === 'Pending' ? 'pending' : 'rejected';
  if (context.sut.stations[name] === undefined) throw new Unmet(`no station is named as stations.${name}`);
  await connected(context);
  const answer = await boot(context);
  const status = at(answer.payload, 'status');
  if (status !== wanted) throw new Unmet(`the CSMS answered a station that it holds ${name} with ${String(status)}`);
  return answer;
}

/**
 * Judges nothing where the CSMS was never told of the token that it does not accept: it may be right.
 * @throws Unmet where `status` is another and the token is one that nobody vouches for
 */
export function vouched(token: Token, status: unknown): void {
  if (token.assumed && status !== 'Accepted')
    throw new Unmet(
      `the CSMS does not know ${token.idToken} (${String(status)}): name a token as tokens.valid, or use a driver with create-token`,
    );
}

/** A transaction that a case started. */
export interface Charge {
  readonly token: Token;
  readonly evseId: number;
  /** Number in 1.6, word in 2.x. */
  readonly transactionId: unknown;
  /** The answer to its start. */
  readonly started: Reply;
  /** Ends it; a second time does nothing. @param by who presents a token; nobody unless told */
  end(why?: Ending, by?: Token): Promise<Reply>;
}

export interface ChargeOptions {
  readonly evseId?: number;
  readonly token?: Token;
}

/**
 * A transaction runs; it is ended when the case is over, if the case does not.
 * @throws Unmet where its start is not accepted
 */
export async function charging(context: Context, options: ChargeOptions = {}): Promise<Charge> {
  const { station, words, random, after } = context;
  const evseId = options.evseId ?? EVSE;
  const token = options.token ?? (await context.token('valid'));
  const said = words.transaction;
  const facts = { evseId, connectorId: CONNECTOR, token, transactionId: randomWord(random, 24) };
  const meter = 10_000 + Math.floor(random() * 10_000);
  await station.need('StatusNotification', words.status(evseId, CONNECTOR, 'Occupied', now(context)));
  const start = said.start(facts, { at: now(context), wh: meter });
  const started = await station.need(start.action, start.payload);
  const status = at(started.payload, words.places.tokenStatus);
  if (status !== 'Accepted') throw new Unmet(`the start of the transaction was answered with ${describe(started)}`);
  const transactionId = said.idOf(facts, started.payload);
  if (transactionId === undefined) throw new Unmet('the start of the transaction was answered without its id');

  let ended: Promise<Reply> | undefined;
  const end = (why: Ending = 'local', by?: Token): Promise<Reply> => {
    const moment = { at: now(context), wh: meter + 1 + Math.floor(random() * 5_000) };
    const message = said.end(facts, moment, started.payload, 1, why, by);
    ended ??= station.call(message.action, message.payload);
    return ended;
  };
  after(async () => {
    await end();
    await available(context, evseId);
  });
  return { token, evseId, transactionId, started, end };
}

/** Status of a token in an answer, whatever the version. */
export const tokenStatus = ({ words }: Pick<Context, 'words'>, { payload }: { payload: Payload }): unknown =>
  at(payload, words.places.tokenStatus);

/** Group of a token in an answer, whatever the version. */
export const tokenGroup = ({ words }: Pick<Context, 'words'>, { payload }: { payload: Payload }): unknown =>
  at(payload, words.places.tokenGroup);
