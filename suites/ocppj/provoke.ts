/** Sends what is wrong on purpose, and tells what came back before good CALLs behind it were answered. */
import { expect } from 'chai';
import type { CodeChoice } from '../../src/dialects/dialect.ts';
import type { Context } from '../../src/judge/context.ts';
import { encodeCall } from '../../src/ocppj/encode.ts';
import type { Frame } from '../../src/ocppj/frame.ts';
import { randomWord } from '../../src/random.ts';
import type { Session } from '../../src/session.ts';

/** What came of a message that is wrong. */
export interface Provoked {
  /** What came back, in order, without CALLs of the SUT's own and without the answers to the good CALLs behind it. */
  readonly answers: readonly Frame[];
  /** The SUT ended the connection. */
  readonly closed: boolean;
  /** The good CALLs behind it were answered with a CALLRESULT. */
  readonly served: boolean;
}

/** What is due gets this many milliseconds before the good CALLs, and as many behind them: a peer may work on several messages at once. */
const SETTLE_MS = 1_000;

/**
 * A message id of `length` characters that no run before has used: a SUT may remember them (1.6-J errata 3.1).
 * @param length 12 or more
 */
export function freshId({ clock, random }: Pick<Context, 'clock' | 'random'>, length = 20): string {
  const time = clock.now().toString(36);
  return `${time}-${randomWord(random, Math.max(1, length - time.length - 1))}`;
}

/** Sends the probe under an id of our choice; its answer may be missing where the SUT hangs up, and nobody is blamed for that. */
export const probe = ({ peer }: Pick<Context, 'peer'>, session: Session, id: string) =>
  session.callRaw(id, peer.probe.action, encodeCall(id, peer.probe.action, peer.probe.payload));

/**
 * Sends `messages`, then two good CALLs, one after the other: their answers, or the close, end the wait.
 * @param due the messages want an answer, so it is waited for
 */
export async function provoke(
  context: Pick<Context, 'peer' | 'clock' | 'random' | 'sut'>,
  session: Session,
  messages: readonly (string | Uint8Array)[],
  due: boolean,
): Promise<Provoked> {
  const { clock, sut } = context;
  const answers: Frame[] = [];
  const own = new Set<unknown>();
  let wake: () => void = () => {};
  const answered = new Promise<void>((resolve) => {
    wake = resolve;
  });
  const gather = (frame: Frame): boolean => {
    if (frame.kind === 'call' || frame.kind === 'send' || ('id' in frame && own.has(frame.id))) return false;
    answers.push(frame);
    if (answers.length >= messages.length) wake();
    return false;
  };
  void session.awaitFrame(gather, 5 * sut.timeoutMs);
  for (const message of messages) session.sendRaw(message);
  const settled = () => Promise.race([answered, session.closed, clock.sleep(SETTLE_MS)]);
  // A right peer sends one CALL at a time, so some have room for one answer: the good ones wait for it.
  if (due) await settled();
  let served = true;
  for (let i = 0; i < 2 && served && session.open; i++) {
    const id = freshId(context);
    own.add(id);
    served = (await probe(context, session, id)).kind === 'callresult';
  }
  if (due && answers.length < messages.length && session.open) await settled();
  return { answers, closed: !session.open, served };
}

/** Judges that the SUT took nothing of it for a CALL: what came back, if anything, are CALLERRORs. */
export function unserved({ answers }: Provoked): void {
  for (const { kind, raw } of answers) expect(kind, `${raw.slice(0, 200)} came back`).to.equal('callerror');
}

const errorsIn = ({ answers }: Provoked) => answers.filter((frame) => frame.kind === 'callerror');

/** Judges the codes of the CALLERRORs that came, if any. */
export function codesFit(got: Provoked, { preferred, accepted }: CodeChoice): void {
  const codes = [...new Set([preferred, ...accepted])];
  for (const { code } of errorsIn(got)) expect(code, `error code, ${codes.join(' or ')}`).to.be.oneOf(codes);
}

/** Judges the message ids of the CALLERRORs that came, if any. */
export function idsFit(got: Provoked, ids: readonly string[]): void {
  for (const { id } of errorsIn(got)) expect(id, 'message id of the CALLERROR').to.be.oneOf([...ids]);
}

/** Judges that something came back; what it was is judged by the others. */
export function notSilent({ answers, closed }: Provoked): void {
  expect(answers.length, closed ? 'the connection was closed instead' : 'answers to it').to.be.at.least(1);
}

/** Judges that a connection that is still open still serves. */
export function notWedged({ closed, served }: Provoked): void {
  expect(closed || served, 'a good CALL behind it is served, where the connection stays open').to.equal(true);
}
