/** Charger, 2.x: its security profile goes up when all that it needs is there, and never down (A05). */
import type { Context } from '../../src/judge/context.ts';
import { alter, behaviour, type Fault } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import type { Reply } from '../../src/session.ts';
import { listed } from './certificates.flows.ts';
import { knocks, told } from './knocks.ts';
import { type Slots, setPriority, slotsOf, statusOf } from './network.v2.ts';
import { prepares } from './profiles.needs.ts';
import { ready } from './states.ts';
import { valueOfVariable } from './states.v2.ts';
import { CONNECTED } from './tls.door.ts';

const versions = ['2.0.1'] as const;
const UPGRADE = 'profile-upgrade';

/** Interfaces by which a charger may reach us: which it has is not asked for in the standard. */
const INTERFACES = ['Wired0', 'Wireless0'] as const;

/** The address by which the charger reached us, with the scheme that the profile wants. */
function addressFor({ csms, sut }: Pick<Context, 'csms' | 'sut'>, profile: number): string {
  const { headers, target } = csms.request;
  const host = headers['host'] ?? `${sut.listen?.host ?? 'localhost'}:${sut.listen?.port ?? 0}`;
  return `${profile >= 2 ? 'wss' : 'ws'}://${host}${target.slice(0, target.lastIndexOf('/'))}`;
}

/** Puts the connection into the free slot, with a security profile. */
export async function stores(context: Context, { free }: Slots, securityProfile: number): Promise<Reply> {
  const connectionData = {
    ocppVersion: 'OCPP20',
    ocppTransport: 'JSON',
    ocppCsmsUrl: addressFor(context, securityProfile),
    messageTimeout: 30,
    securityProfile,
  };
  let reply: Reply | undefined;
  for (const ocppInterface of INTERFACES) {
    reply = await context.csms.call('SetNetworkProfile', {
      configurationSlot: Number(free),
      connectionData: { ...connectionData, ocppInterface },
    });
    if (reply.payload['status'] === 'Accepted') break;
  }
  return reply as Reply;
}

export const profileTold = (context: Context) => valueOfVariable(context, { name: 'SecurityCtrlr' }, 'SecurityProfile');

const inResult = (attributeStatus: string) => (payload: unknown) => {
  const [first] = (payload as { setVariableResult: readonly object[] }).setVariableResult;
  return { setVariableResult: [{ ...first, attributeStatus }] };
};
const answersPriority = (status: string): Fault =>
  alter('SetVariables', inResult(status), {
    name: `priority ${status}`,
    kind: 'callresult',
    when: (_payload, request) => JSON.stringify(request).includes('NetworkConfigurationPriority'),
  });
/** What is read of a variable is another value. */
export const tells = (variable: string, attributeValue: string): Fault =>
  alter(
    'GetVariables',
    (payload) => {
      const [first] = (payload as { getVariableResult: readonly object[] }).getVariableResult;
      return { getVariableResult: [{ ...first, attributeValue }] };
    },
    {
      name: `${variable} ${attributeValue}`,
      kind: 'callresult',
      when: (_payload, request) => JSON.stringify(request).includes(variable),
    },
  );

const keptCheck = {
  ref: 'A05.FR.10',
  level: 'SHALL',
  says: 'it tells the profile that it has, and connects with it',
} as const;
const keptFaults = [
  tells('SecurityProfile', '0'),
  behaviour('shows-password-once', 'the password is shown with the first connection alone'),
];

/** Judges by `kept` that the charger goes on as before. */
async function asBefore(context: Context<'kept'>, profile: number): Promise<void> {
  const { check } = context;
  const now = await profileTold(context);
  check('kept', () => expect(now, 'SecurityProfile').to.equal(String(profile)));
  const came = await knocks(context);
  check('kept', () => expect(told(came)).to.equal(CONNECTED));
}

/** What a charger lacks that is to be raised, and who declares it. */
const unprepared = [
  {
    id: 'without-root',
    from: 1,
    to: 2,
    lacks: 'no-csms-root',
    ref: 'A05.FR.02',
    octt: 'TC_A_20_CS',
    what: 'that trusts no CSMS',
  },
  {
    id: 'without-certificate',
    from: 2,
    to: 3,
    lacks: 'no-station-certificate',
    ref: 'A05.FR.03',
    octt: 'TC_A_21_CS',
    what: 'without a certificate of its own',
  },
] as const;

