/** What cases below the messages share: a CALL as bytes, its valid twin, and how long a connection may take to end. */
import type { Context } from '../../src/judge/context.ts';
import { behaviour, type Fault } from '../../src/judge/fault.ts';
import type { RawLine } from '../../src/judge/raw-line.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { encodeCall } from '../../src/ocppj/encode.ts';
import { type WireSlip, wireSlips } from '../../src/wire/raw/slips.ts';
import { bracket } from './control.ts';
import { freshId } from './provoke.ts';

export { freshId };

/** "Fails the connection", with room for a slow network. */
const END_MS = 5_000;

export const endMs = ({ sut }: Pick<Context, 'sut'>): number => Math.min(END_MS, sut.timeoutMs);

/** A fault below the messages. */
export const slip = (name: WireSlip): Fault => behaviour(name, wireSlips[name]);

/** The probe under an id. */
export const callText = ({ peer: { probe } }: Pick<Context, 'peer'>, id: string): string =>
  encodeCall(id, probe.action, probe.payload);

/** The same as bytes. */
export const callBytes = (context: Pick<Context, 'peer'>, id: string): Uint8Array =>
  new TextEncoder().encode(callText(context, id));

/**
 * The valid twin of what is wrong: the same CALL, in a frame that is right, on the same connection.
 * @throws Unmet where it is not served
 */
export async function twin(context: Context, raw: RawLine): Promise<void> {
  const { action, payload } = context.peer.probe;
  const answer = await raw.ask(freshId(context), action, payload, context.sut.timeoutMs);
  if (answer?.kind !== 'callresult')
    throw new Unmet(`control: ${action} in a right frame was answered with ${answer?.raw ?? raw.ending}`);
}

async function withTwin(context: Context): Promise<RawLine> {
  const raw = await context.peer.raw();
  await twin(context, raw);
  return raw;
}

/**
 * As `bracket`, with a connection on which the valid twin was served.
 * @throws Unmet where it was not
 */
export async function rawBracket(context: Context<'alive'>, provoke: (raw: RawLine) => Promise<void>): Promise<void> {
  let control: Unmet | undefined;
  await bracket(context, async () => {
    const raw = await withTwin(context).catch((cause: unknown) => {
      if (cause instanceof Unmet) control = cause;
      else throw cause;
    });
    if (raw) await provoke(raw);
  });
  if (control) throw control;
}
