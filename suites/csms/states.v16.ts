/** What a 1.6 station says in cases about a CSMS, and the states that only 1.6 has: transactions with StartTransaction. */
import type { Context } from '../../src/judge/context.ts';
import { behaviour } from '../../src/judge/fault.ts';
import { at } from '../../src/judge/path.ts';
import { describe } from '../../src/judge/station-player.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import { encodeCall } from '../../src/ocppj/encode.ts';
import type { Payload, Reply } from '../../src/session.ts';
import type { Token } from '../../src/sut/system-under-test.ts';
import { freshId } from '../ocppj/provoke.ts';
import { oddNumber } from './odds.ts';
import { EVSE, now, vouched } from './states.ts';

export { ago, ahead, oddNumber } from './odds.ts';

/** Where idTagInfo keeps the verdict on a token. */
export const STATUS = 'idTagInfo.status';
const PARENT = 'idTagInfo.parentIdTag';

/** StatusNotification of one connector, with a status and an error of 1.6. */
export const status16 = (
  context: Pick<Context, 'clock'>,
  status: string,
  connectorId: number = EVSE,
  errorCode = 'NoError',
): Payload => ({ connectorId, errorCode, status, timestamp: now(context) });

/** The same word with each letter in the other case: 1.6 CiString takes both for one. */
export const otherCase = (word: string): string =>
  word.replace(/[a-z]/gi, (letter) => (letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase()));

/** Ids of tokens and groups have no case. */
export const sameIdTag = (one: unknown, other: unknown): boolean =>
  typeof one === 'string' && typeof other === 'string' && one.toLowerCase() === other.toLowerCase();

/** Where the register of the station's meter stands, in Wh: it never runs backwards, whatever transactions follow. */
const registers = new WeakMap<object, number>();

/** A reading above all that were there before. @param use Wh that are drawn from then on */
function drawn(context: Context, use: number, from?: number): number {
  const before = registers.get(context.station) ?? 10_000;
  const reading = from ?? before + oddNumber(context, 1, 900);
  registers.set(context.station, Math.max(before, reading + use));
  return reading;
}

/** What a transaction takes unless a case says otherwise, in Wh. */
const CONSUMPTION = 7_001;

export interface StartOptions {
  readonly connectorId?: number;
  /** RFC 3339; now, unless told. */
  readonly timestamp?: string;
  readonly meterStart?: number;
  readonly reservationId?: number;
  /** As the reader gave it, where that is not as the token is known. */
  readonly idTag?: string;
}

export interface StopOptions {
  /** It may be refused, and that is for the case to judge. */
  readonly odd?: true;
  readonly reason?: string;
  /** Presented at the end. */
  readonly by?: Token;
  readonly timestamp?: string;
  readonly meterStop?: number;
  readonly transactionData?: readonly Payload[];
}

/** A transaction whose start was answered, whatever the answer was. */
export class Transaction16 {
  readonly token: Token;
  readonly sent: Payload;
  readonly reply: Reply;
  readonly #context: Context;
  #stopped = false;

  constructor(context: Context, token: Token, sent: Payload, reply: Reply) {
    this.#context = context;
    this.token = token;
    this.sent = sent;
    this.reply = reply;
  }

  get connectorId(): number {
    return Number(this.sent['connectorId']);
  }

  /** In Wh. */
  get meterStart(): number {
    return Number(this.sent['meterStart']);
  }

  /** Status of the token in the answer. */
  get status(): unknown {
    return at(this.reply.payload, STATUS);
  }

  /** What the CSMS calls it. @throws Unmet where it gave no number */
  get id(): number {
    const id = this.reply.payload['transactionId'];
    if (!Number.isInteger(id)) throw new Unmet(`there is no transaction: ${describe(this.reply)}`);
    return id as number;
  }