export default suite('station/profile', 'Security profiles', [
  testCase({
    id: 'station/profile/lower',
    title: 'The station takes no network connection profile that is less secure than the one in use',
    sut: 'station',
    versions,
    profiles: [2, 3],
    octt: { '2.0.1': 'TC_A_22_CS', '2.1': ['TC_A_22_CS', 'TC_B_110_CS', 'TC_B_112_CS'] },
    checks: {
      refused: { ref: 'B09.FR.04', level: 'SHALL', says: 'a profile with a lower security profile is Rejected' },
      kept: keptCheck,
    },
    catches: { refused: alter('SetNetworkProfile', { status: 'Accepted' }), kept: keptFaults },
    async run(context) {
      const { check, csms } = context;
      await ready(context);
      const { profile } = csms.door;
      const slots = await slotsOf(context);
      // Where it may be lowered, it may not be to 1 (B09.FR.31, B09.FR.32).
      const lowers = await valueOfVariable(context, { name: 'SecurityCtrlr' }, 'AllowSecurityProfileDowngrade');
      const reply = await stores(context, slots, lowers === 'true' ? 1 : profile - 1 || 1);
      check('refused', () => expect(reply).to.be.callResult({ status: 'Rejected' }));
      await asBefore(context, profile);
    },
  }),

  ...unprepared.map(({ id, from, to, lacks, ref, octt, what }) =>
    testCase({
      id: `station/profile/${id}`,
      title: `A station ${what} does not raise its security profile`,
      sut: 'station',
      versions,
      profiles: [from],
      octt: { '2.0.1': octt },
      onlyFor: lacks,
      checks: {
        refused: {
          ref,
          level: 'SHALL',
          says: `the profile that wants security profile ${to} is not to be dialled: Rejected`,
        },
        kept: keptCheck,
      },
      catches: { refused: answersPriority('Accepted'), kept: keptFaults },
      async run(context) {
        const { check, after } = context;
        await ready(context);
        if (from === 1 && (await listed(context, 'csms')).told.length > 0)
          throw new Unmet('the station has a root of its CSMS');
        const slots = await slotsOf(context);
        const stored = await stores(context, slots, to);
        if (stored.payload['status'] !== 'Accepted') throw new Unmet('the station does not store such a profile');
        after(() => setPriority(context, slots.priority));
        const reply = await setPriority(context, `${slots.free},${slots.active}`);
        check('refused', () => expect(statusOf(reply)).to.equal('Rejected'));
        await asBefore(context, from);
      },
    }),
  ),

  testCase({
    id: 'station/profile/raised',
    title: 'The station raises its security profile, comes back with it, and forgets the one before',
    sut: 'station',
    versions,
    profiles: [1, 2],
    exclusive: true,
    octt: { '2.0.1': 'TC_A_19_CS' },
    onlyFor: UPGRADE,
    checks: {
      stored: { ref: 'B09.FR.01', level: 'SHALL', says: 'a profile with the next security profile is stored' },
      accepted: { ref: 'A05.FR.04', level: 'SHALL', says: 'it may come first, with all that it needs' },
      comes: { ref: 'A05.FR.05', level: 'SHALL', says: 'after a restart it comes with the new security profile' },
      told: { ref: 'A05.FR.06', level: 'SHALL', says: 'it tells the new security profile' },
      forgotten: {
        ref: 'A05.FR.06',
        level: 'SHALL',
        says: 'the slot with the lower one is no longer among those to dial',
      },
    },
    catches: {
      stored: alter('SetNetworkProfile', { status: 'Rejected' }),
      accepted: answersPriority('Rejected'),
      comes: behaviour('keeps-profile', 'another security profile is accepted, and the old one used'),
      told: tells('SecurityProfile', '1'),
      forgotten: tells('NetworkConfigurationPriority', '2,1'),
    },
    async run(context) {
      const { check, csms } = context;
      await ready(context);
      const before = csms.door.profile;
      const next = before === 1 ? 2 : 3;
      await prepares[next]?.(context);
      await ready(context);
      const slots = await slotsOf(context);
      const stored = await stores(context, slots, next);
      check('stored', () => expect(stored).to.be.callResult({ status: 'Accepted' }));
      const reply = await setPriority(context, `${slots.free},${slots.active}`);
      check('accepted', () => expect(statusOf(reply)).to.be.oneOf(['Accepted', 'RebootRequired']));
      if (statusOf(reply) === 'Rejected') throw new Unmet('the station does not raise its security profile');
      csms.door.profile = next;
      const coming = csms.attempt();
      const since = csms.mark;
      await csms.need('Reset', context.orders.reset('idle'));
      const came = await coming;
      check('comes', () => expect(told(came)).to.equal(CONNECTED));
      if (came?.outcome !== CONNECTED) {
        csms.door.profile = before;
        throw new Unmet('the station did not come back with the new security profile');
      }
      await csms.awaitCall('BootNotification', { since, timeoutMs: csms.patienceMs });
      await ready(context);
      const profile = await profileTold(context);
      check('told', () => expect(profile, 'SecurityProfile').to.equal(String(next)));
      const priority = await valueOfVariable(context, { name: 'OCPPCommCtrlr' }, 'NetworkConfigurationPriority');
      check('forgotten', () => {
        const left = String(priority)
          .split(',')
          .map((slot) => slot.trim());
        expect(left, 'slots to dial').to.include(slots.free);
        expect(left, 'slots to dial').to.not.include(slots.active);
      });
    },
  }),
]);
