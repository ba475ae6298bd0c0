/** A charger at TLS faces of a CSMS: it is sent away and seen to come to another one, and back to the right one. */

import type { Attempt } from '../../src/judge/attempts.ts';
import type { Context } from '../../src/judge/context.ts';
import { behaviour } from '../../src/judge/fault.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import type { Face } from '../../src/wire/transport.ts';
import { knocks, told } from './knocks.ts';
import { ready } from './states.ts';

/** Requirements that the whitepaper and 2.x number otherwise. */
export const refs = (v16: string, v2 = v16) => ({ '1.6': `W ${v16}`, '2.0.1': v2 }) as const;

export const CONNECTED = 'connected';
/** What a right charger does with a face that is wrong: no request, no header, no password. */
export const BROKEN = 'broken off';

/** The check of `back`, and its fault. */
export const backCheck = {
  ref: refs('A00.FR.306', 'A00.FR.307'),
  level: 'SHALL',
  says: 'when the right CSMS is there again, the station comes back, and serves',
} as const;
export const neverBack = behaviour('gives-up-after-distrust', 'after a TLS handshake that failed it never comes again');

/** The station knocks at another face, and how that goes; it never has a connection there. */
export async function knocksAt(context: Context, face: Face): Promise<Attempt> {
  const { csms } = context;
  csms.show(face);
  const attempt = await knocks(context);
  return attempt;
}

/** The usual face again, and the station on the other side of it. */
export async function back(context: Context<'back'>): Promise<void> {
  const { check, csms } = context;
  csms.show();
  const came = await knocks(context).catch((cause: unknown) => {
    if (cause instanceof Unmet) return undefined;
    throw cause;
  });
  check('back', () => expect(told(came)).to.equal(CONNECTED));
  if (came?.outcome !== 'connected') throw new Unmet('the station did not come back');
  await ready(context);
}

/** The usual face again, and the station behind it. @throws Unmet */
export async function restored(context: Context): Promise<void> {
  context.csms.show();
  await knocks(context);
  await ready(context);
}

/** Connected, and seen to come with a fresh connection: the control before. @throws Unmet */
export async function control(context: Context): Promise<Attempt & { outcome: 'connected' }> {
  await ready(context);
  const came = await knocks(context);
  if (came.outcome !== 'connected') throw new Unmet(`the station was not let in: ${told(came)}`);
  await ready(context);
  return came;
}
