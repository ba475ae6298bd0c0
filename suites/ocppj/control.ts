/** The control around a negative case: it means something only where the SUT serves a good message before and after. */
import type { Context } from '../../src/judge/context.ts';
import { describe } from '../../src/judge/station-player.ts';
import { Unmet, Unreachable } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import type { Session } from '../../src/session.ts';

/** The check that every bracketed case has. */
export const aliveCheck = {
  ref: { '1.6': 'J 4.1', '2.0.1': 'P4 4.1', '2.1': 'P4 4.1' },
  level: 'SHALL',
  says: 'a good message is served afterwards: on a fresh connection, and on this one where it stays open',
} as const;

/**
 * Sends a good message on a fresh connection, provokes the SUT on another, and sends a good one again:
 * the check `alive` judges the last.
 * @throws Unmet where the first is not served
 */
export async function bracket(context: Context<'alive'>, provoke: (session: Session) => Promise<void>): Promise<void> {
  const { peer, check } = context;
  const { action, payload } = peer.probe;
  const before = await (await peer.open()).call(action, payload);
  if (before.kind !== 'callresult') throw new Unmet(`control: ${action} was answered with ${describe(before)}`);
  const session = await peer.open();
  const after = await provoke(session)
    .then(() => peer.open())
    .then((fresh) => fresh.call(action, payload))
    .catch((cause: unknown) => {
      // It was there before: a SUT that lets nobody in any more did not survive.
      if (cause instanceof Unmet || cause instanceof Unreachable) return cause;
      throw cause;
    });
  check('alive', () => {
    if (after instanceof Error) expect.fail(after.message);
    expect(after).to.be.callResult();
  });
}