  /** StopTransaction; its answer is judged by whoever asked for it. */
  stop(options: StopOptions = {}): Promise<Reply> {
    const { by, meterStop = this.meterStart + CONSUMPTION, timestamp = now(this.#context) } = options;
    const { reason, transactionData, odd } = options;
    const payload = {
      transactionId: this.id,
      meterStop,
      timestamp,
      ...(reason !== undefined && { reason }),
      ...(by && { idTag: by.idToken }),
      ...(transactionData && { transactionData }),
    };
    this.#stopped = true;
    const { station } = this.#context;
    if (!odd) return station.call('StopTransaction', payload);
    const id = freshId(this.#context);
    return station.session.callRaw(id, 'StopTransaction', encodeCall(id, 'StopTransaction', payload));
  }

  /** Leaves nothing behind: a transaction that runs is stopped, its connector is free. */
  async clean(): Promise<void> {
    const { station } = this.#context;
    if (!station.session.open) await station.connect();
    if (!this.#stopped && Number.isInteger(this.reply.payload['transactionId'])) await this.stop({ reason: 'Other' });
    await station.call('StatusNotification', status16(this.#context, 'Available', this.connectorId));
  }
}

/** Sends StartTransaction, and stops the transaction when the case is over, if the case does not. */
export async function startTransaction(
  context: Context,
  token: Token,
  options: StartOptions = {},
): Promise<Transaction16> {
  const { connectorId = EVSE, timestamp = now(context) } = options;
  const meterStart = drawn(context, CONSUMPTION, options.meterStart);
  const { idTag = token.idToken, reservationId } = options;
  const sent = { connectorId, idTag, meterStart, timestamp, ...(reservationId !== undefined && { reservationId }) };
  const reply = await context.station.call('StartTransaction', sent);
  const transaction = new Transaction16(context, token, sent, reply);
  context.after(() => transaction.clean());
  return transaction;
}

/** The check of `started`. */
export const startedCheck = {
  ref: '4.8',
  level: 'SHALL',
  says: 'the transaction of a valid token is answered with an id and Accepted',
} as const;

/** StartTransaction of a valid token, judged by the check `started`. */
export async function started(
  context: Context<'started'>,
  token: Token,
  options: StartOptions = {},
): Promise<Transaction16> {
  const transaction = await startTransaction(context, token, options);
  vouched(token, transaction.status);
  context.check('started', () => {
    expect(transaction.reply).to.be.callResult({ idTagInfo: { status: 'Accepted' } });
    sameGroup(token, transaction.reply);
  });
  return transaction;
}

/** Where an answer names a group, it is the token's. */
export function sameGroup(token: Token, { payload }: Reply): void {
  const group = at(payload, PARENT);
  if (group === undefined || token.groupId === undefined) return;
  expect(sameIdTag(group, token.groupId), `parentIdTag ${String(group)} is ${token.groupId}`).to.equal(true);
}

/** The check of `authorized`. */
export const authorizedCheck = { ref: '4.1', level: 'SHALL', says: 'a valid token is Accepted' } as const;

/** Authorize of a valid token, judged by the check `authorized`. */
export async function authorized(context: Context<'authorized'>, token: Token): Promise<Reply> {
  const reply = await context.station.call('Authorize', { idTag: token.idToken });
  vouched(token, at(reply.payload, STATUS));
  context.check('authorized', () => {
    expect(reply).to.be.callResult({ idTagInfo: { status: 'Accepted' } });
    sameGroup(token, reply);
  });
  return reply;
}

/** The check of `stranger`, and its fault: a CSMS that says yes to everybody passes no case that has it. */
export const strangerCheck = {
  ref: '7.2',
  level: 'SHALL',
  says: 'a token that nobody has heard of is Invalid, here as well',
} as const;
export const strangerFault = behaviour('accepts-any-token', 'every token is Accepted, whatever is known of it');

/** Authorize of an unknown token, judged by the check `stranger`. */
export async function stranger(context: Context<'stranger'>): Promise<void> {
  const { idToken } = await context.token('unknown');
  const reply = await context.station.call('Authorize', { idTag: idToken });
  context.check('stranger', () => expect(reply).to.be.callResult({ idTagInfo: { status: 'Invalid' } }));
}

/** The check of `free`, and its fault. */
export const freeCheck = {
  ref: '7.2',
  level: 'SHALL',
  says: 'the token is in no other transaction once its own has stopped: the next one is Accepted',
} as const;
export const freeFault = behaviour('forgets-stops', 'a transaction never ends');

/** The token starts anew, judged by the check `free`: a transaction that has stopped is over. */
export async function free(context: Context<'free'>, token: Token, options: StartOptions = {}): Promise<Transaction16> {
  const next = await startTransaction(context, token, options);
  context.check('free', () => expect(next.reply).to.be.callResult({ idTagInfo: { status: 'Accepted' } }));
  return next;
}

/** The check of `stopped`. */
export const stoppedCheck = {
  ref: '4.10',
  level: 'SHALL',
  says: 'the end of the transaction is answered, with nothing but good of the token that ended it',
} as const;

/** Judges the answer to StopTransaction by the check `stopped`. @param by who presented a token */
export function judgeStop({ check }: Context<'stopped'>, reply: Reply, by?: Token): void {
  check('stopped', () => {
    expect(reply).to.be.callResult();
    // 4.10: a CSMS may tell of the token, and need not.
    if (by === undefined || reply.payload['idTagInfo'] === undefined) return;
    expect(at(reply.payload, STATUS), 'status of the token that ended it').to.equal('Accepted');
    sameGroup(by, reply);
  });
}
