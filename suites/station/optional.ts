/** Parts that not every charger has: asked of it, and switched on where they can be. */
import type { OcppVersion } from '../../src/dialects/dialect.ts';
import type { Context } from '../../src/judge/context.ts';
import { describe } from '../../src/judge/station-player.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import type { Payload, Reply } from '../../src/session.ts';
import { preferred } from './states.v2.ts';
import { suggested } from './states.v16.ts';

/** Codes for an action that is not there. */
const NONE: readonly unknown[] = ['NotImplemented', 'NotSupported'];

/**
 * A CALL of a part that not every charger has.
 * @throws Unmet where the station says that it knows no such CALL, and nobody declared that it does
 */
export async function ask(
  { csms, sut }: Pick<Context, 'csms' | 'sut'>,
  feature: string,
  action: string,
  payload: Payload,
): Promise<Reply> {
  const reply = await csms.call(action, payload);
  const absent = reply.kind === 'callerror' && NONE.includes(reply.code);
  if (absent && !sut.features?.includes(feature))
    throw new Unmet(
      `${action} is answered with ${describe(reply)}: a station without it names ${feature} as sut.without`,
    );
  return reply;
}

type Part = 'ReservationCtrlr' | 'LocalAuthListCtrlr';

const inOne = (context: Context, part: Part): Promise<unknown> =>
  part === 'LocalAuthListCtrlr' ? suggested(context, 'LocalAuthListEnabled', 'true') : Promise.resolve();
const inTwo = (context: Context, part: Part): Promise<unknown> => preferred(context, part, 'Enabled', 'true');

/** How a part is switched on for the time of a case; 1.6 has no such switch for reservations. */
const switches: Readonly<Record<OcppVersion, (context: Context, part: Part) => Promise<unknown>>> = {
  '1.6': inOne,
  '2.0.1': inTwo,
  '2.1': inTwo,
};

/** Switches a part on, where there is a switch. */
export const switchedOn = (context: Context, part: Part): Promise<unknown> =>
  switches[context.dialect.version](context, part);
