/** What cases of the opening handshake as HTTP share: requests with changes, what comes of them, and the control around them. */
import type { Context } from '../../src/judge/context.ts';
import type { RawLine } from '../../src/judge/raw-line.ts';
import { again } from '../../src/judge/turned-away.ts';
import { Unmet, Unreachable } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import type { Header, RequestHead } from '../../src/wire/raw/http.ts';
import { endMs, freshId } from './raw.ts';

/** What came of a request: the status of its response, 0 where the connection ended without one, undefined where it hangs. */
export type Outcome = number | undefined;

export const says = (outcome: Outcome): string =>
  outcome === undefined ? 'no answer, and no end' : outcome === 0 ? 'an end without an answer' : `HTTP ${outcome}`;

/** With `name` gone, or in other words. */
export const without = (head: RequestHead, name: string): RequestHead => ({
  ...head,
  headers: head.headers.filter(([known]) => known.toLowerCase() !== name.toLowerCase()),
});
export const withHeader = (head: RequestHead, name: string, value: string): RequestHead => ({
  ...head,
  headers: [...without(head, name).headers, [name, value]],
});
export const adding = (head: RequestHead, ...headers: readonly Header[]): RequestHead => ({
  ...head,
  headers: [...head.headers, ...headers],
});

export interface Asked {
  readonly line: RawLine;
  readonly outcome: Outcome;
  readonly headers: readonly Header[];
}

/** Sends a request, and tells what came of it within some seconds. */
export async function ask(context: Context, head: RequestHead): Promise<Asked> {
  const line = await context.station.line();
  const response = await line.request(head, endMs(context));
  if (response !== undefined) return { line, outcome: response.status, headers: response.headers };
  return { line, outcome: line.ended === undefined ? undefined : 0, headers: [] };
}

/** A right handshake, and a CALL behind it. */
export async function serves(context: Context): Promise<string> {
  const { clock, station, sut, words } = context;
  const attempt = async () => {
    const { line, outcome } = await ask(context, station.handshake());
    if (outcome !== 101) return { line, came: says(outcome) };
    const answer = await line.ask(freshId(context), 'BootNotification', words.boot(sut.station), sut.timeoutMs);
    const came = answer === undefined ? `101, and then ${line.ending}` : answer.kind;
    await line.leave();
    return { line, came };
  };
  return (await again(clock, attempt, ({ line }) => line.turnedAway)).came;
}

/** Judges that a right handshake is served before (else @throws Unmet) and after what is wrong. */
export async function bracketed(context: Context<'alive'>, wrong: () => Promise<void>): Promise<void> {
  const before = await serves(context);
  if (before !== 'callresult') throw new Unmet(`control: a right handshake came to ${before}`);
  const after = await wrong()
    .then(() => serves(context))
    .catch((cause: unknown) => {
      if (cause instanceof Unreachable) return cause.message;
      throw cause;
    });
  context.check('alive', () => expect(after, 'what a right handshake comes to').to.equal('callresult'));
}
