/** Charger, 1.6: its security profile goes up when it is told to, and never down (whitepaper A05). */
import type { Context } from '../../src/judge/context.ts';
import { alter, behaviour } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import type { Payload } from '../../src/session.ts';
import { listed } from './certificates.flows.ts';
import { comesBack, knocks, told } from './knocks.ts';
import { prepares } from './profiles.needs.ts';
import { ready } from './states.ts';
import { CONNECTED } from './tls.door.ts';

const KEY = 'SecurityProfile';
/** Declared by who lets the security profile of his charger be raised: there is no way back over OCPP. */
export const UPGRADE = 'profile-upgrade';
const NO_ROOT = 'no-csms-root';

export const change = ({ csms }: Pick<Context, 'csms'>, profile: number) =>
  csms.call('ChangeConfiguration', { key: KEY, value: String(profile) });

/** The profile, as the charger tells it. */
export async function profileTold({ csms }: Pick<Context, 'csms'>): Promise<unknown> {
  const { payload } = await csms.need('GetConfiguration', { key: [KEY] });
  const [entry] = (payload['configurationKey'] ?? []) as readonly Payload[];
  return entry?.['value'];
}

export const otherProfile = alter('GetConfiguration', {
  configurationKey: [{ key: KEY, readonly: false, value: '0' }],
});

export default suite('station/profile', 'Security profiles', [
  testCase({
    id: 'station/profile/lower-v16',
    title: 'The station takes no security profile that is lower than its own, or the same',
    sut: 'station',
    versions: ['1.6'],
    profiles: [1, 2, 3],
    octt: { '1.6': 'TC_084_CS' },
    checks: {
      refused: { ref: 'W A05.FR.01', level: 'SHALL', says: 'a profile that is no higher is Rejected' },
      told: { ref: 'W A05.FR.01', level: 'SHALL', says: 'it tells the profile that it has' },
      kept: { ref: 'W A05.FR.01', level: 'SHALL', says: 'it connects with the profile that it had' },
    },
    catches: {
      refused: alter('ChangeConfiguration', { status: 'Accepted' }),
      told: otherProfile,
      kept: behaviour('shows-password-once', 'the password is shown with the first connection alone'),
    },
    async run(context) {
      const { check, csms } = context;
      await ready(context);
      const { profile } = csms.door;
      for (let lower = profile; lower >= 0; lower--) {
        const reply = await change(context, lower);
        check('refused', () => expect(reply).to.be.callResult({ status: 'Rejected' }));
      }
      const now = await profileTold(context);
      check('told', () => expect(now).to.equal(String(profile)));
      const came = await knocks(context);
      check('kept', () => expect(told(came)).to.equal(CONNECTED));
    },
  }),

  testCase({
    id: 'station/profile/unprepared-v16',
    title: 'A station that trusts no CSMS takes no security profile with TLS',
    sut: 'station',
    versions: ['1.6'],
    profiles: [1],
    onlyFor: NO_ROOT,
    checks: {
      refused: {
        ref: 'W A05.FR.03',
        level: 'SHALL',
        says: 'without a root of the CSMS, profiles 2 and 3 are Rejected',
      },
      kept: { ref: 'W A05.FR.03', level: 'SHALL', says: 'it connects with the profile that it had' },
    },
    catches: {
      refused: alter('ChangeConfiguration', { status: 'Accepted' }),
      kept: behaviour('shows-password-once', 'the password is shown with the first connection alone'),
    },
    async run(context) {
      const { check } = context;
      await ready(context);
      const { told: roots } = await listed(context, 'csms');
      if (roots.length > 0) throw new Unmet('the station has a root of its CSMS');
      for (const profile of [2, 3]) {
        const reply = await change(context, profile);
        check('refused', () => expect(reply).to.be.callResult({ status: 'Rejected' }));
      }
      const came = await knocks(context);
      check('kept', () => expect(told(came)).to.equal(CONNECTED));
    },
  }),

  testCase({
    id: 'station/profile/raised-v16',
    title: 'The station raises its security profile, comes back with it, and does not go down again',
    sut: 'station',
    versions: ['1.6'],
    profiles: [1, 2],
    exclusive: true,
    octt: { '1.6': 'TC_083_CS' },
    onlyFor: UPGRADE,
    checks: {
      accepted: { ref: 'W A05.FR.05', level: 'SHALL', says: 'with all that it needs, the next profile is Accepted' },
      comes: { ref: 'W A05.FR.07', level: 'SHALL', says: 'it comes back with the new profile' },
      told: { ref: 'W A05.FR.07', level: 'SHALL', says: 'it tells the new profile' },
      down: { ref: 'W A05.FR.01', level: 'SHALL', says: 'the profile before it is Rejected' },
    },
    catches: {
      accepted: alter('ChangeConfiguration', { status: 'Rejected' }),
      comes: behaviour('keeps-profile', 'another security profile is accepted, and the old one used'),
      told: otherProfile,
      down: alter(
        'ChangeConfiguration',
        { status: 'Accepted' },
        { name: 'Accepted for 1', when: (_payload, request) => (request as Payload)['value'] === '1' },
      ),
    },
    async run(context) {
      const { check, csms } = context;
      await ready(context);
      const before = csms.door.profile;
      const next = before === 1 ? 2 : 3;
      await prepares[next]?.(context);
      const reply = await change(context, next);
      check('accepted', () => expect(reply.payload['status']).to.be.oneOf(['Accepted', 'RebootRequired']));
      if (reply.payload['status'] === 'Rejected') throw new Unmet('the station does not raise its security profile');
      csms.door.profile = next;
      const came = await comesBack(context);
      check('comes', () => expect(told(came)).to.equal(CONNECTED));
      if (came.outcome !== CONNECTED) {
        csms.door.profile = before;
        throw new Unmet('the station did not come back with the new profile');
      }
      await ready(context);
      const now = await profileTold(context);
      check('told', () => expect(now).to.equal(String(next)));
      const down = await change(context, before);
      check('down', () => expect(down).to.be.callResult({ status: 'Rejected' }));
    },
  }),
]);
