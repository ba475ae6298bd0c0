/** The start states of cases about a CSMS, as the certification documents share them: each leaves the station in it. */
import type { Context } from '../../src/judge/context.ts';
import { at } from '../../src/judge/path.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import type { Reply } from '../../src/session.ts';

/** RFC 3339, now. */
export const now = ({ clock }: Pick<Context, 'clock'>): string => new Date(clock.now()).toISOString();

/** The EVSE and connector that cases use unless they are about another one. */
export const EVSE = 1;
export const CONNECTOR = 1;

/** Connected, and nothing said yet. */
export async function connected(context: Context): Promise<void> {
  await context.station.connect();
}

/** Sends BootNotification. @throws Unmet where it is not answered with a CALLRESULT */
export function boot({ station, words, sut }: Context, reason?: string): Promise<Reply> {
  return station.need('BootNotification', words.boot(sut.station, reason));
}

/** Registered, with every connector reported Available. @throws Unmet where the CSMS does not accept the station */
export async function booted(context: Context): Promise<void> {
  await connected(context);
  const answer = await boot(context);
  const status = at(answer.payload, 'status');
  if (status !== 'Accepted') throw new Unmet(`the CSMS answered BootNotification with status ${String(status)}`);
  await context.station.need('StatusNotification', context.words.status(EVSE, CONNECTOR, 'Available', now(context)));
}
