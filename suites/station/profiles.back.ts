/** Charger: a higher security profile that was accepted and does not work is given up for the one before (A05, B10). */
import type { Context } from '../../src/judge/context.ts';
import { behaviour } from '../../src/judge/fault.ts';
import { type CaseSpec, suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import { setPriority, slotsOf, statusOf } from './network.v2.ts';
import { prepares } from './profiles.needs.ts';
import { profileTold, stores, tells } from './profiles.v2.ts';
import { change, otherProfile, profileTold as profileTold16, UPGRADE } from './profiles.v16.ts';
import { ready } from './states.ts';
import { hurried, preferred } from './states.v2.ts';
import { BROKEN, CONNECTED } from './tls.door.ts';

/** Attempts with an address before the next one is tried, where that can be set (2.x). */
const ATTEMPTS = '2';
/** Times the patience that falling back may take: some attempts, each later than the last. */
const PATIENCES = 2;

interface Change {
  /** Makes the charger take the next profile. @throws Unmet where it does not */
  order(context: Context, next: 2 | 3): Promise<void>;
  told(context: Context): Promise<unknown>;
}

/** The checks of a charger that takes the next profile, and finds nobody there. */
const fallsBack = (
  facts: Pick<CaseSpec, 'id' | 'title' | 'versions' | 'checks'> & { readonly other: CaseSpec['catches'][string] },
  { order, told }: Change,
): CaseSpec =>
  testCase({
    id: facts.id,
    title: facts.title,
    sut: 'station',
    versions: facts.versions,
    profiles: [1, 2],
    exclusive: true,
    onlyFor: UPGRADE,
    checks: facts.checks as Readonly<Record<'tries' | 'back' | 'told', CaseSpec['checks'][string]>>,
    catches: {
      tries: behaviour('keeps-profile', 'another security profile is accepted, and the old one used'),
      back: behaviour('never-falls-back', 'a security profile that does not work is kept'),
      told: facts.other,
    },
    async run(context) {
      const { check, clock, csms, after } = context;
      await ready(context);
      const before = csms.door.profile;
      const next = before === 1 ? 2 : 3;
      await prepares[next]?.(context);
      await ready(context);
      const coming = csms.attempt();
      // The door stays as it was: who comes with the next profile finds it shut.
      await order(context, next);
      let came = await coming;
      const first = came;
      // It may also be the station that breaks off: nobody is there with the new profile.
      check('tries', () => expect(first?.outcome, 'with the new profile').to.be.oneOf(['refused', BROKEN]));
      const since = clock.monotonic();
      while (
        came !== undefined &&
        came.outcome !== CONNECTED &&
        clock.monotonic() - since < PATIENCES * csms.patienceMs
      )
        came = await csms.attempt();
      const last = came;
      check('back', () => expect(last?.outcome, 'with the profile before').to.equal(CONNECTED));
      if (came?.outcome !== CONNECTED) {
        // There is no way back for it but forward.
        csms.door.profile = next;
        after(() => csms.connection());
        throw new Unmet('the station does not fall back');
      }
      await ready(context);
      const now = await told(context);
      check('told', () => expect(now, 'SecurityProfile').to.equal(String(before)));
    },
  });

export default suite('station/profile', 'Security profiles that do not work', [
  fallsBack(
    {
      id: 'station/profile/falls-back-v16',
      title: 'A station that finds nobody with its new security profile falls back to the one before',
      versions: ['1.6'],
      checks: {
        tries: { ref: 'W A05.FR.07', level: 'SHALL', says: 'it tries to connect with the new profile' },
        back: {
          ref: 'W A05.FR.08',
          level: 'SHOULD',
          says: 'where that comes to nothing it connects with the one before',
        },
        told: { ref: 'W A05.FR.08', level: 'SHOULD', says: 'it tells the profile that it uses' },
      },
      other: otherProfile,
    },
    {
      async order(context, next) {
        const reply = await change(context, next);
        const { status } = reply.payload;
        if (status !== 'Accepted' && status !== 'RebootRequired')
          throw new Unmet('the station does not raise its security profile');
        if (status === 'RebootRequired') await context.csms.call('Reset', context.orders.reset('now'));
      },
      told: profileTold16,
    },
  ),

  fallsBack(
    {
      id: 'station/profile/falls-back',
      title: 'A station that finds nobody at the slot with the higher security profile dials the slot before',
      versions: ['2.0.1'],
      checks: {
        tries: { ref: 'A05.FR.05', level: 'SHALL', says: 'after a restart it tries to connect with the new profile' },
        back: { ref: 'B10.FR.03', level: 'SHALL', says: 'where that comes to nothing it dials the slot behind it' },
        told: { ref: 'A05.FR.06', level: 'SHALL', says: 'it tells the profile that it uses' },
      },
      other: tells('SecurityProfile', '0'),
    },
    {
      async order(context, next) {
        const { after, csms } = context;
        const slots = await slotsOf(context);
        await hurried(context);
        await preferred(context, 'OCPPCommCtrlr', 'NetworkProfileConnectionAttempts', ATTEMPTS);
        const stored = await stores(context, slots, next);
        if (stored.payload['status'] !== 'Accepted') throw new Unmet('the station does not store such a profile');
        const reply = await setPriority(context, `${slots.free},${slots.active}`);
        if (!['Accepted', 'RebootRequired'].includes(String(statusOf(reply))))
          throw new Unmet('the station does not raise its security profile');
        after(() => setPriority(context, slots.priority));
        await csms.need('Reset', context.orders.reset('idle'));
      },
      told: profileTold,
    },
  ),
]);
