/** A local list on a charger under test: sent, read back, and struck when the case is over. */
import type { OcppVersion } from '../../src/dialects/dialect.ts';
import type { Context } from '../../src/judge/context.ts';
import { describe } from '../../src/judge/station-player.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import type { Reply } from '../../src/session.ts';
import { ask, switchedOn } from './optional.ts';
import { type Listed, remoteWords } from './remote-words.ts';
import { ready } from './states.ts';

/** What a station that has no local list names under `sut.without`. */
export const LISTS = { '1.6': 'LocalAuthListManagement', '2.0.1': 'LA-0' } as const;

const absence: Readonly<Record<OcppVersion, string>> = { ...LISTS, '2.1': LISTS['2.0.1'] };

type Station = Pick<Context, 'csms' | 'dialect' | 'sut'>;

export function sendList(
  context: Station,
  type: 'Full' | 'Differential',
  version: number,
  entries: readonly Listed[],
): Promise<Reply> {
  const { version: ocpp } = context.dialect;
  const { action, payload } = remoteWords[ocpp].sendList(type, version, entries);
  return ask(context, absence[ocpp], action, payload);
}

/** Version of the list. @throws Unmet where the station has none to tell of */
export async function versionOf({ csms, dialect }: Station): Promise<unknown> {
  const { payload } = await csms.need('GetLocalListVersion', {});
  const told = payload[remoteWords[dialect.version].listVersion];
  if (told === -1) throw new Unmet('the station has no local list: name it under sut.without');
  return told;
}

/**
 * Sends a full list of a version that no list had before.
 * @param judge looks at the answer first
 * @returns the version
 * @throws Unmet where it is not taken
 */
export async function listed(
  context: Context,
  entries: readonly Listed[],
  judge: (reply: Reply) => void = () => {},
): Promise<number> {
  const { after, clock } = context;
  await ready(context);
  await switchedOn(context, 'LocalAuthListCtrlr');
  // Newer than that of any case before, with room for what comes behind it in this one.
  const version = (Math.floor(clock.now() / 1000) % 2 ** 28) * 4 + 1;
  const reply = await sendList(context, 'Full', version, entries);
  judge(reply);
  if (reply.payload['status'] !== 'Accepted')
    throw new Unmet(`a local list was to be there first, and the station answered ${describe(reply)}`);
  after(() => sendList(context, 'Full', version + 3, []));
  return version;
}
