/** What cases about a higher security profile share: the address for it, coming there, and not going back (A05). */
import type { Context } from '../../src/judge/context.ts';
import { behaviour } from '../../src/judge/fault.ts';
import type { Address } from '../../src/judge/station-player.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import { accepted, boots, opened, registers, stillThere, stillThereCheck } from './knocking.ts';

const ref = { '1.6': 'W A05.FR.09', '2.0.1': 'A05.FR.07', '2.1': 'A05.FR.07' } as const;

export const upgradeChecks = {
  higher: { ref, level: 'SHALL', says: 'with the higher profile the station is let in, and accepted at its boot' },
  lower: { ref, level: 'SHALL', says: 'with the profile before it the station is not let in any more' },
  there: { ...stillThereCheck, says: 'with the higher profile it is let in and served afterwards' },
} as const;

export const upgradeFaults = {
  higher: behaviour('refuses-upgraded', 'a station that was raised to a higher security profile is not let in with it'),
  lower: behaviour(
    'forgets-upgrades',
    'a station that was raised to a higher security profile is let in with a lower one',
  ),
  there: behaviour('dies-on-low-profiles', 'who comes with too low a security profile ends the service for everybody'),
} as const;

/** The address for the next higher security profile. @throws Unmet where none is named */
export function higherAddress({ station, sut }: Pick<Context, 'station' | 'sut'>): Address {
  const [next] = station.elsewhere
    .filter(({ securityProfile }) => securityProfile > sut.securityProfile)
    .sort((one, other) => one.securityProfile - other.securityProfile);
  if (next === undefined)
    throw new Unmet(
      `no address for a security profile above ${sut.securityProfile}: name one in sut.endpoints of plugproof.yaml`,
    );
  return next;
}

/** A CSMS may need a moment to note what a station answered, and with what it came. */
const TRIES = 3;
const PAUSE_MS = 1_000;

/** What a station comes to, after some tries where it comes to something else at first. */
async function comesTo(context: Context, come: () => Promise<string>, wanted: readonly string[]): Promise<string> {
  for (let i = 1; ; i++) {
    const outcome = await come();
    if (wanted.includes(outcome) || i === TRIES) return outcome;
    await context.clock.sleep(PAUSE_MS);
  }
}

/** As `registers`. @throws Unreachable where the address does not answer, or we do not trust it: no fault of the CSMS */
async function arrives(context: Context, at: Address): Promise<string> {
  const knock = await context.station.knock({ at });
  if (!opened(knock)) return knock.says;
  const boot = await boots(context, knock.session);
  await knock.session.close();
  return boot.kind === 'callresult' ? String(boot.payload['status']) : boot.kind;
}

/** Who is let in by TLS and HTTP may be hung up on afterwards (A00.FR.002). */
const TURNED_AWAY = ['refused', 'closed'];

/** The station has been told to come with a higher profile: it does, and then tries the one before. */
export async function comesHigherAndBack(
  context: Context<'higher' | 'lower' | 'there'>,
  address: Address,
): Promise<void> {
  const { check, station, sut } = context;
  await station.disconnect();
  const higher = await comesTo(context, () => arrives(context, address), ['Accepted']);
  check('higher', () => expect(higher, `in security profile ${address.securityProfile}`).to.equal('Accepted'));
  // A station that could not come so is right to come back as it was.
  if (higher !== 'Accepted') return;
  const lower = await comesTo(context, () => registers(context, {}), TURNED_AWAY);
  check('lower', () => expect(lower, `in security profile ${sut.securityProfile}`).to.be.oneOf(TURNED_AWAY));
  await stillThere(context, { at: address });
}

/** The control before. @throws Unmet where the station is not served with the profile of the run */
export async function servedBefore(context: Context): Promise<void> {
  const { station, sut } = context;
  const knock = await station.knock();
  if (!opened(knock))
    throw new Unmet(
      `the CSMS did not let ${station.identity} in with security profile ${sut.securityProfile}: ${knock.says}. A station that was raised once is spent: name another in sut.stations.spare`,
    );
  await accepted(context, knock.session);
}
